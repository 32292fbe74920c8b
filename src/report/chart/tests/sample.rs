//! Made-up data for looking at charts: plausible deals, and what breaks layouts. No number here is a result.

mod odd;

use super::super::*;
use odd::correlations;
pub(super) use odd::{branches_at, cases_at, fan_at, histogram_at, payoff_at, timing_at, unknowns};

pub(super) fn frame(title: &str) -> Frame {
    Frame {
        title: title.into(),
        subtitle: "Base case, present value at 8 % required return, $".into(),
        source: "demo.toml · run 7f3a9c1e02 · 2,000,000 paths · seed 42 · valued 22 Nov 2026".into(),
        currency: "$".into(),
        size: Size::PAGE,
        recolouring: crate::report::chart::Recolouring::default(),
    }
}

/// Values from `low` to `high` in equal ratios.
fn ratios(low: f64, high: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| low * libm::pow(high / low, i as f64 / (n - 1) as f64)).collect()
}

/// Shares of a lognormal in bins, by the midpoint of each: enough for a picture.
fn bell(edges: &[f64], centre: f64, width: f64, total: f64) -> Vec<f64> {
    let weights: Vec<f64> = edges
        .windows(2)
        .map(|e| {
            let z = (libm::log(libm::sqrt(e[0] * e[1])) - libm::log(centre)) / width;
            libm::exp(-0.5 * z * z)
        })
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| total * w / sum).collect()
}

pub(super) fn gallery() -> Vec<(String, Chart)> {
    let mut all = Vec::new();
    let mut add = |name: &str, chart: Result<Chart, ChartError>| all.push((name.to_owned(), chart.unwrap()));
    for (name, unit) in [("", 1e9), ("_tiny", 1e4), ("_huge", 1e13)] {
        add(&format!("payoff{name}"), payoff(unit).draw(&frame("Payoff by company value at conversion")));
        add(&format!("histogram{name}"), histogram(unit).draw(&frame("Distribution of present value")));
        add(
            &format!("exceedance{name}"),
            exceedance(unit).draw(&frame("Probability of at least this present value")),
        );
        add(&format!("branches{name}"), branches(unit).draw(&frame("How the note ends")));
        add(&format!("fan{name}"), fan(unit).draw(&frame("Equity value of the company")));
        add(&format!("tree{name}"), tree(unit, 4).draw(&frame("Milestones and tranches")));
        add(&format!("convergence{name}"), convergence(unit, 20).draw(&frame("Convergence of the mean")));
        add(&format!("cases{name}"), cases(unit).draw(&frame("Cases on the same paths")));
    }
    add("corr", correlations(3, 0.009).draw(&frame("Correlations, asked for and realised")));
    add("timing", timing().draw(&frame("When the note is resolved")));
    add(
        "moic",
        moic([0.12, 0.09, 0.47, 0.22, 0.07, 0.03], [0.0, 0.03, 0.32, 0.31, 0.17, 0.17])
            .draw(&frame("Multiples of invested capital")),
    );
    extremes(&mut add);
    empties(&mut add);
    slides(&mut add);
    all
}

fn slides(add: &mut impl FnMut(&str, Result<Chart, ChartError>)) {
    let slide = |title: &str| Frame { size: Size::SLIDE, currency: "CHF".into(), ..frame(title) };
    add("slide_payoff", payoff(1e9).draw(&slide("Payoff by company value at conversion")));
    add("slide_tree", tree(1e9, 9).draw(&slide("Milestones and tranches")));
    add("slide_branches", branches(1e9).draw(&slide("How the note ends")));
    add("slide_fan", fan(1e9).draw(&slide("Equity value")));
    add("slide_cases", cases(1e9).draw(&slide("Cases")));
    add("slide_histogram", histogram(1e9).draw(&slide("Distribution")));
}

