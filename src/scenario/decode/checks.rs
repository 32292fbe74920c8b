//! Contradictions between sections.

use super::decisions;
use super::decoder::Decoder;
use super::names::elements;
use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::model::{
    CapBasis, Capitalization, Deadline, Debt, Decision, Gate, Instrument, Kind, Level, MaturityDate,
    MilestoneKind, Missed, MostFavoured, NextRound, OwnCap, Safe, Scenario, Tranche, Watched, When,
};
use crate::number::{Amount, Decimal};
use crate::quantity::Day;
use crate::scenario::tree::{Node, Table};

/// Checks cycles and contradictions across sections.
pub(super) fn whole(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    cycles(decoder, top, scenario);
    conditions(decoder, top, scenario);
    investor(decoder, top, scenario);
    limits(decoder, top, scenario);
    decisions::best(decoder, elements(top, "instruments"), scenario);
    for (instrument, node) in scenario.instruments.iter().zip(elements(top, "instruments")) {
        never_missed(decoder, scenario, instrument, node);
    }
}

/// What the exact tables rely on as well: prices per share, maturities, who may take over whose terms, and whose
/// rights a round has.
pub(super) fn structure(
    decoder: &Decoder<'_>,
    top: &Table,
    capitalization: Option<&Capitalization>,
    instruments: &[Instrument],
    round: Option<&NextRound>,
) {
    for (instrument, node) in instruments.iter().zip(elements(top, "instruments")) {
        price_per_share(decoder, top, instrument, node);
        maturity_and_funding(decoder, instrument, node);
    }
    most_favoured(decoder, top, instruments);
    if let Some(round) = round {
        pro_rata(decoder, top, capitalization, instruments, round);
    }
}

/// The terms taken over are those of a SAFE issued later.
fn most_favoured(decoder: &Decoder<'_>, top: &Table, instruments: &[Instrument]) {
    for (index, (instrument, node)) in instruments.iter().zip(elements(top, "instruments")).enumerate() {
        let Kind::Safe(Safe { most_favoured: Some(MostFavoured::Instrument(named)), .. }) = &instrument.kind
        else {
            continue;
        };
        let issued =
            |instrument: &Instrument, index: usize| (instrument.issued(decoder.valuation_date), index);
        let is_later = instruments.get(*named).is_some_and(|other| {
            matches!(other.kind, Kind::Safe(_)) && issued(other, *named) > issued(instrument, index)
        });
        if !is_later {
            let message = format!("`{}` can take over the terms of a later SAFE only", instrument.name);
            let place = place_below(node, &["most_favoured"]);
            let help = "name a SAFE issued later (on one day, further down), or write \"lowest_cap\", \"best\" or \"never\"";
            report(decoder, Code::ContradictoryTerms, message, Some(place), help);
        }
    }
}

/// Who has a right to buy along holds something.
fn pro_rata(
    decoder: &Decoder<'_>,
    top: &Table,
    capitalization: Option<&Capitalization>,
    instruments: &[Instrument],
    round: &NextRound,
) {
    let series = capitalization.into_iter().flat_map(|classes| &classes.preferred);
    let common = capitalization.into_iter().flat_map(|classes| &classes.common);
    let shares = series.flat_map(|series| &series.holders).chain(common);
    let mut known: Vec<&str> = shares.map(|holding| holding.holder.as_str()).collect();
    let grants =
        capitalization.into_iter().flat_map(|classes| classes.options.iter().chain(&classes.warrants));
    known.extend(grants.map(|grant| grant.holder.as_str()));
    known.extend(instruments.iter().map(|instrument| instrument.holder.as_str()));
    for (index, right) in round.pro_rata.iter().enumerate() {
        let again = round.pro_rata[..index].iter().any(|other| other.holder == right.holder);
        if known.contains(&right.holder.as_str()) && !again {
            continue;
        }
        let path = ["pro_rata", &index.to_string(), "holder"];
        let place = top.get("round").map(|node| place_below(node, &path));
        let message = if again {
            format!("the right of `{}` stands here twice", right.holder)
        } else {
            format!("`{}` holds no shares and no instrument", right.holder)
        };
        let mut mistake = Diagnostic::new(Code::UnknownName, message);
        if let Some(place) = place {
            mistake = mistake.at(place, "");
        }
        let mistake = mistake.suggest(nearest(&right.holder, known.iter().copied()).filter(|_| !again));
        decoder.report(mistake.help("name a holder of `company.capitalization` or of an instrument, once"));
    }
}

/// The place of a node some keys and list positions further down; of the last one reached if the way ends.
pub(super) fn place_below(node: &Node, path: &[&str]) -> Place {
    let Some((step, rest)) = path.split_first() else { return node.place };
    let below = match &node.value {
        crate::scenario::tree::Value::List(nodes) => {
            step.parse::<usize>().ok().and_then(|index| nodes.get(index))
        }
        _ => node.table().and_then(|table| table.get(step)),
    };
    below.map_or(node.place, |below| place_below(below, rest))
}

