//! Clauses of the exact tables that the cases from outside do not reach, worked by hand.

use std::path::Path;

use cabrio::capital::{round_table, sale_table};
use cabrio::model::CapitalStructure;
use cabrio::number::Decimal;
use cabrio::scenario::{Reading, load_bytes_as};
use serde_json::Value;

fn structure(text: &str) -> CapitalStructure {
    let text = format!("deal = {{ title = \"T\", valuation_date = 2026-01-01 }}\n{text}");
    let loaded =
        load_bytes_as(Reading::Structure, "case.toml", text.clone().into_bytes(), Path::new("."), &[]);
    let said: Vec<_> = loaded.diagnostics.sorted().iter().map(|found| found.message.clone()).collect();
    assert!(said.is_empty(), "{said:?}\n{text}");
    loaded.structure.expect("a structure").capital
}

fn captable(text: &str) -> Value {
    let table = round_table(&structure(text), &[]).expect("a table");
    serde_json::from_str(&serde_json::to_string(&table).expect("JSON")).expect("JSON")
}

fn waterfall(text: &str, exit: i64) -> Value {
    let table = sale_table(&structure(text), &[Decimal::from(exit)], &[]).expect("a table");
    serde_json::from_str(&serde_json::to_string(&table).expect("JSON")).expect("JSON")
}

/// Within the last digits of 24.
#[track_caller]
fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("no number: {found}"));
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found}, expected {expected}");
}

#[test]
fn a_ratchet_and_the_price_of_a_flotation_settle_together() {
    // 8m·P + 1m·max(P, 12) = $60m gives P = 6, and two shares for one
    let table = captable(
        "company.capitalization = { common = \"8m\", preferred = [{ name = \"E\", shares = \"1m\", issue_price = \"$10\", ipo_ratchet = { of_issue_price = \"1.2x\" } }] }\n[round]\nkind = \"ipo\"\npre_money = \"$60m\"\n",
    );
    let ratchet = &table["round"]["ipo_ratchets"][0];
    close(&table["round"]["price"], 6.0);
    close(&ratchet["ratio"], 2.0);
    close(&ratchet["conversion_price"], 5.0);
    close(&table["after"]["total_shares"], 10_000_000.0);
}

#[test]
fn who_does_not_pay_plays() {
    // a quarter of 1m stays; of the other 750,000 ten make one
    let table = captable(
        "company.capitalization = { common = \"8m\", preferred = [{ name = \"A\", shares = \"1m\", issue_price = \"$1\", pay_to_play = { buys = \"25%\", shares_per_common = 10, applies_in = \"all_rounds\" } }] }\nround = { price_per_share = \"$1\", new_money = \"$1m\" }\n",
    );
    close(&table["round"]["pay_to_play"][0]["preferred"], 250_000.0);
    close(&table["round"]["pay_to_play"][0]["common"], 75_000.0);
    close(&table["after"]["total_shares"], 8_000_000.0 + 325_000.0 + 1_000_000.0);
}

#[test]
fn rights_to_buy_along() {
    // A tenth of 2m new shares at $1, out of the money of the others
    let table = captable(
        "company.capitalization.common = { Founders = \"9m\", Angel = \"1m\" }\nround = { price_per_share = \"$1\", new_money = \"$2m\", pro_rata = [{ holder = \"Angel\" }] }\n",
    );
    let bought = &table["round"]["investors"];
    close(&bought[0]["amount"], 1_800_000.0);
    close(&bought[1]["shares"], 200_000.0);
    close(&table["round"]["total_shares"], 12_000_000.0);
    // A SAFE of a tenth: 1m shares of 10m at $2, and a tenth of 1m new ones on top
    let table = captable(
        "company.capitalization.common = \"9m\"\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\nholder = \"Angel\"\nvaluation_cap = { amount = \"$10m\", basis = \"post_money\" }\ntranches = [{ amount = \"$1m\" }]\n[round]\npre_money = \"$20m\"\nnew_money = \"$2m\"\npro_rata = [{ holder = \"Angel\", on_top = true }]\n",
    );
    close(&table["round"]["price"], 2.0);
    close(&table["round"]["new_money"], 2_200_000.0);
    close(&table["round"]["investors"][1]["shares"], 100_000.0);
}

