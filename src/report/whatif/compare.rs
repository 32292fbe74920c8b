//! Two deals compared.

use std::path::Path;

use super::{SCHEMA_VERSION, Sheet, aligned, cut, figure_json, shown::unit_name, signed, told};
use crate::report::chart::{Chart, ChartError, Compare, ComparePoint, Differences, Frame};
use crate::report::figure::Look;
use crate::report::format::{money, paths, percent};
use crate::report::table::{Cell, Table};
use crate::scenario::Unit;
use crate::simulate::Branch;
use crate::valuation::{Change, Comparison, CurvePoint, Figure, PathByPath};

/// Longest list of changed inputs on a screen, and the most columns of one value.
const MOST_INPUTS: usize = 20;
const WIDEST: usize = 44;

/// One of the two deals.
#[derive(Clone, Debug)]
pub struct Side {
    /// The file or folder that it comes from.
    pub path: String,
    /// Its case; none if the deal is as stated.
    pub case: Option<String>,
    /// What it states: paths of keys and values.
    pub stated: Vec<(String, String)>,
}

/// Two deals and what came of comparing them.
#[derive(Clone, Debug)]
pub struct CompareReport<'a> {
    /// The first.
    pub a: &'a Side,
    /// The second.
    pub b: &'a Side,
    /// The results.
    pub comparison: &'a Comparison,
    /// Paths and seed of each.
    pub runs: [(u64, u64); 2],
    /// ISO 4217 code.
    pub currency: &'a str,
    /// How amounts are marked.
    pub mark: &'a str,
    /// What the reader must know of how they were run.
    pub notes: &'a [String],
}

impl Side {
    fn case(&self) -> &str {
        self.case.as_deref().unwrap_or("as stated")
    }

    /// Where it comes from, and its case.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} · {}", self.path, self.case())
    }

    /// The same, as short as it can be told.
    fn short_name(&self) -> String {
        let stem =
            Path::new(&self.path).file_stem().map_or(self.path.as_str().into(), |s| s.to_string_lossy());
        self.case.as_ref().map_or(stem.to_string(), |case| format!("{stem}, {case}"))
    }
}

