//! What the table of a round holds. Money in currency, rates and ownership as fractions, shares in shares; lists in
//! the order of the file.

use serde::Serialize;

use super::Figure;

/// Who owns what, before and after the round to come.
#[derive(Clone, Debug, Serialize)]
pub struct RoundTable {
    /// Of the JSON format.
    pub schema_version: u32,
    /// What the file calls the structure.
    pub title: String,
    /// Who is financed.
    pub company: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The valuation date.
    pub date: String,
    /// What the file describes and the table leaves out, as sentences.
    pub notes: Vec<String>,
    /// Series of preferred shares before the round.
    pub series: Vec<SeriesRow>,
    /// Holdings before the round; notes and SAFEs own nothing yet.
    pub before: Holdings,
    /// What SAFEs and notes would own at their caps, before any round; absent if none has a cap.
    pub at_caps: Option<AtCaps>,
    /// Every tranche of a SAFE, note or loan.
    pub instruments: Vec<InstrumentRow>,
    /// The round; absent if there is none.
    pub round: Option<RoundRow>,
    /// Holdings after the round and all adjustments.
    pub after: Option<Holdings>,
}

/// A series of preferred shares on the day of the table.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesRow {
    /// Its name.
    pub series: String,
    /// Preferred shares, dividends in kind among them.
    pub shares: Figure,
    /// What a share was bought for.
    pub issue_price: Figure,
    /// Conversion price.
    pub conversion_price: Figure,
    /// Common shares for one.
    pub ratio: Figure,
    /// All of them as common shares.
    pub as_converted: Figure,
    /// Preference without dividends.
    pub preference: Figure,
    /// Dividends owed in money.
    pub dividends: Figure,
}

/// Holdings at one moment.
#[derive(Clone, Debug, Serialize)]
pub struct Holdings {
    /// Fully diluted shares, preferred as converted.
    pub total_shares: Figure,
    /// Holdings by class and holder.
    pub classes: Vec<Holding>,
    /// The same added up by holder.
    pub holders: Vec<Holder>,
}

/// Shares of one class held by one holder.
#[derive(Clone, Debug, Serialize)]
pub struct Holding {
    /// Name of the class.
    pub class: String,
    /// `common`, `preferred`, `options`, `warrants`, `pool`.
    pub kind: &'static str,
    /// Who holds it.
    pub holder: String,
    /// Shares of the class.
    pub shares: Figure,
    /// As common shares.
    pub as_converted: Figure,
    /// Fraction of the total.
    pub ownership: Figure,
    /// Money paid in by this round or converted in it.
    pub money_in: Option<Figure>,
    /// Price paid in this round.
    pub price: Option<Figure>,
}

/// All shares of one holder.
#[derive(Clone, Debug, Serialize)]
pub struct Holder {
    /// Who.
    pub holder: String,
    /// As common shares.
    pub as_converted: Figure,
    /// Fraction of the total.
    pub ownership: Figure,
}

/// Ownership at the caps, before any round: all SAFEs and notes with a cap converted at it.
#[derive(Clone, Debug, Serialize)]
pub struct AtCaps {
    /// Fully diluted shares with these conversions.
    pub total_shares: Figure,
    /// Fraction that the conversions take together.
    pub ownership: Figure,
    /// Each of them.
    pub instruments: Vec<AtCap>,
    /// Everyone, diluted by them.
    pub holders: Vec<Holder>,
}

/// One conversion at its cap.
#[derive(Clone, Debug, Serialize)]
pub struct AtCap {
    /// The instrument, with the tranche if it has several.
    pub instrument: String,
    /// Who holds it.
    pub holder: String,
    /// What converts.
    pub amount: Figure,
    /// Into how many shares.
    pub shares: Figure,
    /// Their fraction of the total.
    pub ownership: Figure,
}

/// A tranche of a SAFE, note or loan on the day of the round, or on the valuation date without one.
#[derive(Clone, Debug, Serialize)]
pub struct InstrumentRow {
    /// The instrument, with the tranche if it has several.
    pub instrument: String,
    /// `safe`, `convertible_note` or `loan`.
    pub kind: &'static str,
    /// Who holds it.
    pub holder: String,
    /// The day interest runs from.
    pub since: String,
    /// The day it is worked out for.
    pub date: String,
    /// Purchase amount or principal.
    pub principal: Figure,
    /// Part of a year between the two days, by the day count; absent for a SAFE.
    pub years: Option<Figure>,
    /// Interest accrued and not paid.
    pub interest: Figure,
    /// Principal and interest.
    pub balance: Figure,
    /// Whether it converts in the round; absent without one.
    pub converts: Option<bool>,
    /// Why it does or does not, with the arithmetic; absent without a round.
    pub reason: Option<String>,
    /// What its most-favoured clause does.
    pub most_favoured: Option<MostFavouredRow>,
    /// The conversion.
    pub conversion: Option<Conversion>,
}

/// The terms that a holder has taken over.
#[derive(Clone, Debug, Serialize)]
pub struct MostFavouredRow {
    /// `never`, `lowest_cap`, `best`, or the name of an instrument.
    pub policy: String,
    /// Whose terms it has; absent if its own.
    pub takes_over: Option<String>,
    /// The cap it has then, as an amount.
    pub cap: Option<Figure>,
    /// The discount it has then.
    pub discount: Figure,
}

