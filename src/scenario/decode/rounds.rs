//! What rounds do beside raising money, and the next round for the exact tables.

use super::decoder::Decoder;
use super::instruments::{all_or_none, table_place};
use super::rights::rights_under;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Investment, NextRound, PoolChange, PricingConvention, ProRata, RoundPrice, RoundPricing, Rounding,
    RoundingMode, ShareTerms,
};
use crate::number::Decimal;
use crate::scenario::keys::Kind;
use crate::scenario::language;
use crate::scenario::literal::Literal;
use crate::scenario::reader::TableReader;

/// Name of the investors of a round that names none.
const NEW_MONEY: &str = "New money";
/// Most decimals of a printed price: what an exact decimal keeps beside large figures.
const MOST_PRICE_DECIMALS: u32 = 12;

/// The terms that simulated rounds and the next one share.
pub(super) fn pricing(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<RoundPricing> {
    let convention = reader.choice("convention").map(|word| match word {
        "pre_money_method" => PricingConvention::PreMoneyMethod,
        "dollars_invested" => PricingConvention::DollarsInvested,
        _ => PricingConvention::PercentageOwnership,
    });
    let pool = if reader.node("pool").is_some() { pool(decoder, reader) } else { Some(PoolChange::Keep) };
    let series = rights_under(decoder, reader, "series", ShareTerms::COMMON);
    let shadow_series = reader.flag("shadow_series");
    Some(RoundPricing {
        convention: convention?,
        pool: pool?,
        series: series?,
        shadow_series: shadow_series?,
    })
}

fn pool(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<PoolChange> {
    let (key, node) = reader.one_of("pool")?;
    let figure = decoder.context.literal(node, key.kind, key.limits, key.name, key.example)?;
    let figure = super::base::figure(&figure)?;
    debug_assert!(language::POOL.key(key.name).is_some(), "a key of the pool");
    Some(match key.name {
        "increase" => PoolChange::IncreaseBy(figure),
        "unallocated" => PoolChange::Unallocated(figure),
        "total" => PoolChange::Total(figure),
        _ => PoolChange::UnallocatedAfterMoney(figure),
    })
}

/// `[round]`
pub(super) fn next_round<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<NextRound> {
    let name = reader.text("name");
    let is_ipo = reader.choice("kind").map(|word| word == "ipo");
    let date = if reader.node("date").is_some() {
        decoder.later_day(reader, "date")
    } else {
        Some(decoder.valuation_date)
    };
    let price = price(decoder, reader);
    let investors = investors(decoder, reader);
    let pricing = pricing(decoder, reader);
    let pro_rata: Vec<_> = reader
        .list("pro_rata")
        .map(|node| {
            let table = TableReader::open(decoder.context, &language::PRO_RATA, node)?;
            let (holder, on_top) = (table.text("holder"), table.flag("on_top"));
            table.finish();
            Some(ProRata { holder: holder?, on_top: on_top? })
        })
        .collect();
    if let Some(RoundPrice::PerShare(_)) = price {
        given_price(decoder, reader);
    }
    let rounding = reader.node("rounding").is_some().then(|| rounding(decoder, reader));
    Some(NextRound {
        name: name?,
        is_ipo: is_ipo?,
        date: date?,
        price: price?,
        investors: investors?,
        pricing: pricing?,
        pro_rata: pro_rata.into_iter().collect::<Option<_>>()?,
        rounding: all_or_none(rounding)?,
    })
}

fn price(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<RoundPrice> {
    reader.at_most_one(&["pre_money", "price_per_share"]);
    let (pre_money, per_share) = (reader.money("pre_money"), reader.money("price_per_share"));
    if ["pre_money", "price_per_share"].iter().all(|key| reader.node(key).is_none())
        && !decoder.context.damaged()
    {
        let mistake = Diagnostic::new(Code::MissingKey, "a round needs `pre_money` or `price_per_share`");
        decoder.report(
            mistake.at(reader.place(), "").help(format!("add one, like {}", reader.example("pre_money"))),
        );
    }
    let pre_money = pre_money.map(|money| RoundPrice::PreMoney(money.0));
    pre_money.or(per_share.map(|money| RoundPrice::PerShare(money.0)))
}

/// A price given outright needs no convention.
fn given_price(decoder: &Decoder<'_>, reader: &TableReader<'_>) {
    if let Some(node) = reader.node("convention") {
        let message = "`convention` has no effect beside `price_per_share`";
        decoder.report(Diagnostic::new(Code::Unreachable, message).at(node.place, "").help("leave it out"));
    }
}

fn investors<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Vec<Investment>> {
    reader.at_most_one(&["new_money", "investors"]);
    let new_money = reader.money("new_money");
    if reader.node("new_money").is_some() {
        let amount = new_money?.0;
        let some = (amount > Decimal::ZERO).then(|| Investment { investor: NEW_MONEY.to_owned(), amount });
        return Some(some.into_iter().collect());
    }
    let limits = reader.limits("investors");
    let mut investors = Vec::new();
    let mut complete = true;
    for (name, node) in reader.map("investors") {
        let what = format!("money of {}", name.text);
        match decoder.context.literal(node, Kind::Money, limits, &what, "") {
            Some(Literal::Money(money)) => {
                investors.push(Investment { investor: name.text.clone(), amount: money.0 });
            }
            _ => complete = false,
        }
    }
    complete.then_some(investors)
}

fn rounding(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<Rounding> {
    let table = reader.table("rounding")?;
    let decimals = table.node("price_decimals").is_some();
    let decimals = decimals.then(|| table.at_most("price_decimals", MOST_PRICE_DECIMALS));
    let price_mode = table.choice("price").map(mode);
    for key in ["price", "conversion_prices"] {
        if let (None, Some(node)) = (&decimals, table.node(key)) {
            let mistake = Diagnostic::new(Code::MissingKey, format!("`{key}` needs the number of decimals"));
            let help = format!("add it, like {}", table.example("price_decimals"));
            decoder.report(mistake.at(node.place, "").help(help));
        }
    }
    let conversion_prices = table.flag("conversion_prices");
    let optional = |key: &str| {
        let word = table.choice(key).map(mode);
        if table.node(key).is_some() { word.map(Some) } else { Some(None) }
    };
    let shares = [optional("converted_shares"), optional("new_shares"), optional("pool_shares")];
    let place = table_place(reader, "rounding");
    let empty =
        table.node("price").is_none() && decimals.is_none() && shares.iter().all(|mode| *mode == Some(None));
    table.finish();
    if empty {
        let mistake = Diagnostic::new(Code::EmptyList, "`rounding` says nothing").at(place, "empty");
        decoder.report(mistake.help(format!("write it like {}", reader.example("rounding"))));
    }
    let [converted_shares, new_shares, pool_shares] = shares;
    Some(Rounding {
        price: all_or_none(decimals)?.zip(price_mode),
        conversion_prices: conversion_prices?,
        converted_shares: converted_shares?,
        new_shares: new_shares?,
        pool_shares: pool_shares?,
    })
}

fn mode(word: &'static str) -> RoundingMode {
    match word {
        "up" => RoundingMode::Up,
        "down" => RoundingMode::Down,
        _ => RoundingMode::Nearest,
    }
}
