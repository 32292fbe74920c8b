//! The shares outstanding, class by class.

use super::decoder::{Decoder, fraction};
use super::instruments::{all_or_none, table_place};
use super::rights::series_terms;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Capitalization, Grant, Holding, PayToPlay, PayToPlayRounds, Series};
use crate::number::Decimal;
use crate::scenario::keys::Kind;
use crate::scenario::language;
use crate::scenario::literal::Literal;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::Node;

/// Holder of common shares that are given as a number.
const COMMON: &str = "Common";

pub(super) fn capitalization<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Capitalization> {
    let table = reader.table("capitalization")?;
    let common = common(decoder, &table);
    let options = grants(decoder, &table, "options");
    let pool = table.shares("pool").map(|pool| pool.0);
    let preferred: Vec<_> = table.list("preferred").map(|node| series(decoder, node)).collect();
    let warrants = grants(decoder, &table, "warrants");
    let place = table.place();
    let unknown = table.has_unknown_keys();
    table.finish();
    let capitalization = Capitalization {
        common: common?,
        options: options?,
        pool: pool?,
        preferred: preferred.into_iter().collect::<Option<_>>()?,
        warrants: warrants?,
    };
    if capitalization.common.is_empty() && capitalization.preferred.is_empty() {
        if unknown {
            return None;
        }
        let mistake = Diagnostic::new(Code::EmptyList, "`capitalization` lists no shares").at(place, "");
        decoder.report(mistake.help("add `common`, like `common = \"8m\"`, or `preferred`"));
        return None;
    }
    if fully_diluted(&capitalization).is_none() {
        let message = "the shares as converted are more than can be counted exactly";
        let mistake = Diagnostic::new(Code::Overflow, message).at(place, "");
        decoder.report(mistake.help("check conversion prices and ratios"));
        return None;
    }
    Some(capitalization)
}

/// All shares, options, warrants and the pool, preferred as converted; nothing if that is beyond 28 digits.
pub(super) fn fully_diluted(capitalization: &Capitalization) -> Option<Decimal> {
    let Capitalization { common, options, pool, preferred, warrants } = capitalization;
    let holdings = common.iter().map(|holding| holding.shares);
    let grants = options.iter().chain(warrants).map(|grant| grant.shares);
    let mut total = holdings.chain(grants).try_fold(*pool, Decimal::checked_add)?;
    for series in preferred {
        let shares =
            series.holders.iter().try_fold(Decimal::ZERO, |sum, holding| sum.checked_add(holding.shares))?;
        let converted = shares.checked_mul(series.issue_price)?.checked_div(series.conversion_price)?;
        total = total.checked_add(converted)?;
    }
    Some(total)
}

fn common(decoder: &Decoder<'_>, table: &TableReader<'_>) -> Option<Vec<Holding>> {
    match table.node("common") {
        None => Some(Vec::new()),
        Some(node) if node.table().is_some() => holders(decoder, table, "common"),
        Some(_) => Some(vec![Holding { holder: COMMON.to_owned(), shares: table.shares("common")?.0 }]),
    }
}

/// Holders and their shares.
fn holders(decoder: &Decoder<'_>, table: &TableReader<'_>, key: &str) -> Option<Vec<Holding>> {
    let limits = table.limits(key);
    let mut complete = true;
    let mut holders = Vec::new();
    for (name, node) in table.map(key) {
        let what = format!("shares of {}", name.text);
        match decoder.context.literal(node, Kind::Shares, limits, &what, "") {
            Some(Literal::Shares(shares)) => {
                holders.push(Holding { holder: name.text.clone(), shares: shares.0 });
            }
            _ => complete = false,
        }
    }
    if holders.is_empty() && complete {
        let mistake = Diagnostic::new(Code::EmptyList, format!("`{key}` names no holder"));
        decoder.report(
            mistake
                .at(table_place(table, key), "empty")
                .help(format!("write it like {}", table.example(key))),
        );
        return None;
    }
    complete.then_some(holders)
}

fn grants<'a>(decoder: &Decoder<'a>, table: &TableReader<'a>, key: &str) -> Option<Vec<Grant>> {
    let grant = |node: &'a Node| {
        let table = TableReader::open(decoder.context, &language::GRANT, node)?;
        let (name, shares, strike) = (table.text("name"), table.shares("shares"), table.money("strike"));
        let holder = table.text("holder");
        table.finish();
        let name = name?;
        Some(Grant {
            holder: holder.unwrap_or_else(|| name.clone()),
            name,
            shares: shares?.0,
            strike: strike?.0,
        })
    };
    let grants: Vec<_> = table.list(key).map(grant).collect();
    grants.into_iter().collect()
}

