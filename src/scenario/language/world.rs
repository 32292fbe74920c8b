//! Keys of everything but the company and the instruments.

use crate::scenario::keys::{DefaultWhere, Key, Kind, Limits, Section};

const UNCERTAIN_MONEY: Kind = Kind::Uncertain(&Kind::Money);
const UNCERTAIN_RATE: Kind = Kind::Uncertain(&Kind::Rate);
const UNCERTAIN_PROBABILITY: Kind = Kind::Uncertain(&Kind::Probability);
const UNCERTAIN_TIME: Kind = Kind::Uncertain(&Kind::TimePoint);

/// `[deal]`
pub(in crate::scenario) static DEAL: Section = Section {
    name: "deal",
    doc: "The parties and dates.",
    keys: &[
        Key::new("title", Kind::Text, "\"Seed note\"", "What the deal is called.").required(),
        Key::new("investor", Kind::Text, "\"Investor\"", "Whose results are reported.").default("\"Investor\""),
        Key::new("company", Kind::Text, "\"Company\"", "Who is financed.").default("\"Company\""),
        Key::new("currency", Kind::Text, "\"USD\"", "Three-letter code of the currency of all amounts.")
            .default("\"USD\""),
        Key::new("valuation_date", Kind::Date, "2026-05-04", "Time zero: values are as of this day.").required(),
        Key::new(
            "horizon",
            Kind::TimePoint,
            "\"10 years\"",
            "The last day looked at, or its distance from the valuation date. What is open then is marked at the company's value.",
        )
        .required_to_simulate(),
        Key::new(
            "existing_stake",
            Kind::Rate,
            "\"15%\"",
            "Part of today's fully diluted shares that the investor holds already. It counts towards an `ownership_limit`, diluted by later rounds like all other shares, and is no part of this deal's value.",
        )
        .default("\"0%\"")
        .limits(Limits::BelowOne),
    ],
};

/// `[simulation]`
pub(in crate::scenario) static SIMULATION: Section = Section {
    name: "simulation",
    doc: "How to simulate.",
    keys: &[
        Key::new("paths", Kind::Count, "\"1m\"", "Number of paths.")
            .default("\"100k\"")
            .limits(Limits::Positive),
        Key::new("seed", Kind::Integer, "7", "Same seed, same paths.")
            .default("1")
            .limits(Limits::NotNegative),
        Key::new(
            "sampling",
            Kind::Choice(&["pseudo_random", "sobol", "antithetic", "latin_hypercube"]),
            "\"sobol\"",
            "How the random numbers of different paths hang together. `pseudo_random`: not at all. `sobol`: scrambled Sobol' points, 32 independent sets of them, which fill the space of possibilities evenly; best with a power of two of paths. `antithetic`: pairs of mirrored paths. `latin_hypercube`: evenly in each number by itself, 1,024 paths at a time. Errors are always those of the independent parts.",
        )
        .default("\"pseudo_random\""),
    ],
};

/// `[discounting]`
pub(in crate::scenario) static DISCOUNTING: Section = Section {
    name: "discounting",
    doc: "Rates for present values, a year, annually compounded.",
    keys: &[
        Key::new("required_return", Kind::Rate, "\"15%\"", "The return the investor requires for the risk.")
            .limits(Limits::NotNegative)
            .required(),
        Key::new(
            "strategic",
            Kind::Rate,
            "\"9%\"",
            "The rate for strategic cash flows; the required return if left out.",
        )
        .limits(Limits::NotNegative),
    ],
};

/// An element of `[[correlations]]`
pub(in crate::scenario) static CORRELATION: Section = Section {
    name: "correlation",
    doc: "Things that move together: a pair with one value, or a list with a matrix.",
    keys: &[
        Key::new("between", Kind::List(&Kind::Text), "[\"company.value\", \"rival\"]", "Two or more names.")
            .required(),
        Key::new("value", Kind::Number, "0.5", "Correlation of the underlying normals; of every pair if several.")
            .limits(Limits::MinusOneToOne),
        Key::new("rank", Kind::Number, "0.5", "Spearman's rank correlation instead.").limits(Limits::MinusOneToOne),
        Key::new(
            "matrix",
            Kind::List(&Kind::List(&Kind::Number)),
            "[[1, 0.5], [0.5, 1]]",
            "All correlations of the underlying normals, row by row.",
        ),
        Key::new(
            "degrees_of_freedom",
            Kind::Number,
            "4",
            "Joins them by Student's t copula, under which extremes come together; by the normal copula if left out.",
        )
        .limits(Limits::Positive),
    ],
};

