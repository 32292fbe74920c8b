//! Keys of financing rounds, and of the next one for the exact tables.

use super::rights::SHARE_RIGHTS;
use crate::scenario::keys::{DefaultWhere, Key, Kind, Limits, Section};

const UNCERTAIN_MONEY: Kind = Kind::Uncertain(&Kind::Money);
const UNCERTAIN_RATE: Kind = Kind::Uncertain(&Kind::Rate);
const UNCERTAIN_PROBABILITY: Kind = Kind::Uncertain(&Kind::Probability);
const UNCERTAIN_TIME: Kind = Kind::Uncertain(&Kind::TimePoint);
const MODES: Kind = Kind::Choice(&["up", "nearest", "down"]);
static MONEY: Kind = Kind::Money;
static PRO_RATA_TABLE: Kind = Kind::Table(&PRO_RATA);

const CONVENTION: Key = Key::new(
    "convention",
    Kind::Choice(&["percentage_ownership", "pre_money_method", "dollars_invested"]),
    "\"percentage_ownership\"",
    "What the pre-money value is divided by for the price: all shares with those of notes and SAFEs that convert, so that new money owns new/(pre + new); the shares without those; or as the first, after adding the amounts that convert to the pre-money value.",
)
.default("\"percentage_ownership\"")
.default_where(DefaultWhere::Without("price_per_share"));
const POOL_CHANGE: Key = Key::new(
    "pool",
    Kind::OneOf(&POOL),
    "{ unallocated = \"10%\" }",
    "What happens to the option pool; it stays if left out.",
);
const SERIES_SOLD: Key = Key::new(
    "series",
    Kind::Table(&SHARE_RIGHTS),
    "{ liquidation_preference = \"1x\" }",
    "Rights of the shares sold; common shares if left out.",
);
const SHADOW_SERIES: Key = Key::new(
    "shadow_series",
    Kind::Flag,
    "true",
    "Whether what converts below the round's price has a preference of what was paid for it; else of the round's price for each share.",
)
.default("true");

/// `[financing_rounds]`
pub(in crate::scenario) static ROUNDS: Section = Section {
    name: "financing_rounds",
    doc: "Priced rounds until an exit.",
    keys: &[
        Key::new("first", UNCERTAIN_TIME, "\"4 months to 20 months\"", "When the first closes, from the valuation date."),
        Key::new("first_hazard", UNCERTAIN_RATE, "\"40%\"", "Instead: rate a year at which the first comes.")
            .limits(Limits::NotNegative),
        Key::new(
            "first_hazard_steps",
            Kind::Map(&UNCERTAIN_RATE),
            "{ \"0 years\" = \"15%\", \"2 years\" = \"20%\" }",
            "Instead: such rates, each from a span after the valuation date on.",
        ),
        Key::new("probability", UNCERTAIN_PROBABILITY, "\"80%\"", "Probability that there is a first one; certain if left out."),
        Key::new("then", UNCERTAIN_TIME, "\"6 months to 24 months\"", "Each later one, from the round before; drawn anew each time. Left out, there is one round."),
        Key::new("new_money", UNCERTAIN_MONEY, "\"$50m\"", "New cash raised; drawn anew each time.")
            .limits(Limits::NotNegative),
        Key::new("new_money_share", UNCERTAIN_RATE, "\"3% to 12%\"", "Instead: new cash as a share of the pre-money value.")
            .limits(Limits::NotNegative),
        Key::new("pre_money", UNCERTAIN_MONEY, "\"$48m\"", "The pre-money value. Left out, rounds are priced at the company's value at that moment.")
            .limits(Limits::Positive),
        Key::new("step_up", Kind::Uncertain(&Kind::Multiple), "\"1.4x\"", "Instead: the pre-money value as a multiple of the post-money value of the round before (today's value for the first); drawn anew each time.")
            .limits(Limits::Positive),
        Key::new("at_most", Kind::Integer, "3", "No more rounds than this.").limits(Limits::Positive),
        CONVENTION,
        POOL_CHANGE,
        SERIES_SOLD,
        SHADOW_SERIES,
    ],
};

