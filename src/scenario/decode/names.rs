//! Names the author gives: each once, and such that they can be referred to.

use super::decoder::Decoder;
use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::scenario::tree::{Name, Node, Table, Value};

/// Checks all names of a scenario, whether or not the rest of it could be read.
pub(super) fn names(decoder: &Decoder<'_>, top: &Table) {
    let place = |node: &Node| {
        let name = node.table()?.get("name")?;
        Some((name.text()?.to_owned(), name.place))
    };
    once(decoder, "instruments", elements(top, "instruments").iter().filter_map(place));
    once(decoder, "strategic flows", elements(top, "strategic").iter().filter_map(place));
    classes(decoder, top, elements(top, "instruments").iter().filter_map(place).collect());
    let mut known: Vec<(&str, Place)> = Vec::new();
    for key in ["variables", "factors", "milestones"] {
        let Some(table) = top.get(key).and_then(Node::table) else { continue };
        for (name, _) in &table.entries {
            can_be_referred_to(decoder, name);
            if let Some((_, first)) = known.iter().find(|(other, _)| *other == name.text) {
                let message = format!("`{}` is the name of something else already", name.text);
                let mistake =
                    Diagnostic::new(Code::DuplicateName, message).at(name.place, "").at(*first, "here");
                decoder.report(
                    mistake.help("variables, factors and milestones share their names: give each its own"),
                );
            }
            known.push((&name.text, name.place));
        }
    }
    holders(decoder, top);
}

/// Classes of shares, options and warrants, the round's shares and the instruments stand side by side in the tables.
fn classes(decoder: &Decoder<'_>, top: &Table, mut seen: Vec<(String, Place)>) {
    let named = |node: &Node| {
        let name = node.table()?.get("name")?;
        Some((name.text()?.to_owned(), name.place))
    };
    let capitalization = top
        .get("company")
        .and_then(Node::table)
        .and_then(|company| company.get("capitalization"))
        .and_then(Node::table);
    let lists = ["options", "preferred", "warrants"].iter().flat_map(|key| {
        capitalization.map(|table| elements(table, key)).unwrap_or_default().iter().filter_map(named)
    });
    let round = top.get("round").and_then(named);
    for (name, place) in lists.chain(round) {
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == name) {
            let message = format!("two things in the tables are called `{name}`");
            let mistake =
                Diagnostic::new(Code::DuplicateName, message).at(place, "the second").at(*first, "the first");
            decoder.report(mistake.help("give each class, grant, instrument and round a name of its own"));
        }
        seen.push((name, place));
    }
}

pub(super) fn elements<'a>(top: &'a Table, key: &str) -> &'a [Node] {
    match top.get(key).map(|node| &node.value) {
        Some(Value::List(elements)) => elements,
        _ => &[],
    }
}

fn once(decoder: &Decoder<'_>, what: &str, names: impl Iterator<Item = (String, Place)>) {
    let mut seen: Vec<(String, Place)> = Vec::new();
    for (name, place) in names {
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == name) {
            let message = format!("two {what} are called `{name}`");
            let mistake =
                Diagnostic::new(Code::DuplicateName, message).at(place, "the second").at(*first, "the first");
            decoder.report(mistake.help("give each a name of its own"));
        }
        seen.push((name, place));
    }
}

/// Paths are split at points, rules at signs, and random streams and correlations know `failure` and
/// `company.value` by these names.
fn can_be_referred_to(decoder: &Decoder<'_>, name: &Name) {
    let text = name.text.as_str();
    let sign = text.chars().find(|c| c.is_whitespace() || c.is_control() || ".,*=<>\"'`[]{}#\\".contains(*c));
    let problem = match sign {
        _ if text.is_empty() => "a name is empty".to_owned(),
        Some(sign) => format!("the name `{}` holds {sign:?}", text.escape_debug()),
        None if text == "failure" => "`failure` is the name of the company's failure".to_owned(),
        None => return,
    };
    let mistake = Diagnostic::new(Code::BadName, problem).at(name.place, "");
    decoder.report(mistake.help("write a single word, like `first_gigawatt`; `title` says more"));
}

/// An instrument whose holder is almost the investor would silently not count.
fn holders(decoder: &Decoder<'_>, top: &Table) {
    for node in elements(top, "instruments") {
        let holder = node.table().and_then(|table| table.get("holder"));
        let Some((name, place)) = holder.and_then(|node| Some((node.text()?, node.place))) else { continue };
        let investor = decoder.investor.as_str();
        if name != investor && nearest(name, [investor]).is_some() {
            let message =
                format!("the holder `{name}` is not the investor `{investor}`, so this is not counted");
            let mistake = Diagnostic::new(Code::Doubtful, message).at(place, "");
            decoder.report(mistake.suggest(Some(investor)));
        }
    }
}
