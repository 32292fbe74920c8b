//! `report.html`: one file that needs no network and no other file, and can be read in full without its script.
//!
//! Style and script are fixed texts, and the page allows these two by their hashes alone: no text of a scenario can
//! become a third.

use minijinja::value::Serde;
use minijinja::{Environment, Value, context, escape_formatter};

use super::memo::Memo;

/// The name ends in `.html`, so that every text put into the template is escaped.
const NAME: &str = "report.html";
const STYLE: &str = include_str!("template/report.css");
const SCRIPT: &str = include_str!("template/report.js");
/// SHA-256 of the two in base 64, as the Content Security Policy of level 3 has it; a test checks them.
const STYLE_HASH: &str = "v9amniCOELoNH56MnxgK4515EfiBtNktcI1K+qK8G7o=";
const SCRIPT_HASH: &str = "I5fYLn2CLdcBCmE4t5LnX1mcSaVHrIsjsuP3y52eh60=";

/// The report as the bytes of its file.
///
/// # Errors
/// If the template cannot be filled in.
pub(super) fn bytes(memo: &Memo) -> Result<Vec<u8>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_formatter(|out, state, value| match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => escape_formatter(out, state, &Value::from(unparted(text))),
        None => escape_formatter(out, state, value),
    });
    environment.add_template(NAME, include_str!("template/report.html"))?;
    let memo = Value::from(Serde(memo));
    let mut page = environment.get_template(NAME)?.render(context! {
        memo,
        style => STYLE,
        script => SCRIPT,
        style_hash => STYLE_HASH,
        script_hash => SCRIPT_HASH,
    })?;
    page.push('\n');
    Ok(page.into_bytes())
}

/// The text with what keeps a line from ending between a sign and its amount, and between ± and the error.
fn unparted(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        whole.push(letter);
        let next = letters.peek();
        if letter == '−' && next.is_some_and(|next| !next.is_whitespace()) {
            whole.push('\u{2060}');
        } else if letter == '±' && letters.next_if_eq(&' ').is_some() {
            whole.push('\u{A0}');
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Word joiner and no-break space (Unicode Standard Annex 14: WJ and GL forbid breaks on both sides).
    #[test]
    fn signs_stay_with_their_amounts() {
        assert_eq!(unparted("−$19.2bn to −€1 ± 2, 5 − 3"), "−\u{2060}$19.2bn to −\u{2060}€1 ±\u{A0}2, 5 − 3");
        assert_eq!(unparted("±"), "±");
    }

    /// SHA-256 (FIPS 180-4), for the hashes above only.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "fractions of 32 bits")]
    fn sha256(text: &[u8]) -> [u8; 32] {
        let fraction = |x: f64| (x.fract() * 4_294_967_296.0) as u32;
        let primes: Vec<u32> = (2_u32..312).filter(|n| (2..*n).all(|d| !n.is_multiple_of(d))).collect();
        let constants: Vec<u32> = primes[..64].iter().map(|p| fraction(f64::from(*p).cbrt())).collect();
        let mut state: Vec<u32> = primes[..8].iter().map(|p| fraction(f64::from(*p).sqrt())).collect();
        let mut padded = text.to_vec();
        padded.push(0x80);
        while padded.len() % 64 != 56 {
            padded.push(0);
        }
        padded.extend((text.len() as u64 * 8).to_be_bytes());
        for block in padded.chunks(64) {
            let mut words: Vec<u32> =
                block.chunks(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]])).collect();
            for i in 16..64 {
                let (a, b) = (words[i - 15], words[i - 2]);
                let small = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
                let other = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
                words.push(words[i - 16].wrapping_add(small).wrapping_add(words[i - 7]).wrapping_add(other));
            }
            let mut v = state.clone();
            for (word, constant) in words.iter().zip(&constants) {
                let big = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
                let choose = (v[4] & v[5]) ^ (!v[4] & v[6]);
                let first =
                    v[7].wrapping_add(big).wrapping_add(choose).wrapping_add(*constant).wrapping_add(*word);
                let big = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
                let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
                let second = big.wrapping_add(majority);
                v.rotate_right(1);
                v[0] = first.wrapping_add(second);
                v[4] = v[4].wrapping_add(first);
            }
            state.iter_mut().zip(v).for_each(|(sum, word)| *sum = sum.wrapping_add(word));
        }
        let mut hash = [0; 32];
        hash.chunks_mut(4).zip(state).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_be_bytes()));
        hash
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for three in bytes.chunks(3) {
            let number =
                three.iter().chain([&0, &0]).take(3).fold(0_usize, |n, b| (n << 8) | usize::from(*b));
            for digit in 0..4 {
                let shown = digit <= three.len();
                text.push(if shown { char::from(DIGITS[(number >> (18 - 6 * digit)) & 63]) } else { '=' });
            }
        }
        text
    }

    /// "abc" as in FIPS 180-4's example: ba7816bf … 15ad.
    #[test]
    fn the_policy_has_the_hashes_of_style_and_script() {
        assert_eq!(sha256(b"abc")[..4], [0xBA, 0x78, 0x16, 0xBF]);
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(base64(&sha256(STYLE.as_bytes())), STYLE_HASH, "put this hash into STYLE_HASH");
        assert_eq!(base64(&sha256(SCRIPT.as_bytes())), SCRIPT_HASH, "put this hash into SCRIPT_HASH");
    }
}
