//! [`Check`]: what must hold of a result.

use super::read::{ORDERS, Piece, metric_of, order};
use super::{Metric, Order, Wrong};
use crate::quantity::Currency;

/// What a metric is compared with, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// It is to stand so to a figure.
    Is(Order, f64),
    /// It is to lie between two figures, both included.
    Within(f64, f64),
}

impl Bound {
    /// Whether a value keeps to the bound.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        match self {
            Bound::Is(order, figure) => order.holds(value, figure),
            Bound::Within(low, high) => low <= value && value <= high,
        }
    }

    /// The figure nearest to a value: the one that it might be on the wrong side of.
    #[must_use]
    pub fn nearest(self, value: f64) -> f64 {
        match self {
            Bound::Is(_, figure) => figure,
            Bound::Within(low, high) if (value - low).abs() <= (high - value).abs() => low,
            Bound::Within(_, high) => high,
        }
    }
}

/// What must hold of a result, as the scenario states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// As written.
    pub text: String,
    /// The case it is about; none for the deal as it stands.
    pub case: Option<String>,
    /// The result.
    pub metric: Metric,
    /// What it must keep to.
    pub bound: Bound,
}

/// Reads `[case "NAME":] METRIC < VALUE` or `… in LO..HI`.
pub(in crate::scenario) fn read_check(
    name: &str,
    text: &str,
    currency: Option<Currency>,
) -> Result<Check, Wrong> {
    let whole = Piece::new(text, currency);
    let (case, condition) = case_of(whole)?;
    let check = |metric, bound| Check {
        name: name.to_owned(),
        text: text.trim().to_owned(),
        case: case.clone(),
        metric,
        bound,
    };
    if let Some((left, sign, right)) = condition.split(&ORDERS) {
        let metric = metric_of(left)?;
        let figure = right.figure(metric.unit())?;
        return Ok(check(metric, Bound::Is(order(sign), figure)));
    }
    if let Some((left, _, right)) = condition.split(&[" in "]) {
        let metric = metric_of(left)?;
        let Some((low, _, high)) = right.split(&[".."]) else {
            return Err(right.wrong("a range has two ends", "write it like in $1.2bn..$1.5bn"));
        };
        let (from, to) = (low.figure(metric.unit())?, high.figure(metric.unit())?);
        if from > to {
            return Err(right.wrong("the range falls", "write the lower end first"));
        }
        return Ok(check(metric, Bound::Within(from, to)));
    }
    Err(condition.wrong(
        "a check compares a metric with a bound",
        "write it like P(moic < 1x) <= 25%, or mean(present_value) in $1.2bn..$1.5bn",
    ))
}

/// The case in front, and what comes after it.
fn case_of(whole: Piece<'_>) -> Result<(Option<String>, Piece<'_>), Wrong> {
    let Some(after) = whole.str().strip_prefix("case").filter(|rest| rest.starts_with([' ', '"', '\t']))
    else {
        return Ok((None, whole));
    };
    let malformed = || {
        whole.wrong("the case of a check is malformed", "write it like case \"No cap\": P(moic < 1x) <= 30%")
    };
    let end = whole.range().end;
    let quoted = after.trim_start().strip_prefix('"').ok_or_else(malformed)?;
    let (name, rest) = quoted.split_once('"').ok_or_else(malformed)?;
    let condition = rest.trim_start().strip_prefix(':').ok_or_else(malformed)?;
    Ok((Some(name.to_owned()), whole.part(end - condition.len()..end)))
}

#[cfg(test)]
mod tests {
    use super::super::{Event, Quantity, Statistic};
    use super::*;

    fn read(text: &str) -> Result<Check, Wrong> {
        read_check("c", text, Some(Currency::USD))
    }

    #[test]
    fn checks_as_people_write_them() {
        let loss = read("P(moic < 1) <= 25%").unwrap();
        let event = Event::Compares(Quantity::Moic, Order::Below, 1.0);
        assert_eq!(loss.metric.statistic, Statistic::Probability(event));
        assert_eq!((loss.bound, loss.metric.text()), (Bound::Is(Order::AtMost, 0.25), "P(moic < 1)"));
        let value = read("mean(present_value) in $1.2bn..$1.5bn").unwrap();
        assert_eq!(value.bound, Bound::Within(1.2e9, 1.5e9));
        let precision = read("se(mean)/mean < 0.5%").unwrap();
        let mean = || Box::new(Statistic::Mean(Quantity::PresentValue));
        assert_eq!(precision.metric.statistic, Statistic::RelativeError(mean()));
        assert_eq!(read("se(mean) < $1m").unwrap().metric.statistic, Statistic::Error(mean()));
        let case = read("case \"No cap\": p97.5(irr) > 0%").unwrap();
        assert_eq!(case.case.as_deref(), Some("No cap"));
        assert_eq!(case.metric.statistic, Statistic::Percentile(Quantity::Irr, 0.975));
        let branch = read("P(branch repaid) >= 10%").unwrap().metric.statistic;
        assert_eq!(branch, Statistic::Probability(Event::Branch("repaid".to_owned())));
        let milestone = read("P(milestone \"first light\") > 1%").unwrap().metric.statistic;
        assert_eq!(milestone, Statistic::Probability(Event::Milestone("first light".to_owned())));
        // Two years are 730.5 days; the column is in years.
        let time = read("P(resolution <= 731 days) >= 1%").unwrap().metric.statistic;
        let event = Event::Compares(Quantity::Resolution, Order::AtMost, 731.0 / 365.25);
        assert_eq!(time, Statistic::Probability(event));
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, at, message) in [
            ("P(moic < 1x) <= 0.25", "0.25", "0.25"),
            ("P(moik < 1x) <= 25%", "moik", "there is no quantity `moik`"),
            ("mean(present_value) > €5m", "€5m", "`€5m` is in €, the deal in USD"),
            ("meen > $5m", "meen", "there is no metric `meen`"),
            ("mean(present_value)", "mean(present_value)", "a check compares"),
            ("mean in $5m", "$5m", "a range has two ends"),
            ("mean in $5m..$4m", "$5m..$4m", "the range falls"),
            ("p0(moic) > 1x", "p0", "`p0` is no percentile"),
            ("P(branch repayed) > 1%", "repayed", "there is no branch"),
            ("P(luck) > 1%", "luck", "`luck` is no event"),
            ("se(mean)/moic < 1%", "se(mean)/moic", "only a standard error"),
            ("case No cap: mean > $0", "case No cap: mean > $0", "malformed"),
            ("> $5m", "", "a metric is missing"),
        ] {
            let wrong = read(text).unwrap_err();
            assert_eq!(&text[wrong.at.clone()], at, "{text}: {wrong}");
            assert!(wrong.message.contains(message), "{text}: {wrong}");
        }
    }

    #[test]
    fn bounds_include_what_they_say() {
        // hand-written
        for (bound, at, below, above) in [
            (Bound::Is(Order::AtMost, 1.0), true, true, false),
            (Bound::Is(Order::Below, 1.0), false, true, false),
            (Bound::Is(Order::AtLeast, 1.0), true, false, true),
            (Bound::Is(Order::Above, 1.0), false, false, true),
            (Bound::Within(1.0, 3.0), true, false, true),
        ] {
            assert_eq!([1.0, 0.9, 1.1].map(|value| bound.holds(value)), [at, below, above], "{bound:?}");
        }
        let nearest = [0.0, 1.9, 2.1, 9.0].map(|value| Bound::Within(1.0, 3.0).nearest(value).to_bits());
        assert_eq!(nearest, [1.0_f64, 1.0, 3.0, 3.0].map(f64::to_bits));
    }
}
