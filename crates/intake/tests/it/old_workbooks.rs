//! Workbooks of the old format and OpenDocument spreadsheets, made here byte by byte: also such as no program would write.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::feed_spec::feed;
use crate::render::outcome;

const FEED: &str = "
name: list
mode: snapshot(by month)
valid: day
covers: scope start..scope end
column: key | text | 编号
column: amount | money | 金额
column: day | date | 日期
column: done | bool | 办结 | optional
column: note | text | 备注 | optional
links: thing=key
";

fn check(bytes: &[u8], expected: &str) {
    let actual = outcome(bytes, "a.csv", &feed(FEED), &[], None);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(actual.trim().lines().collect::<Vec<_>>(), expected);
}

fn code(bytes: &[u8]) -> &'static str {
    intake::read(bytes, "a.xls", &feed(FEED)).map_or_else(|error| error.code.word(), |_| "read")
}

/// A record of a BIFF stream.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a record");
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// `text` with its length, in UTF-16.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = u16::try_from(units.len()).expect("short").to_le_bytes().to_vec();
    bytes.push(1);
    bytes.extend(units.into_iter().flat_map(u16::to_le_bytes));
    bytes
}

fn at(row: u16, column: u16, format: u16) -> Vec<u8> {
    [row, column, format].into_iter().flat_map(u16::to_le_bytes).collect()
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    record(0x0204, &[at(row, column, 0), wide(text)].concat())
}

fn number(row: u16, column: u16, format: u16, value: f64) -> Vec<u8> {
    record(0x0203, &[at(row, column, format), value.to_le_bytes().to_vec()].concat())
}

fn bof() -> Vec<u8> {
    record(0x0809, &[0x00, 0x06, 0x05, 0x00, 0, 0, 0, 0])
}

const END: [u8; 4] = [0x0a, 0, 0, 0];

/// The stream of a workbook: globals, then sheets (name, hidden, records).
fn stream(globals: &[Vec<u8>], sheets: &[(&str, u8, Vec<u8>)]) -> Vec<u8> {
    let bound = |name: &str, hidden: u8, position: usize| {
        let mut data = u32::try_from(position).expect("short").to_le_bytes().to_vec();
        data.extend([hidden, 0, u8::try_from(name.encode_utf16().count()).expect("short"), 1]);
        data.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        record(0x0085, &data)
    };
    let head = |positions: &[usize]| {
        let bounds = sheets.iter().zip(positions).map(|((name, hidden, _), position)| bound(name, *hidden, *position));
        [bof(), globals.concat(), bounds.collect::<Vec<_>>().concat(), END.to_vec()].concat()
    };
    let mut position = head(&vec![0; sheets.len()]).len();
    let mut positions = Vec::new();
    let mut bodies = Vec::new();
    for (_, _, records) in sheets {
        positions.push(position);
        let body = [bof(), records.clone(), END.to_vec()].concat();
        position += body.len();
        bodies.push(body);
    }
    [head(&positions), bodies.concat()].concat()
}

/// A compound file with one stream.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    let mut content = stream.to_vec();
    content.resize(content.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = content.len() / SECTOR;
    let fat_sectors = (sectors + 2).div_ceil(127) + 1;
    let folder = sectors + fat_sectors;
    let mut fat: Vec<u32> = (1..=u32::try_from(sectors).expect("short")).collect();
    fat[sectors - 1] = 0xffff_fffe;
    fat.extend(vec![0xffff_fffd; fat_sectors]);
    fat.push(0xffff_fffe);
    fat.resize(fat_sectors * SECTOR / 4, 0xffff_ffff);
    let entry = |name: &str, kind: u8, start: u32, size: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).expect("short");
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend([0xff; 12]);
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(u64::try_from(size).expect("short").to_le_bytes());
        entry
    };
    let mut entries = entry("Root Entry", 5, 0xffff_fffe, 0);
    entries.extend(entry(name, 2, 0, content.len()));
    entries.resize(SECTOR, 0);
    let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    header.resize(24, 0);
    header.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    header.resize(44, 0);
    let word = |value: usize| u32::try_from(value).expect("short").to_le_bytes();
    header.extend(word(fat_sectors));
    header.extend(word(folder));
    header.resize(56, 0);
    header.extend(word(4096));
    header.extend(0xffff_fffe_u32.to_le_bytes());
    header.extend(word(0));
    header.extend(0xffff_fffe_u32.to_le_bytes());
    header.extend(word(0));
    for index in 0..109 {
        header.extend(if index < fat_sectors { word(sectors + index) } else { [0xff; 4] });
    }
    let fat: Vec<u8> = fat.into_iter().flat_map(u32::to_le_bytes).collect();
    [header, content, fat, entries].concat()
}

