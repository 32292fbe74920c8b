//! What happens when a debt falls due.

use super::conversion::Pricing;
use super::state::Next;
use super::{Clause, DealSimulator, Scene};
use crate::contract::{PriceBasis, RoundOutcome, expected_repayment, repayment};
use crate::model::AtMaturity;
use crate::number::Amount;
use crate::plan::{MaturityPlan, purpose};
use crate::simulate::ledger::{Branch, Reason};

impl<A: Amount> DealSimulator<A> {
    /// A tranche falls due: it is extended, converts, is repaid or defaults.
    pub(super) fn mature(&mut self, scene: &mut Scene<'_, A>, index: usize, t: f64) {
        let terms = scene.terms;
        let crate::plan::KindPlan::Debt(debt) = &terms.instruments[terms.tranches[index].instrument].kind
        else {
            return;
        };
        let Some(maturity) = debt.maturity else { return };
        let left = self.tranches[index].extensions;
        if let Some(extension) = maturity.extension.filter(|_| left > 0)
            && self.is_extended(scene, debt.extends.as_deref(), (index, extension.times - left), t)
        {
            let until = scene.day(t).plus(extension.by);
            let due = scene.moment(until);
            let tranche = &mut self.tranches[index];
            tranche.extensions -= 1;
            tranche.due = due;
            self.note(t, index, Clause::Extended { until });
            self.schedule_debt(scene, index);
            return;
        }
        let value = self.value_at(scene, t, index, purpose::MATURITY);
        let claim = self.claim(scene, index, t);
        self.note_owed(scene, index, t);
        let may_convert = maturity.then != AtMaturity::Repay && self.right(scene, index, t).is_some();
        if may_convert && self.convert_at_maturity(scene, index, t, &maturity, value) {
            self.repay_rest(scene, index, t, &maturity, value);
            return;
        }
        self.repay(scene, index, t, &maturity, value, claim);
    }

    /// Converts at the cap or the company's value, whichever is lower; the holder may prefer to be repaid.
    fn convert_at_maturity(
        &mut self,
        scene: &Scene<'_, A>,
        index: usize,
        t: f64,
        maturity: &MaturityPlan<A>,
        value: A,
    ) -> bool {
        self.scratch.members.clear();
        self.scratch.members.push(index);
        let debt = self.debt_left_out(scene, t);
        let Some((outcome, kept)) = self.price(scene, t, value - debt, Pricing::Maturity) else {
            return false;
        };
        self.note_priced(t, value, debt + kept, A::ZERO, &outcome);
        if maturity.then == AtMaturity::HolderChooses
            && !self.holder_converts(scene, index, t, maturity, value, &outcome)
        {
            return false;
        }
        self.convert_members(scene, t, &outcome, Pricing::Maturity, |_| Branch::MaturityConversion);
        self.shares = outcome.total_shares;
        self.note_ownership(scene);
        if scene.life.ipo <= t {
            self.sell_shares(scene, t, value, Branch::SharesFloated);
        }
        self.tranches[index].branch == Branch::MaturityConversion
    }

    /// Whether a holder who may choose converts. It does not know yet whether the company can pay, nor what lenders
    /// would recover: it weighs repayment by the probability and the recovery's mean. Where an ownership limit lets a
    /// part convert, that part of the expected repayment is given up for it.
    fn holder_converts(
        &mut self,
        scene: &Scene<'_, A>,
        index: usize,
        t: f64,
        maturity: &MaturityPlan<A>,
        value: A,
        outcome: &RoundOutcome<A>,
    ) -> bool {
        let claim = self.claim(scene, index, t);
        let can_pay = maturity.can_pay.map_or(A::ONE, |(chance, _)| scene.draws.get(chance));
        let available = self.available(scene, index, t, value, claim);
        let repaid = repayment(claim, available);
        let recovered = repayment(claim * scene.terms.expected_recovery, available);
        let expected = expected_repayment(repaid, can_pay, recovered);
        let converting = self.scratch.converting[0];
        let fraction = if converting.limited { outcome.converted_fraction } else { A::ONE };
        // At the bare price the shares are worth what converts; rounding must not decide.
        let as_converted = if self.scratch.basis[0] == PriceBasis::RoundPrice {
            converting.amount * fraction
        } else {
            self.scratch.shares[0] * outcome.price
        };
        self.note(t, index, Clause::Compared { repaid, can_pay, recovered, expected, as_converted });
        as_converted > expected * fraction
    }

    /// What an ownership limit kept from converting is repaid; the tranche still counts as converted.
    fn repay_rest(
        &mut self,
        scene: &mut Scene<'_, A>,
        index: usize,
        t: f64,
        maturity: &MaturityPlan<A>,
        value: A,
    ) {
        if self.tranches[index].is_open_debt() {
            let claim = self.claim(scene, index, t);
            self.note_owed(scene, index, t);
            self.repay(scene, index, t, maturity, value, claim);
        }
    }

    /// The part of the company's value that a claim can be paid from: debts of one rank that fall due on one day share it in proportion, where
    /// it is not enough for all; senior ones have been paid before. (So it is among creditors of a class, for example
    /// 11 U.S.C. § 726(b).)
    fn available(&self, scene: &Scene<'_, A>, index: usize, t: f64, value: A, claim: A) -> A {
        let rank = self.tranches[index].rank;
        let alike = |other: &usize| {
            let tranche = &self.tranches[*other];
            let same = tranche.next == Next::Maturity && tranche.at <= t && tranche.rank == rank;
            let maturity = scene.debt_of(*other).and_then(|debt| debt.maturity);
            let is_repaid = maturity.is_some_and(|maturity| maturity.then != AtMaturity::Convert);
            same && is_repaid && *other != index && tranche.is_open_debt() && tranche.extensions == 0
        };
        let others = (0..self.tranches.len()).filter(alike);
        let all = others.fold(claim, |sum, other| sum + self.claim(scene, other, t));
        if all > value { value * claim.div_or(all, A::ONE) } else { value }
    }

    fn repay(
        &mut self,
        scene: &Scene<'_, A>,
        index: usize,
        t: f64,
        maturity: &MaturityPlan<A>,
        value: A,
        claim: A,
    ) {
        // What falls due on the same day is paid or not paid together.
        let days = scene.day(t).0.saturating_sub(scene.world.valuation_date.0).unsigned_abs();
        let defaults = maturity.can_pay.is_some_and(|(chance, stream)| {
            A::from_f64(scene.draws.uniform(stream, days)) > scene.draws.get(chance)
        });
        // The company cannot pay more than it is worth.
        let recovery = if defaults { scene.draws.get(scene.terms.recovery) } else { A::ONE };
        let (due, reason) =
            if defaults { (claim * recovery, Reason::Recovery) } else { (claim, Reason::Repayment) };
        let paid = repayment(due, self.available(scene, index, t, value, claim));
        let branch = match (defaults, paid < claim) {
            (true, _) => Branch::MaturityDefault,
            (false, true) => Branch::RepaidShort,
            (false, false) => Branch::Repaid,
        };
        let clause = if defaults {
            Clause::Defaulted { claim, recovery, company_value: value, paid }
        } else {
            Clause::Repaid { claim, company_value: value, paid }
        };
        self.note(t, index, clause);
        self.pay(t, index, paid, reason);
        // A tranche that has converted in part stays counted there.
        let converted = self.tranches[index].branch != Branch::DebtAtHorizon;
        self.close(index, t, if converted { self.tranches[index].branch } else { branch });
        self.company_money(-paid, value);
    }
}
