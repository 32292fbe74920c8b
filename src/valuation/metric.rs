//! Metrics computed from the outcomes of a run.

use super::digested;
use super::estimate::Estimate;
use crate::model::{Number, Sampling, Scenario};
use crate::quantity::YEAR_DAYS;
use crate::random::Law;
use crate::scenario::{Event, Metric, Quantity, Statistic};
use crate::simulate::{Branch, Item, Outcomes, Parts};
use crate::statistics::Units;

/// A scenario and what came out of it: under the risk-neutral measure for fair values, else under the real-world one.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// What was run.
    pub scenario: &'a Scenario,
    /// What came out.
    pub outcomes: &'a Outcomes,
}

impl Measured<'_> {
    /// Whether the run has kept what a metric needs: of results that take too much memory, the distributions of some quantities
    /// are not kept.
    #[must_use]
    pub fn keeps(&self, metric: &Metric) -> bool {
        self.outcomes.digest.is_none() || digested::keeps(&metric.statistic)
    }

    /// How paths are put into groups that are independent; none if single paths are.
    fn units(&self) -> Option<Units> {
        let independent = self.scenario.simulation.sampling == Sampling::PseudoRandom;
        self.outcomes.tally.parts.as_ref().filter(|_| !independent).map(Parts::units)
    }

    /// A quantity path by path: money in units of the currency, times in days.
    fn column(&self, quantity: Quantity) -> Vec<f64> {
        let columns = &self.outcomes.columns;
        let invested = |values: &[f64]| -> Vec<f64> {
            let pairs = values.iter().zip(&columns.invested);
            pairs.map(|(value, paid)| if *paid > 0.0 { *value } else { f64::NAN }).collect()
        };
        match quantity {
            Quantity::PresentValue => columns.present_value.clone(),
            Quantity::Moic => {
                let multiples =
                    columns.received.iter().zip(&columns.invested).map(|(back, paid)| back / paid);
                invested(&multiples.collect::<Vec<_>>())
            }
            Quantity::Irr => columns.irr.clone(),
            Quantity::Invested => columns.invested.clone(),
            Quantity::Received => columns.received.clone(),
            Quantity::Strategic => columns.strategic.clone(),
            Quantity::Ownership => columns.ownership.clone(),
            Quantity::Resolution => {
                invested(&columns.resolved.iter().map(|t| t * YEAR_DAYS).collect::<Vec<_>>())
            }
            Quantity::CompanyValue => columns.final_value.clone(),
        }
    }

    fn event(&self, event: &Event) -> Estimate {
        let tally = &self.outcomes.tally;
        match event {
            Event::Ipo => self.counted(tally.exits[0], Item::Exit(0)),
            Event::Sale => self.counted(tally.exits[1], Item::Exit(1)),
            Event::Failure => self.counted(tally.exits[2], Item::Exit(2)),
            Event::Conversion => self.counted(tally.converted, Item::Converted),
            Event::Milestone(name) => {
                let place = self.scenario.milestones.iter().position(|milestone| milestone.name == *name);
                place.map_or(Estimate::exact(f64::NAN), |place| {
                    self.counted(tally.reached[place], Item::Reached(place))
                })
            }
            Event::Branch(id) => {
                let branch = Branch::ALL.into_iter().find(|branch| branch.id() == id);
                branch.map_or(Estimate::exact(f64::NAN), |branch| self.branch(branch))
            }
            Event::Compares(quantity, order, figure) => {
                if let Some(digest) = &self.outcomes.digest {
                    return digested::share(digest, *quantity, |x| order.holds(x, *figure));
                }
                let figure = if *quantity == Quantity::Resolution { figure * YEAR_DAYS } else { *figure };
                let column = self.column(*quantity);
                let defined: Vec<f64> = column.iter().map(|x| indicator(!x.is_nan())).collect();
                let hit: Vec<f64> = column.iter().map(|x| indicator(order.holds(*x, figure))).collect();
                Estimate::ratio(&hit, &defined, self.units())
            }
        }
    }

    /// A share of all paths, counted by an item.
    fn counted(&self, count: u64, item: Item) -> Estimate {
        let tally = &self.outcomes.tally;
        let Some(parts) = &tally.parts else { return Estimate::share(count, tally.paths) };
        let share = count as f64 / tally.paths as f64;
        let totals = parts.totals(|of| of(item) - share * of(Item::Paths));
        Estimate::by_groups(share, totals, tally.paths as f64).of_share(tally.paths as f64)
    }

    /// The share of the commitment that ends through a branch: a weighted sum of indicators, whose variance counts on how
    /// many paths each two of them agree.
    fn branch(&self, branch: Branch) -> Estimate {
        let (tally, index) = (&self.outcomes.tally, branch as usize);
        let n = tally.paths as f64;
        let weights = weights(self.scenario);
        let count = |tranche: usize| tally.tranches[tranche].count[index] as f64;
        let value: f64 = weights.iter().map(|(tranche, weight)| weight * count(*tranche) / n).sum();
        if let Some(parts) = &tally.parts {
            let totals = parts.totals(|of| {
                let ended: f64 =
                    weights.iter().map(|(tranche, weight)| weight * of(Item::Ended(*tranche, index))).sum();
                ended - value * of(Item::Paths)
            });
            return Estimate::by_groups(value, totals, n);
        }
        let pairs = weights.iter().flat_map(|a| weights.iter().map(move |b| (a, b)));
        let square: f64 = pairs.map(|(a, b)| a.1 * b.1 * tally.together(branch, a.0, b.0) as f64 / n).sum();
        Estimate::with_error(value, ((square - value * value).max(0.0) / (n - 1.0)).sqrt())
    }
}

