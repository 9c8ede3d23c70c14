//! A look at a Parquet file's footer and pages before they are believed: what they claim.
//!
//! Each page has a small header in the Thrift compact protocol, of which only the first fields matter here: its size once unpacked and
//! its size as it lies in the file. Room is set aside by the first, so a few bytes could ask for gigabytes.

use parquet::file::metadata::ColumnChunkMetaData;

use crate::{FileError, MAX_UNPACKED_BYTES};

/// Greatest size of one page once unpacked, in bytes.
const MAX_PAGE_BYTES: u64 = 256 << 20;
/// Structures in structures in structures: more are hostile.
const MAX_DEPTH: usize = 12;

/// Walks over the pages of one chunk.
pub(crate) fn inspect(bytes: &[u8], chunk: &ColumnChunkMetaData) -> Result<(), FileError> {
    // `byte_range` of the library panics where one of the two is negative.
    let from = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    let end = from.checked_add(chunk.compressed_size());
    let (from, end) = (usize::try_from(from).ok(), end.and_then(|end| usize::try_from(end).ok()));
    let chunk_bytes =
        from.zip(end).and_then(|(from, end)| bytes.get(from..end)).ok_or_else(FileError::damaged_columns)?;
    let mut rest = Compact(chunk_bytes);
    let (mut unpacked, mut values) = (0_u64, 0_i64);
    // Behind the last page there may be anything: writers pad.
    while values < chunk.num_values() && !rest.0.is_empty() {
        let page = rest.page_header().ok_or_else(FileError::damaged_columns)?;
        unpacked += page.unpacked;
        if page.unpacked > MAX_PAGE_BYTES || unpacked > MAX_UNPACKED_BYTES {
            let limit = if page.unpacked > MAX_PAGE_BYTES { MAX_PAGE_BYTES } else { MAX_UNPACKED_BYTES };
            return Err(FileError::too_large("解压后字节数", "bytes once unpacked", limit));
        }
        let packed = usize::try_from(page.packed).ok();
        rest.0 = packed.and_then(|packed| rest.0.get(packed..)).ok_or_else(FileError::damaged_columns)?;
        values = values.saturating_add(page.values);
    }
    Ok(())
}

/// Whether columns are encrypted though the footer is not: `FileMetaData` then names the algorithm, in field 8.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let Some((rest, tail)) = bytes.split_last_chunk::<8>() else { return false };
    let length = u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]) as usize;
    let Some(footer) = rest.len().checked_sub(length).and_then(|from| rest.get(from..)) else { return false };
    let mut footer = Compact(footer);
    let mut field = 0;
    while let Some(Some(kind)) = footer.field(&mut field) {
        if field == 8 {
            return true;
        }
        if footer.skip(kind, 0).is_none() {
            break;
        }
    }
    false
}

struct Page {
    unpacked: u64,
    packed: u64,
    /// Values it holds; 0 of a dictionary or an index.
    values: i64,
}

/// Bytes in the Thrift compact protocol, from the front.
struct Compact<'a>(&'a [u8]);

impl Compact<'_> {
    /// `PageHeader`: 2 and 3 are the sizes; 5 and 8 describe data pages, whose first field is the number of values.
    fn page_header(&mut self) -> Option<Page> {
        let (mut unpacked, mut packed, mut values) = (None, None, 0);
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (2, 5) => unpacked = u64::try_from(self.integer()?).ok(),
                (3, 5) => packed = u64::try_from(self.integer()?).ok(),
                (5 | 8, 12) => values = self.data_page_values()?,
                _ => self.skip(kind, 0)?,
            }
        }
        Some(Page { unpacked: unpacked?, packed: packed?, values })
    }

    fn data_page_values(&mut self) -> Option<i64> {
        let (mut values, mut field) = (0, 0);
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (1, 5) => values = self.integer()?.max(0),
                _ => self.skip(kind, 1)?,
            }
        }
        Some(values)
    }

    /// The kind of the next field, and its number in `field`; `None` inside at the end of the structure.
    #[expect(clippy::option_option, reason = "cut short, ended, or a field")]
    fn field(&mut self, field: &mut i64) -> Option<Option<u8>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *field = match head >> 4 {
            0 => self.integer()?,
            step => field.checked_add(i64::from(step))?,
        };
        Some(Some(head & 0x0f))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.byte().map(|_| ()),
            4..=6 => self.integer().map(|_| ()),
            7 => self.bytes(8),
            8 => {
                let length = self.varint()?;
                self.bytes(usize::try_from(length).ok()?)
            }
            9 | 10 => {
                let head = self.byte()?;
                let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                for _ in 0..length {
                    // In a list, truth values have a byte each.
                    self.skip(if matches!(head & 0x0f, 1 | 2) { 3 } else { head & 0x0f }, depth + 1)?;
                }
                Some(())
            }
            12 => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, length: usize) -> Option<()> {
        self.0 = self.0.get(length..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Zigzag.
    fn integer(&mut self) -> Option<i64> {
        let value = self.varint()?;
        let half = i64::try_from(value >> 1).ok()?;
        Some(if value & 1 == 0 { half } else { -half - 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::{Compact, is_encrypted};

    #[test]
    fn an_algorithm_in_the_footer_is_encryption() {
        // version = 1, rows = 0, and field 8 { 1 { } }; then the same without it.
        let file = |fields: &[u8]| {
            let length = u32::try_from(fields.len()).expect("short");
            [fields, &length.to_le_bytes(), b"PAR1".as_slice()].concat()
        };
        assert!(is_encrypted(&file(&[0x15, 0x02, 0x26, 0x00, 0x5c, 0x1c, 0x00, 0x00, 0x00])));
        assert!(!is_encrypted(&file(&[0x15, 0x02, 0x26, 0x00, 0x00])));
        assert!(!is_encrypted(b"PAR1"));
    }

    #[test]
    fn a_page_header_is_read_and_what_follows_is_left() {
        // type = 0, unpacked = 300, packed = 20, crc = 1, data_page_header { values = 7, a list of two, statistics { "ab", true } }.
        let header = [
            0x15, 0x00, 0x15, 0xd8, 0x04, 0x15, 0x28, 0x15, 0x02, 0x1c, 0x15, 0x0e, 0x19, 0x25, 0x02, 0x04, 0x2c, 0x18,
            0x02, b'a', b'b', 0x11, 0x00, 0x00, 0x00, 0xff,
        ];
        let mut rest = Compact(&header);
        let page = rest.page_header().expect("a header");
        assert_eq!((page.unpacked, page.packed, page.values, rest.0), (300, 20, 7, &[0xff][..]));
        for end in 0..header.len() - 1 {
            assert!(Compact(&header[..end]).page_header().is_none(), "cut at {end}");
        }
    }
}
