//! Tables -> bytes.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;

use crate::COLUMN_TYPES;

/// Writes `table` and the `notes` (name, text) beside it, so that [`crate::open`] finds them again. The caller sees to it that the
/// file is there in full or not at all.
///
/// # Errors
/// When `out` refuses, or the table has a column of another type than [`COLUMN_TYPES`].
pub fn write<'n>(
    out: impl Write,
    table: &RecordBatch,
    notes: impl IntoIterator<Item = (&'n str, String)>,
) -> io::Result<()> {
    let schema = table.schema();
    if let Some(field) = schema.fields().iter().find(|field| !COLUMN_TYPES.contains(field.data_type())) {
        let what = format!("column `{}` of type {} has no place in a table file", field.name(), field.data_type());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    let fault = |error: ArrowError| match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    };
    let mut writer = FileWriter::try_new(out, &schema).map_err(fault)?;
    writer.write(table).map_err(fault)?;
    for (name, note) in notes {
        writer.write_metadata(name, note);
    }
    writer.finish().map_err(fault)
}
