//! Money, rates, spans and dates as people write them, kept exactly.
//!
//! Each quantity is a small `Copy` type that is read from text and printed back to the same value. A text
//! without its unit is refused: `"6"` could be six per cent or six hundred. Errors show what to write instead.

mod count;
mod currency;
mod day;
mod day_count;
mod error;
mod figure;
mod money;
mod rate;
mod shares;
mod span;
mod time_point;

pub use count::Count;
pub use currency::{Currency, CurrencyMark};
pub use day::{Day, YEAR_DAYS};
pub use day_count::DayCount;
pub use error::{QuantityError, QuantityErrorKind};
pub use money::{Money, MoneyIn};
pub use rate::{Multiple, Rate};
pub use shares::Shares;
pub use span::Span;
pub use time_point::TimePoint;
