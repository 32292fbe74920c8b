//! How the investor's commitment ends: branches, tranches, milestones, timing.

use serde::{Deserialize, Serialize};

use super::CaseStudy;
use super::estimate::{Mean, Probability, finite};
use crate::model::{Gate, MilestoneKind, Number, Scenario};
use crate::simulate::{Branch, Item, Sums, Tally, TrancheTally};
use crate::statistics::wilson;
pub(in crate::report) use crate::valuation::expected;
use crate::valuation::weights;

/// One way in which the commitment ends. Probabilities are shares of the committed amount: each of the investor's
/// tranches counts with its expected size, so that the rows add up to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BranchRow {
    /// Identifier, as in the CSV files.
    pub branch: String,
    /// In words.
    pub label: String,
    /// Share of the commitment that ends so.
    pub probability: Probability,
    /// What tranches that end so add to the mean present value, in currency units; the rows add up to the mean.
    pub contribution: Mean,
    /// Present value per unit committed to what ends so, as a fraction.
    pub present_value_per_committed: Option<f64>,
    /// How often the ending was seen: paths, summed over tranches.
    pub seen: u64,
}

/// One of the investor's tranches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrancheEnding {
    /// Identifier of the branch.
    pub branch: String,
    /// In words.
    pub label: String,
    /// Share of paths.
    pub probability: Probability,
}

/// A milestone of the company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MilestoneRow {
    /// Its name.
    pub milestone: String,
    /// In words.
    pub title: String,
    /// Whether it must hold throughout: it then stands from the start, and is lost or not.
    pub throughout: bool,
    /// Share of paths on which it is reached and never lost; if it must hold throughout, on which it still stands
    /// at the end, or when the company is sold or fails.
    pub reached: Probability,
    /// Years until it is reached, on those paths; unknown if it must hold throughout.
    pub reached_years: Mean,
    /// Share of paths on which it stood and was lost.
    pub lost: Probability,
    /// Years until it was lost, on those paths.
    pub lost_years: Mean,
}

impl MilestoneRow {
    /// Its title, or its name if it has none.
    #[must_use]
    pub fn heading(&self) -> &str {
        if self.title.is_empty() { &self.milestone } else { &self.title }
    }
}

/// Share of the commitment that has ended through a branch by each date; what lapses or is declined ends then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimingRow {
    /// Identifier of the branch.
    pub branch: String,
    /// In words.
    pub label: String,
    /// At the ends of the quarters after the valuation date, the horizon included.
    pub cumulative: Vec<f64>,
}

/// Whether something happened: neither open at the horizon nor never funded.
pub(in crate::report) fn is_event(branch: Branch) -> bool {
    !is_open(branch) && is_funded(branch)
}

/// Whether a tranche that ended so is still open at the horizon.
fn is_open(branch: Branch) -> bool {
    matches!(
        branch,
        Branch::DebtAtHorizon | Branch::SafeAtHorizon | Branch::SharesAtHorizon | Branch::WarrantAtHorizon
    )
}

/// Whether a tranche that ended so was funded.
pub(in crate::report) fn is_funded(branch: Branch) -> bool {
    !matches!(branch, Branch::Lapsed | Branch::Declined)
}

/// One of the investor's tranches, its tally and its share of the commitment.
pub(super) struct Weighted<'a> {
    instrument: &'a str,
    tranche: &'a crate::model::Tranche,
    committed: f64,
    weight: f64,
    /// Its number among all tranches of the deal.
    index: usize,
    tally: &'a TrancheTally,
}

/// The investor's tranches. If nothing is committed, all weigh the same.
pub(super) fn weighted<'a>(case: &CaseStudy<'a>) -> Vec<Weighted<'a>> {
    let all = case.scenario.instruments.iter().flat_map(|i| i.tranches.iter().map(move |t| (i, t)));
    let mut rows: Vec<Weighted<'a>> = all
        .zip(&case.outcomes.tally.tranches)
        .enumerate()
        .filter(|(_, ((instrument, _), _))| instrument.valued)
        .map(|(index, ((instrument, tranche), tally))| Weighted {
            instrument: &instrument.name,
            tranche,
            committed: expected(tranche.amount, case.scenario),
            weight: 0.0,
            index,
            tally,
        })
        .collect();
    let weights = weights(case.scenario);
    for row in &mut rows {
        row.weight = weights.iter().find(|(index, _)| *index == row.index).map_or(0.0, |(_, weight)| *weight);
    }
    rows
}

/// A mean from sums over paths: of an item over those paths that another counts.
fn mean(tally: &Tally, sums: Sums, paths: u64, (item, counted): (Item, Item)) -> Mean {
    if paths == 0 {
        return Mean::default();
    }
    let (value, error) = sums.mean(paths);
    let mean = Mean::normal(value, error, paths);
    match &tally.parts {
        Some(parts) => mean.by_groups(parts.mean_error(item, counted, value)),
        None => mean,
    }
}

/// A share of all paths, counted by an item.
pub(super) fn tallied(tally: &Tally, count: u64, item: Item) -> Probability {
    let share = Probability::of(count, tally.paths);
    match (&tally.parts, share.value) {
        (Some(parts), Some(p)) => share.by_groups(parts.mean_error(item, Item::Paths, p)),
        _ => share,
    }
}

