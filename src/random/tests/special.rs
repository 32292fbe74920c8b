//! Incomplete gamma and beta functions against independent code (mpmath, 40 digits).

use crate::random::family::{Beta, Law, StudentT};
use crate::random::special::{beta_tails, gamma_quantile, gamma_tails};

fn assert_close(what: &str, got: f64, expected: f64) {
    // The accuracy their documentation claims.
    assert!((got / expected - 1.0).abs() <= 1e-12, "{what}: {got:e} against {expected:e}");
}

#[test]
fn incomplete_gamma() {
    let cases = [
        (0.001, 1e-5, 0.989_123_044_695_782_7, 0.010_876_955_304_217_333),
        (0.1, 0.5, 0.941_402_445_890_133_5, 0.058_597_554_109_866_48),
        (0.5, 2.0, 0.954_499_736_103_641_6, 0.045_500_263_896_358_42),
        (3.5, 1.0, 0.040_159_631_269_898_44, 0.959_840_368_730_101_6),
        (3.5, 12.0, 0.998_860_648_821_052_5, 0.001_139_351_178_947_465_6),
        (30.0, 60.0, 0.999_993_123_735_031_3, 6.876_264_968_732_097e-6),
        (1000.0, 1050.0, 0.941_328_888_622_681_9, 0.058_671_111_377_318_08),
        (1e6, 998_000.0, 0.022_696_114_006_736_803, 0.977_303_885_993_263_2),
    ];
    for (a, x, lower, upper) in cases {
        let (p, q) = gamma_tails(a, x);
        assert_close(&format!("P({a}, {x})"), p, lower);
        // For x < a + 1 the upper tail is 1 − P and has P's absolute accuracy only.
        assert!((q - upper).abs() <= 1e-12 * upper.max(lower), "Q({a}, {x}): {q} against {upper}");
    }
    assert_eq!(gamma_tails(2.0, 0.0), (0.0, 1.0));
    assert_eq!(gamma_tails(2.0, f64::INFINITY), (1.0, 0.0));
}

#[test]
fn incomplete_beta() {
    let cases = [
        (0.5, 0.5, 0.1, 0.204_832_764_699_133_46, 0.795_167_235_300_866_5),
        // Hand-worked as well: 11/16.
        (2.0, 3.0, 0.5, 0.6875, 0.3125),
        (0.1, 0.1, 1e-20, 0.005_072_372_743_896_313, 0.994_927_627_256_103_7),
        (50.0, 0.5, 0.9, 0.001_204_149_832_559_813, 0.998_795_850_167_440_2),
        (1000.0, 2000.0, 0.35, 0.972_904_504_316_884_9, 0.027_095_495_683_115_08),
        (5.0, 1e5, 1e-4, 0.970_760_551_557_829_7, 0.029_239_448_442_170_31),
        (2e5, 3e5, 0.398, 0.001_937_422_420_900_124, 0.998_062_577_579_099_9),
    ];
    for (a, b, x, lower, upper) in cases {
        let (p, q) = beta_tails(a, b, x, 1.0 - x);
        assert!((p - lower).abs() <= 1e-12 * lower.max(1e-3), "I_{x}({a}, {b}): {p} against {lower}");
        assert!((q - upper).abs() <= 1e-12 * upper.max(1e-3), "1 − I_{x}({a}, {b}): {q} against {upper}");
    }
}

#[test]
fn gamma_quantiles() {
    let cases = [
        (0.01, 0.3, 2.917_417_191_745_868_6e-53),
        (0.5, 0.95, 1.920_729_410_347_062_2),
        (2.0, 1e-12, 1.414_214_229_040_193_8e-6),
        (2.0, 1.0 - 0.5_f64.powi(50), 38.329_329_567_968_94),
        (3.5, 0.5, 3.172_905_597_760_759),
        (100.0, 0.01, 78.215_983_053_795_83),
        (1e4, 0.999, 10_311.875_224_539_538),
    ];
    for (a, u, x) in cases {
        assert_close(&format!("gamma quantile ({a}, {u})"), gamma_quantile(a, u), x);
    }
}

#[test]
fn beta_quantiles() {
    let cases = [
        (0.1, 0.2, 0.3, 2.597_000_949_009_343e-4),
        (2.0, 3.0, 0.6875, 0.5),
        (4.6, 1.4, 0.1, 0.537_670_250_038_533_8),
        (50.0, 3.0, 1e-9, 0.592_443_564_948_798_3),
        (1.0, 5.0, 0.99, 0.601_892_829_446_502_7),
    ];
    for (a, b, u, x) in cases {
        let law = Beta::new(a, b, 0.0, 1.0).unwrap();
        assert_close(&format!("beta quantile ({a}, {b}, {u})"), law.quantile(u), x);
    }
}

#[test]
fn student_quantiles() {
    let cases = [
        (0.5, 0.01, -1_028.491_010_471_621_9),
        (1.0, 1e-10, -3_183_098_861.837_907),
        (3.0, 0.975, 3.182_446_305_283_708),
        (4.0, 0.4999, -0.000_266_666_670_617_254_7),
        (4.0, 1e-15, -7_400.827_819_722_824),
        (30.0, 0.001, -3.385_184_866_829_305),
        (1000.0, 0.05, -1.646_378_817_285_464_7),
    ];
    for (df, u, t) in cases {
        let law = StudentT::new(df, 0.0, 1.0).unwrap();
        assert_close(&format!("t quantile ({df}, {u})"), law.quantile(u), t);
    }
}
