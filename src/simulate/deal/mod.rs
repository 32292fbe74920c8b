//! The deal on one path: tranches are funded, interest runs, debt converts, is repaid or defaults, shares
//! are sold. Written once over the number type; the clauses themselves are in [`crate::contract`].
//!
//! Accounting: a dollar paid into the company raises its value by a dollar, a dollar paid out lowers it. The
//! company's value is that of all claims together, so shares are priced on what debt leaves over.

mod agreed;
mod conversion;
mod deciding;
mod election;
mod exit;
mod funding;
mod market;
mod maturity;
mod note;
mod state;
mod table;
mod waterfall;

use crate::contract::{
    Compounding, ConversionTerms, Converting, ExitClass, IpoRatchet, PriceBasis, SafeAtSale,
    WaterfallScratch, accrued_interest, repayment,
};
use crate::model::{Accrual, InterestPayment};
use crate::number::Amount;
use crate::plan::{DebtPlan, InstrumentPlan, KindPlan, PathDraws, Terms, World, purpose};
use crate::quantity::{Day, Span};
use crate::simulate::clock::{day_of, moment_of};
use crate::simulate::ledger::{Branch, Flow, GivenUp, Reason};
use crate::simulate::life::{Event, EventKind, Life};
use crate::simulate::value_path::PathLaw;
use deciding::Course;
use state::{Class, Next, Tranche};
use waterfall::Places;

pub use deciding::{Asked, Otherwise, Turn};
pub use note::{ClassId, Clause, Note, Share};

/// Runs deals; holds the results and the working memory of one path.
#[derive(Clone, Debug)]
pub struct DealSimulator<A> {
    tranches: Vec<Tranche<A>>,
    /// No tranche has an own event before this moment.
    quiet_until: f64,
    /// Whether any debt converts when a milestone is reached.
    on_milestones: bool,
    /// Instruments that have lost their right to convert.
    plain_debt: Vec<bool>,
    /// Fully diluted shares, preferred as converted.
    shares: A,
    /// The part of them in the unallocated pool.
    pool: A,
    /// What each tranche holds, then the classes of others beside common.
    classes: Vec<Class<A>>,
    /// The counts before a round, for its notes.
    before: Vec<(ClassId, A)>,
    /// The company's value is this multiple of what it would be without the deal's own money.
    factor: A,
    /// Payments of the path, in order of time.
    pub flows: Vec<Flow<A>>,
    /// Debt given up for shares, where it is valued like debt (see [`crate::model::CreditModel::BondAndOption`]): no cash.
    pub given_up: Vec<GivenUp<A>>,
    /// The investor's fraction of fully diluted shares after it last acquired any.
    pub ownership: Option<A>,
    /// Rounds or exits at which no share count satisfied everyone, so that nothing converted.
    pub infeasible: u32,
    /// Whether some amount left the range of the number type.
    out_of_range: bool,
    /// What the clauses did, if asked for.
    pub notes: Vec<Note<A>>,
    keep_notes: bool,
    course: Course,
    scratch: Scratch<A>,
}

#[derive(Clone, Debug)]
struct Scratch<A> {
    members: Vec<usize>,
    converting: Vec<Converting<A>>,
    shares: Vec<A>,
    basis: Vec<PriceBasis>,
    /// Whose terms each member takes over.
    elected: Vec<Option<usize>>,
    /// Terms that may be taken over, and whose they are.
    later: Vec<ConversionTerms<A>>,
    later_tranches: Vec<usize>,
    /// Classes with a ratchet at the flotation being priced, and these ratchets.
    ratcheted: Vec<usize>,
    ratchets: Vec<IpoRatchet<A>>,
    /// Whether each of them bites.
    bites: Vec<bool>,
    /// The moment of the pricing.
    t: f64,
    /// The pre-money valuation (without a round: the company's value) and the new money on which conditional caps
    /// are judged in the pricing.
    pre_money: A,
    new_money: A,
    classes: Vec<ExitClass<A>>,
    places: Vec<Places>,
    safes: Vec<SafeAtSale<A>>,
    per_share: A,
    /// Classes of dividends paid even on conversion: whose they are, and where they stand among the classes.
    dividends: Vec<(usize, usize)>,
    payouts: Vec<A>,
    waterfall: WaterfallScratch<A>,
}

/// How one tranche ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrancheEnd {
    /// The clause.
    pub branch: Branch,
    /// When, in years; infinity if the path ended before it did.
    pub t: f64,
}

/// What the deal can see of a path.
pub(super) struct Scene<'a, A> {
    pub(super) world: &'a World,
    pub(super) terms: &'a Terms<A>,
    pub(super) law: PathLaw<'a>,
    pub(super) life: &'a mut Life,
    pub(super) draws: PathDraws<'a>,
}

