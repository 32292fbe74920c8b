//! [`sensitivity`]: which input carries the answer, read from the paths already run.

use rayon::slice::ParallelSliceMut;

use super::count_of;
use super::interval::Estimate;
use super::moments::Moments;

/// Mean of the output on the paths where the input is low, or high.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConditionalMean {
    /// Share of the paths with a defined input that lie in this group: 0.1 but for ties.
    pub share: f64,
    /// Mean of the input within the group, in its unit.
    pub input: f64,
    /// Mean of the output within the group, with its 95 % interval, in its unit.
    pub output: Estimate,
    /// Standard error of that mean.
    pub standard_error: f64,
}

/// How an output depends on one input, both as they came out of the same paths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensitivity {
    /// Share of the output's variance explained by the input (first-order index S₁ = Var E[Y|X] / Var Y) with
    /// its 95 % interval. Corrected for bias, so an input without effect scatters about 0 and may fall below.
    pub variance_share: Estimate,
    /// Standard error of that share; too small where the share is near 0.
    pub standard_error: f64,
    /// Groups of like input the share was taken over.
    pub groups: usize,
    /// Where the input lies in its lowest tenth; `None` if the input takes one value only.
    pub low: Option<ConditionalMean>,
    /// Where the input lies in its highest tenth.
    pub high: Option<ConditionalMean>,
}

/// Fewest paths from which conditional means are taken.
const FEWEST_PATHS: usize = 100;
/// Fewest and most groups of like input.
const GROUPS: (usize, usize) = (10, 100);
/// Share of paths in the low and the high group.
const TENTH: f64 = 0.1;

/// Given-data sensitivity of the column `output` to the column `input`; no extra runs and no special
/// sampling.
///
/// Paths are sorted by input into some ∛n groups of equal count (Plischke, Borgonovo & Smith 2013, "Global
/// sensitivity measures from given data", EJOR 226; Strong & Oakley 2013), never parting equal inputs, so
/// that a yes-or-no input makes two groups. The share is Kelley's (1935) ε² = 1 − (1 − η²)(n − 1)/(n −
/// groups), which takes out what chance alone would explain. Its s.e. is that of the influence function
/// [2(y−μ)(m−μ) − (m−μ)² − S(y−μ)²]/Var Y with m the mean of the path's group.
///
/// A NaN input means *did not happen* and forms a group of its own, outside low and high; paths with a NaN
/// output are left out. If inputs move together, their shares overlap: they are not a decomposition. `None`
/// if the lengths differ, below 100 paths, or if the output does not vary.
#[must_use]
pub fn sensitivity(input: &[f64], output: &[f64]) -> Option<Sensitivity> {
    if input.len() != output.len() {
        return None;
    }
    let known = input.iter().copied().zip(output.iter().copied()).filter(|(_, y)| !y.is_nan());
    let (mut paths, undefined): (Vec<_>, Vec<_>) = known.partition(|(x, _)| !x.is_nan());
    // By output within equal inputs: a total order, the same on any number of threads.
    paths.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let n = paths.len() + undefined.len();
    if n < FEWEST_PATHS {
        return None;
    }
    let mut groups = like_inputs(&paths);
    if !undefined.is_empty() {
        groups.push(&undefined);
    }
    let (variance_share, standard_error) = explained(&groups)?;
    let (low, high) = tenths(&paths);
    Some(Sensitivity {
        variance_share: Estimate::normal(variance_share, standard_error),
        standard_error,
        groups: groups.len(),
        low: low.and_then(|group| conditional_mean(group, paths.len())),
        high: high.and_then(|group| conditional_mean(group, paths.len())),
    })
}

/// A path's input and output.
type Pair = (f64, f64);

/// Groups of nearly equal count along the sorted inputs, cut only where the input changes.
fn like_inputs(paths: &[Pair]) -> Vec<&[Pair]> {
    let wanted = count_of(libm::cbrt(paths.len() as f64)).clamp(GROUPS.0, GROUPS.1);
    let mut groups = Vec::with_capacity(wanted + 1);
    let mut start = 0;
    for group in 1..=wanted {
        let end = after_ties(paths, paths.len() * group / wanted);
        if end > start {
            groups.push(&paths[start..end]);
            start = end;
        }
    }
    groups
}

/// The first cut at or after `at` between different inputs.
fn after_ties(paths: &[Pair], at: usize) -> usize {
    match at.checked_sub(1) {
        Some(last) => paths.partition_point(|p| p.0 <= paths[last].0),
        None => 0,
    }
}

