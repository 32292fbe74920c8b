//! Sale, failure and the mark at the horizon.

use super::{Clause, DealSimulator, Scene, Share};
use crate::contract::{
    Cap, ExitClass, Participation, change_of_control_claim, change_of_control_claim_on_both, distribute,
    post_money_fraction, shares_at_valuation,
};
use crate::number::Amount;
use crate::plan::{DebtPlan, KindPlan, SalePayPlan, SharePlan};
use crate::simulate::ledger::{Branch, Reason};
use crate::simulate::life::Event;

/// Debt ranks before all shares, whatever rank either states among its own kind.
const FIRST_SHARE_RANK: u32 = 1 << 16;

impl<A: Amount> DealSimulator<A> {
    /// The company is sold: the proceeds go down the waterfall.
    pub(super) fn sell(&mut self, scene: &mut Scene<'_, A>, event: Event) {
        self.waterfall(scene, event, true);
        for index in 0..self.tranches.len() {
            let (payout, converted) = self.payout(index);
            let open = self.tranches[index].is_open_debt();
            if !open && self.tranches[index].shares <= A::ZERO {
                continue;
            }
            self.note_waterfall(scene, event.t, index);
            self.pay(event.t, index, payout, Reason::SaleProceeds);
            let tranche = &mut self.tranches[index];
            let branch = match (open, converted) {
                (true, true) => Branch::SaleAsConverted,
                (true, false) => Branch::SalePaid,
                (false, true) => Branch::SharesSold,
                (false, false) => Branch::SharesPreference,
            };
            if matches!(tranche.branch, Branch::DebtAtHorizon | Branch::SharesAtHorizon) {
                tranche.branch = branch;
                tranche.resolved = event.t;
            }
        }
    }

    /// The company fails: lenders recover a part, shares are worth nothing.
    pub(super) fn fail(&mut self, scene: &mut Scene<'_, A>, t: f64) {
        let recovery = scene.draws.get(scene.terms.recovery);
        for index in 0..self.tranches.len() {
            if self.tranches[index].is_open_debt() {
                let claim = self.claim(scene, index, t);
                self.note_owed(scene, index, t);
                self.note(t, index, Clause::Failed { claim, recovery, paid: claim * recovery });
                self.pay(t, index, claim * recovery, Reason::Recovery);
            }
            let tranche = &mut self.tranches[index];
            let branch = match tranche.branch {
                Branch::DebtAtHorizon => Branch::FailureRecovery,
                Branch::SharesAtHorizon => Branch::SharesWorthless,
                other => other,
            };
            if branch != tranche.branch {
                tranche.branch = branch;
                tranche.resolved = t;
            }
        }
    }

    /// The horizon: what is open is marked as if the company were sold at its value, without what only a
    /// change of control would pay.
    pub(super) fn mark(&mut self, scene: &mut Scene<'_, A>, event: Event) {
        self.waterfall(scene, event, false);
        for index in 0..self.tranches.len() {
            let tranche = &self.tranches[index];
            if tranche.is_open_debt() || tranche.shares > A::ZERO {
                let (payout, _) = self.payout(index);
                self.note_waterfall(scene, event.t, index);
                self.pay(event.t, index, payout, Reason::HorizonMark);
            }
        }
    }

    /// What a tranche got from the waterfall: its debt and its shares; and whether it gave up its claim.
    fn payout(&self, index: usize) -> (A, bool) {
        let (debt, shares) = (2 * index, 2 * index + 1);
        let per_share = self.scratch.shares[0];
        let converts = self.scratch.classes[debt].converts_at(per_share)
            || (self.scratch.classes[debt].claim <= A::ZERO && !self.kept_preference(shares, per_share));
        (self.scratch.payouts[debt] + self.scratch.payouts[shares], converts)
    }

    fn note_waterfall(&mut self, scene: &Scene<'_, A>, t: f64, index: usize) {
        if self.tranches[index].is_open_debt() {
            self.note_owed(scene, index, t);
        }
        let share = |class: usize| {
            let ExitClass { claim, shares, .. } = self.scratch.classes[class];
            Share { claim, shares, payout: self.scratch.payouts[class] }
        };
        self.note(t, index, Clause::Waterfall { debt: share(2 * index), equity: share(2 * index + 1) });
    }

    fn kept_preference(&self, class: usize, per_share: A) -> bool {
        let class = &self.scratch.classes[class];
        class.claim > A::ZERO && !class.converts_at(per_share)
    }

