//! The martingale of a deal: what it should gain or lose as the company's value moves and clocks ring or do not.
//!
//! Its steps have mean nought whatever is decided, so that they may be taken off what a course of decisions pays: that leaves
//! the mean as it is and takes away most of the chance. How well it does that depends on functions found by regression,
//! on paths of learning, of what is paid after a step (Belomestny, Bender and Schoenmakers 2009).

use super::hedge::{FUNCTIONS, Hedge, Key, Sample as MotionSample, state};
use super::learn::Part;
use super::news::{News, Sample as ClockSample};
use crate::plan::Terms;
use crate::simulate::{Asked, Courses, DealSimulator, Otherwise, Step, Tick, Turn, for_each};

/// Of so many decisions on a path each is turned round to see what comes of it; of more, as many.
const TURNED: usize = 12;
/// Steps for which it is looked at what comes of having waited.
const STEPS_AFTER_WAITING: usize = 3;

/// The functions behind a martingale: of the company's motion, and of its clocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Martingale {
    motion: Hedge,
    clocks: News,
}

/// What happens on a path, whatever is decided.
#[derive(Clone, Debug, Default)]
pub(super) struct Moves {
    steps: Vec<Step>,
    ticks: Vec<Tick>,
    surprises: Vec<[f64; FUNCTIONS]>,
}

impl Moves {
    fn read(&mut self, courses: &mut Courses<'_>, lane: usize, dates: &[f64]) {
        courses.steps(lane, dates, &mut self.steps);
        courses.ticks(lane, dates, &mut self.ticks);
    }

    /// Those of a path, as a martingale sees them.
    pub(super) fn seen(
        &mut self,
        martingale: &Martingale,
        courses: &mut Courses<'_>,
        lane: usize,
        dates: &[f64],
    ) {
        self.read(courses, lane, dates);
        self.surprises.clear();
        self.surprises.extend(self.steps.iter().map(|step| martingale.motion.surprises(step, dates)));
    }
}

impl Martingale {
    fn step(&self, moves: &Moves, place: usize, dates: &[f64], turns: &[Turn]) -> f64 {
        let step = &moves.steps[place];
        let (code, share) = state(turns, step.since);
        self.motion.gains(Key::of(step, dates, code), share, &moves.surprises[place])
    }

    fn tick(&self, tick: &Tick, turns: &[Turn]) -> f64 {
        self.clocks.gains(tick, state(turns, tick.since).0)
    }

    /// What it gains on a path on which the deal's state changes like this.
    pub(super) fn gains(&self, moves: &Moves, dates: &[f64], turns: &[Turn]) -> f64 {
        let of_motion: f64 = (0..moves.steps.len()).map(|place| self.step(moves, place, dates, turns)).sum();
        let of_clocks: f64 = moves.ticks.iter().map(|tick| self.tick(tick, turns)).sum();
        of_motion + of_clocks
    }
}

/// What the paths of learning tell.
#[derive(Clone, Debug, Default)]
struct Gathered {
    motion: MotionSample,
    clocks: ClockSample,
}

/// Finds a martingale on the paths of learning; one found before takes away chance while that is done.
pub(super) fn find(
    parts: &mut [Part<'_>],
    terms: &Terms<f64>,
    dates: &[f64],
    before: Option<&Martingale>,
) -> Martingale {
    let seen = together(for_each(parts, |part| {
        let (mut seen, mut moves) = (Gathered::default(), Moves::default());
        for lane in 0..part.courses.count() {
            moves.read(&mut part.courses, lane, dates);
            moves.steps.iter().for_each(|step| seen.motion.see(step, dates));
            moves.ticks.iter().for_each(|tick| seen.clocks.see(tick));
        }
        seen
    }));
    let mut found = Martingale { motion: seen.motion.bends(), clocks: seen.clocks.bends() };
    let gathered = together(for_each(parts, |part| {
        let mut gatherer = Gatherer { before, ..Gatherer::new(&found, terms, dates) };
        for lane in 0..part.courses.count() {
            gatherer.path(part, lane);
        }
        gatherer.sample
    }));
    gathered.motion.solve(&mut found.motion);
    gathered.clocks.solve(&mut found.clocks);
    found
}

fn together(parts: Vec<Gathered>) -> Gathered {
    parts.into_iter().fold(Gathered::default(), |mut sum, part| {
        sum.motion.add(part.motion);
        sum.clocks.add(part.clocks);
        sum
    })
}

/// Gathers what is paid after each move on courses that follow the rules from there on.
struct Gatherer<'a> {
    terms: &'a Terms<f64>,
    dates: &'a [f64],
    /// Without weights yet.
    found: &'a Martingale,
    before: Option<&'a Martingale>,
    sample: Gathered,
    moves: Moves,
    payments: Vec<(f64, f64)>,
    turns: Vec<Turn>,
    /// What the martingale found before gains from each step and tick on to the end.
    steps_left: Vec<f64>,
    ticks_left: Vec<f64>,
}

