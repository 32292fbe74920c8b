//! `--paths-out`: every path in a file, which says what the summary says.

use std::fs;
use std::path::Path;

use crate::program::{cabrio, said};
use serde_json::Value;
use tempfile::TempDir;

const MINIMAL: &str = include_str!("../../scenarios/minimal.toml");

fn room() -> TempDir {
    let room = tempfile::tempdir().expect("a folder");
    let case =
        "[[cases]]\nname = \"No cap, \\\"bare\\\"\"\nremove = [\"instruments.0.conversion.valuation_cap\"]\n";
    fs::write(room.path().join("deal.toml"), format!("{MINIMAL}\n{case}")).expect("a file");
    room
}

/// Rows by column name.
fn rows(file: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).expect("a table");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// Read back by another reader, the rows have the summary's means, counts and endings.
#[test]
fn the_rows_are_the_run() {
    let room = room();
    let run = ["run", "deal.toml", "--paths", "3000", "--json", "--quiet", "--paths-out", "all.csv"];
    let summary: Value = serde_json::from_str(&said(&cabrio(room.path(), &run), 0)).expect("JSON");
    let rows = rows(&room.path().join("all.csv"));
    assert_eq!(rows.len(), 6_000);
    for case in summary["cases"].as_array().expect("cases") {
        let own: Vec<_> =
            rows.iter().filter(|row| row["case"] == case["name"].as_str().expect("a name")).collect();
        assert_eq!(own.len(), 3_000);
        for (number, row) in own.iter().enumerate() {
            assert_eq!(row["path"], number.to_string());
        }
        let numbers =
            |name: &str| own.iter().filter_map(|row| row[name].parse::<f64>().ok()).collect::<Vec<f64>>();
        for (column, pointer) in [
            ("present_value_usd", "/present_value/mean"),
            ("received_usd", "/received"),
            ("invested_usd", "/invested"),
            ("multiple", "/moic/mean"),
            ("resolved_years", "/resolution_years/mean"),
        ] {
            let values = numbers(column);
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let told = case.pointer(pointer).expect("a mean");
            let expected = told["value"].as_f64().expect("a number");
            // Sums of 3,000 terms in another order.
            assert!((mean - expected).abs() < 1e-9 * expected.abs().max(1.0), "{column}: {mean} {expected}");
            assert_eq!(told["paths"], values.len(), "{column}");
        }
        // One tranche: the endings of paths are those of the commitment.
        for branch in case["branches"].as_array().expect("branches") {
            let seen = own.iter().filter(|row| branch["branch"] == row["ending"].as_str()).count();
            assert_eq!(branch["seen"], seen, "{branch}");
        }
    }
    // The same bytes on any number of threads.
    let first = fs::read(room.path().join("all.csv")).expect("a file");
    for threads in ["1", "2"] {
        said(&cabrio(room.path(), &[&run[..], &["--threads", threads]].concat()), 0);
        assert!(fs::read(room.path().join("all.csv")).expect("a file") == first);
    }
}

#[test]
fn every_so_manyth_path_on_request() {
    let room = room();
    let run = [
        "run",
        "deal.toml",
        "--paths",
        "3000",
        "--quiet",
        "--paths-out",
        "some.csv",
        "--paths-out-limit",
        "700",
    ];
    said(&cabrio(room.path(), &run), 0);
    let rows = rows(&room.path().join("some.csv"));
    // 3,000 over 700, rounded up: every fifth path, two cases.
    assert_eq!(rows.len(), 1_200);
    assert_eq!((&rows[2]["path"], &rows[1199]["path"]), (&"5".to_owned(), &"2995".to_owned()));
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let room = room();
    let run = |file: &str, code: i32| {
        said(&cabrio(room.path(), &["run", "deal.toml", "--paths", "2000", "--paths-out", file]), code)
    };
    assert!(run("all.xlsx", 2).contains("ends in .csv or .parquet"));
    assert!(run("no/such/folder/all.csv", 7).contains("cannot write the paths"));
    assert!(run("deal.toml/all.csv", 7).contains("cannot write the paths"));
    fs::create_dir(room.path().join("folder.csv")).expect("a folder");
    assert!(run("folder.csv", 7).contains("cannot write the paths"));
    assert!(!room.path().join("output").exists());
    assert_eq!(fs::read_dir(room.path()).expect("a folder").count(), 2);
}

