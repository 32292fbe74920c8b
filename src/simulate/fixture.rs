//! Scenarios for tests, made in code.

use crate::model::{
    Accrual, AtMaturity, CapBasis, CarveOut, CarveOutSize, ChangeOfControl, Clock, Company, Conversion, Deal,
    Debt, DebtLabel, Decision, Discounting, Failure, Instrument, Interest, InterestPayment, Kind, Maturity,
    MaturityDate, Measure, Missed, NonQualified, Number, OwnTerms, Participation, PoolChange, PreMoney,
    PricingConvention, Process, RoundPricing, RoundSize, Rounds, SaleCosts, SalePay, Sampling, Scenario,
    ShareTerms, Simulation, Step, Timing, Tranche, ValuationCap, When,
};
use crate::number::Decimal;
use crate::quantity::{Day, DayCount, Span};

/// A decimal with two places.
pub(crate) fn cents(value: i64) -> Decimal {
    Decimal::new(value, 2)
}

/// Fees and a carve-out before debt, both parts of the price with two places.
pub(crate) fn costs(fees: i64, part: i64) -> SaleCosts {
    let size = CarveOutSize::Part(cents(part));
    SaleCosts { fees: cents(fees), carve_out: CarveOut { size, after_debt: false } }
}

/// A known number with two places.
pub(crate) fn known(value: i64) -> Number {
    Number::Known(cents(value))
}

/// A hazard that never changes.
pub(crate) fn hazard(cents_a_year: i64) -> Clock {
    Clock { probability: None, timing: Timing::Hazard(vec![Step { from: 0.0, rate: known(cents_a_year) }]) }
}

/// Something certain after a span.
pub(crate) fn after(months: i32) -> Clock {
    Clock { probability: None, timing: Timing::When(When::After(Span { months, days: 0 })) }
}

/// A note: 100 at closing, 6 % simple, 20 % discount, cap 800 pre-money, due after three years, repaid.
pub(crate) fn note() -> Debt {
    Debt {
        label: DebtLabel::ConvertibleNote,
        interest: Interest {
            rate: known(6),
            accrual: Accrual::Simple,
            payment: InterestPayment::AtEnd,
            day_count: DayCount::Actual365Fixed,
        },
        conversion: Some(Conversion {
            qualified_financing: Some(cents(10_00)),
            counts_notes: false,
            non_qualified: NonQualified::Stays,
            discount: vec![(Span { months: 0, days: 0 }, cents(20))],
            cap: Some(ValuationCap::of(known(800_00), CapBasis::PreMoney)),
            stacked: false,
            into: ShareTerms {
                preference: Decimal::ONE,
                participation: Participation::None,
                seniority: 0,
                ..ShareTerms::PREFERRED
            },
            requires: Vec::new(),
            ownership_limit: None,
            at_ipo: true,
            on_milestone: None,
            early: None,
        }),
        maturity: Some(Maturity {
            due: MaturityDate::AfterFunding(Span { months: 36, days: 0 }),
            then: AtMaturity::Repay,
            extension: None,
            extension_decision: Decision::Automatic,
            can_pay: None,
        }),
        change_of_control: ChangeOfControl {
            pays: SalePay::Principal { multiple: Decimal::TWO, plus_interest: true },
            or_as_converted: true,
        },
        seniority: 0,
        common_after_ipo: false,
    }
}

/// The investor's instrument of that kind, 100 at closing.
pub(crate) fn instrument(kind: Kind) -> Instrument {
    Instrument {
        name: "Note".into(),
        holder: "Investor".into(),
        valued: true,
        kind,
        tranches: vec![Tranche {
            name: "tranche 1".into(),
            amount: known(100_00),
            gates: Vec::new(),
            by: None,
            decision: Decision::Automatic,
            missed: Missed::Lapses,
            shares: None,
            outstanding_since: None,
            own: OwnTerms::default(),
        }],
    }
}

/// A company worth 1,000 today, 10 % drift and 60 % volatility, rounds of 15 % every 12 months, sale, IPO and
/// failure at constant rates, five years.
pub(crate) fn scenario() -> Scenario {
    let valuation_date = "2026-01-01".parse().unwrap_or(Day(20_454));
    Scenario {
        deal: Deal {
            title: "Test".into(),
            investor: "Investor".into(),
            company: "Company".into(),
            currency: "USD".into(),
            valuation_date,
            horizon: valuation_date.plus(Span { months: 60, days: 0 }),
            existing_stake: Decimal::ZERO,
        },
        simulation: Simulation { paths: 10_000, seed: 7, sampling: Sampling::PseudoRandom },
        discounting: Discounting { required_return: cents(10), strategic: None },
        fair_value: None,
        measure: Measure::RealWorld,
        variables: Vec::new(),
        correlations: Vec::new(),
        company: Company {
            value_today: known(1_000_00),
            process: Process::Gbm { drift: known(10), volatility: known(60) },
            fully_diluted_shares: Decimal::from(1_000),
            capitalization: None,
        },
        factors: Vec::new(),
        rounds: Some(Rounds {
            first: after(12),
            then: Some(When::After(Span { months: 12, days: 0 })),
            size: RoundSize::OfPreMoney(known(15)),
            pre_money: PreMoney::AtMarket,
            at_most: None,
            pricing: plain_rounds(),
        }),
        milestones: Vec::new(),
        ipo: None,
        sale: None,
        failure: Some(Failure { clock: hazard(10), recovery: known(30) }),
        instruments: vec![instrument(Kind::Debt(note()))],
        strategic: Vec::new(),
        assumptions: Vec::new(),
        sale_costs: SaleCosts::NONE,
    }
}

/// Rounds that only raise money.
pub(crate) fn plain_rounds() -> RoundPricing {
    RoundPricing {
        convention: PricingConvention::PercentageOwnership,
        pool: PoolChange::Keep,
        series: ShareTerms::COMMON,
        shadow_series: true,
    }
}
