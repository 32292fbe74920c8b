//! How debt turns into shares.

use super::rights::share_terms;
use super::{Teller, figures};
use crate::model::{
    CapAmount, CapBasis, CapCondition, Conversion, Decision, EarlyConversion, NonQualified, Number,
    OnMilestone, Unit, Valuation, ValuationCap,
};
use crate::number::Decimal;
use crate::quantity::Span;

impl Teller<'_> {
    pub(super) fn conversion(&self, conversion: &Conversion) -> Vec<String> {
        let Conversion {
            qualified_financing,
            counts_notes,
            non_qualified,
            discount,
            cap,
            stacked,
            into,
            requires,
            ownership_limit,
            at_ipo,
            on_milestone,
            early,
        } = conversion;
        let mut lines = vec![self.in_rounds(*qualified_financing, *counts_notes, *non_qualified)];
        let ipo = if *at_ipo {
            "An IPO converts it too, on the same terms."
        } else {
            "An IPO does not convert it."
        };
        lines.push(ipo.to_owned());
        lines.push(self.price(discount, cap.as_ref(), *stacked));
        lines.push(format!("It converts into {}.", share_terms(into, &self.scenario.deal.currency)));
        if !requires.is_empty() {
            let stand = if requires.len() == 1 { "stands" } else { "all stand" };
            lines.push(format!("It converts only while {} {stand}.", self.milestones(requires)));
        }
        lines.extend(ownership_limit.map(|most| {
            let most = figures::rate(most);
            format!("By converting, its holder may come to own at most {most} of fully diluted shares; the excess stays debt.")
        }));
        lines.extend(on_milestone.as_ref().map(|OnMilestone { milestone, at }| {
            format!(
                "It also converts when {} is reached, at {}.",
                self.milestone(*milestone),
                self.agreed(at)
            )
        }));
        lines.extend(early.as_ref().map(|EarlyConversion { every, from, decision }| {
            let from = if *from == Span::of_months(0) { String::new() } else { format!(", from {from} on") };
            let when = match decision {
                Decision::Optimal(_) => "when that is worth more than to wait".to_owned(),
                Decision::Investor(rule) | Decision::Company(rule) => self.rule(rule),
                Decision::Automatic | Decision::CompanyDraws { .. } => "in any case".to_owned(),
            };
            format!(
                "Every {every} after funding{from}, its holder may convert at the cap, where that is below the company's \
                 value, and does so {when}."
            )
        }));
        lines
    }

    fn in_rounds(&self, qualified: Option<Decimal>, notes: bool, smaller: NonQualified) -> String {
        let Some(amount) = qualified else { return "No financing round converts it.".to_owned() };
        let smaller = match smaller {
            NonQualified::Stays => "it stays debt",
            NonQualified::Converts => "it converts likewise",
            NonQualified::HolderChooses => {
                "the holder converts if the shares are worth more than the debt given up for them, and else keeps it"
            }
        };
        let amount = self.amount(amount);
        let counted = if notes { "new cash and converting notes together" } else { "new cash" };
        format!(
            "A financing round with at least {amount} of {counted} converts it. In a smaller one {smaller}."
        )
    }

    pub(super) fn price(
        &self,
        discount: &[(Span, Decimal)],
        cap: Option<&ValuationCap>,
        stacked: bool,
    ) -> String {
        let discounts = discounts(discount);
        let Some(cap) = cap else {
            return format!("It converts at {discounts}, without a cap.");
        };
        let stack = match (discount.is_empty(), stacked) {
            (true, _) => "",
            (false, false) => " The discount does not come off the cap price.",
            (false, true) => " The discount comes off the cap price too.",
        };
        format!("It converts at the lower of two prices: {discounts}; or the cap, {}.{stack}", self.cap(cap))
    }

    /// A cap and when it is in force.
    pub(super) fn cap(&self, ValuationCap { amount, basis, condition }: &ValuationCap) -> String {
        let cap = match amount {
            CapAmount::Stated(amount) => self.valuation(*amount, *basis),
            CapAmount::OfValueAtFunding(multiple) => {
                let multiple = self.number(*multiple, Unit::Multiple);
                over(&format!("{multiple} the company's value when the tranche is funded"), *basis)
            }
        };
        match condition {
            None => cap,
            Some(CapCondition::PreMoneyBelow(level)) => format!(
                "{cap}, and in force only where the pre-money valuation (without a round: the company's value) is \
                 below {}",
                self.amount(*level)
            ),
            Some(CapCondition::NewMoneyBelow(level)) => format!(
                "{cap}, and not in force in a round or flotation that raises {} of new money or more",
                self.amount(*level)
            ),
        }
    }

    fn agreed(&self, Valuation { amount, basis }: &Valuation) -> String {
        self.valuation(*amount, *basis)
    }

    fn valuation(&self, amount: Number, basis: CapBasis) -> String {
        over(&self.number(amount, Unit::Money), basis)
    }
}

/// An amount and what it is divided by.
fn over(amount: &str, basis: CapBasis) -> String {
    match basis {
        CapBasis::PostMoney => {
            format!("{amount} over all fully diluted shares with everything that converts (post-money)")
        }
        CapBasis::PreMoney => {
            format!("{amount} over the fully diluted shares before anything converts (pre-money)")
        }
        CapBasis::PerShare => format!("{amount} a share"),
    }
}

/// The discount schedule as a price.
pub(super) fn discounts(schedule: &[(Span, Decimal)]) -> String {
    let off = |off: Decimal| {
        if off.is_zero() {
            "the round's price".to_owned()
        } else {
            format!("{} off the round's price", figures::rate(off))
        }
    };
    match schedule {
        [] => "the round's price".to_owned(),
        [(from, only)] if *from == Span::default() => off(*only),
        [(first, _), ..] => {
            let start =
                if *first == Span::default() { None } else { Some("the round's price at first".to_owned()) };
            let step = |(from, value): &(Span, Decimal)| {
                if *from == Span::default() {
                    format!("{} at first", off(*value))
                } else {
                    format!("{} from {from} after funding on", off(*value))
                }
            };
            start.into_iter().chain(schedule.iter().map(step)).collect::<Vec<_>>().join(", ")
        }
    }
}
