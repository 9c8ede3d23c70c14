//! Files that no one here wrote, where they are at hand.

use std::fs;
use std::path::{Path, PathBuf};

use crate::feed_spec::feed;
use crate::render::rows;

pub fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

#[test]
fn a_gb18030_file_and_its_utf8_twin_land_equal() {
    let (Some(encoded), Some(plain)) = (shared("gb18030-encoding"), shared("admin-divisions")) else { return };
    let entries = fs::read_dir(&encoded).expect("folder").map(|entry| entry.expect("entry").path());
    let mut compared = 0;
    for path in entries.filter(|path| path.to_string_lossy().ends_with(".gb18030.csv")) {
        let name = path.file_name().expect("name").to_string_lossy().replace(".gb18030.csv", ".csv");
        let twin = fs::read(plain.join(name)).expect("twin");
        let spec = "column: code | code(place)\ncolumn: name | text\ncolumn: streetCode | code(place)\ncolumn: areaCode | code(place)";
        let feed = feed(spec);
        let read = |bytes: &[u8]| rows(&intake::read(bytes, "a.xlsx", &feed).expect("table"), &feed);
        let lines = twin.iter().filter(|byte| **byte == b'\n').count();
        let rows = read(&twin);
        assert_eq!(rows, read(&fs::read(&path).expect("file")));
        assert_eq!(rows.lines().count(), lines - usize::from(twin.ends_with(b"\n")), "every row is accounted for");
        assert!(!rows.contains('!'), "{rows}");
        compared += 1;
    }
    assert!(compared > 0);
}

#[test]
fn csv_spectrum_parses_to_its_own_answers() {
    let Some(folder) = shared("csv-spectrum") else { return };
    let mut compared = 0;
    for entry in fs::read_dir(folder.join("csvs")).expect("folder") {
        let path = entry.expect("entry").path();
        let bytes = fs::read(&path).expect("file");
        let name = path.file_stem().expect("name").to_string_lossy().into_owned();
        let answer = fs::read_to_string(folder.join("json").join(format!("{name}.json"))).expect("answer");
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("json");
        // `location_coordinates` has for an answer one object, with a telephone number that is not the one in its file.
        let (answers, wrong) = match answer.as_array() {
            Some(answers) => (answers.clone(), None),
            None => (vec![answer.clone()], Some("Contact Phone Number")),
        };
        let names: Vec<&String> = answers[0].as_object().expect("row").keys().collect();
        let spec: Vec<String> = names.iter().map(|name| format!("column: {name} | text | | optional")).collect();
        let feed = feed(&spec.join("\n"));
        let landed = intake::read(&bytes, "a.csv", &feed).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(landed.refused.is_empty(), "{name}");
        assert_eq!(landed.table.num_rows(), answers.len(), "{name}");
        for (row, answer) in answers.iter().enumerate() {
            for column in feed.columns.values().filter(|column| Some(column.name.as_str()) != wrong) {
                let cell = types::value_at(landed.table.column_by_name(&column.name).expect("column"), column.ty, row);
                let expected = answer[&column.name].as_str().expect("text").trim();
                let expected = if expected.is_empty() { types::Value::Null } else { types::Value::text(expected) };
                assert_eq!(cell, expected, "{name} row {row} column {}", column.name);
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 12);
}

#[test]
fn every_line_of_the_vectors_decodes_to_its_reference() {
    let Some(folder) = shared("gb18030-encoding") else { return };
    let lines = |name: &str| -> Vec<Vec<u8>> {
        let bytes = fs::read(folder.join(name)).expect("vectors");
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (encoded, reference) = (lines("gb18030_in.txt"), lines("gb18030_in_ref.txt"));
    assert_eq!(encoded.len(), reference.len());
    let mut file = b"number,text\n".to_vec();
    for (number, line) in encoded.iter().enumerate() {
        file.extend(format!("{number},\"").bytes());
        file.extend(line);
        file.extend(b"\"\n");
    }
    let feed = feed("column: number | integer\ncolumn: text | text | | optional");
    let landed = intake::read(&file, "vectors.csv", &feed).expect("table");
    assert!(landed.refused.is_empty(), "{:?}", landed.refused.first());
    assert_eq!(landed.table.num_rows(), reference.len());
    let texts = landed.table.column_by_name("text").expect("texts");
    for (row, line) in reference.iter().enumerate() {
        let expected = std::str::from_utf8(line).expect("the reference is UTF-8");
        // White space at the ends of a cell is nobody's meaning.
        let expected = expected.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}');
        let expected = if expected.is_empty() { types::Value::Null } else { types::Value::text(expected) };
        assert_eq!(types::value_at(texts, types::Type::Text, row), expected, "line {}", row + 1);
    }
}
