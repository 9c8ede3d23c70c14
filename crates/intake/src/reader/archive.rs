//! ZIP containers, looked at before they are believed: what they claim, and what they unpack to. A workbook is one; so is an archive of
//! several files.
//!
//! A few kilobytes can unpack to gigabytes, and a claimed count can ask for more memory than there is.

use std::io::{self, Cursor, Read};

use encoding_rs::GB18030;
use zip::ZipArchive;

use crate::{FileError, FileErrorCode, MAX_BYTES, MAX_ENTRIES, MAX_RATIO, MAX_SHARED_STRING_BYTES, MAX_UNPACKED_BYTES};

/// How much of the shared strings is looked at for the count they claim.
const HEAD_BYTES: u64 = 1 << 20;

/// So much may be packed as tightly as it likes.
const FREE_BYTES: u64 = 64 << 20;

/// What a ZIP container begins with: an entry, or the end of an empty one.
const MAGIC: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// What a ZIP container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// An XLSX workbook.
    Workbook,
    /// An ODS spreadsheet.
    OpenDocument,
    /// Several files, packed.
    Files,
}

/// Whether `bytes` begin like a ZIP container.
pub(crate) fn is_container(bytes: &[u8]) -> bool {
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

/// Decides what a container is, by the names in it.
pub(crate) fn kind(bytes: &[u8]) -> Result<Container, FileError> {
    let mut archive = open(bytes)?;
    let mut kind = Container::Files;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| FileError::damaged_archive())?;
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/").to_ascii_lowercase();
        match name.as_str() {
            "mimetype" | "content.xml" | "meta-inf/manifest.xml" => kind = Container::OpenDocument,
            name if name.ends_with("workbook.xml") || name == "[content_types].xml" => return Ok(Container::Workbook),
            _ => {}
        }
    }
    Ok(kind)
}

fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, FileError> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged(bytes))?;
    if archive.len() > MAX_ENTRIES {
        return Err(FileError::too_large("压缩包内文件数", "files in the container", MAX_ENTRIES as u64));
    }
    Ok(archive)
}

/// A container without its end: what it was is seen by the name of its first entry.
fn damaged(bytes: &[u8]) -> FileError {
    let name = bytes.get(30..bytes.len().min(60)).unwrap_or_default();
    let parts: [&[u8]; 5] = [b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetype"];
    if parts.iter().any(|part| name.starts_with(part)) { FileError::damaged() } else { FileError::damaged_archive() }
}

/// Unpacks every XML part of a workbook once, to nowhere, within the limits.
pub(crate) fn inspect(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = open(bytes)?;
    let mut unpacked = 0_u64;
    let mut is_workbook = false;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| FileError::damaged())?;
        if entry.encrypted() {
            return Err(FileError::encrypted());
        }
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/").to_ascii_lowercase();
        let packed = entry.compressed_size();
        drop(entry);
        is_workbook |= name.ends_with("workbook.xml") || name == "content.xml";
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let shared = name.ends_with("sharedstrings.xml");
        let limit = if shared { MAX_SHARED_STRING_BYTES } else { MAX_UNPACKED_BYTES };
        let limit = limit.min(limit_by_ratio(packed));
        let mut entry = archive.by_index(index).map_err(|_| FileError::damaged())?;
        let mut head = Vec::new();
        if shared {
            entry.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(|_| FileError::damaged())?;
        }
        let left = (limit + 1).saturating_sub(head.len() as u64);
        let rest = io::copy(&mut entry.take(left), &mut io::sink()).map_err(|_| FileError::damaged())?;
        let size = head.len() as u64 + rest;
        unpacked += size;
        if size > limit || unpacked > MAX_UNPACKED_BYTES {
            return Err(FileError::too_large("解压后字节数", "bytes once unpacked", limit));
        }
        if shared {
            believable_count(&head, size)?;
        }
    }
    if is_workbook { Ok(()) } else { Err(FileError::damaged()) }
}

/// So many bytes may come out of `packed` ones.
fn limit_by_ratio(packed: u64) -> u64 {
    packed.saturating_mul(MAX_RATIO).max(FREE_BYTES)
}