fn empties(add: &mut impl FnMut(&str, Result<Chart, ChartError>)) {
    let f = frame("Nothing to show");
    add("empty_payoff", Payoff::default().draw(&f));
    add(
        "empty_histogram",
        Histogram {
            edges: vec![],
            shares: vec![],
            atoms: vec![],
            underflow: 0.0,
            overflow: 0.0,
            mean: None,
            percentiles: None,
            loss: None,
            ..histogram(1e9)
        }
        .draw(&f),
    );
    add("empty_exceedance", Exceedance { points: vec![], thresholds: vec![], ..exceedance(1e9) }.draw(&f));
    add("empty_branches", Branches::default().draw(&f));
    add("empty_fan", Fan { dates: vec![], percentiles: vec![], observed: vec![], ..fan(1e9) }.draw(&f));
    add("empty_timing", Timing::default().draw(&f));
    add("empty_tree", Tree::default().draw(&f));
    add(
        "empty_convergence",
        Convergence { paths: vec![], mean: vec![], standard_error: vec![], ..convergence(1e9, 3) }.draw(&f),
    );
    add("empty_cases", Cases::default().draw(&f));
    add("empty_corr", Correlations::default().draw(&f));
    add("empty_moic", MoicBuckets::default().draw(&f));
}

fn extremes(add: &mut impl FnMut(&str, Result<Chart, ChartError>)) {
    let long =
        "A title so long that it cannot possibly stand on one line of a page, and so has to be shortened";
    let one = |value: f64, label: &str, meaning| Atom { value, share: 1.0, label: label.into(), meaning };
    let bare = |atoms: Vec<Atom>, log| Histogram {
        edges: vec![],
        shares: vec![],
        underflow: 0.0,
        overflow: 0.0,
        mean: atoms.first().map(|a| a.value),
        percentiles: atoms.first().map(|a| [a.value; 3]),
        atoms,
        loss: None,
        log,
        ..histogram(1e9)
    };
    add(
        "histogram_one_atom",
        bare(vec![one(1e9, "repaid at par", Meaning::Repaid)], true).draw(&frame(long)),
    );
    add(
        "histogram_all_lost",
        bare(vec![one(0.0, "nothing back", Meaning::Default)], true).draw(&frame("All lost")),
    );
    add("histogram_multiple", multiples().draw(&frame("Multiple of invested capital")));
    let point = ExceedancePoint { x: 1e9, probability: 1.0, more_than: 0.0, low: 1.0, high: 1.0 };
    add("exceedance_one", Exceedance { points: vec![point], ..exceedance(1e9) }.draw(&frame("One atom")));
    let sure =
        Branch { name: "Repaid".into(), meaning: Meaning::Repaid, probability: 1.0, contribution: -4e7 };
    add("branches_one", Branches { rows: vec![sure], mean: -4e7 }.draw(&frame("One ending, a loss")));
    add("corr_many", correlations(14, 0.2).draw(&frame("Many pairs, few paths")));
    add("corr_exact", correlations(1, 0.0).draw(&frame("One pair, as asked")));
    add("branches_many", many_branches().draw(&frame("Many endings")));
    add("timing_none", Timing { series: vec![], ..timing() }.draw(&frame("Nothing resolves")));
    let all =
        vec![TimingSeries { name: "Repaid".into(), meaning: Meaning::Repaid, cumulative: vec![1.0; 61] }];
    add("timing_all", Timing { series: all, ..timing() }.draw(&frame("All repaid at once")));
    add(
        "fan_one_date",
        Fan { dates: vec![2026.9], percentiles: vec![[5e10; 5]], observed: vec![], ..fan(1e9) }
            .draw(&frame("One date")),
    );
    add("fan_failures", failures().draw(&frame("A tenth of paths fail")));
    add("fan_linear", Fan { log: false, ..fan(1e9) }.draw(&frame("The same, linear")));
    add(
        "convergence_one_path",
        Convergence {
            paths: vec![1.0],
            mean: vec![1.31e9],
            standard_error: vec![f64::NAN],
            ..convergence(1e9, 1)
        }
        .draw(&frame("One path")),
    );
    add(
        "convergence_constant",
        Convergence { mean: vec![0.0; 20], standard_error: vec![0.0; 20], ..convergence(1e9, 20) }
            .draw(&frame("Always nought")),
    );
    add("cases_base_only", Cases { rows: cases(1e9).rows[..1].to_vec() }.draw(&frame("Base case only")));
    add("moic_all_lost", moic([1.0, 0.0, 0.0, 0.0, 0.0, 0.0], [f64::NAN; 6]).draw(&frame("All lost")));
    add("tree_one", tree(1e9, 1).draw(&frame("One tranche")));
    add("tree_nine", tree(1e9, 9).draw(&frame("Nine stages")));
    add("payoff_crowded", crowded().draw(&frame("Many kinks in one place")));
    add("payoff_flat", flat().draw(&frame("Straight loan")));
}

