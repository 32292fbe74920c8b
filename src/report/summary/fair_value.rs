//! The deal under the risk-neutral measure: a section of its own, never in one column with expectations.

use serde::Serialize;

use super::CaseStudy;
use super::case::{TailSummary, tail};
use super::estimate::{Distribution, Mean, Probability, finite};
use crate::model::{CreditModel, FairValue};
use crate::statistics::{SortedSample, paired_difference};

/// Terms, in years, at which a curve of zero rates is reported.
const TERMS: [f64; 4] = [1.0, 3.0, 5.0, 10.0];

/// What a run found under the risk-neutral measure.
#[derive(Clone, Copy, Debug)]
pub struct FairValueStudy<'a> {
    /// What it rests on.
    pub basis: &'a FairValue,
    /// What the measure leaves out of the file or reads otherwise, as sentences.
    pub changes: &'a [String],
    /// The cases, in the order of the run's own.
    pub cases: &'a [CaseStudy<'a>],
}

/// Fair values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FairValueSummary {
    /// Riskless zero rates a year, annually compounded, by term in years; one rate if it is the same for all.
    pub risk_free: Vec<ZeroRate>,
    /// Part of the company's value that is paid out a year.
    pub payout_yield_per_year: f64,
    /// `hazard`, `structural` or `cash_spread`.
    pub credit_model: &'static str,
    /// The credit model as a sentence.
    pub credit_model_text: &'static str,
    /// What the measure leaves out of the file or reads otherwise, as sentences.
    pub changes: Vec<String>,
    /// The cases.
    pub cases: Vec<FairValueCase>,
}

/// A riskless rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ZeroRate {
    /// Term; none if the rate holds for all.
    pub years: Option<f64>,
    /// A year, annually compounded.
    pub rate_per_year: f64,
}

/// One case under the risk-neutral measure, in the deal's currency.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FairValueCase {
    /// Its name.
    pub name: String,
    /// What the investor receives is worth this today.
    pub value: Mean,
    /// What it pays in is worth this today.
    pub paid: Mean,
    /// The first less the second.
    pub net: Mean,
    /// The net value against the base case, on the same paths.
    pub difference: Option<Mean>,
    /// Probability that a tranche becomes shares, under this measure.
    pub conversion: Probability,
    /// The same in real-world probabilities.
    pub conversion_real_world: Probability,
    /// Probability that the company fails before the horizon, under this measure.
    pub failure: Probability,
    /// The mean of what today's shares are worth at the end, discounted, relative to today: 1 but for sampling error.
    pub martingale: Mean,
    /// Whether the tails let the errors be believed.
    pub tail: TailSummary,
}

impl FairValueSummary {
    pub(super) fn new(study: &FairValueStudy<'_>, real_world: &[CaseStudy<'_>]) -> Self {
        let FairValueStudy { basis, changes, cases } = *study;
        let (credit_model, credit_model_text) = match basis.credit {
            CreditModel::Hazard(_) => (
                "hazard",
                "Hazard of failure: shares are then worth nothing and lenders recover a part; the value grows by what makes \
                 up for that.",
            ),
            CreditModel::Structural => (
                "structural",
                "Structural: the company defaults where it is worth less than what falls due, and not otherwise.",
            ),
            CreditModel::CashSpread(_) => (
                "cash_spread",
                "Cash spread (Tsiveriotis and Fernandes): money paid on debt is discounted at more than the riskless rate, \
                 shares are not.",
            ),
        };
        let base = cases.first();
        Self {
            risk_free: zero_rates(basis),
            payout_yield_per_year: libm::expm1(basis.payout_yield),
            credit_model,
            credit_model_text,
            changes: changes.to_vec(),
            cases: cases
                .iter()
                .zip(real_world)
                .enumerate()
                .map(|(index, (case, real_world))| {
                    fair_value_case(case, real_world, base.filter(|_| index > 0))
                })
                .collect(),
        }
    }
}

fn zero_rates(basis: &FairValue) -> Vec<ZeroRate> {
    let yearly = libm::expm1;
    match basis.risk_free.flat_rate() {
        Some(rate) => vec![ZeroRate { years: None, rate_per_year: yearly(rate) }],
        None => TERMS
            .iter()
            .map(|&years| ZeroRate {
                years: Some(years),
                rate_per_year: yearly(basis.risk_free.log_growth(years) / years),
            })
            .collect(),
    }
}

fn fair_value_case(
    case: &CaseStudy<'_>,
    real_world: &CaseStudy<'_>,
    base: Option<&CaseStudy<'_>>,
) -> FairValueCase {
    let columns = &case.outcomes.columns;
    let tally = &case.outcomes.tally;
    let received: Vec<f64> =
        columns.present_value.iter().zip(&columns.paid).map(|(net, paid)| net + paid).collect();
    let sorted = SortedSample::new(&received);
    let value = Distribution::new(&received, &sorted);
    let difference = base.and_then(|base| {
        let paired = paired_difference(&columns.present_value, &base.outcomes.columns.present_value)?;
        Some(Mean {
            value: finite(paired.mean.value),
            standard_error: finite(paired.standard_error),
            low: finite(paired.mean.low),
            high: finite(paired.mean.high),
            paths: paired.pairs,
        })
    });
    let (martingale, error) = tally.martingale.mean(tally.paths);
    let real_tally = &real_world.outcomes.tally;
    FairValueCase {
        name: case.name.to_owned(),
        tail: tail(&sorted, &value),
        value: value.mean,
        paid: Mean::of(&columns.paid),
        net: Mean::of(&columns.present_value),
        difference,
        conversion: Probability::of(tally.converted, tally.paths),
        conversion_real_world: Probability::of(real_tally.converted, real_tally.paths),
        failure: Probability::of(tally.exits[2], tally.paths),
        martingale: Mean::normal(martingale, error, tally.paths),
    }
}
