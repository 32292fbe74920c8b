//! The deal and the world around it, as the scenario file states them: validated, immutable, free of text
//! positions. Names are resolved to ids; quantities stay exact decimals.

mod company;
mod instrument;
mod life;
mod scenario;
mod uncertain;

pub use company::{Company, DatedValue, Factor, Jumps, Process};
pub use instrument::{
    Accrual, AtMaturity, CapAmount, CapBasis, ChangeOfControl, Conversion, Deadline, Debt, DebtLabel,
    Decision, Equity, EquityPrice, Extension, Gate, Instrument, Interest, InterestPayment, Kind, Maturity,
    MaturityDate, Missed, NonQualified, OnMilestone, OwnCap, OwnTerms, Participation, Rule, RuleTerm,
    SalePay, ShareTerms, Tranche, Valuation, ValuationCap,
};
pub use life::{
    Clock, Failure, Ipo, Level, Milestone, MilestoneId, MilestoneKind, PreMoney, RoundSize, Rounds, Sale,
    Step, Timing, Watched,
};
pub use scenario::{
    Assumption, Coordinate, Copula, CorrelationGroup, Deal, Discounting, Provenance, Scenario, Simulation,
    Strategic, StrategicLife,
};
pub use uncertain::{Number, Unit, Variable, VariableId, When};
