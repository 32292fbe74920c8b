//! Transactions by what they do to the cap table.

use serde_json::Value;

use super::objects::{
    CompensationIssuance, Consolidation, ConvertibleIssuance, Date, Issued, PoolAdjustment, RatioAdjustment,
    Repricing, ReturnToPool, Split, StockIssuance, Taking, WarrantIssuance,
};
use super::problem::{Origin, Problems, one_line};
use super::read::{Item, decode};
use crate::quantity::Day;

/// A transaction with its day.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) day: Day,
    pub(super) event: Event,
}

/// What a transaction does.
#[derive(Debug)]
pub(super) enum Event {
    Issuance(Issued, Issuance),
    Taking(Family, How, Taking),
    Consolidation(Consolidation),
    Split(Split),
    RatioAdjustment(RatioAdjustment),
    PoolAdjustment(PoolAdjustment),
    ReturnToPool(ReturnToPool),
    Repricing(Repricing),
    /// Acceptance, vesting, authorised shares and changes of stakeholders move no count.
    Nothing,
}

/// What is issued.
#[derive(Debug)]
pub(super) enum Issuance {
    Stock(StockIssuance),
    Compensation(CompensationIssuance),
    Warrant(WarrantIssuance),
    Convertible(ConvertibleIssuance),
}

/// Kinds of securities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Stock,
    Compensation,
    Warrant,
    Convertible,
}

/// How something is taken away from a security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Transfer,
    Cancellation,
    Repurchase,
    /// The issuance is undone.
    Retraction,
    Reissuance,
    Conversion,
    Exercise,
    Release,
}

impl Family {
    const ALL: [(&'static str, Family); 4] = [
        ("STOCK_", Family::Stock),
        ("EQUITY_COMPENSATION_", Family::Compensation),
        ("WARRANT_", Family::Warrant),
        ("CONVERTIBLE_", Family::Convertible),
    ];

    /// In words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Family::Stock => "stock",
            Family::Compensation => "equity compensation",
            Family::Warrant => "a warrant",
            Family::Convertible => "a convertible",
        }
    }
}

impl How {
    fn of(verb: &str, family: Family) -> Option<How> {
        use Family::{Compensation, Convertible, Stock, Warrant};
        Some(match (verb, family) {
            ("TRANSFER", _) => How::Transfer,
            ("CANCELLATION", _) => How::Cancellation,
            ("RETRACTION", _) => How::Retraction,
            ("REPURCHASE", Stock) => How::Repurchase,
            ("REISSUANCE", Stock) => How::Reissuance,
            ("CONVERSION", Stock | Convertible) => How::Conversion,
            ("EXERCISE", Compensation | Warrant) => How::Exercise,
            ("RELEASE", Compensation) => How::Release,
            _ => return None,
        })
    }
}

impl Transaction {
    /// Reads a transaction of any type the format has or had; an unknown type is a problem.
    pub(super) fn decode(
        origin: Origin,
        kind: &str,
        value: Value,
        problems: &mut Problems,
    ) -> Option<Item<Transaction>> {
        // Names of equity compensation in earlier versions.
        let current = ["TX_PLAN_SECURITY_", "TX_STOCK_OPTION_"]
            .iter()
            .find_map(|old| kind.strip_prefix(old))
            .map_or_else(|| kind.to_owned(), |verb| format!("TX_EQUITY_COMPENSATION_{verb}"));
        let day = value.get("date").cloned();
        let day = decode::<Date>(origin.clone(), day.unwrap_or(Value::Null), problems)?.value.0;
        let event = event(&origin, &current, value, problems)?;
        Some(Item { origin, value: Transaction { day, event } })
    }
}

fn event(origin: &Origin, kind: &str, value: Value, problems: &mut Problems) -> Option<Event> {
    macro_rules! read {
        () => {
            decode(origin.clone(), value, problems)?.value
        };
    }
    Some(match kind {
        "TX_STOCK_CLASS_SPLIT" => Event::Split(read!()),
        "TX_STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT" => Event::RatioAdjustment(read!()),
        "TX_STOCK_PLAN_POOL_ADJUSTMENT" => Event::PoolAdjustment(read!()),
        "TX_STOCK_PLAN_RETURN_TO_POOL" => Event::ReturnToPool(read!()),
        "TX_STOCK_CONSOLIDATION" => Event::Consolidation(read!()),
        "TX_EQUITY_COMPENSATION_REPRICING" => Event::Repricing(read!()),
        "TX_STOCK_ISSUANCE" => issuance(origin, value, Issuance::Stock, problems)?,
        "TX_EQUITY_COMPENSATION_ISSUANCE" => issuance(origin, value, Issuance::Compensation, problems)?,
        "TX_WARRANT_ISSUANCE" => issuance(origin, value, Issuance::Warrant, problems)?,
        "TX_CONVERTIBLE_ISSUANCE" => issuance(origin, value, Issuance::Convertible, problems)?,
        "TX_ISSUER_AUTHORIZED_SHARES_ADJUSTMENT"
        | "TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT"
        | "TX_STOCK_ACCEPTANCE"
        | "TX_EQUITY_COMPENSATION_ACCEPTANCE"
        | "TX_WARRANT_ACCEPTANCE"
        | "TX_CONVERTIBLE_ACCEPTANCE"
        | "TX_VESTING_START"
        | "TX_VESTING_EVENT"
        | "TX_VESTING_ACCELERATION"
        | "CE_STAKEHOLDER_RELATIONSHIP"
        | "CE_STAKEHOLDER_STATUS" => Event::Nothing,
        _ => {
            let taking = kind.strip_prefix("TX_").and_then(|rest| {
                Family::ALL
                    .iter()
                    .find_map(|(name, family)| Some((*family, How::of(rest.strip_prefix(name)?, *family)?)))
            });
            let Some((family, how)) = taking else {
                let reason = format!("transactions of type {} are not known", one_line(kind));
                problems.unmapped(origin, &reason, "leave it out of the export if it moves no shares");
                return None;
            };
            Event::Taking(family, how, read!())
        }
    })
}

fn issuance<T: serde::de::DeserializeOwned>(
    origin: &Origin,
    value: Value,
    kind: fn(T) -> Issuance,
    problems: &mut Problems,
) -> Option<Event> {
    let issued = decode(origin.clone(), value.clone(), problems)?.value;
    let terms = decode(origin.clone(), value, problems)?.value;
    Some(Event::Issuance(issued, kind(terms)))
}
