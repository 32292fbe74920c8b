//! Colours by meaning (Okabe and Ito 2008, extended): blue for equity outcomes, warm for credit outcomes,
//! hatched grey for what is not resolved. Every colour used for text has a contrast of 5.5:1 or more on white.

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const INK: Colour = Colour(0x1A, 0x1A, 0x1A);
pub(super) const MUTED: Colour = Colour(0x59, 0x59, 0x59);
pub(super) const SOURCE: Colour = Colour(0x76, 0x76, 0x76);
pub(super) const GRID: Colour = Colour(0xE3, 0xE3, 0xE3);
pub(super) const WHITE: Colour = Colour(0xFF, 0xFF, 0xFF);
/// Set in this colour, a text is the halo beneath a label; it is white but for the last bit.
pub(super) const HALO: Colour = Colour(0xFF, 0xFF, 0xFE);
pub(super) const NAVY: Colour = Colour(0x08, 0x30, 0x6B);
pub(super) const BLUE: Colour = Colour(0x00, 0x72, 0xB2);
pub(super) const SKY: Colour = Colour(0x56, 0xB4, 0xE9);
pub(super) const PURPLE: Colour = Colour(0xCC, 0x79, 0xA7);
pub(super) const ORANGE: Colour = Colour(0xE6, 0x9F, 0x00);
pub(super) const RUST: Colour = Colour(0xA6, 0x36, 0x03);
pub(super) const GREY: Colour = Colour(0xBD, 0xBD, 0xBD);
/// The lines of hatching.
pub(super) const HATCH: Colour = Colour(0x86, 0x86, 0x86);
pub(super) const TEXT_BLUE: Colour = Colour(0x00, 0x4C, 0x78);

/// What an outcome means; it decides the colour and the place in the order of outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// Equity through an IPO or another liquidity event.
    Liquidity,
    /// Converted at the valuation cap.
    Cap,
    /// Converted at the discount or at the price of the round.
    Round,
    /// Settled in a sale of the company.
    ChangeOfControl,
    /// Repaid in cash.
    Repaid,
    /// Defaulted, with or without recovery.
    Default,
    /// Outstanding at the horizon, undrawn or lapsed.
    Unresolved,
}

impl Meaning {
    /// All meanings, in order.
    pub const ALL: [Meaning; 7] = [
        Meaning::Liquidity,
        Meaning::Cap,
        Meaning::Round,
        Meaning::ChangeOfControl,
        Meaning::Repaid,
        Meaning::Default,
        Meaning::Unresolved,
    ];

    /// The colour of bars and areas.
    pub(super) fn fill(self) -> Colour {
        match self {
            Meaning::Liquidity => NAVY,
            Meaning::Cap => BLUE,
            Meaning::Round => SKY,
            Meaning::ChangeOfControl => PURPLE,
            Meaning::Repaid => ORANGE,
            Meaning::Default => RUST,
            Meaning::Unresolved => GREY,
        }
    }

    /// The darker colour of the same family in which text may be set.
    pub(super) fn text(self) -> Colour {
        match self {
            Meaning::Liquidity | Meaning::Cap | Meaning::Round => TEXT_BLUE,
            Meaning::ChangeOfControl => Colour(0x8F, 0x3F, 0x6B),
            Meaning::Repaid => Colour(0x8A, 0x5A, 0x00),
            Meaning::Default => RUST,
            Meaning::Unresolved => MUTED,
        }
    }

    /// Whether the fill is hatched (grey is too near purple for a reader without green cones).
    pub(super) fn hatched(self) -> bool {
        self == Meaning::Unresolved
    }

    /// Whether the fill has less than 3:1 contrast on white and needs an outline.
    pub(super) fn outlined(self) -> bool {
        matches!(self, Meaning::Round | Meaning::Repaid | Meaning::Unresolved)
    }
}

/// Contrast ratio to white, from relative luminance (WCAG 2.2).
pub(super) fn contrast_on_white(colour: Colour) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
    };
    let Colour(r, g, b) = colour;
    1.05 / (0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) + 0.05)
}

/// Text needs this contrast.
const READABLE: f64 = 5.5;

/// Other colours for the meanings: whatever is drawn in a meaning's colour is drawn in another instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recolouring {
    changed: [Option<Colour>; 7],
}

impl Recolouring {
    /// The same with a colour for one meaning.
    #[must_use]
    pub fn with(mut self, meaning: Meaning, (red, green, blue): (u8, u8, u8)) -> Self {
        self.changed[meaning as usize] = Some(Colour(red, green, blue));
        self
    }

    /// What a colour of this palette becomes.
    pub(super) fn of(&self, colour: Colour) -> Colour {
        for meaning in Meaning::ALL {
            let Some(new) = self.changed[meaning as usize] else { continue };
            if colour == meaning.fill() {
                return new;
            }
        }
        // Texts about equity share one colour: that of the cap speaks for it.
        let families = [Meaning::Cap, Meaning::ChangeOfControl, Meaning::Repaid, Meaning::Default];
        for meaning in families {
            if let Some(new) = self.changed[meaning as usize].filter(|_| colour == meaning.text()) {
                return readable(new);
            }
        }
        colour
    }
}

/// The colour, darkened until a text in it can be read.
fn readable(colour: Colour) -> Colour {
    let mut dark = colour;
    while contrast_on_white(dark) < READABLE {
        let darker = |c: u8| c - c.div_ceil(12);
        dark = Colour(darker(dark.0), darker(dark.1), darker(dark.2));
    }
    dark
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pale yellow, of which text would not be read.
    #[test]
    fn a_meaning_takes_another_colour_and_its_texts_a_darker_one() {
        let new = Recolouring::default().with(Meaning::Repaid, (0xFF, 0xEE, 0x88));
        assert_eq!(new.of(ORANGE), Colour(0xFF, 0xEE, 0x88));
        let text = new.of(Meaning::Repaid.text());
        assert!(contrast_on_white(text) >= READABLE && text != Meaning::Repaid.text());
        assert_eq!(new.of(INK), INK);
        assert_eq!(Recolouring::default().of(BLUE), BLUE);
    }

    #[test]
    fn fills_and_texts_keep_their_contrast() {
        use Meaning::{Cap, ChangeOfControl, Default, Liquidity, Repaid, Round, Unresolved};
        for meaning in [Liquidity, Cap, Round, ChangeOfControl, Repaid, Default, Unresolved] {
            assert!(contrast_on_white(meaning.text()) >= 5.5, "{meaning:?}");
            // WCAG 1.4.11: graphics need 3:1, else an outline that has it
            assert!(contrast_on_white(meaning.fill()) >= 3.0 || meaning.outlined(), "{meaning:?}");
        }
        // WCAG 1.4.3: text needs 4.5:1
        assert!(contrast_on_white(SOURCE) >= 4.5);
    }
}
