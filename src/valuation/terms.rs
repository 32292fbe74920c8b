//! The price of every term: the deal with it and without it, on the same paths.

use super::decide::{DecideError, Settings, plans};
use super::variants::variants;
use crate::model::{Measure, Scenario};
use crate::simulate::{Parts, RunOptions, ThreadError, run};
use crate::statistics::Units;

/// Paths that terms are priced on at most: differences on common paths need fewer than the deal itself.
pub const MOST_PATHS: u64 = 1 << 16;

/// What the terms of a deal are worth: present values net of what is paid in, path by path.
#[derive(Clone, Debug, PartialEq)]
pub struct TermPrices {
    /// Under which probabilities, and so at which rates.
    pub measure: Measure,
    /// How paths hang together; none if they are independent.
    pub units: Option<Units>,
    /// The deal without any of its terms: a loan without interest, common shares, or a warrant as it is.
    pub floor: Vec<f64>,
    /// The whole deal.
    pub whole: Vec<f64>,
    /// What is paid in for it.
    pub paid: Vec<f64>,
    /// The terms, in the order in which they are added.
    pub terms: Vec<TermPrice>,
}

impl TermPrices {
    /// Of a deal whose terms are not looked at.
    #[must_use]
    pub fn none() -> Self {
        TermPrices {
            measure: Measure::RealWorld,
            units: None,
            floor: Vec::new(),
            whole: Vec::new(),
            paid: Vec::new(),
            terms: Vec::new(),
        }
    }
}

/// What one term is worth, path by path.
#[derive(Clone, Debug, PartialEq)]
pub struct TermPrice {
    /// The term.
    pub term: String,
    /// What it adds to the terms before it; the steps add up from the floor to the whole deal.
    pub step: Vec<f64>,
    /// What the whole deal loses without it.
    pub alone: Vec<f64>,
}

/// Why terms could not be priced.
#[derive(Debug, thiserror::Error)]
pub enum TermError {
    /// A variant could not be resolved, or its best decisions not be found.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] ThreadError),
}

/// Prices the terms of a scenario under its measure.
///
/// Every variant learns what is decided as is best with the same settings and runs on the same paths, so that the standard
/// error of a difference is that of the paired differences (Glasserman 2003, *Monte Carlo Methods in Financial
/// Engineering*, §7.1: common random numbers).
///
/// # Errors
/// If a variant cannot be resolved or threads cannot be started.
pub fn price_terms(
    scenario: &Scenario,
    options: RunOptions,
    deciding: Settings,
) -> Result<TermPrices, TermError> {
    let (floor, steps) = variants(scenario);
    let scenarios = std::iter::once(scenario)
        .chain([&floor])
        .chain(steps.iter().flat_map(|variant| [&variant.with, &variant.without]));
    let (distinct, places) = distinct(scenarios);
    let plans = plans(distinct.iter().copied(), deciding, options.threads)?;
    let paths = options.paths.min(MOST_PATHS);
    let outcomes = run(&plans.iter().collect::<Vec<_>>(), RunOptions { paths, ..options }, |_| {})?;
    let value = |index: usize| outcomes[places[index]].columns.present_value.as_slice();
    let difference =
        |a: usize, b: usize| value(a).iter().zip(value(b)).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let terms = steps.iter().enumerate().map(|(place, variant)| {
        let (with, without) = (2 + 2 * place, 3 + 2 * place);
        let before = if place == 0 { 1 } else { with - 2 };
        TermPrice {
            term: variant.term.clone(),
            step: difference(with, before),
            alone: difference(0, without),
        }
    });
    Ok(TermPrices {
        measure: scenario.measure,
        units: outcomes[0].tally.parts.as_ref().map(Parts::units),
        floor: value(1).to_vec(),
        whole: value(0).to_vec(),
        paid: outcomes[0].columns.paid.clone(),
        terms: terms.collect(),
    })
}

