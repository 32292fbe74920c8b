//! Published, hand-worked and generated cash flows.

use super::*;
use crate::statistics::testing::assert_close;
use proptest::prelude::*;

fn irr(flows: &[Flow]) -> Irr {
    internal_rate_of_return(flows)
}

#[track_caller]
fn assert_rate(flows: &[Flow], expected: f64, tolerance: f64) {
    let Irr::Rate(computed) = irr(flows) else { panic!("{:?}", irr(flows)) };
    assert_close(computed, expected, tolerance);
}

#[track_caller]
fn assert_multiple(flows: &[Flow], roots: &[f64], tolerance: f64) {
    let Irr::Multiple { lowest, highest, count } = irr(flows) else { panic!("{:?}", irr(flows)) };
    assert_eq!(count, roots.len());
    assert_close(lowest, roots[0], tolerance);
    assert_close(highest, roots[roots.len() - 1], tolerance);
}

/// Case `irr-simple` (two Brent solutions), tolerance 1e-9.
#[test]
fn two_flows() {
    assert_rate(&[(0.0, -100.0), (1.5, 180.0)], 0.479_727_244_598, 1e-9);
    assert_rate(&[(1.5, 180.0), (0.0, -100.0)], 0.479_727_244_598, 1e-9);
    // A third flow of nought takes the general solver to the same place.
    assert_rate(&[(1.5, 180.0), (0.0, -100.0), (1.0, 0.0)], 0.479_727_244_598, 1e-9);
}

/// Case `irr-multiple-roots` (quadratic 100x² − 260x + 165 = 0), tolerance 1e-9.
#[test]
fn two_rates() {
    assert_multiple(&[(0.0, -100.0), (1.0, 260.0), (2.0, -165.0)], &[0.1, 0.5], 1e-9);
    assert_multiple(&[(2.0, -165.0), (1.0, 130.0), (0.0, -100.0), (1.0, 130.0)], &[0.1, 0.5], 1e-9);
}

/// Hand-worked: the flows are the coefficients of 100·Π(u − uᵢ), u = 1 + r.
#[test]
fn three_and_four_rates() {
    // (u − 1.1)(u − 1.2)(u − 1.3) = u³ − 3.6u² + 4.31u − 1.716
    let cubic = [(0.0, -100.0), (1.0, 360.0), (2.0, -431.0), (3.0, 171.6)];
    assert_multiple(&cubic, &[0.1, 0.2, 0.3], 1e-9);
    // (u − 0.5)(u − 1)(u − 2)(u − 4) = u⁴ − 7.5u³ + 17.5u² − 15u + 4
    let quartic = [(0.0, -1.0), (1.0, 7.5), (2.0, -17.5), (3.0, 15.0), (4.0, -4.0)];
    assert_multiple(&quartic, &[-0.5, 0.0, 1.0, 3.0], 1e-9);
}

/// Hand-worked: three changes of sign and one rate, (u − 1.1)(u² − u + 1) = u³ − 2.1u² + 2.1u − 1.1.
#[test]
fn changes_of_sign_need_not_be_rates() {
    assert_rate(&[(0.0, -1.0), (1.0, 2.1), (2.0, -2.1), (3.0, 1.1)], 0.1, 1e-12);
    // u² − u + 1 by itself has none; −(u − 1.1)² touches nought at one.
    assert_eq!(irr(&[(0.0, -1.0), (1.0, 1.0), (2.0, -1.0)]), Irr::Undefined);
    assert_rate(&[(0.0, -100.0), (1.0, 220.0), (2.0, -121.0)], 0.1, 1e-6);
}

/// Hand-worked: a late follow-on without return makes two rates, u = (150 ± √14,500)/40 of 20 = 150u − 100u²
/// read in 1/u: 100u² − 150u + 20 = 0.
#[test]
fn a_late_outlay_makes_a_second_rate() {
    let root = 14_500.0_f64.sqrt();
    let flows = [(0.0, -100.0), (1.0, 150.0), (2.0, -20.0)];
    assert_multiple(&flows, &[(150.0 - root) / 200.0 - 1.0, (150.0 + root) / 200.0 - 1.0], 1e-12);
}

