//! `cabrio run` for now.
use super::args::Run;
use super::exit::Failure;
use super::load::{study, with_run_options};
use super::terminal::Terminal;
use crate::plan::Plan;
use crate::simulate::{RunOptions, run as simulate};
pub(super) fn run(command: &Run, terminal: &mut Terminal) -> Result<(), Failure> {
    let sets = with_run_options(&command.source.sets, command.paths.as_deref(), command.seed);
    let (study, _) = study(&command.source.file, &sets, terminal)?;
    let mut plans = vec![Plan::new(&study.base).map_err(|e| Failure::Internal(e.to_string()))?];
    for (_, s) in &study.cases { plans.push(Plan::new(s).map_err(|e| Failure::Internal(e.to_string()))?); }
    let refs: Vec<&Plan> = plans.iter().collect();
    let paths = study.base.simulation.paths;
    let bar = terminal.progress(paths);
    let out = simulate(&refs, RunOptions { paths, threads: command.threads.map(usize::from) }, |n| bar.set_position(n)).map_err(|e| Failure::Internal(e.to_string()))?;
    for (i, o) in out.iter().enumerate() {
        let m = crate::statistics::Moments::of(&o.columns.present_value);
        let inv = crate::statistics::Moments::of(&o.columns.invested);
        let rec = crate::statistics::Moments::of(&o.columns.received);
        println!("{i}: pv {:?} ± {:?} invested {:?} received {:?} infeasible {}", m.mean(), m.standard_error(), inv.mean(), rec.mean(), o.tally.infeasible);
        for t in &o.tally.tranches { for b in crate::simulate::Branch::ALL { let c = t.count[b as usize]; if c>0 { println!("   {:40} {:.4} {:.4e}", b.label(), c as f64/paths as f64, t.value[b as usize]/paths as f64); } } println!(); }
        println!("  exits {:?} reached {:?}", o.tally.exits, o.tally.reached);
    }
    Ok(())
}
