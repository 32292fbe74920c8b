//! Overrides, cases and bases.

use std::fs;
use std::path::Path;

use super::*;

fn text_at(text: &str, sets: &[&str], path: &str) -> String {
    let (loading, all) = read(text, sets);
    assert!(all.is_empty(), "{}", render(&all, &loading.sources, Style::Plain));
    describe(at(loading.document.as_ref().unwrap(), path))
}

/// A value as short text.
fn describe(node: &Node) -> String {
    match &node.value {
        Value::Text(text) | Value::Integer(text) | Value::Float(text) | Value::Time(text) => text.clone(),
        Value::Flag(flag) => flag.to_string(),
        Value::Day(day) => day.to_string(),
        Value::List(nodes) => format!("[{}]", nodes.iter().map(describe).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let entry = |(name, node): &(Name, Node)| format!("{} = {}", name.text, describe(node));
            format!("{{{}}}", table.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Broken => "broken".to_owned(),
    }
}

#[test]
fn paths_reach_keys_elements_names_and_all() {
    for (set, path, value) in [
        ("deal.horizon=3 years", "deal.horizon", "3 years"),
        ("deal.valuation_date = 2026-06-01", "deal.valuation_date", "2026-06-01"),
        ("simulation.paths=2.5e6", "simulation.paths", "2.5e6"),
        ("simulation.paths=1m", "simulation.paths", "1m"),
        ("milestones.first.probability=50%", "milestones.first.probability", "50%"),
        ("instruments.0.amount=\"$1bn\"", "instruments.0.amount", "$1bn"),
        ("instruments.Notes.amount=$1bn", "instruments.0.amount", "$1bn"),
        ("instruments.\"Series A\".price=$12", "instruments.1.price", "$12"),
        ("instruments.0.tranches.*.funds=at_closing", "instruments.0.tranches.1.funds", "at_closing"),
        ("milestones.*.checked=false", "milestones.second.checked", "false"),
        ("instruments.0.conversion=none", "instruments.0.conversion", "none"),
        ("instruments.0.tranches=[]", "instruments.0.tranches", "[]"),
        ("milestones.third={ probability = \"10%\" }", "milestones.third", "{probability = 10%}"),
    ] {
        assert_eq!(text_at(SAMPLE, &[set], path), value, "{set}");
    }
}

#[test]
fn tables_merge_and_tables_that_are_a_choice_are_replaced() {
    let merged =
        text_at(SAMPLE, &["instruments.0.conversion={ cap = \"$9bn\" }"], "instruments.0.conversion");
    assert_eq!(merged, "{discount = 15%, cap = $9bn}");
    let drawn =
        text_at(SAMPLE, &["milestones.first.when={ uniform = { low = 1 } }"], "milestones.first.when");
    assert_eq!(drawn, "{uniform = {low = 1}}");
    let inside =
        text_at(SAMPLE, &["milestones.second.when.lognormal.p10=8 months"], "milestones.second.when");
    assert_eq!(inside, "{lognormal = {p10 = 8 months, p90 = 24 months}}");
    let process = text_at(SAMPLE, &["process={ still = true }"], "process");
    assert_eq!(process, "{still = true}");
    let list = text_at(SAMPLE, &["instruments={ 1 = { price = \"$11\" } }"], "instruments.1.price");
    assert_eq!(list, "$11");
}

#[test]
fn changing_what_an_instrument_is_drops_the_keys_it_no_longer_has() {
    let changed =
        text_at(SAMPLE, &["instruments.0={ kind = \"preferred\", price = \"$7\" }"], "instruments.0");
    assert_eq!(changed, "{kind = preferred, name = Notes, price = $7}");
}

#[test]
fn paths_that_lead_nowhere_are_shown_where_they_end() {
    let out = shown(SAMPLE, &["milestones.frist.probability=50%"]);
    // hand-written
    assert_eq!(
        out,
        "\
error[E0601]: the path leads nowhere at `frist`
 --> --set:1:12
  |
1 | milestones.frist.probability=50%
  |            ^^^^^
  |
  = help: did you mean `first`?

1 error
"
    );
    for (set, code, part) in [
        ("instruments.7.amount=$1", Code::UnknownPath, "the list has 2 elements, numbered 0 to 1"),
        ("simulaton.paths=1", Code::UnknownPath, "did you mean `simulation`?"),
        ("deal.title.x=1", Code::UnknownPath, "what stands there is a text"),
        ("instruments.Bond.amount=$1", Code::UnknownPath, "here are `Notes`, `Series A`"),
        ("instruments.0.pric=$1", Code::UnknownPath, "the path leads nowhere at `pric`"),
        ("seed", Code::BadOverride, "without `=`"),
        ("=1", Code::BadOverride, "empty or endless part"),
        ("deal..title=x", Code::BadOverride, "empty or endless part"),
        ("deal.title=", Code::BadOverride, "without a value"),
        ("deal.title=[1", Code::BadOverride, "no TOML"),
        ("deal.horizon=18", Code::MissingUnit, "18 months"),
        ("instruments.0.amount=-$1", Code::OutOfRange, "must be more than zero"),
    ] {
        let out = shown(SAMPLE, &[set]);
        assert_eq!(codes(SAMPLE, &[set]), [code], "{out}");
        assert!(out.contains(part) && out.contains("--set:1:"), "{set}: {out}");
    }
}

#[test]
fn cases_change_a_copy_by_quoted_or_nested_paths() {
    let text = SAMPLE.replace(
        r#"set  = { "instruments.0.conversion" = "none" }"#,
        r#"set  = { "instruments.0.conversion" = "none", instruments.1.price = "$20", "milestones.frst.checked" = true, "a..b" = 1 }"#,
    );
    let (sources, document) = tree(&text);
    let set = at(&document, "cases.0.set");
    let mut diagnostics = Diagnostics::default();
    let changes = case_overrides(set, &sources, &mut diagnostics);
    assert_eq!((changes.len(), diagnostics.counts()), (3, (1, 0)));
    let mut case = document.clone();
    for change in &changes {
        apply(&mut case.root, &TOP, change, &mut diagnostics);
    }
    assert_eq!(describe(at(&case, "instruments.0.conversion")), "none");
    assert_eq!(describe(at(&case, "instruments.1.price")), "$20");
    let shown = render(&diagnostics, &sources, Style::Plain);
    assert!(shown.contains("leads nowhere at `frst`") && shown.contains("did you mean `first`"), "{shown}");
    assert!(shown.contains("^^^^\n"), "the mark is under the step alone: {shown}");
}

fn loaded(folder: &Path, files: &[(&str, &str)]) -> (Loading, Vec<Code>) {
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let loading = Loading::from_file(&folder.join(files[0].0), &[], &TOP);
    let mut codes: Vec<Code> = loading.diagnostics.sorted().iter().map(|mistake| mistake.code).collect();
    if let Some(document) = &loading.document {
        let context = Context::new(document.damaged);
        decode(&context, document);
        codes.extend(context.into_diagnostics().sorted().iter().map(|mistake| mistake.code));
    }
    (loading, codes)
}

#[test]
fn a_scenario_may_extend_a_base() {
    let folder = tempfile::tempdir().unwrap();
    let deal =
        "extends = \"base.toml\"\n[deal]\ntitle = \"New\"\n[milestones.second.when]\nuniform = { low = 1 }\n";
    let (loading, codes) = loaded(folder.path(), &[("deal.toml", deal), ("base.toml", SAMPLE)]);
    assert_eq!(codes, []);
    let document = loading.document.unwrap();
    assert_eq!(describe(at(&document, "deal.title")), "New");
    assert_eq!(describe(at(&document, "deal.currency")), "USD");
    assert_eq!(describe(at(&document, "milestones.second.when")), "{uniform = {low = 1}}");
    let place = at(&document, "deal.currency").place;
    assert!(loading.sources.name(place.source).ends_with("base.toml"));
}

#[test]
fn bases_that_are_missing_or_extend_others_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (_, codes) = loaded(folder.path(), &[("deal.toml", "extends = \"none.toml\"\n")]);
    assert_eq!(codes, [Code::UnreadableFile]);
    let chain = format!("extends = \"deal.toml\"\n{SAMPLE}");
    let (_, codes) =
        loaded(folder.path(), &[("deal.toml", "extends = \"base.toml\"\n"), ("base.toml", &chain)]);
    assert_eq!(codes, [Code::ExtendsChain]);
}