/// Fees a day before and long after the deal: each brings a second zero, one beyond any `f64`, one at −100 %
/// to the last digit, and neither is a rate. Without them 1.1 a year.
#[test]
fn zeros_out_of_range_are_no_rates() {
    assert_rate(&[(-1e-4, 1e-40), (0.0, -100.0), (1.0, 110.0)], 0.1, 1e-12);
    assert_rate(&[(0.0, -100.0), (1.0, 110.0), (2.0, -1e-40)], 0.1, 1e-12);
    assert_eq!(irr(&[(0.0, -1.0), (0.001, 0.01)]), Irr::TotalLoss);
}

#[test]
fn losses_and_what_has_no_rate() {
    assert_eq!(irr(&[(0.0, -100.0)]), Irr::TotalLoss);
    assert_eq!(irr(&[(0.0, -100.0), (1.0, -50.0), (4.0, 0.0)]), Irr::TotalLoss);
    // 70 net at once, never repaid.
    assert_eq!(irr(&[(0.0, -100.0), (0.0, 30.0)]), Irr::TotalLoss);
    assert_eq!(Irr::TotalLoss.rate(), Some(-1.0));
    for undefined in [
        &[][..],
        &[(0.0, 0.0)],
        &[(0.0, 100.0), (1.0, 5.0)],
        &[(0.0, -100.0), (0.0, 100.0)],
        &[(0.0, -100.0), (0.0, 130.0)],
        &[(0.0, f64::NAN), (1.0, 2.0)],
        &[(0.0, -1.0), (f64::INFINITY, 2.0)],
        // A doubling in a millionth of a year: no f64 holds 2^1,000,000.
        &[(0.0, -1.0), (1e-6, 2.0)],
    ] {
        assert_eq!(irr(undefined), Irr::Undefined, "{undefined:?}");
    }
    assert!(irr(&[]).or_nan().is_nan());
    // A borrower's flows have a rate as well: the cost of the loan.
    assert_rate(&[(0.0, 100.0), (1.0, -110.0)], 0.1, 1e-12);
    let alternating: Vec<Flow> =
        (0..20).map(|i| (f64::from(i), if i % 2 == 0 { -1.0 } else { 1.5 })).collect();
    assert_eq!(irr(&alternating), Irr::Undefined);
}

/// Extremes: −99.9999 % a year for ten years, a thousandfold in a month, and money rolled over on the way.
#[test]
fn extreme_rates_and_cancelling_flows() {
    assert_rate(&[(0.0, -1e60), (0.0, -0.0), (10.0, 1.0)], -0.999_999, 1e-12);
    let month = 1.0 / 12.0;
    // 1000^12 = 1e36 exactly; 1e-12 of it.
    assert_rate(&[(0.0, -1.0), (0.0, 0.0), (month, 1000.0)], 1e36, 1e24);
    let rolled =
        [(0.0, -100.0), (1.0, 100.0), (1.0, -100.0), (2.0, 121.0), (3.0, 0.1), (3.0, 0.2), (3.0, -0.3)];
    assert_rate(&rolled, 0.1, 1e-12);
}

/// Net present value at annual rate `r`, and the sum of its terms without sign.
fn value_at(flows: &[Flow], r: f64) -> (f64, f64) {
    // From the first flow on, so that no rate makes all terms underflow.
    let start = flows.iter().fold(f64::INFINITY, |start, flow| start.min(flow.0));
    flows.iter().fold((0.0, 0.0), |(net, gross), &(t, a)| {
        let v = a * libm::pow(1.0 + r, start - t);
        (net + v, gross + v.abs())
    })
}

