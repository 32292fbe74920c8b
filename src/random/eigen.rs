//! Eigenvalues and eigenvectors of small symmetric matrices.

/// A symmetric matrix's eigenvalues with, for each, its unit eigenvector.
pub(super) struct Eigen {
    /// In the order in which the sweeps leave them.
    pub values: Vec<f64>,
    /// `vectors[k]` belongs to `values[k]`.
    pub vectors: Vec<Vec<f64>>,
}

impl Eigen {
    /// The smallest eigenvalue.
    pub(super) fn smallest(&self) -> f64 {
        self.values.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// Decomposes a symmetric matrix by the cyclic Jacobi method, to working accuracy.
///
/// Source: Golub and Van Loan (2013), "Matrix computations", algorithms 8.5.1 and 8.5.3.
pub(super) fn symmetric_eigen(matrix: &[Vec<f64>]) -> Eigen {
    /// Convergence is quadratic: matrices of any practical size need fewer than 10 sweeps.
    const MAX_SWEEPS: usize = 60;
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut vectors: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let size: f64 = a.iter().flatten().map(|x| x * x).sum();
    for _ in 0..MAX_SWEEPS {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        if off <= size * f64::EPSILON * f64::EPSILON {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    Eigen { values: (0..n).map(|i| a[i][i]).collect(), vectors }
}

/// Makes the element (p, q) zero by a rotation in that plane.
fn rotate(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let tau = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = 1.0_f64.copysign(tau) / (tau.abs() + (1.0 + tau * tau).sqrt());
    let c = 1.0 / (1.0 + t * t).sqrt();
    let s = t * c;
    for row in a.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    turn(a, p, q, c, s);
    turn(vectors, p, q, c, s);
}

/// The rotation applied to rows p < q.
fn turn(rows: &mut [Vec<f64>], p: usize, q: usize, c: f64, s: f64) {
    let (head, tail) = rows.split_at_mut(q);
    for (x, y) in head[p].iter_mut().zip(&mut tail[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposition_of_a_known_matrix() {
        // Hand-worked: the second-difference matrix of order 3 has eigenvalues 2 − √2, 2 and 2 + √2.
        let matrix = vec![vec![2.0, -1.0, 0.0], vec![-1.0, 2.0, -1.0], vec![0.0, -1.0, 2.0]];
        let eigen = symmetric_eigen(&matrix);
        let mut values = eigen.values.clone();
        values.sort_by(f64::total_cmp);
        for (got, expected) in values.iter().zip([2.0 - 2.0_f64.sqrt(), 2.0, 2.0 + 2.0_f64.sqrt()]) {
            assert!((got - expected).abs() < 1e-15 * 8.0);
        }
        for (value, vector) in eigen.values.iter().zip(&eigen.vectors) {
            for (row, v) in matrix.iter().zip(vector) {
                let image: f64 = row.iter().zip(vector).map(|(a, x)| a * x).sum();
                assert!((image - value * v).abs() < 1e-15 * 8.0);
            }
        }
    }
}
