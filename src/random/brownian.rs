//! Exact laws of Brownian paths between dates: bridges, crossings of a straight barrier, first-passage times.
//!
//! Everything is in units of a standard Brownian motion: for a value with volatility σ, take logarithms and
//! divide by σ (or, with changing volatility, let "time" be accumulated variance). A *gap* is the distance of
//! the path below the barrier. A barrier that is a straight line between two dates needs only its gaps at both
//! ends, because a bridge minus a straight line is again a bridge.
//!
//! Drift plays no part once both ends are known. Sources: Karatzas and Shreve (1991), "Brownian motion and
//! stochastic calculus", sections 2.8 and 5.6; Borodin and Salminen (2002), "Handbook of Brownian motion",
//! part II.

use super::math::exp;

/// The value at time `t` of a Brownian path with value `w0` at `t0` and `w1` at `t1`, from one standard normal
/// `z`; `t0` ≤ `t` ≤ `t1`, `t0` < `t1` (Karatzas and Shreve, section 5.6.B).
#[inline]
#[must_use]
pub fn bridge_point(t0: f64, w0: f64, t1: f64, w1: f64, t: f64, z: f64) -> f64 {
    let share = (t - t0) / (t1 - t0);
    w0 + share * (w1 - w0) + z * (share * (t1 - t)).max(0.0).sqrt()
}

/// The probability that a bridge over the time `dt`, `gap0` ≥ 0 below the barrier at its start and `gap1` at its
/// end, touches it in between: exp(−2 gap0 gap1 / dt); 1 if it ends at or above the barrier (`gap1` ≤ 0).
///
/// Source: reflection principle, Karatzas and Shreve (1991), equation 4.3.40.
#[inline]
#[must_use]
pub fn crossing_probability(gap0: f64, gap1: f64, dt: f64) -> f64 {
    if gap0 <= 0.0 || gap1 <= 0.0 { 1.0 } else { exp(-2.0 * gap0 * gap1 / dt) }
}

/// The time in \[0, `dt`\] at which a bridge first touches the barrier, given that it does: from one standard
/// normal `z` and one uniform `u`. Gaps as for [`crossing_probability`]; 0 only if `gap0` ≤ 0.
///
/// Derivation. Let X be the bridge from 0 to c = gap0 − gap1 over \[0, T\] and the barrier at a = gap0. With
/// s = vT/(T + v), X(s) = (c v + T W(v))/(T + v) for a Brownian motion W over v ≥ 0 (time change of the bridge,
/// Karatzas and Shreve 5.6.B), so X(s) = a exactly when W(v) = a + (gap1/T) v. The first passage of W over that
/// line, given that it happens, is inverse Gaussian with mean aT/|gap1| and shape a², whatever the sign of gap1:
/// a Brownian motion with drift −μ that reaches a level does so in the same time as one with drift +μ
/// (Borodin and Salminen, part II, section 2). It is drawn as Michael, Schucany and Haas (1976, The American
/// Statistician 30) do, written for 1/v, which stays finite at gap1 = 0: the smaller root has
/// 1/v = ρ + h + √(h(h + 2ρ)) with ρ = |gap1|/(aT) and h = z²/(2a²); it is taken with probability 1/(1 + ρv),
/// else the other, 1/v' = ρ²v.
/// Last, 1/s = 1/T + 1/v.
#[inline]
#[must_use]
pub fn first_crossing(gap0: f64, gap1: f64, dt: f64, z: f64, u: f64) -> f64 {
    if gap0 <= 0.0 {
        return 0.0;
    }
    let rho = gap1.abs() / (gap0 * dt);
    let h = 0.5 * (z / gap0) * (z / gap0);
    let early = rho + h + (h * (h + 2.0 * rho)).sqrt();
    let inverse = if u * (early + rho) <= early { early } else { rho / early * rho };
    dt / (1.0 + dt * inverse)
}

/// The gap at time `t` in \[0, `tau`\] of a path that starts `gap0` below the barrier and first touches it at
/// `tau`, from three standard normals.
///
/// Given its first-passage time, a Brownian path's gap is a three-dimensional Bessel bridge down to 0 (Williams
/// 1974, time reversal): the length of a three-dimensional Brownian bridge from a
/// point at distance `gap0` to the origin.
#[inline]
#[must_use]
pub fn gap_before_crossing(gap0: f64, tau: f64, t: f64, z: [f64; 3]) -> f64 {
    let left = ((tau - t) / tau).max(0.0);
    let sd = (t * left).sqrt();
    let along = gap0 * left + sd * z[0];
    (along * along + sd * sd * (z[1] * z[1] + z[2] * z[2])).sqrt()
}

/// The probability that a path known at three points, `gap0` below the barrier at time 0, `gap_t` at `t` and
/// `gap1` at `dt`, touches it nowhere: the product over both bridges, 0 if any gap is not positive.
///
/// It is also the weight with which a point drawn by [`bridge_point`] is to be accepted where the path from 0
/// to `dt` is known *not* to have touched the barrier.
#[inline]
#[must_use]
pub fn stay_below_probability(gap0: f64, gap_t: f64, gap1: f64, t: f64, dt: f64) -> f64 {
    let stays = |a: f64, b: f64, time: f64| {
        if a <= 0.0 || b <= 0.0 { 0.0 } else { -libm::expm1(-2.0 * a * b / time) }
    };
    stays(gap0, gap_t, t) * stays(gap_t, gap1, dt - t)
}
