//! The half of a plan that is one case's instruments.

use super::decisions::{DecisionPlan, EarlyPlan, RuleBook};
use super::discounting::DiscountPlan;
use super::draws::Input;
use super::table::{SharePlan, TablePlan, share_plan};
use super::world::WhenPlan;
use crate::contract::Cap;
use crate::model::{
    Accrual, AtMaturity, CapAmount, CapBasis, CapCondition, Conversion, Deadline, Debt, Decision, Equity,
    EquityPrice, Extension, Gate, Instrument, InterestPayment, Kind, Maturity, MaturityDate, Missed,
    MostFavoured, NonQualified, Number, Safe, SalePay, Scenario, Valuation, ValuationCap, Warrant, When,
};
use crate::number::{Amount, Decimal};
use crate::quantity::{Day, DayCount, Span, YEAR_DAYS};
use crate::random::{Law as _, Stream};

/// One case's instruments and tranches.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms<A> {
    /// Fully diluted shares today.
    pub shares_today: A,
    /// The classes they belong to.
    pub table: TablePlan<A>,
    /// Shares that the investor holds beside the deal: they count towards an ownership limit only.
    pub existing_shares: A,
    /// Fraction of their claim that lenders recover at a failure.
    pub recovery: Input<A>,
    /// Its mean, for who must choose before knowing it.
    pub expected_recovery: A,
    /// The instruments.
    pub instruments: Vec<InstrumentPlan<A>>,
    /// All tranches, instrument by instrument.
    pub tranches: Vec<TranchePlan<A>>,
    /// What present values are discounted at.
    pub discounting: DiscountPlan,
    /// How whoever decides as is best decides; empty before it has been learnt.
    pub learnt: RuleBook,
}

impl<A: Amount> Terms<A> {
    /// Whether somebody decides as is best, converts before maturity or decides on extensions.
    #[must_use]
    pub fn chooses_by_value(&self) -> bool {
        let of_debt = |debt: &DebtPlan<A>| {
            debt.extends.is_some()
                || debt.conversion.as_ref().is_some_and(|conversion| conversion.early.is_some())
        };
        let best = |tranche: &TranchePlan<A>| matches!(tranche.decision, DecisionPlan::Optimal(_));
        self.tranches.iter().any(best)
            || self
                .instruments
                .iter()
                .any(|instrument| matches!(&instrument.kind, KindPlan::Debt(debt) if of_debt(debt)))
    }
}

/// One instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentPlan<A> {
    /// Index of its holder among all holders.
    pub holder: usize,
    /// Whether it counts in the results.
    pub valued: bool,
    /// Its terms.
    pub kind: KindPlan<A>,
}

/// Debt, equity or a warrant. A SAFE is a debt without interest and maturity that ranks with shares.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::Kind")]
pub enum KindPlan<A> {
    Debt(DebtPlan<A>),
    Equity(EquityPlan<A>),
    Warrant(WarrantPlan<A>),
}

/// Debt ranks before all shares, whatever rank either states among its own kind.
pub const FIRST_SHARE_RANK: u32 = 1 << 16;

/// See [`Debt`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Debt")]
pub struct DebtPlan<A> {
    pub accrual: Accrual,
    pub payment: InterestPayment,
    pub day_count: DayCount,
    pub conversion: Option<ConversionPlan<A>>,
    pub maturity: Option<MaturityPlan<A>>,
    /// Who decides on each extension of the maturity; none if it is granted.
    pub extends: Option<Box<DecisionPlan<A>>>,
    pub sale: SalePayPlan<A>,
    pub or_as_converted: bool,
    /// Rank in a sale; that of a SAFE is one of shares.
    pub seniority: u32,
    pub common_after_ipo: bool,
    pub safe: Option<SafePlan>,
}

/// What makes a debt a SAFE.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SafePlan {
    /// Which later SAFE its holder takes over.
    pub most_favoured: MostFavoured,
}

/// See [`Warrant`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Warrant")]
pub struct WarrantPlan<A> {
    pub strike: Input<A>,
    pub expires: Option<WhenPlan>,
}

/// See [`SalePay`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::SalePay")]
pub enum SalePayPlan<A> {
    Principal { multiple: A, plus_interest: bool },
    PrincipalAndInterest { multiple: A },
}

