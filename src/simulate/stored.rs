//! Columns and tallies on a [`Tape`].

use super::outcome::{Columns, Sums, Tally};
use super::tape::Tape;
use super::tree::Merge;

impl Merge for Tally {
    fn merge(&mut self, later: &Self) {
        self.append(later);
    }
}

impl Columns {
    /// Writes to a tape, or reads from it.
    pub(super) fn pass(&mut self, tape: &mut Tape<'_>) {
        self.each().for_each(|column| tape.numbers(column));
        tape.bytes(&mut self.ending);
    }
}

impl Tally {
    /// Writes to a tape, or reads from it what a tally of the same plan wrote.
    pub(super) fn pass(&mut self, tape: &mut Tape<'_>) {
        let pass_sums = |sums: &mut Sums, tape: &mut Tape<'_>| {
            tape.number(&mut sums.sum);
            tape.number(&mut sums.square);
        };
        for tranche in &mut self.tranches {
            tranche.count.iter_mut().for_each(|count| tape.integer(count));
            tranche.value.iter_mut().for_each(|sums| pass_sums(sums, tape));
            pass_sums(&mut tranche.invested, tape);
            for count in &mut tranche.timing {
                let mut wide = u64::from(*count);
                tape.integer(&mut wide);
                match u32::try_from(wide) {
                    Ok(read) => *count = read,
                    Err(_) => tape.spoil(),
                }
            }
        }
        let years = self.reached_years.iter_mut().chain(&mut self.lost_years);
        self.branches.iter_mut().chain(years).for_each(|sums| pass_sums(sums, tape));
        let counts = [&mut self.together, &mut self.reached, &mut self.lost];
        counts.into_iter().flatten().chain(&mut self.exits).for_each(|count| tape.integer(count));
        for count in [&mut self.paths, &mut self.infeasible, &mut self.converted] {
            tape.integer(count);
        }
        if let Some(parts) = &mut self.parts {
            parts.pass(tape);
        }
    }
}
