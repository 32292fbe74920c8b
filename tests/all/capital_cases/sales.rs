use serde_json::Value;

use super::{Case, HEAD, each, list, money, named, text};

/// Classes of stock and debts as a file: common classes are holders of common shares.
fn scenario(case: &Case) -> String {
    let stock = list(case.input("classes"));
    let common: Vec<String> = stock
        .iter()
        .filter(|class| class["type"] == "common")
        .map(|class| format!("{} = {}", text(&class["id"]), class["shares"]))
        .collect();
    let mut scenario = format!("{HEAD}valuation_date = 2026-01-01\n[company.capitalization]\n");
    if !common.is_empty() {
        scenario.push_str(&format!("common = {{ {} }}\n", common.join(", ")));
    }
    for class in stock.iter().filter(|class| class["type"] == "preferred") {
        scenario.push_str(&preferred(class));
    }
    for debt in list(case.input("debts")) {
        scenario.push_str(&format!(
            "[[instruments]]\nname = {}\nkind = \"loan\"\nseniority = {}\ntranches = [{{ amount = {} }}]\n",
            debt["id"],
            debt["seniority"],
            money(&debt["claim"])
        ));
    }
    scenario
}

fn preferred(class: &Value) -> String {
    let mut text = format!(
        "[[company.capitalization.preferred]]\nname = {}\nshares = {}\ninvested = {}\nratio = {}\nliquidation_preference = \
         \"{}x\"\nseniority = {}\n",
        class["id"],
        class["shares"],
        money(&class["invested"]),
        class["ratio"],
        class["multiple"],
        class["seniority"]
    );
    if class["participating"] == true {
        match &class["cap"] {
            Value::Null => text.push_str("participation = \"full\"\n"),
            cap => text.push_str(&format!("participation = \"capped\"\nparticipation_cap = \"{cap}x\"\n")),
        }
    }
    if class["accrued_dividend"].as_f64() > Some(0.0) {
        let added = if class["cap_addon"].is_null() { "" } else { ", within_participation_cap = false" };
        text.push_str(&format!("dividends = {{ owed = {}{added} }}\n", money(&class["accrued_dividend"])));
    }
    text
}

/// By class, or by holder for those of common.
fn check_payouts(case: &Case, table: &Value) {
    let exit = &table["exits"][0];
    for (name, expected) in case.expected("payouts").as_object().unwrap() {
        let class = &named(&exit["classes"], "class", name)["payout"];
        let paid = if class.is_null() { &named(&exit["holders"], "holder", name)["payout"] } else { class };
        case.check(name, paid, expected);
    }
}

#[test]
fn waterfalls() {
    each("waterfall", 27, |case| {
        check_payouts(case, &case.waterfall(&scenario(case), case.input("exit_proceeds")));
    });
}

#[test]
fn conversion_thresholds() {
    each("waterfall_conversion_thresholds", 2, |case| {
        let table = case.waterfall(&scenario(case), &Value::from(1_000_000));
        for (name, expected) in case.expected("thresholds").as_object().unwrap() {
            case.check(name, &named(&table["conversion_thresholds"], "class", name)["exit"], expected);
        }
    });
}

#[test]
fn safes_at_a_sale() {
    each("safe_liquidity_event", 1, |case| {
        let mut scenario = format!(
            "{HEAD}valuation_date = 2026-01-01\n[company.capitalization]\ncommon = {{ holders = {} }}\n",
            case.input("founder_shares")
        );
        for safe in list(case.input("safes")) {
            scenario.push_str(&format!(
                "[[instruments]]\nname = {}\nkind = \"safe\"\nvaluation_cap = {{ amount = {}, basis = \"post_money\" \
                 }}\ntranches = [{{ amount = {} }}]\n",
                safe["id"],
                money(&safe["post_money_cap"]),
                money(&safe["amount"])
            ));
        }
        check_payouts(case, &case.waterfall(&scenario, case.input("proceeds")));
    });
}

#[test]
fn a_note_in_a_change_of_control() {
    each("change_of_control", 1, |case| {
        assert_eq!(case.input("accrued_interest"), 0);
        let scenario = format!(
            "{HEAD}valuation_date = 2026-01-01\n[[instruments]]\nname = \"Note\"\nkind = \"loan\"\nchange_of_control = {{ \
             principal_multiple = \"{}x\" }}\ntranches = [{{ amount = {} }}]\n",
            case.input("principal_multiple"),
            money(case.input("principal"))
        );
        let table = case.waterfall(&scenario, &Value::from(1_000_000_000));
        let note = named(&table["exits"][0]["classes"], "class", "Note");
        case.check("payout", &note["payout"], case.expected("payout"));
    });
}
