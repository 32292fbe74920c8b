//! Keys of the instruments.

use super::agreements::{SAFE, WARRANT};
use super::decisions::{EXTENSION_DECIDED_BY, EXTENSION_RULE, HOLDER_MAY_CONVERT, RULE};
use super::rights::{
    ANTI_DILUTION, DIVIDENDS, IPO_RATCHET, PARTICIPATION, PARTICIPATION_CAP, PREFERENCE, SENIORITY,
    SHARE_RIGHTS,
};
use crate::scenario::keys::{DefaultWhere, Key, Kind, Limits, Section, Variants};

const UNCERTAIN_MONEY: Kind = Kind::Uncertain(&Kind::Money);
const UNCERTAIN_RATE: Kind = Kind::Uncertain(&Kind::Rate);
const UNCERTAIN_PROBABILITY: Kind = Kind::Uncertain(&Kind::Probability);
const UNCERTAIN_TIME: Kind = Kind::Uncertain(&Kind::TimePoint);
const BASES: Kind = Kind::Choice(&["pre_money", "post_money", "per_share"]);

pub(super) const NAME: Key =
    Key::new("name", Kind::Text, "\"Convertible notes\"", "What it is called.").required();
pub(super) const HOLDER: Key =
    Key::new("holder", Kind::Text, "\"Amazon\"", "Who holds it; the investor if left out.");
static TRANCHE_KIND: Kind = Kind::Table(&TRANCHE);
pub(super) const TRANCHES: Key =
    Key::new("tranches", Kind::List(&TRANCHE_KIND), "[{ amount = \"$5bn\" }]", "How it is funded.")
        .required();
pub(super) const OUTSTANDING_SINCE: Key = Key::new(
    "outstanding_since",
    Kind::Date,
    "2025-01-01",
    "Instead: the day before the valuation date on which it was funded; interest runs from it. In a simulation only for holders other than the investor, whose results count from the valuation date.",
);
static FUNDING: &[Kind] = &[Kind::Choice(&["at_closing"]), Kind::Table(&FUNDS)];
pub(super) const FUNDS_KEY: Key = Key::new(
    "funds",
    Kind::Either(FUNDING),
    "{ when = [\"first_gigawatt\"], by = 2027-12-31 }",
    "When: `\"at_closing\"` on the valuation date, or when all its conditions first hold.",
)
.default("\"at_closing\"")
.default_where(DefaultWhere::Without("outstanding_since"));

/// `[[instruments]]`
pub(in crate::scenario) static INSTRUMENTS: Variants = Variants {
    name: "instrument",
    tag: "kind",
    doc: "What it is.",
    choices: &[
        ("convertible_note", &NOTE),
        ("loan", &NOTE),
        ("preferred", &SHARES),
        ("common", &COMMON),
        ("safe", &SAFE),
        ("warrant", &WARRANT),
    ],
};

/// `kind = "convertible_note"` and `kind = "loan"`
static NOTE: Section = Section {
    name: "note or loan",
    doc: "Debt; a note may convert into shares, a loan has no `conversion`.",
    keys: &[
        NAME,
        HOLDER,
        Key::new("interest", Kind::Table(&INTEREST), "{ rate = \"5%\" }", "Interest; none if left out."),
        Key::new(
            "conversion",
            Kind::Either(&[Kind::Table(&CONVERSION), Kind::Choice(&["none"])]),
            "{ qualified_financing = \"$1bn\", discount = \"15%\" }",
            "How it converts. A convertible note has to say it, be it `\"none\"`; a loan leaves it out.",
        ),
        Key::new(
            "maturity",
            Kind::Table(&MATURITY),
            "{ after = \"5 years\" }",
            "When and how it falls due; it runs to the horizon if left out.",
        ),
        Key::new(
            "change_of_control",
            Kind::Table(&CHANGE_OF_CONTROL),
            "{ principal_multiple = \"1.5x\" }",
            "What a sale of the company pays; principal and interest if left out.",
        )
        .default("{}"),
        Key::new(
            "common_after_ipo",
            Kind::Flag,
            "true",
            "Drawn after a flotation, a tranche buys common shares at the market price instead.",
        )
        .default("false"),
        SENIORITY,
        TRANCHES,
    ],
};

