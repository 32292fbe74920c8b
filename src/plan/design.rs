//! Where the uniforms of paths come from: independent streams, or a sampling that fills space more evenly.
//!
//! Sobol' points have dimensions, and the early ones are the best. They are dealt out once, by name and in a
//! fixed order of importance, to the first draws of the streams; a draw without a dimension stays
//! pseudo-random. The order is that of [`Wanted::of`].

use std::num::NonZeroU32;

use super::decisions::DecisionPlan;
use super::terms::{KindPlan, Terms};
use super::world::{ClockPlan, MilestoneRule, ProcessPlan, TimingPlan, World};
use super::{Transform, purpose};
use crate::model::{CUBE_PATHS, MaturityDate, RANDOMISATIONS, Sampling};
use crate::random::{Antithetic, Coordinate, LatinHypercube, SOBOL_DIMENSIONS, Sobol, Stream, Uniforms};
use crate::statistics::Units;

const CUBE: NonZeroU32 = NonZeroU32::new(CUBE_PATHS).expect("not 0");

/// Groups that independent paths are dealt to where counts of two runs on the same paths are compared.
const BATCHES: Units = Units { run: 1, groups: 64 };

/// Draws of one stream that have Sobol' dimensions of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Assigned {
    stream: Stream,
    first_draw: u32,
    draws: u32,
    /// Dimension of the first of them.
    dimension: u32,
}

/// Where the uniforms of all streams come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    sampling: Sampling,
    /// In order of stream and draw.
    assigned: Vec<Assigned>,
    /// Of each dimension, one a scrambling.
    coordinates: Vec<Coordinate>,
    /// Whether independent paths are told apart by groups all the same.
    grouped: bool,
}

impl Design {
    /// Independent streams.
    pub const INDEPENDENT: Self = Self {
        sampling: Sampling::PseudoRandom,
        assigned: Vec::new(),
        coordinates: Vec::new(),
        grouped: false,
    };

    /// The design for all cases of a study. The base case comes first: what only other cases draw gets the
    /// dimensions after its.
    #[must_use]
    pub(super) fn new(sampling: Sampling, seed: u64, cases: &[(&World, &Terms<f64>)]) -> Self {
        let mut design = Self { sampling, ..Self::INDEPENDENT };
        if sampling != Sampling::Sobol {
            return design;
        }
        let scramblings: Vec<Sobol> = (0..RANDOMISATIONS).map(|number| Sobol::new(seed, number)).collect();
        let mut next = 0;
        for (stream, first_draw, draws) in cases.iter().flat_map(|(world, terms)| Wanted::of(world, terms)) {
            let known = |a: &Assigned| a.stream == stream && a.first_draw == first_draw;
            if design.assigned.iter().any(known) {
                continue;
            }
            if next + draws > SOBOL_DIMENSIONS {
                continue;
            }
            design.assigned.push(Assigned { stream, first_draw, draws, dimension: next });
            for dimension in next..next + draws {
                design.coordinates.extend(scramblings.iter().map(|sobol| sobol.coordinate(dimension)));
            }
            next += draws;
        }
        design.assigned.sort_by_key(|a| (a.stream, a.first_draw));
        design
    }

    /// The same uniforms, with counts kept apart for groups of paths even where single paths are independent: what two runs
    /// count on the same paths can then be compared group by group (batch means; Law and Kelton, *Simulation Modeling and
    /// Analysis*, 9.5.3).
    #[must_use]
    pub(super) fn in_groups(&self) -> Self {
        Self { grouped: true, ..self.clone() }
    }

    /// How the uniforms of different paths hang together.
    #[must_use]
    pub fn sampling(&self) -> Sampling {
        self.sampling
    }

    /// Sobol' dimensions in use.
    #[must_use]
    pub fn dimensions(&self) -> u32 {
        self.assigned.iter().map(|a| a.draws).sum()
    }

