//! What a deal is worth and why: its price term by term.

mod terms;
mod variants;

pub use terms::{MOST_PATHS, TermError, TermPrice, TermPrices, price_terms};
pub use variants::CONVERSION;
