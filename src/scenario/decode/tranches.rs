//! Tranches: how much, when, and who decides.

use super::decoder::{Decoder, fraction};
use super::instruments::{all_or_none, says_no_cap, table_place, valuation_cap};
use super::rule::manner;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Deadline, Decision, Gate, Missed, OwnCap, OwnTerms, Tranche, When};
use crate::quantity::{Day, Span};
use crate::scenario::context::Purpose;
use crate::scenario::language;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::Node;

pub(super) fn tranches<'a>(
    decoder: &Decoder<'a>,
    reader: &TableReader<'a>,
    kind: &str,
    holder: &str,
    path: &str,
) -> Option<Vec<Tranche>> {
    let mut tranches: Vec<Tranche> = Vec::new();
    let mut complete = true;
    for (index, node) in reader.filled_list("tranches").enumerate() {
        match tranche(decoder, node, index, (kind, holder), path) {
            Some(tranche) if tranches.iter().any(|other| other.name == tranche.name) => {
                let message = format!("two tranches are called `{}`", tranche.name);
                let mistake = Diagnostic::new(Code::DuplicateName, message).at(node.place, "the second");
                decoder.report(mistake.help("give each a name of its own"));
                complete = false;
            }
            Some(tranche) => tranches.push(tranche),
            None => complete = false,
        }
    }
    (complete && !tranches.is_empty()).then_some(tranches)
}

fn tranche<'a>(
    decoder: &Decoder<'a>,
    node: &'a Node,
    index: usize,
    (kind, holder): (&str, &str),
    path: &str,
) -> Option<Tranche> {
    let vests = kind == "warrant";
    let section = if vests { &language::WARRANT_TRANCHE } else { &language::TRANCHE };
    let reader = TableReader::open(decoder.context, section, node)?;
    let name = reader.text("name").unwrap_or_else(|| format!("Tranche {}", index + 1));
    let amount = decoder.number(&reader, "amount", &format!("{path}.tranches.{index}.amount"), false);
    let at_closing =
        Funding { gates: Vec::new(), by: None, decision: Decision::Automatic, missed: Missed::Lapses };
    let closes = reader.node("funds").is_none_or(|node| node.text() == Some("at_closing"));
    let funding = if closes {
        Some(at_closing)
    } else if let Some(word) = reader.node("funds").filter(|node| node.text().is_some()) {
        let mistake =
            Diagnostic::new(Code::UnknownChoice, "`funds` is \"at_closing\" or a table").at(word.place, "");
        decoder
            .report(mistake.help("write it like funds = { when = [\"first_gigawatt\"], by = 2027-12-31 }"));
        None
    } else {
        reader
            .table("funds")
            .and_then(|table| funding(decoder, &table, &format!("{path}.tranches.{index}.funds")))
    };
    let own = if vests {
        Some(OwnTerms::default())
    } else {
        own_terms(decoder, &reader, kind, &format!("{path}.tranches.{index}"))
    };
    let outstanding_since = outstanding_since(decoder, &reader, kind, holder);
    let shares = vests.then(|| reader.shares("shares").map(|shares| shares.0));
    reader.finish();
    let Funding { gates, by, decision, missed } = funding?;
    Some(Tranche {
        name,
        amount: amount?,
        shares: all_or_none(shares)?,
        outstanding_since: outstanding_since?,
        gates,
        by,
        decision,
        missed,
        own: own?,
    })
}

/// The day before the valuation date on which a tranche was funded, if it was.
fn outstanding_since(
    decoder: &Decoder<'_>,
    reader: &TableReader<'_>,
    kind: &str,
    holder: &str,
) -> Option<Option<Day>> {
    let key = "outstanding_since";
    reader.at_most_one(&["funds", key]);
    let Some(node) = reader.node(key) else { return Some(None) };
    let day = reader.date(key)?;
    if day >= decoder.valuation_date && decoder.is_dated {
        let help = if day == decoder.valuation_date {
            "what is funded on the valuation date is funded at closing: leave it out".to_owned()
        } else {
            format!("for a tranche that is funded later write funds = {{ not_before = {day} }} instead")
        };
        let message = format!("{day} does not lie before the valuation date {}", decoder.valuation_date);
        let mistake = Diagnostic::new(Code::DateOrder, message).at(node.place, "");
        decoder.report(mistake.help(help));
    }
    if kind == "preferred" || kind == "common" {
        let message = "shares bought before the valuation date are among those of the company, and their number is not \
                       stated here";
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(node.place, "");
        decoder.report(mistake.help(
            "list them under company.capitalization: a `preferred` series with its `shares`, `issue_price` and \
             `dividends.since`, or `common`",
        ));
        return None;
    }
    let valued = holder == decoder.investor;
    if valued && decoder.context.purpose() == Purpose::Simulation {
        let message = "results count from the valuation date, and this was paid before it";
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(node.place, "");
        decoder.report(mistake.help(
            "give it a `holder` other than the investor, so that it is there and not counted; or let it be funded \
             at closing, for what it is worth then",
        ));
    }
    Some(Some(day))
}

