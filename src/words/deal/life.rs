//! Rounds, milestones and exits.

use super::{Paragraph, Teller, figures};
use crate::model::{
    ChanceAt, Failure, Ipo, Level, Milestone, MilestoneKind, Number, PreMoney, RoundSize, Rounds, Sale,
    SaleCosts, Unit, Watched,
};
use crate::number::Decimal;
use crate::quantity::Span;

pub(super) const VALUATION_DATE: &str = "the valuation date";

impl Teller<'_> {
    pub(super) fn rounds(&self, rounds: Option<&Rounds>) -> Paragraph {
        let lines = rounds.map_or_else(
            || vec!["None are expected.".to_owned()],
            |Rounds { first, then, size, pre_money, at_most, pricing }| {
                let then = then.map_or_else(
                    || "There is one round only".to_owned(),
                    |then| format!("Each later round comes {}", self.when(then, "the round before")),
                );
                let most = at_most.map_or_else(String::new, |most| {
                    format!("; there are at most {} in all", figures::count(u64::from(most), "round"))
                });
                let mut lines = vec![
                    format!("The first round comes {}.", self.clock(first, VALUATION_DATE)),
                    format!("{then}{most}. An IPO, sale or failure ends them."),
                    self.round_size(size),
                    self.round_price(pre_money),
                ];
                lines.extend(super::capital::pricing(pricing, &self.scenario.deal.currency));
                lines
            },
        );
        Paragraph::new("Financing rounds", lines)
    }

    fn round_size(&self, size: &RoundSize) -> String {
        match size {
            RoundSize::OfPreMoney(fraction) => {
                format!(
                    "Each raises new cash of {} of its pre-money valuation.",
                    self.number(*fraction, Unit::Fraction)
                )
            }
            RoundSize::Amount(amount) => {
                format!("Each raises new cash of {}.", self.number(*amount, Unit::Money))
            }
        }
    }

    fn round_price(&self, pre_money: &PreMoney) -> String {
        match pre_money {
            PreMoney::AtMarket => "Each is priced at the company's value at that moment.".to_owned(),
            PreMoney::StepUp(multiple) => format!(
                "Each is priced at {} the post-money valuation of the round before (today's value for the first), \
                 which becomes the company's value.",
                self.number(*multiple, Unit::Multiple)
            ),
            PreMoney::Amount(amount) => format!(
                "Each is priced at a pre-money valuation of {} for all shares; with the debt that does not convert \
                 on top, that becomes the company's value.",
                self.number(*amount, Unit::Money)
            ),
        }
    }

    pub(super) fn milestone_in_full(&self, milestone: &Milestone) -> Paragraph {
        let Milestone { name, title, requires, kind, deadline, effect_if_reached, effect_if_missed } =
            milestone;
        let start = if requires.is_empty() { VALUATION_DATE } else { "the day its prerequisites are met" };
        let mut lines = Vec::new();
        if !requires.is_empty() {
            lines.push(format!(
                "It requires {} first; if one is missed, so is this.",
                self.milestones(requires)
            ));
        }
        let throughout = matches!(kind, MilestoneKind::Checked { throughout: true, .. });
        lines.push(self.milestone_kind(kind, start));
        if let Some(deadline) = deadline {
            let deadline = self.dated(*deadline);
            lines.push(if throughout {
                format!("The last check is {deadline} at the latest.")
            } else {
                format!("It does not count if it is not reached by then: {deadline}.")
            });
        }
        // One that stands from the start is never reached, so nothing follows from that.
        let reached = if throughout {
            "Reaching it, which it never is because it stands from the start,"
        } else {
            "Reaching it"
        };
        let missed = if throughout { "Losing it" } else { "Missing it" };
        for (what, effect) in [(reached, effect_if_reached), (missed, effect_if_missed)] {
            lines.extend(
                effect.map(|effect| format!("{what} {}.", self.change(effect, "the company's value"))),
            );
        }
        let heading =
            if title.is_empty() || title == name { name.clone() } else { format!("{title} ({name})") };
        Paragraph::new(format!("Milestone: {heading}"), lines)
    }

    fn milestone_kind(&self, kind: &MilestoneKind, start: &str) -> String {
        match kind {
            MilestoneKind::Timed(clock) => format!("It is reached {}.", self.clock(clock, start)),
            MilestoneKind::ValueReaches(level) => format!(
                "It is reached when the company's value first reaches {}, watched at every moment from {start} on.",
                self.number(*level, Unit::Money)
            ),
            MilestoneKind::Checked { watched, at_least, every, throughout: false } => format!(
                "It is reached at the first check that finds {}. {}",
                self.condition(*watched, *at_least),
                checks(*every, start)
            ),
            MilestoneKind::Checked { watched, at_least, every, throughout: true } => format!(
                "It stands from {start} on, and is lost for good at the first check that does not find {}. {}",
                self.condition(*watched, *at_least),
                checks(*every, start)
            ),
        }
    }

    fn condition(&self, watched: Watched, at_least: Level) -> String {
        let factor = |index: usize| format!("\"{}\"", self.scenario.factors[index].name);
        let (what, unit) = match watched {
            Watched::Value => ("the company's value".to_owned(), Unit::Money),
            Watched::Factor(index) => (format!("factor {}", factor(index)), Unit::Number),
            Watched::ValueOver(index) => {
                (format!("the company's value divided by {}", factor(index)), Unit::Money)
            }
        };
        let level = match at_least {
            Level::Absolute(level) => self.number(level, unit),
            Level::OfToday(Number::Known(level)) => format!("{} of today's", figures::rate(level)),
            Level::OfToday(drawn) => format!("{} of today's", self.number(drawn, Unit::Multiple)),
        };
        format!("{what} at or above {level}")
    }

    pub(super) fn exits(
        &self,
        ipo: Option<&Ipo>,
        sale: Option<&Sale>,
        costs: SaleCosts,
        failure: Option<&Failure>,
    ) -> Paragraph {
        let ipo = ipo.map_or_else(
            || vec!["No IPO is expected.".to_owned()],
            |Ipo { clock, new_money }| {
                let new_money = new_money.map_or_else(
                    || "It sells no new shares.".to_owned(),
                    |fraction| {
                        let fraction = self.number(fraction, Unit::Fraction);
                        format!("It sells new shares for {fraction} of the company's value before.")
                    },
                );
                vec![
                    format!("An IPO comes {}. {new_money}", self.clock(clock, VALUATION_DATE)),
                    "At the IPO all shares of this deal are sold at the offer price; rounds and sales stop, the \
                     company goes on."
                        .to_owned(),
                ]
            },
        );
        let sale = sale.map_or_else(
            || "No sale of the company is expected.".to_owned(),
            |Sale { clock, premium, ipo_instead }| {
                let premium = match premium {
                    None => String::new(),
                    Some(Number::Known(premium)) if *premium < Decimal::ZERO => {
                        format!(" less {}", figures::rate(-*premium))
                    }
                    Some(premium) => format!(" plus {}", self.number(*premium, Unit::Fraction)),
                };
                let price = format!("The price is the company's value{premium}.");
                let comes = self.clock(clock, VALUATION_DATE);
                let instead = floated_instead(self, ipo_instead);
                format!(
                    "A sale of the whole company comes {comes}, unless it is listed by then. {price}{instead}"
                )
            },
        );
        let failure = failure.map_or_else(
            || "The company does not fail.".to_owned(),
            |Failure { clock, recovery }| {
                format!(
                    "The company fails {}. Shares are then worth nothing; lenders get back at once {} of principal and \
                     accrued interest.",
                    self.clock(clock, VALUATION_DATE),
                    self.number(*recovery, Unit::Fraction)
                )
            },
        );
        let mut lines = ipo;
        lines.push(sale);
        lines.extend(super::capital::sale_costs(costs, &self.scenario.deal.currency));
        lines.push(failure);
        Paragraph::new("IPO, sale and failure", lines)
    }
}

fn floated_instead(teller: &Teller<'_>, points: &[ChanceAt]) -> String {
    if points.is_empty() {
        return String::new();
    }
    let point = |at: &ChanceAt| {
        let value = teller.number(Number::Known(at.value), Unit::Money);
        format!("{} at {value}", figures::rate(at.probability))
    };
    let points: Vec<String> = points.iter().map(point).collect();
    format!(
        " Or else it is floated at that moment, and all shares of this deal are sold at the offer price; the chance of \
         that depends on the company's value: {}, in between linear in its logarithm.",
        points.join(", ")
    )
}

fn checks(every: Span, start: &str) -> String {
    format!("Checks come every {}, the first {every} after {start}.", figures::each(every))
}
