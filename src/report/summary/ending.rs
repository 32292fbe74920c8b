//! How the investor's commitment ends: branches, tranches, milestones, timing.

use serde::Serialize;

use super::CaseStudy;
use super::estimate::{Mean, Probability};
use crate::model::{Gate, Number, Scenario};
use crate::random::Law;
use crate::simulate::{Branch, TrancheTally};

/// One way in which the commitment ends. Probabilities are shares of the committed amount: each of the investor's
/// tranches counts with its expected size, so that the rows add up to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BranchRow {
    /// Identifier, as in the CSV files.
    pub branch: String,
    /// In words.
    pub label: String,
    /// Share of the commitment that ends so. Over several tranches, the error adds up those of the tranches,
    /// which is an upper bound.
    pub probability: Probability,
    /// What tranches that end so add to the mean present value, in currency units; the rows add up to the mean.
    /// Over several tranches, the error is an upper bound.
    pub contribution: Mean,
    /// Present value per unit committed to what ends so, as a fraction.
    pub present_value_per_committed: Option<f64>,
    /// How often the ending was seen: paths, summed over tranches.
    pub seen: u64,
}

/// One of the investor's tranches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrancheRow {
    /// The instrument.
    pub instrument: String,
    /// The tranche.
    pub tranche: String,
    /// Expected size in currency units if it is funded.
    pub committed: f64,
    /// Whether the size is uncertain.
    pub size_uncertain: bool,
    /// Share of paths on which it is funded.
    pub funded: Probability,
    /// Expected amount paid in, in currency units; unfunded paths count as nothing paid.
    pub invested: Mean,
    /// Mean present value, in currency units.
    pub present_value: Mean,
    /// Names of the milestones it waits for.
    pub gated_by: Vec<String>,
    /// Its endings: identifier, words, share of paths.
    pub endings: Vec<TrancheEnding>,
}

/// One way a tranche ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrancheEnding {
    /// Identifier of the branch.
    pub branch: String,
    /// In words.
    pub label: String,
    /// Share of paths.
    pub probability: Probability,
}

/// A milestone of the company.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MilestoneRow {
    /// Its name.
    pub milestone: String,
    /// In words.
    pub title: String,
    /// Share of paths on which it is reached and never lost.
    pub reached: Probability,
    /// Mean years until it is reached, on those paths; no error is known.
    pub mean_years: Option<f64>,
}

/// Share of the commitment that has ended through a branch by each date.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimingRow {
    /// Identifier of the branch.
    pub branch: String,
    /// In words.
    pub label: String,
    /// At the ends of the quarters after the valuation date, the horizon included.
    pub cumulative: Vec<f64>,
}

/// Endings that are no event: still open, or never funded.
pub(in crate::report) fn is_event(branch: Branch) -> bool {
    let open = matches!(
        branch,
        Branch::DebtAtHorizon | Branch::SafeAtHorizon | Branch::SharesAtHorizon | Branch::WarrantAtHorizon
    );
    !open && is_funded(branch)
}

/// Whether a tranche that ended so was funded.
pub(in crate::report) fn is_funded(branch: Branch) -> bool {
    !matches!(branch, Branch::Lapsed | Branch::Declined)
}

/// The expected value of a number: known, or the mean of its distribution, or its median if that has no mean.
pub(in crate::report) fn expected(number: Number, scenario: &Scenario) -> f64 {
    match number {
        Number::Known(_) => number.known().unwrap_or(f64::NAN),
        Number::Drawn(id) => {
            let family = &scenario.variables[id].family;
            family.mean().unwrap_or_else(|| family.quantile(0.5))
        }
    }
}

/// One of the investor's tranches, its tally and its share of the commitment.
pub(super) struct Weighted<'a> {
    instrument: &'a str,
    tranche: &'a crate::model::Tranche,
    committed: f64,
    weight: f64,
    tally: &'a TrancheTally,
}

/// The investor's tranches. If nothing is committed, all weigh the same.
pub(super) fn weighted<'a>(case: &CaseStudy<'a>) -> Vec<Weighted<'a>> {
    let all = case.scenario.instruments.iter().flat_map(|i| i.tranches.iter().map(move |t| (i, t)));
    let mut rows: Vec<Weighted<'a>> = all
        .zip(&case.outcomes.tally.tranches)
        .filter(|((instrument, _), _)| instrument.valued)
        .map(|((instrument, tranche), tally)| Weighted {
            instrument: &instrument.name,
            tranche,
            committed: expected(tranche.amount, case.scenario),
            weight: 0.0,
            tally,
        })
        .collect();
    let total: f64 = rows.iter().map(|row| row.committed).sum();
    let count = rows.len() as f64;
    for row in &mut rows {
        row.weight = if total > 0.0 { row.committed / total } else { 1.0 / count };
    }
    rows
}

/// Mean of values that are 0 but on the paths of a branch, from their sum and sum of squares.
fn mean_of_sums(sum: f64, squares: f64, paths: u64) -> (f64, Option<f64>) {
    let n = paths as f64;
    let mean = sum / n;
    let variance = (squares / n - mean * mean).max(0.0) / (n - 1.0);
    (mean, (paths > 1).then(|| variance.sqrt()))
}

