//! At what price a note or SAFE converts, and which clause set that price.

use super::counted_shares::{Capitalization, CountedShares};
use crate::number::Amount;

/// A ceiling on the price at which an instrument converts. Money amounts and prices are positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cap<A> {
    /// None.
    None,
    /// A valuation over the capitalization that includes every converting instrument
    /// ([`CountedShares::POST_MONEY`]).
    PostMoney(A),
    /// A valuation over the capitalization before any conversion, the pool increase included
    /// ([`CountedShares::PRE_MONEY`]).
    PreMoney(A),
    /// A valuation over the shares that the instrument's own definition counts.
    Over(A, CountedShares),
    /// A price per share.
    FixedPrice(A),
}

impl<A: Amount> Cap<A> {
    /// The valuation and the shares it is divided by; `None` without a cap and for a price per share.
    #[must_use]
    pub fn valuation(self) -> Option<(A, CountedShares)> {
        match self {
            Cap::PostMoney(valuation) => Some((valuation, CountedShares::POST_MONEY)),
            Cap::PreMoney(valuation) => Some((valuation, CountedShares::PRE_MONEY)),
            Cap::Over(valuation, counted) => Some((valuation, counted)),
            Cap::None | Cap::FixedPrice(_) => None,
        }
    }

    /// Whether the shares it is divided by hold those of other converting securities, as post-money forms have it.
    #[must_use]
    pub fn counts_others(self) -> bool {
        self.valuation().is_some_and(|(_, counted)| counted.other_converting_securities)
    }

    /// The cap where it only applies to rounds whose `measure`, the pre-money valuation or the new money, is below
    /// `threshold`, and none in others.
    /// Sources: "blended" SAFEs, whose cap ends at a stated pre-money valuation (Open Cap Format, issue 162); the
    /// bridge notes of Everpix of April 2013, whose cap holds only in a Series A of less than $4.0m (company papers,
    /// github.com/sclm/Everpix-Intelligence).
    #[must_use]
    pub fn in_rounds_below(self, threshold: A, measure: A) -> Self {
        if measure < threshold { self } else { Cap::None }
    }
}

/// The price terms of a convertible instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConversionTerms<A> {
    /// Fraction off the round price, 0 inclusive to 1 exclusive. The "Discount Rate" printed in YC's forms
    /// is the fraction that remains: their 80% is 0.2 here.
    pub discount: A,
    /// The cap.
    pub cap: Cap<A>,
    /// Whether the discount also comes off the cap price where a round or an offering sets a price (some side
    /// letters); otherwise the holder has the better of the two. A sale has no such price: there the cap holds
    /// as it is ([`super::SafeAtSale`]).
    pub stacked: bool,
}

/// The clause that set a conversion price. Where cap and round price give the same, a round may name either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PriceBasis {
    /// The price new investors pay.
    #[default]
    RoundPrice,
    /// The round price less the discount.
    Discount,
    /// The cap.
    Cap,
}

/// A conversion price and its reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConversionPrice<A> {
    /// Money per share.
    pub price: A,
    /// The clause that set it.
    pub basis: PriceBasis,
}

impl<A: Amount> ConversionTerms<A> {
    /// What the discount leaves of the round price.
    pub(super) fn kept(&self) -> A {
        A::ONE - self.discount
    }

    /// What the discount leaves of the cap price: all of it, unless the two stack.
    pub(super) fn kept_of_cap(&self) -> A {
        if self.stacked { self.kept() } else { A::ONE }
    }

    /// The reason for a conversion at the round price, discounted or not.
    pub(super) fn uncapped_basis(&self) -> PriceBasis {
        if self.discount > A::ZERO { PriceBasis::Discount } else { PriceBasis::RoundPrice }
    }

    /// The cap as a price per share for an instrument of `amount`, a stacked discount taken off. A cap over no
    /// shares sets no price, and neither does one that its own instrument uses up.
    fn cap_price(&self, amount: A, shares: &Capitalization<A>) -> Option<A> {
        let Some((valuation, counted)) = self.cap.valuation() else {
            let Cap::FixedPrice(price) = self.cap else { return None };
            return Some(price * self.kept_of_cap());
        };
        let money = counted.less_itself(valuation * self.kept_of_cap(), amount);
        let count = counted.count(shares, A::ZERO);
        (count > A::ZERO && money > A::ZERO).then(|| money.div_or(count, A::ZERO))
    }
}

/// The price at which an instrument of `amount` converts when new investors pay `round_price` a share: the
/// lower of the discounted round price and the cap price.
///
/// Inside a priced round the capitalization depends on the conversions themselves; there
/// [`super::price_round`] solves for all of them at once. This clause serves where the share counts are
/// given, and at an IPO.
///
/// Source: YC SAFE §1(a), "the greater number of shares".
#[must_use]
pub fn conversion_price<A: Amount>(
    terms: &ConversionTerms<A>,
    amount: A,
    round_price: A,
    capitalization: &Capitalization<A>,
) -> ConversionPrice<A> {
    let uncapped = round_price * terms.kept();
    match terms.cap_price(amount, capitalization) {
        Some(price) if price < uncapped => ConversionPrice { price, basis: PriceBasis::Cap },
        _ => ConversionPrice { price: uncapped, basis: terms.uncapped_basis() },
    }
}

/// The fraction of the company, before new money, that a post-money SAFE buys where its cap binds.
///
/// Source: YC post-money SAFE, user guide, quick start: purchase amount over post-money cap.
#[must_use]
pub fn post_money_ownership<A: Amount>(amount: A, post_money_cap: A) -> A {
    amount.div_or(post_money_cap, A::ZERO)
}

/// The test by which a financing converts notes without anyone's election.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QualifiedFinancing<A> {
    /// Least gross proceeds, in money.
    pub threshold: A,
    /// Whether the notes converting in the round count towards the proceeds.
    pub counts_converting_notes: bool,
}

impl<A: Amount> QualifiedFinancing<A> {
    /// Whether a round of `new_money`, in which notes of `converting` convert, qualifies. The threshold
    /// itself does.
    ///
    /// Source: Fenwick convertible note form, "aggregate gross proceeds of no less than".
    #[must_use]
    pub fn is_met(&self, new_money: A, converting: A) -> bool {
        let proceeds = if self.counts_converting_notes { new_money + converting } else { new_money };
        proceeds >= self.threshold
    }
}
