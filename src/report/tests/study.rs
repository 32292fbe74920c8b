//! A study of three cases, made in code: 20 in three tranches, two of them behind milestones, in billions.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    Assumption, CapBasis, Clock, CreditModel, Curve, Deadline, Debt, Decision, Equity, EquityPrice,
    FairValue, Gate, Ipo, Kind, Milestone, MilestoneKind, Missed, Number, OwnTerms, Participation, Process,
    Provenance, RiskNeutral, RoundSize, RuleTerm, Sale, Sampling, Scenario, ShareTerms, Strategic,
    StrategicLife, Timing, Tranche, ValuationCap, When,
};
use crate::number::Decimal;
use crate::plan::{Design, Plan};
use crate::quantity::Span;
use crate::report::ReportInput;
use crate::report::manifest::{Asked, Volatile};
use crate::report::summary::{CaseStudy, FairValueStudy, Study, Summary};
use crate::simulate::fixture::{after, cents, hazard, instrument, known, note, scenario};
use crate::simulate::{
    Conditional, CrossCheck, FanDate, NotConditional, Outcomes, RunOptions, conditional, cross_check, fan,
    joined_uniforms, run,
};
use crate::valuation::decide::{Settings, plans as decided};
use crate::valuation::{Drivers, TermPrices, drivers, price_terms};

/// In units of the currency.
fn billions(tenths: i64) -> Decimal {
    cents(tenths * 10_000_000_000)
}

fn tranche(name: &str, tenths: i64, gates: Vec<Gate>) -> Tranche {
    Tranche {
        name: name.into(),
        amount: Number::Known(billions(tenths)),
        by: (!gates.is_empty()).then_some(Deadline::Date(When::After(Span { months: 36, days: 0 }))),
        gates,
        decision: Decision::Automatic,
        missed: Missed::Lapses,
        shares: None,
        outstanding_since: None,
        own: OwnTerms::default(),
    }
}

fn milestone(name: &str, title: &str, requires: Vec<usize>, chance: i64, months: i32) -> Milestone {
    let clock = Clock { probability: Some(known(chance)), ..after(months) };
    Milestone {
        name: name.into(),
        title: title.into(),
        requires,
        kind: MilestoneKind::Timed(clock),
        deadline: Some(When::After(Span { months: 36, days: 0 })),
        effect_if_reached: Some(known(5)),
        effect_if_missed: None,
    }
}

/// The base case.
pub(super) fn base() -> Scenario {
    let mut base = scenario();
    base.deal.title = "Amazon – Anthropic convertible financing <illustration>".into();
    base.deal.investor = "Amazon".into();
    base.deal.company = "Anthropic".into();
    base.deal.horizon = base.deal.valuation_date.plus(Span { months: 120, days: 0 });
    base.discounting.required_return = cents(15);
    base.company.value_today = Number::Known(billions(3_800));
    base.company.process = Process::Gbm { drift: known(12), volatility: known(60) };
    if let Some(rounds) = &mut base.rounds {
        rounds.size = RoundSize::OfPreMoney(known(6));
    }
    base.milestones = vec![
        milestone("first_gigawatt", "First gigawatt in service", Vec::new(), 85, 10),
        milestone("second_gigawatt", "Second gigawatt in service", vec![0], 80, 14),
    ];
    base.ipo = Some(Ipo { clock: hazard(20), new_money: Some(known(8)) });
    base.sale = Some(Sale { clock: hazard(3), premium: Some(known(20)), ipo_instead: Vec::new() });
    base.failure.iter_mut().for_each(|failure| {
        failure.clock = Clock {
            probability: None,
            timing: Timing::Hazard(vec![crate::model::Step { from: 0.0, rate: known(4) }]),
        }
    });
    base.instruments = vec![convertible()];
    base.fair_value = base.failure.clone().map(|failure| FairValue {
        risk_free: Curve::flat(0.04),
        payout_yield: 0.0,
        volatility: None,
        credit: CreditModel::Hazard(failure),
    });
    base.strategic = vec![Strategic {
        name: "Cloud spend".into(),
        yearly: Number::Known(billions(110)),
        growth: Some(known(5)),
        margin: known(39),
        incremental: known(45),
        from: base.deal.valuation_date,
        until: base.deal.horizon,
        lives: StrategicLife::WhileAlive,
        starts_with: None,
    }];
    base.assumptions = assumptions();
    base
}

