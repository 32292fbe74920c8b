//! From a scenario as it is expected to the same scenario as prices imply it.

use super::{
    Coordinate, CorrelationGroup, CreditModel, DatedValue, FairValue, Kind, Measure, Milestone,
    MilestoneKind, Number, PreMoney, Process, Scenario, Timing,
};
use crate::number::Decimal;
use crate::quantity::YEAR_DAYS;
use crate::random::{Family, Law as _};

/// A scenario under the risk-neutral measure.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskNeutral {
    /// The scenario, to be simulated like any other.
    pub scenario: Scenario,
    /// What it leaves out of the file or reads otherwise, each as a sentence.
    pub changes: Vec<String>,
}

/// Why a scenario has no risk-neutral counterpart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRiskNeutral {
    /// The path of the key at which it fails.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub help: String,
}

impl Scenario {
    /// The scenario under the measure under which the company's discounted value, with its payouts, is a martingale
    /// (Harrison and Kreps 1979); `None` without a section on fair value.
    ///
    /// The drift gives way to the riskless rate less payouts, plus what makes up for failure; effects of milestones
    /// and the premium of a sale are compensated where the plan is made. Rounds are priced at the company's value.
    /// Clocks carry no price of risk: they keep their laws and are independent of the company's value.
    ///
    /// # Errors
    /// All reasons why there is none.
    pub fn risk_neutral(&self) -> Result<Option<RiskNeutral>, Vec<NotRiskNeutral>> {
        let Some(fair_value) = &self.fair_value else { return Ok(None) };
        let obstacles = self.obstacles(fair_value);
        if !obstacles.is_empty() {
            return Err(obstacles);
        }
        let mut scenario = self.clone();
        let mut changes = Vec::new();
        scenario.measure = Measure::RiskNeutral;
        scenario.failure = match &fair_value.credit {
            CreditModel::Hazard(failure) => Some(failure.clone()),
            CreditModel::Structural | CreditModel::CashSpread(_) | CreditModel::BondAndOption(_) => None,
        };
        if self.failure.is_some() && scenario.failure.is_none() {
            changes
                .push("The company does not fail by itself: its credit model says what is not paid.".into());
        }
        scenario.company.process = process(&self.company.process, fair_value, &mut changes);
        let growth = fair_value.risk_free.log_growth(self.years_to_horizon()) / self.years_to_horizon();
        for factor in &mut scenario.factors {
            factor.drift = Number::Known(Decimal::from_f64_retain(growth).unwrap_or(Decimal::ZERO));
            changes.push(format!("{} grows at the riskless rate, as a value that can be held.", factor.name));
        }
        if let Some(rounds) = &mut scenario.rounds
            && rounds.pre_money != PreMoney::AtMarket
        {
            rounds.pre_money = PreMoney::AtMarket;
            changes.push(
                "Rounds are priced at the company's value, not at the pre-money values of the file.".into(),
            );
        }
        let kept = correlations(&self.correlations);
        if kept != self.correlations {
            changes.push(
                "Only processes are correlated with processes, and variables with variables: clocks are independent of the \
                 company's value."
                    .into(),
            );
        }
        scenario.correlations = kept;
        for instrument in &mut scenario.instruments {
            if let Kind::Debt(debt) = &mut instrument.kind
                && let Some(maturity) = &mut debt.maturity
                && maturity.can_pay.take().is_some()
            {
                changes.push(format!(
                    "{}: whether it can be paid is left to the credit model.",
                    instrument.name
                ));
            }
        }
        Ok(Some(RiskNeutral { scenario, changes }))
    }

    fn years_to_horizon(&self) -> f64 {
        f64::from(self.deal.horizon.0 - self.deal.valuation_date.0) / YEAR_DAYS
    }

    fn obstacles(&self, fair_value: &FairValue) -> Vec<NotRiskNeutral> {
        let mut obstacles = Vec::new();
        let mut obstacle = |key: String, problem: &str, help: &str| {
            obstacles.push(NotRiskNeutral { key, problem: problem.into(), help: help.into() });
        };
        if let Process::AtDates(dates) = &self.company.process
            && fair_value.volatility.is_none()
            && let Err(problem) = implied_volatility(dates)
        {
            obstacle(
                "company.value.process".into(),
                problem,
                "add `volatility = \"60%\"` to [fair_value]: the value then follows a geometric Brownian motion there",
            );
        }
        if let CreditModel::Hazard(failure) = &fair_value.credit
            && matches!(failure.clock.timing, Timing::When(_))
            && failure.clock.probability.is_none_or(|probability| probability.known() == Some(1.0))
        {
            obstacle(
                "failure".into(),
                "a company that certainly fails has no value before it does",
                "give [failure] a probability or a hazard, or [fair_value] a `credit_model` with a hazard of its own",
            );
        }
        for milestone in self.milestones.iter().filter(|milestone| has_effect(milestone)) {
            if !matches!(milestone.kind, MilestoneKind::Timed(_)) {
                obstacle(
                    format!("milestones.{}", milestone.name),
                    "the company's value cannot jump when it, or a condition on it, reaches a level: nobody would be surprised",
                    "leave out `value_effect` and `value_effect_if_missed`, or let the milestone happen by chance",
                );
            }
        }
        if let Some(sale) = &self.sale
            && !sale.ipo_instead.is_empty()
            && sale.premium.is_some_and(is_not_zero)
        {
            obstacle(
                "exit.sale.premium".into(),
                "a premium cannot be compensated where the company's value decides whether it is paid",
                "leave out `premium` or `ipo_instead`",
            );
        }
        obstacles
    }
}