/// A conversion in the round.
#[derive(Clone, Debug, Serialize)]
pub struct Conversion {
    /// What converts.
    pub amount: Figure,
    /// What stays debt because of an ownership limit.
    pub stays_debt: Figure,
    /// `cap`, `discount` or `round_price`: the clause that set the price.
    pub clause: &'static str,
    /// Money per share.
    pub price: Figure,
    /// What the cap alone would give; absent without one.
    pub cap_price: Option<Figure>,
    /// What the discount alone would give; absent without one.
    pub discount_price: Option<Figure>,
    /// Shares that the cap is divided by; absent without a valuation cap.
    pub capitalization: Option<Figure>,
    /// Shares received.
    pub shares: Figure,
    /// Their fraction of the company after the round.
    pub ownership: Figure,
    /// What they are worth at the round's price.
    pub value_at_round: Figure,
    /// Preference of each share; 0 if it converts into common.
    pub preference_per_share: Figure,
}

/// The round.
#[derive(Clone, Debug, Serialize)]
pub struct RoundRow {
    /// Its name.
    pub name: String,
    /// `priced` or `ipo`.
    pub kind: &'static str,
    /// The day it closes.
    pub date: String,
    /// `percentage_ownership`, `pre_money_method` or `dollars_invested`; absent where a price per share is given.
    pub convention: Option<&'static str>,
    /// Pre-money value; where a price per share is given, that price times the shares before the new money.
    pub pre_money: Figure,
    /// New money, purchases on top among it.
    pub new_money: Figure,
    /// Pre-money value and new money.
    pub post_money: Figure,
    /// Price of a share.
    pub price: Figure,
    /// Shares sold.
    pub new_shares: Figure,
    /// Shares that notes and SAFEs convert into.
    pub converted_shares: Figure,
    /// The pool before.
    pub pool_before: Figure,
    /// What is added to it.
    pub pool_increase: Figure,
    /// The pool after.
    pub pool_after: Figure,
    /// Shares before the round, preferred as converted, with options, warrants and the pool.
    pub shares_before: Figure,
    /// Fully diluted shares after the round, before anti-dilution and pay-to-play.
    pub total_shares: Figure,
    /// Shares before with all conversions: what post-money caps are divided by.
    pub capitalization_post_money: Figure,
    /// Shares before with the pool's increase: what pre-money caps are divided by.
    pub capitalization_pre_money: Figure,
    /// Price times total: differs from the post-money value where figures are rounded or shares are left out of it.
    pub sum_valuation: Figure,
    /// Whether figures were rounded as the round's documents do.
    pub rounded: bool,
    /// Who bought.
    pub investors: Vec<Bought>,
    /// Series whose conversion price the round may change.
    pub anti_dilution: Vec<AdjustedPrice>,
    /// Series with a pay-to-play clause.
    pub pay_to_play: Vec<PaidOrPlayed>,
    /// Series with an IPO ratchet, if the round is a flotation.
    pub ipo_ratchets: Vec<Ratcheted>,
}

/// New shares of one buyer.
#[derive(Clone, Debug, Serialize)]
pub struct Bought {
    /// Who.
    pub investor: String,
    /// `new_money`, `pro_rata` (out of the new money) or `pro_rata_on_top`.
    pub by: &'static str,
    /// For how much.
    pub amount: Figure,
    /// How many.
    pub shares: Figure,
    /// Fraction of the company after the round.
    pub ownership: Figure,
}

/// What anti-dilution does to a series.
#[derive(Clone, Debug, Serialize)]
pub struct AdjustedPrice {
    /// The series.
    pub series: String,
    /// `full_ratchet`, `broad_weighted_average` or `narrow_weighted_average`.
    pub method: &'static str,
    /// Whether the round is cheaper than its conversion price.
    pub triggered: bool,
    /// Shares that the average counts; absent for a full ratchet.
    pub base: Option<Figure>,
    /// Conversion price before.
    pub conversion_price_before: Figure,
    /// Conversion price after.
    pub conversion_price: Figure,
    /// Common shares for one, before.
    pub ratio_before: Figure,
    /// Common shares for one, after.
    pub ratio: Figure,
}

/// What pay-to-play does to a series.
#[derive(Clone, Debug, Serialize)]
pub struct PaidOrPlayed {
    /// The series.
    pub series: String,
    /// Whether the round asks its holders to pay: for most series only a round below the conversion price does.
    pub triggered: bool,
    /// Fraction of its part that it buys if it is asked.
    pub buys: Figure,
    /// Preferred shares kept.
    pub preferred: Figure,
    /// Common shares received for the others.
    pub common: Figure,
}

/// What an IPO ratchet does to a series.
#[derive(Clone, Debug, Serialize)]
pub struct Ratcheted {
    /// The series.
    pub series: String,
    /// What each share is to be worth.
    pub guaranteed: Figure,
    /// Whether the price falls short of it.
    pub triggered: bool,
    /// Common shares for one, before.
    pub ratio_before: Figure,
    /// Common shares for one.
    pub ratio: Figure,
    /// Issue price over that ratio.
    pub conversion_price: Figure,
    /// What each preferred share is worth at the offering price.
    pub value_per_share: Figure,
}