/// See [`Conversion`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Conversion")]
pub struct ConversionPlan<A> {
    pub qualified_financing: Option<f64>,
    pub non_qualified: NonQualified,
    pub stacked: bool,
    pub into: SharePlan<A>,
    pub requires: Vec<usize>,
    pub ownership_limit: Option<A>,
    pub at_ipo: bool,
    pub on_milestone: Option<(usize, ValuationPlan<A>)>,
    pub early: Option<Box<EarlyPlan<A>>>,
}

/// See [`ValuationCap`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::ValuationCap")]
pub struct CapPlan<A> {
    /// The amount, or a multiple of the company's value at funding.
    pub valuation: ValuationPlan<A>,
    pub of_value_at_funding: bool,
    pub condition: Option<CapCondition<A>>,
}

/// See [`Valuation`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Valuation")]
pub struct ValuationPlan<A> {
    pub amount: Input<A>,
    pub basis: CapBasis,
}

impl<A: Amount> ValuationPlan<A> {
    /// The valuation with its amount on the path filled in. One drawn at or below nought is none.
    pub fn of(self, amount: A) -> Cap<A> {
        if !(amount > A::ZERO) {
            return Cap::None;
        }
        match self.basis {
            CapBasis::PostMoney => Cap::PostMoney(amount),
            CapBasis::PreMoney => Cap::PreMoney(amount),
            CapBasis::PerShare => Cap::FixedPrice(amount),
        }
    }
}

/// See [`Maturity`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Maturity")]
pub struct MaturityPlan<A> {
    pub due: MaturityDate,
    pub then: AtMaturity,
    pub extension: Option<Extension>,
    /// Probability, and the stream that decides by day.
    pub can_pay: Option<(Input<A>, Stream)>,
}

/// See [`Equity`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Equity")]
pub struct EquityPlan<A> {
    pub shares: SharePlan<A>,
    /// Pre-money valuation that sets the price; the value at funding if absent.
    pub pre_money: Option<Input<A>>,
}

/// One tranche of an instrument.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Tranche")]
pub struct TranchePlan<A> {
    pub instrument: usize,
    pub amount: Input<A>,
    pub shares: A,
    pub outstanding_since: Option<Day>,
    pub gates: Vec<GatePlan>,
    pub by: Option<DeadlinePlan>,
    pub decision: DecisionPlan<A>,
    pub missed: Missed,
    /// Of a debt: interest a year.
    pub rate: Input<A>,
    /// Of a debt that converts: discounts, each from a span after funding on.
    pub discount: Vec<(Span, A)>,
    /// Of a debt that converts: the cap.
    pub cap: Option<CapPlan<A>>,
    /// The company's draw and the value at the tranche's own dates, by draw number.
    pub stream: Stream,
}

/// See [`Gate`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::Gate")]
pub enum GatePlan {
    Milestone(usize),
    Date(WhenPlan),
    Financing(f64),
}

/// See [`Deadline`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::Deadline")]
pub enum DeadlinePlan {
    Date(WhenPlan),
    AfterIpo(Span),
}

impl<A: Amount> Terms<A> {
    /// Resolves the instruments of a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let resolver = Resolver { scenario };
        let mut holders: Vec<&str> = Vec::new();
        let mut instruments = Vec::new();
        let mut tranches = Vec::new();
        for instrument in &scenario.instruments {
            let holder = holders.iter().position(|name| *name == instrument.holder).unwrap_or_else(|| {
                holders.push(&instrument.holder);
                holders.len() - 1
            });
            tranches.extend(resolver.tranches(instrument, instruments.len()));
            instruments.push(InstrumentPlan {
                holder,
                valued: instrument.valued,
                kind: resolver.kind(instrument),
            });
        }
        Self {
            shares_today: A::from_decimal(scenario.company.fully_diluted_shares),
            table: TablePlan::new(scenario),
            existing_shares: A::from_decimal(scenario.company.fully_diluted_shares)
                * A::from_decimal(scenario.deal.existing_stake),
            recovery: scenario
                .failure
                .as_ref()
                .map_or(Input::Fixed(A::ZERO), |failure| resolver.input(failure.recovery)),
            expected_recovery: scenario
                .failure
                .as_ref()
                .map_or(A::ZERO, |failure| resolver.expected(failure.recovery)),
            instruments,
            tranches,
            discounting: DiscountPlan::new(scenario),
            learnt: RuleBook::default(),
        }
    }
}

impl<A> Terms<A> {
    /// Whether a tranche belongs to the investor.
    #[must_use]
    pub fn is_valued(&self, tranche: usize) -> bool {
        self.instruments[self.tranches[tranche].instrument].valued
    }
}

