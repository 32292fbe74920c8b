//! A block of draws: every uncertain quantity of the plan as a column over consecutive paths.

use crate::model::Copula;
use crate::plan::{Group, PathDraws, Transform, World};
use crate::random::{Family, math};

/// Columns of draws for one block of paths; allocated once and refilled.
pub struct DrawBlock {
    values: Vec<Vec<f64>>,
    normals: Vec<f64>,
    scale: Vec<f64>,
    first_path: u64,
}

impl DrawBlock {
    /// Room for `capacity` paths.
    #[must_use]
    pub fn new(world: &World, capacity: usize) -> Self {
        Self {
            values: world.columns.iter().map(|_| vec![0.0; capacity]).collect(),
            normals: Vec::with_capacity(world.columns.len()),
            scale: vec![0.0; capacity],
            first_path: 0,
        }
    }

    /// Fills all columns for the `count` paths from `first_path` on.
    pub fn fill(&mut self, world: &World, first_path: u64, count: usize) {
        self.first_path = first_path;
        for (column, values) in world.columns.iter().zip(&mut self.values) {
            if !matches!(column.transform, Transform::OnDemand(_)) {
                column.stream.fill(first_path, 0, &mut values[..count]);
            }
        }
        for group in &world.groups {
            self.correlate(group, first_path, count);
        }
        for (column, values) in world.columns.iter().zip(&mut self.values) {
            match &column.transform {
                Transform::Uniform | Transform::OnDemand(_) => {}
                Transform::Normal => {
                    values[..count].iter_mut().for_each(|value| *value = math::normal_quantile(*value));
                }
                Transform::Family(family) => family.fill_quantiles(&mut values[..count]),
            }
        }
    }

    /// The draws of the path at a position of the block.
    #[must_use]
    pub fn path<'a>(&'a self, world: &'a World, lane: usize) -> PathDraws<'a> {
        PathDraws { plan: &world.columns, values: &self.values, lane, path: self.first_path + lane as u64 }
    }

    /// Replaces independent uniforms by dependent ones: normals, mixed by the Cholesky factor, for Student's
    /// t divided by a common root of chi-squared over its degrees of freedom, and back to uniforms
    /// (Embrechts, McNeil and Straumann 2002, §5).
    fn correlate(&mut self, group: &Group, first_path: u64, count: usize) {
        let student = match group.copula {
            Copula::Gaussian => None,
            Copula::StudentT(degrees) => Some(degrees),
        };
        if let Some(degrees) = student {
            group.scale.fill(first_path, 0, &mut self.scale[..count]);
            if let Ok(chi_squared) = crate::random::Gamma::new(degrees / 2.0, 2.0 / degrees) {
                Family::Gamma(chi_squared).fill_quantiles(&mut self.scale[..count]);
            }
        }
        for lane in 0..count {
            self.normals.clear();
            for &column in &group.columns {
                self.normals.push(math::normal_quantile(self.values[column][lane]));
            }
            for (row, &column) in group.columns.iter().enumerate() {
                let mixed: f64 =
                    group.factor[row][..=row].iter().zip(&self.normals).map(|(weight, z)| weight * z).sum();
                self.values[column][lane] = match student {
                    None => math::normal_cdf(mixed),
                    Some(degrees) => {
                        crate::random::special::student_t_cdf(degrees, mixed / libm::sqrt(self.scale[lane]))
                    }
                };
            }
        }
    }
}
