//! [`kendall`]: do two columns rank their paths alike?

/// Kendall's rank correlation of two columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// Kendall's τ, −1 to 1: pairs of paths in the same order less pairs in opposite order, over all pairs. A pair that ties counts as
    /// neither.
    pub tau: f64,
    /// Its standard error, for paths that are independent of one another.
    pub standard_error: f64,
    /// Paths.
    pub n: u64,
}

impl Concordance {
    /// Correlation of the normals (or of Student's t) underneath, with its standard error: sin(πτ/2) for every elliptical copula, whatever
    /// is made of its margins. Lindskog, `McNeil` & Schmock (2003), "Kendall's tau for elliptical distributions", theorem 2.
    #[must_use]
    pub fn underlying(&self) -> (f64, f64) {
        let angle = std::f64::consts::FRAC_PI_2 * self.tau;
        (libm::sin(angle), std::f64::consts::FRAC_PI_2 * libm::cos(angle) * self.standard_error)
    }
}

/// Kendall's (1938) τ of two columns; `None` if the lengths differ, below three paths, or with undefined values.
///
/// The standard error is that of Hollander, Wolfe & Chicken (2014), *Nonparametric Statistical Methods*, section 8.3, which holds
/// for columns that depend on each other too. Time grows with n log n (Knight 1966, JASA 61, counts inversions likewise).
///
/// ```
/// use cabrio::statistics::kendall;
/// let alike = kendall(&[1.0, 2.0, 3.0], &[10.0, 20.0, 90.0]).unwrap();
/// assert_eq!(alike.tau, 1.0);
/// ```
#[must_use]
pub fn kendall(x: &[f64], y: &[f64]) -> Option<Concordance> {
    let defined = |column: &[f64]| column.iter().all(|value| !value.is_nan());
    if x.len() != y.len() || x.len() < 3 || !defined(x) || !defined(y) {
        return None;
    }
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_unstable_by(|&a, &b| x[a].total_cmp(&x[b]));
    let (ranks, highest) = dense_ranks(y);
    let mut balance = vec![0.0; x.len()];
    // Those before a path in x agree with it if they are below it in y; those after it, if above.
    for (upwards, sign) in [(true, 1.0), (false, -1.0)] {
        if !upwards {
            order.reverse();
        }
        let mut seen = Counts::new(highest);
        for equal in order.chunk_by(|&a, &b| x[a].total_cmp(&x[b]).is_eq()) {
            for &path in equal {
                let below = seen.up_to(ranks[path] - 1);
                let above = seen.all - seen.up_to(ranks[path]);
                balance[path] += sign * (f64::from(below) - f64::from(above));
            }
            for &path in equal {
                seen.add(ranks[path]);
            }
        }
    }
    Some(of_balances(&balance))
}

/// From each path's agreeing less disagreeing partners.
fn of_balances(balance: &[f64]) -> Concordance {
    let n = balance.len() as f64;
    let pairs_twice = n * (n - 1.0);
    let total: f64 = balance.iter().sum();
    let tau = total / pairs_twice;
    let squares: f64 = balance.iter().map(|each| (each - total / n) * (each - total / n)).sum();
    let variance =
        2.0 / pairs_twice * (2.0 * (n - 2.0) / (pairs_twice * (n - 1.0)) * squares + 1.0 - tau * tau);
    Concordance { tau, standard_error: variance.max(0.0).sqrt(), n: balance.len() as u64 }
}

/// Ranks from 1 on, the same for equal values, and the highest.
fn dense_ranks(column: &[f64]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..column.len()).collect();
    order.sort_unstable_by(|&a, &b| column[a].total_cmp(&column[b]));
    let mut ranks = vec![0; column.len()];
    let mut rank = 0;
    for equal in order.chunk_by(|&a, &b| column[a].total_cmp(&column[b]).is_eq()) {
        rank += 1;
        for &path in equal {
            ranks[path] = rank;
        }
    }
    (ranks, rank)
}

/// Counts by rank whose running totals are read and raised in logarithmic time: Fenwick (1994), "A new data structure for
/// cumulative frequency tables".
struct Counts {
    tree: Vec<u32>,
    all: u32,
}

impl Counts {
    fn new(highest: usize) -> Self {
        Self { tree: vec![0; highest + 1], all: 0 }
    }

    fn add(&mut self, rank: usize) {
        self.all += 1;
        let mut at = rank;
        while let Some(count) = self.tree.get_mut(at) {
            *count += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn up_to(&self, rank: usize) -> u32 {
        let mut at = rank;
        let mut total = 0;
        while at > 0 {
            total += self.tree[at];
            at &= at - 1;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn four_paths_with_one_pair_out_of_order() {
        // hand-worked: five of six pairs agree, so τ = 4/6; balances 3, 1, 1, 3, so the variance is
        // 2/12 · (2·2/(12·3)·4 + 1 − 4/9) = 1/6.
        let found = kendall(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]).unwrap();
        assert!((found.tau - 4.0 / 6.0).abs() < 1e-15);
        assert!((found.standard_error - (1.0_f64 / 6.0).sqrt()).abs() < 1e-15);
        // sin(π/3)
        assert!((found.underlying().0 - 0.75_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_ranked_has_no_correlation() {
        assert_eq!(kendall(&[1.0, 2.0], &[1.0, 2.0]), None);
        assert_eq!(kendall(&[1.0, 2.0, 3.0], &[1.0, 2.0]), None);
        assert_eq!(kendall(&[1.0, f64::NAN, 3.0], &[1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn columns_in_opposite_and_in_no_order() {
        let tau = |y: [f64; 3]| kendall(&[1.0, 2.0, 3.0], &y).map(|found| found.tau);
        assert_eq!(tau([3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(tau([5.0; 3]), Some(0.0));
    }

    proptest! {
        #[test]
        fn as_pair_by_pair(points in prop::collection::vec((0_i32..12, 0_i32..12), 3..80)) {
            let x: Vec<f64> = points.iter().map(|p| f64::from(p.0)).collect();
            let y: Vec<f64> = points.iter().map(|p| f64::from(p.1)).collect();
            let balance: Vec<f64> = (0..x.len()).map(|a| (0..x.len()).map(|b| {
                f64::from((points[a].0 - points[b].0).signum() * (points[a].1 - points[b].1).signum())
            }).sum()).collect();
            prop_assert_eq!(kendall(&x, &y).unwrap(), of_balances(&balance));
        }
    }
}