struct Resolver<'a> {
    scenario: &'a Scenario,
}

impl Resolver<'_> {
    fn input<A: Amount>(&self, number: Number) -> Input<A> {
        Input::new(number, self.scenario)
    }

    /// The mean of a fraction, which bounds of 0 and 1 make sure it has.
    fn expected<A: Amount>(&self, number: Number) -> A {
        match number {
            Number::Known(value) => A::from_decimal(value),
            Number::Drawn(id) => A::from_f64(self.scenario.variables[id].family.mean().unwrap_or(f64::NAN)),
        }
    }

    fn day(&self, day: Day) -> f64 {
        f64::from(day.0 - self.scenario.deal.valuation_date.0) / YEAR_DAYS
    }

    fn when(&self, when: When) -> WhenPlan {
        match when {
            When::On(day) => WhenPlan::At(Input::Fixed(self.day(day))),
            When::After(span) => {
                WhenPlan::At(Input::Fixed(self.day(self.scenario.deal.valuation_date.plus(span))))
            }
            When::DrawnDate(id) | When::DrawnSpan(id) => WhenPlan::At(Input::drawn(id, self.scenario)),
        }
    }

    fn kind<A: Amount>(&self, instrument: &Instrument) -> KindPlan<A> {
        match &instrument.kind {
            Kind::Debt(debt) => KindPlan::Debt(self.debt(debt, &instrument.name)),
            Kind::Equity(equity) => KindPlan::Equity(self.equity(equity)),
            Kind::Safe(safe) => KindPlan::Debt(safe_plan(safe)),
            Kind::Warrant(warrant) => KindPlan::Warrant(self.warrant(warrant)),
        }
    }

    fn warrant<A: Amount>(&self, warrant: &Warrant) -> WarrantPlan<A> {
        WarrantPlan {
            strike: self.input(warrant.strike),
            expires: warrant.expires.map(|when| self.when(when)),
        }
    }

    fn debt<A: Amount>(&self, debt: &Debt, name: &str) -> DebtPlan<A> {
        DebtPlan {
            accrual: debt.interest.accrual,
            payment: debt.interest.payment,
            day_count: debt.interest.day_count,
            conversion: debt.conversion.as_ref().map(|conversion| self.conversion(conversion)),
            maturity: debt.maturity.as_ref().map(|maturity| self.maturity(maturity, name)),
            extends: debt
                .maturity
                .as_ref()
                .map(|maturity| &maturity.extension_decision)
                .filter(|decision| **decision != Decision::Automatic)
                .map(|decision| Box::new(DecisionPlan::new(decision))),
            sale: match debt.change_of_control.pays {
                SalePay::Principal { multiple, plus_interest } => {
                    SalePayPlan::Principal { multiple: A::from_decimal(multiple), plus_interest }
                }
                SalePay::PrincipalAndInterest { multiple } => {
                    SalePayPlan::PrincipalAndInterest { multiple: A::from_decimal(multiple) }
                }
            },
            or_as_converted: debt.change_of_control.or_as_converted,
            seniority: debt.seniority,
            common_after_ipo: debt.common_after_ipo,
            safe: None,
        }
    }

    fn conversion<A: Amount>(&self, conversion: &Conversion) -> ConversionPlan<A> {
        ConversionPlan {
            qualified_financing: conversion.qualified_financing.map(f64::from_decimal),
            non_qualified: conversion.non_qualified,
            stacked: conversion.stacked,
            into: share_plan(&conversion.into),
            requires: conversion.requires.clone(),
            ownership_limit: conversion.ownership_limit.map(A::from_decimal),
            at_ipo: conversion.at_ipo,
            on_milestone: conversion.on_milestone.as_ref().map(|on| (on.milestone, self.valuation(&on.at))),
            early: conversion.early.as_ref().map(|early| Box::new(EarlyPlan::new(early))),
        }
    }

    fn cap<A: Amount>(&self, cap: &ValuationCap) -> CapPlan<A> {
        let (amount, of_value_at_funding) = match cap.amount {
            CapAmount::Stated(amount) => (amount, false),
            CapAmount::OfValueAtFunding(multiple) => (multiple, true),
        };
        CapPlan {
            valuation: ValuationPlan { amount: self.input(amount), basis: cap.basis },
            of_value_at_funding,
            condition: cap.condition.map(CapCondition::in_number),
        }
    }

    fn valuation<A: Amount>(&self, valuation: &Valuation) -> ValuationPlan<A> {
        ValuationPlan { amount: self.input(valuation.amount), basis: valuation.basis }
    }

    fn maturity<A: Amount>(&self, maturity: &Maturity, name: &str) -> MaturityPlan<A> {
        let stream = Stream::new(self.scenario.simulation.seed, &format!("{name} can pay"));
        MaturityPlan {
            due: maturity.due,
            then: maturity.then,
            extension: maturity.extension,
            can_pay: maturity.can_pay.map(|probability| (self.input(probability), stream)),
        }
    }

    fn equity<A: Amount>(&self, equity: &Equity) -> EquityPlan<A> {
        let pre_money = match equity.price {
            EquityPrice::AtFunding => None,
            EquityPrice::Today => Some(self.input(self.scenario.company.value_today)),
            EquityPrice::PreMoney(amount) => Some(self.input(amount)),
        };
        EquityPlan { shares: share_plan(&equity.terms), pre_money }
    }

    fn tranches<A: Amount>(&self, instrument: &Instrument, index: usize) -> Vec<TranchePlan<A>> {
        let (rate, discount, cap) = price_terms(&instrument.kind);
        let plan = |tranche: &crate::model::Tranche| TranchePlan {
            instrument: index,
            rate: self.input(tranche.own.interest_rate.unwrap_or(rate)),
            discount: tranche
                .own
                .discount
                .as_ref()
                .unwrap_or(&discount)
                .iter()
                .map(|(from, off)| (*from, A::from_decimal(*off)))
                .collect(),
            cap: tranche.own.cap.or(cap).map(|cap| self.cap(cap)),
            amount: self.input(tranche.amount),
            shares: tranche.shares.map_or(A::ZERO, A::from_decimal),
            outstanding_since: tranche.outstanding_since,
            gates: tranche.gates.iter().map(|gate| self.gate(gate)).collect(),
            by: tranche.by.map(|by| match by {
                Deadline::Date(when) => DeadlinePlan::Date(self.when(when)),
                Deadline::AfterIpo(span) => DeadlinePlan::AfterIpo(span),
            }),
            decision: DecisionPlan::new(&tranche.decision),
            missed: tranche.missed,
            stream: Stream::new(
                self.scenario.simulation.seed,
                &format!("instruments.{}.{}", instrument.name, tranche.name),
            ),
        };
        instrument.tranches.iter().map(plan).collect()
    }

    fn gate(&self, gate: &Gate) -> GatePlan {
        match gate {
            Gate::Milestone(id) => GatePlan::Milestone(*id),
            Gate::Date(when) => GatePlan::Date(self.when(*when)),
            Gate::Financing(amount) => GatePlan::Financing(f64::from_decimal(*amount)),
        }
    }
}

