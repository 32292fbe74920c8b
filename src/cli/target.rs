//! `--target`: how exact the mean present value shall be.

use super::amount::amount;
use super::exit::Failure;
use crate::model::Sampling;
use crate::number::Amount;
use crate::report::format::{count, percent};
use crate::report::summary::{Mean, best_mean};
use crate::scenario::MOST_PATHS;
use crate::simulate::Outcomes;
use crate::valuation::paths_for;

/// The largest standard error of the base case's mean present value that will do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// As a fraction of the mean.
    Relative(f64),
    /// In units of the currency.
    Absolute(f64),
}

impl Target {
    /// Reads `mean:0.1%` or `mean:$10m`.
    pub(super) fn read(text: &str, currency: &str) -> Result<Self, Failure> {
        let wrong = || {
            let form = "a standard error of the mean present value, such as mean:0.1% or mean:$10m";
            Failure::Usage(format!("`--target {text}` is not {form}"))
        };
        let size = text.strip_prefix("mean:").ok_or_else(wrong)?;
        let target = match size.strip_suffix('%') {
            Some(number) => Self::Relative(number.trim().parse::<f64>().map_err(|_| wrong())? / 100.0),
            None => {
                Self::Absolute(f64::from_decimal(amount("--target", size, currency).map_err(|_| wrong())?))
            }
        };
        let (Self::Relative(size) | Self::Absolute(size)) = target;
        if size > 0.0 && size.is_finite() { Ok(target) } else { Err(wrong()) }
    }

    /// The standard error that will do for a mean.
    fn for_mean(self, mean: f64) -> f64 {
        match self {
            Self::Relative(fraction) => fraction * mean.abs(),
            Self::Absolute(error) => error,
        }
    }

    /// Whether a run is exact enough. The mean with control variates counts where there is one.
    pub(super) fn is_met(self, base: &Outcomes) -> bool {
        self.missed(&best_mean(base)).is_none()
    }

    /// How many times the error is too large, if it is; infinity if it is not known.
    fn missed(self, mean: &Mean) -> Option<f64> {
        let ratio = match (mean.value, mean.standard_error) {
            (Some(value), Some(error)) => error / self.for_mean(value),
            _ => f64::INFINITY,
        };
        (ratio.is_nan() || ratio > 1.0).then_some(ratio)
    }

    /// Fails, and says how many paths it would take, if the run is not exact enough.
    pub(super) fn check(self, base: &Outcomes, sampling: Sampling) -> Result<(), Failure> {
        let mean = best_mean(base);
        let Some(ratio) = self.missed(&mean) else { return Ok(()) };
        let relative = mean.value.zip(mean.standard_error).map(|(value, error)| (error / value).abs());
        let reached = relative.filter(|relative| relative.is_finite());
        let reached = reached.map_or_else(
            || "its standard error is not known".to_owned(),
            |relative| format!("its standard error is {} of it", percent(relative)),
        );
        let need = paths_for(ratio, base.tally.paths, sampling).map_or_else(String::new, |paths| {
            let need = format!("; about {} paths would do", count(paths));
            match (paths <= MOST_PATHS, sampling) {
                (true, _) => format!("{need}: --paths {paths}"),
                (false, Sampling::Sobol) => format!("{need}, more than can be run at once"),
                (false, _) => format!(
                    "{need}, more than can be run at once; far fewer may do with --set simulation.sampling=sobol"
                ),
            }
        });
        let done = count(base.tally.paths);
        Err(Failure::Target(format!(
            "the mean present value misses its target: {reached} after {done} paths{need}"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        assert_eq!(Target::read("mean:0.5%", "USD").unwrap(), Target::Relative(0.005));
        assert_eq!(Target::read("mean:$10m", "USD").unwrap(), Target::Absolute(1e7));
        for wrong in ["0.5%", "mean:", "mean:0%", "mean:-1%", "mean:nan%", "median:1%", "mean:x"] {
            assert!(matches!(Target::read(wrong, "USD"), Err(Failure::Usage(_))), "{wrong}");
        }
    }
}
