use super::{Deals, near};
use crate::contract::{ExitClass, Participation, WaterfallOutcome, WaterfallScratch, distribute};
use crate::number::{Amount, Exact};

const NONE: Exact = Exact::ZERO;

/// A table of common (usually), preferred of all kinds, debt and options, with few enough classes to
/// enumerate, and small whole numbers so that ties and equal ranks are common.
pub(super) fn table(deals: &mut Deals) -> Vec<ExitClass<Exact>> {
    let mut classes = Vec::new();
    let plain = |shares, claim, seniority| ExitClass {
        shares,
        claim,
        seniority,
        participation: Participation::None,
        strike: NONE,
    };
    if !deals.once_in(8) {
        classes.push(plain(deals.amount(1, 100), NONE, 0));
    }
    for _ in 0..deals.whole(1, 4) {
        let invested = deals.whole(0, 60);
        let claim = Exact::from_i64(invested * deals.whole(1, 3));
        let participation = match deals.whole(0, 2) {
            0 => Participation::None,
            1 => Participation::Full,
            // sometimes a cap below the claim, as dividends may bring about
            _ => Participation::Capped(Exact::from_i64(invested * deals.whole(1, 5))),
        };
        let rank = u32::try_from(deals.whole(0, 3)).unwrap();
        let shares = deals.amount(1, 80);
        classes.push(ExitClass { participation, ..plain(shares, claim, rank) });
    }
    if deals.once_in(3) {
        let rank = u32::try_from(deals.whole(0, 2)).unwrap();
        classes.push(plain(NONE, deals.amount(0, 50), rank));
    }
    if deals.once_in(3) {
        let options = plain(deals.amount(1, 30), NONE, 0);
        classes.push(ExitClass { strike: deals.hundredths(1, 400), ..options });
    }
    classes
}

/// Proceeds from nothing to well above the last decision.
pub(super) fn proceeds(deals: &mut Deals, classes: &[ExitClass<Exact>]) -> Exact {
    let claims = classes.iter().fold(NONE, |sum, class| sum + class.claim);
    claims * deals.hundredths(0, 600) + deals.amount(0, 40)
}

pub(super) fn pay<A: Amount>(proceeds: A, classes: &[ExitClass<A>]) -> (WaterfallOutcome<A>, Vec<A>) {
    let mut payouts = vec![A::ZERO; classes.len()];
    let mut scratch = WaterfallScratch::new(classes.len());
    let outcome = distribute(proceeds, classes, &mut scratch, &mut payouts);
    (outcome, payouts)
}

fn sum<A: Amount>(amounts: &[A]) -> A {
    amounts.iter().fold(A::ZERO, |sum, &each| sum + each)
}

fn in_f64(class: &ExitClass<Exact>) -> ExitClass<f64> {
    ExitClass {
        shares: class.shares.to_f64(),
        claim: class.claim.to_f64(),
        seniority: class.seniority,
        participation: match class.participation {
            Participation::None => Participation::None,
            Participation::Full => Participation::Full,
            Participation::ClaimOnly => Participation::ClaimOnly,
            Participation::Capped(cap) => Participation::Capped(cap.to_f64()),
        },
        strike: class.strike.to_f64(),
    }
}

/// Nothing to give up and nothing to pay: there is no decision.
fn is_common(class: &ExitClass<Exact>) -> bool {
    class.claim <= NONE && class.strike <= NONE && class.participation == Participation::None
}

