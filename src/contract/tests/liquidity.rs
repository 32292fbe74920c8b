use super::{Deals, near};
use crate::contract::liquidity::settle_safes;
use crate::contract::{
    Cap, ExitClass, LiquidityError, Participation, SafeAtSale, WaterfallScratch, discount_claim, distribute,
    distribute_with_safes, settlements,
};
use crate::number::{Amount, Exact};

const NONE: Exact = Exact::ZERO;

fn class(shares: Exact, claim: Exact, seniority: u32) -> ExitClass<Exact> {
    ExitClass { shares, claim, seniority, participation: Participation::None, strike: NONE }
}

struct Sale {
    proceeds: Exact,
    capitalization: Exact,
    safes: Vec<SafeAtSale<Exact>>,
    classes: Vec<ExitClass<Exact>>,
}

/// Two or three SAFEs beside common, a preferred that may have decided to take its claim, and sometimes a loan; all
/// post-money, or of any form.
fn sale(deals: &mut Deals, mixed: bool) -> Sale {
    let safes: Vec<_> = (0..deals.whole(2, 3))
        .map(|_| {
            let valuation = deals.amount(80, 300);
            let cap = match deals.whole(0, if mixed { 3 } else { 0 }) {
                0 => Cap::PostMoney(valuation),
                1 => Cap::PreMoney(valuation),
                2 => Cap::FixedPrice(deals.hundredths(50, 400)),
                _ => Cap::None,
            };
            SafeAtSale { amount: deals.amount(1, 25), cap }
        })
        .collect();
    let (common, preferred) = (deals.amount(1, 100), deals.amount(1, 60));
    let rank = u32::try_from(deals.whole(1, 2)).unwrap();
    let mut classes: Vec<_> = safes.iter().map(|safe| class(NONE, safe.amount, 1)).collect();
    classes.push(class(common, NONE, 3));
    let claim = deals.amount(0, 40);
    let decided = if deals.once_in(2) { Participation::ClaimOnly } else { Participation::None };
    classes.push(ExitClass { participation: decided, ..class(preferred, claim, rank) });
    if deals.once_in(3) {
        classes.push(class(NONE, deals.amount(0, 30), 0));
    }
    Sale { proceeds: deals.amount(0, 500), capitalization: common + preferred, safes, classes }
}

impl Sale {
    fn settle(&mut self) -> Result<Vec<Exact>, LiquidityError> {
        let mut payouts = vec![NONE; self.classes.len()];
        let mut scratch = WaterfallScratch::new(self.classes.len());
        let Sale { proceeds, capitalization, safes, classes } = self;
        distribute_with_safes(*proceeds, *capitalization, safes, classes, &mut scratch, &mut payouts)?;
        Ok(payouts)
    }

    /// The same with the preferred shares as they have decided.
    fn settle_safes(&mut self) -> Result<Vec<Exact>, LiquidityError> {
        let mut payouts = vec![NONE; self.classes.len()];
        let mut scratch = WaterfallScratch::new(self.classes.len());
        let Sale { proceeds, capitalization, safes, classes } = self;
        settle_safes(*proceeds, *capitalization, safes, classes, &mut scratch, &mut payouts)?;
        Ok(payouts)
    }

