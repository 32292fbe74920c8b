//! A block of draws: every uncertain quantity of the plan as a column over consecutive paths.

use super::run::BLOCK_PATHS;
use crate::plan::{Group, PathDraws, Transform, World};
use crate::random::math;

/// Columns of draws for one block of paths; allocated once and refilled.
pub struct DrawBlock {
    values: Vec<Vec<f64>>,
    /// The members of one group, column after column.
    members: Vec<f64>,
    mixing: Vec<f64>,
    first_path: u64,
}

impl DrawBlock {
    /// Room for `capacity` paths.
    #[must_use]
    pub fn new(world: &World, capacity: usize) -> Self {
        let widest = world.groups.iter().map(|group| group.columns.len()).max().unwrap_or(0);
        Self {
            values: world.columns.iter().map(|_| vec![0.0; capacity]).collect(),
            members: vec![0.0; widest * capacity],
            mixing: vec![0.0; capacity],
            first_path: 0,
        }
    }

    /// Fills all columns for the `count` paths from `first_path` on.
    pub fn fill(&mut self, world: &World, first_path: u64, count: usize) {
        self.fill_uniforms(world, first_path, count);
        for &(column, uniform) in &world.pinned {
            self.values[column][..count].fill(uniform);
        }
        for (column, values) in world.columns.iter().zip(&mut self.values) {
            match &column.transform {
                Transform::Uniform | Transform::WhenUsed(_) | Transform::OnDemand(_) => {}
                Transform::Normal => math::normal_quantiles(&mut values[..count]),
                Transform::Family(family) => family.fill_quantiles(&mut values[..count]),
            }
        }
    }

    /// The uniforms, joined as the world says, before anything is made of them.
    fn fill_uniforms(&mut self, world: &World, first_path: u64, count: usize) {
        self.first_path = first_path;
        for (column, values) in world.columns.iter().zip(&mut self.values) {
            if !matches!(column.transform, Transform::OnDemand(_)) {
                world.design.fill(column.stream, first_path, &mut values[..count]);
            }
        }
        for group in &world.groups {
            self.correlate(world, group, count);
        }
    }

    /// The draws of the path at a position of the block.
    #[must_use]
    pub fn path<'a>(&'a self, world: &'a World, lane: usize) -> PathDraws<'a> {
        PathDraws {
            plan: &world.columns,
            values: &self.values,
            lane,
            path: self.first_path + lane as u64,
            origin: world.valuation_date,
            design: &world.design,
        }
    }

    /// Replaces the independent uniforms of a group by dependent ones.
    fn correlate(&mut self, world: &World, group: &Group, count: usize) {
        let members = &mut self.members[..group.columns.len() * count];
        for (place, &column) in group.columns.iter().enumerate() {
            members[place * count..][..count].copy_from_slice(&self.values[column][..count]);
        }
        math::normal_quantiles(members);
        if group.copula.needs_mixing() {
            world.design.fill(group.mixing, self.first_path, &mut self.mixing[..count]);
        }
        group.copula.uniforms(members, &self.mixing[..count]);
        for (place, &column) in group.columns.iter().enumerate() {
            self.values[column][..count].copy_from_slice(&members[place * count..][..count]);
        }
    }
}

/// Uniforms of the members of each group that moves together, member by member, over the first `paths` paths of a run: what the
/// copula made of them, before they become values or events.
#[must_use]
pub fn joined_uniforms(world: &World, paths: u64) -> Vec<Vec<Vec<f64>>> {
    #[expect(clippy::cast_possible_truncation, reason = "the block is small")]
    let mut block = DrawBlock::new(world, BLOCK_PATHS as usize);
    let mut joined: Vec<Vec<Vec<f64>>> =
        world.groups.iter().map(|group| vec![Vec::new(); group.columns.len()]).collect();
    let mut first = 0;
    while first < paths && !joined.is_empty() {
        #[expect(clippy::cast_possible_truncation, reason = "at most one block")]
        let count = BLOCK_PATHS.min(paths - first) as usize;
        block.fill_uniforms(world, first, count);
        for (group, columns) in world.groups.iter().zip(&mut joined) {
            for (&column, uniforms) in group.columns.iter().zip(columns) {
                uniforms.extend_from_slice(&block.values[column][..count]);
            }
        }
        first += BLOCK_PATHS;
    }
    joined
}
