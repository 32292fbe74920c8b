//! Charts of value: distribution, multiples, cases, fan, convergence.

use super::timing::{events, unnamed};
use super::{Figure, Look, calendar_year, frame, frame_of_all, or_nan, rounded};
use crate::report::chart::{
    Atom, Bridge, Case, Cases, ChartError, Convergence, CorrelatedPair, Correlations, Difference, Exceedance,
    ExceedancePoint, Fan, Frame, Histogram, LossLine, MOST_CORRELATIONS, Meaning, MoicBucket, MoicBuckets,
    Step, Threshold, Tornado, TornadoRow, Unit,
};
use crate::report::format::{input_in_chart, money, paths, percent, starred};
use crate::report::summary::{CaseSummary, CorrelationRow, DriverRow, Mean, Summary, day_after};

pub(super) fn histogram(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let base = summary.base();
    let bins = &base.present_value_bins;
    let share = |paths: u64| paths as f64 / bins.paths as f64;
    let mark = summary.currency_mark();
    let value = &base.present_value;
    let [p10, p50, p90] = [0.1, 0.5, 0.9].map(|p| value.percentile(p).map(|quantile| quantile.value));
    let shown = Histogram {
        x_title: "Present value".to_owned(),
        unit: Unit::Money,
        log: bins.logarithmic,
        edges: bins.edges.clone(),
        shares: bins.counts.iter().map(|paths| share(*paths)).collect(),
        atoms: bins.atoms.iter().map(|(value, paths)| atom(base, *value, share(*paths), mark)).collect(),
        underflow: share(bins.below),
        overflow: share(bins.above),
        mean: value.mean.value.map(|_| rounded(&value.mean)),
        percentiles: p10.zip(p50).zip(p90).map(|((p10, p50), p90)| [p10, p50, p90]),
        loss: base.probabilities.present_value_below_0.value.map(|share_below| LossLine {
            at: 0.0,
            share_below,
            label: "required return".to_owned(),
        }),
    };
    let rate = summary.deal.required_return_per_year;
    let lost = base
        .probabilities
        .moic_below_1
        .value
        .map_or_else(String::new, |share| format!("; less than 1x back on {} of paths", percent(share)));
    let subtitle = format!("present value at {} required return{lost}", percent(rate));
    let chart = shown.draw(&frame(summary, look, "Distribution of present value", &subtitle))?;
    let caption = format!(
        "Left of 0 the investor earns less than the required return of {} a year. Single values that many paths share \
         are drawn as spikes.",
        percent(rate)
    );
    Ok(Some(Figure { chart, data: "histogram.csv", caption }))
}

/// A spike of the histogram of present values, in words.
fn atom(case: &CaseSummary, value: f64, share: f64, mark: &str) -> Atom {
    let nothing = case.probabilities.nothing_invested.value.unwrap_or(0.0);
    // Every path on which nothing is invested is worth exactly 0.
    let of_nothing = value.abs() <= 0.0 && nothing >= 0.999 * share;
    let label = if of_nothing { "nothing invested".to_owned() } else { money(value, mark) };
    // Which endings share the value is not known, so the spike claims no colour.
    Atom { value, share, label, meaning: Meaning::Unresolved }
}

/// The curve is shown down to this probability: beyond, an axis would be all tail.
const LEAST_SHOWN: f64 = 0.005;
/// A longer tail than this multiple of the median asks for a logarithmic axis.
const LONG_TAIL: f64 = 12.0;

pub(super) fn exceedance(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let base = summary.base();
    let rows: Vec<_> = base.moic_exceedance.iter().filter(|row| row.probability >= LEAST_SHOWN).collect();
    let median = base.moic.percentile(0.5).map_or(f64::NAN, |quantile| quantile.value);
    let highest = rows.last().map_or(f64::NAN, |row| row.at_least);
    // Where most lose all, the money back takes the median's place.
    let typical = if median > 0.0 { median } else { 1.0 };
    let log = highest > LONG_TAIL * typical;
    let shown = Exceedance {
        x_title: "Multiple of the money invested".to_owned(),
        unit: Unit::Multiple,
        log,
        nothing: base.probabilities.total_loss.value.unwrap_or(0.0),
        points: rows
            .iter()
            .filter(|row| !log || row.at_least > 0.0)
            .map(|row| ExceedancePoint {
                x: row.at_least,
                probability: row.probability,
                more_than: row.more_than,
                low: row.low,
                high: row.high,
            })
            .collect(),
        thresholds: base
            .multiples_reached
            .iter()
            .filter(|row| row.at_least <= highest)
            .map(|row| Threshold { x: row.at_least, probability: row.probability })
            .collect(),
    };
    let subtitle = "paths on which something is invested; band: 95% interval";
    let chart = shown.draw(&frame(summary, look, "Probability of at least this multiple", subtitle))?;
    let lost = base.probabilities.total_loss.value.filter(|share| *share > 0.0);
    let caption = lost.map_or_else(String::new, |share| {
        format!("On {} of these paths nothing comes back.", percent(share))
    });
    Ok(Some(Figure { chart, data: "exceedance.csv", caption }))
}

