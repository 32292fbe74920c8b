//! SAFEs and notes when the company is sold before they have converted.

use thiserror::Error;

use super::conversion::Cap;
use super::waterfall::{ExitClass, Participation, WaterfallOutcome, WaterfallScratch, distribute};
use crate::number::Amount;

/// A SAFE, or a note that may convert, at a sale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SafeAtSale<A> {
    /// What converts: the purchase amount, or principal and interest.
    pub amount: A,
    /// The liquidity price: the cap over the liquidity capitalization, without a discount, stacked or not: there
    /// is no round price to take it off. Without a cap the holder takes its claim.
    pub cap: Cap<A>,
}

/// Why a sale cannot be divided.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum LiquidityError {
    /// At their caps the SAFEs own the whole company and more.
    #[error("at their caps the SAFEs own {owned_percent:.4}% of the company")]
    SafesOwnEverything {
        /// Purchase amounts over caps, in per cent; 100 or more, or not a number.
        owned_percent: f64,
    },
    /// Whatever some decide, others would decide differently.
    #[error("the SAFEs' decisions to convert do not settle: each changes what another does")]
    NoSettlement,
    /// More SAFEs and series than can be settled together.
    #[error("more than 128 SAFEs and series of preferred shares in one sale")]
    TooMany,
}

/// What the discount of a discount-only SAFE adds at a sale to `cash_out`, its claim at its own rank: it comes
/// after all preferences and before common.
///
/// Its liquidity price is the value of a share of common less the discount, so that converted it is worth
/// amount / (1 − discount) whatever that value is; but as common it has nothing until all preferences are
/// paid. A SAFE without a discount has no second claim, nor has one whose cash-out is worth as much. Source: YC SAFE, discount only, "Liquidity Price";
/// the ranks follow from letting the share value go to zero.
#[must_use]
pub fn discount_claim<A: Amount>(amount: A, discount: A, cash_out: A) -> A {
    let adds = (amount * discount).div_or(A::ONE - discount, A::ZERO);
    (amount + adds - cash_out).or_zero()
}

/// Divides the proceeds of a sale where the first classes are SAFEs, in the order of `safes`, and writes into
/// those classes the shares they convert into; a SAFE that takes its claim instead has none. Preferred shares
/// beside them that take their preference instead of converting become [`Participation::ClaimOnly`].
///
/// A SAFE converts at its cap over the liquidity capitalization: `capitalization` (stock as converted and
/// options, no unissued pool) and, where its form counts converting securities (post-money), those that convert,
/// but not those that cash out, and no preferred shares that are paid their preference instead of what they would
/// get as converted. Preferred shares that participate are paid both and count. So each post-money SAFE owns
/// amount over cap of whatever converts, and one that cashes out leaves the others more; a pre-money one has a
/// fixed number of shares, in which all stock counts.
///
/// SAFEs are paid the greater of two amounts by themselves; holders of preferred shares elect. So each series
/// expects that SAFEs answer what it elects (`settle_safes`): first all series convert, those to whom it does
/// not pay take their preference, and this stands if none of them would have more as converted. Otherwise all
/// combinations are tried, the most conversions first. At the price where a SAFE or a series changes its mind,
/// what the others receive jumps: its own payout may be the same either way, but the capitalization is not.
///
/// Each SAFE's claim is its cash-out amount, usually the purchase amount (for a note, see
/// [`super::change_of_control_claim`]), and its rank that of non-participating preferred.
///
/// Source: YC post-money SAFE v1.1 §1(b) and "Liquidity Capitalization", §1(d) for rank; YC's original SAFE for
/// the pre-money form; who decides before whom is ours.
///
/// # Errors
///
/// [`LiquidityError`].
pub fn distribute_with_safes<A: Amount>(
    proceeds: A,
    capitalization: A,
    safes: &[SafeAtSale<A>],
    classes: &mut [ExitClass<A>],
    scratch: &mut WaterfallScratch<A>,
    payouts: &mut [A],
) -> Result<WaterfallOutcome<A>, LiquidityError> {
    let electing = electing(safes, classes).ok_or(LiquidityError::TooMany)?;
    elect(classes, 0, 0);
    let mut sale = Sale { proceeds, capitalization, safes, classes, scratch, payouts };
    let outcome = if electing == 0 { sale.settle_safes() } else { sale.settle_all(electing) };
    if outcome.is_err() {
        elect(classes, 0, 0);
    }
    outcome
}