fn payoff(unit: f64) -> Payoff {
    let principal = 5.0 * unit;
    let (cap, round) = (60.0 * unit, 100.0 * unit);
    let xs = ratios(unit, 1000.0 * unit, 121);
    let debt = move |v: f64| f64::min(1.18 * principal, 0.6 * v);
    let note = move |v: f64| {
        if v < 0.5 * round {
            debt(v)
        } else {
            f64::max(1.18 * principal, v * 1.18 * principal / f64::min(cap, 0.8 * v))
        }
    };
    let line = |name: &str, role, f: &dyn Fn(f64) -> f64| PayoffLine {
        name: name.into(),
        role,
        points: xs.iter().map(|&v| (v, f(v))).collect(),
    };
    let edges = ratios(2.0 * unit, 900.0 * unit, 61);
    let shares = bell(&edges, 90.0 * unit, 0.9, 1.0);
    let kink = |x: f64, text: &str| Kink { x, y: note(x), text: text.into() };
    Payoff {
        x_title: "Company value at conversion".into(),
        y_title: "Payoff to the investor".into(),
        lines: vec![
            line("If repaid only", LineRole::RepaidOnly, &debt),
            line("Straight equity at the last round", LineRole::StraightEquity, &|v| principal * v / round),
            line("Convertible note", LineRole::Main, &note),
        ],
        kinks: vec![
            kink(9.83 * unit, "senior claims covered: par and interest"),
            kink(50.0 * unit, "qualified round"),
            kink(75.0 * unit, "cap overtakes discount"),
        ],
        edges,
        shares,
    }
}

fn crowded() -> Payoff {
    let base = payoff(1e9);
    let names = [
        "qualified round",
        "cap overtakes discount",
        "bond floor",
        "ownership cap 19.9 %",
        "break-even 1x",
        "second tranche funded",
    ];
    let kinks = names.iter().enumerate().map(|(i, n)| Kink {
        x: 6e10 + 4e9 * i as f64,
        y: 7e9 + 1e8 * i as f64,
        text: (*n).into(),
    });
    Payoff { kinks: kinks.collect(), ..base }
}

fn flat() -> Payoff {
    let points = vec![(1e9, 5e9), (1e12, 5e9)];
    Payoff {
        lines: vec![PayoffLine { name: "Straight loan".into(), role: LineRole::Main, points }],
        kinks: vec![],
        ..payoff(1e9)
    }
}

fn histogram(unit: f64) -> Histogram {
    let edges = ratios(0.5 * unit, 50.0 * unit, 51);
    let shares = bell(&edges, 7.0 * unit, 0.7, 0.68);
    Histogram {
        x_title: "Present value".into(),
        unit: Unit::Money,
        log: true,
        edges,
        shares,
        atoms: vec![
            Atom { value: 0.0, share: 0.126, label: "nothing back".into(), meaning: Meaning::Default },
            Atom {
                value: 5.3 * unit,
                share: 0.163,
                label: "repaid at maturity".into(),
                meaning: Meaning::Repaid,
            },
        ],
        underflow: 0.0,
        overflow: 0.031,
        mean: Some(9.31 * unit),
        percentiles: Some([0.0, 6.12 * unit, 21.3 * unit]),
        loss: Some(LossLine { at: 5.0 * unit, share_below: 0.2314, label: "1x".into() }),
    }
}

fn multiples() -> Histogram {
    let edges: Vec<f64> = (0..=40).map(|i| 0.1 * f64::from(i)).collect();
    let shares = bell(&edges.iter().map(|e| e + 0.2).collect::<Vec<_>>(), 1.6, 0.3, 0.3);
    Histogram {
        x_title: "Multiple of invested capital".into(),
        unit: Unit::Multiple,
        log: false,
        edges,
        shares,
        atoms: vec![
            Atom { value: 0.0, share: 0.04, label: "nothing back".into(), meaning: Meaning::Default },
            Atom { value: 1.18, share: 0.64, label: "repaid".into(), meaning: Meaning::Repaid },
        ],
        underflow: 0.0,
        overflow: 0.02,
        mean: Some(1.43),
        percentiles: Some([0.9, 1.18, 1.9]),
        loss: Some(LossLine { at: 1.0, share_below: 0.09, label: "1x".into() }),
    }
}

