//! How results move with one figure or two.

use super::{
    SCHEMA_VERSION, Sheet, aligned, axis, capitalised, figure_json, shown, shown::unit_name, signed, source,
    told,
};
use crate::report::chart::{Chart, ChartError, Frame, Heat, HeatCell, Line, LinePoint};
use crate::report::figure::Look;
use crate::report::format::paths;
use crate::report::table::{Cell, Table};
use crate::scenario::{Metric, Unit};
use crate::valuation::{Figure, SweepPoint, Swept};

/// A key that is varied.
#[derive(Clone, Debug)]
pub struct SweepAxis {
    /// Its path.
    pub key: String,
    /// The values as written.
    pub texts: Vec<String>,
    /// The same as figures of a unit; none if it takes words.
    pub figures: Option<(Unit, Vec<f64>)>,
    /// The figure of the deal as it stands, if it has one.
    pub current: Option<f64>,
}

/// A sweep and what came of it.
#[derive(Clone, Debug)]
pub struct SweepReport<'a> {
    /// The scenario, and its case.
    pub name: &'a str,
    /// One key or two.
    pub axes: &'a [SweepAxis],
    /// What was measured.
    pub metrics: &'a [Metric],
    /// The results, the last axis running fastest.
    pub swept: &'a Swept,
    /// Paths of each point.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// How amounts are marked.
    pub mark: &'a str,
}

impl SweepAxis {
    /// A value as a reader wants it.
    fn label(&self, index: usize, mark: &str) -> String {
        match &self.figures {
            // Spans read best as they were written: "18 months".
            Some((Unit::Days, _)) | None => self.texts[index].clone(),
            Some((unit, figures)) => shown(*unit, figures[index], None, mark),
        }
    }

    /// Which value is that of the deal, to a millionth.
    fn base(&self) -> Option<usize> {
        let (_, figures) = self.figures.as_ref()?;
        let current = self.current?;
        figures.iter().position(|figure| (figure - current).abs() <= 1e-6 * current.abs())
    }
}

