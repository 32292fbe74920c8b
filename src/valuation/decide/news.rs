//! What clocks do to the worth of a deal, and the martingale that this makes: whoever sees the whole path knows when they
//! ring, and pays for it.
//!
//! From one date to the next a clock rings or not; less the probability, given that it had not rung before, this is a
//! martingale's step, and so is any function of what is known at the first date times it.

use std::collections::BTreeMap;

use super::equations::{Equations, weight};
use crate::simulate::{CLOCKS, Tick};

/// Parts of the paths where functions of the company's value bend.
const KNOTS: [f64; 3] = [0.2, 0.5, 0.8];
/// Functions of the value: constant, itself, and one a bend.
const OF_VALUE: usize = 2 + KNOTS.len();
/// With time, and time times the value.
const OF_BOTH: usize = OF_VALUE + 2;
/// Paths that a function needs at least, each.
const ROWS_A_FUNCTION: u64 = 4;

/// The state of the world and of the deal at the start of a tick.
type State = (u8, u64);

/// Where functions bend.
#[derive(Clone, Copy, Debug)]
struct Bends {
    unit: f64,
    at: [f64; KNOTS.len()],
}

/// What the deal is worth at dates, and after the ringing of a clock.
#[derive(Clone, Debug, Default)]
pub(super) struct News {
    /// By date; the last one for all dates together.
    bends: Vec<Option<Bends>>,
    worth: BTreeMap<(usize, State), Vec<f64>>,
    after: BTreeMap<(usize, State), Vec<f64>>,
}

/// What is gathered before the functions can be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    values: Vec<Vec<f64>>,
    worth: BTreeMap<(usize, State), Equations>,
    after: BTreeMap<(usize, State), Equations>,
}

impl Sample {
    /// Notes the value at the start of a tick.
    pub(super) fn see(&mut self, tick: &Tick) {
        if self.values.len() <= tick.date {
            self.values.resize(tick.date + 1, Vec::new());
        }
        self.values[tick.date].push(tick.value);
    }

    /// Notes what the deal pays after the start of a tick.
    pub(super) fn pays(&mut self, news: &News, tick: &Tick, deal: u64, pays: f64) {
        let state = (tick.standing, deal);
        if let Some(bends) = news.bends(tick.date) {
            let worth = self.worth.entry((tick.date, state)).or_insert_with(|| Equations::new(OF_VALUE));
            let functions = bends.of_value(tick.value);
            worth.row(&functions, pays, weight(functions[1]));
        }
        for clock in (0..CLOCKS).filter(|clock| tick.news[*clock] > 0.0) {
            let Some(bends) = news.bends_of_all() else { continue };
            let after = self.after.entry((clock, state)).or_insert_with(|| Equations::new(OF_BOTH));
            let functions = bends.of_both(tick.since, tick.value);
            after.row(&functions, pays, weight(functions[1]));
        }
    }

    /// Adds what another part of the paths has gathered.
    pub(super) fn add(&mut self, other: Sample) {
        self.values.resize(self.values.len().max(other.values.len()), Vec::new());
        for (values, more) in self.values.iter_mut().zip(other.values) {
            values.extend(more);
        }
        for (sum, more) in [(&mut self.worth, other.worth), (&mut self.after, other.after)] {
            for (key, more) in more {
                sum.entry(key).and_modify(|sum| sum.add(&more)).or_insert(more);
            }
        }
    }

    /// Where the functions bend.
    pub(super) fn bends(mut self) -> News {
        self.values.push(self.values.concat());
        News { bends: self.values.into_iter().map(bends).collect(), ..News::default() }
    }

    /// Finds the functions.
    pub(super) fn solve(self, news: &mut News) {
        let solve = |equations: BTreeMap<(usize, State), Equations>, functions: usize| {
            let enough =
                |(_, equations): &(_, Equations)| equations.rows() >= ROWS_A_FUNCTION * functions as u64;
            equations.into_iter().filter(enough).map(|(key, equations)| (key, equations.solve())).collect()
        };
        news.worth = solve(self.worth, OF_VALUE);
        news.after = solve(self.after, OF_BOTH);
    }
}

/// Quantiles of the values; none without any.
fn bends(mut values: Vec<f64>) -> Option<Bends> {
    values.sort_by(f64::total_cmp);
    values.first()?;
    let at = |part: f64| super::at_part(&values, part);
    let unit = at(0.5).max(f64::MIN_POSITIVE);
    Some(Bends { unit, at: KNOTS.map(|part| at(part) / unit) })
}

impl Bends {
    fn of_value(&self, value: f64) -> [f64; OF_VALUE] {
        let x = value / self.unit;
        std::array::from_fn(|place| match place {
            0 => 1.0,
            1 => x,
            _ => (x - self.at[place - 2]).max(0.0),
        })
    }

    fn of_both(&self, t: f64, value: f64) -> [f64; OF_BOTH] {
        let of_value = self.of_value(value);
        std::array::from_fn(|place| match place.checked_sub(OF_VALUE) {
            None => of_value[place],
            Some(time) => t * of_value[time],
        })
    }
}

impl News {
    fn bends(&self, date: usize) -> Option<&Bends> {
        self.bends[..self.bends.len().saturating_sub(1)].get(date)?.as_ref()
    }

    fn bends_of_all(&self) -> Option<&Bends> {
        self.bends.last()?.as_ref()
    }

    /// What the martingale gains from a tick, `deal` being the state of the deal at its start.
    pub(super) fn gains(&self, tick: &Tick, deal: u64) -> f64 {
        let state = (tick.standing, deal);
        let (Some(bends), Some(all)) = (self.bends(tick.date), self.bends_of_all()) else { return 0.0 };
        let Some(worth) = self.worth.get(&(tick.date, state)) else { return 0.0 };
        let worth = product(worth, &bends.of_value(tick.value));
        let rings = |clock: usize| {
            let after = self.after.get(&(clock, state))?;
            Some(tick.news[clock] * (product(after, &all.of_both(tick.since, tick.value)) - worth))
        };
        (0..CLOCKS).filter(|clock| tick.news[*clock] != 0.0).filter_map(rings).sum()
    }
}

fn product(weights: &[f64], functions: &[f64]) -> f64 {
    weights.iter().zip(functions).map(|(weight, function)| weight * function).sum()
}
