//! Brownian laws against densities integrated on a grid, and against each other.

use std::f64::consts::PI;

use super::{assert_sampled_from, normals, uniforms};
use crate::random::brownian::{
    bridge_point, crossing_probability, first_crossing, gap_before_crossing, stay_below_probability,
};
use crate::random::math::{exp, ln, normal_cdf};

/// Density of a normal variable with this variance.
fn gauss(x: f64, variance: f64) -> f64 {
    exp(-0.5 * x * x / variance) / (2.0 * PI * variance).sqrt()
}

/// Running integral of `f` on an even grid of 2·`cells` steps (Simpson), at every second node.
fn cumulative(low: f64, high: f64, cells: usize, f: impl Fn(f64) -> f64) -> Vec<f64> {
    let h = (high - low) / (2 * cells) as f64;
    let at = |i: usize| f(low + h * i as f64);
    let mut sums = vec![0.0];
    for cell in 0..cells {
        let part = h / 3.0 * (at(2 * cell) + 4.0 * at(2 * cell + 1) + at(2 * cell + 2));
        sums.push(sums[cell] + part);
    }
    sums
}

/// The distribution function through an even table, scaled to end at 1.
fn interpolate(table: &[f64], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * (table.len() - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ place < length")]
    let i = (place as usize).min(table.len() - 2);
    (table[i] + (place - i as f64) * (table[i + 1] - table[i])) / table[table.len() - 1]
}

#[test]
fn bridge_points_have_the_right_mean_and_spread() {
    // Hand-worked: halfway between (1, 2) and (5, 4), the mean is 3 and the variance 2·2/4 = 1.
    assert!((bridge_point(1.0, 2.0, 5.0, 4.0, 3.0, 0.0) - 3.0).abs() < 1e-15);
    assert!((bridge_point(1.0, 2.0, 5.0, 4.0, 3.0, 1.5) - 4.5).abs() < 1e-15);
    assert!((bridge_point(1.0, 2.0, 5.0, 4.0, 1.0, 9.0) - 2.0).abs() < 1e-15);
    assert!((bridge_point(1.0, 2.0, 5.0, 4.0, 5.0, 9.0) - 4.0).abs() < 1e-15);
}

#[test]
fn crossing_probability_by_hand() {
    // Hand-worked: exp(−2·1·0.5/2) = exp(−½).
    assert!((crossing_probability(1.0, 0.5, 2.0) - exp(-0.5)).abs() < 1e-16);
    for (gap0, gap1) in [(1.0, 0.0), (1.0, -3.0), (0.0, 1.0)] {
        assert_eq!(crossing_probability(gap0, gap1, 2.0).to_bits(), 1.0_f64.to_bits());
    }
}

/// Density at time s of the first touch, for a bridge over `dt`: first-passage density of Brownian motion times
/// the density of reaching the end from there, over that of reaching it at all (strong Markov property; Karatzas
/// and Shreve 1991, equation 2.8.3). It uses nothing of the derivation tested.
fn crossing_density(gap0: f64, gap1: f64, dt: f64, s: f64) -> f64 {
    if s <= 0.0 || s >= dt {
        return 0.0;
    }
    gap0 / s * gauss(gap0, s) * gauss(gap1, dt - s) / gauss(gap0 - gap1, dt)
}

#[test]
fn first_crossing_has_the_law_of_its_density() {
    let n = 200_000;
    for (gap0, gap1, dt) in
        [(1.0, 0.7, 2.0), (1.0, -0.5, 2.0), (0.4, 0.0, 1.0), (2.0, 1.5, 0.5), (0.05, -3.0, 3.0)]
    {
        // In θ with s = dt·sin²θ the density has no singularity at either end.
        let density = |theta: f64| {
            let (sin, cos) = theta.sin_cos();
            crossing_density(gap0, gap1, dt, dt * sin * sin) * 2.0 * dt * sin * cos
        };
        let table = cumulative(0.0, 0.5 * PI * (1.0 - 1e-9), 100_000, density);
        let total = table[table.len() - 1];
        let probability = crossing_probability(gap0, gap1, dt);
        assert!((total - probability).abs() < 1e-6, "{total} against {probability}");
        let (z, u) = (normals("crossing z", n), uniforms("crossing u", n));
        let mut times: Vec<f64> =
            z.iter().zip(&u).map(|(&z, &u)| first_crossing(gap0, gap1, dt, z, u)).collect();
        assert!(times.iter().all(|s| 0.0 < *s && *s <= dt));
        let name = format!("first crossing from {gap0} to {gap1}");
        assert_sampled_from(&name, &mut times, |s| interpolate(&table, (s / dt).sqrt().asin() / (0.5 * PI)));
    }
}

#[test]
fn first_crossing_at_the_edges() {
    // Hand-worked: starting on the barrier it is touched at once; z = 0 with the end on the barrier gives 1/v = 0,
    // hence the end; 1/v = h + h = 4 for z = 2, gap 1, gap1 = 0: s = 1/(1/T + 4).
    assert_eq!(first_crossing(0.0, 1.0, 2.0, 0.3, 0.4).to_bits(), 0.0_f64.to_bits());
    assert_eq!(first_crossing(1.0, 0.0, 2.0, 0.0, 0.4).to_bits(), 2.0_f64.to_bits());
    assert!((first_crossing(1.0, 0.0, 2.0, 2.0, 0.4) - 1.0 / 4.5).abs() < 1e-16);
}

#[test]
fn gap_before_crossing_agrees_with_the_killed_bridge() {
    // The law of the gap at t among paths not yet at the barrier is known without first-passage times: bridge
    // density × probability of not touching before t. Drawing the crossing time first, then the gap at t given
    // that time, must give the same.
    let (gap0, gap1, dt, t) = (1.0, -0.5, 2.0, 0.8);
    let (mean, variance) = (gap0 + (gap1 - gap0) * t / dt, t * (dt - t) / dt);
    let reach = 8.0;
    let table =
        cumulative(0.0, reach, 20_000, |gap| gauss(gap - mean, variance) * -(-2.0 * gap0 * gap / t).exp_m1());
    let survival = table[table.len() - 1];
    let n = 200_000;
    let draws = [normals("a", n), normals("b", n), normals("c", n), normals("d", n)];
    let u = uniforms("e", n);
    let mut gaps = Vec::new();
    for i in 0..n {
        let tau = first_crossing(gap0, gap1, dt, draws[0][i], u[i]);
        if tau > t {
            gaps.push(gap_before_crossing(gap0, tau, t, [draws[1][i], draws[2][i], draws[3][i]]));
        }
    }
    // 4.5 standard errors of a share: false alarm 7e-6.
    let share = gaps.len() as f64 / n as f64;
    let error = (survival * (1.0 - survival) / n as f64).sqrt();
    assert!((share - survival).abs() < 4.5 * error, "{share} against {survival} ± {error}");
    assert_sampled_from("gap before crossing", &mut gaps, |gap| interpolate(&table, gap / reach));
}

#[test]
fn gap_before_crossing_at_the_ends() {
    // Hand-worked: the starting gap at time 0, none at the crossing.
    assert!((gap_before_crossing(1.5, 2.0, 0.0, [1.0, 2.0, 3.0]) - 1.5).abs() < 1e-15);
    assert!(gap_before_crossing(1.5, 2.0, 2.0, [1.0, 2.0, 3.0]).abs() < 1e-15);
}

#[test]
fn staying_below_in_two_parts_is_staying_below() {
    // Chapman–Kolmogorov: averaged over the bridge point, the product is the probability for the whole.
    for (gap0, gap1, t, dt) in [(1.0, 0.7, 0.6, 2.0), (0.2, 0.3, 0.5, 1.0), (3.0, 1.0, 0.1, 4.0)] {
        let (mean, sd) = (bridge_point(0.0, gap0, dt, gap1, t, 0.0), (t * (dt - t) / dt).sqrt());
        let low = 0.0_f64.max(mean - 10.0 * sd);
        let table = cumulative(low, mean + 10.0 * sd, 20_000, |gap| {
            gauss(gap - mean, sd * sd) * stay_below_probability(gap0, gap, gap1, t, dt)
        });
        let whole = 1.0 - crossing_probability(gap0, gap1, dt);
        assert!((table[table.len() - 1] - whole).abs() < 1e-10);
    }
    for gaps in [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, -0.1]] {
        let weight = stay_below_probability(gaps[0], gaps[1], gaps[2], 1.0, 2.0);
        assert_eq!(weight.to_bits(), 0.0_f64.to_bits());
    }
}

