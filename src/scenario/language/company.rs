//! Keys of the company, its value and other things that move over time.

use super::capitalization::CAPITALIZATION;
use crate::scenario::keys::{Key, Kind, Limits, Section};

const UNCERTAIN_MONEY: Kind = Kind::Uncertain(&Kind::Money);
const UNCERTAIN_RATE: Kind = Kind::Uncertain(&Kind::Rate);
const UNCERTAIN_NUMBER: Kind = Kind::Uncertain(&Kind::Number);

/// `[company]`
pub(in crate::scenario) static COMPANY: Section = Section {
    name: "company",
    doc: "The company that is financed.",
    keys: &[
        Key::new(
            "value",
            Kind::Table(&VALUE),
            "{ today = \"$380bn\", process = { gbm = { drift = \"12%\", volatility = \"60%\" } } }",
            "What it is worth, now and later.",
        )
        .required_to_simulate(),
        Key::new(
            "fully_diluted_shares",
            Kind::Shares,
            "\"12m\"",
            "Fully diluted shares today. Left out, a notional 1,000,000,000: only proportions matter then.",
        )
        .limits(Limits::Positive),
        Key::new(
            "capitalization",
            Kind::Table(&CAPITALIZATION),
            "{ common = \"8m\", preferred = [{ name = \"Series A\", shares = \"2m\", issue_price = \"$2.50\" }] }",
            "Instead: the shares class by class.",
        ),
    ],
};

/// `[company.value]`
static VALUE: Section = Section {
    name: "company value",
    doc: "Equity value of all classes, before any new money.",
    keys: &[
        Key::new("today", UNCERTAIN_MONEY, "\"$380bn\"", "On the valuation date.")
            .limits(Limits::Positive)
            .required(),
        Key::new(
            "process",
            Kind::OneOf(&PROCESS),
            "{ gbm = { drift = \"12%\", volatility = \"60%\" } }",
            "How it moves; it stays as it is if left out.",
        ),
    ],
};

static PROCESS: Section = Section {
    name: "process",
    doc: "How a value moves over time.",
    keys: &[
        Key::new(
            "gbm",
            Kind::Table(&GBM),
            "{ drift = \"12%\", volatility = \"60%\" }",
            "Geometric Brownian motion.",
        ),
        Key::new(
            "jump_diffusion",
            Kind::Table(&JUMP_DIFFUSION),
            "{ drift = \"12%\", volatility = \"40%\", jumps_per_year = 0.5, jump_mean = -0.2, jump_sd = 0.3 }",
            "Geometric Brownian motion with lognormal jumps (Merton).",
        ),
        Key::new(
            "at_dates",
            Kind::List(&Kind::Table(&AT_DATE)),
            "[{ date = \"2 years\", value = \"$250bn to $900bn\" }]",
            "A distribution at each of several dates, joined by a Brownian copula.",
        ),
    ],
};

/// `{ gbm = { … } }`
pub(in crate::scenario) static GBM: Section = Section {
    name: "gbm",
    doc: "Geometric Brownian motion.",
    keys: &[
        Key::new(
            "drift",
            UNCERTAIN_RATE,
            "\"12%\"",
            "Growth rate of the expected value a year, continuously compounded.",
        )
        .required(),
        Key::new(
            "volatility",
            UNCERTAIN_RATE,
            "\"60%\"",
            "Standard deviation of the logarithm over one year.",
        )
        .limits(Limits::NotNegative)
        .required(),
    ],
};

/// `{ jump_diffusion = { … } }`
pub(in crate::scenario) static JUMP_DIFFUSION: Section = Section {
    name: "jump_diffusion",
    doc: "Geometric Brownian motion with lognormal jumps.",
    keys: &[
        Key::new(
            "drift",
            UNCERTAIN_RATE,
            "\"12%\"",
            "Growth rate of the expected value a year, jumps included.",
        )
        .required(),
        Key::new("volatility", UNCERTAIN_RATE, "\"40%\"", "Volatility between jumps.")
            .limits(Limits::NotNegative)
            .required(),
        Key::new("jumps_per_year", UNCERTAIN_NUMBER, "0.5", "Expected number of jumps a year.")
            .limits(Limits::NotNegative)
            .required(),
        Key::new("jump_mean", UNCERTAIN_NUMBER, "-0.2", "Mean of the logarithm of the jump factor.")
            .required(),
        Key::new("jump_sd", UNCERTAIN_NUMBER, "0.3", "Standard deviation of that logarithm.")
            .limits(Limits::NotNegative)
            .required(),
    ],
};

/// An element of `at_dates`
pub(in crate::scenario) static AT_DATE: Section = Section {
    name: "dated value",
    doc: "The distribution of the value at one date.",
    keys: &[
        Key::new(
            "date",
            Kind::TimePoint,
            "\"2 years\"",
            "The date, or its distance from the valuation date.",
        )
        .required(),
        Key::new("value", UNCERTAIN_MONEY, "\"$250bn to $900bn\"", "The value then.")
            .limits(Limits::Positive)
            .required(),
    ],
};

/// `[factors.NAME]`
pub(in crate::scenario) static FACTOR: Section = Section {
    name: "factor",
    doc: "Something that moves over time; 1 today.",
    keys: &[Key::new(
        "process",
        Kind::OneOf(&FACTOR_PROCESS),
        "{ gbm = { drift = \"12%\", volatility = \"55%\" } }",
        "How it moves.",
    )
    .required()],
};

static FACTOR_PROCESS: Section = Section {
    name: "factor process",
    doc: "How a factor moves.",
    keys: &[Key::new(
        "gbm",
        Kind::Table(&GBM),
        "{ drift = \"12%\", volatility = \"55%\" }",
        "Geometric Brownian motion.",
    )],
};
