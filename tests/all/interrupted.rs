//! A run that is ended from outside leaves nothing half-written and says so by its exit code.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const MINIMAL: &str = include_str!("../../scenarios/minimal.toml");

fn start(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cabrio"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the binary runs")
}

/// Sends a signal by its name and waits for the end.
fn ended_by(signal: &str, mut child: Child) -> ExitStatus {
    // Long enough for handlers to stand, far too short for the run.
    std::thread::sleep(Duration::from_millis(700));
    let sent =
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        match child.try_wait().expect("a child") {
            Some(status) => return status,
            None if Instant::now() > patience => {
                let _ = child.kill();
                panic!("it goes on after {signal}");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_old_report_stays_and_nothing_new_is_left() {
    let room = tempfile::tempdir().expect("a folder");
    fs::write(room.path().join("deal.toml"), MINIMAL).expect("a file");
    let first = start(room.path(), &["run", "deal.toml", "--paths", "2k"]).wait().expect("a child");
    assert_eq!(first.code(), Some(0));
    let before = fs::read(room.path().join("output/deal/manifest.json")).expect("a manifest");
    for signal in ["INT", "TERM"] {
        for more in [&[][..], &["--shard", "1/2"]] {
            let long = [&["run", "deal.toml", "--paths", "2bn"][..], more].concat();
            let status = ended_by(signal, start(room.path(), &long));
            assert_eq!(status.code(), Some(130), "{signal} {more:?}: {status}");
        }
    }
    for command in [
        &["sensitivity", "deal.toml"][..],
        &["sweep", "deal.toml", "--vary", "failure.hazard=1%..20%:50"],
        &["compare", "deal.toml", "deal.toml", "--set", "deal.horizon=20 years"],
    ] {
        let long = [command, &["--paths", "4m", "--out", "what-if"]].concat();
        let status = ended_by("INT", start(room.path(), &long));
        assert_eq!(status.code(), Some(130), "{command:?}: {status}");
    }
    assert_eq!(fs::read(room.path().join("output/deal/manifest.json")).expect("a manifest"), before);
    assert_eq!(names(&room.path().join("output")), ["deal"]);
    assert_eq!(names(room.path()), ["deal.toml", "output"]);
}