#[test]
fn grants_are_added_to_the_shares_of_their_holder() {
    // Max: 1m shares, 1m options at $1, 2m warrants at nothing; Ada: 6m. A tenth for each million
    let company = "company.capitalization = { common = { Ada = \"6m\", Max = \"1m\" }, options = [{ name = \"ES-3\", holder = \"Max\", shares = \"1m\", strike = \"$1\" }], warrants = [{ name = \"CW-1\", holder = \"Max\", shares = \"2m\", strike = \"$0\" }] }\n";
    let table = captable(&format!(
        "{company}[round]\nprice_per_share = \"$1\"\nnew_money = \"$1m\"\npro_rata = [{{ holder = \"Max\" }}]\n"
    ));
    let holders = &table["before"]["holders"];
    assert_eq!(holders.as_array().map(Vec::len), Some(2));
    close(&holders[1]["ownership"], 0.4);
    close(&table["round"]["investors"][1]["shares"], 400_000.0);
    // of $29m net of strikes a share gets (29 + 1) / 10 = $3
    let sale = waterfall(company, 29_000_000);
    close(&sale["exits"][0]["holders"][1]["payout"], 3.0e6 + 2.0e6 + 6.0e6);
}

#[test]
fn a_safe_in_a_sale_does_not_count_shares_that_take_their_preference() {
    // Series A takes $16m of $30m, and the SAFE owns a tenth of the 8m / 0.9 shares left. It converts from $26m on, where
    // that is $1m; the series from 16m / 3.2m = $5 a share on, of 11.2m / 0.9 shares
    let table = waterfall(
        "company.capitalization = { common = \"8m\", preferred = [{ name = \"Series A\", shares = \"3.2m\", issue_price = \"$5\" }] }\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\nvaluation_cap = { amount = \"$10m\", basis = \"post_money\" }\ntranches = [{ amount = \"$1m\" }]\n",
        30_000_000,
    );
    let classes = &table["exits"][0]["classes"];
    close(&classes[2]["payout"], 1_400_000.0);
    close(&classes[2]["as_converted"], 8.0e6 / 9.0);
    close(&classes[1]["payout"], 16_000_000.0);
    close(&classes[1]["as_converted"], 3_200_000.0);
    assert_eq!(classes[1]["converted"], false);
    let thresholds = &table["conversion_thresholds"];
    close(&thresholds[0]["exit"], 5.0 * 11.2e6 / 0.9);
    close(&thresholds[1]["exit"], 26_000_000.0);
    // a discount beside the cap is for rounds; 2m shares at $2.5: a tenth of what $5m leaves is $1m at $15m
    let table = waterfall(
        "company.capitalization = { common = \"8m\", preferred = [{ name = \"A\", shares = \"2m\", issue_price = \"$2.5\" }] }\n[[instruments]]\nname = \"D\"\nkind = \"safe\"\ndiscount = \"20%\"\nvaluation_cap = { amount = \"$10m\", basis = \"post_money\" }\ntranches = [{ amount = \"$1m\" }]\n",
        30_000_000,
    );
    close(&table["conversion_thresholds"][1]["exit"], 15_000_000.0);
}

