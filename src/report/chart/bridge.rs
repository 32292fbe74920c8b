//! From the deal without its terms to the whole deal: what each term adds.

use super::canvas::Stroke;
use super::font::{LABEL, STRONG};
use super::page::Page;
use super::palette::{GRID, MUTED, Meaning};
use super::panel::{Panel, Rows, Values};
use super::{Chart, ChartError, Frame};
use crate::report::format::{money, money_with_error};

/// A bridge of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bridge {
    /// What kind of bridge it is, fit for a file name.
    pub id: &'static str,
    /// What the values are, as a heading: "Fair value, net of what is paid in".
    pub heading: String,
    /// Where it starts; from nought if absent.
    pub floor: Option<Step>,
    /// What is added, in this order.
    pub steps: Vec<Step>,
    /// Where it ends.
    pub whole: Step,
}

/// A value or a difference in currency units, with its standard error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Its standard error; NaN if unknown.
    pub standard_error: f64,
}

impl Bridge {
    /// Draws the chart; it grows with the number of steps.
    ///
    /// # Errors
    ///
    /// As plotters fails.
    pub fn draw(&self, frame: &Frame) -> Result<Chart, ChartError> {
        let floor = self.floor.iter().map(|floor| (floor, true));
        let rows: Vec<(&Step, bool)> =
            floor.chain(self.steps.iter().map(|step| (step, false))).chain([(&self.whole, true)]).collect();
        let mut page = Page::new(frame, Rows::room(rows.len()))?;
        let place = Rows::new(&page, rows.len());
        let names = rows.iter().map(|(step, end)| (step.name.as_str(), if *end { STRONG } else { LABEL }));
        let third = page.body.width() / 3.0;
        let start = place.names(&mut page, names, third) + 12.0;
        for y in (0..=rows.len()).map(|i| place.edge(i)) {
            page.canvas.line(&[(page.body.x0, y), (page.body.x1, y)], Stroke::solid(0.75, GRID));
        }
        let levels = self.levels();
        let largest = levels.iter().fold(0.0, |most, level| f64::max(most, level.abs()));
        let texts: Vec<String> =
            rows.iter().map(|(step, end)| text(step, *end, largest, &frame.currency)).collect();
        let wide = (start, page.body.x1);
        let panel =
            Panel::new(&mut page, place, &self.heading, wide, (&levels, &texts), Values::InColumnWithZero);
        let mut before = 0.0;
        for (i, (step, end)) in rows.iter().enumerate() {
            let (from, to) = if *end { (0.0, step.value) } else { (before, before + step.value) };
            let meaning = match (*end, step.value < 0.0) {
                (true, _) => Meaning::Liquidity,
                (false, true) => Meaning::Default,
                (false, false) => Meaning::Cap,
            };
            panel.span(&mut page, i, (from, to), meaning);
            panel.value(&mut page, i, &texts[i]);
            before = to;
            if i + 1 < rows.len() {
                let x = panel.scale.at(to);
                let line = [(x, place.middle(i)), (x, place.middle(i + 1))];
                page.canvas.line(&line, Stroke::solid(0.75, MUTED));
            }
        }
        panel.upright(&mut page, 0.0, rows.len());
        let words: Vec<String> =
            rows.iter().zip(&texts).map(|((step, _), text)| format!("{}: {text}", step.name)).collect();
        for (i, text) in words.iter().enumerate() {
            Panel::hint(&mut page, place, i, text);
        }
        page.finish(self.id, &format!("{}.", words.join("; ")))
    }

    /// Where the bars begin and end.
    fn levels(&self) -> Vec<f64> {
        let mut level = self.floor.as_ref().map_or(0.0, |floor| floor.value);
        let mut levels = vec![0.0, level];
        for step in &self.steps {
            level += step.value;
            levels.push(level);
        }
        levels.push(self.whole.value);
        levels
    }
}

/// `largest` is the largest amount of the chart: a billionth of it is rounding.
fn text(step: &Step, end: bool, largest: f64, currency: &str) -> String {
    if step.value.abs() + step.standard_error <= 1e-9 * largest {
        return money(0.0, currency);
    }
    let plus = if !end && step.value > 0.0 { "+" } else { "" };
    // What is the same on all paths, such as a term without effect, is exact.
    if step.standard_error <= 1e-12 * step.value.abs() {
        return format!("{plus}{}", money(step.value, currency));
    }
    format!("{plus}{}", money_with_error(step.value, step.standard_error, currency))
}
