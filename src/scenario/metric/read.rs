//! Reading metrics: a few functions around a name, with the place of every mistake.

use std::ops::Range;

use super::{Event, Metric, Order, Quantity, Statistic, Wrong};
use crate::diagnostic::nearest;
use crate::quantity::{Currency, YEAR_DAYS};
use crate::scenario::unit::Unit;

/// How metrics look, for messages.
const FORMS: &str = "mean(…), sd(…), median(…), p95(…), se(…), P(moic < 1x), P(branch repaid), P(milestone NAME), P(ipo), P(conversion)";

/// Identifiers of branches, as in the files of a report.
pub(in crate::scenario) const BRANCHES: [&str; 29] = [
    "round_at_cap",
    "round_at_discount",
    "round_at_price",
    "ipo_at_cap",
    "ipo_at_discount",
    "ipo_at_price",
    "milestone_conversion",
    "maturity_conversion",
    "early_conversion",
    "sale_paid",
    "sale_as_converted",
    "safe_cashed_out",
    "shares_floated",
    "shares_sold",
    "shares_preference",
    "warrants_exercised",
    "repaid",
    "repaid_short",
    "maturity_default",
    "failure_recovery",
    "shares_worthless",
    "safe_worthless",
    "warrants_worthless",
    "debt_at_horizon",
    "safe_at_horizon",
    "shares_at_horizon",
    "warrants_at_horizon",
    "lapsed",
    "declined",
];

/// A text and the part of it that is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    start: usize,
    end: usize,
    currency: Option<Currency>,
}

impl<'a> Piece<'a> {
    pub(super) fn new(text: &'a str, currency: Option<Currency>) -> Self {
        Self { text, start: 0, end: text.len(), currency }.trimmed()
    }

    /// A part, given by bytes of the whole text.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end, ..self }.trimmed()
    }

    fn trimmed(self) -> Self {
        let part = self.str();
        let start = self.start + (part.len() - part.trim_start().len());
        Self { start, end: start + part.trim().len(), ..self }
    }

    pub(super) fn str(self) -> &'a str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// Where it stands; at least one character wide if the text has one there.
    pub(super) fn range(self) -> Range<usize> {
        self.start..self.end
    }

    pub(super) fn wrong(self, message: impl Into<String>, help: impl Into<String>) -> Wrong {
        Wrong::new(self.range(), message, help)
    }

    /// Splits at the first of some signs, longer ones first, outside brackets.
    pub(super) fn split(self, signs: &[&'static str]) -> Option<(Self, &'static str, Self)> {
        let mut depth = 0_u32;
        for (at, c) in self.str().char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > 0 {
                continue;
            }
            if let Some(sign) = signs.iter().find(|sign| self.str()[at..].starts_with(**sign)) {
                let at = self.start + at;
                return Some((self.part(self.start..at), sign, self.part(at + sign.len()..self.end)));
            }
        }
        None
    }

    /// `name(inner)`: the name and what is inside.
    fn call(self) -> Option<(Self, Self)> {
        let open = self.start + self.str().find('(')?;
        let inner = self.str().strip_suffix(')')?;
        let close = self.start + inner.len();
        (open < close).then(|| (self.part(self.start..open), self.part(open + 1..close)))
    }

    /// A figure in a unit; a multiple may go without its `x`.
    pub(super) fn figure(self, unit: Unit) -> Result<f64, Wrong> {
        if unit == Unit::Multiple
            && let Ok(number) = Unit::Number.read(self.str(), None)
        {
            return Ok(number);
        }
        unit.read(self.str(), self.currency).map_err(|why| {
            let (message, help) = why.split_once(": ").map_or_else(
                || (why.clone(), "write it in the deal's currency".to_owned()),
                |(problem, fix)| (problem.to_owned(), fix.to_owned()),
            );
            self.wrong(message, help)
        })
    }
}

pub(super) const ORDERS: [&str; 4] = ["<=", ">=", "<", ">"];

pub(super) fn order(sign: &str) -> Order {
    match sign {
        "<" => Order::Below,
        "<=" => Order::AtMost,
        ">" => Order::Above,
        _ => Order::AtLeast,
    }
}

pub(super) fn metric(text: &str, currency: Option<Currency>) -> Result<Metric, Wrong> {
    metric_of(Piece::new(text, currency))
}

pub(super) fn metric_of(piece: Piece<'_>) -> Result<Metric, Wrong> {
    Ok(Metric { statistic: statistic(piece)?, text: piece.str().to_owned() })
}