/// `kind = "preferred"`
static SHARES: Section = Section {
    name: "preferred shares",
    doc: "Preferred shares bought outright.",
    keys: &[
        NAME,
        HOLDER,
        Key::new(
            "price",
            Kind::Choice(&["today", "at_funding"]),
            "\"today\"",
            "The company's value today, or when each tranche is funded.",
        )
        .default("\"at_funding\"")
        .default_where(DefaultWhere::Without("pre_money")),
        Key::new(
            "pre_money",
            UNCERTAIN_MONEY,
            "\"$380bn\"",
            "Instead: a valuation, counting today's shares.",
        )
        .limits(Limits::Positive),
        PREFERENCE,
        PARTICIPATION,
        PARTICIPATION_CAP,
        SENIORITY,
        DIVIDENDS,
        ANTI_DILUTION,
        IPO_RATCHET,
        TRANCHES,
    ],
};

/// `kind = "common"`
static COMMON: Section = Section {
    name: "common shares",
    doc: "Common shares bought outright.",
    keys: &[
        NAME,
        HOLDER,
        Key::new(
            "price",
            Kind::Choice(&["today", "at_funding"]),
            "\"today\"",
            "The company's value today, or when each tranche is funded.",
        )
        .default("\"at_funding\"")
        .default_where(DefaultWhere::Without("pre_money")),
        Key::new(
            "pre_money",
            UNCERTAIN_MONEY,
            "\"$380bn\"",
            "Instead: a valuation, counting today's shares.",
        )
        .limits(Limits::Positive),
        TRANCHES,
    ],
};

/// `interest`
static INTEREST: Section = Section {
    name: "interest",
    doc: "Interest on a debt.",
    keys: &[
        Key::new("rate", UNCERTAIN_RATE, "\"5%\"", "A year.").limits(Limits::NotNegative).required(),
        Key::new(
            "accrues",
            Kind::Choice(&["simple", "compound", "pik"]),
            "\"simple\"",
            "On the principal only, or added to it.",
        )
        .default("\"simple\""),
        Key::new(
            "periods_per_year",
            Kind::Integer,
            "2",
            "How often it is added; the broken period earns simple interest.",
        )
        .default("1")
        .default_where(DefaultWhere::IsNot("accrues", "simple"))
        .limits(Limits::Positive),
        Key::new(
            "paid",
            Kind::Choice(&["at_end", "cash", "waived_on_conversion"]),
            "\"at_end\"",
            "With the principal (converting with it), in cash on the way, or forgiven when it converts.",
        )
        .default("\"at_end\""),
        Key::new("paid_every", Kind::Span, "\"6 months\"", "Whole months between cash payments.")
            .default("\"6 months\"")
            .default_where(DefaultWhere::Is("paid", "cash"))
            .limits(Limits::Positive),
        Key::new(
            "day_count",
            Kind::Choice(&["act/365", "act/360", "30/360", "act/act"]),
            "\"act/365\"",
            "How days become a part of a year.",
        )
        .default("\"act/365\""),
    ],
};

/// `conversion`
static CONVERSION: Section = Section {
    name: "conversion",
    doc: "How a note converts into shares.",
    keys: &[
        Key::new(
            "qualified_financing",
            Kind::Money,
            "\"$1bn\"",
            "New cash from which a round converts it by itself; no round does if left out.",
        )
        .limits(Limits::NotNegative),
        Key::new(
            "counts_notes",
            Kind::Flag,
            "true",
            "Whether the notes that may convert count towards `qualified_financing`, with their interest. For the exact tables; a simulation counts new cash only.",
        )
        .default("false"),
        Key::new(
            "non_qualified",
            Kind::Choice(&["stays", "converts", "holder_chooses"]),
            "\"stays\"",
            "What a smaller round does.",
        )
        .default("\"stays\""),
        Key::new("discount", Kind::Rate, "\"15%\"", "Off the round's price: 20% off, not a price of 20%.")
            .limits(Limits::BelowOne),
        Key::new(
            "discount_steps",
            Kind::Map(&Kind::Rate),
            "{ \"0 months\" = \"15%\", \"12 months\" = \"20%\" }",
            "Instead: discounts, each from a span after funding on.",
        )
        .limits(Limits::BelowOne),
        Key::new(
            "valuation_cap",
            Kind::Either(&[Kind::Table(&CAP), Kind::Choice(&["none"])]),
            "{ amount = \"$500bn\", basis = \"post_money\" }",
            "Highest valuation at which it converts.",
        ),
        Key::new("stacked", Kind::Flag, "false", "Whether the discount comes off the cap price too, in a round or flotation; a sale has no price to take a discount off, and the cap holds as it is.")
            .default("false"),
        Key::new(
            "into",
            Kind::Table(&SHARE_RIGHTS),
            "{ liquidation_preference = \"1x\" }",
            "The shares it becomes; 1x non-participating preferred if left out.",
        )
        .default("{}"),
        Key::new(
            "requires",
            Kind::List(&Kind::Text),
            "[\"frontier\"]",
            "Milestones that must stand then; missed, it stays debt.",
        ),
        Key::new(
            "ownership_limit",
            Kind::Rate,
            "\"19.9%\"",
            "Most of the company its holder may own; the excess stays debt.",
        )
        .limits(Limits::ZeroToOne),
        Key::new("at_ipo", Kind::Flag, "true", "Whether a flotation converts it.").default("true"),
        Key::new(
            "on_milestone",
            Kind::Table(&ON_MILESTONE),
            "{ milestone = \"restructured\", amount = \"$157bn\" }",
            "Converts when a milestone is reached, at a valuation agreed now.",
        ),
        HOLDER_MAY_CONVERT,
    ],
};

