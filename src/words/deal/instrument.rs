//! What is held: notes, loans and shares.

use super::rights::share_terms;
use super::{Paragraph, Teller, figures};
use crate::model::{
    Accrual, AtMaturity, ChangeOfControl, Debt, DebtLabel, Decider, Decision, Equity, EquityPrice, Extension,
    Instrument, Interest, InterestPayment, Kind, Maturity, MaturityDate, MostFavoured, Safe, SalePay, Unit,
    Warrant,
};
use crate::number::Decimal;
use crate::quantity::Span;

impl Teller<'_> {
    pub(super) fn instrument(&self, instrument: &Instrument) -> Paragraph {
        let Instrument { name, holder, valued, kind, tranches } = instrument;
        let label = match kind {
            Kind::Debt(Debt { label: DebtLabel::ConvertibleNote, .. }) => "Convertible note".to_owned(),
            Kind::Debt(Debt { label: DebtLabel::Loan, .. }) => "Loan".to_owned(),
            Kind::Equity(Equity { terms, .. }) => {
                let mut terms = share_terms(terms, &self.scenario.deal.currency);
                terms[..1].make_ascii_uppercase();
                format!("{terms}, bought outright")
            }
            Kind::Safe(_) => "SAFE (simple agreement for future equity)".to_owned(),
            Kind::Warrant(_) => "Warrant on common shares".to_owned(),
        };
        let counted = if *valued { "counted in the results" } else { "not counted in the results" };
        let mut lines = vec![format!("{label}. Held by {holder}; {counted}.")];
        match kind {
            Kind::Debt(debt) => lines.extend(self.debt(debt)),
            Kind::Equity(Equity { terms: _, price }) => lines.push(self.equity_price(price)),
            Kind::Safe(safe) => lines.extend(self.safe(safe)),
            Kind::Warrant(warrant) => lines.push(self.warrant(warrant)),
        }
        let count = tranches.len();
        for (index, tranche) in tranches.iter().enumerate() {
            lines.push(self.tranche(tranche, index + 1, count));
        }
        Paragraph::new(format!("Instrument: {name}"), lines)
    }

    fn equity_price(&self, price: &EquityPrice) -> String {
        match price {
            EquityPrice::AtFunding => {
                "The price is that of the company's shares on the day each tranche is funded: its value less its debt, \
                 over all shares."
                    .to_owned()
            }
            EquityPrice::Today => "The price is the company's value today over today's fully diluted shares, whenever \
                                   a tranche is funded."
                .to_owned(),
            EquityPrice::PreMoney(amount) => format!(
                "The price is a pre-money valuation of {} over today's fully diluted shares.",
                self.number(*amount, Unit::Money)
            ),
        }
    }

    fn safe(&self, safe: &Safe) -> Vec<String> {
        let Safe { cap, discount, stacked, most_favoured, into, cash_out_multiple } = safe;
        let mut lines = vec!["The next priced round or IPO converts it.".to_owned()];
        let discount = [(Span::default(), *discount)];
        let discounts = if discount[0].1.is_zero() { &[][..] } else { &discount[..] };
        lines.push(self.price(discounts, cap.as_ref(), *stacked));
        lines.extend(most_favoured.map(|which| match which {
            MostFavoured::Never => {
                "Its holder may take over the terms of a later SAFE, and is taken not to.".to_owned()
            }
            MostFavoured::LowestCap => {
                "Its holder takes over, whole, the terms of the later SAFE with the lowest cap.".to_owned()
            }
            MostFavoured::Best => {
                "Its holder takes over, whole, the terms of the later SAFE that gives most shares in the round: an upper \
                 bound, as it knows the round."
                    .to_owned()
            }
            MostFavoured::Instrument(index) => {
                let name = self.scenario.instruments.get(index).map_or("", |other| other.name.as_str());
                format!("Its holder takes over, whole, the terms of \"{name}\".")
            }
        }));
        lines.push(format!("It converts into {}.", share_terms(into, &self.scenario.deal.currency)));
        let multiple = figures::multiple(*cash_out_multiple);
        lines.push(format!(
            "If the company is sold before that, it is paid {multiple} of the purchase amount, or what its shares at the \
             cap would get, whichever is more."
        ));
        lines
    }

    fn warrant(&self, warrant: &Warrant) -> String {
        let Warrant { strike, expires } = warrant;
        let strike = self.number(*strike, Unit::Money);
        let expires = expires.map_or_else(
            || "It does not expire.".to_owned(),
            |when| format!("The last day for it: {}.", self.dated(when)),
        );
        format!("Each share is bought at {strike}. {expires}")
    }

    fn debt(&self, debt: &Debt) -> Vec<String> {
        let Debt { label: _, interest, conversion, maturity, change_of_control, seniority, common_after_ipo } =
            debt;
        let mut lines = vec![self.interest(interest, conversion.is_some())];
        match conversion {
            None => lines.push("It never converts into shares.".to_owned()),
            Some(conversion) => lines.extend(self.conversion(conversion)),
        }
        match maturity {
            None => lines.push("It has no maturity and runs to the horizon.".to_owned()),
            Some(maturity) => lines.extend(self.maturity(maturity)),
        }
        let cap = conversion.as_ref().is_some_and(|conversion| conversion.cap.is_some());
        lines.push(sale_of_company(change_of_control, conversion.is_some(), cap));
        lines.push(format!(
            "Rank {seniority} among debt (0 is paid first); all debt is paid before any shares."
        ));
        if *common_after_ipo {
            lines.push(
                "If the company is listed when a tranche is drawn, the tranche buys common shares at the market price \
                 instead."
                    .to_owned(),
            );
        }
        lines
    }

    fn interest(&self, interest: &Interest, converts: bool) -> String {
        let Interest { rate, accrual, payment, day_count } = interest;
        let accrual = match accrual {
            Accrual::Simple => "simple".to_owned(),
            Accrual::Compound { per_year } => format!("compounded {} a year", figures::times(*per_year)),
        };
        let payment = match (payment, converts) {
            (InterestPayment::AtEnd, true) => "added, and converted or repaid with the principal".to_owned(),
            (InterestPayment::AtEnd, false) => "added, and repaid with the principal".to_owned(),
            (InterestPayment::Cash { every_months }, _) => {
                format!("paid in cash every {}", figures::each(Span::of_months(*every_months)))
            }
            (InterestPayment::WaivedOnConversion, true) => {
                "forgiven if the debt converts, paid if it is repaid".to_owned()
            }
            (InterestPayment::WaivedOnConversion, false) => "paid when the debt is repaid".to_owned(),
        };
        let rate = self.number(*rate, Unit::Fraction);
        format!("Interest: {rate} a year, {accrual}, days counted as {day_count}, {payment}.")
    }

    fn maturity(&self, maturity: &Maturity) -> Vec<String> {
        let Maturity { due, then, extension, extension_decision, can_pay } = maturity;
        let due = match due {
            MaturityDate::On(day) => format!("on {day}"),
            MaturityDate::AfterFunding(span) => format!("{span} after the funding of each tranche"),
        };
        let then = match then {
            AtMaturity::Repay => "principal and interest are repaid",
            AtMaturity::Convert => {
                "it converts, at the cap or the company's value, whichever is lower; what may not convert is repaid"
            }
            AtMaturity::HolderChooses => {
                "the holder takes the better of repayment and conversion at the cap or the company's value, \
                 whichever is lower"
            }
        };
        let mut lines = vec![format!("It falls due {due}. Then {then}.")];
        lines.extend(extension.map(|Extension { by, times }| {
            let how_often = if times == 1 { "once".to_owned() } else { format!("{times} times, each time") };
            let who = match extension_decision {
                Decision::Automatic | Decision::CompanyDraws { .. } => "is extended by itself".to_owned(),
                Decision::Investor(rule) => format!("is extended by the investor, {}, ", self.rule(rule)),
                Decision::Company(rule) => format!("is extended by the company, {}, ", self.rule(rule)),
                Decision::Optimal(Decider::Investor) => {
                    "is extended by the investor, if that adds to what the deal is worth to it,".to_owned()
                }
                Decision::Optimal(Decider::Company) => {
                    "is extended by the company, if that takes from what the deal is worth to the investor,"
                        .to_owned()
                }
            };
            format!("Before that, the maturity {who} {how_often} by {by}.")
        }));
        lines.push(match can_pay {
            None => "The company pays what is due, as far as it is worth it.".to_owned(),
            Some(chance) => format!(
                "The company can pay with probability {}; if it cannot, lenders get {}.{}",
                self.number(*chance, Unit::Fraction),
                self.recovery(),
                match maturity.then {
                    AtMaturity::HolderChooses =>
                        " The holder does not know which when choosing, and weighs repayment by that probability.",
                    AtMaturity::Repay | AtMaturity::Convert => "",
                }
            ),
        });
        lines
    }

    fn recovery(&self) -> &'static str {
        match self.scenario.failure {
            Some(_) => "the same part of their claim as at a failure",
            None => "nothing, as no recovery at a failure is stated",
        }
    }
}

/// What lenders get when the company is sold.
fn sale_of_company(terms: &ChangeOfControl, converts: bool, cap: bool) -> String {
    let ChangeOfControl { pays, or_as_converted } = terms;
    let pays = match *pays {
        SalePay::Principal { multiple, plus_interest } => {
            let principal = if multiple == Decimal::ONE {
                "the principal".to_owned()
            } else {
                format!("{} the principal in total", figures::multiple(multiple))
            };
            let interest =
                if plus_interest { " plus accrued interest" } else { ", without accrued interest" };
            format!("{principal}{interest}")
        }
        SalePay::PrincipalAndInterest { multiple } => {
            format!("{} of principal and accrued interest together, in total", figures::multiple(multiple))
        }
    };
    let choice = match (or_as_converted, converts, cap) {
        (false, _, _) => "; it cannot take a share of the proceeds instead",
        (true, true, true) => ", or what its shares would get if it converted at the cap, whichever is more",
        (true, true, false) => "; it might share as converted, but without a cap there is no price for that",
        (true, false, _) => "; it might share as converted, but it does not convert",
    };
    format!("If the company is sold while it is open, it is paid {pays}{choice}.")
}
