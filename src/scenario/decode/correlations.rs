//! What moves together: pairs and matrices, gathered into groups and checked.

use std::collections::BTreeMap;

use super::decoder::Decoder;
use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::model::{Clock, Coordinate, Copula, CorrelationGroup, Timing, When};
use crate::number::Amount;
use crate::random::{CorrelationMatrix, pearson_from_spearman};
use crate::scenario::keys::{Kind, Limits};
use crate::scenario::literal::Literal;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::{Node, Value};

/// Names that one correlation joins, and that hang together: the checks take the third power of it in time.
const MOST_MEMBERS: usize = 60;

/// One correlation as written.
struct Pair {
    a: Coordinate,
    b: Coordinate,
    value: f64,
    degrees: Option<f64>,
    place: Place,
}

/// The name of a thing in the file, what it is, and why it cannot be correlated, if so.
pub(super) type Named = (String, Coordinate, Option<String>);

/// Everything that can be correlated, by the name the file gives it. `certain` says of which things no chance of
/// their own decides, and what to correlate instead.
pub(super) fn coordinates(
    decoder: &Decoder<'_>,
    exits: [bool; 3],
    certain: &[(Coordinate, String)],
) -> Vec<Named> {
    let mut names = vec![("company.value".to_owned(), Coordinate::Company)];
    names
        .extend(decoder.factors.iter().cloned().enumerate().map(|(id, name)| (name, Coordinate::Factor(id))));
    names.extend(
        decoder.milestones.iter().cloned().enumerate().map(|(id, name)| (name, Coordinate::Milestone(id))),
    );
    let variables = decoder.variables.borrow();
    let single = variables.iter().enumerate().filter(|(_, variable)| !variable.repeated);
    names.extend(single.map(|(id, variable)| (variable.name.clone(), Coordinate::Variable(id))));
    let exits = exits.into_iter().zip([
        ("exit.ipo", Coordinate::Ipo),
        ("exit.sale", Coordinate::Sale),
        ("failure", Coordinate::Failure),
    ]);
    names.extend(
        exits.filter(|(there, _)| *there).map(|(_, (name, coordinate))| (name.to_owned(), coordinate)),
    );
    let reason =
        |coordinate| certain.iter().find(|(known, _)| *known == coordinate).map(|(_, reason)| reason.clone());
    names.into_iter().map(|(name, coordinate)| (name, coordinate, reason(coordinate))).collect()
}

/// Why an event cannot be correlated, if so: it has neither a probability nor a hazard. `path` is its section.
pub(super) fn certainty(clock: &Clock, path: &str) -> Option<String> {
    match (&clock.probability, &clock.timing) {
        (None, Timing::When(When::DrawnDate(_) | When::DrawnSpan(_))) => {
            Some(format!("only its timing is uncertain: name it, as \"{path}.when\""))
        }
        (None, Timing::When(_)) => Some("it is certain; give it a `probability` or a `hazard`".to_owned()),
        _ => None,
    }
}

/// Reads all correlations and gathers them into groups.
pub(super) fn groups<'a>(
    decoder: &Decoder<'a>,
    tables: &[TableReader<'a>],
    names: &[Named],
) -> Vec<CorrelationGroup> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut known: BTreeMap<(Coordinate, Coordinate), usize> = BTreeMap::new();
    for table in tables {
        for pair in read(decoder, table, names) {
            let key = (pair.a.min(pair.b), pair.a.max(pair.b));
            let number = *known.entry(key).or_insert(pairs.len());
            if let Some(other) = pairs.get(number) {
                let mistake = Diagnostic::new(Code::DuplicateName, "this correlation is given twice");
                let mistake = mistake.at(pair.place, "").at(other.place, "here already");
                decoder.report(mistake.help("delete one of the two"));
            } else {
                pairs.push(pair);
            }
        }
    }
    components(&pairs).into_iter().filter_map(|members| group(decoder, members, &pairs, names)).collect()
}

