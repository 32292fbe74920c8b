//! Every expected text is written by hand from the scenario in code, every amount in it worked out by hand,
//! unless the test says otherwise.

#![expect(clippy::inconsistent_digit_grouping, reason = "the fixture takes cents: 700_00 is $700")]

mod deal;
mod draws;
mod json;
mod layout;
mod life;
mod own_terms;
mod path;
mod table;
mod terms;
mod uncertain;

use super::Paragraph;
use crate::model::Scenario;

/// The retelling as one text: headings at the margin, statements indented.
fn text(scenario: &Scenario) -> String {
    let mut text = String::new();
    for Paragraph { heading, lines } in super::deal(scenario) {
        text.extend([&heading, "\n"]);
        for line in &lines {
            text.extend(["  ", line, "\n"]);
        }
    }
    text
}

/// Asserts that the retelling has this statement under this heading.
#[track_caller]
fn told(scenario: &Scenario, heading: &str, line: &str) {
    let paragraphs = super::deal(scenario);
    let paragraph = paragraphs.iter().find(|paragraph| paragraph.heading == heading);
    let lines = &paragraph.unwrap_or_else(|| panic!("no {heading} in\n{}", text(scenario))).lines;
    assert!(lines.iter().any(|told| told == line), "no\n{line}\nin\n{}", lines.join("\n"));
}
