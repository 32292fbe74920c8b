//! One case in numbers.

use std::borrow::Cow;

use rayon::join;
use serde::{Deserialize, Serialize};

use super::CaseStudy;
use super::efficiency::Efficiency;
use super::ending::{
    BranchRow, MilestoneRow, TimingRow, TrancheRow, branch_rows, milestone_rows, tallied, timing_rows,
    tranche_rows, weighted,
};
use super::estimate::{Distribution, Mean, Probability, finite};
use super::measure::{Measure, Worth, averaged, difference, proceeds, ratio_of_means};
use super::shape::{
    Bins, ConvergenceRow, ExceedanceRow, MoicBucketRow, convergence, exceedance, moic_buckets,
    multiples_reached,
};
use crate::quantity::YEAR_DAYS;
use crate::simulate::{Averaged, Item, Kept, Outcomes};
use crate::statistics::{Tail, TailVerdict, share_of_total, tail_mean, tail_verdict};

/// The results of one case. Money in units of the deal's currency, rates per year as fractions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// Its name.
    pub name: String,
    /// Whether the commercial flows are part of the scenario.
    pub has_strategic: bool,
    /// Cash flows discounted at the required return; commercial flows are not among them.
    pub present_value: Distribution,
    /// The worst 5 % of paths by present value.
    pub shortfall: Option<Shortfall>,
    /// Expected proceeds over expected investment: the ratio of the means, not the mean of the ratios.
    pub moic_of_means: Mean,
    /// Proceeds over investment path by path, where something was invested.
    pub moic: Distribution,
    /// Internal rate of return path by path, where there is exactly one; −1 is a total loss. A mean of rates has
    /// no meaning for the investor: read the percentiles.
    pub irr: Distribution,
    /// Cash paid in; unfunded tranches count as nothing.
    pub invested: Mean,
    /// Cash received, the mark at the horizon included.
    pub received: Mean,
    /// Present value of the commercial flows: a column of its own, never added to the others.
    pub strategic: Mean,
    /// Years until the last funded tranche was resolved, where something was invested.
    pub resolution_years: Distribution,
    /// Fraction of fully diluted shares after the investor last acquired any, where it did.
    pub ownership: Distribution,
    /// How often things happen.
    pub probabilities: Probabilities,
    /// How much more the run tells of the mean present value than as many independent paths.
    pub efficiency: Efficiency,
    /// Whether the tails let the errors be believed.
    pub tail: TailSummary,
    /// How the commitment ends.
    pub branches: Vec<BranchRow>,
    /// The investor's tranches.
    pub tranches: Vec<TrancheRow>,
    /// The company's milestones.
    pub milestones: Vec<MilestoneRow>,
    /// When the commitment ends.
    pub timing: Vec<TimingRow>,
    /// Against the base case on the same paths; none for the base case.
    pub difference: Option<Difference>,
    /// Running mean of the present value.
    pub convergence: Vec<ConvergenceRow>,
    /// Paths and proceeds by multiple.
    pub moic_buckets: Vec<MoicBucketRow>,
    /// Histogram of the present value.
    pub present_value_bins: Bins,
    /// Histogram of the multiple.
    pub moic_bins: Bins,
    /// Exceedance of the present value.
    pub present_value_exceedance: Vec<ExceedanceRow>,
    /// Probabilities of reaching round multiples, where something was invested.
    pub multiples_reached: Vec<ExceedanceRow>,
    /// Exceedance of the multiple.
    pub moic_exceedance: Vec<ExceedanceRow>,
}

/// The mean of the worst paths.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shortfall {
    /// Share of paths.
    pub share: f64,
    /// The outcome that bounds them (value at risk).
    pub value_at_risk: f64,
    /// Their mean (expected shortfall).
    pub mean: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
}

/// How often things happen, over all paths unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probabilities {
    /// The present value is negative.
    pub present_value_below_0: Probability,
    /// Less comes back than was paid in; of the paths on which something was invested.
    pub moic_below_1: Probability,
    /// Nothing comes back; of the paths on which something was invested.
    pub total_loss: Probability,
    /// No tranche is funded.
    pub nothing_invested: Probability,
    /// The company is floated.
    pub ipo: Probability,
    /// The company is sold.
    pub sale: Probability,
    /// The company fails.
    pub failure: Probability,
    /// Some conversion was impossible, because those who convert claim more than the company.
    pub infeasible_conversion: Probability,
}

