//! [`Literal`]: one value of a scenario with its unit, read by [`Kind`].

use super::context::Context;
use super::keys::{Kind, Limits, listed};
use super::tree::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::number::{Amount, Decimal};
use crate::quantity::{
    Count, Currency, Day, Money, Multiple, QuantityError, QuantityErrorKind, Rate, Shares, Span, TimePoint,
};

/// A value that is known, of whatever kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// In the deal's currency.
    Money(Money),
    /// A rate or a probability.
    Rate(Rate),
    /// A multiple.
    Multiple(Multiple),
    /// A span of time.
    Span(Span),
    /// A date.
    Day(Day),
    /// A date or a span.
    TimePoint(TimePoint),
    /// A number of things.
    Count(Count),
    /// A number of shares.
    Shares(Shares),
    /// A whole number.
    Integer(i64),
    /// A number without unit.
    Number(Decimal),
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// One of the words of a [`Kind::Choice`].
    Choice(&'static str),
}

impl Literal {
    /// The figure behind the value, for [`Limits`]: money in currency units, rates as fractions.
    fn figure(&self) -> Option<Decimal> {
        match *self {
            Literal::Money(Money(value))
            | Literal::Rate(Rate(value))
            | Literal::Multiple(Multiple(value))
            | Literal::Shares(Shares(value))
            | Literal::Number(value) => Some(value),
            Literal::Count(Count(value)) => Some(Decimal::from(value)),
            Literal::Integer(value) => Some(Decimal::from(value)),
            // Never negative, so that only "more than zero" is left to check.
            Literal::Span(span) => Some(Decimal::from(i64::from(span.months) + i64::from(span.days))),
            _ => None,
        }
    }

    /// The size of a value for comparing two of the same kind: figures as they are, spans in years, dates in days.
    pub(super) fn size(&self) -> Option<f64> {
        match self {
            Literal::Span(span) | Literal::TimePoint(TimePoint::After(span)) => Some(span.years()),
            Literal::Day(day) | Literal::TimePoint(TimePoint::On(day)) => Some(f64::from(day.0)),
            _ => self.figure().map(f64::from_decimal),
        }
    }
}

impl Limits {
    /// Whether a figure is allowed.
    #[must_use]
    pub fn allow(self, figure: Decimal) -> bool {
        let (zero, one) = (Decimal::ZERO, Decimal::ONE);
        match self {
            Limits::Any => true,
            Limits::NotNegative => figure >= zero,
            Limits::Positive => figure > zero,
            Limits::ZeroToOne => (zero..=one).contains(&figure),
            Limits::BelowOne => (zero..one).contains(&figure),
            Limits::MinusOneToOne => (-one..=one).contains(&figure),
            Limits::AboveMinusOne => figure > -one,
        }
    }
}

impl Context {
    /// Reads a single value of a kind that is no table, list or distribution. Reports what is wrong and gives
    /// `None` then. `what` names the value in messages, mostly its key.
    pub fn literal(
        &self,
        node: &Node,
        kind: Kind,
        limits: Limits,
        what: &str,
        example: &str,
    ) -> Option<Literal> {
        let literal = match self.read(node, kind) {
            Ok(literal) => literal,
            Err(Problem::Reported) => return None,
            Err(Problem::Type) => {
                self.wrong_type(node, kind, what, example);
                return None;
            }
            Err(Problem::Mistake(mistake)) => {
                self.report(*mistake);
                return None;
            }
        };
        if let Literal::Text(text) = &literal
            && !self.is_one_line(node, text, what, example)
        {
            return None;
        }
        let limits = if let Kind::Probability = kind { Limits::ZeroToOne } else { limits };
        if literal.figure().is_some_and(|figure| !limits.allow(figure)) {
            let message = format!("`{what}` must be {}", limits.describe());
            let mistake = Diagnostic::new(Code::OutOfRange, message).at(node.place, "out of range");
            self.report(if example.is_empty() {
                mistake.help("write a value in this range")
            } else {
                mistake.help(format!("write it like `{what} = {example}`"))
            });
            return None;
        }
        Some(literal)
    }

