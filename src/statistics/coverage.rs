//! Do the 95 % intervals hold the truth as often as they say? 1,000 seeded samples each.
//!
//! The number of hits is Binomial(1000, c) with c the interval's exact coverage, known in each case; a test
//! fails if it is off by more than 4 standard deviations, which a right interval is once in 16,000 tests.

use statrs::distribution::{Binomial, Discrete, DiscreteCDF};

use super::count_of;
use super::interval::Estimate;
use super::moments::Moments;
use super::proportion::Proportion;
use super::quantile::SortedSample;
use super::testing::{Random, assert_close};

const SAMPLES: u64 = 1000;

/// Checks the share of samples whose interval holds `truth` against the exact `coverage`.
#[track_caller]
fn assert_coverage(coverage: f64, truth: f64, interval: impl Fn(&mut Random) -> Estimate) {
    let hits = (0..SAMPLES)
        .map(|seed| interval(&mut Random::new(seed)))
        .filter(|e| e.low <= truth && truth <= e.high)
        .count();
    let n = SAMPLES as f64;
    assert_close(hits as f64, n * coverage, 4.0 * (n * coverage * (1.0 - coverage)).sqrt());
}

/// Student's interval is exact for normal values, at any number of them.
#[test]
fn mean_interval_covers() {
    for n in [3, 8, 29, 30, 31, 500] {
        assert_coverage(0.95, 7.0, |random| {
            Moments::of(&random.column(n, |r| 7.0 + r.normal())).mean_interval().unwrap()
        });
    }
}

/// The interval between order statistics misses below with P(B < l) and above with P(B ≥ u), B ~ Binomial(n,
/// p) (statrs); for n = 1000 and P5 the published coverage is 0.958095268223 (case
/// `quantile-ci-order-statistics`).
#[test]
fn quantile_interval_covers() {
    let n = 1000;
    for p in [0.05, 0.5, 0.95] {
        let b = Binomial::new(p, n as u64).unwrap();
        // On the ranks themselves the interval is read off exactly.
        let ranks: Vec<f64> = (1..=n).map(|i| i as f64).collect();
        let e = SortedSample::new(&ranks).quantile_interval(p).unwrap();
        let exact = b.cdf(count_of(e.high) as u64 - 1) - b.cdf(count_of(e.low) as u64 - 1);
        assert!((0.95..0.97).contains(&exact), "{p}: {exact}");
        if p < 0.1 {
            assert_close(exact, 0.958_095_268_223, 1e-9);
        }
        // −ln(1 − U) is exponential, with quantile −ln(1 − p).
        assert_coverage(exact, -libm::log(1.0 - p), |random| {
            let column = random.column(n, |r| -libm::log(r.uniform()));
            SortedSample::new(&column).quantile_interval(p).unwrap()
        });
    }
}

/// Wilson's exact coverage is the sum of the binomial probabilities (statrs) of the counts whose interval
/// holds p.
#[test]
fn wilson_interval_covers() {
    for (n, p) in [(50, 0.02), (200, 0.1), (1000, 0.5)] {
        let b = Binomial::new(p, n as u64).unwrap();
        let holds = |e: &Estimate| e.low <= p && p <= e.high;
        let exact: f64 = (0..=n as u64)
            .filter(|&k| holds(&Proportion { successes: k, n: n as u64 }.interval().unwrap()))
            .map(|k| b.pmf(k))
            .sum();
        assert!((0.91..0.985).contains(&exact), "{n} {p}: {exact}");
        assert_coverage(exact, p, |random| {
            Proportion::of(&random.column(n, Random::uniform), |u| u < p).interval().unwrap()
        });
    }
}
