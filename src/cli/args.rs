//! The command line as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

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

const EXIT_CODES: &str = "Exit codes: 0 done, 1 internal error, 2 wrong usage, 3 scenario invalid, 5 target missed, 7 output could not be written.";

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
    /// Threads of the simulation; all cores if left out. Results do not depend on it.
    #[arg(long, env = "CABRIO_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Print the summary as one JSON object instead.
    #[arg(long)]
    pub(super) json: bool,
}

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
    /// Print one JSON object instead.
    #[arg(long)]
    pub(super) json: bool,
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
pub(super) struct Schema {
    /// File to write to instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Print the reference of all keys as Markdown instead.
    #[arg(long)]
    pub(super) reference: bool,
}