/// The classes beside SAFEs whose holders elect: preferred shares without participation, where a SAFE counts them
/// only as converted. A set of classes is a number whose bits are their places; `None` if a place is beyond 128.
pub(super) fn electing<A: Amount>(safes: &[SafeAtSale<A>], classes: &[ExitClass<A>]) -> Option<u128> {
    if safes.len() > MOST_PLACES {
        return None;
    }
    if !safes.iter().any(|safe| safe.cap.counts_others()) {
        return Some(0);
    }
    let mut electing = 0;
    for (place, _) in classes.iter().enumerate().skip(safes.len()).filter(|(_, class)| class.elects()) {
        if place >= MOST_PLACES {
            return None;
        }
        electing |= 1 << place;
    }
    Some(electing)
}

/// The places of the classes beside SAFEs whose holders elect between preference and conversion in
/// [`distribute_with_safes`]; none where that refuses the table.
#[must_use]
pub fn preferred_that_elect<A: Amount>(safes: &[SafeAtSale<A>], classes: &[ExitClass<A>]) -> Vec<usize> {
    let electing = electing(safes, classes).unwrap_or(0);
    (0..classes.len()).filter(|place| has(electing, *place)).collect()
}

/// Lets the classes of `electing` that are not in `converting` take their preference, and all others that elect convert.
pub(super) fn elect<A: Amount>(classes: &mut [ExitClass<A>], electing: u128, converting: u128) {
    for (place, class) in classes.iter_mut().enumerate() {
        if has(electing & !converting, place) {
            class.participation = Participation::ClaimOnly;
        } else if class.participation == Participation::ClaimOnly {
            class.participation = Participation::None;
        }
    }
}

/// The same where what each series of preferred shares does is fixed.
///
/// All SAFEs are first taken to convert; those to whom it does not pay drop out. Among post-money SAFEs this can
/// only make it pay less for the rest, and so it does among SAFEs with fixed numbers of shares: the last
/// standing are an equilibrium, that with the most conversions. With both kinds in one table a SAFE that
/// drops out may raise the value of a share and call another back; the result is then checked, and if it does
/// not stand all combinations are tried, the most conversions first. There are sales where none stands:
/// these are refused.
///
/// Post-money SAFEs may together own 100 % or more at their caps. They cannot all convert then, but at a low
/// price they would rather have their cash. A SAFE that would be one too many is taken to expect its fraction
/// of all that the others' claims leave over, at most all: nobody else would hold anything. Where it wants to convert even
/// so, the set does not stand; where no set stands the sale is refused.
///
/// The order of dropping out and what a SAFE too many expects are ours, held against enumeration in the tests.
///
/// # Errors
///
/// [`LiquidityError`].
pub(super) fn settle_safes<A: Amount>(
    proceeds: A,
    capitalization: A,
    safes: &[SafeAtSale<A>],
    classes: &mut [ExitClass<A>],
    scratch: &mut WaterfallScratch<A>,
    payouts: &mut [A],
) -> Result<WaterfallOutcome<A>, LiquidityError> {
    Sale { proceeds, capitalization, safes, classes, scratch, payouts }.settle_safes()
}

/// All subsets of a set.
pub(super) fn subsets(set: u128) -> impl Iterator<Item = u128> {
    std::iter::successors(Some(set), move |subset| (*subset > 0).then(|| (subset - 1) & set))
}

/// Whether a class is in a set.
pub(super) fn has(set: u128, place: usize) -> bool {
    place < MOST_PLACES && set >> place & 1 == 1
}

/// Writes into the first classes the shares that SAFEs have if exactly those of a set convert, others having
/// none. Preferred shares that take their preference are not counted by those that count the others.
///
/// # Errors
///
/// [`LiquidityError::SafesOwnEverything`].
pub(super) fn issue_shares<A: Amount>(
    capitalization: A,
    safes: &[SafeAtSale<A>],
    converting: u128,
    classes: &mut [ExitClass<A>],
) -> Result<(), LiquidityError> {
    let mut left = A::ONE;
    let paid_out = classes.iter().filter(|class| class.participation == Participation::ClaimOnly);
    let mut others = paid_out.fold(capitalization, |left, class| left - class.shares).or_zero();
    for (place, safe) in safes.iter().enumerate().filter(|(place, _)| has(converting, *place)) {
        let (part, of_all) = part(safe, capitalization)?;
        classes[place].shares = part;
        if of_all { left -= part } else { others += part }
    }
    let solvable = left > A::ZERO;
    if !solvable {
        return Err(owns_everything(A::ONE - left));
    }
    let all = others.div_or(left, A::ZERO);
    for (place, (class, safe)) in classes.iter_mut().zip(safes).enumerate() {
        if !has(converting, place) {
            class.shares = A::ZERO;
        } else if safe.cap.counts_others() {
            class.shares = class.shares * all;
        }
    }
    Ok(())
}

