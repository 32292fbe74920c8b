//! [`TableReader`]: reads a table by its [`Section`], reporting every mistake and going on.

use std::cell::Cell;

use super::context::{Context, Purpose};
use super::distribution::{Uncertain, uncertain};
use super::keys::{Key, Kind, Limits, Section, Variants, listed};
use super::literal::Literal;
use super::syntax::parse_value;
use super::tree::{Name, Node, Table, Value};
use crate::diagnostic::{Code, Diagnostic, Place, Sources, nearest};
use crate::number::Decimal;
use crate::quantity::{Count, Day, Money, Multiple, Rate, Shares, Span, TimePoint};

/// Reads the values of one table.
///
/// Every accessor gives `None` if the key is absent (and has no default) or its value is wrong; either way the
/// mistake, if it is one, has been reported. A decoder therefore reads all keys first and only then leaves off
/// with `?`. Asking for a key that the section does not list is a slip in the decoder and fails in debug builds,
/// as does [`TableReader::finish`] if a listed key was never asked for.
#[derive(Debug)]
pub struct TableReader<'a> {
    context: &'a Context,
    section: &'static Section,
    table: &'a Table,
    place: Place,
    /// A bit for each key of the section that was asked for.
    asked: Cell<u64>,
}

/// Unknown keys reported for one table; a table with more is a table in the wrong place.
const MOST_UNKNOWN: usize = 20;

impl<'a> TableReader<'a> {
    /// Opens a table. Reports keys the section does not have, and required keys that are missing.
    #[must_use]
    pub fn open(context: &'a Context, section: &'static Section, node: &'a Node) -> Option<Self> {
        let Some(table) = node.table() else {
            context.wrong_type(node, Kind::Table(section), section.name, "");
            return None;
        };
        Some(Self::open_table(context, section, node, table, None))
    }

    /// Opens a table whose keys depend on one of them; gives the choice beside the reader.
    #[must_use]
    pub fn open_variants(
        context: &'a Context,
        variants: &'static Variants,
        node: &'a Node,
    ) -> Option<(&'static str, Self)> {
        let Some(table) = node.table() else {
            context.wrong_type(node, Kind::Variants(variants), variants.name, "");
            return None;
        };
        let Some(tag) = table.get(variants.tag) else {
            if !context.damaged() {
                let message = format!("`{}` is missing in {}", variants.tag, variants.name);
                let mistake = Diagnostic::new(Code::MissingKey, message).at(node.place, "");
                context.report(mistake.help(format!("it is one of {}", listed(variants.names()))));
            }
            return None;
        };
        let Some(word) = tag.text() else {
            context.wrong_type(tag, Kind::Text, variants.tag, "");
            return None;
        };
        let Some((choice, section)) = variants.choices.iter().find(|(name, _)| *name == word) else {
            let mistake = Diagnostic::new(Code::UnknownChoice, format!("`{word}` is none of the choices"));
            let mistake = mistake.at(tag.place, "").suggest(nearest(word, variants.names()));
            context.report(mistake.help(format!("choose one of {}", listed(variants.names()))));
            return None;
        };
        Some((*choice, Self::open_table(context, section, node, table, Some(variants.tag))))
    }

