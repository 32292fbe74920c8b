//! What a cheaper issue does to the conversion price of a protected series.
//!
//! Source: NVCA model charter, "Adjustments to Conversion Price for Diluting Issues"; the full ratchet and the
//! narrow bases are the variants its notes name. The forms do not say how the adjustment acts back on the
//! price of the very round that causes it: here the round is priced first and adjusts afterwards. Issues a
//! charter exempts (options under the plan, conversions of what is outstanding) are not to be handed in.

use crate::number::Amount;

/// The protection of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AntiDilution {
    /// None.
    None,
    /// The price falls to that of the new issue.
    FullRatchet,
    /// The price falls to the average of the old one over the shares of the base and the new one over the
    /// new shares.
    WeightedAverage(AverageBase),
}

/// Which shares before the issue a weighted average counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AverageBase {
    /// Common, preferred as converted, and options and warrants outstanding; not the ungranted pool.
    Broad,
    /// Common and preferred as converted.
    CommonAndPreferred,
    /// Preferred as converted only.
    Preferred,
}

/// An issue of shares or of rights to them. Every series is adjusted from the same counts before the issue:
/// to adjust one after the other would make the result depend on their order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewIssue<A> {
    /// Common stock before the issue.
    pub common: A,
    /// Preferred stock before the issue, as converted at the conversion prices before it.
    pub preferred: A,
    /// Options and warrants outstanding before the issue.
    pub options: A,
    /// Shares issued, as converted.
    pub new_shares: A,
    /// Money received for them.
    pub consideration: A,
}

/// Whether a round at `price` lies below a conversion price, by more than rounding may decide.
#[must_use]
pub fn is_cheaper<A: Amount>(price: A, conversion_price: A) -> bool {
    price * A::from_f64(1.0 + 1e-12) < conversion_price
}

/// The conversion price of a series after an issue; unchanged unless the new price per share is strictly
/// below it, where the bare formula would raise it.
///
/// With A shares in the base, C new ones and B = consideration / CP1: CP2 = CP1 · (A + B) / (A + C). NVCA
/// rounds the result to a hundredth of a cent: `rounded(4, Rounding::Nearest)` in dollars. A full ratchet to
/// shares given away leaves a price of zero, at which [`conversion_ratio`] has no value.
#[must_use]
pub fn adjusted_conversion_price<A: Amount>(
    conversion_price: A,
    rule: AntiDilution,
    issue: &NewIssue<A>,
) -> A {
    let issue_price = issue.consideration.div_or(issue.new_shares, conversion_price);
    if !is_cheaper(issue_price, conversion_price) {
        return conversion_price;
    }
    match rule {
        AntiDilution::None => conversion_price,
        AntiDilution::FullRatchet => issue_price,
        AntiDilution::WeightedAverage(base) => {
            let before = match base {
                AverageBase::Broad => issue.common + issue.preferred + issue.options,
                AverageBase::CommonAndPreferred => issue.common + issue.preferred,
                AverageBase::Preferred => issue.preferred,
            };
            let at_old_price = issue.consideration.div_or(conversion_price, A::ZERO);
            (conversion_price * (before + at_old_price)).div_or(before + issue.new_shares, conversion_price)
        }
    }
}

/// Shares of common for one of preferred: original issue price over conversion price; `None` at a conversion
/// price of zero or less. Source: NVCA model charter, "Right to Convert".
#[must_use]
pub fn conversion_ratio<A: Amount>(original_price: A, conversion_price: A) -> Option<A> {
    (conversion_price > A::ZERO).then(|| original_price.div_or(conversion_price, A::ZERO))
}