    /// Which paths belong to groups that are independent of one another; none if all paths are.
    #[must_use]
    pub fn units(&self) -> Option<Units> {
        let run = match self.sampling {
            Sampling::PseudoRandom if self.grouped => return Some(BATCHES),
            Sampling::PseudoRandom => return None,
            // A group is a scrambling; pairs and cubes are dealt to as many groups.
            Sampling::Sobol => 1,
            Sampling::Antithetic => 2,
            Sampling::LatinHypercube => CUBE_PATHS,
        };
        Some(Units { run, groups: RANDOMISATIONS })
    }

    /// Uniform number `draw` of a stream on one path, strictly inside (0, 1).
    #[inline]
    #[must_use]
    pub fn uniform(&self, stream: Stream, path: u64, draw: u32) -> f64 {
        match self.sampling {
            Sampling::PseudoRandom => stream.uniform(path, draw),
            Sampling::Sobol => match self.coordinates_of(stream, draw) {
                Some(scramblings) => point(scramblings, path),
                None => stream.uniform(path, draw),
            },
            Sampling::Antithetic => Antithetic(stream).uniform(path, draw),
            Sampling::LatinHypercube => LatinHypercube::new(stream, CUBE).uniform(path, draw),
        }
    }

    /// Uniforms number 0 of a stream on consecutive paths: the same numbers as [`Design::uniform`].
    pub fn fill(&self, stream: Stream, first_path: u64, out: &mut [f64]) {
        match (self.sampling, self.coordinates_of(stream, 0)) {
            (Sampling::PseudoRandom, _) | (Sampling::Sobol, None) => stream.fill(first_path, 0, out),
            (Sampling::Sobol, Some(scramblings)) => {
                for (path, slot) in (first_path..).zip(out) {
                    *slot = point(scramblings, path);
                }
            }
            _ => {
                for (path, slot) in (first_path..).zip(out) {
                    *slot = self.uniform(stream, path, 0);
                }
            }
        }
    }

    /// The dimension of a draw under each scrambling, if it has one.
    fn coordinates_of(&self, stream: Stream, draw: u32) -> Option<&[Coordinate]> {
        let after = self.assigned.partition_point(|a| (a.stream, a.first_draw) <= (stream, draw));
        let found = self.assigned[..after].last()?;
        let nth = draw - found.first_draw.min(draw);
        let within = found.stream == stream && nth < found.draws;
        let start = ((found.dimension + nth) * RANDOMISATIONS) as usize;
        within.then(|| &self.coordinates[start..start + RANDOMISATIONS as usize])
    }
}

/// The uniform of a path in one dimension, given the coordinate under each scrambling.
#[inline]
fn point(scramblings: &[Coordinate], path: u64) -> f64 {
    // Runs are far shorter than 32 × 2³² paths.
    #[expect(clippy::cast_possible_truncation, reason = "as said")]
    let (scrambling, index) =
        ((path % u64::from(RANDOMISATIONS)) as usize, (path / u64::from(RANDOMISATIONS)) as u32);
    scramblings[scrambling].uniform(index)
}

/// Rounds, and uses of a quantity drawn anew each time, that get dimensions.
const FIRST_USES: u32 = 4;
/// Draws of the first two jumps: when, how far, and the motion then.
const JUMP_DRAWS: u32 = 6;

/// What should have dimensions, in order of importance: a stream, its first such draw, and how many.
struct Wanted(Vec<(Stream, u32, u32)>);

