//! Correlations in the report: as asked for, within their errors.

use super::study::{Sample, base};
use crate::model::{Coordinate, Copula, CorrelationGroup, Scenario};
use crate::report::figure::{Look, figures};
use crate::report::summary::CorrelationRow;
use crate::report::table::tables;
use crate::simulate::joined_uniforms;

/// Two milestones, joined.
fn joined(copula: Copula, requested: f64) -> Scenario {
    let mut scenario = base();
    scenario.correlations = vec![CorrelationGroup {
        members: vec![Coordinate::Ipo, Coordinate::Failure],
        matrix: vec![vec![1.0, requested], vec![requested, 1.0]],
        copula,
    }];
    scenario
}

/// By theory: what comes out is what was asked for, within 4.5 standard errors (false-alarm rate 7e-6 for each of the six).
#[test]
fn what_comes_out_is_what_was_asked_for() {
    for copula in [Copula::Gaussian, Copula::StudentT(3.0)] {
        for requested in [-0.8, 0.0, 0.5] {
            let scenario = joined(copula, requested);
            let plan = crate::plan::Plan::new(&scenario).unwrap();
            let rows = super::super::summary::correlations(&scenario, &joined_uniforms(&plan.world, 16_384));
            let CorrelationRow { realised, standard_error, paths, .. } = rows[0];
            assert_eq!(paths, 16_384);
            assert!((realised - requested).abs() < 4.5 * standard_error, "{copula:?} {requested}: {rows:?}");
            // The error of Kendall's τ of independent columns is √(2(2n+5)/(9n(n−1))) (Kendall 1938): 0.0052; π/2 times that
            // for the correlation underneath, and less (Gaussian) or somewhat more (Student's t) for others.
            assert!((0.002..0.015).contains(&standard_error), "{standard_error}");
        }
    }
}

#[test]
fn a_report_has_a_table_and_a_chart_of_them_if_there_are_any() {
    let with = Sample::of(vec![("Base case", joined(Copula::Gaussian, 0.5))], 1_000).summary();
    let without = Sample::of(vec![("Base case", base())], 1_000).summary();
    for (summary, any) in [(with, true), (without, false)] {
        assert_eq!(tables(&summary).iter().any(|table| table.file == "correlations.csv"), any);
        let figures = figures(&summary, &Look::default()).unwrap();
        assert_eq!(figures.iter().any(|figure| figure.chart.id == "corr"), any);
    }
}
