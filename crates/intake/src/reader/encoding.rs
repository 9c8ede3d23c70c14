//! Which characters the bytes of a text file are, and reading them as UTF-8 piece by piece.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8};

use super::source::Source;

const CHUNK: usize = 64 << 10;

/// A text file's bytes and what they are.
pub(crate) struct Encoded<'a> {
    source: Source<'a>,
    /// Length of the byte order mark.
    start: u64,
    /// `None`: valid UTF-8, read as it is.
    encoding: Option<&'static Encoding>,
}

impl<'a> Encoded<'a> {
    /// A byte order mark decides; else valid UTF-8 is UTF-8; else UTF-8 with a few broken characters is that; else GB18030,
    /// which GBK and GB2312 are parts of.
    pub(crate) fn detect(source: Source<'a>) -> io::Result<Self> {
        let head = source.head(3)?;
        let (marked, start) = Encoding::for_bom(&head).map_or((None, 0), |(encoding, length)| (Some(encoding), length));
        let start = start as u64;
        let encoding = match marked {
            Some(encoding) if encoding != UTF_8 => Some(encoding),
            marked => {
                let seen = Utf8::seen(source.reader(start).as_mut())?;
                match marked {
                    _ if seen.broken == 0 => None,
                    Some(_) => Some(UTF_8),
                    None if seen.is_nearly_whole() => Some(UTF_8),
                    None => Some(GB18030),
                }
            }
        };
        Ok(Self { source, start, encoding })
    }

    /// Whether U+FFFD in the text stands for bytes that could not be decoded.
    pub(crate) fn is_replaced(&self) -> bool {
        self.encoding.is_some()
    }

    /// The text as UTF-8, from its beginning.
    pub(crate) fn reader(&self) -> Box<dyn BufRead + 'a> {
        let bytes = self.source.reader(self.start);
        match self.encoding {
            None => bytes,
            Some(encoding) => Box::new(Decoded {
                decoder: encoding.new_decoder_without_bom_handling(),
                bytes,
                buffer: vec![0; CHUNK],
                taken: 0,
                filled: 0,
                ended: false,
            }),
        }
    }
}

/// Bytes looked at as UTF-8.
#[derive(Default)]
struct Utf8 {
    /// Whole characters beyond ASCII.
    whole: usize,
    /// Broken sequences.
    broken: usize,
}

impl Utf8 {
    fn seen(bytes: &mut dyn BufRead) -> io::Result<Self> {
        let mut seen = Self::default();
        // A character may be cut between two pieces: its beginning waits here, at most three bytes.
        let mut cut: Vec<u8> = Vec::new();
        loop {
            let piece = bytes.fill_buf()?;
            if piece.is_empty() {
                seen.broken += usize::from(!cut.is_empty());
                return Ok(seen);
            }
            let length = piece.len();
            cut = if cut.is_empty() {
                seen.add(piece)
            } else {
                cut.extend_from_slice(piece);
                seen.add(&cut)
            };
            bytes.consume(length);
        }
    }

    /// Counts what is in `bytes`; gives back the beginning of a character at their end.
    fn add(&mut self, bytes: &[u8]) -> Vec<u8> {
        if bytes.is_ascii() {
            return Vec::new();
        }
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            let valid = chunk.valid();
            if !valid.is_ascii() {
                self.whole += valid.chars().filter(|c| !c.is_ascii()).count();
            }
            let invalid = chunk.invalid();
            if invalid.is_empty() {
                continue;
            }
            let is_beginning =
                chunks.peek().is_none() && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if is_beginning {
                return invalid.to_vec();
            }
            self.broken += 1;
        }
        Vec::new()
    }

    /// Whether broken sequences are rare among those beyond ASCII: a file cut in the middle of a character, not another encoding.
    fn is_nearly_whole(&self) -> bool {
        self.broken.saturating_mul(20) <= self.whole
    }
}

/// Another encoding, decoded as it is read, so that memory does not grow with the file.
struct Decoded<'a> {
    decoder: Decoder,
    bytes: Box<dyn BufRead + 'a>,
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    ended: bool,
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.taken == self.filled && !self.ended {
            let bytes = self.bytes.fill_buf()?;
            let is_last = bytes.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.buffer, is_last);
            self.bytes.consume(read);
            (self.taken, self.filled) = (0, written);
            self.ended = is_last && result == CoderResult::InputEmpty;
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

    use super::{Encoded, Source, Utf8};

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        let encoded = Encoded::detect(Source::Bytes(bytes)).expect("bytes");
        encoded.reader().read_to_string(&mut text).expect("text");
        text
    }

    /// The bytes, a few at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let count = out.len().min(self.1).min(self.0.len());
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn where_pieces_are_cut_does_not_matter() {
        let broken =
            [b"\xe7\x94".as_slice(), "\u{7532}a".as_bytes(), b"\xff\xf0\x9f", "𠮷乙".as_bytes(), b"\xe4"].concat();
        for bytes in ["甲𠮷a乙é丙".as_bytes(), &broken, b"ascii", b""] {
            let whole = Utf8::seen(&mut &*bytes).expect("bytes");
            for size in 1..9 {
                let mut pieces = std::io::BufReader::with_capacity(size, Pieces(bytes, size));
                let seen = Utf8::seen(&mut pieces).expect("bytes");
                assert_eq!((seen.whole, seen.broken), (whole.whole, whole.broken), "{bytes:?} by {size}");
            }
        }
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
