//! Interest on notes and loans.
//!
//! Day counts are applied elsewhere: a year fraction comes in as a number. Rates are fractions per year
//! (0.06 is six per cent).

use crate::number::Amount;

/// How interest earns interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compounding {
    /// Never: interest on the principal only.
    Simple,
    /// At the end of each of this many equal periods a year. Interest paid in kind (PIK) is the same sum:
    /// it joins the principal at each period's end.
    PerYear(u32),
}

/// Simple interest on `principal` at `rate` a year over `years`.
///
/// Source: `I = P·r·τ`, as convertible notes state it.
#[must_use]
pub fn simple_interest<A: Amount>(principal: A, rate: A, years: A) -> A {
    principal * rate * years
}

/// Principal with interest compounded `periods_per_year` times a year over `years`.
///
/// Whole periods compound at `rate / periods_per_year`; the unfinished period at the end earns simple
/// interest on the balance so far. With no periods in a year the balance earns simple interest.
///
/// Source: `P·(1 + r/m)^(m·τ)` for whole periods; the rule for the unfinished one is ours, and continuous at
/// the end of each period.
#[must_use]
pub fn compound_balance<A: Amount>(principal: A, rate: A, periods_per_year: u32, years: A) -> A {
    if periods_per_year == 0 {
        return principal + simple_interest(principal, rate, years);
    }
    let per_year = A::from_i64(i64::from(periods_per_year));
    let elapsed = years * per_year;
    let whole = elapsed.whole_shares().or_zero();
    let period_rate = rate.div_or(per_year, A::ZERO);
    let grown = principal * power(A::ONE + period_rate, whole_number(whole));
    grown + simple_interest(grown, period_rate, elapsed - whole)
}

/// Principal with interest under either rule.
#[must_use]
pub fn balance<A: Amount>(principal: A, rate: A, compounding: Compounding, years: A) -> A {
    match compounding {
        Compounding::Simple => principal + simple_interest(principal, rate, years),
        Compounding::PerYear(periods) => compound_balance(principal, rate, periods, years),
    }
}

/// Interest alone under either rule: [`balance`] less the principal.
#[must_use]
pub fn accrued_interest<A: Amount>(principal: A, rate: A, compounding: Compounding, years: A) -> A {
    match compounding {
        Compounding::Simple => simple_interest(principal, rate, years),
        Compounding::PerYear(periods) => compound_balance(principal, rate, periods, years) - principal,
    }
}

/// `base` to a whole power by squaring.
fn power<A: Amount>(base: A, mut exponent: u32) -> A {
    let mut square = base;
    let mut product = A::ONE;
    while exponent > 0 {
        if exponent & 1 == 1 {
            product = product * square;
        }
        exponent >>= 1;
        // The last square would go unused, and could leave the range of the exact decimals.
        if exponent > 0 {
            square = square * square;
        }
    }
    product
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, not negative; periods beyond u32 saturate, and a NaN year fraction stays in the stub"
)]
fn whole_number<A: Amount>(whole: A) -> u32 {
    whole.to_f64() as u32
}
