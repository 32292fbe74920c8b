//! `--shard` and `cabrio merge`: parts of a run make the same bytes as the whole, or it is said what is wrong with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const MINIMAL: &str = include_str!("../../scenarios/minimal.toml");
const PATHS: &str = "20k";

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabrio"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    let scheduler = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX"];
    for variable in scheduler.iter().chain(&["CABRIO_SHARDS", "CABRIO_THREADS"]) {
        command.env_remove(variable);
    }
    command
}

fn said(output: &Output, code: i32) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    if code == 0 { text(&output.stdout) } else { text(&output.stderr) }
}

fn cabrio(folder: &Path, arguments: &[&str], code: i32) -> String {
    said(&command(folder, arguments).output().expect("the binary runs"), code)
}

/// A folder with a scenario of two cases.
fn room() -> TempDir {
    let room = tempfile::tempdir().expect("a folder");
    let case = "[[cases]]\nname = \"No cap\"\nremove = [\"instruments.0.conversion.valuation_cap\"]\n";
    fs::write(room.path().join("deal.toml"), format!("{MINIMAL}\n{case}")).expect("a file");
    room
}

fn shard(room: &Path, part: &str, out: &str, more: &[&str]) {
    let mut arguments = vec!["run", "deal.toml", "--paths", PATHS, "--shard", part, "--out", out];
    arguments.extend(more);
    cabrio(room, &arguments, 0);
}

/// All files of a folder, but for the part of the manifest that every run changes.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let mut bytes = fs::read(&path).expect("a file");
            if path.ends_with("manifest.json") {
                let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
                manifest.as_object_mut().expect("an object").remove("volatile");
                bytes = manifest.to_string().into_bytes();
            }
            found.push((path.strip_prefix(folder).expect("inside").to_owned(), bytes));
        }
    }
    found.sort();
    found
}

#[test]
fn any_number_of_shards_in_any_order_gives_the_bytes_of_the_whole() {
    let room = room();
    let at = |name: &str| room.path().join(name);
    cabrio(room.path(), &["run", "deal.toml", "--paths", PATHS, "--out", "report", "--threads", "2"], 0);
    let whole = content(&at("report"));
    for of in [1, 2, 3, 7] {
        for number in (1..=of).rev() {
            let threads = if number % 2 == 0 { "1" } else { "2" };
            shard(room.path(), &format!("{number}/{of}"), &format!("parts{of}"), &["--threads", threads]);
        }
        fs::remove_dir_all(at("report")).expect("the report");
        if of == 3 {
            let [a, b, c] = [1, 2, 3].map(|n| format!("parts3/{n}-of-3.shard"));
            cabrio(room.path(), &["merge", &b, &c, &a, "--out", "report"], 0);
        } else {
            cabrio(room.path(), &["merge", &format!("parts{of}"), "--out", "report"], 0);
        }
        assert!(content(&at("report")) == whole, "{of} shards");
    }
    said(&command(room.path(), &["reproduce", "report"]).output().expect("it runs"), 0);
}

#[test]
fn what_does_not_make_a_run_is_refused_with_the_command_that_helps() {
    let room = room();
    let at = |name: &str| room.path().join("parts").join(name);
    for part in ["1/3", "2/3", "3/3"] {
        shard(room.path(), part, "parts", &[]);
    }
    let merge = || cabrio(room.path(), &["merge", "parts"], 6);
    let good = fs::read(at("2-of-3.shard")).expect("a shard");
    let again =
        "part 2/3 is missing: run `cabrio run deal.toml --paths 20k --shard 2/3 --out parts/2-of-3.shard`";

    fs::remove_file(at("2-of-3.shard")).expect("a shard");
    assert!(merge().contains(again), "{}", merge());
    // Cut short, changed in one bit, empty, of something else.
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for damaged in [&good[..good.len() - 100], &flipped, b"", b"PK\x03\x04", &good[..60]] {
        fs::write(at("2-of-3.shard"), damaged).expect("a file");
        let told = merge();
        assert!(told.contains("2-of-3.shard` is ") && told.contains(again), "{told}");
    }
    fs::write(at("2-of-3.shard"), &good).expect("a file");
    // Twice, of another division, of another seed.
    fs::write(at("copy.shard"), &good).expect("a file");
    assert!(merge().contains("copy.shard` overlaps: part 2/3 is there already"), "{}", merge());
    fs::remove_file(at("copy.shard")).expect("a file");
    shard(room.path(), "1/2", "parts", &[]);
    assert!(merge().contains("1-of-2.shard` is part 1/2 and overlaps"), "{}", merge());
    fs::remove_file(at("1-of-2.shard")).expect("a file");
    shard(room.path(), "2/3", "parts/stranger.shard", &["--seed", "8"]);
    let told = merge();
    assert!(
        told.contains("stranger.shard` is of another run: `cabrio run deal.toml --paths 20k --seed 8`"),
        "{told}"
    );
    assert!(!told.contains("missing"), "{told}");
    fs::remove_file(at("stranger.shard")).expect("a file");
    assert!(!room.path().join("output").exists(), "nothing was written");
    cabrio(room.path(), &["merge", "parts"], 0);
    assert!(room.path().join("output/deal/report.html").exists());
    assert!(cabrio(room.path(), &["merge", "output"], 2).contains("there is no shard"));
}

#[test]
fn array_jobs_tell_the_part() {
    let room = room();
    let run = ["run", "deal.toml", "--paths", PATHS, "--shard", "auto", "--out", "parts"];
    let with = |variables: &[(&str, &str)], code: i32| {
        let mut command = command(room.path(), &run);
        command.envs(variables.iter().copied());
        said(&command.output().expect("it runs"), code)
    };
    let told = with(&[("JOB_COMPLETION_INDEX", "0"), ("CABRIO_SHARDS", "2")], 0);
    assert!(told.contains("part 1/2") && room.path().join("parts/1-of-2.shard").exists(), "{told}");
    with(&[("AWS_BATCH_JOB_ARRAY_INDEX", "1"), ("AWS_BATCH_JOB_ARRAY_SIZE", "2")], 0);
    cabrio(room.path(), &["merge", "parts"], 0);
    assert!(with(&[], 2).contains("finds no array job"));
    for (part, why) in [("3/2", "names no part"), ("1/9999", "20 shards at most")] {
        let told = cabrio(room.path(), &["run", "deal.toml", "--paths", PATHS, "--shard", part], 2);
        assert!(told.contains(why), "{told}");
    }
    cabrio(room.path(), &["run", "deal.toml", "--shard", "1/2", "--target", "mean:1%"], 2);
}

/// A device that is always full, and a path that leads through a file.
#[test]
fn a_shard_that_cannot_be_written_leaves_nothing() {
    let room = room();
    let told = cabrio(
        room.path(),
        &["run", "deal.toml", "--paths", "2k", "--shard", "1/2", "--out", "deal.toml/x.shard"],
        7,
    );
    assert!(told.contains("cannot write the shard"), "{told}");
    let names: Vec<_> = fs::read_dir(room.path()).expect("a folder").collect();
    assert_eq!(names.len(), 1, "{names:?}");
}
