//! Time a path takes, part by part and as a whole, on the model case of `scenarios/amazon-anthropic.toml`.

use std::hint::black_box;
use std::path::Path;

use cabrio::model::Scenario;
use cabrio::plan::Plan;
use cabrio::scenario;
use cabrio::simulate::{BLOCK_PATHS, DealSimulator, DrawBlock, Life, LifeSimulator, RunOptions, run};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The deal as stated and all its cases.
fn plans() -> Vec<Plan> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/amazon-anthropic.toml");
    let study = scenario::load(&file, &[]).study.expect("the example is read without mistakes");
    let plan = |scenario: &Scenario| Plan::new(scenario).expect("the example can be planned");
    std::iter::once(&study.base).chain(study.cases.iter().map(|(_, scenario)| scenario)).map(plan).collect()
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

criterion_group!(benches, parts, whole);
criterion_main!(benches);
