//! Variants of a scenario that was read: with keys set otherwise, and what two of them state differently.

use super::dial::{Refused, Variant};
use super::{Loaded, scenario};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::model::Scenario;
use crate::scenario::language;
use crate::scenario::overrides::{apply, name_of, set_override};
use crate::scenario::resolved::{inline, key};
use crate::scenario::tree::{Document, Node, Value};

/// Sections that say nothing about the deal.
const NO_DEAL: [&str; 4] = ["simulation", "cases", "checks", "extends"];

impl Loaded {
    /// The deal as it stands or a case of it, with further `--set` arguments laid over it.
    ///
    /// # Errors
    /// The mistakes that the scenario then has.
    pub fn with_sets(&self, case: Option<&str>, sets: &[String]) -> Result<Scenario, Refused> {
        let mut sources = self.sources.clone();
        let mut found = Diagnostics::default();
        let decoded = self.laid_over(case, sets, &mut sources, &mut found);
        decoded.ok_or_else(|| {
            if let [_, ..] = sets {
                found.help_all(&format!("this is so with {}", sets.join(" and ")));
            }
            Refused { diagnostics: found, sources }
        })
    }

    fn laid_over(
        &self,
        case: Option<&str>,
        sets: &[String],
        sources: &mut Sources,
        found: &mut Diagnostics,
    ) -> Option<Scenario> {
        let mut document = self.variant(case, sources, found)?;
        for argument in sets {
            match set_override(argument, sources) {
                Ok(change) => {
                    let path = change.path();
                    if NO_DEAL.iter().any(|section| path.split('.').next() == Some(section)) {
                        let message = format!("`{path}` is no part of the deal");
                        let mistake = Diagnostic::new(Code::BadOverride, message).at(change.place(), "");
                        found.push(mistake.help("name a key of the deal or of the company"));
                    } else {
                        apply(&mut document.root, &language::SCENARIO_KIND, &change, found);
                    }
                }
                Err(mistake) => found.push(mistake),
            }
        }
        if found.has_errors() {
            return None;
        }
        Some(scenario(&document, sources, &self.folder, found)?.scenario)
    }

    /// The document of a case; none if there is no such case, which the caller has made sure of.
    fn variant(&self, case: Option<&str>, sources: &Sources, found: &mut Diagnostics) -> Option<Document> {
        let plain = self.document.as_ref()?;
        match case {
            None => Some(plain.clone()),
            Some(name) => Some(Variant::named(plain, name)?.document(plain, sources, found)),
        }
    }

    /// Every figure and word that the deal or a case of it states: the path of its key and its value as TOML, in the order
    /// of the file. Elements of lists go by name where they have one.
    #[must_use]
    pub fn stated(&self, case: Option<&str>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if let Some(document) = self.variant(case, &self.sources, &mut Diagnostics::default()) {
            collect(&document.root, "", &mut found);
        }
        found
    }
}

fn collect(node: &Node, path: &str, found: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) };
    match &node.value {
        Value::Table(table) => {
            let deal = |name: &str| !(path.is_empty() && NO_DEAL.contains(&name));
            for (name, inner) in table.entries.iter().filter(|(name, _)| deal(&name.text)) {
                collect(inner, &below(&name.text), found);
            }
        }
        Value::List(nodes) if nodes.iter().any(|node| node.table().is_some()) => {
            for (index, inner) in nodes.iter().enumerate() {
                let name = name_of(inner).map_or_else(|| index.to_string(), str::to_owned);
                collect(inner, &below(&name), found);
            }
        }
        _ => found.push((path.to_owned(), inline(node))),
    }
}
