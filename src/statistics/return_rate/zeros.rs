//! The value of dated flows as a function of the continuous rate, and its zeros.

use super::{Flow, MOST_CHANGES};
use crate::random::math::exp;

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

/// A function at a point: its value, slope and second derivative.
struct Local {
    value: f64,
    slope: f64,
    bend: f64,
}

/// Sums of weights and of their first two moments in time.
#[derive(Default)]
struct Weights {
    sum: f64,
    lag: f64,
    square: f64,
}

impl Weights {
    fn add(&mut self, weight: f64, lag: f64) {
        self.sum += weight;
        self.lag += weight * lag;
        self.square += weight * lag * lag;
    }

    /// Mean and variance in time: the derivatives of the logarithm of the sum are these, the first negative.
    fn spread(&self) -> (f64, f64) {
        let mean = self.lag / self.sum;
        (mean, self.square / self.sum - mean * mean)
    }
}

impl Sum<'_> {
    /// ln(positive part / negative part) with two derivatives in x.
    ///
    /// It has the zeros and the sign of the sum, but neither overflows nor flattens far out, and is a
    /// straight line for two flows, so that Newton's method lands at once.
    fn log_ratio(&self, x: f64) -> Local {
        // Counted from the end that dominates at this x, so that no exponent is positive.
        let origin = if x < 0.0 { self.last } else { self.first };
        let (mut plus, mut minus) = (Weights::default(), Weights::default());
        for &(time, amount) in self.flows {
            if !(self.first <= time && time <= self.last) {
                continue;
            }
            let lag = time - origin;
            let scaled = self.shifts.iter().fold(amount, |a, shift| a * (time - shift));
            // The flow at the origin weighs what it is; at x = 0 all do.
            let exponent = -x * lag;
            let weight = if exponent < 0.0 { scaled * exp(exponent) } else { scaled };
            if weight > 0.0 { plus.add(weight, lag) } else { minus.add(-weight, lag) }
        }
        let ((plus_mean, plus_variance), (minus_mean, minus_variance)) = (plus.spread(), minus.spread());
        Local {
            value: libm::log(plus.sum / minus.sum),
            slope: minus_mean - plus_mean,
            bend: plus_variance - minus_variance,
        }
    }

    /// Sign of the sum, 0 where it vanishes to 13 digits.
    fn sign(&self, x: f64) -> f64 {
        let value = self.log_ratio(x).value;
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
    /// and the opposite one at `high`. Halley's method kept within the bracket, by bisection where it does
    /// not halve its step, and by doubling strides while an end is infinite.
    pub(super) fn zero_between(&self, mut low: f64, mut high: f64, sign_low: f64) -> f64 {
        let span = self.last - self.first;
        // e⁴-fold over the whole time: few deals need a second stride.
        let mut stride = 4.0 / span;
        let mut x = match (low.is_finite(), high.is_finite()) {
            (true, true) => f64::midpoint(low, high),
            (true, false) => low + stride,
            (false, true) => high - stride,
            (false, false) => 0.0,
        };
        let mut last_step = f64::INFINITY;
        for _ in 0..200 {
            let here = self.log_ratio(x);
            if here.value.abs() <= 1e-15 {
                return x;
            }
            if here.value * sign_low > 0.0 {
                low = x;
            } else {
                high = x;
            }
            let bounded = low.is_finite() && high.is_finite();
            let halley = here.halley_step();
            let halley = if bounded { halley } else { halley.clamp(-stride, stride) };
            let inside = low < x + halley && x + halley < high;
            let trusted = inside && (!bounded || halley.abs() <= 0.5 * last_step);
            let next = if trusted {
                x + halley
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
            let smallest = 1e-15 * (1.0 + x.abs());
            if step <= smallest || (trusted && here.error_after(step, span) <= smallest) {
                return next;
            }
            (x, last_step) = (next, step);
        }
        x
    }
}

impl Local {
    /// Newton's step with Halley's correction, which is kept from turning it round or more than doubling it.
    fn halley_step(&self) -> f64 {
        let newton = -self.value / self.slope;
        newton / (1.0 + 0.5 * newton * self.bend / self.slope).clamp(0.5, 2.0)
    }

    /// What a step of Halley's method leaves of the error, at most and to leading order: its cube times
    /// (b/2s)² + |c|/6s, with s, b and c the three derivatives (Traub 1964, *Iterative Methods for the Solution of
    /// Equations*, chapter 5). The third is a difference of third central moments of laws on an interval of length
    /// `span`, each at most span³/√108, so that a sixth of it is below span³/31.
    fn error_after(&self, step: f64, span: f64) -> f64 {
        let half_bend = 0.5 * self.bend / self.slope;
        let third = span * span * span / (31.0 * self.slope.abs());
        (half_bend * half_bend + third) * step * step * step
    }
}
