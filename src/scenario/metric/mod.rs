//! Results of a run by name: one vocabulary for targets, checks, sweeps and sensitivities.
//!
//! A [`Metric`] is written `mean(present_value)`, `p95(moic)`, `P(moic < 1x)`, `P(branch repaid)`,
//! `P(milestone launch)`, `se(mean(moic))`, or by a short name such as `moic` or `probability_loss`. A [`Check`]
//! compares one with a bound.

mod check;
mod read;

pub(super) use check::read_check;
pub use check::{Bound, Check};

use std::fmt::{self, Display};
use std::ops::Range;

use super::unit::Unit;
use crate::model::Scenario;
use crate::quantity::Currency;

/// A quantity with one value on each path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Cash flows discounted at the required return.
    PresentValue,
    /// Proceeds over investment, where something was invested.
    Moic,
    /// Internal rate of return a year, where there is exactly one.
    Irr,
    /// Cash paid in.
    Invested,
    /// Cash received, and the mark at the horizon.
    Received,
    /// Present value of the commercial flows.
    Strategic,
    /// Fraction of fully diluted shares after the investor last acquired any.
    Ownership,
    /// Time until the last funded tranche was resolved, in years; written as a span.
    Resolution,
    /// The company's value at the end of the path.
    CompanyValue,
}

impl Quantity {
    /// All of them with the names that expressions use.
    pub const NAMES: [(&'static str, Quantity); 9] = [
        ("present_value", Quantity::PresentValue),
        ("moic", Quantity::Moic),
        ("irr", Quantity::Irr),
        ("invested", Quantity::Invested),
        ("received", Quantity::Received),
        ("strategic", Quantity::Strategic),
        ("ownership", Quantity::Ownership),
        ("resolution", Quantity::Resolution),
        ("company_value", Quantity::CompanyValue),
    ];

    /// In words, as a heading has them.
    fn in_words(self) -> &'static str {
        match self {
            Quantity::PresentValue => "present value",
            Quantity::Moic => "multiple",
            Quantity::Irr => "IRR",
            Quantity::Invested => "investment",
            Quantity::Received => "proceeds",
            Quantity::Strategic => "commercial value",
            Quantity::Ownership => "ownership",
            Quantity::Resolution => "time to resolution",
            Quantity::CompanyValue => "company value",
        }
    }

    /// What it is measured in; times in days.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Quantity::PresentValue
            | Quantity::Invested
            | Quantity::Received
            | Quantity::Strategic
            | Quantity::CompanyValue => Unit::Money,
            Quantity::Moic => Unit::Multiple,
            Quantity::Irr | Quantity::Ownership => Unit::Rate,
            Quantity::Resolution => Unit::Days,
        }
    }
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Order {
    /// Whether `a` stands so to `b`.
    #[must_use]
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Order::Below => a < b,
            Order::AtMost => a <= b,
            Order::Above => a > b,
            Order::AtLeast => a >= b,
        }
    }
}

/// Something that happens on a path or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The company is floated.
    Ipo,
    /// The company is sold.
    Sale,
    /// The company fails.
    Failure,
    /// A tranche of the investor's becomes shares.
    Conversion,
    /// Not an event of a path but a share of the commitment: what ends through the branch of this identifier.
    Branch(String),
    /// The milestone of this name is reached and never lost.
    Milestone(String),
    /// A quantity compares so with a figure; of the paths on which it is defined.
    Compares(Quantity, Order, f64),
}

/// What is computed from the paths.
#[derive(Clone, Debug, PartialEq)]
pub enum Statistic {
    /// The mean over the paths on which the quantity is defined.
    Mean(Quantity),
    /// The standard deviation.
    Deviation(Quantity),
    /// The percentile at a share of the paths between 0 and 1.
    Percentile(Quantity, f64),
    /// Mean proceeds over mean investment.
    MoicOfMeans,
    /// A probability.
    Probability(Event),
    /// Value of what is received under the risk-neutral measure.
    FairValue,
    /// The same less the value of what is paid in.
    FairValueNet,
    /// The standard error of a statistic.
    Error(Box<Statistic>),
    /// The standard error as a fraction of the statistic's size.
    RelativeError(Box<Statistic>),
}

