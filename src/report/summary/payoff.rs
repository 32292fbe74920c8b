//! What the investor's first convertible debt is worth at the moment it converts, by company value.
//!
//! Priced by the very clauses of the simulation ([`price_round`], [`shares_at_valuation`]), on a stated typical
//! conversion: all tranches funded on the valuation date, converting at the median time of conversion in the
//! run, in a round of typical size.

use serde::{Deserialize, Serialize};

use super::measure::sorted;
use super::{CaseStudy, expected};
use crate::contract::{
    Cap, Compounding, ConversionTerms, Converting, OwnershipLimit, PriceBasis, RoundTerms, accrued_interest,
    post_money_fraction, price_round, shares_at_valuation,
};
use crate::model::{
    Accrual, CapAmount, CapBasis, Conversion, Debt, Instrument, InterestPayment, Kind, NonQualified,
    RoundSize, Scenario, ValuationCap,
};
use crate::number::Amount;
use crate::simulate::{Branch, Kept, TrancheTally};
use crate::statistics::SortedSample;

/// Payoffs by company value, and where they bend. Money in currency units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayoffCurve {
    /// The instrument.
    pub instrument: String,
    /// What the payoff is of.
    pub event: PayoffEvent,
    /// Its expected principal, all tranches.
    pub principal: f64,
    /// What could be claimed in money: principal and interest at the conversion, cash-out or preference in the sale.
    pub claim: f64,
    /// Years from the valuation date to the typical conversion; 0 for a sale.
    pub years: f64,
    /// Whether that is the median of the run's conversions, or one year because none was seen.
    pub years_from_run: bool,
    /// New money of the typical round as a fraction of the value before it; none if it is an amount.
    pub new_money_fraction: Option<f64>,
    /// New money of the typical round, if it is an amount.
    pub new_money: Option<f64>,
    /// Payoffs, ascending in company value.
    pub points: Vec<PayoffPoint>,
    /// Where the payoff bends or jumps.
    pub kinks: Vec<PayoffKink>,
    /// Edges of bins of equal ratio of the company's value at the end of each path.
    pub value_edges: Vec<f64>,
    /// Paths in each bin.
    pub value_counts: Vec<u64>,
    /// Paths of the run; values outside the bins are not shown.
    pub paths: u64,
}

/// What a payoff is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoffEvent {
    /// A typical conversion in a round.
    Conversion,
    /// A sale on the valuation date.
    Sale,
}

/// Payoffs at one company value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayoffPoint {
    /// Value of all claims on the company before the round's new money; the price in a sale.
    pub company_value: f64,
    /// Worth of the shares received, and of what stays debt; the payout in a sale.
    pub convertible: f64,
    /// The same claim if it could not convert: repaid, or all that the company is worth.
    pub repaid_only: f64,
    /// The same principal put into shares at today's value; none if that is not known.
    pub equity_today: Option<f64>,
}

/// A bend of the payoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayoffKink {
    /// Where, in company value.
    pub company_value: f64,
    /// The payoff there.
    pub payoff: f64,
    /// What happens there.
    pub text: String,
}

/// Points of the curve, beside its jumps.
const POINTS: u32 = 240;
/// Bins of the simulated values.
const VALUE_BINS: u32 = 48;
/// Differences of this part are rounding.
const ROUNDING: f64 = 1e-12;
/// Years to conversion where the run shows none.
const USUAL_YEARS: f64 = 1.0;

/// The law that holds at a company value; the curve is smooth where it does not change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Regime {
    /// The round is too small to convert the debt.
    TooSmall,
    /// Those who convert would claim more than the company.
    Infeasible,
    /// The holder would gain nothing.
    Unwilling,
    /// Converts; `limited` if the ownership limit keeps a part as debt.
    Converts { basis: PriceBasis, limited: bool },
}

/// The typical conversion.
struct Conversions<'a> {
    conversion: &'a Conversion,
    principal: f64,
    /// Principal and interest.
    claim: f64,
    /// What of it converts.
    converting: f64,
    terms: ConversionTerms<f64>,
    agreed: Option<Cap<f64>>,
    shares: f64,
    /// Of these, what the investor holds beside the deal.
    held: f64,
    new_money_fraction: Option<f64>,
    new_money: Option<f64>,
}

