use super::{Deals, near};
use crate::contract::{
    Cap, Capitalization, ConversionTerms, Converting, CountedShares, OwnershipLimit, Pool, PriceBasis,
    PricingConvention, RoundError, RoundOutcome, RoundTerms, conversion_price, price_round,
};
use crate::number::{Amount, Exact};

const NONE: Exact = Exact::ZERO;

pub(super) struct Deal<A> {
    pub(super) terms: RoundTerms<A>,
    pub(super) converting: Vec<Converting<A>>,
    pub(super) limit: Option<OwnershipLimit<A>>,
}

struct Priced<A> {
    round: RoundOutcome<A>,
    shares: Vec<A>,
    basis: Vec<PriceBasis>,
}

impl<A: Amount> Deal<A> {
    fn price(&self) -> Result<Priced<A>, RoundError> {
        let mut shares = vec![A::ZERO; self.converting.len()];
        let mut basis = vec![PriceBasis::default(); self.converting.len()];
        let limit = self.limit.as_ref();
        let round = price_round(&self.terms, &self.converting, limit, &mut shares, &mut basis)?;
        Ok(Priced { round, shares, basis })
    }
}

/// A round of every kind, often tight enough to be infeasible, in small numbers so that ties happen.
pub(super) fn deal(deals: &mut Deals) -> Deal<Exact> {
    let outstanding = deals.whole(10, 200);
    let pre_money = deals.whole(5, 300);
    let limited = deals.once_in(3);
    let convention = match deals.whole(0, if limited { 1 } else { 2 }) {
        0 => PricingConvention::PercentageOwnership,
        1 => PricingConvention::PreMoneyMethod,
        _ => PricingConvention::DollarsInvested,
    };
    let terms = RoundTerms {
        outstanding: Exact::from_i64(outstanding),
        guaranteed: NONE,
        options: deals.amount(0, 20),
        promised: if deals.once_in(3) { deals.amount(0, 20) } else { NONE },
        unallocated: deals.amount(0, 30),
        pool: match deals.whole(0, 4) {
            0 => Pool::Keep,
            1 => Pool::IncreaseBy(deals.amount(0, 40)),
            2 => Pool::TargetUnallocated(deals.hundredths(0, 30)),
            3 => Pool::TargetTotal(deals.hundredths(0, 30)),
            _ => Pool::TargetAfterRound(deals.hundredths(0, 30)),
        },
        pre_money: Exact::from_i64(pre_money),
        price: None,
        new_money: if deals.once_in(5) { NONE } else { deals.amount(1, pre_money) },
        convention,
    };
    let converting = (0..deals.whole(0, 4)).map(|_| instrument(deals, pre_money, limited)).collect();
    let limit = limited.then(|| OwnershipLimit {
        existing_shares: if deals.once_in(2) { NONE } else { deals.amount(0, outstanding / 3) },
        fraction: deals.hundredths(0, 40),
    });
    Deal { terms, converting, limit }
}

fn instrument(deals: &mut Deals, pre_money: i64, limited: bool) -> Converting<Exact> {
    let limited = limited && deals.once_in(2);
    let cap = match deals.whole(0, 4) {
        0 => Cap::None,
        1 => Cap::PostMoney(deals.amount(pre_money / 4 + 1, 2 * pre_money)),
        2 => Cap::PreMoney(deals.amount(pre_money / 4 + 1, 2 * pre_money)),
        3 => Cap::Over(deals.amount(pre_money / 4 + 1, 2 * pre_money), counted(deals, limited)),
        _ => Cap::FixedPrice(deals.hundredths(10, 300)),
    };
    let discount = if deals.once_in(2) { NONE } else { deals.hundredths(1, 50) };
    Converting {
        amount: deals.amount(0, pre_money / 2),
        terms: ConversionTerms { discount, cap, stacked: deals.once_in(4) },
        limited,
    }
}

