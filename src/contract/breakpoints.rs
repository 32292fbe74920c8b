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

/// What a class does above a breakpoint; what comes first at one price stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Its claim is paid in full.
    ClaimPaid,
    /// Its claim begins to be paid.
    ClaimBegins,
    /// It begins to share in what is left: common, and preferred that participates.
    Shares,
    /// Its options or warrants are exercised.
    Exercises,
    /// It has reached the cap on its participation.
    Capped,
    /// It gives up its claim and converts to common.
    Converts,
}

impl<A: Amount> ExitClass<A> {
    /// The values of a share of common above which the class does something else, ascending.
    #[must_use]
    pub fn turns(&self) -> Vec<(A, Turn)> {
        if self.shares <= A::ZERO {
            return Vec::new();
        }
        let claim = self.preference();
        let joins = if self.strike > A::ZERO { Turn::Exercises } else { Turn::Shares };
        match self.participation {
            Participation::Capped(cap) if cap > claim => vec![
                (self.strike, joins),
                (self.worth_to(cap - claim), Turn::Capped),
                (self.worth_to(cap), Turn::Converts),
            ],
            Participation::Full => vec![(self.strike, joins)],
            Participation::ClaimOnly => Vec::new(),
            // A cap that the claim alone fills leaves nothing to participate in.
            Participation::None | Participation::Capped(_) => {
                vec![(self.worth_to(claim), if claim > A::ZERO { Turn::Converts } else { joins })]
            }
        }
    }
}

/// Writes all breakpoints of a table into `found`, by ascending proceeds, at one price in the order of the
/// classes. The claims and shares of the table are taken as given; for SAFEs, whose shares depend on who else
/// converts, [`super::settlements`] tells which hold where.
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
        found.extend(class.turns().into_iter().map(|(per_share, turn)| {
            let proceeds = proceeds_at_per_share(per_share, classes);
            Breakpoint { proceeds, per_share, class: place, turn }
        }));
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
