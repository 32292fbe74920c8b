//! Systems of equations in which each unknown meets its two neighbours only.

/// One row: lower · x₋₁ + middle · x + upper · x₊₁ = right side. The first `lower` and last `upper` are unused.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub lower: f64,
    pub middle: f64,
    pub upper: f64,
}

/// The matrix with the elimination done, so that several right sides cost little each.
pub(super) struct Factored {
    rows: Vec<Row>,
    /// 1 / pivot of each row.
    inverse: Vec<f64>,
}

impl Factored {
    /// Eliminates downwards without exchanging rows, which is safe for the diagonally dominant matrices of
    /// implicit steps (Golub and Van Loan 2013, section 4.3.6).
    pub(super) fn new(rows: Vec<Row>) -> Self {
        let mut inverse = Vec::with_capacity(rows.len());
        let mut carried = 0.0;
        for row in &rows {
            let pivot = row.middle - row.lower * carried;
            inverse.push(1.0 / pivot);
            carried = row.upper / pivot;
        }
        Self { rows, inverse }
    }

    /// Replaces the right side by the solution.
    pub(super) fn solve(&self, right: &mut [f64]) {
        let mut before = 0.0;
        for ((x, row), inverse) in right.iter_mut().zip(&self.rows).zip(&self.inverse) {
            *x = (*x - row.lower * before) * inverse;
            before = *x;
        }
        let mut after = 0.0;
        for ((x, row), inverse) in right.iter_mut().zip(&self.rows).zip(&self.inverse).rev() {
            *x -= row.upper * inverse * after;
            after = *x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_worked_system() {
        // Hand-worked: 2x + y = 4, x + 3y + z = 10, y + 2z = 8 has the solution (1, 2, 3).
        let row = |lower, middle, upper| Row { lower, middle, upper };
        let matrix = Factored::new(vec![row(9.0, 2.0, 1.0), row(1.0, 3.0, 1.0), row(1.0, 2.0, 9.0)]);
        let mut x = [4.0, 10.0, 8.0];
        matrix.solve(&mut x);
        for (got, expected) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((got - expected).abs() < 1e-15 * 4.0, "{x:?}");
        }
    }
}
