//! Worked cases from outside, held against the clauses in both number types.
//!
//! `tests/data/contracts.json` states for each case its inputs, its expected numbers, where those come from
//! and the tolerance its source deserves (`rel` and `abs`, either of which suffices).

#![expect(clippy::unwrap_used, reason = "a malformed case must stop its test")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::str::FromStr;

use cabrio::contract::{
    Cap, Capitalization, Compounding, ConversionTerms, Converting, ExitClass, Participation, Pool,
    PriceBasis, PricingConvention, QualifiedFinancing, RoundTerms, SafeAtSale, WaterfallScratch,
    accrued_interest, balance, change_of_control_claim, conversion_price, distribute, distribute_with_safes,
    post_money_ownership, price_round, proceeds_at_per_share,
};
use cabrio::number::{Amount, Decimal, Exact};
use serde_json::Value;

fn cases() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("data/contracts.json")).unwrap();
    file["cases"].as_array().unwrap().clone()
}

/// Runs every case of a kind in both number types, and sees that there are as many as thought and that
/// every expected number was held against something.
fn each(kind: &str, count: usize, in_f64: fn(&Case), in_exact: fn(&Case)) {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case["kind"] == kind).map(Case::new).collect();
    assert_eq!(cases.len(), count, "{kind}");
    for case in &cases {
        in_f64(case);
        in_exact(case);
        let expected = case.0["expected"].as_object().unwrap().keys();
        let unseen: Vec<_> = expected.filter(|key| !case.1.borrow().contains(*key)).collect();
        assert!(unseen.is_empty(), "{}: {unseen:?} not checked", case.0["id"]);
    }
}

/// A case, and the expected numbers looked at so far.
struct Case(Value, RefCell<BTreeSet<String>>);

impl Case {
    fn new(case: Value) -> Self {
        Case(case, RefCell::default())
    }

    fn input(&self, key: &str) -> &Value {
        &self.0["inputs"][key]
    }

    fn expected(&self, key: &str) -> &Value {
        self.1.borrow_mut().insert(key.to_owned());
        &self.0["expected"][key]
    }

    fn amount<A: Amount>(&self, key: &str) -> A {
        number(self.input(key)).unwrap_or_else(|| panic!("{}: {key}", self.0["id"]))
    }

    /// Holds a result against the expected number, if the case gives one.
    fn check<A: Amount>(&self, what: &str, result: A, expected: &Value) {
        if expected.is_null() {
            return;
        }
        let expected = expected.as_f64().unwrap();
        let tolerance = &self.0["tolerance"];
        let allowed = (tolerance["rel"].as_f64().unwrap_or(0.0) * expected.abs())
            .max(tolerance["abs"].as_f64().unwrap_or(0.0));
        let error = (result.to_f64() - expected).abs();
        assert!(error <= allowed, "{} {what}: {result:?}, expected {expected}", self.0["id"]);
    }

    fn check_each<A: Amount>(&self, what: &str, names: &[String], results: &[A]) {
        for (name, &result) in names.iter().zip(results) {
            self.check(&format!("{what} {name}"), result, &self.expected(what)[name]);
        }
    }
}