    /// Payouts if exactly the SAFEs of `profile` convert, willing or not, and preferred shares do as they have decided.
    fn forced(&self, profile: u32) -> Vec<Exact> {
        let converts = |i: usize| profile & (1 << i) != 0;
        let (mut together, mut fixed) = (NONE, vec![None; self.safes.len()]);
        let takes_claim = |class: &ExitClass<Exact>| class.participation == Participation::ClaimOnly;
        let gone = self.classes.iter().filter(|class| takes_claim(class));
        let mut all = gone.fold(self.capitalization, |left, class| left - class.shares);
        for (i, safe) in self.safes.iter().enumerate().filter(|(i, _)| converts(*i)) {
            let shares = match safe.cap {
                Cap::PreMoney(cap) => (safe.amount * self.capitalization).div_or(cap, NONE),
                Cap::FixedPrice(price) => safe.amount.div_or(price, NONE),
                Cap::PostMoney(cap) => {
                    together += safe.amount.div_or(cap, NONE);
                    continue;
                }
                other => panic!("{other:?}"),
            };
            all += shares;
            fixed[i] = Some(shares);
        }
        let all = all.div_or(Exact::ONE - together, NONE);
        let received = |i: usize| match self.safes[i].cap {
            Cap::PostMoney(cap) => all * self.safes[i].amount.div_or(cap, NONE),
            _ => fixed[i].unwrap(),
        };
        let mut classes = self.classes.clone();
        for gone in classes.iter_mut().filter(|class| takes_claim(class)) {
            *gone = class(NONE, gone.claim, gone.seniority);
        }
        for (i, safe) in classes[..self.safes.len()].iter_mut().enumerate() {
            *safe = if converts(i) { class(received(i), NONE, 3) } else { class(NONE, safe.claim, 1) };
        }
        let mut payouts = vec![NONE; classes.len()];
        distribute(self.proceeds, &classes, &mut WaterfallScratch::new(classes.len()), &mut payouts);
        payouts
    }
}

#[test]
fn safes_convert_as_in_the_best_equilibrium_of_their_decisions() {
    let mut deals = Deals::new(21);
    let (mut all, mut some) = (0, 0);
    for i in 0..4000 {
        let mut sale = sale(&mut deals, false);
        let payouts = sale.settle_safes().unwrap();
        let count = sale.safes.len();
        let forced: Vec<_> = (0..1_u32 << count).map(|profile| sale.forced(profile)).collect();
        let gain =
            |from: u32, k: usize| (forced[(from ^ (1 << k)) as usize][k] - forced[from as usize][k]).to_f64();
        // Whoever is indifferent takes the cash; which of the two it is, rounding may decide.
        let gains_nothing = |profile: u32, k: usize| gain(profile, k) <= 1e-12;
        let is_certain = |profile: u32, k: usize| profile & (1 << k) == 0 || gain(profile, k) < -1e-12;
        let converting = (0..count).filter(|&k| sale.classes[k].shares > NONE).fold(0, |sum, k| sum | 1 << k);
        all += u32::from(converting == (1 << count) - 1);
        some += u32::from(converting != 0);
        assert!((0..count).all(|k| gains_nothing(converting, k)), "sale {i}: {:?}", sale.classes);
        let same = |a: Exact, b: Exact| near(a, b, 1e-20, sale.proceeds);
        let ours = &forced[converting as usize];
        assert!(payouts.iter().zip(ours).all(|(&a, &b)| same(a, b)), "sale {i}");
        for (profile, other) in (0..).zip(&forced) {
            if (0..count).all(|k| gains_nothing(profile, k) && is_certain(profile, k)) {
                let worse = (0..count).any(|k| (other[k] - payouts[k]).to_f64() > 1e-12);
                assert!(!worse, "sale {i}: {converting:b} {payouts:?} {profile:b} {other:?}");
            }
        }
    }
    assert!(all > 500 && some > all + 200, "{all} {some}");
}