fn report(decoder: &Decoder<'_>, code: Code, message: String, place: Option<Place>, help: &str) {
    let mut mistake = Diagnostic::new(code, message);
    if let Some(place) = place {
        mistake = mistake.at(place, "");
    }
    decoder.report(mistake.help(help));
}

/// Milestones must not wait for each other.
fn cycles(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    let milestones = &scenario.milestones;
    let mut settled = vec![false; milestones.len()];
    loop {
        let waits = |id: usize| milestones[id].requires.iter().any(|required| !settled[*required]);
        let Some(next) = (0..milestones.len()).find(|id| !settled[*id] && !waits(*id)) else { break };
        settled[next] = true;
    }
    let Some(mut at) = settled.iter().position(|settled| !settled) else { return };
    // Following unsettled requirements must come round again.
    let mut way: Vec<usize> = Vec::new();
    while !way.contains(&at) {
        way.push(at);
        at = milestones[at].requires.iter().copied().find(|required| !settled[*required]).unwrap_or(at);
    }
    let round = way.iter().copied().skip_while(|id| *id != at).chain([at]);
    let names: Vec<&str> = round.map(|id| milestones[id].name.as_str()).collect();
    let message = match names[..] {
        [only, _] => format!("the milestone `{only}` requires itself"),
        _ => format!("milestones wait for each other: {}", names.join(" waits for ")),
    };
    let place = top.get("milestones").map(|node| place_below(node, &[&milestones[at].name, "requires"]));
    report(decoder, Code::MilestoneCycle, message, place, "take one of them out of a `requires`");
}

/// A condition that must hold throughout holds today; else it would count as met until the first look.
fn conditions(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    for milestone in &scenario.milestones {
        let MilestoneKind::Checked { watched, at_least, throughout: true, .. } = &milestone.kind else {
            continue;
        };
        if !milestone.requires.is_empty() {
            continue;
        }
        let today = scenario.company.value_today.known();
        let (key, fails) = match at_least {
            Level::OfToday(level) => ("at_least_of_today", level.known().is_some_and(|level| level > 1.0)),
            Level::Absolute(level) => {
                let above = level.known().zip(today).is_some_and(|(level, today)| level > today);
                ("at_least", *watched == Watched::Value && above)
            }
        };
        if fails {
            let message = format!(
                "the condition of `{}` does not hold today, so it cannot hold throughout",
                milestone.name
            );
            let place =
                top.get("milestones").map(|node| place_below(node, &[&milestone.name, "condition", key]));
            report(
                decoder,
                Code::ContradictoryTerms,
                message,
                place,
                "write throughout = false if it is to be reached later",
            );
        }
    }
}

fn investor(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    let none = !scenario.instruments.iter().any(|instrument| instrument.valued);
    if none && !scenario.instruments.is_empty() {
        let investor = &scenario.deal.investor;
        let message =
            format!("no instrument is held by the investor `{investor}`, so there is nothing to value");
        let place = top.get("deal").map(|node| place_below(node, &["investor"]));
        report(
            decoder,
            Code::ContradictoryTerms,
            message,
            place,
            "give one of them that holder, or leave `holder` out",
        );
    }
}

/// One holder at most can be limited, to one fraction.
fn limits(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    let mut limited: Vec<(&str, Decimal, &Node)> = Vec::new();
    for (instrument, node) in scenario.instruments.iter().zip(elements(top, "instruments")) {
        if let Kind::Debt(debt) = &instrument.kind
            && let Some(limit) = debt.conversion.as_ref().and_then(|conversion| conversion.ownership_limit)
        {
            limited.push((&instrument.holder, limit, node));
        }
    }
    let differs = limited.windows(2).find(|pair| (pair[0].0, pair[0].1) != (pair[1].0, pair[1].1));
    if let Some([first, second]) = differs {
        let message = "ownership limits must be the same, and of one holder".to_owned();
        let place = |node: &Node| place_below(node, &["conversion", "ownership_limit"]);
        let mistake =
            Diagnostic::new(Code::ContradictoryTerms, message).at(place(second.2), "").at(place(first.2), "");
        decoder
            .report(mistake.help("write the same limit everywhere, or leave it out for all holders but one"));
    }
}

