//! Random numbers: streams of uniforms, families of distributions, dependence and Brownian bridges.
//!
//! One mechanism serves all: every uncertain quantity takes one uniform from its own [`Stream`] and turns it
//! into a value through the quantile function of its [`Family`]. Copulas bend the uniforms before that step;
//! the [`brownian`] laws fill in what happens between dates.

#![expect(
    clippy::neg_cmp_op_on_partial_ord,
    reason = "conditions are written as what must hold and then negated, so that NaN fails them"
)]

pub mod brownian;
mod copula;
mod correlation;
mod eigen;
mod exponential;
pub mod family;
pub mod math;
mod philox;
mod quadrature;
mod sampler;
pub mod special;
mod stream;

#[cfg(test)]
mod tests;

pub use copula::{Copula, CopulaError};
pub use correlation::{
    CholeskyFactor, CorrelationError, CorrelationMatrix, NotPositiveSemidefinite, pearson_from_kendall,
    pearson_from_spearman,
};
pub use family::{Family, Law};
pub use philox::philox4x32_10;
pub use sampler::Sampler;
pub use stream::{Stream, StreamRng};