fn exceedance(unit: f64) -> Exceedance {
    let xs = ratios(0.3 * unit, 60.0 * unit, 200);
    let p =
        |x: f64| 0.87 / (1.0 + libm::pow(x / (7.0 * unit), 1.7)) - if x > 5.3 * unit { 0.08 } else { 0.0 };
    let points = xs.iter().map(|&x| p(x).max(0.0)).zip(&xs).map(|(p, &x)| ExceedancePoint {
        x,
        probability: p,
        more_than: p,
        low: (p - 0.012).max(0.0),
        high: (p + 0.012).min(1.0),
    });
    let thresholds =
        [1.0, 5.0, 10.0, 20.0, 50.0].map(|t| Threshold { x: t * unit, probability: p(t * unit).max(0.0) });
    Exceedance {
        x_title: "Present value".into(),
        unit: Unit::Money,
        log: true,
        nothing: 0.13,
        points: points.collect(),
        thresholds: thresholds.to_vec(),
    }
}

fn branches(unit: f64) -> Branches {
    let row = |name: &str, meaning, probability, contribution: f64| Branch {
        name: name.into(),
        meaning,
        probability,
        contribution: contribution * unit,
    };
    Branches {
        rows: vec![
            row("Default, partial recovery", Meaning::Default, 0.126, 0.04),
            row("Converts at the cap", Meaning::Cap, 0.382, 4.9),
            row("Converts at the discount", Meaning::Round, 0.249, 2.11),
            row("IPO conversion", Meaning::Liquidity, 0.041, 0.97),
            row("Sold before conversion", Meaning::ChangeOfControl, 0.06, 0.52),
            row("Repaid at maturity", Meaning::Repaid, 0.104, 0.51),
            row("Funding costs of undrawn tranches", Meaning::Unresolved, 0.038, -0.22),
        ],
        mean: 8.83 * unit,
    }
}

fn many_branches() -> Branches {
    let row = |i: usize| Branch {
        name: format!("Ending number {i} with a name that is rather long"),
        meaning: [
            Meaning::Liquidity,
            Meaning::Cap,
            Meaning::Round,
            Meaning::ChangeOfControl,
            Meaning::Repaid,
            Meaning::Default,
            Meaning::Unresolved,
        ][i % 7],
        probability: if i == 3 { 0.9998 } else { 0.000_01 * i as f64 },
        contribution: if i.is_multiple_of(2) { 1.0 } else { -1.0 } * 1e8 * i as f64,
    };
    Branches { rows: (0..18).map(row).collect(), mean: 1.23e9 }
}

fn fan(unit: f64) -> Fan {
    let dates: Vec<f64> = (0..=61).map(|i| 2026.9 + f64::from(i) / 12.0).collect();
    let band = |d: &f64| {
        let t = d - 2026.9;
        [-1.645, -0.674, 0.0, 0.674, 1.645]
            .map(|z| 183.0 * unit * libm::exp(0.12 * t + 0.45 * z * libm::sqrt(t)))
    };
    let event = |date: f64, label: &str| Event { date, label: label.into() };
    Fan {
        y_title: "Equity value".into(),
        unit: Unit::Money,
        log: true,
        percentiles: dates.iter().map(band).collect(),
        dates,
        events: vec![
            event(2027.2, "tranche 2 deadline"),
            event(2027.9, "tranche 3 deadline"),
            event(2028.0, "next round expected"),
            event(2030.1, "maturity"),
            event(2031.5, "end of extension"),
        ],
        observed: vec![(2025.2, 61.5 * unit), (2025.7, 183.0 * unit)],
    }
}

fn failures() -> Fan {
    let base = fan(1e9);
    let percentiles = base
        .dates
        .iter()
        .zip(&base.percentiles)
        .map(|(d, p)| if *d > 2028.0 { [0.0, p[1], p[2], p[3], p[4]] } else { *p });
    Fan { percentiles: percentiles.collect(), ..base }
}

