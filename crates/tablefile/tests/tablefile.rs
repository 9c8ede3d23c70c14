//! What is written is found again; what is not whole is not used.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use tablefile::{open, read, write};

fn table(rows: i64) -> RecordBatch {
    let every = |n: i64| (0..rows).map(move |row| (row % n != 0).then_some(row));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("bool", Arc::new(every(3).map(|row| row.map(|row| row % 2 == 0)).collect::<BooleanArray>())),
        ("fen", Arc::new(every(5).collect::<Int64Array>())),
        ("day", Arc::new((0..rows).map(|row| i32::try_from(row).ok()).collect::<Date32Array>())),
        ("text", Arc::new(every(7).map(|row| row.map(|row| format!("第{row}行"))).collect::<StringArray>())),
        ("number", Arc::new((0..rows).map(|row| u32::try_from(row).ok()).collect::<UInt32Array>())),
    ];
    RecordBatch::try_from_iter(columns).expect("table")
}

fn bytes(table: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, table, [("one", "甲".to_owned()), ("two", String::new())]).expect("written");
    bytes
}

fn file(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("table.arrow");
    fs::write(&path, bytes).expect("written");
    path
}

#[test]
fn tables_and_notes_come_back_mapped_or_from_memory() {
    let folder = tempfile::tempdir().expect("folder");
    for rows in [0, 1, 8, 1000] {
        let table = table(rows);
        let bytes = bytes(&table);
        for found in [open(&file(&folder, &bytes)).expect("open"), read(&bytes)] {
            let found = found.expect("whole");
            assert_eq!(found.table, table);
            assert!(found.notes.into_iter().eq([("one".into(), "甲".into()), ("two".into(), String::new())]));
        }
    }
}

#[test]
fn a_mapped_table_outlives_its_file_and_is_not_copied() {
    let folder = tempfile::tempdir().expect("folder");
    let expected = table(1000);
    let path = file(&folder, &bytes(&expected));
    let size = fs::metadata(&path).expect("file").len() as usize;
    let found = open(&path).expect("open").expect("whole").table;
    fs::remove_file(&path).expect("removed");
    assert_eq!(found, expected);
    // All columns lie in one stretch of memory as long as the file.
    let starts: Vec<usize> =
        found.columns().iter().map(|column| column.to_data().buffers()[0].as_ptr() as usize).collect();
    let (first, last) = (starts.iter().min().expect("columns"), starts.iter().max().expect("columns"));
    assert!(last - first < size, "{starts:?}");
    assert!(found.column(1).as_primitive::<Int64Type>().values().as_ptr().is_aligned());
}

#[test]
fn a_file_cut_off_anywhere_is_not_used() {
    let folder = tempfile::tempdir().expect("folder");
    assert!(open(&folder.path().join("none")).expect("open").is_none());
    let whole = bytes(&table(20));
    for length in 0..whole.len() {
        assert!(open(&file(&folder, &whole[..length])).expect("open").is_none(), "{length} of {}", whole.len());
        assert!(read(&whole[..length]).is_none());
    }
    // Its middle is missing: both ends are there, and the footer points nowhere.
    let mut holed = whole[..64].to_vec();
    holed.extend_from_slice(&whole[whole.len() / 2..]);
    assert!(open(&file(&folder, &holed)).expect("open").is_none());
}

#[test]
fn changed_bytes_never_end_the_program() {
    let folder = tempfile::tempdir().expect("folder");
    let whole = bytes(&table(20));
    for at in 0..whole.len() {
        for byte in [0, 1, 0x7F, 0xFF] {
            let mut changed = whole.clone();
            changed[at] = byte;
            // Every cell checked: found or not, but nothing worse.
            if let Some(found) = read(&changed) {
                assert_eq!(found.table.num_columns(), found.table.schema().fields().len());
            }
            // Mapped: only opened. What its texts hold is not looked at here, as the head of `map.rs` says.
            if at % 13 == 0 {
                let _ = open(&file(&folder, &changed)).expect("open");
            }
        }
    }
}

#[test]
fn other_types_are_refused() {
    let column: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    let table = RecordBatch::try_from_iter([("real", column)]).expect("table");
    assert!(write(Vec::new(), &table, []).is_err());
}