fn head() -> Vec<u8> {
    (0..).zip(["编号", "金额", "日期", "办结", "备注"]).flat_map(|(column, name)| label(0, column, name)).collect()
}

/// Cell formats: 0 a number, 1 a built-in date of East Asia, 2 a written date.
fn formats() -> Vec<Vec<u8>> {
    let format = |number: u16| record(0x00e0, &[[0, 0].to_vec(), number.to_le_bytes().to_vec(), vec![0; 16]].concat());
    let written = [164_u16.to_le_bytes().to_vec(), wide("yyyy\"年\"m\"月\"d\"日\"")].concat();
    vec![record(0x041e, &written), format(0), format(31), format(164)]
}

fn old(sheet: Vec<u8>) -> Vec<u8> {
    compound("Workbook", &stream(&formats(), &[("表1", 0, sheet)]))
}

#[test]
fn an_old_workbook_is_read_as_a_person_sees_it() {
    let packed = |value: u32| value.to_le_bytes().to_vec();
    let sheet = [
        label(0, 0, "2026年5月发放表"),
        (0..).zip(["编号", "金额", "日期", "办结", "备注"]).flat_map(|(column, name)| label(2, column, name)).collect(),
        // Row 4: a shared text, a packed number in hundredths, a date, a truth value.
        record(0x00fd, &[at(3, 0, 0), packed(1)].concat()),
        record(0x027e, &[at(3, 1, 0), packed(123_456 << 2 | 3)].concat()),
        number(3, 2, 1, 46_173.0),
        record(0x0205, &[at(3, 3, 0), vec![1, 0]].concat()),
        // Row 5: numbers side by side; the second is a date by its written format.
        label(4, 0, "B"),
        record(
            0x00bd,
            &[
                [4_u16, 1].into_iter().flat_map(u16::to_le_bytes).collect(),
                0_u16.to_le_bytes().to_vec(),
                packed(7 << 2 | 2),
                2_u16.to_le_bytes().to_vec(),
                packed(46_174 << 2 | 2),
                2_u16.to_le_bytes().to_vec(),
            ]
            .concat(),
        ),
        // Row 7: a formula with a text for a result, one with a number; an error.
        record(0x0006, &[at(6, 0, 0), vec![0, 0, 0, 0, 0, 0, 0xff, 0xff], vec![0; 8]].concat()),
        record(0x0207, &wide("B&1")),
        record(0x0006, &[at(6, 1, 0), 2.5_f64.to_le_bytes().to_vec(), vec![0; 8]].concat()),
        label(6, 2, "2026/5/3"),
        record(0x0205, &[at(6, 4, 0), vec![0x2a, 1]].concat()),
        // Row 8: an identifier that was a number.
        number(7, 0, 0, 990_101_199_001_011_234.0),
        number(7, 1, 0, 1.0),
        label(7, 2, "2026-05-04"),
        label(9, 0, "合计"),
        number(9, 1, 0, 1244.06),
    ]
    .concat();
    let shared = record(0x00fc, &[vec![9; 8], wide("一"), wide("A&甲")].concat());
    let globals = [formats(), vec![shared]].concat();
    let bytes = compound("Workbook", &stream(&globals, &[("隐藏", 1, head()), ("表1", 0, sheet)]));
    check(
        &bytes,
        "4 | amount=1234.56 | day=2026-05-31 | done=true | key=A&甲
         5 | amount=7.00 | day=2026-06-01 | key=B
         7 | amount=2.50 | day=2026-05-03 | key=B&1 | note=#N/A
         !8 identifier_destroyed key `9.90101199001011E+17` | amount=1.00 | day=2026-05-04",
    );
}

