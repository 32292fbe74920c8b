//! Sales in the exact tables, worked by hand: after the round, with caps that end, and with SAFEs that own too much.

#![expect(clippy::cast_possible_truncation, reason = "whole amounts, far from the end of the range")]

use std::path::Path;

use cabrio::capital::{CapitalError, after_round, round_table, sale_table};
use cabrio::model::CapitalStructure;
use cabrio::number::Decimal;
use cabrio::scenario::{Reading, load_bytes_as};
use serde_json::Value;

fn read(text: &str) -> CapitalStructure {
    let loaded =
        load_bytes_as(Reading::Structure, "case.toml", text.to_owned().into_bytes(), Path::new("."), &[]);
    let said: Vec<_> = loaded.diagnostics.sorted().iter().map(|found| found.message.clone()).collect();
    assert!(said.is_empty(), "{said:?}\n{text}");
    loaded.structure.expect("a structure").capital
}

fn structure(text: &str) -> CapitalStructure {
    read(&format!("deal = {{ title = \"T\", valuation_date = 2026-01-01 }}\n{text}"))
}

fn json<T: serde::Serialize>(table: &T) -> Value {
    serde_json::from_str(&serde_json::to_string(table).expect("JSON")).expect("JSON")
}

fn sale(structure: &CapitalStructure, exits: &[i64]) -> Value {
    let exits: Vec<Decimal> = exits.iter().map(|exit| Decimal::from(*exit)).collect();
    json(&sale_table(structure, &exits, &[]).expect("a table"))
}

/// Payouts by class at the price of this place, in whole cents.
fn cents(table: &Value, place: usize) -> Vec<(String, i64)> {
    let classes = table["exits"][place]["classes"].as_array().expect("classes");
    let row = |class: &Value| {
        let cents = (class["payout"].as_f64().expect("a payout") * 100.0).round();
        (class["class"].as_str().expect("a name").to_owned(), cents as i64)
    };
    classes.iter().map(row).collect()
}

#[track_caller]
fn assert_paid(table: &Value, place: usize, dollars: &[(&str, i64)]) {
    let expected: Vec<_> = dollars.iter().map(|(name, paid)| ((*name).to_owned(), paid * 100)).collect();
    assert_eq!(cents(table, place), expected);
}

/// Bends as `price, class, turn`, in whole currency.
fn bends(table: &Value) -> Vec<(i64, String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let row = |bend: &Value| {
        (bend["exit"].as_f64().expect("a price").round() as i64, text(&bend["class"]), text(&bend["turn"]))
    };
    table["breakpoints"].as_array().expect("bends").iter().map(row).collect()
}

