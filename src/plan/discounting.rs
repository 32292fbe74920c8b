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
}

impl DiscountPlan {
    /// The rates of a scenario under its measure.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        match (scenario.measure, &scenario.fair_value) {
            (Measure::RiskNeutral, Some(FairValue { risk_free, credit, .. })) => Self {
                curve: risk_free.clone(),
                cash_spread: match credit {
                    CreditModel::CashSpread(spread) => *spread,
                    CreditModel::Hazard(_) | CreditModel::Structural => 0.0,
                },
            },
            _ => Self {
                curve: Curve::flat(libm::log1p(f64::from_decimal(scenario.discounting.required_return))),
                cash_spread: 0.0,
            },
        }
    }

    /// Whether money paid on debt is discounted like all other.
    #[must_use]
    pub fn is_one_rate(&self) -> bool {
        self.cash_spread == 0.0
    }

    /// What one unit paid at `years` is worth today; `on_debt` says whether a debtor pays it.
    #[must_use]
    pub fn factor(&self, years: f64, on_debt: bool) -> f64 {
        let spread = if on_debt { self.cash_spread } else { 0.0 };
        math::exp(-(self.curve.log_growth(years) + spread * years))
    }
}
