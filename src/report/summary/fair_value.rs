//! The deal under the risk-neutral measure: a section of its own, never in one column with expectations.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::case::{TailSummary, tail};
use super::efficiency::Efficiency;
use super::ending::tallied;
use super::estimate::{Distribution, Mean, Probability, finite};
use super::level3::{InputRow, inputs};
use super::measure::{Measure, Worth, averaged, difference};
use super::{CaseStudy, Study};
use crate::model::{CapAmount, CapBasis, CreditModel, FairValue, Kind, Scenario};
use crate::number::Amount;
use crate::simulate::{Averaged, Item, Kept};
use crate::valuation::CONVERSION;

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FairValueSummary {
    /// Riskless zero rates a year, annually compounded, by term in years; one rate if it is the same for all.
    pub risk_free: Vec<ZeroRate>,
    /// Part of the company's value that is paid out a year.
    pub payout_yield_per_year: f64,
    /// `hazard`, `structural`, `cash_spread` or `bond_and_option`.
    pub credit_model: Cow<'static, str>,
    /// The credit model as a sentence.
    pub credit_model_text: Cow<'static, str>,
    /// What the measure leaves out of the file or reads otherwise, as sentences.
    pub changes: Vec<String>,
    /// The cases.
    pub cases: Vec<FairValueCase>,
    /// The base case split into the debt without its right to convert, and that right; none without one.
    pub split: Option<ConversionSplit>,
    /// Unobservable inputs of the base case.
    pub inputs: Vec<InputRow>,
}

/// A convertible as debt and a right, on the same paths, in the deal's currency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversionSplit {
    /// What the investor would receive without any right to convert: the debt floor.
    pub debt_floor: Mean,
    /// What the right to convert, with all its terms, adds.
    pub right_to_convert: Mean,
    /// Parity: what it would be worth converted today, at the company's value today; none if that is not known.
    pub parity: Option<f64>,
}

/// A riskless rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZeroRate {
    /// Term; none if the rate holds for all.
    pub years: Option<f64>,
    /// A year, annually compounded.
    pub rate_per_year: f64,
}

/// One case under the risk-neutral measure, in the deal's currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FairValueCase {
    /// Its name.
    pub name: String,
    /// Its credit model.
    pub credit_model: Cow<'static, str>,
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
    /// How much more the run tells of the value received than as many independent paths.
    pub efficiency: Efficiency,
    /// Whether the tails let the errors be believed.
    pub tail: TailSummary,
}

impl FairValueCase {
    /// By how many of its standard errors the check that is exactly 1 misses; none where there is no error.
    #[must_use]
    pub fn away_from_martingale(&self) -> Option<f64> {
        let Mean { value: Some(value), standard_error: Some(error), .. } = self.martingale else {
            return None;
        };
        finite((value - 1.0).abs() / error)
    }
}

impl FairValueSummary {
    pub(super) fn new(fair: &FairValueStudy<'_>, study: &Study<'_>) -> Self {
        let FairValueStudy { basis, changes, cases } = *fair;
        let (credit_model, credit_model_text) = credit_model(&basis.credit);
        let base = cases.first();
        let rows: Vec<FairValueCase> = cases
            .iter()
            .zip(study.cases)
            .enumerate()
            .map(|(index, (case, real_world))| fair_value_case(case, real_world, base.filter(|_| index > 0)))
            .collect();
        let split = base.zip(rows.first()).and_then(|(base, row)| split(base, &row.tail, study));
        Self {
            risk_free: zero_rates(basis),
            payout_yield_per_year: libm::expm1(basis.payout_yield),
            credit_model: credit_model.into(),
            credit_model_text: credit_model_text.into(),
            changes: changes.to_vec(),
            cases: rows,
            split,
            inputs: base.map_or_else(Vec::new, |base| inputs(base.scenario)),
        }
    }
}

/// The right to convert is the term of that name, taken out of the whole deal.
fn split(base: &CaseStudy<'_>, tail: &TailSummary, study: &Study<'_>) -> Option<ConversionSplit> {
    let prices = study.terms;
    let right = &prices.terms.iter().find(|price| price.term == CONVERSION)?.alone;
    let net = prices.whole.iter().zip(right).map(|(whole, right)| whole - right);
    let floor: Vec<f64> = net.zip(&prices.paid).map(|(net, paid)| net + paid).collect();
    Some(ConversionSplit {
        debt_floor: Mean::of(&floor, prices.units),
        right_to_convert: tail.told(Mean::of(right, prices.units)),
        parity: parity(base.scenario),
    })
}

/// The principal at a fixed conversion price, in shares at today's value; none if any of the investor's debts converts
/// otherwise, or if something is not known today.
fn parity(scenario: &Scenario) -> Option<f64> {
    let share =
        scenario.company.value_today.known()? / f64::from_decimal(scenario.company.fully_diluted_shares);
    let mut sum = 0.0;
    for instrument in scenario.instruments.iter().filter(|instrument| instrument.valued) {
        let Kind::Debt(debt) = &instrument.kind else { return None };
        let cap = debt.conversion.as_ref()?.cap.as_ref()?;
        let (CapAmount::Stated(price), CapBasis::PerShare) = (cap.amount, cap.basis) else { return None };
        for tranche in &instrument.tranches {
            sum += tranche.amount.known()? / price.known()? * share;
        }
    }
    Some(sum)
}

/// Identifier and sentence of a credit model.
fn credit_model(credit: &CreditModel) -> (&'static str, &'static str) {
    match credit {
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
        CreditModel::BondAndOption(_) => (
            "bond_and_option",
            "Bond and option: a bond discounted at more than the riskless rate, and a riskless option to exchange it for \
             shares.",
        ),
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
    let outcomes = case.outcomes;
    let tally = &outcomes.tally;
    let received = Measure::of(outcomes, Kept::Payout);
    let value = Distribution::new(&received);
    let difference =
        base.and_then(|base| difference(outcomes, base.outcomes)).map(|difference| difference.present_value);
    let real_tally = &real_world.outcomes.tally;
    let tail = tail(&received, &value, case);
    let efficiency =
        if tail.by_law { Efficiency::default() } else { Efficiency::of(Worth::Received, &value, case) };
    let told = |mean: Mean| tail.told(mean);
    FairValueCase {
        name: case.name.to_owned(),
        credit_model: case
            .scenario
            .fair_value
            .as_ref()
            .map_or("", |basis| credit_model(&basis.credit).0)
            .into(),
        value: told(value.mean),
        paid: averaged(outcomes, Averaged::Paid),
        net: told(averaged(outcomes, Averaged::PresentValue)),
        difference: difference.map(told),
        conversion: tallied(tally, tally.converted, Item::Converted),
        conversion_real_world: tallied(real_tally, real_tally.converted, Item::Converted),
        failure: tallied(tally, tally.exits[2], Item::Exit(2)),
        martingale: averaged(outcomes, Averaged::Martingale),
        efficiency,
        tail,
    }
}
