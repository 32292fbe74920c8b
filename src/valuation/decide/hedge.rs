//! What a deal is worth at a moment as a function of the company's value, and the martingale that this makes.

use std::collections::BTreeMap;

use super::equations::{Equations, weight};
use crate::random::math;
use crate::simulate::{Step, Turn};

/// Bends of the functions.
const KNOTS: usize = 10;
/// Functions of the value: itself and one a bend.
pub(super) const FUNCTIONS: usize = 1 + KNOTS;
/// Paths that a function needs at least, each.
const ROWS_A_FUNCTION: u64 = 6;

/// Which step: the number of dates before its end, what happens at its end, and the state of the world and of the deal at
/// its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    dates: usize,
    event: u8,
    standing: u8,
    deal: u64,
}

impl Key {
    /// The step of a path, `deal` being what [`state`] says.
    pub(super) fn of(step: &Step, dates: &[f64], deal: u64) -> Self {
        Self {
            dates: dates.partition_point(|date| *date < step.t),
            event: step.event,
            standing: step.standing,
            deal,
        }
    }

    /// The same, whatever the state of the deal.
    fn of_any_deal(self) -> Self {
        Self { deal: 0, ..self }
    }
}

/// The state of the deal at a moment, as a number, and the fraction of the company that it holds.
pub(super) fn state(turns: &[Turn], t: f64) -> (u64, f64) {
    let by_then = turns.iter().take_while(|turn| turn.t <= t);
    by_then.fold((0, 0.0), |(code, share), turn| (turn.code.wrapping_add(code), share + turn.share))
}

/// Where the functions of a step bend, in multiples of a unit.
#[derive(Clone, Debug, PartialEq)]
struct Bends {
    /// Its logarithm.
    unit: f64,
    at: [f64; KNOTS],
    /// Their logarithms.
    log_at: [f64; KNOTS],
}

/// A regression's coefficients: of the functions, and of the functions times the fraction held.
type Weights = Vec<f64>;

/// The functions that hedge a deal, step by step.
#[derive(Clone, Debug, Default)]
pub(super) struct Hedge {
    bends: BTreeMap<Key, Bends>,
    weights: BTreeMap<Key, Weights>,
}

/// What is gathered before the functions can be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    values: BTreeMap<Key, Vec<f64>>,
    equations: BTreeMap<Key, Equations>,
}

const UNKNOWNS: usize = 1 + 2 * FUNCTIONS;

impl Sample {
    /// Notes where a step of a path ends.
    pub(super) fn see(&mut self, step: &Step, dates: &[f64]) {
        let ends = step.log_level + step.slope * step.to;
        self.values.entry(Key::of(step, dates, 0)).or_default().push(ends);
    }

    /// Notes what the deal pays after the start of a step.
    pub(super) fn pays(&mut self, hedge: &Hedge, key: Key, step: &Step, share: f64, pays: f64) {
        let Some(bends) = hedge.bends.get(&key.of_any_deal()) else { return };
        let mut row = [0.0; UNKNOWNS];
        row[0] = 1.0;
        let functions = bends.functions(step.log_level + step.slope * step.to);
        for (place, function) in functions.into_iter().enumerate() {
            (row[1 + place], row[1 + FUNCTIONS + place]) = (function, function * share);
        }
        let used = if share == 0.0 { 1 + FUNCTIONS } else { UNKNOWNS };
        let equations = self.equations.entry(key).or_insert_with(|| Equations::new(UNKNOWNS));
        equations.row(&row[..used], pays, weight(functions[0]));
    }

    /// Adds what another part of the paths has gathered.
    pub(super) fn add(&mut self, other: Sample) {
        for (key, values) in other.values {
            self.values.entry(key).or_default().extend(values);
        }
        for (key, more) in other.equations {
            self.equations.entry(key).and_modify(|sum| sum.add(&more)).or_insert(more);
        }
    }

    /// Where the functions bend.
    pub(super) fn bends(&self) -> Hedge {
        let bends = |(key, values): (&Key, &Vec<f64>)| {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let at = |part: f64| super::at_part(&sorted, part);
            let unit = at(0.5);
            let knot = |place: usize| at((place as f64 + 0.5) / KNOTS as f64) - unit;
            let log_at = std::array::from_fn(knot);
            (*key, Bends { unit, at: log_at.map(math::exp), log_at })
        };
        Hedge { bends: self.values.iter().map(bends).collect(), weights: BTreeMap::new() }
    }

    /// Finds the functions.
    pub(super) fn solve(self, hedge: &mut Hedge) {
        let solved = self
            .equations
            .into_iter()
            .filter(|(_, equations)| equations.rows() >= ROWS_A_FUNCTION * FUNCTIONS as u64);
        hedge.weights = solved.map(|(key, equations)| (key, equations.solve()[1..].to_vec())).collect();
    }
}

impl Bends {
    /// The functions at a logarithm of the value.
    fn functions(&self, log_value: f64) -> [f64; FUNCTIONS] {
        let x = math::exp(log_value - self.unit);
        std::array::from_fn(|place| if place == 0 { x } else { (x - self.at[place - 1]).max(0.0) })
    }

    /// Their means where the logarithm is normal: a call's is that of Black and Scholes (1973) without discounting.
    fn means(&self, mean: f64, deviation: f64) -> [f64; FUNCTIONS] {
        let log_x = mean - self.unit;
        if !(deviation > 0.0) {
            return self.functions(mean);
        }
        let forward = math::exp(log_x + 0.5 * deviation * deviation);
        std::array::from_fn(|place| {
            if place == 0 {
                return forward;
            }
            let d2 = (log_x - self.log_at[place - 1]) / deviation;
            forward * math::normal_cdf(d2 + deviation) - self.at[place - 1] * math::normal_cdf(d2)
        })
    }
}

impl Hedge {
    /// What each function of a step gains over its mean seen from the step's start; nought without functions.
    pub(super) fn surprises(&self, step: &Step, dates: &[f64]) -> [f64; FUNCTIONS] {
        let Some(bends) = self.bends.get(&Key::of(step, dates, 0)) else { return [0.0; FUNCTIONS] };
        let deviation = step.slope * (step.t - step.since).sqrt();
        let means = bends.means(step.log_level + step.slope * step.from, deviation);
        let came = bends.functions(step.log_level + step.slope * step.to);
        std::array::from_fn(|place| came[place] - means[place])
    }

    /// What the hedge gains on a step.
    pub(super) fn gains(&self, key: Key, share: f64, surprises: &[f64; FUNCTIONS]) -> f64 {
        let Some(weights) = self.weights.get(&key) else { return 0.0 };
        let (plain, of_share) = weights.split_at(FUNCTIONS);
        let sum = |weights: &[f64]| weights.iter().zip(surprises).map(|(w, s)| w * s).sum::<f64>();
        sum(plain) + share * sum(of_share)
    }
}