/// What a SAFE converts into: a fraction of all that converts or is outstanding, or a number of shares.
fn part<A: Amount>(safe: &SafeAtSale<A>, capitalization: A) -> Result<(A, bool), LiquidityError> {
    let Some((valuation, counted)) = safe.cap.valuation() else {
        let Cap::FixedPrice(price) = safe.cap else { return Ok((A::ZERO, false)) };
        return Ok((safe.amount.div_or(price, A::ZERO), false));
    };
    let money = counted.less_itself(valuation, safe.amount);
    let solvable = money > A::ZERO;
    if !solvable {
        return Err(owns_everything(safe.amount.div_or(valuation, A::ONE)));
    }
    let part = safe.amount.div_or(money, A::ZERO);
    let of_all = counted.other_converting_securities;
    Ok((if of_all { part } else { part * capitalization }, of_all))
}

/// The fraction of all that converts that a SAFE too many expects; nothing if it has a number of shares.
pub(super) fn expected_part<A: Amount>(safe: &SafeAtSale<A>, capitalization: A) -> A {
    match part(safe, capitalization) {
        Ok((part, of_all)) => {
            if of_all {
                part.min_of(A::ONE)
            } else {
                A::ZERO
            }
        }
        Err(_) => A::ONE,
    }
}

/// The SAFEs that have a cap.
pub(super) fn may_convert<A: Amount>(safes: &[SafeAtSale<A>]) -> u128 {
    let capped = |(place, safe): (usize, &SafeAtSale<A>)| match safe.cap {
        Cap::None => 0,
        _ => 1 << place,
    };
    safes.iter().enumerate().map(capped).sum()
}

/// Whether all count each other, or none does.
pub(super) fn is_of_one_kind<A: Amount>(safes: &[SafeAtSale<A>]) -> bool {
    let mut kinds = safes.iter().filter(|safe| safe.cap != Cap::None).map(|safe| safe.cap.counts_others());
    kinds.next().is_none_or(|first| kinds.all(|kind| kind == first))
}

/// A sale being settled.
struct Sale<'a, A> {
    proceeds: A,
    capitalization: A,
    safes: &'a [SafeAtSale<A>],
    classes: &'a mut [ExitClass<A>],
    scratch: &'a mut WaterfallScratch<A>,
    payouts: &'a mut [A],
}

/// Places in a set.
const MOST_PLACES: usize = 128;
/// Above this many SAFEs not all combinations are tried.
const MOST_TO_TRY: u32 = 16;
/// The same where they own the company and more, and of series beside them: all may be tried in vain.
const MOST_TO_TRY_IN_EXCESS: u32 = 8;

