//! Decisions: by a rule stated in the file or one learnt to be best, and the holder's early conversion.

use super::conversion::Pricing;
use super::{Clause, DealSimulator, Scene};
use crate::contract::PriceBasis;
use crate::model::Decider;
use crate::number::Amount;
use crate::plan::{Choice, DecisionPlan, EarlyPlan, Moment, RulePlan, purpose};
use crate::quantity::Span;
use crate::simulate::ledger::Branch;

/// A decision that came up on a path and was to be taken as is best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// Who decided.
    pub decider: Decider,
    /// Whose tranche.
    pub tranche: usize,
    /// What was decided.
    pub choice: Choice,
    /// How often it had come up before.
    pub number: usize,
    /// What was known.
    pub moment: Moment,
    /// What was decided: to fund, to convert, to extend.
    pub acted: bool,
}

impl Asked {
    /// Whether it leaves the deal otherwise than it was: to convert later is still open to who does not convert now.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.acted || self.choice != Choice::Convert
    }
}

/// The state of a tranche has changed: funded, extended, converted, repaid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// When, in years after the valuation date.
    pub t: f64,
    /// What it adds, wrapping round, to a number that stands for the state of all tranches together.
    pub code: u64,
    /// What it adds to the fraction of the company that the tranches hold, as it was when they acquired it.
    pub share: f64,
}

/// How decisions are taken that are not forced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Otherwise {
    /// By the rules learnt.
    #[default]
    Rules,
    /// One of them never acts; the other follows the rules learnt.
    NeverActs(Decider),
    /// To see what may come: nobody converts early, and the bits say what else is done, in order.
    Bits(u64),
}

/// The decisions of one path: what is forced, and what came up.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    /// What the first decisions of the path are forced to be.
    forced: Vec<bool>,
    otherwise: Otherwise,
    /// Decisions so far.
    count: usize,
    /// What came up, if it is kept.
    asked: Vec<Asked>,
    /// How the deal's state changed, if it is kept.
    turns: Vec<Turn>,
    /// The state of each tranche so far: its number and its share.
    states: Vec<(u64, f64)>,
    keeps: bool,
}

impl Course {
    pub(super) fn start(&mut self) {
        self.count = 0;
        self.asked.clear();
        self.turns.clear();
        self.states.clear();
    }
}

impl<A: Amount> DealSimulator<A> {
    /// Forces the first decisions of the next paths and keeps what comes up.
    pub fn force(&mut self, decisions: &[bool], otherwise: Otherwise) {
        self.course.otherwise = otherwise;
        self.course.keeps = true;
        self.course.forced.clear();
        self.course.forced.extend_from_slice(decisions);
    }

    /// The decisions of the last path, in order, if they were kept.
    #[must_use]
    pub fn asked(&self) -> &[Asked] {
        &self.course.asked
    }

    /// How the state of the deal changed on the last path, in order of time, if it was kept.
    #[must_use]
    pub fn turns(&self) -> &[Turn] {
        &self.course.turns
    }

    /// Notes which tranches have changed, if that is kept.
    pub(super) fn note_turns(&mut self, scene: &Scene<'_, A>, t: f64) {
        if !self.course.keeps {
            return;
        }
        self.course.states.resize(self.tranches.len(), (0, 0.0));
        for index in 0..self.tranches.len() {
            let (tranche, held) = (&self.tranches[index], self.classes[index].shares);
            let instrument = scene.terms.tranches[index].instrument;
            let bits = [
                tranche.is_open_debt(),
                held > A::ZERO,
                tranche.resolved < f64::INFINITY,
                self.plain_debt[instrument],
            ];
            let bits = bits.iter().fold(u64::from(tranche.extensions), |all, bit| all << 1 | u64::from(*bit));
            let code = hashed((index as u64 + 1) << 40 | bits);
            let before = self.course.states[index];
            if code != before.0 {
                let share = held.div_or(self.shares, A::ZERO).to_f64();
                self.course.states[index] = (code, share);
                let turn = Turn { t, code: code.wrapping_sub(before.0), share: share - before.1 };
                self.course.turns.push(turn);
            }
        }
    }

    /// What whoever decides about a tranche decides, the company being worth `value`.
    pub(super) fn decides(
        &mut self,
        scene: &Scene<'_, A>,
        decision: &DecisionPlan<A>,
        (index, choice, number): (usize, Choice, usize),
        t: f64,
        value: A,
    ) -> bool {
        match decision {
            DecisionPlan::Automatic | DecisionPlan::CompanyDraws { .. } => true,
            DecisionPlan::Investor(rule) | DecisionPlan::Company(rule) => {
                rule.iter().all(|term| holds(scene, *term, value, t))
            }
            DecisionPlan::Optimal(decider) => self.weighs(scene, *decider, (index, choice, number), t, value),
        }
    }