/// The payoff curve of a case at conversion; none if no debt of the investor's converts.
pub(super) fn of(case: &CaseStudy<'_>) -> Option<PayoffCurve> {
    let scenario = case.scenario;
    let (index, instrument) =
        scenario.instruments.iter().enumerate().find(|(_, i)| i.valued && conversion_of(i).is_some())?;
    let (debt, conversion) = conversion_of(instrument)?;
    let first: usize = scenario.instruments[..index].iter().map(|i| i.tranches.len()).sum();
    let tallies = &case.outcomes.tally.tranches[first..first + instrument.tranches.len()];
    let seen = median_conversion(tallies);
    let years = seen.unwrap_or(USUAL_YEARS);
    let typical = Conversions::new(scenario, instrument, debt, conversion, years);
    let finals = sorted(case.outcomes, Kept::FinalValue);
    let (low, high) = typical.range(scenario, &finals)?;
    let today = scenario.company.value_today.known();
    let stake = today.map(|today| typical.principal / (today + typical.principal));
    let (values, kinks) = typical.walk(low, high);
    let (value_edges, value_counts) = bins(&finals, low, high);
    Some(PayoffCurve {
        instrument: instrument.name.clone(),
        event: PayoffEvent::Conversion,
        principal: typical.principal,
        claim: typical.claim,
        years,
        years_from_run: seen.is_some(),
        new_money_fraction: typical.new_money_fraction,
        new_money: typical.new_money,
        points: values
            .into_iter()
            .map(|value| PayoffPoint {
                company_value: value,
                convertible: typical.payoff(value).0,
                repaid_only: typical.claim.min(value),
                equity_today: stake.map(|stake| stake * value),
            })
            .collect(),
        kinks,
        value_edges,
        value_counts,
        paths: case.outcomes.tally.paths,
    })
}

fn conversion_of(instrument: &Instrument) -> Option<(&Debt, &Conversion)> {
    match &instrument.kind {
        Kind::Debt(debt) => debt.conversion.as_ref().map(|conversion| (debt, conversion)),
        Kind::Equity(_) | Kind::Safe(_) | Kind::Warrant(_) => None,
    }
}