#[test]
fn the_later_epoch_is_known() {
    let sheet = [head(), label(1, 0, "A"), number(1, 1, 0, 1.0), number(1, 2, 1, 44_711.0)].concat();
    let globals = [formats(), vec![record(0x0022, &[1, 0])]].concat();
    check(&compound("Workbook", &stream(&globals, &[("a", 0, sheet)])), "2 | amount=1.00 | day=2026-05-31 | key=A");
}

#[test]
fn what_an_old_workbook_claims_is_not_believed() {
    let row = [head(), label(1, 0, "A"), number(1, 1, 0, 1.0), label(1, 2, "2026-05-31")].concat();
    // A sheet that claims four thousand million rows, and cells at both ends of one it has.
    let claim = record(0x0200, &[vec![0; 4], vec![0xff; 4], vec![0, 0, 0xff, 0xff, 0, 0]].concat());
    check(&old([claim, row.clone()].concat()), "2 | amount=1.00 | day=2026-05-31 | key=A");
    check(
        &old([row.clone(), label(65_535, 255, "x")].concat()),
        "2 | amount=1.00 | day=2026-05-31 | key=A\n!65536 cell_missing key ``",
    );
    // A text that a quarter of a million cells name is not copied for each of them at once.
    let long = "长".repeat(30_000);
    let pieces: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let first = [vec![0; 8], 30_000_u16.to_le_bytes().to_vec(), vec![1], pieces[..8_000].to_vec()].concat();
    let mut shared = record(0x00fc, &first);
    for piece in pieces[8_000..].chunks(8_000) {
        shared.extend(record(0x003c, &[vec![1], piece.to_vec()].concat()));
    }
    let many: Vec<u8> = (1..20_000_u16).flat_map(|row| record(0x00fd, &[at(row, 4, 0), vec![0; 4]].concat())).collect();
    let globals = [formats(), vec![shared]].concat();
    let bytes = compound("Workbook", &stream(&globals, &[("a", 0, [head(), many].concat())]));
    assert_eq!(code(&bytes), "too_large");
}

