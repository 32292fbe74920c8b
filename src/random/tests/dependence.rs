//! Correlation matrices and copulas.

use super::{assert_sampled_from, normals, uniforms};
use crate::random::{
    CholeskyFactor, Copula, CorrelationError, CorrelationMatrix, pearson_from_kendall, pearson_from_spearman,
};

fn pair(rho: f64) -> CholeskyFactor {
    matrix(&[&[1.0, rho], &[rho, 1.0]]).check().unwrap()
}

fn matrix(rows: &[&[f64]]) -> CorrelationMatrix {
    CorrelationMatrix::from_rows(rows.iter().map(|row| row.to_vec()).collect()).unwrap()
}

/// Hand-worked: A and B go together, B and C too, yet A and C go apart.
fn contradiction() -> CorrelationMatrix {
    matrix(&[&[1.0, 0.9, -0.9], &[0.9, 1.0, 0.9], &[-0.9, 0.9, 1.0]])
}

#[test]
fn form_is_checked() {
    let refused = |rows: Vec<Vec<f64>>| CorrelationMatrix::from_rows(rows).unwrap_err();
    assert_eq!(
        refused(vec![vec![1.0, 0.5], vec![0.5]]),
        CorrelationError::NotSquare { row: 2, length: 1, size: 2 }
    );
    assert_eq!(
        refused(vec![vec![1.0, 0.5], vec![0.5, 0.9]]),
        CorrelationError::Diagonal { row: 2, value: 0.9 }
    );
    assert_eq!(
        refused(vec![vec![1.0, 1.5], vec![1.5, 1.0]]),
        CorrelationError::Range { row: 1, column: 2, value: 1.5 }
    );
    assert_eq!(
        refused(vec![vec![1.0, 0.5], vec![0.4, 1.0]]),
        CorrelationError::Asymmetric { row: 2, column: 1 }
    );
    assert!(CorrelationMatrix::from_rows(vec![vec![1.0, f64::NAN], vec![f64::NAN, 1.0]]).is_err());
    assert_eq!(CorrelationMatrix::from_rows(vec![]).unwrap().dimension(), 0);
}

#[test]
fn contradiction_is_found_and_mended() {
    // Higham (2002) by independent code, and by symmetry: eigenvalue −0.8, nearest (0.5, −0.5, 0.5), to 1e-5.
    let error = contradiction().check().unwrap_err();
    assert!((error.smallest_eigenvalue + 0.8).abs() < 1e-12);
    assert_eq!(error.worst_triple, Some([0, 1, 2]));
    let expected = matrix(&[&[1.0, 0.5, -0.5], &[0.5, 1.0, 0.5], &[-0.5, 0.5, 1.0]]);
    let mut square = 0.0;
    for (i, row) in error.nearest.rows().iter().enumerate() {
        assert_eq!(row[i].to_bits(), 1.0_f64.to_bits());
        for (j, x) in row.iter().enumerate() {
            assert!((x - expected.rows()[i][j]).abs() < 1e-5);
            square += (x - contradiction().rows()[i][j]).powi(2);
        }
    }
    assert!((square.sqrt() - 0.979_795_897_113).abs() < 1e-5);
    assert!(error.nearest.smallest_eigenvalue() > 0.0);
    assert!(error.nearest.check().is_ok());
    assert_eq!(error.nearest.rounded(4), expected);
}

#[test]
fn nearest_matrix_of_the_paper() {
    // Published: Higham (2002), to four decimals. Projections without Dykstra's correction end elsewhere.
    let error = matrix(&[&[1.0, 1.0, 0.0], &[1.0, 1.0, 1.0], &[0.0, 1.0, 1.0]]).check().unwrap_err();
    let nearest = error.nearest.rows();
    for (got, published) in [(nearest[0][1], 0.7607), (nearest[1][2], 0.7607), (nearest[0][2], 0.1573)] {
        assert!((got - published).abs() <= 0.5e-4, "{got} against {published}");
    }
}

#[test]
fn worst_triple_is_picked_out_of_many() {
    let mut rows = vec![vec![0.0; 6]; 6];
    for (i, row) in rows.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for (i, j, rho) in [(1, 3, 0.9), (3, 5, 0.9), (1, 5, -0.9), (0, 1, 0.3)] {
        rows[i][j] = rho;
        rows[j][i] = rho;
    }
    let error = CorrelationMatrix::from_rows(rows).unwrap().check().unwrap_err();
    assert_eq!(error.worst_triple, Some([1, 3, 5]));
}

#[test]
fn a_contradiction_among_four_needs_no_bad_triple() {
    // Hand-worked: all −0.4 has eigenvalue 1 − 3·0.4 = −0.2 among four, but 1 − 2·0.4 > 0 among three. The
    // nearest has all −1/3.
    let row = |i: usize| (0..4).map(|j| if i == j { 1.0 } else { -0.4 }).collect();
    let error = CorrelationMatrix::from_rows((0..4).map(row).collect()).unwrap().check().unwrap_err();
    assert!((error.smallest_eigenvalue + 0.2).abs() < 1e-12);
    assert_eq!(error.worst_triple, None);
    assert!((error.nearest.rows()[0][1] + 1.0 / 3.0).abs() < 1e-6);
}