/// `valuation_cap`
pub(super) static CAP: Section = Section {
    name: "valuation_cap",
    doc: "Highest valuation at which a note or SAFE converts.",
    keys: &[
        Key::new("amount", UNCERTAIN_MONEY, "\"$500bn\"", "The valuation, or the price of one share.").limits(Limits::Positive),
        Key::new(
            "of_value_at_funding",
            Kind::Uncertain(&Kind::Multiple),
            "\"1.2x\"",
            "Instead: a multiple of the company's value when the tranche is funded, before its money; each tranche has its own cap then.",
        )
        .limits(Limits::Positive),
        Key::new("basis", BASES, "\"post_money\"", "`post_money` counts everything that converts, `pre_money` only what was there before, `per_share` is a price.")
            .required(),
        Key::new(
            "only_if_pre_money_below",
            Kind::Money,
            "\"$4m\"",
            "In force only where the pre-money valuation of the round or flotation is below this; at maturity, in a sale and at the horizon the company's value takes its place. In force everywhere if left out.",
        )
        .limits(Limits::Positive),
        Key::new(
            "only_if_new_money_below",
            Kind::Money,
            "\"$4m\"",
            "Instead: in force only in rounds and flotations that raise less new money than this; in force at maturity, in a sale and at the horizon, where none is raised.",
        )
        .limits(Limits::Positive),
    ],
};

/// `on_milestone`
static ON_MILESTONE: Section = Section {
    name: "on_milestone",
    doc: "Conversion set off by a milestone.",
    keys: &[
        Key::new("milestone", Kind::Text, "\"restructured\"", "Which one.").required(),
        Key::new("amount", UNCERTAIN_MONEY, "\"$157bn\"", "The valuation agreed.")
            .limits(Limits::Positive)
            .required(),
        Key::new("basis", BASES, "\"post_money\"", "As for a valuation cap.").default("\"post_money\""),
    ],
};

/// `maturity`
static MATURITY: Section = Section {
    name: "maturity",
    doc: "When and how a debt falls due.",
    keys: &[
        Key::new("after", Kind::Span, "\"5 years\"", "From the funding of each tranche.")
            .limits(Limits::Positive),
        Key::new("on", Kind::Date, "2031-12-01", "Instead: one day for all."),
        Key::new(
            "then",
            Kind::Choice(&["repay", "convert", "holder_chooses"]),
            "\"repay\"",
            "What happens; conversion is at the cap or the company's value, whichever is lower.",
        )
        .default("\"repay\""),
        Key::new("extended_by", Kind::Span, "\"12 months\"", "Extension granted when it falls due.")
            .limits(Limits::Positive),
        Key::new("extensions", Kind::Integer, "1", "How many of them.")
            .default("1")
            .default_where(DefaultWhere::With("extended_by"))
            .limits(Limits::Positive),
        EXTENSION_DECIDED_BY,
        EXTENSION_RULE,
        Key::new(
            "can_pay",
            UNCERTAIN_PROBABILITY,
            "\"85%\"",
            "Probability that the company can pay; else lenders get the recovery of a failure. Certain if left out, up to what the company is worth. A holder who chooses does not know which: repayment counts with this probability, and the mean recovery else.",
        ),
    ],
};

