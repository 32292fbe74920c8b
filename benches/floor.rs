//! How far the drawing of a scenario's numbers is from the floor: the same number of uniforms, normals, exponentials and
//! logarithms, and nothing else, as tight loops over columns that stay in the first cache.
//!
//! `cargo bench --bench floor` prints both for some scenarios, and the floor of eight uniforms, two normals, three exponentials and
//! three logarithms a path. Each is the least of many rounds, taken alternately. The floor's functions are good to 1e-8,
//! which is enough for a floor: Philox4x32-10 (Salmon et al. 2011) with two numbers of 52 bits a call, polynomials
//! for exponential and logarithm, and Moro's inverse normal (1995, "The full Monte", Risk 8).

#![expect(clippy::inline_always, reason = "to be compiled for the instructions of the loop around it")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use cabrio::plan::{Plan, Transform};
use cabrio::random::family::Family;
use cabrio::random::math;
use cabrio::scenario;
use cabrio::simulate::DrawBlock;

/// Paths of a column.
const PATHS: usize = 1024;
const ROUNDS: u64 = 400;

/// How many of what a path needs.
#[derive(Clone, Copy)]
struct Load {
    uniforms: usize,
    normals: usize,
    exps: usize,
    logs: usize,
}

/// Numbers that Philox makes side by side.
const LANES: usize = 8;

/// Words of 32 bits, each in one of 64 as the multiplication wants it.
type Words = [u64; LANES];

/// Four words for each of consecutive paths.
#[inline(always)]
fn philox(first: u64, stream: u64) -> [Words; 4] {
    const LOW: u64 = 0xFFFF_FFFF;
    let [mut c0, mut c1, mut c2, mut c3]: [Words; 4] = [[0; LANES]; 4];
    for lane in 0..LANES {
        let path = first + lane as u64;
        (c0[lane], c1[lane], c2[lane]) = (path & LOW, path >> 32, stream);
    }
    let (mut key, mut other) = ((stream ^ 0xA409_3822) & LOW, 0x299F_31D0_u64);
    for _ in 0..10 {
        for lane in 0..LANES {
            let (a, b) = (0xD251_1F53 * (c0[lane] & LOW), 0xCD9E_8D57 * (c2[lane] & LOW));
            c0[lane] = (b >> 32) ^ c1[lane] ^ key;
            c1[lane] = b & LOW;
            c2[lane] = (a >> 32) ^ c3[lane] ^ other;
            c3[lane] = a & LOW;
        }
        (key, other) = ((key + 0x9E37_79B9) & LOW, (other + 0xBB67_AE85) & LOW);
    }
    [c0, c1, c2, c3]
}

/// A number between 0 and 1 from two words: 52 bits in a float between 1 and 2.
#[inline(always)]
fn unit(high: u64, low: u64) -> f64 {
    f64::from_bits(0x3FF0_0000_0000_0000 | high << 20 | low >> 12) - 1.0 + 1.1e-16
}

#[inline(always)]
fn uniforms(first: u64, stream: u64, one: &mut [f64; PATHS], other: &mut [f64; PATHS]) {
    let chunks = one.chunks_exact_mut(LANES).zip(other.chunks_exact_mut(LANES));
    for (path, (one, other)) in (first..).step_by(LANES).zip(chunks) {
        let [a, b, c, d] = philox(path, stream);
        for lane in 0..LANES {
            (one[lane], other[lane]) = (unit(a[lane], b[lane]), unit(c[lane], d[lane]));
        }
    }
}

#[inline(always)]
fn exp(x: f64) -> f64 {
    const ROUNDER: f64 = 6_755_399_441_055_744.0;
    let rounded = x * std::f64::consts::LOG2_E + ROUNDER;
    let r = x - (rounded - ROUNDER) * std::f64::consts::LN_2;
    let tail = 1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0 + r * (1.0 / 40320.0)));
    let power = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * tail))));
    power * f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52)
}

#[inline(always)]
fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    // The exponent as a float without a conversion: put into the low bits of one whose last place is 1.
    let exponent = f64::from_bits(0x4330_0000_0000_0000 | bits >> 52) - 4_503_599_627_371_519.0;
    let m = f64::from_bits(bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000);
    let s = (m - std::f64::consts::SQRT_2) / (m + std::f64::consts::SQRT_2);
    let q = s * s;
    let series = 1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0)))));
    (exponent + 0.5) * std::f64::consts::LN_2 + 2.0 * s * series
}

#[inline(always)]
fn normal(u: f64) -> f64 {
    const A: [f64; 4] = [2.506_628_238_84, -18.615_000_625_29, 41.391_197_735_34, -25.441_060_496_37];
    const B: [f64; 4] = [-8.473_510_930_90, 23.083_367_437_43, -21.062_241_018_26, 3.130_829_098_33];
    const C: [f64; 9] = [
        0.337_475_482_272_614_7,
        0.976_169_019_091_718_6,
        0.160_797_971_491_820_9,
        0.027_643_881_033_386_3,
        0.003_840_572_937_360_9,
        0.000_395_189_651_191_9,
        0.000_032_176_788_176_8,
        0.000_000_288_816_736_4,
        0.000_000_396_031_518_7,
    ];
    let y = u - 0.5;
    let r = y * y;
    let middle = y * (A[0] + r * (A[1] + r * (A[2] + r * A[3])))
        / (1.0 + r * (B[0] + r * (B[1] + r * (B[2] + r * B[3]))));
    let tail = ln(-ln(0.5 - y.abs()));
    let of_tail = C.iter().rev().fold(0.0, |sum, c| sum * tail + c);
    // Both are computed and one is taken by its bits: a branch would keep the loop from being vectorised.
    let mask = u64::from(y.abs() < 0.42).wrapping_neg();
    f64::from_bits(middle.to_bits() & mask | of_tail.copysign(y).to_bits() & !mask)
}