impl<A: Amount> Sale<'_, A> {
    /// Lets the series of `electing` elect.
    fn settle_all(&mut self, electing: u128) -> Result<WaterfallOutcome<A>, LiquidityError> {
        let mut converting = electing;
        let mut error = LiquidityError::NoSettlement;
        loop {
            match self.settle_with(electing, converting) {
                Ok(outcome) => {
                    let staying = self.willing(converting, outcome.per_share);
                    if staying == converting {
                        break;
                    }
                    converting = staying;
                }
                Err(refused) => {
                    error = refused;
                    break;
                }
            }
        }
        if self.election_stands(electing, converting) {
            return self.settle_with(electing, converting);
        }
        if electing.count_ones() <= MOST_TO_TRY_IN_EXCESS {
            for size in (0..=electing.count_ones()).rev() {
                for set in subsets(electing).filter(|set| set.count_ones() == size) {
                    if self.election_stands(electing, set) {
                        return self.settle_with(electing, set);
                    }
                }
            }
        }
        Err(error)
    }

    /// The payouts if exactly these series convert, and the SAFEs answer.
    fn settle_with(
        &mut self,
        electing: u128,
        converting: u128,
    ) -> Result<WaterfallOutcome<A>, LiquidityError> {
        elect(self.classes, electing, converting);
        self.settle_safes()
    }

    /// Whether no series would rather elect otherwise.
    fn election_stands(&mut self, electing: u128, converting: u128) -> bool {
        let Ok(outcome) = self.settle_with(electing, converting) else { return false };
        if self.willing(converting, outcome.per_share) != converting {
            return false;
        }
        let out = electing & !converting;
        (0..self.classes.len()).filter(|place| has(out, *place)).all(|place| {
            let joins = self
                .settle_with(electing, converting | 1 << place)
                .is_ok_and(|outcome| self.classes[place].converts_at(outcome.per_share));
            !joins
        })
    }

    /// Lets the SAFEs decide.
    fn settle_safes(&mut self) -> Result<WaterfallOutcome<A>, LiquidityError> {
        let mut converting = may_convert(self.safes);
        let mut refused = None;
        loop {
            let staying = match self.settle(converting) {
                Ok(outcome) => self.willing(converting, outcome.per_share),
                Err(error) => {
                    refused.get_or_insert(error);
                    self.willing_at_most(converting)
                }
            };
            if staying == converting {
                break;
            }
            converting = staying;
        }
        match refused {
            None if is_of_one_kind(self.safes) || self.stands(converting) => self.settle(converting),
            None => self.try_all(MOST_TO_TRY, LiquidityError::NoSettlement),
            Some(_) if self.stands(converting) => self.settle(converting),
            Some(error) => self.try_all(MOST_TO_TRY_IN_EXCESS, error),
        }
    }

    /// The payouts if exactly these SAFEs convert.
    fn settle(&mut self, converting: u128) -> Result<WaterfallOutcome<A>, LiquidityError> {
        issue_shares(self.capitalization, self.safes, converting, self.classes)?;
        Ok(distribute(self.proceeds, self.classes, self.scratch, self.payouts))
    }

    /// Those of a settled set to whom it pays to convert.
    fn willing(&self, converting: u128, per_share: A) -> u128 {
        let mut willing = 0;
        for (place, class) in self.classes.iter().enumerate() {
            if has(converting, place) && class.converts_at(per_share) {
                willing |= 1 << place;
            }
        }
        willing
    }

    /// Those of a set that owns the company and more who would have more than their claims if they alone had what
    /// they expect.
    fn willing_at_most(&self, converting: u128) -> u128 {
        let left = (self.proceeds - claims_beside(converting, self.classes)).or_zero();
        let mut willing = 0;
        for (place, safe) in self.safes.iter().enumerate().filter(|(place, _)| has(converting, *place)) {
            let unwilling = expected_part(safe, self.capitalization) * left <= self.classes[place].claim;
            if !unwilling {
                willing |= 1 << place;
            }
        }
        willing
    }

    /// Whether nobody would rather decide otherwise.
    fn stands(&mut self, converting: u128) -> bool {
        let Ok(outcome) = self.settle(converting) else { return false };
        if self.willing(converting, outcome.per_share) != converting {
            return false;
        }
        let out = may_convert(self.safes) & !converting;
        (0..self.safes.len()).filter(|place| has(out, *place)).all(|place| {
            let joined = converting | 1 << place;
            let willing = match self.settle(joined) {
                Ok(outcome) => self.willing(joined, outcome.per_share),
                Err(_) => self.willing_at_most(joined),
            };
            !has(willing, place)
        })
    }

    fn try_all(&mut self, most: u32, error: LiquidityError) -> Result<WaterfallOutcome<A>, LiquidityError> {
        let may = may_convert(self.safes);
        if may.count_ones() <= most {
            for size in (0..=may.count_ones()).rev() {
                for set in subsets(may).filter(|set| set.count_ones() == size) {
                    if self.stands(set) {
                        return self.settle(set);
                    }
                }
            }
        }
        Err(error)
    }
}

/// The claims of all classes that are not in a set.
pub(super) fn claims_beside<A: Amount>(set: u128, classes: &[ExitClass<A>]) -> A {
    let beside = classes.iter().enumerate().filter(|(place, _)| !has(set, *place));
    beside.fold(A::ZERO, |sum, (_, class)| sum + class.preference())
}

fn owns_everything<A: Amount>(fraction: A) -> LiquidityError {
    LiquidityError::SafesOwnEverything { owned_percent: 100.0 * fraction.to_f64() }
}
