//! Rules learnt by regression, from the last decision back.
//!
//! Longstaff and Schwartz (2001), "Valuing American options by simulation", Review of Financial Studies 14, with what
//! acting gains over not acting regressed in the place of what going on is worth: each decision is forced both ways on
//! the same path and later ones follow the rules learnt already (so also Rogers 2002 and, for many decisions, Meinshausen
//! and Hambly 2004). Paths come to a decision by earlier ones taken by chance, but that nobody converts early.

use std::collections::BTreeMap;

use super::Settings;
use super::martingale::{Martingale, Moves};
use crate::model::Decider;
use crate::plan::{Choice, LearntRule, Moment, Plan, RuleBook, Spread, Terms};
use crate::pricing::regression::least_squares;
use crate::simulate::{Asked, Courses, DealSimulator, Otherwise, for_each};
use crate::statistics::Moments;

/// Parts of the paths where the learnt functions of the company's value bend.
const KNOTS: [f64; 8] = [0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.88, 0.96];
/// Fewer paths than this, or than so many a function, decide by their mean alone.
const LEAST_ROWS: usize = 60;
const ROWS_A_FUNCTION: usize = 4;
/// Paths that are looked at to find the dates.
const PILOT: usize = 512;
/// Part of them that must pay or decide at the same moment for it to be a date.
const SHARE_OF_A_DATE: f64 = 0.01;

/// From one look at the clocks to the next, in years, and how many there are at most.
const QUARTER: f64 = 0.25;
const QUARTERS: u32 = 80;

/// A decision that comes up: whose tranche, what, for which time.
type Slot = (usize, Choice, usize);

/// Some paths, with what has been found on them.
pub(super) struct Part<'a> {
    pub(super) courses: Courses<'a>,
    pub(super) deal: DealSimulator<f64>,
    first: u64,
    /// Decisions by chance, path by path.
    explored: Vec<Vec<Asked>>,
    /// What each path earns with its decisions by chance up to a place and by rule from there on, and the place.
    earned: Vec<(f64, usize)>,
    /// What happens on each path, if a martingale looks at it.
    moves: Vec<Moves>,
}

/// By what is learnt.
#[derive(Clone, Copy)]
struct Lesson<'a> {
    terms: &'a Terms<f64>,
    dates: &'a [f64],
    martingale: Option<&'a Martingale>,
}

/// Bits of chance for a path.
fn bits(path: u64) -> u64 {
    // A multiplicative hash spreads consecutive numbers (Knuth, volume 3, section 6.4); its high bits are best.
    (path.wrapping_add(1)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
        ^ path.wrapping_mul(0xD1B5_4A32_D192_ED03)
}

/// Simulates the paths of learning in parts.
pub(super) fn parts<'a>(plan: &'a Plan, settings: Settings, dates: &[f64]) -> Vec<Part<'a>> {
    let mut places: Vec<(usize, usize)> = (0..settings.learning)
        .step_by(settings.part)
        .map(|first| (first, settings.part.min(settings.learning - first)))
        .collect();
    for_each(&mut places, |&mut (first, count)| Part {
        courses: Courses::new(plan, first as u64, count, dates),
        deal: DealSimulator::new(&plan.terms),
        first: first as u64,
        explored: Vec::new(),
        earned: Vec::new(),
        moves: Vec::new(),
    })
}

