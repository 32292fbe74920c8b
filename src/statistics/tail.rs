//! The worst and best few per cent, and whether the tail lets a standard error be believed.

use super::interval::Z95;
use super::quantile::SortedSample;
use super::{count_of, paths_in};

/// Which end of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// The smallest outcomes.
    Lower,
    /// The largest outcomes.
    Upper,
}

/// Mean of the worst or best share of paths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailMean {
    /// The share of paths asked for, in (0, 1].
    pub share: f64,
    /// Value at risk as an outcome: the value that bounds the tail, one that occurred (type 1 of Hyndman &
    /// Fan 1996). A loss against a reference is the reference less this.
    pub value_at_risk: f64,
    /// Expected shortfall as an outcome: the mean over exactly that share of paths.
    pub mean: f64,
    /// Standard error of `mean`; `None` if fewer than two paths lie in the tail.
    pub standard_error: Option<f64>,
}

/// Mean of the lowest or highest `share` of paths; `None` for an empty sample or a share outside (0, 1].
///
/// Acerbi & Tasche (2002), "On the coherence of expected shortfall", def. 2.6: the tail holds
/// exactly n × `share` paths, if need be a fraction of the path at its edge. So where many paths share one
/// value (all lost, repaid at par) only as much of the atom is counted as the share calls for, which the
/// plain mean of outcomes at or below the value at risk gets wrong.
///
/// The standard error is that of the estimator's influence function, min(x − q, 0)/share at the tail's edge q
/// (Manistre & Hancock 2005, "Variance of the CTE estimator", NAAJ 9(2), the form that counts the uncertainty
/// of q).
///
/// ```
/// use cabrio::statistics::{SortedSample, Tail, tail_mean};
/// let moic = SortedSample::new(&[0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0]);
/// let worst_half = tail_mean(&moic, Tail::Lower, 0.5).unwrap();
/// assert_eq!(worst_half.value_at_risk, 1.0);
/// assert!((worst_half.mean - 0.2).abs() < 1e-15);
/// ```
#[must_use]
pub fn tail_mean(sample: &SortedSample, tail: Tail, share: f64) -> Option<TailMean> {
    let n = sample.len();
    if !(n > 0 && 0.0 < share && share <= 1.0) {
        return None;
    }
    let paths = paths_in(n, share);
    let whole = count_of(libm::floor(paths)).min(n);
    let fraction = paths - whole as f64;
    let reach = if fraction > 0.0 { whole + 1 } else { whole };
    let edge = extreme(sample, tail, reach.saturating_sub(1))?;
    let moments = sample.moments(match tail {
        Tail::Lower => 0..whole,
        Tail::Upper => n - whole..n,
    });
    // Sums of distances to the edge, so that the mean never crosses it by rounding.
    let distance = whole as f64 * (moments.mean - edge);
    let distance = if whole == 0 { 0.0 } else { distance };
    let standard_error = (whole > 1).then(|| {
        let count = n as f64;
        let squares = moments.m2 + distance * distance / whole as f64;
        let variance = (squares - distance * distance / count) / (count - 1.0);
        (variance.max(0.0) / count).sqrt() / share
    });
    Some(TailMean { share, value_at_risk: edge, mean: edge + distance / paths, standard_error })
}

/// The `index`-th value counted inwards from the end of `tail`, from 0.
fn extreme(sample: &SortedSample, tail: Tail, index: usize) -> Option<f64> {
    let at = match tail {
        Tail::Lower => index,
        Tail::Upper => sample.len().checked_sub(1 + index)?,
    };
    sample.at(at)
}

