//! What a payment on a later day is worth today.

use crate::model::{CreditModel, Curve, FairValue, Measure, Scenario};
use crate::number::Amount;
use crate::random::math;

/// Discount factors of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscountPlan {
    /// The required return, or the riskless rates of a fair value.
    curve: Curve,
    /// By how much more a year, in logarithms, money paid on debt is discounted (Tsiveriotis and Fernandes 1998).
    cash_spread: f64,
    /// Whether what is given up for shares is discounted like money paid on debt.
    keeps_bond: bool,
}

impl DiscountPlan {
    /// The rates of a scenario under its measure.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        match (scenario.measure, &scenario.fair_value) {
            (Measure::RiskNeutral, Some(FairValue { risk_free, credit, .. })) => Self {
                curve: risk_free.clone(),
                cash_spread: match credit {
                    CreditModel::CashSpread(spread) | CreditModel::BondAndOption(spread) => *spread,
                    CreditModel::Hazard(_) | CreditModel::Structural => 0.0,
                },
                keeps_bond: matches!(credit, CreditModel::BondAndOption(_)),
            },
            _ => Self {
                curve: Curve::flat(libm::log1p(f64::from_decimal(scenario.discounting.required_return))),
                cash_spread: 0.0,
                keeps_bond: false,
            },
        }
    }

    /// Whether money paid on debt is discounted like all other.
    #[must_use]
    pub fn is_one_rate(&self) -> bool {
        self.cash_spread == 0.0
    }

    /// By how much more money paid on debt counts when it is seen from `years` on, not from today: up to then the
    /// lender has not gone unpaid.
    #[must_use]
    pub fn debt_seen_from(&self, years: f64) -> f64 {
        math::exp(self.cash_spread * years)
    }

    /// Whether what is given up for shares is discounted like money paid on debt.
    #[must_use]
    pub fn keeps_bond(&self) -> bool {
        self.keeps_bond
    }

    /// What one unit of debt given up for shares at `years` adds to the value: as money paid on debt it is worth less
    /// than the riskless money with which the shares are bought.
    #[must_use]
    pub fn of_debt_given_up(&self, years: f64) -> f64 {
        if self.keeps_bond { self.factor(years, true) - self.factor(years, false) } else { 0.0 }
    }

    /// The logarithm of what one unit grows to until `years`.
    #[must_use]
    pub fn log_growth(&self, years: f64) -> f64 {
        self.curve.log_growth(years)
    }

    /// What one unit paid at `years` is worth today; `on_debt` says whether a debtor pays it.
    #[must_use]
    pub fn factor(&self, years: f64, on_debt: bool) -> f64 {
        let spread = if on_debt { self.cash_spread } else { 0.0 };
        math::exp(-(self.curve.log_growth(years) + spread * years))
    }
}