proptest! {
    /// IRR∘NPV = 0 for outlays followed by receipts, or mixed with them: an error in ln(1 + r) of 1e-12, and
    /// of half a last bit of r over 1 + r, moves a term by its time (at most 15 years) as much.
    #[test]
    fn value_vanishes_at_the_rate(
        outlays in prop::collection::vec((0.0..3.0_f64, -1e3..-1.0_f64), 1..6),
        receipts in prop::collection::vec((2.0..15.0_f64, 0.01..1e4_f64), 1..12),
    ) {
        let mut flows = receipts.clone();
        flows.extend(&outlays);
        flows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let outlay_to_receipt = flows[0].1 < 0.0 && flows[flows.len() - 1].1 > 0.0;
        flows.sort_by(|a, b| a.1.total_cmp(&b.1));
        let rates = match irr(&flows) {
            Irr::Rate(r) => [r, r],
            Irr::Multiple { lowest, highest, .. } => [lowest, highest],
            // The value is still negative at the lowest rate above −100 % that there is.
            Irr::TotalLoss => {
                prop_assert!(value_at(&flows, -1.0 + f64::EPSILON).0 < 0.0);
                return Ok(());
            }
            // Only from an outlay first to a receipt last must there be a rate, if one of any size.
            Irr::Undefined if !outlay_to_receipt || value_at(&flows, f64::MAX).0 > 0.0 => return Ok(()),
            Irr::Undefined => return Err(TestCaseError::fail(format!("no rate for {flows:?}"))),
        };
        // Closer to −100 % than this, r itself has no digits left.
        for r in rates.into_iter().filter(|r| *r > -1.0 + 1e-9) {
            let (net, gross) = value_at(&flows, r);
            let tolerance = 15.0 * (1e-12 + f64::EPSILON / (1.0 + r));
            prop_assert!(net.abs() <= tolerance * gross, "{} {} {}", r, net, gross);
        }
    }

    /// Chosen rates are found again: flows from the coefficients of Π(u − uᵢ) with the uᵢ at least 0.05
    /// apart. 1e-7: coefficients rounded in the last bit move roots of a quartic this close by some
    /// 1e-16/0.05³.
    #[test]
    fn chosen_rates_are_found(gaps in prop::collection::vec(0.05..1.0_f64, 2..5), origin in -5.0..5.0_f64) {
        let growths: Vec<f64> = gaps.iter().scan(0.3, |u, gap| { *u += gap; Some(*u) }).collect();
        let mut coefficients = vec![-1.0];
        for u in &growths {
            coefficients.push(0.0);
            for i in (1..coefficients.len()).rev() {
                coefficients[i] -= u * coefficients[i - 1];
            }
        }
        let dated = coefficients.iter().zip(0..).map(|(&a, t)| (origin + f64::from(t), a));
        let flows: Vec<Flow> = dated.collect();
        let Irr::Multiple { lowest, highest, count } = irr(&flows) else {
            return Err(TestCaseError::fail(format!("{:?}", irr(&flows))));
        };
        prop_assert_eq!(count, growths.len());
        prop_assert!((lowest - (growths[0] - 1.0)).abs() < 1e-7);
        prop_assert!((highest - (growths[growths.len() - 1] - 1.0)).abs() < 1e-7);
    }

    /// The count agrees with an independent scan for sign changes of the value on a fine grid, which can only
    /// miss pairs of rates closer than its step.
    #[test]
    fn count_is_not_below_a_scan(flows in prop::collection::vec((0.0..10.0_f64, -100.0..100.0_f64), 3..8)) {
        let signs = (0..4000).map(|i| value_at(&flows, libm::expm1(f64::from(i) / 500.0 - 4.0)).0 > 0.0);
        let signs: Vec<bool> = signs.collect();
        let scanned = signs.windows(2).filter(|w| w[0] != w[1]).count();
        let found = match irr(&flows) {
            Irr::Rate(_) => 1,
            Irr::Multiple { count, .. } => count,
            Irr::TotalLoss | Irr::Undefined => 0,
        };
        prop_assert!(found >= scanned, "{} {:?}", scanned, irr(&flows));
    }
}
