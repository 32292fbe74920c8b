//! Time the inner loop takes: single functions, the parts of a block, and whole runs, on the model case
//! of `scenarios/amazon-anthropic.toml`.

use std::hint::black_box;
use std::path::Path;

use cabrio::model::{
    AntiDilution, Capitalization, DividendKind, Dividends, Grant, Holding, PoolChange, Scenario, Series,
    ShareTerms,
};
use cabrio::number::Decimal;
use cabrio::plan::Plan;
use cabrio::random::family::{Family, Law, Pert};
use cabrio::random::{Sampler, math};
use cabrio::scenario;
use cabrio::simulate::{BLOCK_PATHS, DealSimulator, DrawBlock, Life, LifeSimulator, RunOptions, run};
use cabrio::statistics::{SortedSample, internal_rate_of_return};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The deal as stated and all its cases.
fn plans() -> Vec<Plan> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/amazon-anthropic.toml");
    let study = scenario::load(&file, &[]).study.expect("the example is read without mistakes");
    let plan = |scenario: &Scenario| Plan::new(scenario).expect("the example can be planned");
    std::iter::once(&study.base).chain(study.cases.iter().map(|(_, scenario)| scenario)).map(plan).collect()
}

/// Evenly spaced probabilities in an order without runs.
fn probabilities(n: u32) -> Vec<f64> {
    (0..n).map(|i| (f64::from(i.wrapping_mul(2_654_435_761) % n) + 0.5) / f64::from(n)).collect()
}

fn functions(criterion: &mut Criterion) {
    let column = probabilities(1021);
    let mut group = criterion.benchmark_group("function");
    group.throughput(Throughput::Elements(column.len() as u64));
    group.bench_function("exp", |bencher| {
        bencher.iter(|| column.iter().map(|u| math::exp(black_box(10.0 * u - 5.0))).sum::<f64>());
    });
    let pert: Family = Pert::new(4.0, 4.6, 6.0, 4.0).expect("a law").into();
    group.bench_function("PERT quantile, exact", |bencher| {
        bencher.iter(|| column.iter().map(|u| pert.quantile(black_box(*u))).sum::<f64>());
    });
    let sampler = Sampler::from(pert);
    group.bench_function("PERT quantile, table", |bencher| {
        bencher.iter(|| column.iter().map(|u| sampler.quantile(black_box(*u))).sum::<f64>());
    });
    group.finish();

    let mut group = criterion.benchmark_group("statistic");
    let loan = [(0.0, -5e9), (0.7, -5e9), (1.4, -5e9), (5.0, 6e9), (5.7, 6e9), (6.4, 6e9)];
    group.bench_function("return of 6 flows", |bencher| {
        bencher.iter(|| internal_rate_of_return(black_box(&loan)));
    });
    let mixed = [(0.0, -5e9), (0.7, -5e9), (1.4, 25e9), (2.0, -5e9), (6.4, 6e9)];
    group.bench_function("return of flows with three changes of sign", |bencher| {
        bencher.iter(|| internal_rate_of_return(black_box(&mixed)));
    });
    let column = probabilities(1_000_003);
    group.sample_size(10).bench_function("sorting a million values", |bencher| {
        bencher.iter(|| SortedSample::new(black_box(&column)).len());
    });
    group.finish();
}

