//! [`Tape`]: partial results as bytes, written and read by the same code.

use super::tree::{Merge, Tree};

/// Most numbers in one sparse list: more would be no work of this program.
const MOST_SPARSE: usize = 1 << 24;

/// Numbers in a row, little-endian: written to the end, or read from the start. What is read wrongly spoils the tape and leaves values as
/// they were; one look at the end tells.
#[derive(Debug)]
pub struct Tape<'a> {
    written: Vec<u8>,
    read: Option<&'a [u8]>,
    spoilt: bool,
}

impl<'a> Tape<'a> {
    /// To write on.
    #[must_use]
    pub fn blank() -> Self {
        Self { written: Vec::new(), read: None, spoilt: false }
    }

    /// To read.
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { written: Vec::new(), read: Some(bytes), spoilt: false }
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.written
    }

    /// Whether it is read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.read.is_some()
    }

    /// Whether all was read, and nothing wrongly.
    #[must_use]
    pub fn ended_well(&self) -> bool {
        !self.spoilt && self.read.is_none_or(<[u8]>::is_empty)
    }

    /// Marks the tape as wrongly read.
    pub fn spoil(&mut self) {
        self.spoilt = true;
    }

    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let taken = self.read.and_then(|rest| rest.split_at_checked(bytes)).filter(|_| !self.spoilt);
        let Some((taken, rest)) = taken else {
            self.spoilt = true;
            return None;
        };
        self.read = Some(rest);
        Some(taken)
    }

    /// A whole number.
    pub fn integer(&mut self, value: &mut u64) {
        if self.read.is_none() {
            self.written.extend(value.to_le_bytes());
        } else if let Some(Ok(bytes)) = self.take(8).map(TryFrom::try_from) {
            *value = u64::from_le_bytes(bytes);
        }
    }

    /// A floating-point number, to the bit.
    pub fn number(&mut self, value: &mut f64) {
        let mut bits = value.to_bits();
        self.integer(&mut bits);
        *value = f64::from_bits(bits);
    }

    /// A number of things.
    pub fn count(&mut self, value: &mut usize) {
        let mut count = *value as u64;
        self.integer(&mut count);
        match usize::try_from(count) {
            Ok(count) => *value = count,
            Err(_) => self.spoil(),
        }
    }

    /// Bytes, with their number.
    pub fn bytes(&mut self, bytes: &mut Vec<u8>) {
        let mut count = bytes.len();
        self.count(&mut count);
        if self.read.is_none() {
            self.written.extend(&*bytes);
        } else if let Some(taken) = self.take(count) {
            *bytes = taken.to_vec();
        }
    }

    /// A text.
    pub fn text(&mut self, text: &mut String) {
        let mut bytes = std::mem::take(text).into_bytes();
        self.bytes(&mut bytes);
        match String::from_utf8(bytes) {
            Ok(read) => *text = read,
            Err(_) => self.spoil(),
        }
    }

    /// Numbers, with how many they are.
    pub fn numbers(&mut self, values: &mut Vec<f64>) {
        self.list(values, || 0.0, |value, tape| tape.number(value));
    }

    /// Whole numbers, with how many they are.
    pub fn integers(&mut self, values: &mut Vec<u64>) {
        self.list(values, || 0, |value, tape| tape.integer(value));
    }

    /// Whole numbers most of which are nought, with how many they are: each other one with the noughts before it, in as few
    /// bytes as it has (LEB128).
    pub fn sparse(&mut self, values: &mut Vec<u64>) {
        let mut count = values.len();
        self.count(&mut count);
        if self.read.is_none() {
            let mut noughts = 0;
            for value in &*values {
                if *value == 0 {
                    noughts += 1;
                } else {
                    self.short(noughts);
                    self.short(*value);
                    noughts = 0;
                }
            }
            return self.short(noughts);
        }
        if count > MOST_SPARSE {
            return self.spoil();
        }
        let mut read = vec![0; count];
        let mut place = 0_usize;
        loop {
            let noughts = usize::try_from(self.read_short()).unwrap_or(usize::MAX);
            place = place.saturating_add(noughts);
            if place >= count || self.spoilt {
                break;
            }
            read[place] = self.read_short();
            place += 1;
        }
        if place != count {
            return self.spoil();
        }
        *values = read;
    }

    fn short(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.written.push(low_bits(value) | 0x80);
            value >>= 7;
        }
        self.written.push(low_bits(value));
    }

    fn read_short(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let Some(&[byte]) = self.take(1) else { return 0 };
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return value;
            }
        }
        self.spoil();
        0
    }

    /// A list, with how many there are; each is passed by `pass`.
    pub fn list<T>(&mut self, list: &mut Vec<T>, empty: impl Fn() -> T, pass: impl Fn(&mut T, &mut Self)) {
        let mut count = list.len();
        self.count(&mut count);
        let Some(rest) = self.read else {
            return list.iter_mut().for_each(|element| pass(element, self));
        };
        list.clear();
        // Each takes a byte at least: a wrong number asks for no more memory than that.
        if count > rest.len() {
            self.spoil();
        }
        while list.len() < count && !self.spoilt {
            let mut element = empty();
            pass(&mut element, self);
            list.push(element);
        }
    }

    /// The nodes of a tree.
    pub(super) fn nodes<T: Merge + Clone>(
        &mut self,
        tree: &mut Tree<T>,
        empty: impl Fn() -> T,
        pass: impl Fn(&mut T, &mut Self),
    ) {
        self.list(
            &mut tree.nodes,
            || (0, 0, empty()),
            |(level, place, node), tape| {
                let mut high = u64::from(*level);
                tape.integer(&mut high);
                *level = u32::try_from(high).unwrap_or(u32::MAX);
                tape.integer(place);
                pass(node, tape);
            },
        );
    }
}

