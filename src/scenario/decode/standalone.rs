//! [`Standalone`]: a scenario that can be read again from its own folder, wherever it came from.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Loaded, load_bytes};
use crate::scenario::language;
use crate::scenario::resolved::resolved;
use crate::scenario::tree::{Node, Value};

/// The folder beside a standalone scenario that holds its data files.
const DATA: &str = "data";

/// A scenario as one text, base and overrides merged and defaults filled in, with the data files that it reads.
/// Their names hold a hash of their content, so that the text alone tells what is simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standalone {
    /// The scenario, as TOML.
    pub text: String,
    /// Its data files by path from the scenario's folder, with slashes.
    pub data: BTreeMap<String, Vec<u8>>,
}

/// Why a scenario could not be made to stand alone.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the data file `{file}`: {source}")]
pub struct DataError {
    file: String,
    source: std::io::Error,
}

impl Loaded {
    /// The scenario with everything it reads.
    ///
    /// # Errors
    /// If a data file can no longer be read.
    pub fn standalone(&self) -> Result<Standalone, DataError> {
        let Some(document) = &self.document else {
            return Ok(Standalone { text: String::new(), data: BTreeMap::new() });
        };
        let mut root = document.root.clone();
        let mut data = BTreeMap::new();
        take_data(&mut root, "", &mut |file| {
            let unreadable = |source| DataError { file: file.to_owned(), source };
            let content = fs::read(self.folder.join(&*file)).map_err(unreadable)?;
            let name = data_name(file, &content);
            file.clone_from(&name);
            data.insert(name, content);
            Ok(())
        })?;
        Ok(Standalone { text: resolved(&root, &language::SCENARIO_KIND), data })
    }
}

impl Standalone {
    /// Reads the scenario, with its data and nothing else.
    ///
    /// # Errors
    /// If data cannot be laid out for reading in the system's folder for temporary files.
    pub fn load(&self, name: &str) -> std::io::Result<Loaded> {
        let read = |folder: &Path| load_bytes(name, self.text.clone().into_bytes(), folder, &[]);
        if self.data.is_empty() {
            return Ok(read(Path::new("")));
        }
        let folder = tempfile::tempdir()?;
        for (path, content) in &self.data {
            let path = folder.path().join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, content)?;
        }
        Ok(read(folder.path()))
    }
}

/// Hands every name of a data file below a node to `take`, which may write another in its place.
fn take_data<E>(
    node: &mut Node,
    name: &str,
    take: &mut impl FnMut(&mut String) -> Result<(), E>,
) -> Result<(), E> {
    // In the changes of a case the key may be a whole path.
    let last = |key: &str| name.rsplit('.').next() == Some(key);
    match &mut node.value {
        Value::Text(file) if name.ends_with("empirical.csv") => take(file),
        Value::List(elements) => elements.iter_mut().try_for_each(|element| take_data(element, "", take)),
        Value::Table(table) => {
            let of_data = last("empirical");
            table.entries.iter_mut().try_for_each(|(key, inner)| {
                let key = if of_data { format!("empirical.{}", key.text) } else { key.text.clone() };
                take_data(inner, &key, take)
            })
        }
        _ => Ok(()),
    }
}

/// `data/growth-0123456789.csv` for a file called `growth.csv` in whatever folder.
fn data_name(file: &str, content: &[u8]) -> String {
    let stem =
        Path::new(file).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    let stem: String = stem.chars().map(plain).collect();
    format!("{DATA}/{stem}-{}.csv", &blake3::hash(content).to_hex()[..10])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load;

    const DEAL: &str = r#"
        deal = { title = "T", valuation_date = 2026-01-01, horizon = "5 years" }
        discounting = { required_return = "20%" }
        company.value.today = "$10m"
        company.value.process.gbm = { drift = "0%", volatility = "50%" }
        [financing_rounds]
        first = { empirical = { csv = "../market data/a.csv", column = "x" } }
        new_money = "$3m"
        [[instruments]]
        name = "Note"
        kind = "convertible_note"
        conversion = { qualified_financing = "$1m" }
        tranches = [{ amount = "$1m" }]
        [[cases]]
        name = "Other data"
        set = { "financing_rounds.first.empirical.csv" = "b.csv" }
    "#;

    #[test]
    fn a_scenario_takes_its_data_with_it() {
        let room = tempfile::tempdir().unwrap();
        let (home, other) = (room.path().join("home"), room.path().join("market data"));
        fs::create_dir(&home).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("a.csv"), "x\n1\n2\n3\n").unwrap();
        fs::write(home.join("b.csv"), "x\n2\n4\n6\n").unwrap();
        fs::write(home.join("deal.toml"), DEAL).unwrap();
        let first = load(&home.join("deal.toml"), &[]);
        assert!(first.study.is_some(), "{:#?}", first.diagnostics);
        let alone = first.standalone().unwrap();
        drop(room);
        assert_eq!(alone.data.len(), 2, "{:?}", alone.data.keys());
        assert!(alone.data.keys().all(|name| alone.text.contains(name)), "{}", alone.text);
        assert!(!alone.text.contains("b.csv\"") && !alone.text.contains("market"), "{}", alone.text);
        let second = alone.load("again").unwrap();
        assert_eq!(second.resolved, alone.text);
        let family = |loaded: &Loaded| {
            let study = loaded.study.clone().unwrap();
            let of = |scenario: &crate::model::Scenario| {
                scenario.variables.iter().map(|variable| variable.family.clone()).collect::<Vec<_>>()
            };
            (of(&study.base), of(&study.cases[0].1))
        };
        assert_eq!(family(&first), family(&second));
        assert_ne!(family(&first).0, family(&first).1);
    }
}
