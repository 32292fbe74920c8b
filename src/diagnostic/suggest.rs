//! "Did you mean": the known word nearest to a mistyped one.

/// The candidate nearest to `word`, if it is near enough to be meant: at most a third of its letters (and at
/// least one, but not all) typed wrongly, letters swapped counting once. Case and `-` for `_` do not count.
///
/// ```
/// use cabrio::diagnostic::nearest;
/// assert_eq!(nearest("valuaton_cap", ["discount", "valuation_cap"]), Some("valuation_cap"));
/// assert_eq!(nearest("tranches", ["discount", "valuation_cap"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distance is quadratic in the length: nobody mistypes a name of this length.
    const LONGEST: usize = 100;
    if word.len() > LONGEST {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let wanted = plain(word);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::osa_distance(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| {
            let letters = candidate.chars().count();
            *distance <= (letters / 3).max(1) && *distance < letters
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("p9O", ["p90", "p10"]), Some("p90"));
        assert_eq!(nearest("asumed", ["stated", "derived", "assumed"]), Some("assumed"));
        assert_eq!(nearest("Valuation-Date", ["valuation_date"]), Some("valuation_date"));
        assert_eq!(nearest("xyz", ["abc", ""]), None);
        assert_eq!(nearest("", ["abc"]), None);
        assert_eq!(nearest("b", ["a"]), None);
        assert_eq!(nearest(&"a".repeat(10_000), ["abc"]), None);
    }
}
