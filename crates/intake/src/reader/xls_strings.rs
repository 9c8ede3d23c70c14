//! The shared texts of a workbook of the old format: cut into records wherever one is full, also in the middle of a text.

use super::compound::{u16_at, u32_at};

/// A record and those that go on with it.
pub(crate) struct Strings<'a> {
    piece: &'a [u8],
    rest: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Strings<'a> {
    /// All texts of the record `first` and its continuations; `None` when they are cut short. What the record claims of their number
    /// is not believed.
    pub(crate) fn read(first: &'a [u8], rest: Vec<&'a [u8]>) -> Option<Vec<String>> {
        let mut pieces = Self { piece: first.get(8..)?, rest: rest.into_iter() };
        let mut strings = Vec::new();
        while pieces.is_more() {
            strings.push(pieces.string()?);
        }
        Some(strings)
    }

    fn is_more(&mut self) -> bool {
        while self.piece.is_empty() {
            match self.rest.next() {
                Some(piece) => self.piece = piece,
                None => return false,
            }
        }
        true
    }

    /// Characters, then runs of formatting and phonetic notes, which are skipped.
    fn string(&mut self) -> Option<String> {
        let (mut left, mut flags) = (usize::from(u16_at(self.piece, 0)?), *self.piece.get(2)?);
        let mut at = 3;
        let (mut runs, mut notes) = (0, 0);
        if flags & 8 != 0 {
            runs = usize::from(u16_at(self.piece, at)?) * 4;
            at += 2;
        }
        if flags & 4 != 0 {
            notes = u32_at(self.piece, at)? as usize;
            at += 4;
        }
        self.piece = self.piece.get(at..)?;
        let mut text = String::new();
        while left > 0 {
            let (part, taken) = characters_at_most(self.piece, left, flags & 1 == 1);
            text.push_str(&part);
            self.piece = self.piece.get(taken * if flags & 1 == 1 { 2 } else { 1 }..)?;
            left -= taken;
            if left > 0 {
                // What goes on in the next record says anew how wide its characters are.
                let (first, rest) = self.rest.next()?.split_first()?;
                (flags, self.piece) = (*first, rest);
            }
        }
        let mut skip = runs.checked_add(notes)?;
        while skip > 0 {
            if !self.is_more() {
                return None;
            }
            let step = skip.min(self.piece.len());
            self.piece = &self.piece[step..];
            skip -= step;
        }
        Some(text)
    }
}

/// `length` characters, two bytes each when `wide`; how many bytes they took.
pub(crate) fn characters(bytes: &[u8], length: usize, wide: bool) -> Option<(String, usize)> {
    let width = if wide { 2 } else { 1 };
    let (text, taken) = characters_at_most(bytes, length, wide);
    (taken == length).then_some((text, taken * width))
}

fn characters_at_most(bytes: &[u8], length: usize, wide: bool) -> (String, usize) {
    if wide {
        let units: Vec<u16> =
            bytes.chunks_exact(2).take(length).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        (String::from_utf16_lossy(&units), units.len())
    } else {
        // The lower half of UTF-16, which is Latin-1.
        let taken = bytes.len().min(length);
        (bytes[..taken].iter().map(|byte| char::from(*byte)).collect(), taken)
    }
}

#[cfg(test)]
mod tests {
    use super::Strings;

    #[test]
    fn a_text_goes_on_in_the_next_record() {
        // "ab甲乙": two narrow characters, then a record that goes on in wide ones; "c" with a run of formatting cut in two.
        let first = [&[0; 8][..], &[4, 0, 0, b'a', b'b']].concat();
        let second = [&[1_u8, 0x32, 0x75, 0x59, 0x4e][..], &[1, 0, 8, 1, 0, b'c', 0, 0]].concat();
        let third = [0, 0];
        let strings = Strings::read(&first, vec![&second, &third]);
        assert_eq!(strings, Some(vec!["ab甲乙".to_owned(), "c".to_owned()]));
        assert_eq!(Strings::read(&first, Vec::new()), None);
        assert_eq!(Strings::read(&[0; 4], Vec::new()), None);
    }
}
