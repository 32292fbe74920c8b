//! How the decisions of SAFEs change with the price of a sale.

use super::breakpoints::conversion_threshold;
use super::conversion::Cap;
use super::liquidity::{
    LiquidityError, SafeAtSale, claims_beside, distribute_with_safes, elect, electing, expected_part, has,
    is_of_one_kind, issue_shares, may_convert, settle_safes, subsets,
};
use super::waterfall::{ExitClass, Participation, WaterfallOutcome, WaterfallScratch};
use crate::number::Amount;

/// A stretch of prices on which the same SAFEs and preferred shares convert.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement<A> {
    /// Proceeds, net of costs, above which it holds, up to those of the next one.
    pub above: A,
    /// The classes, with shares for those SAFEs that convert, and [`Participation::ClaimOnly`] for the preferred
    /// shares that do not; or why the sale cannot be divided there.
    pub classes: Result<Vec<ExitClass<A>>, LiquidityError>,
}

/// Above this many SAFEs whose decisions do not simply add up, or series beside SAFEs, not all combinations are
/// looked at.
const MOST_COMBINED: u32 = 8;
/// The same for the points that combinations have.
const MOST_POINTS: usize = 10_000;
/// Two prices closer than this, as a part of them, are one.
const SAME: f64 = 1e-12;

/// All stretches of prices, from nought on, as [`distribute_with_safes`] settles them; the first classes are the
/// SAFEs. `None` where there are more than 128 SAFEs, more than 8 that are of several forms or own the company and
/// more, or more than 8 series that elect beside them.
///
/// A set of SAFEs and series that converts stands as long as none of them, and none of the others, changes its mind,
/// and that happens only at prices where a member of some set is indifferent. Where all SAFEs are of one form and the
/// series are fixed, the sets of SAFEs are nested: coming down from high prices, each begins where a member of the one
/// before drops out. Otherwise the points of all sets are taken, and what holds between two of them is asked in the
/// middle. Derivation ours.
#[must_use]
pub fn settlements<A: Amount>(
    capitalization: A,
    safes: &[SafeAtSale<A>],
    classes: &[ExitClass<A>],
) -> Option<Vec<Settlement<A>>> {
    let electing = electing(safes, classes)?;
    if electing.count_ones() > MOST_COMBINED {
        return None;
    }
    let mut points = Vec::new();
    for converting in subsets(electing) {
        let mut fixed = classes.to_vec();
        elect(&mut fixed, electing, converting);
        points.extend(Table { capitalization, safes, classes: &fixed, converting }.all_points()?);
        if points.len() > MOST_POINTS {
            return None;
        }
    }
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
        let classes = settled(distribute_with_safes, between, capitalization, safes, classes);
        if found.last().is_none_or(|last| !is_same(&last.classes, &classes)) {
            found.push(Settlement { above, classes });
        }
    }
    Some(found)
}

type Divide<A> = fn(
    A,
    A,
    &[SafeAtSale<A>],
    &mut [ExitClass<A>],
    &mut WaterfallScratch<A>,
    &mut [A],
) -> Result<WaterfallOutcome<A>, LiquidityError>;

/// The classes as a sale settles them.
fn settled<A: Amount>(
    divide: Divide<A>,
    proceeds: A,
    capitalization: A,
    safes: &[SafeAtSale<A>],
    classes: &[ExitClass<A>],
) -> Result<Vec<ExitClass<A>>, LiquidityError> {
    let mut classes = classes.to_vec();
    let mut payouts = vec![A::ZERO; classes.len()];
    let mut scratch = WaterfallScratch::new(classes.len());
    divide(proceeds, capitalization, safes, &mut classes, &mut scratch, &mut payouts)?;
    Ok(classes)
}

fn is_same<A: Amount>(
    a: &Result<Vec<ExitClass<A>>, LiquidityError>,
    b: &Result<Vec<ExitClass<A>>, LiquidityError>,
) -> bool {
    let converts =
        |class: &ExitClass<A>| (class.shares > A::ZERO, class.participation == Participation::ClaimOnly);
    match (a, b) {
        (Ok(a), Ok(b)) => a.iter().map(converts).eq(b.iter().map(converts)),
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

/// SAFEs beside series that have elected.
struct Table<'a, A> {
    capitalization: A,
    safes: &'a [SafeAtSale<A>],
    classes: &'a [ExitClass<A>],
    /// The series that convert.
    converting: u128,
}

impl<A: Amount> Table<'_, A> {
    /// The points at which a SAFE or a series that converts is indifferent.
    fn all_points(&self) -> Option<Vec<A>> {
        let everyone = may_convert(self.safes);
        let nested = is_of_one_kind(self.safes) && self.with_shares(everyone).is_ok();
        if nested { Some(self.dropping_out(everyone)) } else { self.of_all_sets() }
    }

    /// The classes if exactly these SAFEs convert.
    fn with_shares(&self, set: u128) -> Result<Vec<ExitClass<A>>, LiquidityError> {
        let mut classes = self.classes.to_vec();
        issue_shares(self.capitalization, self.safes, set, &mut classes)?;
        Ok(classes)
    }

    /// The SAFEs that convert if only those of a set may.
    fn staying(&self, proceeds: A, allowed: u128) -> Option<u128> {
        let allow = |(place, safe): (usize, &SafeAtSale<A>)| SafeAtSale {
            cap: if has(allowed, place) { safe.cap } else { Cap::None },
            ..*safe
        };
        let safes: Vec<_> = self.safes.iter().enumerate().map(allow).collect();
        let classes = settled(settle_safes, proceeds, self.capitalization, &safes, self.classes).ok()?;
        let stays = |place: &usize| classes[*place].shares > A::ZERO;
        Some((0..safes.len()).filter(stays).map(|place| 1 << place).sum())
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

    /// The proceeds at which the series that convert are indifferent while the SAFEs of a set do.
    fn points_of_series(&self, set: u128) -> Vec<A> {
        let Ok(classes) = self.with_shares(set) else { return Vec::new() };
        let series = (0..classes.len()).filter(|place| has(self.converting, *place));
        series.filter_map(|place| conversion_threshold(place, &classes)).collect()
    }

    /// The points at which nested sets lose a member, coming down from a set, and those of series beside each.
    fn dropping_out(&self, everyone: u128) -> Vec<A> {
        let mut found = Vec::new();
        let mut set = everyone;
        loop {
            found.extend(self.points_of_series(set));
            let highest = self.points(set).into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
            let Some((place, point)) = highest else { return found };
            found.push(point);
            let Some(staying) = self.staying(point, set & !(1 << place)) else { return found };
            set = staying;
        }
    }

    /// The points of every set.
    fn of_all_sets(&self) -> Option<Vec<A>> {
        let may = may_convert(self.safes);
        let points = |set: u128| {
            let of_safes = self.points(set).into_iter().map(|(_, point)| point);
            of_safes.chain(self.points_of_series(set))
        };
        let few = may.count_ones() + self.converting.count_ones() <= MOST_COMBINED;
        few.then(|| subsets(may).flat_map(points).collect())
    }
}
