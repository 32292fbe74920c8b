//! How the decisions of SAFEs change with the price of a sale.

use super::breakpoints::conversion_threshold;
use super::conversion::Cap;
use super::liquidity::{
    LiquidityError, MOST_SAFES, SafeAtSale, claims_beside, distribute_with_safes, expected_part, has,
    is_of_one_kind, issue_shares, may_convert,
};
use super::waterfall::{ExitClass, WaterfallScratch};
use crate::number::Amount;

/// A stretch of prices on which the same SAFEs convert.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement<A> {
    /// Proceeds, net of costs, above which it holds, up to those of the next one.
    pub above: A,
    /// The classes, with shares for those SAFEs that convert; or why the sale cannot be divided there.
    pub classes: Result<Vec<ExitClass<A>>, LiquidityError>,
}

/// Above this many SAFEs whose decisions do not simply add up, not all combinations are looked at.
const MOST_COMBINED: usize = 8;
/// Two prices closer than this, as a part of them, are one.
const SAME: f64 = 1e-12;

/// All stretches of prices, from nought on, as [`distribute_with_safes`] settles them; the first classes are the
/// SAFEs. `None` where there are more than 128 SAFEs, or more than 8 that are of several forms or own the company and more.
///
/// A set of SAFEs that converts stands as long as none of them, and none of the others, changes its mind, and that
/// happens only at prices where a member of some set is indifferent. Where all are of one form the sets are nested:
/// coming down from high prices, each begins where a member of the one before drops out. Otherwise the points of all
/// sets are taken, and what holds between two of them is asked in the middle. Derivation ours.
#[must_use]
pub fn settlements<A: Amount>(
    capitalization: A,
    safes: &[SafeAtSale<A>],
    classes: &[ExitClass<A>],
) -> Option<Vec<Settlement<A>>> {
    if safes.len() > MOST_SAFES {
        return None;
    }
    let table = Table { capitalization, safes, classes };
    let everyone = may_convert(safes);
    let nested = is_of_one_kind(safes) && table.with_shares(everyone).is_ok();
    let mut points = if nested { table.dropping_out(everyone) } else { table.of_all_sets()? };
    points.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    points.dedup_by(|b, a| (*b - *a).to_f64() <= SAME * b.to_f64());
    let mut found: Vec<Settlement<A>> = Vec::new();
    let froms = std::iter::once(A::ZERO).chain(points.iter().copied());
    for (place, above) in froms.enumerate() {
        let half = A::ONE.div_or(A::from_i64(2), A::ZERO);
        let between = match points.get(place) {
            Some(until) => (above + *until) * half,
            None => above + above + A::ONE,
        };
        let classes = table.settled(between, everyone);
        if found.last().is_none_or(|last| !is_same(&last.classes, &classes)) {
            found.push(Settlement { above, classes });
        }
    }
    Some(found)
}

fn is_same<A: Amount>(
    a: &Result<Vec<ExitClass<A>>, LiquidityError>,
    b: &Result<Vec<ExitClass<A>>, LiquidityError>,
) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a.iter().zip(b).all(|(a, b)| (a.shares > A::ZERO) == (b.shares > A::ZERO)),
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

struct Table<'a, A> {
    capitalization: A,
    safes: &'a [SafeAtSale<A>],
    classes: &'a [ExitClass<A>],
}

impl<A: Amount> Table<'_, A> {
    /// The classes if exactly these SAFEs convert.
    fn with_shares(&self, set: u128) -> Result<Vec<ExitClass<A>>, LiquidityError> {
        let mut classes = self.classes.to_vec();
        issue_shares(self.capitalization, self.safes, set, &mut classes)?;
        Ok(classes)
    }

    /// The classes as a sale settles them in which only the SAFEs of a set may convert.
    fn settled(&self, proceeds: A, allowed: u128) -> Result<Vec<ExitClass<A>>, LiquidityError> {
        let mut classes = self.classes.to_vec();
        let allow = |(place, safe): (usize, &SafeAtSale<A>)| SafeAtSale {
            cap: if has(allowed, place) { safe.cap } else { Cap::None },
            ..*safe
        };
        let safes: Vec<_> = self.safes.iter().enumerate().map(allow).collect();
        let mut payouts = vec![A::ZERO; classes.len()];
        let mut scratch = WaterfallScratch::new(classes.len());
        distribute_with_safes(
            proceeds,
            self.capitalization,
            &safes,
            &mut classes,
            &mut scratch,
            &mut payouts,
        )?;
        Ok(classes)
    }

    /// Members of a set, and the proceeds at which each is indifferent while the others convert.
    fn points(&self, set: u128) -> Vec<(usize, A)> {
        let members = (0..self.safes.len()).filter(|place| has(set, *place));
        if let Ok(classes) = self.with_shares(set) {
            return members
                .filter_map(|place| Some((place, conversion_threshold(place, &classes)?)))
                .collect();
        }
        let beside = claims_beside(set, self.classes);
        let point = |place: usize| {
            let part = expected_part(&self.safes[place], self.capitalization);
            let expects = part > A::ZERO;
            expects.then(|| (place, beside + self.classes[place].claim.div_or(part, A::ZERO)))
        };
        members.filter_map(point).collect()
    }

    /// The points at which nested sets lose a member, coming down from a set.
    fn dropping_out(&self, everyone: u128) -> Vec<A> {
        let mut found = Vec::new();
        let mut set = everyone;
        loop {
            let highest = self.points(set).into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
            let Some((place, point)) = highest else { return found };
            found.push(point);
            let Ok(classes) = self.settled(point, set & !(1 << place)) else { return found };
            let stays = |place: &usize| classes[*place].shares > A::ZERO;
            set = (0..self.safes.len()).filter(stays).map(|place| 1 << place).sum();
        }
    }

    /// The points of every set.
    fn of_all_sets(&self) -> Option<Vec<A>> {
        let count = self.safes.len();
        let may = may_convert(self.safes);
        (count <= MOST_COMBINED).then(|| {
            let sets = (0..1_u128 << count).filter(|set| set & !may == 0);
            sets.flat_map(|set| self.points(set)).map(|(_, point)| point).collect()
        })
    }
}
