//! Conversion at maturity only, no coupons.

use super::{Bond, ConvertibleError, CreditModel, Dynamics, Value};
use crate::pricing::black_scholes::{Lognormal, Market};
use crate::random::math::exp;

/// Prices a bond without coupons that can be converted at maturity only (`market.years`), by closed form.
///
/// With the rates of the [models](super), a share that ends at F e^{…} is lognormal before default, and
/// price = F e^{−bT} N(−d₂) + κ S e^{(μ−a)T} N(d₁) + income (1 − e^{−bT})/b, κ the conversion ratio. Without
/// credit risk that is the bond floor and κ calls struck at F/κ.
///
/// # Errors
///
/// [`ConvertibleError`] for an input out of range, and for [`CreditModel::Blended`], which has no closed form.
///
/// ```
/// use cabrio::pricing::black_scholes::Market;
/// use cabrio::pricing::convertible::{Bond, CreditModel, european};
/// let market = Market { spot: 80.0, rate: 0.04, dividend_yield: 0.0, volatility: 0.4, years: 3.0 };
/// let bond = Bond { face: 100.0, conversion_ratio: 1.0 };
/// let value = european(&market, &bond, &CreditModel::Hazard { intensity: 0.05, recovery: 0.4 })?;
/// assert!((value.price - 104.654_810).abs() < 1e-6);
/// # Ok::<(), cabrio::pricing::convertible::ConvertibleError>(())
/// ```
pub fn european(market: &Market, bond: &Bond, credit: &CreditModel) -> Result<Value, ConvertibleError> {
    let d = Dynamics::new(market, bond, credit)?;
    if matches!(credit, CreditModel::Blended { .. }) {
        return Err(ConvertibleError::NoClosedForm);
    }
    let years = market.years;
    let law = Lognormal::new(
        market.spot * exp(d.drift * years),
        exp(-d.share_discount * years),
        d.volatility * years.sqrt(),
    )?;
    let strike = bond.face / bond.conversion_ratio;
    let converts = law.probability_above(strike);
    let shares = bond.conversion_ratio * law.value_above(strike);
    let recoveries = d.recoveries(years);
    let cash_part = d.cash(bond.face, years) * (1.0 - converts) + recoveries;
    Ok(Value::new(
        shares + cash_part,
        cash_part,
        d.cash(bond.face, years) + recoveries,
        bond.conversion_ratio * market.spot,
        exp(-d.default_rate * years) * converts,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOND: Bond = Bond { face: 100.0, conversion_ratio: 1.0 };

    fn market(spot: f64, volatility: f64, rate: f64, years: f64) -> Market {
        Market { spot, rate, dividend_yield: 0.0, volatility, years }
    }

    #[test]
    fn without_credit_risk() {
        // Cases `cb-euro-nocredit-CB01`, `-CB04`, `-CB22` (quadrature, and QuantLib after extrapolation);
        // tolerance 1e-8. Columns: price, floor, option, P(conversion).
        let cases = [
            (
                market(95.0, 0.2, 0.05, 1.0),
                [102.633_814_628, 95.122_942_450_1, 7.510_872_178_35, 0.457_606_127_849],
            ),
            (
                market(80.0, 0.4, 0.05, 1.0),
                [102.701_171_8, 95.122_942_450_1, 7.578_229_350_34, 0.263_412_901_739],
            ),
            (
                market(40.0, 0.9, 0.04, 3.0),
                [104.192_663_529, 88.692_043_671_7, 15.500_619_857_4, 0.098_483_045_132_7],
            ),
        ];
        for (market, expected) in cases {
            let value = european(&market, &BOND, &CreditModel::None).unwrap();
            let found =
                [value.price, value.bond_floor, value.conversion_option, value.probability_of_conversion];
            for (got, expected) in found.iter().zip(expected) {
                assert!((got - expected).abs() < 1e-8, "{value:?}");
            }
            assert_eq!(value.parity.to_bits(), market.spot.to_bits());
        }
    }

    #[test]
    fn with_two_discount_rates() {
        // Cases `cb-euro-TF-CB06`, `-CB15`, `-CB27` (an own lattice, extrapolated): price and cash part; tolerance
        // 2e-6. The last is the example of the module's introduction at 82.29 (reference notes, two digits).
        let cases = [
            (market(80.0, 0.4, 0.05, 1.0), [97.314_216_188_9, 64.679_376_545_8]),
            (market(95.0, 0.2, 0.04, 3.0), [95.448_296_722_4, 34.184_326_213_3]),
            (market(95.0, 0.2, 0.03, 5.0), [92.715_577_415_9, 28.914_053_059_7]),
        ];
        let credit = CreditModel::TsiveriotisFernandes { spread: 0.08 };
        for (market, expected) in cases {
            let value = european(&market, &BOND, &credit).unwrap();
            assert!((value.price - expected[0]).abs() < 2e-6, "{value:?}");
            assert!((value.cash_part - expected[1]).abs() < 2e-6, "{value:?}");
        }
        let far = european(&market(40.0, 0.9, 0.03, 5.0), &BOND, &credit).unwrap();
        assert!((far.price - 82.29).abs() < 5e-3, "{far:?}");
    }

    #[test]
    fn with_a_hazard_of_default() {
        // Cases `cb-hazard-1` and `-2` (quadrature in share and time of default), tolerance 1e-8; and the example
        // of the introduction, 82.73 at h = 8 %, R = 0.
        for (recovery, price) in [(0.0, 99.396_576_976_1), (0.4, 104.654_810_435)] {
            let credit = CreditModel::Hazard { intensity: 0.05, recovery };
            let value = european(&market(80.0, 0.4, 0.04, 3.0), &BOND, &credit).unwrap();
            assert!((value.price - price).abs() < 1e-8, "{value:?}");
            assert!((value.probability_of_conversion - CONVERSION).abs() < 1e-8, "{value:?}");
        }
        let credit = CreditModel::Hazard { intensity: 0.08, recovery: 0.0 };
        let far = european(&market(40.0, 0.9, 0.03, 5.0), &BOND, &credit).unwrap();
        assert!((far.price - 82.73).abs() < 5e-3, "{far:?}");
    }

    /// P(conversion) of the case: with survival.
    const CONVERSION: f64 = 0.335_854_560_975;

    #[test]
    fn with_a_volatility_that_includes_default() {
        // Case `cb-financepy-80-833`: FinancePy's lattice of 2000 steps; tolerance 0.005.
        let market = market(80.0, 0.4, 0.04, 3.0);
        let credit = |intensity| CreditModel::TotalVolatilityHazard { intensity, recovery: 0.4 };
        let value = european(&market, &BOND, &credit(0.25 / 3.0)).unwrap();
        assert!((value.price - 97.663_751_887_1).abs() < 0.005, "{value:?}");
        let refused = european(&market, &BOND, &credit(0.17));
        assert!(matches!(refused, Err(ConvertibleError::VolatilityBelowDefault { .. })), "{refused:?}");
    }

    #[test]
    fn limits() {
        // Hand-worked: without spread or hazard all models agree; without time the holder takes the better.
        let here = market(80.0, 0.4, 0.04, 3.0);
        let plain = european(&here, &BOND, &CreditModel::None).unwrap();
        for credit in [
            CreditModel::TsiveriotisFernandes { spread: 0.0 },
            CreditModel::Hazard { intensity: 0.0, recovery: 0.4 },
            CreditModel::TotalVolatilityHazard { intensity: 0.0, recovery: 0.4 },
        ] {
            let value = european(&here, &BOND, &credit).unwrap();
            assert!((value.price - plain.price).abs() < 1e-12);
        }
        for (spot, price) in [(80.0, 100.0), (130.0, 130.0)] {
            let now = european(&Market { spot, years: 0.0, ..here }, &BOND, &CreditModel::None).unwrap();
            assert_eq!(now.price.to_bits(), f64::to_bits(price));
        }
        let bad = [
            CreditModel::Hazard { intensity: 0.1, recovery: 1.1 },
            CreditModel::TsiveriotisFernandes { spread: f64::NAN },
        ];
        assert!(bad.iter().all(|credit| european(&here, &BOND, credit).is_err()));
        assert!(european(&here, &Bond { face: 0.0, ..BOND }, &CreditModel::None).is_err());
    }
}
