//! [`convergence`]: how the mean settled as paths were added.

use super::interval::Estimate;
use super::moments::{BLOCK, Moments};
use super::units::Units;

/// Mean of the first so many paths of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Checkpoint {
    /// Paths taken, from the first one; undefined ones counted.
    pub paths: usize,
    /// Running mean with its 95 % interval.
    pub mean: Estimate,
    /// Standard error of the running mean.
    pub standard_error: f64,
}

/// Paths at the first checkpoint.
const FIRST: usize = 1024;

/// Running mean and s.e. after 1,024, 2,048, 4,096, … paths and after all of them. A checkpoint with fewer
/// than two defined values is left out.
///
/// Every checkpoint has the bits a run of just so many paths would give.
///
/// ```
/// use cabrio::statistics::convergence;
/// let column: Vec<f64> = (0..5000).map(f64::from).collect();
/// let paths: Vec<usize> = convergence(&column).iter().map(|c| c.paths).collect();
/// assert_eq!(paths, [1024, 2048, 4096, 5000]);
/// ```
#[must_use]
pub fn convergence(column: &[f64]) -> Vec<Checkpoint> {
    let mut checkpoints = Vec::new();
    let mut reached = |paths: usize, moments: Moments| {
        if let (Some(mean), Some(standard_error)) = (moments.mean_interval(), moments.standard_error()) {
            checkpoints.push(Checkpoint { paths, mean, standard_error });
        }
    };
    let mut next = FIRST;
    // Within the first block each checkpoint is a block of its own.
    while next < BLOCK.min(column.len()) {
        reached(next, Moments::of_block(&column[..next]));
        next *= 2;
    }
    let (mut paths, mut running) = (0, Moments::EMPTY);
    for block in column.chunks(BLOCK) {
        running = running.merge(Moments::of_block(block));
        paths += block.len();
        if paths == next || paths == column.len() {
            reached(paths, running);
            next *= 2;
        }
    }
    checkpoints
}

/// The same where errors come from groups of paths. A checkpoint with fewer than two groups is left out.
#[must_use]
pub fn convergence_of(column: &[f64], units: Units) -> Vec<Checkpoint> {
    let mut checkpoints = convergence(column);
    checkpoints.retain_mut(|checkpoint| {
        let error = units.mean_error(&column[..checkpoint.paths], checkpoint.mean.value);
        error.is_some_and(|error| {
            checkpoint.mean = error.interval(checkpoint.mean.value);
            checkpoint.standard_error = error.standard_error;
            true
        })
    });
    checkpoints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::Random;

    #[test]
    fn every_checkpoint_is_a_run_of_its_own() {
        let column = Random::new(12).column(40_000, |r| r.lognormal(0.0, 1.0));
        let checkpoints = convergence(&column);
        let paths: Vec<usize> = checkpoints.iter().map(|c| c.paths).collect();
        assert_eq!(paths, [1024, 2048, 4096, 8192, 16_384, 32_768, 40_000]);
        for c in checkpoints {
            let alone = Moments::of(&column[..c.paths]);
            assert_eq!(
                (Some(c.mean), Some(c.standard_error)),
                (alone.mean_interval(), alone.standard_error())
            );
        }
    }

    #[test]
    fn short_and_undefined_columns() {
        let paths = |n: usize| convergence(&vec![1.0; n]).iter().map(|c| c.paths).collect::<Vec<_>>();
        assert!(paths(0).is_empty());
        assert!(paths(1).is_empty());
        assert_eq!(paths(500), [500]);
        assert_eq!(paths(1024), [1024]);
        assert_eq!(paths(4096), [1024, 2048, 4096]);
        assert_eq!(convergence(&vec![f64::NAN; 5000]), []);
    }
}
