//! [`Proportion`]: a probability estimated by counting paths.

use super::interval::{Estimate, Z95};

/// So many paths of so many: an estimated probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    /// Paths on which the event happened.
    pub successes: u64,
    /// Paths on which it could be judged.
    pub n: u64,
}

impl Proportion {
    /// Counts the defined (not NaN) values of `column` for which `event` holds.
    ///
    /// ```
    /// use cabrio::statistics::Proportion;
    /// let loss = Proportion::of(&[0.0, 0.8, 1.0, 2.5, f64::NAN], |moic| moic < 1.0);
    /// assert_eq!((loss.successes, loss.n), (2, 4));
    /// ```
    #[must_use]
    pub fn of(column: &[f64], event: impl Fn(f64) -> bool) -> Self {
        // Counted without branches, which nobody could foretell.
        column.iter().fold(Self { successes: 0, n: 0 }, |count, &x| {
            let defined = !x.is_nan();
            Self {
                successes: count.successes + u64::from(defined & event(x)),
                n: count.n + u64::from(defined),
            }
        })
    }

    /// Estimated probability, 0 to 1; `None` if n is 0.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.n > 0).then(|| self.successes as f64 / self.n as f64)
    }

    /// Standard error √(p(1−p)/n). `None` where all paths agree: they show no spread to estimate it from, and
    /// 0 would claim certainty. [`Proportion::interval`] still answers there.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        let p = self.value()?;
        (0 < self.successes && self.successes < self.n).then(|| (p * (1.0 - p) / self.n as f64).sqrt())
    }

    /// The probability with Wilson's score interval at 95 %, which stays within 0 to 1 and keeps a width
    /// when no path, or every path, succeeds; `None` if n is 0.
    ///
    /// Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22, p.
    /// 209; without continuity correction.
    #[must_use]
    pub fn interval(&self) -> Option<Estimate> {
        Some(wilson(self.value()?, self.n as f64))
    }
}

/// Wilson's 95 % interval around a share `p` seen on `n` paths. Where paths count in parts, `n` is the effective
/// number p(1−p)/s.e.², which need not be whole (Korn & Graubard 1998, "Confidence intervals for proportions with
/// small expected number of positive counts", section 2).
#[must_use]
pub fn wilson(p: f64, n: f64) -> Estimate {
    let z2 = Z95 * Z95;
    let scale = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / scale;
    let half = Z95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / scale;
    // At the ends the formula gives 0 and 1 but for rounding.
    let low = if p <= 0.0 { 0.0 } else { centre - half };
    let high = if p >= 1.0 { 1.0 } else { centre + half };
    Estimate { value: p, low, high }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::assert_close;

    /// Case `probability-ci-wilson` (formula against scipy), tolerance 1e-10.
    #[test]
    fn wilson_interval_of_37_in_2000() {
        let e = Proportion { successes: 37, n: 2000 }.interval().unwrap();
        assert_close(e.low, 0.013_451_349_814_1, 1e-10);
        assert_close(e.high, 0.025_394_766_717_7, 1e-10);
    }

    /// Hand-worked: at p = 0 Wilson's upper end is z²/(n + z²).
    #[test]
    fn an_event_never_seen_keeps_an_upper_bound() {
        let never = Proportion { successes: 0, n: 100 };
        let e = never.interval().unwrap();
        assert_eq!((e.value, e.low, never.standard_error()), (0.0, 0.0, None));
        assert_close(e.high, 3.841_458_820_694_124 / 103.841_458_820_694_12, 1e-15);
        let always = Proportion { successes: 100, n: 100 }.interval().unwrap();
        assert_close(always.low, 1.0 - e.high, 1e-15);
        assert_close(always.high, 1.0, 0.0);
    }

    #[test]
    fn nothing_to_judge_is_none() {
        let none = Proportion::of(&[f64::NAN], |_| true);
        assert_eq!((none.value(), none.interval(), none.standard_error()), (None, None, None));
    }

    /// Hand-worked: √(0.25·0.75/12) = 0.125.
    #[test]
    fn standard_error_by_hand() {
        assert_close(Proportion { successes: 3, n: 12 }.standard_error().unwrap(), 0.125, 1e-16);
    }
}
