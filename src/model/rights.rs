//! The rights of a class of shares.

use crate::number::Decimal;

/// The rights of a class of shares at a sale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareTerms {
    /// Liquidation preference as a multiple of the amount invested; 0 for common shares.
    pub preference: Decimal,
    /// Whether it shares in what is left after taking its preference.
    pub participation: Participation,
    /// Rank in a sale: 0 is paid first; notes and loans usually stand above.
    pub seniority: u32,
    /// Cumulative dividends.
    pub dividends: Option<Dividends>,
    /// What a cheaper round does to the conversion price.
    pub anti_dilution: AntiDilution,
    /// What a cheap flotation does to it.
    pub ipo_ratchet: Option<IpoRatchet>,
}

impl ShareTerms {
    /// Common shares: no rights beside a share of what is left.
    pub const COMMON: Self = ShareTerms { preference: Decimal::ZERO, ..Self::PREFERRED };

    /// Plain preferred shares: 1x, non-participating, first in rank.
    pub const PREFERRED: Self = ShareTerms {
        preference: Decimal::ONE,
        participation: Participation::None,
        seniority: 0,
        dividends: None,
        anti_dilution: AntiDilution::None,
        ipo_ratchet: None,
    };
}

/// Cumulative dividends on the issue price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dividends {
    /// Per year, as a fraction.
    pub rate: Decimal,
    /// How they build up.
    pub kind: DividendKind,
    /// Whether they are paid, in money, on conversion too; else they are forfeited.
    pub kept_on_conversion: bool,
    /// Whether the cap of a capped participation includes them; else they come on top of it.
    pub within_participation_cap: bool,
}

/// How dividends build up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DividendKind {
    /// On the issue price only.
    Simple,
    /// On dividends owed as well, yearly.
    Compounding,
    /// In further shares of the series, yearly: preference and shares grow alike.
    InKind,
}

/// What a round at a lower price does to a conversion price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AntiDilution {
    /// Nothing.
    None,
    /// It falls to the price of the round.
    FullRatchet,
    /// Weighted average; the base counts common, preferred as converted, options and warrants outstanding.
    BroadWeightedAverage,
    /// Weighted average; the base counts the preferred as converted.
    NarrowWeightedAverage,
}

/// A price per share that a flotation is to reach, or the series converts into more shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IpoRatchet {
    /// Given outright, in currency.
    Price(Decimal),
    /// As a multiple of the issue price.
    OfIssuePrice(Decimal),
}

/// Participation of preferred shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Participation {
    /// Preference or conversion, not both.
    None,
    /// Both.
    Full,
    /// Both, up to this multiple of the amount invested.
    Capped(Decimal),
}
