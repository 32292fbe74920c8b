//! Sale, failure and the mark at the horizon.

use super::{Clause, DealSimulator, Scene};
use crate::number::Amount;
use crate::simulate::ledger::{Branch, Reason};
use crate::simulate::life::Event;

impl<A: Amount> DealSimulator<A> {
    /// The company is sold: the proceeds go down the waterfall.
    pub(super) fn sell(&mut self, scene: &mut Scene<'_, A>, event: Event) {
        self.waterfall(scene, event, true);
        for index in 0..self.tranches.len() {
            let (payout, converted) = self.payout(index);
            let open = self.tranches[index].is_open_debt();
            if !open && self.classes[index].shares <= A::ZERO {
                continue;
            }
            self.note_waterfall(scene, event.t, index);
            self.pay(event.t, index, payout, Reason::SaleProceeds);
            self.receive_payouts(scene, index, event.t, self.scratch.per_share);
            let tranche = &mut self.tranches[index];
            let branch = match (tranche.branch, converted) {
                (Branch::DebtAtHorizon | Branch::SafeAtHorizon, true) => Branch::SaleAsConverted,
                (Branch::DebtAtHorizon, false) => Branch::SalePaid,
                (Branch::SafeAtHorizon, false) => Branch::SafeCashedOut,
                (Branch::SharesAtHorizon, true) => Branch::SharesSold,
                (Branch::SharesAtHorizon, false) => Branch::SharesPreference,
                (Branch::WarrantAtHorizon, _) if payout > A::ZERO => Branch::WarrantExercised,
                (Branch::WarrantAtHorizon, _) => Branch::WarrantWorthless,
                (other, _) => other,
            };
            if branch != tranche.branch {
                tranche.branch = branch;
                tranche.resolved = event.t;
            }
        }
    }

    /// The company fails: lenders recover a part, SAFEs and shares are worth nothing.
    pub(super) fn fail(&mut self, scene: &mut Scene<'_, A>, t: f64) {
        let recovery = scene.draws.get(scene.terms.recovery);
        for index in 0..self.tranches.len() {
            let lent = scene.debt_of(index).is_some_and(|debt| debt.safe.is_none());
            if lent && self.tranches[index].is_open_debt() {
                let claim = self.claim(scene, index, t);
                self.note_owed(scene, index, t);
                self.note(t, index, Clause::Failed { claim, recovery, paid: claim * recovery });
                self.pay(t, index, claim * recovery, Reason::Recovery);
            }
            let tranche = &mut self.tranches[index];
            let branch = match tranche.branch {
                Branch::DebtAtHorizon => Branch::FailureRecovery,
                Branch::SafeAtHorizon => Branch::SafeWorthless,
                Branch::SharesAtHorizon => Branch::SharesWorthless,
                Branch::WarrantAtHorizon => Branch::WarrantWorthless,
                other => other,
            };
            if branch != tranche.branch {
                tranche.branch = branch;
                tranche.resolved = t;
            }
        }
    }

    /// The horizon: what is open is marked as if the company were sold at its value, without costs and without what
    /// only a change of control would pay.
    pub(super) fn mark(&mut self, scene: &mut Scene<'_, A>, event: Event) {
        self.waterfall(scene, event, false);
        for index in 0..self.tranches.len() {
            if self.tranches[index].is_open_debt() || self.classes[index].shares > A::ZERO {
                let (payout, _) = self.payout(index);
                self.note_waterfall(scene, event.t, index);
                self.pay(event.t, index, payout, Reason::HorizonMark);
                self.receive_payouts(scene, index, event.t, self.scratch.per_share);
            }
        }
    }
}
