//! The oracle of the priced round: every combination of choices, solved and judged from the definitions.

use super::round::Deal;
use crate::contract::{Cap, Pool, PricingConvention};
use crate::number::{Amount, Exact};

const NONE: Exact = Exact::ZERO;

/// The sides of every choice in a round: pool target or not, cap or not for each, limit.
#[derive(Clone, Copy, Debug)]
struct Branch {
    target_pool: bool,
    capped: u32,
    limited: LimitedBranch,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum LimitedBranch {
    Convert,
    UpToLimit,
    StayDebt,
}

/// What the definitions say everyone has at share count `total`, on one side of every choice.
struct Sheet {
    pool: Exact,
    price: Exact,
    new_shares: Exact,
    /// For the whole amount, on the branch's side and on the other.
    received: Vec<(Exact, Exact)>,
    converted: Exact,
    room: Exact,
}

impl Deal<Exact> {
    /// Solves one branch by two trial share counts (all is linear in the count), and keeps the answer if
    /// every choice was made rightly there. No line of this is shared with the code under test.
    fn solve(&self, branch: Branch) -> Option<Exact> {
        let (low, high) = (Exact::from_i64(1000), Exact::from_i64(2000));
        let (at_low, at_high) = (self.excess(low, branch), self.excess(high, branch));
        let total = low - (at_low * (high - low)).div_or(at_high - at_low, NONE);
        let tiny = 1e-15;
        if !(total.to_f64() > 1e-9 && self.excess(total, branch).to_f64().abs() <= tiny * total.to_f64()) {
            return None;
        }
        let sheet = self.sheet(total, branch);
        let not_less = |a: Exact, b: Exact| (a - b).to_f64() >= -tiny * total.to_f64();
        let pool_is_right = match self.terms.pool {
            Pool::TargetUnallocated(_) | Pool::TargetTotal(_) => {
                let (kept, wanted) = (self.terms.unallocated, self.wanted_pool(total));
                if branch.target_pool { not_less(wanted, kept) } else { not_less(kept, wanted) }
            }
            _ => true,
        };
        let prices_are_right = sheet.received.iter().all(|&(side, other)| not_less(side, other));
        let limited = self.limited_sum(&sheet);
        let limit_is_right = match branch.limited {
            LimitedBranch::Convert => !self.has_limit() || not_less(sheet.room, limited),
            LimitedBranch::UpToLimit => not_less(sheet.room, NONE) && not_less(limited, sheet.room),
            LimitedBranch::StayDebt => not_less(NONE, sheet.room),
        };
        let right = pool_is_right && prices_are_right && limit_is_right && sheet.price > NONE;
        right.then(|| self.with_later_pool(total))
    }

    /// A pool sized after the round: what the pool falls short of its fraction of everything.
    fn with_later_pool(&self, total: Exact) -> Exact {
        let Pool::TargetAfterRound(target) = self.terms.pool else { return total };
        let others = total - self.terms.unallocated;
        total.max_of(others.div_or(Exact::ONE - target, NONE))
    }

    fn wanted_pool(&self, total: Exact) -> Exact {
        match self.terms.pool {
            Pool::TargetUnallocated(target) => target * total,
            Pool::TargetTotal(target) => target * total - self.terms.options - self.terms.promised,
            _ => NONE,
        }
    }

    fn has_limit(&self) -> bool {
        self.limit.is_some() && self.converting.iter().any(|each| each.limited && each.amount > NONE)
    }

    fn limited_sum(&self, sheet: &Sheet) -> Exact {
        let limited = self.converting.iter().zip(&sheet.received).filter(|(each, _)| each.limited);
        limited.fold(NONE, |sum, (_, received)| sum + received.0)
    }

    /// Everyone's shares less the total.
    fn excess(&self, total: Exact, branch: Branch) -> Exact {
        let sheet = self.sheet(total, branch);
        self.granted() + sheet.pool + sheet.new_shares + sheet.converted - total
    }