/// What everyone receives if exactly the classes of `profile` convert or exercise: claims by rank from
/// proceeds and exercise money, the rest per share, capped classes leaving once full.
fn payoffs(proceeds: Exact, classes: &[ExitClass<Exact>], profile: u32) -> Vec<Exact> {
    let converts = |i: usize| profile & (1 << i) != 0;
    let mut paid = vec![NONE; classes.len()];
    let mut left = proceeds;
    for (i, class) in classes.iter().enumerate() {
        if converts(i) {
            left += class.strike * class.shares;
        }
    }
    let bound = |class: &ExitClass<Exact>| match class.participation {
        Participation::Capped(cap) => class.claim.min_of(cap),
        _ => class.claim,
    };
    for rank in 0..4 {
        let due = |i: usize| {
            if classes[i].seniority == rank && !converts(i) { bound(&classes[i]) } else { NONE }
        };
        let tier = (0..classes.len()).fold(NONE, |sum, i| sum + due(i));
        let share = left.min_of(tier).div_or(tier, NONE);
        for (i, paid) in paid.iter_mut().enumerate() {
            *paid += due(i) * share;
        }
        left = (left - tier).or_zero();
    }
    // Fill the residual, retiring the capped class that fills up first.
    let mut open: Vec<usize> = (0..classes.len())
        .filter(|&i| {
            let class = &classes[i];
            converts(i) || is_common(class) || !matches!(class.participation, Participation::None)
        })
        .collect();
    loop {
        let shares = open.iter().fold(NONE, |sum, &i| sum + classes[i].shares);
        let per_share = left.div_or(shares, NONE);
        let room = |i: usize| match classes[i].participation {
            Participation::Capped(cap) if !converts(i) => Some(cap - paid[i]),
            _ => None,
        };
        let fills = |i: usize| room(i).map(|room| room.div_or(classes[i].shares, NONE));
        let first = open
            .iter()
            .copied()
            .filter(|&i| fills(i).is_some_and(|at| at < per_share))
            .min_by(|&a, &b| fills(a).partial_cmp(&fills(b)).unwrap());
        let Some(first) = first else {
            for &i in &open {
                paid[i] += per_share * classes[i].shares;
            }
            break;
        };
        let filled = room(first).unwrap();
        left -= filled;
        paid[first] += filled;
        open.retain(|&i| i != first);
    }
    for (i, class) in classes.iter().enumerate() {
        if converts(i) {
            paid[i] -= class.strike * class.shares;
        }
    }
    paid
}

/// The payoffs of every profile from which nobody gains by deviating alone.
fn equilibria(proceeds: Exact, classes: &[ExitClass<Exact>]) -> Vec<Vec<Exact>> {
    let profiles = 1_u32 << classes.len();
    let all: Vec<_> = (0..profiles).map(|profile| payoffs(proceeds, classes, profile)).collect();
    let gains = |profile: u32, i: usize| {
        let other = &all[(profile ^ (1 << i)) as usize];
        // rounding in the 28th digit is no gain
        other[i].to_f64() > all[profile as usize][i].to_f64() + 1e-9
    };
    let decides = |i: usize| classes[i].shares > NONE && !is_common(&classes[i]);
    (0..profiles)
        .filter(|&profile| {
            (0..classes.len()).all(|i| if decides(i) { !gains(profile, i) } else { profile & (1 << i) == 0 })
        })
        .map(|profile| all[profile as usize].clone())
        .collect()
}

#[test]
fn payoffs_are_those_of_every_equilibrium_of_conversion_decisions() {
    let mut deals = Deals::new(2);
    let mut several = 0;
    for round in 0..10_000 {
        let classes = table(&mut deals);
        let proceeds = proceeds(&mut deals, &classes);
        let (_, payouts) = pay(proceeds, &classes);
        let equilibria = equilibria(proceeds, &classes);
        assert!(!equilibria.is_empty(), "table {round}: {proceeds:?} {classes:?}");
        several += u32::from(equilibria.len() > 1);
        for expected in equilibria {
            let same = payouts.iter().zip(&expected).all(|(&a, &b)| near(a, b, 1e-9, proceeds));
            assert!(same, "table {round}: {proceeds:?} {classes:?}\n{payouts:?}\n{expected:?}");
        }
    }
    // The tables are varied enough to have ties, which must not matter.
    assert!(several > 100, "{several}");
}