/// Any set of shares, but with those outstanding, and even where a limit needs it.
fn counted(deals: &mut Deals, even: bool) -> CountedShares {
    let mut yes = || deals.once_in(2);
    let set = CountedShares {
        outstanding_shares: true,
        outstanding_options: yes(),
        unissued_options: yes(),
        this_security: yes(),
        other_converting_securities: yes(),
        pool_top_up_for_promised_options: yes(),
        additional_pool_top_up: yes(),
        new_money: yes(),
    };
    CountedShares { this_security: set.this_security != (even && !set.is_even()), ..set }
}

#[test]
fn share_counts_are_those_of_the_only_branch_that_holds() {
    let mut deals = Deals::new(11);
    let (mut closed, mut infeasible, mut bound) = (0, 0, 0);
    for i in 0..6000 {
        let deal = deal(&mut deals);
        let found = deal.enumerate();
        match deal.price() {
            Ok(Priced { round, .. }) => {
                closed += 1;
                bound += u32::from(round.converted_fraction < Exact::ONE);
                assert!(!found.is_empty(), "deal {i}: {round:?} {:?} {:?}", deal.terms, deal.converting);
                for total in found {
                    assert!(
                        near(round.total_shares, total, 1e-12, total),
                        "deal {i}: {round:?} {total:?} {:?} {:?} {:?}",
                        deal.terms,
                        deal.converting,
                        deal.limit
                    );
                }
            }
            Err(RoundError::NoShareCount { claimed_percent, .. }) => {
                infeasible += 1;
                assert!(claimed_percent >= 100.0 - 1e-9, "{claimed_percent}");
                assert!(found.is_empty(), "deal {i}: {found:?} {:?} {:?}", deal.terms, deal.converting);
            }
            // Takes everything its cap counts, whoever else converts.
            Err(RoundError::OwnCap(_)) => infeasible += 1,
            Err(other) => panic!("deal {i}: {other}"),
        }
    }
    assert!(closed > 4000 && infeasible > 300 && bound > 300, "{closed} {infeasible} {bound}");
}

/// Holds a priced round against every definition it is to satisfy, to `parts` of the share count.
fn satisfies_the_terms<A: Amount>(deal: &Deal<A>, priced: &Priced<A>, parts: f64) {
    let Deal { terms, converting, limit } = deal;
    let Priced { round, shares, .. } = priced;
    // A pool sized after the round is no part of it.
    let (total, increase) = match terms.pool {
        Pool::TargetAfterRound(_) => (round.total_shares - round.pool_increase, A::ZERO),
        _ => (round.total_shares, round.pool_increase),
    };
    let granted = terms.options + terms.promised;
    let pool = terms.unallocated + increase;
    let sum = shares.iter().fold(A::ZERO, |sum, &each| sum + each);
    let agree = |what: &str, a: A, b: A, scale: A| {
        assert!(near(a, b, parts, scale), "{what}: {a:?} {b:?} {terms:?} {converting:?} {limit:?} {round:?}");
    };
    agree("conservation", terms.outstanding + granted + pool + sum + round.new_shares, total, total);
    agree("new money", round.new_shares * round.price, terms.new_money, terms.pre_money);
    let amounts = converting.iter().fold(A::ZERO, |sum, each| sum + each.amount);
    let (counted, value) = match terms.convention {
        PricingConvention::PercentageOwnership => (total, terms.pre_money + terms.new_money),
        PricingConvention::PreMoneyMethod => (terms.outstanding + granted + pool, terms.pre_money),
        PricingConvention::DollarsInvested => (total, terms.pre_money + terms.new_money + amounts),
    };
    agree("pricing identity", round.price * counted, value, value);
    let after = terms.unallocated + round.pool_increase;
    let at_least = |fraction: A| terms.unallocated.max_of(fraction * round.total_shares);
    let expected = match terms.pool {
        Pool::Keep => terms.unallocated,
        Pool::IncreaseBy(more) => terms.unallocated + more,
        Pool::TargetUnallocated(target) | Pool::TargetAfterRound(target) => at_least(target),
        Pool::TargetTotal(target) => terms.unallocated.max_of(target * round.total_shares - granted),
    };
    agree("pool", after, expected, round.total_shares);
    let capitalization = Capitalization {
        outstanding: terms.outstanding,
        options: terms.options,
        unissued: terms.unallocated,
        promised: terms.promised,
        pool_increase: increase,
        new_money: round.new_shares,
        converting: sum,
    };
    for (each, &received) in converting.iter().zip(shares) {
        let price = conversion_price(&each.terms, each.amount, round.price, &capitalization).price;
        let converts = if each.limited { round.converted_fraction } else { A::ONE };
        agree("amount", received, (each.amount * converts).div_or(price, A::ZERO), total);
    }
}

