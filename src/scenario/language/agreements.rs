//! Keys of SAFEs and warrants.

use super::instruments::{CAP, FUNDS_KEY, HOLDER, NAME, OUTSTANDING_SINCE, TRANCHES};
use super::rights::SHARE_RIGHTS;
use crate::scenario::keys::{Key, Kind, Limits, Section};

static WARRANT_TRANCHE_TABLE: Kind = Kind::Table(&WARRANT_TRANCHE);

/// `kind = "safe"`
pub(super) static SAFE: Section = Section {
    name: "SAFE",
    doc: "A simple agreement for future equity: no interest, no maturity; it converts in the next priced round.",
    keys: &[
        NAME,
        HOLDER,
        Key::new(
            "valuation_cap",
            Kind::Either(&[Kind::Table(&CAP), Kind::Choice(&["none"])]),
            "{ amount = \"$8m\", basis = \"post_money\" }",
            "Highest valuation at which it converts; none if left out.",
        ),
        Key::new("discount", Kind::Rate, "\"20%\"", "Off the round's price: 20% off, not a price of 20%.")
            .default("\"0%\"")
            .limits(Limits::BelowOne),
        Key::new("stacked", Kind::Flag, "false", "Whether the discount comes off the cap price too, in a round or flotation; a sale has no price to take a discount off, and the cap holds as it is.")
            .default("false"),
        Key::new(
            "most_favoured",
            Kind::Text,
            "\"lowest_cap\"",
            "Which later SAFE its holder takes over, whole: `never`; `lowest_cap`; `best`, the one with most shares in the round; or the name of one. Later means further down in the file.",
        )
        .default("\"never\""),
        Key::new(
            "into",
            Kind::Table(&SHARE_RIGHTS),
            "{ liquidation_preference = \"1x\" }",
            "The shares it becomes; 1x non-participating preferred if left out. Its rank holds in a sale before conversion too.",
        )
        .default("{}"),
        Key::new(
            "cash_out_multiple",
            Kind::Multiple,
            "\"1x\"",
            "Of the purchase amount, in a sale or dissolution, if conversion gives less.",
        )
        .default("\"1x\"")
        .limits(Limits::NotNegative),
        TRANCHES,
    ],
};

/// `kind = "warrant"`
pub(super) static WARRANT: Section = Section {
    name: "warrant",
    doc: "A right to buy common shares; its tranches vest.",
    keys: &[
        NAME,
        HOLDER,
        Key::new("strike", Kind::Uncertain(&Kind::Money), "\"$0.01\"", "Exercise price per share.")
            .limits(Limits::NotNegative)
            .required(),
        Key::new(
            "expires",
            Kind::Uncertain(&Kind::TimePoint),
            "\"7 years\"",
            "The last day it can be exercised, or its distance from the valuation date; never if left out.",
        ),
        Key::new(
            "tranches",
            Kind::List(&WARRANT_TRANCHE_TABLE),
            "[{ shares = \"1m\", funds = { when = [\"first_gigawatt\"] } }]",
            "How it vests.",
        )
        .required(),
    ],
};

/// An element of the `tranches` of a warrant
pub(in crate::scenario) static WARRANT_TRANCHE: Section = Section {
    name: "warrant tranche",
    doc: "Shares that vest together.",
    keys: &[
        Key::new("name", Kind::Text, "\"First gigawatt\"", "What it is called; numbered if left out."),
        Key::new("shares", Kind::Shares, "\"160m\"", "How many shares vest.")
            .limits(Limits::Positive)
            .required(),
        Key::new("amount", Kind::Uncertain(&Kind::Money), "\"$1m\"", "What is paid for it then.")
            .default("\"$0\"")
            .limits(Limits::NotNegative),
        FUNDS_KEY,
        OUTSTANDING_SINCE,
    ],
};
