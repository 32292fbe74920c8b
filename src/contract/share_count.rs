//! The equation behind a priced round: how many shares there are when it has closed.
//!
//! Fix the post-round fully diluted count `T`. Pool, round price and all cap denominators are then straight
//! lines in `T`, and each instrument takes the larger of two lines of shares. What the others leave, less
//! what the instruments take, is concave and piecewise linear in `T`, and negative at 0: it has a root only
//! if its last slope is positive, and then one. Newton's steps from the left land on the lines themselves,
//! so they end at the exact root after at most one step more than there are instruments.
//!
//! Source: ours. That the last slope must be positive: every line's value at 0 only takes shares away, so
//! scaling a root up leaves shares over. The tests enumerate every combination of lines.

use std::cmp::Ordering;
use std::ops::Add;

use super::conversion::{Cap, PriceBasis};
use super::counted_shares::{Capitalization, CountedShares};
use super::round::{Converting, PricingConvention, RoundTerms};
use super::round_error::RoundError;
use crate::number::Amount;

/// A straight line in the post-round share count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<A> {
    pub(super) at_zero: A,
    pub(super) slope: A,
}

impl<A: Amount> Line<A> {
    pub(super) fn constant(value: A) -> Self {
        Line { at_zero: value, slope: A::ZERO }
    }

    pub(super) fn at(self, shares: A) -> A {
        self.at_zero + self.slope * shares
    }

    fn minus(self, other: Self) -> Self {
        Line { at_zero: self.at_zero - other.at_zero, slope: self.slope - other.slope }
    }

    fn times(self, factor: A) -> Self {
        Line { at_zero: self.at_zero * factor, slope: self.slope * factor }
    }
}

impl<A: Amount> Add for Line<A> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Line { at_zero: self.at_zero + other.at_zero, slope: self.slope + other.slope }
    }
}

/// Everything a round says about share counts, as lines in the post-round count.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShareLines<A> {
    /// All shares after the round, kind by kind. What they leave of the total is for conversions.
    pub(super) kinds: Capitalization<Line<A>>,
    /// The shares that the pricing convention divides [`Self::money`] by.
    counted: Line<A>,
    /// What those shares are worth together at the round price.
    money: A,
    /// The denominators of the two usual caps, at hand because they are asked for again and again.
    post_money: Line<A>,
    pre_money: Line<A>,
}

impl<A: Amount> ShareLines<A> {
    /// `pool` is the unallocated pool after the round, `converting` the sum of all amounts.
    pub(super) fn new(terms: &RoundTerms<A>, pool: Line<A>, converting: A) -> Self {
        let all = Line { at_zero: A::ZERO, slope: A::ONE };
        let granted = Line::constant(terms.outstanding + terms.options + terms.promised);
        let (counted, money) = match (terms.price, terms.convention) {
            (Some(price), _) => (Line::constant(A::ONE), price),
            (None, PricingConvention::PercentageOwnership) => (all, terms.pre_money + terms.new_money),
            // What ratchets are guaranteed comes off the valuation; the rest is for the other shares.
            (None, PricingConvention::PreMoneyMethod) => (granted + pool, terms.pre_money - terms.guaranteed),
            (None, PricingConvention::DollarsInvested) => {
                (all, terms.pre_money + terms.new_money + converting)
            }
        };
        let ratchets = counted.times(terms.guaranteed.div_or(money, A::ZERO));
        let before = granted + ratchets + pool;
        let new_money = counted.times(terms.new_money.div_or(money, A::ZERO));
        let kinds = Capitalization {
            outstanding: Line::constant(terms.outstanding) + ratchets,
            options: Line::constant(terms.options),
            unissued: Line::constant(terms.unallocated),
            promised: Line::constant(terms.promised),
            pool_increase: pool.minus(Line::constant(terms.unallocated)),
            new_money,
            converting: all.minus(before).minus(new_money),
        };
        let none = Line::constant(A::ZERO);
        let post_money = CountedShares::POST_MONEY.count(&kinds, none);
        let pre_money = CountedShares::PRE_MONEY.count(&kinds, none);
        ShareLines { kinds, counted, money, post_money, pre_money }
    }

    /// Money per share.
    pub(super) fn price(&self, total: A) -> A {
        self.money.div_or(self.counted.at(total), A::ZERO)
    }

    /// The cap as the shares and the money whose quotient is its price, a stacked discount taken off.
    fn cap(&self, instrument: &Converting<A>) -> Option<(Line<A>, A)> {
        let kept = instrument.terms.kept_of_cap();
        match instrument.terms.cap {
            Cap::None => None,
            Cap::PostMoney(valuation) => Some((self.post_money, valuation * kept)),
            Cap::PreMoney(valuation) => Some((self.pre_money, valuation * kept)),
            Cap::Over(valuation, counted) => {
                let shares = counted.count(&self.kinds, Line::constant(A::ZERO));
                Some((shares, counted.less_itself(valuation * kept, instrument.amount)))
            }
            Cap::FixedPrice(price) => Some((Line::constant(A::ONE), price * kept)),
        }
    }

    /// The shares an instrument receives for its whole amount, if its price is set by `basis`.
    pub(super) fn received(&self, instrument: &Converting<A>, basis: PriceBasis) -> Line<A> {
        let cap = if basis == PriceBasis::Cap { self.cap(instrument) } else { None };
        let (shares, money) = cap.unwrap_or_else(|| (self.counted, self.money * instrument.terms.kept()));
        shares.times(instrument.amount.div_or(money, A::ZERO))
    }

