//! The workbook, read back as the archive of XML files that it is (ECMA-376).

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use super::study::{Sample, input};
use crate::report::files;
use crate::report::summary::Summary;

/// The parts of the workbook by name.
fn parts(summary: &Summary) -> BTreeMap<String, String> {
    let files = files(&input(summary)).unwrap();
    let (_, bytes) = files.iter().find(|(path, _)| path == "workbook.xlsx").unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// What stands between two texts, all occurrences.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

/// Sheets by name, with their XML.
fn sheets(parts: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    let names = between(&parts["xl/workbook.xml"], "<sheet name=\"", "\"");
    let sheet = |(name, number)| (name, parts[&format!("xl/worksheets/sheet{number}.xml")].as_str());
    names.into_iter().zip(1..).map(sheet).collect()
}

#[test]
fn it_has_the_sheets_of_the_deal_laid_out_for_print() {
    let parts = parts(&Sample::new(2_000).summary());
    let sheets = sheets(&parts);
    let expected = "README, Summary, Percentiles, Inputs, Deal, Payoff, Branches, Distribution, Exceedance, MOIC, Drivers, Cases, Terms, \
                    Fair value, Decisions, Tranches, Timing, Company value, Convergence, Checks, Manifest";
    assert_eq!(between(&parts["xl/workbook.xml"], "<sheet name=\"", "\"").join(", "), expected);
    for (name, sheet) in &sheets {
        for needed in ["orientation=\"landscape\"", "fitToPage=\"1\"", "<pane ", "paperSize=\"9\""] {
            assert!(sheet.contains(needed), "{name}: {needed}");
        }
        // values only
        assert!(!sheet.contains("<f>") && !sheet.contains("NaN"), "{name}");
    }
    let tables: Vec<&String> =
        parts.iter().filter(|(path, _)| path.starts_with("xl/tables/")).map(|(_, text)| text).collect();
    let mut names: Vec<&str> = tables.iter().flat_map(|text| between(text, "displayName=\"", "\"")).collect();
    let all = names.len();
    assert!(all >= 18, "{names:?}");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "names of tables are unique");
}

/// Axes have number formats of their own, and every chart tells in words what it shows.
#[test]
fn charts_have_formats_and_texts() {
    let parts = parts(&Sample::new(2_000).summary());
    let charts: Vec<&String> =
        parts.iter().filter(|(path, _)| path.starts_with("xl/charts/")).map(|(_, text)| text).collect();
    // payoff, branches (two), distribution, exceedance (two), multiples, drivers, cases, terms, timing, company, convergence
    assert_eq!(charts.len(), 13);
    for chart in charts {
        let formats = between(chart, "<c:numFmt formatCode=\"", "/>");
        assert!(formats.iter().any(|format| format.contains("sourceLinked=\"0\"")), "{formats:?}");
        // names of categories stay at the edge and off the bars
        assert!(chart.contains("<c:tickLblPos val=\"low\"/>"));
    }
    let drawings = parts.iter().filter(|(path, _)| path.starts_with("xl/drawings/drawing"));
    for (path, drawing) in drawings {
        assert_eq!(drawing.matches("<c:chart ").count(), drawing.matches(" descr=\"").count(), "{path}");
    }
}

/// Names of a scenario are texts, whatever they begin with and hold.
#[test]
fn no_text_becomes_a_formula_or_markup() {
    let mut summary = Sample::new(2_000).summary();
    let long = "a name of two hundred characters ".repeat(7);
    for (case, name) in summary.cases.iter_mut().zip(["=1+1", "@SUM(A1)", "+\"quotes\", commas & <b>"]) {
        name.clone_into(&mut case.name);
    }
    summary.deal.title = format!("={long}");
    summary.deal.investor = "-cmd|' /C calc'!A0 שלום".into();
    summary.assumptions[0].note = "x".repeat(40_000);
    let parts = parts(&summary);
    let texts = &parts["xl/sharedStrings.xml"];
    for text in ["=1+1", "@SUM(A1)", "+\"quotes\", commas &amp; &lt;b&gt;", "שלום"] {
        assert!(texts.contains(&format!("<t>{text}</t>")) || texts.contains(text), "{text}");
    }
    assert!(between(texts, "<t>", "</t>").iter().all(|text| text.chars().count() < 32_767));
    for (name, sheet) in sheets(&parts) {
        assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "{name}");
    }
    assert!(parts["xl/styles.xml"].contains("quotePrefix=\"1\""));
    for chart in parts.iter().filter(|(path, _)| path.starts_with("xl/charts/")).map(|(_, text)| text) {
        for range in between(chart, "<c:f>", "</c:f>") {
            assert!(range.contains('!') && !range.contains("1+1"), "{range}");
        }
    }
}

/// The document's date is the valuation date, not the day it was written; two writings are the same.
#[test]
fn it_knows_no_clock() {
    let summary = Sample::smallest(200).summary();
    let core = &parts(&summary)["docProps/core.xml"];
    let day = summary.deal.valuation_date;
    assert_eq!(core.matches(&format!("{day}T00:00:00Z")).count(), 2, "{core}");
    let book = |files: Vec<(String, Vec<u8>)>| {
        files.into_iter().find(|(path, _)| path == "workbook.xlsx").map(|(_, bytes)| bytes)
    };
    let [first, second] = [(), ()].map(|()| book(files(&input(&summary)).unwrap()));
    assert!(first.is_some() && first == second);
}

/// A number stands in its cell in full, not as printed.
#[test]
fn numbers_are_kept_in_full() {
    let summary = Sample::new(2_000).summary();
    let parts = parts(&summary);
    let mean = summary.base().present_value.mean.value.unwrap();
    let values = between(sheets(&parts)["Summary"], "<v>", "</v>");
    assert!(values.iter().any(|value| value.parse::<f64>() == Ok(mean)), "{mean}");
}

/// A deal with nothing but a few paths has fewer sheets, and none without content.
#[test]
fn a_small_deal_has_fewer_sheets() {
    for paths in [1, 50] {
        let parts = parts(&Sample::smallest(paths).summary());
        let sheets = sheets(&parts);
        for absent in ["Cases", "Fair value"] {
            assert!(!sheets.contains_key(absent), "{absent}");
        }
        assert!(sheets.values().all(|sheet| !sheet.contains("NaN") && !sheet.contains("inf")), "{paths}");
    }
}
