//! Present values given when things happen: what the motion of the company's value adds on top is taken out by formula.
//!
//! Where rounds, exits, milestones and failure come when they come whatever the value does, a path's present value is
//! a function of the company's growth over two stretches: up to the first moment at which debt may convert or falls due,
//! and from there (or from a later round that sets the value anew) to the exit. Each growth is a lognormal variable, and a
//! deal's present value is made of straight pieces in it: a claim paid as far as the value reaches, a cap, a discount, a
//! preference. So its mean follows from the formula of Black and Scholes (1973). This is conditional Monte Carlo
//! (Hammersley 1956; Boyle, Broadie and Glasserman 1997, "Monte Carlo methods for security pricing", section 3.5).
//!
//! The pieces are those of the deal's own clauses, which are run for the values that are asked for
//! ([`straight`]): nothing is worked out a second time. Of a path there are
//!
//! - m(x), the mean over the second stretch, x being the growth over the first one;
//! - g(x) − E g, with g the present value in which the second growth is the one expected, which has the expectation 0 whatever g
//!   is.
//!
//! Where what comes after a conversion is worth its expected value (common shares), or the path ends there, g
//! is m, and m − (g − E g) is the present value given when things happen, by formula. Elsewhere it takes out most of what the first growth
//! does. It is taken out as it is, not by regression: where it is rare losses that are left to chance, paths that show none of them would
//! give it any weight. What the pieces miss of the path itself is added to the mean, so that a clause that is no straight line costs
//! exactness and never truth.

mod shifted;
mod straight;

use rayon::prelude::*;

use super::clock::moment_of;
use super::control::{Control, Known};
use super::deal::DealSimulator;
use super::draws::DrawBlock;
use super::life::{EventKind, Life, LifeSimulator, Mark};
use super::present_value::path_result;
use super::run::{BLOCK_PATHS, RunOptions, ThreadError, pool};
use super::value_path::{PathLaw, Point};
use crate::model::{MaturityDate, NonQualified};
use crate::plan::{
    DebtPlan, DecisionPlan, KindPlan, MilestoneRule, PathDraws, Plan, ProcessPlan, Terms, TranchePlan, World,
    purpose,
};
use crate::pricing::black_scholes::Lognormal;
use crate::quantity::Span;
use crate::random::math;
use crate::statistics::MOST_CONTROLS;
use shifted::{Stretch, copy, is_reset, shift};
use straight::Straight;

/// Most paths of a run: each takes the time of a dozen, and tells more than they do.
const MOST_PATHS: u64 = 1 << 16;
/// Fewest groups where paths hang together.
const FEWEST_GROUPS: u64 = 32;

/// Controls of the run are multiples of about 1: below this they are rounding.
const LEAST: f64 = 1e-12;
/// Deviation below which a stretch of time is none.
const SHORTEST: f64 = 1e-6;

/// Present values given when things happen, path by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditional {
    /// The mean over the second stretch less what the growth over the first one adds, one a path; its expectation is that of the present value.
    /// Under the risk-neutral measure it is of what is received alone, without what is paid in.
    pub value: Vec<f64>,
    /// The control variates of the run over what is left, with expectation 0.
    pub controls: [Vec<f64>; MOST_CONTROLS],
    /// Paths on which all of the motion is gone: the formula gives the value given when things happen.
    pub exact: u64,
}

/// Why the motion cannot be taken out of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotConditional {
    /// The value is no lognormal one.
    AtDates,
    /// Something is drawn together with the motion.
    Correlated,
    /// What happens, or when, depends on the value.
    ValueDecides,
}

impl NotConditional {
    /// In words.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            NotConditional::AtDates => "the company’s value follows distributions at dates",
            NotConditional::Correlated => "something else is correlated with the company’s value",
            NotConditional::ValueDecides => {
                "whether or when something happens depends on the company’s value"
            }
        }
    }
}

