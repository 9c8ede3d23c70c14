//! A file whose rows are put elsewhere piece by piece lands as one that is held.

use std::io;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int64Array, StringArray};
use intake::{ReadError, Source, read_source};
use tablefile::FileSpool;
use types::{Landed, Spool};

use crate::feed_spec::feed;
use crate::parquet::{FEED, array, file_in_groups};

fn spool(piece: usize) -> Arc<dyn Spool> {
    Arc::new(FileSpool::new(tempfile::tempfile, piece))
}

/// `rows` rows with empty cells, every fifth from the third on refused, as text and as columns.
fn files(rows: i64) -> [Vec<u8>; 2] {
    let mut text = "编号,金额,日期,办结,区划,备注,数量\n".to_owned();
    let amount = |row: i64| (row % 5 != 3).then_some(row * 100);
    let day = |row: i64| 20_000 + i32::try_from(row * 7 % 11).expect("a day");
    for row in 0..rows {
        let amount = amount(row).map_or("x".into(), |amount| amount.to_string());
        let done = ["是", "否", ""][usize::try_from(row % 3).expect("small")];
        let size = if row % 2 == 0 { row.to_string() } else { String::new() };
        text.push_str(&format!("第{row}号,{amount},{},{done},990101100,,{size}\n", types::Day(day(row))));
    }
    let columns: [(&str, ArrayRef); 6] = [
        ("key", array((0..rows).map(|row| Some(format!("第{row}号"))).collect::<StringArray>())),
        ("amount", array((0..rows).map(amount).collect::<Int64Array>())),
        ("day", array((0..rows).map(|row| Some(day(row))).collect::<Date32Array>())),
        (
            "done",
            array((0..rows).map(|row| [Some(true), Some(false), None][row as usize % 3]).collect::<BooleanArray>()),
        ),
        ("note", array((0..rows).map(|_| None::<&str>).collect::<StringArray>())),
        ("size", array((0..rows).map(|row| (row % 2 == 0).then_some(row)).collect::<Int64Array>())),
    ];
    [text.into_bytes(), file_in_groups(&columns, 6, parquet::basic::Compression::SNAPPY)]
}

#[test]
fn a_spooled_file_lands_as_one_that_is_held() {
    let feed = feed(FEED);
    for rows in [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 50] {
        for (form, bytes) in ["text", "columns"].iter().zip(files(rows)) {
            let held = intake::read(&bytes, "a", &feed).expect("held");
            assert!(held.spool.is_none());
            assert_eq!(held.refused.len() as i64, (rows + 1) / 5, "{form} of {rows}");
            let accepted = held.table.num_rows();
            for piece in [1, 2, 3, 7, 8, 40, 1000] {
                let spooled = read_source(Source::Bytes(&bytes), &feed, Some(&spool(piece))).expect("spooled");
                let Landed { table, refused, spool } = spooled;
                assert_eq!((&table, &refused), (&held.table, &held.refused), "{form} of {rows} by {piece}");
                assert!(spool.is_some() == (accepted >= piece), "{form} of {rows} by {piece}");
            }
        }
    }
}

#[test]
fn no_room_is_not_the_files_fault() {
    let full: Arc<dyn Spool> = Arc::new(FileSpool::new(|| Err(io::ErrorKind::StorageFull.into()), 4));
    for bytes in files(20) {
        let error = read_source(Source::Bytes(&bytes), &feed(FEED), Some(&full)).expect_err("no room");
        assert!(matches!(error, ReadError::Spool(error) if error.kind() == io::ErrorKind::StorageFull));
        let damaged = read_source(Source::Bytes(&bytes[..3]), &feed(FEED), Some(&full)).expect_err("damaged");
        assert!(matches!(damaged, ReadError::File(_)));
    }
    // A file that is held needs no room.
    for bytes in files(3) {
        assert!(read_source(Source::Bytes(&bytes), &feed(FEED), Some(&full)).is_ok());
    }
}
