//! `cabrio sweep`: how results move with one figure or two.

use super::args::Sweep;
use super::exit::Failure;
use super::load::{study, with_run_options};
use super::terminal::Terminal;
use super::whatif::{case_of, currency_and_mark, finish, metrics, paths, prepared, refused};
use crate::model::Scenario;
use crate::quantity::{Currency, Day};
use crate::report::theme::Theme;
use crate::report::whatif::{SweepAxis, SweepReport};
use crate::scenario::{Dial, Loaded};
use crate::simulate::RunOptions;
use crate::valuation::{CompareError, sweep as run};

/// Most values of one key, and most points.
const MOST_VALUES: usize = 100;
const MOST_POINTS: usize = 400;

pub(super) fn sweep(command: &Sweep, terminal: &Terminal) -> Result<(), Failure> {
    let theme = prepared(&command.how, terminal)?;
    let sets = with_run_options(&command.source.sets, command.paths.as_deref(), command.how.seed);
    let (study, loaded) = study(&command.source.file, &sets, terminal)?;
    let (currency, mark) = currency_and_mark(&study.base);
    let case = case_of(&study, command.case.as_deref())?;
    let texts = if command.metrics.is_empty() { &vec!["present_value".to_owned()] } else { &command.metrics };
    let wanted = metrics(texts, currency)?;
    let base = variant(&loaded, case, &[], terminal)?;
    if let Some((missing, help)) = wanted.iter().find_map(|metric| metric.missing_in(&base)) {
        return Err(Failure::Usage(format!("{missing}; {help}")));
    }
    if command.vary.len() > 2 {
        return Err(Failure::Usage("one key or two can be varied, not more".to_owned()));
    }
    let read = |text: &String| axis(&loaded, text, case, currency, terminal);
    let axes: Vec<SweepAxis> = command.vary.iter().map(read).collect::<Result<_, _>>()?;
    let number: usize = axes.iter().map(|axis| axis.texts.len()).product();
    if number > MOST_POINTS {
        return Err(Failure::Usage(format!(
            "that makes {number} points, more than {MOST_POINTS}: take fewer values"
        )));
    }
    let variants = variants(&loaded, &axes, case, terminal)?;
    let paths = paths(command.paths.is_some(), study.base.simulation.paths)?;
    let options = RunOptions { paths, threads: command.how.threads.map(usize::from) };
    let bar = terminal.progress(number as u64 * paths);
    let swept = run(&base, &variants, &wanted, options, |done| bar.set_position(done as u64 * paths));
    bar.finish_and_clear();
    let swept = swept.map_err(|error| match error {
        CompareError::Incomparable(message) => Failure::Usage(message),
        error => Failure::Internal(error.to_string()),
    })?;
    let name = format!("{} · {}", command.source.file.display(), case.unwrap_or("as stated"));
    let report = SweepReport {
        name: &name,
        axes: &axes,
        metrics: &wanted,
        swept: &swept,
        paths,
        seed: study.base.simulation.seed,
        currency: &study.base.deal.currency,
        mark: &mark,
    };
    let sheet = Theme::dressed(theme.as_ref(), |look| report.sheet(look))
        .map_err(|error| Failure::Internal(error.to_string()))?;
    finish(&sheet, command.how.out.as_deref(), command.how.json, terminal)
}

fn variant(
    loaded: &Loaded,
    case: Option<&str>,
    sets: &[String],
    terminal: &Terminal,
) -> Result<Scenario, Failure> {
    let what = if sets.is_empty() { "the scenario".to_owned() } else { sets.join(" with ") };
    loaded.with_sets(case, sets).map_err(|error| refused(&error, &what, terminal))
}

/// A scenario for every point, the last key running fastest.
fn variants(
    loaded: &Loaded,
    axes: &[SweepAxis],
    case: Option<&str>,
    terminal: &Terminal,
) -> Result<Vec<Scenario>, Failure> {
    let set = |axis: &SweepAxis, value: &String| format!("{}={value}", axis.key);
    let mut found = Vec::new();
    match axes {
        [axis] => {
            for value in &axis.texts {
                found.push(variant(loaded, case, &[set(axis, value)], terminal)?);
            }
        }
        [down, across] => {
            for one in &down.texts {
                for other in &across.texts {
                    found.push(variant(loaded, case, &[set(down, one), set(across, other)], terminal)?);
                }
            }
        }
        _ => {}
    }
    Ok(found)
}

