//! Random numbers and comparisons for the tests of this folder.

/// `SplitMix64` (Steele, Lea & Flood 2014): small, seedable, and nothing to do with the generator under test
/// elsewhere.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform on (0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal, by Box & Muller (1958).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// exp(`mu` + `sigma`·Z).
    pub(super) fn lognormal(&mut self, mu: f64, sigma: f64) -> f64 {
        libm::exp(mu + sigma * self.normal())
    }

    /// Pareto with scale 1: P(X > x) = x^(−`index`).
    pub(super) fn pareto(&mut self, index: f64) -> f64 {
        libm::pow(self.uniform(), -1.0 / index)
    }

    /// A column of `n` draws.
    pub(super) fn column(&mut self, n: usize, draw: impl Fn(&mut Self) -> f64) -> Vec<f64> {
        (0..n).map(|_| draw(self)).collect()
    }
}

/// Fails unless the two numbers agree within an absolute tolerance.
#[track_caller]
pub(super) fn assert_close(computed: f64, expected: f64, tolerance: f64) {
    let error = (computed - expected).abs();
    assert!(error <= tolerance, "computed {computed}, expected {expected}, off by {error:e} > {tolerance:e}");
}