/// Share of the whole, Σ|x|, carried by the most extreme `share` of paths, such as 0.001 or 0.01; 0 to 1.
/// Where no outcome is negative, this is the share of the mean that the top paths make.
///
/// `None` if that is less than one path, or if every outcome is nought. Taken of Σ|x| because with outcomes
/// of both signs the mean may be near nought, and a share of it means nothing.
///
/// ```
/// use cabrio::statistics::{SortedSample, Tail, share_of_total};
/// let payoff = SortedSample::new(&[0.0, 1.0, 1.0, 8.0]);
/// assert_eq!(share_of_total(&payoff, Tail::Upper, 0.25), Some(0.8));
/// ```
#[must_use]
pub fn share_of_total(sample: &SortedSample, tail: Tail, share: f64) -> Option<f64> {
    let n = sample.len() as f64;
    let paths = paths_in(sample.len(), share);
    if paths.is_nan() || paths < 1.0 {
        return None;
    }
    let losses = sample.count_below(0.0);
    let sum = |part: std::ops::Range<usize>| part.len() as f64 * sample.moments(part).mean;
    let total = sum(losses..sample.len()) - sum(0..losses);
    let sign = if tail == Tail::Upper { 1.0 } else { -1.0 };
    // A tail on the near side of nought has nothing extreme about it.
    let carried = (sign * tail_mean(sample, tail, share)?.mean * (paths / n)).max(0.0) * n;
    (total > 0.0 && total.is_finite()).then(|| (carried / total).min(1.0))
}

/// Tail index α in P(|X| > x) ~ x^(−α): the s.e. of a mean needs α > 2, the mean itself α > 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailIndex {
    /// Estimate of α (the exponent of the survival function, not of the density); +∞ if the tail is flat.
    pub index: f64,
    /// Its asymptotic standard error α/√k.
    pub standard_error: f64,
    /// The k extreme paths used.
    pub paths: usize,
}

/// Hill's estimate of the tail index from the `paths` most extreme values, relative to the next one.
///
/// α = k / Σ ln(X₍ᵢ₎/X₍ₖ₊₁₎): Hill (1975), "A simple general approach to inference about the tail of a
/// distribution", Annals of Statistics 3(5); s.e. after Hall (1982). The lower tail is that of −X.
///
/// `None` if `paths` is 0, if the values used are not all on the far side of nought, or if one gap between
/// two neighbours makes more than half of the sum: then the tail is a cluster far out, not a power law. (Of a
/// power law the gaps, each times its rank, are k like exponential draws (Rényi 1953); one of them makes half
/// of the sum with a probability of k/2ᵏ⁻¹.)
#[must_use]
pub fn tail_index(sample: &SortedSample, tail: Tail, paths: usize) -> Option<TailIndex> {
    tail_index_from(sample, tail, paths, 0.0)
}

/// The same of the distances from `location` instead of nought.
fn tail_index_from(sample: &SortedSample, tail: Tail, paths: usize, location: f64) -> Option<TailIndex> {
    let sign = if tail == Tail::Upper { 1.0 } else { -1.0 };
    let threshold = sign * (extreme(sample, tail, paths)? - location);
    if !(paths > 0 && threshold > 0.0 && threshold.is_finite()) {
        return None;
    }
    let (mut sum, mut widest, mut inner) = (0.0, 0.0, 0.0);
    for rank in (1..=paths).rev() {
        let distance = libm::log(sign * (extreme(sample, tail, rank - 1)? - location) / threshold);
        let gap = rank as f64 * (distance - inner);
        widest = if gap > widest { gap } else { widest };
        sum += distance;
        inner = distance;
    }
    if widest > 0.5 * sum {
        return None;
    }
    let k = paths as f64;
    let index = k / sum;
    Some(TailIndex { index, standard_error: index / k.sqrt(), paths })
}

/// Whether the normal interval around a mean can be believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TailVerdict {
    /// Nothing speaks against it.
    Trustworthy,
    /// The most extreme 0.1 % of paths at one end carry more than a quarter of the whole (of the mean, where
    /// no outcome is negative): a run may miss them, and then shows a wrong mean with too small an error.
    /// Quote the median beside it.
    TopHeavy {
        /// The end that is heavy.
        tail: Tail,
        /// [`share_of_total`] of its outermost 0.1 % of paths.
        tenth_percent: f64,
        /// [`share_of_total`] of its outermost 1 % of paths.
        one_percent: f64,
    },
    /// The tail looks like a power law with index below 2: there is no variance, and no s.e. means anything.
    InfiniteVariance {
        /// The heavier end.
        tail: Tail,
        /// Its estimated index, below 2.
        index: TailIndex,
    },
}

/// Paths below which a tail cannot be judged.
const FEWEST_PATHS: usize = 1000;
/// Share of the whole in 0.1 % of the paths from which a warning is due.
const HEAVY_SHARE: f64 = 0.25;