/// Moments on which decisions come up or payments are made on many paths, ascending.
pub(super) fn dates(plan: &Plan) -> Vec<f64> {
    let mut courses = Courses::new(plan, 0, PILOT, &[]);
    let mut deal = DealSimulator::new(&plan.terms);
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let mut payments = Vec::new();
    let ways = [0, u64::MAX, 0x5555_5555_5555_5555, 0xAAAA_AAAA_AAAA_AAAA];
    for lane in 0..PILOT {
        let mut moments = Vec::new();
        for way in ways {
            deal.force(&[], Otherwise::Bits(way));
            courses.run(&mut deal, &plan.terms, lane);
            Courses::payments(&deal, &plan.terms, &mut payments);
            moments.extend(
                payments.iter().map(|(t, _)| *t).chain(deal.asked().iter().map(|asked| asked.moment.t)),
            );
        }
        moments.retain(|t| *t > 0.0);
        moments.sort_by(f64::total_cmp);
        moments.dedup();
        for t in moments {
            // Times above 0 are ordered like their bits.
            *seen.entry(t.to_bits()).or_default() += 1;
        }
    }
    let often = SHARE_OF_A_DATE * PILOT as f64;
    let common = seen.into_iter().filter(|(_, count)| *count as f64 >= often).map(|(t, _)| f64::from_bits(t));
    let mut dates: Vec<f64> = common.collect();
    // Quarters between them, after which it is looked again at what clocks have done.
    let last = dates.last().copied().unwrap_or(0.0).max(plan.world.horizon);
    let world = &plan.world;
    let hears = world.failure.is_some()
        || world.sale.is_some()
        || world.ipo.is_some()
        || world.rounds.is_some()
        || !world.milestones.is_empty();
    let quarters = (1..if hears { QUARTERS } else { 1 })
        .map(|number| f64::from(number) * QUARTER)
        .take_while(|t| *t < last);
    let apart = |t: &f64| dates.iter().all(|date| (date - t).abs() > 0.2 * QUARTER);
    let more: Vec<f64> = quarters.filter(apart).collect();
    dates.extend(more);
    dates.sort_by(f64::total_cmp);
    dates
}

/// Learns the rules of a plan on its paths in parts. What a martingale gains is taken off what paths earn: that changes no
/// mean and leaves less to chance.
pub(super) fn learn(
    parts: &mut [Part<'_>],
    terms: &Terms<f64>,
    dates: &[f64],
    martingale: Option<&Martingale>,
) -> RuleBook {
    let mut terms = terms.clone();
    terms.learnt = RuleBook::default();
    for_each(parts, |part| part.explore(Lesson { terms: &terms, dates, martingale }));
    for slot in slots(parts) {
        let rows = for_each(parts, |part| part.gains(slot, Lesson { terms: &terms, dates, martingale }));
        let rows: Vec<Row> = rows.into_iter().flatten().collect();
        if rows.is_empty() {
            continue;
        }
        let (tranche, choice, number) = slot;
        let rule = regress(&rows);
        let mut left = rows.into_iter();
        for part in parts.iter_mut() {
            let count = part.explored.iter().filter(|asked| place_of(asked, slot).is_some()).count();
            part.follow(left.by_ref().take(count), &rule);
        }
        terms.learnt.enter(tranche, choice, number, rule);
    }
    terms.learnt
}

/// All decisions that came up, the latest first.
fn slots(parts: &[Part<'_>]) -> Vec<Slot> {
    let mut times: BTreeMap<Slot, (f64, u32)> = BTreeMap::new();
    for asked in parts.iter().flat_map(|part| part.explored.iter().flatten()) {
        let (sum, count) = times.entry((asked.tranche, asked.choice, asked.number)).or_default();
        *sum += asked.moment.t;
        *count += 1;
    }
    let mut slots: Vec<(f64, Slot)> =
        times.into_iter().map(|(slot, (sum, count))| (sum / f64::from(count), slot)).collect();
    slots.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    slots.into_iter().map(|(_, slot)| slot).collect()
}

fn place_of(asked: &[Asked], slot: Slot) -> Option<usize> {
    asked.iter().position(|asked| (asked.tranche, asked.choice, asked.number) == slot)
}

/// A decision on one path: what is known, and what comes of either answer.
#[derive(Clone, Copy, Debug)]
struct Row {
    lane: usize,
    place: usize,
    decider: Decider,
    moment: Moment,
    if_acting: f64,
    if_not: f64,
}

impl Row {
    /// What acting gains to who decides.
    fn gain(&self) -> f64 {
        match self.decider {
            Decider::Investor => self.if_acting - self.if_not,
            Decider::Company => self.if_not - self.if_acting,
        }
    }
}

impl Part<'_> {
    /// The decisions by chance on a path.
    pub(super) fn explored(&self, lane: usize) -> &[Asked] {
        &self.explored[lane]
    }

    fn explore(&mut self, lesson: Lesson<'_>) {
        self.explored.clear();
        self.earned.clear();
        self.moves.clear();
        for lane in 0..self.courses.count() {
            if let Some(martingale) = lesson.martingale {
                let mut moves = Moves::default();
                moves.seen(martingale, &mut self.courses, lane, lesson.dates);
                self.moves.push(moves);
            }
            let bits = bits(self.first + lane as u64);
            let value = self.earns(&[], Otherwise::Bits(bits), lesson, lane);
            self.explored.push(self.deal.asked().to_vec());
            self.earned.push((value, self.deal.asked().len()));
        }
    }

    /// The paths on which a decision comes up.
    fn gains(&mut self, slot: Slot, lesson: Lesson<'_>) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut forced: Vec<bool> = Vec::new();
        for lane in 0..self.courses.count() {
            let Some(place) = place_of(&self.explored[lane], slot) else { continue };
            let Asked { decider, moment, acted, .. } = self.explored[lane][place];
            forced.clear();
            forced.extend(self.explored[lane][..=place].iter().map(|asked| asked.acted));
            let (known, from) = self.earned[lane];
            // What was decided by chance is known, unless decisions come up in another order than on average.
            let as_explored =
                if from == place + 1 { known } else { self.earns(&forced, Otherwise::Rules, lesson, lane) };
            forced[place] = !acted;
            let otherwise = self.earns(&forced, Otherwise::Rules, lesson, lane);
            let (if_acting, if_not) = if acted { (as_explored, otherwise) } else { (otherwise, as_explored) };
            rows.push(Row { lane, place, decider, moment, if_acting, if_not });
        }
        rows
    }

    fn earns(&mut self, forced: &[bool], otherwise: Otherwise, lesson: Lesson<'_>, lane: usize) -> f64 {
        let Lesson { terms, dates, martingale } = lesson;
        self.deal.force(forced, otherwise);
        let value = self.courses.run(&mut self.deal, terms, lane);
        let gained = martingale
            .map_or(0.0, |martingale| martingale.gains(&self.moves[lane], dates, self.deal.turns()));
        value - gained
    }

    /// Notes what paths earn that follow a rule from here on.
    fn follow(&mut self, rows: impl Iterator<Item = Row>, rule: &LearntRule) {
        for row in rows {
            let earns = if rule.gain(&row.moment) > 0.0 { row.if_acting } else { row.if_not };
            self.earned[row.lane] = (earns, row.place);
        }
    }
}

/// The mean and deviation of a figure, if it varies.
fn spread(figures: impl Iterator<Item = f64>) -> Option<Spread> {
    let column: Vec<f64> = figures.collect();
    let (low, high) =
        column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(*x), h.max(*x)));
    let mean = Moments::of(&column).mean()?;
    // Days and cents are rounded: what differs by less does not vary.
    if !(high - low > 1e-6 * high.abs().max(low.abs())) {
        return None;
    }
    let square = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / column.len() as f64;
    Some(Spread { mean, deviation: square.sqrt() })
}

