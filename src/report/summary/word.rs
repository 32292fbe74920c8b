//! Types of other layers as the words that stand for them in `summary.json`.

/// A day as ISO 8601 writes it.
pub(super) mod day {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    use crate::quantity::Day;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(in super::super) fn serialize<S: Serializer>(day: &Day, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(day)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|_| de::Error::custom(format!("`{text}` is no day such as 2026-04-20")))
    }
}

/// A way of sampling as the scenario language has it.
pub(super) mod sampling {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    use crate::model::Sampling;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub(in super::super) fn serialize<S: Serializer>(sampling: &Sampling, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(sampling.word())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Sampling, D::Error> {
        let text = String::deserialize(from)?;
        let known = Sampling::WORDS.iter().find(|(word, _)| *word == text);
        known
            .map(|(_, sampling)| *sampling)
            .ok_or_else(|| de::Error::custom(format!("unknown sampling `{text}`")))
    }
}
