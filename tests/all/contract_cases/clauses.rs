use std::collections::BTreeSet;

use cabrio::contract::{
    AntiDilution, AverageBase, Cap, Capitalization, Compounding, ConversionTerms, IpoRatchet, NewIssue,
    PriceBasis, QualifiedFinancing, accrued_interest, adjusted_conversion_price, balance,
    change_of_control_claim, conversion_price, conversion_ratio,
};
use cabrio::number::{Amount, Exact, Rounding};
use serde_json::Value;

use super::{Case, cases, each, number};

/// Days over 365, or years or months as the case has it.
fn years<A: Amount>(accrual: &Value) -> A {
    if let Some(years) = number(&accrual["years"]) {
        return years;
    }
    if let Some(months) = number::<A>(&accrual["months"]) {
        return months.div_or(A::from_i64(12), A::ZERO);
    }
    assert_eq!(accrual["day_count"], "actual/365");
    let date = |key: &str| accrual[key].as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    let days = date("start").until(date("end")).unwrap().get_days();
    A::from_i64(days.into()).div_or(A::from_i64(365), A::ZERO)
}

fn compounding(accrual: &Value) -> Compounding {
    match accrual["method"].as_str().unwrap() {
        "simple" => Compounding::Simple,
        "compound" => Compounding::PerYear(accrual["periods_per_year"].as_u64().unwrap().try_into().unwrap()),
        other => panic!("{other}"),
    }
}

fn interest_accrual<A: Amount>(case: &Case) {
    let inputs = &case.0["inputs"];
    let (principal, rate) = (case.amount::<A>("principal"), case.amount("rate"));
    let (rule, years) = (compounding(inputs), years(inputs));
    case.check("interest", accrued_interest(principal, rate, rule, years), case.expected("interest"));
    case.check("balance", balance(principal, rate, rule, years), case.expected("balance"));
}

#[test]
fn interest() {
    each("interest_accrual", 6, interest_accrual::<f64>, interest_accrual::<Exact>);
}

/// The sources' notes divide their cap by a stated share count, by the round's own (pre-money over round
/// price), or state a price.
fn note_conversion<A: Amount>(case: &Case) {
    let round_price = case.amount::<A>("round_price");
    let stated = number(case.input("capitalization_shares"));
    let of_round = number::<A>(case.input("round_pre_money")).map(|v| v.div_or(round_price, A::ZERO));
    let count = stated.or(of_round).unwrap_or(A::ZERO);
    let cap = match (number(case.input("cap")), number(case.input("cap_price_per_share"))) {
        (Some(cap), _) => Cap::PreMoney(cap),
        (_, Some(price)) => Cap::FixedPrice(price),
        _ => Cap::None,
    };
    let discount = number(case.input("discount")).unwrap_or(A::ZERO);
    let terms = ConversionTerms { discount, cap, stacked: false };
    let none = A::ZERO;
    let capitalization = Capitalization {
        outstanding: count,
        options: none,
        unissued: none,
        promised: none,
        pool_increase: none,
        new_money: none,
        converting: none,
    };
    let principal = case.amount::<A>("principal");
    let accrual = case.input("accrual");
    let converting = number(&accrual["rate"])
        .map_or(principal, |rate| balance(principal, rate, compounding(accrual), years(accrual)));
    let conversion = conversion_price(&terms, converting, round_price, &capitalization);
    let undiscounted = ConversionTerms { discount: A::ZERO, ..terms };
    let cap_price = conversion_price(&undiscounted, converting, round_price, &capitalization).price;
    let shares = converting.div_or(conversion.price, A::ZERO);
    for (what, result) in [
        ("amount_converting", converting),
        ("discount_price", round_price * (A::ONE - discount)),
        ("cap_price", cap_price),
        ("conversion_price", conversion.price),
        ("shares", shares),
        ("value_at_round", shares * round_price),
    ] {
        case.check(what, result, case.expected(what));
    }
    match case.expected("basis").as_str() {
        Some("cap") => assert_eq!(conversion.basis, PriceBasis::Cap),
        Some("discount") => assert_eq!(conversion.basis, PriceBasis::Discount),
        Some(other) => panic!("{other}"),
        None => {}
    }
}

