//! Files to objects: the manifest names the files, each file lists objects.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::objects::{FileEntry, Manifest, Stakeholder, StockClass, StockPlan};
use super::problem::{Origin, Problems, one_line};
use super::transaction::Transaction;

/// Largest file of an export in bytes: some ten thousand transactions. Reading takes ten times as much memory.
const LARGEST_FILE: u64 = 32 << 20;

/// An object and where it stands.
#[derive(Debug)]
pub(super) struct Item<T> {
    pub(super) origin: Origin,
    pub(super) value: T,
}

/// All objects of an export that bear on its cap table.
#[derive(Debug)]
pub(super) struct Package {
    /// Legal name of the company.
    pub(super) company: String,
    /// Version of the format.
    pub(super) version: String,
    pub(super) stakeholders: Vec<Item<Stakeholder>>,
    pub(super) classes: Vec<Item<StockClass>>,
    pub(super) plans: Vec<Item<StockPlan>>,
    pub(super) transactions: Vec<Item<Transaction>>,
}

/// Reads the export in a folder. What cannot be read is reported and left out; without a manifest there is nothing.
pub(super) fn read(folder: &Path, problems: &mut Problems) -> Option<Package> {
    let path = manifest(folder, problems)?;
    let name = file_name(&path);
    let value = json(&path, &name, problems)?;
    let manifest: Manifest = match serde_json::from_value(value) {
        Ok(manifest) => manifest,
        Err(error) => {
            problems.unreadable(&name, &one_line(&error.to_string()), "export the cap table anew");
            return None;
        }
    };
    let origin = Origin::new(&name, &manifest.ocf_version);
    if !manifest.ocf_version.starts_with("1.") {
        problems.unmapped(&origin, "this version of the format is not known", "export it as version 1.x");
        return None;
    }
    let mut ids = BTreeSet::new();
    let mut listed = |files: &[FileEntry], file_type: &str, problems: &mut Problems| {
        objects(folder, files, file_type, &mut ids, problems)
    };
    let stakeholders = listed(&manifest.stakeholders_files, "OCF_STAKEHOLDERS_FILE", problems);
    let classes = listed(&manifest.stock_classes_files, "OCF_STOCK_CLASSES_FILE", problems);
    let plans = listed(&manifest.stock_plans_files, "OCF_STOCK_PLANS_FILE", problems);
    let transactions = listed(&manifest.transactions_files, "OCF_TRANSACTIONS_FILE", problems);
    Some(Package {
        company: one_line(&manifest.issuer.legal_name),
        version: one_line(&manifest.ocf_version),
        stakeholders: decoded(stakeholders, "STAKEHOLDER", problems),
        classes: decoded(classes, "STOCK_CLASS", problems),
        plans: decoded(plans, "STOCK_PLAN", problems),
        transactions: transactions
            .into_iter()
            .filter_map(|(origin, kind, value)| Transaction::decode(origin, &kind, value, problems))
            .collect(),
    })
}

/// The one file of the folder that is called a manifest.
fn manifest(folder: &Path, problems: &mut Problems) -> Option<PathBuf> {
    let place = folder.display();
    let help = "give the folder that holds Manifest.ocf.json; unpack it first if it is an archive";
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            problems.unreadable(&place, &format!("cannot be read as a folder: {error}"), help);
            return None;
        }
    };
    let is_manifest = |path: &PathBuf| {
        let is_json = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
        is_json && file_name(path).to_lowercase().starts_with("manifest")
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_manifest).collect();
    found.sort();
    match (found.pop(), found.is_empty()) {
        (Some(path), true) => Some(path),
        (None, _) => {
            problems.unreadable(&place, "there is no manifest of an Open Cap Format export", help);
            None
        }
        (Some(_), false) => {
            problems.unreadable(&place, "there are several manifests", "keep the one that is meant");
            None
        }
    }
}

fn file_name(path: &Path) -> String {
    one_line(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn json(path: &Path, name: &str, problems: &mut Problems) -> Option<Value> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        problems.unreadable(
            &name,
            &format!("cannot be read: {error}"),
            "export the cap table anew, with all its files",
        );
        return None;
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST_FILE {
        problems.unreadable(&name, "is larger than 32 MB", "export one company at a time");
        return None;
    }
    match serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)) {
        Ok(value) => Some(value),
        Err(error) => {
            problems.unreadable(&name, &format!("is no JSON: {error}"), "export the cap table anew");
            None
        }
    }
}

/// The objects of several files with their types. Ids are unique in an export.
fn objects(
    folder: &Path,
    files: &[FileEntry],
    file_type: &str,
    ids: &mut BTreeSet<String>,
    problems: &mut Problems,
) -> Vec<(Origin, String, Value)> {
    let mut found = Vec::new();
    for entry in files {
        let below = Path::new(&entry.filepath);
        let name = one_line(&entry.filepath).trim_start_matches("./").to_owned();
        if !below.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            problems.unreadable(&name, "lies outside the folder of the export", "move it there");
            continue;
        }
        let Some(mut value) = json(&folder.join(below), &name, problems) else { continue };
        let says = value.get("file_type").and_then(Value::as_str).unwrap_or("none").to_owned();
        if says != file_type {
            let reason = format!("its file_type is {}, not {file_type}", one_line(&says));
            problems.unreadable(&name, &reason, "check the lists of files in the manifest");
            continue;
        }
        let Some(Value::Array(items)) = value.get_mut("items").map(Value::take) else {
            problems.unreadable(&name, "has no list of items", "export the cap table anew");
            continue;
        };
        for (number, item) in items.into_iter().enumerate() {
            found.extend(object(&name, number, item, ids, problems));
        }
    }
    found
}

fn object(
    file: &str,
    number: usize,
    value: Value,
    ids: &mut BTreeSet<String>,
    problems: &mut Problems,
) -> Option<(Origin, String, Value)> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let (Some(id), Some(kind)) = (text("id"), text("object_type")) else {
        let place = Origin::new(file, &format!("item {}", number + 1));
        problems.unreadable(&place, "has no id or no object_type", "give it both, as texts");
        return None;
    };
    let origin = Origin::new(file, &id);
    if !ids.insert(origin.id.clone()) {
        problems.contradiction(&origin, "another object has the same id", "give each object its own");
        return None;
    }
    Some((origin, kind, value))
}

fn decoded<T: DeserializeOwned>(
    objects: Vec<(Origin, String, Value)>,
    expected: &str,
    problems: &mut Problems,
) -> Vec<Item<T>> {
    let mut items = Vec::new();
    for (origin, kind, value) in objects {
        if kind != expected {
            let reason = format!("an object of type {} does not belong here", one_line(&kind));
            problems.unmapped(&origin, &reason, "move it to the file of its kind");
            continue;
        }
        items.extend(decode(origin, value, problems));
    }
    items
}

/// An object by its structure.
pub(super) fn decode<T: DeserializeOwned>(
    origin: Origin,
    value: Value,
    problems: &mut Problems,
) -> Option<Item<T>> {
    match serde_json::from_value(value) {
        Ok(value) => Some(Item { origin, value }),
        Err(error) => {
            let help = "the format's own schemas say what is needed; numbers and dates are texts";
            problems.unreadable(&origin, &one_line(&error.to_string()), help);
            None
        }
    }
}