    /// By how many shares the cap's denominator exceeds the count at which cap and round price agree;
    /// positive where the cap gives the lower price.
    fn lead_of_cap(&self, instrument: &Converting<A>) -> Option<Line<A>> {
        let (shares, money) = self.cap(instrument)?;
        let uncapped = self.money * instrument.terms.kept();
        Some(shares.minus(self.counted.times(money.div_or(uncapped, A::ZERO))))
    }

    /// The clause that sets an instrument's price at this share count; where two agree, the one that will
    /// give more shares beyond it.
    pub(super) fn basis(&self, instrument: &Converting<A>, total: A) -> PriceBasis {
        side(instrument, self.lead_of_cap(instrument), total)
    }

    /// The post-round share count at which `reserved` and the instruments that `takes_part` admits use up
    /// what is left for conversions; `basis` says which clauses set their prices.
    ///
    /// # Errors
    ///
    /// [`RoundError::NoShareCount`] if they claim all of every further share, [`RoundError::TooLarge`] if
    /// the number type cannot tell.
    pub(super) fn total(
        &self,
        reserved: Line<A>,
        converting: &[Converting<A>],
        takes_part: impl Fn(&Converting<A>) -> bool,
        basis: &mut [PriceBasis],
    ) -> Result<A, RoundError> {
        // Conversions only add shares, so that the count without them is a start from the left.
        let unconverted = self.kinds.converting.minus(reserved);
        let grows = unconverted.slope > A::ZERO;
        let from = if grows { (-unconverted.at_zero).div_or(unconverted.slope, A::ZERO) } else { A::ZERO };
        let mut leads = [None; LEADS_KEPT];
        for (place, (instrument, basis)) in converting.iter().zip(basis.iter_mut()).enumerate() {
            let lead = self.lead_of_cap(instrument);
            *basis = side(instrument, lead, from);
            if let Some(kept) = leads.get_mut(place) {
                *kept = lead;
            }
        }
        loop {
            let mut unclaimed = unconverted;
            for (instrument, &basis) in converting.iter().zip(basis.iter()) {
                if takes_part(instrument) {
                    unclaimed = unclaimed.minus(self.received(instrument, basis));
                }
            }
            // Below a trillionth, f64 cannot tell a slope from none.
            match unclaimed.slope.partial_cmp(&A::from_f64(1e-12)) {
                Some(Ordering::Greater) => {}
                Some(_) => return Err(self.no_share_count(unconverted, converting, takes_part, basis)),
                None => return Err(RoundError::TooLarge),
            }
            let total = (-unclaimed.at_zero).div_or(unclaimed.slope, A::ZERO);
            let mut settled = true;
            for (place, (instrument, basis)) in converting.iter().zip(basis.iter_mut()).enumerate() {
                let lead = leads.get(place).copied().unwrap_or_else(|| self.lead_of_cap(instrument));
                if takes_part(instrument) && overtaken(*basis, lead, total) {
                    *basis = if *basis == PriceBasis::Cap {
                        instrument.terms.uncapped_basis()
                    } else {
                        PriceBasis::Cap
                    };
                    settled = false;
                }
            }
            if settled {
                return Ok(total);
            }
        }
    }

    /// The arithmetic of a round that cannot close: who claims how much of each further share, by the clause that gives
    /// the most of them, which `basis` then tells.
    fn no_share_count(
        &self,
        unconverted: Line<A>,
        converting: &[Converting<A>],
        takes_part: impl Fn(&Converting<A>) -> bool,
        basis: &mut [PriceBasis],
    ) -> RoundError {
        let mut unclaimed = unconverted.slope;
        for (instrument, basis) in converting.iter().zip(basis.iter_mut()) {
            let grows =
                |lead: Line<A>| lead.slope > A::ZERO || (lead.slope >= A::ZERO && lead.at_zero > A::ZERO);
            let capped = self.lead_of_cap(instrument).is_some_and(grows);
            *basis = if capped { PriceBasis::Cap } else { instrument.terms.uncapped_basis() };
            if takes_part(instrument) {
                unclaimed -= self.received(instrument, *basis).slope;
            }
        }
        let percent = |fraction: A| 100.0 * fraction.to_f64();
        RoundError::NoShareCount {
            claimed_percent: percent(A::ONE - unclaimed),
            new_money_percent: percent(self.kinds.new_money.slope),
            pool_percent: percent(self.kinds.pool_increase.slope),
            converting_percent: percent(
                self.kinds.converting.slope + self.kinds.outstanding.slope - unclaimed,
            ),
        }
    }
}

/// Instruments whose lead is worked out once; that of further ones, whenever it is asked for.
const LEADS_KEPT: usize = 16;

/// The clause that sets a price at a share count, by the lead of the cap.
fn side<A: Amount>(instrument: &Converting<A>, lead: Option<Line<A>>, total: A) -> PriceBasis {
    let capped = lead.is_some_and(|lead| {
        let ahead = lead.at(total);
        ahead > A::ZERO || (ahead >= A::ZERO && lead.slope > A::ZERO)
    });
    if capped { PriceBasis::Cap } else { instrument.terms.uncapped_basis() }
}

/// Whether a price is set by another clause at a larger share count. Each changes at most once, towards the
/// line that rises faster, which rounding cannot undo.
fn overtaken<A: Amount>(basis: PriceBasis, lead: Option<Line<A>>, total: A) -> bool {
    lead.is_some_and(|lead| {
        if basis == PriceBasis::Cap {
            lead.slope < A::ZERO && lead.at(total) < A::ZERO
        } else {
            lead.slope > A::ZERO && lead.at(total) > A::ZERO
        }
    })
}
