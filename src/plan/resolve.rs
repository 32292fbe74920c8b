//! From a scenario's world to its plan: every uncertain quantity gets a column, every event its streams.

use std::sync::Arc;

use super::PlanError;
use super::draws::{Column, Group, Input, Transform};
use super::outlook::OutlookPlan;
use super::world::{
    CheckPlan, ClockPlan, EventStreams, FactorPlan, IpoChance, MilestonePlan, MilestoneRule, ProcessPlan,
    RoundsPlan, SalePlan, StepPlan, StrategicPlan, TimingPlan, WhenPlan, World,
};
use crate::model::{
    self, ChanceAt, Clock, Coordinate, Level, Measure, MilestoneKind, PreMoney, Process, RoundSize, Scenario,
    StrategicLife, Timing, When,
};
use crate::number::Amount;
use crate::quantity::{Day, YEAR_DAYS};
use crate::random::{Copula, CorrelationMatrix, Sampler, Stream, math};

impl World {
    /// Resolves the world of a scenario.
    ///
    /// # Errors
    /// If a correlation matrix is not positive semi-definite, or a member of one is not drawn once a path.
    pub fn new(scenario: &Scenario) -> Result<Self, PlanError> {
        let mut builder = Builder::new(scenario);
        let shocks = builder.shocks();
        let rounds = scenario.rounds.as_ref().map(|rounds| builder.rounds(rounds));
        let milestones = builder.milestones();
        let ipo = scenario.ipo.as_ref().map(|ipo| {
            let clock = builder.clock(&ipo.clock, Some(Coordinate::Ipo), "exit.ipo");
            (clock, builder.or_zero(ipo.new_money))
        });
        let sale = scenario.sale.as_ref().map(|sale| SalePlan {
            clock: builder.clock(&sale.clock, Some(Coordinate::Sale), "exit.sale"),
            premium: builder.or_zero(sale.premium),
            ipo_instead: builder.ipo_instead(&sale.ipo_instead),
        });
        let failure = scenario
            .failure
            .as_ref()
            .map(|failure| builder.clock(&failure.clock, Some(Coordinate::Failure), "failure"));
        let groups = builder.groups()?;
        let (drift, outlooks) = builder.compensation(sale.as_ref(), failure.as_ref());
        Ok(World {
            seed: scenario.simulation.seed,
            valuation_date: scenario.deal.valuation_date,
            horizon: builder.years(scenario.deal.horizon),
            value_today: Input::new(scenario.company.value_today, scenario),
            process: builder.process(drift),
            shock_factor: CorrelationMatrix::from_rows(builder.process_matrix())?.check()?,
            factors: builder.factors(),
            rounds,
            milestones,
            ipo,
            sale,
            failure,
            strategic: builder.strategic(),
            streams: EventStreams {
                round: builder.stream("company.value at rounds"),
                other: builder.stream("company.value at exits"),
                jumps: builder.stream("company.value jumps"),
                exit: builder.stream("company.value at the exit"),
            },
            outlooks,
            // A drift that is given is that of what is left after payouts, of which nothing is known then.
            payout_yield: match (scenario.measure, &scenario.fair_value) {
                (Measure::RiskNeutral, Some(fair_value)) => fair_value.payout_yield,
                _ => 0.0,
            },
            effects_are_expected: scenario.measure == Measure::RiskNeutral,
            company_alone: groups.iter().filter(|group: &&Group| group.columns.contains(&shocks[0])).all(
                |group| {
                    let normal = !group.copula.needs_mixing();
                    normal && group.columns.iter().all(|column| shocks.contains(column))
                },
            ),
            shocks,
            columns: builder.columns,
            groups,
            design: Arc::default(),
            pinned: Vec::new(),
        })
    }
}

/// Whether a variable is the recovery of a failure: slow laws are usual for it, and few paths fail.
fn is_recovery(scenario: &Scenario, id: model::VariableId) -> bool {
    scenario.failure.as_ref().is_some_and(|failure| failure.recovery == model::Number::Drawn(id))
}

/// The hazard of a clock that runs at one known rate.
fn constant_hazard(clock: &ClockPlan) -> Option<f64> {
    match clock {
        ClockPlan { occurs: None, timing: TimingPlan::Hazard { steps, .. } } => match steps[..] {
            [StepPlan { rate: Input::Fixed(rate), .. }] => Some(rate),
            _ => None,
        },
        _ => None,
    }
}