#[test]
fn a_priced_round_satisfies_every_one_of_its_terms() {
    let mut deals = Deals::new(12);
    for _ in 0..6000 {
        let deal = deal(&mut deals);
        let Ok(priced) = deal.price() else { continue };
        satisfies_the_terms(&deal, &priced, 1e-18);
        assert!(priced.shares.iter().all(|&shares| shares >= NONE));
        assert!(priced.round.pool_increase >= NONE && priced.round.new_shares >= NONE);

        let floating = in_f64(&deal);
        let again = floating.price().unwrap();
        satisfies_the_terms(&floating, &again, 1e-9);
        // A company whose founders keep little doubles its error as often as its shares: the root is a
        // quotient by the fraction that no one else claims.
        let total = priced.round.total_shares.to_f64();
        let scale = total * total / floating.terms.outstanding;
        assert!(near(again.round.total_shares, total, 1e-12, scale), "{:?}", deal.terms);
        for (a, b) in again.shares.iter().zip(&priced.shares) {
            assert!(near(*a, b.to_f64(), 1e-12, scale), "{:?} {:?}", deal.terms, deal.converting);
        }
    }
}

fn in_f64(deal: &Deal<Exact>) -> Deal<f64> {
    let Deal { terms, converting, limit } = deal;
    Deal {
        terms: RoundTerms {
            outstanding: terms.outstanding.to_f64(),
            guaranteed: terms.guaranteed.to_f64(),
            options: terms.options.to_f64(),
            promised: terms.promised.to_f64(),
            unallocated: terms.unallocated.to_f64(),
            pool: match terms.pool {
                Pool::Keep => Pool::Keep,
                Pool::IncreaseBy(shares) => Pool::IncreaseBy(shares.to_f64()),
                Pool::TargetUnallocated(target) => Pool::TargetUnallocated(target.to_f64()),
                Pool::TargetTotal(target) => Pool::TargetTotal(target.to_f64()),
                Pool::TargetAfterRound(target) => Pool::TargetAfterRound(target.to_f64()),
            },
            pre_money: terms.pre_money.to_f64(),
            price: terms.price.map(Exact::to_f64),
            new_money: terms.new_money.to_f64(),
            convention: terms.convention,
        },
        converting: converting.iter().map(instrument_in_f64).collect(),
        limit: limit.map(|limit| OwnershipLimit {
            existing_shares: limit.existing_shares.to_f64(),
            fraction: limit.fraction.to_f64(),
        }),
    }
}

fn instrument_in_f64(each: &Converting<Exact>) -> Converting<f64> {
    Converting {
        amount: each.amount.to_f64(),
        terms: ConversionTerms {
            discount: each.terms.discount.to_f64(),
            cap: match each.terms.cap {
                Cap::None => Cap::None,
                Cap::PostMoney(cap) => Cap::PostMoney(cap.to_f64()),
                Cap::PreMoney(cap) => Cap::PreMoney(cap.to_f64()),
                Cap::Over(cap, counted) => Cap::Over(cap.to_f64(), counted),
                Cap::FixedPrice(price) => Cap::FixedPrice(price.to_f64()),
            },
            stacked: each.terms.stacked,
        },
        limited: each.limited,
    }
}

