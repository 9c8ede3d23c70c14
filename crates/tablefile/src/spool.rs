//! Columns in files without a name, written piece by piece and mapped when they are whole.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Date32Type, Int64Type, UInt32Type};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBufferBuilder, Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer, ToByteSlice};
use arrow_schema::DataType;
use types::{Spool, SpoolColumn};

use crate::map::{WeakPages, map};

/// How many offsets of texts are brought to their place in the column at a time.
const OFFSETS: usize = 1 << 14;

/// How much is written before memory is given back.
const STRETCH: usize = 64 << 20;

/// The files of one table while it is taken in: one for the cells of a column, two for texts. What says which cells are empty, and
/// truth values, are a bit a row and stay in memory.
pub struct FileSpool {
    files: Arc<dyn Fn() -> io::Result<File> + Send + Sync>,
    piece: usize,
    mapped: Arc<Mutex<Vec<WeakPages>>>,
}

impl FileSpool {
    /// `files` gives new empty files to read and write that have no name any more, so that nobody else can open them and nothing is
    /// left of them whatever happens; `piece`: see [`Spool::piece`].
    #[must_use]
    pub fn new(files: impl Fn() -> io::Result<File> + Send + Sync + 'static, piece: usize) -> Self {
        Self { files: Arc::new(files), piece, mapped: Arc::default() }
    }

    fn part(&self) -> io::Result<Part> {
        Ok(Part { file: (self.files)()?, mapped: Arc::clone(&self.mapped) })
    }
}

impl fmt::Debug for FileSpool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSpool").field("piece", &self.piece).finish_non_exhaustive()
    }
}

impl Spool for FileSpool {
    fn piece(&self) -> usize {
        self.piece
    }

    fn column(&self, kind: &DataType) -> io::Result<Box<dyn SpoolColumn>> {
        let cells = match kind {
            DataType::Boolean => Cells::Bits(BooleanBufferBuilder::new(0)),
            DataType::Int64 | DataType::Date32 | DataType::UInt32 => Cells::Fixed(self.part()?),
            DataType::Utf8 => {
                let mut ends = self.part()?;
                ends.file.write_all(0_i32.to_byte_slice())?;
                Cells::Texts { ends, texts: self.part()?, length: 0 }
            }
            kind => return Err(unfit(kind)),
        };
        Ok(Box::new(Column { kind: kind.clone(), rows: 0, nulls: NullBufferBuilder::new(0), cells }))
    }

    fn rest(&self) {
        let mut mapped = self.mapped.lock().unwrap_or_else(PoisonError::into_inner);
        mapped.retain(|pages| pages.rest());
    }
}

/// A file that grows, and who remembers it once it is mapped.
struct Part {
    file: File,
    mapped: Arc<Mutex<Vec<WeakPages>>>,
}

impl Part {
    fn finish(self) -> io::Result<Buffer> {
        if self.file.metadata()?.len() == 0 {
            return Ok(Buffer::default());
        }
        let (buffer, pages) = map(&self.file)?;
        self.mapped.lock().unwrap_or_else(PoisonError::into_inner).push(pages.downgrade());
        Ok(buffer)
    }

    fn finish_fixed<T: ArrowPrimitiveType>(
        self,
        rows: usize,
        nulls: Option<arrow_buffer::NullBuffer>,
    ) -> io::Result<ArrayRef> {
        let values = ScalarBuffer::new(whole(self.finish()?, rows * size_of::<T::Native>())?, 0, rows);
        Ok(Arc::new(PrimitiveArray::<T>::try_new(values, nulls).map_err(io::Error::other)?))
    }
}

/// Where the cells of a column are.
enum Cells {
    Bits(BooleanBufferBuilder),
    Fixed(Part),
    Texts { ends: Part, texts: Part, length: i32 },
}

struct Column {
    kind: DataType,
    rows: usize,
    nulls: NullBufferBuilder,
    cells: Cells,
}