    fn open_table(
        context: &'a Context,
        section: &'static Section,
        node: &'a Node,
        table: &'a Table,
        tag: Option<&str>,
    ) -> Self {
        let is_known = |name: &str| tag == Some(name) || section.key(name).is_some();
        let unknown = table.entries.iter().filter(|(name, _)| !is_known(&name.text));
        // A key that was meant and mistyped is not missing as well.
        let mut meant: Vec<&str> = Vec::new();
        for (name, _) in unknown.take(MOST_UNKNOWN) {
            let unset = section.names().filter(|key| table.get(key).is_none());
            let message = format!("unknown key `{}` in {}", name.text, section.name);
            let mistake = Diagnostic::new(Code::UnknownKey, message).at(name.place, "");
            // Keys not yet set are the likelier meaning of a slip.
            let suggestion = nearest(&name.text, unset).or_else(|| nearest(&name.text, section.names()));
            meant.extend(suggestion);
            context.report(match suggestion {
                Some(_) => mistake.suggest(suggestion),
                None => mistake.help(format!("{} takes {}", section.name, listed(section.names()))),
            });
        }
        let simulated = context.purpose() == Purpose::Simulation;
        let needed = |key: &Key| key.required || (key.required_to_simulate && simulated);
        let missing = section.keys.iter().filter(|key| needed(key) && table.get(key.name).is_none());
        for key in missing.filter(|key| !context.damaged() && !meant.contains(&key.name)) {
            let message = format!("`{}` is missing in {}", key.name, section.name);
            let mistake = Diagnostic::new(Code::MissingKey, message).at(node.place, "");
            context.report(mistake.help(format!("add it, like `{} = {}`", key.name, key.example)));
        }
        TableReader { context, section, table, place: node.place, asked: Cell::new(0) }
    }

