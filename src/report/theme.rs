//! How a report looks, from a file: colours by meaning, size of charts and of their texts, style of numbers.
//!
//! ```toml
//! charts = "slide"              # memo (6.5 in wide) or slide (10 x 5.6 in)
//! numbers = "us"                # international ($1.2bn) or us ($1.2B)
//! font_size = 12                # 10 to 12; 11 if left out
//! [colours]
//! cap = "#0072B2"               # liquidity, cap, round, change_of_control, repaid, default, unresolved
//! ```

use super::chart::{Meaning, Recolouring, Size, contrast};
use super::figure::Look;
use super::format::{Numbers, with_numbers};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources, nearest};
use crate::scenario::{Name, Node, Value, parse};

/// A theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// As written.
    pub text: String,
    /// How amounts are abbreviated.
    pub numbers: Numbers,
    slide: bool,
    /// Size of the charts' labels, in pixels of a memo's page.
    font_size: f64,
    recolouring: Recolouring,
}

const KEYS: [&str; 4] = ["charts", "numbers", "font_size", "colours"];
const MEANINGS: [(&str, Meaning); 7] = [
    ("liquidity", Meaning::Liquidity),
    ("cap", Meaning::Cap),
    ("round", Meaning::Round),
    ("change_of_control", Meaning::ChangeOfControl),
    ("repaid", Meaning::Repaid),
    ("default", Meaning::Default),
    ("unresolved", Meaning::Unresolved),
];
/// Size of labels as charts are laid out.
const USUAL_FONT: f64 = 11.0;
/// Beyond these, texts are too small to read or leave no room for the chart.
const FONTS: [f64; 2] = [10.0, 12.0];
/// A colour with less contrast to white is hardly seen.
const LEAST_CONTRAST: f64 = 1.4;

impl Theme {
    /// Reads a theme; `name` is what messages call it. Mistakes are reported, and then there is none.
    pub fn read(name: &str, text: &str, sources: &mut Sources, found: &mut Diagnostics) -> Option<Self> {
        let id = sources.add(name, text);
        let document = parse(sources, id, found)?;
        let usual = Self {
            text: text.to_owned(),
            numbers: Numbers::default(),
            slide: false,
            font_size: USUAL_FONT,
            recolouring: Recolouring::default(),
        };
        let mut theme = usual;
        for (key, node) in document.root.table().into_iter().flat_map(|table| &table.entries) {
            match theme.set(key, node, found) {
                Ok(()) => {}
                Err(mistake) => found.push(mistake),
            }
        }
        (!found.has_errors()).then_some(theme)
    }

    /// Makes something in the look of a theme, or in the usual one; amounts are abbreviated in its style meanwhile.
    pub fn dressed<T>(theme: Option<&Self>, make: impl FnOnce(&Look) -> T) -> T {
        let look = theme.map_or_else(Look::default, Self::look);
        with_numbers(theme.map_or_else(Numbers::default, |theme| theme.numbers), || make(&look))
    }

    fn look(&self) -> Look {
        let size = if self.slide { Size::SLIDE } else { Size::PAGE };
        Look { size: size.with_text(self.font_size / USUAL_FONT), recolouring: self.recolouring }
    }

    fn set(&mut self, key: &Name, node: &Node, found: &mut Diagnostics) -> Result<(), Diagnostic> {
        match key.text.as_str() {
            _ if node.is_broken() => {}
            "charts" => self.slide = choice(node, &["memo", "slide"])? == "slide",
            "numbers" => {
                let us = choice(node, &["international", "us"])? == "us";
                self.numbers = if us { Numbers::Us } else { Numbers::International };
            }
            "font_size" => self.font_size = font_size(node)?,
            "colours" => {
                let Some(table) = node.table() else {
                    return Err(wrong_type(node, "a table such as `colours = { cap = \"#0072B2\" }`"));
                };
                for (name, node) in &table.entries {
                    match colour(name, node) {
                        Ok((meaning, rgb)) => self.recolouring = self.recolouring.with(meaning, rgb),
                        Err(mistake) => found.push(mistake),
                    }
                }
            }
            _ => return Err(unknown(key, "a theme", &KEYS)),
        }
        Ok(())
    }
}

fn unknown(key: &Name, place: &str, known: &[&str]) -> Diagnostic {
    let mistake = Diagnostic::new(Code::UnknownKey, format!("unknown key `{}` in {place}", key.text));
    let mistake = mistake.at(key.place, "");
    match nearest(&key.text, known.iter().copied()) {
        Some(word) => mistake.suggest(Some(word)),
        None => mistake.help(format!("{place} takes {}", known.join(", "))),
    }
}

