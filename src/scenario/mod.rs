//! The scenario file: from bytes to a checked tree of values, every mistake reported at once.
//!
//! [`Loading`] reads the file, the base it extends and the `--set` overrides into one [`Document`]: a tree in
//! which every key and value knows its place and where its figure comes from ([`Mark`]). A [`Section`] describes
//! the keys of a table once; [`TableReader`] reads by it, and schema and reference page are printed from it.

mod comment;
mod context;
mod decode;
mod defaults;
mod distribution;
mod file;
mod forms;
mod keys;
mod language;
mod literal;
mod load;
mod mark;
mod merge;
mod metric;
mod overlay;
mod overrides;
mod reader;
mod reference;
mod removal;
mod resolved;
mod schema;
mod syntax;
mod tree;
mod unit;

pub use context::{Context, Purpose};
pub use decode::{
    DataError, Dial, Loaded, MOST_PATHS, Market, Reading, Refused, Standalone, Structure, Study, Turned,
    check_tree, load, load_as, load_bytes, load_bytes_as,
};
pub use distribution::{Distribution, FAMILIES, Uncertain};
pub use file::{LARGEST_FILE, read_file, text_from_bytes};
pub use forms::{CUTS, Form, Measure, Parameter, Quantiles};
pub use keys::{DefaultWhere, Key, Kind, Limits, Section, Variants};
pub use language::SCENARIO;
pub use literal::Literal;
pub use load::Loading;
pub use mark::{Mark, MarkKind};
pub use metric::{Bound, Check, Event, Metric, Order, Quantity, Statistic, Wrong};
pub use overlay::{Overlaid, lay_over};
pub use overrides::{Override, apply, case_overrides, set_override};
pub use reader::TableReader;
pub use reference::reference;
pub use resolved::{key as toml_key, quoted as toml_text};
pub use schema::json_schema;
pub use syntax::parse;
pub use tree::{Document, Name, Node, Table, Value};
pub use unit::Unit;

#[cfg(test)]
mod tests;
