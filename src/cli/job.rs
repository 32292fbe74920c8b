//! [`Job`]: what `run` does once it knows what to run, and `merge` and `reproduce` do again from what a run wrote.

use std::ops::Range;
use std::time::Instant;

use super::checks::judged;
use super::exit::Failure;
use super::interrupt;
use super::load::{Case, case_number, cases};
use super::target::Target;
use super::terminal::Terminal;
use crate::model::{RiskNeutral, Scenario};
use crate::plan::{Plan, RuleBook};
use crate::report::manifest::{Asked, Volatile};
use crate::report::paths::PathsFile;
use crate::report::summary::{CaseStudy, FairValueStudy, Study as Results, Summary};
use crate::report::theme::Theme;
use crate::report::{ReportError, ReportInput};
use crate::scenario::{Standalone, Study};
use crate::simulate::{
    BLOCK_PATHS, Collection, Conditional, MOST_COLUMNS, NotConditional, Outcomes, RunError, RunOptions,
    Survey, conditional, conditional_paths, cross_check, fan, joined_uniforms, survey_into,
};
use crate::valuation::decide::{Decisions, Settings};
use crate::valuation::{drivers, price_terms};

/// Paths priced again in exact decimals.
const CROSS_CHECKED: u64 = 400;
/// Paths and dates of the picture of the company's value over time.
const FAN: (u64, u32) = (20_000, 40);
/// Paths on which it is checked how things move together: a correlation is known to 0.01 then.
const JOINED: u64 = 1 << 14;

/// Everything that fixes the files of a run.
pub(super) struct Job {
    /// The scenario's name.
    pub(super) name: String,
    /// The scenario's file as it was written.
    pub(super) scenario_text: String,
    /// The scenario that is run, with its data.
    pub(super) scenario: Standalone,
    /// The same, decoded: numbers and texts of the report come from what the report's folder holds.
    pub(super) study: Study,
    /// The cases and the target asked for.
    pub(super) asked: Asked,
    /// The command that makes the report again.
    pub(super) command: String,
    /// How the report looks, if not as usual.
    pub(super) theme: Option<Theme>,
}

/// What is simulated for it.
pub(super) struct Prepared<'a> {
    cases: Vec<Case<'a>>,
    fair: Vec<Fair<'a>>,
    changes: Vec<String>,
    options: RunOptions,
    target: Option<Target>,
    start: Instant,
}

/// What came of it.
pub(super) struct Done {
    pub(super) summary: Summary,
    /// Whether the run is as exact as was asked.
    pub(super) precise: Result<(), Failure>,
    /// What a second run may change.
    pub(super) volatile: Volatile,
}

impl Job {
    /// Decodes a scenario that stands alone.
    pub(super) fn new(
        name: String,
        scenario_text: String,
        scenario: Standalone,
        asked: Asked,
        command: String,
        theme: Option<Theme>,
    ) -> Result<Self, Failure> {
        let loaded = scenario.load("scenario.resolved.toml");
        let loaded = loaded
            .map_err(|error| Failure::Output(format!("cannot lay out the scenario's data: {error}")))?;
        match loaded.study {
            Some(study) => Ok(Self { name, scenario_text, scenario, study, asked, command, theme }),
            None => Err(Failure::Internal("the resolved scenario cannot be read again".to_owned())),
        }
    }

    /// Blocks of paths in the whole run, at most.
    pub(super) fn blocks(&self) -> u64 {
        self.study.base.simulation.paths.div_ceil(BLOCK_PATHS)
    }