fn convertible() -> crate::model::Instrument {
    let mut debt = note();
    if let Some(conversion) = &mut debt.conversion {
        conversion.qualified_financing = Some(billions(10));
        conversion.discount = vec![(Span { months: 0, days: 0 }, cents(15))];
        conversion.cap = Some(ValuationCap::of(Number::Known(billions(5_000)), CapBasis::PostMoney));
        conversion.ownership_limit = Some(cents(9));
        conversion.requires = vec![0];
    }
    debt.maturity.iter_mut().for_each(|maturity| {
        maturity.due = crate::model::MaturityDate::AfterFunding(Span { months: 60, days: 0 });
        maturity.can_pay = Some(known(92));
    });
    let mut convertible = instrument(Kind::Debt(debt));
    convertible.name = "Convertible notes".into();
    convertible.holder = "Amazon".into();
    convertible.tranches = vec![
        tranche("at closing", 50, Vec::new()),
        tranche("first gigawatt", 75, vec![Gate::Milestone(0)]),
        Tranche {
            decision: Decision::Investor(vec![RuleTerm::ValueAtLeast(billions(3_000))]),
            ..tranche("second gigawatt", 75, vec![Gate::Milestone(1)])
        },
    ];
    convertible
}

fn assumptions() -> Vec<Assumption> {
    let mark = |key: &str, value: &str, provenance, note: &str| Assumption {
        key: key.into(),
        value: value.into(),
        provenance,
        note: note.into(),
    };
    vec![
        mark("company.value.today", "$380bn", Provenance::Stated, "Series G, post-money | press release"),
        mark(
            "company.value.process.gbm.volatility",
            "60%",
            Provenance::Derived,
            "late-stage software, listed peers",
        ),
        mark(
            "milestones.first_gigawatt.probability",
            "85%",
            Provenance::Assumed,
            "base rate of large builds",
        ),
    ]
}

fn plain_loan() -> Scenario {
    let mut loan = base();
    if let Kind::Debt(Debt { conversion, .. }) = &mut loan.instruments[0].kind {
        *conversion = None;
    }
    loan
}

fn equity() -> Scenario {
    let mut equity = base();
    let terms = ShareTerms {
        preference: Decimal::ONE,
        participation: Participation::None,
        seniority: 0,
        ..ShareTerms::PREFERRED
    };
    equity.instruments[0].kind = Kind::Equity(Equity { terms, price: EquityPrice::Today });
    equity.instruments[0].tranches = vec![tranche("at closing", 200, Vec::new())];
    equity
}

/// A run with what is needed to report it.
pub(super) struct Sample {
    terms: TermPrices,
    pub(super) scenarios: Vec<(String, Scenario)>,
    pub(super) outcomes: Vec<Outcomes>,
    /// The same under the risk-neutral measure; none if the base case asks for no fair value.
    pub(super) fair: Vec<(RiskNeutral, Outcomes, Result<Conditional, NotConditional>)>,
    design: Arc<Design>,
    fan: Vec<FanDate>,
    joined: Vec<Vec<Vec<f64>>>,
    cross_check: CrossCheck,
    drivers: Drivers,
    given: Vec<Result<Conditional, NotConditional>>,
}

pub(super) const TEXT: &str = "# a scenario\n";

impl Sample {
    pub(super) fn new(paths: u64) -> Self {
        Self::of(
            vec![("Base case", base()), ("Plain loan", plain_loan()), ("Straight equity today", equity())],
            paths,
        )
    }

    /// The base case alone, with other draws.
    pub(super) fn with_seed(paths: u64, seed: u64) -> Self {
        let mut scenario = base();
        scenario.simulation.seed = seed;
        Self::of(vec![("Base case", scenario)], paths)
    }

    /// The three cases, with this sampling.
    pub(super) fn sampled(sampling: Sampling, paths: u64) -> Self {
        let cases =
            [("Base case", base()), ("Plain loan", plain_loan()), ("Straight equity today", equity())];
        let with = |(name, mut scenario): (&'static str, Scenario)| {
            scenario.simulation.sampling = sampling;
            (name, scenario)
        };
        Self::of(cases.map(with).to_vec(), paths)
    }

