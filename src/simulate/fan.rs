//! The company's value at regular dates, over the first paths of a run.

use super::draws::DrawBlock;
use super::life::{EventKind, Life, LifeSimulator};
use super::run::BLOCK_PATHS;
use crate::plan::Plan;
use crate::random::Stream;

/// The company's value at one date.
#[derive(Clone, Debug, PartialEq)]
pub struct FanDate {
    /// Years after the valuation date.
    pub years: f64,
    /// The values on the paths where the company still exists on its own; new money of later rounds included.
    pub values: Vec<f64>,
    /// Paths looked at.
    pub paths: u64,
    /// Where paths hang together: of each independent group, those on which the company still exists, and all.
    pub groups: Vec<(u64, u64)>,
}

/// Samples the value on the first `paths` paths today and at `dates` evenly spaced dates up to the horizon.
#[must_use]
pub fn fan(plan: &Plan, paths: u64, dates: u32) -> Vec<FanDate> {
    let world = &plan.world;
    let stream = Stream::new(world.seed, "company.value at regular dates");
    let units = world.design.units();
    let mut fan: Vec<FanDate> = (0..=dates)
        .map(|number| FanDate {
            years: world.horizon * f64::from(number) / f64::from(dates),
            values: Vec::new(),
            paths,
            groups: vec![(0, 0); units.map_or(0, |units| units.groups as usize)],
        })
        .collect();
    #[expect(clippy::cast_possible_truncation, reason = "the block is small")]
    let mut block = DrawBlock::new(world, BLOCK_PATHS as usize);
    let mut simulator = LifeSimulator::default();
    let mut life = Life::default();
    for path in 0..paths {
        let lane = (path % BLOCK_PATHS) as usize;
        if lane == 0 {
            #[expect(clippy::cast_possible_truncation, reason = "at most one block")]
            block.fill(world, path, BLOCK_PATHS.min(paths - path) as usize);
        }
        let draws = block.path(world, lane);
        let law = simulator.simulate(world, draws, &mut life);
        let lives = life.events.last().is_some_and(|event| event.kind == EventKind::Horizon);
        for (date, number) in fan.iter_mut().zip(0_u32..) {
            // Today needs no draw, so the first date after it has number 0.
            let number = number.saturating_sub(1);
            let exists = lives || date.years < life.end;
            if let Some(units) = units {
                let (existing, all) = &mut date.groups[units.of(usize::try_from(path).unwrap_or(usize::MAX))];
                *existing += u64::from(exists);
                *all += 1;
            }
            if exists {
                date.values.push(life.path.value_at(&law, date.years, stream, &draws, number << 16));
            }
        }
    }
    fan
}