#[test]
fn safes_of_several_forms_settle_where_nobody_would_decide_otherwise_or_are_refused() {
    let mut deals = Deals::new(22);
    let (mut settled, mut refused) = (0, 0);
    for i in 0..6000 {
        let mut sale = sale(&mut deals, true);
        let count = sale.safes.len();
        let can = |k: usize| sale.safes[k].cap != Cap::None;
        let may = (0..count).filter(|&k| can(k)).fold(0, |sum, k| sum | 1_u32 << k);
        let forced: Vec<_> = (0..1_u32 << count)
            .map(|profile| if profile & !may == 0 { sale.forced(profile) } else { Vec::new() })
            .collect();
        let gains_nothing = |profile: u32, k: usize| {
            let other = &forced[(profile ^ (1 << k)) as usize];
            other.is_empty() || (other[k] - forced[profile as usize][k]).to_f64() <= 1e-12
        };
        let stands = |profile: u32| profile & !may == 0 && (0..count).all(|k| gains_nothing(profile, k));
        match sale.settle_safes() {
            Ok(payouts) => {
                let converting =
                    (0..count).filter(|&k| sale.classes[k].shares > NONE).fold(0, |sum, k| sum | 1 << k);
                assert!(stands(converting), "sale {i}: {converting:b}");
                let ours = &forced[converting as usize];
                assert!(payouts.iter().zip(ours).all(|(&a, &b)| near(a, b, 1e-20, sale.proceeds)));
                settled += 1;
            }
            Err(error) => {
                assert_eq!(error, LiquidityError::NoSettlement);
                // but for ties, which count as no conversion
                let strictly = |profile: u32| {
                    (0..count).all(|k| profile & (1 << k) == 0 || !gains_nothing(profile ^ (1 << k), k))
                };
                assert!((0..1 << count).all(|profile| !(stands(profile) && strictly(profile))), "sale {i}");
                refused += 1;
            }
        }
    }
    assert!(settled > 5900, "{settled} {refused}");
}

#[test]
fn a_discount_only_safe_is_paid_its_discount_after_all_preferences() {
    // hand-worked: 8 at 20% off is worth 10 converted; beside a preference of 20 of the same rank
    let (claim, bonus) = (8.0, discount_claim(8.0, 0.2, 8.0));
    assert_eq!(bonus, 2.0);
    // a cash-out of twice the amount is worth more than the discount
    assert_eq!(discount_claim(8.0, 0.2, 16.0), 0.0);
    let holder = |shares, claim, seniority| ExitClass {
        shares,
        claim,
        seniority,
        participation: Participation::None,
        strike: 0.0,
    };
    let classes = [holder(0.0, claim, 1), holder(0.0, bonus, 2), holder(20.0, 20.0, 1), holder(80.0, 0.0, 3)];
    let mut scratch = WaterfallScratch::new(4);
    for (proceeds, expected) in
        [(14.0, [4.0, 0.0, 10.0, 0.0]), (29.0, [8.0, 1.0, 20.0, 0.0]), (110.0, [8.0, 2.0, 20.0, 80.0])]
    {
        let mut payouts = [0.0; 4];
        distribute(proceeds, &classes, &mut scratch, &mut payouts);
        assert_eq!(payouts, expected);
    }
    // above that the share value is what a round would divide by: (160 − 10) / 100, less a fifth
    let mut payouts = [0.0; 4];
    let outcome = distribute(160.0, &classes, &mut scratch, &mut payouts);
    let converted = 8.0 / (0.8 * outcome.per_share);
    assert_eq!(converted * outcome.per_share, payouts[0] + payouts[1]);
}

#[test]
fn the_lowest_cap_converts_first() {
    // hand-worked: caps of 100 and 200, 10 each, sold for 150. The second would own a twentieth of 150, less
    // than its 10; without it the first owns a tenth of the 140 left
    let amount = Exact::from_i64;
    let safe = |cap| SafeAtSale { amount: amount(10), cap: Cap::PostMoney(amount(cap)) };
    let mut sale = Sale {
        proceeds: amount(150),
        capitalization: amount(90),
        safes: vec![safe(100), safe(200)],
        classes: vec![class(NONE, amount(10), 1), class(NONE, amount(10), 1), class(amount(90), NONE, 2)],
    };
    let payouts = sale.settle().unwrap();
    assert_eq!(payouts, [amount(14), amount(10), amount(126)]);
    assert_eq!(sale.classes[1].shares, NONE);
}

