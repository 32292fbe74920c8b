//! Random numbers: streams of uniforms, families of distributions, dependence and Brownian bridges.
//!
//! One mechanism serves all: every uncertain quantity takes one uniform from its own [`Stream`] and turns it
//! into a value through the quantile function of its [`Family`]. Copulas bend the uniforms before that step;
//! the [`brownian`] laws fill in what happens between dates. [`Sobol`], [`Antithetic`] and [`LatinHypercube`] stand
//! beside [`Stream`] as other sources of the uniforms of a path ([`Uniforms`]).

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
pub mod path_order;
mod philox;
pub(crate) mod quadrature;
mod sampler;
mod sobol;
mod sobol_table;
pub mod special;
mod stratified;
mod stream;
mod wide;

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
pub use sobol::{Coordinate, SOBOL_DIMENSIONS, Sobol, sobol_point};
pub use stratified::{Antithetic, LatinHypercube};
pub use stream::{Stream, StreamRng};

/// A source of uniforms addressed by path and dimension: any of them can be computed alone.
pub trait Uniforms {
    /// The uniform of `path` in `dimension` (both from 0), strictly inside (0, 1).
    fn uniform(&self, path: u64, dimension: u32) -> f64;
}

impl Uniforms for Stream {
    #[inline]
    fn uniform(&self, path: u64, dimension: u32) -> f64 {
        Self::uniform(self, path, dimension)
    }
}
