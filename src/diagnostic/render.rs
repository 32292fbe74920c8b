//! Diagnostics as people read them: the message, the line with a mark under the place, the fix.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Label, Place, Severity, SourceId, Sources};

/// Whether to use terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// With ANSI colours.
    Coloured,
}

/// Mistakes shown in full; a file with more has one cause, and the first ones show it.
const MOST_SHOWN: usize = 50;
/// Bytes of one line that are still shown; a longer line is pointed to by its position only.
const LONGEST_LINE: usize = 2_000;

/// Renders all mistakes in the order of the text, a blank line after each, and a closing count.
/// Gives an empty text if there is none.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &Sources, style: Style) -> String {
    let sorted = diagnostics.sorted();
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let mut out = String::new();
    for diagnostic in sorted.iter().take(MOST_SHOWN) {
        out.push_str(&renderer.render(&[group(diagnostic, sources)]));
        out.push_str("\n\n");
    }
    if !sorted.is_empty() {
        out.push_str(&summary(diagnostics, sorted.len().saturating_sub(MOST_SHOWN)));
    }
    out
}

fn summary(diagnostics: &Diagnostics, hidden: usize) -> String {
    let (errors, warnings) = diagnostics.counts();
    let count = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    };
    let parts: Vec<String> =
        [count(errors, "error"), count(warnings, "warning")].into_iter().flatten().collect();
    let rest = if hidden > 0 { format!(" ({hidden} more not shown)") } else { String::new() };
    format!("{}{rest}\n", parts.join(", "))
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id()));
    let mut shown: Vec<SourceId> = Vec::new();
    for label in &diagnostic.labels {
        let source = label.place.source;
        if !shown.contains(&source) {
            shown.push(source);
            group = add_source(group, diagnostic, source, sources);
        }
    }
    for advice in &diagnostic.help {
        group = group.element(Level::HELP.message(advice.as_str()));
    }
    group
}

/// Adds the lines of one source that the labels lie on.
fn add_source<'a>(
    group: Group<'a>,
    diagnostic: &'a Diagnostic,
    source: SourceId,
    sources: &'a Sources,
) -> Group<'a> {
    let labels: Vec<&Label> = diagnostic.labels.iter().filter(|label| label.place.source == source).collect();
    let first = labels.iter().map(|label| sources.line_index(source, label.place.start)).min().unwrap_or(0);
    let last = labels.iter().map(|label| sources.line_index(source, label.place.end)).max().unwrap_or(first);
    let lines = sources.line_range(source, first, last);
    let text = sources.text(source).get(lines.clone()).unwrap_or("");
    if text.is_empty() || text.lines().any(|line| line.len() > LONGEST_LINE) {
        let (line, column) =
            labels.first().map_or((1, 1), |label| sources.position(source, label.place.start));
        let origin = annotate_snippets::Origin::path(sources.name(source)).line(line).char_column(column);
        return group.element(origin);
    }
    let annotations = labels.iter().enumerate().map(|(index, label)| {
        let is_first = diagnostic.place() == Some(label.place) && index == 0;
        annotation(label, is_first, text, lines.start)
    });
    let snippet = Snippet::source(text).line_start(first + 1).path(sources.name(source));
    group.element(snippet.annotations(annotations))
}

fn annotation<'a>(label: &'a Label, is_first: bool, text: &str, offset: usize) -> Annotation<'a> {
    let kind = if is_first { AnnotationKind::Primary } else { AnnotationKind::Context };
    let range = first_line(label.place, text, offset);
    kind.span(range).label((!label.text.is_empty()).then_some(label.text.as_str()))
}

/// The part of a place on its first line, within `text`: a mark over many lines hides more than it shows.
/// Byte positions inside a character are moved to its start.
fn first_line(place: Place, text: &str, offset: usize) -> std::ops::Range<usize> {
    let range = place.range();
    let floor = |at: usize| {
        let at = at.saturating_sub(offset).min(text.len());
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let (start, end) = (floor(range.start), floor(range.end));
    let line_end = text.get(start..end).and_then(|part| part.find('\n')).map_or(end, |at| start + at);
    start..line_end
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::*;

    fn shown(text: &str, diagnostics: impl FnOnce(SourceId) -> Vec<Diagnostic>) -> String {
        let mut sources = Sources::default();
        let id = sources.add("demo.toml", text);
        let mut all = Diagnostics::default();
        for diagnostic in diagnostics(id) {
            all.push(diagnostic);
        }
        render(&all, &sources, Style::Plain)
    }

    #[test]
    fn a_mistake_shows_its_line_its_mark_and_its_fix() {
        let text = "[deal]\ngrowth = { lognormal = { p10 = \"60bn\", p9O = \"900bn\" } }\n";
        let at = text.find("p9O").unwrap();
        let out = shown(text, |id| {
            vec![
                Diagnostic::new(Code::UnknownKey, "unknown key `p9O` in lognormal")
                    .at(Place::new(id, at..at + 3), "did you mean `p90`?")
                    .help("lognormal takes p5 and p95, p10 and p90, or mean and sd"),
            ]
        });
        // hand-written
        let expected = "\
error[E0201]: unknown key `p9O` in lognormal
 --> demo.toml:2:40
  |
2 | growth = { lognormal = { p10 = \"60bn\", p9O = \"900bn\" } }
  |                                        ^^^ did you mean `p90`?
  |
  = help: lognormal takes p5 and p95, p10 and p90, or mean and sd

1 error
";
        assert_eq!(out, expected);
    }

    #[test]
    fn two_places_are_shown_together_and_warnings_are_counted() {
        let text = "a = 1\nb = 2\na = 3\n";
        let out = shown(text, |id| {
            vec![
                Diagnostic::new(Code::DuplicateKey, "`a` is set twice")
                    .at(Place::new(id, 12..13), "second time")
                    .at(Place::new(id, 0..1), "first time"),
                Diagnostic::new(Code::UnusedDefinition, "`b` is never used").at(Place::new(id, 6..7), ""),
            ]
        });
        // hand-written
        assert_eq!(
            out,
            "\
warning[W0801]: `b` is never used
 --> demo.toml:2:1
  |
2 | b = 2
  | ^

error[E0203]: `a` is set twice
 --> demo.toml:3:1
  |
1 | a = 1
  | - first time
2 | b = 2
3 | a = 3
  | ^ second time

1 error, 1 warning
"
        );
    }

    #[test]
    fn places_at_the_end_across_lines_in_long_lines_or_inside_characters_do_no_harm() {
        let text = "a = [\n1,\n€]";
        let long = "x".repeat(5_000);
        for range in [0..13, 13..13, 10..11, 5..9, 13..14, 100..200] {
            let out =
                shown(text, |id| vec![Diagnostic::new(Code::WrongType, "w").at(Place::new(id, range), "t")]);
            assert!(out.contains("demo.toml:"), "{out}");
        }
        let out =
            shown(&long, |id| vec![Diagnostic::new(Code::WrongType, "w").at(Place::new(id, 7..9), "t")]);
        assert!(out.contains("--> demo.toml:1:8") && out.len() < 200, "{out}");
        let many = shown(text, |id| {
            let mistake =
                |n: usize| Diagnostic::new(Code::WrongType, n.to_string()).at(Place::new(id, 0..1), "");
            (0..60).map(mistake).collect()
        });
        assert!(many.ends_with("60 errors (10 more not shown)\n"));
    }
}
