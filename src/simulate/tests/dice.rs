//! Random figures and terms for scenarios.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "throws of dice and small figures"
)]

use super::*;
use crate::model::{CapAmount, CapBasis, CapCondition, OwnCap, OwnTerms, Valuation, ValuationCap};
use crate::simulate::fixture::hazard;

/// Numbers in (0, 1) that decide everything; proptest shrinks them.
pub(super) struct Dice<'a> {
    pub(super) throws: &'a [f64],
    pub(super) next: usize,
}

impl Dice<'_> {
    pub(super) fn throw(&mut self) -> f64 {
        self.next += 1;
        self.throws[(self.next - 1) % self.throws.len()]
    }

    pub(super) fn likely(&mut self, probability: f64) -> bool {
        self.throw() < probability
    }

    /// One of several, evenly.
    pub(super) fn of<T>(&mut self, choices: impl IntoIterator<Item = T>) -> T {
        let mut choices: Vec<T> = choices.into_iter().collect();
        let place = (self.throw() * choices.len() as f64) as usize;
        choices.swap_remove(place)
    }

    /// A number in hundredths.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.throw() * (high - low + 1) as f64) as i64
    }

    pub(super) fn percent(&mut self, low: i64, high: i64) -> Number {
        known(self.between(low, high))
    }

    /// Money over nine orders of magnitude.
    pub(super) fn money(&mut self) -> Number {
        known((10.0_f64.powf(2.0 + 9.0 * self.throw())) as i64)
    }

    /// A valuation, rarely one that is none.
    pub(super) fn valuation(&mut self) -> Valuation {
        let basis = self.of([CapBasis::PostMoney, CapBasis::PreMoney, CapBasis::PerShare]);
        Valuation { amount: if self.likely(0.05) { known(-1) } else { self.money() }, basis }
    }

    /// A cap, sometimes set at funding, sometimes under a condition.
    pub(super) fn cap(&mut self) -> ValuationCap {
        let Valuation { amount, basis } = self.valuation();
        let mut cap = ValuationCap::of(amount, basis);
        if self.likely(0.2) {
            cap.amount = CapAmount::OfValueAtFunding(self.percent(10, 300));
        }
        let throw = self.throw();
        let small = throw < 0.1;
        let condition = if small { CapCondition::NewMoneyBelow } else { CapCondition::PreMoneyBelow };
        cap.condition = (throw < 0.2).then(|| condition(cents(self.between(1, 10_000_00))));
        cap
    }

    /// Sometimes terms of a tranche's own.
    pub(super) fn own(&mut self) -> OwnTerms {
        if self.likely(0.7) {
            return OwnTerms::default();
        }
        let cap = self.cap();
        OwnTerms {
            interest_rate: self.likely(0.5).then(|| self.percent(0, 40)),
            discount: self.likely(0.5).then(|| vec![(months(0), cents(self.between(0, 90)))]),
            cap: self.of([OwnCap::AsInstrument, OwnCap::None, OwnCap::Own(cap)]),
        }
    }

    pub(super) fn milestone(&mut self, known: usize) -> Option<usize> {
        (known > 0 && self.likely(0.5)).then(|| self.between(0, known as i64 - 1) as usize)
    }

    pub(super) fn clock(&mut self) -> Clock {
        if self.likely(0.6) {
            hazard(self.between(0, 150))
        } else {
            let timing = Timing::When(When::After(months(self.between(0, 80) as i32)));
            Clock { probability: self.likely(0.5).then(|| self.percent(0, 100)), timing }
        }
    }
}
