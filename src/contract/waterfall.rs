//! Who gets what when the company is sold.
//!
//! Each holder of a preference may hold it or convert to common, and what is best for one depends on the
//! others. All of it reduces to one unknown, the value `s` of a share of common: every class then takes the
//! better branch at `s`, the total is piecewise linear and never falls as `s` rises, and the one `s` that
//! uses up the proceeds gives the payoffs of every equilibrium.
//!
//! Why there is one payoff only: for a class that holds or converts, converting pays more exactly where its
//! shares at `s` exceed what it gives up, so in any equilibrium it receives the larger of the two, whatever
//! the others do; a class where both are equal changes nothing by either choice. Every equilibrium with the
//! same `s` therefore pays the same, and the sum of these payoffs, a sum of functions that never fall and,
//! where anyone holds a share at no strike and no claim, rise, meets the proceeds at one `s` only. Where
//! nobody does, the sum may be level: all `s` on the level pay the same.
//!
//! Source: preferences as in the NVCA model charter (footnote 20 for capped participation); the reduction to
//! one unknown is ours, and the tests hold it against the enumeration of every profile of decisions.

use std::cmp::Ordering;

use crate::number::Amount;

/// What a preference may claim beyond its amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Participation<A> {
    /// Nothing: the greater of preference and conversion.
    None,
    /// A share of the rest, as if converted, without limit.
    Full,
    /// The same, up to this total of preference and participation, or conversion where that is more.
    Capped(A),
    /// Nothing, and its holders have decided against conversion: their shares do not count
    /// ([`super::distribute_with_safes`]).
    ClaimOnly,
}

/// One class of claims on the proceeds.
///
/// Plain common has no claim; plain debt has no shares; an unconverted note or SAFE has both, and so has a
/// preference. A carve-out for management is a debt before all others. All amounts are zero or more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExitClass<A> {
    /// Shares of common this class would hold as converted or exercised.
    pub shares: A,
    /// Money paid before common: preference with dividends, or repayment.
    pub claim: A,
    /// Rank of the claim: 0 is paid first, equal ranks share by claim. (Open Cap Format counts the other
    /// way for stock classes.)
    pub seniority: u32,
    /// What the claim leaves room for.
    pub participation: Participation<A>,
    /// Exercise price per share of options and warrants, settled net; 0 otherwise.
    pub strike: A,
}

/// Working memory of [`distribute`], made once and reused.
#[derive(Clone, Debug)]
pub struct WaterfallScratch<A> {
    bends: Vec<Bend<A>>,
}

/// The outcome beside the payouts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaterfallOutcome<A> {
    /// What a share of common receives. [`ExitClass::converts_at`] tells from it who converts.
    pub per_share: A,
    /// Proceeds that nobody may claim: only debt and no shares. The caller decides whose they are.
    pub undistributed: A,
}

/// A value of a share at which the total payout changes its slope.
#[derive(Clone, Copy, Debug)]
struct Bend<A> {
    per_share: A,
    shares: A,
}

impl<A: Amount> WaterfallScratch<A> {
    /// Room for tables of this many classes; a larger one grows it.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        WaterfallScratch { bends: Vec::with_capacity(BENDS_PER_CLASS * classes) }
    }
}

const BENDS_PER_CLASS: usize = 3;

impl<A: Amount> ExitClass<A> {
    /// The class after a conversion its holders have no say in, as at a qualified IPO: claim and
    /// participation are gone.
    #[must_use]
    pub fn as_common(self) -> Self {
        ExitClass { claim: A::ZERO, participation: Participation::None, ..self }
    }

    /// What must be paid before common: a cap on participation bounds the preference too.
    pub(super) fn preference(&self) -> A {
        match self.participation {
            Participation::Capped(cap) => self.claim.min_of(cap),
            Participation::None | Participation::Full | Participation::ClaimOnly => self.claim,
        }
    }

    /// Whether it is preferred stock whose holders either take the preference or convert.
    pub(super) fn elects(&self) -> bool {
        let either = matches!(self.participation, Participation::None | Participation::ClaimOnly);
        either && self.claim > A::ZERO && self.shares > A::ZERO && self.strike <= A::ZERO
    }

    /// Whether anything beyond its claim can reach it.
    fn may_share(&self) -> bool {
        self.shares > A::ZERO && self.participation != Participation::ClaimOnly
    }

    /// Value of the shares when a share of common is worth `per_share`.
    fn as_converted(&self, per_share: A) -> A {
        self.shares * (per_share - self.strike).or_zero()
    }

    /// What the class receives when a share of common receives `per_share` and every claim is paid in full.
    #[must_use]
    pub fn payout_at(&self, per_share: A) -> A {
        let converted = self.as_converted(per_share);
        match self.participation {
            Participation::None => self.claim.max_of(converted),
            Participation::Full => self.claim + converted,
            Participation::ClaimOnly => self.claim,
            Participation::Capped(cap) => (self.claim + converted).min_of(cap).max_of(converted),
        }
    }

    /// Whether the class gives up its preference (or exercises) when a share of common receives `per_share`.
    /// A class to which it is all one does not; full participation never does.
    #[must_use]
    pub fn converts_at(&self, per_share: A) -> bool {
        match self.participation {
            Participation::None => self.as_converted(per_share) > self.claim,
            Participation::Full | Participation::ClaimOnly => false,
            Participation::Capped(cap) => self.as_converted(per_share) > cap,
        }
    }