#[test]
fn rounded_repairs_are_accepted() {
    // Random matrices, most of them impossible: the repair pasted back with 4 decimals must pass.
    let mut impossible = 0;
    for trial in 0..40 {
        let entries = uniforms(&format!("matrix {trial}"), 49);
        let entry =
            |i: usize, j: usize| if i == j { 1.0 } else { 2.0 * entries[7 * i.min(j) + i.max(j)] - 1.0 };
        let rows = (0..7).map(|i| (0..7).map(|j| entry(i, j)).collect()).collect();
        if let Err(error) = CorrelationMatrix::from_rows(rows).unwrap().check() {
            impossible += 1;
            let pasted = error.nearest.rounded(4);
            assert!(pasted.check().is_ok());
            for (row, exact) in pasted.rows().iter().zip(error.nearest.rows()) {
                for (x, y) in row.iter().zip(exact) {
                    // Half a unit of rounding and at most 4 units of shrinking.
                    assert!((x - y).abs() < 4.5e-4);
                    assert!((x * 1e4 - (x * 1e4).round()).abs() < 1e-9);
                }
            }
        }
    }
    assert!(impossible > 30, "{impossible}");
}

#[test]
fn factor_gives_back_the_matrix() {
    let correlations = matrix(&[&[1.0, 0.3, -0.2], &[0.3, 1.0, 0.6], &[-0.2, 0.6, 1.0]]);
    let factor = correlations.check().unwrap();
    for i in 0..3 {
        for j in 0..=i {
            let product: f64 = factor.row(i).iter().zip(factor.row(j)).map(|(a, b)| a * b).sum();
            assert!((product - correlations.rows()[i][j]).abs() < 1e-15);
        }
    }
}

#[test]
fn perfect_correlation_is_accepted() {
    // Hand-worked: the second variable is the first, the third its opposite.
    let correlations = matrix(&[&[1.0, 1.0, -1.0], &[1.0, 1.0, -1.0], &[-1.0, -1.0, 1.0]]);
    let copula = Copula::gaussian(correlations.check().unwrap());
    let mut columns = normals("perfect", 30);
    copula.correlate(&mut columns);
    for i in 0..10 {
        assert_eq!(columns[i].to_bits(), columns[10 + i].to_bits());
        assert_eq!(columns[i].to_bits(), (-columns[20 + i]).to_bits());
    }
}

#[test]
fn correlated_normals_have_the_correlations() {
    let correlations = matrix(&[&[1.0, 0.3, -0.2], &[0.3, 1.0, 0.6], &[-0.2, 0.6, 1.0]]);
    let copula = Copula::gaussian(correlations.check().unwrap());
    let n = 100_000;
    let mut columns = normals("correlated", 3 * n);
    copula.correlate(&mut columns);
    for i in 0..3 {
        assert_sampled_from("correlated", &mut columns[i * n..(i + 1) * n].to_vec(), |x| {
            crate::random::math::normal_cdf(x)
        });
        for j in 0..i {
            let rho = correlations.rows()[i][j];
            let products = (0..n).map(|k| columns[i * n + k] * columns[j * n + k]);
            let mean = products.sum::<f64>() / n as f64;
            // A product of normals with correlation ρ has variance 1 + ρ²; 4.5 s.e., false alarm 7e-6.
            assert!((mean - rho).abs() < 4.5 * ((1.0 + rho * rho) / n as f64).sqrt(), "{mean} against {rho}");
        }
    }
}

/// The share of paths on which both uniforms fall below their limits, and the sample size.
fn joint_share(copula: &Copula, name: &str, limits: [f64; 2]) -> (f64, f64) {
    let n = 400_000;
    let mut columns = normals(name, 2 * n);
    copula.uniforms(&mut columns, &uniforms(&format!("{name}, mixing"), n));
    for column in columns.chunks(n) {
        assert_sampled_from(name, &mut column.to_vec(), |u| u);
    }
    let both = (0..n).filter(|&i| columns[i] < limits[0] && columns[n + i] < limits[1]).count();
    (both as f64 / n as f64, n as f64)
}

#[test]
fn joint_probabilities() {
    // Independent code (quadrature; scipy's Genz routine). 4 s.e.: a false alarm 6e-5 for each of three.
    let cases = [
        ("t copula", Copula::student_t(pair(0.5), 4.0).unwrap(), [0.3, 0.2], 0.118_386_767_249),
        ("Gaussian copula", Copula::gaussian(pair(0.3)), [0.5, 0.5], 0.298_493_342_01),
        ("t copula at the median", Copula::student_t(pair(0.3), 4.0).unwrap(), [0.5, 0.5], 0.298_493_342_01),
    ];
    for (name, copula, limits, joint) in cases {
        let (share, n) = joint_share(&copula, name, limits);
        let error = (joint * (1.0 - joint) / n).sqrt();
        assert!((share - joint).abs() < 4.0 * error, "{name}: {share} against {joint} ± {error}");
    }
}

#[test]
fn copula_kind_and_limits() {
    assert!(!Copula::gaussian(pair(0.5)).needs_mixing());
    assert!(Copula::student_t(pair(0.5), 4.0).unwrap().needs_mixing());
    for df in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(Copula::student_t(pair(0.5), df).is_err());
    }
}

#[test]
fn rank_correlations() {
    // Independent code (scipy): Spearman and Kendall of a Gaussian copula with correlation 0.3; tau of 0.5.
    assert!((pearson_from_spearman(0.287_564_218_623) - 0.3).abs() < 1e-11);
    assert!((pearson_from_kendall(0.193_973_368_041) - 0.3).abs() < 1e-11);
    assert!((pearson_from_kendall(1.0 / 3.0) - 0.5).abs() < 1e-15);
    // Hand-worked: the ends map to the ends.
    for end in [-1.0, 0.0, 1.0] {
        assert!((pearson_from_spearman(end) - end).abs() < 1e-15);
        assert!((pearson_from_kendall(end) - end).abs() < 1e-15);
    }
}
