//! What a code of the [catalogue](super::catalogue) is made of, and how it is read and printed.

use std::fmt::{self, Display};
use std::str::FromStr;

use super::Code;

/// Whether a diagnostic stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// The scenario can be run, but something in it is probably not meant.
    Warning,
}

/// The explanation of a code. `Display` prints it as a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which code.
    pub code: Code,
    /// What the mistake is, as a sentence.
    pub title: &'static str,
    /// Why it is one, and what to do.
    pub text: &'static str,
    /// A piece of a scenario, or a command, with the mistake.
    pub wrong: &'static str,
    /// The same without it.
    pub right: &'static str,
}

/// Declares [`Code`] with ids and explanations in one place, so that no code can lack any of them.
macro_rules! codes {
    ($($name:ident = $id:literal: $title:literal, $text:literal, wrong $wrong:literal, right $right:literal;)+) => {
        /// A kind of mistake. Its id never changes its meaning; a retired id is not used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $title] $name,)+ }

        impl Code {
            /// All codes in the order of their ids.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// The stable id: `E` for an error or `W` for a warning, and four digits.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)+ }
            }

            /// What this code means, with examples.
            #[must_use]
            pub const fn entry(self) -> Entry {
                match self {
                    $(Code::$name => Entry {
                        code: self, title: $title, text: $text, wrong: $wrong, right: $right,
                    },)+
                }
            }
        }
    };
}
pub(super) use codes;

impl Code {
    /// Whether a mistake of this kind stops a run.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.id().starts_with('W') { Severity::Warning } else { Severity::Error }
    }
}

impl Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}\n\n{}", self.code, self.title, self.text)?;
        for (heading, example) in [("Wrong", self.wrong), ("Right", self.right)] {
            writeln!(f, "\n{heading}:\n")?;
            example.lines().try_for_each(|line| writeln!(f, "    {line}"))?;
        }
        Ok(())
    }
}

/// The text is no known code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no code `{0}`; codes look like E0201, and messages show theirs in brackets")]
pub struct UnknownCode(String);

impl FromStr for Code {
    type Err = UnknownCode;

    /// Reads an id in any case.
    ///
    /// # Errors
    /// If no code has this id.
    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let wanted = text.trim();
        let found = Code::ALL.iter().find(|code| code.id().eq_ignore_ascii_case(wanted));
        found.copied().ok_or_else(|| UnknownCode(wanted.chars().take(20).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_a_paragraph_and_two_different_examples() {
        for entry in Code::ALL.iter().map(|code| code.entry()) {
            assert!(entry.title.ends_with('.') && entry.title.len() > 10, "{}", entry.code);
            assert!(entry.text.ends_with('.') && entry.text.len() > 60, "{}", entry.code);
            assert!(!entry.wrong.is_empty() && !entry.right.is_empty(), "{}", entry.code);
            assert_ne!(entry.wrong, entry.right, "{}", entry.code);
        }
    }

    #[test]
    fn an_explanation_prints_as_a_page() {
        let page = Code::MissingUnit.entry().to_string();
        assert!(page.starts_with("E0301: A number stands without its unit.\n\n"), "{page}");
        assert!(page.contains("\nWrong:\n\n    rate = 0.06\n\nRight:\n\n    rate = \"6%\"\n"), "{page}");
    }

    #[test]
    fn ids_are_unique_ordered_by_number_and_read_back() {
        let numbers: Vec<&str> = Code::ALL.iter().map(|code| &code.id()[1..]).collect();
        assert!(numbers.is_sorted() && numbers.windows(2).all(|pair| pair[0] != pair[1]));
        for code in Code::ALL {
            assert_eq!(code.id().to_lowercase().parse(), Ok(*code));
        }
        assert!("E9999".parse::<Code>().is_err());
        assert_eq!(Code::UnknownMark.severity(), Severity::Warning);
    }
}