fn indicator(event: bool) -> f64 {
    if event { 1.0 } else { 0.0 }
}

/// A metric of a run; undefined if the run does not keep what it needs.
#[must_use]
pub fn estimate(metric: &Metric, measured: Measured<'_>) -> Estimate {
    statistic(&metric.statistic, measured)
}

fn statistic(statistic_: &Statistic, measured: Measured<'_>) -> Estimate {
    let columns = &measured.outcomes.columns;
    let units = measured.units();
    if let Some(digest) = &measured.outcomes.digest {
        match statistic_ {
            Statistic::Mean(of) => return digested::mean(digest, *of),
            Statistic::Deviation(of) => return digested::deviation(digest, *of),
            Statistic::Percentile(of, p) => return digested::percentile(digest, *of, *p),
            Statistic::MoicOfMeans => return digested::moic_of_means(digest),
            Statistic::FairValueNet => return digested::mean(digest, Quantity::PresentValue),
            Statistic::FairValue => return digested::mean_payout(digest),
            // What follows looks at no column.
            Statistic::Probability(_) | Statistic::Error(_) | Statistic::RelativeError(_) => {}
        }
    }
    match statistic_ {
        Statistic::Mean(of) => Estimate::grouped_mean(measured.column(*of), units),
        Statistic::Deviation(of) => Estimate::deviation(&measured.column(*of), units),
        Statistic::Percentile(of, p) => Estimate::percentile(&measured.column(*of), *p, units),
        Statistic::MoicOfMeans => Estimate::ratio(&columns.received, &columns.invested, units),
        Statistic::Probability(event) => measured.event(event),
        Statistic::FairValueNet => Estimate::grouped_mean(columns.present_value.clone(), units),
        Statistic::FairValue => {
            let received = columns.present_value.iter().zip(&columns.paid).map(|(net, paid)| net + paid);
            Estimate::grouped_mean(received.collect(), units)
        }
        Statistic::Error(of) => {
            let found = statistic(of, measured);
            // What is undefined has no error, not one of 0.
            Estimate::exact(if found.value.is_nan() { f64::NAN } else { found.standard_error })
        }
        Statistic::RelativeError(of) => {
            let found = statistic(of, measured);
            Estimate::exact(found.standard_error / found.value.abs())
        }
    }
}

/// The expected value of a number: known, or the mean of its distribution, or its median if that has no mean.
#[must_use]
pub fn expected(number: Number, scenario: &Scenario) -> f64 {
    match number {
        Number::Known(_) => number.known().unwrap_or(f64::NAN),
        Number::Drawn(id) => {
            let family = &scenario.variables[id].family;
            family.mean().unwrap_or_else(|| family.quantile(0.5))
        }
    }
}

/// The investor's tranches, by their number among all tranches of the deal, with their shares of the commitment by
/// expected size. If nothing is committed, all weigh the same.
#[must_use]
pub fn weights(scenario: &Scenario) -> Vec<(usize, f64)> {
    let all = scenario.instruments.iter().flat_map(|i| i.tranches.iter().map(move |t| (i.valued, t)));
    let sizes: Vec<(usize, f64)> = all
        .enumerate()
        .filter(|(_, (valued, _))| *valued)
        .map(|(index, (_, tranche))| (index, expected(tranche.amount, scenario)))
        .collect();
    let total: f64 = sizes.iter().map(|(_, size)| size).sum();
    let count = sizes.len() as f64;
    let weight = |size: f64| if total > 0.0 { size / total } else { 1.0 / count };
    sizes.into_iter().map(|(index, size)| (index, weight(size))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The identifiers that the language of metrics knows are those of the branches.
    #[test]
    fn every_branch_can_be_named() {
        for branch in Branch::ALL {
            let text = format!("P(branch {})", branch.id());
            let metric = Metric::read(&text, None).unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
            assert_eq!(metric.statistic, Statistic::Probability(Event::Branch(branch.id().to_owned())));
        }
        let wrong = Metric::read("P(branch nowhere)", None).unwrap_err();
        assert_eq!(wrong.help.split(", ").count(), Branch::ALL.len(), "{wrong}");
    }
}