/// `[milestones.NAME]`
pub(in crate::scenario) static MILESTONE: Section = Section {
    name: "milestone",
    doc: "An event that terms of the deal may wait for. It happens by chance (`probability`, with `when` or a hazard), when the company's value reaches a level (`value_reaches`), or by a condition looked at from time to time (`condition`).",
    keys: &[
        Key::new("title", Kind::Text, "\"First gigawatt in service\"", "In words; the name if left out."),
        Key::new(
            "requires",
            Kind::List(&Kind::Text),
            "[\"first_gigawatt\"]",
            "Milestones that must be reached first.",
        ),
        Key::new(
            "probability",
            UNCERTAIN_PROBABILITY,
            "\"85%\"",
            "That it is reached at all; certain if left out.",
        ),
        Key::new(
            "when",
            UNCERTAIN_TIME,
            "\"9 months to 24 months\"",
            "When: a date, or a span after what it requires (else the valuation date).",
        ),
        Key::new("hazard", UNCERTAIN_RATE, "\"40%\"", "Instead: rate a year, from what it requires on.")
            .limits(Limits::NotNegative),
        Key::new(
            "hazard_steps",
            Kind::Map(&UNCERTAIN_RATE),
            "{ \"0 years\" = \"20%\", \"1 year\" = \"50%\" }",
            "Instead: such rates, each from a span on.",
        ),
        Key::new(
            "value_reaches",
            UNCERTAIN_MONEY,
            "\"$1tn\"",
            "Reached when the company's value first reaches this, watched at every moment.",
        )
        .limits(Limits::Positive),
        Key::new(
            "condition",
            Kind::Table(&CONDITION),
            "{ of = \"company.value\", over = \"rival\", at_least_of_today = \"60%\" }",
            "Reached, or kept, by a condition.",
        ),
        Key::new(
            "deadline",
            Kind::TimePoint,
            "2027-12-31",
            "Reached later it does not count. A span counts from the valuation date.",
        ),
        Key::new(
            "value_effect",
            UNCERTAIN_RATE,
            "\"5%\"",
            "Change of the company's value when it is reached.",
        )
        .limits(Limits::AboveMinusOne),
        Key::new(
            "value_effect_if_missed",
            UNCERTAIN_RATE,
            "\"-10%\"",
            "Change of the company's value when it is missed.",
        )
        .limits(Limits::AboveMinusOne),
    ],
};

/// `condition` of a milestone
static CONDITION: Section = Section {
    name: "condition",
    doc: "A quantity that is looked at from time to time.",
    keys: &[
        Key::new("of", Kind::Text, "\"company.value\"", "`company.value` or a factor.").default("\"company.value\""),
        Key::new("over", Kind::Text, "\"rival\"", "A factor the company's value is divided by."),
        Key::new("at_least", UNCERTAIN_MONEY, "\"$300bn\"", "The level, for the company's value itself.")
            .limits(Limits::Positive),
        Key::new("at_least_of_today", UNCERTAIN_RATE, "\"60%\"", "The level, relative to today's.")
            .limits(Limits::NotNegative),
        Key::new("checked_every", Kind::Span, "\"1 year\"", "How often.").default("\"1 year\"").limits(Limits::Positive),
        Key::new("throughout", Kind::Flag, "true", "True: it holds from the start and is lost at the first failed check. False: it is reached at the first check that succeeds.")
            .default("true"),
    ],
};

/// `[exit]`
pub(in crate::scenario) static EXIT: Section = Section {
    name: "exit",
    doc: "Ways out.",
    keys: &[
        Key::new(
            "ipo",
            Kind::Table(&IPO),
            "{ hazard = \"20%\" }",
            "Flotation: private rounds and sales stop, shares are sold at the offer price, the company goes on.",
        ),
        Key::new(
            "sale",
            Kind::Table(&SALE),
            "{ hazard = \"5%\" }",
            "Sale of the whole company, which ends the path.",
        ),
    ],
};

/// `[exit.ipo]`
static IPO: Section = Section {
    name: "ipo",
    doc: "Flotation.",
    keys: &[
        Key::new(
            "probability",
            UNCERTAIN_PROBABILITY,
            "\"60%\"",
            "That it happens at all; certain if left out.",
        ),
        Key::new("when", UNCERTAIN_TIME, "\"3 years\"", "When, from the valuation date."),
        Key::new("hazard", UNCERTAIN_RATE, "\"20%\"", "Instead: rate a year.").limits(Limits::NotNegative),
        Key::new(
            "hazard_steps",
            Kind::Map(&UNCERTAIN_RATE),
            "{ \"0 years\" = \"10%\", \"1 year\" = \"35%\" }",
            "Instead: such rates, each from a span on.",
        ),
        Key::new(
            "new_money_share",
            UNCERTAIN_RATE,
            "\"5%\"",
            "New shares sold, as a share of the value before.",
        )
        .limits(Limits::NotNegative),
    ],
};