#[test]
fn what_a_table_takes_for_granted_stands_in_its_notes() {
    let notes = |text: &str| captable(text)["notes"].to_string();
    let note = "company.fully_diluted_shares = \"10m\"\n[[instruments]]\nname = \"N\"\nkind = \"convertible_note\"\nconversion = { qualified_financing = \"$1m\" }\nmaturity = { on = 2026-06-01 }\ntranches = [{ amount = \"$1m\" }]\n[round]\npre_money = \"$10m\"\nnew_money = \"$1m\"\n";
    assert!(!notes(note).contains("falls due"));
    assert!(
        notes(&format!("{note}date = 2026-12-01\n")).contains("N falls due on 2026-06-01, before 2026-12-01")
    );
    // $10m over 10m shares is $1, below Seed's $2
    let company = "company.capitalization = { common = \"8m\", preferred = [{ name = \"Seed\", shares = \"2m\", issue_price = \"$2\", anti_dilution = \"full_ratchet\" }] }\nround = { new_money = \"$2m\", ";
    assert!(notes(&format!("{company}pre_money = \"$10m\" }}")).contains("Seed converts into more shares"));
    assert!(!notes(&format!("{company}pre_money = \"$30m\" }}")).contains("Seed"));
}

#[test]
fn a_round_that_cannot_close_is_told_as_it_was_asked_for() {
    // $1m of $25m is 4% of each further share at the round's price, more than its cap gives beside a pool of 85%; new money
    // is 20%
    let text = |amount: &str, pool: &str| {
        format!(
            "company.capitalization = {{ common = \"8m\", pool = 500000 }}\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\nvaluation_cap = {{ amount = \"$10m\", basis = \"post_money\" }}\ntranches = [{{ amount = \"{amount}\" }}]\n[round]\npre_money = \"$20m\"\nnew_money = \"$5m\"\npool = {{ unallocated = \"{pool}\" }}\n"
        )
    };
    let said = |amount: &str, pool: &str| {
        round_table(&structure(&text(amount, pool)), &[]).expect_err("a refusal").to_string()
    };
    let much = said("$1m", "85%");
    assert!(
        much.contains("109.0000% of the company (conversions 4.0000%, new money 20.0000%, pool 85.0000%)"),
        "{much}"
    );
    assert!(much.contains("\"SAFE\" claims 4.0000% for $1m; raise"), "{much}");
    // 120% of what there is before the new money and the pool's increase: 1.2 · (100% − 20% − 10%)
    let owns = said("$12m", "10%");
    assert!(owns.contains("(conversions 84.0000%, new money 20.0000%, pool 10.0000%)"), "{owns}");
}

#[test]
fn holders_of_shares_buy_on_top_too() {
    // $20m for 10m shares, a tenth of them from Angel's SAFE: $2 each. The million sold for $2m is bought on top by Fund
    // (3m of preferred, 0.3) and by Angel (1m of common and the SAFE's 1m, 0.2)
    let table = captable(
        "company.capitalization = { common = { Founders = \"5m\", Angel = \"1m\" }, preferred = [{ name = \"A\", holders = { Fund = \"3m\" }, issue_price = \"$1\" }] }\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\nholder = \"Angel\"\nvaluation_cap = { amount = \"$10m\", basis = \"post_money\" }\ntranches = [{ amount = \"$1m\" }]\n[round]\npre_money = \"$20m\"\nnew_money = \"$2m\"\npro_rata = [{ holder = \"Fund\", on_top = true }, { holder = \"Angel\", on_top = true }]\n",
    );
    let bought = &table["round"]["investors"];
    close(&table["round"]["price"], 2.0);
    close(&bought[1]["shares"], 300_000.0);
    close(&bought[2]["shares"], 200_000.0);
    close(&table["round"]["new_money"], 3_000_000.0);
    close(&table["round"]["total_shares"], 11_500_000.0);
}

#[test]
fn a_price_given_fills_up_a_pool() {
    // 8m shares, 2m new ones at $1, and 10% of T unallocated with 0.5m there already: 0.9 T = 10m, before the money or
    // after it
    for key in ["unallocated", "unallocated_after_money"] {
        let table = captable(&format!(
            "company.capitalization = {{ common = \"8m\", pool = 500000 }}\nround = {{ price_per_share = \"$1\", new_money = \"$2m\", pool = {{ {key} = \"10%\" }} }}\n",
        ));
        close(&table["round"]["price"], 1.0);
        close(&table["round"]["total_shares"], 10_000_000.0 / 0.9);
        close(&table["round"]["pool_after"], 1_000_000.0 / 0.9);
    }
    // a pre-money cap counts what the pool gains: $1m at $4m over 8m shares and the pool of T/10 is a quarter of those,
    // so that 8m + T/10 + (8m + T/10)/4 + 2m = T
    let table = captable(
        "company.capitalization.common = \"8m\"\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\nvaluation_cap = { amount = \"$4m\", basis = \"pre_money\" }\ntranches = [{ amount = \"$1m\" }]\n[round]\nprice_per_share = \"$1\"\nnew_money = \"$2m\"\npool = { unallocated = \"10%\" }\n",
    );
    close(&table["round"]["total_shares"], 12_000_000.0 / 0.875);
}