impl<'a> Gatherer<'a> {
    fn new(found: &'a Martingale, terms: &'a Terms<f64>, dates: &'a [f64]) -> Self {
        Self {
            terms,
            dates,
            found,
            before: None,
            sample: Gathered::default(),
            moves: Moves::default(),
            payments: Vec::new(),
            turns: Vec::new(),
            steps_left: Vec::new(),
            ticks_left: Vec::new(),
        }
    }

    /// The path by the rules, and with each decision turned round or, of many, some of them; where there was something
    /// to wait for, also what comes of waiting.
    fn path(&mut self, part: &mut Part<'_>, lane: usize) {
        let sees = self.before.unwrap_or(self.found);
        self.moves.seen(sees, &mut part.courses, lane, self.dates);
        let explored = part.explored(lane).to_vec();
        let every = explored.len().div_ceil(TURNED).max(1);
        let mut forced: Vec<bool> = Vec::new();
        for (place, asked) in explored.iter().enumerate() {
            forced.clear();
            forced.extend(explored[..=place].iter().map(|asked| asked.acted));
            let ways: &[bool] = if (place + lane).is_multiple_of(every) { &[false, true] } else { &[false] };
            for turned in ways {
                forced[place] = asked.acted ^ turned;
                let told = Asked { acted: forced[place], ..*asked }.is_told();
                let most = if told { usize::MAX } else { STEPS_AFTER_WAITING };
                self.course(part, lane, &forced, (asked.moment.t, most));
            }
        }
        self.course(part, lane, &[], (0.0, usize::MAX));
    }

    fn course(&mut self, part: &mut Part<'_>, lane: usize, forced: &[bool], (from, most): (f64, usize)) {
        part.deal.force(forced, Otherwise::Rules);
        part.courses.run(&mut part.deal, self.terms, lane);
        let deal: &DealSimulator<f64> = &part.deal;
        Courses::payments(deal, self.terms, &mut self.payments);
        self.turns.clear();
        self.turns.extend_from_slice(deal.turns());
        self.look_ahead();
        let Self { moves, payments, turns, dates, found, .. } = self;
        let pays =
            |since: f64| payments.iter().filter(|(t, _)| *t > since).map(|(_, pays)| pays).sum::<f64>();
        let (steps_left, ticks_left) = (&self.steps_left, &self.ticks_left);
        let steps_from = |t: f64| steps_left[moves.steps.partition_point(|step| step.since < t)];
        let ticks_from = |t: f64| ticks_left[moves.ticks.partition_point(|tick| tick.since < t)];
        for step in moves.steps.iter().filter(|step| step.since >= from).take(most) {
            let (code, share) = state(turns, step.since);
            let left = pays(step.since) - steps_from(step.t) - ticks_from(step.t);
            self.sample.motion.pays(&found.motion, Key::of(step, dates, code), step, share, left);
        }
        let ticks = moves.ticks.iter().enumerate().filter(|(_, tick)| tick.since >= from).take(most);
        for (place, tick) in ticks {
            let left = pays(tick.since) - steps_from(tick.since) - ticks_left[place + 1];
            self.sample.clocks.pays(&found.clocks, tick, state(turns, tick.since).0, left);
        }
    }

    /// Adds up from the end what the martingale found before gains.
    fn look_ahead(&mut self) {
        let Self { moves, turns, dates, before, steps_left, ticks_left, .. } = self;
        for (left, count) in [(&mut *steps_left, moves.steps.len()), (&mut *ticks_left, moves.ticks.len())] {
            left.clear();
            left.resize(count + 1, 0.0);
        }
        let Some(before) = before else { return };
        for place in (0..moves.steps.len()).rev() {
            steps_left[place] = steps_left[place + 1] + before.step(moves, place, dates, turns);
        }
        for (place, tick) in moves.ticks.iter().enumerate().rev() {
            ticks_left[place] = ticks_left[place + 1] + before.tick(tick, turns);
        }
    }
}
