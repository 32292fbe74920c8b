//! [`Sheet`]: the scenario being written, with what the export leaves open.

use super::problem::{Origin, one_line};
use crate::number::{Decimal, Exact};
use crate::quantity::{Currency, Money, Multiple, Rate};
use crate::scenario::{Node, Value, toml_key};

/// Column at which comments start, unless the line is longer.
const COMMENTS: usize = 44;
/// Digits that a scenario keeps, and decimals: of money and shares, and of rates and multiples.
const MOST_DIGITS: usize = 20;
const MOST_DECIMALS: usize = 18;
const MOST_DECIMALS_OF_RATES: usize = 14;

/// Something the export does not say and that moves a number: an overlay must say it.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) origin: Origin,
    /// The table it belongs into, as keys from the top; elements of lists by name.
    pub(super) table: Vec<String>,
    /// Keys of which one is needed.
    pub(super) keys: &'static [&'static str],
    /// What is open.
    pub(super) reason: String,
    /// A line that would say it.
    pub(super) example: &'static str,
}

/// Something the export does not say and the scenario leaves out, with what that means.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) table: Vec<String>,
    pub(super) key: &'static str,
    pub(super) meaning: String,
}

/// The scenario being written.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) currency: Currency,
    pub(super) gaps: Vec<Gap>,
    pub(super) notes: Vec<Note>,
    /// Conditions that the export gives in words only.
    pub(super) words: Vec<String>,
}

/// A mark for a figure that one object states.
pub(super) fn stated(origin: &Origin) -> String {
    format!("[stated] OCF {origin}")
}

/// A mark for a figure worked out from what objects state.
pub(super) fn derived(how: &str) -> String {
    format!("[derived] OCF {how}")
}

/// A mark for a plain reading.
pub(super) fn assumed(why: &str) -> String {
    format!("[assumed] {why}")
}

impl Sheet {
    pub(super) fn new(currency: Currency) -> Self {
        Sheet { text: String::new(), currency, gaps: Vec::new(), notes: Vec::new(), words: Vec::new() }
    }

    /// A line without a comment.
    pub(super) fn plain(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line with a comment after it.
    pub(super) fn line(&mut self, line: &str, comment: &str) {
        self.plain(&format!("{line:<COMMENTS$}  # {}", one_line(comment)));
    }

    /// Money in the export's currency, quoted.
    pub(super) fn money(&self, amount: Decimal) -> String {
        format!("\"{}\"", Money(kept(amount, MOST_DECIMALS)).in_currency(self.currency))
    }

    /// What must be said elsewhere.
    pub(super) fn gap(
        &mut self,
        origin: &Origin,
        table: &[&str],
        keys: &'static [&'static str],
        reason: impl Into<String>,
        example: &'static str,
    ) {
        let table = table.iter().map(|&key| key.to_owned()).collect();
        self.gaps.push(Gap { origin: origin.clone(), table, keys, reason: reason.into(), example });
    }

    /// What is left out.
    pub(super) fn note(&mut self, table: &[&str], key: &'static str, meaning: impl Into<String>) {
        let table = table.iter().map(|&key| key.to_owned()).collect();
        self.notes.push(Note { table, key, meaning: meaning.into() });
    }
}

/// A figure within the digits that a scenario keeps. Only quotients that do not end are cut.
fn kept(value: Decimal, most_decimals: usize) -> Decimal {
    let value = value.normalize();
    let whole = value.trunc().abs().to_string().len();
    let decimals = MOST_DIGITS.saturating_sub(whole).min(most_decimals);
    value.round_dp(u32::try_from(decimals).unwrap_or(0)).normalize()
}

/// A number of shares.
pub(super) fn shares(number: Decimal) -> String {
    kept(number, MOST_DECIMALS).to_string()
}

/// A fraction as a percentage, quoted.
pub(super) fn rate(fraction: Decimal) -> String {
    format!("\"{}\"", Rate(kept(fraction, MOST_DECIMALS_OF_RATES)))
}

/// A multiple, quoted.
pub(super) fn multiple(number: Decimal) -> String {
    format!("\"{}\"", Multiple(kept(number, MOST_DECIMALS_OF_RATES)))
}

/// The value of an exact number, which the ledger has found to be in range.
pub(super) fn value(number: Exact) -> Decimal {
    number.value().unwrap_or_default()
}

/// Keys as a path for people, such as `instruments."SAFE-1".valuation_cap`.
pub(super) fn path(table: &[String], key: &str) -> String {
    let keys = table.iter().map(String::as_str).chain(std::iter::once(key));
    keys.map(toml_key).collect::<Vec<_>>().join(".")
}

/// Whether a scenario says something under these keys; elements of lists by name.
pub(super) fn says(root: &Node, table: &[String], key: &str) -> bool {
    let mut node = root;
    for step in table.iter().map(String::as_str).chain(std::iter::once(key)) {
        let next = match &node.value {
            Value::Table(entries) => entries.get(step),
            Value::List(elements) => elements.iter().find(|element| {
                let name = element.table().and_then(|entries| entries.get("name")?.text());
                name == Some(step)
            }),
            _ => None,
        };
        let Some(next) = next else { return false };
        node = next;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_figures_that_do_not_end_are_cut() {
        // hand-worked: one third to 18 decimals; 20 digits in all
        let third = Decimal::ONE.checked_div(Decimal::from(3)).unwrap();
        assert_eq!(shares(third), "0.333333333333333333");
        assert_eq!(multiple(third), "\"0.33333333333333x\"");
        assert_eq!(
            shares(Decimal::from_str_exact("1234567890.123456789012").unwrap()),
            "1234567890.123456789"
        );
        assert_eq!(shares(Decimal::from_str_exact("100.00").unwrap()), "100");
        assert_eq!(rate(Decimal::from_str_exact("0.085").unwrap()), "\"8.5%\"");
    }
}
