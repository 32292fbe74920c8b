//! Warnings of what can never happen: terms, events and gates without effect in this scenario.

use super::checks::{float, funding_days, place_below};
use super::decoder::Decoder;
use super::earliest::Earliest;
use super::names::elements;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::{
    AtMaturity, ChangeOfControl, Conversion, Deadline, Debt, Decision, Gate, Instrument, InterestPayment,
    Kind, MaturityDate, MilestoneKind, Missed, Number, OwnCap, RoundSize, RuleTerm, Scenario, Tranche,
};
use crate::number::Decimal;
use crate::random::Law as _;
use crate::scenario::tree::Node;

/// What the checks look at.
struct Scene<'s> {
    decoder: &'s Decoder<'s>,
    top: &'s Node,
    scenario: &'s Scenario,
    earliest: Earliest,
}

/// Warns of all parts of a scenario, free of errors, that are without effect.
pub(super) fn unreachable<'s>(decoder: &'s Decoder<'s>, top: &'s Node, scenario: &'s Scenario) {
    let scene = Scene { decoder, top, scenario, earliest: Earliest::of(decoder, scenario) };
    scene.milestones();
    scene.exits();
    scene.existing_stake();
    let nodes = top.table().map(|top| elements(top, "instruments")).unwrap_or_default();
    for (instrument, node) in scenario.instruments.iter().zip(nodes) {
        if let Kind::Debt(debt) = &instrument.kind {
            scene.debt(instrument, debt, node);
        }
        for (index, tranche) in instrument.tranches.iter().enumerate() {
            scene.tranche(instrument, tranche, node, &index.to_string());
        }
    }
}

