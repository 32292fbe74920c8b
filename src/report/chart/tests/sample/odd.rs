//! Data with unknown numbers, and data whose places and shares a test chooses.

use super::*;

/// Every chart with its middle numbers, or all of them, unknown.
pub(in super::super) fn unknowns() -> Vec<(String, Chart)> {
    let mut all = Vec::new();
    let mut add = |name: &str, chart: Result<Chart, ChartError>| all.push((name.to_owned(), chart.unwrap()));
    let nan = f64::NAN;
    let f = frame("Unknown");
    let mut note = payoff(1e9);
    note.lines[2].points[60].1 = nan;
    note.kinks[0].y = nan;
    note.shares[9] = nan;
    add("payoff", note.draw(&f));
    let mut columns = histogram(1e9);
    columns.shares[20] = nan;
    columns.atoms[1].share = nan;
    let columns = Histogram { overflow: nan, mean: Some(nan), percentiles: Some([nan; 3]), ..columns };
    add("histogram", columns.draw(&f));
    let mut curve = exceedance(1e9);
    curve.points[50] = ExceedancePoint { x: 2e9, probability: nan, more_than: nan, low: nan, high: nan };
    curve.thresholds[1].probability = nan;
    add("exceedance", curve.draw(&f));
    let mut ends = branches(1e9);
    ends.rows[1].probability = nan;
    ends.rows[6].contribution = nan;
    add("branches", Branches { mean: nan, ..ends }.draw(&f));
    let mut bands = fan(1e9);
    bands.percentiles[30] = [nan; 5];
    bands.percentiles[61] = [nan; 5];
    add("fan", bands.draw(&f));
    let mut areas = timing();
    areas.series[0].cumulative[60] = nan;
    add("timing", areas.draw(&f));
    let mut stages = tree(1e9, 3);
    stages.stages[1] =
        Stage { reached: nan, funded: Some(nan), amount: Some(nan), ..stages.stages[1].clone() };
    stages.stages[2].exits[0].probability = nan;
    add("tree", stages.draw(&f));
    add("convergence", Convergence { mean: vec![nan; 20], ..convergence(1e9, 20) }.draw(&f));
    let mut rows = cases(1e9);
    rows.rows[1] = Case { mean: nan, standard_error: nan, ..rows.rows[1].clone() };
    rows.rows[2].difference = Some(Difference { mean: nan, standard_error: nan });
    add("cases", rows.draw(&f));
    add("moic", moic([nan, 0.5, 0.5, 0.0, 0.0, 0.0], [nan; 6]).draw(&f));
    all
}

pub(in super::super) fn fan_at(places: &[f64], unit: f64) -> Chart {
    let event =
        |(i, p): (usize, &f64)| Event { date: 2026.9 + 5.0 * p, label: format!("deadline of tranche {i}") };
    let events = places.iter().enumerate().map(event).collect();
    let observed = places.iter().map(|p| (2026.0 + p, 100.0 * unit * (0.5 + p))).collect();
    Fan { events, observed, ..fan(unit) }.draw(&frame("Fan")).unwrap()
}

pub(in super::super) fn payoff_at(places: &[f64], unit: f64) -> Chart {
    let kink = |p: &f64| Kink {
        x: unit * libm::pow(1000.0, *p),
        y: 40.0 * unit * p,
        text: "a bend in the payoff".into(),
    };
    Payoff { kinks: places.iter().map(kink).collect(), ..payoff(unit) }.draw(&frame("Payoff")).unwrap()
}

pub(in super::super) fn histogram_at(places: &[f64], shares: &[f64], unit: f64) -> Chart {
    let value = |p: &f64| if *p < 0.2 { 0.0 } else { 0.5 * unit * libm::pow(100.0, *p) };
    let atom = |p: &f64| Atom {
        value: value(p),
        share: shares[0] * p,
        label: "an atom".into(),
        meaning: Meaning::Cap,
    };
    let mut percentiles = [shares[1], shares[2], shares[3]].map(|p| value(&p));
    percentiles.sort_by(f64::total_cmp);
    Histogram {
        atoms: places.iter().map(atom).collect(),
        underflow: (shares[3] - 0.6).max(0.0),
        overflow: (shares[4] - 0.5).max(0.0),
        mean: Some(value(&shares[4])),
        percentiles: Some(percentiles),
        loss: Some(LossLine { at: value(&shares[2]), share_below: shares[2], label: "1x".into() }),
        ..histogram(unit)
    }
    .draw(&frame("Histogram"))
    .unwrap()
}

pub(in super::super) fn timing_at(shares: &[f64]) -> Chart {
    let base = timing();
    let total: f64 = shares.iter().sum::<f64>() + 0.01;
    let scaled = |(series, share): (&TimingSeries, &f64)| TimingSeries {
        cumulative: series.cumulative.iter().map(|c| c * share / total).collect(),
        ..series.clone()
    };
    Timing { series: base.series.iter().zip(shares).map(scaled).collect(), ..base }
        .draw(&frame("Timing"))
        .unwrap()
}

pub(in super::super) fn branches_at(shares: &[f64], unit: f64) -> Chart {
    let base = branches(unit);
    let scaled = |(row, share): (&Branch, &f64)| Branch {
        probability: *share,
        contribution: (share - 0.5) * 20.0 * unit,
        ..row.clone()
    };
    Branches { rows: base.rows.iter().zip(shares).map(scaled).collect(), ..base }
        .draw(&frame("Branches"))
        .unwrap()
}

pub(in super::super) fn cases_at(shares: &[f64], unit: f64) -> Chart {
    let base = cases(unit);
    let scaled = |(row, share): (&Case, &f64)| Case {
        mean: (share - 0.5) * 20.0 * unit,
        standard_error: share * unit,
        difference: row.difference.map(|d| Difference { standard_error: share * unit, ..d }),
        ..row.clone()
    };
    Cases { rows: base.rows.iter().zip(shares).map(scaled).collect() }.draw(&frame("Cases")).unwrap()
}

/// Correlations with gaps of so many standard errors.
pub(super) fn correlations(n: usize, standard_error: f64) -> Correlations {
    let names = [
        "company.value – rival",
        "failure – company.value",
        "a variable with a long name – another of the kind",
    ];
    let row = |i: usize| {
        let requested = [0.45, -1.0, 0.0, 1.0, 0.3][i % 5];
        let realised: f64 = requested + [0.6, -1.4, 0.2, -0.9][i % 4] * standard_error;
        CorrelatedPair {
            name: names[i % 3].into(),
            requested,
            realised: realised.clamp(-1.0, 1.0),
            standard_error,
        }
    };
    Correlations { rows: (0..n).map(row).collect() }
}
