//! Lists as files for spreadsheets, and the refused rows of each department on their way back and forth.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::json;

use crate::folder::{Folder, TODAY, data};

fn sheets(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<String>>)> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let cell = |cell: &Data| cell.to_string();
    let names = workbook.sheet_names();
    let rows = |range: calamine::Range<Data>| range.rows().map(|row| row.iter().map(cell).collect()).collect();
    names.into_iter().map(|name| (name.clone(), rows(workbook.worksheet_range(&name).expect("a sheet")))).collect()
}

#[test]
fn every_list_is_a_table_for_spreadsheets_too() {
    let folder = Folder::screened();
    for list in [
        ["deliveries"].as_slice(),
        &["refused"],
        &["refused", "--departments"],
        &["unlinked", "--as-of", TODAY],
        &["runs"],
        &["clues"],
        &["near", "--model", "T01", "--as-of", TODAY],
        &["pack", "list"],
        &["explain", "C000001"],
    ] {
        let csv = folder.ok(&[list, &["--format", "csv", "--lang", "en"]].concat());
        let csv = csv.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{list:?} has no mark of UTF-8"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        let workbook = sheets(folder.bytes(&[list, &["--format", "xlsx", "--lang", "en"]].concat()));
        assert_eq!(workbook.len(), 1, "{list:?}");
        assert_eq!(workbook[0].1, rows, "{list:?}");
        assert!(rows.len() > 1 || list == ["near"], "{list:?}");
    }
}

#[test]
fn refused_rows_go_back_to_their_department_and_come_home() {
    let folder = Folder::filled();
    let target = folder.beside("退回");
    let shown = target.to_str().expect("UTF-8").to_owned();
    folder.ok(&["refused", "--export", &shown]);
    let files: Vec<_> = std::fs::read_dir(&target).expect("folder").map(|entry| entry.expect("entry").path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(files[0].to_string_lossy().contains("退回-文化馆-"), "{files:?}");
    let workbook = sheets(std::fs::read(&files[0]).expect("file"));
    let names: Vec<&str> = workbook.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["汇总", "1 逾期罚款"]);
    let line = |rows: &[Vec<String>], first: &str| rows.iter().find(|row| row[0] == first).expect(first).clone();
    let summary = &workbook[0].1;
    assert_eq!(line(summary, "累计退回行数")[1], "2");
    assert_eq!(line(summary, "编码校验不通过")[1], "1");
    assert_eq!(line(summary, "行内校验不通过 (negative-amount)")[1], "1");
    assert_eq!(line(summary, "合计")[1], "2");
    let rows = &workbook[1].1;
    let headers =
        ["退回原因", "出错的列", "出错的内容", "文件", "工作表", "第几行", "金额", "身份证号", "缴款日期", "备注"];
    assert_eq!(rows[0], headers);
    let bad = line(rows, "编码校验不通过");
    assert_eq!((bad[1].as_str(), bad[5].as_str(), bad[6].as_str()), ("身份证号", "5", "10.00"));
    assert!(bad[2].contains('*') && bad[7].contains('*'), "{bad:?} is masked");
    assert!(rows.iter().any(|row| row[0].starts_with("这是整份替换的数据")), "{rows:?}");

    let before = folder.json(&["refused", "--departments"]);
    assert_eq!(before[0]["waiting"], json!(2));
    folder.ok(&["ingest", "--received", "2026-06-13", &data("files/逾期罚款2026-05-更正.csv")]);
    let after = folder.json(&["refused", "--departments"]);
    assert_eq!(
        after,
        json!([{
            "department": "文化馆", "feeds": ["fines"], "refused": 2, "corrected": 2, "waiting": 0,
            "corrected_per_mille": 1000, "median_days": 10, "waiting_since": null,
        }])
    );
    let emptied = folder.beside("empty");
    folder.ok(&["refused", "--export", emptied.to_str().expect("UTF-8")]);
    assert_eq!(std::fs::read_dir(emptied).expect("folder").count(), 0);
}

#[test]
fn what_is_revealed_on_purpose_is_logged() {
    let folder = Folder::filled();
    let target = folder.beside("out");
    let shown = target.to_str().expect("UTF-8").to_owned();
    folder.ok(&["refused", "--export", &shown, "--unmasked", "--purpose", "sent back"]);
    let file = std::fs::read_dir(&target).expect("folder").next().expect("a file").expect("entry").path();
    let workbook = sheets(std::fs::read(file).expect("file"));
    assert!(workbook[1].1.iter().flatten().any(|cell| cell == "990101198505050020"), "{workbook:?}");
}
