//! Files and bytes -> tables.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::{Buffer, MutableBuffer};
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::{Footer, root_as_footer};

use crate::map::{Pages, map, trusting};
use crate::shape::{columns, fits};

/// What [`crate::write()`] wrote.
#[derive(Clone, Debug)]
pub struct TableFile {
    /// The table.
    pub table: RecordBatch,
    /// The texts beside it, by name.
    pub notes: BTreeMap<String, String>,
    /// The file that the table lies in; `None` for bytes in memory.
    pub pages: Option<Pages>,
}

/// The first and the last bytes of an Arrow file.
const MAGIC: &[u8] = b"ARROW1";

/// Bytes after the footer: its length, and the magic word.
const TRAILER: usize = 10;

/// The table in the file at `path`, mapped; `None` when there is no such file or it is not whole.
///
/// # Errors
/// When the system refuses to open or map it.
pub fn open(path: &Path) -> io::Result<Option<TableFile>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() < (MAGIC.len() + TRAILER) as u64 {
        return Ok(None);
    }
    let (bytes, pages) = map(&file)?;
    Ok(parse(&bytes, trusting).map(|file| TableFile { pages: Some(pages), ..file }))
}

/// The table in `bytes`, every cell checked; `None` when they are no whole table file.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<TableFile> {
    let mut aligned = MutableBuffer::new(bytes.len());
    aligned.extend_from_slice(bytes);
    parse(&aligned.into(), |decoder| decoder)
}

fn parse(bytes: &Buffer, trust: impl FnOnce(FileDecoder) -> FileDecoder) -> Option<TableFile> {
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let end = bytes.len().checked_sub(TRAILER)?;
    let length = read_footer_length(bytes.get(end..)?.try_into().ok()?).ok()?;
    let start = end.checked_sub(length)?;
    let footer = root_as_footer(bytes.get(start..end)?).ok()?;
    let table = table(bytes, start, &footer, trust)?;
    let mut notes = BTreeMap::new();
    for note in footer.custom_metadata().into_iter().flatten() {
        notes.insert(note.key()?.to_owned(), note.value()?.to_owned());
    }
    Some(TableFile { table, notes, pages: None })
}

/// The one batch, which must lie before `end`.
fn table(
    bytes: &Buffer,
    end: usize,
    footer: &Footer<'_>,
    trust: impl FnOnce(FileDecoder) -> FileDecoder,
) -> Option<RecordBatch> {
    let schema = Arc::new(columns(&footer.schema()?)?);
    let blocks = footer.recordBatches().filter(|blocks| blocks.len() == 1)?;
    let block = blocks.get(0);
    let from = usize::try_from(block.offset()).ok()?;
    let head = usize::try_from(block.metaDataLength()).ok()?;
    let body = usize::try_from(block.bodyLength()).ok()?;
    if from.checked_add(head)?.checked_add(body)? > end {
        return None;
    }
    let batch = bytes.slice_with_length(from, head + body);
    if !fits(&schema, &batch, head) {
        return None;
    }
    let decoder = FileDecoder::new(schema, footer.version()).with_require_alignment(true);
    trust(decoder).read_record_batch(block, &batch).ok()?
}
