//! Gates, decisions and the funding of tranches.

use super::state::Next;
use super::table::{dividends, rights};
use super::{Clause, DealSimulator, Scene};
use crate::model::{InterestPayment, MaturityDate, Missed};
use crate::number::Amount;
use crate::plan::{Choice, DeadlinePlan, DebtPlan, DecisionPlan, EquityPlan, GatePlan, KindPlan, purpose};
use crate::quantity::{Day, Span};
use crate::simulate::clock::{later, moment, two_rates};
use crate::simulate::ledger::{Branch, Reason};
use crate::simulate::life::EventKind;

/// When a tranche is funded, or else lapses, as far as that depends on the company's life alone.
pub(super) fn first_event<A: Amount>(scene: &Scene<'_, A>, index: usize) -> (f64, Next) {
    let tranche = &scene.terms.tranches[index];
    let open = tranche.gates.iter().fold(0.0, |latest: f64, gate| latest.max(gate_opens(scene, *gate)));
    let at = match tranche.decision {
        DecisionPlan::CompanyDraws { before_ipo, after_ipo } if open.is_finite() => {
            let uniform = scene.draws.uniform(tranche.stream, purpose::DRAW);
            open + two_rates(uniform, before_ipo, (scene.life.ipo - open).max(0.0), after_ipo)
        }
        _ => open,
    };
    let deadline = match tranche.by {
        None => f64::INFINITY,
        Some(DeadlinePlan::Date(when)) => moment(when, &scene.draws, 0.0, 0),
        Some(DeadlinePlan::AfterIpo(span)) => later(scene.draws.origin, scene.life.ipo, span),
    };
    let shut =
        tranche.gates.iter().fold(f64::INFINITY, |first: f64, gate| first.min(gate_shuts(scene, *gate)));
    if at < shut && at <= deadline && at < f64::INFINITY {
        (at, Next::Fund)
    } else {
        (deadline.min(shut), Next::Lapse)
    }
}

