//! The numbers of a summary.

use super::study::Sample;
use crate::model::{CapBasis, CapCondition, Equity, EquityPrice, Kind, Safe, ShareTerms, ValuationCap};
use crate::report::summary::{NoBaseCase, PayoffEvent, Probability, Study, Summary, ratio_of_means};
use crate::simulate::CrossCheck;
use crate::simulate::fixture::{cents, known, scenario};
use crate::statistics::Moments;
use crate::valuation::{Drivers, TermPrices};

/// Relative distance of two sums of the same terms in another order: some thousand additions of 2⁻⁵³ each.
fn assert_same_sum(a: f64, b: f64, size: f64) {
    assert!((a - b).abs() <= 1e-11 * size, "{a} {b}");
}

#[test]
fn branch_rows_add_up_to_all_and_to_the_mean() {
    let sample = Sample::new(20_000);
    for (number, case) in sample.summary().cases.iter().enumerate() {
        let share: f64 = case.branches.iter().filter_map(|row| row.probability.value).sum();
        assert_same_sum(share, 1.0, 1.0);
        let columns = sample.columns(number);
        // independent code: the plain sum of the column, over its length
        let mean = columns.present_value.iter().sum::<f64>() / 20_000.0;
        let parts: f64 = case.branches.iter().filter_map(|row| row.contribution.value).sum();
        let size = columns.present_value.iter().map(|value| value.abs()).sum::<f64>() / 20_000.0;
        assert_same_sum(parts, mean, size);
        assert_same_sum(case.present_value.mean.value.unwrap(), mean, size);
        let tranches: f64 = case.tranches.iter().filter_map(|row| row.present_value.value).sum();
        assert_same_sum(tranches, mean, size);
        let invested: f64 = case.tranches.iter().filter_map(|row| row.invested.value).sum();
        assert_same_sum(invested, case.invested.value.unwrap(), invested);
        for tranche in &case.tranches {
            let endings: u64 = tranche.endings.iter().filter_map(|ending| ending.probability.count).sum();
            assert_eq!(endings, 20_000);
        }
    }
}

#[test]
fn with_one_tranche_the_errors_of_branches_are_those_of_the_column() {
    // Equity in one tranche: whatever its branch, the tranche's value is the path's.
    let sample = Sample::new(5_000);
    let summary = sample.summary();
    let equity = &summary.cases[2];
    let moments = Moments::of(&sample.columns(2).present_value);
    let [tranche] = equity.tranches.as_slice() else { panic!("one tranche") };
    let error = tranche.present_value.standard_error.unwrap();
    // the two formulas divide the same sums in another order, after a cancellation of squares
    assert!((error / moments.standard_error().unwrap() - 1.0).abs() < 1e-9, "{error}");
    let [first, ..] = equity.branches.as_slice() else { panic!("some branch") };
    assert_eq!(first.probability.count, Some(first.seen));
}

#[test]
fn ratios_leave_out_what_they_must() {
    let sample = Sample::new(20_000);
    let summary = sample.summary();
    let base = summary.base();
    let columns = sample.columns(0);
    // independent code: counted by hand over the columns
    let pairs = || columns.received.iter().zip(&columns.invested);
    let invested = pairs().filter(|(_, invested)| **invested > 0.0).count() as u64;
    let short = pairs().filter(|(received, invested)| **invested > 0.0 && received < invested).count() as u64;
    let below = base.probabilities.moic_below_1;
    assert_eq!((below.count, below.paths), (Some(short), invested));
    let nothing = base.probabilities.nothing_invested;
    assert_eq!((nothing.count, nothing.paths), (Some(20_000 - invested), 20_000));
    let ratio = columns.received.iter().sum::<f64>() / columns.invested.iter().sum::<f64>();
    assert!((base.moic_of_means.value.unwrap() / ratio - 1.0).abs() < 1e-11);
    let buckets: f64 = base.moic_buckets.iter().filter_map(|bucket| bucket.paths).sum();
    let lost = base.moic_buckets[0].paths.unwrap();
    assert_same_sum(buckets, 1.0, 1.0);
    assert_eq!(Some(lost), base.probabilities.total_loss.value);
    let at_least_1 =
        base.multiples_reached.iter().find(|row| (row.at_least - 1.0).abs() < 1e-12).unwrap().probability;
    assert_same_sum(at_least_1 + below.value.unwrap(), 1.0, 1.0);
    assert_eq!(base.irr.mean.value, None);
    let counted: u64 = base.present_value_bins.counts.iter().sum::<u64>()
        + base.present_value_bins.atoms.iter().map(|atom| atom.1).sum::<u64>()
        + base.present_value_bins.below
        + base.present_value_bins.above;
    assert_eq!(counted, 20_000);
}