#[test]
fn safes_that_own_everything_may_still_take_their_cash() {
    // hand-worked: two SAFEs of 60 at caps of 100 own 120%. Up to 120 they share what there is. Of 150, one that
    // converted beside the other's claim would have 60% of 90, less than its 60: both are paid. From 160 on the first
    // would convert (60% of 100), and then the second expects 60% of 160: nothing stands
    let amount = Exact::from_i64;
    let settle = |proceeds: i64| {
        let safe = SafeAtSale { amount: amount(60), cap: Cap::PostMoney(amount(100)) };
        let classes =
            vec![class(NONE, amount(60), 1), class(NONE, amount(60), 1), class(amount(10), NONE, 2)];
        let (proceeds, capitalization) = (amount(proceeds), amount(10));
        Sale { proceeds, capitalization, safes: vec![safe; 2], classes }.settle()
    };
    assert_eq!(settle(90).unwrap(), [amount(45), amount(45), NONE]);
    assert_eq!(settle(150).unwrap(), [amount(60), amount(60), amount(30)]);
    assert_eq!(settle(160).unwrap(), [amount(60), amount(60), amount(40)]);
    let refused = LiquidityError::SafesOwnEverything { owned_percent: 120.0 };
    assert_eq!(settle(161), Err(refused));
}

/// Decisions against the definition: nobody gains by another one, and a SAFE too many expects its fraction of what the
/// claims of all others leave, at most all of it. Payouts of every feasible set are worked out apart, by [`Sale::forced`].
#[test]
fn safes_that_own_too_much_settle_where_nobody_would_decide_otherwise_or_are_refused() {
    let mut deals = Deals::new(23);
    let (mut settled, mut refused, mut some) = (0, 0, 0);
    for i in 0..4000 {
        let mut sale = sale(&mut deals, false);
        for safe in &mut sale.safes {
            safe.cap = Cap::PostMoney(deals.amount(15, 60));
        }
        let count = sale.safes.len();
        let part = |k: usize| {
            let Cap::PostMoney(cap) = sale.safes[k].cap else { panic!() };
            sale.safes[k].amount.div_or(cap, NONE)
        };
        let members = |profile: u32| (0..count).filter(move |k| profile & (1 << k) != 0);
        let feasible = |profile: u32| members(profile).fold(NONE, |sum, k| sum + part(k)) < Exact::ONE;
        if feasible((1 << count) - 1) {
            continue;
        }
        let worth = |profile: u32, k: usize| {
            if feasible(profile) {
                return sale.forced(profile)[k];
            }
            let claims = sale
                .classes
                .iter()
                .enumerate()
                .filter(|(place, _)| *place >= count || profile & (1 << place) == 0);
            let claims = claims.fold(NONE, |sum, (_, class)| sum + class.claim);
            part(k).min_of(Exact::ONE) * (sale.proceeds - claims).or_zero()
        };
        let stands = |profile: u32, least: f64| {
            feasible(profile)
                && (0..count).all(|k| {
                    let gain = (worth(profile ^ (1 << k), k) - worth(profile, k)).to_f64();
                    // Whoever is indifferent takes the cash.
                    if profile & (1 << k) == 0 { gain <= 1e-12 } else { gain < least }
                })
        };
        let any = (0..1 << count).any(|profile| stands(profile, -1e-12));
        let standing: Vec<u32> = (0..1 << count).filter(|profile| stands(*profile, 1e-12)).collect();
        match sale.settle_safes() {
            Ok(_) => {
                let converting = members(u32::MAX).filter(|k| sale.classes[*k].shares > NONE);
                let converting = converting.fold(0, |sum, k| sum | 1 << k);
                assert!(standing.contains(&converting), "sale {i}: {converting:b} {standing:?}");
                settled += 1;
                some += u32::from(converting != 0);
            }
            Err(error) => {
                assert!(matches!(error, LiquidityError::SafesOwnEverything { .. }));
                assert!(!any, "sale {i}: {standing:?}");
                refused += 1;
            }
        }
    }
    assert!(settled > 100 && refused > 100 && some > 5, "{settled} {refused} {some}");
}

