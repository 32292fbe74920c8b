//! Time of the two solvers that run on every path: a priced round with eight instruments and a waterfall of
//! eight classes, in `f64`.

use std::hint::black_box;

use cabrio::contract::{
    Cap, ConversionTerms, Converting, CountedShares, ExitClass, Participation, Pool, PriceBasis, RoundTerms,
    WaterfallScratch, distribute, price_round,
};
use criterion::{Criterion, criterion_group, criterion_main};

/// A seed-stage table: SAFEs of both forms, notes with and without a cap, and one with its own definition.
fn instruments() -> [Converting<f64>; 8] {
    let caps = [
        Cap::PostMoney(4e6),
        Cap::PostMoney(8e6),
        Cap::PreMoney(6e6),
        Cap::PreMoney(20e6),
        Cap::FixedPrice(0.9),
        Cap::None,
        Cap::Over(7e6, CountedShares { this_security: true, ..CountedShares::PRE_MONEY }),
        Cap::PostMoney(30e6),
    ];
    let discounts = [0.0, 0.0, 0.2, 0.2, 0.15, 0.25, 0.2, 0.1];
    let instrument = |place: usize| Converting {
        amount: 2e5,
        terms: ConversionTerms { discount: discounts[place], cap: caps[place], stacked: false },
        limited: false,
    };
    std::array::from_fn(instrument)
}

fn rounds(criterion: &mut Criterion) {
    let instruments = instruments();
    let kept = RoundTerms { options: 6e5, unallocated: 1e6, ..RoundTerms::new(9e6, 15e6, 5e6) };
    let target = RoundTerms { pool: Pool::TargetUnallocated(0.15), ..kept };
    let (mut shares, mut basis) = ([0.0; 8], [PriceBasis::RoundPrice; 8]);
    let mut group = criterion.benchmark_group("price_round");
    for (name, terms) in [("8 instruments", kept), ("8 instruments, pool target", target)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                price_round(black_box(&terms), black_box(&instruments), None, &mut shares, &mut basis)
                    .map(|round| round.total_shares)
            });
        });
    }
    group.finish();
}

/// Common, options, a loan and five preferred of all kinds.
fn classes() -> [ExitClass<f64>; 8] {
    let class = |shares, claim, seniority, participation| ExitClass {
        shares,
        claim,
        seniority,
        participation,
        strike: 0.0,
    };
    let plain = Participation::None;
    [
        class(0.0, 3e6, 0, plain),
        class(4e6, 40e6, 1, plain),
        class(3e6, 20e6, 2, Participation::Capped(40e6)),
        class(2e6, 8e6, 2, Participation::Full),
        class(2e6, 5e6, 3, plain),
        class(1e6, 2e6, 3, Participation::Capped(6e6)),
        ExitClass { strike: 1.5, ..class(1e6, 0.0, 4, plain) },
        class(8e6, 0.0, 4, plain),
    ]
}

fn waterfalls(criterion: &mut Criterion) {
    let classes = classes();
    let mut scratch = WaterfallScratch::new(8);
    let mut payouts = [0.0; 8];
    let mut group = criterion.benchmark_group("distribute");
    for (name, proceeds) in [("short", 50e6), ("some convert", 150e6), ("all convert", 500e6)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| distribute(black_box(proceeds), black_box(&classes), &mut scratch, &mut payouts));
        });
    }
    group.finish();
}

criterion_group!(benches, rounds, waterfalls);
criterion_main!(benches);