impl SweepReport<'_> {
    /// Text, JSON, table and charts: one for each metric.
    ///
    /// # Errors
    /// If a chart cannot be drawn.
    pub fn sheet(&self, look: &Look) -> Result<Sheet, ChartError> {
        let charts = (0..self.metrics.len()).map(|metric| self.chart(metric, look));
        Ok(Sheet {
            kind: "sweep",
            text: self.text(),
            json: self.json(),
            tables: vec![self.table()],
            charts: charts.collect::<Result<_, _>>()?,
        })
    }

    /// The number of each point's value on each axis.
    fn places(&self) -> Vec<Vec<usize>> {
        let second = self.axes.get(1).map_or(1, |axis| axis.texts.len());
        (0..self.swept.points.len())
            .map(|point| match self.axes.len() {
                1 => vec![point],
                _ => vec![point / second, point % second],
            })
            .collect()
    }

    fn text(&self) -> String {
        let mut text = format!(
            "  {} · {} for every point, the same for all; seed {}\n",
            self.name,
            paths(self.paths),
            self.seed
        );
        for (index, metric) in self.metrics.iter().enumerate() {
            let base = told(metric.unit(), self.swept.base[index], self.mark);
            text.push_str(&format!("\n{}, as stated {base}\n", metric.text()));
            text.push_str(&if self.axes.len() == 1 { self.list(index) } else { self.grid(index) });
        }
        text
    }

    fn list(&self, metric: usize) -> String {
        let (axis, unit) = (&self.axes[0], self.metrics[metric].unit());
        let mut rows = vec![vec![
            axis.key.clone(),
            self.metrics[metric].text().to_owned(),
            "against as stated".to_owned(),
        ]];
        for (index, point) in self.swept.points.iter().enumerate() {
            let SweepPoint { value, difference } = point[metric];
            let here = if axis.base() == Some(index) { " (as stated)" } else { "" };
            rows.push(vec![
                format!("{}{here}", axis.label(index, self.mark)),
                told(unit, value, self.mark),
                signed(unit, difference, self.mark),
            ]);
        }
        aligned(&rows, 1)
    }

    /// Rows of the first key, columns of the second; `*` marks what cannot be told from the deal as it stands.
    fn grid(&self, metric: usize) -> String {
        let (down, across) = (&self.axes[0], &self.axes[1]);
        let unit = self.metrics[metric].unit();
        let mut head = vec![String::new()];
        head.extend((0..across.texts.len()).map(|index| across.label(index, self.mark)));
        let mut rows = vec![head];
        for row in 0..down.texts.len() {
            let mut cells = vec![down.label(row, self.mark)];
            cells.extend((0..across.texts.len()).map(|column| {
                let point = &self.swept.points[row * across.texts.len() + column][metric];
                let star = if is_open(point) { "*" } else { "" };
                format!("{}{star}", shown(unit, point.value.value, None, self.mark))
            }));
            rows.push(cells);
        }
        format!(
            "  down {}, across {}; * within two standard errors of the deal as stated\n{}",
            down.key,
            across.key,
            aligned(&rows, 1)
        )
    }

    fn json(&self) -> serde_json::Value {
        let axes: Vec<serde_json::Value> = self
            .axes
            .iter()
            .map(|axis| {
                serde_json::json!({
                    "key": axis.key,
                    "unit": axis.figures.as_ref().map(|(unit, _)| unit_name(*unit)),
                    "values": axis.texts,
                    "figures": axis.figures.as_ref().map(|(_, figures)| figures),
                    "current": axis.current,
                })
            })
            .collect();
        let metrics: Vec<serde_json::Value> = self
            .metrics
            .iter()
            .enumerate()
            .map(|(index, metric)| {
                let points: Vec<serde_json::Value> = self
                    .swept
                    .points
                    .iter()
                    .zip(self.places())
                    .map(|(point, at)| {
                        serde_json::json!({
                            "at": at,
                            "value": figure_json(point[index].value),
                            "difference": figure_json(point[index].difference),
                        })
                    })
                    .collect();
                serde_json::json!({
                    "metric": metric.text(),
                    "unit": unit_name(metric.unit()),
                    "base": figure_json(self.swept.base[index]),
                    "points": points,
                })
            })
            .collect();
        serde_json::json!({
            "schema_version": SCHEMA_VERSION,
            "scenario": self.name,
            "paths": self.paths,
            "seed": self.seed,
            "currency": self.currency,
            "axes": axes,
            "metrics": metrics,
        })
    }

    fn table(&self) -> Table {
        let mut header: Vec<String> = self.axes.iter().map(|axis| axis.key.clone()).collect();
        header.extend(
            ["metric", "unit", "value", "standard_error", "difference", "difference_standard_error"]
                .map(str::to_owned),
        );
        let mut rows = Vec::new();
        for (index, metric) in self.metrics.iter().enumerate() {
            for (point, at) in self.swept.points.iter().zip(self.places()) {
                let mut row: Vec<Cell> = at
                    .iter()
                    .zip(self.axes)
                    .map(|(place, axis)| match &axis.figures {
                        Some((_, figures)) => figures[*place].into(),
                        None => axis.texts[*place].as_str().into(),
                    })
                    .collect();
                let SweepPoint { value, difference } = point[index];
                row.extend([metric.text().into(), Cell::from(unit_name(metric.unit()))]);
                row.extend(
                    [value.value, value.standard_error, difference.value, difference.standard_error]
                        .map(Cell::from),
                );
                rows.push(row);
            }
        }
        Table { file: "sweep.csv", header, rows }
    }

    fn chart(&self, metric: usize, look: &Look) -> Result<Chart, ChartError> {
        let unit = self.metrics[metric].unit();
        let base = self.swept.base[metric];
        let frame = Frame {
            title: capitalised(&format!("{} by {}", self.metrics[metric].in_words(), self.short_keys())),
            subtitle: format!("As stated {}; every point on the same paths", told(unit, base, self.mark)),
            source: source(self.name, self.paths, self.seed),
            currency: self.mark.to_owned(),
            size: look.size,
            recolouring: look.recolouring,
        };
        let id = if self.metrics.len() == 1 { String::new() } else { format!("-{}", metric + 1) };
        let mut chart =
            if self.axes.len() == 1 { self.line(metric, &frame) } else { self.heat(metric, &frame) }?;
        chart.id.push_str(&id);
        Ok(chart)
    }

    /// The last two parts of each key, as the axes show them in full.
    fn short_keys(&self) -> String {
        let short = |axis: &SweepAxis| {
            let parts: Vec<&str> = axis.key.split('.').collect();
            parts[parts.len().saturating_sub(2)..].join(".")
        };
        self.axes.iter().map(short).collect::<Vec<_>>().join(" and ")
    }

    fn line(&self, metric: usize, frame: &Frame) -> Result<Chart, ChartError> {
        let swept = &self.axes[0];
        let count = swept.texts.len();
        let at = |index: usize| swept.figures.as_ref().map_or(index as f64, |(_, figures)| figures[index]);
        let point = |(index, point): (usize, &Vec<SweepPoint>)| LinePoint {
            x: at(index),
            y: point[metric].value.value,
            standard_error: point[metric].value.standard_error,
        };
        let title = match &swept.figures {
            Some((Unit::Days, _)) => format!("{} (days)", swept.key),
            _ => swept.key.clone(),
        };
        Line {
            x_title: title,
            x_unit: swept.figures.as_ref().map_or(crate::report::chart::Unit::Plain, |(unit, _)| axis(*unit)),
            names: swept
                .figures
                .is_none()
                .then(|| (0..count).map(|index| swept.label(index, self.mark)).collect()),
            y_title: capitalised(&self.metrics[metric].in_words()),
            y_unit: axis(self.metrics[metric].unit()),
            points: self.swept.points.iter().enumerate().map(point).collect(),
            base: swept
                .current
                .filter(|_| swept.figures.is_some())
                .map(|x| (x, self.swept.base[metric].value)),
        }
        .draw(frame)
    }

    fn heat(&self, metric: usize, frame: &Frame) -> Result<Chart, ChartError> {
        let (down, across) = (&self.axes[0], &self.axes[1]);
        let unit = self.metrics[metric].unit();
        let labels =
            |axis: &SweepAxis| (0..axis.texts.len()).map(|index| axis.label(index, self.mark)).collect();
        let base = (down.base(), across.base());
        Heat {
            rows: (down.key.clone(), labels(down)),
            columns: (across.key.clone(), labels(across)),
            cells: self
                .swept
                .points
                .iter()
                .zip(self.places())
                .map(|(point, at)| HeatCell {
                    difference: point[metric].difference.value,
                    text: within_error(unit, point[metric], self.mark),
                    open: is_open(&point[metric]),
                    base: base == (Some(at[0]), Some(at[1])),
                })
                .collect(),
        }
        .draw(frame)
    }
}

/// A result with the digits that tell it from the deal as it stands, for a small room: the chance that all points share is not what a
/// table is read for.
fn within_error(unit: Unit, SweepPoint { value, difference }: SweepPoint, mark: &str) -> String {
    let text = told(unit, Figure { standard_error: difference.standard_error, ..value }, mark);
    text.split_once(" ±").map_or(text.clone(), |(value, _)| value.to_owned())
}

/// Whether a point cannot be told from the deal as it stands.
fn is_open(point: &SweepPoint) -> bool {
    let Figure { value, standard_error } = point.difference;
    value.abs() <= 2.0 * standard_error
}
