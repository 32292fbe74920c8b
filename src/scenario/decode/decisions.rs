//! The holder's early conversion and extensions of a maturity.

use super::decoder::Decoder;
use super::instruments::table_place;
use super::rule::manner;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{Decision, EarlyConversion, Instrument, Kind};
use crate::quantity::{Span, YEAR_DAYS};
use crate::scenario::reader::TableReader;

/// Dates on which the best decision can be sought: each has a rule of its own.
const MOST_DATES: f64 = 520.0;

/// `holder_may_convert`
pub(super) fn early<'a>(
    decoder: &Decoder<'a>,
    conversion: &TableReader<'a>,
    has_cap: bool,
) -> Option<EarlyConversion> {
    if !has_cap {
        let message = "`holder_may_convert` needs a `valuation_cap`, the price at which";
        let place = table_place(conversion, "holder_may_convert");
        let mistake = Diagnostic::new(Code::MissingKey, message).at(place, "");
        decoder
            .report(mistake.help("add it, like valuation_cap = { amount = \"$40\", basis = \"per_share\" }"));
        return None;
    }
    let table = conversion.table("holder_may_convert")?;
    let every = table.span("every");
    let from = if table.node("from").is_some() { table.span("from") } else { Some(Span::of_months(0)) };
    let decision = manner(decoder, &table, "rule").map(super::rule::Manner::of_investor);
    let place = table_place(&table, "every");
    table.finish();
    let (every, from, decision) = (every?, from?, decision?);
    let horizon = f64::from(decoder.horizon.0.saturating_sub(decoder.valuation_date.0)) / YEAR_DAYS;
    if matches!(decision, Decision::Optimal(_)) && horizon > MOST_DATES * every.years() {
        let message = format!(
            "there would be more than {MOST_DATES} dates up to the horizon, each with a rule to learn"
        );
        let mistake = Diagnostic::new(Code::OutOfRange, message).at(place, "");
        decoder.report(mistake.help("let more time pass between them: \"1 month\" is close to any time"));
        return None;
    }
    Some(EarlyConversion { every, from, decision })
}

/// Who decides on extensions of a maturity.
pub(super) fn extension_decision<'a>(decoder: &Decoder<'a>, maturity: &TableReader<'a>) -> Option<Decision> {
    let [decider, rule, length] = ["extension_decided_by", "extension_rule", "extended_by"];
    let wrong = |key: &str, message: &str, help: &str| {
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(table_place(maturity, key), "");
        decoder.report(mistake.help(help));
        None
    };
    for key in [decider, rule] {
        if maturity.node(key).is_some() && maturity.node(length).is_none() {
            return wrong(key, "there is no extension to decide on", "add `extended_by`, like \"12 months\"");
        }
    }
    let decided_by = if maturity.node(decider).is_some() { maturity.choice(decider)? } else { "nobody" };
    if decided_by == "nobody" && maturity.node(rule).is_some() {
        let help = "say who decides with extension_decided_by = \"investor\" or \"company\"";
        return wrong(rule, "a rule needs somebody who decides by it", help);
    }
    let manner = manner(decoder, maturity, rule)?;
    Some(match decided_by {
        "investor" => manner.of_investor(),
        "company" => manner.of_company(),
        _ => Decision::Automatic,
    })
}

/// What is best is known for the investor's own instruments, whose value is what is found.
pub(super) fn only_the_investors(decoder: &Decoder<'_>, instrument: &Instrument, place: Place) {
    if !instrument.valued && decides_best(instrument) {
        let message = format!(
            "what is best is sought for the investor's instruments; `{}` is held by {}",
            instrument.name, instrument.holder
        );
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(place, "");
        decoder.report(
            mistake
                .help("state conditions instead of \"optimal\", like rule = [\"company.value >= $300bn\"]"),
        );
    }
}

/// Whether anything about an instrument is decided as is best.
fn decides_best(instrument: &Instrument) -> bool {
    let best = |decision: &Decision| matches!(decision, Decision::Optimal(_));
    let of_debt = match &instrument.kind {
        Kind::Debt(debt) => {
            let early = debt.conversion.as_ref().and_then(|conversion| conversion.early.as_ref());
            early.is_some_and(|early| best(&early.decision))
                || debt.maturity.as_ref().is_some_and(|maturity| best(&maturity.extension_decision))
        }
        Kind::Equity(_) | Kind::Safe(_) | Kind::Warrant(_) => false,
    };
    of_debt || instrument.tranches.iter().any(|tranche| best(&tranche.decision))
}
