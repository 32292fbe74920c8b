//! The table of keys: each section of the scenario described once, as data.
//!
//! The reader, the JSON Schema for editors and the reference page all come from it, so they cannot disagree.

use super::forms::Form;

/// A table of a scenario: which keys it takes.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Short name, used in messages ("unknown key `x` in tranche") and as the schema's definition name.
    pub name: &'static str,
    /// What the section is for, as sentences.
    pub doc: &'static str,
    /// Its keys, in the order documentation shows them. At most 64.
    pub keys: &'static [Key],
}

/// One key of a section.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written in the file.
    pub name: &'static str,
    /// What value it takes.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it must be there in a scenario that is simulated; the exact tables do without.
    pub required_to_simulate: bool,
    /// The value if it is left out, as TOML.
    pub default: Option<&'static str>,
    /// Where that value means anything.
    pub default_where: DefaultWhere,
    /// What values are allowed.
    pub limits: Limits,
    /// What it means, as sentences.
    pub doc: &'static str,
    /// An example value, as TOML.
    pub example: &'static str,
}

/// Where the default of a key means anything, by the other keys of its table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultWhere {
    /// Everywhere.
    #[default]
    Always,
    /// Only beside this key.
    With(&'static str),
    /// Only without this key, which says the same in another way.
    Without(&'static str),
    /// Only where this key is this word.
    Is(&'static str, &'static str),
    /// Only where this key is another word.
    IsNot(&'static str, &'static str),
}

/// What shape a value has.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `"$5bn"`, in the deal's currency.
    Money,
    /// `"6%"` or `"150bp"`.
    Rate,
    /// A rate from 0% to 100%.
    Probability,
    /// `"1.5x"`.
    Multiple,
    /// `"18 months"`.
    Span,
    /// `2026-04-20`.
    Date,
    /// A date, or a span after a date that the key's documentation names.
    TimePoint,
    /// `"1m"` or 1000000.
    Count,
    /// `8000000`, `"8m"` or `2571428.57`: a number of shares, whole or not.
    Shares,
    /// A whole number.
    Integer,
    /// A number without unit.
    Number,
    /// A text that is not empty.
    Text,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A value of this kind, or a distribution of such values.
    Uncertain(&'static Kind),
    /// A table with fixed keys.
    Table(&'static Section),
    /// A table with exactly one of the keys of this section; the key says what the value is.
    OneOf(&'static Section),
    /// A table whose keys depend on one of them.
    Variants(&'static Variants),
    /// A table from names of the author's choice to values of this kind.
    Map(&'static Kind),
    /// A list of values of this kind.
    List(&'static Kind),
    /// A value of one of these kinds.
    Either(&'static [Kind]),
    /// The parameters of a distribution, in one of several forms.
    Parameters(&'static [Form]),
    /// Anything; what it may be is decided elsewhere (case overrides).
    Any,
}

/// Sections chosen by the value of a key.
#[derive(Clone, Copy, Debug)]
pub struct Variants {
    /// What the table is, for messages.
    pub name: &'static str,
    /// The key that decides, such as `kind`. The sections do not list it.
    pub tag: &'static str,
    /// What the deciding key means, as a sentence.
    pub doc: &'static str,
    /// Its values, each with the keys that then apply.
    pub choices: &'static [(&'static str, &'static Section)],
}

/// Limits on the value of a quantity or number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// None.
    #[default]
    Any,
    /// Zero or more.
    NotNegative,
    /// More than zero.
    Positive,
    /// From 0 to 1, as a rate from 0% to 100%.
    ZeroToOne,
    /// At least 0 and less than 1: a discount of 100% would divide by nothing.
    BelowOne,
    /// From −1 to 1.
    MinusOneToOne,
    /// More than −1: no more than all can be lost.
    AboveMinusOne,
}

impl Section {
    /// The description of a key.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of all keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

impl Key {
    /// An optional key without default. `doc` is sentences, `example` a TOML value.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Self {
        Key {
            name,
            kind,
            required: false,
            required_to_simulate: false,
            default: None,
            default_where: DefaultWhere::Always,
            limits: Limits::Any,
            doc,
            example,
        }
    }

    /// The key must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The key must be there in a scenario that is simulated; a file for the exact tables does without.
    #[must_use]
    pub const fn required_to_simulate(mut self) -> Self {
        self.required_to_simulate = true;
        self
    }

    /// The value if the key is left out, as TOML.
    #[must_use]
    pub const fn default(mut self, toml: &'static str) -> Self {
        self.default = Some(toml);
        self
    }

    /// The default means something only there; its own section is written out without it elsewhere.
    #[must_use]
    pub const fn default_where(mut self, place: DefaultWhere) -> Self {
        self.default_where = place;
        self
    }

    /// Limits on the value.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl Kind {
    /// What the value is, for messages: "an amount of money", "a list" …
    #[must_use]
    pub fn describe(self) -> String {
        let fixed = match self {
            Kind::Money => "an amount of money",
            Kind::Rate => "a rate",
            Kind::Probability => "a probability",
            Kind::Multiple => "a multiple",
            Kind::Span => "a span of time",
            Kind::Date => "a date",
            Kind::TimePoint => "a date or a span of time",
            Kind::Count | Kind::Integer => "a whole number",
            Kind::Shares => "a number of shares",
            Kind::Number => "a number",
            Kind::Text => "a text",
            Kind::Flag => "true or false",
            Kind::Any => "a value",
            Kind::OneOf(_) => "a table with one key",
            Kind::Parameters(_) => "a table of parameters",
            Kind::Table(_) | Kind::Variants(_) | Kind::Map(_) => "a table",
            Kind::List(_) => "a list",
            Kind::Choice([word]) => return format!("`{word}`"),
            Kind::Choice(words) => return format!("one of {}", listed(words.iter().copied())),
            Kind::Uncertain(inner) => return format!("{} or a distribution", inner.describe()),
            Kind::Either(kinds) => {
                let parts: Vec<String> = kinds.iter().map(|kind| kind.describe()).collect();
                return parts.join(" or ");
            }
        };
        fixed.to_owned()
    }

    /// The kind of value under `name` in a table of this kind; `tag` gives the value of a key in that table.
    pub(super) fn child<'t>(
        &self,
        name: &str,
        tag: &impl Fn(&'static str) -> Option<&'t str>,
    ) -> Option<&'static Kind> {
        match self {
            Kind::Table(section) | Kind::OneOf(section) => section.key(name).map(|key| &key.kind),
            Kind::Variants(variants) if name == variants.tag => Some(&Kind::Text),
            Kind::Variants(variants) => {
                let section = variants.section(tag(variants.tag)?)?;
                section.key(name).map(|key| &key.kind)
            }
            Kind::Map(inner) | Kind::List(inner) => Some(inner),
            Kind::Either(kinds) => kinds.iter().find_map(|kind| kind.child(name, tag)),
            _ => None,
        }
    }

    /// The description of the key `name` in a table of this kind, where keys are described.
    pub(super) fn key<'t>(
        &self,
        name: &str,
        tag: &impl Fn(&'static str) -> Option<&'t str>,
    ) -> Option<&'static Key> {
        match self {
            Kind::Table(section) | Kind::OneOf(section) => section.key(name),
            Kind::Variants(variants) => variants.section(tag(variants.tag)?)?.key(name),
            Kind::Either(kinds) => kinds.iter().find_map(|kind| kind.key(name, tag)),
            _ => None,
        }
    }

    /// The names a table of this kind may have, where they are fixed.
    pub(super) fn child_names<'t>(
        &self,
        tag: &impl Fn(&'static str) -> Option<&'t str>,
    ) -> Vec<&'static str> {
        match self {
            Kind::Table(section) | Kind::OneOf(section) => section.names().collect(),
            Kind::Variants(variants) => {
                let section = tag(variants.tag).and_then(|choice| variants.section(choice));
                let names = section.map(|section| section.names().collect::<Vec<_>>()).unwrap_or_default();
                [vec![variants.tag], names].concat()
            }
            Kind::Either(kinds) => kinds.iter().flat_map(|kind| kind.child_names(tag)).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a table may have other names than [`Kind::child_names`] gives.
    pub(super) fn takes_any_name(&self) -> bool {
        match self {
            Kind::Any | Kind::Uncertain(_) | Kind::Map(_) | Kind::Parameters(_) => true,
            Kind::Either(kinds) => kinds.iter().any(Kind::takes_any_name),
            _ => false,
        }
    }
}

impl Variants {
    /// The section of a choice.
    #[must_use]
    pub fn section(&self, choice: &str) -> Option<&'static Section> {
        self.choices.iter().find(|(name, _)| *name == choice).map(|(_, section)| *section)
    }

    /// The values of the deciding key.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.choices.iter().map(|(name, _)| *name)
    }
}

impl Limits {
    /// What is allowed, to follow "must be".
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Limits::Any => "any number",
            Limits::NotNegative => "zero or more",
            Limits::Positive => "more than zero",
            Limits::ZeroToOne => "from 0% to 100%",
            Limits::BelowOne => "at least 0% and less than 100%",
            Limits::MinusOneToOne => "from -1 to 1",
            Limits::AboveMinusOne => "more than -100%",
        }
    }
}

/// Words in backticks, with commas between.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
