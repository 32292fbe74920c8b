//! The results that can be solved for, and the target as it is written: `METRIC = VALUE`.

use super::estimate::Estimate;
use crate::quantity::Currency;
use crate::scenario::Unit;
use crate::simulate::{Item, Outcomes, Parts};

/// A result of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Mean present value at the required return.
    PresentValue,
    /// Mean proceeds over mean investment.
    Moic,
    /// Median rate of return.
    IrrMedian,
    /// Median fraction of fully diluted shares, where any were acquired.
    OwnershipMedian,
    /// Probability that a tranche becomes shares.
    ProbabilityConversion,
    /// Probability that less comes back than was paid in, of the paths on which something was.
    ProbabilityLoss,
    /// Value of what is received under the risk-neutral measure.
    FairValue,
    /// The same less the value of what is paid in.
    FairValueNet,
}

impl Metric {
    /// All of them, as messages list them.
    pub const ALL: [Metric; 8] = [
        Metric::PresentValue,
        Metric::Moic,
        Metric::IrrMedian,
        Metric::OwnershipMedian,
        Metric::ProbabilityConversion,
        Metric::ProbabilityLoss,
        Metric::FairValue,
        Metric::FairValueNet,
    ];

    /// As written on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Metric::PresentValue => "present_value",
            Metric::Moic => "moic",
            Metric::IrrMedian => "irr_median",
            Metric::OwnershipMedian => "ownership_median",
            Metric::ProbabilityConversion => "probability_conversion",
            Metric::ProbabilityLoss => "probability_loss",
            Metric::FairValue => "fair_value",
            Metric::FairValueNet => "fair_value_net",
        }
    }

    /// What it is measured in.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Metric::PresentValue | Metric::FairValue | Metric::FairValueNet => Unit::Money,
            Metric::Moic => Unit::Multiple,
            _ => Unit::Rate,
        }
    }

    /// Whether it is a result under the risk-neutral measure.
    #[must_use]
    pub fn is_fair_value(self) -> bool {
        matches!(self, Metric::FairValue | Metric::FairValueNet)
    }

    /// The result of a run under its measure.
    #[must_use]
    pub fn of(self, outcomes: Outcomes) -> Estimate {
        let Outcomes { columns, tally, .. } = outcomes;
        let units = tally.parts.as_ref().map(Parts::units);
        match self {
            Metric::PresentValue | Metric::FairValueNet => Estimate::mean(columns.present_value, units),
            Metric::FairValue => {
                let received = columns.present_value.iter().zip(&columns.paid).map(|(net, paid)| net + paid);
                Estimate::mean(received.collect(), units)
            }
            Metric::Moic => Estimate::ratio(&columns.received, &columns.invested, units),
            Metric::IrrMedian => Estimate::median(&columns.irr, units),
            Metric::OwnershipMedian => Estimate::median(&columns.ownership, units),
            Metric::ProbabilityConversion => {
                let share = tally.converted as f64 / tally.paths as f64;
                let parts = tally.parts.as_ref();
                let error = parts.and_then(|parts| parts.mean_error(Item::Converted, Item::Paths, share));
                Estimate::share(tally.converted, tally.paths, error)
            }
            Metric::ProbabilityLoss => {
                let invested: Vec<f64> = columns.invested.iter().map(|&paid| indicator(paid > 0.0)).collect();
                let pairs = columns.received.iter().zip(&columns.invested);
                let lost: Vec<f64> =
                    pairs.map(|(&back, &paid)| indicator(paid > 0.0 && back / paid < 1.0)).collect();
                Estimate::ratio(&lost, &invested, units)
            }
        }
    }
}

fn indicator(event: bool) -> f64 {
    if event { 1.0 } else { 0.0 }
}

/// A metric and what it is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The metric.
    pub metric: Metric,
    /// What it is to be.
    pub wanted: Wanted,
}

/// What a metric is to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// This, in the metric's unit: currency units, a fraction, a multiple.
    Value(f64),
    /// As much as in this case.
    Case(String),
}

impl Target {
    /// Reads `METRIC = VALUE` or `METRIC = case:NAME`, the name with or without quotes.
    ///
    /// # Errors
    /// What is wrong, with all metrics where one is unknown.
    pub fn read(text: &str, currency: Option<Currency>) -> Result<Self, String> {
        let names = Metric::ALL.map(Metric::name).join(", ");
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!(
                "`{text}` is no target: write METRIC=VALUE, such as present_value=$0; metrics: {names}"
            ));
        };
        let (name, value) = (name.trim(), value.trim());
        let Some(metric) = Metric::ALL.into_iter().find(|metric| metric.name() == name) else {
            return Err(format!("there is no metric `{name}`; metrics: {names}"));
        };
        if let Some(case) = value.strip_prefix("case:") {
            let case = case.trim();
            let bare = case.strip_prefix('"').and_then(|case| case.strip_suffix('"')).unwrap_or(case);
            return Ok(Self { metric, wanted: Wanted::Case(bare.to_owned()) });
        }
        let value = metric.unit().read(value, currency).map_err(|why| format!("{name}: {why}"))?;
        Ok(Self { metric, wanted: Wanted::Value(value) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_as_people_write_them() {
        let read = |text| Target::read(text, Some(Currency::USD));
        let target = |metric, wanted| Ok(Target { metric, wanted });
        assert_eq!(read("present_value=$0"), target(Metric::PresentValue, Wanted::Value(0.0)));
        assert_eq!(read("moic = 2x"), target(Metric::Moic, Wanted::Value(2.0)));
        assert_eq!(read("probability_loss=25%"), target(Metric::ProbabilityLoss, Wanted::Value(0.25)));
        let loan = || Wanted::Case("Straight loan at 9%".to_owned());
        assert_eq!(read("fair_value = case:\"Straight loan at 9%\""), target(Metric::FairValue, loan()));
        assert_eq!(read("fair_value = case: Straight loan at 9%"), target(Metric::FairValue, loan()));
        assert!(read("moic").unwrap_err().contains("METRIC=VALUE"));
        let unknown = read("value=$0").unwrap_err();
        assert!(Metric::ALL.iter().all(|metric| unknown.contains(metric.name())), "{unknown}");
        assert!(read("moic=2").unwrap_err().contains("2x"));
        assert!(read("fair_value=€1m").unwrap_err().contains("the deal in USD"));
    }
}