    /// One case: the fixture as it stands.
    pub(super) fn smallest(paths: u64) -> Self {
        Self::of(vec![("Base case", scenario())], paths)
    }

    pub(super) fn of(scenarios: Vec<(&str, Scenario)>, paths: u64) -> Self {
        let few_rules = Settings { learning: 256, most_learning: 256, bounding: 0, part: 64 };
        let plans = decided(scenarios.iter().map(|(_, scenario)| scenario), few_rules, Some(2)).unwrap();
        let all: Vec<&Plan> = plans.iter().collect();
        let options = RunOptions { paths, threads: Some(2) };
        let outcomes = run(&all, options, |_| {}).unwrap();
        let few = RunOptions { paths: paths.min(512), ..options };
        let given = conditional(&all, few).unwrap();
        let counterparts = scenarios.iter().filter_map(|(_, scenario)| scenario.risk_neutral().unwrap());
        let fair = counterparts.map(|fair| {
            let plan = decided(std::iter::once(&fair.scenario), few_rules, Some(2)).unwrap().remove(0);
            let outcomes = run(&[&plan], options, |_| {}).unwrap().remove(0);
            let given = conditional(&[&plan], few).unwrap().remove(0);
            (fair, outcomes, given)
        });
        let fair = fair.collect();
        let fan = fan(&plans[0], paths.min(2_000), 40);
        let joined = joined_uniforms(&plans[0].world, paths.min(2_000));
        let cross_check = cross_check(&plans[0], paths, 50);
        let terms = price_terms(&scenarios[0].1, options, few_rules).unwrap();
        let design = Arc::clone(&plans[0].world.design);
        let drivers = drivers(&scenarios[0].1, &plans[0], &outcomes[0], Some(2)).unwrap();
        let scenarios = scenarios.into_iter().map(|(name, scenario)| (name.to_owned(), scenario)).collect();
        Self { terms, scenarios, outcomes, fair, design, fan, joined, cross_check, drivers, given }
    }

    pub(super) fn summary(&self) -> Summary {
        let cases: Vec<CaseStudy<'_>> = self
            .scenarios
            .iter()
            .zip(&self.outcomes)
            .zip(&self.given)
            .map(|(((name, scenario), outcomes), given)| CaseStudy {
                name,
                scenario,
                outcomes,
                conditional: Some(given),
            })
            .collect();
        let fair: Vec<CaseStudy<'_>> = self
            .scenarios
            .iter()
            .zip(&self.fair)
            .map(|((name, _), (fair, outcomes, given))| CaseStudy {
                name,
                scenario: &fair.scenario,
                outcomes,
                conditional: Some(given),
            })
            .collect();
        let basis = self.scenarios[0].1.fair_value.as_ref();
        let fair_value =
            basis.map(|basis| FairValueStudy { basis, changes: &self.fair[0].0.changes, cases: &fair });
        let study = Study {
            name: "sample",
            scenario_text: TEXT,
            resolved_text: TEXT,
            cases: &cases,
            fair_value,
            terms: &self.terms,
            decisions: &[],
            design: &self.design,
            fan: &self.fan,
            joined: &self.joined,
            cross_check: self.cross_check,
            checks: &[],
            drivers: &self.drivers,
        };
        Summary::new(&study).unwrap()
    }

    pub(super) fn columns(&self, case: usize) -> &crate::simulate::Columns {
        &self.outcomes[case].columns
    }
}

static NO_DATA: BTreeMap<String, Vec<u8>> = BTreeMap::new();
static EVERYTHING: Asked = Asked { cases: Vec::new(), target: None };

pub(super) fn input(summary: &Summary) -> ReportInput<'_> {
    ReportInput {
        summary,
        scenario_text: TEXT,
        resolved_text: TEXT,
        data: &NO_DATA,
        asked: &EVERYTHING,
        command: "cabrio run scenarios/sample.toml --paths 20000 --seed 7",
        theme: None,
        volatile: Volatile { wall_seconds: 0.5, threads: 2 },
    }
}
