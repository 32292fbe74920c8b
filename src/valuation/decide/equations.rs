//! Least squares from sums of products, so that parts of the paths can be added up.

/// The weight of a row where the company is worth `multiple` of its median: what is left to chance grows with it, and
/// rows count by the inverse of its variance (Aitken 1936 on generalised least squares).
pub(super) fn weight(multiple: f64) -> f64 {
    1.0 / ((1.0 + multiple) * (1.0 + multiple))
}

/// Sums of the normal equations of a regression.
#[derive(Clone, Debug)]
pub(super) struct Equations {
    /// Row by row, the lower half only.
    products: Vec<f64>,
    with_y: Vec<f64>,
    rows: u64,
}

impl Equations {
    /// For so many unknowns.
    pub(super) fn new(unknowns: usize) -> Self {
        Self { products: vec![0.0; unknowns * unknowns], with_y: vec![0.0; unknowns], rows: 0 }
    }

    /// Rows added.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row with a weight; what it is shorter by is nought.
    pub(super) fn row(&mut self, row: &[f64], y: f64, weight: f64) {
        let n = self.with_y.len();
        for (i, x) in row.iter().enumerate() {
            let weighted = weight * x;
            for (product, other) in self.products[i * n..].iter_mut().zip(&row[..=i]) {
                *product += weighted * other;
            }
            self.with_y[i] += weighted * y;
        }
        self.rows += 1;
    }

    /// Adds the rows of another part.
    pub(super) fn add(&mut self, more: &Equations) {
        self.rows += more.rows;
        for (sum, more) in [(&mut self.products, &more.products), (&mut self.with_y, &more.with_y)] {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
    }

    /// Solves them with a little damping, which keeps functions apart that hardly differ (Hoerl and Kennard 1970 on ridge
    /// regression): here any weights will do, and better ones narrow a bound. Cholesky's factorisation in place.
    pub(super) fn solve(mut self) -> Vec<f64> {
        const DAMPING: f64 = 1e-9;
        let n = self.with_y.len();
        for i in 0..n {
            self.products[i * n + i] = self.products[i * n + i] * (1.0 + DAMPING) + f64::MIN_POSITIVE;
        }
        let a = &mut self.products;
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
                let left = a[i * n + j] - sum;
                a[i * n + j] = if i == j {
                    left.max(1e-14 * a[i * n + i]).max(f64::MIN_POSITIVE).sqrt()
                } else {
                    left / a[j * n + j]
                };
            }
        }
        let y = &mut self.with_y;
        for i in 0..n {
            let sum: f64 = (0..i).map(|k| a[i * n + k] * y[k]).sum();
            y[i] = (y[i] - sum) / a[i * n + i];
        }
        for i in (0..n).rev() {
            let sum: f64 = (i + 1..n).map(|k| a[k * n + i] * y[k]).sum();
            y[i] = (y[i] - sum) / a[i * n + i];
        }
        y.iter().map(|weight| if weight.is_finite() { *weight } else { 0.0 }).collect()
    }
}