/// `change_of_control`
static CHANGE_OF_CONTROL: Section = Section {
    name: "change_of_control",
    doc: "What a sale of the company pays on a debt.",
    keys: &[
        Key::new(
            "principal_multiple",
            Kind::Multiple,
            "\"1.5x\"",
            "Of the principal, in total: 1.5x is half as much again.",
        )
        .default("\"1x\"")
        .default_where(DefaultWhere::Without("principal_and_interest_multiple"))
        .limits(Limits::NotNegative),
        Key::new("plus_interest", Kind::Flag, "true", "Whether accrued interest is paid on top, once.")
            .default("true")
            .default_where(DefaultWhere::Without("principal_and_interest_multiple")),
        Key::new(
            "principal_and_interest_multiple",
            Kind::Multiple,
            "\"2x\"",
            "Instead of these two: a multiple of principal and accrued interest together, in total: 2x pays both twice.",
        )
        .limits(Limits::NotNegative),
        Key::new(
            "or_as_converted",
            Kind::Flag,
            "false",
            "Whether the holder may take what its shares at the cap would get instead.",
        )
        .default("false"),
    ],
};

/// An element of `tranches`
pub(in crate::scenario) static TRANCHE: Section = Section {
    name: "tranche",
    doc: "One instalment.",
    keys: &[
        Key::new("name", Kind::Text, "\"First gigawatt\"", "What it is called; numbered if left out."),
        Key::new("amount", UNCERTAIN_MONEY, "\"$5bn\"", "How much.").limits(Limits::Positive).required(),
        FUNDS_KEY,
        OUTSTANDING_SINCE,
        Key::new(
            "interest_rate",
            UNCERTAIN_RATE,
            "\"7%\"",
            "Of a note or loan: its own interest a year, instead of the instrument's `interest.rate`.",
        )
        .limits(Limits::NotNegative),
        Key::new(
            "discount",
            Kind::Rate,
            "\"25%\"",
            "Of a note: its own discount, instead of the instrument's `discount` or `discount_steps`.",
        )
        .limits(Limits::BelowOne),
        Key::new(
            "valuation_cap",
            Kind::Either(&[Kind::Table(&CAP), Kind::Choice(&["none"])]),
            "{ amount = \"$700bn\", basis = \"post_money\" }",
            "Of a note: its own cap, or `\"none\"`, instead of the instrument's.",
        ),
    ],
};

/// `funds`
static FUNDS: Section = Section {
    name: "funds",
    doc: "When a tranche is funded: when all that is stated here first holds.",
    keys: &[
        Key::new("when", Kind::List(&Kind::Text), "[\"first_gigawatt\"]", "Milestones that must stand."),
        Key::new("not_before", UNCERTAIN_TIME, "2026-12-31", "A date, or a span after the valuation date."),
        Key::new(
            "after_financing",
            Kind::Money,
            "\"$1bn\"",
            "A round of at least this much new cash has closed.",
        )
        .limits(Limits::NotNegative),
        Key::new("by", Kind::TimePoint, "2027-12-31", "The last day; a span counts from the valuation date."),
        Key::new(
            "by_after_ipo",
            Kind::Span,
            "\"30 months\"",
            "Instead: the last day, counted from the flotation.",
        ),
        Key::new(
            "decided_by",
            Kind::Choice(&["nobody", "investor", "company"]),
            "\"nobody\"",
            "Who decides then; `nobody`: it is funded.",
        )
        .default("\"nobody\""),
        Key::new(
            "rule",
            RULE,
            "[\"company.value >= $300bn\"]",
            "Whoever decides funds if all of these hold on that day: `company.value >= $300bn`, `company.value >= 80% of today`, `company.value <= $1tn`, or a milestone's name. `\"optimal\"`: the investor funds if that adds to what the deal is worth to it, the company draws if that takes from it.",
        ),
        Key::new(
            "drawn_at_rate",
            Kind::Rate,
            "\"50%\"",
            "The company draws at this rate a year instead of at once.",
        )
        .limits(Limits::NotNegative),
        Key::new("drawn_at_rate_after_ipo", Kind::Rate, "\"20%\"", "And at this one once it is listed.")
            .limits(Limits::NotNegative),
        Key::new(
            "missed",
            Kind::Choice(&["lapses", "plain_debt"]),
            "\"lapses\"",
            "What a miss means: it lapses, or also takes the right to convert from what is funded already.",
        )
        .default("\"lapses\""),
    ],
};
