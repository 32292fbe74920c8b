use serde_json::{Value, json};

use super::path::certain;
use crate::model::{Ipo, Sale, Scenario};
use crate::plan::Plan;
use crate::simulate::fixture::{after, known};
use crate::simulate::replay;
use crate::words::path_json;

fn told(scenario: &Scenario) -> Value {
    let plan = Plan::new(scenario).unwrap();
    path_json(scenario, &plan, &replay(&plan, 0))
}

/// The note is sold with the company after a year, before any round.
fn sold() -> Scenario {
    let mut deal = certain();
    deal.rounds = None;
    deal.sale = Some(Sale { clock: after(12), premium: None, ipo_instead: Vec::new() });
    deal
}

#[test]
fn exact_amounts_are_strings_and_the_rest_numbers() {
    // hand-worked: 100 in; after a year 2 · 100 + 6 = 206
    let json = told(&sold());
    assert_eq!(json["path"], 0);
    assert_eq!(json["required_return"], "0.1");
    assert_eq!(json["valuation_date"], "2026-01-01");
    assert_eq!(
        json["cash"][0],
        json!({
            "date": "2026-01-01", "t": 0.0, "instrument": "Note", "tranche": "tranche 1", "counted": true,
            "reason": "funding", "amount": "-100", "discount_factor": 1.0, "present_value": "-100",
        })
    );
    assert_eq!(json["cash"][1]["amount"], "206");
    assert_eq!(json["cash"][1]["reason"], "sale_proceeds");
    assert_eq!(json["totals"]["invested"], "100");
    assert_eq!(json["totals"]["received"], "206");
    assert_eq!(json["totals"]["moic"], "2.06");
    let fast = json["totals"]["present_value_fast"].as_f64().unwrap();
    let exact: f64 = json["totals"]["present_value_exact"].as_str().unwrap().parse().unwrap();
    // 2026-01-01 to 2027-01-01 are 365 days of a year of 365.25: 206/1.1^(365/365.25) − 100 = 87.2849446440636,
    // a few roundings from either
    assert!((fast - 87.284_944_644_063_6).abs() < 1e-12 && (exact - fast).abs() < 1e-12);
    assert_eq!(json["totals"]["difference"], json!(fast - exact));
    assert_eq!(
        json["ends"],
        json!([{
            "instrument": "Note", "tranche": "tranche 1", "branch": "sale_paid", "label": "paid off in a sale",
            "date": "2027-01-01", "t": 365.0 / 365.25,
        }])
    );
}

#[test]
fn clauses_carry_the_facts_of_their_arithmetic() {
    let json = told(&sold());
    let names: Vec<&str> =
        json["clauses"].as_array().unwrap().iter().map(|note| note["clause"].as_str().unwrap()).collect();
    assert_eq!(names, ["funded", "distributed", "owed", "waterfall"]);
    assert_eq!(json["clauses"][1]["tranche"], Value::Null);
    assert_eq!(json["clauses"][1]["other_shares"], "1000");
    assert_eq!(
        json["clauses"][2],
        json!({
            "date": "2027-01-01", "t": 365.0 / 365.25, "instrument": "Note", "tranche": "tranche 1", "clause": "owed",
            "principal": "100", "interest": "6", "rate": "0.06", "from": "2026-01-01", "until": "2027-01-01",
        })
    );
    // 106 at a cap of 0.80 a share
    assert_eq!(json["clauses"][3]["debt"], json!({ "claim": "206", "shares": "132.5", "payout": "206" }));
}

#[test]
fn a_conversion_names_its_terms() {
    let mut deal = certain();
    deal.rounds = None;
    deal.ipo = Some(Ipo { clock: after(12), new_money: Some(known(20)) });
    let json = told(&deal);
    assert_eq!(json["events"][0]["kind"], "ipo");
    let converted =
        json["clauses"].as_array().unwrap().iter().find(|note| note["clause"] == "converted").unwrap();
    assert_eq!(converted["claim"], "106");
    assert_eq!(converted["fraction"], "1");
    assert_eq!(converted["basis"], "discount");
    assert_eq!(converted["discount"], "0.2");
    assert_eq!(converted["cap"], json!({ "amount": "800", "basis": "pre_money" }));
    assert_eq!(converted["stacked"], false);
}

#[test]
fn events_say_which_round_and_which_milestone() {
    let mut deal = certain();
    deal.milestones = vec![super::life::milestone("first", "First gigawatt")];
    let json = told(&deal);
    let events = json["events"].as_array().unwrap();
    let find = |kind: &str| events.iter().find(|event| event["kind"] == kind).unwrap();
    assert_eq!(find("round")["round"], 1);
    assert_eq!(find("milestone_reached")["milestone"], "first");
    assert_eq!(events.last().unwrap()["kind"], "horizon");
}