fn statistic(piece: Piece<'_>) -> Result<Statistic, Wrong> {
    if let Some((error, _, of)) = piece.split(&["/"]) {
        let (found, size) = (statistic(error)?, statistic(of)?);
        return match found {
            Statistic::Error(inner) if *inner == size => Ok(Statistic::RelativeError(inner)),
            _ => Err(piece.wrong(
                "only a standard error can be divided, and only by what it is the error of",
                "write it like se(mean)/mean",
            )),
        };
    }
    if let Some(found) = short(piece.str()) {
        return Ok(found);
    }
    let Some((name, inner)) = piece.call() else { return Err(unknown(piece)) };
    match name.str() {
        "se" => Ok(Statistic::Error(Box::new(statistic(inner)?))),
        "mean" => Ok(Statistic::Mean(quantity(inner)?)),
        "sd" => Ok(Statistic::Deviation(quantity(inner)?)),
        "median" => Ok(Statistic::Percentile(quantity(inner)?, 0.5)),
        "P" | "p" => Ok(Statistic::Probability(event(inner)?)),
        other => match other.strip_prefix(['p', 'P']).and_then(|digits| digits.parse::<f64>().ok()) {
            Some(percent) if 0.0 < percent && percent < 100.0 => {
                Ok(Statistic::Percentile(quantity(inner)?, percent / 100.0))
            }
            Some(_) => Err(name.wrong(
                format!("`{other}` is no percentile"),
                "percentiles lie between 0 and 100: p5, p50, p97.5",
            )),
            None => Err(unknown(name)),
        },
    }
}

fn short(name: &str) -> Option<Statistic> {
    Some(match name {
        "mean" | "present_value" => Statistic::Mean(Quantity::PresentValue),
        "moic" => Statistic::MoicOfMeans,
        "irr_median" => Statistic::Percentile(Quantity::Irr, 0.5),
        "ownership_median" => Statistic::Percentile(Quantity::Ownership, 0.5),
        "probability_conversion" => Statistic::Probability(Event::Conversion),
        "probability_loss" => Statistic::Probability(Event::Compares(Quantity::Moic, Order::Below, 1.0)),
        "fair_value" => Statistic::FairValue,
        "fair_value_net" => Statistic::FairValueNet,
        _ => return None,
    })
}

fn unknown(piece: Piece<'_>) -> Wrong {
    let name = piece.str();
    if name.is_empty() {
        return piece.wrong("a metric is missing", format!("write one of {FORMS}, or {}", short_names()));
    }
    let known = Metric::SHORT.iter().map(|(name, _)| *name).chain(["mean", "median", "sd", "se"]);
    let help = match nearest(name, known) {
        Some(word) => format!("did you mean `{word}`? Metrics are {}, and {FORMS}", short_names()),
        None => format!("metrics are {}, and {FORMS}", short_names()),
    };
    piece.wrong(format!("there is no metric `{name}`"), help)
}

fn short_names() -> String {
    Metric::SHORT.map(|(name, _)| name).join(", ")
}

fn quantity(piece: Piece<'_>) -> Result<Quantity, Wrong> {
    let name = piece.str();
    let names = || Quantity::NAMES.iter().map(|(name, _)| *name);
    let found = Quantity::NAMES.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, quantity)| quantity).ok_or_else(|| {
        let message = match name {
            "" => "a quantity is missing".to_owned(),
            _ => format!("there is no quantity `{name}`"),
        };
        let listed = names().collect::<Vec<_>>().join(", ");
        let help = match nearest(name, names()) {
            Some(word) => format!("did you mean `{word}`? Quantities are {listed}"),
            None => format!("quantities are {listed}"),
        };
        piece.wrong(message, help)
    })
}

fn event(piece: Piece<'_>) -> Result<Event, Wrong> {
    if let Some((left, sign, right)) = piece.split(&ORDERS) {
        let quantity = quantity(left)?;
        let figure = right.figure(quantity.unit())?;
        // Columns of times are in years.
        let figure = if quantity.unit() == Unit::Days { figure / YEAR_DAYS } else { figure };
        return Ok(Event::Compares(quantity, order(sign), figure));
    }
    let text = piece.str();
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    let rest = piece.part(piece.start + word.len()..piece.end);
    let name = rest.str().trim_matches('"');
    match (word, name.is_empty()) {
        ("ipo", true) => Ok(Event::Ipo),
        ("sale", true) => Ok(Event::Sale),
        ("failure", true) => Ok(Event::Failure),
        ("conversion", true) => Ok(Event::Conversion),
        ("milestone", false) => Ok(Event::Milestone(name.to_owned())),
        ("branch", false) if BRANCHES.contains(&name) => Ok(Event::Branch(name.to_owned())),
        ("branch", false) => {
            let help = match nearest(name, BRANCHES) {
                Some(word) => format!("did you mean `{word}`? Branches are {}", BRANCHES.join(", ")),
                None => format!("branches are {}", BRANCHES.join(", ")),
            };
            Err(rest.wrong(format!("there is no branch `{name}`"), help))
        }
        _ => Err(piece.wrong(
            format!("`{text}` is no event"),
            "events are ipo, sale, failure, conversion, `branch NAME`, `milestone NAME`, and comparisons such as `moic < 1x`",
        )),
    }
}
