//! Looks at a workbook's ZIP container before it is believed: what it claims, and what it unpacks to.
//!
//! A few kilobytes can unpack to gigabytes, and a claimed count can ask for more memory than there is.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::{FileError, FileErrorCode, MAX_ENTRIES, MAX_SHARED_STRING_BYTES, MAX_UNPACKED_BYTES};

/// How much of the shared strings is looked at for the count they claim.
const HEAD_BYTES: u64 = 1 << 20;

/// Unpacks every XML part once, to nowhere, within the limits.
pub(crate) fn inspect(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::damaged())?;
    if archive.len() > MAX_ENTRIES {
        return Err(FileError::too_large("压缩包内文件数", "files in the container", MAX_ENTRIES as u64));
    }
    let mut unpacked = 0_u64;
    let mut is_workbook = false;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| FileError::damaged())?;
        if entry.encrypted() {
            return Err(FileError::encrypted());
        }
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/").to_ascii_lowercase();
        drop(entry);
        is_workbook |= name.ends_with("workbook.xml");
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let shared = name.ends_with("sharedstrings.xml");
        let limit = if shared { MAX_SHARED_STRING_BYTES } else { MAX_UNPACKED_BYTES };
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
    if is_workbook { Ok(()) } else { Err(not_a_workbook()) }
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

fn not_a_workbook() -> FileError {
    FileError::new(
        FileErrorCode::FormatUnsupported,
        "这是压缩包或其他格式，不是 XLSX 工作簿；请送 XLSX 或 CSV",
        "this is an archive or another format, not an XLSX workbook: deliver XLSX or CSV",
    )
}