/// What the tails of the present value say about its errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TailSummary {
    /// `trustworthy`, `top_heavy` or `infinite_variance`; none if there are too few paths to tell.
    pub verdict: Option<Cow<'static, str>>,
    /// Whether the scenario itself has no variance, whatever the sample looks like.
    pub by_law: bool,
    /// Why it has none.
    pub cause: Option<String>,
    /// Share of the whole carried by the highest 0.1 % of paths.
    pub top_tenth_percent: Option<f64>,
    /// Share of the whole carried by the highest 1 % of paths.
    pub top_percent: Option<f64>,
    /// Tail index, where it speaks against a variance: of the scenario if it is known, else as estimated.
    pub tail_index: Option<f64>,
    /// How uncertain the standard error of the mean is itself: its own standard error, as a share of it.
    pub error_of_standard_error: Option<f64>,
}

impl TailSummary {
    /// A mean of what has this tail: without an error where there is certainly no variance. What is only estimated is
    /// warned of.
    pub(super) fn told(&self, mean: Mean) -> Mean {
        if self.by_law { mean.without_error() } else { mean }
    }
}

/// A case against the base, path by path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Mean of case minus base, present value, with the error of the paired difference.
    pub present_value: Mean,
    /// The error had the cases been run on independent paths.
    pub unpaired_standard_error: f64,
    /// Share of paths on which the case is better.
    pub better: Probability,
    /// Share of paths on which it is worse.
    pub worse: Probability,
    /// Share of paths on which it makes no difference.
    pub equal: Probability,
}

const SHORTFALL_SHARE: f64 = 0.05;

impl CaseSummary {
    pub(super) fn new(case: &CaseStudy<'_>, base: Option<&CaseStudy<'_>>) -> Self {
        let outcomes = case.outcomes;
        let measured = |kept| {
            let measure = Measure::of(outcomes, kept);
            let distribution = Distribution::new(&measure);
            (measure, distribution)
        };
        let distribution = |kept| measured(kept).1;
        let ((value, mut present_value), (multiple, moic)) =
            join(|| measured(Kept::PresentValue), || measured(Kept::Multiple));
        let (irr, (resolution_years, ownership)) = join(
            || distribution(Kept::Irr),
            || join(|| distribution(Kept::Resolved), || distribution(Kept::Ownership)),
        );
        let tranches = weighted(case);
        let paths = outcomes.tally.paths;
        let deal = &case.scenario.deal;
        let horizon = f64::from(deal.horizon.0 - deal.valuation_date.0) / YEAR_DAYS;
        let tail = tail(&value, &present_value, case);
        let told = |mean: Mean| tail.told(mean);
        present_value.mean = told(present_value.mean);
        let has_strategic = !case.scenario.strategic.is_empty();
        let efficiency = || {
            if tail.by_law { Efficiency::default() } else { Efficiency::of(Worth::Net, &present_value, case) }
        };
        let counts =
            || (probabilities(case, &value, &multiple), moic_buckets(&multiple, &proceeds(outcomes)));
        let means = || {
            (
                ratio_of_means(outcomes),
                [Averaged::Invested, Averaged::Received].map(|of| averaged(outcomes, of)),
            )
        };
        let (
            (efficiency, convergence),
            ((probabilities, moic_buckets), (moic_of_means, [invested, received])),
        ) = join(|| join(efficiency, || convergence(outcomes)), || join(counts, means));
        Self {
            name: case.name.to_owned(),
            has_strategic,
            shortfall: shortfall(&value),
            moic_of_means: told(moic_of_means),
            irr: Distribution { mean: Mean::default(), ..irr },
            invested,
            received: told(received),
            strategic: if has_strategic { averaged(outcomes, Averaged::Strategic) } else { Mean::default() },
            resolution_years,
            ownership,
            probabilities,
            efficiency,
            tail: tail.clone(),
            branches: branch_rows(&tranches, &outcomes.tally),
            tranches: tranche_rows(&tranches, case.scenario, &outcomes.tally),
            milestones: milestone_rows(case),
            timing: timing_rows(&tranches, paths, horizon),
            difference: base
                .and_then(|base| difference(outcomes, base.outcomes))
                .map(|difference| Difference { present_value: told(difference.present_value), ..difference }),
            convergence,
            moic_buckets,
            present_value_bins: Bins::new(&value.sorted),
            moic_bins: Bins::new(&multiple.sorted),
            present_value_exceedance: exceedance(&value),
            multiples_reached: multiples_reached(&multiple),
            moic_exceedance: exceedance(&multiple),
            moic,
            present_value,
        }
    }
}

