//! Where the payoffs of a sale bend, and whose decision or limit it is.

use std::cmp::Ordering;

use super::waterfall::{ExitClass, Participation, proceeds_at_per_share};
use crate::number::Amount;

/// A sale price at which the payoff of some class changes its slope. Between two of them all payoffs are
/// straight lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breakpoint<A> {
    /// Proceeds of the sale, net of costs and carve-outs.
    pub proceeds: A,
    /// What a share of common receives there.
    pub per_share: A,
    /// The class, by its place.
    pub class: usize,
    /// What it does above.
    pub turn: Turn,
}

/// What a class does above a breakpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Its claim begins to be paid.
    ClaimBegins,
    /// Its claim is paid in full.
    ClaimPaid,
    /// It begins to share in what is left: common, and preferred that participates.
    Shares,
    /// Its options or warrants are exercised.
    Exercises,
    /// It has reached the cap on its participation.
    Capped,
    /// It gives up its claim and converts to common.
    Converts,
}

/// Writes all breakpoints of a table into `found`, by ascending proceeds, at one price in the order of the
/// classes. The claims and shares of the table are taken as given; a post-money SAFE, whose shares depend on
/// who else converts, is to be settled by [`super::distribute_with_safes`] first, at the price of interest.
pub fn breakpoints<A: Amount>(classes: &[ExitClass<A>], found: &mut Vec<Breakpoint<A>>) {
    found.clear();
    for (place, class) in classes.iter().enumerate() {
        let claim = class.preference();
        if claim > A::ZERO {
            let due = |rank: fn(u32, u32) -> bool| {
                let ranked = classes.iter().filter(|other| rank(other.seniority, class.seniority));
                ranked.fold(A::ZERO, |sum, other| sum + other.preference())
            };
            let point = |proceeds, turn| Breakpoint { proceeds, per_share: A::ZERO, class: place, turn };
            found.push(point(due(|other, own| other < own), Turn::ClaimBegins));
            found.push(point(due(|other, own| other <= own), Turn::ClaimPaid));
        }
        let mut turns_at = |per_share: A, turn: Turn| {
            let proceeds = proceeds_at_per_share(per_share, classes);
            found.push(Breakpoint { proceeds, per_share, class: place, turn });
        };
        if class.shares > A::ZERO {
            let joins = if class.strike > A::ZERO { Turn::Exercises } else { Turn::Shares };
            match class.participation {
                Participation::Capped(cap) if cap > claim => {
                    turns_at(class.strike, joins);
                    turns_at(class.worth_to(cap - claim), Turn::Capped);
                    turns_at(class.worth_to(cap), Turn::Converts);
                }
                Participation::Full => turns_at(class.strike, joins),
                // A cap that the claim alone fills leaves nothing to participate in.
                Participation::None | Participation::Capped(_) => {
                    turns_at(class.worth_to(claim), if claim > A::ZERO { Turn::Converts } else { joins });
                }
            }
        }
    }
    found.sort_by(|a, b| {
        a.proceeds.partial_cmp(&b.proceeds).unwrap_or(Ordering::Equal).then(a.class.cmp(&b.class))
    });
}

/// The sale price above which the class at this place converts; `None` if it never does.
#[must_use]
pub fn conversion_threshold<A: Amount>(place: usize, classes: &[ExitClass<A>]) -> Option<A> {
    let point = classes.get(place)?.conversion_point()?;
    Some(proceeds_at_per_share(point, classes))
}
