//! A digest says the same as the columns: counts, means and their errors but for rounding, percentiles within the stated bound.

use crate::model::Sampling;
use crate::plan::Plan;
use crate::report::summary::{CaseSummary, Distribution, FairValueCase, Mean, Probability, Summary};
use crate::simulate::{RunOptions, Survey, survey};
use crate::statistics::SPREAD_ERROR;

use super::study::Sample;

/// The sample study, with columns or as digests.
fn summary(sampling: Sampling, most_columns: u64) -> Summary {
    let mut sample = Sample::sampled(sampling, 40_000);
    let kept = |scenarios: Vec<crate::model::Scenario>| {
        let plans = Plan::of_study(scenarios.iter()).unwrap();
        let plans: Vec<&Plan> = plans.iter().collect();
        let bases: Vec<Option<usize>> = (0..plans.len()).map(|case| (case > 0).then_some(0)).collect();
        let options = RunOptions { paths: 40_000, threads: Some(2) };
        let wanted = Survey { plans: &plans, bases: &bases, options, most_columns, blocks: None };
        survey(&wanted, None, &|_| true).unwrap().outcomes()
    };
    sample.outcomes = kept(sample.scenarios.iter().map(|(_, scenario)| scenario.clone()).collect());
    let fair: Vec<_> = sample.fair.iter().map(|(fair, ..)| fair.scenario.clone()).collect();
    if !fair.is_empty() {
        let outcomes = kept(fair);
        sample.fair.iter_mut().zip(outcomes).for_each(|(fair, outcomes)| fair.1 = outcomes);
    }
    assert_eq!(sample.outcomes[0].digest.is_some(), most_columns == 0);
    sample.summary()
}

fn near(what: &str, found: Option<f64>, exact: Option<f64>, tolerance: f64) {
    match (found, exact) {
        (Some(found), Some(exact)) => {
            assert!(
                (found - exact).abs() <= tolerance,
                "{what}: {found} for {exact}, {tolerance:e} apart at most"
            );
        }
        (found, exact) => assert_eq!(found, exact, "{what}"),
    }
}

/// Rounding of sums of 40,000 terms, in another order: 1e-10 of the size of the terms is far above it.
fn same_mean(what: &str, found: &Mean, exact: &Mean) {
    assert_eq!(found.paths, exact.paths, "{what}");
    let size =
        exact.standard_error.unwrap_or(0.0) * (exact.paths as f64).sqrt() + exact.value.unwrap_or(0.0).abs();
    near(what, found.value, exact.value, 1e-10 * size);
    near(what, found.standard_error, exact.standard_error, 1e-8 * exact.standard_error.unwrap_or(0.0));
    near(what, found.low, exact.low, 1e-8 * size);
    near(what, found.high, exact.high, 1e-8 * size);
}

fn same_probability(what: &str, found: &Probability, exact: &Probability) {
    assert_eq!((found.count, found.paths), (exact.count, exact.paths), "{what}");
    for (found, exact) in [
        (found.value, exact.value),
        (found.standard_error, exact.standard_error),
        (found.low, exact.low),
        (found.high, exact.high),
    ] {
        near(what, found, exact, 1e-9);
    }
}

/// The bound that `summary.json` states. The ends of intervals are percentiles too; where errors come from groups their distance hangs on shares
/// in coarse bins, for which no bound is stated.
fn same_distribution(what: &str, found: &Distribution, exact: &Distribution, grouped: bool) {
    same_mean(what, &found.mean, &exact.mean);
    same_probability(what, &found.undefined, &exact.undefined);
    near(
        what,
        found.standard_deviation,
        exact.standard_deviation,
        1e-9 * exact.standard_deviation.unwrap_or(0.0),
    );
    let error = exact.standard_deviation_error;
    near(what, found.standard_deviation_error, error, 1e-7 * error.unwrap_or(0.0));
    assert_eq!(found.percentiles.len(), exact.percentiles.len(), "{what}");
    for (found, exact) in found.percentiles.iter().zip(&exact.percentiles) {
        let bound = |x: f64| SPREAD_ERROR * x.abs();
        near(what, Some(found.value), Some(exact.value), bound(exact.value));
        if grouped {
            let (low, high) = (found.low.unwrap_or(f64::NEG_INFINITY), found.high.unwrap_or(f64::INFINITY));
            assert!(low <= found.value && found.value <= high, "{what}: {low} {} {high}", found.value);
        } else {
            near(what, found.low, exact.low, bound(exact.low.unwrap_or(0.0)));
            near(what, found.high, exact.high, bound(exact.high.unwrap_or(0.0)));
        }
    }
}

