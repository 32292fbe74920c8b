//! Cabrio: Monte Carlo valuation of convertible financings.
//!
//! A scenario file describes a deal and the uncertainty around it; Cabrio carries many paths through the
//! deal's debt-or-equity logic and writes tables, charts and a report. Data flows in one direction:
//!
//! text → [`scenario`] → [`plan`] → [`simulate`] → [`statistics`] → [`report`]
//!
//! [`contract`] holds the law of the deal, written once and generic over the number type ([`number::Amount`]):
//! `f64` for millions of paths, exact decimals for the replay of one and for the tables of [`capital`].
//! [`pricing`] holds fair values by formula and grid, which know no scenario.
#![forbid(unsafe_code)]

pub mod number;
pub mod quantity;
pub mod diagnostic;
pub mod random;
pub mod statistics;
pub mod pricing;
pub mod model;
pub mod contract;
pub mod capital;
pub mod allocation;
pub mod scenario;
pub mod ocf;
pub mod plan;
pub mod simulate;
pub mod valuation;
pub mod words;
pub mod report;
pub mod cli;
