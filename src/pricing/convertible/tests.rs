//! The grid against closed forms, other programs and bounds.

use super::*;

const TF: CreditModel = CreditModel::TsiveriotisFernandes { spread: 0.08 };

fn market(spot: f64, volatility: f64, rate: f64, years: f64) -> Market {
    Market { spot, rate, dividend_yield: 0.0, volatility, years }
}

fn terms(conversion: Conversion) -> Terms {
    let bond = Bond { face: 100.0, conversion_ratio: 1.0 };
    Terms { bond, coupons: Vec::new(), conversion, call: None, puts: Vec::new() }
}

fn square(steps: u32) -> Resolution {
    Resolution { time_steps: steps, price_steps: steps }
}

#[test]
fn halving_the_steps_quarters_the_error() {
    // Theory: errors of second order fall by about 4, which is nearer, as a ratio, than the 2 and 8 of the
    // neighbouring orders. Exact values by closed form, for all parts.
    for credit in [CreditModel::None, TF, CreditModel::Hazard { intensity: 0.05, recovery: 0.4 }] {
        let market = Market { dividend_yield: 0.02, ..market(80.0, 0.4, 0.04, 3.0) };
        let terms = terms(Conversion::AtMaturity);
        let exact = european(&market, &terms.bond, &credit).unwrap();
        let errors = [100, 200, 400].map(|steps| {
            let value = on_grid(&market, &terms, &credit, square(steps)).unwrap();
            [
                value.price - exact.price,
                value.cash_part - exact.cash_part,
                value.probability_of_conversion - exact.probability_of_conversion,
                value.bond_floor - exact.bond_floor,
            ]
        });
        for pair in errors.windows(2) {
            for (coarse, fine) in pair[0].iter().zip(&pair[1]).take(3) {
                assert!(
                    (8.0_f64.sqrt()..32.0_f64.sqrt()).contains(&(coarse / fine)),
                    "{credit:?}: {errors:?}"
                );
            }
        }
        // What the default resolution promises, 0.003 % at 1000 steps, is 2.5² times as much at 400.
        assert!(errors[2][0].abs() < 1.875e-4 * exact.price && errors[2][3].abs() < 1e-12, "{errors:?}");
    }
}

#[test]
fn conversion_at_any_time_with_two_discount_rates() {
    // Cases `cb-american-TF-CB06`, `-CB15`, `-CB18` (an own lattice, 3001 steps and extrapolated), tolerance
    // 0.003; and CB27 of the reference notes, 95.00 against 92.72 at maturity only, where conversion at once
    // is best.
    for (market, price) in [
        (market(80.0, 0.4, 0.05, 1.0), 97.314_216_396_6),
        (market(95.0, 0.2, 0.04, 3.0), 95.724_477_342_3),
        (market(80.0, 0.4, 0.04, 3.0), 94.389_403_823_3),
        (market(95.0, 0.2, 0.03, 5.0), 95.0),
    ] {
        let value = on_grid(&market, &terms(Conversion::From(0.0)), &TF, Resolution::default()).unwrap();
        assert!((value.price - price).abs() < 0.003, "{} against {price}", value.price);
    }
}

#[test]
fn a_spread_blended_by_the_probability_of_conversion() {
    // Cases `cb-quantlib-blend-CB24`, `-CB27` (QuantLib 1.44, and an own lattice), tolerance 0.005: at maturity only, at any time.
    // The last line is the first of the four prices of one spread in the reference notes, to the cent.
    let credit = CreditModel::Blended { spread: 0.08 };
    let price = |market: &Market, conversion| {
        on_grid(market, &terms(conversion), &credit, Resolution::default()).unwrap().price
    };
    for (market, late, early) in [
        (market(40.0, 0.9, 0.04, 3.0), 85.218_179_560_5, 85.223_958_327_3),
        (market(95.0, 0.2, 0.03, 5.0), 89.743_707_001_2, 95.000_012_189_3),
    ] {
        let found = [Conversion::AtMaturity, Conversion::From(0.0)].map(|when| price(&market, when));
        for (found, expected) in found.iter().zip([late, early]) {
            assert!((found - expected).abs() < 0.005, "{found} against {expected}");
        }
    }
    assert!((price(&market(40.0, 0.9, 0.03, 5.0), Conversion::AtMaturity) - 77.94).abs() < 0.005);
}

#[test]
fn a_blended_spread_at_its_limits() {
    // Formulas: without a spread, the price without credit risk; far out of the money the straight bond at r + c. And between
    // the two of Tsiveriotis and Fernandes and the bond at r + c, as what ends in shares is discounted at more than r.
    let late = terms(Conversion::AtMaturity);
    let here = market(80.0, 0.4, 0.04, 3.0);
    let value = |market: &Market, spread| {
        on_grid(market, &late, &CreditModel::Blended { spread }, square(400)).unwrap()
    };
    let riskless = on_grid(&here, &late, &CreditModel::None, square(400)).unwrap();
    assert!((value(&here, 0.0).price - riskless.price).abs() < 1e-12);
    let straight = 100.0 * exp(-0.12 * 3.0);
    assert!((value(&market(1.0, 0.4, 0.04, 3.0), 0.08).price - straight).abs() < 1e-3);
    let split = european(&here, &late.bond, &TF).unwrap();
    let blended = value(&here, 0.08);
    assert!(straight < blended.price && blended.price < split.price, "{blended:?} {split:?}");
    assert!((blended.bond_floor - straight).abs() < 1e-12);
    assert_eq!(
        european(&here, &late.bond, &CreditModel::Blended { spread: 0.08 }),
        Err(ConvertibleError::NoClosedForm)
    );
}

