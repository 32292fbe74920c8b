use cabrio::contract::{
    Cap, ConversionTerms, Converting, LegalRounding, MfnPolicy, Pool, PriceBasis, PricingConvention,
    RoundOutcome, RoundTerms, RoundedHoldings, RoundedRound, mfn_election, post_money_ownership, price_round,
    round_legally,
};
use cabrio::number::{Amount, Exact, Rounding};
use serde_json::Value;

use super::{Case, each, list, names, number};

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
        guaranteed: A::ZERO,
        options: case.amount("options_granted"),
        promised: A::ZERO,
        unallocated: case.amount("pool_unallocated"),
        pool: match pool["type"].as_str().unwrap() {
            "none" => Pool::Keep,
            "absolute_increase" => Pool::IncreaseBy(number(&pool["shares"]).unwrap()),
            "target_unallocated_post" => Pool::TargetUnallocated(number(&pool["pct"]).unwrap()),
            "target_total_post" => Pool::TargetTotal(number(&pool["pct"]).unwrap()),
            "target_after_round" => Pool::TargetAfterRound(number(&pool["pct"]).unwrap()),
            other => panic!("{other}"),
        },
        pre_money: case.amount("pre_money"),
        price: None,
        new_money: case.amount("new_money"),
        convention: match case.input("convention").as_str().unwrap() {
            "percentage_ownership" => PricingConvention::PercentageOwnership,
            "pre_money_method" => PricingConvention::PreMoneyMethod,
            "dollars_invested" => PricingConvention::DollarsInvested,
            other => panic!("{other}"),
        },
    }
}

/// A case priced exactly.
struct Priced<A> {
    terms: RoundTerms<A>,
    names: Vec<String>,
    converting: Vec<Converting<A>>,
    round: RoundOutcome<A>,
    shares: Vec<A>,
    basis: Vec<PriceBasis>,
}

fn price<A: Amount>(case: &Case) -> Priced<A> {
    let terms = round_of::<A>(case);
    let instruments = list(case.input("instruments"));
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
    Priced { terms, names: names(instruments), converting, round, shares, basis }
}

/// Holds the numbers of a round, rounded or not, against what the case expects.
fn check_round<A: Amount>(case: &Case, terms: &RoundTerms<A>, round: &RoundedRound<A>, converted: A) {
    let pool = terms.unallocated + round.pool_increase;
    for (what, result) in [
        ("price", round.price),
        ("new_shares", round.new_shares),
        ("pool_increase", round.pool_increase),
        ("total_post", round.total_shares),
        ("pool_unallocated_post", pool),
        ("company_cap_post", terms.outstanding + terms.options + terms.unallocated + converted),
        ("cap_pre", terms.outstanding + terms.options + pool),
        ("sum_valuation", round.sum_valuation),
    ] {
        case.check(what, result, case.expected(what));
    }
}

fn priced_round<A: Amount>(case: &Case) {
    let Priced { terms, names, converting, round, shares, basis } = price::<A>(case);
    let sum_valuation = round.price * round.total_shares;
    let RoundOutcome { price, new_shares, pool_increase, total_shares, .. } = round;
    let unrounded = RoundedRound { price, new_shares, pool_increase, total_shares, sum_valuation };
    let converted = shares.iter().fold(A::ZERO, |sum, &each| sum + each);
    check_round(case, &terms, &unrounded, converted);
    let fraction = |shares: A| shares.div_or(round.total_shares, A::ZERO);
    let owned: Vec<A> = shares.iter().map(|&each| fraction(each)).collect();
    let prices: Vec<A> =
        converting.iter().zip(&shares).map(|(each, &shares)| each.amount.div_or(shares, A::ZERO)).collect();
    case.check_each("instrument_shares", &names, &shares);
    case.check_each("instrument_price", &names, &prices);
    case.check_each("own", &names, &owned);
    case.check("own new", fraction(round.new_shares), &case.expected("own")["new"]);
    let pool = terms.unallocated + round.pool_increase;
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

fn mode(name: &Value) -> Option<Rounding> {
    match name.as_str()? {
        "floor" => Some(Rounding::Floor),
        "ceil" => Some(Rounding::Ceil),
        "nearest" => Some(Rounding::Nearest),
        "none" => None,
        other => panic!("{other}"),
    }
}

/// Where a worksheet rounds all shares it rounds all prices; where it rounds new shares only, its notes keep
/// fractions and unrounded prices.
fn rounding_of(rounding: &Value) -> LegalRounding {
    let places = rounding["price_decimals"].as_u64().map(|places| u32::try_from(places).unwrap());
    let price = places.map(|places| (places, mode(&rounding["price_mode"]).unwrap()));
    let all = mode(&rounding["shares"]);
    LegalRounding {
        price,
        conversion_price: price.filter(|_| all.is_some()),
        new_shares: all.or(mode(&rounding["new_shares"])),
        converted_shares: all,
        pool: all,
    }
}

fn rounded_round<A: Amount>(case: &Case) {
    let Priced { terms, converting, round, mut shares, .. } = price::<A>(case);
    let investments = match case.input("new_money") {
        Value::Array(each) => each.iter().map(|money| number(money).unwrap()).collect(),
        one => vec![number::<A>(one).unwrap()],
    };
    let (mut bought, mut prices) = (vec![A::ZERO; investments.len()], shares.clone());
    let mut holdings = RoundedHoldings { bought: &mut bought, shares: &mut shares, prices: &mut prices };
    let rounding = rounding_of(case.input("rounding"));
    let rounded = round_legally(&terms, &converting, &investments, &round, &rounding, &mut holdings).unwrap();
    let converted = shares.iter().fold(A::ZERO, |sum, &each| sum + each);
    check_round(case, &terms, &rounded, converted);
    case.check("note_shares", converted, case.expected("note_shares"));
}

#[test]
fn rounds_in_whole_shares_and_printed_prices() {
    each("priced_round_rounded", 5, rounded_round::<f64>, rounded_round::<Exact>);
}

/// The MFN holder elects from what was issued after it.
fn mfn<A: Amount>(case: &Case) {
    let issued = list(case.input("issue_order"));
    let holder = issued.iter().position(|each| each["mfn"] == true).unwrap();
    let terms = |each: &Value| ConversionTerms {
        discount: A::ZERO,
        cap: number(&each["cap"]).map_or(Cap::None, Cap::PostMoney),
        stacked: false,
    };
    let later: Vec<_> = issued[holder + 1..].iter().map(terms).collect();
    let elected = mfn_election(&terms(&issued[holder]), &later, MfnPolicy::LowestCap).unwrap();
    let Cap::PostMoney(cap) = later[elected].cap else { panic!() };
    case.check("effective_cap", cap, case.expected("effective_cap"));
}

#[test]
fn mfn_elections() {
    each("mfn", 1, mfn::<f64>, mfn::<Exact>);
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
