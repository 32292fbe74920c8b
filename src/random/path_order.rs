//! Which draw shapes which part of a Brownian path.
//!
//! Sobol' points are most even in their first coordinates and in pairs of early ones. A path built step by
//! step gives every coordinate the same say; these two constructions give most of it to the first few. The law of
//! the path is the same.

use thiserror::Error;

use super::eigen::symmetric_eigen;

/// Why there is no path over the dates given.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum DatesError {
    /// No date at all.
    #[error("a path needs at least one date")]
    None,
    /// A date that is not later than the one before it (or than 0), or is not finite.
    #[error("dates must be positive and increasing: date {place} is {years} years")]
    Order {
        /// Place in the list, from 1.
        place: usize,
        /// What stands there, in years.
        years: f64,
    },
}

fn check(dates: &[f64]) -> Result<(), DatesError> {
    if dates.is_empty() {
        return Err(DatesError::None);
    }
    let mut before = 0.0;
    for (place, &years) in (1..).zip(dates) {
        if !(years > before && years.is_finite()) {
            return Err(DatesError::Order { place, years });
        }
        before = years;
    }
    Ok(())
}

/// One point of a bridge: which date, between which known ones, and its weights.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    date: usize,
    left: Option<usize>,
    right: Option<usize>,
    left_weight: f64,
    right_weight: f64,
    deviation: f64,
}

/// A standard Brownian path from its end inwards: the first draw sets the last date, each further one halves the
/// widest gap in turn.
///
/// Source: Caflisch, Morokoff and Owen (1997), "Valuation of mortgage-backed securities using Brownian bridges
/// to reduce effective dimension", section 5.
#[derive(Clone, Debug, PartialEq)]
pub struct BrownianBridge {
    points: Vec<Point>,
}

impl BrownianBridge {
    /// The order of construction for `dates`, in years from the start of the path, increasing and positive.
    ///
    /// # Errors
    ///
    /// [`DatesError`] if there are none or they do not increase from above 0.
    ///
    /// ```
    /// use cabrio::random::path_order::BrownianBridge;
    /// let mut path = [0.0; 2];
    /// BrownianBridge::new(&[1.0, 2.0])?.build(&[1.0, 0.0], &mut path);
    /// assert!((path[1] - 2.0_f64.sqrt()).abs() < 1e-15 && (path[0] - path[1] / 2.0).abs() < 1e-15);
    /// # Ok::<(), cabrio::random::path_order::DatesError>(())
    /// ```
    pub fn new(dates: &[f64]) -> Result<Self, DatesError> {
        check(dates)?;
        let last = dates.len() - 1;
        let end = dates[last].sqrt();
        let mut points = vec![Point {
            date: last,
            left: None,
            right: None,
            left_weight: 0.0,
            right_weight: 0.0,
            deviation: end,
        }];
        // Gaps still open, breadth first: (date known on the left, date known on the right).
        let mut gaps = std::collections::VecDeque::from([(None, last)]);
        while let Some((left, right)) = gaps.pop_front() {
            let first = left.map_or(0, |date: usize| date + 1);
            if first == right {
                continue;
            }
            let date = first + (right - first) / 2;
            let start = left.map_or(0.0, |date| dates[date]);
            let share = (dates[date] - start) / (dates[right] - start);
            points.push(Point {
                date,
                left,
                right: Some(right),
                left_weight: 1.0 - share,
                right_weight: share,
                deviation: (share * (dates[right] - dates[date])).sqrt(),
            });
            gaps.push_back((left, date));
            gaps.push_back((Some(date), right));
        }
        Ok(Self { points })
    }

    /// Fills `path`, one place a date, from one standard normal a date, the most important first.
    ///
    /// Places or normals beyond the shorter of both stay unused and as they were.
    pub fn build(&self, normals: &[f64], path: &mut [f64]) {
        for (point, z) in self.points.iter().zip(normals) {
            let known = |date: Option<usize>, path: &[f64]| {
                date.and_then(|date| path.get(date)).copied().unwrap_or(0.0)
            };
            let value = point.left_weight * known(point.left, path)
                + point.right_weight * known(point.right, path)
                + point.deviation * z;
            if let Some(place) = path.get_mut(point.date) {
                *place = value;
            }
        }
    }
}

