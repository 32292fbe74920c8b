//! Metrics of a run that keeps digests, beside those of the same run with columns.

use std::path::Path;

use crate::model::{Sampling, Scenario, Simulation};
use crate::plan::Plan;
use crate::scenario::{Metric, load_bytes};
use crate::simulate::{Outcomes, RunOptions, Survey, survey};
use crate::statistics::SPREAD_ERROR;
use crate::valuation::{Estimate, Measured, estimate};

const DEAL: &str = include_str!("../../../scenarios/amazon-anthropic.toml");

fn scenario(sampling: Sampling) -> Scenario {
    let loaded = load_bytes("deal.toml", DEAL.into(), Path::new("scenarios"), &[]);
    let base = loaded.study.expect("the scenario is valid").base;
    let simulation = Simulation { sampling, ..base.simulation };
    Scenario { simulation, ..base }
}

fn outcomes(plan: &Plan, most_columns: u64) -> Outcomes {
    let options = RunOptions { paths: 1 << 14, threads: Some(2) };
    let wanted = Survey { plans: &[plan], bases: &[None], options, most_columns, blocks: None };
    survey(&wanted, None, &|_| true).expect("it runs").outcomes().swap_remove(0)
}

/// What a metric is made of, which says how far a digest may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Made {
    /// Sums and counts: rounding only.
    Sums,
    /// A deviation, whose error has n − 3 over n − 1 in it here and not there.
    Deviation,
    /// A percentile: half a bin, at both ends of its interval too.
    Percentile,
    /// A share below a threshold: the paths in the bin of the threshold, of which there are few.
    Share,
}

const METRICS: [(&str, Made); 20] = [
    ("mean(present_value)", Made::Sums),
    ("mean(moic)", Made::Sums),
    ("mean(irr)", Made::Sums),
    ("mean(invested)", Made::Sums),
    ("mean(received)", Made::Sums),
    ("mean(strategic)", Made::Sums),
    ("mean(ownership)", Made::Sums),
    ("mean(resolution)", Made::Sums),
    ("mean(company_value)", Made::Sums),
    ("moic", Made::Sums),
    ("P(ipo)", Made::Sums),
    ("P(branch repaid)", Made::Sums),
    ("se(mean)", Made::Sums),
    ("sd(present_value)", Made::Deviation),
    ("sd(resolution)", Made::Deviation),
    ("median(present_value)", Made::Percentile),
    ("p10(moic)", Made::Percentile),
    ("p90(resolution)", Made::Percentile),
    ("P(moic < 1x)", Made::Share),
    ("P(resolution <= 3 years)", Made::Share),
];

/// Every metric of both runs. Errors of percentiles and shares hang on counts in coarse bins where paths are in groups, for which no bound
/// is stated, so that only their size is looked at. What is not kept is said to be so.
#[test]
fn digests_give_the_metrics_of_columns() {
    for sampling in [Sampling::PseudoRandom, Sampling::Sobol] {
        let scenario = scenario(sampling);
        let plan = Plan::new(&scenario).expect("a plan");
        let (columns, digest) = (outcomes(&plan, u64::MAX), outcomes(&plan, 0));
        assert!(digest.digest.is_some() && columns.digest.is_none());
        let measured = |outcomes| Measured { scenario: &scenario, outcomes };
        let both = |metric: &str| -> (Estimate, Estimate, bool) {
            let metric = Metric::read(metric, None).expect("a metric");
            let found = |outcomes| estimate(&metric, measured(outcomes));
            assert!(measured(&columns).keeps(&metric), "{metric:?}");
            (found(&columns), found(&digest), measured(&digest).keeps(&metric))
        };
        for (metric, made) in METRICS {
            let (wanted, found, kept) = both(metric);
            assert!(kept, "{metric}");
            let (a, b) = (wanted.standard_error, found.standard_error);
            // Rounding is relative to the terms of a sum, whose size is at most about √n times the error.
            let size = wanted.value.abs() + 128.0 * a;
            let bin = SPREAD_ERROR * wanted.value.abs();
            let (value, error) = match made {
                Made::Sums => (1e-9 * size, 1e-7 * a),
                Made::Deviation => (1e-9 * size, 1e-3 * a),
                Made::Percentile => (bin, bin),
                // √(p(1 − p)/n) moves by no more than the root of what p moves by, over √n.
                Made::Share => (0.002, 0.002_f64.sqrt() / 128.0),
            };
            assert!(
                (found.value - wanted.value).abs() <= value,
                "{sampling:?} {metric} {wanted:?} {found:?}"
            );
            if sampling == Sampling::Sobol && matches!(made, Made::Percentile | Made::Share) {
                assert!((0.5 * a..=2.0 * a).contains(&b), "{metric}: {a} {b}");
            } else {
                assert!((a - b).abs() <= error, "{sampling:?} {metric}: {a} {b}");
            }
        }
        for metric in ["sd(invested)", "median(received)", "P(strategic > $1)", "se(p5(invested))"] {
            let (_, found, kept) = both(metric);
            assert!(!kept && found.value.is_nan(), "{metric}");
        }
    }
}