/// Collects columns while the world is resolved.
struct Builder<'a> {
    scenario: &'a Scenario,
    columns: Vec<Column>,
    /// Which column stands for which coordinate.
    coordinates: Vec<(Coordinate, usize)>,
}

impl<'a> Builder<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let mut builder = Self { scenario, columns: Vec::new(), coordinates: Vec::new() };
        for (id, variable) in scenario.variables.iter().enumerate() {
            let family = Sampler::from(variable.family.clone());
            let transform = match variable.repeated {
                true => Transform::OnDemand(family),
                false if is_recovery(scenario, id) => Transform::WhenUsed(family),
                false => Transform::Family(family),
            };
            let column = builder.column(&variable.name, transform);
            builder.coordinates.push((Coordinate::Variable(id), column));
        }
        builder
    }

    fn stream(&self, name: &str) -> Stream {
        Stream::new(self.scenario.simulation.seed, name)
    }

    fn column(&mut self, name: &str, transform: Transform) -> usize {
        self.columns.push(Column { stream: self.stream(name), transform });
        self.columns.len() - 1
    }

    fn years(&self, day: Day) -> f64 {
        f64::from(day.0 - self.scenario.deal.valuation_date.0) / YEAR_DAYS
    }

    fn input(&self, number: crate::model::Number) -> Input<f64> {
        Input::new(number, self.scenario)
    }

    fn or_zero(&self, number: Option<crate::model::Number>) -> Input<f64> {
        number.map_or(Input::Fixed(0.0), |number| self.input(number))
    }

    fn when(&self, when: When, from_valuation_date: bool) -> WhenPlan {
        match when {
            When::On(day) => WhenPlan::At(Input::Fixed(self.years(day))),
            When::After(span) if from_valuation_date => {
                WhenPlan::At(Input::Fixed(self.years(self.scenario.deal.valuation_date.plus(span))))
            }
            When::After(span) => WhenPlan::Later(span),
            When::DrawnDate(id) => WhenPlan::At(Input::drawn(id, self.scenario)),
            When::DrawnSpan(id) => WhenPlan::After(Input::drawn(id, self.scenario)),
        }
    }

    fn clock(&mut self, clock: &Clock, coordinate: Option<Coordinate>, name: &str) -> ClockPlan {
        let occurs = clock.probability.map(|probability| {
            let column = self.column(name, Transform::Uniform);
            self.coordinates.extend(coordinate.map(|coordinate| (coordinate, column)));
            (self.input(probability), column)
        });
        let timing = match &clock.timing {
            Timing::When(when) => TimingPlan::When(self.when(*when, false)),
            Timing::Hazard(steps) => {
                let column = self.column(&format!("{name} hazard"), Transform::Uniform);
                if occurs.is_none() {
                    self.coordinates.extend(coordinate.map(|coordinate| (coordinate, column)));
                }
                let steps = steps
                    .iter()
                    .map(|step| StepPlan { from: step.from, rate: self.input(step.rate) })
                    .collect();
                TimingPlan::Hazard { steps, clock: column }
            }
        };
        ClockPlan { occurs, timing }
    }

    fn shocks(&mut self) -> Vec<usize> {
        let mut shocks = vec![self.column("company.value", Transform::Normal)];
        self.coordinates.push((Coordinate::Company, shocks[0]));
        for (index, factor) in self.scenario.factors.iter().enumerate() {
            let column = self.column(&format!("factors.{}", factor.name), Transform::Normal);
            self.coordinates.push((Coordinate::Factor(index), column));
            shocks.push(column);
        }
        shocks
    }

    fn ipo_instead(&self, points: &[ChanceAt]) -> Option<IpoChance> {
        let point =
            |at: &ChanceAt| (math::ln(f64::from_decimal(at.value)), f64::from_decimal(at.probability));
        let points: Vec<_> = points.iter().map(point).collect();
        (!points.is_empty()).then(|| IpoChance { points, stream: self.stream("exit.sale ipo instead") })
    }

    /// Under the risk-neutral measure: the drift, and what it does not cover.
    ///
    /// The expected value before failure grows by the riskless rate less payouts plus the hazard of failure; where
    /// these are constant the drift holds them.
    fn compensation(
        &self,
        sale: Option<&SalePlan>,
        failure: Option<&ClockPlan>,
    ) -> (Option<f64>, Vec<OutlookPlan>) {
        let (Measure::RiskNeutral, Some(fair_value)) = (self.scenario.measure, &self.scenario.fair_value)
        else {
            return (None, Vec::new());
        };
        let mut outlooks = Vec::new();
        let mut drift = -fair_value.payout_yield;
        match fair_value.risk_free.flat_rate() {
            Some(rate) => drift += rate,
            None => outlooks.push(OutlookPlan::Rates(fair_value.risk_free.clone())),
        }
        match failure.map(|clock| (clock, constant_hazard(clock))) {
            None => {}
            Some((_, Some(hazard))) => drift += hazard,
            Some((clock, None)) => outlooks.push(OutlookPlan::Survival(clock.clone())),
        }
        if let Some(sale) = sale
            && sale.premium != Input::Fixed(0.0)
        {
            outlooks.push(OutlookPlan::Premium(sale.clock.clone(), sale.premium));
        }
        (Some(drift), outlooks)
    }

    fn process(&self, compensated: Option<f64>) -> ProcessPlan {
        let drift = |drift: model::Number| compensated.map_or_else(|| self.input(drift), Input::Fixed);
        match &self.scenario.company.process {
            Process::Gbm { drift: stated, volatility } => {
                ProcessPlan::Gbm { drift: drift(*stated), volatility: self.input(*volatility) }
            }
            Process::Merton { drift: stated, volatility, jumps } => ProcessPlan::Merton {
                drift: drift(*stated),
                volatility: self.input(*volatility),
                per_year: self.input(jumps.per_year),
                mean_log: self.input(jumps.mean_log),
                sd_log: self.input(jumps.sd_log),
            },
            Process::AtDates(dates) => {
                ProcessPlan::AtDates(dates.iter().map(|date| (date.years, date.family.clone())).collect())
            }
        }
    }

    fn factors(&self) -> Vec<FactorPlan> {
        let plan = |factor: &crate::model::Factor| FactorPlan {
            drift: self.input(factor.drift),
            volatility: self.input(factor.volatility),
            stream: self.stream(&format!("factors.{} at checks", factor.name)),
        };
        self.scenario.factors.iter().map(plan).collect()
    }

    fn rounds(&mut self, rounds: &crate::model::Rounds) -> RoundsPlan {
        let (size_of_pre_money, size_amount) = match rounds.size {
            RoundSize::OfPreMoney(fraction) => (Some(self.input(fraction)), None),
            RoundSize::Amount(amount) => (None, Some(self.input(amount))),
        };
        let (step_up, pre_money_amount) = match rounds.pre_money {
            PreMoney::AtMarket => (None, None),
            PreMoney::StepUp(multiple) => (Some(self.input(multiple)), None),
            PreMoney::Amount(amount) => (None, Some(self.input(amount))),
        };
        RoundsPlan {
            first: self.clock(&rounds.first, None, "financing_rounds.first"),
            then: rounds.then.map(|then| self.when(then, false)),
            size_of_pre_money,
            size_amount,
            step_up,
            pre_money_amount,
            at_most: rounds.at_most.unwrap_or(u32::MAX),
        }
    }

    fn milestones(&mut self) -> Vec<MilestonePlan> {
        let scenario = self.scenario;
        let plan = |(index, milestone): (usize, &crate::model::Milestone)| {
            let name = format!("milestones.{}", milestone.name);
            let rule = match &milestone.kind {
                MilestoneKind::Timed(clock) => {
                    MilestoneRule::Timed(self.clock(clock, Some(Coordinate::Milestone(index)), &name))
                }
                MilestoneKind::ValueReaches(level) => MilestoneRule::ValueReaches(self.input(*level)),
                MilestoneKind::Checked { watched, at_least, every, throughout } => {
                    let (level, of_today) = match at_least {
                        Level::Absolute(level) => (self.input(*level), false),
                        Level::OfToday(level) => (self.input(*level), true),
                    };
                    MilestoneRule::Checked(CheckPlan {
                        watched: *watched,
                        level,
                        of_today,
                        every: *every,
                        throughout: *throughout,
                    })
                }
            };
            MilestonePlan {
                requires: milestone.requires.clone(),
                rule,
                deadline: milestone.deadline.map(|when| self.when(when, true)),
                effect_if_reached: self.or_zero(milestone.effect_if_reached),
                effect_if_missed: self.or_zero(milestone.effect_if_missed),
                shock: self.stream(&format!("company.value at {name}")),
                crossing: self.stream(&format!("{name} crossing")),
            }
        };
        scenario.milestones.iter().enumerate().map(plan).collect()
    }

    fn strategic(&self) -> Vec<StrategicPlan> {
        let discounting = self.scenario.discounting;
        let rate = discounting.strategic.unwrap_or(discounting.required_return);
        let plan = |flow: &crate::model::Strategic| StrategicPlan {
            yearly: self.input(flow.yearly),
            growth: self.or_zero(flow.growth),
            margin: self.input(flow.margin),
            incremental: self.input(flow.incremental),
            from: self.years(flow.from),
            until: self.years(flow.until),
            ends_at_sale: flow.lives == StrategicLife::WhileIndependent,
            starts_with: flow.starts_with,
            log_discount_rate: libm::log1p(f64::from_decimal(rate)),
        };
        self.scenario.strategic.iter().map(plan).collect()
    }

    /// The column a member of a correlation is drawn from.
    fn column_of(&self, coordinate: Coordinate) -> Result<usize, PlanError> {
        let repeated = matches!(coordinate, Coordinate::Variable(id) if self.scenario.variables[id].repeated);
        self.coordinates
            .iter()
            .find(|(known, _)| *known == coordinate && !repeated)
            .map(|(_, column)| *column)
            .ok_or_else(|| PlanError::Uncorrelatable(self.name_of(coordinate)))
    }

    fn name_of(&self, coordinate: Coordinate) -> String {
        match coordinate {
            Coordinate::Company => "company.value".to_owned(),
            Coordinate::Factor(id) => format!("factors.{}", self.scenario.factors[id].name),
            Coordinate::Variable(id) => self.scenario.variables[id].name.clone(),
            Coordinate::Milestone(id) => format!("milestones.{}", self.scenario.milestones[id].name),
            Coordinate::Ipo => "exit.ipo".to_owned(),
            Coordinate::Sale => "exit.sale".to_owned(),
            Coordinate::Failure => "failure".to_owned(),
        }
    }

    fn groups(&self) -> Result<Vec<Group>, PlanError> {
        let group = |group: &crate::model::CorrelationGroup| {
            let factor = CorrelationMatrix::from_rows(group.matrix.clone())?.check()?;
            let names: Vec<String> = group.members.iter().map(|member| self.name_of(*member)).collect();
            Ok(Group {
                columns: group
                    .members
                    .iter()
                    .map(|member| self.column_of(*member))
                    .collect::<Result<_, PlanError>>()?,
                copula: match group.copula {
                    model::Copula::Gaussian => Copula::gaussian(factor),
                    model::Copula::StudentT(degrees) => Copula::student_t(factor, degrees)?,
                },
                // Named by its members: another group leaves its draws where they were.
                mixing: self.stream(&format!("correlations {}", names.join(", "))),
            })
        };
        self.scenario.correlations.iter().map(group).collect()
    }

    /// Correlation of the processes alone, company first.
    fn process_matrix(&self) -> Vec<Vec<f64>> {
        let processes: Vec<Coordinate> = std::iter::once(Coordinate::Company)
            .chain((0..self.scenario.factors.len()).map(Coordinate::Factor))
            .collect();
        let correlation = |a: &Coordinate, b: &Coordinate| {
            if a == b {
                return 1.0;
            }
            let in_group = |group: &crate::model::CorrelationGroup| {
                let row = group.members.iter().position(|member| member == a)?;
                let column = group.members.iter().position(|member| member == b)?;
                Some(group.matrix[row][column])
            };
            self.scenario.correlations.iter().find_map(in_group).unwrap_or(0.0)
        };
        processes.iter().map(|a| processes.iter().map(|b| correlation(a, b)).collect()).collect()
    }
}