    /// The value of a share of common above which the class converts; `None` if it never does.
    #[must_use]
    pub fn conversion_point(&self) -> Option<A> {
        let given_up = match self.participation {
            Participation::None => self.claim,
            Participation::Full | Participation::ClaimOnly => return None,
            Participation::Capped(cap) => cap,
        };
        (self.shares > A::ZERO).then(|| self.worth_to(given_up))
    }

    /// The value of a share of common at which the class's shares are worth `value`.
    pub(super) fn worth_to(&self, value: A) -> A {
        self.strike + value.div_or(self.shares, A::ZERO)
    }

    /// Notes where the payout changes its slope; returns its slope at a share value of zero.
    fn bends(&self, bends: &mut Vec<Bend<A>>) -> A {
        let mut slope = A::ZERO;
        let mut bend = |per_share: A, shares: A| {
            if per_share > A::ZERO {
                bends.push(Bend { per_share, shares });
            } else {
                slope += shares;
            }
        };
        if self.shares > A::ZERO {
            match self.participation {
                Participation::None => bend(self.worth_to(self.claim), self.shares),
                Participation::Full => bend(self.strike, self.shares),
                Participation::ClaimOnly => {}
                Participation::Capped(cap) => {
                    bend(self.strike, self.shares);
                    bend(self.worth_to(cap - self.preference()), -self.shares);
                    bend(self.worth_to(cap), self.shares);
                }
            }
        }
        slope
    }
}

/// The proceeds at which a share of common receives `per_share`, everyone taking the better branch. At a
/// class's [`ExitClass::conversion_point`] this is the sale price above which it converts.
#[must_use]
pub fn proceeds_at_per_share<A: Amount>(per_share: A, classes: &[ExitClass<A>]) -> A {
    classes.iter().fold(A::ZERO, |sum, class| sum + class.payout_at(per_share))
}

/// Divides the proceeds of a sale, net of costs, among the classes; `payouts` is as long as `classes`.
///
/// Where the proceeds do not cover all claims, they are paid by rank, equals in proportion to their claims,
/// and nobody gains by converting. Above that every claim is paid in full or given up for something better,
/// and rank no longer matters. Proceeds below zero count as none.
pub fn distribute<A: Amount>(
    proceeds: A,
    classes: &[ExitClass<A>],
    scratch: &mut WaterfallScratch<A>,
    payouts: &mut [A],
) -> WaterfallOutcome<A> {
    let proceeds = proceeds.or_zero();
    let claims = classes.iter().fold(A::ZERO, |sum, class| sum + class.preference());
    if proceeds > claims {
        let per_share = share_value(proceeds, claims, classes, scratch);
        let mut undistributed = proceeds;
        for (class, payout) in classes.iter().zip(payouts) {
            *payout = class.payout_at(per_share);
            undistributed -= *payout;
        }
        // With a share to hold, what is left over is rounding only.
        let nobody = classes.iter().all(|class| !class.may_share());
        WaterfallOutcome { per_share, undistributed: if nobody { undistributed } else { A::ZERO } }
    } else {
        pay_by_rank(proceeds, classes, payouts)
    }
}

/// The value of a share that uses up proceeds above all claims.
fn share_value<A: Amount>(
    proceeds: A,
    claims: A,
    classes: &[ExitClass<A>],
    scratch: &mut WaterfallScratch<A>,
) -> A {
    scratch.bends.clear();
    let mut slope = A::ZERO;
    for class in classes {
        slope += class.bends(&mut scratch.bends);
    }
    scratch.bends.sort_unstable_by(|a, b| a.per_share.partial_cmp(&b.per_share).unwrap_or(Ordering::Equal));
    let mut per_share = A::ZERO;
    let mut paid = claims;
    for bend in &scratch.bends {
        let paid_at_bend = paid + slope * (bend.per_share - per_share);
        if paid_at_bend >= proceeds {
            break;
        }
        paid = paid_at_bend;
        per_share = bend.per_share;
        slope += bend.shares;
    }
    per_share + (proceeds - paid).div_or(slope, A::ZERO)
}

/// Pays claims by rank from proceeds that cover them at most.
fn pay_by_rank<A: Amount>(proceeds: A, classes: &[ExitClass<A>], payouts: &mut [A]) -> WaterfallOutcome<A> {
    payouts.fill(A::ZERO);
    let mut left = proceeds;
    let mut next = classes.iter().map(|class| class.seniority).min();
    while let Some(rank) = next {
        let equals = classes.iter().filter(|class| class.seniority == rank);
        let due = equals.fold(A::ZERO, |sum, class| sum + class.preference());
        let paid = left.min_of(due);
        for (class, payout) in classes.iter().zip(payouts.iter_mut()) {
            if class.seniority == rank {
                *payout = (class.preference() * paid).div_or(due, A::ZERO);
            }
        }
        left -= paid;
        next = classes.iter().map(|class| class.seniority).filter(|&other| other > rank).min();
    }
    WaterfallOutcome { per_share: A::ZERO, undistributed: A::ZERO }
}
