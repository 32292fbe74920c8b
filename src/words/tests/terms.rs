use super::told;
use crate::model::{
    Accrual, AtMaturity, CapBasis, Conversion, Deadline, Debt, DebtLabel, Decision, Equity, EquityPrice,
    Extension, Gate, InterestPayment, Kind, Maturity, MaturityDate, Missed, NonQualified, OnMilestone,
    OwnTerms, Participation, RuleTerm, SalePay, Scenario, ShareTerms, Tranche, Valuation, ValuationCap, When,
};
use crate::number::Decimal;
use crate::quantity::{DayCount, Span};
use crate::simulate::fixture::{cents, instrument, known, note, scenario};

const NOTE: &str = "Instrument: Note";

fn with(change: impl FnOnce(&mut Debt)) -> Scenario {
    let mut deal = scenario();
    deal.milestones =
        vec![super::life::milestone("first", "First gigawatt"), super::life::milestone("pace", "Keeps pace")];
    let mut debt = note();
    change(&mut debt);
    deal.instruments = vec![instrument(Kind::Debt(debt))];
    deal
}

fn converting(change: impl FnOnce(&mut Conversion)) -> Scenario {
    with(|debt| change(debt.conversion.as_mut().unwrap()))
}

fn maturing(change: impl FnOnce(&mut Maturity)) -> Scenario {
    with(|debt| change(debt.maturity.as_mut().unwrap()))
}

#[test]
fn interest_of_every_kind() {
    let interest = |accrual, payment, day_count, conversion: bool| {
        with(|debt| {
            (debt.interest.accrual, debt.interest.payment, debt.interest.day_count) =
                (accrual, payment, day_count);
            if !conversion {
                debt.conversion = None;
            }
        })
    };
    let twice = Accrual::Compound { per_year: 2 };
    let cash = InterestPayment::Cash { every_months: 6 };
    for (deal, line) in [
        (
            interest(twice, InterestPayment::WaivedOnConversion, DayCount::Thirty360, true),
            "6% a year, compounded twice a year, days counted as 30/360, forgiven if the debt converts, paid if it is \
             repaid",
        ),
        (
            interest(Accrual::Compound { per_year: 1 }, cash, DayCount::Actual360, true),
            "6% a year, compounded once a year, days counted as act/360, paid in cash every 6 months",
        ),
        (
            interest(
                Accrual::Compound { per_year: 4 },
                InterestPayment::AtEnd,
                DayCount::ActualActual,
                false,
            ),
            "6% a year, compounded 4 times a year, days counted as act/act, added, and repaid with the principal",
        ),
        (
            interest(Accrual::Simple, InterestPayment::WaivedOnConversion, DayCount::Actual365Fixed, false),
            "6% a year, simple, days counted as act/365, paid when the debt is repaid",
        ),
    ] {
        told(&deal, NOTE, &format!("Interest: {line}."));
    }
}

#[test]
fn a_loan_and_debt_of_others() {
    let mut deal = with(|debt| {
        (debt.label, debt.conversion, debt.maturity) = (DebtLabel::Loan, None, None);
        (debt.seniority, debt.common_after_ipo) = (2, true);
    });
    deal.instruments[0].valued = false;
    deal.instruments[0].holder = "Bank".into();
    for line in [
        "Loan. Held by Bank; not counted in the results.",
        "It never converts into shares.",
        "It has no maturity and runs to the horizon.",
        "If the company is sold while it is open, it is paid 2x the principal in total plus accrued interest; it might \
         share as converted, but it does not convert.",
        "Rank 2 among debt (0 is paid first); all debt is paid before any shares.",
        "If the company is listed when a tranche is drawn, the tranche buys common shares at the market price instead.",
    ] {
        told(&deal, NOTE, line);
    }
}

#[test]
fn rounds_that_convert_and_rounds_that_do_not() {
    for (non_qualified, smaller) in [
        (NonQualified::Converts, "it converts likewise"),
        (
            NonQualified::HolderChooses,
            "the holder converts if the shares are worth more than the debt given up for them, and else keeps it",
        ),
    ] {
        let deal = converting(|conversion| conversion.non_qualified = non_qualified);
        let line = format!(
            "A financing round with at least $10 of new cash converts it. In a smaller one {smaller}."
        );
        told(&deal, NOTE, &line);
    }
    let deal = converting(|conversion| (conversion.qualified_financing, conversion.at_ipo) = (None, false));
    told(&deal, NOTE, "No financing round converts it.");
    told(&deal, NOTE, "An IPO does not convert it.");
}