pub(super) fn branch_rows(tranches: &[Weighted<'_>], paths: u64) -> Vec<BranchRow> {
    let row = |branch: &Branch| {
        let index = *branch as usize;
        let seen: u64 = tranches.iter().map(|t| t.tally.count[index]).sum();
        let each: Vec<(f64, Probability)> =
            tranches.iter().map(|t| (t.weight, Probability::of(t.tally.count[index], paths))).collect();
        let values: Vec<(f64, Option<f64>)> = tranches
            .iter()
            .map(|t| mean_of_sums(t.tally.value[index], t.tally.square[index], paths))
            .collect();
        let contribution: f64 = values.iter().map(|(mean, _)| mean).sum();
        let error = values.iter().try_fold(0.0, |sum, (_, error)| Some(sum + (*error)?));
        let committed: f64 = tranches.iter().map(|t| t.committed * t.tally.count[index] as f64).sum();
        (seen > 0).then(|| BranchRow {
            branch: branch.id().to_owned(),
            label: branch.label().to_owned(),
            probability: added_up(&each, paths),
            contribution: Mean::normal(contribution, error, paths),
            present_value_per_committed: super::estimate::finite(contribution * paths as f64 / committed),
            seen,
        })
    };
    Branch::ALL.iter().filter_map(row).collect()
}

/// A weighted sum of probabilities that may move together in any way: errors and interval ends add up.
fn added_up(each: &[(f64, Probability)], paths: u64) -> Probability {
    let sum = |part: fn(&Probability) -> Option<f64>| {
        each.iter().try_fold(0.0, |sum, (weight, p)| Some(sum + weight * part(p)?))
    };
    let errors: Vec<f64> = each.iter().filter_map(|(weight, p)| Some(weight * p.standard_error?)).collect();
    let count = if let [(_, only)] = each { only.count } else { None };
    Probability {
        value: sum(|p| p.value),
        standard_error: (!errors.is_empty()).then(|| errors.iter().sum()),
        low: sum(|p| p.low),
        high: sum(|p| p.high),
        count,
        paths,
    }
}

pub(super) fn tranche_rows(tranches: &[Weighted<'_>], scenario: &Scenario, paths: u64) -> Vec<TrancheRow> {
    let row = |t: &Weighted<'_>| {
        let count = |branch: Branch| t.tally.count[branch as usize];
        let funded: u64 = Branch::ALL.into_iter().filter(|b| is_funded(*b)).map(count).sum();
        let funded = Probability::of(funded, paths);
        let sum = |column: &[f64]| column.iter().sum::<f64>();
        let (value, error) = mean_of_sums(sum(&t.tally.value), sum(&t.tally.square), paths);
        let size_uncertain = matches!(t.tranche.amount, Number::Drawn(_));
        // A known amount is paid or not; of an uncertain one the tally keeps no squares.
        let paid_error = if size_uncertain { None } else { funded.standard_error.map(|e| e * t.committed) };
        TrancheRow {
            instrument: t.instrument.to_owned(),
            tranche: t.tranche.name.clone(),
            committed: t.committed,
            size_uncertain,
            funded,
            invested: Mean::normal(t.tally.invested / paths as f64, paid_error, paths),
            present_value: Mean::normal(value, error, paths),
            gated_by: t
                .tranche
                .gates
                .iter()
                .filter_map(|gate| match gate {
                    Gate::Milestone(id) => Some(scenario.milestones[*id].name.clone()),
                    Gate::Date(_) | Gate::Financing(_) => None,
                })
                .collect(),
            endings: Branch::ALL
                .into_iter()
                .filter(|branch| count(*branch) > 0)
                .map(|branch| TrancheEnding {
                    branch: branch.id().to_owned(),
                    label: branch.label().to_owned(),
                    probability: Probability::of(count(branch), paths),
                })
                .collect(),
        }
    };
    tranches.iter().map(row).collect()
}

pub(super) fn milestone_rows(case: &CaseStudy<'_>) -> Vec<MilestoneRow> {
    let tally = &case.outcomes.tally;
    let row = |(index, milestone): (usize, &crate::model::Milestone)| MilestoneRow {
        milestone: milestone.name.clone(),
        title: milestone.title.clone(),
        reached: Probability::of(tally.reached[index], tally.paths),
        mean_years: super::estimate::finite(tally.reached_years[index] / tally.reached[index] as f64),
    };
    case.scenario.milestones.iter().enumerate().map(row).collect()
}

pub(super) fn timing_rows(tranches: &[Weighted<'_>], paths: u64, horizon: f64) -> Vec<TimingRow> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred quarters")]
    let quarters = libm::ceil(horizon * 4.0) as usize;
    let row = |branch: Branch| {
        let mut cumulative: Vec<f64> = Vec::new();
        for t in tranches {
            let counts = t.tally.cumulated(branch);
            cumulative.resize(counts.len(), 0.0);
            for (sum, count) in cumulative.iter_mut().zip(counts) {
                *sum += t.weight * count as f64 / paths as f64;
            }
        }
        // The tally keeps the horizon itself apart from the quarter that ends there.
        while cumulative.len() > quarters.max(1) {
            let end = cumulative.pop().unwrap_or(0.0);
            cumulative.last_mut().into_iter().for_each(|last| *last = end);
        }
        let seen = cumulative.last().is_some_and(|last| *last > 0.0);
        seen.then(|| TimingRow {
            branch: branch.id().to_owned(),
            label: branch.label().to_owned(),
            cumulative,
        })
    };
    Branch::ALL.into_iter().filter(|branch| is_event(*branch)).filter_map(row).collect()
}