impl Scene<'_> {
    fn warn(&self, place: Place, message: String, help: &str) {
        self.decoder.report(Diagnostic::new(Code::Unreachable, message).at(place, "").help(help));
    }

    fn place(&self, path: &[&str]) -> Place {
        place_below(self.top, path)
    }

    fn milestones(&self) {
        for (id, milestone) in self.scenario.milestones.iter().enumerate() {
            let place = |key| self.place(&["milestones", &milestone.name, key]);
            let name = &milestone.name;
            let at = self.earliest.milestones[id];
            let deadline = milestone.deadline.and_then(|deadline| self.earliest.known(deadline));
            if let MilestoneKind::Checked { throughout: true, .. } = milestone.kind {
                if self.earliest.first_check(milestone) > self.earliest.horizon {
                    self.warn(
                        place("condition"),
                        format!("`{name}` is first looked at after the horizon"),
                        "look more often, with a shorter `checked_every`",
                    );
                }
            } else if deadline.is_some_and(|deadline| at > deadline) {
                self.warn(
                    place("deadline"),
                    format!("`{name}` cannot be reached by its deadline"),
                    "move the deadline, or let it happen earlier",
                );
            } else if at > self.earliest.horizon {
                self.warn(
                    place("when"),
                    format!("`{name}` cannot be reached before the horizon"),
                    "move the horizon, or let it happen earlier",
                );
            }
            if let MilestoneKind::ValueReaches(level) = milestone.kind
                && level
                    .known()
                    .zip(self.scenario.company.value_today.known())
                    .is_some_and(|(level, today)| level <= today)
                && milestone.requires.is_empty()
            {
                let message =
                    format!("`{name}` is reached on the first day: the company is worth as much today");
                let mistake = Diagnostic::new(Code::Doubtful, message).at(place("value_reaches"), "");
                self.decoder.report(mistake.help("state a level above today's value"));
            }
        }
    }

    fn exits(&self) {
        let clocks = [
            (
                self.scenario.failure.as_ref().map(|failure| &failure.clock),
                &["failure", "when"][..],
                "the failure",
            ),
            (self.scenario.ipo.as_ref().map(|ipo| &ipo.clock), &["exit", "ipo", "when"], "the flotation"),
            (self.scenario.sale.as_ref().map(|sale| &sale.clock), &["exit", "sale", "when"], "the sale"),
            (
                self.scenario.rounds.as_ref().map(|rounds| &rounds.first),
                &["financing_rounds", "first"],
                "the first round",
            ),
        ];
        for (clock, path, what) in clocks {
            if clock.is_some_and(|clock| self.earliest.clock(clock, 0.0) > self.earliest.horizon) {
                self.warn(
                    self.place(path),
                    format!("{what} comes after the horizon"),
                    "move the horizon, or let it happen earlier",
                );
            }
        }
        if let Some(rounds) = &self.scenario.rounds
            && rounds.at_most == Some(1)
            && rounds.then.is_some()
        {
            self.warn(
                self.place(&["financing_rounds", "then"]),
                "there is one round at most, so `then` has no effect".to_owned(),
                "take one of `then` and `at_most` out",
            );
        }
    }

    fn existing_stake(&self) {
        let limited = |instrument: &Instrument| {
            matches!(&instrument.kind, Kind::Debt(debt)
                if debt.conversion.as_ref().is_some_and(|conversion| conversion.ownership_limit.is_some()))
        };
        let counts =
            self.scenario.instruments.iter().any(|instrument| instrument.valued && limited(instrument));
        if self.scenario.deal.existing_stake > Decimal::ZERO && !counts {
            self.warn(
                self.place(&["deal", "existing_stake"]),
                "`existing_stake` has no effect without an ownership limit of the investor's".to_owned(),
                "give a note an `ownership_limit`, or leave it out",
            );
        }
    }

    fn debt(&self, instrument: &Instrument, debt: &Debt, node: &Node) {
        let (place, name) = (|path: &[&str]| place_below(node, path), &instrument.name);
        if let Some(conversion) = &debt.conversion {
            self.conversion(instrument, debt, conversion, node);
        } else {
            if debt.change_of_control.or_as_converted {
                self.warn(
                    place(&["change_of_control", "or_as_converted"]),
                    format!("`{name}` never converts, so nothing can be taken as if it did"),
                    "leave `or_as_converted` out",
                );
            }
            for (index, tranche) in instrument.tranches.iter().enumerate() {
                let given = [
                    ("discount", tranche.own.discount.is_some()),
                    ("valuation_cap", tranche.own.cap != OwnCap::AsInstrument),
                ];
                for (key, _) in given.into_iter().filter(|(_, given)| *given) {
                    self.warn(
                        place(&["tranches", &index.to_string(), key]),
                        format!("`{name}` never converts, so `{key}` has no effect"),
                        "give the note a `conversion`, or leave it out",
                    );
                }
            }
            if debt.interest.payment == InterestPayment::WaivedOnConversion {
                self.warn(
                    place(&["interest", "paid"]),
                    format!("`{name}` never converts, so its interest is never waived"),
                    "leave `paid` out",
                );
            }
        }
        if self.scenario.sale.is_none() && debt.change_of_control != ChangeOfControl::default() {
            self.warn(
                place(&["change_of_control"]),
                format!("the company is never sold, so `{name}` is not paid on a change of control"),
                "add [exit.sale], or leave `change_of_control` out",
            );
        }
        if self.scenario.ipo.is_none() && debt.common_after_ipo {
            self.warn(
                place(&["common_after_ipo"]),
                "there is no flotation after which common shares could be bought".to_owned(),
                "add [exit.ipo], or leave `common_after_ipo` out",
            );
        }
        if let Some(maturity) = &debt.maturity {
            let first = |index: usize| self.earliest.tranche(&instrument.tranches[index]);
            let funded = (0..instrument.tranches.len()).map(first).fold(f64::INFINITY, f64::min);
            let (key, due) = match maturity.due {
                MaturityDate::On(day) => ("on", self.earliest.years(day)),
                MaturityDate::AfterFunding(span) => ("after", funded.max(0.0) + span.years()),
            };
            if due.is_finite() && due > self.earliest.horizon {
                self.warn(
                    place(&["maturity", key]),
                    format!("`{name}` falls due after the horizon"),
                    "move the horizon; what is open then is marked, not repaid",
                );
            }
        }
    }

    fn conversion(&self, instrument: &Instrument, debt: &Debt, conversion: &Conversion, node: &Node) {
        let name = &instrument.name;
        let place = |key| place_below(node, &["conversion", key]);
        let enough = conversion.qualified_financing.is_none_or(|amount| self.rounds_raise(amount))
            || conversion.non_qualified != crate::model::NonQualified::Stays;
        let by_round = conversion.qualified_financing.is_some() && self.scenario.rounds.is_some() && enough;
        let by_ipo = conversion.at_ipo && self.scenario.ipo.is_some();
        let at_maturity = debt.maturity.as_ref().is_some_and(|maturity| maturity.then != AtMaturity::Repay);
        let in_sale = debt.change_of_control.or_as_converted && self.scenario.sale.is_some();
        if !(by_round || by_ipo || at_maturity || in_sale || conversion.on_milestone.is_some()) {
            let message = format!("nothing in this scenario ever converts `{name}`");
            self.warn(place_below(node, &["conversion"]), message, "give it a `qualified_financing` that `financing_rounds` reach, or let an IPO, its maturity or a milestone convert it");
        } else if conversion.qualified_financing.is_some() && !by_round {
            let what = if self.scenario.rounds.is_some() {
                "no round raises as much"
            } else {
                "there are no `financing_rounds`"
            };
            self.warn(
                place("qualified_financing"),
                format!("{what}, so none converts `{name}`"),
                "add rounds of this size, or leave `qualified_financing` out",
            );
        }
        let both = |tranche: &Tranche| {
            let discount = tranche.own.discount.as_ref().unwrap_or(&conversion.discount);
            tranche.own.cap.or(conversion.cap.as_ref()).is_some() && !discount.is_empty()
        };
        if conversion.stacked && !instrument.tranches.iter().any(both) {
            self.warn(
                place("stacked"),
                "`stacked` has no effect without both a discount and a cap".to_owned(),
                "state both, or leave `stacked` out",
            );
        }
    }

    /// Whether some round may raise as much new cash.
    fn rounds_raise(&self, amount: Decimal) -> bool {
        let Some(rounds) = &self.scenario.rounds else { return false };
        match rounds.size {
            RoundSize::OfPreMoney(_) => true,
            RoundSize::Amount(Number::Known(size)) => size >= amount,
            RoundSize::Amount(Number::Drawn(id)) => {
                self.scenario.variables[id].family.cdf_below(float(amount)) < 1.0
            }
        }
    }

    fn tranche(&self, instrument: &Instrument, tranche: &Tranche, node: &Node, index: &str) {
        let place = |key| place_below(node, &["tranches", index, "funds", key]);
        let name = &tranche.name;
        let financing = tranche
            .gates
            .iter()
            .find_map(|gate| if let Gate::Financing(amount) = gate { Some(*amount) } else { None });
        let opens = self.earliest.tranche(tranche);
        let last = funding_days(self.decoder, tranche)[1].map(|day| self.earliest.years(day));
        if financing.is_some_and(|amount| !self.rounds_raise(amount)) {
            self.warn(
                place("after_financing"),
                format!("no round raises as much, so `{name}` is never funded"),
                "add `financing_rounds` of this size, or leave `after_financing` out",
            );
        } else if last.is_some_and(|last| opens > last) {
            self.warn(
                place("by"),
                format!("`{name}` cannot be funded by its last day"),
                "move `by`, or what it waits for",
            );
        } else if opens > self.earliest.horizon {
            self.warn(
                place("when"),
                format!("`{name}` cannot be funded before the horizon"),
                "move the horizon, or what it waits for",
            );
        }
        if self.scenario.ipo.is_none() {
            for key in ["by_after_ipo", "drawn_at_rate_after_ipo"] {
                let given = match key {
                    "by_after_ipo" => matches!(tranche.by, Some(Deadline::AfterIpo(_))),
                    _ => place(key) != place("no such key"),
                };
                if given {
                    self.warn(
                        place(key),
                        format!("there is no flotation, so `{key}` has no effect"),
                        "add [exit.ipo], or leave it out",
                    );
                }
            }
        }
        let converts = matches!(&instrument.kind, Kind::Debt(debt) if debt.conversion.is_some());
        if tranche.missed == Missed::PlainDebt && !converts {
            self.warn(
                place("missed"),
                format!("`{}` never converts, so a miss takes nothing from it", instrument.name),
                "leave `missed` out",
            );
        }
        self.decision(tranche, place("rule"), place("decided_by"));
    }

    fn decision(&self, tranche: &Tranche, rule_place: Place, decider_place: Place) {
        let (Decision::Investor(rule) | Decision::Company(rule)) = &tranche.decision else { return };
        if rule.is_empty() {
            let message = format!("without a `rule`, whoever decides on `{}` always funds it", tranche.name);
            self.warn(
                decider_place,
                message,
                "add a rule, like `rule = [\"company.value >= $300bn\"]`, or leave `decided_by` out",
            );
        }
        let today = self.scenario.company.value_today;
        let bound = |term: &RuleTerm| match (term, today) {
            (RuleTerm::ValueAtLeast(value), _) => Some((Some(*value), None)),
            (RuleTerm::ValueAtMost(value), _) => Some((None, Some(*value))),
            (RuleTerm::ValueAtLeastOfToday(share), Number::Known(today)) => {
                Some((today.checked_mul(*share), None))
            }
            _ => None,
        };
        let low = rule.iter().filter_map(bound).filter_map(|(low, _)| low).max();
        let high = rule.iter().filter_map(bound).filter_map(|(_, high)| high).min();
        if low.zip(high).is_some_and(|(low, high)| low > high) {
            let message =
                format!("the rule of `{}` can never hold: it asks for more than it allows", tranche.name);
            self.warn(rule_place, message, "turn one of the signs round, or take one of the terms out");
        }
    }
}