#[test]
fn the_ratio_of_means_and_its_error_by_hand() {
    // hand-worked: R = (2+0+4)/(1+1+2) = 1.5; residuals 0.5, −1.5, 1 have variance 3.5/2; s.e. √(1.75/3) over 4/3
    let ratio = ratio_of_means(&[2.0, 0.0, 4.0], &[1.0, 1.0, 2.0], None);
    assert_eq!(ratio.value, Some(1.5));
    assert!((ratio.standard_error.unwrap() - 0.75 * (1.75_f64 / 3.0).sqrt()).abs() < 1e-15);
    // proceeds in proportion to the investment have no error at all; nothing invested has no ratio
    assert_eq!(ratio_of_means(&[2.0, 4.0], &[1.0, 2.0], None).standard_error, Some(0.0));
    assert_eq!(ratio_of_means(&[1.0, 1.0], &[0.0, 0.0], None).value, None);
}

#[test]
fn timing_ends_with_the_branches_it_counts() {
    let summary = Sample::new(5_000).summary();
    for case in &summary.cases {
        for row in &case.timing {
            let branch = case.branches.iter().find(|branch| branch.branch == row.branch).unwrap();
            let last = *row.cumulative.last().unwrap();
            assert_same_sum(last, branch.probability.value.unwrap(), 1.0);
            assert!(row.cumulative.is_sorted());
            assert_eq!(row.cumulative.len(), summary.quarter_ends().len());
        }
    }
    // ten years from 2026-01-01: 40 quarters, the last on the horizon
    let ends = summary.quarter_ends();
    assert_eq!((ends.len(), ends[39].1.to_string().as_str()), (40, "2036-01-01"));
}

#[test]
fn the_payoff_bends_where_the_contract_says() {
    // hand-worked: 100 at 6 % simple; a pre-money cap of 800 over the claim c binds from (800 + c)/0.8 on,
    // because c converts at 0.80 into c/0.8 shares of 1 and the discounted price is 0.8·V/(1000 + c/0.8);
    // below, the holder gets c/0.8; nothing converts below c/0.8; money is back at 100.
    let summary = Sample::smallest(2_000).summary();
    let curve = summary.payoff.unwrap();
    let kink = |text: &str| curve.kinks.iter().find(|kink| kink.text.contains(text)).unwrap();
    let claim = curve.claim;
    assert!((kink("cap").company_value / ((800.0 + claim) / 0.8) - 1.0).abs() < 1e-9);
    assert!((kink("worth enough").company_value / (claim / 0.8) - 1.0).abs() < 1e-9);
    assert!((kink("1x").company_value - 100.0).abs() < 1e-9);
    let between = curve.points.iter().find(|point| point.company_value > 500.0).unwrap();
    assert!((between.convertible - claim / 0.8).abs() < 1e-9);
    assert!((between.repaid_only - claim).abs() < 1e-9);
    // 100 put into shares of a company worth 1,000 are 1/11 of it
    assert!((between.equity_today.unwrap() - between.company_value / 11.0).abs() < 1e-9);
}

#[test]
fn the_payoff_of_a_cap_for_small_rounds_ends_with_them() {
    // hand-worked: typical rounds raise 15 % of the value before them, so 300 at 2,000; below, the claim c takes c/0.8 shares
    // beside 1,000, at 0.80 a share, and from 2,000 on its discount gives c/0.8 in money
    let mut deal = scenario();
    let Kind::Debt(debt) = &mut deal.instruments[0].kind else { unreachable!("a note") };
    let cap = debt.conversion.as_mut().unwrap().cap.as_mut().unwrap();
    cap.condition = Some(CapCondition::NewMoneyBelow(cents(300_00)));
    let curve = Sample::of(vec![("Base case", deal)], 2_000).summary().payoff.unwrap();
    let ends = curve.kinks.iter().find(|kink| kink.text == "the cap ends").unwrap();
    assert!((ends.company_value / 2_000.0 - 1.0).abs() < 1e-9);
    let last = |below: f64| curve.points.iter().rfind(|point| point.company_value < below).unwrap();
    let (before, after) = (last(1_999.999_999), last(f64::INFINITY));
    let shares = curve.claim / 0.8;
    let capped = before.company_value * shares / (1_000.0 + shares);
    assert!((before.convertible / capped - 1.0).abs() < 1e-9);
    assert!((after.convertible / (curve.claim / 0.8) - 1.0).abs() < 1e-9);
}