pub(super) fn moic(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let buckets = summary.base().moic_buckets.iter().map(|bucket| MoicBucket {
        label: bucket.label.clone(),
        paths: or_nan(bucket.paths),
        value: or_nan(bucket.proceeds),
    });
    let subtitle = "paths on which something is invested, and the proceeds that they bring";
    let shown = MoicBuckets { buckets: buckets.collect() };
    let chart = shown.draw(&frame(summary, look, "Multiples of the money invested", subtitle))?;
    let caption =
        "Multiples are not discounted: proceeds, the mark at the horizon included, over the money paid in.";
    Ok(Some(Figure { chart, data: "moic.csv", caption: caption.to_owned() }))
}

/// Bars of a tornado; the others are in the table.
const MOST_BARS: usize = 10;

pub(super) fn drivers(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let Some(drivers) = &summary.drivers else { return Ok(None) };
    let row = |row: &DriverRow| {
        let both = [&row.mean_at_low, &row.mean_at_high];
        TornadoRow {
            name: starred(input_in_chart(&row.input), row.correlated),
            ends: [row.low.clone(), row.high.clone()],
            values: both.map(|mean| or_nan(mean.value)),
            errors: both.map(|mean| or_nan(mean.standard_error)),
            share: row.variance_share.map(|share| percent(share.max(0.0))),
        }
    };
    let shown = Tornado {
        id: "drivers",
        base: or_nan(drivers.mean),
        base_name: "mean",
        unit: Unit::Money,
        rows: drivers.rows.iter().take(MOST_BARS).map(row).collect(),
    };
    let subtitle = "mean where an input is in its lowest and in its highest tenth; variance: share of it";
    let frame = frame(summary, look, "What the present value moves with", subtitle);
    let chart = shown.draw(&Frame { size: look.low(), ..frame })?;
    let caption = format!(
        "Conditional means over the first {} as they were drawn, whiskers 95% intervals; nothing is held fixed, so what moves \
         together shows in all of it. A milestone, an exit or the failure is one bar: never at the low end, early at the high one.{}",
        paths(drivers.paths),
        if drivers.rows.iter().take(MOST_BARS).any(|row| row.correlated) {
            " * correlated with other inputs, whose effect is in the bar too."
        } else {
            ""
        }
    );
    Ok(Some(Figure { chart, data: "drivers.csv", caption }))
}

pub(super) fn cases(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    if summary.cases.len() < 2 {
        return Ok(None);
    }
    let row = |case: &CaseSummary| Case {
        name: case.name.clone(),
        mean: or_nan(case.present_value.mean.value),
        standard_error: or_nan(case.present_value.mean.standard_error),
        difference: case.difference.map(|difference| Difference {
            mean: or_nan(difference.present_value.value),
            standard_error: or_nan(difference.present_value.standard_error),
        }),
    };
    let shown = Cases { rows: summary.cases.iter().map(row).collect() };
    let subtitle = "Mean present value ± standard error; whiskers: 95% interval; all cases on the same paths";
    let chart =
        shown.draw(&Frame { size: look.low(), ..frame_of_all(summary, look, "Cases compared", subtitle) })?;
    let caption = "Differences are taken path by path, which removes the chance that the cases share. Cases may \
                   invest different amounts.";
    Ok(Some(Figure { chart, data: "cases.csv", caption: caption.to_owned() }))
}

