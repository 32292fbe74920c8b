//! What a run leaves behind: charts and formatted numbers.

pub mod chart;
pub mod format;