fn read<'a>(decoder: &Decoder<'a>, table: &TableReader<'a>, names: &[Named]) -> Vec<Pair> {
    let members: Vec<Option<Coordinate>> =
        table.filled_list("between").map(|node| coordinate(decoder, node, names)).collect();
    table.at_most_one(&["value", "rank", "matrix"]);
    let value = table.number("value").map(f64::from_decimal);
    let rank = table.number("rank").map(|rank| pearson_from_spearman(f64::from_decimal(rank)));
    let matrix = table.node("matrix").is_some().then(|| matrix(decoder, table));
    let degrees = table.number("degrees_of_freedom").map(f64::from_decimal);
    if let (Some(node), Some(_)) = (table.node("rank"), table.node("degrees_of_freedom")) {
        let message =
            "a rank correlation is turned into one of normals, which Student's t copula does not join";
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(node.place, "");
        decoder.report(mistake.help("state `value`, the correlation of the underlying variables, instead"));
    }
    let none = ["value", "rank", "matrix"].iter().all(|key| table.node(key).is_none());
    if none {
        let mistake = Diagnostic::new(Code::MissingKey, "a correlation needs `value`, `rank` or `matrix`");
        decoder.report(mistake.at(table.place(), "").help("add it, like `value = 0.5`"));
    }
    let between = table.node("between").map_or(table.place(), |node| node.place);
    let Some(members) = members.into_iter().collect::<Option<Vec<Coordinate>>>() else { return Vec::new() };
    if members.len() < 2 {
        let mistake = Diagnostic::new(Code::EmptyList, "a correlation is between two names or more");
        decoder.report(mistake.at(between, "").help(format!("write them like {}", table.example("between"))));
        return Vec::new();
    }
    if members.len() > MOST_MEMBERS {
        let message = format!("a correlation joins at most {MOST_MEMBERS} names");
        let mistake = Diagnostic::new(Code::OutOfRange, message).at(between, "");
        decoder.report(mistake.help("join the most important ones, or let several share a variable"));
        return Vec::new();
    }
    let matrix = match matrix {
        None => None,
        Some(Some(rows)) if rows.len() == members.len() => Some(rows),
        Some(rows) => {
            if rows.is_some() {
                let message = format!("the matrix needs {} rows, one for each name", members.len());
                let place = table.node("matrix").map_or(between, |node| node.place);
                let mistake = Diagnostic::new(Code::OutOfRange, message).at(place, "");
                decoder.report(mistake.help("the rows and their entries follow the order of `between`"));
            }
            return Vec::new();
        }
    };
    let mut pairs = Vec::new();
    for (row, &a) in members.iter().enumerate() {
        for (column, &b) in members.iter().enumerate().take(row) {
            if a == b {
                let mistake =
                    Diagnostic::new(Code::DuplicateName, "a thing cannot be correlated with itself");
                decoder.report(mistake.at(between, "").help("name each thing once"));
                return Vec::new();
            }
            let given = matrix.as_ref().map(|rows| rows[row][column]).or(value).or(rank);
            pairs.extend(given.map(|value| Pair { a: b, b: a, value, degrees, place: between }));
        }
    }
    pairs
}

/// A matrix that is square and symmetric with ones on its diagonal.
fn matrix(decoder: &Decoder<'_>, table: &TableReader<'_>) -> Option<Vec<Vec<f64>>> {
    let mut rows = Vec::new();
    for node in table.list("matrix") {
        let Value::List(cells) = &node.value else {
            decoder.context.wrong_type(node, Kind::List(&Kind::Number), "row", "[1, 0.5]");
            return None;
        };
        let read = |cell: &Node| match decoder.context.literal(
            cell,
            Kind::Number,
            Limits::MinusOneToOne,
            "matrix",
            "",
        )? {
            Literal::Number(value) => Some(f64::from_decimal(value)),
            _ => None,
        };
        rows.push(cells.iter().map(read).collect::<Option<Vec<f64>>>()?);
    }
    match CorrelationMatrix::from_rows(rows) {
        Ok(matrix) => Some(matrix.rows().to_vec()),
        Err(error) => {
            let place = table.node("matrix").map_or(table.place(), |node| node.place);
            let mistake = Diagnostic::new(Code::OutOfRange, error.to_string()).at(place, "");
            decoder
                .report(mistake.help(format!("write a row for each name, like {}", table.example("matrix"))));
            None
        }
    }
}

fn coordinate(decoder: &Decoder<'_>, node: &Node, names: &[Named]) -> Option<Coordinate> {
    let example = "[\"company.value\", \"rival\"]";
    let Literal::Text(name) = decoder.context.literal(node, Kind::Text, Limits::Any, "between", example)?
    else {
        return None;
    };
    // Sections may be named in full as well.
    let bare = name
        .trim_start_matches("factors.")
        .trim_start_matches("milestones.")
        .trim_start_matches("variables.");
    let found = names.iter().find(|(known, ..)| *known == name || *known == bare);
    if let Some((_, _, Some(reason))) = found {
        let message =
            format!("no chance of its own decides on `{name}`, so nothing can be correlated with it");
        decoder.report(
            Diagnostic::new(Code::ContradictoryTerms, message).at(node.place, "").help(reason.clone()),
        );
        return None;
    }
    if found.is_none() {
        let mistake =
            Diagnostic::new(Code::UnknownName, format!("nothing that can be correlated is called `{name}`"));
        let mistake = mistake
            .at(node.place, "")
            .suggest(nearest(&name, names.iter().map(|(known, ..)| known.as_str())));
        decoder.report(mistake.help("name `company.value`, a factor, a variable, or a milestone, `exit.ipo`, `exit.sale` or `failure` that has a probability or a hazard; what is drawn anew each time cannot be correlated"));
    }
    found.map(|(_, coordinate, _)| *coordinate)
}