    /// Distributes an event's value: two classes per tranche, its debt and its shares, then everyone else.
    fn waterfall(&mut self, scene: &Scene<'_, A>, event: Event, change_of_control: bool) {
        let proceeds = A::from_f64(event.value) * self.factor;
        let together = self.claimed_together(scene, event.t, proceeds);
        self.scratch.classes.clear();
        let mut others = self.shares;
        for index in 0..self.tranches.len() {
            let converted = self.as_converted(scene, index, event.t, proceeds);
            let debt = self.debt_class(scene, index, event.t, change_of_control, converted, together);
            let shares = self.share_class(scene, index, event.t);
            others -= shares.shares;
            self.scratch.classes.extend([debt, shares]);
        }
        let other_shares = others.or_zero();
        self.scratch.classes.push(ExitClass { shares: other_shares, ..nothing(u32::MAX) });
        let known = |class: &ExitClass<A>| class.shares >= A::ZERO && class.claim >= A::ZERO;
        self.out_of_range |= !self.scratch.classes.iter().all(known);
        let scratch = &mut self.scratch;
        scratch.payouts.clear();
        scratch.payouts.resize(scratch.classes.len(), A::ZERO);
        let outcome = distribute(proceeds, &scratch.classes, &mut scratch.waterfall, &mut scratch.payouts);
        scratch.shares.clear();
        scratch.shares.push(outcome.per_share);
        let clause = Clause::Distributed { proceeds, other_shares, per_share: outcome.per_share };
        self.note_company(event.t, clause);
    }

    /// The fraction of the company that all notes with a post-money cap would take together.
    fn claimed_together(&self, scene: &Scene<'_, A>, t: f64, proceeds: A) -> A {
        (0..self.tranches.len()).fold(A::ZERO, |sum, index| {
            match self.as_converted(scene, index, t, proceeds) {
                Some((amount, cap)) => sum + post_money_fraction(amount, cap),
                None => sum,
            }
        })
    }

    /// What a tranche would convert in a sale, and at which valuation; none if no cap is in force.
    fn as_converted(&self, scene: &Scene<'_, A>, index: usize, t: f64, proceeds: A) -> Option<(A, Cap<A>)> {
        let (debt, _) = self.right(scene, index, t)?;
        let cap = if debt.or_as_converted { self.cap(scene, index, proceeds) } else { Cap::None };
        (cap != Cap::None).then(|| (self.converting_amount(scene, debt, index, t), cap))
    }

    fn debt_class(
        &mut self,
        scene: &Scene<'_, A>,
        index: usize,
        t: f64,
        change_of_control: bool,
        converted: Option<(A, Cap<A>)>,
        together: A,
    ) -> ExitClass<A> {
        let Some(debt) = scene.debt_of(index).filter(|_| self.tranches[index].is_open_debt()) else {
            return nothing(0);
        };
        let shares = converted.map_or(A::ZERO, |(amount, cap)| {
            let shares = shares_at_valuation(amount, cap, self.shares, together);
            self.infeasible += u32::from(shares.is_none());
            shares.unwrap_or(A::ZERO)
        });
        let claim = if change_of_control {
            self.sale_claim(scene, debt, index, t)
        } else {
            self.claim(scene, index, t)
        };
        ExitClass { shares, claim, ..nothing(debt.seniority) }
    }

    fn sale_claim(&self, scene: &Scene<'_, A>, debt: &DebtPlan<A>, index: usize, t: f64) -> A {
        let principal = self.tranches[index].principal;
        let interest = self.interest(scene, debt, index, scene.day(t));
        match debt.sale {
            SalePayPlan::Principal { multiple, plus_interest } => {
                let interest = if plus_interest { interest } else { A::ZERO };
                change_of_control_claim(principal, interest, multiple)
            }
            SalePayPlan::PrincipalAndInterest { multiple } => {
                change_of_control_claim_on_both(principal, interest, multiple)
            }
        }
    }

    fn share_class(&self, scene: &Scene<'_, A>, index: usize, t: f64) -> ExitClass<A> {
        let tranche = &self.tranches[index];
        // A flotation turns preferred shares into common ones.
        let terms = share_terms(scene, index).filter(|_| scene.life.ipo > t);
        let common = ExitClass { shares: tranche.shares, ..nothing(FIRST_SHARE_RANK) };
        terms.filter(|_| tranche.shares > A::ZERO).map_or(common, |terms| ExitClass {
            claim: terms.preference * tranche.share_cost,
            seniority: FIRST_SHARE_RANK + terms.seniority,
            participation: match terms.participation_cap {
                Some(cap) => Participation::Capped(cap * tranche.share_cost),
                None if terms.full_participation => Participation::Full,
                None => Participation::None,
            },
            ..common
        })
    }
}

fn nothing<A: Amount>(seniority: u32) -> ExitClass<A> {
    ExitClass {
        shares: A::ZERO,
        claim: A::ZERO,
        seniority,
        participation: Participation::None,
        strike: A::ZERO,
    }
}

/// The rights of the shares a tranche holds or has converted into.
fn share_terms<'a, A: Amount>(scene: &Scene<'a, A>, index: usize) -> Option<&'a SharePlan<A>> {
    let terms = scene.terms;
    match &terms.instruments[terms.tranches[index].instrument].kind {
        KindPlan::Debt(debt) => debt.conversion.as_ref().map(|conversion| &conversion.into),
        KindPlan::Equity(equity) => Some(&equity.shares),
    }
}
