//! From the columns of a run to plain numbers, each with its error. All files of a report are made from this.

mod case;
mod check;
mod correlation;
mod date;
mod decisions;
mod driver;
mod efficiency;
mod ending;
mod estimate;
mod fair_value;
mod level3;
mod measure;
mod payoff;
mod sale_payoff;
mod shape;
mod terms;
mod warning;
mod word;

use rayon::join;
use rayon::prelude::*;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use case::{CaseSummary, Difference, Probabilities, Shortfall, TailSummary};
pub use check::CheckRow;
pub use correlation::CorrelationRow;
#[cfg(test)]
pub(super) use correlation::rows as correlations;
pub use date::{DateKind, DateMark};
pub use decisions::{DecisionBounds, DecisionRow, DecisionsSummary};
pub use driver::{DriverRow, DriversSummary};
pub use efficiency::{Efficiency, best_mean};
pub use ending::{BranchRow, MilestoneRow, TimingRow, TrancheEnding, TrancheRow};
pub(super) use ending::{expected, is_event};
pub use estimate::{Distribution, Mean, PERCENTILES, Probability, Quantile};
pub use fair_value::{ConversionSplit, FairValueCase, FairValueStudy, FairValueSummary, ZeroRate};
pub use level3::InputRow;
#[cfg(test)]
pub(super) use measure::ratio_of_columns as ratio_of_means;
pub use payoff::{PayoffCurve, PayoffEvent, PayoffKink, PayoffPoint};
pub use shape::{Bins, ConvergenceRow, ExceedanceRow, MoicBucketRow};
pub use terms::{TermRow, TermsSummary};
pub use warning::Warning;
pub(super) use warning::by_code;

use crate::model::{Measure, Provenance, Sampling, Scenario};
use crate::plan::Design;
use crate::quantity::{Currency, Day, YEAR_DAYS};
use crate::simulate::{BLOCK_PATHS, Conditional, CrossCheck, FanDate, NotConditional, Outcomes};
use crate::statistics::{SPREAD_ERROR, SortedSample, UnitError};
use crate::valuation::decide::Decisions;
use crate::valuation::{Drivers, Judged, TermPrices};
use crate::words::Paragraph;

/// Version of the layout of `summary.json`, raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// The generator and how it is addressed: a change of either changes every number.
pub const STREAM_CONTRACT: &str = "philox4x32-10/v1";

/// One case of a run.
#[derive(Clone, Copy, Debug)]
pub struct CaseStudy<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it says.
    pub scenario: &'a Scenario,
    /// What came out.
    pub outcomes: &'a Outcomes,
    /// What is expected given when things happen, or why that is not known; none where it was not asked for.
    pub conditional: Option<&'a Result<Conditional, NotConditional>>,
}

/// Everything that a run found, before it is summed up.
#[derive(Clone, Copy, Debug)]
pub struct Study<'a> {
    /// Name of the scenario, such as the stem of its file.
    pub name: &'a str,
    /// The scenario as it was written.
    pub scenario_text: &'a str,
    /// The scenario with its base file and all overrides merged into one.
    pub resolved_text: &'a str,
    /// The cases, run on the same paths; the base case first.
    pub cases: &'a [CaseStudy<'a>],
    /// The same cases under the risk-neutral measure, where the scenario asks for fair values.
    pub fair_value: Option<FairValueStudy<'a>>,
    /// What the terms of the base case are worth.
    pub terms: &'a TermPrices,
    /// What is decided as is best, by case.
    pub decisions: &'a [(&'a str, &'a Decisions)],
    /// Where the uniforms came from.
    pub design: &'a Design,
    /// The company's value at dates, in the base case.
    pub fan: &'a [FanDate],
    /// Uniforms of the things that move together, by group and member, over the first paths of the base case.
    pub joined: &'a [Vec<Vec<f64>>],
    /// The comparison with exact arithmetic, in the base case.
    pub cross_check: CrossCheck,
    /// What came of the checks.
    pub checks: &'a [Judged],
    /// What the present value of the base case moves with.
    pub drivers: &'a Drivers,
}

/// Why there is nothing to sum up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a study needs a base case")]
pub struct NoBaseCase;