fn parts(criterion: &mut Criterion) {
    let plans = plans();
    let (world, terms) = (&plans[0].world, &plans[0].terms);
    let block_paths = usize::try_from(BLOCK_PATHS).expect("a block is small");
    let mut block = DrawBlock::new(world, block_paths);
    let mut group = criterion.benchmark_group("path");
    group.throughput(Throughput::Elements(BLOCK_PATHS));
    group.bench_function("draws", |bencher| {
        let mut first = 0;
        bencher.iter(|| {
            block.fill(world, first, block_paths);
            first += BLOCK_PATHS;
        });
    });
    let (mut simulator, mut life) = (LifeSimulator::default(), Life::default());
    group.bench_function("lives", |bencher| {
        bencher.iter(|| {
            for lane in 0..block_paths {
                black_box(simulator.simulate(world, block.path(world, lane), &mut life));
            }
        });
    });
    let mut deal = DealSimulator::new(terms);
    group.bench_function("lives and deals", |bencher| {
        bencher.iter(|| {
            for lane in 0..block_paths {
                let path = block.path(world, lane);
                let law = simulator.simulate(world, path, &mut life);
                deal.simulate(world, terms, law, &mut life, path);
                black_box(deal.flows.len());
            }
        });
    });
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let plans = plans();
    let all: Vec<&Plan> = plans.iter().collect();
    let paths = 16 * BLOCK_PATHS;
    let mut group = criterion.benchmark_group("run");
    group.sample_size(20).throughput(Throughput::Elements(paths));
    for (name, cases, threads) in
        [("one case", &all[..1], 1), ("all cases", &all[..], 1), ("all cores", &all[..], 2)]
    {
        group.bench_function(name, |bencher| {
            let options = RunOptions { paths, threads: Some(threads) };
            bencher.iter(|| run(cases, options, |_| {}).map(|outcomes| outcomes.len()));
        });
    }
    group.finish();
}

/// The smallest example with eight classes beside common shares, and rounds that protect and adjust them.
fn crowded(mut scenario: Scenario) -> Plan {
    let all = scenario.company.fully_diluted_shares;
    let part = |hundredths: i64| all * Decimal::new(hundredths, 2);
    let price = Decimal::from(10_000_000) / all;
    let holding = |hundredths| Holding { holder: "Someone".into(), shares: part(hundredths) };
    let dividends = Dividends {
        rate: Decimal::new(8, 2),
        kind: DividendKind::Simple,
        kept_on_conversion: false,
        within_participation_cap: true,
    };
    let terms = ShareTerms {
        anti_dilution: AntiDilution::BroadWeightedAverage,
        dividends: Some(dividends),
        ..ShareTerms::PREFERRED
    };
    let today = scenario.deal.valuation_date;
    let series = |number: u32| Series {
        name: format!("Series {number}"),
        holders: vec![holding(10)],
        issue_price: price * Decimal::from(number),
        conversion_price: price * Decimal::from(number),
        terms: ShareTerms { seniority: 4 - number, ..terms },
        dividends_since: today,
        dividends_owed: Decimal::ZERO,
        pay_to_play: None,
    };
    let grant = |strike: i64| Grant {
        name: "grant".into(),
        holder: "grant".into(),
        shares: part(5),
        strike: price * Decimal::from(strike),
    };
    scenario.company.capitalization = Some(Capitalization {
        common: vec![holding(30)],
        options: vec![grant(1), grant(2)],
        pool: part(10),
        preferred: (1..=4).map(series).collect(),
        warrants: vec![grant(1), grant(3)],
    });
    let rounds = scenario.rounds.as_mut().expect("the example has rounds");
    rounds.pricing.series = terms;
    rounds.pricing.pool = PoolChange::Unallocated(Decimal::new(8, 2));
    Plan::new(&scenario).expect("the example can be planned")
}

fn tables(criterion: &mut Criterion) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/minimal.toml");
    let study = scenario::load(&file, &[]).study.expect("the example is read without mistakes");
    let lump = Plan::new(&study.base).expect("the example can be planned");
    let crowded = crowded(study.base);
    let paths = 16 * BLOCK_PATHS;
    let mut group = criterion.benchmark_group("cap table");
    group.sample_size(20).throughput(Throughput::Elements(paths));
    for (name, plan) in [("one lump", &lump), ("eight classes", &crowded)] {
        group.bench_function(name, |bencher| {
            let options = RunOptions { paths, threads: Some(1) };
            bencher.iter(|| run(&[plan], options, |_| {}).map(|outcomes| outcomes.len()));
        });
    }
    group.finish();
}

criterion_group!(benches, functions, parts, whole, tables);
criterion_main!(benches);