/// The decimal as the file writes it; an array is summed.
fn number<A: Amount>(value: &Value) -> Option<A> {
    match value {
        Value::Number(written) => {
            let written = written.to_string();
            let decimal = Decimal::from_str(&written).or_else(|_| Decimal::from_scientific(&written));
            Some(A::from_decimal(decimal.unwrap()))
        }
        Value::Array(parts) => Some(parts.iter().fold(A::ZERO, |sum, part| sum + number::<A>(part).unwrap())),
        _ => None,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn names(list: &[Value]) -> Vec<String> {
    list.iter().map(|each| each["id"].as_str().unwrap().to_owned()).collect()
}

fn terms_of<A: Amount>(instrument: &Value) -> ConversionTerms<A> {
    let cap = match (instrument["type"].as_str().unwrap(), number(&instrument["cap"])) {
        ("safe_post", Some(cap)) => Cap::PostMoney(cap),
        ("safe_pre", Some(cap)) => Cap::PreMoney(cap),
        (_, None) => Cap::None,
        (other, _) => panic!("{other}"),
    };
    ConversionTerms { discount: number(&instrument["discount"]).unwrap_or(A::ZERO), cap, stacked: false }
}

fn round_of<A: Amount>(case: &Case) -> RoundTerms<A> {
    let pool = case.input("pool");
    RoundTerms {
        outstanding: case.amount::<A>("common"),
        options: case.amount("options_granted"),
        promised: A::ZERO,
        unallocated: case.amount("pool_unallocated"),
        pool: match pool["type"].as_str().unwrap() {
            "none" => Pool::Keep,
            "absolute_increase" => Pool::IncreaseBy(number(&pool["shares"]).unwrap()),
            "target_unallocated_post" => Pool::TargetUnallocated(number(&pool["pct"]).unwrap()),
            other => panic!("{other}"),
        },
        pre_money: case.amount("pre_money"),
        new_money: case.amount("new_money"),
        convention: match case.input("convention").as_str().unwrap() {
            "percentage_ownership" => PricingConvention::PercentageOwnership,
            "pre_money_method" => PricingConvention::PreMoneyMethod,
            "dollars_invested" => PricingConvention::DollarsInvested,
            other => panic!("{other}"),
        },
    }
}

fn priced_round<A: Amount>(case: &Case) {
    let terms = round_of::<A>(case);
    let instruments = list(case.input("instruments"));
    let names = names(instruments);
    let converting: Vec<_> = instruments
        .iter()
        .map(|each| Converting {
            amount: number(&each["amount"]).unwrap(),
            terms: terms_of(each),
            limited: false,
        })
        .collect();
    let mut shares = vec![A::ZERO; converting.len()];
    let mut basis = vec![PriceBasis::default(); converting.len()];
    let round = price_round(&terms, &converting, None, &mut shares, &mut basis).unwrap();

    let pool = terms.unallocated + round.pool_increase;
    let converted = shares.iter().fold(A::ZERO, |sum, &each| sum + each);
    let fraction = |shares: A| shares.div_or(round.total_shares, A::ZERO);
    let owned: Vec<A> = shares.iter().map(|&each| fraction(each)).collect();
    let prices: Vec<A> =
        converting.iter().zip(&shares).map(|(each, &shares)| each.amount.div_or(shares, A::ZERO)).collect();
    for (what, result) in [
        ("price", round.price),
        ("new_shares", round.new_shares),
        ("pool_increase", round.pool_increase),
        ("total_post", round.total_shares),
        ("pool_unallocated_post", pool),
        ("company_cap_post", terms.outstanding + terms.options + terms.unallocated + converted),
        ("cap_pre", terms.outstanding + terms.options + pool),
        ("sum_valuation", round.price * round.total_shares),
    ] {
        case.check(what, result, case.expected(what));
    }
    case.check_each("instrument_shares", &names, &shares);
    case.check_each("instrument_price", &names, &prices);
    case.check_each("own", &names, &owned);
    case.check("own new", fraction(round.new_shares), &case.expected("own")["new"]);
    case.check("own pool", fraction(pool), &case.expected("own")["pool_unallocated"]);
    for (name, basis) in names.iter().zip(basis) {
        if let Some(expected) = case.expected("basis")[name].as_str() {
            assert_eq!(basis == PriceBasis::Cap, expected == "cap", "{name}");
        }
    }
}

#[test]
fn priced_rounds() {
    each("priced_round", 12, priced_round::<f64>, priced_round::<Exact>);
}

#[test]
fn priced_rounds_that_state_a_rounding_of_none() {
    each("priced_round_rounded", 2, priced_round::<f64>, priced_round::<Exact>);
}

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

fn safe_ownership<A: Amount>(case: &Case) {
    let mut total = A::ZERO;
    for (place, safe) in list(case.input("post_money_safes")).iter().enumerate() {
        let cap = number(&safe["post_money_cap"]).unwrap();
        let owned = post_money_ownership(number::<A>(&safe["amount"]).unwrap(), cap);
        case.check("each", owned, &case.expected("each")[place]);
        total += owned;
    }
    case.check("total", total, case.expected("total"));
    if let Some(holder) = number::<A>(case.input("holder_shares")) {
        let before = holder.div_or(case.amount("pre_safe_shares"), A::ZERO);
        case.check("holder", before * (A::ONE - total), case.expected("holder_pct"));
    }
}

#[test]
fn ownership_of_post_money_safes() {
    each("safe_ownership", 2, safe_ownership::<f64>, safe_ownership::<Exact>);
}

/// A SAFE by itself is a round without new money at a valuation far above the cap.
fn safe_alone<A: Amount>(case: &Case) {
    let cap = case.amount::<A>("post_money_cap");
    let terms = RoundTerms::new(case.amount("pre_safe_shares"), cap * A::from_i64(100), A::ZERO);
    let price = ConversionTerms { discount: A::ZERO, cap: Cap::PostMoney(cap), stacked: false };
    let safe = Converting { amount: case.amount("amount"), terms: price, limited: false };
    let mut shares = [A::ZERO];
    price_round(&terms, &[safe], None, &mut shares, &mut [PriceBasis::default()]).unwrap();
    case.check("shares", shares[0].whole_shares(), case.expected("shares"));
}

#[test]
fn safe_by_itself() {
    each("safe_standalone_conversion", 1, safe_alone::<f64>, safe_alone::<Exact>);
}

fn exit_class<A: Amount>(class: &Value) -> ExitClass<A> {
    let amount = |key: &str| number::<A>(&class[key]).unwrap_or(A::ZERO);
    let invested = amount("invested");
    let participation = match (class["participating"].as_bool(), number::<A>(&class["cap"])) {
        (Some(true), Some(multiple)) => Participation::Capped(multiple * invested + amount("cap_addon")),
        (Some(true), None) => Participation::Full,
        _ => Participation::None,
    };
    ExitClass {
        shares: amount("shares") * number(&class["ratio"]).unwrap_or(A::ONE),
        claim: amount("multiple") * invested + amount("accrued_dividend"),
        // Debt ranks before every class of stock.
        seniority: 1000 + u32::try_from(class["seniority"].as_u64().unwrap_or(0)).unwrap(),
        participation,
        strike: A::ZERO,
    }
}

fn debt<A: Amount>(debt: &Value) -> ExitClass<A> {
    ExitClass {
        shares: A::ZERO,
        claim: number(&debt["claim"]).unwrap(),
        seniority: debt["seniority"].as_u64().unwrap().try_into().unwrap(),
        participation: Participation::None,
        strike: A::ZERO,
    }
}

fn classes_of<A: Amount>(case: &Case) -> (Vec<String>, Vec<ExitClass<A>>) {
    let (stock, debts) = (list(case.input("classes")), list(case.input("debts")));
    let classes = stock.iter().map(exit_class).chain(debts.iter().map(debt)).collect();
    ([names(stock), names(debts)].concat(), classes)
}

fn waterfall<A: Amount>(case: &Case) {
    let (names, classes) = classes_of::<A>(case);
    let mut payouts = vec![A::ZERO; classes.len()];
    let mut scratch = WaterfallScratch::new(classes.len());
    distribute(case.amount("exit_proceeds"), &classes, &mut scratch, &mut payouts);
    case.check_each("payouts", &names, &payouts);
}

#[test]
fn waterfalls() {
    each("waterfall", 27, waterfall::<f64>, waterfall::<Exact>);
}

fn thresholds<A: Amount>(case: &Case) {
    let (names, classes) = classes_of::<A>(case);
    for (name, class) in names.iter().zip(&classes) {
        let proceeds = proceeds_at_per_share(class.conversion_point().unwrap(), &classes);
        case.check(name, proceeds, &case.expected("thresholds")[name]);
    }
}

#[test]
fn conversion_thresholds() {
    each("waterfall_conversion_thresholds", 2, thresholds::<f64>, thresholds::<Exact>);
}

fn safe_liquidity_event<A: Amount>(case: &Case) {
    let list = list(case.input("safes"));
    let safes: Vec<_> = list
        .iter()
        .map(|safe| SafeAtSale {
            amount: number::<A>(&safe["amount"]).unwrap(),
            post_money_cap: number(&safe["post_money_cap"]).unwrap(),
        })
        .collect();
    let class = |shares: A, claim: A, seniority: u32| ExitClass {
        shares,
        claim,
        seniority,
        participation: Participation::None,
        strike: A::ZERO,
    };
    let holders = case.amount("founder_shares");
    let mut classes: Vec<_> = safes.iter().map(|safe| class(A::ZERO, safe.amount, 0)).collect();
    classes.push(class(holders, A::ZERO, 1));
    let mut payouts = vec![A::ZERO; classes.len()];
    let mut scratch = WaterfallScratch::new(classes.len());
    let proceeds = case.amount("proceeds");
    distribute_with_safes(proceeds, holders, &safes, &mut classes, &mut scratch, &mut payouts).unwrap();
    let mut names = names(list);
    names.push("holders".to_owned());
    case.check_each("payouts", &names, &payouts);
}

#[test]
fn safes_at_a_sale() {
    each("safe_liquidity_event", 1, safe_liquidity_event::<f64>, safe_liquidity_event::<Exact>);
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
