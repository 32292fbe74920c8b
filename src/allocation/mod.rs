//! A company's value shared out to its classes, exactly and without simulation.
//!
//! What every class gets in a sale is a function of the price made of straight pieces ([`crate::capital::sale_payoffs`]),
//! and such a claim on a lognormal value has a price in closed form: at a date it is a portfolio of calls and digital
//! options (the option pricing method), at a random time it follows from the asymmetric Laplace law (Gornall and
//! Strebulaev 2020). Either way the classes add up to the value. It is the value of all claims: debt that is
//! outstanding is a class like others.

mod claims;
mod discounts;
mod error;
mod table;

pub use error::AllocationError;
pub use table::{
    Allocation, AllocationClass, BreakpointValue, ClassTurn, Discount, Discounts, FlotationChance, Jump,
    Solved, TrancheShare,
};

use crate::capital::{ClassPayoff, Figure, SalePayoffs, round_table};
use crate::model::{CapitalStructure, Kind};
use crate::number::{Amount, Decimal};
use crate::pricing::backsolve::backsolve;
use claims::Claims;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is known of the value.
    pub known: Known,
    /// Volatility of the company's value, per square root of a year, above 0.
    pub volatility: f64,
    /// Riskless rate, as a logarithm a year.
    pub rate: f64,
    /// When the company is sold.
    pub exit: Exit,
    /// Years during which a common share cannot be sold, for discounts; none are given without.
    pub unmarketable_years: Option<f64>,
}

/// What is known of the company's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// The value of all claims together, in currency.
    Value(Decimal),
    /// The price of a share of a class, in currency.
    Price {
        /// Its name.
        class: String,
        /// A share.
        price: Decimal,
    },
}

/// When the company is sold.
#[derive(Clone, Debug, PartialEq)]
pub enum Exit {
    /// After so many years.
    After(f64),
    /// At any moment alike.
    AtRate {
        /// Exits a year.
        rate: f64,
        /// The chance that an exit is a flotation, at values of the company; empty if none is.
        flotation: Vec<(f64, f64)>,
    },
}

/// Version of the JSON format.
const SCHEMA_VERSION: u32 = 1;
/// The classes must add up to the value within this part of it.
const SHARED: f64 = 1e-9;

/// Shares the value of a company out to the classes of a structure. `notes` says what of the file the structure leaves
/// out.
///
/// # Errors
///
/// [`AllocationError`] where the payoffs are not straight pieces, claims grow until a random exit, or a price does not
/// identify the value.
pub fn allocate(
    structure: &CapitalStructure,
    notes: &[String],
    request: &Request,
) -> Result<Allocation, AllocationError> {
    let claims = Claims::new(structure, request)?;
    let payoffs = &claims.sale;
    let value = match &request.known {
        Known::Value(value) => f64::from_decimal(*value),
        Known::Price { class, price } => value_at(&claims, class, *price)?,
    };
    let worth =
        (0..payoffs.classes.len()).map(|class| claims.worth(value, class)).collect::<Result<Vec<_>, _>>()?;
    let total: f64 = worth.iter().sum();
    if !((total - value).abs() <= SHARED * value) {
        return Err(AllocationError::NotShared { value, total });
    }
    let classes: Vec<AllocationClass> =
        payoffs.classes.iter().zip(&worth).map(|(class, worth)| priced(class, *worth, value)).collect();
    let solved = match &request.known {
        Known::Value(_) => None,
        Known::Price { class, price } => Some(solved(structure, payoffs, &classes, class, *price, value)?),
    };
    let discounts = match request.unmarketable_years {
        None => None,
        Some(years) => Some(discounts::discounts(request, years, &classes)?),
    };
    let (years, exit_rate) = match &request.exit {
        Exit::After(years) => (Some(*years), None),
        Exit::AtRate { rate, .. } => (None, Some(*rate)),
    };
    Ok(Allocation {
        schema_version: SCHEMA_VERSION,
        title: structure.title.clone(),
        company: structure.company.clone(),
        currency: structure.currency.clone(),
        date: structure.date.to_string(),
        after_round: None,
        notes: notes.iter().cloned().chain(assumed(structure, request)).collect(),
        method: if years.is_some() { "option_pricing_method" } else { "random_exit" },
        value,
        solved,
        volatility: request.volatility,
        rate_continuous: request.rate,
        rate_per_year: libm::expm1(request.rate),
        years,
        exit_date: years.is_some().then(|| claims.exit_day.to_string()),
        exit_rate,
        flotation: claims.flotation(),
        tail_index: claims.tail_index(value)?,
        breakpoints: claims.breakpoints(value)?,
        jumps: claims.jumps(),
        classes,
        discounts,
    })
}

