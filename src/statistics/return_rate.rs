//! [`internal_rate_of_return`]: the rate at which dated cash flows are worth nothing, or why there is none.

/// Internal rate of return of one path, by annual compounding: 0.25 is 25 % a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Irr {
    /// The one rate above −100 % at which the net present value is nought.
    Rate(f64),
    /// Money went out and none came back: −100 %.
    TotalLoss,
    /// Several rates make the net present value nought, and none of them is *the* return.
    Multiple {
        /// The lowest of them.
        lowest: f64,
        /// The highest of them.
        highest: f64,
        /// How many there are, two or more.
        count: usize,
    },
    /// No outlay; or no rate that balances the flows (an outlay after the last receipt can make the value negative at
    /// every rate), or none that fits an `f64`; or a NaN or infinity among the flows; or more than 16 changes of sign.
    Undefined,
}

impl Irr {
    /// The rate where there is exactly one, −1 for a total loss.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        match self {
            Self::Rate(rate) => Some(rate),
            Self::TotalLoss => Some(-1.0),
            Self::Multiple { .. } | Self::Undefined => None,
        }
    }

    /// As a column entry: [`Irr::rate`], or NaN for *undefined*.
    #[must_use]
    pub fn or_nan(self) -> f64 {
        self.rate().unwrap_or(f64::NAN)
    }
}

/// A cash flow: time in years from any origin, and amount (positive is received).
type Flow = (f64, f64);

/// Most changes of sign that are solved for; sixteen is eight rounds of paying in and taking out.
const MOST_CHANGES: usize = 16;

/// Internal rate of return of `flows`, pairs of time (years, any origin, any order) and amount (positive is
/// received). Flows at the same time count as their sum. Allocates nothing.
///
/// The answer is complete: every rate above −100 % that balances the flows is found. With x = ln(1 + r) the value
/// Σ aᵢ·exp(−x·tᵢ) has at most as many zeros as the flows, by time, have changes of sign (Descartes' rule, which
/// Laguerre 1883 extended to real exponents). One change, the ordinary case, therefore means one rate, solved
/// directly. Otherwise Laguerre's own proof is followed: multiplying by exp(x·τ), with τ between the two times of a
/// change, and differentiating gives a sum of the same form, the amounts scaled by tᵢ − τ, with one change fewer;
/// its zeros part the zeros of the sum before. Rates with |Δln(1+r)| below about 1e-6 count as one.
///
/// Precision: 1e-12 in ln(1 + r), unless flows cancel to near nothing.
///
/// ```
/// use cabrio::statistics::{Irr, internal_rate_of_return};
/// let Irr::Rate(rate) = internal_rate_of_return(&[(0.0, -100.0), (2.0, 121.0)]) else { panic!() };
/// assert!((rate - 0.1).abs() < 1e-12);
/// assert_eq!(internal_rate_of_return(&[(0.0, -100.0), (3.0, 0.0)]), Irr::TotalLoss);
/// assert_eq!(internal_rate_of_return(&[(1.0, 50.0)]), Irr::Undefined);
/// ```
#[must_use]
pub fn internal_rate_of_return(flows: &[Flow]) -> Irr {
    let Some(spread) = Spread::of(flows) else { return Irr::Undefined };
    if spread.last_outlay < spread.first_receipt {
        return one_rate(flows, &spread);
    }
    let Some(changes) = Changes::of(flows) else { return Irr::Undefined };
    match changes.count {
        0 if changes.first_sign < 0.0 => Irr::TotalLoss,
        0 => Irr::Undefined,
        _ => all_rates(flows, &changes),
    }
}

/// When money went out and came in, zero flows aside.
struct Spread {
    first_outlay: f64,
    last_outlay: f64,
    first_receipt: f64,
    last_receipt: f64,
}

impl Spread {
    /// `None` if a flow is not finite.
    fn of(flows: &[Flow]) -> Option<Self> {
        let mut spread = Self {
            first_outlay: f64::INFINITY,
            last_outlay: f64::NEG_INFINITY,
            first_receipt: f64::INFINITY,
            last_receipt: f64::NEG_INFINITY,
        };
        for &(time, amount) in flows {
            if !(time.is_finite() && amount.is_finite()) {
                return None;
            }
            if amount < 0.0 {
                spread.first_outlay = spread.first_outlay.min(time);
                spread.last_outlay = spread.last_outlay.max(time);
            } else if amount > 0.0 {
                spread.first_receipt = spread.first_receipt.min(time);
                spread.last_receipt = spread.last_receipt.max(time);
            }
        }
        Some(spread)
    }
}

