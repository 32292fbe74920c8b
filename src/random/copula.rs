//! Gaussian and Student-t copulas over blocks of paths.
//!
//! A block is one slice of columns: with n variables and r paths, element `j * r + i` is variable j on path i.

use thiserror::Error;

use super::correlation::CholeskyFactor;
use super::family::{fill, inside_unit, student_cdf};
use super::math::normal_cdf;
use super::special::gamma_quantile;

/// Dependence between uniforms, given by a correlation matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Copula {
    factor: CholeskyFactor,
    /// Degrees of freedom of a Student-t copula; `None` for a Gaussian one.
    df: Option<f64>,
}

/// Why a copula was refused.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum CopulaError {
    /// The degrees of freedom are not usable.
    #[error("the degrees of freedom of a t copula must lie between 0.1 and 1e6, got {0}")]
    Df(f64),
}

impl Copula {
    /// The Gaussian copula: no dependence between extremes (tail dependence 0) short of correlation 1.
    #[must_use]
    pub fn gaussian(factor: CholeskyFactor) -> Self {
        Self { factor, df: None }
    }

    /// The Student-t copula: extremes come together, the more so the fewer the degrees of freedom. All its
    /// variables share one mixing variable, so they are dependent even at correlation 0.
    ///
    /// # Errors
    /// Unless 0.1 ≤ `df` ≤ 1e6.
    pub fn student_t(factor: CholeskyFactor, df: f64) -> Result<Self, CopulaError> {
        if !(0.1..=1e6).contains(&df) {
            return Err(CopulaError::Df(df));
        }
        Ok(Self { factor, df: Some(df) })
    }

    /// Number of variables.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.factor.dimension()
    }

    /// Whether [`Copula::uniforms`] needs a mixing uniform for each path.
    #[must_use]
    pub fn needs_mixing(&self) -> bool {
        self.df.is_some()
    }

    /// Turns columns of independent standard normals into correlated ones, in place: y = L z.
    ///
    /// A Student-t copula has this Gaussian core too; its dependence is complete only after
    /// [`Copula::uniforms`].
    pub fn correlate(&self, columns: &mut [f64]) {
        let rows = columns.len() / self.dimension().max(1);
        // From the last variable down, so that the earlier ones are still independent when they are needed.
        for i in (0..self.dimension()).rev() {
            let (earlier, from_here) = columns.split_at_mut(i * rows);
            let column = &mut from_here[..rows];
            let weights = self.factor.row(i);
            fill(column, |z| weights[i] * z);
            for (j, weight) in weights[..i].iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
                let source = &earlier[j * rows..(j + 1) * rows];
                for (y, z) in column.iter_mut().zip(source) {
                    *y += weight * z;
                }
            }
        }
    }

    /// Turns columns of independent standard normals into uniforms with this dependence, in place.
    ///
    /// `mixing` holds one uniform a path, independent of the normals; a Gaussian copula ignores it. For the t
    /// copula each path's normals are divided by √(W/df), W chi-square with df degrees of freedom from the
    /// mixing uniform. Source: Cherubini, Luciano and Vecchiato (2004),
    /// "Copula methods in finance".
    pub fn uniforms(&self, columns: &mut [f64], mixing: &[f64]) {
        self.correlate(columns);
        let Some(df) = self.df else {
            fill(columns, |x| inside_unit(normal_cdf(x)));
            return;
        };
        let rows = columns.len() / self.dimension().max(1);
        for (i, &u) in mixing.iter().enumerate().take(rows) {
            let chi_square = 2.0 * gamma_quantile(0.5 * df, u);
            let divisor = (chi_square / df).sqrt();
            for x in columns[i..].iter_mut().step_by(rows) {
                *x = inside_unit(student_cdf(df, *x / divisor));
            }
        }
    }
}
