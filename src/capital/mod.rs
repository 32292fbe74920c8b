//! The exact tables of a capital structure: who owns what before and after a round, and who gets what in a sale.
//!
//! From a [`crate::model::CapitalStructure`] to [`RoundTable`] and [`SaleTable`], in exact decimals and without
//! simulation. The law is [`crate::contract`]'s; here it is applied in the order of events and its results are
//! given names.

mod error;
mod figure;
mod stock;
mod converting;
mod at_caps;
mod instruments;
mod adjustments;
mod holdings;
mod pricing;
mod round;
mod round_table;
mod after_round;
mod at_exit;
mod bends;
mod sale;
mod sale_classes;
mod sale_table;
mod payoffs;
mod today;

pub use after_round::after_round;
pub use at_exit::{at_flotation, on_day};
pub use error::CapitalError;
pub use figure::Figure;
pub use payoffs::{ClassPayoff, PayoffPiece, SalePayoffs, sale_payoffs};
pub use round::round_table;
pub use round_table::{
    AdjustedPrice, AtCap, AtCaps, Bought, Conversion, Holder, Holding, Holdings, InstrumentRow,
    MostFavouredRow, PaidOrPlayed, Ratcheted, RoundRow, RoundTable, SeriesRow,
};
pub use sale::sale_table;
pub use sale_table::{
    BreakpointRow, ClassPayout, HolderPayout, Payouts, RoundBefore, SaleTable, ThresholdRow,
};
pub use today::{ALL_HOLDERS, buy, is_outstanding, renumbered, structure_today};
