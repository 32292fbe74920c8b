//! Correlation matrices: validity, factor, repair.

use std::f64::consts::PI;

use thiserror::Error;

use super::eigen::{Eigen, symmetric_eigen};

/// Eigenvalues down to minus this are rounding, not contradiction.
const ROUNDING: f64 = 1e-12;

/// A symmetric matrix with ones on the diagonal and the rest in \[−1, 1\]; not necessarily a possible one.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationMatrix {
    rows: Vec<Vec<f64>>,
}

/// Why a matrix has not even the form of a correlation matrix.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum CorrelationError {
    /// A row has the wrong length.
    #[error("a correlation matrix must be square: row {row} has {length} entries instead of {size}")]
    NotSquare {
        /// Row, from 1.
        row: usize,
        /// Its entries.
        length: usize,
        /// Number of rows.
        size: usize,
    },
    /// A diagonal entry is not one.
    #[error("the diagonal must be 1, got {value} in row {row}")]
    Diagonal {
        /// Row, from 1.
        row: usize,
        /// Entry found.
        value: f64,
    },
    /// An entry is out of range.
    #[error("correlations must lie between -1 and 1, got {value} in row {row}, column {column}")]
    Range {
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
        /// Entry found.
        value: f64,
    },
    /// Two mirrored entries differ.
    #[error("the matrix must be symmetric: row {row}, column {column} differs from its mirror image")]
    Asymmetric {
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
    },
}

/// Correlations that contradict each other, with what is needed to see and mend it.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("the correlations contradict each other: smallest eigenvalue {smallest_eigenvalue:.4}")]
pub struct NotPositiveSemidefinite {
    /// The smallest eigenvalue; a possible matrix has none below 0.
    pub smallest_eigenvalue: f64,
    /// The three variables (from 0) whose correlations among themselves contradict each other most, if any
    /// three alone do.
    pub worst_triple: Option<[usize; 3]>,
    /// The nearest possible matrix in the sense of least squares.
    pub nearest: CorrelationMatrix,
}

impl CorrelationMatrix {
    /// From rows.
    ///
    /// # Errors
    /// Unless square and symmetric with ones on the diagonal and all entries in \[−1, 1\].
    pub fn from_rows(rows: Vec<Vec<f64>>) -> Result<Self, CorrelationError> {
        let size = rows.len();
        for (i, row) in rows.iter().enumerate() {
            if row.len() != size {
                return Err(CorrelationError::NotSquare { row: i + 1, length: row.len(), size });
            }
            for (j, &value) in row.iter().enumerate() {
                if i == j && value.to_bits() != 1.0_f64.to_bits() {
                    return Err(CorrelationError::Diagonal { row: i + 1, value });
                }
                if !(value.abs() <= 1.0) {
                    return Err(CorrelationError::Range { row: i + 1, column: j + 1, value });
                }
            }
        }
        for (i, row) in rows.iter().enumerate() {
            if let Some(j) = (0..i).find(|&j| !(row[j] - rows[j][i] == 0.0)) {
                return Err(CorrelationError::Asymmetric { row: i + 1, column: j + 1 });
            }
        }
        Ok(Self { rows })
    }

    /// Number of variables.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.rows.len()
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// The smallest eigenvalue.
    #[must_use]
    pub fn smallest_eigenvalue(&self) -> f64 {
        symmetric_eigen(&self.rows).smallest()
    }

    /// Checks that variables with these correlations can exist, and gives the factor that makes them.
    ///
    /// Perfect correlations (a zero eigenvalue) are possible and accepted.
    ///
    /// # Errors
    /// If an eigenvalue is negative: the report names the worst triple and the nearest possible matrix.
    pub fn check(&self) -> Result<CholeskyFactor, NotPositiveSemidefinite> {
        let smallest_eigenvalue = self.smallest_eigenvalue();
        if self.is_valid(smallest_eigenvalue) {
            return Ok(CholeskyFactor::of(self));
        }
        let worst_triple = self.worst_triple();
        Err(NotPositiveSemidefinite { smallest_eigenvalue, worst_triple, nearest: self.nearest() })
    }

    fn is_valid(&self, smallest_eigenvalue: f64) -> bool {
        smallest_eigenvalue >= -ROUNDING * self.dimension() as f64
    }

    /// The triple whose 3 × 3 minor has the most negative eigenvalue, if any is negative.
    fn worst_triple(&self) -> Option<[usize; 3]> {
        let n = self.dimension();
        let mut worst = (-3.0 * ROUNDING, None);
        for i in 0..n {
            for j in i + 1..n {
                for k in j + 1..n {
                    let triple = [i, j, k];
                    let minor: Vec<Vec<f64>> =
                        triple.iter().map(|&r| triple.iter().map(|&c| self.rows[r][c]).collect()).collect();
                    let smallest = symmetric_eigen(&minor).smallest();
                    if smallest < worst.0 {
                        worst = (smallest, Some(triple));
                    }
                }
            }
        }
        worst.1
    }

