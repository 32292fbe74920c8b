//! Scenarios with many clauses at once, for what must hold whatever happens.

use super::*;
use crate::model::{
    Accrual, AtMaturity, CapBasis, Coordinate, Copula, CorrelationGroup, DatedValue, Deadline, Decision,
    Equity, EquityPrice, Extension, Factor, Failure, Gate, InterestPayment, Ipo, Jumps, Level, MaturityDate,
    Missed, NonQualified, OnMilestone, Participation, RuleTerm, Sale, ShareTerms, Step, Strategic,
    StrategicLife, Tranche, Valuation, ValuationCap, Watched,
};
use crate::quantity::DayCount;
use crate::random::family::{Beta, Lognormal, Triangular, Uniform};
use crate::simulate::fixture::{hazard, instrument};

/// All of them, with names.
pub(super) fn rich() -> Vec<(&'static str, Scenario)> {
    vec![("phased", phased()), ("bridge", bridge()), ("agreed", agreed())]
}

fn span_of(scenario: &mut Scenario, name: &str, median: f64) -> When {
    let number = drawn(scenario, name, Lognormal::new(median.ln(), 0.5).unwrap(), Unit::Years);
    let Number::Drawn(id) = number else { unreachable!("just drawn") };
    scenario.variables[id].repeated = true;
    When::DrawnSpan(id)
}

fn tranche<'a>(scenario: &'a mut Scenario, name: &str, amount: i64, gates: Vec<Gate>) -> &'a mut Tranche {
    let mut tranche = scenario.instruments[0].tranches[0].clone();
    (tranche.name, tranche.amount, tranche.gates) = (name.into(), known(amount), gates);
    let tranches = &mut scenario.instruments[0].tranches;
    tranches.push(tranche);
    tranches.last_mut().unwrap()
}

/// A large company, a rival, milestones in a chain, phases with every kind of gate, a limit on ownership.
pub(super) fn phased() -> Scenario {
    let mut scenario = with_conversion(crate::simulate::fixture::scenario(), |c| {
        c.cap = Some(ValuationCap::of(known(1_300_00), CapBasis::PostMoney));
        c.requires = vec![2];
        c.ownership_limit = Some(cents(15));
        c.non_qualified = NonQualified::HolderChooses;
        c.qualified_financing = Some(cents(60_00));
    });
    scenario.factors.push(Factor { name: "rival".into(), drift: known(12), volatility: known(55) });
    let mut rounds = round_on("2026-06-01");
    let first = span_of(&mut scenario, "first round", 0.7);
    rounds.first = Clock { probability: None, timing: Timing::When(first) };
    rounds.then = Some(span_of(&mut scenario, "gap", 1.0));
    let size = drawn(&mut scenario, "size", Lognormal::new(-2.8, 0.5).unwrap(), Unit::Fraction);
    rounds.size = RoundSize::OfPreMoney(size);
    scenario.rounds = Some(rounds);
    let when = drawn(&mut scenario, "first ready", Triangular::new(0.4, 0.7, 1.7).unwrap(), Unit::Date);
    let Number::Drawn(when) = when else { unreachable!("just drawn") };
    let clock = Clock { probability: Some(known(85)), timing: Timing::When(When::DrawnDate(when)) };
    let mut first = milestone("first", MilestoneKind::Timed(clock));
    (first.deadline, first.effect_if_reached) = (Some(When::On(day("2027-12-31"))), Some(known(5)));
    first.effect_if_missed = Some(known(-10));
    let mut second = milestone("second", MilestoneKind::Timed(hazard(60)));
    (second.requires, second.deadline) = (vec![0], Some(When::On(day("2029-12-31"))));
    let keeps_pace = MilestoneKind::Checked {
        watched: Watched::ValueOver(0),
        at_least: Level::OfToday(known(50)),
        every: months(12),
        throughout: true,
    };
    scenario.milestones = vec![first, second, milestone("pace", keeps_pace)];
    scenario.milestones.push(milestone("large", MilestoneKind::ValueReaches(known(1_800_00))));
    scenario.correlations.push(CorrelationGroup {
        members: vec![Coordinate::Company, Coordinate::Factor(0), Coordinate::Milestone(0)],
        matrix: vec![vec![1.0, 0.45, 0.3], vec![0.45, 1.0, 0.0], vec![0.3, 0.0, 1.0]],
        copula: Copula::Gaussian,
    });
    tranche(&mut scenario, "by milestone", 75_00, vec![Gate::Milestone(0)]).by =
        Some(Deadline::Date(When::On(day("2027-12-31"))));
    let third = tranche(&mut scenario, "by investor", 75_00, vec![Gate::Milestone(1)]);
    third.decision = Decision::Investor(vec![RuleTerm::ValueAtLeast(cents(800_00)), RuleTerm::Milestone(2)]);
    third.missed = Missed::PlainDebt;
    let fourth = tranche(&mut scenario, "by company", 40_00, vec![Gate::Date(When::On(day("2027-01-01")))]);
    fourth.decision = Decision::CompanyDraws { before_ipo: cents(30), after_ipo: cents(90) };
    fourth.by = Some(Deadline::AfterIpo(months(30)));
    let steps = vec![Step { from: 0.0, rate: known(10) }, Step { from: 1.0, rate: known(35) }];
    let clock = Clock { probability: None, timing: Timing::Hazard(steps) };
    scenario.ipo = Some(Ipo { clock, new_money: Some(known(12)) });
    scenario.sale = Some(Sale { clock: hazard(8), premium: Some(known(20)), ipo_instead: Vec::new() });
    let recovery = drawn(&mut scenario, "recovery", Beta::new(1.5, 3.5, 0.0, 1.0).unwrap(), Unit::Fraction);
    scenario.failure = Some(Failure { clock: hazard(5), recovery });
    let incremental = drawn(&mut scenario, "share", Triangular::new(0.3, 0.45, 0.6).unwrap(), Unit::Fraction);
    scenario.strategic.push(Strategic {
        name: "cloud".into(),
        yearly: known(11_00),
        growth: Some(known(5)),
        margin: known(39),
        incremental,
        from: day("2025-06-01"),
        until: day("2036-01-01"),
        lives: StrategicLife::WhileIndependent,
        starts_with: None,
    });
    with_debt(scenario, |debt| {
        debt.common_after_ipo = true;
        let maturity = debt.maturity.as_mut().unwrap();
        maturity.then = AtMaturity::HolderChooses;
    })
}

