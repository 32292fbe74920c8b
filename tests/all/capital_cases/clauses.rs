use serde_json::Value;

use super::{Case, HEAD, each, money, percent, text};

/// `interest` and the dates of a case: the day it was funded and the day it is worked out for. Years and months of a
/// case are those of 30/360.
fn accrual(accrual: &Value) -> (String, String, String) {
    let compound = if accrual["method"] == "compound" {
        format!(", accrues = \"compound\", periods_per_year = {}", accrual["periods_per_year"])
    } else {
        String::new()
    };
    let days = accrual["day_count"].as_str().map_or("30/360", |days| match days {
        "actual/365" => "act/365",
        other => panic!("{other}"),
    });
    let interest =
        format!("interest = {{ rate = {}, day_count = \"{days}\"{compound} }}\n", percent(&accrual["rate"]));
    if let Some(start) = accrual["start"].as_str() {
        return (interest, start.to_owned(), text(&accrual["end"]).to_owned());
    }
    let months = accrual["months"].as_u64().or(accrual["years"].as_u64().map(|years| 12 * years)).unwrap();
    let (year, month) = (2020 + months / 12, 1 + months % 12);
    (interest, "2020-01-01".to_owned(), format!("{year}-{month:02}-01"))
}

#[test]
fn interest() {
    each("interest_accrual", 6, |case| {
        let (interest, start, end) = accrual(&case.0["inputs"]);
        let table = case.captable(&format!(
            "{HEAD}valuation_date = {end}\n[[instruments]]\nname = \"Loan\"\nkind = \"loan\"\n{interest}tranches = [{{ \
             amount = {}, outstanding_since = {start} }}]\n",
            money(case.input("principal"))
        ));
        let loan = &table["instruments"][0];
        case.check("interest", &loan["interest"], case.expected("interest"));
        case.check("balance", &loan["balance"], case.expected("balance"));
    });
}

fn conversion_terms(case: &Case) -> String {
    let mut terms = vec!["qualified_financing = \"$0\"".to_owned()];
    if !case.input("discount").is_null() {
        terms.push(format!("discount = {}", percent(case.input("discount"))));
    }
    for (key, basis) in [("cap", "pre_money"), ("cap_price_per_share", "per_share")] {
        if !case.input(key).is_null() {
            let amount = money(case.input(key));
            terms.push(format!("valuation_cap = {{ amount = {amount}, basis = \"{basis}\" }}"));
        }
    }
    format!("conversion = {{ {} }}\n", terms.join(", "))
}

/// Shares that a cap is divided by: stated, or the round's own (pre-money value over price), or any number.
fn note_conversion(case: &Case) {
    let price = case.input("round_price");
    let of_round = case.input("round_pre_money").as_f64().map(|value| value / price.as_f64().unwrap());
    let shares = case.input("capitalization_shares").as_f64().or(of_round).unwrap_or(1_000_000.0);
    let (interest, since, date) = if case.input("accrual").is_null() {
        (String::new(), String::new(), "2026-01-01".to_owned())
    } else {
        let (interest, start, end) = accrual(case.input("accrual"));
        (interest, format!(", outstanding_since = {start}"), end)
    };
    let kind = if case.input("event").as_str() == Some("IPO") { "ipo" } else { "priced" };
    let rounding =
        if case.input("rounding").is_null() { "" } else { "rounding = { converted_shares = \"nearest\" }\n" };
    let table = case.captable(&format!(
        "{HEAD}valuation_date = {date}\n[company]\nfully_diluted_shares = {shares}\n[[instruments]]\nname = \"Note\"\nkind = \
         \"convertible_note\"\n{interest}{}tranches = [{{ amount = {}{since} }}]\n[round]\nkind = \
         \"{kind}\"\nprice_per_share = {}\n{rounding}",
        conversion_terms(case),
        money(case.input("principal")),
        money(price)
    ));
    let conversion = &table["instruments"][0]["conversion"];
    for (what, field) in [
        ("amount_converting", "amount"),
        ("discount_price", "discount_price"),
        ("cap_price", "cap_price"),
        ("conversion_price", "price"),
        ("shares", "shares"),
        ("value_at_round", "value_at_round"),
    ] {
        case.check(what, &conversion[field], case.expected(what));
    }
    if let Some(basis) = case.expected("basis").as_str() {
        assert_eq!(conversion["clause"], basis);
    }
}