#[test]
fn without_dividends_and_spread_waiting_costs_nothing() {
    // Merton (1973): a right to convert early is worth nothing without dividends; the hazard model keeps this.
    // The difference is what the grid makes of it.
    for credit in [CreditModel::None, CreditModel::Hazard { intensity: 0.05, recovery: 0.0 }] {
        let market = market(120.0, 0.3, 0.04, 2.0);
        let [late, early] = [Conversion::AtMaturity, Conversion::From(0.0)]
            .map(|when| on_grid(&market, &terms(when), &credit, square(400)).unwrap().price);
        assert!((early - late).abs() < 1e-3 && early >= late - 1e-9, "{early} against {late}");
    }
}

#[test]
fn a_callable_bond_of_a_textbook() {
    // Case `cb-hull-callable-3step`: Hull's example, by a tree of 2000 steps; tolerance 0.02. (The three steps
    // of the book give 106.93.)
    let bond = Bond { face: 100.0, conversion_ratio: 2.0 };
    let call = Some(Call { from: 0.0, price: 113.0 });
    let terms = Terms { bond, call, ..terms(Conversion::From(0.0)) };
    let credit = CreditModel::TotalVolatilityHazard { intensity: 0.01, recovery: 0.4 };
    let value = on_grid(&market(50.0, 0.3, 0.05, 0.75), &terms, &credit, Resolution::default()).unwrap();
    assert!((value.price - 106.062_404_462).abs() < 0.02, "{value:?}");
}

#[test]
fn rights_bound_the_price() {
    let here = market(80.0, 0.4, 0.04, 3.0);
    let credit = CreditModel::Hazard { intensity: 0.05, recovery: 0.4 };
    let price = |terms: &Terms| on_grid(&here, terms, &credit, square(200)).unwrap().price;
    let free = terms(Conversion::From(0.0));
    let callable = Terms { call: Some(Call { from: 1.0, price: 110.0 }), ..free.clone() };
    let puttable = Terms { puts: vec![Payment { years: 1.0, amount: 105.0 }], ..free.clone() };
    assert!(price(&callable) < price(&free) - 0.1 && price(&free) + 0.1 < price(&puttable));
    // Hand-worked: callable at once below parity, a bond is worth its parity; to be sold back at once (in a
    // thousandth of a year) far above value it is worth that amount, discounted at r + h, and the recoveries
    // until then.
    let forced = Terms { call: Some(Call { from: 0.0, price: 70.0 }), ..free.clone() };
    // (The cubic through nodes 0.05 apart in the logarithm is off by up to 0.0234 · 0.05⁴ · 80.)
    assert!((price(&forced) - 80.0).abs() < 2e-5, "{}", price(&forced));
    let sold = Terms { puts: vec![Payment { years: 0.001, amount: 300.0 }], ..free };
    let expected = 300.0 * exp(-0.09 * 0.001) + 0.05 * 40.0 * 0.001;
    assert!((price(&sold) - expected).abs() < 1e-5, "{} against {expected}", price(&sold));
}

#[test]
fn coupons_are_worth_their_discounted_sum() {
    // Hand-worked: with conversion at maturity only, coupons are plain cash in every model.
    let here = market(80.0, 0.4, 0.04, 3.0);
    let coupons: Vec<Payment> = (1..=3).map(|year| Payment { years: f64::from(year), amount: 6.0 }).collect();
    for (credit, rate) in [(TF, 0.12), (CreditModel::Hazard { intensity: 0.05, recovery: 0.4 }, 0.09)] {
        let bare = on_grid(&here, &terms(Conversion::AtMaturity), &credit, square(300)).unwrap();
        let paying = Terms { coupons: coupons.clone(), ..terms(Conversion::AtMaturity) };
        let value = on_grid(&here, &paying, &credit, square(300)).unwrap();
        let sum: f64 = coupons.iter().map(|coupon| coupon.amount * exp(-rate * coupon.years)).sum();
        // Discounting by steps of 0.01 years has an error of rate³ dt²/12 a year: below 1e-7 here.
        assert!((value.bond_floor - bare.bond_floor - sum).abs() < 1e-11);
        assert!((value.price - bare.price - sum).abs() < 1e-4, "{} {}", value.price, bare.price + sum);
    }
}

#[test]
fn nonsense_is_refused() {
    let here = market(80.0, 0.4, 0.04, 3.0);
    let at = |terms: &Terms, market: &Market| on_grid(market, terms, &TF, square(50));
    let late = Terms { coupons: vec![Payment { years: 3.5, amount: 1.0 }], ..terms(Conversion::AtMaturity) };
    assert!(matches!(at(&late, &here), Err(ConvertibleError::Date { what: "a coupon", .. })));
    let never = terms(Conversion::From(f64::NAN));
    assert!(matches!(at(&never, &here), Err(ConvertibleError::Date { .. })));
    let still = Market { volatility: 0.0, ..here };
    assert!(matches!(at(&terms(Conversion::AtMaturity), &still), Err(ConvertibleError::Range(_))));
    let drifting = Market { volatility: 0.001, rate: 0.2, ..here };
    assert!(matches!(at(&terms(Conversion::AtMaturity), &drifting), Err(ConvertibleError::TooCoarse { .. })));
    assert!(on_grid(&here, &terms(Conversion::AtMaturity), &TF, square(5)).is_err());
}