#[test]
fn a_lower_cap_is_never_worse_for_its_holder() {
    let mut deals = Deals::new(13);
    let mut compared = 0;
    while compared < 2000 {
        let mut deal = deal(&mut deals);
        deal.limit = None;
        let Some(first) = deal.converting.first().copied() else { continue };
        let lower = Exact::from_f64(0.75);
        let cap = match first.terms.cap {
            Cap::None => Cap::PreMoney(deal.terms.pre_money),
            Cap::PostMoney(cap) => Cap::PostMoney(cap * lower),
            Cap::PreMoney(cap) => Cap::PreMoney(cap * lower),
            Cap::Over(cap, counted) => Cap::Over(cap * lower, counted),
            Cap::FixedPrice(price) => Cap::FixedPrice(price * lower),
        };
        let Ok(before) = deal.price() else { continue };
        deal.converting[0].terms.cap = cap;
        let Ok(after) = deal.price() else { continue };
        let owned = |priced: &Priced<Exact>| priced.shares[0].div_or(priced.round.total_shares, NONE);
        assert!(
            (owned(&after) - owned(&before)).to_f64() >= -1e-20,
            "{:?} {:?}",
            deal.terms,
            deal.converting
        );
        compared += 1;
    }
}

#[test]
fn the_order_of_the_instruments_does_not_matter() {
    let mut deals = Deals::new(16);
    for _ in 0..2000 {
        let mut deal = deal(&mut deals);
        let Ok(mut before) = deal.price() else { continue };
        deal.converting.reverse();
        before.shares.reverse();
        let after = deal.price().unwrap();
        let total = before.round.total_shares;
        assert!(near(after.round.total_shares, total, 1e-20, total), "{:?}", deal.terms);
        for (&a, &b) in before.shares.iter().zip(&after.shares) {
            assert!(near(a, b, 1e-20, total), "{:?} {:?}", deal.terms, deal.converting);
        }
    }
}

