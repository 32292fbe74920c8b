use serde_json::Value;

use super::{Case, HEAD, each, list, money, named, percent, text};

/// Shares, options and the pool before the round.
fn capitalization(case: &Case) -> String {
    let mut text = format!("[company.capitalization]\ncommon = {}\n", case.input("common"));
    let granted = case.input("options_granted");
    if granted.as_f64() > Some(0.0) {
        text.push_str(&format!(
            "options = [{{ name = \"Granted\", shares = {granted}, strike = \"$0\" }}]\n"
        ));
    }
    text + &format!("pool = {}\n", case.input("pool_unallocated"))
}

/// A SAFE; a pre-money one is also what the spreadsheet notes of the cases are.
fn safe(name: &str, amount: &Value, kind: &str, cap: &Value, discount: &Value) -> String {
    let mut text = format!("[[instruments]]\nname = \"{name}\"\nkind = \"safe\"\n");
    if !cap.is_null() {
        let basis = if kind == "safe_pre" { "pre_money" } else { "post_money" };
        text.push_str(&format!("valuation_cap = {{ amount = {}, basis = \"{basis}\" }}\n", money(cap)));
    }
    if !discount.is_null() {
        text.push_str(&format!("discount = {}\n", percent(discount)));
    }
    text + &format!("tranches = [{{ amount = {} }}]\n", money(amount))
}

fn round(case: &Case) -> String {
    let mut round = format!(
        "[round]\nname = \"Round\"\npre_money = {}\nconvention = {}\n",
        money(case.input("pre_money")),
        case.input("convention")
    );
    match case.input("new_money") {
        Value::Array(parts) => {
            let investors: Vec<String> =
                parts.iter().enumerate().map(|(place, part)| format!("I{place} = {}", money(part))).collect();
            round.push_str(&format!("investors = {{ {} }}\n", investors.join(", ")));
        }
        one => round.push_str(&format!("new_money = {}\n", money(one))),
    }
    let pool = case.input("pool");
    let change = match text(&pool["type"]) {
        "none" => None,
        "absolute_increase" => Some(format!("increase = {}", pool["shares"])),
        "target_unallocated_post" => Some(format!("unallocated = {}", percent(&pool["pct"]))),
        "target_total_post" => Some(format!("total = {}", percent(&pool["pct"]))),
        other => panic!("{other}"),
    };
    if let Some(change) = change {
        round.push_str(&format!("pool = {{ {change} }}\n"));
    }
    round + &rounding(case.input("rounding"))
}

fn mode(word: &Value) -> Option<&'static str> {
    match word.as_str()? {
        "floor" => Some("down"),
        "ceil" => Some("up"),
        "nearest" => Some("nearest"),
        "none" => None,
        other => panic!("{other}"),
    }
}

/// Where a worksheet rounds all shares it rounds all prices; where it rounds new shares only, its notes keep fractions
/// and unrounded prices.
fn rounding(rounding: &Value) -> String {
    let all = mode(&rounding["shares"]);
    let mut keys = Vec::new();
    if let Some(decimals) = rounding["price_decimals"].as_u64() {
        keys.push(format!(
            "price_decimals = {decimals}, price = \"{}\"",
            mode(&rounding["price_mode"]).unwrap()
        ));
        if all.is_none() {
            keys.push("conversion_prices = false".to_owned());
        }
    }
    let new = all.or(mode(&rounding["new_shares"]));
    for (key, mode) in [("new_shares", new), ("converted_shares", all), ("pool_shares", all)] {
        keys.extend(mode.map(|mode| format!("{key} = \"{mode}\"")));
    }
    if keys.is_empty() { String::new() } else { format!("rounding = {{ {} }}\n", keys.join(", ")) }
}

