//! What is put into files piece by piece is what was put in; what finds no room is said.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;

use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, UInt32Array,
};
use tablefile::{COLUMN_TYPES, FileSpool, resting};
use types::Spool as _;

/// A column of each type: with empty cells in all but the last two, the last without a character.
fn columns(rows: i64) -> Vec<ArrayRef> {
    let every = |n: i64| (0..rows).map(move |row| (row % n != 0).then_some(row));
    vec![
        Arc::new(every(3).map(|row| row.map(|row| row % 2 == 0)).collect::<BooleanArray>()),
        Arc::new(every(5).collect::<Int64Array>()),
        Arc::new(every(4).map(|row| row.and_then(|row| i32::try_from(row - 7).ok())).collect::<Date32Array>()),
        Arc::new(every(7).map(|row| row.map(|row| format!("第{row}行"))).collect::<StringArray>()),
        Arc::new((0..rows).map(|row| u32::try_from(row).ok()).collect::<UInt32Array>()),
        Arc::new((0..rows).map(|_| Some("")).collect::<StringArray>()),
    ]
}

fn spool() -> FileSpool {
    FileSpool::new(tempfile::tempfile, 4)
}

#[test]
fn a_column_in_pieces_is_the_column() {
    // More offsets of texts than are moved at a time, too.
    for pieces in [&[][..], &[0], &[1], &[3, 0, 5], &[8, 8], &[7, 9, 1], &[1, 1, 1], &[40_000, 3], &[20_000, 30_000]] {
        let spool = spool();
        for whole in columns(pieces.iter().sum()) {
            let mut column = spool.column(whole.data_type()).expect("a column");
            let mut from = 0;
            for piece in pieces {
                let piece = usize::try_from(*piece).expect("rows");
                column.push(&whole.slice(from, piece)).expect("room");
                from += piece;
            }
            let kept = column.finish().expect("whole");
            assert_eq!(kept.to_data(), whole.to_data(), "{} in {pieces:?}", whole.data_type());
            assert_eq!(kept.null_count(), whole.null_count());
            spool.rest();
            assert_eq!(&kept, &whole, "after a rest");
        }
    }
}

#[test]
fn a_kept_column_outlives_its_spool() {
    let spool = spool();
    let all = columns(100);
    let texts = &all[3];
    let mut column = spool.column(texts.data_type()).expect("a column");
    column.push(texts).expect("room");
    drop(spool);
    assert_eq!(&column.finish().expect("whole"), texts);
}

#[test]
fn other_types_have_no_place() {
    let real: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    assert!(spool().column(real.data_type()).is_err());
    for kind in &COLUMN_TYPES {
        let mut column = spool().column(kind).expect("a column");
        assert_eq!(column.push(&real).expect_err("of another type").kind(), io::ErrorKind::InvalidInput);
        assert_eq!(column.finish().expect("empty").len(), 0);
    }
}

#[test]
fn what_finds_no_room_is_said() {
    let full = FileSpool::new(|| Err(io::ErrorKind::StorageFull.into()), 4);
    // Files that cannot be written to stand for a disk that fills up later.
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("file");
    File::create(&path).expect("file");
    let unwritable = FileSpool::new(move || File::open(&path), 4);
    for column in columns(3).iter().skip(1) {
        let error = full.column(column.data_type()).err().expect("no file");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(unwritable.column(column.data_type()).and_then(|mut kept| kept.push(column)).is_err());
    }
}

#[test]
fn all_is_written_between_the_rests() {
    let spool = spool();
    let bytes: Vec<u8> = (0_u32..40 << 20).flat_map(|number| (number as u16).to_le_bytes()).collect();
    let mut out = Vec::new();
    let mut writer = resting(&mut out, &spool);
    writer.write_all(&bytes[..5]).expect("written");
    writer.write_all(&bytes[5..]).expect("written");
    writer.flush().expect("written");
    drop(writer);
    assert!(out == bytes);
}