#[test]
fn proceeds_are_conserved_and_nobody_pays_in() {
    let mut deals = Deals::new(3);
    for _ in 0..10_000 {
        let classes = table(&mut deals);
        let proceeds = proceeds(&mut deals, &classes);
        let (outcome, payouts) = pay(proceeds, &classes);
        assert!(near(sum(&payouts) + outcome.undistributed, proceeds, 1e-20, proceeds));
        assert!(payouts.iter().all(|&payout| payout >= NONE));
        assert!(outcome.undistributed >= NONE && outcome.per_share >= NONE);

        // To the cent where amounts run to billions.
        let classes: Vec<_> = classes
            .iter()
            .map(|class| {
                let money = |amount: f64| amount * 1e8;
                let class = in_f64(class);
                let participation = match class.participation {
                    Participation::Capped(cap) => Participation::Capped(money(cap)),
                    other => other,
                };
                ExitClass { claim: money(class.claim), participation, strike: money(class.strike), ..class }
            })
            .collect();
        let proceeds = proceeds.to_f64() * 1e8;
        let (outcome, payouts) = pay(proceeds, &classes);
        assert!((sum(&payouts) + outcome.undistributed - proceeds).abs() < 0.005);
        assert!(payouts.iter().all(|&payout| payout >= 0.0));
    }
}

#[test]
fn floating_point_agrees_with_exact_decimals() {
    let mut deals = Deals::new(4);
    for _ in 0..10_000 {
        let classes = table(&mut deals);
        let proceeds = proceeds(&mut deals, &classes);
        let (_, exact) = pay(proceeds, &classes);
        let floating: Vec<_> = classes.iter().map(in_f64).collect();
        let (_, payouts) = pay(proceeds.to_f64(), &floating);
        for (payout, exact) in payouts.iter().zip(exact) {
            assert!(near(*payout, exact.to_f64(), 1e-12, proceeds.to_f64()), "{classes:?}");
        }
    }
}

#[test]
fn the_order_of_the_classes_does_not_matter() {
    let mut deals = Deals::new(5);
    for _ in 0..3000 {
        let classes = table(&mut deals);
        let proceeds = proceeds(&mut deals, &classes);
        let (_, payouts) = pay(proceeds, &classes);
        let mut order: Vec<usize> = (0..classes.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, usize::try_from(deals.whole(0, i64::try_from(i).unwrap())).unwrap());
        }
        let shuffled: Vec<_> = order.iter().map(|&i| classes[i]).collect();
        let (_, again) = pay(proceeds, &shuffled);
        for (&i, &payout) in order.iter().zip(&again) {
            assert!(near(payout, payouts[i], 1e-20, proceeds), "{classes:?}");
        }
    }
}

#[test]
fn nobody_loses_by_a_higher_price() {
    let mut deals = Deals::new(6);
    for _ in 0..3000 {
        let classes = table(&mut deals);
        let low = proceeds(&mut deals, &classes);
        let (_, less) = pay(low, &classes);
        let (_, more) = pay(low + deals.amount(0, 100), &classes);
        for (less, more) in less.iter().zip(&more) {
            assert!(more.to_f64() >= less.to_f64() - 1e-12, "{classes:?}");
        }
    }
}

#[test]
fn conversion_is_told_by_the_value_of_a_share() {
    let mut deals = Deals::new(7);
    for _ in 0..3000 {
        let classes = table(&mut deals);
        let (outcome, _) = pay(proceeds(&mut deals, &classes), &classes);
        for class in &classes {
            let beyond = class.conversion_point().is_some_and(|point| outcome.per_share > point);
            assert_eq!(class.converts_at(outcome.per_share), beyond, "{class:?} {outcome:?}");
        }
    }
}

#[test]
fn proceeds_beyond_all_claims_belong_to_nobody_where_there_is_only_debt() {
    let loan =
        ExitClass { shares: 0.0, claim: 60.0, seniority: 0, participation: Participation::None, strike: 0.0 };
    let (outcome, payouts) = pay(100.0, &[loan]);
    assert_eq!(payouts, [60.0]);
    assert_eq!(outcome.undistributed, 40.0);
    let (_, payouts) = pay(-1.0, &[loan]);
    assert_eq!(payouts, [0.0]);
    let (outcome, _) = pay(100.0, &[]);
    assert_eq!(outcome.undistributed, 100.0);
}

#[test]
fn a_sale_without_a_number_has_payouts_without_one() {
    let class = |claim, seniority| ExitClass {
        shares: 1.0,
        claim,
        seniority,
        participation: Participation::None,
        strike: 0.0,
    };
    let (_, payouts) = pay(f64::NAN, &[class(5.0, 0), class(0.0, 1)]);
    assert!(sum(&payouts).is_nan());
}
