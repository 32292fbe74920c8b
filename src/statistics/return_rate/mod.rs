//! [`internal_rate_of_return`]: the rate at which dated cash flows are worth nothing, or why there is none.

#[cfg(test)]
mod tests;
mod zeros;

use zeros::{Sum, Zeros};

/// Internal rate of return of one path, by annual compounding: 0.25 is 25 % a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Irr {
    /// The one rate above −100 % at which the net present value is nought.
    Rate(f64),
    /// Money went out and none came back, or so little so soon that no `f64` tells the rate from −100 %.
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
    /// No outlay; or no rate that balances the flows (an outlay after the last receipt can make the value
    /// negative at every rate); or a NaN or infinity among the flows; or more than 16 changes of sign.
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
/// The answer is complete: every rate above −100 % that balances the flows is found. With x = ln(1 + r) the
/// value Σ aᵢ·exp(−x·tᵢ) has at most as many zeros as the flows, by time, have changes of sign (Descartes'
/// rule, which Laguerre 1883 extended to real exponents). One change, the ordinary case, therefore means one
/// rate, solved directly. Otherwise Laguerre's own proof is followed: multiplying by exp(x·τ), with τ between
/// the two times of a change, and differentiating gives a sum of the same form, the amounts scaled by tᵢ − τ,
/// with one change fewer; its zeros part the zeros of the sum before. Rates with |Δln(1+r)| below about 1e-6
/// count as one, and rates that an `f64` cannot tell from −100 % or from infinity do not count.
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
    let log_growth = if let [(t0, a0), (t1, a1)] = *flows {
        libm::log(-a1 / a0) / (t1 - t0)
    } else {
        let sum = Sum { flows, shifts: &[], first: spread.first_outlay, last: spread.last_receipt };
        sum.zero_between(f64::NEG_INFINITY, f64::INFINITY, 1.0)
    };
    match representable(log_growth) {
        Some(rate) => Irr::Rate(rate),
        // What came back is nothing to the last digit.
        None if log_growth < 0.0 => Irr::TotalLoss,
        None => Irr::Undefined,
    }
}

/// The rate for x = ln(1 + r); `None` if an `f64` cannot tell it from −100 % or from infinity.
fn representable(log_growth: f64) -> Option<f64> {
    Some(libm::expm1(log_growth)).filter(|&rate| rate > -1.0 && rate < f64::INFINITY)
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
    let mut rates = zeros.found().iter().copied().filter_map(representable);
    match (rates.next(), rates.next_back()) {
        (None, _) => Irr::Undefined,
        (Some(only), None) => Irr::Rate(only),
        (Some(lowest), Some(highest)) => Irr::Multiple { lowest, highest, count: 2 + rates.count() },
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
        if flows.is_sorted_by(|earlier, later| earlier.0 < later.0) {
            return Self::among(flows.iter().copied().filter(|flow| flow.1.abs() > 0.0));
        }
        let mut after = f64::NEG_INFINITY;
        Self::among(std::iter::from_fn(|| {
            let flow = next_net_flow(flows, after)?;
            after = flow.0;
            Some(flow)
        }))
    }

    /// Of flows that are not nought, in order of time.
    fn among(mut net_flows: impl Iterator<Item = Flow>) -> Option<Self> {
        let (first, net) = net_flows.next()?;
        let (between, sign) = ([0.0; MOST_CHANGES], net.signum());
        let mut seen = Self { count: 0, between, first, last: first, first_sign: sign, last_sign: sign };
        for (time, net) in net_flows {
            if net.signum() * seen.last_sign < 0.0 {
                *seen.between.get_mut(seen.count)? = f64::midpoint(seen.last, time);
                seen.count += 1;
                seen.last_sign = net.signum();
            }
            seen.last = time;
        }
        Some(seen)
    }
}

/// Time and sum of the earliest flows later than `after` that do not cancel out. Looks through all flows each
/// time: there are few, in no order, and there is no room to sort them in.
fn next_net_flow(flows: &[Flow], mut after: f64) -> Option<Flow> {
    loop {
        let later = flows.iter().filter(|f| f.0 > after && f.1.abs() > 0.0);
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
