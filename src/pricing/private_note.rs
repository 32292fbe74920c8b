//! Closed forms for venture notes: what a simulated note must come to where the deal is simple enough.
//!
//! A note's principal grows by simple interest to A(t) = P (1 + i t). At a financing it becomes shares at the lower
//! of the round's price less a discount d and a price that values the company, before the money, at a cap C. With
//! shares marked at the round's price and no dilution by the note itself it is then worth
//! A · max(1/(1 − d), V/C), so the cap binds where V exceeds C/(1 − d) (not C).
//! These follow from the Black–Scholes formula; derivations stand at each function.

use super::black_scholes::{Lognormal, Market};
use super::{RangeError, discount_share, finite, not_negative, positive, share};
use crate::random::math::exp;
use crate::random::quadrature::integrate;

/// What is common to the notes below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Note {
    /// Lent, above 0.
    pub principal: f64,
    /// Simple interest per year, 0 or more.
    pub interest: f64,
    /// Discount to the round's price, from 0 to below 1.
    pub discount: f64,
    /// Cap on the value of the company before the money, above 0.
    pub cap: f64,
}

impl Note {
    fn check(&self) -> Result<(), RangeError> {
        positive("the principal", self.principal)?;
        not_negative("the interest", self.interest)?;
        discount_share("the discount", self.discount)?;
        positive("the cap", self.cap)?;
        Ok(())
    }

    /// Principal and interest after `years`.
    fn owed(&self, years: f64) -> f64 {
        self.principal * (1.0 + self.interest * years)
    }

    /// Value of what is owed 1 at the discount alone.
    fn at_discount(&self) -> f64 {
        1.0 / (1.0 - self.discount)
    }

    /// Value of the company from which on the cap binds.
    #[must_use]
    pub fn cap_binds_above(&self) -> f64 {
        self.cap * self.at_discount()
    }

    /// Price of conversion on the law of the company's value, for each unit owed then.
    fn conversion(&self, law: &Lognormal) -> f64 {
        law.discount() * self.at_discount() + law.call(self.cap_binds_above()) / self.cap
    }
}

/// A note that converts for certain, at a known time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CertainFinancing {
    /// Price today: `discount_alone` + `cap_option`.
    pub price: f64,
    /// Price without the cap: A e^{−rT}/(1 − d).
    pub discount_alone: f64,
    /// A/C calls on the company struck at C/(1 − d).
    pub cap_option: f64,
    /// P(cap binds) under the drift of the pricing measure.
    pub probability_cap_binds: f64,
    /// Mean of the value at the financing over the principal, not discounted.
    pub mean_multiple: f64,
    law: Lognormal,
    note: Note,
    owed: f64,
}

/// Prices `note` where the financing comes for certain after `market.years`, on the company's value before the money
/// `market.spot`.
///
/// # Errors
///
/// [`RangeError`] for an input out of range.
///
/// ```
/// use cabrio::pricing::{black_scholes::Market, private_note::{Note, certain_financing}};
/// let note = Note { principal: 1e6, interest: 0.06, discount: 0.2, cap: 10e6 };
/// let company = Market { spot: 8e6, rate: 0.04, dividend_yield: 0.0, volatility: 0.8, years: 1.5 };
/// let value = certain_financing(&note, &company)?;
/// assert!((value.price - 1_510_748.87).abs() < 0.01);
/// # Ok::<(), cabrio::pricing::RangeError>(())
/// ```
pub fn certain_financing(note: &Note, market: &Market) -> Result<CertainFinancing, RangeError> {
    note.check()?;
    let law = market.at_date()?;
    let owed = note.owed(market.years);
    let price = owed * note.conversion(&law);
    let discount_alone = owed * law.discount() * note.at_discount();
    Ok(CertainFinancing {
        price,
        discount_alone,
        cap_option: owed * law.call(note.cap_binds_above()) / note.cap,
        probability_cap_binds: law.probability_above(note.cap_binds_above()),
        mean_multiple: price / law.discount() / note.principal,
        law,
        note: *note,
        owed,
    })
}