#[test]
fn notes_convert() {
    each("note_conversion", 6, note_conversion);
}

/// Whether a note of $100k converts in a round, and at which threshold.
fn converts(case: &Case, threshold: &Value, counts_notes: &Value) -> Value {
    let table = case.captable(&format!(
        "{HEAD}valuation_date = 2026-01-01\n[[instruments]]\nname = \"Note\"\nkind = \"convertible_note\"\nconversion = \
         {{ qualified_financing = {}, counts_notes = {counts_notes} }}\ntranches = [{{ amount = \"$100k\" }}]\n[round]\npre_money \
         = \"$10m\"\nnew_money = {}\n",
        money(threshold),
        money(case.input("new_money"))
    ));
    table["instruments"][0]["converts"].clone()
}

#[test]
fn qualified_financings() {
    each("qualified_financing_trigger", 1, |case| {
        let counts = case.input("counts_converting_notes");
        assert_eq!(&converts(case, case.input("threshold"), counts), case.expected("auto_converts"));
        // hand-worked: $100k of notes lift $3m of new cash to a threshold of $3.1m, and not above it
        for (threshold, counts, expected) in
            [(3_100_000, true, true), (3_100_000, false, false), (3_100_001, true, false)]
        {
            assert_eq!(
                converts(case, &Value::from(threshold), &Value::from(counts)),
                expected,
                "{threshold}"
            );
        }
    });
}

/// The sources give the base of the average as one number: here half of it is common, half the series, or all of it
/// the series for a narrow one.
#[test]
fn anti_dilution() {
    each("anti_dilution", 5, |case| {
        assert_eq!(case.input("method"), "weighted_average");
        let base = case.input("a").as_i64().unwrap();
        let price =
            case.input("consideration").as_f64().unwrap() / case.input("new_shares").as_f64().unwrap();
        let table = case.captable(&format!(
            "{HEAD}valuation_date = 2026-01-01\n[company.capitalization]\ncommon = {half}\npreferred = [{{ name = \"A\", \
             shares = {half}, issue_price = {}, anti_dilution = \"broad_weighted_average\" }}]\n[round]\nprice_per_share = \
             \"${price}\"\nnew_money = {}\n",
            money(case.input("cp1")),
            money(case.input("consideration")),
            half = base / 2
        ));
        let adjusted = &table["round"]["anti_dilution"][0];
        case.check("cp2", &adjusted["conversion_price"], case.expected("cp2"));
        case.check("ratio", &adjusted["ratio"], case.expected("ratio"));
    });
}

#[test]
fn ipo_ratchets() {
    each("ipo_ratchet", 1, |case| {
        let table = case.captable(&format!(
            "{HEAD}valuation_date = 2026-01-01\n[company.capitalization]\ncommon = 1000000\npreferred = [{{ name = \"E\", \
             shares = 100000, issue_price = {}, ipo_ratchet = {{ price = {} }} }}]\n[round]\nkind = \
             \"ipo\"\nprice_per_share = {}\n",
            money(case.input("original_issue_price")),
            money(case.input("guaranteed_value_per_share")),
            money(case.input("ipo_price"))
        ));
        let ratchet = &table["round"]["ipo_ratchets"][0];
        case.check("ratio", &ratchet["ratio"], case.expected("conversion_ratio"));
        case.check("value", &ratchet["value_per_share"], case.expected("value_per_original_share"));
    });
}

#[test]
fn conversion_ratios() {
    each("conversion_ratio", 1, |case| {
        let table = case.captable(&format!(
            "{HEAD}valuation_date = 2026-01-01\n[company.capitalization]\npreferred = [{{ name = \"A\", shares = {}, \
             issue_price = {}, conversion_price = {} }}]\n",
            case.input("preferred_shares"),
            money(case.input("numerator")),
            money(case.input("denominator"))
        ));
        case.check("ratio", &table["series"][0]["ratio"], case.expected("ratio"));
        case.check("common", &table["series"][0]["as_converted"], case.expected("common"));
    });
}
