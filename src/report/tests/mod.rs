//! The whole way from a run to a folder.

mod correlations;
mod coverage;
mod files;
mod numbers;
mod pictures;
mod digests;
mod study;
mod workbook;

use std::fs;
use std::path::Path;

use super::terminal::screen;
use super::write_report;
use study::{Sample, input};

/// Writes the sample report to the folder named in `CABRIO_REPORT_DIR`, for looking at it.
#[test]
#[ignore = "writes a folder to look at: CABRIO_REPORT_DIR=… cargo test --lib report::tests -- --ignored"]
fn gallery() {
    let Some(folder) = std::env::var_os("CABRIO_REPORT_DIR") else { return };
    let folder = Path::new(&folder);
    let summary = Sample::new(100_000).summary();
    write_report(&input(&summary), folder).unwrap();
    let small = Sample::smallest(5_000).summary();
    write_report(&input(&small), &folder.with_extension("small")).unwrap();
    fs::write(folder.with_extension("txt"), screen(&summary, Some(0.9)) + &screen(&small, None)).unwrap();
}

#[test]
fn the_screen_is_small_enough_and_says_the_main_things() {
    let summary = Sample::new(5_000).summary();
    let text = screen(&summary, Some(0.25));
    assert!(text.lines().count() <= 24, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    for part in ["5,000 paths", "seed 7", "0.2 s", "Present value", "P50", "Ends as", "Plain loan", "Warning"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    // more cases and warnings than fit
    let mut crowded = summary.clone();
    for _ in 0..3 {
        crowded.cases.extend(summary.cases.clone());
        crowded.warnings.extend(summary.warnings.clone());
    }
    let text = screen(&crowded, None);
    assert!(text.lines().count() <= 24, "{text}");
    assert!(text.contains("more cases") && text.contains("see the report"), "{text}");
}
