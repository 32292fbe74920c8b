//! Committed files that the program generates are up to date.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::path::Path;
use std::process::Command;

fn assert_current(file: &str, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_cabrio")).args(arguments).output().unwrap();
    assert!(output.status.success());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let committed = std::fs::read_to_string(&path).unwrap();
    let fresh = String::from_utf8(output.stdout).unwrap();
    assert!(committed == fresh, "{file} is out of date: run `cabrio {} > {file}`", arguments.join(" "));
}

#[test]
fn the_schema_is_current() {
    assert_current("cabrio.schema.json", &["schema"]);
}

#[test]
fn the_reference_of_keys_is_current() {
    assert_current("docs/scenario-reference.md", &["schema", "--reference"]);
}
