//! How the deal ends, and what each ending adds to the value.

use super::super::format::{money, percent};
use super::canvas::Stroke;
use super::font::{LABEL, STRONG};
use super::page::Page;
use super::palette::{GRID, INK, Meaning};
use super::panel::{HEADING, Panel, ROW, names, row_middle};
use super::{Chart, ChartError, Frame};

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
        let lines = self.rows.len() + 1;
        let mut page = Page::new(frame, HEADING + ROW * lines as f64 + 8.0)?;
        if self.rows.is_empty() {
            return page.no_data("branches", "no path has ended");
        }
        let mut rows: Vec<&Branch> = self.rows.iter().collect();
        rows.sort_by(|a, b| a.meaning.cmp(&b.meaning).then(b.probability.total_cmp(&a.probability)));
        let top = page.body.y0 + HEADING;
        let titles = rows.iter().map(|r| (r.name.as_str(), LABEL)).chain([("Total", STRONG)]);
        let start = names(&mut page, top, titles) + 12.0;
        let half = (page.body.x1 - start) / 2.0;

        let shares: Vec<f64> = rows.iter().map(|r| r.probability).collect();
        let values: Vec<f64> = rows.iter().map(|r| r.contribution).collect();
        let total: f64 = shares.iter().sum();
        let currency = &frame.currency;
        let share_texts: Vec<String> = shares.iter().chain([&total]).map(|p| percent(*p)).collect();
        let value_texts: Vec<String> =
            values.iter().chain([&self.mean]).map(|v| money(*v, currency)).collect();
        let left =
            Panel::new(&mut page, "Probability", (start, start + half - 12.0), &shares, &share_texts, true);
        let place = (start + half, page.body.x1);
        let title = "Contribution to mean PV";
        let right = Panel::new(&mut page, title, place, &values, &value_texts, true);
        let bottom = top + ROW * rows.len() as f64;
        for (i, row) in rows.iter().enumerate() {
            let y = row_middle(top, i);
            left.bar(&mut page, y, row.probability, Some(row.meaning), &share_texts[i]);
            right.bar(&mut page, y, row.contribution, Some(row.meaning), &value_texts[i]);
        }
        for panel in [&left, &right] {
            panel.upright(&mut page, 0.0, bottom, Stroke::solid(1.0, INK));
        }
        let rule = [(page.body.x0, bottom + 0.5), (page.body.x1, bottom + 0.5)];
        page.canvas.line(&rule, Stroke::solid(1.0, GRID));
        totals(
            &mut page,
            row_middle(top, rows.len()),
            [(&left, share_texts.last()), (&right, value_texts.last())],
        );
        let words: Vec<String> = rows
            .iter()
            .map(|r| format!("{}: {}, {}", r.name, percent(r.probability), money(r.contribution, currency)))
            .collect();
        page.finish("branches", &format!("{}. Total {}.", words.join("; "), money(self.mean, currency)))
    }
}

/// The totals stand without bars, which would dwarf their parts.
fn totals(page: &mut Page<'_>, y: f64, cells: [(&Panel, Option<&String>); 2]) {
    use super::canvas::{Anchor, Label};
    use super::page::HALF_CAP;
    for (panel, text) in cells {
        let label = Label::new(text.map_or("", String::as_str), STRONG);
        let at = (panel.scale.at(0.0) + 6.0, y + HALF_CAP * STRONG.size);
        page.canvas.text(at, Anchor::Start, label);
    }
}