/// A young company that jumps: rounds by step-ups, coupons, extensions, doubtful repayment, other holders.
pub(super) fn bridge() -> Scenario {
    let mut scenario = with_debt(crate::simulate::fixture::scenario(), |debt| {
        debt.interest.payment = InterestPayment::Cash { every_months: 5 };
        debt.interest.day_count = DayCount::Thirty360;
        let maturity = debt.maturity.as_mut().unwrap();
        (maturity.due, maturity.then) = (MaturityDate::AfterFunding(months(18)), AtMaturity::Repay);
        maturity.extension = Some(Extension { by: months(4), times: 2 });
        maturity.can_pay = Some(known(70));
    });
    let jumps = Jumps { per_year: known(60), mean_log: known(-15), sd_log: known(40) };
    scenario.company.process = Process::Merton { drift: known(15), volatility: known(70), jumps };
    let step_up = drawn(&mut scenario, "step-up", Lognormal::new(0.3, 0.6).unwrap(), Unit::Multiple);
    scenario.variables[0].repeated = true;
    let rounds = scenario.rounds.as_mut().unwrap();
    (rounds.pre_money, rounds.size) = (PreMoney::StepUp(step_up), RoundSize::Amount(known(140_00)));
    scenario.sale = Some(Sale { clock: hazard(20), premium: None, ipo_instead: Vec::new() });
    scenario.ipo =
        Some(Ipo { clock: Clock { probability: Some(known(30)), ..on("2029-06-01") }, new_money: None });
    tranche(&mut scenario, "second", 60_00, vec![Gate::Financing(cents(140_00))]);
    let mut other = instrument(Kind::Debt(note()));
    (other.name, other.holder, other.valued) = ("Other note".into(), "Someone".into(), false);
    if let Kind::Debt(debt) = &mut other.kind {
        debt.interest.accrual = Accrual::Compound { per_year: 2 };
        debt.seniority = 1;
        debt.conversion.as_mut().unwrap().stacked = true;
    }
    scenario.instruments.push(other);
    let mut shares = instrument(Kind::Equity(Equity {
        terms: ShareTerms {
            preference: Decimal::ONE,
            participation: Participation::Capped(cents(2_00)),
            seniority: 0,
            ..ShareTerms::PREFERRED
        },
        price: EquityPrice::AtFunding,
    }));
    shares.name = "Preferred".into();
    shares.tranches[0].gates = vec![Gate::Date(When::On(day("2026-09-15")))];
    shares.tranches[0].decision = Decision::Company(vec![RuleTerm::ValueAtMost(cents(2_000_00))]);
    scenario.instruments.push(shares);
    scenario
}

/// Distributions at dates, a valuation agreed beforehand, compound interest, a price per share, maturity by
/// conversion.
pub(super) fn agreed() -> Scenario {
    let mut scenario = with_conversion(crate::simulate::fixture::scenario(), |c| {
        c.on_milestone = Some(OnMilestone {
            milestone: 0,
            at: Valuation { amount: known(1_200_00), basis: CapBasis::PostMoney },
        });
        c.cap = Some(ValuationCap::of(known(90), CapBasis::PerShare));
        c.discount = vec![(months(6), cents(10)), (months(18), cents(25))];
        c.into.participation = Participation::Full;
        c.non_qualified = NonQualified::Converts;
    });
    scenario.instruments[0].name = "Agreed".into();
    scenario = with_debt(scenario, |debt| {
        debt.interest.accrual = Accrual::Compound { per_year: 4 };
        debt.interest.payment = InterestPayment::WaivedOnConversion;
        debt.interest.day_count = DayCount::ActualActual;
        debt.maturity.as_mut().unwrap().then = AtMaturity::Convert;
    });
    let law = |years: f64, mean: f64, sd: f64| DatedValue {
        years,
        family: Lognormal::new(mean, sd).unwrap().into(),
        text: String::new(),
    };
    scenario.company.process = Process::AtDates(vec![law(1.0, 7.0, 0.5), law(4.0, 7.4, 1.2)]);
    scenario.milestones.push(milestone("restructured", MilestoneKind::Timed(hazard(25))));
    let mut level = milestone("level", MilestoneKind::ValueReaches(known(1_500_00)));
    level.deadline = Some(When::After(months(24)));
    scenario.milestones.push(level);
    let rate = drawn(&mut scenario, "rate", Uniform::new(0.02, 0.12).unwrap(), Unit::Fraction);
    scenario = with_debt(scenario, |debt| debt.interest.rate = rate);
    tranche(&mut scenario, "second", 80_00, vec![Gate::Milestone(1)]);
    scenario.sale = Some(Sale { clock: hazard(25), premium: Some(known(-10)), ipo_instead: Vec::new() });
    scenario
}