#[test]
fn conversion_prices() {
    let months = Span::of_months;
    let cap = |amount, basis| Some(ValuationCap::of(known(amount), basis));
    let schedule = vec![(months(0), cents(10)), (months(18), cents(25))];
    let late = vec![(months(6), cents(15)), (months(36), cents(0))];
    for (discount, cap, stacked, line) in [
        (vec![], None, false, "It converts at the round's price, without a cap."),
        (
            schedule.clone(),
            None,
            false,
            "It converts at 10% off the round's price at first, 25% off the round's price from 18 months after funding \
             on, without a cap.",
        ),
        (
            vec![],
            cap(500_00, CapBasis::PostMoney),
            true,
            "It converts at the lower of two prices: the round's price; or the cap, $500 over all fully diluted shares \
             with everything that converts (post-money).",
        ),
        (
            late,
            cap(66_30, CapBasis::PerShare),
            true,
            "It converts at the lower of two prices: the round's price at first, 15% off the round's price from 6 months \
             after funding on, the round's price from 3 years after funding on; or the cap, $66.3 a share. The discount \
             comes off the cap price too.",
        ),
    ] {
        let deal = converting(|conversion| {
            (conversion.discount, conversion.cap, conversion.stacked) = (discount, cap, stacked);
        });
        told(&deal, NOTE, line);
    }
}

#[test]
fn conversion_conditions() {
    let deal = converting(|conversion| {
        conversion.requires = vec![0, 1];
        conversion.ownership_limit = Some(Decimal::new(199, 3));
        let at = Valuation { amount: known(157_00), basis: CapBasis::PostMoney };
        conversion.on_milestone = Some(OnMilestone { milestone: 0, at });
    });
    for line in [
        "It converts only while \"First gigawatt\" and \"Keeps pace\" all stand.",
        "By converting, its holder may come to own at most 19.9% of fully diluted shares; the excess stays debt.",
        "It also converts when \"First gigawatt\" is reached, at $157 over all fully diluted shares with everything that \
         converts (post-money).",
    ] {
        told(&deal, NOTE, line);
    }
    let deal = converting(|conversion| conversion.requires = vec![1]);
    told(&deal, NOTE, "It converts only while \"Keeps pace\" stands.");
}

#[test]
fn classes_of_shares() {
    let terms = |preference, participation, seniority| ShareTerms {
        preference,
        participation,
        seniority,
        ..ShareTerms::PREFERRED
    };
    for (into, line) in [
        (terms(Decimal::ZERO, Participation::None, 0), "common shares"),
        (terms(Decimal::ZERO, Participation::Full, 0), "common shares"),
        (
            terms(Decimal::new(15, 1), Participation::Full, 1),
            "preferred shares: in a sale 1.5x of the money paid in comes back first, and then their part as common shares \
             too (participating); rank 1 among shares (0 is paid first)",
        ),
        (
            terms(Decimal::ONE, Participation::Capped(Decimal::from(3)), 0),
            "preferred shares: in a sale 1x of the money paid in comes back first, and then their part as common shares \
             too, up to 3x in total, or that part alone where it is more (capped participation); rank 0 among shares (0 \
             is paid first)",
        ),
    ] {
        told(&converting(|conversion| conversion.into = into), NOTE, &format!("It converts into {line}."));
    }
}

#[test]
fn shares_bought_outright_at_every_price() {
    let terms = ShareTerms {
        preference: Decimal::ZERO,
        participation: Participation::None,
        seniority: 0,
        ..ShareTerms::PREFERRED
    };
    for (price, line) in [
        (
            EquityPrice::AtFunding,
            "The price is that of the company's shares on the day each tranche is funded: its value less its debt, over \
             all shares.",
        ),
        (
            EquityPrice::Today,
            "The price is the company's value today over today's fully diluted shares, whenever a tranche is funded.",
        ),
        (
            EquityPrice::PreMoney(known(900_00)),
            "The price is a pre-money valuation of $900 over today's fully diluted shares.",
        ),
    ] {
        let mut deal = scenario();
        deal.instruments = vec![instrument(Kind::Equity(Equity { terms, price }))];
        told(&deal, NOTE, "Common shares, bought outright. Held by Investor; counted in the results.");
        told(&deal, NOTE, line);
    }
}

