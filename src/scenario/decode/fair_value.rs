//! The section on fair value.

use super::Market;
use super::base::figure;
use super::decoder::{Decoder, fraction};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Clock, CreditModel, Curve, Failure, FairValue, Number, Scenario, Step, Timing};
use crate::number::{Amount, Decimal};
use crate::quantity::Span;
use crate::scenario::keys::{Kind, Limits};
use crate::scenario::language;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::{Node, Table};

pub(super) fn fair_value<'a>(
    decoder: &Decoder<'a>,
    reader: &TableReader<'a>,
    failure: Option<&Failure>,
) -> Option<FairValue> {
    let continuous = continuous(reader);
    let log = logarithm(continuous);
    let risk_free = risk_free(decoder, reader, &log);
    if reader.node("risk_free").is_none() && reader.node("risk_free_curve").is_none() {
        let mistake =
            Diagnostic::new(Code::MissingKey, "one of `risk_free` and `risk_free_curve` is missing");
        decoder.report(mistake.at(reader.place(), "").help("add one of them, like risk_free = \"4%\""));
    }
    let payout = fraction(reader, "payout_yield").map(&log);
    let volatility = volatility(decoder, reader);
    let credit = credit(decoder, reader, failure, log);
    let _ = continuous?;
    Some(FairValue {
        risk_free: risk_free?,
        payout_yield: payout?,
        volatility: match volatility {
            None => None,
            Some(volatility) => Some(volatility?),
        },
        credit: credit?,
    })
}

/// What the section says of rates and volatility, for the exact tables; its credit model is not looked at.
pub(super) fn market<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Market {
    let continuous = continuous(reader);
    let log = logarithm(continuous);
    Market {
        risk_free: risk_free(decoder, reader, &log),
        continuous: continuous == Some(true),
        payout_yield: fraction(reader, "payout_yield").map_or(0.0, &log),
        volatility: volatility(decoder, reader).flatten(),
        ipo_instead: Vec::new(),
    }
}

fn continuous(reader: &TableReader<'_>) -> Option<bool> {
    reader.choice("compounding").map(|word| word == "continuous")
}

/// A rate as quoted, as a logarithm a year.
fn logarithm(continuous: Option<bool>) -> impl Fn(Decimal) -> f64 {
    move |rate| {
        let rate = f64::from_decimal(rate);
        if continuous == Some(true) { rate } else { libm::log1p(rate) }
    }
}

fn risk_free(decoder: &Decoder<'_>, reader: &TableReader<'_>, log: impl Fn(Decimal) -> f64) -> Option<Curve> {
    reader.at_most_one(&["risk_free", "risk_free_curve"]);
    if reader.node("risk_free").is_some() {
        fraction(reader, "risk_free").map(|rate| Curve::flat(log(rate)))
    } else if reader.node("risk_free_curve").is_some() {
        curve(decoder, reader, log)
    } else {
        None
    }
}

/// The outer is absent if the key is, the inner if it cannot be read.
fn volatility<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Option<Number>> {
    let given = reader.node("volatility").is_some();
    given.then(|| decoder.number(reader, "volatility", "fair_value.volatility", false))
}

fn curve(decoder: &Decoder<'_>, reader: &TableReader<'_>, log: impl Fn(Decimal) -> f64) -> Option<Curve> {
    let place = reader.node("risk_free_curve").map_or(reader.place(), |node| node.place);
    let mut points = Vec::new();
    let mut complete = true;
    for (name, node) in reader.map("risk_free_curve") {
        let term = name.text.parse::<Span>();
        if let Err(error) = &term {
            let mistake = Diagnostic::new(Code::UnreadableValue, error.problem.clone()).at(name.place, "");
            decoder.report(mistake.help(error.fix.clone()));
        }
        let rate =
            decoder.context.literal(node, Kind::Rate, Limits::AboveMinusOne, "risk_free_curve", "\"4%\"");
        match (term, rate.as_ref().and_then(figure)) {
            (Ok(term), Some(rate)) => points.push((term.years(), log(rate))),
            _ => complete = false,
        }
    }
    if !complete {
        return None;
    }
    Curve::through(&points)
        .map_err(|error| {
            let mistake = Diagnostic::new(Code::DateOrder, error.to_string()).at(place, "");
            decoder.report(mistake.help("write it like { \"1 year\" = \"4.3%\", \"5 years\" = \"4%\" }"));
        })
        .ok()
}

