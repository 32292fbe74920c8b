//! [`Estimate`]: a number and the 95 % interval around it.

/// Upper 2.5 % point of the standard normal distribution, so that ± this many standard errors hold 95 %.
pub const Z95: f64 = 1.959_963_984_540_054;

/// A statistic with its 95 % confidence interval, in the unit of the statistic.
///
/// `low` is −∞ or `high` is +∞ where the sample does not bound that side (an extreme quantile of few paths):
/// print such an end as empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// Lower end of the interval; −∞ if the sample sets none.
    pub low: f64,
    /// Upper end of the interval; +∞ if the sample sets none.
    pub high: f64,
}

impl Estimate {
    /// Normal interval: `value` ± [`Z95`] × `standard_error`.
    ///
    /// ```
    /// use cabrio::statistics::Estimate;
    /// let moic = Estimate::normal(1.5, 0.1);
    /// assert!(moic.low < 1.31 && moic.high > 1.69);
    /// ```
    #[must_use]
    pub fn normal(value: f64, standard_error: f64) -> Self {
        Self::around(value, Z95 * standard_error)
    }

    /// `value` ± `half_width`.
    pub(super) fn around(value: f64, half_width: f64) -> Self {
        Self { value, low: value - half_width, high: value + half_width }
    }

    /// Whether both ends are finite.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }
}

/// Upper 2.5 % points of Student's t for 1 to 29 degrees of freedom: roots of the regularised incomplete
/// beta function found in 40-digit arithmetic, rounded to `f64`.
const STUDENT_T: [f64; 29] = [
    12.706_204_736_174_705,
    4.302_652_729_749_464,
    3.182_446_305_283_71,
    2.776_445_105_197_794_4,
    2.570_581_835_636_316,
    2.446_911_851_144_97,
    2.364_624_251_592_785_3,
    2.306_004_135_204_167,
    2.262_157_162_798_205_5,
    2.228_138_851_986_275,
    2.200_985_160_091_64,
    2.178_812_829_667_229,
    2.160_368_656_462_792_5,
    2.144_786_687_917_804,
    2.131_449_545_559_775_7,
    2.119_905_299_221_254_7,
    2.109_815_577_833_317,
    2.100_922_040_241_038_5,
    2.093_024_054_408_31,
    2.085_963_447_265_865,
    2.079_613_844_727_680_4,
    2.073_873_067_904_026,
    2.068_657_610_419_049,
    2.063_898_561_628_026,
    2.059_538_552_753_297_7,
    2.055_529_438_642_873,
    2.051_830_516_480_285_6,
    2.048_407_141_795_245,
    2.045_229_642_132_704_3,
];

/// Upper 2.5 % point of Student's t with `freedom` ≥ 1 degrees of freedom.
///
/// From 30 on, the expansion in 1/ν of Abramowitz & Stegun (1964), 26.7.5, about the normal point: within
/// 4e-8 of the exact value there and better beyond, so the interval passes smoothly into the normal one.
pub(super) fn student_t(freedom: u64) -> f64 {
    let tabulated = usize::try_from(freedom).ok().and_then(|f| STUDENT_T.get(f.wrapping_sub(1)));
    if let Some(&point) = tabulated {
        return point;
    }
    let v = freedom as f64;
    let z = Z95;
    let z2 = z * z;
    let g1 = z * (z2 + 1.0) / 4.0;
    let g2 = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let g3 = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    let g4 = z * ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92_160.0;
    z + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    /// Independent code: statrs' t distribution function at each point. Its own inverse is a bisection, so
    /// the test goes forward through the CDF; 2e-9 in probability is the expansion's 4e-8 times the density
    /// 0.05.
    #[test]
    fn points_leave_two_and_a_half_per_cent_above() {
        for freedom in (1..=40_u32).chain([50, 100, 1_000, 100_000]) {
            let t = StudentsT::new(0.0, 1.0, f64::from(freedom)).unwrap();
            let above = t.sf(student_t(u64::from(freedom)));
            assert!((above - 0.025).abs() < 2e-9, "{freedom}: {above}");
        }
    }

    #[test]
    fn interval_is_symmetric_and_bounded() {
        let e = Estimate::normal(0.0, 1.0);
        assert!((e.high - Z95).abs() < 1e-15 && (e.low + Z95).abs() < 1e-15 && e.is_bounded());
    }
}