    /// Where the table stands.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// The context shared with other readers.
    #[must_use]
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// The raw value of a key, without its default.
    #[must_use]
    pub fn node(&self, key: &str) -> Option<&'a Node> {
        self.described(key);
        self.table.get(key)
    }

    /// The description of a key, which is noted as asked for.
    fn described(&self, key: &str) -> Option<&'static Key> {
        let index = self.section.keys.iter().position(|described| described.name == key);
        debug_assert!(index.is_some(), "the section {} has no key `{key}`", self.section.name);
        let index = index?;
        self.asked.set(self.asked.get() | (1 << index));
        self.section.keys.get(index)
    }

    /// The limits on a key's value.
    #[must_use]
    pub fn limits(&self, key: &str) -> Limits {
        self.described(key).map_or(Limits::Any, |described| described.limits)
    }

    /// What kind of value a key takes when its value is known.
    #[must_use]
    pub fn inner_kind(&self, key: &str) -> Option<Kind> {
        match self.described(key)?.kind {
            Kind::Uncertain(inner) => Some(*inner),
            kind => Some(kind),
        }
    }

    /// An example of a key with a value, to be shown as help.
    #[must_use]
    pub fn example(&self, key: &str) -> String {
        self.described(key).map_or_else(String::new, |described| format!("`{key} = {}`", described.example))
    }

    /// A whole number that must not exceed `most`.
    #[must_use]
    pub fn at_most(&self, key: &str, most: u32) -> Option<u32> {
        let number = self.integer(key)?;
        let small = u32::try_from(number).ok().filter(|number| *number <= most);
        if small.is_none() {
            let place = self.node(key).map_or(self.place, |node| node.place);
            let mistake = Diagnostic::new(Code::OutOfRange, format!("`{key}` must be at most {most}"));
            self.context.report(
                mistake.at(place, "out of range").help(format!("write it like {}", self.example(key))),
            );
        }
        small
    }

    /// Ends the reading. In debug builds it fails if the decoder never asked for one of the section's keys.
    pub fn finish(self) {
        let forgotten =
            |(index, key): (usize, &Key)| (self.asked.get() & (1 << index) == 0).then_some(key.name);
        let forgotten: Vec<&str> = self.section.keys.iter().enumerate().filter_map(forgotten).collect();
        debug_assert!(forgotten.is_empty(), "keys of {} never read: {forgotten:?}", self.section.name);
    }

    /// Whether the table has keys that its section does not know, which have been reported.
    #[must_use]
    pub fn has_unknown_keys(&self) -> bool {
        self.table.entries.iter().any(|(name, _)| self.section.key(&name.text).is_none())
    }

    /// Reports keys that exclude each other if more than one of them is there.
    pub fn at_most_one(&self, keys: &[&str]) {
        for key in keys {
            self.described(key);
        }
        let mut present = self.table.entries.iter().filter(|(name, _)| keys.contains(&name.text.as_str()));
        if let Some((first, _)) = present.next() {
            for (other, _) in present {
                let message = format!("`{}` and `{}` exclude each other", first.text, other.text);
                let mistake = Diagnostic::new(Code::ConflictingKeys, message);
                self.context
                    .report(mistake.at(other.place, "").at(first.place, "").help("keep the one you mean"));
            }
        }
    }

    fn literal(&self, key: &str) -> Option<Literal> {
        let described = self.described(key)?;
        match self.table.get(key) {
            Some(node) => {
                self.context.literal(node, described.kind, described.limits, key, described.example)
            }
            None => default_literal(described, self.context),
        }
    }

    /// A table under its own section.
    #[must_use]
    pub fn table(&self, key: &str) -> Option<TableReader<'a>> {
        let described = self.described(key)?;
        let node = self.table.get(key)?;
        let section = table_section(described.kind);
        debug_assert!(section.is_some(), "`{key}` is no table");
        if node.table().is_none() {
            self.context.wrong_type(node, described.kind, key, described.example);
            return None;
        }
        TableReader::open(self.context, section?, node)
    }

    /// The elements of a list; none if the key is absent. Elements are read by the caller.
    pub fn list(&self, key: &str) -> impl Iterator<Item = &'a Node> + use<'a> {
        let node = self.described(key).and_then(|described| Some((described, self.table.get(key)?)));
        let elements: &[Node] = match node {
            Some((_, Node { value: Value::List(elements), .. })) => elements,
            Some((described, node)) => {
                let header = node.table().map(|_| {
 let example = described.example;
 format!("write it like `{key} = {example}`, or head each element with double brackets: [[ ]], not [ ]")
 });
                self.context.wrong_type_with(node, described.kind, key, described.example, header);
                &[]
            }
            None => &[],
        };
        elements.iter()
    }

    /// Like [`TableReader::list`], but reports a list that is there and empty.
    pub fn filled_list(&self, key: &str) -> impl Iterator<Item = &'a Node> + use<'a> {
        if let Some(node) = self.table.get(key)
            && matches!(&node.value, Value::List(elements) if elements.is_empty())
        {
            let message = format!("`{key}` needs at least one element");
            let mistake = Diagnostic::new(Code::EmptyList, message).at(node.place, "empty");
            let example = self.described(key).map_or("", |described| described.example);
            self.context.report(mistake.help(format!("write it like `{key} = {example}`")));
        }
        self.list(key)
    }

    /// The entries of a map, names of the author's choice; none if the key is absent.
    pub fn map(&self, key: &str) -> impl Iterator<Item = (&'a Name, &'a Node)> + use<'a> {
        let node = self.described(key).and_then(|described| Some((described, self.table.get(key)?)));
        let entries: &[(Name, Node)] = match node {
            Some((_, Node { value: Value::Table(table), .. })) => &table.entries,
            Some((described, node)) => {
                self.context.wrong_type(node, described.kind, key, described.example);
                &[]
            }
            None => &[],
        };
        entries.iter().map(|(name, node)| (name, node))
    }

    /// The one key of a [`Kind::OneOf`] table: its description, and its value.
    #[must_use]
    pub fn one_of(&self, key: &str) -> Option<(&'static Key, &'a Node)> {
        let described = self.described(key)?;
        let node = self.table.get(key)?;
        let section = one_of_section(described.kind);
        debug_assert!(section.is_some(), "`{key}` is no table with one key");
        one_of(self.context, section?, node, key, described.example)
    }

    /// A value that may be uncertain. Known parts are read by the inner kind and the key's limits.
    #[must_use]
    pub fn uncertain(&self, key: &str) -> Option<Uncertain<'a>> {
        let described = self.described(key)?;
        let Kind::Uncertain(inner) = described.kind else {
            debug_assert!(false, "`{key}` is not declared uncertain");
            return None;
        };
        if let Some(node) = self.table.get(key) {
            return uncertain(self.context, node, *inner, described.limits, key, described.example);
        }
        let known = Key { kind: *inner, ..*described };
        default_literal(&known, self.context).map(Uncertain::Known)
    }
}

