//! [`Context`]: what all readers of one scenario share.

use std::cell::{Cell, RefCell};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::quantity::Currency;

/// Where readers put mistakes, and what they must know of the whole scenario.
#[derive(Debug, Default)]
pub struct Context {
    diagnostics: RefCell<Diagnostics>,
    reported: Cell<usize>,
    currency: Cell<Option<Currency>>,
    damaged: bool,
    purpose: Purpose,
}

/// What a scenario is read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// To be simulated: it must say what may happen to the company.
    #[default]
    Simulation,
    /// For the exact tables of its capital structure, which need no future.
    Tables,
}

/// Mistakes kept from one scenario; a file with more has a single cause, and the first ones show it.
const MOST_KEPT: usize = 1_000;

impl Context {
    /// A context for a document. With `damaged` (see [`super::Document::damaged`]) nothing is reported missing.
    #[must_use]
    pub fn new(damaged: bool) -> Self {
        Context { damaged, ..Context::default() }
    }

    /// What the document is read for; to be simulated unless this is called.
    #[must_use]
    pub fn with_purpose(self, purpose: Purpose) -> Self {
        Context { purpose, ..self }
    }

    /// What the document is read for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Reports a mistake.
    pub fn report(&self, diagnostic: Diagnostic) {
        if self.reported.get() < MOST_KEPT {
            self.reported.set(self.reported.get() + 1);
            self.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    /// Whether anything was reported that stops a run.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.borrow().has_errors()
    }

    /// How many mistakes and warnings were reported.
    #[must_use]
    pub fn reported(&self) -> usize {
        self.reported.get()
    }

    /// All mistakes reported.
    #[must_use]
    pub fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics.into_inner()
    }

    /// Names the deal's currency; amounts read before are not checked against it.
    pub fn set_currency(&self, currency: Currency) {
        self.currency.set(Some(currency));
    }

    /// The deal's currency, once known.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.currency.get()
    }

    /// Whether parts of the scenario could not be read, so that what is missing may be among them.
    #[must_use]
    pub fn damaged(&self) -> bool {
        self.damaged
    }
}
