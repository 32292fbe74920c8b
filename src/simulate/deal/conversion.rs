//! Conversion in rounds, at the flotation and on milestones.

use super::state::conversion_branch;
use super::{Clause, DealSimulator, Scene};
use crate::contract::{
    Cap, ConversionTerms, Converting, OwnershipLimit, PriceBasis, RoundError, RoundOutcome, RoundTerms,
    price_round,
};
use crate::model::{InterestPayment, NonQualified};
use crate::number::Amount;
use crate::plan::{ConversionPlan, DebtPlan, RoundPlan};
use crate::simulate::ledger::{Branch, GivenUp};
use crate::simulate::life::{Event, EventKind};

/// How pricing a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    /// It has a price, and new investors have bought.
    Closed,
    /// It is to be priced again with fewer conversions.
    Again,
    /// The company is worth no more than its debt: shares have no price.
    NoPrice,
}

/// Shares that a debt turns into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issue<A> {
    /// How many.
    pub(super) shares: A,
    /// What they count as bought for.
    pub(super) paid: A,
    /// The fraction of the debt that they are for.
    pub(super) fraction: A,
}

/// What sets the price of a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pricing<A> {
    /// A financing round that raises this much.
    Round(A),
    /// The flotation, which raises this much.
    Flotation(A),
    /// The maturity of a debt: nobody pays the price that a discount would be taken from.
    Maturity,
}

impl<A: Amount> Pricing<A> {
    fn new_money(self) -> A {
        match self {
            Pricing::Round(money) | Pricing::Flotation(money) => money,
            Pricing::Maturity => A::ZERO,
        }
    }

    fn of(event: Event) -> Self {
        let money = A::from_f64(event.new_money);
        if event.kind == EventKind::Ipo { Pricing::Flotation(money) } else { Pricing::Round(money) }
    }
}

impl<A: Amount> DealSimulator<A> {
    /// A financing round: what qualifies converts, then the new investors buy.
    pub(super) fn priced_round(&mut self, scene: &mut Scene<'_, A>, event: Event) {
        self.remember_classes();
        if event.kind == EventKind::Ipo {
            self.prepare_flotation(scene, event.t);
        }
        self.gather(scene, event);
        let mut closing = self.solve_round(scene, event, false);
        while closing == Closing::Again {
            closing = self.solve_round(scene, event, true);
        }
        let world_value = A::from_f64(event.value);
        let money = A::from_f64(event.new_money);
        self.scratch.members.clear();
        let value = self.value_before(scene, event);
        // Where shares have no price nobody buys any, and no money comes in.
        let raised = if closing == Closing::Closed { money } else { A::ZERO };
        self.factor = (value + raised).div_or(world_value + money, self.factor);
    }

    /// The company's value before a round's new money. A pre-money valuation given outright is that of the
    /// shares, whatever the deal has paid in; debt that does not convert comes on top.
    fn value_before(&self, scene: &Scene<'_, A>, event: Event) -> A {
        if is_outright(scene, event) {
            return A::from_f64(event.value) + self.debt_left_out(scene, event.t);
        }
        A::from_f64(event.value) * self.factor
    }

    /// Lists the tranches that may convert in a round or at the flotation.
    fn gather(&mut self, scene: &Scene<'_, A>, event: Event) {
        let at_ipo = event.kind == EventKind::Ipo;
        self.scratch.members.clear();
        for index in 0..self.tranches.len() {
            let Some((_, conversion)) = self.right(scene, index, event.t) else { continue };
            let qualified = conversion.qualified_financing.is_some_and(|amount| event.new_money >= amount);
            let converts = if at_ipo {
                conversion.at_ipo
            } else {
                qualified
                    || (conversion.qualified_financing.is_some()
                        && conversion.non_qualified != NonQualified::Stays)
            };
            if converts {
                self.scratch.members.push(index);
            }
        }
    }

