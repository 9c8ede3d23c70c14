//! Compound files (OLE2), the container of workbooks of the old format and of new ones with a password: a file system in a file.
//!
//! Read with care: tables may point anywhere and chains may run in circles.

use crate::FileError;

/// What a compound file begins with.
pub(crate) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Sector numbers from here on are marks, not sectors.
const FIRST_MARK: u32 = 0xffff_fffa;
/// Streams shorter than this lie in the stream of small sectors.
const SMALL: u64 = 4096;
const SMALL_SECTOR: usize = 64;

/// A compound file, opened.
pub(crate) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// The sector after each.
    next: Vec<u32>,
    small_next: Vec<u32>,
    small: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    size: u64,
}

impl<'a> Compound<'a> {
    /// Reads its tables.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let sector = match u16_at(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(FileError::damaged()),
        };
        let mut file =
            Self { bytes, sector, next: Vec::new(), small_next: Vec::new(), small: Vec::new(), entries: Vec::new() };
        file.next = file.table().ok_or_else(FileError::damaged)?;
        let start = |at| u32_at(bytes, at).ok_or_else(FileError::damaged);
        let folder = file.chain(start(48)?)?;
        file.entries = folder.chunks_exact(128).map(Entry::read).collect();
        let Some(root) = file.entries.first() else { return Err(FileError::damaged()) };
        let root = root.start;
        if start(64)? > 0 {
            file.small_next = words(&file.chain(start(60)?)?);
            file.small = file.chain(root)?;
        }
        Ok(file)
    }

    /// Whether it holds a stream called `name`.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The stream called `name`.
    pub(crate) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        let Some(entry) = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        let mut bytes = if entry.size < SMALL { self.small_chain(entry.start)? } else { self.chain(entry.start)? };
        let size = usize::try_from(entry.size).unwrap_or(usize::MAX);
        if bytes.len() < size {
            return Err(FileError::damaged());
        }
        bytes.truncate(size);
        Ok(Some(bytes))
    }

    /// The table of chains, whose own sectors are listed in the header and, of large files, in further sectors.
    fn table(&self) -> Option<Vec<u32>> {
        let mut listed = words(self.bytes.get(76..512)?);
        let mut more = u32_at(self.bytes, 68)?;
        for _ in 0..=self.bytes.len() / self.sector {
            if more >= FIRST_MARK {
                let table = listed.iter().filter(|sector| **sector < FIRST_MARK);
                let mut next = Vec::new();
                for sector in table {
                    next.extend(words(self.sector(*sector)?));
                }
                return Some(next);
            }
            let mut words = words(self.sector(more)?);
            more = words.pop()?;
            listed.extend(words);
        }
        None
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(self.sector)?;
        // The last one may be cut where its content ends.
        let end = (start + self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    fn chain(&self, start: u32) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        let mut at = start;
        while at < FIRST_MARK {
            bytes.extend_from_slice(self.sector(at).ok_or_else(FileError::damaged)?);
            // A chain longer than the file is a circle.
            if bytes.len() > self.bytes.len() {
                return Err(FileError::damaged());
            }
            at = *self.next.get(at as usize).ok_or_else(FileError::damaged)?;
        }
        Ok(bytes)
    }

    fn small_chain(&self, start: u32) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        let mut at = start;
        while at < FIRST_MARK {
            let from = at as usize * SMALL_SECTOR;
            bytes.extend_from_slice(self.small.get(from..from + SMALL_SECTOR).ok_or_else(FileError::damaged)?);
            if bytes.len() > self.small.len() {
                return Err(FileError::damaged());
            }
            at = *self.small_next.get(at as usize).ok_or_else(FileError::damaged)?;
        }
        Ok(bytes)
    }
}

impl Entry {
    /// From its 128 bytes: the name in UTF-16, its length in bytes with the closing zero, the first sector, the size.
    fn read(bytes: &[u8]) -> Self {
        let units: Vec<u16> = bytes[..64].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let length = usize::from(u16_at(bytes, 64).unwrap_or(0)) / 2;
        let name = String::from_utf16_lossy(units.get(..length.saturating_sub(1)).unwrap_or_default());
        let size = u64::from(u32_at(bytes, 120).unwrap_or(0));
        Self { name, start: u32_at(bytes, 116).unwrap_or(u32::MAX), size }
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}