fn wrong_type(node: &Node, wanted: &str) -> Diagnostic {
    let found = node.value.describe();
    Diagnostic::new(Code::WrongType, format!("this is {found}"))
        .at(node.place, "")
        .help(format!("write {wanted}"))
}

fn choice<'n>(node: &'n Node, choices: &[&str]) -> Result<&'n str, Diagnostic> {
    let named: Vec<String> = choices.iter().map(|choice| format!("\"{choice}\"")).collect();
    let Some(word) = node.text() else { return Err(wrong_type(node, &named.join(" or "))) };
    if choices.contains(&word) {
        return Ok(word);
    }
    let mistake = Diagnostic::new(Code::UnknownChoice, format!("`{word}` is none of the choices"));
    let mistake = mistake.at(node.place, "").suggest(nearest(word, choices.iter().copied()));
    Err(mistake.help(format!("choose {}", named.join(" or "))))
}

fn font_size(node: &Node) -> Result<f64, Diagnostic> {
    let (Value::Integer(digits) | Value::Float(digits)) = &node.value else {
        return Err(wrong_type(node, "a number such as `font_size = 12`"));
    };
    let size = digits.parse::<f64>().ok().filter(|size| FONTS[0] <= *size && *size <= FONTS[1]);
    size.ok_or_else(|| {
        let mistake = Diagnostic::new(Code::OutOfRange, "texts of charts cannot have this size");
        let [least, most] = FONTS;
        mistake.at(node.place, "").help(format!("take {least} to {most}; {USUAL_FONT} is usual"))
    })
}

fn colour(name: &Name, node: &Node) -> Result<(Meaning, (u8, u8, u8)), Diagnostic> {
    let Some((_, meaning)) = MEANINGS.iter().find(|(word, _)| *word == name.text) else {
        return Err(unknown(name, "the colours", &MEANINGS.map(|(word, _)| word)));
    };
    let form = "a colour as six hexadecimal digits, such as \"#0072B2\"";
    let Some(text) = node.text() else { return Err(wrong_type(node, form)) };
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let number = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let Some(number) = number.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
        let mistake = Diagnostic::new(Code::UnknownChoice, format!("`{text}` is no colour"));
        return Err(mistake.at(node.place, "").help(format!("write {form}")));
    };
    let [_, red, green, blue] = number.to_be_bytes();
    let ratio = contrast((red, green, blue));
    if ratio < LEAST_CONTRAST {
        let message = format!("`{text}` is hardly seen on white: its contrast is {ratio:.2} to 1");
        let mistake = Diagnostic::new(Code::OutOfRange, message).at(node.place, "");
        return Err(mistake.help(format!("take a darker colour, of {LEAST_CONTRAST} to 1 at least")));
    }
    Ok((*meaning, (red, green, blue)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Style, render};

    fn read(text: &str) -> Result<Theme, String> {
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let theme = Theme::read("theme.toml", text, &mut sources, &mut found);
        theme.ok_or_else(|| render(&found, &sources, Style::Plain))
    }

    #[test]
    fn a_theme_says_how_charts_look() {
        let theme =
            read("charts = \"slide\"\nnumbers = \"us\"\nfont_size = 12\n[colours]\ncap = \"#123456\"\n")
                .unwrap();
        assert_eq!(theme.numbers, Numbers::Us);
        let look = theme.look();
        // hand-worked: 10 in × 96 pixels, in a layout of 624 × 11 / 12 units
        assert!((look.size.width - 572.0).abs() < 1e-9);
        assert!((look.size.width * look.size.zoom - 960.0).abs() < 1e-9);
        assert_eq!(look.recolouring, Recolouring::default().with(Meaning::Cap, (0x12, 0x34, 0x56)));
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_fix() {
        let text = "chart = \"slide\"\nnumbers = \"american\"\nfont_size = 40\ncolours = { cop = \"#123456\", cap = \"blue\", \
                    round = \"#FFFFF0\", repaid = 3 }\n";
        let told = read(text).unwrap_err();
        for part in [
            "theme.toml:1:1",
            "did you mean `charts`?",
            "choose \"international\" or \"us\"",
            "take 10 to 12; 11 is usual",
            "did you mean `cap`?",
            "`blue` is no colour",
            "hardly seen on white",
            "this is a bare number",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}
