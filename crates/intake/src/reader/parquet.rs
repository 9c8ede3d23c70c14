//! Parquet files: columns of a type each, read row group by row group, and only those that are asked for.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::RecordBatch;
use bytes::Bytes;
use parquet::DecodeResult;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::push_decoder::{ParquetPushDecoder, ParquetPushDecoderBuilder};
use parquet::basic::{Compression, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataPushDecoder};

use super::pages;
use crate::{FileError, FileErrorCode, MAX_CELLS};

/// First and last bytes of a file.
pub(crate) const MAGIC: &[u8] = b"PAR1";
/// The same where names and types of the columns are encrypted too.
pub(crate) const MAGIC_ENCRYPTED: &[u8] = b"PARE";

/// Rows decoded at a time: a piece of each column stays in the processor's cache until it is converted.
const BATCH_ROWS: usize = 16 << 10;

/// An opened file.
pub(crate) struct ParquetFile<'a> {
    bytes: &'a [u8],
    metadata: ArrowReaderMetadata,
}

impl<'a> ParquetFile<'a> {
    /// Reads what the file says of itself.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        if bytes.ends_with(MAGIC_ENCRYPTED) {
            return Err(FileError::encrypted_columns());
        }
        if !bytes.ends_with(MAGIC) {
            return Err(FileError::damaged_columns());
        }
        if pages::is_encrypted(bytes) {
            return Err(FileError::encrypted_columns());
        }
        let metadata = guarded(|| footer(bytes))?;
        // Types as the columns are stored: what another program would like to see in them does not matter.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = guarded(|| ArrowReaderMetadata::try_new(Arc::new(metadata), options))?;
        Ok(Self { bytes, metadata })
    }

    /// The names of its columns, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.metadata.schema().fields().iter().map(|field| field.name().as_str())
    }

    /// Whether column `index` can be read; else what it is, in both languages.
    pub(crate) fn expect_readable(&self, index: usize) -> Result<(), (&'static str, &'static str)> {
        let root = self.metadata.parquet_schema().root_schema().get_fields().get(index);
        let kind = self.metadata.schema().fields().get(index).map(|field| field.data_type());
        match root.zip(kind) {
            Some((root, _)) if root.is_group() => Err(("嵌套的", "nested")),
            Some((root, _)) if root.get_physical_type() == Physical::INT96 => {
                // An instant or local time, depending on who wrote it; the file does not say which.
                Err(("旧式 INT96 时间", "a moment of the old kind INT96, which does not say of which time zone"))
            }
            Some((_, kind)) if crate::column::is_readable(kind) => Ok(()),
            _ => Err(("不认识的类型", "of a type that is not read")),
        }
    }

    /// The rows of the columns `roots`, in the file's order of columns, piece by piece.
    pub(crate) fn batches(&self, roots: &BTreeSet<usize>) -> Result<Batches<'a>, FileError> {
        let metadata = self.metadata.metadata();
        let rows = metadata
            .row_groups()
            .iter()
            .try_fold(0_u64, |sum, group| u64::try_from(group.num_rows()).ok().and_then(|rows| sum.checked_add(rows)));
        let cells = rows.and_then(|rows| rows.checked_mul(roots.len().max(1) as u64));
        match cells {
            None => return Err(FileError::damaged_columns()),
            Some(cells) if cells > MAX_CELLS => return Err(FileError::too_large("单元格数", "cells", MAX_CELLS)),
            Some(_) => {}
        }
        let schema = self.metadata.parquet_schema();
        let mask = ProjectionMask::roots(schema, roots.iter().copied());
        for group in metadata.row_groups() {
            for (leaf, chunk) in group.columns().iter().enumerate().filter(|(leaf, _)| mask.leaf_included(*leaf)) {
                expect_readable(chunk.compression(), schema.column(leaf).name())?;
                pages::inspect(self.bytes, chunk)?;
            }
        }
        let builder = ParquetPushDecoderBuilder::new_with_metadata(self.metadata.clone());
        let decoder = guarded(|| builder.with_projection(mask).with_batch_size(BATCH_ROWS).build())?;
        Ok(Batches { bytes: self.bytes, decoder, rows: rows.and_then(|rows| usize::try_from(rows).ok()).unwrap_or(0) })
    }
}

/// Rows of a file, a few thousand at a time. Of the file's bytes, only one row group's columns are copied at once.
pub(crate) struct Batches<'a> {
    bytes: &'a [u8],
    decoder: ParquetPushDecoder,
    /// How many rows the file claims to have.
    pub(crate) rows: usize,
}

impl Batches<'_> {
    /// The next rows; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<RecordBatch>, FileError> {
        loop {
            let decoder = &mut self.decoder;
            let ranges = match guarded(|| decoder.try_decode())? {
                DecodeResult::Data(batch) => return Ok(Some(batch)),
                DecodeResult::Finished => return Ok(None),
                DecodeResult::NeedsData(ranges) => ranges,
            };
            let pieces = ranges.iter().map(|range| slice(self.bytes, range)).collect::<Result<Vec<_>, _>>();
            guarded(|| decoder.push_ranges(ranges, pieces?))?;
        }
    }
}

fn footer(bytes: &[u8]) -> Result<ParquetMetaData, ParquetError> {
    let mut decoder = ParquetMetaDataPushDecoder::try_new(bytes.len() as u64)?;
    loop {
        match decoder.try_decode()? {
            DecodeResult::Data(metadata) => return Ok(metadata),
            DecodeResult::Finished => return Err(ParquetError::EOF("no footer".into())),
            DecodeResult::NeedsData(ranges) => {
                let pieces = ranges.iter().map(|range| slice(bytes, range)).collect::<Result<Vec<_>, _>>()?;
                decoder.push_ranges(ranges, pieces)?;
            }
        }
    }
}

fn slice(bytes: &[u8], range: &std::ops::Range<u64>) -> Result<Bytes, ParquetError> {
    let (from, to) = (usize::try_from(range.start).ok(), usize::try_from(range.end).ok());
    let piece = from.zip(to).and_then(|(from, to)| bytes.get(from..to));
    piece.map(Bytes::copy_from_slice).ok_or_else(|| ParquetError::EOF("beyond the end".into()))
}

fn expect_readable(compression: Compression, column: &str) -> Result<(), FileError> {
    match compression {
        Compression::BROTLI(_) | Compression::LZO => Err(FileError::new(
            FileErrorCode::FormatUnsupported,
            format!("列 `{column}` 的压缩方式 {compression} 读不了；请用 SNAPPY、GZIP、LZ4 或 ZSTD 重新导出"),
            format!(
                "column `{column}` is compressed with {compression}, which is not read: export with SNAPPY, GZIP, LZ4 or ZSTD"
            ),
        )),
        _ => Ok(()),
    }
}

/// What a damaged or hostile file makes the library say, or do: some of its arithmetic on claimed sizes panics.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, FileError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) if error.to_string().contains("encrypt") => Err(FileError::encrypted_columns()),
        Ok(Err(_)) | Err(_) => Err(FileError::damaged_columns()),
    }
}
