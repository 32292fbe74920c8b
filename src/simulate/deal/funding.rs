//! Gates, decisions and the funding of tranches.

use super::state::Next;
use super::{Clause, DealSimulator, Scene, purpose};
use crate::model::{MaturityDate, Missed};
use crate::number::Amount;
use crate::plan::{DeadlinePlan, DebtPlan, DecisionPlan, EquityPlan, GatePlan, KindPlan, RulePlan};
use crate::simulate::clock::{moment, two_rates};
use crate::simulate::ledger::{Branch, Reason};
use crate::simulate::life::EventKind;

/// When a tranche is funded, or else lapses, as far as that depends on the company's life alone.
pub(super) fn first_event<A: Amount>(scene: &Scene<'_, A>, index: usize) -> (f64, Next) {
    let tranche = &scene.terms.tranches[index];
    let open = tranche.gates.iter().fold(0.0, |latest: f64, gate| latest.max(gate_opens(scene, *gate)));
    let stands = tranche.gates.iter().all(|gate| match gate {
        GatePlan::Milestone(milestone) => scene.life.stands(*milestone, open),
        GatePlan::Date(_) | GatePlan::Financing(_) => true,
    });
    let at = match tranche.decision {
        DecisionPlan::CompanyDraws { before_ipo, after_ipo } if open.is_finite() => {
            let uniform = tranche.stream.uniform(scene.draws.path, purpose::DRAW);
            open + two_rates(uniform, before_ipo, (scene.life.ipo - open).max(0.0), after_ipo)
        }
        _ => open,
    };
    let deadline = match tranche.by {
        None => f64::INFINITY,
        Some(DeadlinePlan::Date(when)) => moment(when, &scene.draws, 0.0, 0),
        Some(DeadlinePlan::AfterIpo(years)) => scene.life.ipo + years,
    };
    if stands && at <= deadline && at < f64::INFINITY { (at, Next::Fund) } else { (deadline, Next::Lapse) }
}

/// When a gate first opens; infinity if it never does.
fn gate_opens<A: Amount>(scene: &Scene<'_, A>, gate: GatePlan) -> f64 {
    match gate {
        GatePlan::Milestone(milestone) => scene.life.reached[milestone],
        GatePlan::Date(when) => moment(when, &scene.draws, 0.0, 0),
        GatePlan::Financing(at_least) => scene
            .life
            .events
            .iter()
            .find(|event| matches!(event.kind, EventKind::Round(_)) && event.new_money >= at_least)
            .map_or(f64::INFINITY, |event| event.t),
    }
}

impl<A: Amount> DealSimulator<A> {
    /// The gates hold: the tranche is funded if who decides agrees.
    pub(super) fn fund(&mut self, scene: &mut Scene<'_, A>, index: usize, t: f64) {
        let value = scene.value_at(t, index, purpose::FUNDING) * self.factor;
        let agreed = match &scene.terms.tranches[index].decision {
            DecisionPlan::Automatic | DecisionPlan::CompanyDraws { .. } => true,
            DecisionPlan::Investor(rule) | DecisionPlan::Company(rule) => {
                rule.iter().all(|term| holds(scene, *term, value, t))
            }
        };
        if !agreed {
            self.note(t, index, Clause::Declined { company_value: value });
            self.tranches[index].branch = Branch::Declined;
            self.missed(scene, index);
            return;
        }
        let amount: A = scene.draws.get(scene.terms.tranches[index].amount);
        self.note(t, index, Clause::Funded { amount, company_value: value });
        self.pay(t, index, -amount, Reason::Funding);
        let terms = scene.terms;
        match &terms.instruments[terms.tranches[index].instrument].kind {
            KindPlan::Debt(debt) if debt.common_after_ipo && scene.life.ipo <= t => {
                self.buy_shares(scene, index, t, amount, None, value);
            }
            KindPlan::Debt(debt) => self.lend(scene, debt, index, t, amount),
            KindPlan::Equity(equity) => {
                let price = price_agreed(scene, equity);
                self.buy_shares(scene, index, t, amount, price, value);
            }
        }
        self.company_money(amount, value);
    }

    /// The last day for a funding has passed.
    pub(super) fn lapse(&mut self, scene: &Scene<'_, A>, index: usize) {
        self.missed(scene, index);
    }

    fn missed(&mut self, scene: &Scene<'_, A>, index: usize) {
        let tranche = &scene.terms.tranches[index];
        if tranche.missed == Missed::PlainDebt {
            self.plain_debt[tranche.instrument] = true;
        }
    }

    fn lend(&mut self, scene: &Scene<'_, A>, debt: &DebtPlan<A>, index: usize, t: f64, amount: A) {
        let day = scene.day(t);
        let (due, extensions) = match debt.maturity {
            None => (f64::INFINITY, 0),
            Some(maturity) => {
                let day = match maturity.due {
                    MaturityDate::On(day) => day,
                    MaturityDate::AfterFunding(span) => day.plus(span),
                };
                (scene.moment(day).max(t), maturity.extension.map_or(0, |extension| extension.times))
            }
        };
        let tranche = &mut self.tranches[index];
        tranche.principal = amount;
        (tranche.funded_on, tranche.accrues_from) = (day, day);
        (tranche.due, tranche.extensions) = (due, extensions);
        tranche.branch = Branch::DebtAtHorizon;
        self.schedule_debt(scene, index);
    }

    /// Buys new shares at an agreed price, or else at the company's value less its debt.
    fn buy_shares(&mut self, scene: &Scene<'_, A>, index: usize, t: f64, amount: A, price: Option<A>, value: A) {
        self.scratch.members.clear();
        let debt = self.debt_left_out(scene, t);
        let market = (value - debt).or_zero().div_or(self.shares, A::ZERO);
        let agreed = price.is_some();
        let price = price.unwrap_or(market);
        let bought = amount.div_or(price, A::ZERO);
        self.shares += bought;
        let (company_value, shares, total_shares) = (value, bought, self.shares);
        self.note(t, index, Clause::Bought { price, agreed, company_value, debt, shares, total_shares });
        let tranche = &mut self.tranches[index];
        tranche.shares = bought;
        tranche.share_cost = amount;
        tranche.branch = Branch::SharesAtHorizon;
        self.note_ownership(scene);
    }
}

/// The price per share of a pre-money valuation given outright: it counts today's shares.
fn price_agreed<A: Amount>(scene: &Scene<'_, A>, equity: &EquityPlan<A>) -> Option<A> {
    equity.pre_money.map(|valuation| scene.draws.get(valuation).div_or(scene.terms.shares_today, A::ZERO))
}

fn holds<A: Amount>(scene: &Scene<'_, A>, term: RulePlan<A>, value: A, t: f64) -> bool {
    match term {
        RulePlan::ValueAtLeast(level) => value >= level,
        RulePlan::ValueAtMost(level) => value <= level,
        RulePlan::ValueAtLeastOfToday(multiple) => {
            value >= multiple * A::from_f64(scene.draws.get(scene.world.value_today))
        }
        RulePlan::Milestone(milestone) => scene.life.stands(milestone, t),
    }
}