impl CompareReport<'_> {
    /// Text, JSON, tables and chart.
    ///
    /// # Errors
    /// If the chart cannot be drawn.
    pub fn sheet(&self, look: &Look) -> Result<Sheet, ChartError> {
        Ok(Sheet {
            kind: "compare",
            text: self.text(),
            json: self.json(),
            tables: [self.table(), self.inputs_table()].into_iter().chain(self.path_table()).collect(),
            charts: vec![self.chart(look)?],
        })
    }

    /// Keys whose values differ, with both; empty where one does not state it.
    fn changed(&self) -> Vec<(String, Option<String>, Option<String>)> {
        let value = |side: &Side, key: &str| {
            side.stated.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
        };
        let mut keys: Vec<&String> = self.a.stated.iter().map(|(key, _)| key).collect();
        keys.extend(self.b.stated.iter().map(|(key, _)| key).filter(|key| value(self.a, key).is_none()));
        keys.into_iter()
            .map(|key| (key.clone(), value(self.a, key), value(self.b, key)))
            .filter(|(_, a, b)| a != b)
            .collect()
    }

    fn text(&self) -> String {
        let Self { comparison, mark, .. } = self;
        let mut text = format!("  A  {}\n  B  {}\n", self.a.name(), self.b.name());
        text.push_str(&format!("  {}\n", self.run_as()));
        for note in self.notes {
            text.push_str(&format!("  note: {note}\n"));
        }
        let changed = self.changed();
        text.push_str(&match changed.len() {
            0 => "\nNo input differs\n".to_owned(),
            1 => "\n1 input differs\n".to_owned(),
            many => format!("\n{many} inputs differ\n"),
        });
        let cell =
            |value: &Option<String>| value.as_ref().map_or("not stated".to_owned(), |v| cut(v, WIDEST));
        let rows: Vec<Vec<String>> = changed
            .iter()
            .take(MOST_INPUTS)
            .map(|(key, a, b)| vec![key.clone(), cell(a), "→".to_owned(), cell(b)])
            .collect();
        text.push_str(&aligned(&rows, 4));
        if changed.len() > MOST_INPUTS {
            text.push_str(&format!("  and {} more\n", changed.len() - MOST_INPUTS));
        }
        text.push('\n');
        let head = ["", "A", "B", "B − A", "unpaired"].map(str::to_owned).to_vec();
        let row = |change: &Change, name: String| {
            let unpaired =
                told(change.unit, Figure { value: change.unpaired_error, standard_error: 0.0 }, mark);
            vec![
                name,
                told(change.unit, change.a, mark),
                told(change.unit, change.b, mark),
                signed(change.unit, change.difference, mark),
                format!("± {unpaired}"),
            ]
        };
        let blank = |title: &str| vec![title.to_owned()];
        let mut rows = vec![head];
        rows.extend(comparison.changes.iter().map(|change| row(change, change.name.clone())));
        if !comparison.branches.is_empty() {
            rows.push(blank("ends as, share of the commitment"));
            rows.extend(
                comparison.branches.iter().map(|change| row(change, format!("  {}", label(&change.name)))),
            );
        }
        if !comparison.milestones.is_empty() {
            rows.push(blank("milestone reached"));
            rows.extend(comparison.milestones.iter().map(|change| row(change, format!("  {}", change.name))));
        }
        text.push_str(&aligned(&rows, 1));
        if let Some(found) = &comparison.path_by_path {
            text.push_str(&format!("\n  {}\n", self.path_by_path(found)));
        }
        if let Some(gain) = comparison.gain() {
            text.push_str(&format!(
                "  On common paths the error of the mean difference is {gain:.1} times smaller than on independent ones.\n"
            ));
        }
        if let (Some(controlled), Some(gain)) = (comparison.controlled, comparison.controlled_gain()) {
            let controlled = signed(Unit::Money, controlled, mark);
            text.push_str(&format!("  With control variates it is {controlled}: {gain:.1} times.\n"));
        }
        text
    }

    /// The paths of both.
    fn run_as(&self) -> String {
        match (self.comparison.path_by_path.is_some(), self.runs) {
            (true, [(number, seed), _]) => format!("{} each, the same for both; seed {seed}", paths(number)),
            (false, [a, b]) => {
                let run = |(number, seed): (u64, u64)| format!("{}, seed {seed}", paths(number));
                format!("A {} · B {} · not paired", run(a), run(b))
            }
        }
    }

    fn path_by_path(&self, found: &PathByPath) -> String {
        if found.is_nothing() {
            return "Path by path there is no difference at all.".to_owned();
        }
        let at = |p: f64| {
            let value = found.percentiles.iter().find(|(known, _)| (known - p).abs() < 1e-9);
            value.map_or_else(String::new, |(_, value)| money(*value, self.mark))
        };
        format!(
            "Path by path B is better on {}, worse on {}, equal on {}; difference P5 {}, median {}, P95 {}.",
            percent(found.better.value),
            percent(found.worse.value),
            percent(found.equal.value),
            at(0.05),
            at(0.5),
            at(0.95)
        )
    }

    fn rows(&self) -> impl Iterator<Item = (&'static str, &Change)> {
        let Comparison { changes, branches, milestones, .. } = self.comparison;
        changes
            .iter()
            .map(|row| ("metric", row))
            .chain(branches.iter().map(|row| ("branch", row)))
            .chain(milestones.iter().map(|row| ("milestone", row)))
    }

    fn json(&self) -> serde_json::Value {
        let change = |change: &Change| {
            serde_json::json!({
                "name": change.name,
                "unit": unit_name(change.unit),
                "a": figure_json(change.a),
                "b": figure_json(change.b),
                "difference": figure_json(change.difference),
                "unpaired_standard_error": change.unpaired_error,
            })
        };
        let list = |rows: &[Change]| rows.iter().map(change).collect::<Vec<_>>();
        let inputs: Vec<serde_json::Value> = self
            .changed()
            .into_iter()
            .map(|(key, a, b)| serde_json::json!({ "key": key, "a": a, "b": b }))
            .collect();
        let path_by_path = self.comparison.path_by_path.as_ref().map(|found| {
            let percentiles: Vec<serde_json::Value> = found
                .percentiles
                .iter()
                .map(|(p, value)| serde_json::json!({ "probability": p, "value": value }))
                .collect();
            serde_json::json!({
                "b_better": figure_json(found.better),
                "b_worse": figure_json(found.worse),
                "equal": figure_json(found.equal),
                "percentiles": percentiles,
            })
        });
        let [a, b] = self.runs.map(|(paths, seed)| serde_json::json!({ "paths": paths, "seed": seed }));
        serde_json::json!({
            "schema_version": SCHEMA_VERSION,
            "a": self.a.name(),
            "b": self.b.name(),
            "paired": path_by_path.is_some(),
            "runs": { "a": a, "b": b },
            "currency": self.currency,
            "notes": self.notes,
            "inputs": inputs,
            "metrics": list(&self.comparison.changes),
            "branches": list(&self.comparison.branches),
            "milestones": list(&self.comparison.milestones),
            "path_by_path": path_by_path,
            "unpaired_over_paired_standard_error": self.comparison.gain(),
            "controlled_mean_difference": self.comparison.controlled.map(figure_json),
            "unpaired_over_controlled_standard_error": self.comparison.controlled_gain(),
        })
    }

    fn table(&self) -> Table {
        let header = [
            "kind",
            "name",
            "unit",
            "a",
            "a_standard_error",
            "b",
            "b_standard_error",
            "difference",
            "difference_standard_error",
            "unpaired_standard_error",
        ];
        let row = |(kind, change): (&str, &Change)| -> Vec<Cell> {
            let Change { a, b, difference, .. } = change;
            let numbers = [a.value, a.standard_error, b.value, b.standard_error, difference.value]
                .into_iter()
                .chain([difference.standard_error, change.unpaired_error]);
            let texts = [kind.into(), change.name.as_str().into(), unit_name(change.unit).into()];
            texts.into_iter().chain(numbers.map(Cell::from)).collect()
        };
        Table {
            file: "compare.csv",
            header: header.map(str::to_owned).to_vec(),
            rows: self.rows().map(row).collect(),
        }
    }

    fn inputs_table(&self) -> Table {
        let text = |value: Option<String>| Cell::Text(value.unwrap_or_default());
        Table {
            file: "inputs.csv",
            header: ["key", "a", "b"].map(str::to_owned).to_vec(),
            rows: self
                .changed()
                .into_iter()
                .map(|(key, a, b)| vec![Cell::Text(key), text(a), text(b)])
                .collect(),
        }
    }

    fn path_table(&self) -> Option<Table> {
        let unit = format!("difference_{}", self.currency.to_lowercase());
        let rows = &self.comparison.path_by_path.as_ref()?.percentiles;
        Some(Table {
            file: "difference.csv",
            header: vec!["probability".to_owned(), unit],
            rows: rows.iter().map(|(p, value)| vec![(*p).into(), (*value).into()]).collect(),
        })
    }

    fn title(&self) -> String {
        let [a, b] = if self.a.path == self.b.path {
            [self.a, self.b].map(|side| side.case().to_owned())
        } else {
            [self.a, self.b].map(Side::short_name)
        };
        format!("A: {a} · B: {b}")
    }

    fn chart(&self, look: &Look) -> Result<Chart, ChartError> {
        let mean = self.comparison.changes.first().filter(|change| change.name == "mean(present_value)");
        let point = |point: &CurvePoint| ComparePoint {
            x: point.value,
            at_least: point.at_least,
            more_than: point.more_than,
        };
        let differences = self.comparison.path_by_path.as_ref().map(|found| Differences {
            percentiles: found
                .percentiles
                .iter()
                .filter(|(p, _)| (0.05..=0.95).contains(p))
                .copied()
                .collect(),
            shares: format!(
                "B better on {}, worse on {}, equal on {} of paths",
                percent(found.better.value),
                percent(found.worse.value),
                percent(found.equal.value)
            ),
        });
        let subtitle = if differences.is_some() {
            "Present value: probability of at least so much, and B less A path by path (paired)"
        } else {
            "Present value: probability of at least so much, from two runs that are not paired"
        };
        let chart = Compare {
            curves: self.comparison.curves.each_ref().map(|curve| curve.iter().map(point).collect()),
            mean: mean
                .map(|change| (change.difference.value, signed(Unit::Money, change.difference, self.mark))),
            differences,
        };
        // Where the title names two cases only, the file stands here.
        let file = if self.a.path == self.b.path { format!("{} · ", self.a.path) } else { String::new() };
        chart.draw(&Frame {
            title: self.title(),
            subtitle: subtitle.to_owned(),
            source: format!("{file}{}", self.run_as()),
            currency: self.mark.to_owned(),
            size: look.size,
            recolouring: look.recolouring,
        })
    }
}

/// A branch in words.
fn label(id: &str) -> String {
    let branch = Branch::ALL.into_iter().find(|branch| branch.id() == id);
    branch.map_or_else(|| id.to_owned(), |branch| branch.label().to_owned())
}
