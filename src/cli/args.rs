//! The command line as typed.

mod what_if;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(super) use what_if::{Compare, How, Sensitivity, Sweep};

use crate::quantity::Day;

/// Monte Carlo valuation of convertible financings: a scenario file in, an investment memo out.
#[derive(Debug, Parser)]
#[command(name = "cabrio", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// Print results only: no progress, no hints.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 internal error, 2 wrong usage, 3 scenario invalid, 4 a check failed, 5 target missed or no answer, 6 not reproduced or not merged, 7 output could not be written, 130 interrupted.";

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a scenario and write tables, charts and a report.
    Run(Run),
    /// Make one report of the shards of a run.
    Merge(Merge),
    /// Run again what a report's folder was made from, and compare every file.
    Reproduce(Reproduce),
    /// Draw a report's folder anew from its results, without simulating: charts, pages, tables, workbook.
    Report(Report),
    /// Find every mistake in scenarios, and retell the deals in plain words.
    Check(Check),
    /// Write a commented scenario to start from, or one of an existing cap table.
    New(New),
    /// Replay one path in exact decimals: draws, events, clauses, cash.
    Path(ReplayPath),
    /// Who owns what before and after the next round, exactly and without simulation.
    Captable(CapTable),
    /// Who gets what in a sale of the company, exactly and without simulation.
    Waterfall(Waterfall),
    /// What each class of shares is worth of the company's value, by option pricing, exactly and without simulation.
    Allocate(Allocate),
    /// Compare two scenarios, two cases or two runs on the same paths.
    Compare(Compare),
    /// How results move with one figure or two, on the same paths.
    Sweep(Sweep),
    /// Which uncertain inputs carry a result.
    Sensitivity(Sensitivity),
    /// Find the figure of one key at which a result is as wanted: break-even terms, implied volatility.
    Solve(Solve),
    /// Print the JSON Schema of scenario files, for editors.
    Schema(Schema),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Explain a code that a message shows, such as E0201.
    Explain {
        /// The code; all of them are listed if left out.
        code: Option<String>,
    },
}

/// Which scenario, and what to change in it.
#[derive(Args, Debug)]
pub(super) struct Source {
    /// The scenario file; `-` reads standard input.
    pub(super) file: PathBuf,
    /// Set a key otherwise, such as `--set instruments.0.conversion.discount=20%`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) sets: Vec<String>,
}

#[derive(Args, Debug)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) source: Source,
    /// Number of paths, such as 10m; the scenario's own if left out. With a target, the most.
    #[arg(long)]
    pub(super) paths: Option<String>,
    /// Stop as soon as the standard error of the base case's mean present value is so small: mean:0.1% of it, or
    /// mean:$10m. Looked at after 16,384 paths and each doubling; exit code 5 if it is missed.
    #[arg(long, value_name = "ERROR")]
    pub(super) target: Option<String>,
    /// Seed of the random streams; the scenario's own if left out.
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Run only this case beside the deal as it stands; may be given several times.
    #[arg(long = "case", value_name = "NAME")]
    pub(super) cases: Vec<String>,
    /// Folder to write to; output/<scenario> if left out.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Also write every path to this file, a row for each path and case: CSV or, in a build with Parquet, *.parquet.
    #[arg(long, value_name = "FILE", conflicts_with = "shard")]
    pub(super) paths_out: Option<PathBuf>,
    /// Of the paths write every k-th, so that there are so many at most.
    #[arg(long, value_name = "NUMBER", requires = "paths_out", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) paths_out_limit: Option<u64>,
    /// Run only a part, such as 3/8, for `cabrio merge`; auto reads it from an array job of Slurm, Kubernetes or AWS Batch. --out is
    /// then a file *.shard, or a folder.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["target", "json", "theme"])]
    pub(super) shard: Option<String>,
    /// Let checks that are inconclusive fail too: exit code 4. Of shards, `cabrio merge` judges the checks.
    #[arg(long, conflicts_with = "shard")]
    pub(super) deny_inconclusive: bool,
    /// Threads of the simulation; all cores if left out. Results do not depend on it.
    #[arg(long, env = "CABRIO_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// How the report shall look: a TOML file with colours, size of charts and style of numbers.
    #[arg(long, value_name = "FILE")]
    pub(super) theme: Option<PathBuf>,
    /// Print the summary as one JSON object instead.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct Report {
    /// The folder that `cabrio run` wrote.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// How it shall look: a TOML file with colours, size of charts and style of numbers; the usual look if left out.
    #[arg(long, value_name = "FILE")]
    pub(super) theme: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct Merge {
    /// The shards, or folders that hold them.
    #[arg(value_name = "SHARD", required = true)]
    pub(super) shards: Vec<PathBuf>,
    /// Folder to write to; output/<scenario> if left out.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Let checks that are inconclusive fail too: exit code 4.
    #[arg(long)]
    pub(super) deny_inconclusive: bool,
    /// Threads; all cores if left out. Results do not depend on it.
    #[arg(long, env = "CABRIO_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Print the summary as one JSON object instead.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct Reproduce {
    /// The folder that `cabrio run` wrote.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Threads of the simulation; all cores if left out. Results do not depend on it.
    #[arg(long, env = "CABRIO_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
}

