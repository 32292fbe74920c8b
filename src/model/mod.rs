//! The deal and the world around it, as the scenario file states them: validated, immutable, free of text
//! positions. Names are resolved to ids; quantities stay exact decimals.

mod cap;
mod capitalization;
mod company;
mod decider;
mod fair_value;
mod heavy_tail;
mod instrument;
mod life;
mod rights;
mod risk_neutral;
mod scenario;
mod uncertain;

pub use cap::{CapAmount, CapBasis, CapCondition, OnMilestone, Valuation, ValuationCap};
pub use capitalization::{
    CapitalStructure, Capitalization, CarveOut, CarveOutSize, Grant, Holding, Investment, NextRound,
    PayToPlay, PayToPlayRounds, PoolChange, PricingConvention, ProRata, RoundPrice, RoundPricing, Rounding,
    RoundingMode, SaleCosts, Series,
};
pub use company::{Company, DatedValue, Factor, Jumps, Process};
pub use decider::Decider;
pub use fair_value::{CreditModel, Curve, CurveError, FairValue, Measure};
pub use heavy_tail::HeavyTail;
pub use instrument::{
    Accrual, AtMaturity, ChangeOfControl, Conversion, Deadline, Debt, DebtLabel, Decision, EarlyConversion,
    Equity, EquityPrice, Extension, Gate, Instrument, Interest, InterestPayment, Kind, Maturity,
    MaturityDate, Missed, MostFavoured, NonQualified, OwnCap, OwnTerms, Rule, RuleTerm, Safe, SalePay,
    Tranche, Warrant,
};
pub use life::{
    ChanceAt, Clock, Failure, Ipo, Level, Milestone, MilestoneId, MilestoneKind, PreMoney, RoundSize, Rounds,
    Sale, Step, Timing, Watched,
};
pub use rights::{AntiDilution, DividendKind, Dividends, IpoRatchet, Participation, ShareTerms};
pub use risk_neutral::{NotRiskNeutral, RiskNeutral};
pub use scenario::{
    Assumption, CUBE_PATHS, Coordinate, Copula, CorrelationGroup, Deal, Discounting, Provenance,
    RANDOMISATIONS, Sampling, Scenario, Simulation, Strategic, StrategicLife,
};
pub use uncertain::{Number, Unit, Variable, VariableId, When};
