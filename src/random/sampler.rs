//! [`Sampler`]: a family with a table of its quantiles where they are slow to find.
//!
//! A quantile of a beta, gamma or Student's t law takes half a microsecond of root finding. A table replaces
//! it over all but the last 1/8192 of either tail: each octave of the tail probability is cut into eight equal
//! cells, and in each the quantile function is a polynomial of degree 7 through its exact values at the
//! Chebyshev nodes (Trefethen 2013, *Approximation Theory and Approximation Practice*, chapters 3 and 8). The
//! function is smooth on the scale of its distance to 0 and 1, and the cells shrink with that distance. Where a
//! check against the exact quantile fails, and beyond the table, the exact quantile itself is used.

use std::sync::OnceLock;

use super::family::{Family, Law};

/// Octaves of the tail probability in the table, from 1/2 down.
const OCTAVES: usize = 12;
/// Cells in an octave, as a power of two.
const CELL_BITS: u32 = 3;
const CELLS: usize = OCTAVES << CELL_BITS;
/// Coefficients of a cell's polynomial.
const TERMS: usize = 8;
/// Bits of a number's fraction that tell where in its cell it lies.
const PLACE_BITS: u32 = f64::MANTISSA_DIGITS - 1 - CELL_BITS;
/// The smallest tail probability in the table, with its exponent and the leading bits of its fraction.
const FIRST: u64 = (0.5 / (1 << OCTAVES) as f64).to_bits() >> PLACE_BITS;
/// Greatest error of a cell at the points checked, in units of the value or of the interquartile range,
/// whichever is larger.
pub(crate) const TOLERANCE: f64 = 1e-12;

/// A distribution family, ready to turn many uniforms into values.
///
/// Values are within 1e-12 of [`Law::quantile`], relative to the value itself or to the interquartile range,
/// whichever is larger; for families with a simple quantile they are that very value.
#[derive(Clone, Debug)]
pub struct Sampler {
    family: Family,
    table: OnceLock<Option<Table>>,
}

impl From<Family> for Sampler {
    fn from(family: Family) -> Self {
        Self { family, table: OnceLock::new() }
    }
}

/// The table follows from the family.
impl PartialEq for Sampler {
    fn eq(&self, other: &Self) -> bool {
        self.family == other.family
    }
}

impl Sampler {
    /// The family it draws from.
    #[must_use]
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// The value at `u`, which lies strictly inside (0, 1).
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        match self.table() {
            Some(table) => table.quantile(&self.family, u),
            None => self.family.quantile(u),
        }
    }

    /// [`Sampler::quantile`] of every element, in place.
    pub fn fill_quantiles(&self, u_to_x: &mut [f64]) {
        match self.table() {
            Some(table) => u_to_x.iter_mut().for_each(|u| *u = table.quantile(&self.family, *u)),
            None => self.family.fill_quantiles(u_to_x),
        }
    }

    /// Made when first asked for: most plans are only checked or shown.
    fn table(&self) -> Option<&Table> {
        self.table.get_or_init(|| is_slow(&self.family).then(|| Table::new(&self.family))).as_ref()
    }
}

/// Whether the quantile is found by solving an equation, and smooth. (That of a mixture is not always.)
fn is_slow(family: &Family) -> bool {
    match family {
        Family::Pert(_) | Family::Beta(_) | Family::Gamma(_) | Family::StudentT(_) => true,
        Family::Truncated(law) => is_slow(law.inner()),
        _ => false,
    }
}

/// Coefficients in ascending order for a place in −1..1 of the cell; all NaN where the check failed.
type Cell = [f64; TERMS];

#[derive(Clone, Debug)]
struct Table {
    /// By tail probability, ascending: those at the lower end, then those at the upper end.
    cells: Vec<Cell>,
    low: f64,
    high: f64,
}

impl Table {
    fn new(family: &Family) -> Self {
        let (low, high) = family.support();
        let spread = family.quantile(0.75) - family.quantile(0.25);
        let fit = Fit::new();
        let cells = (0..2 * CELLS).map(|cell| {
            let tail = move |place: f64| tail_probability(cell % CELLS, place);
            if cell < CELLS {
                fit.cell(|place| family.quantile(tail(place)), spread)
            } else {
                fit.cell(|place| family.quantile(1.0 - tail(place)), spread)
            }
        });
        Self { cells: cells.collect(), low, high }
    }

    #[inline]
    fn quantile(&self, family: &Family, u: f64) -> f64 {
        let upper = u > 0.5;
        let tail = if upper { 1.0 - u } else { u };
        let (cell, place) = address(tail);
        if cell < CELLS {
            let value = polynomial(&self.cells[cell + if upper { CELLS } else { 0 }], place);
            if !value.is_nan() {
                // Rounding must not carry a value past the end of the law.
                return value.max(self.low).min(self.high);
            }
        }
        family.quantile(u)
    }
}