/// When a gate shuts for good: its milestone is missed or no longer stands. Infinity if it never does.
fn gate_shuts<A: Amount>(scene: &Scene<'_, A>, gate: GatePlan) -> f64 {
    let GatePlan::Milestone(milestone) = gate else { return f64::INFINITY };
    scene.life.missed[milestone].min(scene.life.lost[milestone])
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

/// A loan made, or taken up.
#[derive(Clone, Copy)]
struct Loan<A> {
    t: f64,
    day: Day,
    amount: A,
    /// The company's value before it.
    value: A,
}

/// On which terms shares are bought.
#[derive(Clone, Copy)]
struct Purchase<A> {
    price: A,
    agreed: bool,
    company_value: A,
    debt: A,
}

impl<A: Amount> DealSimulator<A> {
    /// The gates hold: the tranche is funded if who decides agrees.
    pub(super) fn fund(&mut self, scene: &mut Scene<'_, A>, index: usize, t: f64) {
        let value = self.value_at(scene, t, index, purpose::FUNDING);
        let purchase = self.purchase(scene, index, t, value);
        // Shares that debt leaves nothing for have no price, and are not bought.
        let agreed = purchase.is_none_or(|purchase| purchase.price > A::ZERO)
            && self.decides(scene, &scene.terms.tranches[index].decision, (index, Choice::Fund, 0), t, value);
        if !agreed {
            self.note(t, index, Clause::Declined { company_value: value });
            self.tranches[index].branch = Branch::Declined;
            self.missed(scene, index, t);
            return;
        }
        let amount: A = scene.draws.get(scene.terms.tranches[index].amount);
        let terms = scene.terms;
        let kind = &terms.instruments[terms.tranches[index].instrument].kind;
        if let KindPlan::Warrant(warrant) = kind {
            let (shares, strike) = self.vest(scene, warrant, index, t);
            let total_shares = self.shares;
            let clause = Clause::Vested { amount, shares, strike, company_value: value, total_shares };
            self.note(t, index, clause);
        } else {
            self.note(t, index, Clause::Funded { amount, company_value: value });
        }
        self.pay(t, index, -amount, Reason::Funding);
        match (purchase, kind) {
            (Some(purchase), _) => self.buy_shares(scene, index, t, amount, purchase),
            (None, KindPlan::Debt(debt)) => {
                self.lend(scene, debt, index, Loan { t, day: scene.day(t), amount, value });
            }
            (None, KindPlan::Equity(_) | KindPlan::Warrant(_)) => {}
        }
        self.company_money(amount, value);
    }

    /// The last day for a funding has passed, or one of its gates is shut for good.
    pub(super) fn lapse(&mut self, scene: &Scene<'_, A>, index: usize, t: f64) {
        let shut = scene.terms.tranches[index].gates.iter().any(|gate| gate_shuts(scene, *gate) <= t);
        self.note(t, index, Clause::Lapsed { shut });
        self.missed(scene, index, t);
    }

    fn missed(&mut self, scene: &Scene<'_, A>, index: usize, t: f64) {
        self.tranches[index].resolved = t;
        let tranche = &scene.terms.tranches[index];
        if tranche.missed == Missed::PlainDebt {
            self.plain_debt[tranche.instrument] = true;
        }
    }

    fn lend(&mut self, scene: &Scene<'_, A>, debt: &DebtPlan<A>, index: usize, loan: Loan<A>) {
        let Loan { t, day, amount, value } = loan;
        let (due, extensions) = match debt.maturity {
            None => (f64::INFINITY, 0),
            Some(maturity) => {
                let due = match maturity.due {
                    MaturityDate::On(day) => day,
                    MaturityDate::AfterFunding(span) => day.plus(span),
                };
                (scene.moment(due).max(t), maturity.extension.map_or(0, |extension| extension.times))
            }
        };
        let tranche = &mut self.tranches[index];
        tranche.principal = amount;
        tranche.value_at_funding = value;
        (tranche.funded_on, tranche.accrues_from) = (day, day);
        (tranche.due, tranche.extensions) = (due, extensions);
        tranche.branch = if debt.safe.is_some() { Branch::SafeAtHorizon } else { Branch::DebtAtHorizon };
        self.schedule_debt(scene, index);
    }

    /// On which terms a tranche buys shares: at the price agreed, or else at the company's value less its debt.
    /// None if it lends.
    fn purchase(&mut self, scene: &Scene<'_, A>, index: usize, t: f64, value: A) -> Option<Purchase<A>> {
        let terms = scene.terms;
        let agreed = match &terms.instruments[terms.tranches[index].instrument].kind {
            KindPlan::Debt(debt) if debt.common_after_ipo && scene.life.ipo <= t => None,
            KindPlan::Debt(_) | KindPlan::Warrant(_) => return None,
            KindPlan::Equity(equity) => price_agreed(scene, equity),
        };
        self.scratch.members.clear();
        let debt = self.debt_left_out(scene, t);
        let market = (value - debt).or_zero().div_or(self.shares, A::ZERO);
        Some(Purchase {
            price: agreed.unwrap_or(market),
            agreed: agreed.is_some(),
            company_value: value,
            debt,
        })
    }

    fn buy_shares(&mut self, scene: &Scene<'_, A>, index: usize, t: f64, amount: A, purchase: Purchase<A>) {
        let Purchase { price, agreed, company_value, debt } = purchase;
        let bought = amount.div_or(price, A::ZERO);
        self.shares += bought;
        let (shares, total_shares) = (bought, self.shares);
        self.note(t, index, Clause::Bought { price, agreed, company_value, debt, shares, total_shares });
        self.issue(scene, index, t, bought, amount);
        self.tranches[index].branch = Branch::SharesAtHorizon;
        self.note_ownership(scene);
    }

    /// Gives a tranche shares that count as bought for `paid`. What dividends it is owed already stays owed.
    pub(super) fn issue(&mut self, scene: &Scene<'_, A>, index: usize, t: f64, shares: A, paid: A) {
        let day = scene.day(t);
        let class = &mut self.classes[index];
        if let Some(rights) = rights(scene, class.id).filter(|_| class.shares > A::ZERO) {
            class.owed = dividends(class, rights, day);
        }
        (class.since, class.grown) = (day, A::ONE);
        class.add(shares, paid);
        let new = shares.div_or(class.shares, A::ONE).to_f64();
        let held_since = &mut self.tranches[index].held_since;
        *held_since += new * (t - *held_since);
    }

    /// Takes up what was funded before today: its money is in the company already.
    pub(super) fn take_up(&mut self, scene: &Scene<'_, A>, index: usize, since: Day) {
        let terms = scene.terms;
        match &terms.instruments[terms.tranches[index].instrument].kind {
            KindPlan::Debt(debt) => {
                let amount = scene.draws.get(terms.tranches[index].amount);
                let value = A::from_f64(scene.draws.get(scene.world.value_today));
                self.lend(scene, debt, index, Loan { t: 0.0, day: since, amount, value });
                self.skip_coupons(scene, debt, index);
            }
            KindPlan::Warrant(warrant) => {
                self.vest(scene, warrant, index, 0.0);
            }
            // Reading refuses it: shares of the past are classes of the table.
            KindPlan::Equity(_) => {}
        }
    }

    /// Interest due in cash before today has been paid.
    fn skip_coupons(&mut self, scene: &Scene<'_, A>, debt: &DebtPlan<A>, index: usize) {
        let InterestPayment::Cash { every_months } = debt.payment else { return };
        let tranche = &mut self.tranches[index];
        let today = scene.world.valuation_date;
        loop {
            let months = every_months.max(1).saturating_mul(tranche.coupons.saturating_add(1));
            let coupon = tranche.funded_on.plus(Span::of_months(months));
            if coupon > today || months == i32::MAX {
                break;
            }
            (tranche.accrues_from, tranche.coupons) = (coupon, tranche.coupons + 1);
        }
        self.schedule_debt(scene, index);
    }
}

/// The price per share of a pre-money valuation given outright: it counts today's shares.
fn price_agreed<A: Amount>(scene: &Scene<'_, A>, equity: &EquityPlan<A>) -> Option<A> {
    equity.pre_money.map(|valuation| scene.draws.get(valuation).div_or(scene.terms.shares_today, A::ZERO))
}