impl SpoolColumn for Column {
    fn push(&mut self, cells: &ArrayRef) -> io::Result<()> {
        if *cells.data_type() != self.kind {
            return Err(unfit(cells.data_type()));
        }
        match (&mut self.cells, &self.kind) {
            (Cells::Bits(bits), _) => bits.append_buffer(cells.as_boolean().values()),
            (Cells::Fixed(part), DataType::Int64) => part.file.write_all(bytes_of::<Int64Type>(cells))?,
            (Cells::Fixed(part), DataType::Date32) => part.file.write_all(bytes_of::<Date32Type>(cells))?,
            (Cells::Fixed(part), _) => part.file.write_all(bytes_of::<UInt32Type>(cells))?,
            (Cells::Texts { ends, texts, length }, _) => push_texts(cells.as_string(), ends, texts, length)?,
        }
        match cells.nulls() {
            Some(nulls) => self.nulls.append_buffer(nulls),
            None => self.nulls.append_n_non_nulls(cells.len()),
        }
        self.rows += cells.len();
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<ArrayRef> {
        let Self { kind, rows, mut nulls, cells } = *self;
        let nulls = nulls.finish();
        match (cells, kind) {
            (Cells::Bits(mut bits), _) => Ok(Arc::new(BooleanArray::new(bits.finish(), nulls))),
            (Cells::Fixed(part), DataType::Int64) => part.finish_fixed::<Int64Type>(rows, nulls),
            (Cells::Fixed(part), DataType::Date32) => part.finish_fixed::<Date32Type>(rows, nulls),
            (Cells::Fixed(part), _) => part.finish_fixed::<UInt32Type>(rows, nulls),
            (Cells::Texts { ends, texts, length }, _) => {
                let ends = whole(ends.finish()?, (rows + 1) * size_of::<i32>())?;
                let texts = whole(texts.finish()?, usize::try_from(length).unwrap_or(0))?;
                let ends = OffsetBuffer::new(ScalarBuffer::new(ends, 0, rows + 1));
                Ok(Arc::new(StringArray::try_new(ends, texts, nulls).map_err(io::Error::other)?))
            }
        }
    }
}

/// `buffer`, if it is as long as what was written.
fn whole(buffer: Buffer, length: usize) -> io::Result<Buffer> {
    if buffer.len() == length { Ok(buffer) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn bytes_of<T: ArrowPrimitiveType>(cells: &ArrayRef) -> &[u8] {
    cells.as_primitive::<T>().values().inner().as_slice()
}

fn push_texts(cells: &StringArray, ends: &mut Part, texts: &mut Part, length: &mut i32) -> io::Result<()> {
    let offsets = cells.value_offsets();
    let (Some(first), Some(last)) = (offsets.first().copied(), offsets.last().copied()) else { return Ok(()) };
    let shift = *length - first;
    // Before anything is written: no offset between is greater.
    *length = length.checked_add(last - first).ok_or(io::ErrorKind::FileTooLarge)?;
    let within = |offset: i32| usize::try_from(offset).unwrap_or(0);
    texts.file.write_all(&cells.value_data()[within(first)..within(last)])?;
    let mut moved = Vec::with_capacity(OFFSETS.min(cells.len()));
    for some in offsets[1..].chunks(OFFSETS) {
        moved.clear();
        moved.extend(some.iter().map(|offset| offset + shift));
        ends.file.write_all(moved.to_byte_slice())?;
    }
    Ok(())
}

fn unfit(kind: &DataType) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("a column of type {kind} cannot be put down here"))
}

/// Writes to `out`, and lets `spool` rest every 64 MiB: what is written from its columns need not stay in memory.
pub fn resting<'s>(out: impl Write + 's, spool: &'s dyn Spool) -> impl Write + 's {
    Resting { out, spool, left: STRETCH }
}

struct Resting<'s, W> {
    out: W,
    spool: &'s dyn Spool,
    /// How much may be written before the next rest.
    left: usize,
}

impl<W: Write> Write for Resting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(&bytes[..bytes.len().min(self.left)])?;
        self.left -= written;
        if self.left == 0 {
            self.spool.rest();
            self.left = STRETCH;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