/// Terms of the tranche's own, in an instrument of that kind.
fn own_terms<'a>(
    decoder: &Decoder<'a>,
    reader: &TableReader<'a>,
    kind: &str,
    path: &str,
) -> Option<OwnTerms> {
    let (refused, why): (&[&str], _) = match kind {
        "convertible_note" => (&[], ""),
        "loan" => (&["discount", "valuation_cap"], "a loan does not convert"),
        _ => (&["interest_rate", "discount", "valuation_cap"], "only a note or loan has terms of this kind"),
    };
    for key in refused {
        if let Some(node) = reader.node(key) {
            let mistake = Diagnostic::new(Code::ContradictoryTerms, why).at(node.place, "");
            decoder.report(mistake.help(format!("leave `{key}` out, or choose another `kind`")));
        }
    }
    let given = |key: &str| reader.node(key).is_some();
    let interest_rate = given("interest_rate")
        .then(|| decoder.number(reader, "interest_rate", &format!("{path}.interest_rate"), false));
    let discount = given("discount").then(|| fraction(reader, "discount"));
    let cap = match given("valuation_cap") {
        false => Some(OwnCap::AsInstrument),
        true if says_no_cap(reader) => Some(OwnCap::None),
        true => valuation_cap(decoder, reader, path).map(OwnCap::Own),
    };
    Some(OwnTerms {
        interest_rate: all_or_none(interest_rate)?,
        discount: all_or_none(discount)?.map(|off| vec![(Span::of_months(0), off)]),
        cap: cap?,
    })
}

/// When and how a tranche is funded.
struct Funding {
    gates: Vec<Gate>,
    by: Option<Deadline>,
    decision: Decision,
    missed: Missed,
}

fn funding<'a>(decoder: &Decoder<'a>, table: &TableReader<'a>, path: &str) -> Option<Funding> {
    let mut gates: Vec<Gate> =
        decoder.milestone_list(table, "when").into_iter().map(Gate::Milestone).collect();
    let not_before = table
        .node("not_before")
        .is_some()
        .then(|| decoder.when(table, "not_before", &format!("{path}.not_before"), false));
    gates.extend(table.money("after_financing").map(|money| Gate::Financing(money.0)));
    table.at_most_one(&["by", "by_after_ipo"]);
    let by = table.node("by").is_some().then(|| decoder.later_day(table, "by").map(When::On));
    let after_ipo = table.span("by_after_ipo").map(Deadline::AfterIpo);
    let decision = decision(decoder, table);
    let missed = table.choice("missed").map(|word| match word {
        "plain_debt" => Missed::PlainDebt,
        _ => Missed::Lapses,
    });
    let not_before = all_or_none(not_before)?;
    gates.extend(not_before.map(Gate::Date));
    let by = all_or_none(by)?.map(Deadline::Date);
    let from = match not_before {
        Some(When::On(day)) => Some(day),
        Some(When::After(span)) => Some(decoder.valuation_date.plus(span)),
        _ => None,
    };
    if let (Some(from), Some(Deadline::Date(When::On(until)))) = (from, by)
        && until < from
    {
        let message = format!("it can be funded from {from}, but only by {until}");
        let mistake = Diagnostic::new(Code::DateOrder, message).at(table_place(table, "by"), "");
        decoder.report(mistake.help("let `by` come after `not_before`"));
        return None;
    }
    let by = by.or(after_ipo);
    // A condition that could not be read is no condition left out.
    let stated = ["not_before", "after_financing"].iter().any(|key| table.node(key).is_some())
        || table.list("when").next().is_some();
    if !stated && decision == Some(Decision::Automatic) && !decoder.context.damaged() {
        let mistake =
            Diagnostic::new(Code::MissingKey, "`funds` says nothing about when").at(table.place(), "");
        decoder.report(
            mistake.help("add `when`, `not_before` or `after_financing`, or write funds = \"at_closing\""),
        );
    }
    Some(Funding { gates, by, decision: decision?, missed: missed? })
}

fn decision<'a>(decoder: &Decoder<'a>, table: &TableReader<'a>) -> Option<Decision> {
    let decided_by = table.choice("decided_by");
    let rule = manner(decoder, table, "rule");
    let (before_ipo, after_ipo) =
        (fraction(table, "drawn_at_rate"), fraction(table, "drawn_at_rate_after_ipo"));
    let decided_by = decided_by?;
    let wrong = |key: &str, message: &str, help: &str| {
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(table_place(table, key), "");
        decoder.report(mistake.help(help));
        None
    };
    if decided_by != "company" && before_ipo.is_some() {
        return wrong("drawn_at_rate", "only the company draws at a rate", "write decided_by = \"company\"");
    }
    if decided_by == "nobody" && table.node("rule").is_some() {
        let help = "say who decides with decided_by = \"investor\" or \"company\"";
        return wrong("rule", "a rule needs somebody who decides by it", help);
    }
    table.at_most_one(&["rule", "drawn_at_rate"]);
    if table.node("drawn_at_rate_after_ipo").is_some() && before_ipo.is_none() {
        let help = "add it, like `drawn_at_rate = \"50%\"`; \"0%\" if nothing is drawn before the flotation";
        return wrong("drawn_at_rate_after_ipo", "`drawn_at_rate` is missing beside it", help);
    }
    let rule = rule?;
    Some(match (decided_by, before_ipo) {
        ("company", Some(before_ipo)) => {
            Decision::CompanyDraws { before_ipo, after_ipo: after_ipo.unwrap_or(before_ipo) }
        }
        ("company", None) => rule.of_company(),
        ("investor", _) => rule.of_investor(),
        _ => Decision::Automatic,
    })
}