#[test]
fn preferred_shares_that_take_their_preference_are_not_counted() {
    // hand-worked, in millions: 8 common, 3.2 preferred for 16, a SAFE of 1 at 10 post-money. Of 30 the preferred would
    // get 27 · 3.2 / 11.2 = 7.7 as converted and takes 16; the SAFE a tenth of the 14 left (and 8/9 shares). From
    // 16 · 11.2 / 3.2 / 0.9 = 62.2 on all convert
    let (amount, cents) =
        (Exact::from_i64, |hundredths| Exact::from_i64(hundredths).div_or(Exact::from_i64(100), NONE));
    let settle = |proceeds: Exact| {
        let safe = SafeAtSale { amount: amount(1), cap: Cap::PostMoney(amount(10)) };
        let classes =
            vec![class(NONE, amount(1), 1), class(amount(8), NONE, 2), class(cents(320), amount(16), 1)];
        let mut sale = Sale { proceeds, capitalization: cents(11_20), safes: vec![safe], classes };
        let payouts = sale.settle().unwrap();
        (payouts, sale.classes[0].shares, sale.classes[2].participation)
    };
    let (payouts, shares, decided) = settle(amount(30));
    assert_eq!(payouts, [cents(1_40), cents(12_60), amount(16)]);
    assert!(near(shares, amount(8).div_or(amount(9), NONE), 1e-24, shares));
    assert_eq!(decided, Participation::ClaimOnly);
    let (payouts, _, decided) = settle(amount(63));
    assert!(near(payouts[0], cents(6_30), 1e-24, payouts[0]), "{payouts:?}");
    assert_eq!(decided, Participation::None);
    // its conversion takes the SAFE from a tenth of 46.1 to a tenth of 62.1 and more
    assert!(near(settle(cents(62_10)).0[0], cents(4_61), 1e-24, amount(1)));
}

#[test]
fn preferred_shares_elect_expecting_that_safes_answer() {
    // hand-worked: 50 common, 50 preferred for 45.1, a SAFE of 9.5 at 95 post-money, sold for 100. Beside a SAFE that
    // cashes out the preferred would get 45.25 as converted, but then the SAFE would convert too and leave 45.0: it
    // takes 45.1. Of the rest a tenth is less than the SAFE's 9.5
    let (amount, tenths) =
        (Exact::from_i64, |tenths| Exact::from_i64(tenths).div_or(Exact::from_i64(10), NONE));
    let safe = SafeAtSale { amount: tenths(95), cap: Cap::PostMoney(amount(95)) };
    let classes =
        vec![class(NONE, tenths(95), 1), class(amount(50), NONE, 2), class(amount(50), tenths(451), 1)];
    let mut sale = Sale { proceeds: amount(100), capitalization: amount(100), safes: vec![safe], classes };
    assert_eq!(sale.settle().unwrap(), [tenths(95), tenths(454), tenths(451)]);
}

