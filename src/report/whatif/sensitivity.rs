//! Which inputs carry a result.

use super::{SCHEMA_VERSION, Sheet, aligned, axis, cut, figure_json, shown::unit_name, signed, source, told};
use crate::report::chart::{Chart, ChartError, Frame, Tornado, TornadoRow};
use crate::report::figure::Look;
use crate::report::format::{input_in_chart, paths, percent, starred};
use crate::report::table::Table;
use crate::scenario::Metric;
use crate::valuation::{Attributed, Effect};

/// Bars of a tornado; the others are summed up in one.
const MOST_BARS: usize = 10;
/// How it was found.
const METHOD: &str = "one at a time: each input at its P10 and P90, all else as drawn, on the same paths";

/// The inputs of a result, and what came of varying them.
#[derive(Clone, Copy, Debug)]
pub struct SensitivityReport<'a> {
    /// The scenario, and its case.
    pub name: &'a str,
    /// The result.
    pub metric: &'a Metric,
    /// The inputs.
    pub attributed: &'a Attributed,
    /// Paths of each run.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// How amounts are marked.
    pub mark: &'a str,
}

impl SensitivityReport<'_> {
    /// Text, JSON, table and chart.
    ///
    /// # Errors
    /// If the chart cannot be drawn.
    pub fn sheet(&self, look: &Look) -> Result<Sheet, ChartError> {
        Ok(Sheet {
            kind: "sensitivity",
            text: self.text(),
            json: self.json(),
            tables: vec![self.table()],
            charts: vec![self.chart(look)?],
        })
    }

    fn text(&self) -> String {
        let Self { attributed, metric, mark, .. } = self;
        let unit = metric.unit();
        let mut text = format!(
            "  {} · {} for every run, the same for all; seed {}\n  {} as stated {}\n\n",
            self.name,
            paths(self.paths),
            self.seed,
            metric.text(),
            told(unit, attributed.base, mark)
        );
        let head = ["input", "low", "", "high", "at low", "at high", "share of variance"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(attributed.effects.iter().map(|effect| {
            vec![
                starred(&effect.name, effect.correlated),
                cut(&effect.ends[0], 24),
                "→".to_owned(),
                cut(&effect.ends[1], 30),
                signed(unit, effect.at[0].difference, mark),
                signed(unit, effect.at[1].difference, mark),
                share(effect),
            ]
        }));
        text.push_str(&aligned(&rows, 4));
        text.push_str(&format!("\n  At low, at high: change of the result, {METHOD}.\n"));
        text.push_str(
            "  Share of variance: first-order index from the paths as drawn, by means over groups of like input\n  \
             (Plischke, Borgonovo and Smith 2013), with its standard error; what moves together is counted in both.\n",
        );
        if attributed.effects.iter().any(|effect| effect.correlated) {
            text.push_str("  * correlated with other inputs, which stay as drawn while it is varied.\n");
        }
        if !attributed.left_out.is_empty() {
            text.push_str(&format!(
                "  Drawn anew at each use, and so not varied: {}.\n",
                attributed.left_out.join(", ")
            ));
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        let effects: Vec<serde_json::Value> = self
            .attributed
            .effects
            .iter()
            .map(|effect| {
                serde_json::json!({
                    "input": effect.name,
                    "low": effect.ends[0],
                    "high": effect.ends[1],
                    "at_low": figure_json(effect.at[0].value),
                    "at_high": figure_json(effect.at[1].value),
                    "difference_at_low": figure_json(effect.at[0].difference),
                    "difference_at_high": figure_json(effect.at[1].difference),
                    "correlated": effect.correlated,
                    "variance_share": effect.share.map(|share| serde_json::json!({
                        "value": share.variance_share.value,
                        "standard_error": share.standard_error,
                        "low": share.variance_share.low,
                        "high": share.variance_share.high,
                        "groups": share.groups,
                    })),
                })
            })
            .collect();
        serde_json::json!({
            "schema_version": SCHEMA_VERSION,
            "scenario": self.name,
            "metric": self.metric.text(),
            "unit": unit_name(self.metric.unit()),
            "method": METHOD,
            "variance_share_method": "first-order index from given data, conditional means over groups of like input",
            "paths": self.paths,
            "seed": self.seed,
            "currency": self.currency,
            "base": figure_json(self.attributed.base),
            "inputs": effects,
            "drawn_anew_at_each_use": self.attributed.left_out,
        })
    }

    fn table(&self) -> Table {
        let header = [
            "input",
            "low",
            "high",
            "metric",
            "unit",
            "at_low",
            "at_high",
            "difference_at_low",
            "difference_at_low_standard_error",
            "difference_at_high",
            "difference_at_high_standard_error",
            "correlated",
            "variance_share",
            "variance_share_standard_error",
            "variance_share_low",
            "variance_share_high",
        ];
        let row = |effect: &Effect| {
            let [low, high] = &effect.at;
            let share = effect.share;
            vec![
                effect.name.as_str().into(),
                effect.ends[0].as_str().into(),
                effect.ends[1].as_str().into(),
                self.metric.text().into(),
                unit_name(self.metric.unit()).into(),
                low.value.value.into(),
                high.value.value.into(),
                low.difference.value.into(),
                low.difference.standard_error.into(),
                high.difference.value.into(),
                high.difference.standard_error.into(),
                effect.correlated.into(),
                share.map(|share| share.variance_share.value).into(),
                share.map(|share| share.standard_error).into(),
                share.map(|share| share.variance_share.low).into(),
                share.map(|share| share.variance_share.high).into(),
            ]
        };
        Table {
            file: "sensitivity.csv",
            header: header.map(str::to_owned).to_vec(),
            rows: self.attributed.effects.iter().map(row).collect(),
        }
    }

    fn chart(&self, look: &Look) -> Result<Chart, ChartError> {
        let effects = &self.attributed.effects;
        let most = if effects.len() > MOST_BARS + 1 { MOST_BARS } else { effects.len() };
        let (named, others) = effects.split_at(most);
        let row = |effect: &Effect| TornadoRow {
            name: starred(input_in_chart(&effect.name), effect.correlated),
            ends: effect.ends.clone(),
            values: effect.at.map(|point| point.value.value),
            errors: effect.at.map(|point| point.difference.standard_error),
            share: effect.share.map(|share| percent(share.variance_share.value.max(0.0))),
        };
        let mut rows: Vec<TornadoRow> = named.iter().map(row).collect();
        if let Some(largest) = others.first() {
            let name = format!("largest of {} others: {}", others.len(), row(largest).name);
            rows.push(TornadoRow { name, ..row(largest) });
        }
        let tornado = Tornado {
            id: "tornado",
            base: self.attributed.base.value,
            base_name: "as stated",
            unit: axis(self.metric.unit()),
            rows,
        };
        tornado.draw(&Frame {
            title: format!("What moves {}", self.metric.in_words()),
            subtitle: "One input at a time at its P10 and P90, on the same paths; variance: share of it"
                .to_owned(),
            source: source(self.name, self.paths, self.seed),
            currency: self.mark.to_owned(),
            size: look.low(),
            recolouring: look.recolouring,
        })
    }
}

fn share(effect: &Effect) -> String {
    effect.share.map_or_else(
        || "–".to_owned(),
        |share| format!("{} ± {}", percent(share.variance_share.value), percent(share.standard_error)),
    )
}