/// On how many of the first paths of a run it is worth the time.
#[must_use]
pub fn conditional_paths(plan: &Plan, paths: u64) -> u64 {
    let least = plan.world.design.units().map_or(0, |units| FEWEST_GROUPS * u64::from(units.run));
    MOST_PATHS.max(least).min(paths)
}

/// Present values given when things happen, of the first paths of a run; or why a deal has none.
///
/// # Errors
/// If the threads cannot be started.
pub fn conditional(
    plans: &[&Plan],
    options: RunOptions,
) -> Result<Vec<Result<Conditional, NotConditional>>, ThreadError> {
    let pool = pool(options.threads)?;
    let paths = options.paths;
    let of = |plan: &&Plan| {
        suits(&plan.world)?;
        if plan.terms.chooses_by_value() {
            return Err(NotConditional::ValueDecides);
        }
        let blocks: Vec<Conditional> = (0..paths.div_ceil(BLOCK_PATHS))
            .into_par_iter()
            .map_init(|| Worker::new(plan), |worker, block| worker.block(block, paths))
            .collect();
        Ok(blocks.into_iter().fold(Conditional::default(), Conditional::and))
    };
    Ok(pool.install(|| plans.iter().map(of).collect()))
}

/// Whether everything but the value happens without regard to the value's motion.
fn suits(world: &World) -> Result<(), NotConditional> {
    if matches!(world.process, ProcessPlan::AtDates(_)) {
        return Err(NotConditional::AtDates);
    }
    if !world.company_alone {
        return Err(NotConditional::Correlated);
    }
    let timed = world.milestones.iter().all(|milestone| matches!(milestone.rule, MilestoneRule::Timed(_)));
    let sold_or_floated = world.sale.as_ref().is_some_and(|sale| sale.ipo_instead.is_some());
    match Known::of(world) {
        Known::Moments { .. } if timed && !sold_or_floated => Ok(()),
        _ => Err(NotConditional::ValueDecides),
    }
}

impl Conditional {
    fn and(mut self, mut more: Conditional) -> Self {
        self.value.append(&mut more.value);
        self.controls.iter_mut().zip(&mut more.controls).for_each(|(all, more)| all.append(more));
        self.exact += more.exact;
        self
    }
}

/// One thread's working memory for one case.
struct Worker<'a> {
    draws: DrawBlock,
    prober: Prober<'a>,
}

impl<'a> Worker<'a> {
    fn new(plan: &'a Plan) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the block is small")]
        let capacity = BLOCK_PATHS as usize;
        Self { draws: DrawBlock::new(&plan.world, capacity), prober: Prober::new(plan) }
    }

    fn block(&mut self, block: u64, paths: u64) -> Conditional {
        let first = block * BLOCK_PATHS;
        #[expect(clippy::cast_possible_truncation, reason = "at most one block")]
        let count = BLOCK_PATHS.min(paths - first) as usize;
        let world = &self.prober.plan.world;
        self.draws.fill(world, first, count);
        let mut found = Conditional::default();
        for lane in 0..count {
            self.prober.path(self.draws.path(world, lane), &mut found);
        }
        found
    }
}

/// Runs a deal on lives that differ from one in their motion only.
struct Prober<'a> {
    plan: &'a Plan,
    simulator: LifeSimulator,
    life: Life,
    shifted: Life,
    deal: DealSimulator<f64>,
    control: Control,
    straight: Straight,
}

/// What stays the same on all of them.
#[derive(Clone, Copy)]
struct OnPath<'a> {
    draws: PathDraws<'a>,
    law: PathLaw<'a>,
    volatility: f64,
}