/// Share of variance explained by the groups, and its standard error.
fn explained(groups: &[&[Pair]]) -> Option<(f64, f64)> {
    let within: Vec<Moments> = groups.iter().map(|g| Moments::of_values(g.iter().map(|p| p.1))).collect();
    let all = within.iter().copied().fold(Moments::EMPTY, Moments::merge);
    let n = all.n as f64;
    let unexplained: f64 = within.iter().map(|m| m.m2).sum::<f64>() / all.m2;
    let share = 1.0 - unexplained * (n - 1.0) / (n - groups.len() as f64);
    if !(all.m2 > 0.0 && share.is_finite()) {
        return None;
    }
    let variance = all.m2 / n;
    let influence = groups
        .iter()
        .zip(&within)
        .map(|(group, m)| {
            let shift = m.mean - all.mean;
            Moments::of_values(group.iter().map(|p| {
                let y = p.1 - all.mean;
                (2.0 * y * shift - shift * shift - share * y * y) / variance
            }))
        })
        .fold(Moments::EMPTY, Moments::merge);
    Some((share, influence.standard_error()?))
}

/// The lowest and the highest tenth of the sorted inputs, each cut between different inputs as near to a
/// tenth as can be; `None` if all inputs are equal.
fn tenths(paths: &[Pair]) -> (Option<&[Pair]>, Option<&[Pair]>) {
    let n = paths.len();
    let target = count_of(libm::round(n as f64 * TENTH));
    // Cuts before and after the run of ties that straddles the place, the two ends not being cuts.
    let cut = |at: usize| {
        let later = after_ties(paths, at);
        let earlier = match paths.get(at) {
            Some(here) => paths.partition_point(|p| p.0 < here.0),
            None => n,
        };
        [earlier, later].into_iter().filter(|&c| 0 < c && c < n).min_by_key(|c| c.abs_diff(at))
    };
    (cut(target).map(|c| &paths[..c]), cut(n - target).map(|c| &paths[c..]))
}

