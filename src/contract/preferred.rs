//! A series of preferred stock in a waterfall: its preference, dividends and conversion.

use super::interest::compound_balance;
use super::waterfall::{ExitClass, Participation};
use crate::number::Amount;

/// A series of preferred stock. Shares are preferred shares, prices per share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PreferredSeries<A> {
    /// Preferred shares outstanding.
    pub shares: A,
    /// Original issue price, the base of the preference.
    pub original_price: A,
    /// Shares of common for one of preferred ([`super::conversion_ratio`]).
    pub ratio: A,
    /// Times the original issue price that the preference pays.
    pub multiple: A,
    /// What the series may claim beyond its preference.
    pub participation: SeriesParticipation<A>,
    /// Dividends accrued and unpaid, in money, on the whole series: simple or compounded on the original
    /// issue price ([`super::accrued_interest`]; NVCA's default is simple). They are part of the claim.
    pub dividends: A,
    /// Whether the dividends are paid even on conversion: in a sale in money, at an offering in common at the
    /// conversion price. Usually they are forfeited (NVCA 4.3.3).
    pub dividends_on_conversion: bool,
    /// Rank of the claim: 0 is paid first.
    pub seniority: u32,
}

/// What a series may claim beyond its preference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SeriesParticipation<A> {
    /// Nothing.
    None,
    /// A share of the rest, without limit.
    Full,
    /// The same, up to this multiple of the original issue price in total.
    Capped {
        /// The multiple.
        multiple: A,
        /// What accrued dividends do to the cap.
        dividends: DividendsInCap,
    },
}

/// What accrued dividends do to a cap on participation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DividendsInCap {
    /// They fill it like any other payment (NVCA).
    Included,
    /// They are paid on top of it (Virtual Piggy's charter).
    Added,
    /// They raise its base: the multiple is of the original issue price and dividends.
    Multiplied,
}

impl<A: Amount> PreferredSeries<A> {
    /// The original issue price of all shares.
    #[must_use]
    pub fn invested(&self) -> A {
        self.shares * self.original_price
    }

    /// The series after `years` of dividends paid in its own shares at `rate` a year, `per_year` times a
    /// year. The new shares carry the preference and convert like the old ones, so that they count
    /// whichever the holder chooses.
    #[must_use]
    pub fn with_dividends_in_kind(self, rate: A, per_year: u32, years: A) -> Self {
        PreferredSeries { shares: compound_balance(self.shares, rate, per_year, years), ..self }
    }

    /// The series as a class of a waterfall. Dividends paid even on conversion are a class of their own,
    /// [`Self::dividend_class`].
    #[must_use]
    pub fn exit_class(&self) -> ExitClass<A> {
        let apart = if self.dividends_on_conversion { self.dividends } else { A::ZERO };
        let participation = match self.participation {
            SeriesParticipation::None => Participation::None,
            SeriesParticipation::Full => Participation::Full,
            SeriesParticipation::Capped { multiple, dividends } => {
                let cap = match dividends {
                    DividendsInCap::Included => multiple * self.invested(),
                    DividendsInCap::Added => multiple * self.invested() + self.dividends,
                    DividendsInCap::Multiplied => multiple * (self.invested() + self.dividends),
                };
                Participation::Capped((cap - apart).or_zero())
            }
        };
        ExitClass {
            shares: self.shares * self.ratio,
            claim: self.multiple * self.invested() + self.dividends - apart,
            seniority: self.seniority,
            participation,
            strike: A::ZERO,
        }
    }

    /// Shares of common at an offering, where nobody divides money: dividends paid even on conversion become
    /// common too, at the conversion price, which is the original price over the ratio.
    ///
    /// Source: charters whose conversion right covers "the original price plus accrued dividends".
    #[must_use]
    pub fn shares_at_offering(&self) -> A {
        let dividends = if self.dividends_on_conversion { self.dividends } else { A::ZERO };
        self.shares * self.ratio + (dividends * self.ratio).div_or(self.original_price, A::ZERO)
    }

    /// The dividends that are paid even on conversion, as a claim of the same rank; `None` where they are
    /// forfeited.
    #[must_use]
    pub fn dividend_class(&self) -> Option<ExitClass<A>> {
        self.dividends_on_conversion.then_some(ExitClass {
            shares: A::ZERO,
            claim: self.dividends,
            seniority: self.seniority,
            participation: Participation::None,
            strike: A::ZERO,
        })
    }
}

/// What a conversion below the round price gives as preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversionPreference {
    /// A shadow series ("Safe Preferred"): each share has its own conversion price as preference, so that the
    /// whole is the amount converted.
    OwnPrice,
    /// The new series itself: each share has the round price, and the whole is more than was paid
    /// ("liquidation overhang").
    RoundPrice,
}

/// The preference, per share, of `shares` received for `amount` in a round at `round_price`: the original
/// issue price of the series they are in.
///
/// Source: YC post-money SAFE, "Safe Preferred Stock"; NVCA, notes on convertible notes.
#[must_use]
pub fn preference_per_share<A: Amount>(
    rule: ConversionPreference,
    amount: A,
    shares: A,
    round_price: A,
) -> A {
    match rule {
        ConversionPreference::OwnPrice => amount.div_or(shares, A::ZERO),
        ConversionPreference::RoundPrice => round_price,
    }
}