#[test]
fn a_pool_after_the_money_is_rounded_too() {
    // $8m for 7m shares: $1.1429 rounded up; 1,749,934 whole shares for $2m; a tenth of T unallocated, T = 8,749,934 +
    // pool, whole: 972,214.89 exactly, and down
    let table = captable(
        "company.capitalization.common = \"7m\"\n[round]\npre_money = \"$8m\"\nnew_money = \"$2m\"\npool = { unallocated_after_money = \"10%\" }\nrounding = { price_decimals = 4, price = \"up\", new_shares = \"down\", pool_shares = \"down\" }\n",
    );
    close(&table["round"]["price"], 1.1429);
    close(&table["round"]["new_shares"], 1_749_934.0);
    close(&table["round"]["pool_after"], 972_214.0);
    close(&table["round"]["total_shares"], 9_722_148.0);
}

#[test]
fn a_flotation_turns_dividends_kept_into_shares() {
    // $160k of dividends at $0.50 are 320,000 beside the 2m shares
    let table = captable(
        "company.capitalization = { common = \"8m\", preferred = [{ name = \"A\", shares = \"2m\", issue_price = \"$0.50\", dividends = { owed = \"$160k\", kept_on_conversion = true } }] }\nround = { kind = \"ipo\", pre_money = \"$20m\" }\n",
    );
    close(&table["before"]["total_shares"], 10_000_000.0);
    close(&table["after"]["total_shares"], 10_320_000.0);
    close(&table["round"]["price"], 20.0 / 10.32);
}

#[test]
fn a_carve_out_may_come_after_debt() {
    // 2% of $100m for fees leave $98m, of which a loan takes $40m; a tenth of the other $58m is for the management
    let loan = "company.capitalization.common = \"1m\"\n[[instruments]]\nname = \"Loan\"\nkind = \"loan\"\ntranches = [{ amount = \"$40m\" }]\n[exit.sale]\nfees = \"2%\"\n";
    let sold = |costs: &str, price: i64| waterfall(&format!("{loan}{costs}\n"), price)["exits"][0].clone();
    let part = sold("carve_out = \"10%\"\ncarve_out_after_debt = true", 100_000_000);
    close(&part["carve_out"], 5_800_000.0);
    close(&part["per_common_share"], 52.2);
    // an amount is no more than debt leaves: $0.2m of $41m
    let amount = "carve_out_amount = \"$2m\"\ncarve_out_after_debt = true";
    close(&sold(amount, 41_000_000)["carve_out"], 180_000.0);
    close(&sold(amount, 100_000_000)["carve_out"], 2_000_000.0);
    // before debt it takes from the loan: $39.2m less $2m
    close(&sold("carve_out_amount = \"$2m\"", 40_000_000)["classes"][1]["payout"], 37_200_000.0);
    // common shares begin to receive where fees, the loan and the management are paid
    let table = waterfall(&format!("{loan}{amount}\n"), 50_000_000);
    let bends = table["breakpoints"].as_array().expect("breakpoints");
    let begins = bends.iter().find(|bend| bend["class"] == "Common").expect("a bend");
    close(&begins["exit"], 42_000_000.0 / 0.98);
}

