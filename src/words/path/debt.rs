//! The arithmetic of funding, interest and maturity.

use super::clauses::Before;
use super::{Telling, figures};
use crate::model::{Accrual, Decider, Decision, Kind, Missed, Tranche};
use crate::number::{Amount, Exact};
use crate::plan::Choice;
use crate::quantity::Day;

/// What a holder may expect of repayment: the facts of [`crate::simulate::Clause::Compared`].
pub(super) struct Repayment {
    pub(super) repaid: Exact,
    pub(super) can_pay: Exact,
    pub(super) recovered: Exact,
    pub(super) expected: Exact,
}

impl Telling<'_> {
    pub(super) fn funded(&self, who: &str, amount: Exact, company_value: Exact) -> String {
        format!(
            "{who} is funded with {}; the company is worth {} before and {} after.",
            self.cents(amount),
            self.cents(company_value),
            self.cents(company_value + amount)
        )
    }

    /// `market` is the company's value and its debt where the price follows from them.
    pub(super) fn bought(
        &self,
        who: &str,
        price: Exact,
        market: Option<(Exact, Exact)>,
        shares: Exact,
        total_shares: Exact,
    ) -> String {
        let why = market.map_or_else(
            || ", the price agreed".to_owned(),
            |(company_value, debt)| {
                format!(
                    " = (company value {} − debt {}) / {} shares",
                    self.cents(company_value),
                    self.cents(debt),
                    figures::shares(total_shares - shares)
                )
            },
        );
        let (shares, total) = (figures::shares(shares), figures::shares(total_shares));
        format!("{who} buys {shares} shares at {}{why}; there are {total} then.", self.price(price))
    }

    /// What whoever decides as is best expects of acting, in present value at fair value, and what it does.
    pub(super) fn weighed(
        &self,
        who: &str,
        decider: Decider,
        choice: Choice,
        gain: Option<Exact>,
        acted: bool,
    ) -> String {
        let act = match choice {
            Choice::Fund => "to fund it",
            Choice::Convert => "to convert now",
            Choice::Extend => "to extend it",
        };
        let decider = match decider {
            Decider::Investor => "the investor",
            Decider::Company => "the company",
        };
        let does = if acted { "does so" } else { "does not" };
        let Some(gain) = gain else {
            return format!(
                "{who}: {decider} has learnt no rule whether {act}, since that came up on no path of learning, and {does}."
            );
        };
        let (verb, gain) = if gain > Exact::ZERO { ("gain", gain) } else { ("lose", -gain) };
        format!(
            "{who}: by the rule learnt {decider} expects to {verb} {} in today's money if it decides {act}, and {does}.",
            self.cents(gain)
        )
    }

    pub(super) fn declined(&self, tranche: Option<usize>, who: &str, company_value: Exact) -> String {
        let rule = match self.terms(tranche).map(|(_, tranche)| &tranche.decision) {
            Some(Decision::Investor(rule)) => format!("the investor funds it {}", self.teller.rule(rule)),
            Some(Decision::Company(rule)) => format!("the company draws it {}", self.teller.rule(rule)),
            Some(Decision::Optimal(Decider::Investor)) => {
                "the investor expects it to cost more than it gives".to_owned()
            }
            Some(Decision::Optimal(Decider::Company)) => {
                "the company expects it to cost more than it gives".to_owned()
            }
            Some(Decision::Automatic | Decision::CompanyDraws { .. }) | None => {
                "debt leaves nothing for the shares it would buy".to_owned()
            }
        };
        // A rule may hold and the shares still have no price.
        let shares = match self.terms(tranche) {
            Some((
                Kind::Equity(_),
                Tranche { decision: Decision::Investor(_) | Decision::Company(_), .. },
            )) => " and debt leaves something for its shares",
            _ => "",
        };
        let value = self.cents(company_value);
        format!(
            "{who} is not funded: {rule}{shares}; the company is worth {value}.{}",
            self.if_missed(tranche)
        )
    }

    pub(super) fn if_missed(&self, tranche: Option<usize>) -> &'static str {
        match self.terms(tranche).map(|(_, tranche)| tranche.missed) {
            Some(Missed::PlainDebt) => " What was funded before may no longer convert.",
            Some(Missed::Lapses) | None => "",
        }
    }

    pub(super) fn owed(
        &self,
        tranche: Option<usize>,
        who: &str,
        (principal, interest, rate): (Exact, Exact, Exact),
        (from, until): (Day, Day),
    ) -> String {
        let Some(debt) = self.debt(tranche) else { return String::new() };
        let (numerator, denominator) = debt.interest.day_count.ratio(from, until);
        let accrual = match debt.interest.accrual {
            Accrual::Simple => "simple".to_owned(),
            Accrual::Compound { per_year } => format!("compounded {} a year", figures::times(per_year)),
        };
        format!(
            "{who} owes {} = principal {} + interest {} ({} {accrual} over {numerator}/{denominator} years, {} from \
             {from} to {until}).",
            self.cents(principal + interest),
            self.cents(principal),
            self.cents(interest),
            figures::exact_rate(rate),
            debt.interest.day_count
        )
    }

    pub(super) fn interest_paid(&self, who: &str, paid: Exact, before: &Before) -> String {
        match before.owed {
            Some((_, interest)) if paid < interest => format!(
                "{who} is paid {} of its interest of {} in cash, all the company is worth; the rest is added to the \
                 principal.",
                self.cents(paid),
                self.cents(interest)
            ),
            _ => format!("{who} is paid its interest of {} in cash.", self.cents(paid)),
        }
    }

    pub(super) fn compared(
        &self,
        who: &str,
        repayment: &Repayment,
        as_converted: Exact,
        before: &Before,
    ) -> String {
        let (repaid, shares) = (self.cents(repayment.repaid), self.cents(as_converted));
        let repaid = if repayment.can_pay < Exact::ONE {
            format!(
                "may expect {} = {} × {repaid} repaid + {} × {} recovered,",
                self.cents(repayment.expected),
                figures::exact_rate(repayment.can_pay),
                figures::exact_rate(Exact::ONE - repayment.can_pay),
                self.cents(repayment.recovered)
            )
        } else {
            format!("would be repaid {repaid}")
        };
        // What follows tells the choice: amounts that differ by rounding alone do not decide it.
        let (part, choice) = match (before.converts, before.owed) {
            (None, _) => (String::new(), "it does not convert"),
            // An ownership limit lets a part convert, and only that part is given up.
            (Some(fraction), Some((principal, interest))) if fraction < Exact::ONE => {
                let given_up = self.cents((principal + interest) * fraction);
                (format!(" for {given_up} of its debt"), "it converts")
            }
            (Some(_), _) => (String::new(), "it converts"),
        };
        format!("{who} {repaid} or get shares worth {shares}{part}: {choice}.")
    }

    pub(super) fn repaid(&self, who: &str, claim: Exact, company_value: Exact, paid: Exact) -> String {
        if paid == claim {
            return format!("{who} is repaid {}.", self.cents(paid));
        }
        let (paid, claim) = (self.cents(paid), self.cents(claim));
        format!("{who} is repaid {paid} of {claim}: the company is worth {}.", self.cents(company_value))
    }

    pub(super) fn defaulted(&self, who: &str, [claim, recovery, company_value, paid]: [Exact; 4]) -> String {
        format!(
            "{who} is not repaid because the company cannot pay: recovery {} × {}, at most the company's value of {}, \
             is {}.",
            figures::exact_rate(recovery),
            self.cents(claim),
            self.cents(company_value),
            self.cents(paid)
        )
    }
}
