//! Dates worth marking: vertical hairlines with their labels above the plot.

use super::canvas::{Anchor, Label, Stroke};
use super::font::TICK;
use super::geometry::Rect;
use super::page::{Page, Plot};
use super::palette::{MUTED, SOURCE};
use super::scale::{Range, Scale};

/// A date to mark, such as a maturity or the deadline of a tranche.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Calendar year with decimals: 2027.5 is the first of July 2027.
    pub date: f64,
    /// A few words.
    pub label: String,
}

/// The height of one row of labels.
const ROW: f64 = 13.0;
/// More rows would eat the plot; what has no room is named in the text only.
const MOST_ROWS: usize = 4;
const WIDEST: f64 = 150.0;

/// A label's row (the lowest is 0) and its extent along x; no row if there is no room.
struct Placed {
    row: Option<usize>,
    x: f64,
    anchor: Anchor,
    label: Label,
}

/// How much room the labels need above a plot of `range` that will fill the body of the page but for about 45
/// pixels of tick labels and `right` pixels at its right.
pub(super) fn room(events: &[Event], range: Range, body: &Rect, right: f64) -> f64 {
    let scale = range.onto(body.x0 + 45.0, body.x1 - right);
    let rows =
        arrange(events, &scale, body, MOST_ROWS).iter().filter_map(|p| p.row).max().map_or(0, |row| row + 1);
    ROW * rows as f64 + if rows > 0 { 2.0 } else { 0.0 }
}

/// Draws the hairlines of the events within the plot's range, and their labels.
pub(super) fn mark(page: &mut Page<'_>, plot: &Plot, events: &[Event]) {
    let limits = Rect { x1: page.body.x1, ..plot.area };
    // The plot came out a little different from what was foreseen: rows beyond the room kept stay empty.
    let kept = (0..MOST_ROWS).filter(|row| plot.area.y0 - ROW * (*row as f64 + 1.0) >= page.body.y0 + 12.0);
    let rows = kept.count();
    for Placed { row, x, anchor, label } in arrange(events, &plot.x, &limits, rows) {
        let top = row.map_or(plot.area.y0, |row| plot.area.y0 - ROW * row as f64 - 13.0);
        page.canvas.line(&[(x, plot.area.y1), (x, top)], Stroke::solid(0.75, SOURCE));
        let side = if anchor == Anchor::Start { 3.0 } else { -3.0 };
        if row.is_some() {
            page.canvas.text((x + side, top + 9.0), anchor, label);
        }
    }
}

/// Puts each label into the lowest row where it meets no other, right of its line or else left of it.
fn arrange(events: &[Event], scale: &Scale, area: &Rect, most_rows: usize) -> Vec<Placed> {
    let Range { low, high, .. } = scale.range;
    let mut shown: Vec<&Event> = events.iter().filter(|e| low <= e.date && e.date <= high).collect();
    // From right to left, so that no label stands across the line of a later event in its own row.
    shown.sort_by(|a, b| b.date.total_cmp(&a.date));
    let mut rows: Vec<Vec<(f64, f64)>> = vec![Vec::new(); most_rows];
    let mut placed = Vec::new();
    let lines: Vec<f64> = shown.iter().map(|e| scale.at(e.date)).collect();
    for event in shown {
        let x = scale.at(event.date);
        let label = Label::new(TICK.fit(&event.label, WIDEST), TICK).colour(MUTED);
        let width = label.width() + 3.0;
        // Left of its line a label must not meet the line of an earlier event, which rises through all rows.
        let crossed = lines.iter().any(|&line| x - width - 2.0 < line && line < x);
        let sides = [(Anchor::Start, x, x + width), (Anchor::End, x - width, x)];
        let sides = if crossed { &sides[..1] } else { &sides[..] };
        let spot = (0..most_rows).find_map(|row| {
            let free = |from: f64, to: f64| {
                from >= area.x0 - 30.0
                    && to <= area.x1
                    && rows[row].iter().all(|&(a, b)| to + 4.0 <= a || b + 4.0 <= from)
            };
            sides.iter().copied().find(|&(_, from, to)| free(from, to)).map(|side| (row, side))
        });
        if let Some((row, (_, from, to))) = spot {
            // The hairline passes through the rows beneath: no other label may stand there.
            for lower in &mut rows[..row] {
                lower.push((x - 1.0, x + 1.0));
            }
            rows[row].push((from, to));
        }
        let anchor = spot.map_or(Anchor::Start, |(_, (anchor, ..))| anchor);
        placed.push(Placed { row: spot.map(|(row, _)| row), x, anchor, label });
    }
    placed
}

/// The events in words.
pub(super) fn in_words(events: &[Event]) -> String {
    let words: Vec<String> = events
        .iter()
        .map(|e| format!("{} ({})", e.label, super::scale::date_text(e.date, 1.0 / 12.0)))
        .collect();
    if words.is_empty() { String::new() } else { format!(" Marked: {}.", words.join(", ")) }
}