#[test]
fn a_note_that_converts_is_no_debt_to_a_carve_out() {
    // $10m at a cap of $40m, a fifth of the 1.25m shares then. A tenth of $60m leaves $54m: the fifth is worth $10.8m, and
    // the note converts. Of $54m a tenth leaves $48.6m: the fifth would be $9.72m, and the note takes its $10m; the
    // management then has a tenth of $44m only
    let text = "company.capitalization.common = \"1m\"\n[[instruments]]\nname = \"Note\"\nkind = \"convertible_note\"\nconversion = { qualified_financing = \"$1m\", valuation_cap = { amount = \"$40m\", basis = \"pre_money\" } }\nchange_of_control = { or_as_converted = true }\ntranches = [{ amount = \"$10m\" }]\n[exit.sale]\ncarve_out = \"10%\"\ncarve_out_after_debt = true\n";
    for (price, carve_out, note) in [(60, 6.0, 10.8), (54, 4.4, 10.0)] {
        let table = waterfall(text, price * 1_000_000);
        close(&table["exits"][0]["carve_out"], carve_out * 1e6);
        close(&table["exits"][0]["classes"][1]["payout"], note * 1e6);
    }
    // it changes its mind where nine tenths of the price are five times its claim
    close(&waterfall(text, 1)["conversion_thresholds"][0]["exit"], 50_000_000.0 / 0.9);
}

#[test]
fn an_ownership_limit_leaves_debt() {
    // At 10% of T: 8m + 0.1 T + 0.2 T = T, so T = 8m/0.7, P = $10m/T = 0.875, and 0.1 T costs $1m
    let table = captable(
        "company.capitalization.common = \"8m\"\n[[instruments]]\nname = \"Note\"\nkind = \"convertible_note\"\nconversion = { qualified_financing = \"$0\", ownership_limit = \"10%\" }\ntranches = [{ amount = \"$2m\" }]\n[round]\npre_money = \"$8m\"\nnew_money = \"$2m\"\n",
    );
    let conversion = &table["instruments"][0]["conversion"];
    close(&table["round"]["price"], 0.875);
    close(&conversion["amount"], 1_000_000.0);
    close(&conversion["stays_debt"], 1_000_000.0);
    close(&conversion["ownership"], 0.1);
}

#[test]
fn a_holder_chooses_what_is_worth_more() {
    let converts = |discount: &str| {
        let table = captable(&format!(
            "company.capitalization.common = \"8m\"\n[[instruments]]\nname = \"Note\"\nkind = \"convertible_note\"\nconversion = {{ qualified_financing = \"$5m\", non_qualified = \"holder_chooses\"{discount} }}\ntranches = [{{ amount = \"$1m\" }}]\n[round]\npre_money = \"$8m\"\nnew_money = \"$2m\"\n",
        ));
        table["instruments"][0]["converts"].clone()
    };
    // Without a discount the shares are worth the claim, and it is all one; with one they are worth 1.25 times it.
    assert_eq!(converts(""), false);
    assert_eq!(converts(", discount = \"20%\""), true);
}

#[test]
fn the_best_of_later_terms_is_elected() {
    // Election of the cap gives 4.00%, of the discount 4.17% of this round (worked in the reference of its source)
    let table = captable(
        "company.capitalization.common = \"8m\"\n[[instruments]]\nname = \"MFN\"\nkind = \"safe\"\nmost_favoured = \"best\"\ntranches = [{ amount = \"$500k\" }]\n[[instruments]]\nname = \"Cap\"\nkind = \"safe\"\nvaluation_cap = { amount = \"$10m\", basis = \"post_money\" }\ntranches = [{ amount = \"$1m\" }]\n[[instruments]]\nname = \"Discount\"\nkind = \"safe\"\ndiscount = \"20%\"\ntranches = [{ amount = \"$1m\" }]\n[round]\npre_money = \"$12m\"\nnew_money = \"$3m\"\n",
    );
    assert_eq!(table["instruments"][0]["most_favoured"]["takes_over"], "Discount");
    // $500k at four fifths of the price, of a post-money value of $15m
    close(&table["instruments"][0]["conversion"]["ownership"], 0.625 / 15.0);
}

