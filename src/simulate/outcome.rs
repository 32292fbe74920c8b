//! What is kept of each path: one number per measure, and counts of how tranches ended.

use super::control::Control;
use super::deal::DealSimulator;
use super::ledger::Branch;
use super::life::{EventKind, Life};
use super::parts::{Item, Parts};
use super::present_value::{add_up, factor_of, value_given_up};
use crate::plan::{PathDraws, StrategicPlan, Terms, World};
use crate::random::math;
use crate::statistics::{MOST_CONTROLS, internal_rate_of_return};

/// Columns of results over the paths of a run, for one case. Undefined values are NaN.
///
/// Under the risk-neutral measure values are what is wanted: there are no rates of return and commercial flows then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// Present value, at the required return or at riskless rates.
    pub present_value: Vec<f64>,
    /// The part of it that was paid in, as a positive number.
    pub paid: Vec<f64>,
    /// Cash paid in.
    pub invested: Vec<f64>,
    /// Cash received, and the mark at the horizon.
    pub received: Vec<f64>,
    /// Internal rate of return a year; undefined where nothing was invested or several rates solve.
    pub irr: Vec<f64>,
    /// Present value of the commercial flows.
    pub strategic: Vec<f64>,
    /// Investor's fraction of fully diluted shares after it last acquired any; undefined if it never did.
    pub ownership: Vec<f64>,
    /// Years until the last of the investor's tranches was resolved.
    pub resolved: Vec<f64>,
    /// The company's value at the end of the path.
    pub final_value: Vec<f64>,
    /// Under the risk-neutral measure: what today's shares are worth at the end of the path, discounted and with
    /// payouts, relative to their value today. Its expectation is 1. Empty under the other measure.
    pub martingale: Vec<f64>,
    /// Control variates, with expectation 0; empty where none is known.
    pub controls: [Vec<f64>; MOST_CONTROLS],
    /// How the investor's tranche that was decided last ended, by its place in [`Branch::ALL`].
    pub ending: Vec<u8>,
}

impl Columns {
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut Vec<f64>> {
        let measures = [
            &mut self.present_value,
            &mut self.paid,
            &mut self.invested,
            &mut self.received,
            &mut self.irr,
            &mut self.strategic,
            &mut self.ownership,
            &mut self.resolved,
            &mut self.final_value,
            &mut self.martingale,
        ];
        measures.into_iter().chain(&mut self.controls)
    }

    /// Columns with room for this many paths.
    #[must_use]
    pub fn with_capacity(paths: usize) -> Self {
        let mut columns = Self::default();
        columns.each().for_each(|column| column.reserve_exact(paths));
        columns.ending.reserve_exact(paths);
        columns
    }

    /// Appends the columns of the next block.
    pub fn append(&mut self, mut block: Columns) {
        for (column, more) in self.each().zip(block.each()) {
            column.append(more);
        }
        self.ending.append(&mut block.ending);
    }
}

/// A number added up over paths, and its square.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// Sum.
    pub sum: f64,
    /// Sum of squares.
    pub square: f64,
}

impl Sums {
    fn add(&mut self, x: f64) {
        self.sum += x;
        self.square += x * x;
    }

    /// Adds the sums of other paths, or of another number on paths where this one is 0.
    pub fn append(&mut self, more: Sums) {
        self.sum += more.sum;
        self.square += more.square;
    }

    /// The mean over so many paths and its standard error, which two paths or more are needed for. Paths that
    /// were not added count as 0.
    #[must_use]
    pub fn mean(self, paths: u64) -> (f64, Option<f64>) {
        let n = paths as f64;
        let mean = self.sum / n;
        let variance = (self.square / n - mean * mean).max(0.0) / (n - 1.0);
        (mean, (paths > 1).then(|| variance.sqrt()))
    }
}

/// How the tranches of a case ended, counted over paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// Paths counted.
    pub paths: u64,
    /// By tranche.
    pub tranches: Vec<TrancheTally>,
    /// Present value by branch, of the investor's tranches that ended so on a path together.
    pub branches: [Sums; Branch::ALL.len()],
    /// On how many paths two tranches ended through one branch: by branch, tranche, and tranche not after it.
    pub(super) together: Vec<u64>,
    /// How often each milestone was reached and never lost.
    pub reached: Vec<u64>,
    /// The years until each was reached, on those paths.
    pub reached_years: Vec<Sums>,
    /// How often each milestone stood and was lost.
    pub lost: Vec<u64>,
    /// The years until each was lost, on those paths.
    pub lost_years: Vec<Sums>,
    /// Paths with a flotation, a sale and a failure.
    pub exits: [u64; 3],
    /// Paths on which some conversion was impossible.
    pub infeasible: u64,
    /// Paths on which a tranche of the investor's became shares.
    pub converted: u64,
    /// The same apart for independent groups of paths; none if all paths are independent.
    pub parts: Option<Parts>,
}