pub(super) fn bridge(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let Some(terms) = &summary.terms else { return Ok(None) };
    let step = |name: &str, mean: &Mean| Step {
        name: name.to_owned(),
        value: or_nan(mean.value),
        standard_error: or_nan(mean.standard_error),
    };
    let (heading, subtitle) = match &*terms.measure {
        "risk_neutral" => ("Fair value, net", "risk-neutral value net of what is paid in"),
        _ => ("Mean PV", "mean present value, net of what is paid in"),
    };
    let shown = Bridge {
        id: "bridge",
        heading: heading.to_owned(),
        floor: Some(step("Without all terms", &terms.floor)),
        steps: terms.terms.iter().map(|term| step(&term.term, &term.step)).collect(),
        whole: step("Whole deal", &terms.whole),
    };
    let subtitle = format!("{subtitle}; ± standard error; all on the same paths");
    let chart = shown
        .draw(&Frame { size: look.low(), ..frame(summary, look, "What each term is worth", &subtitle) })?;
    let caption = "Each term is added to those above it; in another order a term may add more or less.";
    Ok(Some(Figure { chart, data: "terms.csv", caption: caption.to_owned() }))
}

pub(super) fn fan(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let start = summary.deal.valuation_date;
    let mut dates: Vec<f64> = Vec::new();
    let mut percentiles: Vec<[f64; 5]> = Vec::new();
    for row in &summary.fan {
        if let Some(values) = row.percentiles {
            dates.push(calendar_year(day_after(start, row.years)));
            percentiles.push(values);
        }
    }
    let Some(last) = summary.fan.last().filter(|_| !percentiles.is_empty()) else { return Ok(None) };
    let shown = Fan {
        y_title: "Company value".to_owned(),
        unit: Unit::Money,
        log: true,
        dates,
        percentiles,
        events: events(summary),
        observed: Vec::new(),
    };
    let subtitle = "paths on which the company still exists on its own";
    let chart = shown.draw(&frame(summary, look, "Value of the company", subtitle))?;
    let alive = last.alive.value.map_or_else(String::new, |share| {
        format!(
            " At the horizon that is {} of paths; the others have ended in a sale or a failure.",
            percent(share)
        )
    });
    let caption = format!(
        "Value of all claims, new money of later rounds included, without the money of this deal; first {}.{alive}{}",
        paths(last.alive.paths),
        unnamed(summary)
    );
    Ok(Some(Figure { chart, data: "fan.csv", caption }))
}

pub(super) fn convergence(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let rows = &summary.base().convergence;
    let shown = Convergence {
        y_title: "Mean present value".to_owned(),
        unit: Unit::Money,
        paths: rows.iter().map(|row| row.paths as f64).collect(),
        mean: rows.iter().map(|row| row.mean).collect(),
        standard_error: rows.iter().map(|row| row.standard_error).collect(),
    };
    let subtitle = "mean present value of the first so many paths; bands: 95% intervals";
    let chart = shown.draw(&frame(summary, look, "Convergence of the mean", subtitle))?;
    let caption = "The grey band is the final 95% interval: the running mean should settle within it.";
    Ok(Some(Figure { chart, data: "convergence.csv", caption: caption.to_owned() }))
}

pub(super) fn correlations(summary: &Summary, look: &Look) -> Result<Option<Figure>, ChartError> {
    let all = &summary.correlations;
    let gap = |row: &CorrelationRow| (row.realised - row.requested).abs();
    let Some(widest) = all.iter().max_by(|a, b| gap(a).total_cmp(&gap(b))) else { return Ok(None) };
    let mut gaps: Vec<f64> = all.iter().map(gap).collect();
    gaps.sort_by(|a, b| b.total_cmp(a));
    let least = gaps[gaps.len().min(MOST_CORRELATIONS) - 1];
    let pair = |row: &CorrelationRow| CorrelatedPair {
        name: format!("{} – {}", row.first, row.second),
        requested: row.requested,
        realised: row.realised,
        standard_error: row.standard_error,
    };
    let shown = all.iter().filter(|row| gap(row) >= least).take(MOST_CORRELATIONS);
    let shown = Correlations { rows: shown.map(pair).collect() };
    let subtitle = format!("first {}; widest gap {:.3}", paths(widest.paths), gap(widest));
    let frame = frame(summary, look, "Correlations, asked for and realised", &subtitle);
    let chart = shown.draw(&Frame { size: look.low(), ..frame })?;
    let others = all.len() - shown.rows.len();
    let others =
        if others > 0 { format!(" {others} pairs with narrower gaps are left out.") } else { String::new() };
    let caption = format!(
        "Correlations of the variables underneath, before they become values or events; realised ones from the ranks \
         (Kendall’s τ), with errors as for independent paths.{others}"
    );
    Ok(Some(Figure { chart, data: "correlations.csv", caption }))
}