/// What the allocation takes for granted, as sentences.
fn assumed(structure: &CapitalStructure, request: &Request) -> Vec<String> {
    let mut notes = Vec::new();
    for instrument in &structure.instruments {
        if matches!(instrument.kind, Kind::Debt(_) | Kind::Safe(_)) {
            notes.push(format!(
                "{} is taken to be outstanding until the exit, and not to convert before it.",
                instrument.name
            ));
        }
    }
    if let Exit::AtRate { flotation, .. } = &request.exit
        && flotation.is_empty()
    {
        notes.push("Every exit is a sale.".to_owned());
    }
    notes
}

/// The value at which a share of a class has its price.
fn value_at(claims: &Claims, name: &str, price: Decimal) -> Result<f64, AllocationError> {
    let (place, class) = named(&claims.sale, name)?;
    let shares = class.shares.map(|shares| f64::from_decimal(shares.0)).filter(|shares| *shares > 0.0);
    let shares = shares.ok_or_else(|| AllocationError::NoShares(name.to_owned()))?;
    let worth = |value: f64| claims.worth(value, place).unwrap_or(f64::NAN);
    Ok(backsolve(worth, f64::from_decimal(price) * shares)?)
}

fn named<'p>(payoffs: &'p SalePayoffs, name: &str) -> Result<(usize, &'p ClassPayoff), AllocationError> {
    let classes = || payoffs.classes.iter().filter(|class| class.kind != table::COST);
    let found = payoffs
        .classes
        .iter()
        .enumerate()
        .find(|(_, class)| class.kind != table::COST && class.class == name);
    found.ok_or_else(|| AllocationError::UnknownClass {
        class: name.to_owned(),
        known: classes().map(|class| format!("\"{}\"", class.class)).collect::<Vec<_>>().join(", "),
    })
}

fn priced(class: &ClassPayoff, worth: f64, value: f64) -> AllocationClass {
    let shares = class.shares.map(|shares| f64::from_decimal(shares.0)).filter(|shares| *shares > 0.0);
    AllocationClass {
        class: class.class.clone(),
        kind: class.kind,
        shares: class.shares,
        value: worth,
        share: worth / value,
        per_share: shares.map(|shares| worth / shares),
    }
}

/// What the price of a share would value the company at if all shares were alike, against what it is worth.
fn solved(
    structure: &CapitalStructure,
    payoffs: &SalePayoffs,
    classes: &[AllocationClass],
    name: &str,
    price: Decimal,
    value: f64,
) -> Result<Solved, AllocationError> {
    let (_, class) = named(payoffs, name)?;
    let all = CapitalStructure { round: None, ..structure.clone() };
    let all = f64::from_decimal(round_table(&all, &[])?.before.total_shares.0);
    let float = |figure: Option<Figure>| figure.map(|figure| f64::from_decimal(figure.0));
    let converted = f64::from_decimal(class.as_converted.0);
    let per_common = f64::from_decimal(price) * float(class.shares).unwrap_or(f64::NAN) / converted;
    let headline = Some(per_common * all).filter(|_| matches!(class.kind, "common" | "preferred"));
    let headline = headline.filter(|headline| headline.is_finite());
    let common = classes.iter().find(|class| class.kind == "common").and_then(|class| class.per_share);
    Ok(Solved {
        class: name.to_owned(),
        price: Figure(price),
        headline,
        overvaluation: headline.map(|headline| headline / value - 1.0),
        common_overvaluation: headline.and(common).map(|common| per_common / common - 1.0),
    })
}
