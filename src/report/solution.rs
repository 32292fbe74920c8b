//! What came of solving for a figure, as text for a terminal and as JSON.

use serde::Serialize;

use super::format::paths;
use super::shown::{shown, unit_name};
use crate::scenario::{Dial, Unit};
use crate::valuation::{Point, Refusal, Solution, Solved, Target, Wanted};

/// Version of the JSON object.
const SCHEMA_VERSION: u32 = 1;
/// Width of the names on the left.
const NAME: usize = 10;

/// A search and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct SolveReport<'a> {
    /// The figure that was solved for.
    pub dial: &'a Dial,
    /// What was asked.
    pub target: &'a Target,
    /// What came of it.
    pub solved: &'a Solved,
    /// The case whose figure it is; none for the deal as it stands.
    pub case: Option<&'a str>,
    /// Paths of every evaluation.
    pub paths: u64,
    /// Seed of the random streams.
    pub seed: u64,
}

/// The JSON object: figures in currency units, fractions or days, as the units say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SolveJson {
    /// Version of this object.
    pub schema_version: u32,
    /// The key.
    pub key: String,
    /// What its figures are measured in.
    pub unit: &'static str,
    /// The deal's currency.
    pub currency: String,
    /// The case looked at; null for the deal as it stands.
    pub case: Option<String>,
    /// The metric.
    pub metric: String,
    /// What its figures are measured in.
    pub metric_unit: &'static str,
    /// What the metric is to be; null if it is to be that of a case.
    pub target: Option<f64>,
    /// The case whose metric it is to be.
    pub target_case: Option<String>,
    /// `real_world` or `risk_neutral`.
    pub measure: &'static str,
    /// Paths of every evaluation.
    pub paths: u64,
    /// Seed of the random streams.
    pub seed: u64,
    /// The figure as the scenario has it; null if it has none, or a distribution.
    pub current: Option<f64>,
    /// The answer; null if there is none.
    pub answer: Option<AnswerJson>,
    /// Why there is none; null if there is one.
    pub refusal: Option<RefusalJson>,
    /// How many figures were evaluated.
    pub evaluations: usize,
    /// All figures that were evaluated, rising.
    pub points: Vec<PointJson>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerJson {
    /// The figure.
    pub figure: f64,
    /// As it can be written into the scenario.
    pub text: String,
    /// Its standard error, by the delta method.
    pub standard_error: f64,
    /// The metric there.
    pub metric: f64,
    /// The metric there less the target.
    pub gap: f64,
    /// The standard error of that, on common paths.
    pub gap_standard_error: f64,
    /// Change of the metric for one unit of the figure.
    pub slope: f64,
    /// Its standard error, on common paths.
    pub slope_standard_error: f64,
}

/// Why there is no one answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RefusalJson {
    /// `not_reached`, `flat`, `several`, `turns`, `jumps` or `undefined`.
    pub reason: &'static str,
    /// As a sentence.
    pub message: String,
    /// The figures it speaks of.
    pub figures: Vec<f64>,
}

/// A figure that was evaluated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PointJson {
    /// The figure.
    pub figure: f64,
    /// As it can be written into the scenario.
    pub text: String,
    /// The metric there; null if it is undefined.
    pub metric: Option<f64>,
    /// The metric less the target.
    pub gap: Option<f64>,
    /// The standard error of that.
    pub gap_standard_error: Option<f64>,
}

