//! How many paths an error takes.

use crate::model::{RANDOMISATIONS, Sampling};

/// Paths that make an error so many times smaller, as if it fell with the square root of their number; evenly spread
/// ones need fewer. Rounded up to two digits, or to a power of two for Sobol' points. None beyond all reason.
#[must_use]
pub fn paths_for(ratio: f64, paths: u64, sampling: Sampling) -> Option<u64> {
    let need = libm::ceil(ratio * ratio * paths as f64);
    if !(need < 1e15) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and below 1e15")]
    let need = need as u64;
    if sampling == Sampling::Sobol {
        return Some(
            need.div_ceil(u64::from(RANDOMISATIONS)).next_power_of_two() * u64::from(RANDOMISATIONS),
        );
    }
    let unit = 10_u64.pow(need.max(1).ilog10().saturating_sub(1));
    Some(need.div_ceil(unit) * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hand-worked: three times too large an error after 1,000 paths needs 9,000; 2.5 times, 6,250, that is 6,300;
    /// of Sobol' points 8,192.
    #[test]
    fn paths_that_would_do() {
        assert_eq!(paths_for(3.0, 1_000, Sampling::PseudoRandom), Some(9_000));
        assert_eq!(paths_for(2.5, 1_000, Sampling::Antithetic), Some(6_300));
        assert_eq!(paths_for(2.5, 1_000, Sampling::Sobol), Some(8_192));
        assert_eq!(paths_for(f64::INFINITY, 1_000, Sampling::Sobol), None);
    }
}