    /// The nearest possible correlation matrix in the Frobenius norm, moved into the inside by a hair so that
    /// its smallest eigenvalue is positive (about 1e-8).
    ///
    /// Source: Higham (2002), "Computing the nearest correlation matrix", IMA Journal of Numerical Analysis
    /// 22(3), algorithm 3.3: alternating projections with Dykstra's correction.
    #[must_use]
    pub fn nearest(&self) -> Self {
        const HAIR: f64 = 1e-8;
        const ROUNDS: usize = 2000;
        let n = self.dimension();
        let mut y = self.rows.clone();
        let mut correction = vec![vec![0.0; n]; n];
        for _ in 0..ROUNDS {
            let r: Vec<Vec<f64>> =
                (0..n).map(|i| (0..n).map(|j| y[i][j] - correction[i][j]).collect()).collect();
            let x = without_negative_eigenvalues(&r);
            let mut change = 0.0_f64;
            for i in 0..n {
                for j in 0..n {
                    correction[i][j] = x[i][j] - r[i][j];
                    let next = if i == j { 1.0 } else { x[i][j] };
                    change = change.max((next - y[i][j]).abs());
                    y[i][j] = next;
                }
            }
            if change < 0.01 * HAIR {
                break;
            }
        }
        let eigenvalue = symmetric_eigen(&y).smallest();
        Self { rows: y }.towards_independence((HAIR - eigenvalue).max(0.0))
    }

    /// A valid matrix with entries of at most `decimals` decimals, as close to this one as rounding lets it be:
    /// entries are rounded to nearest and, if that upsets validity, first shrunk a little towards 0.
    #[must_use]
    pub fn rounded(&self, decimals: u32) -> Self {
        let scale = libm::pow(10.0, f64::from(decimals));
        // Rounding moves an eigenvalue by at most n/2 units of the last place; shrinking by ε lifts it by ε.
        let unit = 0.25 / scale;
        let mut shrinkage = (-self.smallest_eigenvalue()).max(0.0);
        loop {
            let mut matrix = self.clone().towards_independence(shrinkage);
            matrix.rows.iter_mut().flatten().for_each(|x| *x = libm::rint(*x * scale) / scale);
            if matrix.is_valid(matrix.smallest_eigenvalue()) || shrinkage >= 1.0 {
                return matrix;
            }
            shrinkage += unit;
        }
    }

    /// (1 − amount) × this + amount × identity.
    fn towards_independence(mut self, amount: f64) -> Self {
        for (i, row) in self.rows.iter_mut().enumerate() {
            for (j, x) in row.iter_mut().enumerate() {
                *x = if i == j { 1.0 } else { (*x * (1.0 - amount)).clamp(-1.0, 1.0) };
            }
        }
        self
    }
}

/// Projection on the matrices without negative eigenvalues.
fn without_negative_eigenvalues(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = matrix.len();
    let Eigen { values, vectors } = symmetric_eigen(matrix);
    let mut result = vec![vec![0.0; n]; n];
    for (value, vector) in values.iter().zip(&vectors).filter(|(value, _)| **value > 0.0) {
        for i in 0..n {
            for j in 0..n {
                result[i][j] += value * vector[i] * vector[j];
            }
        }
    }
    result
}

/// The lower triangular L with L Lᵀ = the correlation matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct CholeskyFactor {
    dimension: usize,
    /// Row after row, each up to its diagonal.
    packed: Vec<f64>,
}

impl CholeskyFactor {
    /// Factors a matrix without negative eigenvalues; a variable that the earlier ones determine gets a zero
    /// on the diagonal. Source: Higham (2002), "Accuracy and stability of numerical algorithms", section 10.3.
    fn of(matrix: &CorrelationMatrix) -> Self {
        /// A conditional variance of this size is rounding.
        const DETERMINED: f64 = 1e-12;
        let dimension = matrix.dimension();
        let mut factor = Self { dimension, packed: Vec::with_capacity(dimension * (dimension + 1) / 2) };
        for (i, correlations) in matrix.rows.iter().enumerate() {
            let mut row: Vec<f64> = Vec::with_capacity(i + 1);
            for (j, correlation) in correlations[..i].iter().enumerate() {
                let earlier = factor.row(j);
                let explained: f64 = row.iter().zip(earlier).map(|(a, b)| a * b).sum();
                let pivot = earlier[j];
                row.push(if pivot > 0.0 { (correlation - explained) / pivot } else { 0.0 });
            }
            let rest = 1.0 - row.iter().map(|x| x * x).sum::<f64>();
            row.push(if rest > DETERMINED { rest.sqrt() } else { 0.0 });
            factor.packed.extend(row);
        }
        factor
    }

    /// Number of variables.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Row `i` (from 0), up to and including its diagonal element.
    #[must_use]
    pub fn row(&self, i: usize) -> &[f64] {
        let start = i * (i + 1) / 2;
        &self.packed[start..=start + i]
    }
}

/// The correlation of two normals whose rank correlation (Spearman's rho) is `rho`: 2 sin(πρ/6).
///
/// Source: Kruskal (1958), "Ordinal measures of association". Exact for Gaussian copulas only.
#[must_use]
pub fn pearson_from_spearman(rho: f64) -> f64 {
    2.0 * libm::sin(PI * rho / 6.0)
}

/// The correlation parameter of a Gaussian or Student-t copula whose Kendall's tau is `tau`: sin(πτ/2).
///
/// Source: Fang, Fang and Kotz (2002), "The meta-elliptical distributions with given marginals", theorem 3.1.
#[must_use]
pub fn pearson_from_kendall(tau: f64) -> f64 {
    libm::sin(0.5 * PI * tau)
}