/// `[exit.sale]`
static SALE: Section = Section {
    name: "sale",
    doc: "Sale of the whole company.",
    keys: &[
        Key::new(
            "probability",
            UNCERTAIN_PROBABILITY,
            "\"60%\"",
            "That it happens at all; certain if left out.",
        ),
        Key::new("when", UNCERTAIN_TIME, "\"3 years\"", "When, from the valuation date."),
        Key::new("hazard", UNCERTAIN_RATE, "\"5%\"", "Instead: rate a year.").limits(Limits::NotNegative),
        Key::new(
            "hazard_steps",
            Kind::Map(&UNCERTAIN_RATE),
            "{ \"0 years\" = \"2%\", \"3 years\" = \"6%\" }",
            "Instead: such rates, each from a span on.",
        ),
        Key::new("premium", UNCERTAIN_RATE, "\"20%\"", "Of the price over the company's value.")
            .limits(Limits::AboveMinusOne),
        Key::new(
            "fees",
            Kind::Rate,
            "\"2%\"",
            "Fees and costs of the sale, as a part of the price; they come off first.",
        )
        .default("\"0%\"")
        .limits(Limits::BelowOne),
        Key::new(
            "carve_out",
            Kind::Rate,
            "\"5%\"",
            "What the management gets off the top, as a part of the price, before debt and shares; or of what debt leaves.",
        )
        .default("\"0%\"")
        .default_where(DefaultWhere::Without("carve_out_amount"))
        .limits(Limits::BelowOne),
        Key::new("carve_out_amount", Kind::Money, "\"$2m\"", "Instead: as an amount.").limits(Limits::NotNegative),
        Key::new(
            "carve_out_after_debt",
            Kind::Flag,
            "true",
            "Whether debt is paid before the management: a part is then of what debt leaves, and an amount at most that. A note that converts is no debt.",
        )
        .default("false"),
        Key::new(
            "ipo_instead",
            Kind::Map(&Kind::Probability),
            "{ \"$32m\" = \"0%\", \"$1bn\" = \"65%\", \"$100bn\" = \"85%\" }",
            "Chance that the company is floated then instead of sold, at several values of it; linear in the logarithm of the value in between, constant beyond them.",
        ),
    ],
};

/// `[failure]`
pub(in crate::scenario) static FAILURE: Section = Section {
    name: "failure",
    doc: "Failure, which ends the path: shares are worth nothing, lenders recover a part.",
    keys: &[
        Key::new(
            "probability",
            UNCERTAIN_PROBABILITY,
            "\"60%\"",
            "That it happens at all; certain if left out.",
        ),
        Key::new("when", UNCERTAIN_TIME, "\"3 years\"", "When, from the valuation date."),
        Key::new("hazard", UNCERTAIN_RATE, "\"3%\"", "Instead: rate a year.").limits(Limits::NotNegative),
        Key::new(
            "hazard_steps",
            Kind::Map(&UNCERTAIN_RATE),
            "{ \"0 years\" = \"2%\", \"3 years\" = \"6%\" }",
            "Instead: such rates, each from a span on.",
        ),
        Key::new(
            "recovery",
            UNCERTAIN_PROBABILITY,
            "\"30%\"",
            "Share of principal and interest that lenders get back.",
        )
        .default("\"0%\""),
    ],
};

/// An element of `[[strategic]]`
pub(in crate::scenario) static STRATEGIC: Section = Section {
    name: "strategic flow",
    doc: "A commercial cash flow that depends on the company's fate: yearly × margin × incremental, paid evenly over the year.",
    keys: &[
        Key::new("name", Kind::Text, "\"Cloud consumption\"", "What it is.").required(),
        Key::new("yearly", UNCERTAIN_MONEY, "\"$11bn\"", "Revenue a year.").required(),
        Key::new("growth", UNCERTAIN_RATE, "\"10%\"", "Growth of it a year.").limits(Limits::AboveMinusOne),
        Key::new("margin", UNCERTAIN_RATE, "\"39%\"", "Margin on it.").required(),
        Key::new(
            "incremental",
            UNCERTAIN_PROBABILITY,
            "\"45%\"",
            "Share that would not have come without the deal.",
        )
        .default("\"100%\""),
        Key::new("from", Kind::TimePoint, "2026-05-04", "First day; the valuation date if left out."),
        Key::new("until", Kind::TimePoint, "2036-04-30", "Last day; the horizon if left out."),
        Key::new(
            "while",
            Kind::Choice(&["company_alive", "company_independent"]),
            "\"company_alive\"",
            "What ends it early: failure, or also a sale.",
        )
        .default("\"company_alive\""),
        Key::new(
            "starts_with",
            Kind::Text,
            "\"first_gigawatt\"",
            "It starts no earlier than this milestone is reached.",
        ),
    ],
};

/// An element of `[[cases]]`
pub(in crate::scenario) static CASE: Section = Section {
    name: "case",
    doc: "A variant of the deal: some keys set otherwise or taken out.",
    keys: &[
        Key::new("name", Kind::Text, "\"No cap\"", "What it is called.").required(),
        Key::new(
            "set",
            Kind::Map(&Kind::Any),
            "{ \"instruments.0.conversion\" = \"none\" }",
            "Paths of keys and their values here.",
        ),
        Key::new(
            "remove",
            Kind::List(&Kind::Text),
            "[\"instruments.0.maturity.extended_by\"]",
            "Paths of keys, or of elements of a list, that are left out here, once `set` has been applied.",
        ),
    ],
};