#[derive(Args, Debug)]
#[command(after_help = METRICS)]
pub(super) struct Solve {
    #[command(flatten)]
    pub(super) source: Source,
    /// The key to solve for, such as instruments.0.conversion.discount.
    #[arg(long = "for", value_name = "KEY")]
    pub(super) key: String,
    /// What is wanted: METRIC=VALUE, such as moic=2x, or METRIC=case:NAME.
    #[arg(long, value_name = "TARGET")]
    pub(super) target: String,
    /// Where to look, such as 5%..40%; around the present figure if left out.
    #[arg(long, value_name = "LO..HI", allow_hyphen_values = true)]
    pub(super) between: Option<String>,
    /// Solve in this case instead of the deal as it stands.
    #[arg(long, value_name = "NAME")]
    pub(super) case: Option<String>,
    /// Number of paths; the scenario's own, 131,072 at most, if left out.
    #[arg(long)]
    pub(super) paths: Option<String>,
    /// Seed of the random streams; the scenario's own if left out.
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Threads of the simulation; all cores if left out. Results do not depend on it.
    #[arg(long, env = "CABRIO_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Print one JSON object instead.
    #[arg(long)]
    pub(super) json: bool,
}

/// Names of results, at the foot of the help.
const METRICS: &str = "\
Metrics:
  present_value           mean present value at the required return, as $0
  moic                    mean proceeds over mean investment, as 2x
  irr_median              median rate of return, as 15%
  ownership_median        median fraction of the shares, where any were acquired, as 10%
  probability_conversion  probability that a tranche becomes shares, as 60%
  probability_loss        probability that less comes back than was paid in, as 25%
  fair_value              value of what is received under the risk-neutral measure, as $100m
  fair_value_net          the same less the value of what is paid in, as $0";

#[derive(Args, Debug)]
pub(super) struct Check {
    /// The scenario files; `-` reads standard input.
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// Set a key otherwise.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) sets: Vec<String>,
    /// Print one JSON object instead.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct New {
    /// Name of the scenario; NAME.toml is written here.
    #[arg(default_value = "deal")]
    pub(super) name: String,
    /// What to start from.
    #[arg(long, value_enum, default_value_t = Template::Note)]
    pub(super) template: Template,
    /// Instead: the cap table of an export in the Open Cap Format, the folder that holds its manifest.
    #[arg(long, value_name = "DIR", conflicts_with = "template")]
    pub(super) from_ocf: Option<PathBuf>,
    /// What the export does not say: a TOML file with the keys of a scenario, laid over it.
    #[arg(long, value_name = "FILE", requires = "from_ocf")]
    pub(super) overlay: Option<PathBuf>,
    /// The day of the cap table; that of the latest transaction if left out.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "from_ocf")]
    pub(super) date: Option<Day>,
}

/// Scenarios to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Template {
    /// A seed-stage convertible note.
    Note,
    /// A SAFE, in a company with a cap table.
    Safe,
    /// Preferred shares bought outright.
    Preferred,
    /// A large facility drawn in tranches as milestones are met.
    Milestones,
}

#[derive(Args, Debug)]
pub(super) struct ReplayPath {
    #[command(flatten)]
    pub(super) source: Source,
    /// Number of the path, from 0.
    pub(super) number: u64,
    /// Replay this case instead of the deal as it stands.
    #[arg(long)]
    pub(super) case: Option<String>,
    /// Seed of the random streams; the scenario's own if left out.
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// The probabilities with which paths are drawn.
    #[arg(long, value_enum, default_value_t = PathMeasure::RealWorld)]
    pub(super) measure: PathMeasure,
    /// Print one JSON object instead.
    #[arg(long)]
    pub(super) json: bool,
}