/// The results of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The deal.
    pub deal: DealFacts,
    /// The run, as far as it fixes the numbers.
    pub run: RunFacts,
    /// The cases; the base case first.
    pub cases: Vec<CaseSummary>,
    /// Fair values; none if the scenario does not ask for them.
    pub fair_value: Option<FairValueSummary>,
    /// What the present value moves with; none if no input is uncertain.
    #[serde(default)]
    pub drivers: Option<DriversSummary>,
    /// What each term is worth; none if the deal has no terms beside its price.
    pub terms: Option<TermsSummary>,
    /// Who decides what, and what that is worth; none if nobody decides anything.
    pub decisions: Option<DecisionsSummary>,
    /// Payoff in the base case: of debt at conversion, else of a SAFE or preferred shares in a sale; none without any.
    pub payoff: Option<PayoffCurve>,
    /// The company's value by date.
    pub fan: Vec<FanRow>,
    /// What moves together, as asked for and as it came out; empty if nothing does.
    #[serde(default)]
    pub correlations: Vec<CorrelationRow>,
    /// Dates worth marking on an axis of time.
    pub dates: Vec<DateMark>,
    /// The deal in plain words, paragraph by paragraph.
    pub deal_in_words: Vec<Paragraph>,
    /// Every marked figure of the scenario.
    pub assumptions: Vec<AssumptionRow>,
    /// Fast against exact arithmetic.
    pub cross_check: CrossCheckSummary,
    /// The scenario's checks, in its order.
    #[serde(default)]
    pub checks: Vec<CheckRow>,
    /// Reasons for care.
    pub warnings: Vec<Warning>,
}

/// The parties, dates and rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DealFacts {
    /// Title.
    pub title: String,
    /// Whose results these are.
    pub investor: String,
    /// Who is financed.
    pub company: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Time zero, ISO 8601.
    #[serde(with = "word::day")]
    pub valuation_date: Day,
    /// The last day looked at, ISO 8601.
    #[serde(with = "word::day")]
    pub horizon: Day,
    /// Rate of present values a year, annually compounded.
    pub required_return_per_year: f64,
    /// Rate of the commercial flows a year.
    pub strategic_rate_per_year: f64,
    /// The company's value today, if it is known.
    pub company_value_today: Option<f64>,
    /// What the investor's tranches come to if all are funded, expected sizes.
    pub committed: f64,
}

/// What fixes the numbers of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// Name of the scenario.
    pub scenario: String,
    /// Ten hexadecimal digits that stand for everything below.
    pub run_id: String,
    /// Version of the program.
    pub engine_version: Cow<'static, str>,
    /// Seed of all random streams.
    pub seed: u64,
    /// Paths.
    pub paths: u64,
    /// Paths in a block: sums are folded block by block.
    pub block_paths: u64,
    /// [`STREAM_CONTRACT`].
    pub stream: Cow<'static, str>,
    /// How the random numbers of different paths hang together.
    pub sampling: SamplingFacts,
    /// How far a percentile may be off because values were counted in bins, relative to itself; 0 where all were kept.
    #[serde(default)]
    pub percentile_error: f64,
    /// BLAKE3 of the scenario as written.
    pub scenario_blake3: String,
    /// BLAKE3 of the resolved base case.
    pub resolved_blake3: String,
}

/// How the random numbers of different paths hang together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingFacts {
    /// As in the scenario language.
    #[serde(with = "word::sampling")]
    pub method: Sampling,
    /// Independent groups of paths that all errors come from; none where each path is one.
    pub independent_groups: Option<u64>,
    /// Draws of a path that are coordinates of a Sobol' point; all further ones are pseudo-random.
    pub sobol_dimensions: Option<u32>,
}

impl SamplingFacts {
    fn new(design: &Design, paths: u64) -> Self {
        let sampling = design.sampling();
        let paths = usize::try_from(paths).unwrap_or(usize::MAX);
        Self {
            method: sampling,
            independent_groups: design.units().map(|units| units.count(paths) as u64),
            sobol_dimensions: (sampling == Sampling::Sobol).then(|| design.dimensions()),
        }
    }
}

