//! [`controlled_mean_of`]: the mean with control variates from sums over classes of paths instead of columns.

use super::control::{ControlledMean, FEWEST_GROUPS, FOLDS, Products, Row};
use super::interval::Estimate;
use super::joint::Joint;
use super::moments::Moments;
use super::units::UnitError;
use super::{MOST_CONTROLS, Units};

/// The same as [`super::controlled_mean`], of the first measure of `classes` and the controls at `controls`. Classes are the independent groups
/// where there are `units`, else the remainders of the paths' numbers by 32, the parts that take turns in being left out. Equal to
/// it but for rounding.
#[must_use]
pub fn controlled_mean_of(
    classes: &[Joint],
    controls: std::ops::Range<usize>,
    units: Option<Units>,
) -> Option<ControlledMean> {
    let mut all = Joint::EMPTY;
    for class in classes {
        all.merge(class);
    }
    let enough = if units.is_some() {
        classes.iter().filter(|class| class.n > 0).count() >= FEWEST_GROUPS
    } else {
        all.n >= (FOLDS * FEWEST_GROUPS) as u64
    };
    let measures = std::iter::once(0).chain(controls.clone());
    if controls.is_empty() || !enough || !measures.clone().all(|m| all.with(m, m).is_finite()) {
        return None;
    }
    if units.is_none() && sums(&all, &controls).misses() {
        return None;
    }
    let fitted: Vec<[f64; MOST_CONTROLS]> =
        (0..classes.len()).map(|out| products(&others(classes, out), &controls).coefficients()).collect();
    match units {
        Some(_) => of_groups(classes, &fitted, &all, &controls),
        None => of_paths(classes, &fitted, &controls),
    }
}

fn others(classes: &[Joint], out: usize) -> Joint {
    let mut others = Joint::EMPTY;
    classes.iter().enumerate().filter(|(class, _)| *class != out).for_each(|(_, class)| others.merge(class));
    others
}

/// Sums of products about the means.
fn products(joint: &Joint, controls: &std::ops::Range<usize>) -> Products {
    let mut products = Products { n: joint.n as f64, ..Products::default() };
    for (i, ci) in controls.clone().enumerate() {
        products.cy[i] = joint.with(ci, 0);
        for (j, cj) in controls.clone().enumerate() {
            products.cc[i][j] = joint.with(ci, cj);
        }
    }
    products
}

/// Sums of the controls and of their squares.
fn sums(joint: &Joint, controls: &std::ops::Range<usize>) -> Products {
    let n = joint.n as f64;
    let mut sums = Products { n, ..Products::default() };
    for (i, control) in controls.clone().enumerate() {
        sums.c[i] = n * joint.mean[control];
        sums.cc[i][i] = joint.with(control, control) + n * joint.mean[control] * joint.mean[control];
    }
    sums
}

/// The outcome less multiples of the controls.
fn left(coefficients: &[f64; MOST_CONTROLS], controls: &std::ops::Range<usize>) -> Vec<(usize, f64)> {
    std::iter::once((0, 1.0)).chain(controls.clone().zip(coefficients.iter().map(|b| -b))).collect()
}

fn of_paths(
    classes: &[Joint],
    fitted: &[[f64; MOST_CONTROLS]],
    controls: &std::ops::Range<usize>,
) -> Option<ControlledMean> {
    let part = |(class, coefficients): (&Joint, &[f64; MOST_CONTROLS])| {
        let left = left(coefficients, controls);
        let mean = left.iter().map(|(measure, weight)| weight * class.mean[*measure]).sum();
        Moments { n: class.n, mean, m2: class.square_of(&left), ..Moments::EMPTY }
    };
    let moments = classes.iter().zip(fitted).map(part).fold(Moments::EMPTY, Moments::merge);
    Some(ControlledMean { mean: moments.mean_interval()?, standard_error: moments.standard_error()? })
}

fn of_groups(
    classes: &[Joint],
    fitted: &[[f64; MOST_CONTROLS]],
    all: &Joint,
    controls: &std::ops::Range<usize>,
) -> Option<ControlledMean> {
    let n = all.n as f64;
    let sums: Vec<Row> = classes
        .iter()
        .map(|class| {
            let paths = class.n as f64;
            let mut row = Row { y: (class.mean[0] - all.mean[0]) * paths, c: [0.0; MOST_CONTROLS] };
            row.c.iter_mut().zip(controls.clone()).for_each(|(c, control)| *c = class.mean[control] * paths);
            row
        })
        .collect();
    let mut whole = Products::default();
    for sum in &sums {
        whole.add(sum, 1.0);
    }
    if whole.misses() {
        return None;
    }
    let left: Vec<f64> = sums
        .iter()
        .zip(fitted)
        .map(|(sum, coefficients)| {
            let mut others = whole;
            others.add(sum, -1.0);
            let multiple = others.multiple(coefficients);
            sum.less(&coefficients.map(|b| b * multiple))
        })
        .collect();
    let shift = left.iter().sum::<f64>() / n;
    let residuals: Vec<f64> = left.iter().map(|x| x - shift * n / left.len() as f64).collect();
    let error = UnitError::of_totals(&residuals, n)?;
    let Estimate { value, low, high } = error.interval(all.mean[0] + shift);
    Some(ControlledMean { mean: Estimate { value, low, high }, standard_error: error.standard_error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::controlled_mean;
    use crate::statistics::joint::MOST_JOINT;
    use crate::statistics::testing::{Random, assert_close};

    /// Against the same from whole columns: rounding of sums of 20,000 terms, relative to the spread.
    #[test]
    fn sums_over_classes_are_enough() {
        let mut random = Random::new(6);
        let rows: Vec<[f64; MOST_JOINT]> = (0..20_000)
            .map(|_| {
                let mut row = [0.0; MOST_JOINT];
                (row[3], row[4]) = (random.normal(), random.lognormal(0.0, 0.5) - libm::exp(0.125));
                row[0] = 50.0 + 2.0 * row[3] - row[4] + random.normal();
                row
            })
            .collect();
        let column = |i: usize| rows.iter().map(|row| row[i]).collect::<Vec<f64>>();
        for units in [None, Some(Units { run: 2, groups: 32 })] {
            let class = |path: usize| units.map_or(path % FOLDS, |units| units.of(path));
            let classes: Vec<Joint> = (0..32)
                .map(|number| {
                    let of_class: Vec<_> = rows
                        .iter()
                        .enumerate()
                        .filter(|(path, _)| class(*path) == number)
                        .map(|(_, row)| *row)
                        .collect();
                    Joint::of_block(&of_class, 5)
                })
                .collect();
            let found = controlled_mean_of(&classes, 3..5, units).unwrap();
            let exact = controlled_mean(&column(0), &[&column(3), &column(4)], units).unwrap();
            assert_close(found.mean.value, exact.mean.value, 1e-10);
            assert_close(found.standard_error / exact.standard_error, 1.0, 1e-8);
            assert_close(found.mean.low, exact.mean.low, 1e-9);
            assert_eq!(controlled_mean_of(&classes, 3..3, units), None);
            assert_eq!(controlled_mean_of(&classes[..1], 3..5, units).is_some(), units.is_none());
        }
    }
}