/// How one tranche ended, counted over paths.
#[derive(Clone, Debug, PartialEq)]
pub struct TrancheTally {
    /// Paths by branch.
    pub count: [u64; Branch::ALL.len()],
    /// Present values by branch.
    pub value: [Sums; Branch::ALL.len()],
    /// Cash paid in.
    pub invested: Sums,
    /// Paths by branch and by quarter in which it was resolved; row by row, quarters in a row.
    pub timing: Vec<u32>,
    quarters: usize,
}

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(world: &World, tranches: usize) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred quarters")]
        let quarters = libm::ceil(world.horizon * 4.0) as usize + 1;
        let tranche = TrancheTally {
            count: [0; Branch::ALL.len()],
            value: [Sums::default(); Branch::ALL.len()],
            invested: Sums::default(),
            timing: vec![0; quarters * Branch::ALL.len()],
            quarters,
        };
        Self {
            paths: 0,
            tranches: vec![tranche; tranches],
            branches: [Sums::default(); Branch::ALL.len()],
            together: vec![0; Branch::ALL.len() * tranches * tranches],
            reached: vec![0; world.milestones.len()],
            reached_years: vec![Sums::default(); world.milestones.len()],
            lost: vec![0; world.milestones.len()],
            lost_years: vec![Sums::default(); world.milestones.len()],
            exits: [0; 3],
            infeasible: 0,
            converted: 0,
            parts: Parts::new(world, tranches),
        }
    }

    /// Adds the tally of the next block.
    pub fn append(&mut self, block: &Tally) {
        self.paths += block.paths;
        self.infeasible += block.infeasible;
        self.converted += block.converted;
        for (sum, more) in self.tranches.iter_mut().zip(&block.tranches) {
            add_counts(&mut sum.count, &more.count);
            add_sums(&mut sum.value, &more.value);
            sum.invested.append(more.invested);
            sum.timing.iter_mut().zip(&more.timing).for_each(|(sum, more)| *sum += more);
        }
        add_sums(&mut self.branches, &block.branches);
        add_counts(&mut self.together, &block.together);
        add_counts(&mut self.reached, &block.reached);
        add_sums(&mut self.reached_years, &block.reached_years);
        add_counts(&mut self.lost, &block.lost);
        add_sums(&mut self.lost_years, &block.lost_years);
        add_counts(&mut self.exits, &block.exits);
        if let (Some(parts), Some(more)) = (&mut self.parts, &block.parts) {
            parts.append(more);
        }
    }

    /// On how many paths both tranches ended through this branch.
    #[must_use]
    pub fn together(&self, branch: Branch, a: usize, b: usize) -> u64 {
        self.together[self.pair(branch as usize, a.max(b), a.min(b))]
    }

    fn pair(&self, branch: usize, later: usize, earlier: usize) -> usize {
        (branch * self.tranches.len() + later) * self.tranches.len() + earlier
    }

    fn life(&mut self, life: &Life) {
        self.paths += 1;
        for (milestone, (&t, &lost)) in life.reached.iter().zip(&life.lost).enumerate() {
            if lost.is_finite() {
                self.lost[milestone] += 1;
                self.lost_years[milestone].add(lost);
            } else if t.is_finite() {
                self.reached[milestone] += 1;
                self.reached_years[milestone].add(t);
            }
        }
        for (count, happened) in self.exits.iter_mut().zip(exits(life)) {
            *count += u64::from(happened);
        }
    }
}

/// Whether the company is floated, is sold, fails.
fn exits(life: &Life) -> [bool; 3] {
    let ended_by = |kind| life.events.last().is_some_and(|event| event.kind == kind);
    [life.ipo.is_finite(), ended_by(EventKind::Sale), ended_by(EventKind::Failure)]
}

fn add_counts(sums: &mut [u64], more: &[u64]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

fn add_sums(sums: &mut [Sums], more: &[Sums]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| sum.append(*more));
}

impl TrancheTally {
    /// Paths resolved through a branch by the end of each quarter.
    #[must_use]
    pub fn cumulated(&self, branch: Branch) -> Vec<u64> {
        let row = &self.timing[branch as usize * self.quarters..][..self.quarters];
        let mut sum = 0;
        row.iter()
            .map(|count| {
                sum += u64::from(*count);
                sum
            })
            .collect()
    }
}

/// What happened on a path whatever the deal says.
#[derive(Clone, Copy)]
pub(super) struct PathWorld<'a> {
    /// The world.
    pub(super) world: &'a World,
    /// The company's life.
    pub(super) life: &'a Life,
    /// Present value of the commercial flows.
    pub(super) strategic: f64,
    /// The company's value today.
    pub(super) value_today: f64,
    /// Its draws.
    pub(super) draws: PathDraws<'a>,
    /// What is known of the company's motion.
    pub(super) control: Control,
}

