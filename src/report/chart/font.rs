//! The one font of all charts, and how wide a text is in it.
//!
//! `DejaVu` Sans comes from a crate, so that a chart needs no font of the machine. plotters looks fonts up by
//! family name, and SVG viewers by a CSS list: the same string serves as both.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

use super::ChartError;

/// plotters' key for the font, and the font list that SVG viewers read.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Ascent plus descent of `DejaVu` Sans, regular and bold, in units of 1/2048 em (its `hhea` table: 1901 + 483).
/// plotters measures at a height of that many pixels in whole pixels, that is, in font units.
const HEIGHT_UNITS: f64 = 2384.0;
const UNITS_PER_EM: f64 = 2048.0;

/// How far above the baseline capitals and figures reach, in em (`DejaVu` Sans: 1493/2048, rounded up for `(`).
pub(super) const ASCENT: f64 = 0.77;
/// How far below the baseline letters such as `g` and `,` reach, in em.
pub(super) const DESCENT: f64 = 0.24;

/// A size in pixels, and whether bold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) bold: bool,
}

/// The chart's title.
pub(super) const TITLE: Font = Font { size: 14.0, bold: true };
/// Names and values beside the marks.
pub(super) const LABEL: Font = Font { size: 11.0, bold: false };
/// Headings of panels and what matters most.
pub(super) const STRONG: Font = Font { size: 11.0, bold: true };
/// Axis ticks and notes.
pub(super) const TICK: Font = Font { size: 10.0, bold: false };
/// The source line: the smallest text allowed.
pub(super) const SMALL: Font = Font { size: 9.0, bold: false };

/// Makes the font known to plotters, once.
///
/// # Errors
///
/// If the embedded font could not be read.
pub(super) fn register() -> Result<(), ChartError> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done = DONE.get_or_init(|| {
        // Every style is registered: for a missing one plotters would silently take the regular face.
        [
            (FontStyle::Normal, dejavu::sans::regular()),
            (FontStyle::Bold, dejavu::sans::bold()),
            (FontStyle::Italic, dejavu::sans::oblique()),
            (FontStyle::Oblique, dejavu::sans::oblique()),
        ]
        .into_iter()
        .all(|(style, bytes)| register_font(FAMILY, style, bytes).is_ok())
    });
    if *done { Ok(()) } else { Err(ChartError::Font) }
}

impl Font {
    pub(super) fn style(self) -> FontStyle {
        if self.bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    /// The advance width of a text in pixels, kerning included.
    pub(super) fn width(self, text: &str) -> f64 {
        let face = FontDesc::new(FontFamily::Name(FAMILY), HEIGHT_UNITS, self.style());
        // Registration succeeded before any text was set; a guess of 0.6 em keeps this total all the same.
        let units = face
            .layout_box(text)
            .map_or(0.6 * UNITS_PER_EM * text.chars().count() as f64, |(_, end)| f64::from(end.0));
        units / UNITS_PER_EM * self.size
    }

    /// The text, shortened with an ellipsis to at most `width` pixels; empty if not even that fits.
    pub(super) fn fit(self, text: &str, width: f64) -> String {
        let text = plain(text);
        if self.width(&text) <= width {
            return text;
        }
        let letters: Vec<char> = text.chars().collect();
        (1..letters.len())
            .rev()
            .map(|n| format!("{}…", letters[..n].iter().collect::<String>().trim_end()))
            .find(|short| self.width(short) <= width)
            .unwrap_or_default()
    }

    /// The text on at most `most` lines of at most `width` pixels; what does not fit the last is cut short.
    pub(super) fn wrap(self, text: &str, width: f64, most: usize) -> Vec<String> {
        let text = plain(text);
        if most < 2 || self.width(&text) <= width {
            return vec![self.fit(&text, width)];
        }
        let mut breaks = text.match_indices(' ').map(|(i, _)| i).rev();
        let Some(split) = breaks.find(|&i| self.width(&text[..i]) <= width) else {
            return vec![self.fit(&text, width)];
        };
        let mut lines = vec![text[..split].to_owned()];
        lines.extend(self.wrap(&text[split..], width, most - 1));
        lines
    }
}

/// The text without line breaks and without characters that XML 1.0 forbids (section 2.2).
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_the_fonts_own() {
        register().unwrap();
        // DejaVu Sans `hmtx`: every digit is 1303/2048 em wide, in the bold face 1425/2048.
        let widths = [(false, "0"), (false, "7777"), (true, "0")]
            .map(|(bold, text)| libm::round(Font { size: 2048.0, bold }.width(text)).to_string());
        assert_eq!(widths, ["1303", "5212", "1425"]);
    }

    #[test]
    fn names_break_between_words() {
        register().unwrap();
        assert_eq!(LABEL.wrap("converted at the cap", 100.0, 2), ["converted at the", "cap"]);
        assert_eq!(LABEL.wrap("repaid", 100.0, 2), ["repaid"]);
        assert_eq!(LABEL.wrap("Zwischenfinanzierung", 60.0, 2).len(), 1);
    }

    #[test]
    fn long_names_end_in_an_ellipsis_and_fit() {
        register().unwrap();
        let short = LABEL.fit("Series F convertible preferred", 80.0);
        assert!(short.ends_with('…') && LABEL.width(&short) <= 80.0, "{short}");
        assert_eq!(LABEL.fit("Repaid", 80.0), "Repaid");
        assert_eq!(LABEL.fit("Repaid", 3.0), "");
        assert_eq!(LABEL.fit("two\nlines\u{1}", 80.0), "two lines");
    }
}