/// A standard Brownian path as a sum of principal components, largest first: the order that explains most of the
/// path's variance by any number of draws. Costs the square of the number of dates a path.
///
/// Source: Acworth, Broadie and Glasserman (1998), "A comparison of some Monte Carlo and quasi Monte Carlo
/// techniques for option pricing", section 4.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalComponents {
    /// One row a component: its value at every date, scaled to its deviation.
    components: Vec<Vec<f64>>,
}

impl PrincipalComponents {
    /// The components for `dates`, in years from the start of the path, increasing and positive.
    ///
    /// # Errors
    ///
    /// [`DatesError`] if there are none or they do not increase from above 0.
    pub fn new(dates: &[f64]) -> Result<Self, DatesError> {
        check(dates)?;
        let covariance: Vec<Vec<f64>> =
            dates.iter().map(|s| dates.iter().map(|t| s.min(*t)).collect()).collect();
        let eigen = symmetric_eigen(&covariance);
        let mut order: Vec<usize> = (0..dates.len()).collect();
        order.sort_by(|a, b| eigen.values[*b].total_cmp(&eigen.values[*a]));
        let components = order
            .into_iter()
            .map(|k| {
                // The sign of an eigenvector is a matter of taste: the path's end goes up with the draw.
                let sign = 1.0_f64.copysign(eigen.vectors[k].last().copied().unwrap_or(1.0));
                let deviation = sign * eigen.values[k].max(0.0).sqrt();
                eigen.vectors[k].iter().map(|x| deviation * x).collect()
            })
            .collect();
        Ok(Self { components })
    }