/// Every priced round and the flotation convert it; a sale pays its claim or what its shares fetch.
fn safe_plan<A: Amount>(safe: &Safe) -> DebtPlan<A> {
    DebtPlan {
        accrual: Accrual::Simple,
        payment: InterestPayment::AtEnd,
        day_count: DayCount::Actual365Fixed,
        conversion: Some(ConversionPlan {
            qualified_financing: Some(0.0),
            non_qualified: NonQualified::Converts,
            stacked: safe.stacked,
            into: share_plan(&safe.into),
            requires: Vec::new(),
            ownership_limit: None,
            at_ipo: true,
            on_milestone: None,
            early: None,
        }),
        maturity: None,
        extends: None,
        sale: SalePayPlan::Principal {
            multiple: A::from_decimal(safe.cash_out_multiple),
            plus_interest: false,
        },
        or_as_converted: true,
        seniority: FIRST_SHARE_RANK + safe.into.seniority,
        common_after_ipo: false,
        safe: Some(SafePlan { most_favoured: safe.most_favoured.unwrap_or(MostFavoured::Never) }),
    }
}

/// The interest a year, the discount and the cap that an instrument gives its tranches.
fn price_terms(kind: &Kind) -> (Number, Vec<(Span, Decimal)>, Option<&ValuationCap>) {
    let none = Number::Known(Decimal::ZERO);
    match kind {
        Kind::Debt(debt) => match &debt.conversion {
            Some(conversion) => (debt.interest.rate, conversion.discount.clone(), conversion.cap.as_ref()),
            None => (debt.interest.rate, Vec::new(), None),
        },
        Kind::Safe(safe) => (none, vec![(Span { months: 0, days: 0 }, safe.discount)], safe.cap.as_ref()),
        Kind::Equity(_) | Kind::Warrant(_) => (none, Vec::new(), None),
    }
}
