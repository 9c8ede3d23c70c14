//! Which characters the bytes of a text file are, and reading them as UTF-8 piece by piece.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8};

const CHUNK: usize = 64 << 10;

/// A text file's bytes and what they are.
pub(crate) struct Encoded<'a> {
    bytes: &'a [u8],
    /// `None`: valid UTF-8, read as it is.
    encoding: Option<&'static Encoding>,
}

impl<'a> Encoded<'a> {
    /// A byte order mark decides; else valid UTF-8 is UTF-8; else UTF-8 with a few broken characters is that; else GB18030,
    /// which GBK and GB2312 are parts of.
    pub(crate) fn detect(bytes: &'a [u8]) -> Self {
        let (marked, rest) = match Encoding::for_bom(bytes) {
            Some((encoding, length)) => (Some(encoding), &bytes[length..]),
            None => (None, bytes),
        };
        let encoding = match marked {
            Some(encoding) if encoding != UTF_8 => Some(encoding),
            _ if std::str::from_utf8(rest).is_ok() => None,
            Some(_) => Some(UTF_8),
            None if is_nearly_utf8(rest) => Some(UTF_8),
            None => Some(GB18030),
        };
        Self { bytes: rest, encoding }
    }

    /// Whether U+FFFD in the text stands for bytes that could not be decoded.
    pub(crate) fn is_replaced(&self) -> bool {
        self.encoding.is_some()
    }

    /// The text as UTF-8, from its beginning.
    pub(crate) fn reader(&self) -> Box<dyn BufRead + 'a> {
        match self.encoding {
            None => Box::new(self.bytes),
            Some(encoding) => Box::new(Decoded {
                decoder: encoding.new_decoder_without_bom_handling(),
                rest: self.bytes,
                buffer: vec![0; CHUNK],
                taken: 0,
                filled: 0,
                ended: false,
            }),
        }
    }
}

/// Whether broken sequences are rare among those beyond ASCII: a file cut in the middle of a character, not another encoding.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken.saturating_mul(20) <= whole
}

/// Another encoding, decoded as it is read, so that memory does not grow with the file.
struct Decoded<'a> {
    decoder: Decoder,
    rest: &'a [u8],
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    ended: bool,
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.filled && !self.ended {
            let (result, read, written, _) = self.decoder.decode_to_utf8(self.rest, &mut self.buffer, true);
            self.rest = &self.rest[read..];
            (self.taken, self.filled) = (0, written);
            self.ended = result == CoderResult::InputEmpty;
        }
        Ok(&self.buffer[self.taken..self.filled])
    }

    fn consume(&mut self, amount: usize) {
        self.taken = (self.taken + amount).min(self.filled);
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(out.len());
        out[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Encoded;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        Encoded::detect(bytes).reader().read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn the_bytes_decide() {
        let text = "身份证号,金额\n甲𠮷,1\n";
        let gb18030 = encoding_rs::GB18030.encode(text).0;
        let utf16le: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let utf16be: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        for bytes in [text.as_bytes(), format!("\u{feff}{text}").as_bytes(), &gb18030, &utf16le, &utf16be] {
            assert_eq!(decoded(bytes), text);
        }
    }

    #[test]
    fn a_cut_character_does_not_change_the_encoding() {
        let text = "身份证号".repeat(30);
        let cut = &text.as_bytes()[..text.len() - 1];
        assert!(decoded(cut).starts_with("身份证号") && decoded(cut).ends_with('\u{fffd}'));
    }

    #[test]
    fn long_texts_pass_the_buffer_whole() {
        let text = "甲乙丙丁\n".repeat(50_000);
        assert_eq!(decoded(&encoding_rs::GB18030.encode(&text).0), text);
    }
}
