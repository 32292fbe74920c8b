//! Keys of the shares outstanding.

use super::rights::{
    ANTI_DILUTION, IPO_RATCHET, PARTICIPATION, PARTICIPATION_CAP, PREFERENCE, SENIORITY, SERIES_DIVIDENDS,
};
use crate::scenario::keys::{Key, Kind, Limits, Section};

static SHARES: Kind = Kind::Shares;
static HOLDERS: Kind = Kind::Map(&SHARES);
static GRANT_TABLE: Kind = Kind::Table(&GRANT);
static SERIES_TABLE: Kind = Kind::Table(&SERIES);

/// `[company.capitalization]`
pub(in crate::scenario) static CAPITALIZATION: Section = Section {
    name: "capitalization",
    doc: "The shares outstanding before the deal, class by class.",
    keys: &[
        Key::new(
            "common",
            Kind::Either(&[SHARES, HOLDERS]),
            "{ Founders = \"8m\", Angel = 500000 }",
            "Common shares: a number, or a table of holders.",
        )
        .limits(Limits::Positive),
        Key::new(
            "options",
            Kind::List(&GRANT_TABLE),
            "[{ name = \"Employees\", shares = 650000, strike = \"$0.10\" }]",
            "Options granted or promised, on common shares.",
        ),
        Key::new(
            "pool",
            Kind::Shares,
            "100000",
            "The unallocated option pool: it counts in ownership and gets no proceeds.",
        )
        .default("0")
        .limits(Limits::NotNegative),
        Key::new(
            "preferred",
            Kind::List(&SERIES_TABLE),
            "[{ name = \"Series A\", shares = \"2m\", issue_price = \"$2.50\" }]",
            "Series of preferred shares.",
        ),
        Key::new(
            "warrants",
            Kind::List(&GRANT_TABLE),
            "[{ name = \"Lender\", shares = 50000, strike = \"$1\" }]",
            "Warrants on common shares that can be exercised.",
        ),
    ],
};

/// An element of `options` and of `warrants`
pub(in crate::scenario) static GRANT: Section = Section {
    name: "options or warrants",
    doc: "A right to buy common shares.",
    keys: &[
        Key::new("name", Kind::Text, "\"Employees\"", "What it is, or whose.").required(),
        Key::new(
            "holder",
            Kind::Text,
            "\"Ada\"",
            "Whose it is, as holders of shares are named; its name if left out.",
        ),
        Key::new("shares", Kind::Shares, "650000", "How many shares.").limits(Limits::Positive).required(),
        Key::new("strike", Kind::Money, "\"$0.10\"", "Exercise price per share.")
            .limits(Limits::NotNegative)
            .required(),
    ],
};

/// An element of `preferred`
pub(in crate::scenario) static SERIES: Section = Section {
    name: "series",
    doc: "A series of preferred shares outstanding.",
    keys: &[
        Key::new("name", Kind::Text, "\"Series A\"", "What it is called.").required(),
        Key::new("shares", Kind::Shares, "\"2m\"", "How many, if its holders do not matter.")
            .limits(Limits::Positive),
        Key::new("holders", HOLDERS, "{ \"Fund I\" = \"1.5m\", \"Fund II\" = \"500k\" }", "Instead: how many each holds.")
            .limits(Limits::Positive),
        Key::new("issue_price", Kind::Money, "\"$2.50\"", "What a share was bought for: the base of preference and dividends.")
            .limits(Limits::Positive),
        Key::new("invested", Kind::Money, "\"$5m\"", "Instead: what the whole series was bought for.")
            .limits(Limits::Positive),
        Key::new("conversion_price", Kind::Money, "\"$2.50\"", "Issue price over conversion price is how many common shares one converts into; the issue price if left out.")
            .limits(Limits::Positive),
        Key::new("ratio", Kind::Number, "1.25", "Instead: common shares for one of them.").limits(Limits::Positive),
        PREFERENCE,
        PARTICIPATION,
        PARTICIPATION_CAP,
        SENIORITY,
        Key::new(
            "dividends",
            Kind::Table(&SERIES_DIVIDENDS),
            "{ rate = \"8%\", since = 2025-01-01 }",
            "Cumulative dividends; none if left out.",
        ),
        ANTI_DILUTION,
        IPO_RATCHET,
        Key::new(
            "pay_to_play",
            Kind::Table(&PAY_TO_PLAY),
            "{ buys = \"50%\" }",
            "What its holders do in a round in which who does not buy loses the preference.",
        ),
    ],
};

/// `pay_to_play`
static PAY_TO_PLAY: Section = Section {
    name: "pay_to_play",
    doc: "What holders buy of their part of a round that asks them to; the rest of the series becomes common shares.",
    keys: &[
        Key::new(
            "buys",
            Kind::Rate,
            "\"50%\"",
            "Of their pro rata: that part of the series stays preferred.",
        )
        .limits(Limits::ZeroToOne)
        .required(),
        Key::new(
            "shares_per_common",
            Kind::Number,
            "10",
            "Preferred shares given up for one common share by the rest.",
        )
        .default("1")
        .limits(Limits::Positive),
        Key::new(
            "applies_in",
            Kind::Choice(&["down_rounds", "all_rounds"]),
            "\"all_rounds\"",
            "Which rounds ask: those below the conversion price of the series, or every priced one.",
        )
        .default("\"down_rounds\""),
    ],
};
