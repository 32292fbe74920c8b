//! Nothing a person or a program can write makes the reader panic, hang, or point outside the text.

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Record;

/// Reads a text, renders what is wrong with it, and checks all places.
fn survive(text: &str, sets: &[&str]) {
    let (loading, all) = read(text, sets);
    let shown = render(&all, &loading.sources, Style::Plain);
    assert_eq!(all.is_empty(), shown.is_empty());
    for mistake in all.sorted() {
        let record = Record::new(mistake, &loading.sources);
        assert!(record.labels.iter().all(|label| label.line >= 1 && label.column >= 1));
        for label in &mistake.labels {
            let length = loading.sources.text(label.place.source).len();
            assert!(label.place.range().end <= length, "{label:?} in {length} bytes");
        }
    }
}

/// A piece of TOML that often breaks readers.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        ",",
        ".",
        "#",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\n",
        "\\",
        "€",
        "\u{feff}",
        "\r",
        "[deal]",
        "[[instruments]]",
        "[milestones.first]",
        "a = ",
        "2026-02-30",
        "1e999",
        "0x",
        "inf",
        "-0",
        "\u{0}",
        "# [stated]",
        "\"$5bn\"",
        "{ lognormal = ",
        "kind = \"note\"",
        "99999999999999999999999999999999",
        "\"1% to 0%\"",
        "\u{1}",
        "\t",
        "true",
    ];
    prop::sample::select(pieces.to_vec()).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let loading = Loading::from_bytes("any", bytes, std::path::Path::new(""), &[], &TOP);
        let _ = render(&loading.diagnostics, &loading.sources, Style::Coloured);
        prop_assert!(loading.document.is_some() || loading.diagnostics.has_errors());
    }

    #[test]
    fn any_text(text in any::<String>(), pieces in prop::collection::vec(piece(), 0..40)) {
        survive(&text, &[]);
        survive(&pieces.concat(), &[]);
    }

    #[test]
    fn any_mutation_of_a_good_file(cuts in prop::collection::vec((0..SAMPLE.len(), 0_usize..12, piece()), 1..6)) {
        let mut text = SAMPLE.to_owned();
        for (at, remove, insert) in cuts {
            let at = at.min(text.len());
            let end = (at + remove).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, &insert);
            }
        }
        survive(&text, &[]);
    }

    #[test]
    fn any_override(
        argument in any::<String>(),
        path in "(instruments|milestones|deal|first|0|1|\\*|tranches|conversion|\"Series A\"|kind|set|cases|when)(\\.(0|1|\\*|first|tranches|conversion|kind|name|when|\"[a-z. ]{0,3}\")){0,4}",
        value in piece(),
    ) {
        survive(SAMPLE, &[&argument]);
        survive(SAMPLE, &[&format!("{path}={value}"), "instruments.*.name=\"x\""]);
    }
}

#[test]
fn the_worst_files_are_refused_in_reasonable_time() {
    let start = std::time::Instant::now();
    let limit = LARGEST_FILE / 4;
    for unit in
        ["=\n", "a\n", "\"\n", "[", "a.", "a=1\n", "[[a]]\n", "\\", "{a=", "'''", "# [x]\n", "a = \"\\q\"\n"]
    {
        survive(&unit.repeat(limit / unit.len()), &[]);
    }
    let wide: Vec<String> = (0..limit / 12).map(|n| format!("k{n} = 1\n")).collect();
    survive(&wide.concat(), &[]);
    survive(&format!("a = \"{}\"", "x".repeat(limit)), &[]);
    // Dotted keys inside inline tables: the deepest tree that the parser lets through.
    let level = format!("{}a = {{ ", "a.".repeat(78));
    survive(&format!("{}b = 1{}", level.repeat(78), " }".repeat(78)), &[]);
    // A guard against quadratic work only: it takes about two seconds here.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