/// Reads `KEY=lo..hi:n` or `KEY=a,b,c`.
fn axis(
    loaded: &Loaded,
    text: &str,
    case: Option<&str>,
    currency: Currency,
    terminal: &Terminal,
) -> Result<SweepAxis, Failure> {
    let wrong = |why: &str| Failure::Usage(format!("--vary {text}: {why}"));
    let (key, values) =
        text.split_once('=').ok_or_else(|| wrong("write it like KEY=lo..hi:n or KEY=a,b,c"))?;
    let (key, values) = (key.trim(), values.trim());
    let dial = loaded.dial(currency, key, case, None);
    let unquoted = !values.starts_with(['"', '\'', '{', '[']);
    if let Some((low, rest)) = values.split_once("..").filter(|_| unquoted) {
        let (high, count) = rest.rsplit_once(':').ok_or_else(|| wrong("say how many values: lo..hi:n"))?;
        let count: usize = count
            .trim()
            .parse()
            .ok()
            .filter(|count| (2..=MOST_VALUES).contains(count))
            .ok_or_else(|| wrong(&format!("n is a number from 2 to {MOST_VALUES}")))?;
        if let (Ok(from), Ok(to)) = (low.trim().parse::<Day>(), high.trim().parse::<Day>()) {
            return days(key, from, to, count).ok_or_else(|| wrong("the second date must be the later one"));
        }
        let dial = dial.map_err(|error| refused(&error, key, terminal))?;
        let read = |text: &str| dial.unit.read(text, Some(currency)).map_err(|why| wrong(&why));
        let (low, high) = (read(low)?, read(high)?);
        if !(low < high) {
            return Err(wrong("the second value must be the higher one"));
        }
        return Ok(even(&dial, low, high, count));
    }
    let texts = parts(values);
    if texts.is_empty() || texts.len() > MOST_VALUES {
        return Err(wrong(&format!("give 1 to {MOST_VALUES} values")));
    }
    let dial = dial.ok();
    let figures = dial.as_ref().and_then(|dial| {
        let read = |text: &String| dial.unit.read(text, Some(currency)).ok();
        texts.iter().map(read).collect::<Option<Vec<f64>>>().map(|figures| (dial.unit, figures))
    });
    let current = dial.as_ref().and_then(|dial| dial.current);
    Ok(SweepAxis { key: key.to_owned(), texts, figures, current })
}

fn even(dial: &Dial, low: f64, high: f64, count: usize) -> SweepAxis {
    let at = |index: usize| low + (high - low) * index as f64 / (count - 1) as f64;
    let figures: Vec<f64> = (0..count).map(at).collect();
    let texts = figures.iter().map(|figure| dial.text(*figure)).collect();
    SweepAxis { key: dial.key.clone(), texts, figures: Some((dial.unit, figures)), current: dial.current }
}

fn days(key: &str, from: Day, to: Day, count: usize) -> Option<SweepAxis> {
    let span = to.0.checked_sub(from.0).filter(|span| *span > 0)?;
    let last = i32::try_from(count - 1).ok()?;
    let at = |index: i32| Day(from.0 + span / last * index + span % last * index / last).to_string();
    Some(SweepAxis { key: key.to_owned(), texts: (0..=last).map(at).collect(), figures: None, current: None })
}

/// Values between commas outside quotes and brackets.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quote) = (vec![String::new()], 0_i32, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, '}' | ']' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_dates() {
        // hand-written
        assert_eq!(parts("5%, 10%"), ["5%", "10%"]);
        assert_eq!(
            parts("\"none\",{ amount = \"$1m\", basis = \"x\" }"),
            ["\"none\"", "{ amount = \"$1m\", basis = \"x\" }"]
        );
        let axis = days("k", "2026-01-01".parse().unwrap(), "2026-01-11".parse().unwrap(), 3).unwrap();
        assert_eq!(axis.texts, ["2026-01-01", "2026-01-06", "2026-01-11"]);
    }
}
