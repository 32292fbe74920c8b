//! What a tally adds up, apart for each group of paths that is independent of the others: where paths hang
//! together, errors come from these groups.

use super::ledger::Branch;
use crate::plan::World;
use crate::statistics::{UnitError, Units};

/// Something counted or added up over paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Paths.
    Paths,
    /// Paths with an impossible conversion.
    Infeasible,
    /// Paths on which a tranche of the investor's became shares.
    Converted,
    /// Paths with a flotation, a sale, a failure, by number.
    Exit(usize),
    /// Present value of the investor's tranches that ended through a branch, in units of the currency.
    Branch(usize),
    /// Paths on which a tranche ended through a branch.
    Ended(usize, usize),
    /// Present value of a tranche, in units of the currency.
    Value(usize),
    /// Cash paid into a tranche.
    Invested(usize),
    /// Paths on which a milestone was reached and never lost.
    Reached(usize),
    /// The years until then.
    ReachedYears(usize),
    /// Paths on which a milestone stood and was lost.
    Lost(usize),
    /// The years until then.
    LostYears(usize),
}

/// The sums of each group.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    units: Units,
    tranches: usize,
    milestones: usize,
    /// Group after group.
    sums: Vec<f64>,
}

const BRANCHES: usize = Branch::ALL.len();

impl Parts {
    /// Nothing added up yet; none if paths are independent.
    #[must_use]
    pub fn new(world: &World, tranches: usize) -> Option<Self> {
        let units = world.design.units()?;
        let mut parts = Self { units, tranches, milestones: world.milestones.len(), sums: Vec::new() };
        parts.sums = vec![0.0; parts.width() * units.groups as usize];
        Some(parts)
    }

    /// How paths are put into groups.
    #[must_use]
    pub fn units(&self) -> Units {
        self.units
    }

    /// The group of a path.
    pub(super) fn group(&self, path: u64) -> usize {
        self.units.of(usize::try_from(path).unwrap_or(usize::MAX))
    }

    fn width(&self) -> usize {
        self.slot(Item::LostYears(self.milestones))
    }

    fn slot(&self, item: Item) -> usize {
        let by_tranche = 6 + BRANCHES;
        let by_milestone = by_tranche + self.tranches * (BRANCHES + 2);
        match item {
            Item::Paths => 0,
            Item::Infeasible => 1,
            Item::Exit(number) => 2 + number,
            Item::Converted => 5,
            Item::Branch(branch) => 6 + branch,
            Item::Value(tranche) => by_tranche + tranche * (BRANCHES + 2),
            Item::Invested(tranche) => by_tranche + tranche * (BRANCHES + 2) + 1,
            Item::Ended(tranche, branch) => by_tranche + tranche * (BRANCHES + 2) + 2 + branch,
            Item::LostYears(milestone) => by_milestone + milestone * 4,
            Item::Lost(milestone) => by_milestone + milestone * 4 + 1,
            Item::ReachedYears(milestone) => by_milestone + milestone * 4 + 2,
            Item::Reached(milestone) => by_milestone + milestone * 4 + 3,
        }
    }

    /// Adds to what a group has of an item.
    pub(super) fn add(&mut self, group: usize, item: Item, amount: f64) {
        let place = group * self.width() + self.slot(item);
        self.sums[place] += amount;
    }

    /// Writes to a tape, or reads from it.
    pub(super) fn pass(&mut self, tape: &mut super::tape::Tape<'_>) {
        self.sums.iter_mut().for_each(|sum| tape.number(sum));
    }

    /// Adds the sums of other paths.
    pub(super) fn append(&mut self, more: &Parts) {
        self.sums.iter_mut().zip(&more.sums).for_each(|(sum, more)| *sum += more);
    }

    /// The error of an estimate whose residual in a group is `residual` of the group's sums, over `denominator`.
    /// `None` if fewer than two groups have paths.
    #[must_use]
    pub fn error(
        &self,
        denominator: f64,
        residual: impl Fn(&dyn Fn(Item) -> f64) -> f64,
    ) -> Option<UnitError> {
        UnitError::of_totals(&self.totals(residual), denominator)
    }

    /// The residual of each group that has paths.
    #[must_use]
    pub fn totals(&self, residual: impl Fn(&dyn Fn(Item) -> f64) -> f64) -> Vec<f64> {
        self.sums
            .chunks(self.width())
            .filter(|sums| sums[self.slot(Item::Paths)] > 0.0)
            .map(|sums| residual(&|item| sums[self.slot(item)]))
            .collect()
    }

    /// The error of the mean of `above` over `below`, such as years over the paths on which something happened.
    #[must_use]
    pub fn mean_error(&self, above: Item, below: Item, mean: f64) -> Option<UnitError> {
        let denominator: f64 = self.sums.chunks(self.width()).map(|sums| sums[self.slot(below)]).sum();
        self.error(denominator, |of| of(above) - mean * of(below))
    }
}
