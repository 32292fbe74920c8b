//! What an allocation holds. Values are prices in currency; breakpoints are exact.

use serde::Serialize;

use crate::capital::{Figure, RoundBefore};

/// The kind of what no class gets.
pub(super) const COST: &str = "cost";

/// A company's value by class.
#[derive(Clone, Debug, Serialize)]
pub struct Allocation {
    /// Of the JSON format.
    pub schema_version: u32,
    /// What the file calls the structure.
    pub title: String,
    /// Whose value it is.
    pub company: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The day of the value: the valuation date, or that of the round it comes after.
    pub date: String,
    /// The round that the value comes after; absent if it comes before.
    pub after_round: Option<RoundBefore>,
    /// What the file describes and the allocation leaves out or takes for granted, as sentences.
    pub notes: Vec<String>,
    /// `option_pricing_method` or `random_exit`.
    pub method: &'static str,
    /// The value of all claims together.
    pub value: f64,
    /// What it was solved from; absent if it was given.
    pub solved: Option<Solved>,
    /// Of the value, per square root of a year.
    pub volatility: f64,
    /// Riskless rate, as a logarithm a year.
    pub rate_continuous: f64,
    /// The same, annually compounded.
    pub rate_per_year: f64,
    /// Years to the exit; absent if it is random.
    pub years: Option<f64>,
    /// The day of the exit, until which interest and dividends run; absent if it is random.
    pub exit_date: Option<String>,
    /// Exits a year; absent if there is one date.
    pub exit_rate: Option<f64>,
    /// The chance that a random exit is a flotation, by value; empty if every exit is a sale.
    pub flotation: Vec<FlotationChance>,
    /// Index of the power law in which the value at a random exit ends: at 2 or less its variance is infinite, and a
    /// simulated mean has no standard error. Absent if there is one date.
    pub tail_index: Option<f64>,
    /// By class in the order of the file; costs of a sale last.
    pub classes: Vec<AllocationClass>,
    /// Where the payoffs of a sale bend, from nought on, with the price of the right to all above.
    pub breakpoints: Vec<BreakpointValue>,
    /// Where they jump; each is a digital option.
    pub jumps: Vec<Jump>,
    /// Discounts of a common share for lack of marketability; absent if not asked for.
    pub discounts: Option<Discounts>,
}

/// The price that the value was solved from.
#[derive(Clone, Debug, Serialize)]
pub struct Solved {
    /// The class with the price.
    pub class: String,
    /// Of a share.
    pub price: Figure,
    /// What the company would be worth if every share, the pool's too, were worth that price: its post-money value.
    /// Absent for classes other than common and preferred shares.
    pub headline: Option<f64>,
    /// The headline over the value, less 1.
    pub overvaluation: Option<f64>,
    /// The price over what a common share is worth, less 1.
    pub common_overvaluation: Option<f64>,
}

/// What one class is worth.
#[derive(Clone, Debug, Serialize)]
pub struct AllocationClass {
    /// Name of the class or instrument.
    pub class: String,
    /// As in the table of a sale, or `cost`.
    pub kind: &'static str,
    /// Shares of the class; absent where it has none.
    pub shares: Option<Figure>,
    /// What it is worth.
    pub value: f64,
    /// Its part of the whole.
    pub share: f64,
    /// Divided by its shares.
    pub per_share: Option<f64>,
}

/// A price at which payoffs bend.
#[derive(Clone, Debug, Serialize)]
pub struct BreakpointValue {
    /// The price of the company.
    pub exit: Figure,
    /// What happens there.
    pub turns: Vec<ClassTurn>,
    /// Price of the right to all of the exit above it (a call struck there).
    pub call: f64,
    /// Price of what lies between it and the next one.
    pub tranche: f64,
    /// Probability, under the pricing measure, of an exit above it.
    pub probability_above: f64,
    /// What each class gets of every further unit of the price, up to the next one; classes that get nothing left out.
    pub shares: Vec<TrancheShare>,
}

/// What a class does from a breakpoint on.
#[derive(Clone, Debug, Serialize)]
pub struct ClassTurn {
    /// The class.
    pub class: String,
    /// As in the table of a sale.
    pub turn: &'static str,
}

/// What a class gets of a tranche.
#[derive(Clone, Debug, Serialize)]
pub struct TrancheShare {
    /// The class.
    pub class: String,
    /// Of every further unit.
    pub share: Figure,
}

/// A jump of a payoff.
#[derive(Clone, Debug, Serialize)]
pub struct Jump {
    /// The price of the company.
    pub exit: Figure,
    /// The class.
    pub class: String,
    /// What it gets more just above.
    pub by: f64,
}

/// The chance of a flotation at one value.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FlotationChance {
    /// The company's value at exit.
    pub value: f64,
    /// Linear in the logarithm of the value in between, constant beyond.
    pub probability: f64,
}

/// Discounts for lack of marketability. Illustrative: they rest on different stories and are never averaged.
#[derive(Clone, Debug, Serialize)]
pub struct Discounts {
    /// Years during which a share cannot be sold.
    pub years: f64,
    /// Volatility used: that of the company.
    pub volatility: f64,
    /// What a common share is worth without a discount.
    pub per_share: f64,
    /// Side by side.
    pub methods: Vec<Discount>,
}

/// One discount.
#[derive(Clone, Debug, Serialize)]
pub struct Discount {
    /// `chaffe`, `finnerty_2012`, `ghaidarov_2009`, `average_strike_put` or `longstaff_bound`.
    pub method: &'static str,
    /// Part of the value; absent where the method gives none.
    pub discount: Option<f64>,
    /// What is left of a share; absent where the discount is 1 or more.
    pub per_share: Option<f64>,
    /// Why there is none.
    pub reason: Option<String>,
}
