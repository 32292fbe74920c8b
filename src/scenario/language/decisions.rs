//! Keys of decisions: rules, the holder's early conversion, extensions of a maturity.

use crate::scenario::keys::{DefaultWhere, Key, Kind, Limits, Section};

static CONDITIONS: Kind = Kind::List(&Kind::Text);
/// Conditions, or as is best.
pub(super) const RULE: Kind = Kind::Either(&[CONDITIONS, Kind::Choice(&["optimal"])]);

pub(super) const HOLDER_MAY_CONVERT: Key = Key::new(
    "holder_may_convert",
    Kind::Table(&EARLY),
    "{ every = \"1 month\", rule = \"optimal\" }",
    "On dates before maturity its holder may convert at the `valuation_cap`, where that is below the company's value.",
);

/// `holder_may_convert`
static EARLY: Section = Section {
    name: "holder_may_convert",
    doc: "The holder's right to convert on the way: of each tranche by itself.",
    keys: &[
        Key::new("every", Kind::Span, "\"1 month\"", "From one date to the next, counted from funding.")
            .limits(Limits::Positive)
            .required(),
        Key::new("from", Kind::Span, "\"12 months\"", "No date comes before this span after funding."),
        Key::new(
            "rule",
            RULE,
            "\"optimal\"",
            "The holder converts on the first date on which all of these hold, or, with `\"optimal\"`, when that is worth more to the investor than to wait.",
        )
        .required(),
    ],
};

pub(super) const EXTENSION_DECIDED_BY: Key = Key::new(
    "extension_decided_by",
    Kind::Choice(&["nobody", "investor", "company"]),
    "\"investor\"",
    "Who decides on each extension; `nobody`: it is granted.",
)
.default("\"nobody\"")
.default_where(DefaultWhere::With("extended_by"));

pub(super) const EXTENSION_RULE: Key = Key::new(
    "extension_rule",
    RULE,
    "\"optimal\"",
    "Whoever decides extends if all of these hold on that day, as in `rule` of a tranche, or as is best for it.",
);
