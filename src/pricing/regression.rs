//! Least squares by orthogonal reflections.

/// The coefficients that minimise Σ (y − Σ coefficient · column)² over rows, one coefficient a column.
///
/// `rows` holds the rows one after the other, `columns` numbers each. Householder's reflections (Golub and Van Loan
/// 2013, algorithm 5.2.1), which keep the accuracy that normal equations lose. A column that the ones before it
/// explain to within rounding gets the coefficient 0. All are 0 without rows.
pub(crate) fn least_squares(mut rows: Vec<f64>, mut y: Vec<f64>, columns: usize) -> Vec<f64> {
    /// What is left of a column after those before it, relative to the whole, below which it is explained.
    const EXPLAINED: f64 = 1e-10;
    let n = y.len();
    let at = |row: usize, column: usize| row * columns + column;
    let mut coefficients = vec![0.0; columns];
    // The row of the triangle each used column ends in.
    let mut pivots: Vec<usize> = Vec::with_capacity(columns);
    for column in 0..columns {
        let top = pivots.len();
        let square =
            |rows: &[f64], from: usize| (from..n).map(|row| rows[at(row, column)].powi(2)).sum::<f64>();
        let left = square(&rows, top).sqrt();
        if !(left > EXPLAINED * square(&rows, 0).sqrt()) {
            continue;
        }
        reflect(&mut rows, &mut y, columns, (top, column), left);
        pivots.push(column);
    }
    for (row, &column) in pivots.iter().enumerate().rev() {
        let known: f64 =
            pivots[row + 1..].iter().map(|&other| rows[at(row, other)] * coefficients[other]).sum();
        coefficients[column] = (y[row] - known) / rows[at(row, column)];
    }
    coefficients
}

/// Turns the part of one column from row `top` down, of length `left`, into its first element, and everything to the
/// right of it along.
fn reflect(rows: &mut [f64], y: &mut [f64], columns: usize, (top, column): (usize, usize), left: f64) {
    let n = y.len();
    let head = rows[top * columns + column];
    let target = -left.copysign(head);
    let mut v: Vec<f64> = (top..n).map(|row| rows[row * columns + column]).collect();
    v[0] -= target;
    // |v|² / 2, without cancellation as `target` has the other sign.
    let half = left * (left + head.abs());
    for other in column..columns {
        let along: f64 = v.iter().enumerate().map(|(i, v)| v * rows[(top + i) * columns + other]).sum();
        for (i, v) in v.iter().enumerate() {
            rows[(top + i) * columns + other] -= along / half * v;
        }
    }
    let along: f64 = v.iter().zip(&y[top..]).map(|(v, y)| v * y).sum();
    for (v, y) in v.iter().zip(&mut y[top..]) {
        *y -= along / half * v;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_worked_line() {
        // Hand-worked: through (0, 1), (1, 3), (2, 4), (3, 4): slope 1, intercept 3/2.
        let rows = vec![1.0, 0.0, 1.0, 1.0, 1.0, 2.0, 1.0, 3.0];
        let found = least_squares(rows, vec![1.0, 3.0, 4.0, 4.0], 2);
        assert!((found[0] - 1.5).abs() < 1e-14 && (found[1] - 1.0).abs() < 1e-14, "{found:?}");
    }

    #[test]
    fn a_polynomial_comes_back_from_a_poor_basis() {
        // Powers on [1, 1.1] have a condition number near 10⁹ at degree 4; fitted values stay exact.
        let x: Vec<f64> = (0..200).map(|i| 1.0 + f64::from(i) / 2000.0).collect();
        let rows: Vec<f64> = x.iter().flat_map(|x| (0..5).map(|k| x.powi(k))).collect();
        let y: Vec<f64> = x.iter().map(|x| x.powi(4) - 2.0 * x).collect();
        let c = least_squares(rows, y.clone(), 5);
        for (x, y) in x.iter().zip(y) {
            let fitted: f64 = (0..).zip(&c).map(|(k, c)| c * x.powi(k)).sum();
            assert!((fitted - y).abs() < 1e-12, "{fitted} against {y}");
        }
    }

    #[test]
    fn columns_that_say_nothing_new_are_left_out() {
        // Hand-worked: the second column is twice the first.
        assert_eq!(
            least_squares(vec![1.0, 2.0, 1.0, 2.0], vec![3.0, 5.0], 2)[1].to_bits(),
            0.0_f64.to_bits()
        );
        assert_eq!(least_squares(Vec::new(), Vec::new(), 3), [0.0; 3]);
        assert_eq!(least_squares(vec![0.0, 1.0], vec![5.0], 2), [0.0, 5.0]);
    }
}