/// Every combination of what one to three series elect, SAFEs answering as in the tests above.
#[test]
fn series_elect_where_none_would_rather_elect_otherwise_or_the_sale_is_refused() {
    let mut deals = Deals::new(25);
    let (mut settled, mut refused, mut both) = (0, 0, 0);
    for i in 0..4000 {
        let mut sale = sale(&mut deals, i % 2 == 0);
        sale.safes
            .push(SafeAtSale { amount: deals.amount(1, 25), cap: Cap::PostMoney(deals.amount(80, 300)) });
        sale.classes.insert(0, class(NONE, sale.safes[sale.safes.len() - 1].amount, 1));
        sale.safes.rotate_right(1);
        sale.classes.iter_mut().for_each(|class| class.participation = Participation::None);
        for _ in 0..deals.whole(0, 2) {
            let shares = deals.amount(1, 60);
            sale.capitalization += shares;
            sale.classes.push(class(shares, deals.amount(1, 40), 1));
        }
        let elects = |place: &usize| {
            let class = &sale.classes[*place];
            *place >= sale.safes.len() && class.shares > NONE && class.claim > NONE
        };
        let series: Vec<usize> = (0..sale.classes.len()).filter(elects).collect();
        let payouts: Vec<_> = (0..1_u32 << series.len())
            .map(|set| {
                for (bit, &place) in series.iter().enumerate() {
                    let converts = set & (1 << bit) != 0;
                    sale.classes[place].participation =
                        if converts { Participation::None } else { Participation::ClaimOnly };
                }
                sale.settle_safes()
            })
            .collect();
        // A series that elects to convert still gets its claim where that is more: it must get more than that.
        let claims: Vec<Exact> = sale.classes.iter().map(|class| class.claim).collect();
        let converted_gains = |set: u32, place: usize| {
            let payouts = payouts[set as usize].as_ref().ok()?;
            Some((payouts[place] - claims[place]).to_f64())
        };
        let stands = |set: u32, tie: f64| {
            payouts[set as usize].is_ok()
                && series.iter().enumerate().all(|(bit, &place)| {
                    let gains = converted_gains(set | 1 << bit, place);
                    let stays_out = gains.is_none_or(|gains| gains <= tie);
                    if set & (1 << bit) == 0 { stays_out } else { gains.is_some_and(|gains| gains > -tie) }
                })
        };
        let Ok(found) = sale.settle() else {
            let any = (0..1_u32 << series.len()).find(|set| stands(*set, -1e-12));
            assert_eq!(any, None, "sale {i}: {payouts:?}");
            refused += 1;
            continue;
        };
        let set = series.iter().enumerate().fold(0, |sum, (bit, &place)| {
            sum | u32::from(sale.classes[place].participation == Participation::None) << bit
        });
        let expected = payouts[set as usize].as_ref().unwrap();
        assert!(found.iter().zip(expected).all(|(&a, &b)| near(a, b, 1e-20, sale.proceeds)));
        assert!(stands(set, 1e-12), "sale {i}: {set:b} {payouts:?}");
        settled += 1;
        both += u32::from(set != 0 && set != (1 << series.len()) - 1);
    }
    assert!(settled > 3900 && both > 200, "{settled} {refused} {both}");
}

/// Between two points of [`settlements`] the sale settles as they say: 20 prices each.
#[test]
fn stretches_of_prices_are_as_each_price_settles() {
    let mut deals = Deals::new(24);
    let (mut several, mut refused) = (0, 0);
    for i in 0..1500 {
        let mut sale = sale(&mut deals, i % 2 == 0);
        if i % 3 == 0 {
            sale.safes[0].cap = Cap::PostMoney(deals.amount(10, 30));
        }
        let stretches = settlements(sale.capitalization, &sale.safes, &sale.classes).unwrap();
        several += u32::from(stretches.len() > 2);
        for _ in 0..20 {
            sale.proceeds = deals.hundredths(0, 50_000);
            let at = stretches.iter().rposition(|each| each.above < sale.proceeds).unwrap_or(0);
            let close = |point: Exact| (point - sale.proceeds).to_f64().abs() < 1e-9;
            if close(stretches[at].above) || stretches.get(at + 1).is_some_and(|next| close(next.above)) {
                continue;
            }
            match (sale.settle(), &stretches[at].classes) {
                (Ok(_), Ok(classes)) => {
                    let same = sale.classes.iter().zip(classes).all(|(a, b)| {
                        near(a.shares, b.shares, 1e-20, a.shares) && a.participation == b.participation
                    });
                    assert!(same, "sale {i}: {:?} {:?} {classes:?}", sale.proceeds, sale.classes);
                }
                (Err(_), Err(_)) => refused += 1,
                (found, said) => panic!("sale {i} at {:?}: {found:?}, but {said:?}", sale.proceeds),
            }
        }
    }
    assert!(several > 500 && refused > 100, "{several} {refused}");
}
