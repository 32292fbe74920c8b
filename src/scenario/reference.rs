//! The reference page: the table of keys as Markdown.

use std::fmt::Write;

use super::keys::{Key, Kind, Limits, Section, listed};

/// All sections reachable from `root`, each with its keys, as a Markdown page.
#[must_use]
pub fn reference(root: &'static Section) -> String {
    let mut sections: Vec<(&'static str, &'static Section)> = vec![(root.name, root)];
    let mut next = 0;
    let mut page = String::new();
    while let Some((name, section)) = sections.get(next).copied() {
        write_section(&mut page, name, section);
        for key in section.keys {
            collect(key.kind, &mut sections);
        }
        next += 1;
    }
    page
}

/// Adds the sections that a kind refers to, each once.
fn collect(kind: Kind, sections: &mut Vec<(&'static str, &'static Section)>) {
    let mut add = |name, section| {
        if !sections.iter().any(|(known, _)| *known == name) {
            sections.push((name, section));
        }
    };
    match kind {
        Kind::Table(section) | Kind::OneOf(section) => add(section.name, section),
        Kind::Variants(variants) => {
            variants.choices.iter().for_each(|(_, section)| add(section.name, section));
        }
        Kind::Uncertain(inner) => {
            add(super::FAMILIES.name, &super::FAMILIES);
            collect(*inner, sections);
        }
        Kind::Map(inner) | Kind::List(inner) => collect(*inner, sections),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| collect(*kind, sections)),
        _ => {}
    }
}

fn write_section(page: &mut String, name: &str, section: &Section) {
    let gap = if page.is_empty() { "" } else { "\n" };
    // Writing to a String cannot fail.
    let _ = writeln!(
        page,
        "{gap}## {name}\n\n{}\n\n| Key | Value | If left out | Meaning |\n|---|---|---|---|",
        section.doc
    );
    for key in section.keys {
        let _ = writeln!(
            page,
            "| `{}` | {}; `{}` | {} | {} |",
            key.name,
            value_column(key),
            key.example.replace('|', "\\|"),
            absent_column(key),
            key.doc
        );
    }
}

fn value_column(key: &Key) -> String {
    let what = kind_words(key.kind);
    match key.limits {
        Limits::Any => what,
        limits => format!("{what}, {}", limits.describe()),
    }
}

fn absent_column(key: &Key) -> String {
    match key.default {
        _ if key.required => "required".to_owned(),
        _ if key.required_to_simulate => "required to simulate".to_owned(),
        Some("{}") => "its defaults".to_owned(),
        Some(default) => format!("`{default}`"),
        None => "–".to_owned(),
    }
}

/// A kind in words, naming the section it refers to.
fn kind_words(kind: Kind) -> String {
    match kind {
        Kind::Table(section) => format!("table ({})", section.name),
        Kind::OneOf(section) => format!("table with one key ({})", section.name),
        Kind::Variants(variants) => {
            format!("table, its `{}` one of {}", variants.tag, listed(variants.names()))
        }
        Kind::Map(inner) => format!("table of names, each {}", kind_words(*inner)),
        Kind::List(inner) => format!("list, each {}", kind_words(*inner)),
        Kind::Either(kinds) => kinds.iter().map(|kind| kind_words(*kind)).collect::<Vec<_>>().join(" or "),
        _ => kind.describe(),
    }
}
