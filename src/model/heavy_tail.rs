//! Where a scenario itself, not a sample of it, has no variance.

use super::{Clock, Instrument, Kind, Number, PreMoney, Process, Scenario, Timing};
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
    /// the horizon bounds the time, and the variance is finite, but it may be so large that it is none for any sample.
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
            .or_else(|| self.too_wide(drift.known()?, volatility.known()?, years))
    }

    /// Whether the value at the exit, or at the horizon, has a variance so large that no number of paths shows it: the mean of the square is
    /// more than [`MOST_PATHS`] times the square of the mean. Until an exit at the rate h a year, the moments of a lognormal grow at their own
    /// rate less h; where that of the square is above 0 the law has a Pareto tail but for the horizon (Reed 2001, "The Pareto, Zipf and
    /// other power laws", Economics Letters 74). Jumps, which widen it further, are left out.
    fn too_wide(&self, drift: f64, volatility: f64, years: f64) -> Option<HeavyTail> {
        let rate = self.highest_exit_rate()?;
        let mean = moment_at_exit(drift, rate, years);
        let square = moment_at_exit(2.0 * drift + volatility * volatility, rate, years);
        if !(square / mean / mean > MOST_PATHS) {
            return None;
        }
        // The power a of the value whose mean grows as fast as the exits take it: a·drift + a(a − 1)·volatility²/2 = rate.
        let half = 0.5 * volatility * volatility;
        let linear = drift - half;
        let index = ((linear * linear + 4.0 * half * rate).sqrt() - linear) / (2.0 * half);
        let cause = format!(
            "at a volatility of {:.0}% over up to {years:.0} years the company’s value has a variance that no number of paths shows",
            100.0 * volatility
        );
        Some(HeavyTail { cause, index: (rate > 0.0).then_some(index) })
    }

    /// The sum of the highest rates a year at which the company is sold, floated or fails; none if one of them comes otherwise than at
    /// known rates.
    fn highest_exit_rate(&self) -> Option<f64> {
        let sale = self.sale.as_ref().map(|sale| &sale.clock);
        let ipo = self.ipo.as_ref().map(|ipo| &ipo.clock);
        let failure = self.failure.as_ref().map(|failure| &failure.clock);
        let highest = |clock: &Clock| match &clock.timing {
            Timing::Hazard(steps) => steps
                .iter()
                .map(|step| step.rate.known())
                .try_fold(0.0, |most, rate| Some(f64::max(most, rate?))),
            Timing::When(_) => None,
        };
        [sale, ipo, failure].into_iter().flatten().map(highest).sum()
    }
}

/// The mean of a power of the value, over today's, at an exit at `rate` a year or at the horizon, if it grows at `growth` a year.
fn moment_at_exit(growth: f64, rate: f64, years: f64) -> f64 {
    let left = growth - rate;
    let at_exit = if left.abs() < 1e-12 { rate * years } else { rate * libm::expm1(left * years) / left };
    at_exit + libm::exp(left * years)
}

/// The largest run.
const MOST_PATHS: f64 = 1e9;

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
    use crate::model::{DatedValue, Sale, Step, Variable};
    use crate::number::Decimal;
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

    /// Gornall and Strebulaev's unicorn: drift 2.5 %, volatility 90 %, exits at 25 % a year. Hand-worked: a² · 0.405 − a · 0.38 − 0.25 = 0
    /// has the root 1.38422, and the square grows at 0.05 + 0.81 − 0.25 = 61 % a year: to e^48.8 over 80 years, but to some 50 over five.
    #[test]
    fn a_variance_that_no_sample_shows_is_none() {
        let mut unicorn = scenario();
        unicorn.failure = None;
        unicorn.company.process =
            Process::Gbm { drift: Number::Known(Decimal::new(25, 3)), volatility: known(90) };
        let step = Step { from: 0.0, rate: known(25) };
        let clock = Clock { probability: None, timing: Timing::Hazard(vec![step]) };
        unicorn.sale = Some(Sale { clock, premium: None, ipo_instead: Vec::new() });
        assert_eq!(unicorn.heavy_tail(), None);
        unicorn.deal.horizon.0 += 75 * 365;
        let index = unicorn.heavy_tail().and_then(|found| found.index).unwrap();
        assert!((index - 1.38422).abs() < 1e-5, "{index}");
        // Without exits what the horizon is decides: e^(0.81 · 25.58) = 10^9.
        unicorn.sale = None;
        assert_eq!(unicorn.heavy_tail().unwrap().index, None);
        unicorn.deal.horizon.0 = unicorn.deal.valuation_date.0 + 25 * 365;
        assert_eq!(unicorn.heavy_tail(), None);
    }
}