/// `pool`
pub(in crate::scenario) static POOL: Section = Section {
    name: "pool of a round",
    doc: "What a round does to the option pool. Fractions are of fully diluted shares after the round; a pool that is large enough already stays as it is.",
    keys: &[
        Key::new("increase", Kind::Shares, "1695000", "Adds this many shares.").limits(Limits::NotNegative),
        Key::new("unallocated", Kind::Rate, "\"10%\"", "Adds, before the new money, what is missing for unallocated options to be this fraction.")
            .limits(Limits::BelowOne),
        Key::new("total", Kind::Rate, "\"15%\"", "The same for granted and unallocated options together.")
            .limits(Limits::BelowOne),
        Key::new("unallocated_after_money", Kind::Rate, "\"10%\"", "Adds, after the new money and diluting it too, what is missing for unallocated options to be this fraction.")
            .limits(Limits::BelowOne),
    ],
};

/// `[round]`
pub(in crate::scenario) static NEXT_ROUND: Section = Section {
    name: "round",
    doc: "The next round, for the exact tables of `cabrio captable`; a simulation does not look at it.",
    keys: &[
        Key::new("name", Kind::Text, "\"Series B\"", "Name of the round and of its shares.")
            .default("\"New round\""),
        Key::new(
            "kind",
            Kind::Choice(&["priced", "ipo"]),
            "\"priced\"",
            "A flotation converts all preferred shares into common, and lets ratchets work.",
        )
        .default("\"priced\""),
        Key::new(
            "date",
            Kind::TimePoint,
            "2027-01-01",
            "The day it closes, or its distance from the valuation date; interest and dividends run until then. The valuation date if left out.",
        ),
        Key::new("pre_money", Kind::Money, "\"$15m\"", "The pre-money value.").limits(Limits::Positive),
        Key::new("price_per_share", Kind::Money, "\"$1.50\"", "Instead: the price of one share.")
            .limits(Limits::Positive),
        Key::new("new_money", Kind::Money, "\"$5m\"", "New cash raised; none if left out.")
            .limits(Limits::NotNegative),
        Key::new(
            "investors",
            Kind::Map(&MONEY),
            "{ Lead = \"$3m\", Follower = \"$1m\" }",
            "Instead: who buys for how much.",
        )
        .limits(Limits::Positive),
        CONVENTION,
        POOL_CHANGE,
        SERIES_SOLD,
        SHADOW_SERIES,
        Key::new(
            "pro_rata",
            Kind::List(&PRO_RATA_TABLE),
            "[{ holder = \"Angel\" }]",
            "Holders who buy as much of the new shares as they own before the new money.",
        ),
        Key::new(
            "rounding",
            Kind::Table(&ROUNDING),
            "{ price_decimals = 4 }",
            "Printed prices and whole shares, after the exact solution; nothing is rounded if left out.",
        ),
    ],
};

/// An element of `pro_rata`
pub(in crate::scenario) static PRO_RATA: Section = Section {
    name: "pro rata right",
    doc: "A right to buy a part of the new shares.",
    keys: &[
        Key::new("holder", Kind::Text, "\"Angel\"", "Whose: a holder of shares or of an instrument.")
            .required(),
        Key::new(
            "on_top",
            Kind::Flag,
            "true",
            "Whether the money comes on top of the round's new money, or out of it.",
        )
        .default("false"),
    ],
};

/// `rounding`
static ROUNDING: Section = Section {
    name: "rounding",
    doc: "How a round's documents round.",
    keys: &[
        Key::new("price_decimals", Kind::Integer, "4", "Decimals of every price; exact if left out.")
            .limits(Limits::NotNegative),
        Key::new("price", MODES, "\"up\"", "Which way prices are rounded.")
            .default("\"nearest\"")
            .default_where(DefaultWhere::With("price_decimals")),
        Key::new(
            "conversion_prices",
            Kind::Flag,
            "false",
            "Whether the prices of conversions are rounded like the round's; that changes the shares they give, and so the round's price.",
        )
        .default("true")
        .default_where(DefaultWhere::With("price_decimals")),
        Key::new(
            "converted_shares",
            MODES,
            "\"down\"",
            "Whole shares for each conversion; exact if left out.",
        ),
        Key::new("new_shares", MODES, "\"down\"", "Whole new shares for each investor; exact if left out."),
        Key::new("pool_shares", MODES, "\"down\"", "Whole shares added to the pool; exact if left out."),
    ],
};
