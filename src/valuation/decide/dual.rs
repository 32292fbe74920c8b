//! Bounds on what the best decisions are worth.
//!
//! Rogers (2002), "Monte Carlo valuation of American options", Mathematical Finance 12, and, for several decisions on one
//! path, Brown, Smith and Sun (2010), "Information relaxations and duality in stochastic dynamic programs", Operations
//! Research 58: whoever knows the whole path and takes the best course of decisions on it, less what a martingale gained
//! on that course, gets on average at least what the best decisions without hindsight get. The martingale is built from
//! functions whose means from step to step are known exactly, as in Belomestny, Bender and Schoenmakers (2009), "True
//! upper bounds for Bermudan products via non-nested Monte Carlo", Mathematical Finance 19, so that the bound is a true
//! one however well they fit.

use super::Settings;
use super::martingale::{Martingale, Moves};
use crate::model::Decider;
use crate::plan::{Plan, Terms};
use crate::simulate::{Courses, DealSimulator, Otherwise, for_each};

/// Courses of decisions on one path that are looked through at most.
pub(super) const MOST_COURSES: usize = 2048;

/// What the courses of one path are worth after hedging.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hedged {
    /// By the rules learnt.
    pub(super) by_rule: f64,
    /// By the best course for the investor.
    pub(super) best_for_investor: f64,
    /// By the best course for the company, which is the worst for the investor.
    pub(super) best_for_company: f64,
    /// What is paid in, by the rules learnt.
    pub(super) paid: f64,
    /// Whether every course was looked through.
    pub(super) complete: bool,
}

/// The hedged values of all courses on fresh paths.
pub(super) fn bound(
    parts: &mut [(Courses<'_>, DealSimulator<f64>)],
    terms: &Terms<f64>,
    dates: &[f64],
    martingale: &Martingale,
    deciders: &[Decider],
) -> Vec<Hedged> {
    let columns = for_each(parts, |(courses, deal)| {
        let moves = Moves::default();
        let mut walker = Walker { courses, deal, terms, dates, martingale, moves };
        (0..walker.courses.count()).map(|lane| walker.path(lane, deciders)).collect::<Vec<_>>()
    });
    columns.into_iter().flatten().collect()
}

/// Paths for the bounds: those after the paths of learning.
pub(super) fn parts<'a>(
    plan: &'a Plan,
    settings: Settings,
    dates: &[f64],
) -> Vec<(Courses<'a>, DealSimulator<f64>)> {
    let mut places: Vec<(usize, usize)> = (0..settings.bounding)
        .step_by(settings.part)
        .map(|first| (settings.learning + first, settings.part.min(settings.bounding - first)))
        .collect();
    for_each(&mut places, |&mut (first, count)| {
        (Courses::new(plan, first as u64, count, dates), DealSimulator::new(&plan.terms))
    })
}

struct Walker<'a, 'b> {
    courses: &'a mut Courses<'b>,
    deal: &'a mut DealSimulator<f64>,
    terms: &'a Terms<f64>,
    dates: &'a [f64],
    martingale: &'a Martingale,
    moves: Moves,
}

impl Walker<'_, '_> {
    fn path(&mut self, lane: usize, deciders: &[Decider]) -> Hedged {
        self.moves.seen(self.martingale, self.courses, lane, self.dates);
        let by_rule = self.hedged(lane, &[], Otherwise::Rules);
        let paid = Courses::paid(self.deal, self.terms);
        let (mut high, mut low, mut complete) = (by_rule, by_rule, true);
        for decider in deciders {
            let (least, most, all) = self.all_courses(lane, *decider);
            complete &= all;
            match decider {
                Decider::Investor => high = high.max(most),
                Decider::Company => low = low.min(least),
            }
        }
        Hedged { by_rule, best_for_investor: high, best_for_company: low, paid, complete }
    }

    /// The smallest and the largest hedged value of all courses of one decider, and whether there were not too many.
    fn all_courses(&mut self, lane: usize, decider: Decider) -> (f64, f64, bool) {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut open: Vec<Vec<bool>> = vec![Vec::new()];
        let mut seen = 0;
        while let Some(forced) = open.pop() {
            if seen == MOST_COURSES {
                return (least, most, false);
            }
            seen += 1;
            let value = self.hedged(lane, &forced, Otherwise::NeverActs(decider));
            (least, most) = (least.min(value), most.max(value));
            let asked = self.deal.asked();
            for (place, _) in
                asked.iter().enumerate().skip(forced.len()).filter(|(_, asked)| asked.decider == decider)
            {
                let mut turned: Vec<bool> = asked[..place].iter().map(|asked| asked.acted).collect();
                turned.push(true);
                open.push(turned);
            }
        }
        (least, most, true)
    }

    fn hedged(&mut self, lane: usize, forced: &[bool], otherwise: Otherwise) -> f64 {
        self.deal.force(forced, otherwise);
        let value = self.courses.run(self.deal, self.terms, lane);
        value - self.martingale.gains(&self.moves, self.dates, self.deal.turns())
    }
}