/// Every shared string takes at least the five bytes of `<si/>`; room is set aside for as many as are claimed.
fn believable_count(head: &[u8], size: u64) -> Result<(), FileError> {
    let text = String::from_utf8_lossy(head);
    if !text.contains("sst") {
        return Err(FileError::damaged());
    }
    for claim in text.split("uniqueCount").skip(1) {
        let claim = claim.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '+'));
        let digits = &claim[..claim.find(|c: char| !c.is_ascii_digit()).unwrap_or(claim.len())];
        if !digits.is_empty() && digits.parse::<u64>().is_ok_and(|count| count <= size / 5) {
            continue;
        }
        if !digits.is_empty() {
            return Err(FileError::damaged());
        }
    }
    Ok(())
}

/// An archive of files, each to be taken in by itself.
pub struct Archive<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Index in the container, name without its folder.
    files: Vec<(usize, String)>,
    /// Bytes unpacked so far.
    unpacked: u64,
}

impl<'a> Archive<'a> {
    /// Opens `bytes` when they are an archive of files: a ZIP container that is neither a workbook nor a spreadsheet. `None` of all
    /// else. Names are UTF-8, or else GB18030, as archivers in China write them.
    ///
    /// # Errors
    /// Damaged, with a password, too many files, or nothing in it.
    pub fn open(bytes: &'a [u8]) -> Result<Option<Self>, FileError> {
        if !is_container(bytes) {
            return Ok(None);
        }
        if bytes.len() > MAX_BYTES {
            return Err(FileError::too_large("字节数", "bytes", MAX_BYTES as u64));
        }
        if kind(bytes)? != Container::Files {
            return Ok(None);
        }
        let mut archive = open(bytes)?;
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|_| FileError::damaged_archive())?;
            if entry.encrypted() {
                return Err(FileError::encrypted_archive());
            }
            let path = name_text(entry.name_raw()).replace('\\', "/");
            let name = path.rsplit('/').next().unwrap_or_default();
            // Folders, and what systems and programs leave beside files.
            let is_litter = name.is_empty()
                || path.starts_with("__MACOSX/")
                || name.starts_with('.')
                || name.starts_with("~$")
                || matches!(name, "Thumbs.db" | "desktop.ini");
            if !is_litter {
                files.push((index, name.to_owned()));
            }
        }
        if files.is_empty() {
            return Err(FileError::empty());
        }
        Ok(Some(Self { archive, files, unpacked: 0 }))
    }

    /// How many files it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it holds none: never, once opened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Name of file `index`, without its folder.
    #[must_use]
    pub fn name(&self, index: usize) -> &str {
        self.files.get(index).map_or("", |(_, name)| name)
    }

    /// The bytes of file `index`: one at a time is in memory.
    ///
    /// # Errors
    /// Damaged, too large, or an archive again.
    pub fn bytes(&mut self, index: usize) -> Result<Vec<u8>, FileError> {
        let Some((at, _)) = self.files.get(index) else { return Err(FileError::damaged_archive()) };
        let entry = self.archive.by_index(*at).map_err(|_| FileError::damaged_archive())?;
        let limit = limit_by_ratio(entry.compressed_size()).min(MAX_BYTES as u64);
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes).map_err(|_| FileError::damaged_archive())?;
        self.unpacked += bytes.len() as u64;
        if bytes.len() as u64 > limit || self.unpacked > MAX_UNPACKED_BYTES {
            return Err(FileError::too_large("解压后字节数", "bytes once unpacked", limit));
        }
        if is_container(&bytes) && kind(&bytes)? == Container::Files {
            return Err(archive_inside());
        }
        Ok(bytes)
    }
}

fn name_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// An archive where a single table is expected.
pub(crate) fn archive_inside() -> FileError {
    FileError::new(
        FileErrorCode::FormatUnsupported,
        "这是压缩包，不是一张表；请解压后逐个报送，或把文件直接放在一个压缩包里",
        "this is an archive, not a table: deliver the files in it one by one, or all of them in one archive",
    )
}
