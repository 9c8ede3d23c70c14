//! Workbooks as departments send them, made here cell by cell.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use crate::feed_spec::feed;
use crate::render::{outcome, rows};

const FEED: &str = "
name: list
mode: snapshot(by month)
valid: day
covers: scope start..scope end
column: key | text | 编号
column: amount | money | 金额, 金额（元）
column: day | date | 日期
column: done | bool | 办结 | optional
column: place | code(place) | 区划 | optional
column: note | text | 备注 | optional
links: thing=key
";

fn workbook(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet()).expect("sheet");
    workbook.save_to_buffer().expect("workbook")
}

fn check(bytes: &[u8], file_name: &str, expected: &str) {
    let actual = outcome(bytes, file_name, &feed(FEED), &[], None);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(actual.trim().lines().collect::<Vec<_>>(), expected);
}

#[test]
fn numbers_as_text_text_as_numbers_dates_and_title_rows() {
    let bytes = workbook(|sheet| {
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let time = Format::new().set_num_format("yyyy/m/d hh:mm");
        sheet.merge_range(0, 0, 0, 4, "2026年5月发放表", &Format::new())?;
        sheet.write_string(1, 0, "单位：元")?;
        for (column, name) in (0..).zip(["序号", "编号", "金额（元）", "日期", "办结", "区划", "备注"])
        {
            sheet.write_string(2, column, name)?;
        }
        // Row 4: everything as a spreadsheet likes it.
        sheet.write_number(3, 1, 12)?.write_number(3, 2, 1234.56)?;
        sheet.write_datetime_with_format(3, 3, &ExcelDateTime::from_ymd(2026, 5, 31)?, &day)?;
        sheet.write_boolean(3, 4, true)?.write_number(3, 5, 990_101_100_203_001_f64)?.write_number(3, 6, 0.1 + 0.2)?;
        // Row 5: everything as text.
        sheet.write_string(4, 1, "'A-1")?.write_string(4, 2, "1,234.50")?.write_string(4, 3, "2026年5月1日")?;
        sheet.write_string(4, 4, "否")?.write_string(4, 6, "=\"0012\"")?;
        // Row 6: a formula's result, a time of day, an empty row behind it.
        sheet.write_formula(5, 1, Formula::new("=\"B\"&1").set_result("B1"))?;
        sheet.write_formula(5, 2, Formula::new("=1+1").set_result("2"))?;
        let moment = ExcelDateTime::from_ymd(2026, 5, 30)?.and_hms(23, 59, 0)?;
        sheet.write_datetime_with_format(5, 3, &moment, &time)?;
        sheet.write_formula(5, 6, Formula::new("=NA()").set_result("#N/A"))?;
        // Row 8: too many decimals; row 9: a number too long for a cell; row 10: nothing required is there.
        sheet.write_string(7, 1, "C")?.write_number(7, 2, 1.005)?.write_string(7, 3, "2026-05-02")?;
        sheet.write_number(8, 1, 990_101_199_001_011_234_f64)?.write_number(8, 2, 1)?.write_string(
            8,
            3,
            "2026-05-03",
        )?;
        sheet.write_string(9, 6, "只有备注")?;
        sheet.write_string(10, 0, "合 计")?.write_number(10, 2, 99)?;
        Ok(())
    });
    check(
        &bytes,
        "list 2026-05-31.csv",
        "4 | amount=1234.56 | day=2026-05-31 | done=true | key=12 | note=0.3 | place=990101100203001
         5 | amount=1234.50 | day=2026-05-01 | done=false | key=A-1 | note=0012
         6 | amount=2.00 | day=2026-05-30 | key=B1 | note=#N/A
         !8 number_out_of_range amount `1.005` | day=2026-05-02 | key=C
         !9 identifier_destroyed key `9.90101199001011E+17` | amount=1.00 | day=2026-05-03
         !10 cell_missing key `` | note=只有备注
         scopes [2026-05] covers 2026-05-01..2026-05-31",
    );
}

#[test]
fn the_first_visible_sheet_with_the_header_is_read() {
    let mut workbook = Workbook::new();
    let fill = |sheet: &mut Worksheet, key: &str| -> Result<(), XlsxError> {
        for (column, name) in (0..).zip(["编号", "金额", "日期"]) {
            sheet.write_string(0, column, name)?;
        }
        sheet.write_string(1, 0, key)?.write_number(1, 1, 1)?.write_string(1, 2, "2026-05-01")?;
        Ok(())
    };
    workbook.add_worksheet().set_name("说明").expect("name").write_string(0, 0, "编号说明").expect("cell");
    fill(workbook.add_worksheet().set_name("旧表").expect("name").set_hidden(true), "hidden").expect("sheet");
    fill(workbook.add_worksheet().set_name("明细").expect("name"), "shown").expect("sheet");
    fill(workbook.add_worksheet().set_name("备份").expect("name"), "second").expect("sheet");
    let bytes = workbook.save_to_buffer().expect("workbook");
    check(&bytes, "no-date", "2 | amount=1.00 | day=2026-05-01 | key=shown");
}

#[test]
fn refused_rows_name_their_sheet() {
    let bytes = workbook(|sheet| {
        sheet.set_name("五月")?;
        for (column, name) in (0..).zip(["编号", "金额", "日期"]) {
            sheet.write_string(0, column, name)?;
        }
        sheet.write_string(4, 0, "A")?.write_string(4, 1, "多")?.write_string(4, 2, "2026-05-01")?;
        Ok(())
    });
    let feed = feed(FEED);
    let landed = intake::read(&bytes, "x", &feed).expect("read");
    assert_eq!(rows(&landed, &feed), "!5 wrong_type amount `多` | day=2026-05-01 | key=A\n");
    assert_eq!(landed.refused[0].sheet.as_deref(), Some("五月"));
}

#[test]
fn blank_rows_by_the_ten_thousand_cost_nothing() {
    let bytes = workbook(|sheet| {
        let grey = Format::new().set_background_color("#DDDDDD");
        for (column, name) in (0..).zip(["编号", "金额", "日期"]) {
            sheet.write_string(0, column, name)?;
        }
        for row in 1..20_000 {
            sheet.write_blank(row, 0, &grey)?;
        }
        sheet.write_string(20_000, 0, "A")?.write_number(20_000, 1, 1)?.write_string(20_000, 2, "2026-05-01")?;
        Ok(())
    });
    check(&bytes, "no-date", "20001 | amount=1.00 | day=2026-05-01 | key=A");
}

#[test]
fn what_is_no_workbook_is_refused_plainly() {
    let feed = feed(FEED);
    let code = |bytes: &[u8]| intake::read(bytes, "a.xlsx", &feed).expect_err("no workbook").code.word();
    let bytes = workbook(|sheet| sheet.write_string(0, 0, "编号").map(|_| ()));
    assert_eq!(code(&bytes), "columns_missing");
    assert_eq!(code(&bytes[..bytes.len() / 2]), "workbook_damaged");
    assert_eq!(code(b"PK\x03\x04"), "file_damaged");
    assert_eq!(code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "workbook_damaged");
    let mut plain_zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    plain_zip.start_file("a.csv", zip::write::SimpleFileOptions::default()).expect("entry");
    let plain_zip = plain_zip.finish().expect("archive").into_inner();
    assert_eq!(code(&plain_zip), "format_unsupported");
}
