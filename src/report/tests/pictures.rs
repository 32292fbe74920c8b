//! The charts of every scenario in the repository: every text is read back from the SVG as the rasteriser lays
//! it out, with the embedded font; none may meet another or leave the page.

use std::path::Path;

use super::study::Sample;
use crate::report::chart::{self, Chart};
use crate::report::figure::{Look, figures};
use crate::scenario::load;

/// The charts of a scenario file, its cases among them.
fn charts(file: &Path, paths: u64) -> Vec<Chart> {
    let loaded = load(file, &[]);
    let study = loaded.study.unwrap();
    let cases = study.cases.iter().map(|(name, scenario)| (name.as_str(), scenario.clone()));
    let all = std::iter::once(("As stated", study.base.clone())).chain(cases).collect();
    figures(&Sample::of(all, paths).summary(), &Look::default())
        .unwrap()
        .into_iter()
        .map(|figure| figure.chart)
        .collect()
}

/// One path, few and some thousand: atoms, gaps and smooth curves.
#[test]
fn charts_of_every_scenario_have_no_text_over_another_or_cut_off() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(!files.is_empty());
    let mut found = Vec::new();
    for file in &files {
        for paths in [1, 40, 4_000] {
            for chart in charts(file, paths) {
                let name = format!("{} of {} on {paths} paths", chart.id, file.display());
                found.extend(chart::faults(&name, &chart));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
