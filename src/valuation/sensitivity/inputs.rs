//! The uncertain inputs of a plan, in groups that a reader would call one thing.

use crate::model::{Scenario, Unit, Variable};
use crate::plan::{ClockPlan, MilestoneRule, TimingPlan, Transform, World};
use crate::quantity::{Currency, Day, YEAR_DAYS};
use crate::random::Law;
use crate::simulate::{BLOCK_PATHS, DrawBlock};

/// The ends of an input, as shares of paths.
const ENDS: [f64; 2] = [0.1, 0.9];
/// A uniform that surely misses a probability below 1, and one that surely hits one above 0.
const SURE: [f64; 2] = [1e-12, 1.0 - 1e-12];

/// One thing that is uncertain.
pub(super) struct Input {
    pub(super) name: String,
    /// In words, at the low and at the high end.
    pub(super) ends: [String; 2],
    /// Columns of the plan, with their uniforms at both ends.
    pub(super) pins: Vec<(usize, [f64; 2])>,
    pub(super) correlated: bool,
    /// The probability with which it happens and the column that decides, if it may not.
    occurs: Option<(crate::plan::Input<f64>, usize)>,
    /// The column that orders paths otherwise.
    order: Option<usize>,
    /// Of something that happens or not, sooner or later: what it is called if it never does, and if it does late.
    pub(super) event: Option<[&'static str; 2]>,
}

/// Where something that never happens stands among the times at which it may, taken negative: after all of them.
pub(super) const NEVER: f64 = -1e9;

/// All inputs, and the names of those that are drawn anew at each use.
pub(super) fn inputs(scenario: &Scenario, world: &World) -> (Vec<Input>, Vec<String>) {
    let mut found = Vec::new();
    let mut used = vec![false; scenario.variables.len()];
    let variable = |name: &str| scenario.variables.iter().position(|variable| variable.name == name);
    for (milestone, plan) in scenario.milestones.iter().zip(&world.milestones) {
        let MilestoneRule::Timed(clock) = &plan.rule else { continue };
        let prefix = format!("milestones.{}", milestone.name);
        let when = variable(&format!("{prefix}.when"));
        let mut input = event(&prefix, clock, when, ["missed", "late"]);
        let effects = scenario.variables.iter().enumerate().filter(|(index, variable)| {
            Some(*index) != when && variable.name.starts_with(&format!("{prefix}.")) && !variable.repeated
        });
        for (index, _) in effects {
            used[index] = true;
            input.pins.push((index, ENDS));
        }
        if let Some(index) = when {
            used[index] = true;
        }
        found.push(input);
    }
    let exits = world.ipo.iter().map(|ipo| ("exit.ipo", &ipo.0));
    let exits = exits.chain(world.sale.iter().map(|sale| ("exit.sale", &sale.clock)));
    for (name, clock) in exits.chain(world.failure.iter().map(|clock| ("failure", clock))) {
        let when = variable(&format!("{name}.when"));
        if let Some(index) = when {
            used[index] = true;
        }
        found.push(event(name, clock, when, ["never", "late"]));
    }
    for (index, shock) in world.shocks.iter().enumerate() {
        let name = match index.checked_sub(1).and_then(|factor| scenario.factors.get(factor)) {
            Some(factor) => format!("factors.{}", factor.name),
            None => "company.value: motion to the horizon".to_owned(),
        };
        found.push(plain(name, *shock, ENDS.map(|p| format!("P{:.0}", p * 100.0))));
    }
    let mut left_out = Vec::new();
    for (index, variable) in scenario.variables.iter().enumerate().filter(|(index, _)| !used[*index]) {
        if variable.repeated || matches!(world.columns[index].transform, Transform::OnDemand(_)) {
            left_out.push(variable.name.clone());
        } else {
            found.push(plain(variable.name.clone(), index, ends(variable, scenario)));
        }
    }
    found.retain(|input| !input.pins.is_empty());
    for input in &mut found {
        let joined = |column: &usize| world.groups.iter().any(|group| group.columns.contains(column));
        input.correlated = input.pins.iter().any(|(column, _)| joined(column))
            || (input.pins.iter().any(|(column, _)| world.shocks.contains(column)) && world.shocks.len() > 1);
    }
    (found, left_out)
}

fn plain(name: String, column: usize, ends: [String; 2]) -> Input {
    Input {
        name,
        ends,
        pins: vec![(column, ENDS)],
        correlated: false,
        occurs: None,
        order: Some(column),
        event: None,
    }
}

/// Something that happens or not, sooner or later: the low end is not at all, or late.
fn event(name: &str, clock: &ClockPlan, when: Option<usize>, [never, late]: [&'static str; 2]) -> Input {
    let [early, other] = ENDS;
    let mut pins = Vec::new();
    let mut order = None;
    if let TimingPlan::Hazard { clock, .. } = clock.timing {
        pins.push((clock, [other, early]));
        order = Some(clock);
    }
    if let Some(column) = when {
        pins.push((column, [other, early]));
        order = Some(column);
    }
    pins.extend(clock.occurs.map(|(_, column)| (column, SURE)));
    let ends = match (clock.occurs.is_some(), order.is_some()) {
        (true, true) => [never.to_owned(), "happens, at P10 of its time".to_owned()],
        (true, false) => [never.to_owned(), "happens".to_owned()],
        _ => [format!("{late}, at P90 of its time"), "early, at P10".to_owned()],
    };
    let event = Some([never, late]);
    Input { name: name.to_owned(), ends, pins, correlated: false, occurs: clock.occurs, order, event }
}

/// The 10th and the 90th percentile of a variable, in its unit.
fn ends(variable: &Variable, scenario: &Scenario) -> [String; 2] {
    // The reader has refused what is no currency.
    let currency: Currency = scenario.deal.currency.parse().unwrap_or(Currency::USD);
    ENDS.map(|p| {
        let value = variable.family.quantile(p);
        let unit = match variable.unit {
            Unit::Money => crate::scenario::Unit::Money,
            Unit::Fraction => crate::scenario::Unit::Rate,
            Unit::Multiple => crate::scenario::Unit::Multiple,
            Unit::Years => return format!("{value:.2} years"),
            Unit::Date => {
                #[expect(clippy::cast_possible_truncation, reason = "days within a few centuries")]
                let days = libm::round(value * YEAR_DAYS) as i32;
                return Day(scenario.deal.valuation_date.0.saturating_add(days)).to_string();
            }
            Unit::Number => crate::scenario::Unit::Number,
        };
        // Four digits are enough to recognise it.
        let rounded = format!("{value:.3e}").parse().unwrap_or(value);
        unit.write(rounded, currency).unwrap_or_else(|| rounded.to_string())
    })
}

/// The value by which each input orders the paths: of something that happens the sooner the higher, [`NEVER`] where it does not.
pub(super) fn drawn(world: &World, inputs: &[Input], paths: u64) -> Vec<Vec<f64>> {
    let capacity = usize::try_from(BLOCK_PATHS).unwrap_or(usize::MAX);
    let mut block = DrawBlock::new(world, capacity);
    let mut columns = vec![Vec::new(); inputs.len()];
    let mut first = 0;
    while first < paths {
        let count = usize::try_from((paths - first).min(BLOCK_PATHS)).unwrap_or(capacity);
        block.fill(world, first, count);
        for lane in 0..count {
            let path = block.path(world, lane);
            for (input, column) in inputs.iter().zip(&mut columns) {
                let happens =
                    input.occurs.is_none_or(|(p, decides)| path.column(decides) > 1.0 - path.get(p));
                let order = input.order.map_or(1.0, |order| path.column(order));
                column.push(match (input.event.is_some(), happens) {
                    (_, false) => NEVER,
                    (true, true) => -order,
                    (false, true) => order,
                });
            }
        }
        first += BLOCK_PATHS;
    }
    columns
}
