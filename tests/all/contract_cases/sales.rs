use cabrio::contract::{
    Cap, DividendsInCap, ExitClass, Participation, PreferredSeries, SafeAtSale, SeriesParticipation,
    WaterfallScratch, conversion_threshold, distribute, distribute_with_safes,
};
use cabrio::number::{Amount, Exact};
use serde_json::Value;

use super::{Case, each, list, names, number};

/// Stock of a case: common is preferred with nothing to prefer.
fn exit_class<A: Amount>(class: &Value) -> ExitClass<A> {
    let amount = |key: &str| number::<A>(&class[key]).unwrap_or(A::ZERO);
    let (shares, dividends) = (amount("shares"), amount("accrued_dividend"));
    let participation = match (class["participating"].as_bool(), number::<A>(&class["cap"])) {
        (Some(true), Some(multiple)) => {
            let added = amount("cap_addon") > A::ZERO;
            let dividends = if added { DividendsInCap::Added } else { DividendsInCap::Included };
            SeriesParticipation::Capped { multiple, dividends }
        }
        (Some(true), None) => SeriesParticipation::Full,
        _ => SeriesParticipation::None,
    };
    PreferredSeries {
        shares,
        original_price: amount("invested").div_or(shares, A::ZERO),
        ratio: number(&class["ratio"]).unwrap_or(A::ONE),
        multiple: amount("multiple"),
        participation,
        dividends,
        dividends_on_conversion: false,
        // Debt ranks before every class of stock.
        seniority: 1000 + u32::try_from(class["seniority"].as_u64().unwrap_or(0)).unwrap(),
    }
    .exit_class()
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
    for (place, name) in names.iter().enumerate() {
        let proceeds = conversion_threshold(place, &classes).unwrap();
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
            cap: Cap::PostMoney(number(&safe["post_money_cap"]).unwrap()),
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