/// The fast path: every outlay before every receipt, or one of the two missing.
fn one_rate(flows: &[Flow], spread: &Spread) -> Irr {
    if spread.first_outlay > spread.last_outlay {
        return Irr::Undefined;
    }
    if spread.first_receipt > spread.last_receipt {
        return Irr::TotalLoss;
    }
    if let [(t0, a0), (t1, a1)] = *flows {
        return rate(libm::log(-a1 / a0) / (t1 - t0));
    }
    let sum = Sum { flows, shifts: &[], first: spread.first_outlay, last: spread.last_receipt };
    rate(sum.zero_between(f64::NEG_INFINITY, f64::INFINITY, 1.0))
}

/// From x = ln(1 + r); [`Irr::Undefined`] beyond the range of `f64`.
fn rate(log_growth: f64) -> Irr {
    let rate = libm::expm1(log_growth);
    if rate.is_finite() { Irr::Rate(rate) } else { Irr::Undefined }
}

/// Every zero, from the sum with one change of sign outwards to the flows themselves.
fn all_rates(flows: &[Flow], changes: &Changes) -> Irr {
    let mut zeros = Zeros::default();
    for level in (0..changes.count).rev() {
        let shifts = &changes.between[..level];
        let sum = Sum { flows, shifts, first: changes.first, last: changes.last };
        // Every factor t − τ is positive at the last flow and negative at the first.
        let sign_of_factors = if level % 2 == 0 { 1.0 } else { -1.0 };
        zeros = sum.zeros_between(zeros.found(), changes.last_sign, changes.first_sign * sign_of_factors);
    }
    match *zeros.found() {
        [] => Irr::Undefined,
        [only] => rate(only),
        [lowest, .., highest] => match (rate(lowest), rate(highest)) {
            (Irr::Rate(lowest), Irr::Rate(highest)) => {
                Irr::Multiple { lowest, highest, count: zeros.found().len() }
            }
            _ => Irr::Undefined,
        },
    }
}

/// Changes of sign of the net flows in order of time.
struct Changes {
    count: usize,
    /// A time within each change.
    between: [f64; MOST_CHANGES],
    /// Times of the first and the last net flow that is not nought, and their signs.
    first: f64,
    last: f64,
    first_sign: f64,
    last_sign: f64,
}

impl Changes {
    /// `None` if every net flow is nought, or beyond [`MOST_CHANGES`].
    fn of(flows: &[Flow]) -> Option<Self> {
        let mut changes: Option<Self> = None;
        let mut after = f64::NEG_INFINITY;
        while let Some((time, net)) = next_net_flow(flows, after) {
            after = time;
            let Some(seen) = &mut changes else {
                let (first, sign) = (time, net.signum());
                let between = [0.0; MOST_CHANGES];
                changes =
                    Some(Self { count: 0, between, first, last: time, first_sign: sign, last_sign: sign });
                continue;
            };
            if net.signum() * seen.last_sign < 0.0 {
                *seen.between.get_mut(seen.count)? = f64::midpoint(seen.last, time);
                seen.count += 1;
                seen.last_sign = net.signum();
            }
            seen.last = time;
        }
        changes
    }
}

/// Time and sum of the earliest flows later than `after` that do not cancel out. Looks through all flows each time:
/// there are few, in no order, and there is no room to sort them in.
fn next_net_flow(flows: &[Flow], mut after: f64) -> Option<Flow> {
    loop {
        let later = flows.iter().filter(|f| f.0 > after && (f.1 > 0.0 || f.1 < 0.0));
        let time = later.map(|f| f.0).min_by(f64::total_cmp)?;
        let at_once = flows.iter().filter(|f| f.0 > after && f.0 <= time);
        let (net, gross) = at_once.fold((0.0, 0.0), |(net, gross), f| (net + f.1, gross + f.1.abs()));
        // What is left of sums like 0.1 + 0.2 − 0.3 is no flow.
        if net.abs() > 4.0 * f64::EPSILON * gross {
            return Some((time, net));
        }
        after = time;
    }
}