#[test]
fn the_payoff_of_a_safe_or_preferred_shares_is_that_of_a_sale_today() {
    // hand-worked: a company of 1,000, sold. A SAFE of 100 at a cap of 800 owns an eighth: its 100 first, and more from
    // 800 on. 100 put into preferred shares are one of eleven parts: converted from 1,100 on.
    let safe = Safe {
        cap: Some(ValuationCap::of(known(800_00), CapBasis::PostMoney)),
        discount: cents(0),
        stacked: false,
        most_favoured: None,
        into: ShareTerms::PREFERRED,
        cash_out_multiple: cents(1_00),
    };
    let shares = Equity { terms: ShareTerms::PREFERRED, price: EquityPrice::Today };
    for (kind, converts, part) in
        [(Kind::Safe(safe), 800.0, 0.125), (Kind::Equity(shares), 1_100.0, 1.0 / 11.0)]
    {
        let mut deal = scenario();
        deal.instruments[0].kind = kind;
        let curve = Sample::of(vec![("Base case", deal)], 2_000).summary().payoff.unwrap();
        assert_eq!((curve.event, curve.principal, curve.claim), (PayoffEvent::Sale, 100.0, 100.0));
        let kinks: Vec<_> = curve.kinks.iter().map(|kink| (kink.text.as_str(), kink.payoff)).collect();
        assert_eq!(kinks, [("1x: money back", 100.0), ("conversion pays more", 100.0)]);
        assert!((curve.kinks[0].company_value / 100.0 - 1.0).abs() < 1e-12);
        assert!((curve.kinks[1].company_value / converts - 1.0).abs() < 1e-12);
        for point in &curve.points {
            let price = point.company_value;
            let payoff = (part * price).max(price.min(100.0));
            assert!((point.convertible / payoff - 1.0).abs() < 1e-9, "{point:?}, expected {payoff}");
            assert!((point.repaid_only / price.min(100.0) - 1.0).abs() < 1e-9, "{point:?}");
            assert!((point.equity_today.unwrap() / (price / 11.0) - 1.0).abs() < 1e-9, "{point:?}");
        }
        assert!(curve.points.len() > 240);
    }
}

#[test]
fn what_is_unknown_is_none() {
    // one path: no error, no interval; nothing was sold or floated: an upper bound, but no error
    let summary = Sample::smallest(1).summary();
    let base = summary.base();
    assert!(base.present_value.mean.value.is_some());
    assert_eq!(base.present_value.mean.standard_error, None);
    assert_eq!(base.present_value.percentiles[0].low, None);
    let Probability { value, standard_error, high, .. } = base.probabilities.sale;
    assert_eq!((value, standard_error), (Some(0.0), None));
    assert!(high.unwrap() > 0.7);
    assert_eq!((base.strategic.value, base.tail.verdict.clone(), base.difference), (None, None, None));
    assert!(summary.warnings.iter().any(|warning| warning.code == "too_few_paths"));
    let terms = TermPrices::none();
    let design = crate::plan::Design::INDEPENDENT;
    let nothing = Study {
        design: &design,
        fair_value: None,
        terms: &terms,
        decisions: &[],
        name: "none",
        scenario_text: "",
        resolved_text: "",
        cases: &[],
        fan: &[],
        joined: &[],
        cross_check: CrossCheck { compared: 0, worst_difference: 0.0, worst_path: 0, out_of_range: 0 },
        checks: &[],
        drivers: &Drivers::default(),
    };
    assert_eq!(Summary::new(&nothing), Err(NoBaseCase));
}

/// The error of a weighted share counts how tranches move together. Independent code: the standard deviation over
/// batches of equal size of the share itself, over √batches; with 40 batches that has a relative error of
/// 1/√(2·39) = 11 %, so four of those pass (false-alarm rate 6e-5 for each of the endings looked at).
#[test]
fn errors_of_shared_endings_are_the_spread_between_batches() {
    let (batches, size) = (40_u64, 500);
    let whole = Sample::new(batches * size).summary();
    let parts: Vec<Summary> =
        (0..batches).map(|seed| Sample::with_seed(size, 100 + seed).summary()).collect();
    let mut seen = 0;
    for row in whole.base().branches.iter().filter(|row| row.seen > 4_000) {
        let share = |part: &Summary| {
            let found = part.base().branches.iter().find(|other| other.branch == row.branch);
            found.and_then(|row| row.probability.value).unwrap_or(0.0)
        };
        let parts: Vec<f64> = parts.iter().map(share).collect();
        let spread = Moments::of(&parts).sd().unwrap() / (batches as f64).sqrt();
        let ratio = row.probability.standard_error.unwrap() / spread;
        assert!((ratio - 1.0).abs() < 4.0 / 78.0_f64.sqrt(), "{}: {ratio}", row.branch);
        seen += 1;
    }
    assert!(seen > 2);
}