fn credit<'a>(
    decoder: &Decoder<'a>,
    reader: &TableReader<'a>,
    failure: Option<&Failure>,
    log: impl Fn(Decimal) -> f64,
) -> Option<CreditModel> {
    let (key, node) = reader.one_of("credit_model")?;
    match key.name {
        "hazard" => {
            let table = TableReader::open(decoder.context, &language::HAZARD, node)?;
            let hazard = hazard(decoder, &table, failure);
            table.finish();
            hazard.map(CreditModel::Hazard)
        }
        "structural" => {
            TableReader::open(decoder.context, &language::STRUCTURAL, node)?.finish();
            Some(CreditModel::Structural)
        }
        name => {
            let spread = decoder.context.literal(node, Kind::Rate, Limits::NotNegative, name, "\"5%\"")?;
            let spread = log(figure(&spread)?);
            let of_spread =
                if name == "cash_spread" { CreditModel::CashSpread } else { CreditModel::BondAndOption };
            Some(of_spread(spread))
        }
    }
}

/// Failure as prices imply it; what is not stated is as the file expects it.
fn hazard<'a>(decoder: &Decoder<'a>, table: &TableReader<'a>, failure: Option<&Failure>) -> Option<Failure> {
    let path = "fair_value.credit_model.hazard";
    let given = |key: &'static str| {
        table.node(key).is_some().then(|| decoder.number(table, key, &format!("{path}.{key}"), false))
    };
    let (rate, recovery) = (given("rate"), given("recovery"));
    let missing = |key: &str, example: &str| {
        let message = format!("`{key}` is missing here, and there is no [failure] to take it from");
        let mistake = Diagnostic::new(Code::MissingKey, message).at(table.place(), "");
        decoder.report(mistake.help(format!("write it like {key} = {example}")));
    };
    let clock = match (rate, failure) {
        (Some(rate), _) => rate
            .map(|rate| Clock { probability: None, timing: Timing::Hazard(vec![Step { from: 0.0, rate }]) }),
        (None, Some(failure)) => Some(failure.clock.clone()),
        (None, None) => {
            missing("rate", "\"3%\"");
            None
        }
    };
    let recovery: Option<Number> = match (recovery, failure) {
        (Some(recovery), _) => recovery,
        (None, Some(failure)) => Some(failure.recovery),
        (None, None) => {
            missing("recovery", "\"40%\"");
            None
        }
    };
    Some(Failure { clock: clock?, recovery: recovery? })
}

/// Reports why a scenario has no risk-neutral counterpart.
pub(super) fn counterpart(decoder: &Decoder<'_>, top: &Table, scenario: &Scenario) {
    let Err(obstacles) = scenario.risk_neutral() else { return };
    for obstacle in obstacles {
        let place = place_of(top, &obstacle.key).or_else(|| top.get("fair_value").map(|node| node.place));
        let message = format!("there is no fair value: {}", obstacle.problem);
        let mistake = Diagnostic::new(Code::NoFairValue, message);
        let mistake = match place {
            Some(place) => mistake.at(place, ""),
            None => mistake,
        };
        decoder.report(mistake.help(obstacle.help));
    }
}

/// The place of a key by its path through tables; that of the last table on the way that is there.
fn place_of(top: &Table, path: &str) -> Option<crate::diagnostic::Place> {
    let mut node: Option<&Node> = None;
    for name in path.split('.') {
        let table = node.map_or(Some(top), Node::table);
        match table.and_then(|table| table.get(name)) {
            Some(below) => node = Some(below),
            None => break,
        }
    }
    node.map(|node| node.place)
}
