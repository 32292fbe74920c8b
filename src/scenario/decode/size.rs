//! Refuses rates that carry amounts beyond all computing before the horizon: mostly a misplaced point.

use super::base::years_between;
use super::checks::{float, place_below};
use super::decoder::Decoder;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Accrual, Jumps, Kind, Number, PreMoney, Process, RoundSize, Scenario, When};
use crate::random::Law as _;
use crate::scenario::tree::Node;

/// Logarithm of the largest growth until the horizon: a million million times.
const MOST_GROWTH: f64 = 27.7;
/// Largest rate of growth and volatility a year, continuously compounded: 1000 %.
const MOST_RATE: f64 = 10.0;

/// What the checks look at.
struct Scene<'s> {
    decoder: &'s Decoder<'s>,
    top: &'s Node,
    scenario: &'s Scenario,
    /// The horizon in years.
    years: f64,
}

/// Checks all rates at which something grows.
pub(super) fn sizes<'s>(decoder: &'s Decoder<'s>, top: &'s Node, scenario: &'s Scenario) {
    let years = years_between(decoder.valuation_date, decoder.horizon);
    let scene = Scene { decoder, top, scenario, years };
    scene.process(&["company", "value", "process"], &scenario.company.process);
    for factor in &scenario.factors {
        let process = Process::Gbm { drift: factor.drift, volatility: factor.volatility };
        scene.process(&["factors", &factor.name, "process"], &process);
    }
    scene.rounds();
    for (index, instrument) in scenario.instruments.iter().enumerate() {
        if let Kind::Debt(debt) = &instrument.kind
            && let Accrual::Compound { per_year } = debt.interest.accrual
        {
            let per_year = f64::from(per_year);
            let growth = |rate| per_year * libm::log1p(scene.high(rate) / per_year);
            let index = index.to_string();
            let path = ["instruments", &index, "interest", "rate"];
            scene.growth(growth(debt.interest.rate), &path, "the interest");
            for (number, tranche) in instrument.tranches.iter().enumerate() {
                let path = ["instruments", &index, "tranches", &number.to_string(), "interest_rate"];
                if let Some(rate) = tranche.own.interest_rate {
                    scene.growth(growth(rate), &path, "the interest");
                }
            }
        }
    }
    for (index, flow) in scenario.strategic.iter().enumerate() {
        let growth = flow.growth.map_or(0.0, |growth| libm::log1p(scene.high(growth)));
        scene.growth(growth, &["strategic", &index.to_string(), "growth"], "the flow");
    }
}

impl Scene<'_> {
    /// The largest value a number takes on a thousand million paths.
    fn high(&self, number: Number) -> f64 {
        match number {
            Number::Known(value) => float(value),
            Number::Drawn(id) => self.scenario.variables[id].family.quantile(1.0 - 1e-9),
        }
    }

    fn low(&self, number: Number) -> f64 {
        match number {
            Number::Known(value) => float(value),
            Number::Drawn(id) => self.scenario.variables[id].family.quantile(1e-9),
        }
    }

    fn size(&self, number: Number) -> f64 {
        self.high(number).abs().max(self.low(number).abs())
    }

    fn refuse(&self, path: &[&str], message: String) {
        let mistake = Diagnostic::new(Code::OutOfRange, message).at(place_below(self.top, path), "");
        self.decoder.report(mistake.help("check the unit, and the tail if this is a distribution"));
    }

    /// Checks a logarithmic rate of growth a year.
    fn growth(&self, per_year: f64, path: &[&str], what: &str) {
        if !(per_year * self.years <= MOST_GROWTH) {
            self.refuse(path, format!("{what} grows more than a million million times by the horizon"));
        }
    }

    fn process(&self, path: &[&str], process: &Process) {
        let (name, drift, volatility, jumps) = match process {
            Process::Gbm { drift, volatility } => ("gbm", *drift, *volatility, None),
            Process::Merton { drift, volatility, jumps } => {
                ("jump_diffusion", *drift, *volatility, Some(jumps))
            }
            Process::AtDates(_) => return,
        };
        let below = |key| [path, &[name, key]].concat();
        for (key, rate) in [("drift", drift), ("volatility", volatility)] {
            if !(self.size(rate) <= MOST_RATE) {
                self.refuse(&below(key), format!("a {key} of more than 1000% a year"));
                return;
            }
        }
        self.growth(self.high(drift), &below("drift"), "the expected value");
        if let Some(jumps) = jumps {
            self.jumps(&below("jumps_per_year"), jumps);
        }
    }

    /// What jumps add up to is compensated by the drift between them, so it must stay within what is computed.
    fn jumps(&self, path: &[&str], jumps: &Jumps) {
        const MOST_PER_YEAR: f64 = 366.0;
        const MOST_LOG: f64 = 5.0;
        const MOST_EFFECT: f64 = 50.0;
        let (number, mean, sd) =
            (self.high(jumps.per_year), self.size(jumps.mean_log), self.high(jumps.sd_log));
        let expected = libm::expm1(self.high(jumps.mean_log) + 0.5 * sd * sd).abs();
        let effect = number * self.years * expected.max(mean).max(sd * sd);
        if !(number <= MOST_PER_YEAR && mean <= MOST_LOG && sd <= MOST_LOG && effect <= MOST_EFFECT) {
            self.refuse(
                path,
                "jumps of this number and size leave nothing of the value between them".to_owned(),
            );
        }
    }

    fn rounds(&self) {
        let Some(rounds) = &self.scenario.rounds else { return };
        let gap = match rounds.then {
            Some(When::After(span)) => span.years(),
            Some(When::DrawnSpan(id)) => self.scenario.variables[id].family.quantile(0.5),
            None | Some(When::On(_) | When::DrawnDate(_)) => return,
        };
        let most = f64::from(rounds.at_most.unwrap_or(u32::MAX));
        let number = (self.years / gap.max(crate::quantity::Span::of_days(1).years())).min(most);
        let median = |number: Number| match number {
            Number::Known(value) => float(value),
            Number::Drawn(id) => self.scenario.variables[id].family.quantile(0.5),
        };
        let raised = match rounds.size {
            RoundSize::OfPreMoney(share) => libm::log1p(median(share)),
            RoundSize::Amount(_) => 0.0,
        };
        let (key, stepped) = match rounds.pre_money {
            PreMoney::StepUp(multiple) => ("step_up", libm::log(median(multiple))),
            PreMoney::AtMarket | PreMoney::Amount(_) => ("new_money_share", 0.0),
        };
        if !(number * (raised + stepped) <= MOST_GROWTH) {
            let message = "the rounds carry the value more than a million million times up by the horizon";
            self.refuse(&["financing_rounds", key], message.to_owned());
        }
    }
}