impl<'a> Prober<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            simulator: LifeSimulator::default(),
            life: Life::default(),
            shifted: Life::default(),
            deal: DealSimulator::new(&plan.terms),
            control: Control::of(&plan.world, &plan.terms),
            straight: Straight::default(),
        }
    }

    fn path(&mut self, draws: PathDraws<'_>, found: &mut Conditional) {
        let plan = self.plan;
        let law = self.simulator.simulate(&plan.world, draws, &mut self.life);
        let volatility = match plan.world.process {
            ProcessPlan::Gbm { volatility, .. } | ProcessPlan::Merton { volatility, .. } => {
                draws.get(volatility)
            }
            ProcessPlan::AtDates(_) => 0.0,
        };
        let on_path = OnPath { draws, law, volatility };
        let decided = self.first_decision(on_path);
        let from = self.last_price(decided);
        copy(&self.life, &mut self.shifted);
        let value = self.present_value(on_path);
        let (mut mean, mut exact) = (value, true);
        let end = (self.life.exit.t, self.life.exit.w);
        let moves = volatility > 0.0 && self.prices_hold(draws);
        let fails = self.life.events.last().is_some_and(|event| event.kind == EventKind::Failure);
        if moves && (!fails || self.life.ipo.is_finite()) {
            let stretch = Stretch { from, to: end, volatility, steady_after: false };
            if let Some((of_law, on_it)) = self.mean_and_value(on_path, &stretch) {
                mean = of_law + (value - on_it);
                exact &= agree(value, on_it);
            }
        }
        let mut first = 0.0;
        if let Some(decided) = decided.filter(|_| moves) {
            let stretch = Stretch { from: (0.0, 0.0), to: decided, volatility, steady_after: true };
            if let Some((of_law, on_it)) = self.mean_and_value(on_path, &stretch) {
                first = on_it - of_law;
                exact &= agree(mean, on_it);
            }
        }
        found.value.push(mean - first);
        found.exact += u64::from(exact);
        // The run's controls are means over the second stretch as well; those of rounds within it are left out.
        self.life.exit.w = from.1 + 0.5 * volatility * (end.0 - from.0);
        self.life.rounds.retain(|mark| mark.t <= from.0);
        let of_run = self.control.of_path(&plan.world, &draws, &self.life, &plan.terms.discounting);
        let of_run = of_run.into_iter().flatten().map(|x| if x.abs() < LEAST { 0.0 } else { x });
        for (column, control) in found.controls.iter_mut().zip(of_run) {
            column.push(control);
        }
    }

    /// The present value on the shifted life.
    fn present_value(&mut self, OnPath { draws, law, .. }: OnPath<'_>) -> f64 {
        let Plan { world, terms, .. } = self.plan;
        self.deal.simulate(world, terms, law, &mut self.shifted, draws);
        let result = path_result(&self.deal, terms);
        if world.effects_are_expected { result.present_value + result.paid } else { result.present_value }
    }

    /// The mean of the present value over a stretch, everything else being as on the path, and the value of the pieces
    /// found on the path itself. None where the stretch has no length.
    fn mean_and_value(&mut self, on_path: OnPath<'_>, stretch: &Stretch) -> Option<(f64, f64)> {
        let deviation = stretch.deviation();
        let law = Lognormal::new(1.0, 1.0, deviation).ok().filter(|_| deviation > SHORTEST)?;
        let mut straight = std::mem::take(&mut self.straight);
        straight.find(&law, deviation, |x| {
            shift(&self.life, &mut self.shifted, &self.plan.world, stretch, x);
            self.present_value(on_path)
        });
        let found = (straight.mean(&law), straight.at(stretch.on_path()));
        self.straight = straight;
        Some(found)
    }

    /// When and where the motion is when debt of the investor's may first convert or first falls due, before the exit:
    /// none if it never does. This must not depend on the motion: a round that raises a part of the company's
    /// value is judged by the value expected then.
    fn first_decision(&mut self, on_path: OnPath<'_>) -> Option<(f64, f64)> {
        let Plan { world, terms, .. } = self.plan;
        let round = self.first_conversion(on_path.volatility);
        let end = self.life.exit.t;
        let before = round.map_or(end, |(t, _)| t.min(end));
        let Some((t, tranche)) = first_due(world, terms).filter(|(t, _)| 0.0 < *t && *t < before) else {
            return round.filter(|(t, _)| *t < end && !is_reset(world));
        };
        // The value is looked at then, whether the debt still stands or not.
        let draw = purpose::first_draw(purpose::MATURITY);
        self.life.path.value_at(&on_path.law, t, tranche.stream, &on_path.draws, draw);
        let at = |point: &&Point| point.t <= t;
        self.life.path.points().iter().rev().find(at).map(|point| (t, point.w))
    }

    /// The first round in which debt of the investor's may convert.
    fn first_conversion(&self, volatility: f64) -> Option<(f64, f64)> {
        let Plan { world, terms, .. } = self.plan;
        let of_pre_money = !is_reset(world)
            && world.rounds.as_ref().is_some_and(|rounds| rounds.size_of_pre_money.is_some());
        let converts = |money: f64| {
            terms.instruments.iter().filter(|instrument| instrument.valued).any(|instrument| {
                let KindPlan::Debt(DebtPlan { conversion: Some(conversion), .. }) = &instrument.kind else {
                    return false;
                };
                conversion
                    .qualified_financing
                    .is_some_and(|least| money >= least || conversion.non_qualified != NonQualified::Stays)
            })
        };
        self.life.events.iter().find_map(|event| {
            let EventKind::Round(number) = event.kind else { return None };
            let mark = self.life.rounds.get(number as usize)?;
            let luck = volatility * mark.w - 0.5 * volatility * volatility * mark.t;
            let money = if of_pre_money { event.new_money * math::exp(-luck) } else { event.new_money };
            converts(money).then_some((mark.t, mark.w))
        })
    }

    /// The moment from which on the motion matters for the price at the exit: that of the first decision, or a later
    /// round that sets the price anew.
    fn last_price(&self, decided: Option<(f64, f64)>) -> (f64, f64) {
        let from = decided.unwrap_or((0.0, 0.0));
        if !is_reset(&self.plan.world) {
            return from;
        }
        let later = |mark: &&Mark| from.0 < mark.t && mark.t < self.life.exit.t;
        self.life.rounds.iter().rev().find(later).map_or(from, |mark| (mark.t, mark.w))
    }

    /// Whether every price that is drawn is one: in place of others the market's stands.
    fn prices_hold(&self, draws: PathDraws<'_>) -> bool {
        let rounds = self.plan.world.rounds.as_ref();
        let Some(price) = rounds.and_then(|rounds| rounds.step_up.or(rounds.pre_money_amount)) else {
            return true;
        };
        (0_u32..).zip(&self.life.rounds).all(|(number, _)| draws.get_nth(price, number) > 0.0)
    }
}

/// When the first of the investor's debts that are funded today falls due, its extensions counted.
fn first_due<'a>(world: &World, terms: &'a Terms<f64>) -> Option<(f64, &'a TranchePlan<f64>)> {
    let due = |tranche: &TranchePlan<f64>| {
        let instrument = &terms.instruments[tranche.instrument];
        let KindPlan::Debt(DebtPlan { maturity: Some(maturity), .. }) = &instrument.kind else { return None };
        let automatic = tranche.gates.is_empty() && tranche.decision == DecisionPlan::Automatic;
        let funded = tranche.outstanding_since.or(automatic.then_some(world.valuation_date))?;
        let day = match maturity.due {
            MaturityDate::On(day) => day,
            MaturityDate::AfterFunding(span) => funded.plus(span),
        };
        let (by, times) = maturity.extension.map_or((Span::of_months(0), 0), |more| (more.by, more.times));
        let last = (0..times).fold(day, |day, _| day.plus(by));
        instrument.valued.then(|| moment_of(world.valuation_date, last))
    };
    let all = terms.tranches.iter().filter_map(|tranche| Some((due(tranche)?, tranche)));
    all.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// Whether two present values are one but for rounding.
fn agree(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-7 * (a.abs() + b.abs())
}
