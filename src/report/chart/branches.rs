//! How the deal ends, and what each ending adds to the value.

use super::canvas::Stroke;
use super::font::{LABEL, STRONG};
use super::page::Page;
use super::palette::{GRID, Meaning};
use super::panel::{Panel, Rows, Values};
use super::{Chart, ChartError, Frame};
use crate::report::format::{money, percent_estimate};

/// Probability of every ending, and beside it what it contributes to the mean present value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branches {
    /// The endings, in any order: they are sorted by kind, then by probability.
    pub rows: Vec<Branch>,
    /// Mean present value over all paths, in currency units: the total of the contributions.
    pub mean: f64,
}

/// One ending.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// What it means, which gives colour and order.
    pub meaning: Meaning,
    /// Share of paths that end so.
    pub probability: f64,
    /// Its part of the mean present value, in currency units; may be negative.
    pub contribution: f64,
}

impl Branches {
    /// Draws the chart; it grows with the number of endings.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let count = self.rows.len();
        let mut page = Page::new(frame, Rows::room(count + 1))?;
        if self.rows.is_empty() {
            return page.no_data("branches", "no path has ended");
        }
        let mut rows: Vec<&Branch> = self.rows.iter().collect();
        rows.sort_by(|a, b| a.meaning.cmp(&b.meaning).then(b.probability.total_cmp(&a.probability)));
        let place = Rows::new(&page, count + 1);
        let titles = rows.iter().map(|r| (r.name.as_str(), LABEL)).chain([("Total", STRONG)]);
        let third = page.body.width() / 3.0;
        let start = place.names(&mut page, titles, third) + 12.0;
        let middle = f64::midpoint(start, page.body.x1);

        let shares: Vec<f64> = rows.iter().map(|r| r.probability).collect();
        let values: Vec<f64> = rows.iter().map(|r| r.contribution).collect();
        let share_texts: Vec<String> = shares.iter().map(|p| percent_estimate(*p)).collect();
        let value_texts: Vec<String> = values.iter().map(|v| money(*v, &frame.currency)).collect();
        let wide = (start, middle - 12.0);
        let left = Panel::new(&mut page, place, "Probability", wide, (&shares, &share_texts), Values::AtBars);
        let title = "Contribution to mean PV";
        let wide = (middle, page.body.x1);
        let right = Panel::new(&mut page, place, title, wide, (&values, &value_texts), Values::AtBars);
        for (i, row) in rows.iter().enumerate() {
            left.bar(&mut page, i, row.probability, row.meaning, &share_texts[i]);
            right.bar(&mut page, i, row.contribution, row.meaning, &value_texts[i]);
        }
        let rule = place.edge(count) + 0.5;
        page.canvas.line(&[(page.body.x0, rule), (page.body.x1, rule)], Stroke::solid(1.0, GRID));
        let mean = money(self.mean, &frame.currency);
        for (panel, text) in [(&left, &percent_estimate(shares.iter().sum())), (&right, &mean)] {
            panel.upright(&mut page, 0.0, count);
            panel.total(&mut page, count, text);
        }
        let words: Vec<String> =
            (0..count).map(|i| format!("{}: {}, {}", rows[i].name, share_texts[i], value_texts[i])).collect();
        for (i, text) in words.iter().enumerate() {
            Panel::hint(&mut page, place, i, text);
        }
        page.finish("branches", &format!("{}. Total {mean}.", words.join("; ")))
    }
}