impl Wanted {
    fn of(world: &World, terms: &Terms<f64>) -> Vec<(Stream, u32, u32)> {
        let mut wanted = Self(Vec::new());
        wanted.column(world, world.shocks[0]);
        wanted.clocks(world);
        wanted.add(world.streams.exit, 0, 1);
        wanted.decisions(world, terms);
        wanted.motion(world, terms);
        let once = |transform: &Transform| !matches!(transform, Transform::OnDemand(_));
        for column in world.columns.iter().filter(|column| once(&column.transform)) {
            wanted.add(column.stream, 0, 1);
        }
        for group in world.groups.iter().filter(|group| group.copula.needs_mixing()) {
            wanted.add(group.mixing, 0, 1);
        }
        for column in world.columns.iter().filter(|column| !once(&column.transform)) {
            wanted.add(column.stream, 0, FIRST_USES);
        }
        wanted.0
    }

    fn add(&mut self, stream: Stream, first_draw: u32, draws: u32) {
        if !self.0.iter().any(|(known, draw, _)| *known == stream && *draw == first_draw) {
            self.0.push((stream, first_draw, draws));
        }
    }

    fn column(&mut self, world: &World, column: usize) {
        self.add(world.columns[column].stream, 0, 1);
    }

    /// When and whether things happen: rounds, exits, failure, milestones.
    fn clocks(&mut self, world: &World) {
        let rounds = world.rounds.iter().map(|rounds| &rounds.first);
        let exits = world.sale.iter().map(|sale| &sale.clock).chain(world.ipo.iter().map(|ipo| &ipo.0));
        let milestones = world.milestones.iter().filter_map(|milestone| match &milestone.rule {
            MilestoneRule::Timed(clock) => Some(clock),
            MilestoneRule::ValueReaches(_) | MilestoneRule::Checked(_) => None,
        });
        for ClockPlan { occurs, timing } in rounds.chain(exits).chain(&world.failure).chain(milestones) {
            if let Some((_, column)) = occurs {
                self.column(world, *column);
            }
            if let TimingPlan::Hazard { clock, .. } = timing {
                self.column(world, *clock);
            }
        }
    }

    /// What the company does: draws a tranche, pays at maturity, floats instead of being sold.
    fn decisions(&mut self, world: &World, terms: &Terms<f64>) {
        for tranche in &terms.tranches {
            if matches!(tranche.decision, DecisionPlan::CompanyDraws { .. }) {
                self.add(tranche.stream, purpose::DRAW, 1);
            }
            let KindPlan::Debt(debt) = &terms.instruments[tranche.instrument].kind else { continue };
            let Some(maturity) = &debt.maturity else { continue };
            let due = match maturity.due {
                MaturityDate::On(day) => Some(day),
                MaturityDate::AfterFunding(span) => {
                    tranche.gates.is_empty().then(|| world.valuation_date.plus(span))
                }
            };
            // The draw is numbered by the day, which is known where the day of funding is.
            if let (Some((_, stream)), Some(day)) = (maturity.can_pay, due) {
                self.add(stream, day.0.saturating_sub(world.valuation_date.0).unsigned_abs(), 1);
            }
        }
        for chance in world.sale.iter().filter_map(|sale| sale.ipo_instead.as_ref()) {
            self.add(chance.stream, 0, 1);
        }
    }

    /// The company's motion at the moments that matter, given its end.
    fn motion(&mut self, world: &World, terms: &Terms<f64>) {
        if world.rounds.is_some() {
            self.add(world.streams.round, 0, FIRST_USES);
        }
        // Flotation, sale, failure, and a moment known beforehand.
        self.add(world.streams.other, 0, 4);
        for tranche in &terms.tranches {
            let KindPlan::Debt(debt) = &terms.instruments[tranche.instrument].kind else { continue };
            if debt.maturity.is_some() {
                self.add(tranche.stream, purpose::first_draw(purpose::MATURITY), 1);
            }
        }
        for milestone in &world.milestones {
            self.add(milestone.shock, 0, 1);
            if matches!(milestone.rule, MilestoneRule::ValueReaches(_)) {
                self.add(milestone.crossing, 0, 3);
            }
        }
        if matches!(world.process, ProcessPlan::Merton { .. }) {
            self.add(world.streams.jumps, 0, JUMP_DRAWS);
        }
    }
}
