//! The deal and the world around it, as the scenario file states them: validated, immutable, free of text
//! positions. Names are resolved to ids; quantities stay exact decimals.

mod capitalization;
mod company;
mod instrument;
mod life;
mod scenario;
mod uncertain;

pub use capitalization::{
    CapitalStructure, Capitalization, Grant, Holding, Investment, NextRound, PayToPlay, PoolChange,
    PricingConvention, ProRata, RoundPrice, RoundPricing, Rounding, RoundingMode, SaleCosts, Series,
};
pub use company::{Company, DatedValue, Factor, Jumps, Process};
pub use instrument::{
    Accrual, AntiDilution, AtMaturity, CapAmount, CapBasis, ChangeOfControl, Conversion, Deadline, Debt,
    DebtLabel, Decision, DividendKind, Dividends, Equity, EquityPrice, Extension, Gate, Instrument, Interest,
    InterestPayment, IpoRatchet, Kind, Maturity, MaturityDate, Missed, MostFavoured, NonQualified,
    OnMilestone, OwnCap, OwnTerms, Participation, Rule, RuleTerm, Safe, SalePay, ShareTerms, Tranche,
    Valuation, ValuationCap, Warrant,
};
pub use life::{
    ChanceAt, Clock, Failure, Ipo, Level, Milestone, MilestoneId, MilestoneKind, PreMoney, RoundSize, Rounds,
    Sale, Step, Timing, Watched,
};
pub use scenario::{
    Assumption, Coordinate, Copula, CorrelationGroup, Deal, Discounting, Provenance, Scenario, Simulation,
    Strategic, StrategicLife,
};
pub use uncertain::{Number, Unit, Variable, VariableId, When};