    /// The terms on which a tranche may convert at a moment, if it may.
    pub(super) fn right<'a>(
        &self,
        scene: &Scene<'a, A>,
        index: usize,
        t: f64,
    ) -> Option<(&'a DebtPlan<A>, &'a ConversionPlan<A>)> {
        // Most often there is no debt: asked first.
        if !self.tranches[index].is_open_debt() {
            return None;
        }
        let instrument = scene.terms.tranches[index].instrument;
        let debt = scene.debt_of(index).filter(|_| !self.plain_debt[instrument])?;
        let conversion = debt.conversion.as_ref()?;
        let stands = conversion.requires.iter().all(|&milestone| scene.life.stands(milestone, t));
        stands.then_some((debt, conversion))
    }

    /// What converts: principal, and interest unless it is waived.
    pub(super) fn converting_amount(
        &self,
        scene: &Scene<'_, A>,
        debt: &DebtPlan<A>,
        index: usize,
        t: f64,
    ) -> A {
        let principal = self.tranches[index].principal;
        match debt.payment {
            InterestPayment::WaivedOnConversion => principal,
            InterestPayment::AtEnd | InterestPayment::Cash { .. } => {
                principal + self.interest(scene, debt, index, scene.day(t))
            }
        }
    }

    /// Prices the round with the gathered tranches and converts them. A holder who may choose and would gain
    /// nothing is taken off the list, unless `settled`; where no share count satisfies everyone nothing converts.
    /// Either way the round is then to be priced again.
    fn solve_round(&mut self, scene: &Scene<'_, A>, event: Event, settled: bool) -> Closing {
        let at_ipo = event.kind == EventKind::Ipo;
        let value = self.value_before(scene, event);
        let debt = self.debt_left_out(scene, event.t);
        let pricing = Pricing::of(event);
        let priced = if is_outright(scene, event) {
            self.price_at(scene, event.t, value - debt, value - debt, pricing)
                .map(|outcome| (outcome, A::ZERO))
        } else {
            self.price(scene, event.t, value - debt, pricing)
        };
        let Some((outcome, kept)) = priced else {
            let left = if self.scratch.members.is_empty() { Closing::NoPrice } else { Closing::Again };
            self.scratch.members.clear();
            return left;
        };
        if !settled && !at_ipo {
            let before = self.scratch.members.len();
            self.drop_unwilling(scene, event, &outcome);
            if self.scratch.members.len() < before {
                return Closing::Again;
            }
        }
        self.note_priced(event.t, value, debt + kept, pricing.new_money(), &outcome);
        for place in 0..self.scratch.members.len() {
            self.note_owed(scene, self.scratch.members[place], event.t);
        }
        let issue = self.new_issue(scene, &outcome);
        self.convert_members(scene, event.t, &outcome, pricing, |basis| conversion_branch(basis, at_ipo));
        self.shares = outcome.total_shares;
        self.take_ratchets(event.t, &outcome);
        if let Some(issue) = issue.filter(|_| !at_ipo) {
            self.protect(scene, event.t, &issue);
        }
        self.issue_series(scene, event, &outcome);
        self.note_classes(event.t);
        if !self.scratch.members.is_empty() {
            self.note_ownership(scene);
        }
        Closing::Closed
    }

    /// Notes the price of a share, before anything converts at it.
    pub(super) fn note_priced(
        &mut self,
        t: f64,
        company_value: A,
        debt: A,
        new_money: A,
        &RoundOutcome { price, new_shares, pool_increase, total_shares, .. }: &RoundOutcome<A>,
    ) {
        let shares_before = self.shares;
        let clause = Clause::Priced {
            company_value,
            debt,
            new_money,
            shares_before,
            new_shares,
            pool_increase,
            total_shares,
            price,
        };
        self.note_company(t, clause);
    }

    /// Takes holders off the list who may choose and gain nothing by converting.
    fn drop_unwilling(&mut self, scene: &Scene<'_, A>, event: Event, outcome: &RoundOutcome<A>) {
        let mut kept = 0;
        for place in 0..self.scratch.members.len() {
            let index = self.scratch.members[place];
            let chooses =
                scene.debt_of(index).and_then(|debt| debt.conversion.as_ref()).is_some_and(|conversion| {
                    let qualified =
                        conversion.qualified_financing.is_some_and(|amount| event.new_money >= amount);
                    !qualified && conversion.non_qualified == NonQualified::HolderChooses
                });
            if chooses && self.gains_nothing(scene, event.t, place, outcome) {
                self.note(event.t, index, Clause::KeptDebt);
            } else {
                self.scratch.members[kept] = index;
                kept += 1;
            }
        }
        self.scratch.members.truncate(kept);
    }

    /// Whether a holder's shares are worth no more than the debt given up for them. At the bare price they are
    /// worth as much, but for rounding, which must not decide; with interest waived even a discount may not do.
    fn gains_nothing(&self, scene: &Scene<'_, A>, t: f64, place: usize, outcome: &RoundOutcome<A>) -> bool {
        let limited = self.scratch.converting[place].limited;
        let fraction = if limited { outcome.converted_fraction } else { A::ONE };
        let given_up = self.claim(scene, self.scratch.members[place], t) * fraction;
        self.scratch.basis[place] == PriceBasis::RoundPrice
            || self.scratch.shares[place] * outcome.price <= given_up
    }

    /// Prices a round at the company's value less the debt that others keep; also the debt that an ownership limit
    /// keeps from converting, which comes off as well. That depends on the price in turn: each step leaves at
    /// most the limit's fraction of the error, so that thirty-two leave none.
    pub(super) fn price(
        &mut self,
        scene: &Scene<'_, A>,
        t: f64,
        shares_value: A,
        pricing: Pricing<A>,
    ) -> Option<(RoundOutcome<A>, A)> {
        let mut kept = A::ZERO;
        let mut outcome = self.price_at(scene, t, shares_value, shares_value, pricing)?;
        for _ in 0..32 {
            if outcome.converted_fraction == A::ONE && kept == A::ZERO {
                break;
            }
            let claims = self
                .scratch
                .members
                .iter()
                .zip(&self.scratch.converting)
                .filter(|(_, each)| each.limited)
                .fold(A::ZERO, |sum, (&index, _)| sum + self.claim(scene, index, t));
            let keeps = claims * (A::ONE - outcome.converted_fraction);
            if keeps == kept {
                break;
            }
            kept = keeps;
            outcome = self.price_at(scene, t, shares_value, shares_value - kept, pricing)?;
        }
        Some((outcome, kept))
    }

    /// Prices a round in which the gathered tranches convert; none if no share count satisfies everyone. Without
    /// new money it is a maturity, where nobody pays the price that a discount would be taken from. Whether a
    /// conditional cap is in force depends on `stated`, the pre-money valuation before anything an ownership limit
    /// keeps as debt comes off it.
    fn price_at(
        &mut self,
        scene: &Scene<'_, A>,
        t: f64,
        stated: A,
        pre_money: A,
        pricing: Pricing<A>,
    ) -> Option<RoundOutcome<A>> {
        self.scratch.converting.clear();
        self.scratch.ratcheted.clear();
        self.scratch.ratchets.clear();
        (self.scratch.pre_money, self.scratch.new_money, self.scratch.t) = (stated, pricing.new_money(), t);
        let mut limit: Option<OwnershipLimit<A>> = None;
        for place in 0..self.scratch.members.len() {
            let index = self.scratch.members[place];
            let Some((debt, conversion)) = self.right(scene, index, t) else { continue };
            if let Some(fraction) = conversion.ownership_limit {
                limit = Some(OwnershipLimit { existing_shares: self.held_by_same(scene, index), fraction });
            }
            let mut terms = self.conversion_terms(scene, conversion, index, t);
            if pricing == Pricing::Maturity {
                terms.discount = A::ZERO;
            }
            let amount = self.converting_amount(scene, debt, index, t);
            let limited = conversion.ownership_limit.is_some();
            self.scratch.converting.push(Converting { amount, terms, limited });
        }
        let count = self.scratch.converting.len();
        let plain = RoundPlan::plain();
        let round = if matches!(pricing, Pricing::Round(_)) { &scene.terms.table.round } else { &plain };
        let options = self.granted(scene);
        let terms = RoundTerms {
            options,
            unallocated: self.pool,
            pool: round.pool,
            convention: round.convention,
            ..RoundTerms::new(self.shares - self.pool - options, pre_money, pricing.new_money())
        };
        let priced = match pricing {
            Pricing::Flotation(_) => self.price_flotation(scene, &terms, limit.as_ref()),
            Pricing::Round(_) | Pricing::Maturity => self.price_with_elections(scene, &terms, limit.as_ref()),
        };
        // Claims on more than everything, or a valuation below the debt, are of this world; these are not.
        let unknown = self.scratch.converting.iter().any(|each| !(each.amount >= A::ZERO));
        self.out_of_range |= unknown || matches!(priced, Err(RoundError::TooLarge));
        if priced.is_err() && (count > 0 || matches!(priced, Err(RoundError::NoShareCount { .. }))) {
            self.infeasible += 1;
            for place in 0..count {
                self.note(t, self.scratch.members[place], Clause::CannotConvert);
            }
        }
        priced.ok()
    }

    /// Prices a round with what is listed.
    pub(super) fn price_listed(
        &mut self,
        terms: &RoundTerms<A>,
        limit: Option<&OwnershipLimit<A>>,
    ) -> Result<RoundOutcome<A>, RoundError> {
        let scratch = &mut self.scratch;
        let count = scratch.converting.len();
        scratch.shares.clear();
        scratch.shares.resize(count, A::ZERO);
        scratch.basis.clear();
        scratch.basis.resize(count, PriceBasis::RoundPrice);
        price_round(terms, &scratch.converting, limit, &mut scratch.shares, &mut scratch.basis)
    }

    /// The discount of the day, and the cap if it is in force in what is being priced.
    pub(super) fn conversion_terms(
        &self,
        scene: &Scene<'_, A>,
        conversion: &ConversionPlan<A>,
        index: usize,
        t: f64,
    ) -> ConversionTerms<A> {
        let today = scene.day(t);
        let funded = self.tranches[index].funded_on;
        let discount = scene.terms.tranches[index]
            .discount
            .iter()
            .take_while(|(from, _)| funded.plus(*from) <= today)
            .last()
            .map_or(A::ZERO, |(_, off)| *off);
        let cap = self.cap(scene, index);
        ConversionTerms { discount, cap, stacked: conversion.stacked }
    }

    /// A tranche's cap if it is in force in what is being priced.
    pub(super) fn cap(&self, scene: &Scene<'_, A>, index: usize) -> Cap<A> {
        let Some(cap) = scene.terms.tranches[index].cap else { return Cap::None };
        let amount = scene.draws.get(cap.valuation.amount);
        let valuation = cap.valuation.of(if cap.of_value_at_funding {
            amount * self.tranches[index].value_at_funding
        } else {
            amount
        });
        let Some(condition) = cap.condition else { return valuation };
        let (level, measure) = condition.level_and_measure(self.scratch.pre_money, self.scratch.new_money);
        valuation.in_rounds_below(level, measure)
    }

    /// Shares already held by the holder of a tranche, the investor's beside the deal included: a fixed number, which
    /// later rounds dilute like all others.
    pub(super) fn held_by_same(&self, scene: &Scene<'_, A>, index: usize) -> A {
        let holder =
            |tranche: usize| scene.terms.instruments[scene.terms.tranches[tranche].instrument].holder;
        let same = |other: &usize| holder(*other) == holder(index);
        let beside = if scene.terms.is_valued(index) { scene.terms.existing_shares } else { A::ZERO };
        (0..self.tranches.len()).filter(same).fold(beside, |sum, other| sum + self.classes[other].shares)
    }

    /// Turns the gathered tranches' debt into the shares found for them.
    pub(super) fn convert_members(
        &mut self,
        scene: &Scene<'_, A>,
        t: f64,
        outcome: &RoundOutcome<A>,
        pricing: Pricing<A>,
        branch: impl Fn(PriceBasis) -> Branch,
    ) {
        let plain = RoundPlan::plain();
        let new_series = if matches!(pricing, Pricing::Round(_)) { &scene.terms.table.round } else { &plain };
        for place in 0..self.scratch.members.len() {
            let index = self.scratch.members[place];
            let Converting { amount, terms, limited } = self.scratch.converting[place];
            let fraction = if limited { outcome.converted_fraction } else { A::ONE };
            let shares = self.scratch.shares[place];
            if shares > A::ZERO {
                self.note_cap_not_applied(scene, index, t);
                if let Some(later) = self.scratch.elected[place] {
                    self.note(t, index, Clause::TookOver { later });
                }
                let basis = self.scratch.basis[place];
                let converted = amount * fraction;
                let price = converted.div_or(shares, A::ZERO);
                let clause = Clause::Converted { claim: amount, terms, price, basis, shares, fraction };
                self.note(t, index, clause);
                let own_series = new_series.shadow_series;
                let paid = if own_series { converted } else { shares * outcome.price };
                self.convert(scene, index, t, Issue { shares, paid, fraction }, branch(basis));
            }
        }
    }

    fn note_cap_not_applied(&mut self, scene: &Scene<'_, A>, index: usize, t: f64) {
        let Some(condition) = scene.terms.tranches[index].cap.and_then(|cap| cap.condition) else { return };
        let (level, measure) = condition.level_and_measure(self.scratch.pre_money, self.scratch.new_money);
        if !(measure < level) {
            self.note(t, index, Clause::CapNotApplied { condition, measure });
        }
    }

    /// Turns a fraction of a tranche's debt into shares. The same fraction of principal and of interest goes; the
    /// rest stays debt as it was, its interest running on from where it did.
    pub(super) fn convert(
        &mut self,
        scene: &Scene<'_, A>,
        index: usize,
        t: f64,
        issue: Issue<A>,
        branch: Branch,
    ) {
        if scene.terms.discounting.keeps_bond() {
            let claim = self.claim(scene, index, t) * issue.fraction;
            self.given_up.push(GivenUp { t, claim, tranche: index });
        }
        self.issue(scene, index, t, issue.shares, issue.paid);
        let tranche = &mut self.tranches[index];
        tranche.branch = branch;
        tranche.resolved = t;
        if issue.fraction < A::ONE {
            tranche.principal = tranche.principal * (A::ONE - issue.fraction);
            self.schedule_debt(scene, index);
        } else {
            self.close(index, t, branch);
        }
    }
}

/// Whether the event is a round whose pre-money valuation is given, not found.
fn is_outright<A: Amount>(scene: &Scene<'_, A>, event: Event) -> bool {
    let outright = scene.world.rounds.as_ref().is_some_and(|rounds| rounds.pre_money_amount.is_some());
    outright && matches!(event.kind, EventKind::Round(_))
}