/// Working memory for the results of one path.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    flows: Vec<(f64, f64)>,
    factors: Vec<f64>,
    by_tranche: Vec<(f64, f64)>,
    branches: Vec<usize>,
}

impl Recorder {
    /// Adds one path to the columns and the tally.
    pub(super) fn record(
        &mut self,
        path: PathWorld<'_>,
        terms: &Terms<f64>,
        deal: &DealSimulator<f64>,
        columns: &mut Columns,
        tally: &mut Tally,
    ) {
        tally.life(path.life);
        tally.infeasible += u64::from(deal.infeasible > 0);
        self.discount(terms, deal);
        let result = add_up(deal, terms, self.factors.iter().copied());
        columns.present_value.push(result.present_value);
        columns.paid.push(result.paid);
        columns.invested.push(result.invested);
        columns.received.push(result.received);
        columns.strategic.push(path.strategic);
        columns.ownership.push(deal.ownership.unwrap_or(f64::NAN));
        columns.final_value.push(path.life.events.last().map_or(f64::NAN, |event| event.value));
        let (resolved, ending) = self.tally_tranches(path, terms, deal, tally);
        columns.resolved.push(resolved);
        columns.ending.push(ending);
        if let Some(parts) = &mut tally.parts {
            self.add_to_parts(path, terms, deal, parts);
        }
        let controls = path.control.of_path(path.world, &path.draws, path.life, &terms.discounting);
        for (column, control) in columns.controls.iter_mut().zip(controls.into_iter().flatten()) {
            column.push(control);
        }
        if path.world.effects_are_expected {
            columns.martingale.push(martingale(path, terms));
            columns.irr.push(f64::NAN);
            return;
        }
        self.flows.clear();
        for flow in deal.flows.iter().filter(|flow| terms.is_valued(flow.tranche)) {
            // Tranches that end together count as one payment: the search for the rate is the slower the more there are.
            match self.flows.last_mut() {
                Some((t, amount)) if *t >= flow.t => *amount += flow.amount,
                _ => self.flows.push((flow.t, flow.amount)),
            }
        }
        columns.irr.push(internal_rate_of_return(&self.flows).or_nan());
    }

    /// Whether a tranche of the investor's became shares on the path just counted.
    fn converted(&self, terms: &Terms<f64>) -> bool {
        let mut branches = self.branches.iter().enumerate();
        branches.any(|(index, branch)| terms.is_valued(index) && Branch::ALL[*branch].converts())
    }

    /// The same once more, for the group that the path belongs to.
    fn add_to_parts(
        &self,
        PathWorld { life, draws, .. }: PathWorld<'_>,
        terms: &Terms<f64>,
        deal: &DealSimulator<f64>,
        parts: &mut Parts,
    ) {
        let group = parts.group(draws.path);
        parts.add(group, Item::Paths, 1.0);
        parts.add(group, Item::Infeasible, f64::from(u8::from(deal.infeasible > 0)));
        parts.add(group, Item::Converted, f64::from(u8::from(self.converted(terms))));
        for (exit, happened) in exits(life).into_iter().enumerate() {
            parts.add(group, Item::Exit(exit), f64::from(u8::from(happened)));
        }
        for (milestone, (&t, &lost)) in life.reached.iter().zip(&life.lost).enumerate() {
            if lost.is_finite() {
                parts.add(group, Item::Lost(milestone), 1.0);
                parts.add(group, Item::LostYears(milestone), lost);
            } else if t.is_finite() {
                parts.add(group, Item::Reached(milestone), 1.0);
                parts.add(group, Item::ReachedYears(milestone), t);
            }
        }
        for (tranche, (&(value, invested), &branch)) in self.by_tranche.iter().zip(&self.branches).enumerate()
        {
            parts.add(group, Item::Ended(tranche, branch), 1.0);
            parts.add(group, Item::Value(tranche), value);
            parts.add(group, Item::Invested(tranche), invested);
            if terms.is_valued(tranche) {
                parts.add(group, Item::Branch(branch), value);
            }
        }
    }

    /// The discount factor of each flow; many are paid at one moment.
    fn discount(&mut self, terms: &Terms<f64>, deal: &DealSimulator<f64>) {
        self.factors.clear();
        let one_rate = terms.discounting.is_one_rate();
        let (mut at, mut factor) = (0.0_f64, 1.0);
        for flow in &deal.flows {
            // Not a comparison of computed numbers: the very moment of the flow before.
            if flow.t.to_bits() != at.to_bits() || !one_rate {
                (at, factor) = (flow.t, factor_of(deal, terms, flow));
            }
            self.factors.push(factor);
        }
    }