fn series<'a>(decoder: &Decoder<'a>, node: &'a Node) -> Option<Series> {
    let table = TableReader::open(decoder.context, &language::SERIES, node)?;
    let name = table.text("name");
    let holders = series_holders(decoder, &table, name.as_deref());
    let prices = holders.as_deref().map(|holders| prices(decoder, &table, holders));
    if prices.is_none() {
        let _ = (table.money("issue_price"), table.money("invested"));
        let _ = (table.money("conversion_price"), table.number("ratio"));
    }
    let terms = series_terms(decoder, &table);
    let pay_to_play = table.node("pay_to_play").is_some().then(|| pay_to_play(&table));
    table.finish();
    let (issue_price, conversion_price) = prices??;
    let (terms, since, dividends_owed) = terms?;
    Some(Series {
        name: name?,
        holders: holders?,
        issue_price,
        conversion_price,
        terms,
        dividends_since: since.unwrap_or(decoder.valuation_date),
        dividends_owed,
        pay_to_play: all_or_none(pay_to_play)?,
    })
}

fn series_holders(
    decoder: &Decoder<'_>,
    table: &TableReader<'_>,
    name: Option<&str>,
) -> Option<Vec<Holding>> {
    one_needed(decoder, table, ["shares", "holders"]);
    let shares = table.shares("shares");
    match (table.node("shares"), table.node("holders")) {
        (Some(_), _) => Some(vec![Holding { holder: name?.to_owned(), shares: shares?.0 }]),
        (None, Some(_)) => holders(decoder, table, "holders"),
        (None, None) => None,
    }
}

/// Issue price and conversion price.
fn prices(decoder: &Decoder<'_>, table: &TableReader<'_>, holders: &[Holding]) -> Option<(Decimal, Decimal)> {
    one_needed(decoder, table, ["issue_price", "invested"]);
    table.at_most_one(&["conversion_price", "ratio"]);
    let given = |key: &str| table.node(key).is_some();
    let (price, invested) = (table.money("issue_price"), table.money("invested"));
    let (conversion, ratio) = (table.money("conversion_price"), table.number("ratio"));
    let shares = holders.iter().try_fold(Decimal::ZERO, |sum, holding| sum.checked_add(holding.shares));
    let issue_price = match (price, invested) {
        (Some(price), _) => price.0,
        (None, invested) => invested?.0.checked_div(shares?)?,
    };
    let conversion_price = match (given("conversion_price"), given("ratio")) {
        (false, false) => issue_price,
        (true, _) => conversion?.0,
        (false, true) => issue_price.checked_div(ratio?)?,
    };
    if issue_price.is_zero() || conversion_price.is_zero() {
        let message = "the price of a share is too small to be kept exactly";
        let mistake = Diagnostic::new(Code::OutOfRange, message).at(table.place(), "");
        decoder.report(mistake.help("check the number of shares and the ratio"));
        return None;
    }
    Some((issue_price, conversion_price))
}

/// Reports that both or none of two keys are there.
fn one_needed(decoder: &Decoder<'_>, table: &TableReader<'_>, keys: [&str; 2]) {
    table.at_most_one(&keys);
    if keys.iter().all(|key| table.node(key).is_none()) && !decoder.context.damaged() {
        let message = format!("a series needs `{}` or `{}`", keys[0], keys[1]);
        let mistake = Diagnostic::new(Code::MissingKey, message).at(table.place(), "");
        decoder.report(mistake.help(format!("add one, like {}", table.example(keys[0]))));
    }
}

fn pay_to_play(reader: &TableReader<'_>) -> Option<PayToPlay> {
    let table = reader.table("pay_to_play")?;
    let (buys, shares_per_common) = (fraction(&table, "buys"), table.number("shares_per_common"));
    let applies_in = table.choice("applies_in").map(|word| match word {
        "all_rounds" => PayToPlayRounds::All,
        _ => PayToPlayRounds::Down,
    });
    table.finish();
    Some(PayToPlay { buys: buys?, shares_per_common: shares_per_common?, applies_in: applies_in? })
}
