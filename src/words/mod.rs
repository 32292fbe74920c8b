//! A deal and a path in plain words.
//!
//! [`deal`] tells a scenario back to a reader who never saw its file, so that every term can be checked
//! against the contract. [`path`] lays out one replayed path from draws to cash, with its arithmetic;
//! [`path_json`] gives the same facts to a program. Nothing here computes results or prints.

mod deal;
mod figures;
mod path;
mod teller;

#[cfg(test)]
mod tests;

pub use deal::{PROVENANCE, Paragraph, deal, next_round, structure};
pub use path::{path, path_json};