#[track_caller]
fn assert_bends(table: &Value, from: i64, expected: &[(i64, &str, &str)]) {
    let found: Vec<_> = bends(table).into_iter().filter(|bend| bend.0 >= from).collect();
    let expected: Vec<_> =
        expected.iter().map(|(at, a, b)| (*at, (*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(found, expected);
}

const SEED: &str = "company.capitalization.common = { Founders = \"9m\" }
[[instruments]]
name = \"SAFE\"
kind = \"safe\"
holder = \"Angel\"
valuation_cap = { amount = \"$10m\", basis = \"post_money\" }
tranches = [{ amount = \"$1m\" }]
[round]
name = \"Series A\"
date = 2026-07-01
pre_money = \"$20m\"
new_money = \"$5m\"
series = { liquidation_preference = \"1x\" }
";

#[test]
fn a_sale_after_the_round_is_of_the_table_it_leaves() {
    // The SAFE becomes 1m shares at $1 of 10m before the money, at $2 a share; 2.5m new ones. Claims of $1m and $5m of
    // one rank: of $4m two thirds each. With $12m, $6m are left for 9m common shares, too little to convert for. With
    // $20m the SAFE converts, at (20 − 5)/10; with $50m all do, at 50/12.5.
    let (after, round) = after_round(&structure(SEED)).expect("a round");
    let table = sale(&after, &[6_000_000, 12_000_000, 20_000_000, 50_000_000, 3_000_000]);
    assert_paid(&table, 0, &[("Common", 0), ("SAFE", 1_000_000), ("Series A", 5_000_000)]);
    assert_paid(&table, 1, &[("Common", 6_000_000), ("SAFE", 1_000_000), ("Series A", 5_000_000)]);
    assert_paid(&table, 2, &[("Common", 13_500_000), ("SAFE", 1_500_000), ("Series A", 5_000_000)]);
    assert_paid(&table, 3, &[("Common", 36_000_000), ("SAFE", 4_000_000), ("Series A", 10_000_000)]);
    assert_paid(&table, 4, &[("Common", 0), ("SAFE", 500_000), ("Series A", 2_500_000)]);
    assert_bends(
        &table,
        6_000_001,
        &[(15_000_000, "SAFE", "converts"), (25_000_000, "Series A", "converts")],
    );
    assert_eq!((table["date"].as_str(), round.round.as_str()), (Some("2026-07-01"), "Series A"));
    assert_eq!((round.post_money.0, round.price.0), (Decimal::from(25_000_000), Decimal::TWO));
    assert_eq!(table["exits"][3]["holders"][1]["holder"], "Angel");
}

#[test]
fn without_a_shadow_series_what_converts_has_the_preference_of_the_round() {
    // 1m shares of $2 each: of $3.5m, $1m beside the $2.5m for the claim of $5m
    let text = SEED.replace("[round]\n", "[round]\nshadow_series = false\n");
    let (after, _) = after_round(&structure(&text)).expect("a round");
    let table = sale(&after, &[3_500_000, 7_000_000]);
    assert_paid(&table, 0, &[("Common", 0), ("SAFE", 1_000_000), ("Series A", 2_500_000)]);
    assert_paid(&table, 1, &[("Common", 0), ("SAFE", 2_000_000), ("Series A", 5_000_000)]);
}

#[test]
fn after_a_flotation_all_shares_are_common() {
    // 9m, 1m and 2.5m of 12.5m
    let text = SEED.replace("[round]\n", "[round]\nkind = \"ipo\"\n");
    let (after, _) = after_round(&structure(&text)).expect("a round");
    let table = sale(&after, &[1_250_000]);
    assert_paid(&table, 0, &[("Common", 1_250_000)]);
    let holders = table["exits"][0]["holders"].as_array().expect("holders");
    let paid: Vec<_> = holders.iter().map(|each| each["payout"].as_f64().expect("a payout")).collect();
    assert_eq!(paid, [900_000.0, 100_000.0, 250_000.0]);
}

#[test]
fn what_an_ownership_limit_leaves_debt_is_paid_as_debt() {
    // The limit lets $1m of $2m convert (worked in the tables' own tests): of $1.5m, $1m goes to what is left of the
    // note, and the rest to claims of $1m (converted) and $2m (new)
    let text = "company.capitalization.common = \"8m\"\n[[instruments]]\nname = \"Note\"\nkind = \"convertible_note\"\nconversion = { qualified_financing = \"$0\", ownership_limit = \"10%\" }\ntranches = [{ amount = \"$2m\" }]\n[round]\nname = \"A\"\npre_money = \"$8m\"\nnew_money = \"$2m\"\nseries = { liquidation_preference = \"1x\" }\n";
    let (after, _) = after_round(&structure(text)).expect("a round");
    let table = sale(&after, &[1_600_000]);
    let paid = [("Common", 0), ("Note", 200_000), ("A", 400_000), ("Note, unconverted", 1_000_000)];
    assert_paid(&table, 0, &paid);
}

/// The round of the printed table: anti-dilution, SAFEs, a note, a loan, options, a pool and a right to buy along.
#[test]
fn at_a_huge_price_everyone_has_its_part_of_the_captable() {
    let text = std::fs::read_to_string("tests/data/capital/round.toml").expect("the file");
    let before = read(&text);
    let captable = json(&round_table(&before, &[]).expect("a table"));
    let (after, _) = after_round(&before).expect("a round");
    let exit = 1_000_000_000_000_000;
    let table = sale(&after, &[exit]);
    let number = |value: &Value| value.as_f64().expect("a number");
    let holdings = captable["after"]["holders"].as_array().expect("holders");
    let pool = holdings.iter().find(|each| each["holder"] == "Unallocated pool").expect("a pool");
    let shares = number(&captable["after"]["total_shares"]) - number(&pool["as_converted"]);
    let paid = table["exits"][0]["holders"].as_array().expect("holders");
    let mut all = 0.0;
    for each in paid {
        all += number(&each["payout"]);
        let owned = holdings.iter().find(|other| other["holder"] == each["holder"]);
        let owned = owned.map_or(0.0, |owned| number(&owned["as_converted"]) / shares);
        // The loan ($324,000 with interest) and the strikes of the options ($50,000) are all that is not shared.
        let apart = 374_000.0 / exit as f64;
        let part = number(&each["payout"]) / exit as f64;
        assert!((part - owned).abs() <= apart, "{}: {part}, owns {owned}", each["holder"]);
    }
    assert!((all / exit as f64 - 1.0).abs() < 1e-14, "{all}");
}

#[test]
fn a_sale_after_no_round_is_refused() {
    let text = SEED.split("[round]").next().expect("text");
    assert_eq!(after_round(&structure(text)).err(), Some(CapitalError::NoRoundBeforeSale));
}

#[test]
fn where_a_cap_ends_the_payoffs_jump() {
    // A tenth of what Seed's $3.1m leaves up to $30m, which is $1m at $13.1m; then its $1m back. So 8m common shares get
    // (30 − 1 − 3.1)/8m instead of 0.9 · (30 − 3.1)/8m = $3.03, or with the preferred shares (30 − 1)/9m = $3.22: from
    // there it pays to convert them
    let text = "company.capitalization = { common = \"8m\", preferred = [{ name = \"Seed\", shares = \"1m\", issue_price = \"$3.10\" }] }\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\nvaluation_cap = { amount = \"$10m\", basis = \"post_money\", only_if_pre_money_below = \"$30m\" }\ntranches = [{ amount = \"$1m\" }]\n";
    let table = sale(&structure(text), &[20_000_000, 30_000_000]);
    assert_bends(
        &table,
        4_100_001,
        &[
            (13_100_000, "SAFE", "converts"),
            (30_000_000, "SAFE", "cap_ends"),
            (30_000_000, "Seed", "converts"),
        ],
    );
    assert_eq!(table["conversion_thresholds"].as_array().expect("rows").len(), 2);
    let last = &table["breakpoints"].as_array().expect("bends")
        [table["breakpoints"].as_array().expect("bends").len() - 1];
    assert!((last["per_common_share"].as_f64().expect("a price") - 29.0 / 9.0).abs() < 1e-12);
    assert_eq!(cents(&table, 1)[2], ("SAFE".to_owned(), 100_000_000));
    assert_eq!(table["notes"], serde_json::json!([]));
}

#[test]
fn where_a_safe_joins_a_share_may_fall_below_a_strike() {
    // A quarter and a tenth. With A alone 6.5m shares are 75% of 8.67m; it joins where these are worth $4m, at
    // 6m · 0.4615 and two claims of $1m, and the options are exercised from
    // 8.17m · 1.02 + 1m on. B joins where 10m shares are worth $1: at 6m + 2.5m + 1m. Just below, a share was worth
    // (9.5m − 1m + 0.51m)/8.67m = $1.04; at $1 the options are not exercised any more, until 9.5m · 1.02.
    let safe = |name: &str, cap: &str| {
        format!(
            "[[instruments]]\nname = \"{name}\"\nkind = \"safe\"\nvaluation_cap = {{ amount = \"{cap}\", basis = \"post_money\" }}\ntranches = [{{ amount = \"$1m\" }}]\n"
        )
    };
    let text = format!(
        "company.capitalization = {{ common = \"6m\", options = [{{ name = \"Staff\", shares = 500000, strike = \"$1.02\" }}] }}\n{}{}",
        safe("A", "$4m"),
        safe("B", "$10m"),
    );
    assert_bends(
        &sale(&structure(&text), &[1]),
        2_000_001,
        &[
            (4_769_231, "A", "converts"),
            (9_330_000, "Staff", "exercises"),
            (9_500_000, "B", "converts"),
            (9_500_000, "Staff", "reverts"),
            (9_690_000, "Staff", "exercises"),
        ],
    );
}

#[test]
fn safes_that_own_too_much_are_refused_only_where_they_would_convert() {
    // Two SAFEs of $60 at caps of $100 (worked in the tests of the clause): paid in cash up to $160
    let safe = |name: &str| {
        format!(
            "[[instruments]]\nname = \"{name}\"\nkind = \"safe\"\nvaluation_cap = {{ amount = \"$100\", basis = \"post_money\" }}\ntranches = [{{ amount = \"$60\" }}]\n"
        )
    };
    let text = format!("company.capitalization.common = 10\n{}{}", safe("A"), safe("B"));
    let structure = structure(&text);
    let table = sale(&structure, &[150]);
    assert_paid(&table, 0, &[("Common", 30), ("A", 60), ("B", 60)]);
    assert_eq!(
        table["notes"][0],
        "Above $160 a sale cannot be divided: at their caps the SAFEs own 120.0000% of the company."
    );
    let refused = sale_table(&structure, &[Decimal::from(161)], &[]).expect_err("no outcome").to_string();
    assert_eq!(
        refused,
        "a sale for $161 cannot be divided: at their caps the SAFEs own 120.0000% of the company"
    );
}