    /// Fills `path`, one place a date, from one standard normal a date, the most important first.
    ///
    /// Places beyond the number of dates are set to 0.
    pub fn build(&self, normals: &[f64], path: &mut [f64]) {
        path.fill(0.0);
        for (component, z) in self.components.iter().zip(normals) {
            for (place, x) in path.iter_mut().zip(component) {
                *place += z * x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::math::{exp, ln, normal_cdf, normal_quantile};
    use crate::random::{Sobol, Stream, Uniforms};

    /// Covariance of a linear construction, by feeding it one unit draw at a time.
    fn covariance(n: usize, build: impl Fn(&[f64], &mut [f64])) -> Vec<Vec<f64>> {
        let rows: Vec<Vec<f64>> = (0..n)
            .map(|k| {
                let mut path = vec![0.0; n];
                let normals: Vec<f64> = (0..n).map(|j| f64::from(u8::from(j == k))).collect();
                build(&normals, &mut path);
                path
            })
            .collect();
        let entry = |i: usize, j: usize| rows.iter().map(|row| row[i] * row[j]).sum();
        (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
    }

    #[test]
    fn both_constructions_have_the_law_of_brownian_motion() {
        // Definition: Cov(W_s, W_t) = min(s, t).
        for dates in
            [vec![2.0], vec![0.5, 2.0], vec![0.1, 0.7, 0.8, 3.0, 3.5], (1..=16).map(f64::from).collect()]
        {
            let bridge = BrownianBridge::new(&dates).unwrap();
            let components = PrincipalComponents::new(&dates).unwrap();
            let found = [
                covariance(dates.len(), |z, path| bridge.build(z, path)),
                covariance(dates.len(), |z, path| components.build(z, path)),
            ];
            for matrix in found {
                for (i, s) in dates.iter().enumerate() {
                    for (j, t) in dates.iter().enumerate() {
                        assert!((matrix[i][j] - s.min(*t)).abs() < 1e-13 * 16.0, "{i}, {j}");
                    }
                }
            }
        }
    }

    #[test]
    fn bad_dates_are_refused() {
        assert_eq!(BrownianBridge::new(&[]), Err(DatesError::None));
        assert_eq!(BrownianBridge::new(&[1.0, 1.0]), Err(DatesError::Order { place: 2, years: 1.0 }));
        assert_eq!(PrincipalComponents::new(&[0.0]), Err(DatesError::Order { place: 1, years: 0.0 }));
        assert!(BrownianBridge::new(&[f64::NAN]).is_err() && BrownianBridge::new(&[f64::INFINITY]).is_err());
    }

    /// Call on the geometric mean of 24 monthly prices: S = K = 100, r = 5 %, σ = 40 %, 2 years.
    fn geometric_call(path: &[f64]) -> f64 {
        let log_mean = path
            .iter()
            .zip(1..)
            .map(|(w, month)| (0.05 - 0.08) * f64::from(month) / 12.0 + 0.4 * w)
            .sum::<f64>()
            / path.len() as f64;
        exp(-0.1) * (100.0 * (exp(log_mean) - 1.0)).max(0.0)
    }

    /// Closed form of its mean (Kemna and Vorst 1990): the geometric mean is lognormal.
    fn geometric_call_mean() -> f64 {
        let n = 24.0;
        let mean = (0.05 - 0.08) * (n + 1.0) / 24.0;
        let deviation = 0.4 * ((n + 1.0) * (2.0 * n + 1.0) / (6.0 * n) / 12.0_f64).sqrt();
        let d1 = mean / deviation + deviation;
        let forward = 100.0 * exp(mean + 0.5 * deviation * deviation);
        exp(-0.1) * (forward * normal_cdf(d1) - 100.0 * normal_cdf(d1 - deviation))
    }

    type Builder<'a> = &'a dyn Fn(&[f64], &mut [f64]);

    /// Root of the mean squared error over `replicates` of the mean of `paths` paths.
    fn rmse(paths: u32, replicates: u32, sample: impl Fn(u32, u32, u32) -> f64, build: Builder) -> f64 {
        let truth = geometric_call_mean();
        let square = |replicate: u32| {
            let (mut z, mut path) = ([0.0; 24], [0.0; 24]);
            let mut sum = 0.0;
            for i in 0..paths {
                for (dimension, z) in (0..).zip(&mut z) {
                    *z = normal_quantile(sample(replicate, i, dimension));
                }
                build(&z, &mut path);
                sum += geometric_call(&path);
            }
            let error = sum / f64::from(paths) - truth;
            error * error
        };
        ((0..replicates).map(square).sum::<f64>() / f64::from(replicates)).sqrt()
    }

    #[test]
    fn errors_of_an_average_price_option_match_independent_code() {
        // Independent code (SciPy scrambled Sobol, 64 replicates, case `rqmc-rmse-geoasian-24d`): exact mean, and
        // root mean squared errors at 1024 paths step by step and by principal components, at 256 by chance. With
        // 64 replicates here and there the logarithm of a ratio of two such errors has a standard error of about
        // 1/8; a factor of 2 is 5.5 of them.
        assert!((geometric_call_mean() - 13.457_571_677_1).abs() < 1e-10);
        let steps = |z: &[f64], path: &mut [f64]| {
            let mut w = 0.0;
            for (place, z) in path.iter_mut().zip(z) {
                w += z / 12.0_f64.sqrt();
                *place = w;
            }
        };
        let dates: Vec<f64> = (1..=24).map(|month| f64::from(month) / 12.0).collect();
        let components = PrincipalComponents::new(&dates).unwrap();
        let by_component = |z: &[f64], path: &mut [f64]| components.build(z, path);
        let bridge = BrownianBridge::new(&dates).unwrap();
        let by_bridge = |z: &[f64], path: &mut [f64]| bridge.build(z, path);
        let sobol =
            |replicate, path, dimension| Sobol::new(99, replicate).uniform(u64::from(path), dimension);
        let chance = |replicate, path: u32, dimension| {
            Stream::new(u64::from(replicate), "x").uniform(u64::from(path), dimension)
        };
        let found = [
            (rmse(256, 64, chance, &steps), 1.363_980_574_44),
            (rmse(1024, 64, sobol, &steps), 0.098_854_570_430_9),
            (rmse(1024, 64, sobol, &by_component), 0.024_626_884_309_7),
        ];
        for (got, expected) in found {
            assert!(ln(got / expected).abs() < ln(2.0), "{got} against {expected}");
        }
        // The bridge lies between: better than step by step.
        let bridged = rmse(1024, 64, sobol, &by_bridge);
        assert!(bridged < found[1].0, "{bridged}");
    }
}
