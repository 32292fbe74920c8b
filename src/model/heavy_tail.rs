//! Where a scenario itself, not a sample of it, has no variance.

use super::{Instrument, Kind, Number, PreMoney, Process, Scenario};
use crate::quantity::YEAR_DAYS;
use crate::random::Law as _;

/// An input that leaves the present value without a variance, whatever the number of paths.
#[derive(Clone, Debug, PartialEq)]
pub struct HeavyTail {
    /// What it is and why, as the beginning of a sentence.
    pub cause: String,
    /// Exponent of the value's upper tail, if it is known; 1 where the mean is all there is.
    pub index: Option<f64>,
}

impl Scenario {
    /// The first input found that leaves the investor's present value without a variance; `None` if there is none for
    /// certain.
    ///
    /// Amounts and the company's value pass through to what shares fetch in proportion, so a law without a variance has
    /// none there either. A drawn volatility or drift stands in an exponent: given it, the second moment of a
    /// lognormal value at t is exp(2 · drift · t + volatility² · t), and the expectation of that may be infinite. With known ones
    /// the horizon bounds the time, and the variance is finite, however large. (At an exit without a horizon, at a
    /// constant rate, it would be finite only where the rate is more than 2 · drift + volatility².)
    #[must_use]
    pub fn heavy_tail(&self) -> Option<HeavyTail> {
        let valued = || self.instruments.iter().filter(|instrument| instrument.valued);
        let mut amounts =
            valued().flat_map(|instrument| instrument.tranches.iter().map(|tranche| tranche.amount));
        let found = amounts.find_map(|amount| self.no_variance(amount));
        if found.is_some() || !valued().any(has_no_limit) {
            return found;
        }
        let today = self.no_variance(self.company.value_today);
        today.or_else(|| self.price_of_rounds()).or_else(|| self.motion())
    }

    fn no_variance(&self, number: Number) -> Option<HeavyTail> {
        let Number::Drawn(id) = number else { return None };
        let variable = &self.variables[id];
        if variable.family.variance().is_some() {
            return None;
        }
        let cause = format!("“{}” is drawn from a distribution without a variance", variable.name);
        Some(HeavyTail { cause, index: variable.family.upper_tail_index().filter(|index| index.is_finite()) })
    }

    fn price_of_rounds(&self) -> Option<HeavyTail> {
        match self.rounds.as_ref()?.pre_money {
            PreMoney::AtMarket => None,
            PreMoney::StepUp(number) | PreMoney::Amount(number) => self.no_variance(number),
        }
    }

    fn motion(&self) -> Option<HeavyTail> {
        let years = f64::from(self.deal.horizon.0 - self.deal.valuation_date.0) / YEAR_DAYS;
        let (drift, volatility) = match &self.company.process {
            Process::Gbm { drift, volatility } | Process::Merton { drift, volatility, .. } => {
                (drift, volatility)
            }
            Process::AtDates(dates) => {
                let heavy = dates.iter().find(|date| date.family.variance().is_none())?;
                let index = heavy.family.upper_tail_index().filter(|index| index.is_finite());
                let after = format!("{:.1} years", heavy.years);
                let cause =
                    format!("the company’s value after {after} has a distribution without a variance");
                return Some(HeavyTail { cause, index });
            }
        };
        let in_exponent = |number: &Number, index, explodes: &dyn Fn(&crate::random::Family) -> bool| {
            let Number::Drawn(id) = *number else { return None };
            let variable = &self.variables[id];
            explodes(&variable.family).then(|| HeavyTail {
                cause: format!(
                    "“{}” has no upper bound and stands in an exponent, which leaves the company’s value without a variance",
                    variable.name
                ),
                index,
            })
        };
        // Drift is that of the expected value, which a volatility leaves as it is.
        in_exponent(volatility, Some(1.0), &|family| family.square_explodes(years))
            .or_else(|| in_exponent(drift, None, &|family| family.exponential_explodes(2.0 * years)))
    }
}

/// Whether an instrument's proceeds grow with the company's value without limit.
fn has_no_limit(instrument: &Instrument) -> bool {
    match &instrument.kind {
        Kind::Debt(debt) => debt.conversion.is_some(),
        Kind::Safe(_) | Kind::Warrant(_) | Kind::Equity(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DatedValue, Variable};
    use crate::random::Family;
    use crate::random::family::{Lognormal, Normal, Pareto, Uniform};
    use crate::simulate::fixture::{known, scenario};

    fn drawn(scenario: &mut Scenario, family: impl Into<Family>) -> Number {
        scenario.variables.push(Variable {
            name: "drawn".into(),
            family: family.into(),
            unit: crate::model::Unit::Number,
            repeated: false,
            text: String::new(),
        });
        Number::Drawn(scenario.variables.len() - 1)
    }

    fn with_volatility(family: impl Into<Family>) -> Scenario {
        let mut scenario = scenario();
        let volatility = drawn(&mut scenario, family);
        scenario.company.process = Process::Gbm { drift: known(10), volatility };
        scenario
    }

    /// Over the five years of the fixture; hand-worked: with a normal volatility of deviation s the second moment is
    /// infinite from 2 · 5 · s² = 1 on, s = 0.316.
    #[test]
    fn what_has_no_variance_is_known() {
        assert_eq!(scenario().heavy_tail(), None);
        let mut heavy = scenario();
        heavy.company.value_today = drawn(&mut heavy, Pareto::new(100.0, 1.5).unwrap());
        let found = heavy.heavy_tail().unwrap();
        assert_eq!((found.index, found.cause.contains("“drawn”")), (Some(1.5), true));
        // A loan gets its claim whatever the company is worth.
        if let Kind::Debt(debt) = &mut heavy.instruments[0].kind {
            debt.conversion = None;
        }
        assert_eq!(heavy.heavy_tail(), None);
        let amount = drawn(&mut heavy, Pareto::new(100.0, 1.9).unwrap());
        heavy.instruments[0].tranches[0].amount = amount;
        assert_eq!(heavy.heavy_tail().unwrap().index, Some(1.9));

        assert_eq!(with_volatility(Uniform::new(0.3, 1.5).unwrap()).heavy_tail(), None);
        assert_eq!(with_volatility(Normal::new(0.6, 0.31).unwrap()).heavy_tail(), None);
        assert!(with_volatility(Normal::new(0.6, 0.32).unwrap()).heavy_tail().is_some());
        let endless: Family = Lognormal::new(-0.5, 0.2).unwrap().into();
        assert_eq!(with_volatility(endless.clone()).heavy_tail().unwrap().index, Some(1.0));
        assert_eq!(with_volatility(endless.truncated(0.0, 2.0).unwrap()).heavy_tail(), None);

        let mut dated = scenario();
        let family: Family = Pareto::new(100.0, 1.2).unwrap().into();
        let date = DatedValue { years: 2.0, family, text: String::new() };
        dated.company.process = Process::AtDates(vec![date]);
        assert_eq!(dated.heavy_tail().unwrap().index, Some(1.2));
    }
}
