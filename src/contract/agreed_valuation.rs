//! Conversion at a valuation agreed beforehand, without a round that sets a price.

use super::conversion::Cap;
use crate::number::Amount;

/// The fraction of the company, after everything converts, that an amount buys at a valuation that counts the
/// conversions; zero for any other basis. The sum over all that convert together enters
/// [`shares_at_valuation`].
#[must_use]
pub fn post_money_fraction<A: Amount>(amount: A, valuation: Cap<A>) -> A {
    match valuation.valuation() {
        Some((valuation, counted)) if counted.other_converting_securities => {
            amount.div_or(counted.less_itself(valuation, amount), A::ZERO)
        }
        _ => A::ZERO,
    }
}

/// Shares that `amount` converts into at an agreed valuation, `outstanding` shares being there before (those
/// of them that the valuation counts) and `together` being the sum of [`post_money_fraction`] over all that
/// convert at once; `None` without a valuation, or if they would take the whole company.
///
/// A post-money valuation K gives the fraction amount/K of the shares after conversion, so with all fractions
/// f the count after is `outstanding / (1 − Σf)`; a pre-money one gives `amount · outstanding / K`; a price
/// per share divides the amount. (Post-money SAFE v1.2 §2, "Safe Price", "Liquidity Price".)
#[must_use]
pub fn shares_at_valuation<A: Amount>(
    amount: A,
    valuation: Cap<A>,
    outstanding: A,
    together: A,
) -> Option<A> {
    let Some((money, counted)) = valuation.valuation() else {
        let Cap::FixedPrice(price) = valuation else { return None };
        return Some(amount.div_or(price, A::ZERO));
    };
    if counted.other_converting_securities {
        let left = A::ONE - together;
        let after = outstanding.div_or(left, A::ZERO);
        return (left > A::ZERO).then(|| post_money_fraction(amount, valuation) * after);
    }
    let money = counted.less_itself(money, amount);
    (counted.is_even() || money > A::ZERO).then(|| (amount * outstanding).div_or(money, A::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::CountedShares;

    #[test]
    fn a_post_money_valuation_gives_the_agreed_fraction() {
        // hand-worked: 6.6 at 157 post-money is 6.6/157 of the shares after conversion
        let cap = Cap::PostMoney(157.0);
        let shares = shares_at_valuation(6.6, cap, 1_000.0, post_money_fraction(6.6, cap)).unwrap();
        assert!((shares / (1_000.0 + shares) - 6.6 / 157.0).abs() < 1e-15);
    }

    #[test]
    fn a_valuation_over_itself_alone_counts_what_it_converts_into() {
        // hand-worked: 20 at 100 over shares and itself, but not another note: 0.2 of 1,250 is 250
        let alone = CountedShares { other_converting_securities: false, ..CountedShares::POST_MONEY };
        assert_eq!(shares_at_valuation(20.0, Cap::Over(100.0, alone), 1_000.0, 0.0), Some(250.0));
        assert_eq!(shares_at_valuation(100.0, Cap::Over(100.0, alone), 1_000.0, 0.0), None);
    }

    #[test]
    fn claims_on_the_whole_company_have_no_share_count() {
        assert_eq!(shares_at_valuation(5.0, Cap::PostMoney(5.0), 1_000.0, 1.0), None);
    }
}