fn same_case(found: &CaseSummary, exact: &CaseSummary, grouped: bool) {
    for (what, found, exact) in [
        ("present value", &found.present_value, &exact.present_value),
        ("multiple", &found.moic, &exact.moic),
        ("rate of return", &found.irr, &exact.irr),
        ("resolution", &found.resolution_years, &exact.resolution_years),
        ("ownership", &found.ownership, &exact.ownership),
    ] {
        same_distribution(what, found, exact, grouped);
    }
    for (what, found, exact) in [
        ("ratio of means", &found.moic_of_means, &exact.moic_of_means),
        ("invested", &found.invested, &exact.invested),
        ("received", &found.received, &exact.received),
        ("strategic", &found.strategic, &exact.strategic),
    ] {
        same_mean(what, found, exact);
    }
    let probabilities = |case: &CaseSummary| {
        let p = case.probabilities;
        [p.present_value_below_0, p.moic_below_1, p.total_loss, p.nothing_invested, p.ipo, p.failure]
    };
    for (found, exact) in probabilities(found).iter().zip(&probabilities(exact)) {
        let found = Probability { count: exact.count, ..*found };
        same_probability("probability", &found, exact);
    }
    let (short, long) = (found.shortfall.unwrap(), exact.shortfall.unwrap());
    near(
        "value at risk",
        Some(short.value_at_risk),
        Some(long.value_at_risk),
        SPREAD_ERROR * long.value_at_risk.abs(),
    );
    near("shortfall", Some(short.mean), Some(long.mean), SPREAD_ERROR * long.mean.abs());
    let tolerance = if grouped { 0.05 } else { 0.005 };
    near(
        "its error",
        short.standard_error,
        long.standard_error,
        tolerance * long.standard_error.unwrap_or(0.0),
    );
    assert_eq!(found.tail.verdict, exact.tail.verdict);
    near("carry", found.tail.top_tenth_percent, exact.tail.top_tenth_percent, 4.0 * SPREAD_ERROR);
    assert_eq!(found.branches.len(), exact.branches.len());
    assert_eq!(found.difference.is_some(), exact.difference.is_some());
    if let (Some(found), Some(exact)) = (&found.difference, &exact.difference) {
        same_mean("difference", &found.present_value, &exact.present_value);
        let unpaired = exact.unpaired_standard_error;
        near("unpaired", Some(found.unpaired_standard_error), Some(unpaired), 1e-8 * unpaired);
        for (found, exact) in
            [(found.better, exact.better), (found.worse, exact.worse), (found.equal, exact.equal)]
        {
            same_probability("better or worse", &found, &exact);
        }
    }
    if let (Some(found), Some(exact)) = (&found.efficiency.controlled_mean, &exact.efficiency.controlled_mean)
    {
        same_mean("controlled", found, exact);
    }
    assert_eq!(found.convergence.len(), exact.convergence.len());
    for (found, exact) in found.convergence.iter().zip(&exact.convergence) {
        assert_eq!(found.paths, exact.paths);
        near(
            "running mean",
            Some(found.mean),
            Some(exact.mean),
            1e-9 * exact.standard_error * exact.paths as f64,
        );
        near(
            "its error",
            Some(found.standard_error),
            Some(exact.standard_error),
            1e-8 * exact.standard_error,
        );
    }
    for (found, exact) in found.moic_buckets.iter().zip(&exact.moic_buckets) {
        near("bucket", found.paths, exact.paths, 1e-12);
        near("its error", found.standard_error, exact.standard_error, 1e-9);
        near("its proceeds", found.proceeds, exact.proceeds, 1e-10);
    }
    for (found, exact) in found.multiples_reached.iter().zip(&exact.multiples_reached) {
        near("reached", Some(found.probability), Some(exact.probability), 0.0);
        near("its interval", Some(found.low), Some(exact.low), 1e-9);
    }
    assert_eq!(found.present_value_bins.atoms, exact.present_value_bins.atoms);
    assert_eq!(found.moic_bins.atoms, exact.moic_bins.atoms);
}

#[test]
fn a_digest_says_what_the_columns_say() {
    for (sampling, grouped) in [(Sampling::PseudoRandom, false), (Sampling::Sobol, true)] {
        let (found, exact) = (summary(sampling, 0), summary(sampling, u64::MAX));
        assert_eq!((found.run.percentile_error, exact.run.percentile_error), (SPREAD_ERROR, 0.0));
        for (found, exact) in found.cases.iter().zip(&exact.cases) {
            same_case(found, exact, grouped);
        }
        let (Some(found), Some(exact)) = (&found.fair_value, &exact.fair_value) else { continue };
        for (found, exact) in found.cases.iter().zip(&exact.cases) {
            same_mean("fair value", &found.value, &exact.value);
            same_mean("net", &found.net, &exact.net);
            same_mean("paid", &found.paid, &exact.paid);
            same_mean("martingale", &found.martingale, &exact.martingale);
            assert_eq!(found.tail.verdict, exact.tail.verdict);
            let controlled = |case: &FairValueCase| case.efficiency.controlled_mean.unwrap();
            same_mean("controlled", &controlled(found), &controlled(exact));
        }
    }
}
