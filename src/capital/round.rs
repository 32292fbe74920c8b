//! The table of a round.

use super::adjustments::{Adjusted, anti_dilution, new_issue, paid_or_played, ratcheted};
use super::at_caps::at_caps;
use super::converting::{Occasion, Unit, units};
use super::holdings::{COMMON, Line, POOL, holdings, lines, series_lines};
use super::pricing::{Converted, Priced, Setting, occasion};
use super::round_table::{
    AdjustedPrice, Bought, Conversion, Holdings, InstrumentRow, MostFavouredRow, PaidOrPlayed, Ratcheted,
    RoundRow, RoundTable, SeriesRow,
};
use super::stock::Stock;
use super::{CapitalError, Figure};
use crate::contract::{
    Cap, Capitalization, ConversionPreference, ConversionTerms, PriceBasis, conversion_price,
    preference_per_share,
};
use crate::model::{
    CapitalStructure, Debt, DebtLabel, Kind, MaturityDate, MostFavoured, NextRound, PricingConvention,
    RoundPrice, ShareTerms,
};
use crate::number::{Amount, Exact};
use crate::quantity::Day;

/// Version of the JSON format.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// Who owns what before and after the round of a structure, and what every instrument does in it. `notes` says what of
/// the file the structure leaves out.
///
/// The order of events: interest and dividends run until the day of the round; the round is priced with all
/// conversions at once; pay-to-play, anti-dilution and (in a flotation) ratchets follow from its price, a flotation's
/// ratchets being settled together with it.
///
/// # Errors
///
/// [`CapitalError`] if the round cannot close; the message shows the arithmetic.
pub fn round_table(structure: &CapitalStructure, notes: &[String]) -> Result<RoundTable, CapitalError> {
    let day = structure.round.as_ref().map_or(structure.date, |round| round.date);
    let stock = Stock::on(structure, day);
    let occasion = structure.round.as_ref().map_or(Occasion::without_round(None), occasion);
    let units = units(structure, day, occasion);
    let before = holdings(lines(structure, &stock, series_lines(structure, &stock)))?;
    let at_caps = at_caps(&units, stock.fully_diluted(), &before.holders)?;
    let closed = match &structure.round {
        None => None,
        Some(round) if round.is_ipo => {
            Some(close(structure, round, &stock.at_offering(structure), &units, &before)?)
        }
        Some(round) => Some(close(structure, round, &stock, &units, &before)?),
    };
    let mut instruments = Vec::with_capacity(units.len());
    for (place, unit) in units.iter().enumerate() {
        let converted = closed.as_ref().map(|closed| (&closed.priced, &closed.priced.units[place]));
        instruments.push(instrument(structure, &stock, unit, day, converted)?);
    }
    let mut notes = notes.to_vec();
    notes.extend(units.iter().filter_map(|unit| matured(unit, structure, day)));
    if let Some(closed) = &closed {
        notes.extend(closed.row.anti_dilution.iter().filter(|each| each.triggered).map(|each| {
            format!(
                "{} converts into more shares from the price of the round on: they dilute all, new money too.",
                each.series
            )
        }));
    }
    let (round, after) = match closed {
        None => (None, None),
        Some(closed) => (Some(closed.row), Some(closed.after)),
    };
    Ok(RoundTable {
        schema_version: SCHEMA_VERSION,
        title: structure.title.clone(),
        company: structure.company.clone(),
        currency: structure.currency.clone(),
        date: structure.date.to_string(),
        notes,
        series: series(structure, &stock)?,
        before,
        at_caps,
        instruments,
        round,
        after,
    })
}

/// What a debt does that falls due before the table's day is not known: the table takes it as still there.
fn matured(unit: &Unit<'_>, structure: &CapitalStructure, day: Day) -> Option<String> {
    let Kind::Debt(Debt { maturity: Some(maturity), .. }) = &unit.instrument.kind else { return None };
    let due = match maturity.due {
        MaturityDate::On(day) => day,
        MaturityDate::AfterFunding(span) => {
            unit.tranche.outstanding_since.unwrap_or(structure.date).plus(span)
        }
    };
    (due < day).then(|| {
        format!(
            "{} falls due on {due}, before {day}: the tables take it as still outstanding then, neither repaid nor converted.",
            unit.name()
        )
    })
}

