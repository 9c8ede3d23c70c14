//! A text of any kind goes the whole way: file, clue, explanation, workbook, and is what it was.

use std::fmt::Write as _;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use crate::folder::{Folder, data, number, readers_header};

/// Texts that programs choke on, ours; those that others collected are added where they are at hand.
const OWN: [&str; 22] = [
    "=1+1",
    "+86 138",
    "-1",
    "@SUM(A1:A9)",
    "=HYPERLINK(\"http://example.org\",\"x\")",
    "=cmd|' /C calc'!A0",
    "_x0041_",
    "_x005F_x0041_",
    "a\u{1}b\u{8}c\u{1f}d",
    "tab\there",
    "line\nline\r\nline\rline",
    "\u{fffe}\u{ffff}",
    "<script>alert(1)</script>&amp;&lt;",
    "'; drop table clue; --",
    "\u{202e}txet",
    "a\u{200b}b\u{feff}c",
    "𠮷𝕏👨‍👩‍👧",
    "\"quoted\", 'too'",
    "null",
    "{last_note} {0} %s $HOME",
    "\u{7f}\u{85}\u{a0}x",
    "e\u{301}\u{0}z",
];

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = OWN.iter().map(|text| (*text).to_owned()).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/naughty-strings/blns.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => texts.extend(serde_json::from_str::<Vec<String>>(&text).expect("an array of texts")),
        Err(_) => eprintln!("skipped the texts of others: {} is not there", path.display()),
    }
    // White space at the ends of a cell is nobody's meaning, and a cell of nothing else is empty.
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}');
    texts.retain(|text| !text.trim_matches(is_edge).is_empty() && !text.contains('\0'));
    texts.iter().map(|text| text.trim_matches(is_edge).to_owned()).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[test]
fn every_text_survives_the_way_from_file_to_workbook() {
    let texts = texts();
    assert!(texts.len() >= 20);
    let folder = Folder::with_pack(&data("packs/notes"));
    let (mut readers, mut notes) = (format!("{}\n", readers_header()), "身份证号,日期,内容\n".to_owned());
    for (serial, text) in texts.iter().enumerate() {
        let key = number(serial);
        writeln!(readers, "{key},990101100201").expect("text");
        writeln!(notes, "{key},2026-05-01,{}", quoted(text)).expect("text");
    }
    for (name, text) in [("读者名册2026-05-31.csv", &readers), ("便条2026-05-31.csv", &notes)] {
        std::fs::write(folder.beside(name), text).expect("written");
    }
    let file = |name: &str| folder.beside(name).to_str().expect("UTF-8").to_owned();
    folder.ok(&["ingest", &data("files/地区代码2025-12-31.csv"), "--received", "2026-01-05"]);
    folder.ok(&["ingest", "--received", "2026-06-02", &file("读者名册2026-05-31.csv"), &file("便条2026-05-31.csv")]);
    assert_eq!(folder.json(&["refused"]), Value::Array(Vec::new()));
    folder.ok(&["screen", "--as-of", "2026-06-05"]);
    assert_eq!(folder.json(&["clues"]).as_array().expect("clues").len(), texts.len());

    let keys: Vec<String> = (0..texts.len()).map(number).collect();
    std::fs::write(folder.beside("keys.txt"), keys.join("\n")).expect("keys");
    let asked = format!("@{}", file("keys.txt"));
    let asked = ["explain", "--subject", &asked, "--model", "N01", "--as-of", "2026-06-05"];
    let explained = folder.json(&asked);
    for (text, explanation) in texts.iter().zip(explained.as_array().expect("explanations")) {
        let value = explanation["values"].as_array().expect("values").iter().find(|line| line["name"] == "last_note");
        assert_eq!(value.expect("the note")["value"].as_str(), Some(text.as_str()));
    }

    let bytes = folder.bytes(&[&asked[..], &["--format", "xlsx"]].concat());
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let name = workbook.sheet_names()[0].clone();
    assert_eq!(workbook.worksheet_formula(&name).map(|formulas| formulas.used_cells().count()).unwrap_or(0), 0);
    let sheet = workbook.worksheet_range(&name).expect("a sheet");
    let rows: Vec<&[Data]> = sheet.rows().skip(1).filter(|row| row[5] == Data::String("last_note".into())).collect();
    assert_eq!(rows.len(), texts.len());
    for (text, row) in texts.iter().zip(rows) {
        assert_eq!(row[6], Data::String(text.clone()));
        assert_eq!(row[4], Data::String(format!("便条：{text}")));
    }
}