fn timing() -> Timing {
    let dates: Vec<f64> = (0..=60).map(|i| 2026.9 + f64::from(i) / 12.0).collect();
    let series = |name: &str, meaning, end: f64, pace: f64| TimingSeries {
        name: name.into(),
        meaning,
        cumulative: dates.iter().map(|d| end * (1.0 - libm::exp(-pace * (d - 2026.9)))).collect(),
    };
    Timing {
        series: vec![
            series("Default", Meaning::Default, 0.126, 0.6),
            series("Converts at the cap", Meaning::Cap, 0.42, 0.9),
            series("Converts at the discount", Meaning::Round, 0.26, 0.8),
            series("Sold", Meaning::ChangeOfControl, 0.001, 0.8),
            TimingSeries {
                name: "Repaid".into(),
                meaning: Meaning::Repaid,
                cumulative: dates.iter().map(|d| if *d > 2029.89 { 0.104 } else { 0.0 }).collect(),
            },
        ],
        events: vec![
            Event { date: 2027.9, label: "tranche 2 deadline".into() },
            Event { date: 2029.89, label: "maturity".into() },
        ],
        dates,
    }
}

fn tree(unit: f64, n: usize) -> Tree {
    let mut reached = 1.0;
    let stages = (0..n)
        .map(|i| {
            let here = reached;
            reached *= if i == 0 { 0.86 } else { 0.7 };
            let ends = if i + 1 == n { here } else { here - reached };
            let exit = |name: &str, meaning, part: f64| Exit {
                name: name.into(),
                meaning,
                probability: part * ends,
            };
            let tranche = i % 2 == 0;
            Stage {
                name: if tranche {
                    format!("Tranche {}", i / 2 + 1)
                } else {
                    format!("Milestone {}", i / 2 + 1)
                },
                amount: tranche.then_some((5.0 + i as f64) * unit),
                also_after: if i == 2 { vec!["Milestone 0".to_owned()] } else { Vec::new() },
                value: tranche.then_some((0.4 - i as f64) * unit),
                reached: here,
                verb: "reached",
                funded: tranche.then_some(0.97 * here),
                exits: vec![
                    exit("converted at the cap", Meaning::Cap, if i + 1 == n { 0.6 } else { 0.1 }),
                    exit("repaid", Meaning::Repaid, 0.2),
                    exit("defaulted", Meaning::Default, 0.15),
                    exit("sold", Meaning::ChangeOfControl, 0.02),
                    exit("lapsed", Meaning::Unresolved, if i + 1 == n { 0.02 } else { 0.52 }),
                    exit("other settlement", Meaning::Round, 0.01),
                ],
            }
        })
        .collect();
    Tree { stages }
}

fn convergence(unit: f64, n: usize) -> Convergence {
    let paths: Vec<f64> = (0..n).map(|i| 1000.0 * libm::pow(2.0, i as f64 * 0.7)).collect();
    let wobble = |i: usize| [0.8, -0.5, 1.1, 0.3, -0.9, 0.4][i % 6];
    let standard_error: Vec<f64> = paths.iter().map(|p| 2.4 * unit / libm::sqrt(*p)).collect();
    let mean = standard_error.iter().enumerate().map(|(i, se)| 1.31 * unit + wobble(i) * se).collect();
    Convergence { y_title: "Mean present value".into(), unit: Unit::Money, paths, mean, standard_error }
}

fn cases(unit: f64) -> Cases {
    let row = |name: &str, mean: f64, difference: Option<(f64, f64)>| Case {
        name: name.into(),
        mean: mean * unit,
        standard_error: 0.012 * unit,
        difference: difference.map(|(mean, se)| Difference { mean: mean * unit, standard_error: se * unit }),
    };
    Cases {
        rows: vec![
            row("Base", 8.83, None),
            row("No cap", 6.41, Some((-2.42, 0.009))),
            row("No discount", 8.61, Some((-0.22, 0.004))),
            row("All tranches up front", 9.12, Some((0.29, 0.031))),
            row("Straight equity", 9.84, Some((1.01, 0.042))),
            row("Straight loan", 5.02, Some((-3.81, 0.011))),
            row("Extension by a year at the holder's choice", 8.84, Some((0.01, 0.006))),
        ],
    }
}

fn moic(paths: [f64; 6], value: [f64; 6]) -> MoicBuckets {
    let labels = ["0x", "0–1x", "1–2x", "2–5x", "5–10x", "≥10x"];
    MoicBuckets {
        buckets: labels
            .iter()
            .zip(paths)
            .zip(value)
            .map(|((l, paths), value)| MoicBucket { label: (*l).into(), paths, value })
            .collect(),
    }
}