impl SolveReport<'_> {
    /// The answer in a few lines, or why there is none, with the table of what was seen.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.solved.answer {
            Ok(solution) => self.answer(solution),
            Err(refusal) => self.refused(refusal),
        }
    }

    fn answer(&self, solution: &Solution) -> String {
        let Self { dial, target, .. } = self;
        let exact = dial.text(solution.figure);
        let error = solution.standard_error;
        let metric = target.metric.unit();
        let mut lines =
            vec![format!("{} = {}", dial.key, self.shown(dial.unit, solution.figure, Some(error)))];
        let mut line = |name: &str, text: String| lines.push(format!("  {name:NAME$}{text}"));
        line("gives", format!("{} = {}", target.metric.text(), self.wanted()));
        let there = self.shown(metric, solution.metric, Some(solution.gap.1));
        line("there", format!("{there} at the last evaluation"));
        if let Some(current) = dial.current {
            line("now", self.shown(dial.unit, current, None));
        }
        line("found in", self.effort());
        line("exactly", format!("--set '{}={exact}'", dial.key));
        lines.join("\n") + "\n"
    }

    /// The reason, then what was seen.
    fn refused(&self, refusal: &Refusal) -> String {
        let Self { dial, target, solved, .. } = self;
        let metric = target.metric.unit();
        let rows: Vec<[String; 3]> = solved
            .points
            .iter()
            .map(|point| {
                [
                    self.shown(dial.unit, point.at, None),
                    self.shown(metric, point.metric, None),
                    self.shown(metric, point.gap.value, Some(point.gap.standard_error)),
                ]
            })
            .collect();
        let head = [dial.key.clone(), target.metric.text().to_owned(), "above the target".to_owned()];
        let width = |column: usize| {
            rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let widths = [width(0), width(1), width(2)];
        let line = |row: &[String; 3]| {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:>width$}"));
            format!("  {}\n", cells.collect::<Vec<_>>().join("  "))
        };
        let table: String = [&head].into_iter().chain(&rows).map(line).collect();
        format!("{}\n{table}  {}\n", self.reason(refusal), self.effort())
    }

    fn effort(&self) -> String {
        let case = self.case.map_or_else(String::new, |case| format!(", case \"{case}\""));
        let number = self.solved.points.len();
        format!("{number} evaluations of {}, seed {}{case}", paths(self.paths), self.seed)
    }

    fn wanted(&self) -> String {
        match &self.target.wanted {
            Wanted::Value(value) => self.shown(self.target.metric.unit(), *value, None),
            Wanted::Case(name) => format!("that of the case \"{name}\""),
        }
    }

    /// Why there is no one answer, as a sentence with what to do.
    fn reason(&self, refusal: &Refusal) -> String {
        let metric = self.target.metric.text();
        let key = &self.dial.key;
        let figure = |figure: f64| self.shown(self.dial.unit, figure, None);
        match refusal {
            Refusal::NotReached => {
                let ends = |points: &[Point]| Some((points.first()?.at, points.last()?.at));
                let (from, to) = ends(&self.solved.points).unwrap_or((f64::NAN, f64::NAN));
                let (from, to) = (figure(from), figure(to));
                let wanted = self.wanted();
                format!(
                    "{metric} does not reach {wanted} between {from} and {to}; look elsewhere with --between LO..HI"
                )
            }
            Refusal::Flat { from, to } => format!(
                "{metric} hardly depends on {key} between {} and {}: its slope cannot be told from 0",
                figure(*from),
                figure(*to)
            ),
            Refusal::Several(answers) => {
                let answers: Vec<String> = answers.iter().map(|answer| figure(*answer)).collect();
                format!(
                    "there are several answers, near {}; choose one with --between LO..HI",
                    answers.join(", ")
                )
            }
            Refusal::Turns { answer, near } => format!(
                "{metric} is not monotone: it turns around near {}; {} is an answer, to be had alone with --between LO..HI",
                figure(*near),
                figure(*answer)
            ),
            Refusal::Jumps { at } => {
                format!("{metric} jumps over the target at {}: it never takes that value", figure(*at))
            }
            Refusal::Undefined { at } => format!("{metric} is undefined at {}", figure(*at)),
        }
    }

    /// A figure as a reader wants it, with its standard error if there is one.
    fn shown(&self, unit: Unit, figure: f64, error: Option<f64>) -> String {
        let currency = self.dial.currency;
        shown(unit, figure, error, currency.symbol().unwrap_or(currency.code()))
    }

    /// The JSON object.
    #[must_use]
    pub fn json(&self) -> SolveJson {
        let Self { dial, target, solved, .. } = self;
        let (value, case) = match &target.wanted {
            Wanted::Value(value) => (Some(*value), None),
            Wanted::Case(name) => (None, Some(name.clone())),
        };
        SolveJson {
            schema_version: SCHEMA_VERSION,
            key: dial.key.clone(),
            unit: unit_name(dial.unit),
            currency: dial.currency.to_string(),
            case: self.case.map(str::to_owned),
            metric: target.metric.text().to_owned(),
            metric_unit: unit_name(target.metric.unit()),
            target: value,
            target_case: case,
            measure: if target.metric.statistic.is_fair_value() { "risk_neutral" } else { "real_world" },
            paths: self.paths,
            seed: self.seed,
            current: dial.current,
            answer: solved.answer.as_ref().ok().map(|solution| answer_json(dial, solution)),
            refusal: solved.answer.as_ref().err().map(|refusal| self.refusal_json(refusal)),
            evaluations: solved.points.len(),
            points: solved.points.iter().map(|point| point_json(dial, point)).collect(),
        }
    }

    fn refusal_json(&self, refusal: &Refusal) -> RefusalJson {
        let (reason, figures) = match refusal {
            Refusal::NotReached => ("not_reached", Vec::new()),
            Refusal::Flat { from, to } => ("flat", vec![*from, *to]),
            Refusal::Several(answers) => ("several", answers.clone()),
            Refusal::Turns { answer, near } => ("turns", vec![*answer, *near]),
            Refusal::Jumps { at } => ("jumps", vec![*at]),
            Refusal::Undefined { at } => ("undefined", vec![*at]),
        };
        RefusalJson { reason, message: self.reason(refusal), figures }
    }
}

fn answer_json(dial: &Dial, solution: &Solution) -> AnswerJson {
    AnswerJson {
        figure: solution.figure,
        text: dial.text(solution.figure),
        standard_error: solution.standard_error,
        metric: solution.metric,
        gap: solution.gap.0,
        gap_standard_error: solution.gap.1,
        slope: solution.slope.0,
        slope_standard_error: solution.slope.1,
    }
}

fn point_json(dial: &Dial, point: &Point) -> PointJson {
    let finite = |value: f64| value.is_finite().then_some(value);
    PointJson {
        figure: point.at,
        text: dial.text(point.at),
        metric: finite(point.metric),
        gap: finite(point.gap.value),
        gap_standard_error: finite(point.gap.standard_error),
    }
}