#[test]
fn pools_are_sized_by_what_is_available_by_all_options_or_after_the_round() {
    // hand-worked on 8m shares, 1m options and 0.5m unallocated, 12m pre-money with 3m new: a fifth each
    let priced = |pool| {
        let terms = RoundTerms { options: 1e6, unallocated: 0.5e6, pool, ..RoundTerms::new(8e6, 12e6, 3e6) };
        Deal { terms, converting: vec![], limit: None }.price().unwrap().round
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-8 * b;
    // 9m shares and the available fifth beside the 20% of new money: 9m / 0.6
    let available = priced(Pool::TargetUnallocated(0.2));
    assert!(near(available.total_shares, 15e6) && near(available.pool_increase, 2.5e6));
    // options and pool together a fifth: 8m / 0.6, less 1m of options
    let all = priced(Pool::TargetTotal(0.2));
    assert!(near(all.total_shares, 8e6 / 0.6) && near(all.pool_increase, 8e6 / 3.0 - 1.5e6));
    // after the round of 9.5m / 0.8 shares: its 11.375m without the pool are four fifths
    let after = priced(Pool::TargetAfterRound(0.2));
    assert!(near(after.total_shares, 11.375e6 / 0.8) && near(after.price, 12e6 / 9.5e6));
}

#[test]
fn an_ownership_limit_is_never_exceeded_and_leaves_slack_rounds_alone() {
    let mut deals = Deals::new(14);
    let (mut slack, mut partial, mut none) = (0, 0, 0);
    for _ in 0..6000 {
        let mut deal = deal(&mut deals);
        let Some(limit) = deal.limit else { continue };
        let Ok(Priced { round, shares, .. }) = deal.price() else { continue };
        let converted = deal
            .converting
            .iter()
            .zip(&shares)
            .filter(|(each, _)| each.limited)
            .fold(NONE, |sum, (_, &shares)| sum + shares);
        let held = limit.existing_shares + converted;
        let later = if let Pool::TargetAfterRound(_) = deal.terms.pool { round.pool_increase } else { NONE };
        let most = limit.fraction * (round.total_shares - later);
        if round.converted_fraction == NONE {
            none += 1;
            assert_eq!(converted, NONE);
            assert!(limit.existing_shares >= most);
        } else if round.converted_fraction < Exact::ONE {
            partial += 1;
            assert!(near(held, most, 1e-20, most));
        } else if converted > NONE {
            slack += 1;
            assert!((held - most).to_f64() <= 1e-20 * most.to_f64());
            deal.limit = None;
            assert_eq!(deal.price().unwrap().round, round);
        }
    }
    assert!(slack > 200 && partial > 200 && none > 50, "{slack} {partial} {none}");
}

#[test]
fn without_cap_and_discount_everyone_pays_the_round_price() {
    let mut deals = Deals::new(15);
    for _ in 0..1000 {
        let mut deal = deal(&mut deals);
        deal.limit = None;
        for (i, each) in deal.converting.iter_mut().enumerate() {
            each.terms.discount = NONE;
            // no cap, and one far beyond reach, are the same
            each.terms.cap =
                if i % 2 == 0 { Cap::None } else { Cap::PostMoney(Exact::from_i64(1_000_000_000)) };
        }
        let Ok(priced) = deal.price() else { continue };
        assert!(priced.basis.iter().all(|&basis| basis == PriceBasis::RoundPrice));
        for (each, &shares) in deal.converting.iter().zip(&priced.shares) {
            assert!(near(shares * priced.round.price, each.amount, 1e-20, each.amount));
        }
    }
}

fn seed_deal(convention: PricingConvention) -> Deal<f64> {
    let uncapped = ConversionTerms { discount: 0.3, cap: Cap::None, stacked: false };
    Deal {
        terms: RoundTerms { convention, ..RoundTerms::new(1e6, 8e6, 2e6) },
        converting: vec![Converting { amount: 1e6, terms: uncapped, limited: false }],
        limit: None,
    }
}

#[test]
fn the_three_pricing_conventions_differ_as_published() {
    // Cooley GO's worked example: 8m pre-money, 2m new, a note of 1m at 30% off, 1m shares; prices and the
    // new investor's percentage as printed, to their last digit
    for (convention, price, percent) in [
        (PricingConvention::PreMoneyMethod, 8.00, 17.5),
        (PricingConvention::PercentageOwnership, 6.5714, 20.0),
        (PricingConvention::DollarsInvested, 7.5714, 18.18),
    ] {
        let round = seed_deal(convention).price().unwrap().round;
        assert!((round.price - price).abs() <= 0.00005, "{convention:?} {round:?}");
        assert!((100.0 * round.new_shares / round.total_shares - percent).abs() <= 0.05, "{convention:?}");
    }
}

#[test]
fn a_limit_can_close_a_round_that_full_conversion_cannot() {
    // hand-worked: a note of 20m in a company of 8m before 2m of new money cannot convert whole; held to
    // 15% beside 20% for new money, the other 1m shares are 65%, the price is 10m / (1m / 0.65) = 6.5, at
    // 30% off 4.55, and 15% of 1,538,461.5 shares cost 1.05m: a fraction of 0.0525
    let mut deal = seed_deal(PricingConvention::PercentageOwnership);
    deal.converting[0].amount = 20e6;
    assert!(matches!(deal.price(), Err(RoundError::NoShareCount { .. })));
    deal.converting[0].limited = true;
    deal.limit = Some(OwnershipLimit { existing_shares: 0.0, fraction: 0.15 });
    let priced = deal.price().unwrap();
    assert!((priced.round.price - 6.5).abs() < 1e-12);
    assert!((priced.round.converted_fraction - 0.0525).abs() < 1e-14);
    assert_eq!(priced.basis, [PriceBasis::Discount]);
}

#[test]
fn a_conversion_without_new_money_is_at_the_given_value() {
    // hand-worked: at 10m for all shares, 1m buys a tenth; 1m shares are the other nine
    let mut deal = seed_deal(PricingConvention::PercentageOwnership);
    deal.terms.new_money = 0.0;
    deal.terms.pre_money = 10e6;
    deal.converting[0].terms.discount = 0.0;
    let priced = deal.price().unwrap();
    assert!((priced.shares[0] - 1e6 / 9.0).abs() < 1e-7);
    assert_eq!(priced.round.new_shares, 0.0);
}

#[test]
fn an_infeasible_round_says_who_claims_what() {
    // hand-worked: two SAFEs that each own 60% before new money claim 120% of the 80% it leaves
    let mut deal = seed_deal(PricingConvention::PercentageOwnership);
    let safe = ConversionTerms { discount: 0.0, cap: Cap::PostMoney(1e6), stacked: false };
    deal.converting = vec![Converting { amount: 0.6e6, terms: safe, limited: false }; 2];
    let Err(RoundError::NoShareCount {
        claimed_percent,
        new_money_percent,
        pool_percent,
        converting_percent,
    }) = deal.price()
    else {
        panic!()
    };
    assert!((new_money_percent - 20.0).abs() < 1e-12);
    assert_eq!(pool_percent, 0.0);
    assert!((converting_percent - 96.0).abs() < 1e-12);
    assert!((claimed_percent - 116.0).abs() < 1e-12);
}

#[test]
fn terms_out_of_range_are_refused() {
    let priced = |change: fn(&mut Deal<f64>)| {
        let mut deal = seed_deal(PricingConvention::PercentageOwnership);
        change(&mut deal);
        deal.price().err().map(|error| error.to_string())
    };
    let refused = |what: &str| Some(format!("{what} is out of range"));
    assert_eq!(priced(|_| ()), None);
    assert_eq!(priced(|deal| deal.terms.pre_money = f64::NAN), refused("the pre-money valuation"));
    assert_eq!(priced(|deal| deal.terms.pre_money = 0.0), refused("the pre-money valuation"));
    assert_eq!(priced(|deal| deal.terms.outstanding = 0.0), refused("outstanding shares"));
    assert_eq!(priced(|deal| deal.terms.unallocated = -1.0), refused("the unallocated pool"));
    assert_eq!(priced(|deal| deal.terms.new_money = -1.0), refused("new money"));
    let pool = Some("the pool increase or target is out of range".to_owned());
    assert_eq!(priced(|deal| deal.terms.pool = Pool::TargetUnallocated(1.0)), pool);
    let instrument = Some("converting instrument 0 has terms out of range".to_owned());
    assert_eq!(priced(|deal| deal.converting[0].terms.discount = 1.0), instrument);
    assert_eq!(priced(|deal| deal.converting[0].terms.cap = Cap::PostMoney(0.0)), instrument);
    assert_eq!(priced(|deal| deal.terms.outstanding = f64::INFINITY), Some(RoundError::TooLarge.to_string()));
    let over_one = |deal: &mut Deal<f64>| {
        deal.limit = Some(OwnershipLimit { existing_shares: 0.0, fraction: 1.5 });
    };
    assert_eq!(priced(over_one), refused("the ownership limit"));
    let under_dollars_invested = |deal: &mut Deal<f64>| {
        deal.terms.convention = PricingConvention::DollarsInvested;
        deal.converting[0].limited = true;
        deal.limit = Some(OwnershipLimit { existing_shares: 0.0, fraction: 0.5 });
    };
    assert_eq!(priced(under_dollars_invested), Some(RoundError::LimitUnderDollarsInvested.to_string()));
}