fn priced(case: &Case) {
    let instruments: String = list(case.input("instruments"))
        .iter()
        .map(|each| {
            safe(text(&each["id"]), &each["amount"], text(&each["type"]), &each["cap"], &each["discount"])
        })
        .collect();
    let head = format!("{HEAD}valuation_date = 2026-01-01\n");
    let table = case.captable(&format!("{head}{}{instruments}{}", capitalization(case), round(case)));
    let round = &table["round"];
    for (what, field) in [
        ("price", "price"),
        ("new_shares", "new_shares"),
        ("pool_increase", "pool_increase"),
        ("total_post", "total_shares"),
        ("pool_unallocated_post", "pool_after"),
        ("company_cap_post", "capitalization_post_money"),
        ("cap_pre", "capitalization_pre_money"),
        ("sum_valuation", "sum_valuation"),
        ("note_shares", "converted_shares"),
    ] {
        case.check(what, &round[field], case.expected(what));
    }
    for each in list(case.input("instruments")) {
        let id = text(&each["id"]);
        let conversion = &named(&table["instruments"], "instrument", id)["conversion"];
        case.check(id, &conversion["shares"], &case.expected("instrument_shares")[id]);
        case.check(id, &conversion["price"], &case.expected("instrument_price")[id]);
        case.check(id, &conversion["ownership"], &case.expected("own")[id]);
        if let Some(basis) = case.expected("basis")[id].as_str() {
            assert_eq!(basis == "cap", conversion["clause"] == "cap", "{id}");
        }
    }
    let after = &table["after"]["classes"];
    case.check("new", &named(after, "class", "Round")["ownership"], &case.expected("own")["new"]);
    let pool = &named(after, "class", "Unallocated pool")["ownership"];
    case.check("pool", pool, &case.expected("own")["pool_unallocated"]);
}

#[test]
fn priced_rounds() {
    each("priced_round", 12, priced);
}

#[test]
fn rounds_in_whole_shares_and_printed_prices() {
    each("priced_round_rounded", 5, priced);
}

#[test]
fn most_favoured() {
    each("mfn", 1, |case| {
        let mut scenario = format!("{HEAD}valuation_date = 2026-01-01\n");
        let mut holder = String::new();
        for each in list(case.input("issue_order")) {
            let amount = if each["amount"].is_null() { &Value::from(100_000) } else { &each["amount"] };
            scenario.push_str(&safe(text(&each["id"]), amount, "safe_post", &each["cap"], &Value::Null));
            if each["mfn"] == true {
                holder = text(&each["id"]).to_owned();
                scenario.push_str("most_favoured = \"lowest_cap\"\n");
            }
        }
        let table = case.captable(&scenario);
        let favoured = &named(&table["instruments"], "instrument", &holder)["most_favoured"];
        case.check("cap", &favoured["cap"], case.expected("effective_cap"));
    });
}

#[test]
fn ownership_of_safes_before_any_round() {
    each("safe_ownership", 2, |case| {
        let holder = case.input("holder_shares");
        let common = if holder.is_null() {
            "10000000".to_owned()
        } else {
            let all = case.input("pre_safe_shares").as_i64().unwrap();
            format!("{{ Holder = {holder}, Others = {} }}", all - holder.as_i64().unwrap())
        };
        let mut scenario =
            format!("{HEAD}valuation_date = 2026-01-01\n[company.capitalization]\ncommon = {common}\n");
        for (place, each) in list(case.input("post_money_safes")).iter().enumerate() {
            let (amount, cap) = (&each["amount"], &each["post_money_cap"]);
            scenario.push_str(&safe(&format!("SAFE {place}"), amount, "safe_post", cap, &Value::Null));
        }
        let caps = &case.captable(&scenario)["at_caps"];
        for (place, each) in list(&caps["instruments"]).iter().enumerate() {
            case.check("each", &each["ownership"], &case.expected("each")[place]);
        }
        case.check("total", &caps["ownership"], case.expected("total"));
        let holder = &named(&caps["holders"], "holder", "Holder")["ownership"];
        case.check("holder", holder, case.expected("holder_pct"));
    });
}

#[test]
fn a_safe_by_itself() {
    each("safe_standalone_conversion", 1, |case| {
        let scenario = format!(
            "{HEAD}valuation_date = 2026-01-01\n[company.capitalization]\ncommon = {}\n{}[round]\nprice_per_share = \
             \"$100\"\nrounding = {{ converted_shares = \"down\" }}\n",
            case.input("pre_safe_shares"),
            safe("SAFE", case.input("amount"), "safe_post", case.input("post_money_cap"), &Value::Null)
        );
        let table = case.captable(&scenario);
        case.check("shares", &table["instruments"][0]["conversion"]["shares"], case.expected("shares"));
    });
}
