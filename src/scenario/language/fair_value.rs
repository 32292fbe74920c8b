//! Keys of a fair value.

use crate::scenario::keys::{Key, Kind, Limits, Section};

const UNCERTAIN_RATE: Kind = Kind::Uncertain(&Kind::Rate);
const UNCERTAIN_PROBABILITY: Kind = Kind::Uncertain(&Kind::Probability);

/// `[fair_value]`
pub(in crate::scenario) static FAIR_VALUE: Section = Section {
    name: "fair_value",
    doc: "What a fair value rests on. With this section a run values the deal a second time under the risk-neutral measure: the company's discounted value is a martingale, and cash flows are discounted at riskless rates. Clocks keep their laws and are independent of the company's value.",
    keys: &[
        Key::new("risk_free", Kind::Rate, "\"4%\"", "Riskless rate a year, the same for all terms.")
            .limits(Limits::AboveMinusOne),
        Key::new(
            "risk_free_curve",
            Kind::Map(&Kind::Rate),
            "{ \"1 year\" = \"4.3%\", \"5 years\" = \"4%\" }",
            "Instead: riskless zero rates by term. Forward rates are constant in between, and after the last.",
        ),
        Key::new(
            "compounding",
            Kind::Choice(&["annual", "continuous"]),
            "\"annual\"",
            "How the rates of this section are quoted. A hazard is a rate at every moment and not touched by this.",
        )
        .default("\"annual\""),
        Key::new(
            "payout_yield",
            Kind::Rate,
            "\"1%\"",
            "Part of the company's value that is paid out to shareholders a year. On shares that an instrument holds it counts as reinvested until they are sold.",
        )
        .default("\"0%\"")
        .limits(Limits::NotNegative),
        Key::new(
            "volatility",
            UNCERTAIN_RATE,
            "\"60%\"",
            "Volatility of the company's value to be used instead of its process's own.",
        )
        .limits(Limits::NotNegative),
        Key::new(
            "credit_model",
            Kind::OneOf(&CREDIT_MODEL),
            "{ hazard = { rate = \"3%\", recovery = \"40%\" } }",
            "Where the risk of not being paid comes from. One spread fits four different prices, so that it must be named.",
        )
        .required(),
    ],
};

static CREDIT_MODEL: Section = Section {
    name: "credit model",
    doc: "Where the risk of not being paid comes from.",
    keys: &[
        Key::new(
            "hazard",
            Kind::Table(&HAZARD),
            "{ rate = \"3%\", recovery = \"40%\" }",
            "The company fails at a rate: shares are worth nothing and lenders recover a part (Ayache, Forsyth and Vetzal).",
        ),
        Key::new(
            "structural",
            Kind::Table(&STRUCTURAL),
            "{}",
            "It does not fail by itself; debt is not paid in full where the company is worth less than what falls due (Merton).",
        ),
        Key::new(
            "cash_spread",
            Kind::Rate,
            "\"5%\"",
            "It does not fail; money paid on debt is discounted by this much more, shares are not (Tsiveriotis and Fernandes).",
        ),
        Key::new(
            "bond_and_option",
            Kind::Rate,
            "\"5%\"",
            "It does not fail; a bond discounted by this much more, and a riskless option to exchange it for shares.",
        ),
    ],
};

/// `{ hazard = { … } }`
pub(in crate::scenario) static HAZARD: Section = Section {
    name: "hazard of failure",
    doc: "Failure as prices imply it.",
    keys: &[
        Key::new("rate", UNCERTAIN_RATE, "\"3%\"", "Rate a year; that of [failure] if left out.")
            .limits(Limits::NotNegative),
        Key::new(
            "recovery",
            UNCERTAIN_PROBABILITY,
            "\"40%\"",
            "Share of principal and interest that lenders get back; that of [failure] if left out.",
        ),
    ],
};

/// `{ structural = {} }`
pub(in crate::scenario) static STRUCTURAL: Section =
    Section { name: "structural", doc: "It takes no keys.", keys: &[] };