fn series(structure: &CapitalStructure, stock: &Stock) -> Result<Vec<SeriesRow>, CapitalError> {
    let row = |(series, today): (&crate::model::Series, &super::stock::SeriesToday)| {
        let preferred = today.preferred(&series.terms);
        Ok(SeriesRow {
            series: series.name.clone(),
            shares: Figure::of(today.shares)?,
            issue_price: Figure::of(today.issue_price)?,
            conversion_price: Figure::of(today.conversion_price)?,
            ratio: Figure::of(today.ratio)?,
            as_converted: Figure::of(today.as_converted())?,
            preference: Figure::of(preferred.multiple * preferred.invested())?,
            dividends: Figure::of(today.dividends)?,
        })
    };
    structure.capitalization.preferred.iter().zip(&stock.series).map(row).collect()
}

/// A round with all that follows from it.
pub(super) struct Closed {
    pub(super) priced: Priced,
    /// The series that were there before, in the order of the structure.
    pub(super) adjusted: Vec<Adjusted>,
    pub(super) row: RoundRow,
    after: Holdings,
}

/// A round closed, with the shares before it and the instruments as they were.
pub(super) fn closed<'s>(
    structure: &'s CapitalStructure,
    round: &'s NextRound,
) -> Result<(Stock, Vec<Unit<'s>>, Closed), CapitalError> {
    let stock = Stock::on(structure, round.date);
    let units = units(structure, round.date, occasion(round));
    let before = holdings(lines(structure, &stock, series_lines(structure, &stock)))?;
    let closed = close(structure, round, &stock, &units, &before)?;
    Ok((stock, units, closed))
}

fn close(
    structure: &CapitalStructure,
    round: &NextRound,
    stock: &Stock,
    units: &[Unit<'_>],
    before: &Holdings,
) -> Result<Closed, CapitalError> {
    let held = |holder: &str| {
        let own = before.holders.iter().find(|each| each.holder == holder);
        own.map_or(Exact::ZERO, |own| Exact::from(own.as_converted.0))
    };
    let priced = Setting { structure, round, stock, units, held: &held }.price()?;
    let mut adjusted: Vec<Adjusted> = stock.series.iter().map(Adjusted::unchanged).collect();
    let (anti_dilution, pay_to_play, ipo_ratchets) = adjust(structure, round, stock, &priced, &mut adjusted)?;
    let lines = lines_after(structure, round, stock, units, &priced, &adjusted);
    let after = holdings(lines)?;
    let part = |shares: Exact| Figure::of(shares.div_or(Exact::from(after.total_shares.0), Exact::ZERO));
    let bought = |(investor, by, amount, shares): &(String, &'static str, Exact, Exact)| {
        Ok(Bought {
            investor: investor.clone(),
            by,
            amount: Figure::of(*amount)?,
            shares: Figure::of(*shares)?,
            ownership: part(*shares)?,
        })
    };
    let converted = priced.units.iter().fold(Exact::ZERO, |sum, unit| sum + unit.shares);
    let shares_before = priced.outstanding + stock.options + stock.pool;
    let (pre_money, convention) = match round.price {
        RoundPrice::PreMoney(value) => (Exact::from(value), Some(convention_name(round.pricing.convention))),
        RoundPrice::PerShare(_) => (priced.price * (priced.total_shares - priced.new_shares), None),
    };
    let row = RoundRow {
        name: round.name.clone(),
        kind: if round.is_ipo { "ipo" } else { "priced" },
        date: round.date.to_string(),
        convention,
        pre_money: Figure::of(pre_money)?,
        new_money: Figure::of(priced.new_money)?,
        post_money: Figure::of(pre_money + priced.new_money)?,
        price: Figure::of(priced.price)?,
        new_shares: Figure::of(priced.new_shares)?,
        converted_shares: Figure::of(converted)?,
        pool_before: Figure::of(stock.pool)?,
        pool_increase: Figure::of(priced.pool_increase)?,
        pool_after: Figure::of(stock.pool + priced.pool_increase)?,
        shares_before: Figure::of(shares_before)?,
        total_shares: Figure::of(priced.total_shares)?,
        capitalization_post_money: Figure::of(shares_before + converted)?,
        capitalization_pre_money: Figure::of(shares_before + in_round_pool(round, &priced))?,
        sum_valuation: Figure::of(priced.price * priced.total_shares)?,
        rounded: priced.rounded,
        investors: priced.bought.iter().map(bought).collect::<Result<_, CapitalError>>()?,
        anti_dilution,
        pay_to_play,
        ipo_ratchets,
    };
    Ok(Closed { priced, adjusted, row, after })
}

/// What the round adds to the pool before the new money.
fn in_round_pool(round: &NextRound, priced: &Priced) -> Exact {
    match round.pricing.pool {
        crate::model::PoolChange::UnallocatedAfterMoney(_) => Exact::ZERO,
        _ => priced.pool_increase,
    }
}

fn convention_name(convention: PricingConvention) -> &'static str {
    match convention {
        PricingConvention::PercentageOwnership => "percentage_ownership",
        PricingConvention::PreMoneyMethod => "pre_money_method",
        PricingConvention::DollarsInvested => "dollars_invested",
    }
}

