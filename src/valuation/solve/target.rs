//! The target of a search as it is written: `METRIC = VALUE`.

use crate::quantity::Currency;
use crate::scenario::Metric;

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
        let Some((name, value)) = split(text) else {
            let names = Metric::SHORT.map(|(name, _)| name).join(", ");
            return Err(format!(
                "`{text}` is no target: write METRIC=VALUE, such as present_value=$0; metrics: {names}"
            ));
        };
        let (name, value) = (name.trim(), value.trim());
        let metric = Metric::read(name, currency).map_err(|wrong| wrong.to_string())?;
        if let Some(case) = value.strip_prefix("case:") {
            let case = case.trim();
            let bare = case.strip_prefix('"').and_then(|case| case.strip_suffix('"')).unwrap_or(case);
            return Ok(Self { metric, wanted: Wanted::Case(bare.to_owned()) });
        }
        let value = metric.unit().read(value, currency).map_err(|why| format!("{name}: {why}"))?;
        Ok(Self { metric, wanted: Wanted::Value(value) })
    }
}

/// Splits at the first `=` outside brackets.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    let at = text.char_indices().find_map(|(at, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (c == '=' && depth <= 0).then_some(at)
    })?;
    Some((&text[..at], &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_as_people_write_them() {
        let read = |text| Target::read(text, Some(Currency::USD));
        let target =
            |metric: &str, wanted| Ok(Target { metric: Metric::read(metric, None).unwrap(), wanted });
        assert_eq!(read("present_value=$0"), target("present_value", Wanted::Value(0.0)));
        assert_eq!(read("moic = 2x"), target("moic", Wanted::Value(2.0)));
        assert_eq!(read("probability_loss=25%"), target("probability_loss", Wanted::Value(0.25)));
        assert_eq!(read("P(moic <= 1x) = 25%"), target("P(moic <= 1x)", Wanted::Value(0.25)));
        let loan = || Wanted::Case("Straight loan at 9%".to_owned());
        assert_eq!(read("fair_value = case:\"Straight loan at 9%\""), target("fair_value", loan()));
        assert_eq!(read("fair_value = case: Straight loan at 9%"), target("fair_value", loan()));
        assert!(read("moic").unwrap_err().contains("METRIC=VALUE"));
        let unknown = read("value=$0").unwrap_err();
        assert!(Metric::SHORT.iter().all(|(metric, _)| unknown.contains(metric)), "{unknown}");
        assert!(read("moic=2").unwrap_err().contains("2x"));
        assert!(read("fair_value=€1m").unwrap_err().contains("the deal in USD"));
    }
}