    /// Reports a text that is empty or cannot stand in a line of a table.
    fn is_one_line(&self, node: &Node, text: &str, what: &str, example: &str) -> bool {
        let (problem, advice) = if text.trim().is_empty() {
            let example = if example.is_empty() { "\"a name\"" } else { example };
            (
                "is empty",
                format!("write it like `{what} = {example}`, or leave the key out where it is optional"),
            )
        } else if text.chars().any(char::is_control) {
            (
                "holds a control character",
                "write it in one line, without tabs and escapes such as `\\n`".to_owned(),
            )
        } else {
            return true;
        };
        let mistake = Diagnostic::new(Code::OutOfRange, format!("`{what}` {problem}"));
        self.report(mistake.at(node.place, "").help(advice));
        false
    }

    /// Reports a value of the wrong type, once for a broken one.
    pub(super) fn wrong_type(&self, node: &Node, kind: Kind, what: &str, example: &str) {
        self.wrong_type_with(node, kind, what, example, None);
    }

    /// The same with a better advice than an example, if there is one.
    pub(super) fn wrong_type_with(
        &self,
        node: &Node,
        kind: Kind,
        what: &str,
        example: &str,
        advice: Option<String>,
    ) {
        if node.is_broken() {
            return;
        }
        let message = format!("`{what}` takes {}, not {}", kind.describe(), node.value.describe());
        let mistake = Diagnostic::new(Code::WrongType, message).at(node.place, "");
        self.report(match advice {
            Some(advice) => mistake.help(advice),
            None if example.is_empty() => mistake.help(format!("write {} here", kind.describe())),
            None => mistake.help(format!("write it like `{what} = {example}`")),
        });
    }

    fn read(&self, node: &Node, kind: Kind) -> Result<Literal, Problem> {
        let quantity = |error: QuantityError| Problem::from_quantity(node, error);
        match (kind, &node.value) {
            (_, Value::Broken) => Err(Problem::Reported),
            (Kind::Either(kinds), _) => {
                let fitting = kinds.iter().map(|kind| self.read(node, *kind));
                fitting
                    .into_iter()
                    .find(|read| !matches!(read, Err(Problem::Type)))
                    .unwrap_or(Err(Problem::Type))
            }
            (Kind::Money, _) => self.money(node),
            (Kind::Rate | Kind::Probability, _) => {
                unit_text(node)?.parse().map(Literal::Rate).map_err(quantity)
            }
            (Kind::Multiple, _) => unit_text(node)?.parse().map(Literal::Multiple).map_err(quantity),
            (Kind::Span, _) => unit_text(node)?.parse().map(Literal::Span).map_err(quantity),
            (Kind::TimePoint, Value::Day(day)) => Ok(Literal::TimePoint(TimePoint::On(*day))),
            (Kind::Date, Value::Day(day)) => Ok(Literal::Day(*day)),
            (Kind::Date | Kind::TimePoint, Value::Text(text)) if text.parse::<Day>().is_ok() => {
                Err(Problem::mistake(
                    Diagnostic::new(Code::WrongType, "a date in quotes is a text")
                        .at(node.place, "")
                        .help(format!("write {} without quotes", text.trim())),
                ))
            }
            (Kind::Date | Kind::TimePoint, Value::Text(text)) if let Some(day) = day_in_words(text) => {
                Err(Problem::mistake(
                    Diagnostic::new(Code::WrongType, "a date in words is a text")
                        .at(node.place, "")
                        .help(format!("write {day} without quotes")),
                ))
            }
            (Kind::TimePoint, Value::Text(_) | Value::Integer(_) | Value::Float(_)) => {
                let span = unit_text(node)?.parse().map_err(quantity)?;
                Ok(Literal::TimePoint(TimePoint::After(span)))
            }
            (Kind::Count, Value::Text(_) | Value::Integer(_) | Value::Float(_)) => {
                unit_text(node)?.parse().map(Literal::Count).map_err(quantity)
            }
            (Kind::Shares, Value::Text(_) | Value::Integer(_) | Value::Float(_)) => {
                unit_text(node)?.parse().map(Literal::Shares).map_err(quantity)
            }
            (Kind::Integer, Value::Integer(digits)) => {
                digits.parse().map(Literal::Integer).map_err(|_| Problem::too_large(node))
            }
            (Kind::Number, Value::Integer(_) | Value::Float(_)) => bare_number(node).map(Literal::Number),
            (Kind::Text, Value::Text(text)) => Ok(Literal::Text(text.clone())),
            (Kind::Flag, Value::Flag(flag)) => Ok(Literal::Flag(*flag)),
            (Kind::Choice(words), Value::Text(text)) => choice(node, text, words).map(Literal::Choice),
            _ => Err(Problem::Type),
        }
    }