#[test]
fn note_conversions() {
    each("note_conversion", 6, note_conversion::<f64>, note_conversion::<Exact>);
}

fn change_of_control<A: Amount>(case: &Case) {
    let (principal, interest) = (case.amount::<A>("principal"), case.amount("accrued_interest"));
    let claim = change_of_control_claim(principal, interest, case.amount("principal_multiple"));
    case.check("payout", claim, case.expected("payout"));
}

#[test]
fn change_of_control_claims() {
    each("change_of_control", 1, change_of_control::<f64>, change_of_control::<Exact>);
}

fn qualified_financing<A: Amount>(case: &Case) {
    let test = QualifiedFinancing {
        threshold: case.amount::<A>("threshold"),
        counts_converting_notes: case.input("counts_converting_notes").as_bool().unwrap(),
    };
    let converts = test.is_met(case.amount("new_money"), A::ZERO);
    assert_eq!(Some(converts), case.expected("auto_converts").as_bool());
}

#[test]
fn qualified_financings() {
    each("qualified_financing_trigger", 1, qualified_financing::<f64>, qualified_financing::<Exact>);
}

/// The sources give the base as one number, whichever shares they count in it.
fn anti_dilution<A: Amount>(case: &Case) {
    let rule = match case.input("method").as_str().unwrap() {
        "weighted_average" => AntiDilution::WeightedAverage(AverageBase::Broad),
        "full_ratchet" => AntiDilution::FullRatchet,
        other => panic!("{other}"),
    };
    let issue = NewIssue {
        common: number(case.input("a")).unwrap_or(A::ZERO),
        preferred: A::ZERO,
        options: A::ZERO,
        new_shares: case.amount("new_shares"),
        consideration: case.amount("consideration"),
    };
    let before = case.amount::<A>("cp1");
    let after = adjusted_conversion_price(before, rule, &issue);
    case.check("cp2", after, case.expected("cp2"));
    case.check("ratio", conversion_ratio(before, after).unwrap(), case.expected("ratio"));
}

#[test]
fn anti_dilution_adjustments() {
    each("anti_dilution", 5, anti_dilution::<f64>, anti_dilution::<Exact>);
}

fn ratio<A: Amount>(case: &Case) {
    let ratio = conversion_ratio(case.amount::<A>("numerator"), case.amount("denominator")).unwrap();
    let rounding = match case.input("rounding").as_str().unwrap() {
        "CEILING" => Rounding::Ceil,
        "FLOOR" => Rounding::Floor,
        "NORMAL" => Rounding::Nearest,
        other => panic!("{other}"),
    };
    case.check("ratio", ratio, case.expected("ratio"));
    let common = (case.amount::<A>("preferred_shares") * ratio).rounded(0, rounding);
    case.check("common", common, case.expected("common"));
}

#[test]
fn conversion_ratios() {
    each("conversion_ratio", 1, ratio::<f64>, ratio::<Exact>);
}

fn ratchet<A: Amount>(case: &Case) {
    let guaranteed = case.amount::<A>("guaranteed_value_per_share");
    let price = case.amount("ipo_price");
    let ratio = IpoRatchet { shares: A::ONE, ratio: A::ONE, guaranteed }.ratio_at(price);
    case.check("conversion_ratio", ratio, case.expected("conversion_ratio"));
    case.check("value_per_original_share", ratio * price, case.expected("value_per_original_share"));
}

#[test]
fn ipo_ratchets() {
    each("ipo_ratchet", 1, ratchet::<f64>, ratchet::<Exact>);
}

#[test]
fn every_kind_of_case_has_a_test() {
    let kinds: BTreeSet<String> =
        cases().iter().map(|case| case["kind"].as_str().unwrap().to_owned()).collect();
    // the names in the calls of `each` of this folder
    let tested = [
        "anti_dilution",
        "change_of_control",
        "conversion_ratio",
        "interest_accrual",
        "ipo_ratchet",
        "mfn",
        "note_conversion",
        "priced_round",
        "priced_round_rounded",
        "qualified_financing_trigger",
        "safe_liquidity_event",
        "safe_ownership",
        "safe_standalone_conversion",
        "waterfall",
        "waterfall_conversion_thresholds",
    ];
    assert_eq!(kinds, tested.map(str::to_owned).into());
    assert_eq!(cases().len(), 72);
}
