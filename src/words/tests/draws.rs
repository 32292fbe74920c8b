use super::path::certain;
use crate::model::{Clock, Number, Scenario, Timing, Unit, Variable, When};
use crate::plan::Plan;
use crate::random::family::Constant;
use crate::simulate::fixture::{after, hazard, known};
use crate::simulate::replay;
use crate::words::{path, path_json};

/// Variables with known values in every unit, and clocks that are certain to ring or not to.
fn drawn() -> Scenario {
    let mut deal = certain();
    let variable = |name: &str, value, unit| Variable {
        name: name.into(),
        family: Constant::new(value).unwrap().into(),
        unit,
        repeated: false,
        text: String::new(),
    };
    deal.variables = vec![
        variable("amount", 1_234.5, Unit::Money),
        variable("rate", 0.065, Unit::Fraction),
        variable("step", 1.25, Unit::Multiple),
        variable("wait", 0.5, Unit::Years),
        variable("day", 100.0 / 365.25, Unit::Date),
        variable("jumps", 0.75, Unit::Number),
        Variable { repeated: true, ..variable("gap", 1.5, Unit::Years) },
    ];
    let rounds = deal.rounds.as_mut().unwrap();
    rounds.first = Clock { probability: Some(known(1_00)), timing: Timing::When(When::DrawnDate(4)) };
    rounds.then = Some(When::DrawnSpan(6));
    let mut milestone = super::life::milestone("first", "First gigawatt");
    milestone.kind =
        crate::model::MilestoneKind::Timed(Clock { probability: Some(Number::Known(0.into())), ..after(12) });
    deal.milestones = vec![milestone];
    deal.factors =
        vec![crate::model::Factor { name: "rival".into(), drift: known(0), volatility: known(10) }];
    deal.ipo = Some(crate::model::Ipo { clock: hazard(0), new_money: None });
    deal
}

#[test]
fn every_column_of_the_plan_is_shown_once_in_its_unit() {
    let deal = drawn();
    let plan = Plan::new(&deal).unwrap();
    let replay = replay(&plan, 5);
    let text = path(&deal, &plan, &replay);
    let draws: Vec<&str> = text
        .lines()
        .skip_while(|line| *line != "Draws")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .collect();
    // 100 days after 2026-01-01; rounds on day 100, 100 + 547.875 and 100 + 1,095.75, the horizon is day 1,826, so
    // there are four with the one on day 1,743.625
    let known = [
        "amount $1,234.50",
        "rate 6.5%",
        "step 1.25x",
        "wait 0.5 years",
        "day 2026-04-11",
        "jumps 0.75",
        "gap one for each round: 1.5 years, 1.5 years, 1.5 years, 1.5 years",
    ];
    for (line, expected) in draws.iter().zip(known) {
        assert_eq!(line.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{text}");
    }
    let sampled = |number: usize, starts: &str, ends: &str| {
        assert!(draws[number].trim().starts_with(starts) && draws[number].ends_with(ends), "{text}");
    };
    sampled(7, "the company's value", "standard normal over the whole horizon");
    sampled(8, "factor \"rival\"", "standard normal over the whole horizon");
    sampled(9, "the first round", "happens above 1 − 1 = 0: above, so it happens");
    sampled(10, "milestone \"First gigawatt\"", "happens above 1 − 0 = 1: not above, so it does not");
    assert!(
        draws[11].contains("the IPO")
            && draws[11].contains("waits until its hazard adds up to −ln(1 − u) = ")
    );
    assert_eq!(draws.len(), plan.world.columns.len());
}

#[test]
fn the_same_draws_in_json() {
    let deal = drawn();
    let plan = Plan::new(&deal).unwrap();
    let replay = replay(&plan, 5);
    let json = path_json(&deal, &plan, &replay);
    assert_eq!(
        json["draws"][1],
        serde_json::json!({ "name": "rate", "kind": "variable", "unit": "fraction", "values": [0.065] })
    );
    assert_eq!(json["draws"][6]["values"], serde_json::json!([1.5, 1.5, 1.5, 1.5]));
    assert_eq!(json["draws"][7]["normal"], serde_json::json!(replay.draws[7]));
    assert_eq!(json["draws"][9]["probability"], serde_json::json!(1.0));
    let (uniform, hazard) = (replay.draws[11], json["draws"][11]["hazard"].as_f64().unwrap());
    // 1 − exp(−hazard) is the uniform, to a few roundings
    assert!((-libm::expm1(-hazard) - uniform).abs() < 1e-15);
}
