//! Rights of a class of shares.

use super::decoder::{Decoder, fraction};
use super::instruments::{LOWEST_RANK, all_or_none, table_place};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{AntiDilution, DividendKind, Dividends, IpoRatchet, Participation, ShareTerms};
use crate::number::Decimal;
use crate::quantity::Day;
use crate::scenario::keys::Kind;
use crate::scenario::language;
use crate::scenario::literal::Literal;
use crate::scenario::reader::TableReader;

/// Rights under a key of a table; `otherwise` if the key is absent.
pub(super) fn rights_under(
    decoder: &Decoder<'_>,
    reader: &TableReader<'_>,
    key: &str,
    otherwise: ShareTerms,
) -> Option<ShareTerms> {
    if reader.node(key).is_none() {
        return Some(otherwise);
    }
    reader.table(key).and_then(|table| {
        let terms = share_terms(decoder, &table);
        table.finish();
        terms
    })
}

/// Rights of shares still to come into being.
pub(super) fn share_terms(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<ShareTerms> {
    let dividends = reader.node("dividends").is_some().then(|| {
        let table = reader.table("dividends")?;
        let terms = dividend_terms(decoder, reader, &table, fraction(&table, "rate"));
        table.finish();
        terms
    });
    let terms = terms_without_dividends(decoder, reader);
    Some(ShareTerms { dividends: all_or_none(dividends)?, ..terms? })
}

/// Rights of a series that exists; since when its dividends run, and what is owed on that day.
pub(super) fn series_terms(
    decoder: &Decoder<'_>,
    reader: &TableReader<'_>,
) -> Option<(ShareTerms, Option<Day>, Decimal)> {
    let dividends = reader.node("dividends").is_some().then(|| series_dividends(decoder, reader));
    let terms = terms_without_dividends(decoder, reader);
    let (dividends, since, owed) = match all_or_none(dividends)? {
        None => (None, None, Decimal::ZERO),
        Some((dividends, since, owed)) => (Some(dividends), since, owed),
    };
    Some((ShareTerms { dividends, ..terms? }, since, owed))
}

fn series_dividends(
    decoder: &Decoder<'_>,
    reader: &TableReader<'_>,
) -> Option<(Dividends, Option<Day>, Decimal)> {
    let table = reader.table("dividends")?;
    if table.node("rate").is_none() && table.node("owed").is_none() {
        let mistake = Diagnostic::new(Code::MissingKey, "`dividends` needs `rate` or `owed`");
        decoder
            .report(mistake.at(table.place(), "").help(format!("add one, like {}", table.example("rate"))));
    }
    let rate = if table.node("rate").is_some() { fraction(&table, "rate") } else { Some(Decimal::ZERO) };
    let terms = dividend_terms(decoder, reader, &table, rate);
    let owed = if table.node("owed").is_some() { table.money("owed")?.0 } else { Decimal::ZERO };
    let since = table.date("since");
    if let (Some(day), Some(node)) = (since, table.node("since"))
        && day > decoder.valuation_date
    {
        let message = format!("{day} lies after the valuation date {}", decoder.valuation_date);
        let mistake = Diagnostic::new(Code::DateOrder, message).at(node.place, "");
        decoder.report(mistake.help("write the day from which they have run so far, or leave `since` out"));
    }
    let wrong = table.node("since").is_some() && since.is_none();
    table.finish();
    (!wrong).then_some((terms?, since, owed))
}

fn dividend_terms(
    decoder: &Decoder<'_>,
    reader: &TableReader<'_>,
    table: &TableReader<'_>,
    rate: Option<Decimal>,
) -> Option<Dividends> {
    let kind = table.choice("kind").map(|word| match word {
        "compounding" => DividendKind::Compounding,
        "in_kind" => DividendKind::InKind,
        _ => DividendKind::Simple,
    });
    let kept = table.flag("kept_on_conversion");
    let within = table.flag("within_participation_cap");
    for (key, off, why, help) in [
        (
            "kept_on_conversion",
            kept == Some(true) && kind == Some(DividendKind::InKind),
            "dividends in kind are shares, which convert in any case",
            "leave `kept_on_conversion` out",
        ),
        (
            "within_participation_cap",
            within == Some(false) && reader.choice("participation") != Some("capped"),
            "`within_participation_cap` has no effect without participation = \"capped\"",
            "leave it out",
        ),
    ] {
        if let Some(node) = table.node(key).filter(|_| off) {
            decoder.report(Diagnostic::new(Code::Unreachable, why).at(node.place, "").help(help));
        }
    }
    Some(Dividends { rate: rate?, kind: kind?, kept_on_conversion: kept?, within_participation_cap: within? })
}

fn terms_without_dividends(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<ShareTerms> {
    let preference = reader.multiple("liquidation_preference").map(|multiple| multiple.0);
    let participation = participation(decoder, reader, preference);
    let seniority = reader.at_most("seniority", LOWEST_RANK);
    let anti_dilution = reader.choice("anti_dilution").map(|word| match word {
        "full_ratchet" => AntiDilution::FullRatchet,
        "broad_weighted_average" => AntiDilution::BroadWeightedAverage,
        "narrow_weighted_average" => AntiDilution::NarrowWeightedAverage,
        _ => AntiDilution::None,
    });
    let ipo_ratchet = reader.node("ipo_ratchet").is_some().then(|| ipo_ratchet(decoder, reader));
    Some(ShareTerms {
        preference: preference?,
        participation: participation?,
        seniority: seniority?,
        dividends: None,
        anti_dilution: anti_dilution?,
        ipo_ratchet: all_or_none(ipo_ratchet)?,
    })
}

fn participation(
    decoder: &Decoder<'_>,
    reader: &TableReader<'_>,
    preference: Option<Decimal>,
) -> Option<Participation> {
    let participation = reader.choice("participation");
    let cap = reader.multiple("participation_cap").map(|multiple| multiple.0);
    if let (Some(preference), Some(cap)) = (preference, cap.filter(|_| participation == Some("capped")))
        && cap < preference
    {
        let message = "the cap on preference and participation together lies below the preference";
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message)
            .at(table_place(reader, "participation_cap"), "");
        decoder.report(mistake.help("write a cap above the preference, like \"3x\" beside \"1x\""));
    }
    let (word, cap) = match (participation?, cap) {
        ("full", None) => return Some(Participation::Full),
        ("none", None) => return Some(Participation::None),
        ("capped", Some(cap)) => return Some(Participation::Capped(cap)),
        other => other,
    };
    let (key, message, help) = if cap.is_some() {
        (
            "participation_cap",
            "a participation cap needs participation = \"capped\"",
            "write participation = \"capped\", or leave `participation_cap` out",
        )
    } else {
        (
            "participation",
            "participation = \"capped\" needs a `participation_cap`",
            "add it, like `participation_cap = \"3x\"`",
        )
    };
    let mistake = Diagnostic::new(Code::ContradictoryTerms, message);
    decoder.report(mistake.at(table_place(reader, key), format!("participation is `{word}`")).help(help));
    None
}

fn ipo_ratchet(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<IpoRatchet> {
    let (key, node) = reader.one_of("ipo_ratchet")?;
    debug_assert!(language::RATCHET.key(key.name).is_some(), "a key of the ratchet");
    match decoder.context.literal(node, key.kind, key.limits, key.name, key.example)? {
        Literal::Money(price) => Some(IpoRatchet::Price(price.0)),
        Literal::Multiple(multiple) => Some(IpoRatchet::OfIssuePrice(multiple.0)),
        _ => {
            debug_assert!(matches!(key.kind, Kind::Money | Kind::Multiple), "kinds of the ratchet");
            None
        }
    }
}