/// Zeros found, ascending; never more than the changes of sign.
#[derive(Default)]
struct Zeros {
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

    fn found(&self) -> &[f64] {
        &self.at[..self.count]
    }
}

/// Σ aᵢ·Πⱼ(tᵢ − τⱼ)·exp(−x·tᵢ) as a function of x, for the flows from `first` to `last` and the shifts τ.
struct Sum<'a> {
    flows: &'a [Flow],
    shifts: &'a [f64],
    first: f64,
    last: f64,
}

impl Sum<'_> {
    /// ln(positive part / negative part) and its slope in x.
    ///
    /// It has the zeros and the sign of the sum, but neither overflows nor flattens far out, and is a straight line
    /// for two flows, so that Newton's method lands at once.
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

    /// All zeros, given those of the next sum (between which this one, times a positive factor, is monotone) and the
    /// signs far out on either side.
    fn zeros_between(&self, parting: &[f64], sign_low: f64, sign_high: f64) -> Zeros {
        let mut zeros = Zeros::default();
        let (mut low, mut sign_at_low) = (f64::NEG_INFINITY, sign_low);
        for &high in parting {
            let sign = self.sign(high);
            if sign * sign_at_low < 0.0 {
                zeros.push(self.zero_between(low, high, sign_at_low));
            } else if !(sign.abs() > 0.0) {
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

    /// The one zero between `low` and `high`, either of which may be infinite, with the sign at `low` known and the
    /// opposite one at `high`. Newton's method kept within the bracket, by bisection where it does not halve its
    /// step, and by doubling strides while an end is infinite.
    fn zero_between(&self, mut low: f64, mut high: f64, sign_low: f64) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::assert_close;
    use proptest::prelude::*;

    fn irr(flows: &[Flow]) -> Irr {
        internal_rate_of_return(flows)
    }

    #[track_caller]
    fn assert_rate(flows: &[Flow], expected: f64, tolerance: f64) {
        let Irr::Rate(computed) = irr(flows) else { panic!("{:?}", irr(flows)) };
        assert_close(computed, expected, tolerance);
    }

    #[track_caller]
    fn assert_multiple(flows: &[Flow], roots: &[f64], tolerance: f64) {
        let Irr::Multiple { lowest, highest, count } = irr(flows) else { panic!("{:?}", irr(flows)) };
        assert_eq!(count, roots.len());
        assert_close(lowest, roots[0], tolerance);
        assert_close(highest, roots[roots.len() - 1], tolerance);
    }

    /// Case `irr-simple` (two Brent solutions), tolerance 1e-9.
    #[test]
    fn two_flows() {
        assert_rate(&[(0.0, -100.0), (1.5, 180.0)], 0.479_727_244_598, 1e-9);
        assert_rate(&[(1.5, 180.0), (0.0, -100.0)], 0.479_727_244_598, 1e-9);
        // A third flow of nought takes the general solver to the same place.
        assert_rate(&[(1.5, 180.0), (0.0, -100.0), (1.0, 0.0)], 0.479_727_244_598, 1e-9);
    }

    /// Case `irr-multiple-roots` (quadratic 100x² − 260x + 165 = 0), tolerance 1e-9.
    #[test]
    fn two_rates() {
        assert_multiple(&[(0.0, -100.0), (1.0, 260.0), (2.0, -165.0)], &[0.1, 0.5], 1e-9);
        assert_multiple(&[(2.0, -165.0), (1.0, 130.0), (0.0, -100.0), (1.0, 130.0)], &[0.1, 0.5], 1e-9);
    }

    /// Hand-worked: the flows are the coefficients of 100·Π(u − uᵢ), u = 1 + r.
    #[test]
    fn three_and_four_rates() {
        // (u − 1.1)(u − 1.2)(u − 1.3) = u³ − 3.6u² + 4.31u − 1.716
        let cubic = [(0.0, -100.0), (1.0, 360.0), (2.0, -431.0), (3.0, 171.6)];
        assert_multiple(&cubic, &[0.1, 0.2, 0.3], 1e-9);
        // (u − 0.5)(u − 1)(u − 2)(u − 4) = u⁴ − 7.5u³ + 17.5u² − 15u + 4
        let quartic = [(0.0, -1.0), (1.0, 7.5), (2.0, -17.5), (3.0, 15.0), (4.0, -4.0)];
        assert_multiple(&quartic, &[-0.5, 0.0, 1.0, 3.0], 1e-9);
    }

    /// Hand-worked: three changes of sign and one rate, (u − 1.1)(u² − u + 1) = u³ − 2.1u² + 2.1u − 1.1.
    #[test]
    fn changes_of_sign_need_not_be_rates() {
        assert_rate(&[(0.0, -1.0), (1.0, 2.1), (2.0, -2.1), (3.0, 1.1)], 0.1, 1e-12);
        // u² − u + 1 by itself has none; −(u − 1.1)² touches nought at one.
        assert_eq!(irr(&[(0.0, -1.0), (1.0, 1.0), (2.0, -1.0)]), Irr::Undefined);
        assert_rate(&[(0.0, -100.0), (1.0, 220.0), (2.0, -121.0)], 0.1, 1e-6);
    }

    /// Hand-worked: a late follow-on without return makes two rates, u = (150 ± √14,500)/40 of 20 = 150u − 100u²
    /// read in 1/u: 100u² − 150u + 20 = 0.
    #[test]
    fn a_late_outlay_makes_a_second_rate() {
        let root = 14_500.0_f64.sqrt();
        let flows = [(0.0, -100.0), (1.0, 150.0), (2.0, -20.0)];
        assert_multiple(&flows, &[(150.0 - root) / 200.0 - 1.0, (150.0 + root) / 200.0 - 1.0], 1e-12);
    }

    #[test]
    fn losses_and_what_has_no_rate() {
        assert_eq!(irr(&[(0.0, -100.0)]), Irr::TotalLoss);
        assert_eq!(irr(&[(0.0, -100.0), (1.0, -50.0), (4.0, 0.0)]), Irr::TotalLoss);
        // 70 net at once, never repaid.
        assert_eq!(irr(&[(0.0, -100.0), (0.0, 30.0)]), Irr::TotalLoss);
        assert_eq!(Irr::TotalLoss.rate(), Some(-1.0));
        for undefined in [
            &[][..],
            &[(0.0, 0.0)],
            &[(0.0, 100.0), (1.0, 5.0)],
            &[(0.0, -100.0), (0.0, 100.0)],
            &[(0.0, -100.0), (0.0, 130.0)],
            &[(0.0, f64::NAN), (1.0, 2.0)],
            &[(0.0, -1.0), (f64::INFINITY, 2.0)],
            // A doubling in a millionth of a year: no f64 holds 2^1,000,000.
            &[(0.0, -1.0), (1e-6, 2.0)],
        ] {
            assert_eq!(irr(undefined), Irr::Undefined, "{undefined:?}");
        }
        assert!(irr(&[]).or_nan().is_nan());
        // A borrower's flows have a rate as well: the cost of the loan.
        assert_rate(&[(0.0, 100.0), (1.0, -110.0)], 0.1, 1e-12);
        let alternating: Vec<Flow> =
            (0..20).map(|i| (f64::from(i), if i % 2 == 0 { -1.0 } else { 1.5 })).collect();
        assert_eq!(irr(&alternating), Irr::Undefined);
    }

    /// Extremes: −99.9999 % a year for ten years, a thousandfold in a month, and money rolled over on the way.
    #[test]
    fn extreme_rates_and_cancelling_flows() {
        assert_rate(&[(0.0, -1e60), (0.0, -0.0), (10.0, 1.0)], -0.999_999, 1e-12);
        let month = 1.0 / 12.0;
        // 1000^12 = 1e36 exactly; 1e-12 of it.
        assert_rate(&[(0.0, -1.0), (0.0, 0.0), (month, 1000.0)], 1e36, 1e24);
        let rolled =
            [(0.0, -100.0), (1.0, 100.0), (1.0, -100.0), (2.0, 121.0), (3.0, 0.1), (3.0, 0.2), (3.0, -0.3)];
        assert_rate(&rolled, 0.1, 1e-12);
    }

    /// Net present value at annual rate `r`, and the sum of its terms without sign.
    fn value_at(flows: &[Flow], r: f64) -> (f64, f64) {
        flows.iter().fold((0.0, 0.0), |(net, gross), &(t, a)| {
            let v = a * libm::pow(1.0 + r, -t);
            (net + v, gross + v.abs())
        })
    }

    proptest! {
        /// IRR∘NPV = 0 for outlays followed by receipts, or mixed with them: an error in ln(1 + r) of 1e-12, and of
        /// half a last bit of r over 1 + r, moves a term by its time (at most 15 years) as much.
        #[test]
        fn value_vanishes_at_the_rate(
            outlays in prop::collection::vec((0.0..3.0_f64, -1e3..-1.0_f64), 1..6),
            receipts in prop::collection::vec((2.0..15.0_f64, 0.01..1e4_f64), 1..12),
        ) {
            let mut flows = receipts.clone();
            flows.extend(&outlays);
            flows.sort_by(|a, b| a.1.total_cmp(&b.1));
            let rates = match irr(&flows) {
                Irr::Rate(r) => [r, r],
                Irr::Multiple { lowest, highest, .. } => [lowest, highest],
                // An outlay after the last receipt may leave no rate; a receipt last always has one.
                Irr::Undefined if outlays.iter().any(|o| receipts.iter().all(|r| r.0 <= o.0)) => return Ok(()),
                other => return Err(TestCaseError::fail(format!("{other:?} {flows:?}"))),
            };
            // Closer to −100 % than this, r itself has no digits left.
            for r in rates.into_iter().filter(|r| *r > -1.0 + 1e-9) {
                let (net, gross) = value_at(&flows, r);
                let tolerance = 15.0 * (1e-12 + f64::EPSILON / (1.0 + r));
                prop_assert!(net.abs() <= tolerance * gross, "{} {} {}", r, net, gross);
            }
        }

        /// Chosen rates are found again: flows from the coefficients of Π(u − uᵢ) with the uᵢ at least 0.05 apart.
        /// 1e-7: coefficients rounded in the last bit move roots of a quartic this close by some 1e-16/0.05³.
        #[test]
        fn chosen_rates_are_found(gaps in prop::collection::vec(0.05..1.0_f64, 2..5), origin in -5.0..5.0_f64) {
            let growths: Vec<f64> = gaps.iter().scan(0.3, |u, gap| { *u += gap; Some(*u) }).collect();
            let mut coefficients = vec![-1.0];
            for u in &growths {
                coefficients.push(0.0);
                for i in (1..coefficients.len()).rev() {
                    coefficients[i] -= u * coefficients[i - 1];
                }
            }
            let flows: Vec<Flow> = coefficients.iter().zip(0..).map(|(&a, t)| (origin + f64::from(t), a)).collect();
            let Irr::Multiple { lowest, highest, count } = irr(&flows) else {
                return Err(TestCaseError::fail(format!("{:?}", irr(&flows))));
            };
            prop_assert_eq!(count, growths.len());
            prop_assert!((lowest - (growths[0] - 1.0)).abs() < 1e-7);
            prop_assert!((highest - (growths[growths.len() - 1] - 1.0)).abs() < 1e-7);
        }

        /// The count agrees with an independent scan for sign changes of the value on a fine grid, which can only
        /// miss pairs of rates closer than its step.
        #[test]
        fn count_is_not_below_a_scan(flows in prop::collection::vec((0.0..10.0_f64, -100.0..100.0_f64), 3..8)) {
            let signs = (0..4000).map(|i| value_at(&flows, libm::expm1(f64::from(i) / 500.0 - 4.0)).0 > 0.0);
            let signs: Vec<bool> = signs.collect();
            let scanned = signs.windows(2).filter(|w| w[0] != w[1]).count();
            let found = match irr(&flows) {
                Irr::Rate(_) => 1,
                Irr::Multiple { count, .. } => count,
                Irr::TotalLoss | Irr::Undefined => 0,
            };
            prop_assert!(found >= scanned, "{} {:?}", scanned, irr(&flows));
        }
    }
}
