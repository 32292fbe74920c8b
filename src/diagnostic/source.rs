//! [`Sources`]: the texts that mistakes point into, and [`Place`], a stretch of one of them.

/// Which text a [`Place`] lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A stretch of a source text, in bytes; `end` is the byte after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// One text with its name and the starts of its lines.
#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

/// All texts of one reading: the scenario, the file it extends, `--set` arguments.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// Takes in a text under the name that messages show. At most 2^32 − 1 texts of less than 4 GiB each.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(starts).collect();
        self.list.push(Source { name: name.into(), text, line_starts });
        SourceId(u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX))
    }

    fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(usize::try_from(id.0).ok()?)
    }

    /// The text read first: the scenario itself.
    #[must_use]
    pub fn main_text(&self) -> &str {
        self.list.first().map_or("", |source| &source.text)
    }

    /// The name that messages show; empty for a source of another collection.
    #[must_use]
    pub fn name(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |source| &source.name)
    }

    /// The whole text; empty for a source of another collection.
    #[must_use]
    pub fn text(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |source| &source.text)
    }

    /// The text at a place.
    #[must_use]
    pub fn excerpt(&self, place: Place) -> &str {
        self.text(place.source).get(place.range()).unwrap_or("")
    }

    /// Line and column of a byte, both from 1; columns count characters. Past the end is the end.
    #[must_use]
    pub fn position(&self, id: SourceId, offset: u32) -> (usize, usize) {
        let Some(source) = self.get(id) else { return (1, 1) };
        let line = self.line_index(id, offset);
        let start = source.line_starts.get(line).copied().unwrap_or(0);
        let end = to_usize(offset).min(source.text.len());
        let before = source.text.as_bytes().get(start..end).unwrap_or_default();
        // Count bytes that begin a character, so that an offset inside one does no harm.
        let characters = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        (line + 1, characters + 1)
    }

    /// Line of a byte, counted from 0.
    pub(crate) fn line_index(&self, id: SourceId, offset: u32) -> usize {
        let starts = self.get(id).map_or(&[0][..], |source| &source.line_starts);
        starts.partition_point(|start| *start <= to_usize(offset)).saturating_sub(1)
    }

    /// First byte of a line and the byte after its last line, lines counted from 0.
    pub(super) fn line_range(&self, id: SourceId, first: usize, last: usize) -> std::ops::Range<usize> {
        let Some(source) = self.get(id) else { return 0..0 };
        let start = source.line_starts.get(first).copied().unwrap_or(0);
        let end = source.line_starts.get(last + 1).copied().unwrap_or(source.text.len());
        start..end.max(start)
    }
}

fn to_usize(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

impl Place {
    /// The bytes `range` of a text, cut off at 4 GiB.
    #[must_use]
    pub fn new(source: SourceId, range: std::ops::Range<usize>) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Place { source, start: cut(range.start), end: cut(range.end.max(range.start)) }
    }

    /// The bytes as a range.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        to_usize(self.start)..to_usize(self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        // hand-worked: the euro sign has three bytes
        let mut sources = Sources::default();
        let id = sources.add("a.toml", "one\n€2 = x\n");
        assert_eq!(sources.position(id, 0), (1, 1));
        assert_eq!(sources.position(id, 3), (1, 4));
        assert_eq!(sources.position(id, 4), (2, 1));
        assert_eq!(sources.position(id, 7), (2, 2));
        assert_eq!(sources.position(id, 12), (2, 7));
        assert_eq!(sources.position(id, 13), (3, 1));
        assert_eq!(sources.position(id, 999), (3, 1));
        assert_eq!(sources.excerpt(Place::new(id, 4..7)), "€");
        assert_eq!(sources.excerpt(Place::new(id, 5..6)), "");
    }
}
