//! [`Mark`]: where a figure comes from, said in a comment beside it.

use std::ops::Range;

use crate::diagnostic::nearest;

/// How a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A source states it.
    Stated,
    /// Worked out from stated figures.
    Derived,
    /// Taken on judgement.
    Assumed,
}

/// Where a figure comes from: `today = "$380bn"  # [stated] Series G, February 2026`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How it is known.
    pub kind: MarkKind,
    /// The rest of the comment; may be empty.
    pub text: String,
}

impl MarkKind {
    /// All kinds, the surest first.
    pub const ALL: [MarkKind; 3] = [MarkKind::Stated, MarkKind::Derived, MarkKind::Assumed];

    /// The word in brackets.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            MarkKind::Stated => "stated",
            MarkKind::Derived => "derived",
            MarkKind::Assumed => "assumed",
        }
    }
}

/// What a comment says about provenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MarkText {
    /// Nothing.
    None,
    /// A mark.
    Known(Mark),
    /// A single word in brackets that is no mark, its range in the comment, and the mark it may mean.
    Unknown { word: String, range: Range<usize>, suggestion: Option<&'static str> },
}

impl MarkText {
    /// Reads a comment that starts with `#`.
    pub(super) fn read(comment: &str) -> Self {
        let body = comment.trim_start_matches('#');
        let inner = body.trim_start();
        let Some((word, text)) = inner.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            return MarkText::None;
        };
        if word.is_empty() || !word.chars().all(char::is_alphabetic) {
            return MarkText::None;
        }
        if let Some(kind) = MarkKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(word)) {
            return MarkText::Known(Mark { kind, text: text.trim().to_owned() });
        }
        let start = comment.len() - inner.len();
        let suggestion = nearest(word, MarkKind::ALL.map(MarkKind::name));
        MarkText::Unknown { word: word.to_owned(), range: start..start + word.len() + 2, suggestion }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_single_words_in_brackets_at_the_start_of_a_comment() {
        let known = |kind, text: &str| MarkText::Known(Mark { kind, text: text.to_owned() });
        assert_eq!(MarkText::read("# [stated] Series G"), known(MarkKind::Stated, "Series G"));
        assert_eq!(MarkText::read("#[Assumed]"), known(MarkKind::Assumed, ""));
        assert_eq!(MarkText::read("# see [stated]"), MarkText::None);
        assert_eq!(MarkText::read("# [see there]"), MarkText::None);
        assert_eq!(MarkText::read("# []"), MarkText::None);
        assert_eq!(
            MarkText::read("# [asumed] peers"),
            MarkText::Unknown { word: "asumed".to_owned(), range: 2..10, suggestion: Some("assumed") }
        );
    }
}
