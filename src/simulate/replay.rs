//! One path again, in exact decimals; and many, to check the fast arithmetic against them.

use super::deal::{DealSimulator, Note, TrancheEnd};
use super::draws::DrawBlock;
use super::ledger::Flow;
use super::life::{Event, Life, LifeSimulator};
use super::outcome::strategic_value;
use super::present_value::{PathResult, path_result};
use crate::number::{Amount, Exact};
use crate::plan::{Column, Input, PathDraws, Plan, Transform};

/// Everything that happened on one path.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Number of the path.
    pub path: u64,
    /// The value of each column of the plan, the first where it is drawn anew at each use; variables come first,
    /// in the scenario's order.
    pub draws: Vec<f64>,
    /// The company's life.
    pub events: Vec<Event>,
    /// What the clauses did, in exact decimals.
    pub notes: Vec<Note<Exact>>,
    /// All payments, in exact decimals.
    pub flows: Vec<Flow<Exact>>,
    /// How each tranche ended.
    pub ends: Vec<TrancheEnd>,
    /// The investor's result, in exact decimals.
    pub exact: PathResult<Exact>,
    /// The same in fast arithmetic.
    pub fast: PathResult<f64>,
    /// Present value of the commercial flows.
    pub strategic: f64,
}

/// How far fast and exact arithmetic lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossCheck {
    /// Paths compared.
    pub compared: u64,
    /// Largest difference of a present value, of the cash paid in or of the cash received, relative to the
    /// path's cash.
    pub worst_difference: f64,
    /// The path where it is found.
    pub worst_path: u64,
    /// Paths whose amounts no decimal of 28 digits holds.
    pub out_of_range: u64,
}

/// Runs one path of a plan again.
#[must_use]
pub fn replay(plan: &Plan, path: u64) -> Replay {
    let world = &plan.world;
    let mut block = DrawBlock::new(world, 1);
    block.fill(world, path, 1);
    let draws = block.path(world, 0);
    let mut life = Life::default();
    let law = LifeSimulator::default().simulate(world, draws, &mut life);
    let mut fast = DealSimulator::new(&plan.terms);
    fast.simulate(world, &plan.terms, law, &mut life, draws);
    life.path.next_case();
    let mut exact = DealSimulator::new(&plan.exact_terms).with_notes();
    exact.simulate(world, &plan.exact_terms, law, &mut life, draws);
    Replay {
        path,
        draws: world
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| first_draw(&draws, index, column))
            .collect(),
        strategic: strategic_value(world, &draws, &life),
        ends: (0..plan.terms.tranches.len()).map(|tranche| exact.end_of(tranche)).collect(),
        exact: path_result(&exact, &plan.exact_terms),
        fast: path_result(&fast, &plan.terms),
        events: life.events,
        notes: exact.notes,
        flows: exact.flows,
    }
}

/// The draw of a column; of one that is drawn at each use, the first.
fn first_draw(draws: &PathDraws<'_>, index: usize, column: &Column) -> f64 {
    match column.transform {
        Transform::OnDemand(_) => draws.get(Input::OnDemand(index)),
        Transform::WhenUsed(_) => draws.get(Input::Column(index)),
        Transform::Uniform | Transform::Normal | Transform::Family(_) => draws.column(index),
    }
}

/// Compares fast and exact arithmetic on `sample` paths spread evenly over a run.
#[must_use]
pub fn cross_check(plan: &Plan, paths: u64, sample: u64) -> CrossCheck {
    let sample = sample.min(paths);
    let mut check = CrossCheck { compared: 0, worst_difference: 0.0, worst_path: 0, out_of_range: 0 };
    for number in 0..sample {
        let path = u64::try_from(u128::from(number) * u128::from(paths) / u128::from(sample)).unwrap_or(0);
        let Replay { exact, fast, .. } = replay(plan, path);
        let cash = (fast.invested + fast.received).max(1.0);
        let pairs = [
            (exact.present_value.to_f64(), fast.present_value),
            (exact.invested.to_f64(), fast.invested),
            (exact.received.to_f64(), fast.received),
        ];
        let difference = pairs.iter().map(|(exact, fast)| (exact - fast).abs() / cash).fold(0.0, f64::max);
        check.compared += 1;
        if pairs.iter().any(|(exact, _)| exact.is_nan()) {
            check.out_of_range += 1;
        } else if difference > check.worst_difference {
            (check.worst_difference, check.worst_path) = (difference, path);
        }
    }
    check
}