/// Probabilities of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PathMeasure {
    /// As they are expected, discounted at the required return.
    RealWorld,
    /// As prices imply them, at riskless rates: what fair values are means of. Needs a section `[fair_value]`.
    RiskNeutral,
}

/// The round to come, where it is to be other than in the file.
#[derive(Args, Debug)]
pub(super) struct RoundToCome {
    /// Pre-money value of the round, such as 15m; the file's own if left out.
    #[arg(long, value_name = "AMOUNT", conflicts_with = "price")]
    pub(super) pre_money: Option<String>,
    /// Price of a share in the round instead, such as $1.50.
    #[arg(long, value_name = "AMOUNT")]
    pub(super) price: Option<String>,
    /// New cash raised in the round, such as 5m.
    #[arg(long, value_name = "AMOUNT")]
    pub(super) new_money: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct CapTable {
    #[command(flatten)]
    pub(super) source: Source,
    #[command(flatten)]
    pub(super) round: RoundToCome,
    /// Print one JSON object instead.
    #[arg(long, conflicts_with = "csv")]
    pub(super) json: bool,
    /// Print the holdings as CSV instead.
    #[arg(long)]
    pub(super) csv: bool,
}

#[derive(Args, Debug)]
pub(super) struct Waterfall {
    #[command(flatten)]
    pub(super) source: Source,
    /// Prices of the company: 50m,100m,1bn, or a range 10m..10bn, or so many evenly, 10m..50m:5.
    #[arg(long, value_name = "PRICES")]
    pub(super) exit: String,
    /// Sell the company right after its next round instead of before it.
    #[arg(long)]
    pub(super) after_round: bool,
    #[command(flatten)]
    pub(super) round: RoundToCome,
    /// Print one JSON object instead.
    #[arg(long, conflicts_with = "csv")]
    pub(super) json: bool,
    /// Print the payouts as CSV instead.
    #[arg(long)]
    pub(super) csv: bool,
    /// Also write a chart of the payoffs to this .svg or .png file.
    #[arg(long, value_name = "FILE")]
    pub(super) chart: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("known").required(true).args(["equity_value", "backsolve"]))]
#[command(group = clap::ArgGroup::new("exit").required(true).args(["years", "exit_rate"]))]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line, each on its own")]
pub(super) struct Allocate {
    #[command(flatten)]
    pub(super) source: Source,
    /// What the company is worth, all its claims together, such as $20m.
    #[arg(long, value_name = "AMOUNT")]
    pub(super) equity_value: Option<String>,
    /// Instead: what a share of a class is worth, such as "Series A=$2.50"; the company's value is solved for.
    #[arg(long, value_name = "CLASS=PRICE")]
    pub(super) backsolve: Option<String>,
    /// Time until the company is sold: years, or a span like "18 months" (option pricing method).
    #[arg(long, value_name = "TIME")]
    pub(super) years: Option<String>,
    /// Instead: sales a year, at a random time, such as 25% (Gornall and Strebulaev).
    #[arg(long, value_name = "RATE")]
    pub(super) exit_rate: Option<String>,
    /// Take every random exit as a sale, also where the file says that it may be a flotation.
    #[arg(long, requires = "exit_rate")]
    pub(super) no_ipo: bool,
    /// Volatility of the company's value, such as 60%; that of `fair_value` if left out.
    #[arg(long, value_name = "RATE")]
    pub(super) volatility: Option<String>,
    /// Riskless rate, such as 4%; that of `fair_value` if left out.
    #[arg(long, value_name = "RATE")]
    pub(super) rate: Option<String>,
    /// How --rate is quoted; as `fair_value` says, or annual, if left out.
    #[arg(long, value_enum, requires = "rate")]
    pub(super) compounding: Option<Compounding>,
    /// Discounts for lack of marketability of a common share that cannot be sold for this time, side by side.
    #[arg(long, value_name = "TIME")]
    pub(super) dlom: Option<String>,
    /// Share out the company as it is right after its next round instead of before it.
    #[arg(long)]
    pub(super) after_round: bool,
    #[command(flatten)]
    pub(super) round: RoundToCome,
    /// Print one JSON object instead.
    #[arg(long, conflicts_with = "csv")]
    pub(super) json: bool,
    /// Print the classes as CSV instead.
    #[arg(long)]
    pub(super) csv: bool,
}

/// How a rate is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Compounding {
    /// Once a year.
    Annual,
    /// At every moment.
    Continuous,
}

#[derive(Args, Debug)]
pub(super) struct Schema {
    /// File to write to instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Print the reference of all keys as Markdown instead.
    #[arg(long)]
    pub(super) reference: bool,
}
