use super::Deals;
use crate::contract::{
    Compounding, accrued_interest, as_converted_value, balance, better_of, compound_balance, repayment,
};
use crate::number::{Amount, Decimal, Exact};

fn exact(digits: i64, places: u32) -> Exact {
    Exact::from(Decimal::new(digits, places))
}

#[test]
fn the_unfinished_period_earns_simple_interest() {
    // hand-worked: 8 quarters at 2% and 0.4 of one; 1.02^8 is 1.1716593810022656, and times 1.008 it is
    // 1.1810326560502837248
    let in_f64 = compound_balance(1000.0, 0.08, 4, 2.1);
    let in_exact = compound_balance(exact(1000, 0), exact(8, 2), 4, exact(21, 1));
    // about a dozen roundings
    assert!((in_f64 - 1_181.032_656_050_283_7_f64).abs() < 12.0 * f64::EPSILON * 1181.0);
    assert_eq!(in_exact.value(), Some(Decimal::from_str_exact("1181.0326560502837248").unwrap()));
}

#[test]
fn compounding_is_never_less_than_simple_interest_and_equals_it_within_the_first_period() {
    let mut deals = Deals::new(1);
    for _ in 0..2000 {
        let (principal, rate) = (deals.amount(1, 1_000_000), deals.hundredths(0, 30));
        let periods = u32::try_from(deals.whole(1, 12)).unwrap();
        let years = deals.hundredths(0, 1000);
        let simple = balance(principal, rate, Compounding::Simple, years);
        let compound = balance(principal, rate, Compounding::PerYear(periods), years);
        // one unit of the 28th digit is lost by each of at most a dozen roundings
        assert!(compound.to_f64() >= simple.to_f64() * (1.0 - 1e-15), "{principal:?} {rate:?} {years:?}");
        if years.to_f64() * f64::from(periods) < 1.0 {
            assert!((compound.to_f64() - simple.to_f64()).abs() <= 1e-12 * simple.to_f64());
        }
    }
}

#[test]
fn a_balance_is_continuous_at_the_end_of_a_period() {
    let before = compound_balance(1000.0, 0.06, 12, 2.0 - 1e-9);
    let after = compound_balance(1000.0, 0.06, 12, 2.0);
    // 1e-9 years at 6% on about 1127: 6.8e-8
    assert!((after - before).abs() < 7e-8);
}

#[test]
fn no_compounding_periods_means_simple_interest_and_no_time_none() {
    assert_eq!(compound_balance(1000.0, 0.05, 0, 3.0), 1150.0);
    assert_eq!(accrued_interest(1000.0, 0.05, Compounding::PerYear(2), 0.0), 0.0);
    assert!(compound_balance(1000.0, 0.05, 2, f64::NAN).is_nan());
}

#[test]
fn a_holder_at_maturity_is_paid_what_there_is_or_converts_for_more() {
    assert_eq!(repayment(100.0, 40.0), 40.0);
    assert_eq!(repayment(100.0, -5.0), 0.0);
    assert_eq!(repayment(100.0, 400.0), 100.0);
    assert_eq!(as_converted_value(100.0, 4.0, 6.0), 150.0);
    assert_eq!(as_converted_value(100.0, 0.0, 6.0), 0.0);
    assert!(better_of(100.0, 150.0).converts);
    let indifferent = better_of(100.0, 100.0);
    assert!(!indifferent.converts);
    assert_eq!(indifferent.value, 100.0);
}
