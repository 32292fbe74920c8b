//! Arguments of `compare`, `sweep` and `sensitivity`.

use std::path::PathBuf;

use clap::Args;

use super::{METRICS, Source};

/// How all three are run, and where the result goes.
#[derive(Args, Debug)]
pub(in crate::cli) struct How {
    /// Seed of the random streams; the scenario's own if left out.
    #[arg(long)]
    pub(in crate::cli) seed: Option<u64>,
    /// Folder to write JSON, tables and charts to; nothing is written if left out.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// How it shall look: a TOML file with colours, size of charts and style of numbers.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) theme: Option<PathBuf>,
    /// Threads of the simulation; all cores if left out. Results do not depend on it.
    #[arg(long, env = "CABRIO_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(in crate::cli) threads: Option<u16>,
    /// Print one JSON object instead.
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct Compare {
    /// A scenario file, or the folder of a run.
    pub(in crate::cli) a: PathBuf,
    /// Another one; left out if cases of the first are compared.
    pub(in crate::cli) b: Option<PathBuf>,
    /// A case: compared with the deal as it stands, with a second one, or of both files. May be given twice.
    #[arg(long = "case", value_name = "NAME")]
    pub(in crate::cli) cases: Vec<String>,
    /// Set a key otherwise, in both.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(in crate::cli) sets: Vec<String>,
    /// Compare what two folders of runs hold, without simulating; errors are then those of runs that are not paired.
    #[arg(long, conflicts_with_all = ["sets", "metrics", "paths", "seed"])]
    pub(in crate::cli) stored: bool,
    /// A further result to compare, such as p10(moic) or \"P(branch repaid)\"; may be given several times.
    #[arg(long = "metric", value_name = "METRIC")]
    pub(in crate::cli) metrics: Vec<String>,
    /// Number of paths of every run; the scenario's own, if left out.
    #[arg(long)]
    pub(in crate::cli) paths: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) how: How,
}

#[derive(Args, Debug)]
#[command(after_help = METRICS)]
pub(in crate::cli) struct Sweep {
    #[command(flatten)]
    pub(in crate::cli) source: Source,
    /// What to vary: KEY=lo..hi:n (so many values, evenly) or KEY=a,b,c; may be given twice.
    #[arg(long, value_name = "KEY=VALUES", required = true, allow_hyphen_values = true)]
    pub(in crate::cli) vary: Vec<String>,
    /// A result to look at; `present_value` if left out; may be given several times.
    #[arg(long = "metric", value_name = "METRIC")]
    pub(in crate::cli) metrics: Vec<String>,
    /// Vary this case instead of the deal as it stands.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) case: Option<String>,
    /// Number of paths of every run; the scenario's own, 131,072 at most, if left out.
    #[arg(long)]
    pub(in crate::cli) paths: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) how: How,
}

#[derive(Args, Debug)]
#[command(after_help = METRICS)]
pub(in crate::cli) struct Sensitivity {
    #[command(flatten)]
    pub(in crate::cli) source: Source,
    /// The result to look at.
    #[arg(long, value_name = "METRIC", default_value = "present_value")]
    pub(in crate::cli) metric: String,
    /// Look at this case instead of the deal as it stands.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) case: Option<String>,
    /// Number of paths of every run; the scenario's own, 131,072 at most, if left out.
    #[arg(long)]
    pub(in crate::cli) paths: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) how: How,
}
