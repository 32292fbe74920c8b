//! [`Loading`]: a scenario file with the base it extends and its overrides, as one document.

use std::path::{Path, PathBuf};

use super::file::{read_file, text_from_bytes};
use super::keys::Kind;
use super::merge::merge;
use super::overrides::{Override, apply, set_override};
use super::syntax::parse;
use super::tree::{Document, Node, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};

/// What came of reading a scenario.
#[derive(Debug, Default)]
pub struct Loading {
    /// All texts read, for messages.
    pub sources: Sources,
    /// All mistakes found so far.
    pub diagnostics: Diagnostics,
    /// The scenario, unless nothing of it could be read.
    pub document: Option<Document>,
    /// The folder that paths in the scenario count from.
    pub folder: PathBuf,
}

impl Loading {
    /// Reads the scenario at `path`. `sets` are `--set` arguments, applied last and in order; `kind` describes
    /// the top table.
    #[must_use]
    pub fn from_file(path: &Path, sets: &[String], kind: &'static Kind) -> Self {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut loading = Loading { folder, ..Loading::default() };
        match read_file(path, &mut loading.sources) {
            Ok(text) => loading.take(&path.display().to_string(), text, sets, kind),
            Err(mistake) => loading.diagnostics.push(mistake),
        }
        loading
    }

    /// Reads a scenario from bytes, such as those of standard input. `name` is shown in messages, and paths in the
    /// scenario count from `folder`.
    #[must_use]
    pub fn from_bytes(
        name: &str,
        bytes: Vec<u8>,
        folder: &Path,
        sets: &[String],
        kind: &'static Kind,
    ) -> Self {
        let mut loading = Loading { folder: folder.to_path_buf(), ..Loading::default() };
        match text_from_bytes(name, bytes, &mut loading.sources) {
            Ok(text) => loading.take(name, text, sets, kind),
            Err(mistake) => loading.diagnostics.push(mistake),
        }
        loading
    }

    fn take(&mut self, name: &str, text: String, sets: &[String], kind: &'static Kind) {
        let id = self.sources.add(name, text);
        let Some(mut document) = parse(&self.sources, id, &mut self.diagnostics) else { return };
        self.extend(&mut document, kind);
        for argument in sets {
            match set_override(argument, &mut self.sources) {
                Ok(change) if change.path() == "extends" => self.diagnostics.push(too_late(&change)),
                Ok(change) => {
                    give_way(&mut document.root, &change.path());
                    apply(&mut document.root, kind, &change, &mut self.diagnostics);
                }
                Err(mistake) => self.diagnostics.push(mistake),
            }
        }
        self.document = Some(document);
    }

    /// Lays the document over the base that its `extends` names. A base that cannot be had leaves it damaged, so
    /// that keys the base would have given are not reported missing.
    fn extend(&mut self, document: &mut Document, kind: &'static Kind) {
        let Some(extends) = document.root.table().and_then(|table| table.get("extends")).cloned() else {
            return;
        };
        let Some(file) = extends.text() else { return };
        let Some(base) = self.base(&extends, file) else {
            document.damaged = true;
            return;
        };
        let mut root = base.root;
        merge(&mut root, Some(kind), &document.root, &mut self.diagnostics);
        *document = Document { root, damaged: document.damaged || base.damaged };
    }

    fn base(&mut self, extends: &Node, file: &str) -> Option<Document> {
        let path = self.folder.join(file);
        let text = match read_file(&path, &mut self.sources) {
            Ok(text) => text,
            Err(mut mistake) => {
                if mistake.labels.is_empty() {
                    mistake = mistake.at(extends.place, "named here");
                }
                self.diagnostics.push(mistake);
                return None;
            }
        };
        let id = self.sources.add(path.display().to_string(), text);
        let document = parse(&self.sources, id, &mut self.diagnostics)?;
        if let Some((name, _)) = document.root.table().and_then(|table| table.entry("extends")) {
            let message = format!("`{file}` extends another file itself");
            let mistake =
                Diagnostic::new(Code::ExtendsChain, message).at(name.place, "").at(extends.place, "");
            self.diagnostics.push(mistake.help("put what both bases say into one file"));
        }
        Some(document)
    }
}

/// Keys of a round of which one stands for the other.
const INSTEAD: &[[&str; 2]] = &[["pre_money", "price_per_share"], ["new_money", "investors"]];

/// Takes the key away that an override of the round replaces by another way to say it.
fn give_way(root: &mut Node, path: &str) {
    let Some(key) = path.strip_prefix("round.").and_then(|rest| rest.split('.').next()) else { return };
    let pair = INSTEAD.iter().find(|pair| pair.contains(&key));
    let Some(other) = pair.and_then(|pair| pair.iter().find(|other| **other != key)) else { return };
    let Value::Table(top) = &mut root.value else { return };
    let round = top.entries.iter_mut().find(|(name, _)| name.text == "round");
    if let Some((_, Node { value: Value::Table(round), .. })) = round {
        round.entries.retain(|(name, _)| name.text != *other);
    }
}

fn too_late(change: &Override) -> Diagnostic {
    let mistake =
        Diagnostic::new(Code::BadOverride, "an override comes too late for `extends`").at(change.place(), "");
    mistake.help("write `extends` into the scenario")
}
