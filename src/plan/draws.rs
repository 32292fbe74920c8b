//! Where a path's numbers come from: columns of draws, one per uncertain quantity.

use super::design::Design;
use crate::model::{Number, Scenario, VariableId};
use crate::number::Amount;
use crate::quantity::Day;
use crate::random::{Copula, Sampler, Stream};

/// One uncertain quantity: a stream of uniforms and what they are turned into.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Keyed by the seed and the quantity's name.
    pub stream: Stream,
    /// What a uniform becomes.
    pub transform: Transform,
}

/// What a uniform becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Transform {
    /// Stays a uniform in (0, 1).
    Uniform,
    /// A standard normal.
    Normal,
    /// A value of a family.
    Family(Sampler),
    /// A value of a family, found when it is used: for what most paths never ask for.
    WhenUsed(Sampler),
    /// Nothing in advance: drawn at each use, the use being the draw's number.
    OnDemand(Sampler),
}

/// Columns that move together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The columns.
    pub columns: Vec<usize>,
    /// How they are joined.
    pub copula: Copula,
    /// For Student's t: the stream of the mixing variable they share.
    pub mixing: Stream,
}

/// A number of the plan: the same on all paths, or read from a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input<A> {
    /// The same on all paths.
    Fixed(A),
    /// One value per path.
    Column(usize),
    /// One value per use.
    OnDemand(usize),
}

impl<A: Amount> Input<A> {
    /// Resolves a model number.
    #[must_use]
    pub fn new(number: Number, scenario: &Scenario) -> Self {
        match number {
            Number::Known(value) => Input::Fixed(A::from_decimal(value)),
            Number::Drawn(id) => Self::drawn(id, scenario),
        }
    }

    /// Resolves a variable.
    #[must_use]
    pub fn drawn(id: VariableId, scenario: &Scenario) -> Self {
        if scenario.variables[id].repeated { Input::OnDemand(id) } else { Input::Column(id) }
    }
}

/// The draws of one path.
#[derive(Clone, Copy)]
pub struct PathDraws<'a> {
    /// All columns of the plan.
    pub plan: &'a [Column],
    /// Their values over the block.
    pub values: &'a [Vec<f64>],
    /// Position of the path in the block.
    pub lane: usize,
    /// Number of the path in the run.
    pub path: u64,
    /// The day from which years are counted.
    pub origin: Day,
    /// Where uniforms come from.
    pub design: &'a Design,
}

impl PathDraws<'_> {
    /// The value of an input that is drawn once.
    #[inline]
    #[must_use]
    pub fn get<A: Amount>(&self, input: Input<A>) -> A {
        self.get_nth(input, 0)
    }

    /// The value of an input at its `nth` use.
    #[inline]
    #[must_use]
    pub fn get_nth<A: Amount>(&self, input: Input<A>, nth: u32) -> A {
        match input {
            Input::Fixed(value) => value,
            Input::Column(column) => A::from_f64(self.drawn_once(column)),
            Input::OnDemand(column) => A::from_f64(self.on_demand(column, nth)),
        }
    }

    /// Uniform number `draw` of a stream, on this path.
    #[inline]
    #[must_use]
    pub fn uniform(&self, stream: Stream, draw: u32) -> f64 {
        self.design.uniform(stream, self.path, draw)
    }

    /// A column's value as it stands.
    #[inline]
    #[must_use]
    pub fn column(&self, column: usize) -> f64 {
        self.values[column][self.lane]
    }

    fn drawn_once(&self, column: usize) -> f64 {
        let value = self.values[column][self.lane];
        match &self.plan[column].transform {
            Transform::WhenUsed(family) => family.quantile(value),
            _ => value,
        }
    }

    fn on_demand(&self, column: usize, nth: u32) -> f64 {
        let Column { stream, transform } = &self.plan[column];
        let uniform = self.uniform(*stream, nth);
        match transform {
            Transform::OnDemand(family) | Transform::Family(family) | Transform::WhenUsed(family) => {
                family.quantile(uniform)
            }
            Transform::Uniform => uniform,
            Transform::Normal => crate::random::math::normal_quantile(uniform),
        }
    }
}
