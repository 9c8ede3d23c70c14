//! What is no honest file: a plain message each, exit code 4, nothing taken in, and the next file goes on.

use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use zip::write::SimpleFileOptions;

use crate::folder::{Folder, data};

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("entry");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("archive").into_inner()
}

/// A workbook of these two parts, and what a workbook cannot do without.
fn workbook(sheet: &str, shared: Option<&str>) -> Vec<u8> {
    const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    let top = format!(
        "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r0\" Type=\"{RELATION}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let mut relations = format!(
        "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r1\" Type=\"{RELATION}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    );
    if shared.is_some() {
        relations.push_str(&format!(
            "<Relationship Id=\"r2\" Type=\"{RELATION}/sharedStrings\" Target=\"sharedStrings.xml\"/>"
        ));
    }
    relations.push_str("</Relationships>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", top.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend(shared.map(|shared| ("xl/sharedStrings.xml", shared.as_bytes())));
    archive(&parts)
}

fn inline(cells: &[(&str, &str)]) -> String {
    let cell = |(at, text): &(&str, &str)| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    cells.iter().map(cell).collect()
}

#[test]
fn each_has_its_message_and_the_next_file_goes_on() {
    let folder = Folder::new();
    let head = inline(&[("A1", "代码"), ("B1", "上级代码")]);
    let sheet = |dimension: &str, more: &str| {
        format!(
            "<worksheet><dimension ref=\"{dimension}\"/><sheetData><row r=\"1\">{head}</row>{more}</sheetData></worksheet>"
        )
    };
    let bomb = "0".repeat(70 << 20);
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    let entity_row = "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>&c;</t></is></c></row>";
    let long = format!("<row r=\"2\">{}</row>", inline(&[("A2", &"9".repeat(40_000))]));
    let mut cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("空.csv", Vec::new(), "empty_file"),
        ("空白.csv", b" \r\n\r\n ".to_vec(), "empty_file"),
        ("图片.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "not_a_table"),
        ("文档.xlsx", b"%PDF-1.7 nothing of a table".to_vec(), "feed_unknown"),
        ("比例.zip", archive(&[("地区代码.csv", bomb.as_bytes())]), "too_large"),
        ("比例.xlsx", workbook(&sheet("A1", &bomb), None), "too_large"),
        (
            "一个字符串.xlsx",
            workbook(&sheet("A1", ""), Some(&format!("<sst><si><t>{bomb}</t></si></sst>"))),
            "too_large",
        ),
        ("字符串个数.xlsx", workbook(&sheet("A1", ""), Some("<sst uniqueCount=\"4000000000\"/>")), "workbook_damaged"),
        ("长单元格.xlsx", workbook(&sheet("A1", &long), None), "cell_too_long"),
        ("实体.xlsx", workbook(&format!("{entities}{}", sheet("A1", entity_row)), None), "workbook_damaged"),
        ("套娃.zip", archive(&[("a.zip", &archive(&[("b.csv", b"x")]))]), "format_unsupported"),
        ("空包.zip", archive(&[]), "empty_file"),
        ("没有结尾.zip", archive(&[("a.csv", b"x")])[..40].to_vec(), "file_damaged"),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".repeat(200), "workbook_damaged"),
        ("列.parquet", b"PAR1 no footer PAR1".to_vec(), "file_damaged"),
        ("引号.csv", format!("代码,上级代码\n\"99,\n{}", "9901,99\n".repeat(9_000)).into_bytes(), "cell_too_long"),
    ];
    let whole = workbook(&sheet("A1", ""), None);
    for part in 0..50 {
        let end = whole.len() * part / 50;
        let code = match end {
            0 => "empty_file",
            _ if part < 10 => "",
            _ => "damaged",
        };
        cases.push(("截断.xlsx", whole[..end].to_vec(), code));
    }
    let good = folder.beside("地区代码2025-12-31.csv");
    std::fs::write(&good, "代码,上级代码\n99,\n").expect("written");
    for (number, (name, bytes, code)) in cases.iter().enumerate() {
        let path = folder.beside(&format!("{number}-{name}"));
        std::fs::write(&path, bytes).expect("written");
        let begun = Instant::now();
        let ran = folder.run(&["ingest", path.to_str().expect("UTF-8"), "--lang", "en"]);
        assert_eq!(ran.code, 4, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(code), "{name} is not refused with {code}: {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{name}: {}", ran.stderr);
        assert!(begun.elapsed() < Duration::from_secs(20), "{name} took {:?}", begun.elapsed());
    }
    assert_eq!(folder.json(&["deliveries"]).as_array().expect("an array").len(), 0);
    // A declared dimension of everything is only a claim.
    let claimed = folder.beside("地区代码2025-12-30.xlsx");
    let row = format!("<row r=\"2\">{}</row>", inline(&[("A2", "99")]));
    std::fs::write(&claimed, workbook(&sheet("A1:XFD1048576", &row), None)).expect("written");
    let bad = folder.beside("0-空.csv");
    let files = [bad.to_str().expect("UTF-8"), good.to_str().expect("UTF-8"), claimed.to_str().expect("UTF-8")];
    let ran = folder.run(&["ingest", files[0], files[1], files[2], "--confirm"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert_eq!(folder.json(&["deliveries"]).as_array().expect("an array").len(), 2);
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = Folder::new();
    let pipe = folder.beside("pipe.csv");
    let made = Command::new("mkfifo").arg(&pipe).status();
    let mut cases: Vec<(PathBuf, i32, &str)> = vec![
        (folder.beside("missing.csv"), 4, "unreadable-file"),
        (folder.path(), 3, "no-manifest"),
        (PathBuf::from("/dev/null"), 4, "unreadable-file"),
    ];
    if made.is_ok_and(|status| status.success()) {
        cases.push((pipe, 4, "unreadable-file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let locked = folder.beside("locked.csv");
        std::fs::write(&locked, "代码\n99\n").expect("written");
        std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).expect("permissions");
        // Nothing is closed to the system's administrator.
        if std::fs::read(&locked).is_err() {
            cases.push((locked, 4, "unreadable-file"));
        }
    }
    for (path, code, word) in cases {
        let ran = folder.run(&["ingest", path.to_str().expect("UTF-8")]);
        assert_eq!((ran.code, ran.stderr.contains(word)), (code, true), "{}: {}", path.display(), ran.stderr);
    }
}

#[test]
fn the_files_of_an_archive_are_deliveries_each() {
    let folder = Folder::new();
    let read = |name: &str| std::fs::read(data(&format!("manifest/{name}"))).expect("file");
    let names = ["地区代码2025-12-31.csv", "读者名册2026-05-31.csv", "逾期罚款2026-05.csv"];
    let files: Vec<Vec<u8>> = names.iter().map(|name| read(name)).collect();
    let bytes =
        archive(&[(names[0], &files[0]), (names[1], &files[1]), ("说明.txt", b"nothing"), (names[2], &files[2])]);
    let path = folder.beside("五月.zip");
    std::fs::write(&path, bytes).expect("written");
    let ran = folder.run(&["ingest", path.to_str().expect("UTF-8"), "--received", "2026-06-03"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("五月.zip/说明.txt: "), "{}", ran.stderr);
    let deliveries = folder.json(&["deliveries"]);
    let landed: Vec<&str> =
        deliveries.as_array().expect("an array").iter().map(|line| line["file_name"].as_str().expect("name")).collect();
    assert_eq!(landed, names);
}
