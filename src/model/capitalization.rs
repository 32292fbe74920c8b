//! Who owns the company before the deal, class by class, and the next priced round.

use super::{Instrument, ShareTerms};
use crate::number::Decimal;
use crate::quantity::Day;

/// Shares, options and warrants outstanding. Counts are of shares and may be fractions, as exact solutions are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capitalization {
    /// Common shares.
    pub common: Vec<Holding>,
    /// Options granted or promised.
    pub options: Vec<Grant>,
    /// The unallocated pool: reserved, not granted. It counts in ownership and gets no proceeds.
    pub pool: Decimal,
    /// Series of preferred shares.
    pub preferred: Vec<Series>,
    /// Warrants on common shares.
    pub warrants: Vec<Grant>,
}

/// Shares of one holder.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// Who holds them.
    pub holder: String,
    /// How many; above zero.
    pub shares: Decimal,
}

/// A right to buy common shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Unique name.
    pub name: String,
    /// Whose it is; the name where nobody is named.
    pub holder: String,
    /// How many shares; above zero.
    pub shares: Decimal,
    /// Exercise price per share, in currency; zero or more.
    pub strike: Decimal,
}

/// A series of preferred shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Unique name.
    pub name: String,
    /// Its holders.
    pub holders: Vec<Holding>,
    /// What a share was bought for, in currency: the base of preference and dividends.
    pub issue_price: Decimal,
    /// Issue price over conversion price is how many common shares one converts into.
    pub conversion_price: Decimal,
    /// Its rights.
    pub terms: ShareTerms,
    /// The day from which dividends run; the valuation date where none run before.
    pub dividends_since: Day,
    /// Dividends owed on that day already, in currency, for the whole series.
    pub dividends_owed: Decimal,
    /// What its holders do in a round that asks them to pay or play.
    pub pay_to_play: Option<PayToPlay>,
}

/// Holders who do not buy their part of a round lose the preference of what they did not defend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PayToPlay {
    /// Fraction of their pro rata that they buy; that fraction of the series stays preferred.
    pub buys: Decimal,
    /// Preferred shares given up for one common share by the rest: 1, or more where it punishes.
    pub shares_per_common: Decimal,
    /// Which rounds ask them.
    pub applies_in: PayToPlayRounds,
}

/// The rounds that ask the holders of a series to pay or play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayToPlayRounds {
    /// Those cheaper than the conversion price of the series.
    Down,
    /// All priced rounds.
    All,
}

/// What a round does beside raising money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundPricing {
    /// What the pre-money valuation is divided by.
    pub convention: PricingConvention,
    /// What happens to the option pool.
    pub pool: PoolChange,
    /// Rights of the shares sold.
    pub series: ShareTerms,
    /// Whether debt and SAFEs that convert below the round's price get a series of their own, whose preference is
    /// what was paid for it; else they get the round's own shares, with a preference of the round's price each.
    pub shadow_series: bool,
}

/// What the pre-money valuation is divided by to give the round price (the names are Cooley GO's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PricingConvention {
    /// The pre-money valuation includes the conversions: new money buys new/(pre + new) of the company.
    PercentageOwnership,
    /// The pre-money valuation buys only the shares before conversion: conversions dilute new money too.
    PreMoneyMethod,
    /// The post-money valuation is pre-money, new money and the amounts converting together.
    DollarsInvested,
}

/// What a round does to the option pool. Fractions are of fully diluted shares after the round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PoolChange {
    /// Nothing.
    Keep,
    /// Adds this many shares.
    IncreaseBy(Decimal),
    /// Adds what is missing for unallocated options to be this fraction.
    Unallocated(Decimal),
    /// Adds what is missing for granted and unallocated options together to be this fraction.
    Total(Decimal),
    /// Adds, after the new money, what is missing for unallocated options to be this fraction: it dilutes everyone.
    UnallocatedAfterMoney(Decimal),
}

/// The next priced round, for the exact tables before and after it.
#[derive(Clone, Debug, PartialEq)]
pub struct NextRound {
    /// Name of the round and of its shares.
    pub name: String,
    /// Whether it is a flotation: preferred shares convert and ratchets work.
    pub is_ipo: bool,
    /// The day it closes; interest runs until then.
    pub date: Day,
    /// How it is priced.
    pub price: RoundPrice,
    /// Who buys for how much; empty if nobody does.
    pub investors: Vec<Investment>,
    /// Its other terms.
    pub pricing: RoundPricing,
    /// Rights of existing holders to buy along.
    pub pro_rata: Vec<ProRata>,
    /// Whole shares and printed prices, applied after the exact solution.
    pub rounding: Option<Rounding>,
}

/// How the next round is priced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RoundPrice {
    /// At a pre-money valuation, in currency.
    PreMoney(Decimal),
    /// At a price per share, in currency.
    PerShare(Decimal),
}

/// New money of one investor.
#[derive(Clone, Debug, PartialEq)]
pub struct Investment {
    /// Who.
    pub investor: String,
    /// How much, in currency.
    pub amount: Decimal,
}

/// A right to buy a part of the shares sold.
#[derive(Clone, Debug, PartialEq)]
pub struct ProRata {
    /// Whose.
    pub holder: String,
    /// Whether it comes out of the round's new money, or on top of it.
    pub on_top: bool,
}

/// Whole shares and printed prices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// Decimals of the round's price, and of conversion prices where they are rounded too; exact if absent.
    pub price: Option<(u32, RoundingMode)>,
    /// Whether conversion prices are rounded like the round's, or exact.
    pub conversion_prices: bool,
    /// Shares of each holder; exact if absent.
    pub converted_shares: Option<RoundingMode>,
    /// Shares sold; exact if absent.
    pub new_shares: Option<RoundingMode>,
    /// Shares added to the pool; exact if absent.
    pub pool_shares: Option<RoundingMode>,
}

/// Which way a number is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingMode {
    /// Down.
    Down,
    /// To the nearest, halves away from zero.
    Nearest,
    /// Up.
    Up,
}

/// A capital structure without a future: what the exact calculators need.
#[derive(Clone, Debug, PartialEq)]
pub struct CapitalStructure {
    /// In words.
    pub title: String,
    /// Who is financed.
    pub company: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The day the tables are drawn up.
    pub date: Day,
    /// Shares, options and warrants.
    pub capitalization: Capitalization,
    /// Notes, loans, SAFEs and warrants of the deal that are outstanding on that day.
    pub instruments: Vec<Instrument>,
    /// The round to come.
    pub round: Option<NextRound>,
    /// What comes off the proceeds of a sale.
    pub sale_costs: SaleCosts,
}

/// What comes off the proceeds of a sale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SaleCosts {
    /// Fees and costs, as a fraction of the price.
    pub fees: Decimal,
    /// What the management gets.
    pub carve_out: CarveOut,
}

impl SaleCosts {
    /// Nothing comes off.
    pub const NONE: Self = SaleCosts {
        fees: Decimal::ZERO,
        carve_out: CarveOut { size: CarveOutSize::Part(Decimal::ZERO), after_debt: false },
    };
}

/// What the management gets of a sale, ahead of all shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CarveOut {
    /// How much.
    pub size: CarveOutSize,
    /// Whether debt is paid before it.
    pub after_debt: bool,
}

/// How much a carve-out is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CarveOutSize {
    /// A fraction of the price, or of what debt leaves.
    Part(Decimal),
    /// An amount, in currency.
    Money(Decimal),
}