impl<'a, A: Amount> Scene<'a, A> {
    fn debt_of(&self, tranche: usize) -> Option<&'a DebtPlan<A>> {
        let terms = self.terms;
        match &terms.instruments[terms.tranches[tranche].instrument].kind {
            KindPlan::Debt(debt) => Some(debt),
            KindPlan::Equity(_) | KindPlan::Warrant(_) => None,
        }
    }

    /// A debt's interest a year.
    fn rate_of(&self, tranche: usize) -> A {
        self.draws.get(self.terms.tranches[tranche].rate)
    }

    fn day(&self, t: f64) -> Day {
        day_of(self.world.valuation_date, t)
    }

    fn moment(&self, day: Day) -> f64 {
        moment_of(self.world.valuation_date, day)
    }

    /// The company's value at one of a tranche's own dates, without the deal's money.
    fn value_at(&mut self, t: f64, tranche: usize, what_for: u32) -> A {
        let stream = self.terms.tranches[tranche].stream;
        A::from_f64(self.life.path.value_at(&self.law, t, stream, &self.draws, purpose::first_draw(what_for)))
    }
}

/// Room for classes beside those of tranches; more grow it once.
const CLASSES: usize = 16;

impl<A: Amount> DealSimulator<A> {
    /// Room for the deal's tranches.
    #[must_use]
    pub fn new(terms: &Terms<A>) -> Self {
        let count = terms.tranches.len();
        let on_milestone = |instrument: &InstrumentPlan<A>| match &instrument.kind {
            KindPlan::Debt(debt) => debt.conversion.as_ref().is_some_and(|c| c.on_milestone.is_some()),
            KindPlan::Equity(_) | KindPlan::Warrant(_) => false,
        };
        Self {
            tranches: Vec::with_capacity(count),
            quiet_until: 0.0,
            on_milestones: terms.instruments.iter().any(on_milestone),
            plain_debt: Vec::with_capacity(terms.instruments.len()),
            shares: A::ZERO,
            pool: A::ZERO,
            classes: Vec::with_capacity(count + CLASSES),
            before: Vec::new(),
            factor: A::ONE,
            flows: Vec::with_capacity(4 * count),
            given_up: Vec::with_capacity(count),
            ownership: None,
            infeasible: 0,
            out_of_range: false,
            notes: Vec::new(),
            keep_notes: false,
            course: Course::default(),
            scratch: Scratch {
                members: Vec::with_capacity(count),
                converting: Vec::with_capacity(count),
                shares: Vec::with_capacity(count),
                basis: Vec::with_capacity(count),
                elected: Vec::with_capacity(count),
                later: Vec::with_capacity(count),
                later_tranches: Vec::with_capacity(count),
                ratcheted: Vec::new(),
                ratchets: Vec::new(),
                bites: Vec::new(),
                t: 0.0,
                pre_money: A::ZERO,
                new_money: A::ZERO,
                classes: Vec::with_capacity(2 * count + CLASSES),
                places: Vec::with_capacity(count),
                safes: Vec::with_capacity(count),
                per_share: A::ZERO,
                dividends: Vec::with_capacity(count + CLASSES),
                payouts: Vec::with_capacity(2 * count + CLASSES),
                waterfall: WaterfallScratch::new(2 * count + CLASSES),
            },
        }
    }

    /// Keeps notes of what the clauses do.
    #[must_use]
    pub fn with_notes(mut self) -> Self {
        self.keep_notes = true;
        self
    }

    fn note(&mut self, t: f64, tranche: usize, clause: Clause<A>) {
        if self.keep_notes {
            self.notes.push(Note { t, tranche: Some(tranche), clause });
        }
    }

    fn note_company(&mut self, t: f64, clause: Clause<A>) {
        if self.keep_notes {
            self.notes.push(Note { t, tranche: None, clause });
        }
    }

    /// Notes how much an open debt owes and how its interest is made up.
    fn note_owed(&mut self, scene: &Scene<'_, A>, index: usize, t: f64) {
        if let Some(debt) = scene.debt_of(index).filter(|debt| self.keep_notes && debt.safe.is_none()) {
            let Tranche { principal, accrues_from: from, .. } = self.tranches[index];
            let until = scene.day(t);
            let (interest, rate) = (self.interest(scene, debt, index, until), scene.rate_of(index));
            self.note(t, index, Clause::Owed { principal, interest, rate, from, until });
        }
    }

