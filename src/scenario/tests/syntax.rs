//! Syntax: recovery, places, marks.

use super::*;
use crate::quantity::Day;

#[test]
fn keys_keep_the_order_of_the_file_and_numbers_their_digits() {
    let text =
        "z = 0.2000000000000000000001\na = 0x1F\nm = 1_000\n[t]\nd = 2026-05-04\nc.e = 1\nc.b = 10:30:00\n";
    let (sources, document) = tree(text);
    let names: Vec<&str> = document.root.table().unwrap().names().collect();
    assert_eq!(names, ["z", "a", "m", "t"]);
    assert!(
        matches!(&at(&document, "z").value, Value::Float(digits) if digits == "0.2000000000000000000001")
    );
    assert!(matches!(&at(&document, "a").value, Value::Integer(digits) if digits == "31"));
    assert!(matches!(&at(&document, "m").value, Value::Integer(digits) if digits == "1000"));
    assert!(
        matches!(&at(&document, "t.d").value, Value::Day(day) if *day == "2026-05-04".parse::<Day>().unwrap())
    );
    assert!(matches!(&at(&document, "t.c.b").value, Value::Time(time) if time == "10:30:00"));
    assert_eq!(at(&document, "t").table().unwrap().names().collect::<Vec<_>>(), ["d", "c"]);
    assert_eq!(sources.excerpt(at(&document, "t").place), "[t]");
    assert_eq!(sources.excerpt(at(&document, "t.d").place), "2026-05-04");
    assert_eq!(sources.excerpt(at(&document, "t.c").key_place.unwrap()), "c");
}

#[test]
fn marks_belong_to_the_outermost_value_on_their_line() {
    let (_, document) = tree(SAMPLE);
    let mark = |path: &str| at(&document, path).mark.as_ref().map(|mark| (mark.kind, mark.text.as_str()));
    assert_eq!(mark("process.gbm"), Some((MarkKind::Derived, "peers")));
    assert_eq!(mark("process.gbm.drift"), None);
    assert_eq!(mark("milestones.first.probability"), Some((MarkKind::Assumed, "base rate")));
    assert_eq!(mark("milestones.second.requires"), Some((MarkKind::Stated, "the contract")));
    assert_eq!(mark("instruments.0.amount"), Some((MarkKind::Stated, "press release")));
    assert_eq!(mark("deal.title"), None);
    let (_, document) = tree(
        "# [stated] alone\na = [\n 1, # [derived] inner\n 2,\n] # [assumed] end\n[h] # [stated] h\nb.c = 1 # [stated] c\n[[l]] # [stated] l\n",
    );
    let mark = |path: &str| at(&document, path).mark.as_ref().map(|mark| mark.text.as_str());
    assert_eq!(
        ["a", "a.0", "a.1", "h", "h.b", "h.b.c", "l", "l.0"].map(mark),
        [Some("end"), Some("inner"), None, Some("h"), None, Some("c"), None, Some("l")]
    );
}

#[test]
fn a_mistyped_mark_is_a_warning() {
    let out = shown(&SAMPLE.replace("[assumed]", "[asumed]"), &[]);
    // hand-written
    assert_eq!(
        out,
        "\
warning[W0803]: unknown mark `[asumed]`
  --> sample.toml:11:56
   |
11 | probability = \"85%\"                                  # [asumed] base rate
   |                                                        ^^^^^^^^
   |
   = help: did you mean `assumed`?
   = help: marks are [stated], [derived] and [assumed]

1 warning
"
    );
}

#[test]
fn syntax_and_meaning_are_reported_together() {
    let text = "\
[deal]
title = Sample
currency = \"USD\"
valuation_date = 2027-02-29
horizn = \"10 years\"
a stray line
[process]
gbm = { drift = 0.12, volatility = \"60%\" }
";
    // hand-written; `instruments` and the other missing keys wait until the file is whole
    assert_eq!(
        shown(text, &[]),
        "\
error[E0101]: a text without quotes
 --> sample.toml:2:9
  |
2 | title = Sample
  |         ^^^^^^
  |
  = help: write \"Sample\"

error[E0304]: the calendar has no day 2027-02-29
 --> sample.toml:4:18
  |
4 | valuation_date = 2027-02-29
  |                  ^^^^^^^^^^
  |
  = help: that month ends on 2027-02-28

error[E0201]: unknown key `horizn` in deal
 --> sample.toml:5:1
  |
5 | horizn = \"10 years\"
  | ^^^^^^
  |
  = help: did you mean `horizon`?

error[E0101]: a key without `=` and a value
 --> sample.toml:6:3
  |
6 | a stray line
  |   ^ expected `=` here
  |
  = help: write `key = value`; keys of more than one word need quotes or underscores

error[E0301]: `0.12` is a bare number where a rate is needed
 --> sample.toml:8:17
  |
8 | gbm = { drift = 0.12, volatility = \"60%\" }
  |                 ^^^^
  |
  = help: write \"12%\"

5 errors
"
    );
}

#[test]
fn the_parser_goes_on_after_each_kind_of_slip() {
    for (text, expected) in [
        ("a = $5bn", Code::Syntax),
        ("a = 6%", Code::Syntax),
        ("a = “x”", Code::Syntax),
        ("a =", Code::Syntax),
        ("a: 1", Code::Syntax),
        ("a b = 1", Code::Syntax),
        ("a = \"x", Code::Syntax),
        ("a = [1 , , 2]", Code::Syntax),
        ("a = 2026-13-01", Code::BadDate),
        ("a = 1\na = 2", Code::DuplicateKey),
        ("[t]\n[t]", Code::DuplicateKey),
    ] {
        let text = format!("{text}\n[deal]\ncurency = \"USD\"\n");
        let found = codes(&text, &[]);
        assert!(found.contains(&expected), "{text}: {found:?}");
        assert!(found.contains(&Code::UnknownKey), "went on: {text}: {found:?}");
        assert!(!found.contains(&Code::MissingKey), "{text}: {found:?}");
    }
}

#[test]
fn a_date_outside_the_calendar_is_present_all_the_same() {
    let text = SAMPLE.replace("valuation_date = 2026-05-04", "valuation_date = 1899-01-01");
    assert_eq!(codes(&text, &[]), [Code::OutOfRange]);
}

#[test]
fn an_open_bracket_is_reported_alone() {
    for text in ["a = [1,\n[deal]\ncurency = 1\n", "[deal\ncurency = 1\n", "a = { b = 1\n[deal]\n"] {
        assert!(codes(text, &[]).iter().all(|code| *code == Code::Syntax), "{text}");
        assert!(read(text, &[]).0.document.is_none(), "{text}");
    }
}

#[test]
fn files_that_say_nothing_or_too_deeply() {
    for text in ["", "\n\n", "# only a comment\n", "\u{feff}"] {
        assert_eq!(codes(text, &[]), [Code::EmptyFile], "{text:?}");
    }
    let nested = format!("a = {}{}", "[".repeat(60), "]".repeat(60));
    assert!(codes(&nested, &[]).contains(&Code::TooDeep));
    let deeper = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(codes(&deeper, &[]).contains(&Code::TooDeep));
    let header = format!("[{}a]\nb = 1\n", "a.".repeat(60));
    assert!(codes(&header, &[]).contains(&Code::TooDeep));
}