    /// Plans what is simulated.
    pub(super) fn prepare(&self, threads: Option<u16>) -> Result<Prepared<'_>, Failure> {
        let start = Instant::now();
        let study = &self.study;
        let options = RunOptions { paths: study.base.simulation.paths, threads: threads.map(usize::from) };
        let cases = chosen(study, &self.asked.cases, options.threads)?;
        let (fair, changes) = risk_neutral(&cases)?;
        let read = |text: &str| Target::read(text, &study.base.deal.currency);
        let target = self.asked.target.as_deref().map(read).transpose()?;
        let heavy = target.and_then(|_| cases.first()).and_then(|base| base.scenario.heavy_tail());
        if let Some(heavy) = heavy {
            return Err(Failure::Usage(format!(
                "--target needs an error of the mean that can be trusted: {}; leave it out, or bound what is drawn",
                heavy.cause
            )));
        }
        Ok(Prepared { cases, fair, changes, options, target, start })
    }

    /// Runs and sums up.
    pub(super) fn run(&self, threads: Option<u16>, terminal: &Terminal) -> Result<Done, Failure> {
        let prepared = self.prepare(threads)?;
        let collection = prepared.simulate(None, None, terminal)?;
        self.sum_up(&prepared, &collection.outcomes())
    }

    /// Sums up the results of all blocks.
    pub(super) fn sum_up(&self, prepared: &Prepared<'_>, outcomes: &[Outcomes]) -> Result<Done, Failure> {
        let Prepared { cases, fair, changes, options, target, start } = prepared;
        let study = &self.study;
        let (real_world, fair_outcomes) = outcomes.split_at(cases.len());
        let paths = outcomes[0].tally.paths;
        let base = &cases[0].plan;
        let joined = joined_uniforms(&base.world, JOINED.min(paths));
        let fan = fan(base, FAN.0.min(paths), FAN.1);
        let valued = fair.first().map_or(cases[0].scenario, |fair| &fair.scenario);
        interrupt::check()?;
        let deciding = Settings::like(cases[0].decisions.as_ref());
        let terms = price_terms(valued, RunOptions { paths, ..*options }, deciding)
            .map_err(|error| Failure::Internal(error.to_string()))?;
        interrupt::check()?;
        let given = given_events(&prepared.plans(), RunOptions { paths, ..*options })?;
        let (real_given, fair_given) = given.split_at(cases.len());
        interrupt::check()?;
        let real = cases.iter().map(|case| (case.name, case.scenario));
        let studies = case_studies(real, real_world, real_given);
        let implied = fair.iter().map(|fair| (fair.name, &fair.scenario));
        let fair_studies = case_studies(implied, fair_outcomes, fair_given);
        let fair_value = study.base.fair_value.as_ref().map(|basis| FairValueStudy {
            basis,
            changes,
            cases: &fair_studies,
        });
        let drivers = drivers(cases[0].scenario, base, &outcomes[0], options.threads)
            .map_err(|error| Failure::Internal(error.to_string()))?;
        let judged = judged(&study.checks, &studies, &fair_studies);
        let decisions: Vec<(&str, &Decisions)> =
            cases.iter().filter_map(|case| Some((case.name, case.decisions.as_ref()?))).collect();
        let results = Results {
            name: &self.name,
            scenario_text: &self.scenario_text,
            resolved_text: &self.scenario.text,
            cases: &studies,
            fair_value,
            terms: &terms,
            decisions: &decisions,
            design: &base.world.design,
            fan: &fan,
            joined: &joined,
            cross_check: cross_check(base, paths, CROSS_CHECKED),
            checks: &judged,
            drivers: &drivers,
        };
        let summary = Summary::new(&results).map_err(|error| Failure::Internal(error.to_string()))?;
        interrupt::check()?;
        let sampling = study.base.simulation.sampling;
        Ok(Done {
            summary,
            precise: target.map_or(Ok(()), |target| target.check(&outcomes[0], sampling)),
            volatile: Volatile { wall_seconds: start.elapsed().as_secs_f64(), threads: count(*options) },
        })
    }

    /// Hands what the files of the report are made from to `write`.
    pub(super) fn written<T>(
        &self,
        done: &Done,
        write: impl FnOnce(&ReportInput<'_>) -> Result<T, ReportError>,
    ) -> Result<T, Failure> {
        let input = ReportInput {
            summary: &done.summary,
            scenario_text: &self.scenario_text,
            resolved_text: &self.scenario.text,
            data: &self.scenario.data,
            asked: &self.asked,
            command: &self.command,
            theme: self.theme.as_ref(),
            volatile: done.volatile,
        };
        write(&input).map_err(super::report::failure)
    }
}