    /// Carries the deal through a life of the company.
    pub fn simulate(
        &mut self,
        world: &World,
        terms: &Terms<A>,
        law: PathLaw<'_>,
        life: &mut Life,
        draws: PathDraws<'_>,
    ) {
        let mut scene = Scene { world, terms, law, life, draws };
        self.start(&mut scene);
        for index in 0..scene.life.events.len() {
            let event = scene.life.events[index];
            // What a tranche does by itself at the very moment of an event follows it, except at the horizon.
            let last = event.kind == EventKind::Horizon;
            while let Some(tranche) = self.next_before(event.t, last) {
                self.own_event(&mut scene, tranche);
            }
            self.grow_in_kind(&scene, event.t);
            self.world_event(&mut scene, event);
            self.note_turns(&scene, event.t);
            self.note_range(A::from_f64(event.value));
        }
        if self.out_of_range {
            self.flows.iter_mut().for_each(|flow| flow.amount = A::from_f64(f64::NAN));
        }
    }

    /// Decimals end at 7.9e28. Beyond that comparisons would decide clauses by accident: the path has no result.
    fn note_range(&mut self, value: A) {
        let within = [value, self.factor, self.shares].iter().all(|amount| *amount >= A::ZERO);
        self.out_of_range |= !within;
    }

    /// The company's value at one of a tranche's own dates, with the deal's money.
    fn value_at(&mut self, scene: &mut Scene<'_, A>, t: f64, tranche: usize, purpose: u32) -> A {
        let value = scene.value_at(t, tranche, purpose) * self.factor;
        self.note_range(value);
        value
    }

    /// How a tranche ended.
    #[must_use]
    pub fn end_of(&self, tranche: usize) -> TrancheEnd {
        let Tranche { branch, resolved, .. } = self.tranches[tranche];
        TrancheEnd { branch, t: resolved }
    }

    fn start(&mut self, scene: &mut Scene<'_, A>) {
        self.flows.clear();
        self.given_up.clear();
        self.notes.clear();
        self.course.start();
        self.tranches.clear();
        self.plain_debt.clear();
        self.plain_debt.resize(scene.terms.instruments.len(), false);
        self.shares = scene.terms.shares_today;
        self.factor = A::ONE;
        self.ownership = None;
        self.infeasible = 0;
        self.out_of_range = false;
        self.draw_up_table(scene);
        self.quiet_until = 0.0;
        for index in 0..scene.terms.tranches.len() {
            let rank = scene.debt_of(index).map_or(0, |debt| debt.seniority);
            self.tranches.push(Tranche::unfunded(scene.world.valuation_date, rank));
            if let Some(day) = scene.terms.tranches[index].outstanding_since {
                self.take_up(scene, index, day);
            } else {
                let first = funding::first_event(scene, index);
                (self.tranches[index].at, self.tranches[index].next) = first;
            }
        }
    }

    /// The tranche with the earliest own event before a moment, or at it if `at_too`.
    fn next_before(&mut self, t: f64, at_too: bool) -> Option<usize> {
        if t < self.quiet_until {
            return None;
        }
        let (mut at, mut earliest, mut rank) = (f64::INFINITY, None, u32::MAX);
        for (index, tranche) in self.tranches.iter().enumerate() {
            // On one day the senior debt comes first.
            if tranche.at < at || (tranche.at <= at && tranche.rank < rank && at < f64::INFINITY) {
                (at, earliest, rank) = (tranche.at, Some(index), tranche.rank);
            }
        }
        self.quiet_until = at;
        earliest.filter(|_| at < t || (at_too && at <= t))
    }

    fn own_event(&mut self, scene: &mut Scene<'_, A>, index: usize) {
        let Tranche { at, next, .. } = self.tranches[index];
        self.tranches[index].at = f64::INFINITY;
        self.tranches[index].next = Next::Nothing;
        self.grow_in_kind(scene, at);
        match next {
            Next::Fund => self.fund(scene, index, at),
            Next::Lapse => {
                self.lapse(scene, index, at);
            }
            Next::Coupon => self.coupon(scene, index, at),
            Next::Chance => self.may_convert(scene, index, at),
            Next::Maturity => self.mature(scene, index, at),
            Next::Expiry => self.expire(scene, index, at),
            Next::Nothing => {}
        }
        self.note_turns(scene, at);
    }

    fn world_event(&mut self, scene: &mut Scene<'_, A>, event: Event) {
        match event.kind {
            EventKind::Round(_) => self.priced_round(scene, event),
            EventKind::Ipo => self.float(scene, event),
            EventKind::Sale => self.sell(scene, event),
            EventKind::Failure => self.fail(scene, event.t),
            EventKind::Reached(milestone) => self.milestone(scene, milestone, event),
            EventKind::Missed(_) | EventKind::Lost(_) => {}
            EventKind::Horizon => self.mark(scene, event),
        }
    }

