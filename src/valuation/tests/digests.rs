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

/// Every metric of both runs. Values agree but for the width of bins, errors but for that of coarse bins and the parts that they are
/// taken from; what is not kept is said to be so.
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
        for metric in [
            "mean(present_value)",
            "mean(moic)",
            "mean(irr)",
            "mean(invested)",
            "mean(received)",
            "mean(strategic)",
            "mean(ownership)",
            "mean(resolution)",
            "mean(company_value)",
            "sd(present_value)",
            "sd(resolution)",
            "median(present_value)",
            "p10(moic)",
            "p90(resolution)",
            "moic",
            "P(moic < 1x)",
            "P(present_value > $1bn)",
            "P(resolution <= 3 years)",
            "P(ipo)",
            "P(branch repaid)",
            "se(mean)",
        ] {
            let (wanted, found, kept) = both(metric);
            assert!(kept, "{metric}");
            // A share of paths may differ by those in the bin of its threshold, of which there are few.
            let bins = if metric.starts_with("P(") { 0.002 } else { 2.0 * SPREAD_ERROR * wanted.value.abs() };
            assert!((found.value - wanted.value).abs() <= bins, "{metric} {wanted:?} {found:?}");
            let (a, b) = (wanted.standard_error, found.standard_error);
            assert!((a - b).abs() <= 0.05 * a, "{sampling:?} {metric}: {a} {b}");
        }
        for metric in ["sd(invested)", "median(received)", "P(strategic > $1)", "se(p5(invested))"] {
            let (_, found, kept) = both(metric);
            assert!(!kept && found.value.is_nan(), "{metric}");
        }
    }
}