pub(super) fn branch_rows(tranches: &[Weighted<'_>], tally: &Tally) -> Vec<BranchRow> {
    let row = |branch: &Branch| {
        let index = *branch as usize;
        let seen: u64 = tranches.iter().map(|t| t.tally.count[index]).sum();
        let contribution =
            mean(tally, tally.branches[index], tally.paths, (Item::Branch(index), Item::Paths));
        let committed: f64 = tranches.iter().map(|t| t.committed * t.tally.count[index] as f64).sum();
        (seen > 0).then(|| BranchRow {
            branch: branch.id().to_owned(),
            label: branch.label().to_owned(),
            probability: share(tranches, tally, *branch),
            contribution,
            present_value_per_committed: finite(tally.branches[index].sum / committed),
            seen,
        })
    };
    Branch::ALL.iter().filter_map(row).collect()
}

/// The share of the commitment that ends through a branch: a weighted sum of indicators, whose variance counts
/// on how many paths each two of them agree.
fn share(tranches: &[Weighted<'_>], tally: &Tally, branch: Branch) -> Probability {
    let paths = tally.paths;
    if let [only] = tranches {
        let index = branch as usize;
        return tallied(tally, only.tally.count[index], Item::Ended(only.index, index));
    }
    let n = paths as f64;
    let value: f64 = tranches.iter().map(|t| t.weight * t.tally.count[branch as usize] as f64 / n).sum();
    let pairs = tranches.iter().flat_map(|a| tranches.iter().map(move |b| (a, b)));
    let square: f64 =
        pairs.map(|(a, b)| a.weight * b.weight * tally.together(branch, a.index, b.index) as f64 / n).sum();
    // Where every path has the same share, rounding leaves a few last bits.
    let variance = Some(square - value * value).filter(|variance| *variance > 1e-14 * square);
    let interval = wilson(value, variance.map_or(n, |variance| n * value * (1.0 - value) / variance));
    let share = Probability {
        value: finite(value),
        standard_error: variance.map(|variance| (variance / n).sqrt()),
        low: finite(interval.low),
        high: finite(interval.high),
        count: None,
        paths,
    };
    let Some(parts) = &tally.parts else { return share };
    let index = branch as usize;
    share.by_groups(parts.error(n, |of| {
        let ended: f64 = tranches.iter().map(|t| t.weight * of(Item::Ended(t.index, index))).sum();
        ended - value * of(Item::Paths)
    }))
}

pub(super) fn tranche_rows(tranches: &[Weighted<'_>], scenario: &Scenario, tally: &Tally) -> Vec<TrancheRow> {
    let paths = tally.paths;
    let row = |t: &Weighted<'_>| {
        let count = |branch: Branch| t.tally.count[branch as usize];
        let funds = || Branch::ALL.into_iter().filter(|b| is_funded(*b));
        let mut funded = Probability::of(funds().map(count).sum(), paths);
        if let (Some(parts), Some(p)) = (&tally.parts, funded.value) {
            funded = funded.by_groups(parts.error(paths as f64, |of| {
                let hits: f64 = funds().map(|branch| of(Item::Ended(t.index, branch as usize))).sum();
                hits - p * of(Item::Paths)
            }));
        }
        let mut value = Sums::default();
        t.tally.value.iter().for_each(|of_branch| value.append(*of_branch));
        TrancheRow {
            instrument: t.instrument.to_owned(),
            tranche: t.tranche.name.clone(),
            committed: t.committed,
            size_uncertain: matches!(t.tranche.amount, Number::Drawn(_)),
            funded,
            invested: mean(tally, t.tally.invested, paths, (Item::Invested(t.index), Item::Paths)),
            present_value: mean(tally, value, paths, (Item::Value(t.index), Item::Paths)),
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
                    probability: tallied(tally, count(branch), Item::Ended(t.index, branch as usize)),
                })
                .collect(),
        }
    };
    tranches.iter().map(row).collect()
}

pub(super) fn milestone_rows(case: &CaseStudy<'_>) -> Vec<MilestoneRow> {
    let tally = &case.outcomes.tally;
    let row = |(index, milestone): (usize, &crate::model::Milestone)| {
        let throughout = matches!(milestone.kind, MilestoneKind::Checked { throughout: true, .. });
        let years = |sums, paths, items| mean(tally, sums, paths, items);
        let reached_years = years(
            tally.reached_years[index],
            tally.reached[index],
            (Item::ReachedYears(index), Item::Reached(index)),
        );
        MilestoneRow {
            milestone: milestone.name.clone(),
            title: milestone.title.clone(),
            throughout,
            reached: tallied(tally, tally.reached[index], Item::Reached(index)),
            reached_years: if throughout { Mean::default() } else { reached_years },
            lost: tallied(tally, tally.lost[index], Item::Lost(index)),
            lost_years: years(
                tally.lost_years[index],
                tally.lost[index],
                (Item::LostYears(index), Item::Lost(index)),
            ),
        }
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
    Branch::ALL.into_iter().filter(|branch| !is_open(*branch)).filter_map(row).collect()
}
