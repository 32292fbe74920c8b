//! The scenario's checks: judged by a run, and what they do to its exit code.

use super::exit::Failure;
use super::job::Done;
use super::terminal::Terminal;
use crate::report::summary::{CaseStudy, Summary};
use crate::scenario::Check;
use crate::valuation::{Evidence, Judged, Measured, estimate, judge};

/// Judges checks by the outcomes of their cases, of which the deal as it stands comes first.
pub(super) fn judged(
    checks: &[Check],
    real_world: &[CaseStudy<'_>],
    risk_neutral: &[CaseStudy<'_>],
) -> Vec<Judged> {
    let verdict = |check: &Check| {
        let cases = if check.metric.statistic.is_fair_value() { risk_neutral } else { real_world };
        let wanted = |case: &&CaseStudy<'_>| check.case.as_deref().is_none_or(|name| name == case.name);
        let measured = cases
            .iter()
            .find(wanted)
            .map(|case| Measured { scenario: case.scenario, outcomes: case.outcomes });
        let evidence = match measured {
            None => Evidence::NotRun,
            Some(measured) if !measured.keeps(&check.metric) => Evidence::NotKept,
            Some(measured) => Evidence::Found(estimate(&check.metric, measured)),
        };
        let base = real_world.first();
        let paths = base.map_or(0, |base| base.outcomes.tally.paths);
        let sampling = base.map(|base| base.scenario.simulation.sampling).unwrap_or_default();
        judge(check, &evidence, paths, sampling)
    };
    checks.iter().map(verdict).collect()
}

/// How a run ends that is written: fails if a check does, or is open and that is not good enough, else as the target has
/// it; says what is open.
pub(super) fn conclude(done: Done, deny_inconclusive: bool, terminal: &Terminal) -> Result<(), Failure> {
    let checked = verdict(&done.summary, deny_inconclusive, terminal);
    if let (Err(_), Err(imprecise)) = (&checked, &done.precise) {
        terminal.messages(&format!("warning: {imprecise}\n"));
    }
    checked.and(done.precise)
}

fn verdict(summary: &Summary, deny_inconclusive: bool, terminal: &Terminal) -> Result<(), Failure> {
    let named = |verdict: &str| -> Vec<String> {
        let found = summary.checks.iter().filter(|row| row.verdict == verdict);
        found.map(|row| format!("{} ({}): {}", row.name, row.check, row.in_words())).collect()
    };
    let (mut failed, mut open) = (named("fail"), named("inconclusive"));
    open.extend(named("not_kept"));
    if deny_inconclusive {
        failed.extend(open);
    } else {
        for check in open {
            terminal.messages(&format!("warning: check {check}\n"));
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        [one] => Err(Failure::Check(format!("a check does not hold: {one}"))),
        several => {
            let list = several.join("\n  ");
            Err(Failure::Check(format!("{} checks do not hold:\n  {list}", several.len())))
        }
    }
}
