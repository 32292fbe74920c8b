//! The command line from outside: what it prints where, and its exit codes.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use cabrio::diagnostic::Code;
use cabrio::random::math;
use serde_json::Value;
use tempfile::TempDir;

use crate::schema_check;

const MINIMAL: &str = include_str!("../../scenarios/minimal.toml");

/// The line of the minimal scenario that states the horizon.
fn horizon_line() -> usize {
    1 + MINIMAL.lines().position(|line| line.contains("horizon")).expect("a horizon")
}

/// A run of the binary in a folder of its own.
fn cabrio(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).stdin(Stdio::null()).output().expect("the binary runs")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabrio"));
    command.current_dir(folder).args(arguments).env_remove("NO_COLOR").env_remove("CABRIO_THREADS");
    command
}

fn with_input(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

/// A folder with `minimal.toml` in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("minimal.toml"), MINIMAL).expect("a file");
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Standard output of a command that must succeed without complaint.
fn result(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Standard error of a command that must fail with a code and without a result.
fn complaint(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    text(&output.stderr)
}

#[test]
fn help_names_every_command_and_exit_code() {
    let folder = folder();
    let help = result(&cabrio(folder.path(), &["--help"]));
    for word in [
        "run",
        "check",
        "new",
        "path",
        "schema",
        "completions",
        "explain",
        "Exit codes: 0",
        "3 scenario invalid",
    ] {
        assert!(help.contains(word), "{word}:\n{help}");
    }
    for name in ["run", "check", "new", "path", "schema", "completions", "explain"] {
        assert!(result(&cabrio(folder.path(), &[name, "--help"])).contains("Usage:"));
    }
    let version = result(&cabrio(folder.path(), &["--version"]));
    assert_eq!(version.trim(), concat!("cabrio ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = folder();
    for arguments in [
        &[][..],
        &["chekc", "minimal.toml"],
        &["check"],
        &["run", "minimal.toml", "--threads", "0"],
        &["path", "minimal.toml", "minus-one"],
        &["path", "minimal.toml", "99999999999999999999999"],
        &["completions", "cmd.exe"],
        &["new", "x", "--template", "bond"],
        &["check", "minimal.toml", "--color", "sometimes"],
    ] {
        complaint(&cabrio(folder.path(), arguments), 2);
    }
}

#[test]
fn every_code_is_explained_and_others_are_not() {
    let folder = folder();
    let list = result(&cabrio(folder.path(), &["explain"]));
    for code in Code::ALL {
        assert!(list.contains(code.id()), "{code}");
        let page = result(&cabrio(folder.path(), &["explain", code.id()]));
        assert!(page.contains(code.id()) && page.contains(code.entry().title), "{page}");
    }
    assert_eq!(
        result(&cabrio(folder.path(), &["explain", "e0201"])),
        result(&cabrio(folder.path(), &["explain", "E0201"]))
    );
    let unknown = complaint(&cabrio(folder.path(), &["explain", "E0210"]), 2);
    assert!(unknown.contains("did you mean"), "{unknown}");
}

#[test]
fn completions_are_there_for_four_shells() {
    let folder = folder();
    for (shell, part) in [
        ("bash", "_cabrio"),
        ("zsh", "#compdef cabrio"),
        ("fish", "complete -c cabrio"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = result(&cabrio(folder.path(), &["completions", shell]));
        assert!(script.contains(part) && script.contains("explain"), "{shell}");
    }
}

#[test]
fn the_schema_is_draft_07_and_knows_every_key_of_the_examples() {
    let folder = folder();
    let schema: Value = serde_json::from_str(&result(&cabrio(folder.path(), &["schema"]))).expect("JSON");
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    schema_check::well_formed(&schema);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for examples in ["scenarios", "src/cli/template"] {
        for entry in std::fs::read_dir(root.join(examples)).expect("examples") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "toml") {
                let document = schema_check::toml_as_json(&std::fs::read_to_string(&path).expect("a file"));
                let problems = schema_check::problems(&schema, &document);
                assert!(problems.is_empty(), "{}: {problems:?}", path.display());
                checked += 1;
            }
        }
    }
    assert!(checked >= 4, "{checked}");
    // What the reader refuses, the schema refuses too.
    for (from, to) in [
        ("horizon", "horizn"),
        ("\"convertible_note\"", "\"convertible_nota\""),
        ("[{ amount = \"$1m\" }]", "5"),
    ] {
        let broken = schema_check::toml_as_json(&MINIMAL.replace(from, to));
        assert!(!schema_check::problems(&schema, &broken).is_empty(), "{to}");
    }
    let out = cabrio(folder.path(), &["schema", "--out", "cabrio.schema.json"]);
    assert_eq!(out.status.code(), Some(0));
    let written = std::fs::read_to_string(folder.path().join("cabrio.schema.json")).expect("a schema");
    assert_eq!(serde_json::from_str::<Value>(&written).expect("JSON"), schema);
    complaint(&cabrio(folder.path(), &["schema", "--out", "no/such/folder/x.json"]), 7);
}

#[test]
fn the_reference_describes_every_section() {
    let folder = folder();
    let page = result(&cabrio(folder.path(), &["schema", "--reference"]));
    for heading in [
        "## scenario",
        "## deal",
        "## tranche",
        "## valuation_cap",
        "## distribution",
        "## milestone",
        "## gbm",
    ] {
        assert!(page.lines().any(|line| line == heading), "{heading}");
    }
}

#[test]
fn check_retells_a_good_scenario_and_points_at_the_mistakes_of_a_bad_one() {
    let folder = folder();
    let told = result(&cabrio(folder.path(), &["check", "minimal.toml"]));
    assert!(told.starts_with("minimal.toml: valid\n") && told.contains("A first note"), "{told}");
    std::fs::write(folder.path().join("bad.toml"), MINIMAL.replace("horizon", "horizn")).expect("a file");
    let said = complaint(&cabrio(folder.path(), &["check", "bad.toml"]), 3);
    assert!(
        said.contains("error[E0201]")
            && said.contains(&format!("--> bad.toml:{}:", horizon_line()))
            && said.contains("did you mean"),
        "{said}"
    );
    // Several files: the good ones are told, the bad ones named at the end.
    let both = cabrio(folder.path(), &["check", "bad.toml", "minimal.toml", "missing.toml"]);
    assert_eq!(both.status.code(), Some(3));
    assert!(text(&both.stdout).starts_with("minimal.toml: valid"));
    assert!(
        text(&both.stderr).ends_with("error: not usable: bad.toml, missing.toml\n"),
        "{}",
        text(&both.stderr)
    );
    let set = complaint(&cabrio(folder.path(), &["check", "minimal.toml", "--set", "deal.horizon=soon"]), 3);
    assert!(set.contains("--> --set:1:14"), "{set}");
}

/// Hand-worked: a SAFE of 12m at a post-money cap of 10m owns 120 % before the new money, which takes 5 of 25: 96 % and
/// 20 % after it. The round cannot close, which `check` says, in text and JSON, with exit code 3.
#[test]
fn check_refuses_a_round_that_cannot_close() {
    let folder = folder();
    let text_of_file = r#"
deal = { title = "Too many", valuation_date = 2026-01-01 }
company.capitalization.common = { Founders = "8m" }
[[instruments]]
name = "SAFE"
kind = "safe"
valuation_cap = { amount = "$10m", basis = "post_money" }
tranches = [{ amount = "$12m", outstanding_since = 2025-01-01 }]
[round]
pre_money = "$20m"
new_money = "$5m"
"#;
    std::fs::write(folder.path().join("round.toml"), text_of_file).expect("a file");
    let said = complaint(&cabrio(folder.path(), &["check", "round.toml"]), 3);
    assert!(said.contains("\"SAFE\" claims 96.0000%") && said.contains("claim 116.0000%"), "{said}");
    let output = cabrio(folder.path(), &["check", "--json", "round.toml"]);
    assert_eq!(output.status.code(), Some(3));
    let object: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(object["files"][0]["valid"], false);
}

#[test]
fn check_gives_json_of_a_stated_shape() {
    let folder = folder();
    std::fs::write(folder.path().join("bad.toml"), MINIMAL.replace("horizon", "horizn")).expect("a file");
    let output = cabrio(folder.path(), &["check", "--json", "minimal.toml", "bad.toml"]);
    assert_eq!(output.status.code(), Some(3));
    let object: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(object["schema_version"], 1);
    let files = object["files"].as_array().expect("files");
    assert_eq!(files.len(), 2);
    assert_eq!((&files[0]["file"], &files[0]["valid"]), (&"minimal.toml".into(), &true.into()));
    assert!(files[0]["deal"].as_array().is_some_and(|paragraphs| {
        paragraphs.iter().all(|one| one["heading"].is_string() && one["lines"].is_array())
    }));
    assert!(files[0]["cases"].is_array() && files[0]["diagnostics"] == Value::Array(Vec::new()));
    assert_eq!((&files[1]["valid"], &files[1]["deal"]), (&false.into(), &Value::Null));
    let mistake = &files[1]["diagnostics"][0];
    assert_eq!((&mistake["code"], &mistake["severity"]), (&"E0201".into(), &"error".into()));
    let label = &mistake["labels"][0];
    assert_eq!((&label["file"], &label["line"]), (&"bad.toml".into(), &horizon_line().into()));
    assert!(label["column"].is_u64() && label["end_column"].is_u64() && mistake["help"][0].is_string());
}

#[test]
fn a_dash_reads_standard_input() {
    let folder = folder();
    let told = with_input(folder.path(), &["check", "-"], MINIMAL);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
    let bad = with_input(folder.path(), &["check", "-"], "deal = 1\n");
    assert_eq!(bad.status.code(), Some(3));
    assert!(text(&bad.stderr).contains("--> standard input:1:8"), "{}", text(&bad.stderr));
    let empty = complaint(&cabrio(folder.path(), &["check", "-"]), 3);
    assert!(empty.contains("error[E0105]"), "{empty}");
    let path = with_input(folder.path(), &["path", "-", "3"], MINIMAL);
    assert_eq!(path.status.code(), Some(0), "{}", text(&path.stderr));
}

#[test]
fn colour_is_for_those_who_want_it() {
    let folder = folder();
    std::fs::write(folder.path().join("bad.toml"), "deal = 1\n").expect("a file");
    let coloured = |arguments: &[&str], no_color: Option<&str>| {
        let mut command = command(folder.path(), arguments);
        no_color.map(|value| command.env("NO_COLOR", value));
        text(&command.stdin(Stdio::null()).output().expect("it runs").stderr).contains('\u{1b}')
    };
    assert!(!coloured(&["check", "bad.toml"], None), "no terminal, no colour");
    assert!(coloured(&["--color", "always", "check", "bad.toml"], None));
    assert!(coloured(&["--color", "always", "check", "bad.toml"], Some("1")), "the command line rules");
    assert!(!coloured(&["--color", "never", "check", "bad.toml"], None));
    assert!(!coloured(&["check", "bad.toml"], Some("1")));
}

#[test]
fn a_reader_that_leaves_early_is_no_mistake() {
    let folder = folder();
    // Far more than a pipe holds, so that the writer must notice.
    let files = ["minimal.toml"; 100];
    let mut command = command(folder.path(), &[&["check"][..], &files].concat());
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut first = [0; 10];
    child.stdout.take().expect("an output").read_exact(&mut first).expect("a line");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn templates_check_clean_and_nothing_is_overwritten() {
    let folder = folder();
    for template in ["note", "safe", "preferred", "milestones"] {
        let new = cabrio(folder.path(), &["new", template, "--template", template]);
        assert_eq!(new.status.code(), Some(0), "{}", text(&new.stderr));
        let file = format!("{template}.toml");
        assert_eq!(text(&new.stdout), format!("wrote {file}\n"));
        result(&cabrio(folder.path(), &["check", &file]));
        std::fs::write(folder.path().join(&file), "mine").expect("a file");
        let again = complaint(&cabrio(folder.path(), &["new", &file, "--template", template]), 7);
        assert!(again.contains("choose another name"), "{again}");
        assert_eq!(std::fs::read_to_string(folder.path().join(&file)).expect("the file"), "mine");
    }
    let quiet = cabrio(folder.path(), &["--quiet", "new"]);
    assert!(quiet.stderr.is_empty() && text(&quiet.stdout) == "wrote deal.toml\n");
    complaint(&cabrio(folder.path(), &["new", "no/such/folder/x"]), 7);
}

#[test]
fn a_path_is_replayed_and_unknown_cases_are_refused() {
    let folder = folder();
    let first = result(&cabrio(folder.path(), &["path", "minimal.toml", "0"]));
    assert_eq!(first, result(&cabrio(folder.path(), &["path", "minimal.toml", "0"])));
    assert_ne!(first, result(&cabrio(folder.path(), &["path", "minimal.toml", "0", "--seed", "2"])));
    result(&cabrio(folder.path(), &["path", "minimal.toml", "18446744073709551615"]));
    let json: Value =
        serde_json::from_str(&result(&cabrio(folder.path(), &["path", "minimal.toml", "7", "--json"])))
            .expect("JSON");
    assert!(json.is_object());
    let none = complaint(&cabrio(folder.path(), &["path", "minimal.toml", "0", "--case", "No cap"]), 2);
    assert!(none.contains("the scenario has none"), "{none}");
    let new = cabrio(folder.path(), &["new", "note"]);
    assert_eq!(new.status.code(), Some(0));
    let known = complaint(&cabrio(folder.path(), &["path", "note.toml", "0", "--case", "No gap"]), 2);
    assert!(known.contains("\"No cap\", \"Plain loan\""), "{known}");
    result(&cabrio(folder.path(), &["path", "note.toml", "0", "--case", "No cap"]));
    let unknown =
        complaint(&cabrio(folder.path(), &["run", "note.toml", "--paths", "100", "--case", "No gap"]), 2);
    assert!(unknown.contains("\"No cap\", \"Plain loan\""), "{unknown}");
    assert!(!folder.path().join("output").exists(), "nothing is written for a run that cannot be");
}

/// The paths of a fair value are replayed: their mean is that of the run, and payments are discounted at the riskless rate, here 4 %.
#[test]
fn a_path_of_the_fair_value_is_replayed() {
    const PATHS: u32 = 4;
    let folder = folder();
    let basis = r#"{ risk_free = "4%", credit_model = { hazard = { rate = "10%", recovery = "10%" } } }"#;
    std::fs::write(folder.path().join("fair.toml"), format!("fair_value = {basis}\n{MINIMAL}"))
        .expect("a file");
    let json = |output: &Output| serde_json::from_str::<Value>(&text(&output.stdout)).expect("JSON");
    let run = json(&cabrio(folder.path(), &["run", "fair.toml", "--json", "--quiet", "--paths", "4"]));
    let fair = run["fair_value"]["cases"][0]["net"]["value"].as_f64().expect("a fair value");
    let mut sum = 0.0;
    for number in 0..PATHS {
        let arguments = ["path", "fair.toml", &number.to_string(), "--measure", "risk-neutral", "--json"];
        let path = json(&cabrio(folder.path(), &arguments));
        assert_eq!(path["measure"], "risk_neutral");
        let value = path["totals"]["present_value_exact"].as_str().expect("a decimal");
        sum += value.parse::<f64>().expect("a number");
        for payment in path["cash"].as_array().expect("payments") {
            let years = payment["t"].as_f64().expect("a time");
            let factor = payment["discount_factor"].as_f64().expect("a factor");
            assert!((factor - math::exp(-years * math::ln(1.04))).abs() < 1e-12, "{payment}");
        }
    }
    let mean = sum / f64::from(PATHS);
    assert!((mean - fair).abs() < 1e-9 * fair.abs(), "{mean} {fair}");
    let told = result(&cabrio(folder.path(), &["path", "fair.toml", "0", "--measure", "risk-neutral"]));
    assert!(
        told.contains("under the risk-neutral measure") && told.contains("at riskless rates, exact"),
        "{told}"
    );
    let real = json(&cabrio(folder.path(), &["path", "fair.toml", "0", "--json"]));
    assert_eq!(real["measure"], "real_world");
    let none =
        complaint(&cabrio(folder.path(), &["path", "minimal.toml", "0", "--measure", "risk-neutral"]), 2);
    assert!(none.contains("needs a section [fair_value]"), "{none}");
}

#[test]
fn a_run_refuses_what_check_refuses() {
    let folder = folder();
    for (arguments, part) in [
        (&["run", "minimal.toml", "--paths", "0"][..], "`paths` must be more than zero"),
        (&["run", "minimal.toml", "--paths", "1e12"], "at most 4000000000 paths"),
        (&["run", "minimal.toml", "--paths", "many"], "error[E0307]"),
        (&["run", "minimal.toml", "--set", "deal.horizn=5 years"], "did you mean `horizon`?"),
        (&["run", "missing.toml"], "error[E0106]"),
    ] {
        let said = complaint(&cabrio(folder.path(), arguments), 3);
        assert!(said.contains(part), "{arguments:?}\n{said}");
    }
    assert!(!folder.path().join("output").exists());
}

#[test]
fn a_run_stops_at_its_target_or_says_what_it_would_take() {
    let folder = folder();
    let run = |target: &str, paths: &str| {
        let sampling = ["--set", "simulation.sampling=sobol"];
        let mut arguments =
            vec!["run", "minimal.toml", "--quiet", "--json", "--target", target, "--paths", paths];
        arguments.extend(sampling);
        cabrio(folder.path(), &arguments)
    };
    // The first look, after 16,384 paths, is enough for this much.
    let done: serde_json::Value = serde_json::from_str(&result(&run("mean:20%", "100k"))).expect("JSON");
    assert_eq!(
        (&done["run"]["paths"], &done["run"]["sampling"]["method"]),
        (&16_384.into(), &"sobol".into())
    );
    let missed = run("mean:0.001%", "2048");
    assert_eq!(missed.status.code(), Some(5));
    let said = text(&missed.stderr);
    assert!(said.contains("misses its target") && said.contains("would do"), "{said}");
    let written: serde_json::Value = serde_json::from_str(&text(&missed.stdout)).expect("JSON");
    assert_eq!(written["run"]["paths"], 2_048);
    assert!(folder.path().join("output/minimal/report.html").exists());
    // Of a value without a variance to speak of no error tells when to stop.
    let wild = ["--target", "mean:20%", "--set", "company.value.process.gbm.volatility=300%"];
    let said = complaint(&cabrio(folder.path(), &[&["run", "minimal.toml"], &wild[..]].concat()), 2);
    assert!(said.contains("no number of paths shows"), "{said}");
}
