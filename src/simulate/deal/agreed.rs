//! Conversion on a milestone, at a valuation agreed beforehand.

use super::conversion::Issue;
use super::{Clause, DealSimulator, Scene};
use crate::contract::{post_money_fraction, shares_at_valuation};
use crate::number::Amount;
use crate::plan::ConversionPlan;
use crate::simulate::ledger::Branch;
use crate::simulate::life::Event;

impl<A: Amount> DealSimulator<A> {
    /// A milestone is reached: the debt that waits for it converts at the valuation agreed.
    pub(super) fn milestone(&mut self, scene: &mut Scene<'_, A>, milestone: usize, event: Event) {
        if !self.on_milestones {
            return;
        }
        let waits = |deal: &Self, index: usize| {
            scene.debt_of(index)?.conversion.as_ref()?.on_milestone?;
            let (_, conversion) = deal.right(scene, index, event.t)?;
            let on = conversion.on_milestone.filter(|(awaited, _)| *awaited == milestone);
            on.map(|(_, at)| (conversion, at))
        };
        let amount = |deal: &Self, index: usize| {
            scene.debt_of(index).map_or(A::ZERO, |debt| deal.converting_amount(scene, debt, index, event.t))
        };
        let mut together = A::ZERO;
        for index in 0..self.tranches.len() {
            if let Some((_, at)) = waits(self, index) {
                together += post_money_fraction(amount(self, index), at.of(scene.draws.get(at.amount)));
            }
        }
        let outstanding = self.shares;
        let mut issued = false;
        for index in 0..self.tranches.len() {
            let Some((conversion, at)) = waits(self, index) else { continue };
            let amount = amount(self, index);
            let valuation = at.of(scene.draws.get(at.amount));
            let Some(all) = shares_at_valuation(amount, valuation, outstanding, together) else {
                self.infeasible += 1;
                self.note(event.t, index, Clause::CannotConvert);
                continue;
            };
            let fraction = self.fraction_within_limit(scene, conversion, index, all);
            let shares = all * fraction;
            if shares > A::ZERO {
                self.note_owed(scene, index, event.t);
                let issue = Issue { shares, paid: amount * fraction, fraction };
                self.convert(scene, index, event.t, issue, Branch::MilestoneConversion);
                self.shares += shares;
                let (claim, total_shares) = (amount, self.shares);
                let clause = Clause::ConvertedAsAgreed {
                    claim,
                    valuation,
                    outstanding,
                    together,
                    shares,
                    total_shares,
                };
                self.note(event.t, index, clause);
                issued = true;
            }
        }
        if issued {
            self.note_ownership(scene);
        }
    }
}

impl<A: Amount> DealSimulator<A> {
    /// The fraction of new shares that takes a holder no further than its ownership limit L: with h held of T
    /// shares, h + n ≤ L (T + n).
    fn fraction_within_limit(
        &self,
        scene: &Scene<'_, A>,
        conversion: &ConversionPlan<A>,
        index: usize,
        shares: A,
    ) -> A {
        match conversion.ownership_limit {
            Some(limit) if limit < A::ONE => {
                let room = (limit * self.shares - self.held_by_same(scene, index)).or_zero();
                room.div_or((A::ONE - limit) * shares, A::ONE).min_of(A::ONE)
            }
            _ => A::ONE,
        }
    }
}
