//! The scenario language: every section and key, described once. Reader, schema and reference page use it.

mod agreements;
mod capitalization;
mod company;
mod decisions;
mod fair_value;
mod instruments;
mod rights;
mod rounds;
mod world;

pub(super) use agreements::WARRANT_TRANCHE;
pub(super) use capitalization::{GRANT, SERIES};
pub(super) use company::{AT_DATE, COMPANY, FACTOR, GBM, JUMP_DIFFUSION};
pub(super) use fair_value::{FAIR_VALUE, HAZARD, STRUCTURAL};
pub(super) use instruments::{INSTRUMENTS, TRANCHE};
pub(super) use rights::RATCHET;
pub(super) use rounds::{NEXT_ROUND, POOL, PRO_RATA, ROUNDS};
pub(super) use world::{
    CASE, CORRELATION, DEAL, DISCOUNTING, EXIT, FAILURE, MILESTONE, SIMULATION, STRATEGIC,
};

use super::keys::{Key, Kind, Section};

/// A named uncertain quantity.
static VARIABLE: Kind = Kind::Either(&[Kind::OneOf(&super::FAMILIES), Kind::Text, Kind::Number, Kind::Date]);

/// The top table of a scenario.
pub static SCENARIO: Section = Section {
    name: "scenario",
    doc: "A deal and the uncertainty around it.",
    keys: &[
        Key::new(
            "extends",
            Kind::Text,
            "\"base.toml\"",
            "A scenario this one starts from, in the same folder.",
        ),
        Key::new(
            "deal",
            Kind::Table(&DEAL),
            "{ title = \"Seed note\", valuation_date = 2026-05-04, horizon = \"10 years\" }",
            "The parties and dates.",
        )
        .required(),
        Key::new("simulation", Kind::Table(&SIMULATION), "{ paths = \"1m\", seed = 1 }", "How to simulate.")
            .default("{}"),
        Key::new(
            "discounting",
            Kind::Table(&DISCOUNTING),
            "{ required_return = \"15%\" }",
            "Rates for present values.",
        )
        .required_to_simulate(),
        Key::new(
            "fair_value",
            Kind::Table(&FAIR_VALUE),
            "{ risk_free = \"4%\", credit_model = { hazard = { rate = \"3%\", recovery = \"40%\" } } }",
            "A valuation under the risk-neutral measure, beside the real-world one; none if left out.",
        ),
        Key::new(
            "variables",
            Kind::Map(&VARIABLE),
            "{ growth = { normal = { mean = \"8%\", sd = \"2%\" } } }",
            "Named uncertain quantities, each a distribution, to be referred to as `{ variable = \"name\" }`. Quantiles and bounds say what they measure by their units.",
        ),
        Key::new(
            "correlations",
            Kind::List(&Kind::Table(&CORRELATION)),
            "[{ between = [\"company.value\", \"rival\"], value = 0.5 }]",
            "Which uncertain things move together. They are named as in the file: `company.value`, a factor, a variable, a milestone, `exit.ipo`, `exit.sale`, `failure`.",
        ),
        Key::new(
            "company",
            Kind::Table(&COMPANY),
            "{ value = { today = \"$380bn\" } }",
            "The company that is financed.",
        )
        .required_to_simulate(),
        Key::new(
            "factors",
            Kind::Map(&Kind::Table(&FACTOR)),
            "{ rival = { process = { gbm = { drift = \"12%\", volatility = \"55%\" } } } }",
            "Other things that move over time, 1 today, such as a rival's value.",
        ),
        Key::new(
            "financing_rounds",
            Kind::Table(&ROUNDS),
            "{ first = \"1 year\", new_money = \"$50m\" }",
            "Priced rounds until an exit.",
        ),
        Key::new(
            "milestones",
            Kind::Map(&Kind::Table(&MILESTONE)),
            "{ launch = { when = \"18 months\" } }",
            "Events that terms of the deal may wait for.",
        ),
        Key::new("exit", Kind::Table(&EXIT), "{ sale = { hazard = \"5%\" } }", "Flotation and sale."),
        Key::new("failure", Kind::Table(&FAILURE), "{ hazard = \"3%\", recovery = \"30%\" }", "Failure."),
        Key::new(
            "instruments",
            Kind::List(&Kind::Variants(&INSTRUMENTS)),
            "[{ name = \"Loan\", kind = \"loan\", tranches = [{ amount = \"$5m\" }] }]",
            "What is held.",
        )
        .required_to_simulate(),
        Key::new(
            "round",
            Kind::Table(&NEXT_ROUND),
            "{ pre_money = \"$15m\", new_money = \"$5m\" }",
            "The next round, for the exact tables of `cabrio captable`.",
        ),
        Key::new(
            "strategic",
            Kind::List(&Kind::Table(&STRATEGIC)),
            "[{ name = \"Cloud\", yearly = \"$11bn\", margin = \"39%\" }]",
            "Commercial cash flows beside the financing; reported apart, never added to it.",
        ),
        Key::new(
            "cases",
            Kind::List(&Kind::Table(&CASE)),
            "[{ name = \"No cap\", set = { \"instruments.0.conversion.valuation_cap\" = \"none\" } }]",
            "Variants run on the same paths and compared with the deal as it stands.",
        ),
        Key::new(
            "checks",
            Kind::Map(&Kind::Text),
            "{ loss = \"P(moic < 1x) <= 25%\" }",
            "What must hold of the results, by names of your choice: a metric and its bound, `METRIC <= VALUE` (or `<`, `>=`, `>`) or `METRIC in LO..HI`, with `case \"NAME\":` in front if it is about a case. Metrics are `mean(Q)`, `sd(Q)`, `median(Q)`, `p95(Q)` of a quantity Q (`present_value`, `moic`, `irr`, `invested`, `received`, `strategic`, `ownership`, `resolution`, `company_value`); `P(Q < VALUE)`, `P(branch NAME)`, `P(milestone NAME)`, `P(ipo)`, `P(sale)`, `P(failure)`, `P(conversion)`; `moic`, `fair_value`, `fair_value_net`; `se(METRIC)` and `se(METRIC)/METRIC`. `cabrio run` ends with exit code 4 if a check fails.",
        ),
    ],
};

/// The top table as a kind, for overrides and schema.
pub(super) static SCENARIO_KIND: Kind = Kind::Table(&SCENARIO);