/// The lowest seven binary digits.
fn low_bits(value: u64) -> u8 {
    value.to_le_bytes()[0] & 0x7F
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pass(tape: &mut Tape<'_>, (n, x, text, list): &mut (u64, f64, String, Vec<Vec<f64>>)) {
        tape.integer(n);
        tape.number(x);
        tape.text(text);
        tape.list(list, Vec::new, |inner, tape| tape.numbers(inner));
    }

    proptest! {
        /// Also the greatest numbers, and none.
        #[test]
        fn sparse_there_and_back(mut values in prop::collection::vec(prop_oneof![4 => Just(0), 1 => any::<u64>()], 0..50)) {
            let mut tape = Tape::blank();
            tape.sparse(&mut values);
            let bytes = tape.into_bytes();
            let (mut read, mut tape) = (Vec::new(), Tape::of(&bytes));
            tape.sparse(&mut read);
            prop_assert!(tape.ended_well());
            prop_assert_eq!(read, values);
            let mut cut = Tape::of(&bytes[..bytes.len() - 1]);
            cut.sparse(&mut Vec::new());
            prop_assert!(!cut.ended_well());
        }

        /// What is written is read; what is cut anywhere is refused and asks for no memory.
        #[test]
        fn there_and_back(
            n in any::<u64>(), x in any::<f64>(), text in ".{0,9}",
            list in prop::collection::vec(prop::collection::vec(any::<f64>(), 0..4), 0..4), cut in 0.0..1.0_f64,
        ) {
            let mut value = (n, x, text, list);
            let mut tape = Tape::blank();
            pass(&mut tape, &mut value);
            let bytes = tape.into_bytes();
            let read = |bytes: &[u8]| {
                let mut value = Default::default();
                let mut tape = Tape::of(bytes);
                pass(&mut tape, &mut value);
                tape.ended_well().then_some(value)
            };
            prop_assert_eq!(format!("{:?}", read(&bytes).unwrap()), format!("{value:?}"));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the bytes")]
            let cut = (cut * bytes.len() as f64) as usize;
            prop_assert!(read(&bytes[..cut]).is_none());
            let mut wild = bytes;
            wild[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
            prop_assert!(read(&wild).is_none());
        }
    }
}
