//! What the company's value owes to things that may still happen, under the risk-neutral measure.

use super::draws::Input;
use super::world::ClockPlan;
use crate::model::Curve;

/// A factor on the company's value that depends on time and on what has not happened yet. Each makes up for one thing
/// in such a way that the discounted value stays a martingale.
#[derive(Clone, Debug, PartialEq)]
pub enum OutlookPlan {
    /// Riskless rates that change: the growth at them.
    Rates(Curve),
    /// Failure: who holds shares until then earns 1 over the probability that it has not happened.
    Survival(ClockPlan),
    /// The premium of a sale: what is given up for its chance, until a flotation ends that.
    Premium(ClockPlan, Input<f64>),
}