/// Parquet has what the CSV file has, to the bit, in groups of 65,536 rows.
#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_same_rows() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    let room = room();
    for file in ["all.csv", "all.parquet"] {
        let run = ["run", "deal.toml", "--paths", "40k", "--quiet", "--paths-out", file];
        said(&cabrio(room.path(), &run), 0);
    }
    let rows = rows(&room.path().join("all.csv"));
    let file = fs::File::open(room.path().join("all.parquet")).expect("a file");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    assert_eq!((reader.num_row_groups(), rows.len()), (2, 80_000));
    let mut count = 0;
    for (row, expected) in reader.get_row_iter(None).expect("rows").zip(&rows) {
        let row = row.expect("a row");
        for (name, field) in row.get_column_iter() {
            let text = match field {
                Field::Null => String::new(),
                Field::ULong(number) => number.to_string(),
                Field::Str(text) => text.clone(),
                Field::Double(number) => format!("{number}"),
                other => panic!("{name}: {other:?}"),
            };
            assert_eq!(text, expected[name], "{name}");
        }
        count += 1;
    }
    assert_eq!(count, rows.len());
}

/// Without the feature it is said how to get it.
#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_so() {
    let room = room();
    let run = ["run", "deal.toml", "--paths", "2000", "--paths-out", "all.parquet"];
    assert!(said(&cabrio(room.path(), &run), 2).contains("--features parquet"));
    assert!(!room.path().join("output").exists());
}

/// `DuckDB` and Polars read what is written, and find the summary's means and counts. Needs `python3` with both (`CABRIO_PYTHON` names
/// another one): `pip install duckdb polars`.
#[test]
#[ignore = "needs Python with duckdb and polars"]
fn other_programs_read_the_rows() {
    const SCRIPT: &str = r#"
import json, sys, duckdb, polars
file = sys.argv[1]
mean = "avg(present_value_usd), avg(multiple), count(*), count(multiple)"
duck = duckdb.sql(f"select \"case\", {mean} from '{file}' group by all order by min(path), \"case\"").fetchall()
read = polars.read_parquet if file.endswith(".parquet") else polars.read_csv
frame = read(file).group_by("case").agg(
    polars.col("present_value_usd").mean(), polars.col("multiple").mean().alias("mean"), polars.len(), polars.col("multiple").count())
print(json.dumps({"duck": duck, "polars": frame.rows()}))
"#;
    let room = room();
    let python = std::env::var("CABRIO_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let forms: &[&str] = if cfg!(feature = "parquet") { &["all.csv", "all.parquet"] } else { &["all.csv"] };
    for file in forms {
        let run = ["run", "deal.toml", "--paths", "40k", "--json", "--quiet", "--paths-out", file];
        let summary: Value = serde_json::from_str(&said(&cabrio(room.path(), &run), 0)).expect("JSON");
        let mut command = std::process::Command::new(&python);
        let output = command.current_dir(room.path()).args(["-c", SCRIPT, file]).output().expect("Python");
        let found: Value = serde_json::from_str(&said(&output, 0)).expect("JSON");
        for program in ["duck", "polars"] {
            let rows = found[program].as_array().expect("rows");
            assert_eq!(rows.len(), 2);
            for case in summary["cases"].as_array().expect("cases") {
                let row = rows.iter().find(|row| row[0] == case["name"]).expect("the case");
                let near = |found: &Value, told: &Value| {
                    let [found, told] = [found, told].map(|value| value.as_f64().expect("a number"));
                    // Sums of 40,000 terms in another order.
                    (found - told).abs() < 1e-9 * told.abs().max(1.0)
                };
                assert!(near(&row[1], &case["present_value"]["mean"]["value"]), "{file} {program} {row}");
                assert!(near(&row[2], &case["moic"]["mean"]["value"]), "{file} {program} {row}");
                assert_eq!(
                    (&row[3], &row[4]),
                    (&40_000.into(), &case["moic"]["mean"]["paths"]),
                    "{file} {program}"
                );
            }
        }
    }
}