fn has_effect(milestone: &Milestone) -> bool {
    [milestone.effect_if_reached, milestone.effect_if_missed].into_iter().flatten().any(is_not_zero)
}

fn is_not_zero(number: Number) -> bool {
    number.known() != Some(0.0)
}

/// The process with the volatility of fair value; its drift is that of the measure, which the plan knows.
fn process(process: &Process, fair_value: &FairValue, changes: &mut Vec<String>) -> Process {
    let drift = Number::Known(Decimal::ZERO);
    match process {
        Process::Gbm { volatility, .. } => {
            Process::Gbm { drift, volatility: fair_value.volatility.unwrap_or(*volatility) }
        }
        Process::Merton { volatility, jumps, .. } => Process::Merton {
            drift,
            volatility: fair_value.volatility.unwrap_or(*volatility),
            jumps: jumps.clone(),
        },
        Process::AtDates(dates) => {
            let implied = implied_volatility(dates).ok().filter(|_| fair_value.volatility.is_none());
            changes.push(match implied {
                Some(volatility) => format!(
                    "The company's value follows a geometric Brownian motion with the volatility of {:.4}% that its \
                     distributions at dates imply.",
                    100.0 * volatility
                ),
                None => "The company's value follows a geometric Brownian motion instead of the distributions at \
                         dates."
                    .into(),
            });
            let implied = implied.and_then(Decimal::from_f64_retain).map(Number::Known);
            Process::Gbm { drift, volatility: fair_value.volatility.or(implied).unwrap_or(drift) }
        }
    }
}

/// Volatilities of two dates are one if they differ by no more than this a year.
const SAME_VOLATILITY: f64 = 0.001;

/// The volatility that lognormal distributions at dates imply, the deviation of the logarithm over the root of the years: if
/// it is the same at all dates, the value follows a geometric Brownian motion with it (that of the last date is taken).
/// Else the reason why there is none.
fn implied_volatility(dates: &[DatedValue]) -> Result<f64, &'static str> {
    let mut found: Option<f64> = None;
    for DatedValue { years, family, .. } in dates {
        let Family::Lognormal(law) = family else {
            return Err(
                "only lognormal distributions at dates say how the value moves under the risk-neutral measure",
            );
        };
        let variance = law.of_log().variance().filter(|_| *years > 0.0);
        let volatility = variance.map_or(f64::NAN, |variance| (variance / years).sqrt());
        if found.is_some_and(|before| !((before - volatility).abs() <= SAME_VOLATILITY)) {
            return Err("the distributions at dates imply a volatility that changes from date to date");
        }
        found = Some(volatility);
    }
    found
        .filter(|volatility| *volatility > 0.0)
        .ok_or("there is no distribution at a date to imply a volatility")
}

/// Groups of processes among themselves, and of variables among themselves.
fn correlations(groups: &[CorrelationGroup]) -> Vec<CorrelationGroup> {
    let is_process = |member: &Coordinate| matches!(member, Coordinate::Company | Coordinate::Factor(_));
    let is_variable = |member: &Coordinate| matches!(member, Coordinate::Variable(_));
    let among = |group: &CorrelationGroup, kept: &dyn Fn(&Coordinate) -> bool| {
        let places: Vec<usize> =
            (0..group.members.len()).filter(|place| kept(&group.members[*place])).collect();
        (places.len() > 1).then(|| CorrelationGroup {
            members: places.iter().map(|place| group.members[*place]).collect(),
            matrix: places
                .iter()
                .map(|row| places.iter().map(|column| group.matrix[*row][*column]).collect())
                .collect(),
            copula: group.copula,
        })
    };
    groups
        .iter()
        .flat_map(|group| [among(group, &is_process), among(group, &is_variable)])
        .flatten()
        .collect()
}
