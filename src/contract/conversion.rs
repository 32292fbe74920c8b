//! At what price a note or SAFE converts, and which clause set that price.

use crate::number::Amount;

/// A ceiling on the price at which an instrument converts. Money amounts and prices are positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cap<A> {
    /// None.
    None,
    /// A valuation over the capitalization that includes every converting instrument
    /// ([`Capitalization::post_money`]).
    PostMoney(A),
    /// A valuation over the capitalization before any conversion, the pool increase included
    /// ([`Capitalization::pre_money`]).
    PreMoney(A),
    /// A price per share.
    FixedPrice(A),
}

/// The price terms of a convertible instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConversionTerms<A> {
    /// Fraction off the round price, 0 inclusive to 1 exclusive. The "Discount Rate" printed in YC's forms
    /// is the fraction that remains: their 80% is 0.2 here.
    pub discount: A,
    /// The cap.
    pub cap: Cap<A>,
    /// Whether the discount also comes off the cap price (some side letters); otherwise the holder has the
    /// better of the two.
    pub stacked: bool,
}

/// The share counts a valuation cap is divided by (YC, "Company Capitalization").
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capitalization<A> {
    /// Outstanding shares, options, existing pool and all converting instruments; no pool increase, no new
    /// money (post-money SAFE v1.1 and v1.2).
    pub post_money: A,
    /// Outstanding shares, options, existing pool and pool increase; no converting instrument (original
    /// pre-money SAFE).
    pub pre_money: A,
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

    /// The cap as a price per share, before a stacked discount. A cap over no shares sets no price.
    fn cap_price(&self, shares: &Capitalization<A>) -> Option<A> {
        let over = |cap: A, shares: A| (shares > A::ZERO).then(|| cap.div_or(shares, A::ZERO));
        match self.cap {
            Cap::None => None,
            Cap::PostMoney(cap) => over(cap, shares.post_money),
            Cap::PreMoney(cap) => over(cap, shares.pre_money),
            Cap::FixedPrice(price) => Some(price),
        }
    }
}

/// The price at which an instrument converts when new investors pay `round_price` a share: the lower of the
/// discounted round price and the cap price.
///
/// Inside a priced round the capitalization depends on the conversions themselves; there
/// [`super::price_round`] solves for all of them at once. This clause serves where the share counts are
/// given, and at an IPO.
///
/// Source: YC SAFE §1(a), "the greater number of shares".
#[must_use]
pub fn conversion_price<A: Amount>(
    terms: &ConversionTerms<A>,
    round_price: A,
    capitalization: &Capitalization<A>,
) -> ConversionPrice<A> {
    let uncapped = round_price * terms.kept();
    match terms.cap_price(capitalization).map(|price| price * terms.kept_of_cap()) {
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