/// The median time of conversion, in quarters, over all tranches of an instrument.
fn median_conversion(tallies: &[TrancheTally]) -> Option<f64> {
    let conversions = [
        Branch::RoundAtCap,
        Branch::RoundAtDiscount,
        Branch::RoundAtPrice,
        Branch::IpoAtCap,
        Branch::IpoAtDiscount,
        Branch::IpoAtPrice,
        Branch::MilestoneConversion,
        Branch::MaturityConversion,
        Branch::EarlyConversion,
    ];
    let mut by_quarter: Vec<u64> = Vec::new();
    for counts in tallies.iter().flat_map(|tally| conversions.map(|branch| tally.cumulated(branch))) {
        by_quarter.resize(counts.len(), 0);
        by_quarter.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let all = *by_quarter.last()?;
    let quarter = by_quarter.iter().position(|sum| 2 * sum >= all)?;
    // The middle of the quarter.
    (all > 0).then_some((quarter as f64 + 0.5) / 4.0)
}

/// A cap; one set at funding as for a tranche funded today.
fn cap_of(cap: &ValuationCap, scenario: &Scenario) -> Cap<f64> {
    let amount = match cap.amount {
        CapAmount::Stated(amount) => expected(amount, scenario),
        CapAmount::OfValueAtFunding(multiple) => {
            expected(multiple, scenario) * expected(scenario.company.value_today, scenario)
        }
    };
    valued(amount, cap.basis)
}

fn valued(amount: f64, basis: CapBasis) -> Cap<f64> {
    match basis {
        CapBasis::PostMoney => Cap::PostMoney(amount),
        CapBasis::PreMoney => Cap::PreMoney(amount),
        CapBasis::PerShare => Cap::FixedPrice(amount),
    }
}

impl<'a> Conversions<'a> {
    fn new(
        scenario: &Scenario,
        instrument: &Instrument,
        debt: &Debt,
        conversion: &'a Conversion,
        years: f64,
    ) -> Self {
        let principal: f64 = instrument.tranches.iter().map(|t| expected(t.amount, scenario)).sum();
        let start = scenario.deal.valuation_date;
        let compounding = match debt.interest.accrual {
            Accrual::Simple => Compounding::Simple,
            Accrual::Compound { per_year } => Compounding::PerYear(per_year),
        };
        let accrual_years: f64 = debt.interest.day_count.years(start, super::day_after(start, years));
        let rate = expected(debt.interest.rate, scenario);
        let interest = match debt.interest.payment {
            // Paid out as it falls due.
            InterestPayment::Cash { .. } => 0.0,
            InterestPayment::AtEnd | InterestPayment::WaivedOnConversion => {
                accrued_interest(principal, rate, compounding, accrual_years)
            }
        };
        let waived = debt.interest.payment == InterestPayment::WaivedOnConversion;
        let discount = conversion
            .discount
            .iter()
            .take_while(|(from, _)| from.years() <= years)
            .last()
            .map(|(_, off)| *off);
        let (new_money_fraction, new_money) = match scenario.rounds.as_ref().map(|rounds| &rounds.size) {
            Some(RoundSize::OfPreMoney(fraction)) => (Some(expected(*fraction, scenario)), None),
            Some(RoundSize::Amount(amount)) => (None, Some(expected(*amount, scenario))),
            None => (None, None),
        };
        Self {
            conversion,
            principal,
            claim: principal + interest,
            converting: if waived { principal } else { principal + interest },
            terms: ConversionTerms {
                discount: discount.map_or(0.0, f64::from_decimal),
                cap: conversion.cap.as_ref().map_or(Cap::None, |cap| cap_of(cap, scenario)),
                stacked: conversion.stacked,
            },
            agreed: conversion
                .on_milestone
                .as_ref()
                .map(|on| valued(expected(on.at.amount, scenario), on.at.basis)),
            shares: f64::from_decimal(scenario.company.fully_diluted_shares),
            held: f64::from_decimal(scenario.company.fully_diluted_shares)
                * f64::from_decimal(scenario.deal.existing_stake),
            new_money_fraction,
            new_money,
        }
    }

    /// Values worth showing: from half the claim to where the bulk of the paths ends and every cap binds.
    fn range(&self, scenario: &Scenario, finals: &SortedSample) -> Option<(f64, f64)> {
        let today = expected(scenario.company.value_today, scenario);
        let cap = match self.terms.cap {
            Cap::PostMoney(cap) | Cap::PreMoney(cap) | Cap::Over(cap, _) => cap,
            Cap::FixedPrice(price) => price * self.shares,
            Cap::None => 0.0,
        };
        let low = (0.5 * self.claim).min(0.25 * today);
        let high = finals.quantile(0.75).unwrap_or(0.0).max(4.0 * today).max(3.0 * cap);
        (low > 0.0 && high.is_finite() && low < high).then_some((low, high))
    }

    /// The payoff at a company value, and the law that gives it.
    fn payoff(&self, value: f64) -> (f64, Regime) {
        let as_debt = self.claim.min(value);
        let new_money = self.new_money.unwrap_or_else(|| self.new_money_fraction.unwrap_or(0.0) * value);
        let qualified =
            self.conversion.qualified_financing.map(|least| new_money >= f64::from_decimal(least));
        let may_choose = match qualified {
            // No round converts it, but a milestone may.
            None if self.agreed.is_some() => return self.as_agreed(value),
            None | Some(true) => false,
            Some(false) => match self.conversion.non_qualified {
                NonQualified::Stays => return (as_debt, Regime::TooSmall),
                NonQualified::Converts => false,
                NonQualified::HolderChooses => true,
            },
        };
        let limit = self.conversion.ownership_limit.map(|fraction| OwnershipLimit {
            existing_shares: self.held,
            fraction: f64::from_decimal(fraction),
        });
        let round = RoundTerms::new(self.shares, value, new_money);
        let mut terms = self.terms;
        if let Some(condition) = self.conversion.cap.as_ref().and_then(|cap| cap.condition) {
            let (level, measure) = condition.in_number().level_and_measure(value, new_money);
            terms.cap = terms.cap.in_rounds_below(level, measure);
        }
        let converting = [Converting { amount: self.converting, terms, limited: limit.is_some() }];
        let (mut shares, mut basis) = ([0.0], [PriceBasis::RoundPrice]);
        match price_round(&round, &converting, limit.as_ref(), &mut shares, &mut basis) {
            Ok(_) if may_choose && basis[0] == PriceBasis::RoundPrice => (as_debt, Regime::Unwilling),
            Ok(outcome) => {
                let fraction = if limit.is_some() { outcome.converted_fraction } else { 1.0 };
                let held = shares[0] * outcome.price;
                // What stays debt cannot be worth more than the shares leave over.
                let rest = (self.claim * (1.0 - fraction)).min((value - held).max(0.0));
                (held + rest, Regime::Converts { basis: basis[0], limited: fraction < 1.0 })
            }
            Err(_) => (as_debt, Regime::Infeasible),
        }
    }

    /// Conversion on a milestone, at the valuation agreed.
    fn as_agreed(&self, value: f64) -> (f64, Regime) {
        let agreed = self.agreed.unwrap_or(Cap::None);
        let together = post_money_fraction(self.converting, agreed);
        match shares_at_valuation(self.converting, agreed, self.shares, together) {
            Some(shares) => {
                let regime = Regime::Converts { basis: PriceBasis::Cap, limited: false };
                (value * shares / (self.shares + shares), regime)
            }
            None => (self.claim.min(value), Regime::Infeasible),
        }
    }

    /// Company values of equal ratio with both sides of every change of law, and the kinks.
    fn walk(&self, low: f64, high: f64) -> (Vec<f64>, Vec<PayoffKink>) {
        let (from, to) = (libm::log(low), libm::log(high));
        let at = |step: u32| libm::exp(from + (to - from) * f64::from(step) / f64::from(POINTS));
        let mut values = vec![low];
        let mut kinks = Vec::new();
        for step in 1..=POINTS {
            let (left, right) = (at(step - 1), at(step));
            let (below, above) = (self.payoff(left), self.payoff(right));
            if below.1 != above.1 {
                let (left, right) = bisect(left, right, |value| self.payoff(value).1 == below.1);
                values.extend([left, right]);
                if let Some(text) = name(below.1, above.1).filter(|_| self.bends(left, right)) {
                    kinks.push(self.kink(right, text));
                }
            }
            // A payoff that stays at the principal comes back to it in the last bits only.
            let enough = self.principal * (1.0 - ROUNDING);
            if below.0 < enough && above.0 >= enough {
                let (_, right) = bisect(left, right, |value| self.payoff(value).0 < enough);
                kinks.push(self.kink(right, "1x: money back"));
            }
            values.push(right);
        }
        values.sort_by(f64::total_cmp);
        (values, kinks)
    }

    /// Whether the payoff jumps between neighbouring values or its slope changes: a law may change without that.
    fn bends(&self, left: f64, right: f64) -> bool {
        let step = 1e-3;
        let at = |value: f64| self.payoff(value).0;
        let jump = at(right) / at(left) - 1.0;
        // Growth of the payoff in per cent for one per cent of company value.
        let before = (at(left) / at(left * (1.0 - step)) - 1.0) / step;
        let after = (at(right * (1.0 + step)) / at(right) - 1.0) / step;
        jump.abs() > 0.002 || (after - before).abs() > 0.02
    }

    fn kink(&self, company_value: f64, text: &str) -> PayoffKink {
        PayoffKink { company_value, payoff: self.payoff(company_value).0, text: text.to_owned() }
    }
}

/// Narrows an interval to neighbouring values, the left of which holds and the right of which does not.
fn bisect(mut left: f64, mut right: f64, holds: impl Fn(f64) -> bool) -> (f64, f64) {
    for _ in 0..100 {
        let middle = f64::midpoint(left, right);
        if middle <= left || middle >= right {
            break;
        }
        if holds(middle) { left = middle } else { right = middle }
    }
    (left, right)
}

/// What a change of law means, for the chart.
fn name(below: Regime, above: Regime) -> Option<&'static str> {
    use Regime::{Converts, Infeasible, TooSmall, Unwilling};
    Some(match (below, above) {
        (TooSmall, _) => "the round qualifies",
        (Infeasible, _) => "worth enough to convert",
        (_, Unwilling) => "holder keeps the debt",
        (Unwilling, _) => "holder converts",
        (Converts { limited: false, .. }, Converts { limited: true, .. }) => "ownership limit binds",
        (Converts { limited: true, .. }, Converts { limited: false, .. }) => "ownership limit ends",
        (_, Converts { basis: PriceBasis::Cap, .. }) => "the cap binds",
        (Converts { basis: PriceBasis::Cap, .. }, _) => "the cap ends",
        _ => return None,
    })
}

/// Bins of equal ratio; values outside are not counted.
pub(super) fn bins(finals: &SortedSample, low: f64, high: f64) -> (Vec<f64>, Vec<u64>) {
    let (from, to) = (libm::log(low), libm::log(high));
    let edge = |k: u32| libm::exp(from + (to - from) * f64::from(k) / f64::from(VALUE_BINS));
    let edges: Vec<f64> = (0..=VALUE_BINS).map(edge).collect();
    let below: Vec<u64> = edges.iter().map(|edge| finals.count_below(*edge) as u64).collect();
    let counts = below.windows(2).map(|pair| pair[1] - pair[0]).collect();
    (edges, counts)
}
