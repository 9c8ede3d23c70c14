//! Whether what a file says of its columns can be true: looked at before anything is read from them.

use arrow_buffer::Buffer;
use arrow_ipc::{DateUnit, RecordBatch, Schema as WrittenSchema, Type, root_as_message};
use arrow_schema::{DataType, Field, Schema};

/// What the columns of a table file may be.
pub const COLUMN_TYPES: [DataType; 5] =
    [DataType::Boolean, DataType::Int64, DataType::Date32, DataType::UInt32, DataType::Utf8];

/// The columns that a file says it has; `None` if one is of a type that we do not write.
pub(crate) fn columns(schema: &WrittenSchema<'_>) -> Option<Schema> {
    let fields = schema.fields()?.iter().map(|field| {
        let ty = match field.type_type() {
            Type::Bool => DataType::Boolean,
            Type::Int => match field.type_as_int().map(|int| (int.bitWidth(), int.is_signed()))? {
                (64, true) => DataType::Int64,
                (32, false) => DataType::UInt32,
                _ => return None,
            },
            Type::Date if field.type_as_date()?.unit() == DateUnit::DAY => DataType::Date32,
            Type::Utf8 => DataType::Utf8,
            _ => return None,
        };
        (field.dictionary().is_none()).then_some(Field::new(field.name()?, ty, field.nullable()))
    });
    fields.collect::<Option<Vec<_>>>().map(Schema::new)
}

/// Whether the batch in `bytes`, whose description takes the first `head` bytes, has a buffer long enough for each column.
pub(crate) fn fits(schema: &Schema, bytes: &Buffer, head: usize) -> bool {
    message(bytes, head).is_some_and(|message| {
        message.header_as_record_batch().is_some_and(|batch| columns_fit(schema, &batch, &bytes[head..]).is_some())
    })
}

fn message(bytes: &[u8], head: usize) -> Option<arrow_ipc::Message<'_>> {
    // A continuation mark, then the length.
    let prefix = if bytes.starts_with(&[0xFF; 4]) { 8 } else { 4 };
    root_as_message(bytes.get(prefix..head)?).ok()
}

fn columns_fit(schema: &Schema, batch: &RecordBatch<'_>, body: &[u8]) -> Option<()> {
    if batch.compression().is_some() {
        return None;
    }
    let rows = usize::try_from(batch.length()).ok()?;
    let mut nodes = batch.nodes()?.iter();
    let mut buffers = batch.buffers()?.iter();
    let mut next = || {
        let buffer = buffers.next()?;
        let (from, length) = (usize::try_from(buffer.offset()).ok()?, usize::try_from(buffer.length()).ok()?);
        // The writer begins each at a multiple of 64 bytes; the widest cell takes 8.
        body.get(from..from.checked_add(length)?).filter(|cells| cells.as_ptr().cast::<u64>().is_aligned())
    };
    for field in schema.fields() {
        let node = nodes.next().filter(|node| usize::try_from(node.length()) == Ok(rows))?;
        let valid = next()?;
        let is_valid_fit = node.null_count() == 0 || valid.len() >= rows.div_ceil(8);
        let cells = next()?;
        let is_fit = match field.data_type() {
            DataType::Boolean => cells.len() >= rows.div_ceil(8),
            DataType::Int64 => cells.len() % 8 == 0 && cells.len() / 8 >= rows,
            DataType::Date32 | DataType::UInt32 => cells.len() % 4 == 0 && cells.len() / 4 >= rows,
            DataType::Utf8 => texts_fit(cells, next()?, rows),
            _ => false,
        };
        if !(is_valid_fit && is_fit) {
            return None;
        }
    }
    Some(())
}

/// Whether the last of `rows` texts ends within `values`.
fn texts_fit(offsets: &[u8], values: &[u8], rows: usize) -> bool {
    let offset = |index: usize| {
        let bytes = offsets.get(index * 4..index * 4 + 4)?;
        usize::try_from(i32::from_le_bytes(bytes.try_into().ok()?)).ok()
    };
    let is_fit = match (offset(0), offset(rows)) {
        (Some(first), Some(last)) => first <= last && last <= values.len(),
        _ => rows == 0,
    };
    is_fit && offsets.len().is_multiple_of(4)
}
