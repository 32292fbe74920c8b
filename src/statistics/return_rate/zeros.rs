//! The value of dated flows as a function of the continuous rate, and its zeros.

use super::{Flow, MOST_CHANGES};

/// Zeros found, ascending; never more than the changes of sign.
#[derive(Default)]
pub(super) struct Zeros {
    at: [f64; MOST_CHANGES],
    count: usize,
}

impl Zeros {
    fn push(&mut self, zero: f64) {
        if let Some(slot) = self.at.get_mut(self.count) {
            *slot = zero;
            self.count += 1;
        }
    }

    pub(super) fn found(&self) -> &[f64] {
        &self.at[..self.count]
    }
}

/// Σ aᵢ·Πⱼ(tᵢ − τⱼ)·exp(−x·tᵢ) as a function of x, for the flows from `first` to `last` and the shifts τ.
pub(super) struct Sum<'a> {
    pub(super) flows: &'a [Flow],
    pub(super) shifts: &'a [f64],
    pub(super) first: f64,
    pub(super) last: f64,
}

impl Sum<'_> {
    /// ln(positive part / negative part) and its slope in x.
    ///
    /// It has the zeros and the sign of the sum, but neither overflows nor flattens far out, and is a
    /// straight line for two flows, so that Newton's method lands at once.
    fn log_ratio(&self, x: f64) -> (f64, f64) {
        // Counted from the end that dominates at this x, so that no exponent is positive.
        let origin = if x < 0.0 { self.last } else { self.first };
        let (mut plus, mut plus_lag, mut minus, mut minus_lag) = (0.0, 0.0, 0.0, 0.0);
        for &(time, amount) in self.flows {
            if !(self.first <= time && time <= self.last) {
                continue;
            }
            let lag = time - origin;
            let scaled = self.shifts.iter().fold(amount, |a, shift| a * (time - shift));
            let weight = scaled * libm::exp(-x * lag);
            if weight > 0.0 {
                plus += weight;
                plus_lag += weight * lag;
            } else {
                minus -= weight;
                minus_lag -= weight * lag;
            }
        }
        (libm::log(plus / minus), minus_lag / minus - plus_lag / plus)
    }

    /// Sign of the sum, 0 where it vanishes to 13 digits.
    fn sign(&self, x: f64) -> f64 {
        let (value, _) = self.log_ratio(x);
        if value.abs() <= 1e-13 { 0.0 } else { value.signum() }
    }

    /// All zeros, given those of the next sum (between which this one, times a positive factor, is monotone)
    /// and the signs far out on either side.
    pub(super) fn zeros_between(&self, parting: &[f64], sign_low: f64, sign_high: f64) -> Zeros {
        let mut zeros = Zeros::default();
        let (mut low, mut sign_at_low) = (f64::NEG_INFINITY, sign_low);
        for &high in parting {
            let sign = self.sign(high);
            if sign * sign_at_low < 0.0 {
                zeros.push(self.zero_between(low, high, sign_at_low));
            } else if sign.abs() < 0.5 {
                // Touches nought here: a double zero is one rate.
                zeros.push(high);
            }
            (low, sign_at_low) = (high, sign);
        }
        if sign_high * sign_at_low < 0.0 {
            zeros.push(self.zero_between(low, f64::INFINITY, sign_at_low));
        }
        zeros
    }

    /// The one zero between `low` and `high`, either of which may be infinite, with the sign at `low` known
    /// and the opposite one at `high`. Newton's method kept within the bracket, by bisection where it does
    /// not halve its step, and by doubling strides while an end is infinite.
    pub(super) fn zero_between(&self, mut low: f64, mut high: f64, sign_low: f64) -> f64 {
        // e⁴-fold over the whole time: few deals need a second stride.
        let mut stride = 4.0 / (self.last - self.first);
        let mut x = match (low.is_finite(), high.is_finite()) {
            (true, true) => f64::midpoint(low, high),
            (true, false) => low + stride,
            (false, true) => high - stride,
            (false, false) => 0.0,
        };
        let mut last_step = f64::INFINITY;
        for _ in 0..200 {
            let (value, slope) = self.log_ratio(x);
            if value.abs() <= 1e-15 {
                return x;
            }
            if value * sign_low > 0.0 {
                low = x;
            } else {
                high = x;
            }
            let bounded = low.is_finite() && high.is_finite();
            let newton = -value / slope;
            let newton = if bounded { newton } else { newton.clamp(-stride, stride) };
            let inside = low < x + newton && x + newton < high;
            let next = if inside && (!bounded || newton.abs() <= 0.5 * last_step) {
                x + newton
            } else if bounded {
                f64::midpoint(low, high)
            } else if low.is_finite() {
                low + stride
            } else {
                high - stride
            };
            if !bounded {
                stride *= 2.0;
            }
            let step = (next - x).abs();
            if step <= 1e-15 * (1.0 + x.abs()) {
                return next;
            }
            (x, last_step) = (next, step);
        }
        x
    }
}