#[test]
fn milestone_is_hit_as_often_as_the_closed_form_says() {
    // P(max S ≥ H) for S = 100, H = 150, drift 5 %, volatility 40 %, 2 years. Closed form (reflection principle)
    // by independent code: 0.437816600794.
    let (drift, volatility, years) = (0.05_f64, 0.4_f64, 2.0_f64);
    let gap0 = ln(1.5) / volatility;
    let trend = (drift - 0.5 * volatility * volatility) / volatility;
    let upper = normal_cdf((trend * years - gap0) / years.sqrt());
    let lower = exp(2.0 * trend * gap0) * normal_cdf((-trend * years - gap0) / years.sqrt());
    let exact = upper + lower;
    assert!((exact - 0.437_816_600_794).abs() < 1e-12);
    let n = 400_000;
    for steps in [1_usize, 8] {
        let dt = years / steps as f64;
        let mut gaps = vec![gap0; n];
        let mut hit = vec![false; n];
        for step in 0..steps {
            let z = normals(&format!("step {step} of {steps}"), n);
            let u = uniforms(&format!("crossing {step} of {steps}"), n);
            for i in 0..n {
                let next = gaps[i] - trend * dt - dt.sqrt() * z[i];
                hit[i] |= u[i] < crossing_probability(gaps[i], next, dt);
                gaps[i] = next;
            }
        }
        // 4 standard errors: false alarm 6e-5 for each of two.
        let share = hit.iter().filter(|hit| **hit).count() as f64 / n as f64;
        let error = (exact * (1.0 - exact) / n as f64).sqrt();
        assert!((share - exact).abs() < 4.0 * error, "{steps} steps: {share} against {exact} ± {error}");
    }
}