fn regress(rows: &[Row]) -> LearntRule {
    let gains: Vec<f64> = rows.iter().map(Row::gain).collect();
    let mean = gains.iter().sum::<f64>() / gains.len() as f64;
    let mut values: Vec<f64> = rows.iter().map(|row| row.moment.value).collect();
    values.sort_by(f64::total_cmp);
    let scale = values[values.len() / 2].max(f64::MIN_POSITIVE);
    let mut knots: Vec<f64> = KNOTS.iter().map(|part| super::at_part(&values, *part) / scale).collect();
    knots.dedup();
    let first = rows[0].moment.standing;
    let varying = rows.iter().fold(0, |bits, row| bits | (row.moment.standing ^ first));
    let mut rule = LearntRule {
        scale,
        knots,
        time: spread(rows.iter().map(|row| row.moment.t)),
        claim: spread(rows.iter().map(|row| row.moment.claim)),
        milestones: (0..64).filter(|bit| varying >> bit & 1 == 1).collect(),
        weights: Vec::new(),
    };
    let mut columns = 0;
    rule.functions(&rows[0].moment, |_| columns += 1);
    if rows.len() < LEAST_ROWS.max(ROWS_A_FUNCTION * columns) {
        return LearntRule {
            knots: Vec::new(),
            time: None,
            claim: None,
            milestones: Vec::new(),
            weights: vec![mean],
            ..rule
        };
    }
    let mut functions = Vec::with_capacity(rows.len() * columns);
    for row in rows {
        rule.functions(&row.moment, |function| functions.push(function));
    }
    rule.weights = least_squares(functions, gains, columns);
    rule
}