/// The section of a table kind, also where a table is one of several kinds.
fn table_section(kind: Kind) -> Option<&'static Section> {
    match kind {
        Kind::Table(section) => Some(section),
        Kind::Either(kinds) => kinds.iter().find_map(|kind| table_section(*kind)),
        _ => None,
    }
}

fn one_of_section(kind: Kind) -> Option<&'static Section> {
    match kind {
        Kind::OneOf(section) => Some(section),
        Kind::Either(kinds) => kinds.iter().find_map(|kind| one_of_section(*kind)),
        _ => None,
    }
}

/// Reads a table that must have exactly one of the section's keys.
pub(super) fn one_of<'a>(
    context: &Context,
    section: &'static Section,
    node: &'a Node,
    what: &str,
    example: &str,
) -> Option<(&'static Key, &'a Node)> {
    let Some(table) = node.table() else {
        context.wrong_type(node, Kind::OneOf(section), what, example);
        return None;
    };
    let mut entries = table.entries.iter();
    let Some((name, value)) = entries.next() else {
        let mistake =
            Diagnostic::new(Code::MissingKey, format!("`{what}` says nothing")).at(node.place, "empty");
        context.report(mistake.help(format!("it takes one of {}", listed(section.names()))));
        return None;
    };
    if let Some((second, _)) = entries.next() {
        let message = format!("`{what}` takes one key, and `{}` is a second", second.text);
        let mistake = Diagnostic::new(Code::ConflictingKeys, message).at(second.place, "").at(name.place, "");
        context.report(mistake.help("keep the one you mean"));
        return None;
    }
    let Some(key) = section.key(&name.text) else {
        let code = if std::ptr::eq(section, &raw const super::FAMILIES) {
            Code::UnknownFamily
        } else {
            Code::UnknownKey
        };
        let mistake = Diagnostic::new(code, format!("unknown {} `{}`", section.name, name.text));
        let mistake = mistake.at(name.place, "").suggest(nearest(&name.text, section.names()));
        context.report(mistake.help(format!("choose one of {}", listed(section.names()))));
        return None;
    };
    Some((key, value))
}

/// Reads a key's default. Defaults are checked by tests, so a bad one gives `None` without a word.
fn default_literal(key: &Key, context: &Context) -> Option<Literal> {
    let id = Sources::default().add("default", "");
    let node = parse_value(key.default?, id, 0)?;
    let quiet = Context::new(false);
    context.currency().into_iter().for_each(|currency| quiet.set_currency(currency));
    quiet.literal(&node, key.kind, Limits::Any, key.name, "")
}

/// Typed accessors: each reads a key of one kind.
macro_rules! accessors {
    ($($(#[doc = $doc:literal])+ $name:ident: $variant:ident($type:ty);)+) => {
        impl TableReader<'_> {
            $($(#[doc = $doc])+
            #[must_use]
            pub fn $name(&self, key: &str) -> Option<$type> {
                let literal = self.literal(key)?;
                debug_assert!(matches!(literal, Literal::$variant(_)), "`{key}` is of another kind");
                if let Literal::$variant(value) = literal { Some(value) } else { None }
            })+
        }
    };
}

accessors! {
    /// An amount of money, checked against the deal's currency.
    money: Money(Money);
    /// A rate or a probability.
    rate: Rate(Rate);
    /// A multiple.
    multiple: Multiple(Multiple);
    /// A span of time.
    span: Span(Span);
    /// A date.
    date: Day(Day);
    /// A date or a span.
    time_point: TimePoint(TimePoint);
    /// A number of things.
    count: Count(Count);
    /// A number of shares.
    shares: Shares(Shares);
    /// A whole number.
    integer: Integer(i64);
    /// A number without unit.
    number: Number(Decimal);
    /// A text that is not empty.
    text: Text(String);
    /// True or false.
    flag: Flag(bool);
    /// One of the words the section lists.
    choice: Choice(&'static str);
}