#[test]
fn dividends_of_every_kind() {
    // A year on $5m at 8%: $400k; on $5.4m: $432k more; in kind 8% more shares
    for (dividends, owed, shares) in [
        ("rate = \"8%\"", 400_000.0, 2_000_000.0),
        ("rate = \"8%\", kind = \"compounding\", owed = \"$400k\"", 832_000.0, 2_000_000.0),
        ("rate = \"8%\", kind = \"in_kind\"", 0.0, 2_160_000.0),
    ] {
        let text = format!(
            "company.capitalization = {{ common = \"8m\", preferred = [{{ name = \"A\", shares = \"2m\", issue_price = \"$2.50\", dividends = {{ {dividends}, since = 2025-01-01 }} }}] }}\n",
        );
        let table = captable(&text);
        close(&table["series"][0]["dividends"], owed);
        close(&table["series"][0]["shares"], shares);
        close(&waterfall(&text, 100_000)["exits"][0]["classes"][1]["claim"], shares * 2.5 + owed);
    }
}

#[test]
fn a_note_shares_in_a_sale_as_converted_where_that_is_more() {
    // $1m at $10m post-money is a tenth: of $50m $5m, of $5m less than what is owed
    let text = "company.capitalization.common = \"9m\"\n[[instruments]]\nname = \"Note\"\nkind = \"convertible_note\"\nconversion = { qualified_financing = \"$1m\", valuation_cap = { amount = \"$10m\", basis = \"post_money\" } }\nchange_of_control = { or_as_converted = true }\ntranches = [{ amount = \"$1m\" }]\n";
    let paid = |exit: i64| waterfall(text, exit)["exits"][0]["classes"][1]["payout"].clone();
    close(&paid(50_000_000), 5_000_000.0);
    close(&paid(5_000_000), 1_000_000.0);
    close(&waterfall(text, 1)["conversion_thresholds"][0]["exit"], 10_000_000.0);
}

#[test]
fn a_cap_may_end_at_a_valuation() {
    for (pre_money, clause) in [("$9m", "cap"), ("$12m", "round_price")] {
        let table = captable(&format!(
            "company.capitalization.common = \"8m\"\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\nvaluation_cap = {{ amount = \"$8m\", basis = \"post_money\", only_if_pre_money_below = \"$10m\" }}\ntranches = [{{ amount = \"$1m\" }}]\n[round]\npre_money = \"{pre_money}\"\nnew_money = \"$1m\"\n",
        ));
        assert_eq!(table["instruments"][0]["conversion"]["clause"], clause, "{pre_money}");
    }
}

#[test]
fn what_converts_below_the_price_has_its_own_preference_or_that_of_the_round() {
    for (shadow, per_share) in [(true, 0.8), (false, 1.0)] {
        let table = captable(&format!(
            "company.capitalization.common = \"8m\"\n[[instruments]]\nname = \"SAFE\"\nkind = \"safe\"\ndiscount = \"20%\"\ntranches = [{{ amount = \"$1m\" }}]\n[round]\nprice_per_share = \"$1\"\nnew_money = \"$1m\"\nshadow_series = {shadow}\nseries = {{ liquidation_preference = \"1x\" }}\n",
        ));
        close(&table["instruments"][0]["conversion"]["preference_per_share"], per_share);
    }
}

#[test]
fn a_full_ratchet_takes_the_price_of_the_round() {
    let table = captable(
        "company.capitalization = { common = \"8m\", preferred = [{ name = \"A\", shares = \"2m\", issue_price = \"$2\", anti_dilution = \"full_ratchet\" }] }\nround = { price_per_share = \"$0.50\", new_money = \"$1m\" }\n",
    );
    close(&table["round"]["anti_dilution"][0]["conversion_price"], 0.5);
    close(&table["round"]["anti_dilution"][0]["ratio"], 4.0);
    close(&table["after"]["total_shares"], 8_000_000.0 + 8_000_000.0 + 2_000_000.0);
}