    /// Counts how each tranche ended; returns when the last funded one of the investor's was resolved, and how the last of all ended.
    fn tally_tranches(
        &mut self,
        PathWorld { world, life, .. }: PathWorld<'_>,
        terms: &Terms<f64>,
        deal: &DealSimulator<f64>,
        tally: &mut Tally,
    ) -> (f64, u8) {
        self.by_tranche.clear();
        self.by_tranche.resize(terms.tranches.len(), (0.0, 0.0));
        for (flow, factor) in deal.flows.iter().zip(&self.factors) {
            let (value, invested) = &mut self.by_tranche[flow.tranche];
            *value += flow.amount * factor;
            *invested += (-flow.amount).max(0.0);
        }
        for given_up in &deal.given_up {
            self.by_tranche[given_up.tranche].0 += value_given_up(terms, given_up);
        }
        let mut last: f64 = 0.0;
        let (mut decided, mut ending) = (-1.0, 0);
        let mut by_branch = [0.0; Branch::ALL.len()];
        self.branches.clear();
        for (index, &(value, invested)) in self.by_tranche.iter().enumerate() {
            let end = deal.end_of(index);
            let tranche = &mut tally.tranches[index];
            let branch = end.branch as usize;
            tranche.count[branch] += 1;
            tranche.value[branch].add(value);
            tranche.invested.add(invested);
            let t = end.t.min(life.end).min(world.horizon);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the horizon")]
            let quarter = ((t * 4.0) as usize).min(tranche.quarters - 1);
            tranche.timing[branch * tranche.quarters + quarter] += 1;
            let funded = !matches!(end.branch, Branch::Lapsed | Branch::Declined);
            if funded && terms.is_valued(index) {
                last = last.max(t);
            }
            if terms.is_valued(index) && t > decided {
                #[expect(clippy::cast_possible_truncation, reason = "a few branches")]
                let place = branch as u8;
                (decided, ending) = (t, place);
            }
            if terms.is_valued(index) {
                by_branch[branch] += value;
            }
            self.branches.push(branch);
        }
        tally.converted += u64::from(self.converted(terms));
        for &branch in &self.branches {
            // Once a branch: what a second tranche finds there is nought.
            tally.branches[branch].add(std::mem::take(&mut by_branch[branch]));
        }
        for (later, &branch) in self.branches.iter().enumerate() {
            for earlier in (0..=later).filter(|&earlier| self.branches[earlier] == branch) {
                let pair = tally.pair(branch, later, earlier);
                tally.together[pair] += 1;
            }
        }
        (last, ending)
    }
}

/// What today's shares are worth at the end of a path, relative to today.
fn martingale(PathWorld { world, life, value_today, .. }: PathWorld<'_>, terms: &Terms<f64>) -> f64 {
    match life.events.last() {
        Some(event) if event.kind != EventKind::Failure => {
            let payouts = math::exp(world.payout_yield * life.end);
            event.value / life.dilution * payouts * terms.discounting.factor(life.end, false) / value_today
        }
        _ => 0.0,
    }
}

/// Present value of the commercial flows: paid evenly over time, growing and discounted continuously at the
/// rates' logarithms, while the company's state lets them run.
#[must_use]
pub(super) fn strategic_value(world: &World, draws: &PathDraws<'_>, life: &Life) -> f64 {
    world.strategic.iter().map(|flow| one_strategic_value(flow, draws, life, world.horizon)).sum()
}

fn one_strategic_value(flow: &StrategicPlan, draws: &PathDraws<'_>, life: &Life, horizon: f64) -> f64 {
    // What flowed before today is no part of today's value.
    let from = flow.starts_with.map_or(0.0, |milestone| life.reached[milestone]).max(flow.from).max(0.0);
    let ended = match life.events.last().map(|event| event.kind) {
        Some(EventKind::Failure) => life.end,
        Some(EventKind::Sale) if flow.ends_at_sale => life.end,
        _ => f64::INFINITY,
    };
    // Nobody knows whether the company lives on after the horizon.
    let until = flow.until.min(ended).min(horizon);
    if !(until > from) {
        return 0.0;
    }
    let yearly = draws.get(flow.yearly) * draws.get(flow.margin) * draws.get(flow.incremental);
    // ∫ exp(rate · t) dt from `from` to `until`: growth counts from the flow's first day.
    let growth = libm::log1p(draws.get(flow.growth));
    let rate = growth - flow.log_discount_rate;
    let integral = if rate.abs() < 1e-12 {
        until - from
    } else {
        math::exp(rate * from) * libm::expm1(rate * (until - from)) / rate
    };
    yearly * math::exp(-growth * flow.from) * integral
}
