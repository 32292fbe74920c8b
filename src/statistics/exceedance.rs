//! [`exceedance_curve`]: the chance of reaching each value, with a band.

use super::count_of;
use super::interval::Estimate;
use super::proportion::Proportion;
use super::quantile::SortedSample;

/// The exceedance probability on both sides of one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExceedancePoint {
    /// A value of the sample, in its unit.
    pub value: f64,
    /// P(X ≥ value) with its pointwise 95 % band (Wilson).
    pub at_least: Estimate,
    /// P(X > value): lower by the value's own share of the paths, which at an atom is a visible step.
    pub more_than: f64,
}

/// Steps of equal probability along the curve.
const STEPS: usize = 200;
/// Fewest paths beyond a point of the upper tail.
const FEWEST_BEYOND: usize = 10;

/// About 200 points of P(X ≥ x), ascending in x: one every half per cent of paths, then ever halving tails
/// (0.25 %, 0.125 %, … down to ten paths), so that a logarithmic axis has points as far as there is data.
///
/// Every point is a value that occurred, and an atom of half a per cent of paths is never stepped over, so
/// atoms stand as exact steps. Empty for an empty sample. The band holds at each point by itself, not for the
/// whole curve at once.
///
/// ```
/// use cabrio::statistics::{SortedSample, exceedance_curve};
/// let curve = exceedance_curve(&SortedSample::new(&[0.0, 0.0, 1.0, 3.0]));
/// assert_eq!((curve[0].at_least.value, curve[0].more_than), (1.0, 0.5));
/// ```
#[must_use]
pub fn exceedance_curve(sample: &SortedSample) -> Vec<ExceedancePoint> {
    let n = sample.len();
    let Some(last) = n.checked_sub(1) else { return Vec::new() };
    let body = (0..STEPS).map(|k| count_of(libm::round(last as f64 * (k as f64 / STEPS as f64))));
    let tail = std::iter::successors(Some(n / (2 * STEPS)), |beyond| Some(beyond / 2))
        .take_while(|&beyond| beyond >= FEWEST_BEYOND)
        .map(|beyond| n - beyond);

    let mut curve: Vec<ExceedancePoint> = Vec::with_capacity(STEPS + 32);
    for index in body.chain(tail).chain([last]) {
        let Some(value) = sample.at(index) else { break };
        if curve.last().is_some_and(|previous| value <= previous.value) {
            continue;
        }
        if let Some(at_least) = sample.at_least(value).interval() {
            let beyond = Proportion { successes: (n - sample.count_at_most(value)) as u64, n: n as u64 };
            let more_than = beyond.value().unwrap_or(0.0);
            curve.push(ExceedancePoint { value, at_least, more_than });
        }
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::histogram::Histogram;
    use crate::statistics::testing::Random;
    use proptest::prelude::*;

    /// Hand-worked: 60 % of paths at 0, 1 % at 2 and the rest spread above.
    #[test]
    fn atoms_are_exact_steps() {
        let column: Vec<f64> = (0..10_000)
            .map(|i| match i {
                0..6000 => 0.0,
                6000..6100 => 2.0,
                i => f64::from(i),
            })
            .collect();
        let curve = exceedance_curve(&SortedSample::new(&column));
        assert_eq!((curve[0].value, curve[0].at_least.value, curve[0].more_than), (0.0, 1.0, 0.4));
        assert_eq!((curve[1].value, curve[1].at_least.value, curve[1].more_than), (2.0, 0.4, 0.39));
        let end = curve[curve.len() - 1];
        assert_eq!((end.value, end.at_least.value, end.more_than), (9999.0, 0.0001, 0.0));
    }

    #[test]
    fn the_tail_is_followed_to_ten_paths() {
        let curve = exceedance_curve(&SortedSample::new(&Random::new(9).column(100_000, Random::normal)));
        assert!((200..230).contains(&curve.len()), "{}", curve.len());
        let beyond: Vec<usize> = curve.iter().map(|p| count_of((p.at_least.value * 1e5).round())).collect();
        assert!(beyond.contains(&250) && beyond.contains(&15), "{beyond:?}");
    }

    proptest! {
        /// Falling, banded, and passing through every atom the histogram would show.
        #[test]
        fn curve_is_a_survival_function(
            column in prop::collection::vec(prop_oneof![0.0..9.0_f64, Just(1.0), Just(0.0)], 1..3000),
        ) {
            let sample = SortedSample::new(&column);
            let curve = exceedance_curve(&sample);
            prop_assert!(curve.windows(2).all(|w| w[0].value < w[1].value));
            prop_assert!(curve.windows(2).all(|w| w[0].more_than >= w[1].at_least.value));
            prop_assert!(curve.iter().all(|p| p.at_least.low <= p.at_least.value
                && p.at_least.value <= p.at_least.high && p.more_than < p.at_least.value));
            for atom in Histogram::new(&sample, None).unwrap().atoms {
                prop_assert!(curve.iter().any(|p| p.value.total_cmp(&atom.value).is_eq()), "{:?}", atom);
            }
        }
    }
}
