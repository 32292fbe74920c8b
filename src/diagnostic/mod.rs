//! Mistakes in what a person wrote: a code, the places, a message, and how to fix it.
//!
//! Readers push [`Diagnostic`]s into [`Diagnostics`] and go on, so that all independent mistakes are reported
//! in one go. [`render`] shows them with the text they are about, [`Record`] is the same for machines, and
//! [`Code::entry`] is the catalogue behind `cabrio explain`.

mod catalogue;
mod code;
mod collection;
mod mistake;
mod record;
mod render;
mod source;
mod suggest;

pub use catalogue::Code;
pub use code::{Entry, Severity, UnknownCode};
pub use collection::Diagnostics;
pub use mistake::{Diagnostic, Label};
pub use record::{Record, RecordLabel};
pub use render::{Style, render};
pub use source::{Place, SourceId, Sources};
pub use suggest::nearest;