/// The company's value at one date, on the paths where it still exists on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FanRow {
    /// Years after the valuation date.
    pub years: f64,
    /// The day, ISO 8601.
    pub date: String,
    /// 5th, 25th, 50th, 75th and 95th percentile; none if no path is left.
    pub percentiles: Option<[f64; 5]>,
    /// Share of the paths looked at on which the company still exists.
    pub alive: Probability,
}

/// A marked figure of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssumptionRow {
    /// The key's path.
    pub key: String,
    /// As written.
    pub value: String,
    /// `stated`, `derived` or `assumed`.
    pub provenance: Cow<'static, str>,
    /// The source or reason.
    pub note: String,
}

/// Fast against exact arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossCheckSummary {
    /// Paths priced both ways.
    pub paths_compared: u64,
    /// Largest difference relative to the cash of the path.
    pub worst_difference: f64,
    /// Where it is found.
    pub worst_path: u64,
    /// Paths beyond the range of the decimals.
    pub out_of_range: u64,
}

impl Summary {
    /// Sums up a run.
    ///
    /// # Errors
    /// If there is no case.
    pub fn new(study: &Study<'_>) -> Result<Self, NoBaseCase> {
        let base = study.cases.first().ok_or(NoBaseCase)?;
        let case = |(index, case)| CaseSummary::new(case, (index > 0).then_some(base));
        let cases = || study.cases.par_iter().enumerate().map(case).collect::<Vec<CaseSummary>>();
        let (cases, (payoff, fan)) = join(cases, || {
            join(
                || payoff::of(base).or_else(|| sale_payoff::of(base)),
                || {
                    study
                        .fan
                        .par_iter()
                        .map(|date| fan_row(date, base.scenario.deal.valuation_date))
                        .collect()
                },
            )
        });
        let CrossCheck { compared, worst_difference, worst_path, out_of_range } = study.cross_check;
        let cross_check =
            CrossCheckSummary { paths_compared: compared, worst_difference, worst_path, out_of_range };
        let run = run_facts(study, base);
        let fair_value = study.fair_value.as_ref().map(|fair| FairValueSummary::new(fair, study));
        let warnings = warning::of_path_count(&run)
            .into_iter()
            .chain(cases.iter().flat_map(warning::of_case))
            .chain(fair_value.iter().flat_map(|fair| fair.cases.iter().filter_map(warning::of_fair_value)))
            .chain(warning::of_cross_check(&cross_check))
            .collect();
        let tail = match (study.terms.measure, &fair_value) {
            (Measure::RiskNeutral, Some(fair)) => fair.cases.first().map(|case| &case.tail),
            _ => cases.first().map(|case| &case.tail),
        };
        let priced = !study.terms.terms.is_empty();
        let terms = tail.filter(|_| priced).map(|tail| TermsSummary::new(study.terms, tail));
        let deal = deal_facts(base.scenario);
        let infinite =
            cases.first().and_then(|case| case.tail.verdict.as_deref()) == Some("infinite_variance");
        let mark = currency_mark(&deal.currency);
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            checks: study.checks.iter().map(|judged| CheckRow::new(judged, mark)).collect(),
            run,
            fair_value,
            drivers: DriversSummary::new(study.drivers, !infinite),
            terms,
            decisions: DecisionsSummary::new(base.scenario, study.decisions),
            payoff,
            fan,
            correlations: correlation::rows(base.scenario, study.joined),
            dates: date::dates(base.scenario),
            deal_in_words: crate::words::deal(base.scenario),
            assumptions: assumptions(base.scenario),
            deal,
            cases,
            cross_check,
            warnings,
        })
    }

    /// The base case.
    #[must_use]
    pub fn base(&self) -> &CaseSummary {
        // There is one, or there is no summary.
        &self.cases[0]
    }

    /// The ends of the quarters after the valuation date, the last one cut at the horizon: years and day.
    pub(super) fn quarter_ends(&self) -> Vec<(f64, Day)> {
        let start = self.deal.valuation_date;
        let horizon = f64::from(self.deal.horizon.0 - start.0) / YEAR_DAYS;
        let quarters = self.cases.iter().flat_map(|case| &case.timing).map(|row| row.cumulative.len()).max();
        (1..=quarters.unwrap_or(0))
            .map(|quarter| {
                let years = (quarter as f64 / 4.0).min(horizon);
                (years, day_after(start, years))
            })
            .collect()
    }

    /// How the deal's currency is written before an amount: a symbol, or its code.
    #[must_use]
    pub fn currency_mark(&self) -> &str {
        currency_mark(&self.deal.currency)
    }
}