#[test]
fn old_workbooks_that_cannot_be_read_are_refused_plainly() {
    let row = [head(), label(1, 0, "A"), number(1, 1, 0, 1.0), label(1, 2, "2026-05-31")].concat();
    let password = [formats(), vec![record(0x002f, &[1, 0, 1, 0])]].concat();
    assert_eq!(code(&compound("Workbook", &stream(&password, &[("a", 0, row.clone())]))), "workbook_encrypted");
    assert_eq!(code(&compound("EncryptedPackage", &[0; 5000])), "workbook_encrypted");
    assert_eq!(code(&compound("WordDocument", &[0; 5000])), "format_unsupported");
    assert_eq!(code(&compound("Book", &[0; 5000])), "format_unsupported");
    assert_eq!(code(&compound("Workbook", &stream(&formats(), &[("a", 2, row.clone())]))), "not_a_table");
    let whole = old(row);
    assert_eq!(code(&whole), "read");
    let mut large = whole.clone();
    large.resize(intake::MAX_WHOLE_BYTES + 1, 0);
    assert_eq!(code(&large), "too_large_for_format");
    // Behind its content stand tables; the last is mostly padding.
    for end in (8..whole.len() - 512).step_by(whole.len() / 50) {
        assert_ne!(code(&whole[..end]), "read", "cut at {end}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]

    #[test]
    fn no_changed_byte_of_an_old_workbook_is_a_panic(at: proptest::sample::Index, byte: u8, also: proptest::sample::Index) {
        let mut bytes = old([head(), label(1, 0, "A"), number(1, 1, 0, 1.0), label(1, 2, "2026-05-31")].concat());
        for at in [at.index(600), also.index(bytes.len())] {
            bytes[at] = byte;
        }
        let _ = code(&bytes);
    }

    #[test]
    fn nor_is_any_content_of_a_spreadsheet(text in "(<table:table-(row|cell)( table:number-(rows|columns)-repeated=\"[0-9]{0,20}\")?/?>|</?text:p>|</table:table(-row)?>|甲|&[a-z]{2};|<!--|]]>){0,40}") {
        let _ = code(&open_document(&format!("<table:table table:name=\"a\">{text}</table:table>"), None));
    }
}

/// An ODS spreadsheet with `tables` for a body.
fn open_document(tables: &str, manifest: Option<&str>) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE d [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]>\
         <office:document-content><office:automatic-styles><style:style style:name=\"ta2\" style:family=\"table\">\
         <style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body>\
         <office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        archive.start_file(name, SimpleFileOptions::default()).expect("entry");
        archive.write_all(text.as_bytes()).expect("written");
    };
    part("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    part("content.xml", &content);
    part("META-INF/manifest.xml", manifest.unwrap_or("<manifest/>"));
    archive.finish().expect("archive").into_inner()
}

fn text_cell(text: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
}

fn document_row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

fn document_head() -> String {
    document_row(&["编号", "金额", "日期", "办结", "备注"].map(text_cell))
}

#[test]
fn an_open_document_is_read_as_a_person_sees_it() {
    let blank = "<table:table-row table:number-rows-repeated=\"64000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let value = |kind: &str, value: &str| {
        format!("<table:table-cell office:value-type=\"{kind}\" {value}><text:p>shown</text:p></table:table-cell>")
    };
    let first = document_row(&[
        text_cell(
            "A &amp; <text:span>甲</text:span><text:s text:c=\"2\"/>乙</text:p><text:p>丙<office:annotation><text:p>x</text:p></office:annotation>",
        ),
        value("currency", "office:value=\"1234.56\""),
        value("date", "office:date-value=\"2026-05-31\""),
        value("boolean", "office:boolean-value=\"true\""),
    ]);
    let second = document_row(&[
        text_cell("B"),
        value("percentage", "office:value=\"0.30000000000000004\""),
        value("date", "office:date-value=\"2026-05-01T10:30:00\""),
        "<table:covered-table-cell/>".to_owned(),
        "<table:table-cell office:value-type=\"string\" office:string-value=\"=1+1\"/>".to_owned(),
    ]);
    let hidden =
        format!("<table:table table:name=\"旧\" table:style-name=\"ta2\">{}{first}</table:table>", document_head());
    let shown =
        format!("<table:table table:name=\"新\">{}{blank}{first}{second}{blank}</table:table>", document_head());
    check(
        &open_document(&format!("{hidden}{shown}"), None),
        "64002 | amount=1234.56 | day=2026-05-31 | done=true | key=A & 甲  乙 丙
         64003 | amount=0.30 | day=2026-05-01 | key=B | note==1+1",
    );
}

#[test]
fn what_an_open_document_claims_is_not_believed() {
    let table = |rows: &str| {
        open_document(&format!("<table:table table:name=\"a\">{}{rows}</table:table>", document_head()), None)
    };
    let wide = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>";
    assert_eq!(code(&table(wide)), "too_large_for_format");
    let beyond = wide.replace("16384", "99999999999");
    assert_eq!(code(&table(&beyond)), "too_large_for_format");
    let entity = document_row(&[text_cell("&lol2;"), text_cell("1"), text_cell("2026-05-31")]);
    assert_eq!(code(&table(&entity)), "workbook_damaged");
    let plain =
        open_document(&format!("<table:table>{}</table:table>", document_head()), Some("<manifest:encryption-data/>"));
    assert_eq!(code(&plain), "workbook_encrypted");
    assert_eq!(code(&open_document("", None)), "not_a_table");
    assert_eq!(code(&open_document("<table:table>", None)), "workbook_damaged");
}
