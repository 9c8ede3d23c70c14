//! Bytes that are no file at all: a plain refusal each, never a panic.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;

use crate::feed_spec::feed;

const FEED: &str = "
mode: snapshot(by month)
valid: day
column: key | text | 编号 | optional
column: amount | money | 金额
column: day | date | 日期
";

fn small_workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["编号", "金额", "日期"]) {
        sheet.write_string(0, column, name).expect("cell");
    }
    for row in 1..40 {
        sheet.write_number(row, 1, f64::from(row)).expect("cell").write_string(row, 2, "2026-05-01").expect("cell");
    }
    workbook.save_to_buffer().expect("workbook")
}

/// The workbook with one part changed.
fn changed(bytes: &[u8], part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).expect("archive");
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut entry = old.by_index(index).expect("entry");
        let name = entry.name().expect("name").to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        new.start_file(&name, SimpleFileOptions::default()).expect("entry");
        let text = if name.ends_with(part) { change(&text) } else { text };
        new.write_all(text.as_bytes()).expect("written");
    }
    new.finish().expect("archive").into_inner()
}

#[test]
fn workbooks_cut_anywhere_are_refused() {
    let (bytes, feed) = (small_workbook(), feed(FEED));
    assert_eq!(intake::read(&bytes, "a.xlsx", &feed).expect("whole").table.num_rows(), 39);
    for end in (0..bytes.len()).step_by(bytes.len() / 50) {
        assert!(intake::read(&bytes[..end], "a.xlsx", &feed).is_err(), "cut at {end}");
    }
}

#[test]
fn claims_are_not_believed() {
    let (bytes, feed) = (small_workbook(), feed(FEED));
    let refused = |bytes: &[u8]| intake::read(bytes, "a.xlsx", &feed).err().map(|error| error.code.word());
    let strings = |count: &str| changed(&bytes, "sharedStrings.xml", |text| text.replace("uniqueCount=\"4\"", count));
    assert_eq!(refused(&strings("uniqueCount=\"99999999999999\"")), Some("workbook_damaged"));
    assert_eq!(refused(&strings("uniqueCount = '99999999999999999999999'")), Some("workbook_damaged"));
    let sheet =
        |from: &'static str, to: &'static str| changed(&bytes, "sheet1.xml", move |text| text.replace(from, to));
    assert_eq!(refused(&sheet("A1:C40", "A1:XFD1048576")), None);
    assert_eq!(refused(&sheet("A1:C40", "C40:A1")), Some("workbook_damaged"));
    assert_eq!(refused(&sheet("r=\"B7\"", "r=\"ZZZZZZZZZZZ7\"")), Some("workbook_damaged"));
    assert_eq!(refused(&sheet("r=\"B7\"", "r=\"B99999999999\"")), Some("workbook_damaged"));
}

#[test]
fn a_few_kilobytes_do_not_become_gigabytes() {
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("xl/workbook.xml", SimpleFileOptions::default()).expect("entry");
    bomb.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("entry");
    bomb.write_all(b"<sst><si><t>").expect("written");
    let piece = vec![b'0'; 1 << 20];
    for _ in 0..=(intake::MAX_SHARED_STRING_BYTES >> 20) {
        bomb.write_all(&piece).expect("written");
    }
    let bomb = bomb.finish().expect("archive").into_inner();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(intake::read(&bomb, "a.xlsx", &feed(FEED)).expect_err("refused").code.word(), "too_large");
}

#[test]
fn one_quotation_mark_does_not_swallow_the_file() {
    let text = format!("编号,金额,日期\n\"A,1,2026-05-01\n{}", "B,1,2026-05-01\n".repeat(5_000));
    let error = intake::read(text.as_bytes(), "a.csv", &feed(FEED)).expect_err("refused");
    assert_eq!(error.code.word(), "cell_too_long");
    assert!(error.message.en.contains("row 2"), "{}", error.message.en);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let feed = feed(FEED);
        let _ = intake::read(&bytes, "a", &feed);
        let _ = intake::recognise(&bytes, "a", std::iter::once(&feed));
        let _ = intake::read(&[b"PK\x03\x04".as_slice(), &bytes].concat(), "a", &feed);
    }

    #[test]
    fn nor_does_a_changed_byte_of_a_workbook(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = small_workbook();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = intake::read(&bytes, "a.xlsx", &feed(FEED));
    }

    #[test]
    fn nor_does_a_table_of_anything(cells in proptest::collection::vec("\\PC{0,12}|[0-9,.年月日/-]{0,12}", 3..60)) {
        let feed = feed(FEED);
        let rows: Vec<String> = cells.chunks(3).map(|row| row.join(",")).collect();
        let landed = intake::read(format!("编号,金额,日期\n{}\n", rows.join("\n")).as_bytes(), "a", &feed);
        if let Ok(landed) = landed {
            let _ = intake::describe(&landed, &feed, types::Day(0), &cells, None);
        }
        for cell in &cells {
            let _ = intake::data_date(cell, &feed);
        }
    }
}