/// Judges the tails of a column; `None` below 1,000 defined paths, too few to tell.
///
/// The variance is called infinite if at either end [`tail_index`] lies below 2, with its 95 % interval, both
/// from the √n most extreme paths and from four and sixteen times as many (a tenth of all at most), and they agree. √n is an intermediate number
/// (k → ∞, k/n → 0), under which the estimate is consistent (Mason 1982). Of a power law the estimates differ
/// by chance alone, with variance α²(1/k − 1/mk): the gaps between neighbours are independent (Rényi 1953). A
/// lognormal tail has a variance, however wide it is; its index falls the deeper one looks into the sample, and
/// tells it apart (Hill plot; Drees, de Haan & Resnick 2000, "How to make a Hill plot", section 1).
///
/// Distances are taken from nought, and from the other end of the sample, its P1 or P99: what was paid in shifts a
/// present value, which bends the Hill plot of the payoff behind it (Araújo Santos, Fraga Alves & Gomes 2006, "Peaks over random
/// threshold methodology for tail index and quantile estimation", REVSTAT 4(3)).
#[must_use]
pub fn tail_verdict(sample: &SortedSample) -> Option<TailVerdict> {
    if sample.len() < FEWEST_PATHS {
        return None;
    }
    let tails = [Tail::Upper, Tail::Lower];
    let steepest = tails
        .into_iter()
        .filter_map(|tail| Some((tail, power_law_without_variance(sample, tail)?)))
        .min_by(|a, b| a.1.index.total_cmp(&b.1.index));
    if let Some((tail, index)) = steepest {
        return Some(TailVerdict::InfiniteVariance { tail, index });
    }
    let heaviest = tails
        .into_iter()
        .filter_map(|tail| Some((tail, share_of_total(sample, tail, 0.001)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    Some(match heaviest {
        Some((tail, tenth_percent)) if tenth_percent > HEAVY_SHARE => {
            let one_percent = share_of_total(sample, tail, 0.01).unwrap_or(tenth_percent);
            TailVerdict::TopHeavy { tail, tenth_percent, one_percent }
        }
        _ => TailVerdict::Trustworthy,
    })
}

/// The index of a tail that is a power law without a variance as far as can be seen.
fn power_law_without_variance(sample: &SortedSample, tail: Tail) -> Option<TailIndex> {
    let other_end = sample.quantile(if tail == Tail::Upper { 0.01 } else { 0.99 })?;
    [0.0, other_end].into_iter().find_map(|location| power_law_from(sample, tail, location))
}

/// The same of the distances from `location`.
fn power_law_from(sample: &SortedSample, tail: Tail, location: f64) -> Option<TailIndex> {
    let n = sample.len();
    let paths = count_of((n as f64).sqrt());
    let far = tail_index_from(sample, tail, paths, location)?;
    let agrees = |paths: usize| {
        tail_index_from(sample, tail, paths, location).is_some_and(|near| {
            // Of a power law the nearer estimate is a part of the farther one's spread.
            let variance =
                far.standard_error * far.standard_error - near.standard_error * near.standard_error;
            let spread = variance.max(0.0).sqrt();
            near.index + Z95 * near.standard_error < 2.0 && (far.index - near.index).abs() <= Z95 * spread
        })
    };
    let below = far.index + Z95 * far.standard_error < 2.0;
    (below && agrees(4 * paths) && agrees((16 * paths).min(n / 10).max(4 * paths))).then_some(far)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Moments;
    use crate::statistics::proportion::Proportion;
    use crate::statistics::testing::{Random, assert_close};
    use proptest::prelude::*;

    /// Case `risk-lognormal-var-cvar` (closed form against quadrature): each estimate within 4 of its own
    /// standard errors, the suite's rule for sampled cases; five looks, false-alarm rate 3e-4.
    #[test]
    fn lognormal_risk_measures() {
        let column = Random::new(11).column(400_000, |r| r.lognormal(0.3, 1.2));
        let sample = SortedSample::new(&column);
        let within = |value: f64, error: f64, expected: f64| assert_close(value, expected, 4.0 * error);
        let moments = Moments::of(&column);
        within(moments.mean, moments.standard_error().unwrap(), 2.773_194_763_96);
        let worst = tail_mean(&sample, Tail::Lower, 0.05).unwrap();
        within(worst.mean, worst.standard_error.unwrap(), 0.123_218_133_762);
        let best = tail_mean(&sample, Tail::Upper, 0.05).unwrap();
        within(best.mean, best.standard_error.unwrap(), 18.203_958_617_2);
        let loss = Proportion::of(&column, |x| x < 1.0);
        within(loss.value().unwrap(), loss.standard_error().unwrap(), 0.401_293_674_317);
        let p5 = sample.quantile_interval(0.05).unwrap();
        within(worst.value_at_risk, (p5.high - p5.low) / (2.0 * 1.96), 0.187_528_517_399);
    }

    /// The s.e. of the shortfall is the spread it has over independent runs: standard deviation over 400 runs
    /// against the mean s.e., within 4 of its own errors 1/√(2·400), 14 % (false-alarm rate 6e-5).
    #[test]
    fn shortfall_error_is_the_spread_between_runs() {
        let mut random = Random::new(5);
        let runs: Vec<TailMean> = (0..400)
            .map(|_| SortedSample::new(&random.column(2000, Random::normal)))
            .map(|sample| tail_mean(&sample, Tail::Lower, 0.05).unwrap())
            .collect();
        let spread = Moments::of(&runs.iter().map(|r| r.mean).collect::<Vec<_>>()).sd().unwrap();
        let errors = Moments::of(&runs.iter().map(|r| r.standard_error.unwrap()).collect::<Vec<_>>());
        assert_close(spread / errors.mean, 1.0, 4.0 / 800.0_f64.sqrt());
    }

    /// Hand-worked: 2.5 and 5 of ten paths, with an atom of four at 0; from above 1.5 paths are (10 +
    /// 5/2)/1.5.
    #[test]
    fn atoms_and_fractions_of_a_path() {
        let sample = SortedSample::new(&[0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0]);
        let quarter = tail_mean(&sample, Tail::Lower, 0.25).unwrap();
        assert_eq!((quarter.value_at_risk, quarter.mean, quarter.standard_error), (0.0, 0.0, Some(0.0)));
        let best = tail_mean(&sample, Tail::Upper, 0.15).unwrap();
        assert_close(best.mean, 12.5 / 1.5, 1e-14);
        let tiny = tail_mean(&sample, Tail::Upper, 0.01).unwrap();
        assert_eq!((tiny.value_at_risk, tiny.mean, tiny.standard_error), (10.0, 10.0, None));
        let all = tail_mean(&sample, Tail::Lower, 1.0).unwrap();
        assert_close(all.mean, 2.5, 1e-14);
        // The whole sample's shortfall is the mean, and so is its standard error.
        assert_close(
            all.standard_error.unwrap(),
            Moments::of(sample.values()).standard_error().unwrap(),
            1e-14,
        );
        assert_eq!(tail_mean(&sample, Tail::Lower, 0.0), None);
        assert_eq!(tail_mean(&sample, Tail::Lower, f64::NAN), None);
        assert_eq!(tail_mean(&SortedSample::new(&[]), Tail::Lower, 0.5), None);
    }

    /// Case `quantile-type7`, its row for Hyndman & Fan's type 1 (by hand): the value at risk is a value that
    /// occurred.
    #[test]
    fn value_at_risk_is_an_order_statistic() {
        let sample = SortedSample::new(&[0.0, 0.2, 1.0, 1.1, 1.5, 2.0, 3.0, 8.0, 15.0, 40.0]);
        for (share, expected) in [(0.05, 0.0), (0.5, 1.5), (0.95, 40.0)] {
            assert_close(tail_mean(&sample, Tail::Lower, share).unwrap().value_at_risk, expected, 0.0);
        }
    }

    /// Hand-worked: the best of ten carries 10 of 25; −1 and 0.5 weigh 1.5 together.
    #[test]
    fn share_carried_by_the_extremes() {
        let sample = SortedSample::new(&[0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0]);
        let share = |tail, share| share_of_total(&sample, tail, share);
        assert_close(share(Tail::Upper, 0.1).unwrap(), 0.4, 1e-15);
        assert_eq!((share(Tail::Upper, 0.01), share(Tail::Lower, 0.1)), (None, Some(0.0)));
        let mixed = SortedSample::new(&[-1.0, 0.5]);
        assert_close(share_of_total(&mixed, Tail::Lower, 0.5).unwrap(), 2.0 / 3.0, 1e-15);
        assert_close(share_of_total(&mixed, Tail::Upper, 0.5).unwrap(), 1.0 / 3.0, 1e-15);
        assert_eq!(share_of_total(&SortedSample::new(&[0.0, 0.0]), Tail::Upper, 0.5), None);
    }

    /// A Pareto tail is where Hill's estimate is exact: within 4 s.e. of the index (false-alarm rate 6e-5
    /// each).
    #[test]
    fn hill_finds_a_pareto_index() {
        for index in [1.2, 1.9, 3.0] {
            let sample = SortedSample::new(&Random::new(3).column(100_000, |r| r.pareto(index)));
            let hill = tail_index(&sample, Tail::Upper, 2000).unwrap();
            assert_close(hill.index, index, 4.0 * hill.standard_error);
            assert_close(hill.standard_error, hill.index / 2000.0_f64.sqrt(), 1e-12);
        }
    }

    #[test]
    fn verdicts() {
        let judge = |column: &[f64]| tail_verdict(&SortedSample::new(column));
        let mut random = Random::new(17);
        assert_eq!(judge(&random.column(100_000, Random::normal)), Some(TailVerdict::Trustworthy));
        let moderate = random.column(100_000, |r| r.lognormal(0.0, 0.8));
        assert_eq!(judge(&moderate), Some(TailVerdict::Trustworthy));
        // Lognormals have a variance, however wide: σ = 0.6·√10 is a volatility of 60 % over ten years.
        let wide = random.column(100_000, |r| r.lognormal(0.0, 0.6 * 10.0_f64.sqrt()));
        assert!(!matches!(judge(&wide), Some(TailVerdict::InfiniteVariance { .. })), "{:?}", judge(&wide));
        let heavy = random.column(100_000, |r| r.pareto(1.38));
        let Some(TailVerdict::InfiniteVariance { tail: Tail::Upper, index }) = judge(&heavy) else {
            panic!("{:?}", judge(&heavy))
        };
        assert_close(index.index, 1.38, 4.0 * index.standard_error);
        // A heavy lower end counts as much.
        let losses: Vec<f64> = heavy.iter().map(|x| -x).collect();
        assert_eq!(judge(&losses), Some(TailVerdict::InfiniteVariance { tail: Tail::Lower, index }));
        // A payoff of that law less what was paid for it.
        let net: Vec<f64> = heavy.iter().map(|x| 100.0 * x - 120.0).collect();
        assert!(matches!(judge(&net), Some(TailVerdict::InfiniteVariance { tail: Tail::Upper, .. })));
        // Hand-worked: 1 path in 2,000 pays 1,000 and the others 1, so the top 0.1 % hold (1000 + 1)/2 a path
        // against a mean of 1.4995.
        let lottery: Vec<f64> = (0..100_000).map(|i| if i % 2000 == 0 { 1000.0 } else { 1.0 }).collect();
        let Some(TailVerdict::TopHeavy { tail: Tail::Upper, tenth_percent, one_percent }) = judge(&lottery)
        else {
            panic!("{:?}", judge(&lottery))
        };
        assert_close(tenth_percent, 0.001 * 500.5 / 1.4995, 1e-12);
        assert_close(one_percent, 0.01 * 50.95 / 1.4995, 1e-12);
        assert_eq!(judge(&[1.0; 999]), None);
        assert_eq!(judge(&[1.0; 1000]), Some(TailVerdict::Trustworthy));
        assert_eq!(judge(&[0.0; 1000]), Some(TailVerdict::Trustworthy));
    }

    proptest! {
        /// Shortfall never above the value at risk, nor outside the sample; rising with the share.
        #[test]
        fn shortfall_lies_beyond_value_at_risk(
            column in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), -1e6..1e6], 1..120),
            share in 0.001..=1.0_f64,
        ) {
            let sample = SortedSample::new(&column);
            let worst = tail_mean(&sample, Tail::Lower, share).unwrap();
            prop_assert!(worst.mean <= worst.value_at_risk);
            // 1e-9: rounding of sums of up to 120 values of 1e6.
            prop_assert!(worst.mean >= sample.values()[0] - 1e-9);
            let best = tail_mean(&sample, Tail::Upper, share).unwrap();
            prop_assert!(best.mean >= best.value_at_risk);
            let half = tail_mean(&sample, Tail::Lower, share / 2.0).unwrap();
            prop_assert!(half.mean <= worst.mean + 1e-9);
        }
    }
}
