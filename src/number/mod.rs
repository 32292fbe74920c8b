//! The number types contracts are written over: `f64` for speed, [`Exact`] decimals for reference.
//!
//! This is the only place where the two meet. Contract code is generic over [`Amount`] and so exists once.

mod amount;
mod exact;
mod rounding;

pub use amount::Amount;
pub use exact::Exact;
pub use rounding::Rounding;
pub use rust_decimal::Decimal;