    fn pay(&mut self, t: f64, tranche: usize, amount: A, reason: Reason) {
        self.flows.push(Flow { t, amount, tranche, reason });
    }

    /// Money enters (positive) or leaves the company, whose value before is `value`.
    fn company_money(&mut self, amount: A, value: A) {
        self.factor = self.factor * (A::ONE + amount.div_or(value, A::ZERO)).or_zero();
    }

    /// Interest owed on a day and not yet paid.
    fn interest(&self, scene: &Scene<'_, A>, debt: &DebtPlan<A>, index: usize, day: Day) -> A {
        let tranche = &self.tranches[index];
        let compounding = match debt.accrual {
            Accrual::Simple => Compounding::Simple,
            Accrual::Compound { per_year } => Compounding::PerYear(per_year),
        };
        let years = debt.day_count.years(tranche.accrues_from, day);
        accrued_interest(tranche.principal, scene.rate_of(index), compounding, years)
    }

    /// What a tranche's lender may claim on a day.
    fn claim(&self, scene: &Scene<'_, A>, index: usize, t: f64) -> A {
        let interest =
            scene.debt_of(index).map_or(A::ZERO, |debt| self.interest(scene, debt, index, scene.day(t)));
        self.tranches[index].principal + interest
    }

    /// All debt that stands before shares, except the tranches gathered in the scratch list.
    fn debt_left_out(&self, scene: &Scene<'_, A>, t: f64) -> A {
        let open =
            |index: &usize| self.tranches[*index].is_open_debt() && !self.scratch.members.contains(index);
        (0..self.tranches.len()).filter(open).fold(A::ZERO, |sum, index| sum + self.claim(scene, index, t))
    }

    /// Pays the interest since the last payment in cash and sets the next date.
    fn coupon(&mut self, scene: &mut Scene<'_, A>, index: usize, t: f64) {
        let Some(debt) = scene.debt_of(index) else { return };
        let day = scene.day(t);
        let interest = self.interest(scene, debt, index, day);
        #[expect(clippy::cast_sign_loss, reason = "days since the valuation date are not negative")]
        let days = (day.0 - scene.world.valuation_date.0) as u32;
        let value = self.value_at(scene, t, index, purpose::COUPON + days);
        // The company cannot pay more than it is worth; what it owes beyond is added to the principal.
        let paid = repayment(interest, value);
        self.note_owed(scene, index, t);
        self.note(t, index, Clause::InterestPaid { interest: paid });
        self.pay(t, index, paid, Reason::Interest);
        self.company_money(-paid, value);
        let tranche = &mut self.tranches[index];
        tranche.principal += interest - paid;
        tranche.accrues_from = day;
        tranche.coupons += 1;
        self.schedule_debt(scene, index);
    }

    /// The next own event of an open debt: a coupon, a date on which its holder may convert, or its maturity.
    fn schedule_debt(&mut self, scene: &Scene<'_, A>, index: usize) {
        let Some(debt) = scene.debt_of(index) else { return };
        let chance = self.next_chance(scene, index);
        let tranche = &mut self.tranches[index];
        (tranche.at, tranche.next) = (tranche.due, Next::Maturity);
        if let InterestPayment::Cash { every_months } = debt.payment {
            // Counted from the funding, so that the 31st comes back after a short month.
            let months = every_months.max(1).saturating_mul(tranche.coupons.saturating_add(1));
            let coupon = scene.moment(tranche.funded_on.plus(Span::of_months(months)));
            if coupon < tranche.due {
                (tranche.at, tranche.next) = (coupon, Next::Coupon);
            }
        }
        // Interest due on that day is paid first.
        if chance < tranche.at {
            (tranche.at, tranche.next) = (chance, Next::Chance);
        }
        self.quiet_until = self.quiet_until.min(tranche.at);
    }

    /// The debt of a tranche has ended.
    fn close(&mut self, index: usize, t: f64, branch: Branch) {
        let tranche = &mut self.tranches[index];
        tranche.principal = A::ZERO;
        tranche.at = f64::INFINITY;
        tranche.next = Next::Nothing;
        tranche.branch = branch;
        tranche.resolved = t;
    }

    /// The investor's fraction of the company after a purchase or conversion.
    fn note_ownership(&mut self, scene: &Scene<'_, A>) {
        let valued = |index: &usize| scene.terms.instruments[scene.terms.tranches[*index].instrument].valued;
        let held = (0..self.tranches.len())
            .filter(valued)
            .fold(A::ZERO, |sum, index| sum + self.classes[index].shares);
        self.ownership = Some(held.div_or(self.shares, A::ZERO));
    }
}
