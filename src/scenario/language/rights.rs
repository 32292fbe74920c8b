//! Keys of the rights of a class of shares, shared by all that shares can come from.

use crate::scenario::keys::{DefaultWhere, Key, Kind, Limits, Section};

pub(super) const PREFERENCE: Key = Key::new(
    "liquidation_preference",
    Kind::Multiple,
    "\"1x\"",
    "Of what was paid in for the shares, before common shares; `\"0x\"` for common shares.",
)
.default("\"1x\"")
.limits(Limits::NotNegative);

pub(super) const PARTICIPATION: Key = Key::new(
    "participation",
    Kind::Choice(&["none", "full", "capped"]),
    "\"none\"",
    "Whether they share in what is left after the preference.",
)
.default("\"none\"");

pub(super) const PARTICIPATION_CAP: Key = Key::new(
    "participation_cap",
    Kind::Multiple,
    "\"3x\"",
    "Limit on preference and participation together, as a multiple of what was paid in.",
)
.limits(Limits::Positive);

pub(super) const SENIORITY: Key = Key::new(
    "seniority",
    Kind::Integer,
    "0",
    "Rank among its kind in a sale, and among debts due on one day; 0 is paid first.",
)
.default("0")
.limits(Limits::NotNegative);

pub(super) const DIVIDENDS: Key = Key::new(
    "dividends",
    Kind::Table(&DIVIDEND_TERMS),
    "{ rate = \"8%\" }",
    "Cumulative dividends, from the day the shares come into being; none if left out.",
);

pub(super) const ANTI_DILUTION: Key = Key::new(
    "anti_dilution",
    Kind::Choice(&["none", "full_ratchet", "broad_weighted_average", "narrow_weighted_average"]),
    "\"broad_weighted_average\"",
    "What a round below the conversion price does to it: nothing; it falls to the round's price; or it falls by the weighted average of old and new shares, the old ones being common, preferred as converted, options and warrants (broad) or the preferred as converted (narrow).",
)
.default("\"none\"");

pub(super) const IPO_RATCHET: Key = Key::new(
    "ipo_ratchet",
    Kind::OneOf(&RATCHET),
    "{ of_issue_price = \"1.2x\" }",
    "The price per share that a flotation is to reach; below it they convert into as many more shares.",
);

const RATE: Key =
    Key::new("rate", Kind::Rate, "\"8%\"", "A year, of the issue price.").limits(Limits::NotNegative);
const KIND: Key = Key::new(
    "kind",
    Kind::Choice(&["simple", "compounding", "in_kind"]),
    "\"simple\"",
    "On the issue price only; on dividends owed as well, yearly; or in further shares of the class, yearly.",
)
.default("\"simple\"");
const KEPT: Key = Key::new(
    "kept_on_conversion",
    Kind::Flag,
    "false",
    "Whether they are paid even on conversion: in a sale in money, in a flotation in shares at the conversion price; else they are forfeited.",
)
.default("false")
.default_where(DefaultWhere::IsNot("kind", "in_kind"));
const WITHIN_CAP: Key = Key::new(
    "within_participation_cap",
    Kind::Flag,
    "true",
    "Whether the participation cap includes them; else they come on top of it.",
)
.default("true");

/// `dividends` of shares still to come into being
static DIVIDEND_TERMS: Section = Section {
    name: "dividends",
    doc: "Cumulative dividends.",
    keys: &[RATE.required(), KIND, KEPT, WITHIN_CAP],
};

/// `dividends` of a series that exists
pub(super) static SERIES_DIVIDENDS: Section = Section {
    name: "dividends of a series",
    doc: "Cumulative dividends of shares that exist: those owed already, and those that run from a day on.",
    keys: &[
        RATE,
        KIND,
        Key::new(
            "since",
            Kind::Date,
            "2025-01-01",
            "The day from which they run; the valuation date if left out.",
        ),
        Key::new("owed", Kind::Money, "\"$800k\"", "Owed on that day already, for the whole series.")
            .limits(Limits::NotNegative),
        KEPT,
        WITHIN_CAP,
    ],
};

/// `ipo_ratchet`
pub(in crate::scenario) static RATCHET: Section = Section {
    name: "ipo_ratchet",
    doc: "A price per share that a flotation is to reach.",
    keys: &[
        Key::new("price", Kind::Money, "\"$18.55614\"", "Given outright.").limits(Limits::Positive),
        Key::new("of_issue_price", Kind::Multiple, "\"1.2x\"", "As a multiple of the issue price.")
            .limits(Limits::Positive),
    ],
};

/// `into` and `series`
pub(in crate::scenario) static SHARE_RIGHTS: Section = Section {
    name: "shares",
    doc: "Rights of a class of shares.",
    keys: &[PREFERENCE, PARTICIPATION, PARTICIPATION_CAP, SENIORITY, DIVIDENDS, ANTI_DILUTION, IPO_RATCHET],
};
