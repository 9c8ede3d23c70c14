//! What became of a file, as text.

use std::fmt::Write;

use pack::programme::Feed;
use types::{Day, Landed, ROW_COLUMN, value_at};

/// Reads `bytes` and writes what became of them: `number | column=value …` per accepted row (empty cells left out), `!number code
/// column value | what could be read` per refused one; then scopes and interval, where the file's name has a data date; or `error`.
pub fn outcome(bytes: &[u8], file_name: &str, feed: &Feed, declared: &[String], previous_end: Option<Day>) -> String {
    let landed = match intake::read(bytes, file_name, feed) {
        Ok(landed) => landed,
        Err(error) => return format!("error {}: {}\n", error.code.word(), error.message.zh),
    };
    let mut text = rows(&landed, feed);
    if let Some(data_date) = intake::data_date(file_name, feed) {
        let (scopes, covers) = intake::describe(&landed, feed, data_date, declared, previous_end);
        let covers = covers.map_or("nothing".into(), |covers| format!("{}..{}", covers.from, covers.to));
        writeln!(text, "scopes [{}] covers {covers}", scopes.join(" ")).expect("text");
    }
    text
}

/// The rows alone.
pub fn rows(landed: &Landed, feed: &Feed) -> String {
    let mut text = String::new();
    let numbers = landed.table.column_by_name(ROW_COLUMN).expect("row numbers");
    let numbers = arrow_array::cast::as_primitive_array::<arrow_array::types::UInt32Type>(numbers);
    for row in 0..landed.table.num_rows() {
        write!(text, "{}", numbers.value(row)).expect("text");
        for (index, column) in feed.columns.values().enumerate() {
            assert_eq!(landed.table.schema().field(index).name(), &column.name);
            let value = value_at(landed.table.column(index), column.ty, row);
            if !value.is_null() {
                write!(text, " | {}={value}", column.name).expect("text");
            }
        }
        text.push('\n');
    }
    for refused in &landed.refused {
        write!(text, "!{} {}", refused.row, refused.code.word()).expect("text");
        for part in [&refused.check, &refused.column].into_iter().flatten() {
            write!(text, " {part}").expect("text");
        }
        write!(text, " `{}`", refused.value).expect("text");
        for (column, value) in refused.readable.iter() {
            write!(text, " | {column}={value}").expect("text");
        }
        text.push('\n');
    }
    text
}