    fn granted(&self) -> Exact {
        self.terms.outstanding + self.terms.options + self.terms.promised
    }

    fn sheet(&self, total: Exact, branch: Branch) -> Sheet {
        let terms = &self.terms;
        let pool = match terms.pool {
            Pool::IncreaseBy(more) => terms.unallocated + more,
            Pool::TargetUnallocated(_) | Pool::TargetTotal(_) if branch.target_pool => {
                self.wanted_pool(total)
            }
            _ => terms.unallocated,
        };
        let amounts = self.converting.iter().fold(NONE, |sum, each| sum + each.amount);
        let price = match terms.convention {
            PricingConvention::PercentageOwnership => (terms.pre_money + terms.new_money).div_or(total, NONE),
            PricingConvention::PreMoneyMethod => terms.pre_money.div_or(self.granted() + pool, NONE),
            PricingConvention::DollarsInvested => {
                (terms.pre_money + terms.new_money + amounts).div_or(total, NONE)
            }
        };
        let new_shares = terms.new_money.div_or(price, NONE);
        // Whatever is not outstanding, pool or sold for money has been converted into.
        let all_converted = total - self.granted() - pool - new_shares;
        let post = self.granted() + terms.unallocated + all_converted;
        let received: Vec<_> = self
            .converting
            .iter()
            .enumerate()
            .map(|(i, each)| {
                let kept = Exact::ONE - each.terms.discount;
                let uncapped = each.amount.div_or(price * kept, NONE);
                let over_cap = if each.terms.stacked { each.amount.div_or(kept, NONE) } else { each.amount };
                let capped = match each.terms.cap {
                    Cap::None => NONE,
                    Cap::PostMoney(cap) => (over_cap * post).div_or(cap, NONE),
                    Cap::PreMoney(cap) => (over_cap * (self.granted() + pool)).div_or(cap, NONE),
                    Cap::Over(cap, counted) => {
                        let own = |yes: bool, shares: Exact| if yes { shares } else { NONE };
                        let others = counted.other_converting_securities;
                        let all = terms.outstanding
                            + own(counted.outstanding_options, terms.options)
                            + own(counted.pool_top_up_for_promised_options, terms.promised)
                            + own(counted.unissued_options, terms.unallocated)
                            + own(counted.additional_pool_top_up, pool - terms.unallocated)
                            + own(counted.new_money, new_shares)
                            + own(others, all_converted);
                        // s = a (all + own s) / cap, where all has s in it if it has the others
                        let own = i64::from(counted.this_security) - i64::from(others);
                        let own = Exact::from_i64(own) * over_cap;
                        (over_cap * all).div_or(cap - own, NONE)
                    }
                    Cap::FixedPrice(price) => over_cap.div_or(price, NONE),
                };
                if branch.capped & (1 << i) == 0 { (uncapped, capped) } else { (capped, uncapped) }
            })
            .collect();
        let room = self.limit.map_or(NONE, |limit| limit.fraction * total - limit.existing_shares);
        let each_side = self.converting.iter().zip(&received);
        let mut converted = each_side.fold(NONE, |sum, (each, received)| {
            if each.limited && branch.limited != LimitedBranch::Convert { sum } else { sum + received.0 }
        });
        if branch.limited == LimitedBranch::UpToLimit {
            converted += room;
        }
        Sheet { pool, price, new_shares, received, converted, room }
    }

    /// The share counts of all branches that hold.
    pub(super) fn enumerate(&self) -> Vec<Exact> {
        let mut found = Vec::new();
        for capped in 0..1 << self.converting.len() {
            for target_pool in [false, true] {
                for limited in [LimitedBranch::Convert, LimitedBranch::UpToLimit, LimitedBranch::StayDebt] {
                    if limited == LimitedBranch::Convert || self.has_limit() {
                        found.extend(self.solve(Branch { target_pool, capped, limited }));
                    }
                }
            }
        }
        found
    }
}