impl Statistic {
    /// What it is measured in.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match self {
            Statistic::Mean(of) | Statistic::Deviation(of) | Statistic::Percentile(of, _) => of.unit(),
            Statistic::MoicOfMeans => Unit::Multiple,
            Statistic::Probability(_) | Statistic::RelativeError(_) => Unit::Rate,
            Statistic::FairValue | Statistic::FairValueNet => Unit::Money,
            Statistic::Error(of) => of.unit(),
        }
    }

    /// Whether it is a result under the risk-neutral measure.
    #[must_use]
    pub fn is_fair_value(&self) -> bool {
        match self {
            Statistic::FairValue | Statistic::FairValueNet => true,
            Statistic::Error(of) | Statistic::RelativeError(of) => of.is_fair_value(),
            _ => false,
        }
    }

    fn event(&self) -> Option<&Event> {
        match self {
            Statistic::Probability(event) => Some(event),
            Statistic::Error(of) | Statistic::RelativeError(of) => of.event(),
            _ => None,
        }
    }
}

/// A result of a run, as somebody wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// What it is.
    pub statistic: Statistic,
    text: String,
}

/// What is wrong with an expression, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Wrong {
    fn new(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: help.into() }
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl Metric {
    /// Short names and what they stand for.
    pub const SHORT: [(&'static str, &'static str); 9] = [
        ("mean", "mean(present_value)"),
        ("present_value", "mean(present_value)"),
        ("moic", "mean proceeds over mean investment"),
        ("irr_median", "median(irr)"),
        ("ownership_median", "median(ownership)"),
        ("probability_conversion", "P(conversion)"),
        ("probability_loss", "P(moic < 1x)"),
        ("fair_value", "value of what is received under the risk-neutral measure"),
        ("fair_value_net", "the same less the value of what is paid in"),
    ];

    /// Reads one as a person writes it. Without a currency any mark of one will do.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(text: &str, currency: Option<Currency>) -> Result<Self, Wrong> {
        read::metric(text, currency)
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// In words, as a heading has it; as it was written where words would be no clearer.
    #[must_use]
    pub fn in_words(&self) -> String {
        match &self.statistic {
            Statistic::Mean(of) => format!("mean {}", of.in_words()),
            Statistic::Deviation(of) => format!("standard deviation of {}", of.in_words()),
            Statistic::Percentile(of, p) => format!("P{} of {}", 100.0 * p, of.in_words()),
            Statistic::MoicOfMeans => "proceeds over investment".to_owned(),
            Statistic::Probability(Event::Ipo) => "probability of an IPO".to_owned(),
            Statistic::Probability(Event::Sale) => "probability of a sale".to_owned(),
            Statistic::Probability(Event::Failure) => "probability of failure".to_owned(),
            Statistic::Probability(Event::Conversion) => "probability of conversion".to_owned(),
            Statistic::FairValue => "fair value received".to_owned(),
            Statistic::FairValueNet => "fair value, net".to_owned(),
            Statistic::Probability(_) | Statistic::Error(_) | Statistic::RelativeError(_) => {
                self.text.clone()
            }
        }
    }

    /// What it is measured in.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.statistic.unit()
    }

    /// Why a scenario has no such result, if it has none, with what to do.
    #[must_use]
    pub fn missing_in(&self, scenario: &Scenario) -> Option<(String, String)> {
        if self.statistic.is_fair_value() && scenario.fair_value.is_none() {
            let message = format!("`{}` needs a section [fair_value], which the scenario has not", self.text);
            return Some((message, "add it, or choose another metric".to_owned()));
        }
        let Some(Event::Milestone(name)) = self.statistic.event() else { return None };
        let names: Vec<&str> = scenario.milestones.iter().map(|milestone| milestone.name.as_str()).collect();
        if names.contains(&name.as_str()) {
            return None;
        }
        let known = if names.is_empty() { "the scenario has none".to_owned() } else { names.join(", ") };
        Some((format!("there is no milestone `{name}`"), format!("milestones: {known}")))
    }
}
