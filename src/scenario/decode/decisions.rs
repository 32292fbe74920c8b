//! The holder's early conversion and extensions of a maturity.

use super::decoder::Decoder;
use super::instruments::table_place;
use super::rule::manner;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CreditModel, Decision, EarlyConversion, Scenario};
use crate::quantity::{Span, YEAR_DAYS};
use crate::scenario::reader::TableReader;
use crate::scenario::tree::Node;

/// Dates on which the best decision can be sought: each has a rule of its own.
const MOST_DATES: f64 = 130.0;

/// `holder_may_convert`
pub(super) fn early<'a>(
    decoder: &Decoder<'a>,
    conversion: &TableReader<'a>,
    has_cap: bool,
) -> Option<EarlyConversion> {
    if !has_cap {
        let message = "`holder_may_convert` needs a `valuation_cap`: that is its price";
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
    let [has_decider, has_rule, is_extended] =
        [decider, rule, length].map(|key| maturity.node(key).is_some());
    let decided_by = if has_decider { maturity.choice(decider)? } else { "nobody" };
    // A case that takes the extension away may leave it at nobody, as it stands in a resolved scenario.
    if !is_extended && (decided_by != "nobody" || has_rule) {
        let key = if decided_by == "nobody" { rule } else { decider };
        return wrong(key, "there is no extension to decide on", "add `extended_by`, like \"12 months\"");
    }
    if decided_by == "nobody" && has_rule {
        let help = "say who decides with extension_decided_by = \"investor\" or \"company\"";
        return wrong(rule, "a rule needs somebody who decides by it", help);
    }
    if decided_by != "nobody" && !has_rule {
        let message = format!("the {decided_by} decides on extensions, and nothing says how");
        let mistake = Diagnostic::new(Code::MissingKey, message).at(table_place(maturity, decider), "");
        let help = "add extension_rule = \"optimal\", or conditions like [\"company.value >= $300bn\"]";
        decoder.report(mistake.help(help));
        return None;
    }
    let manner = manner(decoder, maturity, rule)?;
    Some(match decided_by {
        "investor" => manner.of_investor(),
        "company" => manner.of_company(),
        _ => Decision::Automatic,
    })
}

/// What is best is what is worth most to the investor, or least: of its own instruments, at fair value, in a credit model
/// in which a later day's best decision is what is best today.
pub(super) fn best(decoder: &Decoder<'_>, instruments: &[Node], scenario: &Scenario) {
    let wrong = |node: &Node, message: String, help: &str| {
        decoder.report(Diagnostic::new(Code::ContradictoryTerms, message).at(node.place, "").help(help));
    };
    for (instrument, node) in scenario.instruments.iter().zip(instruments) {
        if !instrument.is_decided_as_best() {
            continue;
        }
        if !instrument.valued {
            let message = format!(
                "what is best is sought for the investor's instruments; `{}` is held by {}",
                instrument.name, instrument.holder
            );
            let help = "state conditions instead of \"optimal\", like rule = [\"company.value >= $300bn\"]";
            wrong(node, message, help);
        }
        match scenario.fair_value.as_ref().map(|fair| &fair.credit) {
            Some(CreditModel::Hazard(_) | CreditModel::Structural) => {}
            Some(CreditModel::CashSpread(_) | CreditModel::BondAndOption(_)) => {
                let message = format!(
                    "`{}` is decided as is best, and by this credit model what is best today is not when the day comes",
                    instrument.name
                );
                let help = "a spread on cash says nothing of what happens on default: name a credit_model that does, \
                            { hazard = { … } } or { structural = {} }, or state conditions instead of \"optimal\"";
                wrong(node, message, help);
            }
            None => {
                let message =
                    format!("`{}` is decided as is best, which is measured by fair value", instrument.name);
                let help = "add a section [fair_value], or state conditions instead of \"optimal\", like \
                            rule = [\"company.value >= $300bn\"]";
                wrong(node, message, help);
            }
        }
    }
}