/// A price per share means nothing if the number of shares is a notional one.
fn price_per_share(decoder: &Decoder<'_>, top: &Table, instrument: &Instrument, node: &Node) {
    let mut bases: Vec<(Vec<String>, CapBasis)> = Vec::new();
    let below = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    match &instrument.kind {
        Kind::Safe(safe) => bases.extend(safe.cap.iter().map(|cap| (below(&["valuation_cap"]), cap.basis))),
        Kind::Debt(Debt { conversion: Some(conversion), .. }) => {
            bases.extend(
                conversion.cap.iter().map(|cap| (below(&["conversion", "valuation_cap"]), cap.basis)),
            );
            bases.extend(
                conversion
                    .on_milestone
                    .iter()
                    .map(|on| (below(&["conversion", "on_milestone"]), on.at.basis)),
            );
        }
        Kind::Debt(_) | Kind::Equity(_) | Kind::Warrant(_) => return,
    }
    for (index, tranche) in instrument.tranches.iter().enumerate() {
        if let OwnCap::Own(cap) = &tranche.own.cap {
            bases.push((below(&["tranches", &index.to_string(), "valuation_cap"]), cap.basis));
        }
    }
    let shares_given = top.get("company").and_then(Node::table).is_some_and(|table| {
        ["fully_diluted_shares", "capitalization"].iter().any(|key| table.get(key).is_some())
    });
    for (path, basis) in bases {
        if basis == CapBasis::PerShare && !shares_given {
            let message = "a price per share needs the number of shares".to_owned();
            let path: Vec<&str> = path.iter().map(String::as_str).chain(["basis"]).collect();
            let place = place_below(node, &path);
            report(
                decoder,
                Code::ContradictoryTerms,
                message,
                Some(place),
                "state company.fully_diluted_shares, like \"12m\"",
            );
        }
    }
}

/// A tranche whose miss has consequences must be able to be missed: it has a last day, somebody may decline it, or
/// a milestone it waits for may be missed or lost.
fn never_missed(decoder: &Decoder<'_>, scenario: &Scenario, instrument: &Instrument, node: &Node) {
    let mut may_fail: Vec<bool> = vec![false; scenario.milestones.len()];
    for _ in &scenario.milestones {
        for (id, milestone) in scenario.milestones.iter().enumerate() {
            let lost = matches!(milestone.kind, MilestoneKind::Checked { throughout: true, .. });
            let waits = milestone.requires.iter().any(|required| may_fail[*required]);
            may_fail[id] = milestone.deadline.is_some() || lost || waits;
        }
    }
    for (index, tranche) in instrument.tranches.iter().enumerate() {
        let decided =
            matches!(tranche.decision, Decision::Investor(_) | Decision::Company(_) | Decision::Optimal(_));
        let shut = |gate: &Gate| matches!(gate, Gate::Milestone(id) if may_fail[*id]);
        let ends = tranche.by.is_some() || decided || tranche.gates.iter().any(shut);
        if tranche.missed == Missed::PlainDebt && !ends {
            let message = format!("`{}` waits without end, so it is never missed", tranche.name);
            let place = place_below(node, &["tranches", &index.to_string(), "funds", "missed"]);
            let help = "add a last day, like `by = 2027-12-31`, or give the milestone a `deadline`";
            report(decoder, Code::ContradictoryTerms, message, Some(place), help);
        }
    }
}

/// A debt due on one day must be funded before it.
fn maturity_and_funding(decoder: &Decoder<'_>, instrument: &Instrument, node: &Node) {
    let Kind::Debt(debt) = &instrument.kind else { return };
    let Some(MaturityDate::On(due)) = debt.maturity.as_ref().map(|maturity| maturity.due) else { return };
    for (index, tranche) in instrument.tranches.iter().enumerate() {
        let [first, last] = funding_days(decoder, tranche);
        let late = [("not_before", first), ("by", last)]
            .into_iter()
            .find(|(_, day)| day.is_some_and(|day| day >= due));
        if let Some((key, Some(day))) = late {
            let message = match key {
                "by" => format!("`{}` may be funded until {day}, and falls due on {due}", tranche.name),
                _ => format!("`{}` is funded from {day} on, and falls due on {due}", tranche.name),
            };
            let place = place_below(node, &["tranches", &index.to_string(), "funds", key]);
            let mistake = Diagnostic::new(Code::DateOrder, message).at(place, "");
            let mistake = mistake.at(place_below(node, &["maturity", "on"]), "due here");
            decoder.report(
                mistake.help(
                    "let it be funded before it falls due, or count maturity from funding with `after`",
                ),
            );
        }
    }
}

/// The first and the last day a tranche can be funded, as far as they are stated.
pub(super) fn funding_days(decoder: &Decoder<'_>, tranche: &Tranche) -> [Option<Day>; 2] {
    let day = |when: When| match when {
        When::On(day) => Some(day),
        When::After(span) => Some(decoder.valuation_date.plus(span)),
        When::DrawnDate(_) | When::DrawnSpan(_) => None,
    };
    let first =
        tranche.gates.iter().find_map(|gate| if let Gate::Date(when) = gate { day(*when) } else { None });
    let last = tranche.by.and_then(|by| if let Deadline::Date(when) = by { day(when) } else { None });
    [first, last]
}

/// A known number as `f64`.
pub(super) fn float(value: Decimal) -> f64 {
    f64::from_decimal(value)
}