/// The cell of a tail probability, past the last one if it has none, and the place within, −1 to 1.
#[inline]
fn address(tail: f64) -> (usize, f64) {
    let bits = tail.to_bits();
    let place = bits & ((1 << PLACE_BITS) - 1);
    let from_one = f64::from_bits(1.0_f64.to_bits() | place << CELL_BITS);
    let cell = usize::try_from((bits >> PLACE_BITS).wrapping_sub(FIRST)).unwrap_or(usize::MAX);
    (cell, 2.0 * from_one - 3.0)
}

/// The tail probability at a place of a cell.
fn tail_probability(cell: usize, place: f64) -> f64 {
    let start = |cell: usize| f64::from_bits((FIRST + cell as u64) << PLACE_BITS);
    let (from, to) = (start(cell), start(cell + 1));
    from + (to - from) * (0.5 * (place + 1.0))
}

/// Even and odd powers apart, so that the two halves run side by side.
#[inline]
fn polynomial(c: &Cell, t: f64) -> f64 {
    let s = t * t;
    let even = c[0] + s * (c[2] + s * (c[4] + s * c[6]));
    let odd = c[1] + s * (c[3] + s * (c[5] + s * c[7]));
    even + t * odd
}

/// What all cells share: nodes, and what turns values there into coefficients.
struct Fit {
    nodes: [f64; TERMS],
    /// The polynomial that is 1 at one node and 0 at the others, for each node.
    bases: [Cell; TERMS],
    /// Where the error of the interpolation is largest: the extremes of the Chebyshev polynomial.
    checks: [f64; TERMS + 1],
}

impl Fit {
    fn new() -> Self {
        let angle = std::f64::consts::PI / TERMS as f64;
        let nodes = std::array::from_fn(|i| libm::cos((i as f64 + 0.5) * angle));
        let checks = std::array::from_fn(|i| libm::cos(i as f64 * angle));
        let bases = std::array::from_fn(|i| basis(&nodes, i));
        Self { nodes, bases, checks }
    }

    fn cell(&self, quantile: impl Fn(f64) -> f64, spread: f64) -> Cell {
        let mut cell = [0.0; TERMS];
        // Only what differs within the cell goes through the sums, so that their rounding is small.
        let centre = quantile(0.0);
        for (node, basis) in self.nodes.iter().zip(&self.bases) {
            let value = quantile(*node) - centre;
            cell.iter_mut().zip(basis).for_each(|(sum, part)| *sum += value * part);
        }
        cell[0] += centre;
        let close = |place: &f64| {
            let exact = quantile(*place);
            (polynomial(&cell, *place) - exact).abs() <= TOLERANCE * exact.abs().max(spread)
        };
        if self.checks.iter().all(close) { cell } else { [f64::NAN; TERMS] }
    }
}

/// Coefficients of Lagrange's polynomial of a node.
fn basis(nodes: &[f64; TERMS], own: usize) -> Cell {
    let mut basis = [0.0; TERMS];
    basis[0] = 1.0;
    for (_, node) in nodes.iter().enumerate().filter(|(other, _)| *other != own) {
        let scale = 1.0 / (nodes[own] - node);
        for power in (0..TERMS).rev() {
            let below = if power > 0 { basis[power - 1] } else { 0.0 };
            basis[power] = scale * (below - node * basis[power]);
        }
    }
    basis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::family::{Beta, Gamma, Pert};

    /// A table that falls back to the exact quantile would be as right, and as slow as none.
    #[test]
    fn ordinary_laws_need_no_exact_quantile_within_the_table() {
        let families: [Family; 3] = [
            Pert::new(1.0, 3.0, 6.0, 4.0).unwrap().into(),
            Beta::from_mean_sd(0.29, 0.18, 0.0, 1.0).unwrap().into(),
            Gamma::new(2.0, 1.0).unwrap().into(),
        ];
        for family in families {
            let table = Table::new(&family);
            assert!(table.cells.iter().all(|cell| !cell[0].is_nan()), "{family:?}");
        }
    }

    /// Hand-worked: 1/2 − 2^−54 lies at the end of the last cell, 1/8192 at the start of the first; 1/2 and what
    /// lies below 1/8192 have no cell.
    #[test]
    fn addresses() {
        assert_eq!(address(1.0 / 8192.0), (0, -1.0));
        let (cell, place) = address(0.5_f64.next_down());
        assert!(cell == CELLS - 1 && place > 1.0 - 1e-14 && place < 1.0, "{cell} {place}");
        assert!(address(0.5).0 >= CELLS && address((1.0 / 8192.0_f64).next_down()).0 >= CELLS);
        assert_eq!(tail_probability(0, -1.0).to_bits(), (1.0 / 8192.0_f64).to_bits());
        assert_eq!(tail_probability(CELLS - 1, 1.0).to_bits(), 0.5_f64.to_bits());
    }
}
