//! Rounding to a number of decimal places.

/// Which way to round (the names in brackets are the Open Cap Format's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Down (FLOOR).
    Floor,
    /// Up (CEILING).
    Ceil,
    /// To the nearest, halves up (NORMAL).
    Nearest,
}
