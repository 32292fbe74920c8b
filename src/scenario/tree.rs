//! The tree of a scenario: TOML values in the order of the file, each with its place.

use crate::diagnostic::Place;
use crate::quantity::Day;

use super::Mark;

/// A scenario as read, before any meaning is given to it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The top table.
    pub root: Node,
    /// The text had syntax errors, so parts may be missing here: absence proves nothing.
    pub damaged: bool,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value stands; for a table its header, for a table made by dotted keys the key.
    pub place: Place,
    /// Where its key stands, if it has one.
    pub key_place: Option<Place>,
    /// The value.
    pub value: Value,
    /// Where the figure comes from, if a comment says so.
    pub mark: Option<Mark>,
}

/// A TOML value. Numbers stay text, so that no digit is lost.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number in decimal digits, maybe with a sign.
    Integer(String),
    /// A broken number as written, without separators.
    Float(String),
    /// `true` or `false`.
    Flag(bool),
    /// A date.
    Day(Day),
    /// A time of day, alone or with a date, as written.
    Time(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
    /// Something that could not be read; a diagnostic about it exists already.
    Broken,
}

/// A key as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The key without quotes.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// Keys and values in the order of the file. Each key is there once.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The entries.
    pub entries: Vec<(Name, Node)>,
}

impl Value {
    /// What this is, for messages: "a text", "a list" …
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self {
            Value::Text(_) => "a text",
            Value::Integer(_) | Value::Float(_) => "a bare number",
            Value::Flag(_) => "true or false",
            Value::Day(_) => "a date",
            Value::Time(_) => "a time of day",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Broken => "something unreadable",
        }
    }
}

impl Node {
    /// The table, if this is one.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    /// The text, if this is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// Whether this stands for something that could not be read.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self.value, Value::Broken)
    }
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// Key and value of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&(Name, Node)> {
        self.entries.iter().find(|(name, _)| name.text == key)
    }

    /// The keys in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.text.as_str())
    }
}