fn shortfall(value: &Measure<'_>) -> Option<Shortfall> {
    let tail = tail_mean(&value.sorted, Tail::Lower, SHORTFALL_SHARE)?;
    let standard_error = if value.units.is_some() {
        // The mean lies below the edge by the mean distance to it over the share.
        let distance = (tail.value_at_risk - tail.mean) * tail.share;
        let below = |x: f64| (tail.value_at_risk - x).max(0.0) - distance;
        let error = value.error_of(below, value.sorted.len() as f64 * tail.share);
        error.map(|error| error.standard_error)
    } else {
        tail.standard_error
    };
    Some(Shortfall {
        share: tail.share,
        value_at_risk: finite(tail.value_at_risk)?,
        mean: finite(tail.mean)?,
        standard_error,
    })
}

fn probabilities(case: &CaseStudy<'_>, value: &Measure<'_>, multiple: &Measure<'_>) -> Probabilities {
    let tally = &case.outcomes.tally;
    let exit = |number: usize| tallied(tally, tally.exits[number], Item::Exit(number));
    Probabilities {
        present_value_below_0: Probability::that(value, |value| value < 0.0),
        moic_below_1: Probability::that(multiple, |multiple| multiple < 1.0),
        total_loss: Probability::that(multiple, |multiple| multiple <= 0.0),
        nothing_invested: nothing_invested(case.outcomes, multiple),
        ipo: exit(0),
        sale: exit(1),
        failure: exit(2),
        infeasible_conversion: tallied(tally, tally.infeasible, Item::Infeasible),
    }
}

/// The paths on which nothing is invested, which have no multiple.
fn nothing_invested(outcomes: &Outcomes, multiple: &Measure<'_>) -> Probability {
    if outcomes.digest.is_some() {
        return Distribution::new(multiple).undefined;
    }
    Probability::of_column(&outcomes.columns.invested, |invested| invested <= 0.0, multiple.units)
}

pub(super) fn tail(measure: &Measure<'_>, values: &Distribution, case: &CaseStudy<'_>) -> TailSummary {
    let sorted = &measure.sorted;
    let verdict = tail_verdict(sorted);
    let law = case.scenario.heavy_tail();
    // The standard error is the standard deviation over √n, and so is its error.
    let relative = match measure.units {
        // That of a standard deviation of so many normal values; means of whole groups are nearly normal.
        Some(units) => {
            Some(1.0 / (2.0 * (units.count(sorted.len() + sorted.undefined()) as f64 - 1.0)).sqrt())
        }
        None => values.standard_deviation_error.zip(values.standard_deviation).map(|(error, sd)| error / sd),
    };
    TailSummary {
        verdict: verdict.map(|verdict| match verdict {
            _ if law.is_some() => "infinite_variance".into(),
            TailVerdict::Trustworthy => "trustworthy".into(),
            TailVerdict::TopHeavy { .. } => "top_heavy".into(),
            TailVerdict::InfiniteVariance { .. } => "infinite_variance".into(),
        }),
        top_tenth_percent: share_of_total(sorted, Tail::Upper, 0.001),
        top_percent: share_of_total(sorted, Tail::Upper, 0.01),
        by_law: law.is_some(),
        tail_index: match verdict {
            _ if law.is_some() => law.as_ref().and_then(|law| law.index),
            Some(TailVerdict::InfiniteVariance { index, .. }) => finite(index.index),
            _ => None,
        },
        cause: law.map(|law| law.cause),
        error_of_standard_error: relative.and_then(finite),
    }
}
