//! Whether uncertain things moved together as the scenario asks.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Coordinate, Copula, Scenario};
use crate::statistics::kendall;

/// Two uncertain things that the scenario joins, and how they moved together on the first paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrelationRow {
    /// The one, as the scenario names it.
    pub first: String,
    /// The other.
    pub second: String,
    /// Degrees of freedom of Student's t copula; none for the normal one.
    pub degrees_of_freedom: Option<f64>,
    /// Correlation of the variables underneath that is asked for, −1 to 1.
    pub requested: f64,
    /// The one that came out, from the ranks.
    pub realised: f64,
    /// Its standard error, as for independent paths.
    pub standard_error: f64,
    /// Paths looked at.
    pub paths: u64,
}

/// All pairs of all groups, in the order of the scenario. `joined` has the uniforms of each group's members.
pub(in crate::report) fn rows(scenario: &Scenario, joined: &[Vec<Vec<f64>>]) -> Vec<CorrelationRow> {
    let mut pairs = Vec::new();
    for (group, columns) in scenario.correlations.iter().zip(joined) {
        let members = group.members.len();
        pairs.extend((0..members).flat_map(|b| (0..b).map(move |a| (group, columns, a, b))));
    }
    let row = |(group, columns, a, b): (&crate::model::CorrelationGroup, &Vec<Vec<f64>>, usize, usize)| {
        let found = kendall(&columns[a], &columns[b])?;
        let (realised, standard_error) = found.underlying();
        Some(CorrelationRow {
            first: name(scenario, group.members[a]),
            second: name(scenario, group.members[b]),
            degrees_of_freedom: match group.copula {
                Copula::Gaussian => None,
                Copula::StudentT(degrees) => Some(degrees),
            },
            requested: group.matrix[a][b],
            realised,
            standard_error,
            paths: found.n,
        })
    };
    pairs.into_par_iter().filter_map(row).collect()
}

/// As the scenario's own list of correlations names it.
fn name(scenario: &Scenario, coordinate: Coordinate) -> String {
    match coordinate {
        Coordinate::Company => "company.value".to_owned(),
        Coordinate::Factor(id) => scenario.factors[id].name.clone(),
        Coordinate::Variable(id) => scenario.variables[id].name.clone(),
        Coordinate::Milestone(id) => scenario.milestones[id].name.clone(),
        Coordinate::Ipo => "exit.ipo".to_owned(),
        Coordinate::Sale => "exit.sale".to_owned(),
        Coordinate::Failure => "failure".to_owned(),
    }
}
