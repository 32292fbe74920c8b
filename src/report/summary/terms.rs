//! What each term of the deal is worth.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::TailSummary;
use super::estimate::Mean;
use crate::model::Measure;
use crate::valuation::TermPrices;

/// The bridge from the deal without its terms to the whole deal, in the deal's currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TermsSummary {
    /// `real_world` (present values at the required return) or `risk_neutral` (fair values).
    pub measure: Cow<'static, str>,
    /// Paths the terms were priced on.
    pub paths: u64,
    /// The deal without any of its terms, net of what is paid in.
    pub floor: Mean,
    /// The whole deal, likewise and on the same paths.
    pub whole: Mean,
    /// The terms, in the order in which the bridge adds them.
    pub terms: Vec<TermRow>,
}

/// One term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TermRow {
    /// What it is.
    pub term: Cow<'static, str>,
    /// What it adds to the terms before it. The steps add up from the floor to the whole deal.
    pub step: Mean,
    /// What the whole deal loses without it.
    pub alone: Mean,
}

impl TermsSummary {
    /// `tail` is that of the whole deal.
    pub(super) fn new(prices: &TermPrices, tail: &TailSummary) -> Self {
        let mean = |column: &[f64]| tail.told(Mean::of(column, prices.units));
        let row = |price: &crate::valuation::TermPrice| TermRow {
            term: price.term.clone().into(),
            step: mean(&price.step),
            alone: mean(&price.alone),
        };
        Self {
            measure: match prices.measure {
                Measure::RealWorld => "real_world".into(),
                Measure::RiskNeutral => "risk_neutral".into(),
            },
            paths: prices.whole.len() as u64,
            floor: Mean::of(&prices.floor, prices.units),
            whole: mean(&prices.whole),
            terms: prices.terms.iter().map(row).collect(),
        }
    }
}