/// Means of input and output within a group of the `n` paths with a defined input; `None` below two paths.
fn conditional_mean(group: &[Pair], n: usize) -> Option<ConditionalMean> {
    let outputs = Moments::of_values(group.iter().map(|p| p.1));
    let inputs = Moments::of_values(group.iter().map(|p| p.0));
    Some(ConditionalMean {
        share: group.len() as f64 / n as f64,
        input: inputs.mean()?,
        output: outputs.mean_interval()?,
        standard_error: outputs.standard_error()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::testing::{Random, assert_close};

    /// Y = 3·X₁ + X₂ + noise with uniform inputs and noise: shares 9/11, 1/11 and 0 of the variance. Sorting
    /// into B groups loses 1/B² of a uniform's variance. Within 4 s.e. (false-alarm rate 6e-5 each).
    #[test]
    fn shares_of_a_linear_output() {
        let mut random = Random::new(21);
        let n = 30_000;
        let x1 = random.column(n, Random::uniform);
        let x2 = random.column(n, Random::uniform);
        let y: Vec<f64> = x1.iter().zip(&x2).map(|(a, b)| 3.0 * a + b + random.uniform()).collect();
        for (x, share) in [(&x1, 9.0 / 11.0), (&x2, 1.0 / 11.0)] {
            let s = sensitivity(x, &y).unwrap();
            assert_eq!(s.groups, 31);
            assert_close(
                s.variance_share.value,
                share * (1.0 - 1.0 / 31.0_f64.powi(2)),
                4.0 * s.standard_error,
            );
        }
        // Conditional means: X₁ in its lowest tenth averages 0.05, so Y averages 0.15 + 1; highest 2.85 + 1.
        let s = sensitivity(&x1, &y).unwrap();
        let (low, high) = (s.low.unwrap(), s.high.unwrap());
        assert_close(low.output.value, 1.15, 4.0 * low.standard_error);
        assert_close(high.output.value, 3.85, 4.0 * high.standard_error);
        assert_eq!((low.share, high.share), (0.1, 0.1));
        assert!(low.input < 0.06 && high.input > 0.94);
    }

    /// The function of Ishigami and Homma (1990), sin X₁ + 7 sin² X₂ + 0.1 X₃⁴ sin X₁ with uniform inputs in ±π: first-order indices
    /// 0.3139, 0.4424 and 0 (Saltelli et al. 2008, *Global Sensitivity Analysis: The Primer*, 4.6), although X₃ matters by
    /// interaction. Groups of width w = 2π/B keep (sin(w/2)/(w/2))² of the variance of sin x and (sin w/w)² of that of sin² x.
    /// Within 4 s.e. (false-alarm rate 6e-5 each, 2e-4 together).
    #[test]
    fn shares_of_the_ishigami_function() {
        use core::f64::consts::PI;
        let mut random = Random::new(7);
        let n = 65_000;
        let [x1, x2, x3] = [(); 3].map(|()| random.column(n, |random| PI * (2.0 * random.uniform() - 1.0)));
        let y: Vec<f64> = (0..n)
            .map(|i| libm::sin(x1[i]) * (1.0 + 0.1 * x3[i].powi(4)) + 7.0 * libm::sin(x2[i]).powi(2))
            .collect();
        let groups = 40.0;
        let kept = |w: f64| (libm::sin(w) / w).powi(2);
        let (narrow, wide) = (kept(PI / groups), kept(2.0 * PI / groups));
        for (x, share) in [(&x1, 0.3139 * narrow), (&x2, 0.4424 * wide), (&x3, 0.0)] {
            let s = sensitivity(x, &y).unwrap();
            assert_eq!(s.groups, 40);
            // An input without effect has an error near 0: there the scatter of the bias correction, √(2·39)/n, counts.
            let error = f64::max(s.standard_error, 78.0_f64.sqrt() / n as f64);
            assert_close(s.variance_share.value, share, 4.0 * error);
        }
    }

    /// An input without effect: the corrected share averages 0 over 200 runs (within 4 s.e., false-alarm rate
    /// 6e-5), where the plain η² would average (groups − 1)/(n − 1) = 1.8 %.
    #[test]
    fn chance_explains_nothing_on_average() {
        let shares: Vec<f64> = (0..200)
            .map(|seed| {
                let mut random = Random::new(seed);
                let (x, y) = (random.column(500, Random::uniform), random.column(500, Random::normal));
                sensitivity(&x, &y).unwrap().variance_share.value
            })
            .collect();
        let m = Moments::of(&shares);
        assert_close(m.mean, 0.0, 4.0 * m.standard_error().unwrap());
        assert!(m.standard_error().unwrap() < 0.001);
    }

    /// The s.e. is the spread between runs: within 4 of its own errors 1/√(2·300) (false-alarm rate 6e-5).
    #[test]
    fn error_is_the_spread_between_runs() {
        let runs: Vec<Sensitivity> = (0..300)
            .map(|seed| {
                let mut random = Random::new(seed);
                let x = random.column(2000, Random::uniform);
                let y: Vec<f64> = x.iter().map(|x| x + 0.3 * random.normal()).collect();
                sensitivity(&x, &y).unwrap()
            })
            .collect();
        let spread =
            Moments::of(&runs.iter().map(|r| r.variance_share.value).collect::<Vec<_>>()).sd().unwrap();
        let error = Moments::of(&runs.iter().map(|r| r.standard_error).collect::<Vec<_>>()).mean;
        assert_close(spread / error, 1.0, 4.0 / 600.0_f64.sqrt());
    }

    /// Hand-worked: a milestone met on 30 of 100 paths is worth 1 each; everything is explained by two
    /// groups.
    #[test]
    fn a_yes_or_no_input_is_two_groups() {
        let x: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i % 10 < 3))).collect();
        let s = sensitivity(&x, &x).unwrap();
        assert_eq!((s.groups, s.variance_share.value), (2, 1.0));
        let (low, high) = (s.low.unwrap(), s.high.unwrap());
        assert_eq!((low.share, low.output.value, high.share, high.output.value), (0.7, 0.0, 0.3, 1.0));
        // Rare events keep their own group, not diluted to a tenth.
        let rare: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i < 5))).collect();
        assert_close(sensitivity(&rare, &rare).unwrap().high.unwrap().share, 0.05, 0.0);
        // The same told by a date that is undefined where the milestone is missed.
        let date: Vec<f64> = x.iter().map(|&hit| if hit > 0.0 { 1.5 } else { f64::NAN }).collect();
        let s = sensitivity(&date, &x).unwrap();
        assert_eq!((s.groups, s.variance_share.value, s.low, s.high), (2, 1.0, None, None));
    }

    #[test]
    fn what_cannot_be_attributed_is_none() {
        let x: Vec<f64> = (0..200).map(f64::from).collect();
        assert_eq!(sensitivity(&x, &[1.0; 200]), None);
        assert_eq!(sensitivity(&x, &x[..100]), None);
        assert_eq!(sensitivity(&x[..99], &x[..99]), None);
        let constant = sensitivity(&[1.0; 200], &x).unwrap();
        assert_eq!(
            (constant.groups, constant.variance_share.value, constant.low, constant.high),
            (1, 0.0, None, None)
        );
    }
}
