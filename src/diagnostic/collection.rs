//! [`Diagnostics`]: all mistakes of one reading.

use super::{Diagnostic, Place, Severity};

/// Mistakes in the order they were found; shown in the order of the text, each once.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a mistake.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds all mistakes of another collection.
    pub fn append(&mut self, other: Diagnostics) {
        self.found.extend(other.found);
    }

    /// Whether anything was found that stops a run.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    /// Whether nothing was found at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Adds a piece of advice to all.
    pub fn help_all(&mut self, advice: &str) {
        for diagnostic in &mut self.found {
            diagnostic.help.push(advice.to_owned());
        }
    }

    /// Each mistake once, by source and position; those without a place first.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let key = |diagnostic: &Diagnostic| -> (Option<Place>, &'static str) {
            (diagnostic.place(), diagnostic.code.id())
        };
        let mut sorted: Vec<&Diagnostic> = self.found.iter().collect();
        sorted.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message)));
        sorted.dedup_by(|a, b| key(a) == key(b) && a.message == b.message);
        sorted
    }

    /// Errors and warnings, each mistake counted once.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let sorted = self.sorted();
        let errors = sorted.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).count();
        (errors, sorted.len() - errors)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Sources};
    use super::*;

    #[test]
    fn mistakes_come_in_the_order_of_the_text_and_once_each() {
        let id = Sources::default().add("a.toml", "x = 1\ny = 2\n");
        let at = |start: usize, message: &str| {
            Diagnostic::new(Code::UnknownKey, message).at(Place::new(id, start..start + 1), "")
        };
        let mut found = Diagnostics::default();
        for diagnostic in [at(6, "second"), at(0, "first"), at(6, "second"), at(6, "other")] {
            found.push(diagnostic);
        }
        found.push(Diagnostic::new(Code::UnusedDefinition, "no place"));
        let messages: Vec<&str> = found.sorted().iter().map(|d| d.message.as_str()).collect();
        assert_eq!(messages, ["no place", "first", "other", "second"]);
        assert_eq!(found.counts(), (3, 1));
        assert!(found.has_errors());
    }
}