    fn weighs(
        &mut self,
        scene: &Scene<'_, A>,
        decider: Decider,
        (tranche, choice, number): (usize, Choice, usize),
        t: f64,
        value: A,
    ) -> bool {
        let claim = match choice {
            Choice::Fund => {
                (0..self.tranches.len()).fold(A::ZERO, |sum, index| sum + self.claim(scene, index, t))
            }
            Choice::Convert | Choice::Extend => self.claim(scene, tranche, t),
        };
        let stands = |milestone: usize| u64::from(scene.life.stands(milestone, t)) << milestone;
        let standing = (0..scene.world.milestones.len().min(64)).map(stands).sum();
        let moment = Moment { t, value: value.to_f64(), claim: claim.to_f64(), standing };
        let rule = scene.terms.learnt.rule(tranche, choice, number);
        let gain = rule.map(|rule| rule.gain(&moment));
        let by_rule = gain.is_some_and(|gain| gain > 0.0);
        let count = self.course.count;
        let acted = self.course.forced.get(count).copied().unwrap_or_else(|| match self.course.otherwise {
            Otherwise::NeverActs(who) if who == decider => false,
            Otherwise::Rules | Otherwise::NeverActs(_) => by_rule,
            Otherwise::Bits(bits) => choice != Choice::Convert && bits >> (count % 64) & 1 == 1,
        });
        self.course.count += 1;
        // Waiting with a conversion is told by the conversion alone: it may come up every month.
        if acted || choice != Choice::Convert {
            self.note(t, tranche, Clause::Weighed { decider, choice, gain: gain.map(A::from_f64), acted });
        }
        if self.course.keeps {
            self.course.asked.push(Asked { decider, tranche, choice, number, moment, acted });
        }
        acted
    }

    /// A date on which the holder of a tranche may convert at the cap, if that is below the company's value.
    pub(super) fn may_convert(&mut self, scene: &mut Scene<'_, A>, index: usize, t: f64) {
        let number = self.tranches[index].chances;
        self.tranches[index].chances += 1;
        let right = self.right(scene, index, t).and_then(|(_, conversion)| conversion.early.as_deref());
        if let Some(early) = right {
            self.convert_early(scene, early, (index, number), t);
        }
        if self.tranches[index].is_open_debt() {
            self.schedule_debt(scene, index);
        }
    }

    fn convert_early(
        &mut self,
        scene: &mut Scene<'_, A>,
        early: &EarlyPlan<A>,
        (index, number): (usize, u32),
        t: f64,
    ) {
        let value = self.value_at(scene, t, index, purpose::EARLY + number);
        self.scratch.members.clear();
        self.scratch.members.push(index);
        let debt = self.debt_left_out(scene, t);
        let Some((outcome, kept)) = self.price(scene, t, value - debt, Pricing::Maturity) else { return };
        // At the company's value there is nothing to gain, and the contract gives no such right.
        if self.scratch.basis.first() != Some(&PriceBasis::Cap) {
            return;
        }
        if !self.decides(scene, &early.decision, (index, Choice::Convert, number as usize), t, value) {
            return;
        }
        self.note_owed(scene, index, t);
        self.note_priced(t, value, debt + kept, A::ZERO, &outcome);
        self.convert_members(scene, t, &outcome, Pricing::Maturity, |_| Branch::EarlyConversion);
        self.shares = outcome.total_shares;
        self.note_ownership(scene);
        if scene.life.ipo <= t {
            self.sell_shares(scene, t, value, Branch::SharesFloated);
        }
    }

    /// The next date on which the holder of a tranche may convert; infinity if there is none.
    pub(super) fn next_chance(&mut self, scene: &Scene<'_, A>, index: usize) -> f64 {
        let early = scene.debt_of(index).and_then(|debt| debt.conversion.as_ref()?.early.as_deref());
        let Some(EarlyPlan { every, from, .. }) = early else { return f64::INFINITY };
        let tranche = &mut self.tranches[index];
        let first = tranche.funded_on.plus(*from).max(scene.world.valuation_date);
        loop {
            let count = i32::try_from(tranche.chances + 1).unwrap_or(i32::MAX);
            let span =
                Span { months: every.months.saturating_mul(count), days: every.days.saturating_mul(count) };
            let day = tranche.funded_on.plus(span);
            if day >= first {
                return scene.moment(day);
            }
            tranche.chances += 1;
        }
    }

    /// Whether the maturity of a tranche is extended.
    pub(super) fn is_extended(
        &mut self,
        scene: &mut Scene<'_, A>,
        decision: Option<&DecisionPlan<A>>,
        (index, number): (usize, u32),
        t: f64,
    ) -> bool {
        let Some(decision) = decision else { return true };
        let value = self.value_at(scene, t, index, purpose::EXTENSION + number);
        let extends = self.decides(scene, decision, (index, Choice::Extend, number as usize), t, value);
        if !extends {
            self.note(t, index, Clause::NotExtended { company_value: value });
        }
        extends
    }
}

/// Hashes a number (the last steps of Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"), so that sums
/// over tranches hardly ever agree by accident.
fn hashed(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ (mixed >> 27)
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
