//! Families of distributions, each sampled through its quantile function.
//!
//! One uniform gives one value, and a larger uniform never a smaller value: that is what lets copulas,
//! antithetic and quasi-random sampling work with every family alike. A family is built by the constructors of
//! its own type, which check the parameters, and then put into [`Family`].

mod beta;
mod bounded;
mod gamma;
mod metalog;
mod metalog_fit;
mod mixture;
mod normal;
mod pair;
mod power;
mod sample;
mod student;
mod tail;
mod truncated;

pub use beta::{Beta, BetaError, Pert, PertError};
pub use bounded::{Constant, ConstantError, Triangular, TriangularError, Uniform, UniformError};
pub use gamma::{Exponential, ExponentialError, Gamma, GammaError};
pub use metalog::{Bounds, Metalog};
pub use metalog_fit::MetalogError;
pub use mixture::{Mixture, MixtureError};
pub use normal::{Lognormal, LognormalError, Normal, NormalError};
pub use pair::QuantilePairError;
pub use power::{Pareto, ParetoError, Weibull, WeibullError};
pub use sample::{Discrete, DiscreteError, Empirical, EmpiricalError};
pub(super) use student::student_cdf;
pub use student::{StudentT, StudentTError};
pub use truncated::{Truncated, TruncatedError};

use rand::Rng;
use rand_distr::Distribution;

use super::math::{exps, normal_cdf};
use super::stream::open_unit;

/// A probability law on the real line, in the unit of the quantity it describes.
pub trait Law {
    /// The smallest x with P(X ≤ x) ≥ `u`, for `u` strictly inside (0, 1). Never falls as `u` rises.
    fn quantile(&self, u: f64) -> f64;

    /// P(X ≤ `x`).
    fn cdf(&self, x: f64) -> f64;

    /// P(X < `x`): less than [`Law::cdf`] only where a single value has a probability of its own.
    fn cdf_below(&self, x: f64) -> f64 {
        self.cdf(x)
    }

    /// The mean; `None` where it is infinite or does not exist.
    fn mean(&self) -> Option<f64>;

    /// The variance; `None` where it is infinite or does not exist.
    fn variance(&self) -> Option<f64>;

    /// The smallest closed interval with probability one; its ends may be infinite.
    fn support(&self) -> (f64, f64);

    /// [`Law::quantile`] of every element, in place; no allocation.
    fn fill_quantiles(&self, u_to_x: &mut [f64]) {
        fill(u_to_x, |u| self.quantile(u));
    }
}

/// Any of the distributions a scenario can name.
#[derive(Clone, Debug, PartialEq)]
pub enum Family {
    /// One certain value.
    Constant(Constant),
    /// Equally likely between two bounds.
    Uniform(Uniform),
    /// Normal (Gaussian).
    Normal(Normal),
    /// The exponential of a normal variable.
    Lognormal(Lognormal),
    /// Triangular density.
    Triangular(Triangular),
    /// PERT: a beta law from low, mode and high.
    Pert(Pert),
    /// Beta on any interval.
    Beta(Beta),
    /// Gamma.
    Gamma(Gamma),
    /// Exponential.
    Exponential(Exponential),
    /// Weibull.
    Weibull(Weibull),
    /// Pareto, type I.
    Pareto(Pareto),
    /// Student's t with location and scale.
    StudentT(StudentT),
    /// Finitely many values.
    Discrete(Discrete),
    /// A sample, interpolated.
    Empirical(Empirical),
    /// Metalog.
    Metalog(Metalog),
    /// One of several families, chosen by probability.
    Mixture(Mixture),
    /// Another family given that it lies in an interval.
    Truncated(Truncated),
}

/// Runs one expression on the law inside a [`Family`], whichever it is.
macro_rules! on_law {
    ($family:expr, $law:ident => $call:expr) => {
        match $family {
            Family::Constant($law) => $call,
            Family::Uniform($law) => $call,
            Family::Normal($law) => $call,
            Family::Lognormal($law) => $call,
            Family::Triangular($law) => $call,
            Family::Pert($law) => $call,
            Family::Beta($law) => $call,
            Family::Gamma($law) => $call,
            Family::Exponential($law) => $call,
            Family::Weibull($law) => $call,
            Family::Pareto($law) => $call,
            Family::StudentT($law) => $call,
            Family::Discrete($law) => $call,
            Family::Empirical($law) => $call,
            Family::Metalog($law) => $call,
            Family::Mixture($law) => $call,
            Family::Truncated($law) => $call,
        }
    };
}

impl Law for Family {
    fn quantile(&self, u: f64) -> f64 {
        on_law!(self, law => law.quantile(u))
    }

    fn cdf(&self, x: f64) -> f64 {
        on_law!(self, law => law.cdf(x))
    }

    fn cdf_below(&self, x: f64) -> f64 {
        on_law!(self, law => law.cdf_below(x))
    }

    fn mean(&self) -> Option<f64> {
        on_law!(self, law => law.mean())
    }

    fn variance(&self) -> Option<f64> {
        on_law!(self, law => law.variance())
    }

    fn support(&self) -> (f64, f64) {
        on_law!(self, law => law.support())
    }

    fn fill_quantiles(&self, u_to_x: &mut [f64]) {
        on_law!(self, law => law.fill_quantiles(u_to_x));
    }
}

impl Family {
    /// Turns standard normals, such as a Gaussian copula yields, into values of this family, in place.
    ///
    /// Equal to [`Law::fill_quantiles`] after the normal distribution function up to rounding, but without the
    /// way there and back for the normal and lognormal families.
    pub fn fill_from_normals(&self, z_to_x: &mut [f64]) {
        match self {
            Self::Normal(law) => fill(z_to_x, |z| law.from_standard(z)),
            Self::Lognormal(law) => {
                fill(z_to_x, |z| law.of_log().from_standard(z));
                exps(z_to_x);
            }
            _ => {
                fill(z_to_x, |z| inside_unit(normal_cdf(z)));
                self.fill_quantiles(z_to_x);
            }
        }
    }
}

/// The nearest number strictly inside (0, 1): a distribution function may round to 0 or 1.
#[inline]
pub(super) fn inside_unit(u: f64) -> f64 {
    const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;
    u.clamp(f64::MIN_POSITIVE, BELOW_ONE)
}

/// One value from one 64-bit word of the generator.
impl Distribution<f64> for Family {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.quantile(open_unit(rng.next_u64()))
    }
}

/// `From` for every law that a [`Family`] can hold.
macro_rules! from_laws {
    ($($law:ident)*) => {
        $(impl From<$law> for Family {
            fn from(law: $law) -> Self {
                Self::$law(law)
            }
        })*
    };
}

from_laws!(
    Constant Uniform Normal Lognormal Triangular Pert Beta Gamma Exponential Weibull Pareto StudentT Discrete
    Empirical Metalog Mixture Truncated
);

/// Applies `f` to every element.
#[inline]
pub(super) fn fill(column: &mut [f64], f: impl Fn(f64) -> f64) {
    for x in column {
        *x = f(*x);
    }
}

/// Positive and finite; false for NaN.
fn positive(x: f64) -> bool {
    x > 0.0 && x.is_finite()
}