#[test]
fn a_milestone_that_must_hold_throughout_stands_or_is_lost() {
    use crate::model::{Level, MilestoneKind, Watched};
    use crate::quantity::Span;
    use crate::simulate::fixture::{known, scenario};
    let mut scenario = scenario();
    scenario.milestones.push(crate::model::Milestone {
        name: "pace".into(),
        title: "Keeps pace".into(),
        requires: Vec::new(),
        kind: MilestoneKind::Checked {
            watched: Watched::Value,
            at_least: Level::OfToday(known(90)),
            every: Span { months: 12, days: 0 },
            throughout: true,
        },
        deadline: None,
        effect_if_reached: None,
        effect_if_missed: None,
    });
    let summary = Sample::of(vec![("Base case", scenario)], 2_000).summary();
    let [row] = summary.base().milestones.as_slice() else { panic!("one milestone") };
    assert!(row.throughout && row.reached_years.value.is_none());
    // it stands from the start, so that every path keeps it or loses it, at the first check or later
    assert_eq!(row.reached.count.unwrap() + row.lost.count.unwrap(), 2_000);
    assert!(row.lost.count.unwrap() > 100 && row.lost_years.value.unwrap() >= 0.99);
    assert!(row.lost_years.standard_error.unwrap() > 0.0);
}

/// What is received is worth the net value and what is paid; the bridge ends where it should; and the company's
/// discounted value is a martingale (four standard errors: a false alarm once in 16,000 seeds).
#[test]
fn fair_values_add_up() {
    let summary = Sample::new(20_000).summary();
    let fair = summary.fair_value.as_ref().unwrap();
    assert_eq!((fair.cases.len(), &*fair.credit_model), (3, "hazard"));
    for case in &fair.cases {
        let [value, paid, net] = [&case.value, &case.paid, &case.net].map(|mean| mean.value.unwrap());
        assert!((value - paid - net).abs() < 1e-12 * value, "{}: {value} {paid} {net}", case.name);
        let (ratio, error) = (case.martingale.value.unwrap(), case.martingale.standard_error.unwrap());
        assert!((ratio - 1.0).abs() < 4.0 * error, "{}: {ratio} ± {error}", case.name);
    }
    assert_eq!(fair.cases[1].conversion.value, Some(0.0));
    let terms = summary.terms.as_ref().unwrap();
    let steps: f64 = terms.terms.iter().map(|term| term.step.value.unwrap()).sum();
    let (floor, whole) = (terms.floor.value.unwrap(), terms.whole.value.unwrap());
    assert!((floor + steps - whole).abs() < 1e-9 * whole.abs().max(floor.abs()));
}

/// Where the scenario itself has no variance, no error of a mean is told, and why; percentiles stand.
#[test]
fn a_scenario_without_variance_tells_no_error() {
    let mut heavy = crate::simulate::fixture::scenario();
    heavy.variables.push(crate::model::Variable {
        name: "value today".into(),
        family: crate::random::family::Pareto::new(500.0, 1.4).unwrap().into(),
        unit: crate::model::Unit::Money,
        repeated: false,
        text: String::new(),
    });
    heavy.company.value_today = crate::model::Number::Drawn(0);
    let summary = Sample::of(vec![("Base case", heavy)], 2_000).summary();
    let case = summary.base();
    assert_eq!(case.present_value.mean.standard_error, None);
    assert_eq!(case.present_value.mean.low, None);
    assert!(case.present_value.mean.value.is_some() && case.moic_of_means.standard_error.is_none());
    assert!(case.present_value.percentile(0.5).unwrap().low.is_some());
    assert_eq!((case.tail.by_law, case.tail.tail_index), (true, Some(1.4)));
    assert_eq!(case.efficiency, crate::report::summary::Efficiency::default());
    let warning = summary.warnings.iter().find(|warning| warning.code == "no_variance").unwrap();
    assert!(warning.condition.contains("“value today”"), "{}", warning.condition);
}
