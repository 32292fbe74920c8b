//! How and when money is paid in.

use super::conversion::discounts;
use super::{Teller, figures};
use crate::model::{
    Deadline, Decider, Decision, Gate, Missed, Number, OwnCap, OwnTerms, Rule, RuleTerm, Tranche, Unit,
};

impl Teller<'_> {
    pub(super) fn tranche(&self, tranche: &Tranche, number: usize, count: usize) -> String {
        let Tranche { name, amount, shares, outstanding_since, gates, by, decision, missed, own } = tranche;
        let gates_told: Vec<String> = gates.iter().map(|gate| self.gate(gate)).collect();
        let gates_told = if let Some(day) = outstanding_since {
            format!("outstanding since {day}")
        } else if gates_told.is_empty() {
            format!("at closing, on {}", self.scenario.deal.valuation_date)
        } else {
            format!("once {}", figures::list(&gates_told))
        };
        let amount_told = self.number(*amount, Unit::Money);
        let free = matches!(amount, Number::Known(amount) if amount.is_zero());
        let what = match shares {
            None => amount_told,
            Some(shares) if free => format!("{} shares vest", figures::number(*shares)),
            Some(shares) => {
                format!("{} shares vest, for which {amount_told} is paid", figures::number(*shares))
            }
        };
        let mut sentences = vec![format!("Tranche {number} of {count}, \"{name}\": {what}, {gates_told}.")];
        if outstanding_since.is_some() {
            return sentences.join(" ");
        }
        sentences.push(self.decision(decision));
        sentences.extend(by.map(|by| self.deadline(by)));
        let always = gates.is_empty() && by.is_none() && matches!(decision, Decision::Automatic);
        if !always {
            let missed = match missed {
                Missed::Lapses => "it lapses and the rest stands as it is",
                Missed::PlainDebt => "it lapses and the tranches already funded lose their right to convert",
            };
            sentences.push(format!("If it is not funded, {missed}."));
        }
        sentences.extend(self.own_terms(own));
        sentences.join(" ")
    }

    fn own_terms(&self, OwnTerms { interest_rate, discount, cap }: &OwnTerms) -> Option<String> {
        let mut terms: Vec<String> = Vec::new();
        terms.extend(
            interest_rate.map(|rate| format!("interest of {} a year", self.number(rate, Unit::Fraction))),
        );
        terms.extend(discount.as_ref().map(|steps| discounts(steps)));
        match cap {
            OwnCap::AsInstrument => {}
            OwnCap::None => terms.push("no cap".to_owned()),
            OwnCap::Own(cap) => terms.push(format!("a cap of {}", self.cap(cap))),
        }
        (!terms.is_empty()).then(|| format!("It has terms of its own: {}.", figures::list(&terms)))
    }

    fn gate(&self, gate: &Gate) -> String {
        match gate {
            Gate::Milestone(id) => format!("{} has been reached and still stands", self.milestone(*id)),
            Gate::Date(when) => format!("this date has come: {}", self.dated(*when)),
            Gate::Financing(amount) => {
                format!("a financing round with at least {} of new cash has closed", self.amount(*amount))
            }
        }
    }

    fn deadline(&self, deadline: Deadline) -> String {
        match deadline {
            Deadline::Date(when) => format!("The last day for it: {}.", self.dated(when)),
            Deadline::AfterIpo(span) => {
                format!("The last day for it is {span} after the IPO; while there is none it stays open.")
            }
        }
    }

    fn decision(&self, decision: &Decision) -> String {
        match decision {
            Decision::Automatic => "It is funded without anyone's decision.".to_owned(),
            Decision::Investor(rule) => format!("The investor decides, and funds it {}.", self.rule(rule)),
            Decision::Company(rule) => format!("The company decides, and draws it {}.", self.rule(rule)),
            Decision::Optimal(Decider::Investor) => {
                "The investor decides, and funds it if that adds to what the deal is worth to it.".to_owned()
            }
            Decision::Optimal(Decider::Company) => {
                "The company decides, and draws it if that takes from what the deal is worth to the investor."
                    .to_owned()
            }
            Decision::CompanyDraws { before_ipo, after_ipo } => format!(
                "From then on the company draws it when it likes, at a hazard rate of {} a year while private and {} a \
                 year once listed.",
                figures::rate(*before_ipo),
                figures::rate(*after_ipo)
            ),
        }
    }

    /// When a decision is to fund, on the day the gates first hold.
    pub(in crate::words) fn rule(&self, rule: &Rule) -> String {
        let term = |term: &RuleTerm| match term {
            RuleTerm::ValueAtLeast(value) => format!("the company is worth at least {}", self.amount(*value)),
            RuleTerm::ValueAtMost(value) => format!("the company is worth at most {}", self.amount(*value)),
            RuleTerm::ValueAtLeastOfToday(multiple) => {
                let today = self.number(self.scenario.company.value_today, Unit::Money);
                format!(
                    "the company is worth at least {} its value today ({today})",
                    figures::multiple(*multiple)
                )
            }
            RuleTerm::Milestone(id) => format!("{} stands", self.milestone(*id)),
        };
        let terms: Vec<String> = rule.iter().map(term).collect();
        if terms.is_empty() {
            "in any case".to_owned()
        } else {
            format!("if on that day {}", figures::list(&terms))
        }
    }
}