impl Prepared<'_> {
    /// All cases, those under the risk-neutral measure last.
    pub(super) fn plans(&self) -> Vec<&Plan> {
        let real_world = self.cases.iter().map(|case| &case.plan);
        real_world.chain(self.fair.iter().map(|fair| &fair.plan)).collect()
    }

    /// Names of the cases in real-world probabilities.
    pub(super) fn names(&self) -> Vec<&str> {
        self.cases.iter().map(|case| case.name).collect()
    }

    /// Paths of the run, at most.
    pub(super) fn paths(&self) -> u64 {
        self.options.paths
    }

    /// Simulates these blocks, or all, and shows how far it is; hands each block to `file`, if there is one.
    pub(super) fn simulate(
        &self,
        blocks: Option<Range<u64>>,
        mut file: Option<&mut PathsFile>,
        terminal: &Terminal,
    ) -> Result<Collection, Failure> {
        let plans = self.plans();
        let first_fair = self.cases.len();
        let base = |number| if number < first_fair { 0 } else { first_fair };
        let bases: Vec<Option<usize>> =
            (0..plans.len()).map(|number| Some(base(number)).filter(|base| *base != number)).collect();
        let paths = self.options.paths;
        let whole = |blocks: &Range<u64>| ((blocks.end - blocks.start) * BLOCK_PATHS).min(paths);
        let bar = terminal.progress(blocks.as_ref().map_or(paths, whole));
        let go_on = |done| {
            bar.set_position(done);
            !interrupt::requested()
        };
        let wanted = Survey {
            plans: &plans,
            bases: &bases,
            options: self.options,
            most_columns: MOST_COLUMNS,
            blocks,
        };
        let enough = |target: Target| move |so_far: &[Outcomes]| target.is_met(&so_far[0]);
        let mut sink =
            |first: u64, cases: &[Outcomes]| file.as_mut().is_none_or(|file| file.take(first, cases));
        let collection = match self.target {
            Some(target) => survey_into(&wanted, Some(&enough(target)), &go_on, &mut sink),
            None => survey_into(&wanted, None, &go_on, &mut sink),
        };
        bar.finish_and_clear();
        collection.map_err(|error| match error {
            RunError::Interrupted => Failure::Interrupted,
            RunError::Threads(error) => Failure::Internal(error.to_string()),
        })
    }
}

/// The base case, and the cases wanted, or all.
fn chosen<'a>(study: &'a Study, wanted: &[String], threads: Option<usize>) -> Result<Vec<Case<'a>>, Failure> {
    let mut all: Vec<Option<Case<'a>>> = cases(study, threads)?.into_iter().map(Some).collect();
    let numbers: Vec<usize> = match wanted {
        [] => (1..all.len()).collect(),
        names => names.iter().map(|name| case_number(study, name)).collect::<Result<_, _>>()?,
    };
    Ok(std::iter::once(0).chain(numbers).filter_map(|number| all[number].take()).collect())
}

/// A case under the risk-neutral measure.
pub(super) struct Fair<'a> {
    pub(super) name: &'a str,
    pub(super) scenario: Scenario,
    pub(super) plan: Plan,
}

/// The cases under the risk-neutral measure, none if no fair value is asked for, and what the measure changes.
pub(super) fn risk_neutral<'a>(cases: &[Case<'a>]) -> Result<(Vec<Fair<'a>>, Vec<String>), Failure> {
    let mut found: Vec<(&str, Scenario, Option<&RuleBook>)> = Vec::new();
    let mut changes: Vec<String> = Vec::new();
    for case in cases {
        let counterpart = case.scenario.risk_neutral();
        // The scenario reader has refused what has no fair value.
        let counterpart =
            counterpart.map_err(|_| Failure::Internal("a case has no fair value".to_owned()))?;
        if let Some(RiskNeutral { scenario, changes: more }) = counterpart {
            found.push((case.name, scenario, case.decisions.as_ref().map(|found| &found.rules)));
            changes.extend(more.into_iter().filter(|change| !changes.contains(change)).collect::<Vec<_>>());
        }
    }
    let plans = Plan::of_decided(found.iter().map(|(_, scenario, rules)| (scenario, *rules)))
        .map_err(|error| Failure::Internal(error.to_string()))?;
    let fair = found.into_iter().zip(plans).map(|((name, scenario, _), plan)| Fair { name, scenario, plan });
    Ok((fair.collect(), changes))
}

type Given = Result<Conditional, NotConditional>;

/// What is expected of all cases given when things happen.
fn given_events(plans: &[&Plan], options: RunOptions) -> Result<Vec<Given>, Failure> {
    let paths = plans.first().map_or(0, |plan| conditional_paths(plan, options.paths));
    let options = RunOptions { paths, ..options };
    conditional(plans, options).map_err(|error| Failure::Internal(error.to_string()))
}

fn case_studies<'a>(
    cases: impl Iterator<Item = (&'a str, &'a Scenario)>,
    outcomes: &'a [Outcomes],
    given: &'a [Given],
) -> Vec<CaseStudy<'a>> {
    let found = outcomes.iter().zip(given);
    let study = |((name, scenario), (outcomes, given))| CaseStudy {
        name,
        scenario,
        outcomes,
        conditional: Some(given),
    };
    cases.zip(found).map(study).collect()
}

fn count(options: RunOptions) -> usize {
    options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}
