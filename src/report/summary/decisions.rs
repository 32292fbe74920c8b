//! Who decides what, by which rule, and between which bounds the best decisions lie.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::estimate::Mean;
use crate::model::{Decider, Decision, Kind, Scenario};
use crate::valuation::decide::{Bounds, Decisions, Figure};

/// The decisions of the deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionsSummary {
    /// The decisions of the base case.
    pub decisions: Vec<DecisionRow>,
    /// What the best decisions are worth, by case; none of a case in which all is decided by stated rules.
    pub cases: Vec<DecisionBounds>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// The instrument.
    pub instrument: String,
    /// The tranche; none if it is about all tranches.
    pub tranche: Option<String>,
    /// `fund`, `convert_early` or `extend`.
    pub choice: Cow<'static, str>,
    /// `investor` or `company`.
    pub decided_by: Cow<'static, str>,
    /// `rule` (stated in the file), `rate` or `optimal`.
    pub manner: Cow<'static, str>,
}

/// What the best decisions of one case are worth: fair values net of what is paid in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionBounds {
    /// The case.
    pub case: String,
    /// By the rules learnt, on paths that they were not learnt on.
    pub by_rule: Mean,
    /// Above what the investor's best decisions make of the deal; none if it decides nothing as is best.
    pub upper: Option<Mean>,
    /// From its rule up to that bound.
    pub investor_gap: Option<Mean>,
    /// Below what the company's best decisions bring the deal down to; none if it decides nothing as is best.
    pub lower: Option<Mean>,
    /// From that bound up to its rule.
    pub company_gap: Option<Mean>,
    /// The larger gap as a share of what is received, by the rules learnt.
    pub gap_share: Option<f64>,
    /// Why there are no bounds; none if there are.
    pub no_bounds: Option<String>,
    /// Paths on which the rules were learnt.
    pub learning_paths: u64,
    /// Paths on which rules and bounds were priced.
    pub pricing_paths: u64,
}

impl DecisionsSummary {
    /// None if nobody decides anything.
    pub(super) fn new(scenario: &Scenario, cases: &[(&str, &Decisions)]) -> Option<Self> {
        let decisions = rows(scenario);
        let cases: Vec<DecisionBounds> = cases.iter().map(|(name, found)| bounds(name, found)).collect();
        (!decisions.is_empty() || !cases.is_empty()).then_some(Self { decisions, cases })
    }
}

fn rows(scenario: &Scenario) -> Vec<DecisionRow> {
    let mut rows = Vec::new();
    for instrument in &scenario.instruments {
        let mut add = |tranche: Option<&str>, choice: &'static str, decision: &Decision| {
            let (decided_by, manner) = match decision {
                Decision::Automatic => return,
                Decision::Investor(_) => ("investor", "rule"),
                Decision::Company(_) => ("company", "rule"),
                Decision::CompanyDraws { .. } => ("company", "rate"),
                Decision::Optimal(Decider::Investor) => ("investor", "optimal"),
                Decision::Optimal(Decider::Company) => ("company", "optimal"),
            };
            let tranche = tranche.map(str::to_owned);
            rows.push(DecisionRow {
                instrument: instrument.name.clone(),
                tranche,
                choice: choice.into(),
                decided_by: decided_by.into(),
                manner: manner.into(),
            });
        };
        for tranche in &instrument.tranches {
            add(Some(&tranche.name), "fund", &tranche.decision);
        }
        if let Kind::Debt(debt) = &instrument.kind {
            if let Some(early) = debt.conversion.as_ref().and_then(|conversion| conversion.early.as_ref()) {
                add(None, "convert_early", &early.decision);
            }
            if let Some(maturity) = debt.maturity.as_ref().filter(|maturity| maturity.extension.is_some()) {
                add(None, "extend", &maturity.extension_decision);
            }
        }
    }
    rows
}

fn bounds(name: &str, found: &Decisions) -> DecisionBounds {
    let pricing_paths = found.settings.bounding as u64;
    let mean = |figure: Figure| Mean::normal(figure.mean, Some(figure.standard_error), pricing_paths);
    let none = Bounds { upper: None, investor_gap: None, lower: None, company_gap: None };
    let bounds = found.bounds.as_ref().unwrap_or(&none);
    DecisionBounds {
        case: name.to_owned(),
        by_rule: mean(found.by_rule),
        upper: bounds.upper.map(mean),
        investor_gap: bounds.investor_gap.map(mean),
        lower: bounds.lower.map(mean),
        company_gap: bounds.company_gap.map(mean),
        gap_share: found.gap_share(),
        no_bounds: found.bounds.as_ref().err().map(ToString::to_string),
        learning_paths: found.settings.learning as u64,
        pricing_paths,
    }
}
