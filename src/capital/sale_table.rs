//! What the table of a sale holds. Money in currency, shares in shares, parts as fractions; lists in the order of the
//! file.

use serde::Serialize;

use super::Figure;

/// Who gets what in a sale of the company, at several prices.
#[derive(Clone, Debug, Serialize)]
pub struct SaleTable {
    /// Of the JSON format.
    pub schema_version: u32,
    /// What the file calls the structure.
    pub title: String,
    /// Who is sold.
    pub company: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The day of the sale: the valuation date, or that of the round it comes after.
    pub date: String,
    /// The round that the sale comes after; absent if it comes before.
    pub after_round: Option<RoundBefore>,
    /// What the file describes and the table leaves out, as sentences.
    pub notes: Vec<String>,
    /// The payouts at each price asked for.
    pub exits: Vec<Payouts>,
    /// Prices at which the payoff of some class bends, and what it does there; ascending.
    pub breakpoints: Vec<BreakpointRow>,
    /// The prices above which a class converts.
    pub conversion_thresholds: Vec<ThresholdRow>,
}

/// The round that a sale comes after.
#[derive(Clone, Debug, Serialize)]
pub struct RoundBefore {
    /// Its name.
    pub round: String,
    /// Pre-money value and new money.
    pub post_money: Figure,
    /// Price of a share.
    pub price: Figure,
}

/// The payouts at one price.
#[derive(Clone, Debug, Serialize)]
pub struct Payouts {
    /// The price of the company.
    pub exit: Figure,
    /// Fees and costs.
    pub fees: Figure,
    /// The management's carve-out.
    pub carve_out: Figure,
    /// What is left for everyone else.
    pub proceeds: Figure,
    /// What a share of common receives.
    pub per_common_share: Figure,
    /// What nobody may claim: only debt, and no shares.
    pub undistributed: Figure,
    /// By class.
    pub classes: Vec<ClassPayout>,
    /// By holder, fees and carve-out left out.
    pub holders: Vec<HolderPayout>,
}

/// What one class receives.
#[derive(Clone, Debug, Serialize)]
pub struct ClassPayout {
    /// Name of the class or instrument.
    pub class: String,
    /// `common`, `preferred`, `options`, `warrants`, `safe`, `convertible_note` or `loan`.
    pub kind: &'static str,
    /// Money it may claim before common: debt, purchase amount, or preference with dividends.
    pub claim: Figure,
    /// Shares of common that it is or would be.
    pub as_converted: Figure,
    /// What it receives.
    pub payout: Figure,
    /// Its part of all that is paid to classes.
    pub share: Figure,
    /// Divided by the shares of the class; absent where it has none.
    pub per_share: Option<Figure>,
    /// Whether it gave up its claim and converted, or was exercised; absent where it cannot.
    pub converted: Option<bool>,
}

/// What one holder receives.
#[derive(Clone, Debug, Serialize)]
pub struct HolderPayout {
    /// Who.
    pub holder: String,
    /// How much.
    pub payout: Figure,
}

/// A price at which the payoff of a class bends.
#[derive(Clone, Debug, Serialize)]
pub struct BreakpointRow {
    /// The price of the company.
    pub exit: Figure,
    /// What a share of common receives there.
    pub per_common_share: Figure,
    /// The class.
    pub class: String,
    /// What it does above: `claim_begins`, `claim_paid`, `shares`, `exercises`, `capped` or `converts`; or, where the
    /// payoffs jump, `reverts` (takes its claim again, or is not exercised any more) or `cap_ends`.
    pub turn: &'static str,
}

/// The price above which a class converts.
#[derive(Clone, Debug, Serialize)]
pub struct ThresholdRow {
    /// The class.
    pub class: String,
    /// The price of the company; absent if it never converts.
    pub exit: Option<Figure>,
}
