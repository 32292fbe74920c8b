//! The flotation, sales in the market, and warrants.

use super::state::{Class, Next};
use super::{Clause, DealSimulator, Scene};
use crate::contract::RoundOutcome;
use crate::number::Amount;
use crate::plan::{WarrantPlan, purpose};
use crate::simulate::clock::moment;
use crate::simulate::ledger::{Branch, Reason};
use crate::simulate::life::Event;

/// What a share is worth in the market, and why.
#[derive(Clone, Copy, Debug)]
struct Market<A> {
    company_value: A,
    debt: A,
    shares: A,
    price: A,
}

impl<A: Amount> DealSimulator<A> {
    /// The flotation: what converts does, then the investor's shares are sold at the offer price.
    pub(super) fn float(&mut self, scene: &mut Scene<'_, A>, event: Event) {
        self.priced_round(scene, event);
        let value = A::from_f64(event.value + event.new_money) * self.factor;
        self.sell_shares(scene, event.t, value, Branch::SharesFloated);
    }

    /// The price of a share where the company is worth `company_value`: what debt leaves of it over all shares, the
    /// pool, options and warrants among them while the company is private.
    fn market(&mut self, scene: &Scene<'_, A>, t: f64, company_value: A) -> Market<A> {
        self.scratch.members.clear();
        let debt = self.debt_left_out(scene, t);
        let shares = self.shares;
        Market {
            company_value,
            debt,
            shares,
            price: (company_value - debt).or_zero().div_or(shares, A::ZERO),
        }
    }

    /// Sells all shares held in the market, the company's value being given. Warrants in the money are exercised
    /// first; others are kept.
    pub(super) fn sell_shares(&mut self, scene: &Scene<'_, A>, t: f64, value: A, branch: Branch) {
        let market = self.market(scene, t, value);
        for index in 0..self.tranches.len() {
            let warrant = self.tranches[index].branch == Branch::WarrantAtHorizon;
            if warrant && !self.exercise(index, t, market) {
                continue;
            }
            self.sell_held(scene, index, t, market, branch);
        }
    }

    /// What was paid out on a tranche's shares while it held them, where a share is worth `price` now: reinvested in shares of the company,
    /// one has become e^(payout yield · years) (Merton 1973, "Theory of rational option pricing", Bell Journal of Economics 4, section 7).
    /// So the value of shares bought at their price does not depend on when they are sold.
    pub(super) fn receive_payouts(&mut self, scene: &Scene<'_, A>, index: usize, t: f64, price: A) {
        let Class { shares, is_right, .. } = self.classes[index];
        let log_growth = scene.world.payout_yield * (t - self.tranches[index].held_since);
        if log_growth > 0.0 && shares > A::ZERO && !is_right {
            self.pay(t, index, shares * price * A::from_f64(libm::expm1(log_growth)), Reason::Payouts);
        }
    }

    /// Sells the shares of one tranche.
    fn sell_held(&mut self, scene: &Scene<'_, A>, index: usize, t: f64, market: Market<A>, branch: Branch) {
        let sold = self.classes[index].shares;
        if sold > A::ZERO {
            self.receive_payouts(scene, index, t, market.price);
            self.classes[index].shares = A::ZERO;
            let tranche = &mut self.tranches[index];
            if tranche.branch == Branch::SharesAtHorizon {
                tranche.branch = branch;
                tranche.resolved = t;
            }
            let Market { company_value, debt, shares: total_shares, price } = market;
            let clause = Clause::SharesSold { company_value, debt, total_shares, price, shares: sold };
            self.note(t, index, clause);
            self.pay(t, index, sold * price, Reason::SharesSold);
        }
    }

    /// Exercises the warrants of a tranche against a part of their shares; not where a share is worth no more than
    /// it costs.
    fn exercise(&mut self, index: usize, t: f64, market: Market<A>) -> bool {
        let class = self.classes[index];
        let gain = market.price - class.strike;
        if !(gain > A::ZERO) {
            return false;
        }
        let shares = (class.shares * gain).div_or(market.price, A::ZERO);
        self.shares += shares - class.shares;
        self.classes[index].shares = shares;
        self.classes[index].issued = shares;
        self.classes[index].strike = A::ZERO;
        self.classes[index].is_right = false;
        self.tranches[index].held_since = t;
        self.close(index, t, Branch::WarrantExercised);
        let Market { company_value, debt, shares: outstanding, price } = market;
        let (strike, given) = (class.strike, class.shares);
        let clause = Clause::Exercised { company_value, debt, outstanding, price, strike, given, shares };
        self.note(t, index, clause);
        true
    }

    /// The warrants of a tranche vest. A strike of nothing makes them shares.
    pub(super) fn vest(
        &mut self,
        scene: &Scene<'_, A>,
        warrant: &WarrantPlan<A>,
        index: usize,
        t: f64,
    ) -> (A, A) {
        let shares = scene.terms.tranches[index].shares;
        let strike = scene.draws.get(warrant.strike).or_zero();
        let class = &mut self.classes[index];
        *class = Class::grant(class.id, shares, strike, class.since);
        self.shares += shares;
        let tranche = &mut self.tranches[index];
        tranche.branch = Branch::WarrantAtHorizon;
        if let Some(when) = warrant.expires {
            (tranche.at, tranche.next) = (moment(when, &scene.draws, t, 0), Next::Expiry);
            self.quiet_until = self.quiet_until.min(tranche.at);
        }
        self.note_ownership(scene);
        (shares, strike)
    }

    /// The last day of a tranche's warrants: they are exercised if that pays, and sold if there is a market.
    pub(super) fn expire(&mut self, scene: &mut Scene<'_, A>, index: usize, t: f64) {
        if self.classes[index].shares <= A::ZERO {
            return;
        }
        let value = self.value_at(scene, t, index, purpose::MATURITY);
        let market = self.market(scene, t, value);
        if self.exercise(index, t, market) {
            self.note_ownership(scene);
            if scene.life.ipo <= t {
                self.sell_held(scene, index, t, market, Branch::WarrantExercised);
            }
            return;
        }
        let class = self.classes[index];
        self.shares -= class.shares;
        self.classes[index].shares = A::ZERO;
        self.close(index, t, Branch::WarrantWorthless);
        let Market { company_value, debt, shares: outstanding, price } = market;
        let (strike, given) = (class.strike, class.shares);
        self.note(t, index, Clause::Expired { company_value, debt, outstanding, price, strike, given });
    }

    /// The shares that ratchets have given at a flotation, in place of the usual ones.
    pub(super) fn take_ratchets(&mut self, t: f64, outcome: &RoundOutcome<A>) {
        for number in 0..self.scratch.ratchets.len() {
            let (place, ratchet) = (self.scratch.ratcheted[number], self.scratch.ratchets[number]);
            if !self.scratch.bites[number] {
                continue;
            }
            let shares = ratchet.shares * ratchet.ratio_at(outcome.price);
            self.classes[place].shares += shares - ratchet.shares * ratchet.ratio;
            let clause = Clause::Ratcheted {
                class: self.classes[place].id,
                issued: ratchet.shares,
                guaranteed: ratchet.guaranteed,
                price: outcome.price,
                shares,
            };
            self.note_company(t, clause);
        }
    }
}