#[test]
fn maturities() {
    let deal = maturing(|maturity| {
        maturity.due = MaturityDate::On("2029-06-30".parse().unwrap());
        maturity.then = AtMaturity::Convert;
        maturity.extension = Some(Extension { by: Span::of_months(12), times: 2 });
        maturity.can_pay = Some(known(90));
    });
    for line in [
        "It falls due on 2029-06-30. Then it converts, at the cap or the company's value, whichever is lower; what may \
         not convert is repaid.",
        "Before that, the maturity is extended by itself 2 times, each time by 1 year.",
        "The company can pay with probability 90%; if it cannot, lenders get the same part of their claim as at a \
         failure.",
    ] {
        told(&deal, NOTE, line);
    }
    let mut deal = maturing(|maturity| {
        maturity.then = AtMaturity::HolderChooses;
        maturity.extension = Some(Extension { by: Span::of_days(90), times: 1 });
        maturity.can_pay = Some(known(90));
    });
    deal.failure = None;
    for line in [
        "It falls due 3 years after the funding of each tranche. Then the holder takes the better of repayment and \
         conversion at the cap or the company's value, whichever is lower.",
        "Before that, the maturity is extended by itself once by 90 days.",
        "The company can pay with probability 90%; if it cannot, lenders get nothing, as no recovery at a failure is \
         stated. The holder does not know which when choosing, and weighs repayment by that probability.",
    ] {
        told(&deal, NOTE, line);
    }
}

#[test]
fn what_a_sale_of_the_company_pays() {
    let start = "If the company is sold while it is open, it is paid";
    let deal = with(|debt| {
        debt.change_of_control.pays = SalePay::Principal { multiple: Decimal::ONE, plus_interest: false };
        debt.change_of_control.or_as_converted = false;
    });
    let line = "the principal, without accrued interest; it cannot take a share of the proceeds instead.";
    told(&deal, NOTE, &format!("{start} {line}"));
    let deal = converting(|conversion| conversion.cap = None);
    let line = "2x the principal in total plus accrued interest; it might share as converted, but without a cap there is \
                no price for that.";
    told(&deal, NOTE, &format!("{start} {line}"));
}

#[test]
fn tranches_with_gates_deadlines_and_deciders() {
    let mut deal = with(|_| {});
    let tranche = |name: &str, gates, by, decision, missed| Tranche {
        name: name.into(),
        amount: known(50_00),
        gates,
        by,
        decision,
        missed,
        shares: None,
        outstanding_since: None,
        own: OwnTerms::default(),
    };
    let months = |months| When::After(Span::of_months(months));
    let day = When::On("2027-12-31".parse().unwrap());
    let rule = vec![
        RuleTerm::ValueAtLeast(cents(300_00)),
        RuleTerm::ValueAtMost(cents(900_00)),
        RuleTerm::ValueAtLeastOfToday(cents(80)),
        RuleTerm::Milestone(1),
    ];
    let draws = Decision::CompanyDraws { before_ipo: cents(50), after_ipo: cents(1_50) };
    deal.instruments[0].tranches = vec![
        tranche(
            "a",
            vec![Gate::Milestone(0)],
            Some(Deadline::Date(day)),
            Decision::Automatic,
            Missed::Lapses,
        ),
        tranche(
            "b",
            vec![Gate::Date(months(6)), Gate::Financing(cents(75_00)), Gate::Milestone(1)],
            Some(Deadline::AfterIpo(Span::of_months(12))),
            Decision::Investor(rule),
            Missed::PlainDebt,
        ),
        tranche("c", vec![], Some(Deadline::Date(months(18))), Decision::Company(vec![]), Missed::Lapses),
        tranche("d", vec![Gate::Date(day)], None, draws, Missed::Lapses),
    ];
    for line in [
        "Tranche 1 of 4, \"a\": $50, once \"First gigawatt\" has been reached and still stands. It is funded without \
         anyone's decision. The last day for it: on 2027-12-31. If it is not funded, it lapses and the rest stands as it \
         is.",
        "Tranche 2 of 4, \"b\": $50, once this date has come: 6 months after the valuation date (2026-07-01), a financing \
         round with at least $75 of new cash has closed and \"Keeps pace\" has been reached and still stands. The \
         investor decides, and funds it if on that day the company is worth at least $300, the company is worth at most \
         $900, the company is worth at least 0.8x its value today ($1k) and \"Keeps pace\" stands. The last day for it is \
         1 year after the IPO; while there is none it stays open. If it is not funded, it lapses and the tranches already \
         funded lose their right to convert.",
        "Tranche 3 of 4, \"c\": $50, at closing, on 2026-01-01. The company decides, and draws it in any case. The last \
         day for it: 18 months after the valuation date (2027-07-01). If it is not funded, it lapses and the rest stands \
         as it is.",
        "Tranche 4 of 4, \"d\": $50, once this date has come: on 2027-12-31. From then on the company draws it when it \
         likes, at a hazard rate of 50% a year while private and 150% a year once listed. If it is not funded, it lapses \
         and the rest stands as it is.",
    ] {
        told(&deal, NOTE, line);
    }
}