    fn money(&self, node: &Node) -> Result<Literal, Problem> {
        let text = unit_text(node)?;
        let (money, mark) = Money::parse(&text).map_err(|mut error| {
            if error.kind == QuantityErrorKind::MissingUnit
                && let Ok(value) = bare_number(node)
            {
                let currency = self.currency().unwrap_or(Currency::USD);
                error.fix = format!("write \"{}\"", Money(value).in_currency(currency));
            }
            Problem::from_quantity(node, error)
        })?;
        match (mark, self.currency()) {
            (Some(mark), Some(currency)) if !mark.fits(currency) => Err(Problem::mistake(
                Diagnostic::new(
                    Code::CurrencyMismatch,
                    format!("an amount in {mark} in a deal in {currency}"),
                )
                .at(node.place, "")
                .help(format!("write the amount in {currency}, as in \"{}\"", money.in_currency(currency))),
            )),
            _ => Ok(Literal::Money(money)),
        }
    }
}

/// Why a value could not be read.
enum Problem {
    /// A diagnostic exists already.
    Reported,
    /// The type is wrong.
    Type,
    /// This diagnostic says why.
    Mistake(Box<Diagnostic>),
}

impl Problem {
    fn mistake(diagnostic: Diagnostic) -> Self {
        Problem::Mistake(Box::new(diagnostic))
    }

    fn from_quantity(node: &Node, error: QuantityError) -> Self {
        let code = match error.kind {
            QuantityErrorKind::Unreadable => Code::UnreadableValue,
            QuantityErrorKind::MissingUnit => Code::MissingUnit,
            QuantityErrorKind::WrongUnit => Code::WrongUnit,
            QuantityErrorKind::OutOfRange => Code::Overflow,
            QuantityErrorKind::BadDate => Code::BadDate,
        };
        Problem::mistake(Diagnostic::new(code, error.problem).at(node.place, "").help(error.fix))
    }

    fn too_large(node: &Node) -> Self {
        Problem::mistake(
            Diagnostic::new(Code::Overflow, "a number with more digits than can be kept")
                .at(node.place, "")
                .help("write at most 18 digits"),
        )
    }
}

/// The text of a quantity with a unit. Bare numbers give their digits, so that the quantity's own parser can say
/// which unit is missing.
fn unit_text(node: &Node) -> Result<String, Problem> {
    match &node.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Integer(_) | Value::Float(_) => Ok(bare_number(node)?.to_string()),
        _ => Err(Problem::Type),
    }
}

/// A date such as `1 July 2026` or `Jul 1, 2026`.
fn day_in_words(text: &str) -> Option<Day> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<String> =
        text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase).collect();
    let month_of = |word: &String| MONTHS.iter().position(|month| word.starts_with(month));
    let month = words.iter().find_map(month_of)? + 1;
    let numbers: Vec<&String> =
        words.iter().filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).collect();
    let &[day, year] = numbers.as_slice() else { return None };
    let (day, year) = if year.len() == 4 { (day, year) } else { (year, day) };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    format!("{year}-{month:02}-{day:0>2}").parse().ok()
}

/// The number, or a quoted number, as an exact decimal.
fn bare_number(node: &Node) -> Result<Decimal, Problem> {
    let (Value::Integer(digits) | Value::Float(digits) | Value::Text(digits)) = &node.value else {
        return Err(Problem::Type);
    };
    let digits = digits.trim().trim_start_matches('+');
    if matches!(digits.trim_start_matches('-'), "inf" | "nan") {
        return Err(Problem::mistake(
            Diagnostic::new(Code::OutOfRange, format!("`{digits}` is no number to compute with"))
                .at(node.place, "")
                .help("leave the key out where it is optional, or write a number"),
        ));
    }
    let parsed = if digits.contains(['e', 'E']) {
        Decimal::from_scientific(digits)
    } else {
        Decimal::from_str_exact(digits)
    };
    parsed.map(|value| value.normalize()).map_err(|_| Problem::too_large(node))
}

fn choice(node: &Node, text: &str, words: &'static [&'static str]) -> Result<&'static str, Problem> {
    words.iter().copied().find(|word| *word == text).ok_or_else(|| {
        Problem::mistake(
            Diagnostic::new(Code::UnknownChoice, format!("`{text}` is none of the choices"))
                .at(node.place, "")
                .suggest(nearest(text, words.iter().copied()))
                .help(format!("choose one of {}", listed(words.iter().copied()))),
        )
    })
}