/// Each scenario once, in the order of their first appearance, and where each of all stands among them: the deal with its last
/// term is the whole deal, for one.
fn distinct<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> (Vec<&'a Scenario>, Vec<usize>) {
    let mut distinct: Vec<&Scenario> = Vec::new();
    let places = scenarios.map(|scenario| {
        distinct.iter().position(|known| *known == scenario).unwrap_or_else(|| {
            distinct.push(scenario);
            distinct.len() - 1
        })
    });
    let places = places.collect();
    (distinct, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Clock, Gate, Milestone, MilestoneKind};
    use crate::simulate::fixture::{after, known, scenario};

    fn sum(column: &[f64]) -> f64 {
        column.iter().sum()
    }

    #[test]
    fn the_steps_add_up_from_the_floor_to_the_whole() {
        let prices =
            price_terms(&scenario(), RunOptions { paths: 4_096, threads: Some(2) }, Settings::like(None))
                .unwrap();
        let labels: Vec<&str> = prices.terms.iter().map(|term| term.term.as_str()).collect();
        // The fixture's note: 6 % interest, 20 % discount, a cap, twice its money in a sale; repaid at maturity.
        assert_eq!(
            labels,
            [
                "interest",
                "conversion at the price of a round",
                "liquidation preference",
                "discount",
                "cap or fixed price of conversion",
                "change of control"
            ]
        );
        let steps: f64 = prices.terms.iter().map(|term| sum(&term.step)).sum();
        let whole = sum(&prices.whole);
        // Each of the sums is rounded about once a path.
        let rounding = 4_096.0 * f64::EPSILON * prices.whole.iter().map(|value| value.abs()).sum::<f64>();
        assert!((sum(&prices.floor) + steps - whole).abs() < rounding, "{steps} {whole}");
        // The last step is the whole deal against the deal without that term: both are the same difference.
        let last = prices.terms.last().unwrap();
        assert_eq!(last.step, last.alone);
        // On every path a cap, a discount and a preference are worth something or nothing to a holder who must convert.
        for term in prices.terms.iter().filter(|term| term.term == "discount") {
            assert!(sum(&term.step) > 0.0, "{}", term.term);
        }
    }

    /// A tranche that waits for two milestones has a term for each: without one of them it still waits for the other.
    #[test]
    fn every_milestone_is_a_term_of_its_own() {
        let mut gated = scenario();
        for (name, title) in [("first", "First light"), ("second", "")] {
            gated.milestones.push(Milestone {
                name: name.into(),
                title: title.into(),
                requires: Vec::new(),
                kind: MilestoneKind::Timed(Clock { probability: Some(known(50)), ..after(6) }),
                deadline: None,
                effect_if_reached: None,
                effect_if_missed: None,
            });
        }
        gated.instruments[0].tranches[0].gates = vec![Gate::Milestone(0), Gate::Milestone(1)];
        let (floor, steps) = variants(&gated);
        let labels: Vec<&str> = steps.iter().map(|step| step.term.as_str()).collect();
        assert_eq!(labels[..3], ["milestone “First light”", "milestone “second”", "interest"]);
        let gates = |scenario: &Scenario| scenario.instruments[0].tranches[0].gates.clone();
        assert_eq!((gates(&floor), gates(&steps[0].with)), (vec![], vec![Gate::Milestone(0)]));
        assert_eq!(
            (gates(&steps[0].without), gates(&steps[1].with)),
            (vec![Gate::Milestone(1)], gates(&gated))
        );
    }

    #[test]
    fn equal_variants_run_once() {
        let (whole, mut other) = (scenario(), scenario());
        other.instruments.clear();
        let (found, places) = distinct([&whole, &other, &other, &whole].into_iter());
        assert_eq!(found, [&whole, &other]);
        assert_eq!(places, [0, 1, 1, 0]);
    }

    #[test]
    fn a_deal_of_common_shares_has_no_terms() {
        let mut shares = scenario();
        shares.instruments[0].kind = crate::model::Kind::Equity(crate::model::Equity {
            terms: crate::model::ShareTerms::COMMON,
            price: crate::model::EquityPrice::Today,
        });
        let prices =
            price_terms(&shares, RunOptions { paths: 64, threads: Some(1) }, Settings::like(None)).unwrap();
        assert!(prices.terms.is_empty());
        assert_eq!(prices.floor, prices.whole);
    }
}