impl CertainFinancing {
    /// The multiple of the principal that is undercut with `probability` (0 to 1; NaN outside).
    #[must_use]
    pub fn multiple_quantile(&self, probability: f64) -> f64 {
        let by_cap = self.law.quantile(probability) / self.note.cap;
        if by_cap.is_nan() {
            by_cap
        } else {
            self.owed / self.note.principal * by_cap.max(self.note.at_discount())
        }
    }

    /// Mean of the multiple over the best `tail` of outcomes, e.g. 0.05.
    ///
    /// With v the value exceeded with probability `tail` and K where the cap binds: the mean of max(K, V) over
    /// V > v, by the partial mean of a lognormal, F N(d₁).
    ///
    /// # Errors
    ///
    /// [`RangeError`] unless `tail` lies in (0, 1].
    pub fn mean_multiple_of_best(&self, tail: f64) -> Result<f64, RangeError> {
        positive("the tail", share("the tail", tail)?)?;
        let bind = self.note.cap_binds_above();
        let from = bind.max(if tail < 1.0 { self.law.quantile(1.0 - tail) } else { 0.0 });
        let capped = self.law.value_above(from) / self.law.discount();
        let at_discount = bind * (tail - self.law.probability_above(from)).max(0.0);
        Ok(self.owed / self.note.principal * (capped + at_discount) / (self.note.cap * tail))
    }
}

/// A note that falls due at a known time without a financing, on a company that may be worth less.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DebtOrEquity {
    /// Price today.
    pub price: f64,
    /// Price of min(A, V): debt without conversion (Merton 1974).
    pub straight_debt: f64,
    /// What the right to convert adds.
    pub conversion_option: f64,
    /// P(V < A) under the pricing measure.
    pub probability_of_default: f64,
    /// P(conversion) under the pricing measure.
    pub probability_of_conversion: f64,
}

/// Prices max(min(A, V), w V) at `market.years` with w = A/(C + A): the holder of `owed` (A) takes it, or what
/// there is, or converts at the `cap` C on the value before the note; converts where V > C + A.
///
/// Derivation: min(A, V) = V − call(A), and the excess of w V over A is w calls struck at C + A.
///
/// # Errors
///
/// [`RangeError`] for an input out of range.
pub fn debt_or_equity(owed: f64, cap: f64, market: &Market) -> Result<DebtOrEquity, RangeError> {
    positive("what is owed", owed)?;
    positive("the cap", cap)?;
    let law = market.at_date()?;
    let straight_debt = law.discount() * owed - law.put(owed);
    let conversion_option = owed / (cap + owed) * law.call(cap + owed);
    Ok(DebtOrEquity {
        price: straight_debt + conversion_option,
        straight_debt,
        conversion_option,
        probability_of_default: 1.0 - law.probability_above(owed),
        probability_of_conversion: law.probability_above(cap + owed),
    })
}

/// When things happen to a note, independent of the company's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clocks {
    /// Financings per year, 0 or more.
    pub financing_rate: f64,
    /// Defaults per year, 0 or more.
    pub default_rate: f64,
    /// Share of what is owed that a default pays at once.
    pub recovery: f64,
}

/// A note whose financing and default come at random, each at a constant rate, before a maturity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomFinancing {
    /// Price today: the sum of the three legs.
    pub price: f64,
    /// What conversion at a financing contributes.
    pub financing_leg: f64,
    /// What recovery contributes.
    pub default_leg: f64,
    /// What maturity, reached without either, contributes.
    pub maturity_leg: f64,
    /// P(a financing comes first).
    pub probability_of_financing: f64,
    /// P(default comes first).
    pub probability_of_default: f64,
    /// P(neither before maturity).
    pub probability_of_maturity: f64,
}