/// Sets of coordinates that hang together, each in order: processes come first.
fn components(pairs: &[Pair]) -> Vec<Vec<Coordinate>> {
    let mut sets: Vec<Vec<Coordinate>> = Vec::new();
    for pair in pairs {
        let (joined, mut rest): (Vec<_>, Vec<_>) =
            sets.into_iter().partition(|set| set.contains(&pair.a) || set.contains(&pair.b));
        let mut union: Vec<Coordinate> = joined.into_iter().flatten().chain([pair.a, pair.b]).collect();
        union.sort_unstable();
        union.dedup();
        rest.push(union);
        sets = rest;
    }
    sets
}

fn group(
    decoder: &Decoder<'_>,
    members: Vec<Coordinate>,
    pairs: &[Pair],
    names: &[Named],
) -> Option<CorrelationGroup> {
    let mine: Vec<&Pair> = pairs.iter().filter(|pair| members.contains(&pair.a)).collect();
    let first = mine.first()?;
    if let Some(other) = mine.iter().find(|pair| pair.degrees != first.degrees) {
        let message =
            "things that hang together need one copula: all normal, or all with the same degrees of freedom";
        let mistake =
            Diagnostic::new(Code::ContradictoryTerms, message).at(other.place, "").at(first.place, "");
        decoder.report(mistake.help("write the same `degrees_of_freedom` in all of them, or in none"));
        return None;
    }
    if members.len() > MOST_MEMBERS {
        let message = format!("{} things hang together; at most {MOST_MEMBERS} can", members.len());
        let mistake = Diagnostic::new(Code::OutOfRange, message).at(first.place, "");
        decoder.report(
            mistake.help("leave out the weakest correlations, or let several things share a variable"),
        );
        return None;
    }
    let has_process =
        members.iter().any(|member| matches!(member, Coordinate::Company | Coordinate::Factor(_)));
    let copula = match first.degrees {
        None => Copula::Gaussian,
        Some(_) if has_process => {
            let message = "values that move over time are joined by the normal copula only";
            let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(first.place, "");
            decoder.report(mistake.help("leave out `degrees_of_freedom`"));
            return None;
        }
        Some(degrees) if !(0.1..=1e6).contains(&degrees) => {
            let message = "degrees of freedom must lie between 0.1 and 1,000,000";
            let mistake = Diagnostic::new(Code::OutOfRange, message).at(first.place, "");
            decoder.report(mistake.help("write it like `degrees_of_freedom = 4`"));
            return None;
        }
        Some(degrees) => Copula::StudentT(degrees),
    };
    let cell = |a: &Coordinate, b: &Coordinate| {
        let same = |pair: &&&Pair| (pair.a == *a && pair.b == *b) || (pair.a == *b && pair.b == *a);
        if a == b { 1.0 } else { mine.iter().find(same).map_or(0.0, |pair| pair.value) }
    };
    let matrix: Vec<Vec<f64>> =
        members.iter().map(|a| members.iter().map(|b| cell(a, b)).collect()).collect();
    let checked = CorrelationMatrix::from_rows(matrix.clone()).ok()?;
    if let Err(contradiction) = checked.check() {
        let mut places: Vec<Place> = mine.iter().map(|pair| pair.place).collect();
        places.dedup();
        report_contradiction(decoder, &members, &contradiction, places, first.degrees, names);
        return None;
    }
    Some(CorrelationGroup { members, matrix, copula })
}

fn report_contradiction(
    decoder: &Decoder<'_>,
    members: &[Coordinate],
    contradiction: &crate::random::NotPositiveSemidefinite,
    places: Vec<Place>,
    degrees: Option<f64>,
    names: &[Named],
) {
    let name = |member: &Coordinate| {
        names.iter().find(|(_, known, _)| known == member).map_or("?", |(name, ..)| name.as_str()).to_owned()
    };
    let listed: Vec<String> = members.iter().map(|member| format!("\"{}\"", name(member))).collect();
    let rows: Vec<String> = contradiction
        .nearest
        .rounded(4)
        .rows()
        .iter()
        .map(|row| format!("[{}]", row.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
        .collect();
    let mut mistake = Diagnostic::new(Code::ImpossibleCorrelations, contradiction.to_string());
    for place in places {
        mistake = mistake.at(place, "");
    }
    if let Some(triple) = contradiction.worst_triple {
        let three: Vec<String> = triple.iter().map(|&index| format!("`{}`", name(&members[index]))).collect();
        mistake = mistake.help(format!("these three contradict each other: {}", three.join(", ")));
    }
    let degrees = degrees.map_or_else(String::new, |degrees| format!("\ndegrees_of_freedom = {degrees}"));
    decoder.report(mistake.help(format!(
        "these are the nearest that can hold together; to accept them, put them in place of the others:\n\
         [[correlations]]\nbetween = [{}]\nmatrix = [{}]{degrees}",
        listed.join(", "),
        rows.join(", ")
    )));
}