type Adjustments = (Vec<AdjustedPrice>, Vec<PaidOrPlayed>, Vec<Ratcheted>);

fn adjust(
    structure: &CapitalStructure,
    round: &NextRound,
    stock: &Stock,
    priced: &Priced,
    adjusted: &mut [Adjusted],
) -> Result<Adjustments, CapitalError> {
    let (mut prices, mut played, mut ratchets) = (Vec::new(), Vec::new(), Vec::new());
    let issue = new_issue(stock, priced.new_shares, priced.new_money);
    for ((series, today), adjusted) in
        structure.capitalization.preferred.iter().zip(&stock.series).zip(adjusted)
    {
        if round.is_ipo {
            ratchets.extend(ratcheted(series, today, priced.price, adjusted)?);
        } else {
            prices.extend(anti_dilution(series, today, &issue, adjusted)?);
            played.extend(paid_or_played(series, today, priced.price, adjusted)?);
        }
    }
    Ok((prices, played, ratchets))
}

/// Holdings after the round. A flotation leaves common shares only.
fn lines_after(
    structure: &CapitalStructure,
    round: &NextRound,
    stock: &Stock,
    units: &[Unit<'_>],
    priced: &Priced,
    adjusted: &[Adjusted],
) -> Vec<Line> {
    let mut middle = Vec::new();
    for ((series, today), adjusted) in
        structure.capitalization.preferred.iter().zip(&stock.series).zip(adjusted)
    {
        for holding in &series.holders {
            let shares = Exact::from(holding.shares) * today.growth;
            let (kept, holder) = (shares * adjusted.kept, &holding.holder);
            if round.is_ipo {
                let common = kept * adjusted.ratio;
                middle.push(Line::new(COMMON, "common", holder, common, Exact::ONE));
            } else {
                middle.push(Line::new(&series.name, "preferred", holder, kept, adjusted.ratio));
            }
            let common = (shares - kept) * adjusted.common;
            if common > Exact::ZERO {
                middle.push(Line::new(COMMON, "common", holder, common, Exact::ONE));
            }
        }
    }
    for (unit, converted) in units.iter().zip(&priced.units).filter(|(_, converted)| converted.converts) {
        let kind = if round.is_ipo || is_common(&unit.into()) { "common" } else { "preferred" };
        let holder = &unit.instrument.holder;
        let line = Line::new(&unit.name(), kind, holder, converted.shares, Exact::ONE);
        middle.push(line.paid(converted.amount, converted.price));
    }
    let kind = if round.is_ipo || is_common(&round.pricing.series) { "common" } else { "preferred" };
    for (investor, _, amount, shares) in &priced.bought {
        let line = Line::new(&round.name, kind, investor, *shares, Exact::ONE);
        middle.push(line.paid(*amount, priced.price));
    }
    let mut lines = lines(structure, stock, middle);
    lines.retain(|line| line.class != POOL);
    let pool = stock.pool + priced.pool_increase;
    if pool > Exact::ZERO {
        lines.push(Line::new(POOL, "pool", POOL, pool, Exact::ONE));
    }
    lines
}

/// Whether shares of these terms are common ones.
pub(super) fn is_common(terms: &ShareTerms) -> bool {
    *terms == ShareTerms::COMMON || terms.preference.is_zero()
}

fn instrument(
    structure: &CapitalStructure,
    stock: &Stock,
    unit: &Unit<'_>,
    day: crate::quantity::Day,
    in_round: Option<(&Priced, &Converted)>,
) -> Result<InstrumentRow, CapitalError> {
    let conversion = match in_round {
        Some((priced, converted)) if converted.converts => {
            Some(conversion(structure, stock, unit, priced, converted)?)
        }
        _ => None,
    };
    let terms = in_round.map_or(unit.terms, |(_, converted)| converted.terms);
    let taken_over = in_round.map_or(unit.taken_over, |(_, converted)| converted.taken_over);
    Ok(InstrumentRow {
        instrument: unit.name(),
        kind: match &unit.instrument.kind {
            Kind::Safe(_) => "safe",
            Kind::Debt(debt) if debt.label == DebtLabel::Loan => "loan",
            Kind::Debt(_) | Kind::Equity(_) | Kind::Warrant(_) => "convertible_note",
        },
        holder: unit.instrument.holder.clone(),
        since: unit.since.to_string(),
        date: day.to_string(),
        principal: Figure::of(unit.principal)?,
        years: unit.years.map(Figure::of).transpose()?,
        interest: Figure::of(unit.interest)?,
        balance: Figure::of(unit.principal + unit.interest)?,
        converts: in_round.map(|(_, converted)| converted.converts),
        reason: in_round.map(|(_, converted)| converted.reason.clone()),
        most_favoured: most_favoured(structure, unit, terms, taken_over)?,
        conversion,
    })
}

fn most_favoured(
    structure: &CapitalStructure,
    unit: &Unit<'_>,
    terms: Option<ConversionTerms<Exact>>,
    taken_over: Option<usize>,
) -> Result<Option<MostFavouredRow>, CapitalError> {
    let Kind::Safe(safe) = &unit.instrument.kind else { return Ok(None) };
    let (Some(policy), Some(terms)) = (safe.most_favoured, terms) else { return Ok(None) };
    let name =
        |place: usize| structure.instruments.get(place).map_or_else(String::new, |each| each.name.clone());
    let cap = match terms.cap {
        Cap::None => None,
        Cap::PostMoney(cap) | Cap::PreMoney(cap) | Cap::Over(cap, _) | Cap::FixedPrice(cap) => Some(cap),
    };
    Ok(Some(MostFavouredRow {
        policy: match policy {
            MostFavoured::Never => "never".to_owned(),
            MostFavoured::LowestCap => "lowest_cap".to_owned(),
            MostFavoured::Best => "best".to_owned(),
            MostFavoured::Instrument(place) => name(place),
        },
        takes_over: taken_over.map(name),
        cap: cap.map(Figure::of).transpose()?,
        discount: Figure::of(terms.discount)?,
    }))
}

fn conversion(
    structure: &CapitalStructure,
    stock: &Stock,
    unit: &Unit<'_>,
    priced: &Priced,
    converted: &Converted,
) -> Result<Conversion, CapitalError> {
    let round = structure.round.as_ref().ok_or(CapitalError::NoRound)?;
    let terms = converted.terms.ok_or(CapitalError::TooLarge)?;
    let all = priced.units.iter().fold(Exact::ZERO, |sum, unit| sum + unit.shares);
    let counts = Capitalization {
        outstanding: priced.outstanding,
        options: stock.options,
        unissued: stock.pool,
        promised: Exact::ZERO,
        pool_increase: in_round_pool(round, priced),
        new_money: priced.new_shares,
        converting: all,
    };
    // The cap alone: without a discount, and against a price it always undercuts.
    let capped =
        ConversionTerms { discount: if terms.stacked { terms.discount } else { Exact::ZERO }, ..terms };
    let high = Exact::from_i64(1_000_000_000_000_000);
    let by_cap = conversion_price(&capped, unit.converting(), high, &counts);
    let cap_price = (by_cap.basis == PriceBasis::Cap).then_some(by_cap.price);
    let uncapped = ConversionTerms { cap: Cap::None, ..terms };
    let discounted = conversion_price(&uncapped, unit.converting(), priced.price, &counts).price;
    let capitalization = match terms.cap {
        Cap::None | Cap::FixedPrice(_) => None,
        Cap::PostMoney(_) | Cap::Over(..) => Some(priced.outstanding + stock.options + stock.pool + all),
        Cap::PreMoney(_) => {
            Some(priced.outstanding + stock.options + stock.pool + in_round_pool(round, priced))
        }
    };
    let rule = if round.pricing.shadow_series {
        ConversionPreference::OwnPrice
    } else {
        ConversionPreference::RoundPrice
    };
    let into = unit.into();
    let preference = if round.is_ipo || is_common(&into) {
        Exact::ZERO
    } else {
        let per_share = preference_per_share(rule, converted.amount, converted.shares, priced.price);
        per_share * Exact::from(into.preference)
    };
    Ok(Conversion {
        amount: Figure::of(converted.amount)?,
        stays_debt: Figure::of(unit.converting() - converted.amount)?,
        clause: match converted.basis {
            PriceBasis::Cap => "cap",
            PriceBasis::Discount => "discount",
            PriceBasis::RoundPrice => "round_price",
        },
        price: Figure::of(converted.price)?,
        cap_price: cap_price.map(Figure::of).transpose()?,
        discount_price: (terms.discount > Exact::ZERO).then(|| Figure::of(discounted)).transpose()?,
        capitalization: capitalization.map(Figure::of).transpose()?,
        shares: Figure::of(converted.shares)?,
        ownership: Figure::of(converted.shares.div_or(priced.total_shares, Exact::ZERO))?,
        value_at_round: Figure::of(converted.shares * priced.price)?,
        preference_per_share: Figure::of(preference)?,
    })
}
