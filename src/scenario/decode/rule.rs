//! Rules by which somebody decides: `company.value >= $300bn`, or a milestone's name.

use super::decoder::Decoder;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Decider, Decision, Rule, RuleTerm};
use crate::quantity::Rate;
use crate::scenario::keys::{Kind, Limits};
use crate::scenario::literal::Literal;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::{Node, Value};

/// How somebody decides.
#[derive(Debug)]
pub(super) enum Manner {
    /// Where all conditions hold.
    Rule(Rule),
    /// As is best.
    Optimal,
}

impl Manner {
    /// The investor's decision.
    pub(super) fn of_investor(self) -> Decision {
        match self {
            Manner::Rule(rule) => Decision::Investor(rule),
            Manner::Optimal => Decision::Optimal(Decider::Investor),
        }
    }

    /// The company's decision.
    pub(super) fn of_company(self) -> Decision {
        match self {
            Manner::Rule(rule) => Decision::Company(rule),
            Manner::Optimal => Decision::Optimal(Decider::Company),
        }
    }
}

/// The conditions under a key, or the word for the best decision; no conditions if the key is absent.
pub(super) fn manner<'a>(decoder: &Decoder<'a>, table: &TableReader<'a>, key: &str) -> Option<Manner> {
    let Some((node, word)) = table.node(key).and_then(|node| Some((node, node.text()?))) else {
        let empty = |node: &&Node| matches!(&node.value, Value::List(terms) if terms.is_empty());
        if let Some(node) = table.node(key).filter(empty) {
            let mistake = Diagnostic::new(Code::EmptyList, format!("`{key}` needs at least one condition"))
                .at(node.place, "empty");
            let example = "[\"company.value >= $300bn\"]";
            decoder.report(mistake.help(format!("write it like {example}, or {key} = \"optimal\"")));
        }
        let terms: Vec<Option<RuleTerm>> = table.list(key).map(|node| term(decoder, node)).collect();
        return terms.into_iter().collect::<Option<Rule>>().map(Manner::Rule);
    };
    if word == "optimal" {
        return Some(Manner::Optimal);
    }
    let message = format!("`{key}` is a list of conditions, or \"optimal\"");
    let mistake = Diagnostic::new(Code::UnknownChoice, message).at(node.place, "");
    decoder.report(mistake.help(format!("write it like {key} = [\"{word}\"], or {key} = \"optimal\"")));
    None
}

fn term(decoder: &Decoder<'_>, node: &Node) -> Option<RuleTerm> {
    let example = "[\"company.value >= $300bn\"]";
    let Literal::Text(text) = decoder.context.literal(node, Kind::Text, Limits::Any, "rule", example)? else {
        return None;
    };
    let bad =
        |message: String| {
            let mistake = Diagnostic::new(Code::BadExpression, message).at(node.place, "");
            decoder.report(mistake.help(
                "write `company.value >= $300bn`, `company.value >= 80% of today`, or a milestone's name",
            ));
            None
        };
    let Some((left, at_least, right)) = split(&text) else {
        if text.contains(['<', '>', '=']) || text.trim().contains(char::is_whitespace) {
            return bad(format!("`{text}` is no condition known here"));
        }
        return decoder.milestone(text.trim(), node.place).map(RuleTerm::Milestone);
    };
    if left != "company.value" {
        return bad(format!("`{left}` cannot be compared; only `company.value` can"));
    }
    if let Some(share) = right.strip_suffix("of today") {
        return match (share.trim().parse::<Rate>(), at_least) {
            (Ok(share), _) if share.0 <= crate::number::Decimal::ZERO => {
                bad("a part of today's value is more than zero".to_owned())
            }
            (Ok(share), true) => Some(RuleTerm::ValueAtLeastOfToday(share.0)),
            (Ok(_), false) => bad("`of today` goes with `>=`".to_owned()),
            (Err(error), _) => bad(error.problem),
        };
    }
    let amount = Node { value: Value::Text(right.to_owned()), mark: None, ..node.clone() };
    match decoder.context.literal(&amount, Kind::Money, Limits::Positive, "rule", "")? {
        Literal::Money(money) if at_least => Some(RuleTerm::ValueAtLeast(money.0)),
        Literal::Money(money) => Some(RuleTerm::ValueAtMost(money.0)),
        _ => None,
    }
}

/// Left side, whether it is `>=`, right side.
fn split(text: &str) -> Option<(&str, bool, &str)> {
    let (left, right, at_least) = match text.split_once(">=") {
        Some((left, right)) => (left, right, true),
        None => text.split_once("<=").map(|(left, right)| (left, right, false))?,
    };
    Some((left.trim(), at_least, right.trim()))
}