fn currency_mark(code: &str) -> &str {
    code.parse::<Currency>().ok().and_then(|currency| currency.symbol()).unwrap_or(code)
}

fn deal_facts(scenario: &Scenario) -> DealFacts {
    use crate::number::Amount;
    let deal = &scenario.deal;
    let rate = |rate| f64::from_decimal(rate);
    let required = scenario.discounting.required_return;
    let valued = scenario.instruments.iter().filter(|instrument| instrument.valued);
    DealFacts {
        title: deal.title.clone(),
        investor: deal.investor.clone(),
        company: deal.company.clone(),
        currency: deal.currency.clone(),
        valuation_date: deal.valuation_date,
        horizon: deal.horizon,
        required_return_per_year: rate(required),
        strategic_rate_per_year: rate(scenario.discounting.strategic.unwrap_or(required)),
        company_value_today: scenario.company.value_today.known(),
        committed: valued.flat_map(|i| &i.tranches).map(|t| expected(t.amount, scenario)).sum(),
    }
}

fn run_facts(study: &Study<'_>, base: &CaseStudy<'_>) -> RunFacts {
    let paths = base.outcomes.tally.paths;
    let seed = base.scenario.simulation.seed;
    let engine_version = env!("CARGO_PKG_VERSION");
    let mut hasher = blake3::Hasher::new();
    for part in [study.resolved_text, study.scenario_text, engine_version, STREAM_CONTRACT] {
        // The length keeps the parts apart.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    for number in [seed, paths, BLOCK_PATHS] {
        hasher.update(&number.to_le_bytes());
    }
    RunFacts {
        scenario: study.name.to_owned(),
        run_id: hasher.finalize().to_hex()[..10].to_owned(),
        engine_version: engine_version.into(),
        seed,
        paths,
        block_paths: BLOCK_PATHS,
        stream: STREAM_CONTRACT.into(),
        sampling: SamplingFacts::new(study.design, paths),
        percentile_error: if base.outcomes.digest.is_some() { SPREAD_ERROR } else { 0.0 },
        scenario_blake3: blake3::hash(study.scenario_text.as_bytes()).to_hex().to_string(),
        resolved_blake3: blake3::hash(study.resolved_text.as_bytes()).to_hex().to_string(),
    }
}

/// The day so many years after another.
pub(super) fn day_after(start: Day, years: f64) -> Day {
    #[expect(clippy::cast_possible_truncation, reason = "days within the horizon")]
    let days = libm::round(years * YEAR_DAYS) as i32;
    Day(start.0 + days)
}

fn alive(date: &FanDate) -> Probability {
    let share = Probability::of(date.values.len() as u64, date.paths);
    let Some(p) = share.value.filter(|_| !date.groups.is_empty()) else { return share };
    let seen = date.groups.iter().filter(|(_, all)| *all > 0);
    let residuals: Vec<f64> = seen.map(|(existing, all)| *existing as f64 - p * *all as f64).collect();
    share.by_groups(UnitError::of_totals(&residuals, date.paths as f64))
}

fn fan_row(date: &FanDate, start: Day) -> FanRow {
    let sorted = SortedSample::new(&date.values);
    let percentiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| sorted.quantile(p).unwrap_or(f64::NAN));
    FanRow {
        years: date.years,
        date: day_after(start, date.years).to_string(),
        percentiles: (!sorted.is_empty()).then_some(percentiles),
        alive: alive(date),
    }
}

fn assumptions(scenario: &Scenario) -> Vec<AssumptionRow> {
    let row = |assumption: &crate::model::Assumption| AssumptionRow {
        key: assumption.key.clone(),
        value: assumption.value.clone(),
        provenance: match assumption.provenance {
            Provenance::Stated => "stated".into(),
            Provenance::Derived => "derived".into(),
            Provenance::Assumed => "assumed".into(),
        },
        note: assumption.note.clone(),
    };
    scenario.assumptions.iter().map(row).collect()
}