#[inline(always)]
fn each(column: &mut [f64; PATHS], function: impl Fn(f64) -> f64) {
    for x in column {
        *x = function(*x);
    }
}

/// The floor of a load for one column of paths.
#[inline(always)]
fn floor(load: Load, first: u64, [one, other]: &mut [[f64; PATHS]; 2]) {
    for pair in 0..load.uniforms.div_ceil(2) {
        uniforms(first, pair as u64, one, other);
    }
    // Each function's result is brought back to where the next one is at home.
    for _ in 0..load.normals {
        each(one, |u| 0.5 + 0.05 * normal(u));
    }
    for _ in 0..load.logs {
        each(other, |x| 0.3 - 0.1 * ln(x));
    }
    for _ in 0..load.exps {
        each(other, |x| 0.1 + 0.3 * exp(x));
    }
}

/// Called by reference, so that it is inlined into what has the instructions.
struct Work<F>(F);

impl<F: FnMut()> pulp::WithSimd for Work<F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(mut self, _: S) {
        (self.0)();
    }
}

/// What the draws of a plan need at least: a normal for each normal, a lognormal's exponential, a logarithm for each other family,
/// and for what moves together a normal, and an exponential for its way back to a uniform.
fn load_of(plan: &Plan) -> Load {
    let world = &plan.world;
    let mut load = Load { uniforms: 0, normals: 0, exps: 0, logs: 0 };
    for column in &world.columns {
        load.uniforms += usize::from(!matches!(column.transform, Transform::OnDemand(_)));
        match &column.transform {
            Transform::Normal => load.normals += 1,
            Transform::Family(sampler) => match sampler.family() {
                Family::Constant(_) | Family::Uniform(_) => {}
                Family::Normal(_) => load.normals += 1,
                Family::Lognormal(_) => (load.normals, load.exps) = (load.normals + 1, load.exps + 1),
                _ => load.logs += 1,
            },
            Transform::Uniform | Transform::WhenUsed(_) | Transform::OnDemand(_) => {}
        }
    }
    for group in &world.groups {
        load.normals += group.columns.len();
        load.exps += group.columns.len();
    }
    load
}

/// The least time of a path in nanoseconds, of both, over rounds taken alternately.
fn least(mut both: [&mut dyn FnMut(u64); 2]) -> [f64; 2] {
    let mut least = [f64::INFINITY; 2];
    for round in 0..ROUNDS {
        for (work, least) in both.iter_mut().zip(&mut least) {
            let start = Instant::now();
            work(round * PATHS as u64);
            *least = least.min(start.elapsed().as_secs_f64() * 1e9 / PATHS as f64);
        }
    }
    least
}

fn main() {
    // `cargo test --benches` asks whether it runs at all.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    for x in [0.01, 0.3, 0.9, 1.7] {
        let near = |found: f64, right: f64| assert!((found - right).abs() < 1e-8, "{found} is not {right}");
        near(exp(x), math::exp(x));
        near(ln(x), math::ln(x));
        near(normal(x / 2.0), math::normal_quantile(x / 2.0));
    }
    let mut columns = [[0.5; PATHS]; 2];
    let arch = pulp::Arch::new();
    let mut run_floor = |load: Load, first: u64| {
        arch.dispatch(Work(
            #[inline(always)]
            || floor(load, first, &mut columns),
        ));
        black_box(&mut columns);
    };
    println!(
        "{:<24} {:>8} {:>7} {:>5} {:>5} {:>10} {:>10} {:>6}",
        "", "uniforms", "normals", "exps", "logs", "floor", "draws", "ratio"
    );
    let usual = Load { uniforms: 8, normals: 2, exps: 3, logs: 3 };
    let [time, _] = least([&mut |first| run_floor(usual, first), &mut |_| {}]);
    println!("{:<24} {:>8} {:>7} {:>5} {:>5} {time:>7.1} ns", "usual load", 8, 2, 3, 3);
    for name in [
        "scenarios/minimal",
        "scenarios/amazon-anthropic",
        "benches/peers/note",
        "benches/peers/tranches",
        "benches/peers/stack",
    ] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).with_extension("toml");
        let study = scenario::load(&file, &[]).study.expect("it is read without mistakes");
        let plan = Plan::new(&study.base).expect("it can be planned");
        let load = load_of(&plan);
        let mut block = DrawBlock::new(&plan.world, PATHS);
        let [floor, draws] = least([&mut |first| run_floor(load, first), &mut |first| {
            block.fill(&plan.world, first, PATHS);
            black_box(&mut block);
        }]);
        let Load { uniforms, normals, exps, logs } = load;
        println!(
            "{:<24} {uniforms:>8} {normals:>7} {exps:>5} {logs:>5} {floor:>7.1} ns {draws:>7.1} ns {:>6.2}",
            name.rsplit('/').next().unwrap_or(name),
            draws / floor
        );
    }
}