/// Prices `note` maturing after `market.years`: at a financing at t it is worth A(t) max(1/(1 − d), V/C), at a
/// default the recovery of A(t), and at maturity [`debt_or_equity`].
///
/// The two first legs are integrals over the time of the event, with the company's value integrated by formula.
///
/// # Errors
///
/// [`RangeError`] for an input out of range.
pub fn random_financing(
    note: &Note,
    clocks: &Clocks,
    market: &Market,
) -> Result<RandomFinancing, RangeError> {
    note.check()?;
    market.at_date()?;
    let financing = not_negative("the rate of financings", clocks.financing_rate)?;
    let default = not_negative("the rate of defaults", clocks.default_rate)?;
    let recovery = share("the recovery", clocks.recovery)?;
    finite("the rate of either", financing + default)?;
    let both = financing + default;
    let end = market.years;
    // Over the probability of an event by t, 1 − e^{−(λ+h)t} = p x²: the square makes √t smooth at 0.
    let before_end = -libm::expm1(-both * end);
    let over_time = |f: &dyn Fn(f64) -> f64| {
        let along = |x: f64| {
            let years = (-libm::log1p(-before_end * x * x) / both).min(end);
            2.0 * before_end * x * note.owed(years) * f(years)
        };
        if both > 0.0 { integrate(0.0, 1.0, &along) / both } else { 0.0 }
    };
    let converted = |years: f64| {
        let at = Market { years, ..*market }.at_date();
        at.map_or(f64::NAN, |law| note.conversion(&law))
    };
    let financing_leg = financing * over_time(&converted);
    let default_leg = default * recovery * over_time(&|years| exp(-market.rate * years));
    let survival = exp(-both * end);
    let at_maturity = debt_or_equity(note.owed(end), note.cap, market)?;
    let maturity_leg = survival * at_maturity.price;
    let first = |rate: f64| if both > 0.0 { rate / both * before_end } else { 0.0 };
    Ok(RandomFinancing {
        price: financing_leg + default_leg + maturity_leg,
        financing_leg,
        default_leg,
        maturity_leg,
        probability_of_financing: first(financing),
        probability_of_default: first(default),
        probability_of_maturity: survival,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(spot: f64, volatility: f64, years: f64) -> Market {
        Market { spot, rate: 0.04, dividend_yield: 0.0, volatility, years }
    }

    #[test]
    fn certain_financings() {
        // Cases `note-cap-discount-1` and `-4`; tolerances as there (1.0 and 0.5 in money, 1e-9 in multiples,
        // 1e-8 and 1e-7 in means).
        let first = Note { principal: 1e6, interest: 0.06, discount: 0.2, cap: 10e6 };
        let value = certain_financing(&first, &company(8e6, 0.8, 1.5)).unwrap();
        assert!((value.price - 1_510_748.874_64).abs() < 1.0);
        assert!((value.discount_alone - 1_283_154.177_01).abs() < 1.0);
        assert!((value.cap_option - 227_594.697_627).abs() < 1.0);
        assert!((value.probability_cap_binds - 0.188_307_468_295).abs() < 1e-9);
        assert!((value.mean_multiple - 1.604_168_367_74).abs() < 1e-8);
        for (probability, multiple) in [(0.05, 1.3625), (0.5, 1.3625), (0.95, 2.870_984_435_85)] {
            assert!((value.multiple_quantile(probability) - multiple).abs() < 1e-9);
        }
        assert!((value.mean_multiple_of_best(0.05).unwrap() - 4.685_288_273_67).abs() < 1e-7);
        // All outcomes are the best 100 %.
        assert!((value.mean_multiple_of_best(1.0).unwrap() - value.mean_multiple).abs() < 1e-12);

        let fourth = Note { principal: 5e5, interest: 0.05, discount: 0.15, cap: 6e6 };
        let value = certain_financing(&fourth, &company(4e6, 1.1, 3.0)).unwrap();
        assert!((value.price - 822_161.997_21).abs() < 0.5);
        assert!((value.cap_option - 222_186.407_666).abs() < 0.5);
        assert!((value.probability_cap_binds - 0.117_464_267_657).abs() < 1e-9);
        assert!((value.mean_multiple - 1.853_970_126_68).abs() < 1e-8);
        assert!((value.multiple_quantile(0.95) - 3.232_202_820_15).abs() < 1e-9);
        assert!((value.mean_multiple_of_best(0.05).unwrap() - 10.420_051_367_3).abs() < 1e-7);
    }

    #[test]
    fn debt_or_equity_at_maturity() {
        // Case `note-debt-or-equity-1`; tolerance 1e-8.
        let value = debt_or_equity(10.0, 30.0, &company(25.0, 0.7, 2.0)).unwrap();
        let found = [
            value.price,
            value.straight_debt,
            value.conversion_option,
            value.probability_of_default,
            value.probability_of_conversion,
        ];
        let expected =
            [9.735_799_120_21, 8.085_761_377_97, 1.650_037_742_25, 0.304_524_691_385, 0.187_018_226_222];
        for (got, expected) in found.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-8, "{value:?}");
        }
    }

    #[test]
    fn random_financing_and_default() {
        // Case `note-hazard-2`; tolerance 1e-7.
        let note = Note { principal: 1.0, interest: 0.08, discount: 0.2, cap: 12.0 };
        let clocks = Clocks { financing_rate: 0.5, default_rate: 0.1, recovery: 0.25 };
        let value = random_financing(&note, &clocks, &company(10.0, 0.9, 3.0)).unwrap();
        let found = [
            (value.price, 1.323_738_276_75),
            (value.financing_leg, 1.048_345_484_2),
            (value.default_leg, 0.036_128_183_464_5),
            (value.maturity_leg, 0.239_264_609_092),
            (value.probability_of_financing, 0.695_584_259_815),
            (value.probability_of_default, 0.139_116_851_963),
            (value.probability_of_maturity, 0.165_298_888_222),
        ];
        for (got, expected) in found {
            assert!((got - expected).abs() < 1e-7, "{value:?}");
        }
    }

    #[test]
    fn limits() {
        // Hand-worked: without clocks only maturity is left; a financing that comes at once converts at today's
        // value; a cap out of reach leaves the discount.
        let note = Note { principal: 2.0, interest: 0.1, discount: 0.2, cap: 10.0 };
        let still = Clocks { financing_rate: 0.0, default_rate: 0.0, recovery: 0.0 };
        let market = company(20.0, 0.9, 3.0);
        let value = random_financing(&note, &still, &market).unwrap();
        assert_eq!(value.price.to_bits(), debt_or_equity(2.6, 10.0, &market).unwrap().price.to_bits());
        let soon = Clocks { financing_rate: 1e6, ..still };
        let value = random_financing(&note, &soon, &market).unwrap();
        assert!((value.price - 4.0).abs() < 1e-5, "{value:?}");
        let far = certain_financing(&Note { cap: 1e30, ..note }, &market).unwrap();
        assert!((far.price - far.discount_alone).abs() < 1e-12 && far.discount_alone > 0.0);
        let today = certain_financing(&note, &Market { years: 0.0, ..market }).unwrap();
        assert_eq!(today.price.to_bits(), 4.0_f64.to_bits());
    }

    #[test]
    fn nonsense_is_refused() {
        let note = Note { principal: 1.0, interest: 0.08, discount: 0.2, cap: 12.0 };
        let market = company(10.0, 0.9, 3.0);
        assert!(certain_financing(&Note { discount: 1.0, ..note }, &market).is_err());
        assert!(certain_financing(&Note { cap: 0.0, ..note }, &market).is_err());
        assert!(certain_financing(&note, &Market { volatility: f64::NAN, ..market }).is_err());
        assert!(debt_or_equity(-1.0, 1.0, &market).is_err());
        let clocks = Clocks { financing_rate: -0.5, default_rate: 0.1, recovery: 0.25 };
        assert!(random_financing(&note, &clocks, &market).is_err());
        assert!(certain_financing(&note, &market).unwrap().mean_multiple_of_best(0.0).is_err());
    }
}
