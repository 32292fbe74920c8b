//! Estimators: slices in, numbers with their errors out.
//!
//! Every function takes a column of outcomes (one value a path) or a [`SortedSample`] made from one. NaN
//! means *undefined on this path* (a return that does not exist, a conversion that never happened): such
//! paths are left out and counted, never read as nought. A statistic with too little data is `None`.
//!
//! Sums are taken in fixed blocks of [`BLOCK`] paths folded in order, so a result has the same bits on any
//! number of threads. Intervals are at 95 % throughout ([`Estimate`]).
//!
//! Where paths hang together (mirrored, spread evenly), errors come from groups of them that do not: [`Units`].
//!
//! | question | where |
//! |---|---|
//! | mean, spread, s.e. of a column | [`Moments`] |
//! | percentile and its interval | [`SortedSample::quantile`], [`SortedSample::quantile_interval`] |
//! | probability | [`Proportion`] |
//! | worst and best few per cent; can the s.e. be trusted? | [`tail_mean`], [`tail_verdict`] |
//! | shape, with atoms kept apart | [`Histogram`], [`exceedance_curve`] |
//! | one case against another on the same paths | [`paired_difference`] |
//! | a mean with control variates | [`controlled_mean`] |
//! | the same in memory that does not grow with the paths | [`Spread`], [`Joint`], [`controlled_mean_of`] |
//! | enough paths? | [`convergence`] |
//! | internal rate of return | [`internal_rate_of_return`] |
//! | do two columns move together? | [`pearson`], [`spearman`] |
//! | do they rank their paths alike, whatever their margins? | [`kendall`] |
//! | which input carries the answer? | [`sensitivity`] |

mod interval;
mod moments;
mod proportion;
mod quantile;
mod sorting;
mod tail;
mod histogram;
mod exceedance;
mod paired;
mod convergence;
mod return_rate;
mod correlation;
mod concordance;
mod attribution;
mod control;
mod control_joint;
mod joint;
mod spread;
mod units;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod testing;

pub use attribution::{ConditionalMean, Sensitivity, sensitivity};
pub use concordance::{Concordance, kendall};
pub use control::{ControlledMean, FOLDS as CONTROL_PARTS, MOST_CONTROLS, controlled_mean};
pub use control_joint::controlled_mean_of;
pub use convergence::{Checkpoint, convergence, convergence_of};
pub use correlation::{CoMoments, pearson, spearman};
pub use exceedance::{ExceedancePoint, exceedance_curve};
pub use histogram::{Atom, Histogram, Scale};
pub use interval::{Estimate, Z95};
pub use joint::{Joint, MOST_JOINT};
pub use moments::{BLOCK, Moments};
pub use paired::{PairedDifference, paired_difference};
pub use proportion::{Proportion, wilson};
pub use quantile::{EqualValues, SortedSample};
pub use return_rate::{Irr, internal_rate_of_return};
pub use spread::{SPREAD_ERROR, Spread, SpreadCounts, atoms_of};
pub use tail::{Tail, TailIndex, TailMean, TailVerdict, share_of_total, tail_index, tail_mean, tail_verdict};
pub use units::{UnitError, Units};

/// A count from a whole, non-negative `f64`; NaN and negatives give 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; callers pass whole numbers"
)]
fn count_of(value: f64) -> usize {
    value as usize
}

/// `n × share`, cleaned of the last bits so that 100 × 0.07 is 7 and not 7.000000000000001.
fn paths_in(n: usize, share: f64) -> f64 {
    let product = n as f64 * share;
    let whole = libm::round(product);
    if (product - whole).abs() <= 4.0 * f64::EPSILON * product { whole } else { product }
}
