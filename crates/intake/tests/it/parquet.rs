//! Parquet files: the same rows, refusals and codes as the text file with the same cells.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array, Float64Array,
    Int16Array, Int32Array, Int64Array, NullArray, RecordBatch, StringArray, Time64MicrosecondArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, UInt32Array, UInt64Array,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;

use crate::feed_spec::feed;
use crate::render::{outcome, rows};

pub(crate) const FEED: &str = "
name: list
mode: snapshot(by month)
valid: day
covers: scope start..scope end
column: key | text | 编号
column: amount | money | 金额
column: day | date | 日期
column: done | bool | 办结 | optional
column: place | code(place) | 区划 | optional
column: note | text | 备注 | optional
column: size | integer | 数量 | optional
links: thing=key
";

/// A file of these columns, `group` rows to a row group.
pub(crate) fn file_in_groups(columns: &[(&str, ArrayRef)], group: usize, compression: Compression) -> Vec<u8> {
    let table =
        RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(name, array)| (*name, Arc::clone(array), true)))
            .expect("table");
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(group)).set_compression(compression).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, table.schema(), Some(properties)).expect("writer");
    writer.write(&table).expect("rows");
    writer.close().expect("footer");
    bytes
}

fn file(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    file_in_groups(columns, 1_000_000, Compression::SNAPPY)
}

pub(crate) fn array(array: impl arrow_array::Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn check(bytes: &[u8], expected: &str) {
    let actual = outcome(bytes, "list 2026-05-31.parquet", &feed(FEED), &[], None);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(actual.trim().lines().collect::<Vec<_>>(), expected);
}

/// 2026-05-01 and days after it.
const MAY: i32 = 20_574;

#[test]
fn cells_keep_their_types() {
    let mut names = ListBuilder::new(StringBuilder::new());
    (0..5).for_each(|_| names.append(true));
    let bytes = file(&[
        ("编号", array(UInt32Array::from(vec![Some(7), Some(0), Some(12), None, Some(4_294_967_295)]))),
        ("其他", array(names.finish())),
        (
            "金额",
            array(Float64Array::from(vec![Some(1_234.5), Some(-0.29), Some(0.1 + 0.2), Some(1.0), Some(f64::NAN)])),
        ),
        ("日期", array(Date32Array::from(vec![MAY, MAY + 30, MAY + 1, MAY + 2, MAY + 3]))),
        ("办结", array(BooleanArray::from(vec![Some(true), Some(false), None, None, None]))),
        ("区划", array(Int64Array::from(vec![Some(990_101_100_000), Some(990_101_100_203), None, None, None]))),
        ("备注", array(StringArray::from(vec![Some(" 甲\u{a0}乙 "), Some(""), Some("=\"007\""), None, Some("'x")]))),
        ("数量", array(Int16Array::from(vec![Some(-3), None, Some(5), None, Some(1)]))),
    ]);
    check(
        &bytes,
        "1 | amount=1234.50 | day=2026-05-01 | done=true | key=7 | note=甲\u{a0}乙 | place=990101100 | size=-3
         2 | amount=-0.29 | day=2026-05-31 | done=false | key=0 | place=990101100203
         !3 number_out_of_range amount `0.30000000000000004` | day=2026-05-02 | key=12 | note=007 | size=5
         !4 cell_missing key `` | amount=1.00 | day=2026-05-03
         !5 wrong_type amount `NaN` | day=2026-05-04 | key=4294967295 | note='x | size=1
         scopes [2026-05] covers 2026-05-01..2026-05-31",
    );
}

#[test]
fn other_programs_write_other_types() {
    let dictionary: DictionaryArray<Int32Type> = [Some("A-1"), Some("Ｂ－２"), Some("6.21E+18")].into_iter().collect();
    let day = 86_400_000_i64 * i64::from(MAY);
    let bytes = file(&[
        ("key", array(dictionary)),
        (
            "amount",
            array(Decimal128Array::from(vec![12_345, 100_000, 7]).with_precision_and_scale(18, 3).expect("decimal")),
        ),
        (
            "day",
            // Midnight in Shanghai as an instant, a moment before, and what a man of 1988 was given.
            array(
                TimestampMillisecondArray::from(vec![day - 8 * 3_600_000, day - 8 * 3_600_000 - 1, 585_846_000_000])
                    .with_timezone("UTC"),
            ),
        ),
        ("done", array(Int32Array::from(vec![1, 0, 2]))),
        ("place", array(StringArray::from(vec!["９９０１０１", "x", "99"]))),
        ("note", array(Time64MicrosecondArray::from(vec![29_130_000_000, 0, 1]))),
        ("size", array(StringArray::from(vec!["1,000", "２", ""]))),
    ]);
    check(
        &bytes,
        "!1 number_out_of_range amount `12.345` | day=2026-05-01 | done=true | key=A-1 | note=08:05:30 | place=990101 | size=1000
         !2 code_invalid place `x` | amount=100.00 | day=2026-04-30 | done=false | key=B-2 | note=00:00:00 | size=2
         !3 identifier_destroyed key `6.21E+18` | day=1988-07-26 | note=00:00:00 | place=99
         scopes [1988-07 2026-04 2026-05] covers 2026-04-01..2026-05-31",
    );
}

#[test]
fn keys_are_canonical_decimal_text() {
    let lines = |key: ArrayRef| {
        let len = key.len();
        let bytes = file(&[
            ("key", key),
            ("amount", array(Int64Array::from(vec![1; len]))),
            ("day", array(Date32Array::from(vec![MAY; len]))),
        ]);
        let feed = feed(FEED);
        rows(&intake::read(&bytes, "a", &feed).expect("rows"), &feed).replace(" | amount=1.00 | day=2026-05-01", "")
    };
    for (key, expected) in [
        (array(UInt64Array::from(vec![u64::MAX, 0])), "1 | key=18446744073709551615\n2 | key=0\n"),
        (array(Int64Array::from(vec![-5])), "1 | key=-5\n"),
        (
            array(Float64Array::from(vec![990_101_100_203.0, -0.0, 1.5])),
            "1 | key=990101100203\n2 | key=0\n3 | key=1.5\n",
        ),
        (array(Float64Array::from(vec![1.1e17])), "!1 identifier_destroyed key `1.1E+17`\n"),
        (array(Float32Array::from(vec![0.1])), "1 | key=0.1\n"),
        (
            array(Decimal128Array::from(vec![1_200, 1_250]).with_precision_and_scale(20, 2).expect("decimal")),
            "1 | key=12\n2 | key=12.5\n",
        ),
        (array(BooleanArray::from(vec![true])), "1 | key=true\n"),
        (array(BinaryArray::from(vec![b"a ".as_slice(), b"\xff"])), "1 | key=a\n!2 wrong_type key ``\n"),
        (array(StringArray::from(vec!["a\0b"])), "!1 wrong_type key ``\n"),
        (
            array(TimestampMicrosecondArray::from(vec![0, 30_000_000])),
            "1 | key=1970-01-01\n2 | key=1970-01-01 00:00:30\n",
        ),
    ] {
        assert_eq!(lines(key), expected);
    }
}

#[test]
fn a_column_nobody_wrote_into_is_empty() {
    let bytes = file(&[
        ("key", array(StringArray::from(vec!["a"]))),
        ("amount", array(NullArray::new(1))),
        ("day", array(Date32Array::from(vec![MAY]))),
        ("note", array(NullArray::new(1))),
    ]);
    let landed = |spec: &str| {
        let feed = feed(spec);
        rows(&intake::read(&bytes, "a", &feed).expect("rows"), &feed)
    };
    assert_eq!(landed(FEED), "!1 cell_missing amount `` | day=2026-05-01 | key=a\n");
    let optional = FEED.replace("column: amount | money | 金额", "column: amount | money | 金额 | optional");
    assert_eq!(landed(&optional), "1 | day=2026-05-01 | key=a\n");
}

#[test]
fn groups_compressions_and_numbers_of_rows() {
    let count = 40_000;
    let amounts = (0..count).map(|row| if row % 9_999 == 7 { 0.001 } else { f64::from(row) / 100.0 });
    let columns = [
        ("key", array(Int32Array::from_iter_values(0..count))),
        ("amount", array(Float64Array::from_iter_values(amounts))),
        ("day", array(Date32Array::from_iter_values((0..count).map(|row| MAY + row % 31)))),
        ("note", array(StringArray::from_iter_values((0..count).map(|row| format!("n{row}"))))),
    ];
    let feed = feed(FEED);
    for (group, compression) in [
        (1_000_000, Compression::UNCOMPRESSED),
        (9_000, Compression::SNAPPY),
        (17_000, Compression::ZSTD(ZstdLevel::default())),
        (100, Compression::LZ4_RAW),
        (20_000, Compression::GZIP(GzipLevel::default())),
    ] {
        let landed = intake::read(&file_in_groups(&columns, group, compression), "a", &feed).expect("rows");
        let text = rows(&landed, &feed);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), landed.refused.len()), (40_000, 4), "{compression}");
        assert_eq!(lines[39_000], "39005 | amount=390.04 | day=2026-05-07 | key=39004 | note=n39004");
        let refused: Vec<u32> = landed.refused.iter().map(|row| row.row).collect();
        assert_eq!(refused, [8, 10_007, 20_006, 30_005]);
    }
}

#[test]
fn checks_are_asked_of_every_row() {
    let spec = format!("{FEED}\ncheck: too-large | size <= limit\ncolumn: limit | integer | | optional");
    let feed = feed(&spec);
    let bytes = file(&[
        ("size", array(Int32Array::from(vec![Some(1), Some(3), None, Some(9)]))),
        ("limit", array(UInt32Array::from(vec![2, 2, 2, 2]))),
        ("key", array(StringArray::from(vec!["a", "b", "c", "d"]))),
        ("amount", array(StringArray::from(vec!["1", "2", "3", "viel"]))),
        ("day", array(Date32Array::from(vec![MAY; 4]))),
    ]);
    assert_eq!(
        rows(&intake::read(&bytes, "a", &feed).expect("rows"), &feed),
        "1 | amount=1.00 | day=2026-05-01 | key=a | limit=2 | size=1\n\
         3 | amount=3.00 | day=2026-05-01 | key=c | limit=2\n\
         !2 check_failed too-large `size = 3, limit = 2` | amount=2.00 | day=2026-05-01 | key=b | limit=2 | size=3\n\
         !4 wrong_type amount `viel` | day=2026-05-01 | key=d | limit=2 | size=9\n"
    );
}

#[test]
fn the_feed_is_known_by_its_columns() {
    let specs = ["name: a\ncolumn: key | text", "name: b\ncolumn: key | text\ncolumn: day | date | 日期"];
    let feeds: Vec<_> = specs.iter().map(|spec| feed(spec)).collect();
    let recognised = |bytes: &[u8]| intake::recognise(bytes, "x.csv", feeds.iter()).map(|feed| feed.name.clone());
    let key = || ("KEY", array(StringArray::from(vec!["a"])));
    let day = || ("日 期", array(Date32Array::from(vec![1])));
    assert_eq!(recognised(&file(&[key(), day()])).as_deref(), Ok("b"));
    assert_eq!(recognised(&file(&[key()])).as_deref(), Ok("a"));
    let error = recognised(&file(&[day()])).expect_err("unknown");
    assert_eq!(error.message.en, "no feed is recognised; the nearest: `b` lacks `key`");
    assert_eq!(recognised(b"PAR1").expect_err("cut").code.word(), "file_damaged");
}

#[test]
fn what_cannot_be_read_is_refused_plainly() {
    let feed = feed(FEED);
    let refused = |bytes: &[u8]| {
        let error = intake::read(bytes, "a", &feed).expect_err("refused");
        format!("{}: {}", error.code.word(), error.message.en)
    };
    let ok = || {
        vec![
            ("key", array(StringArray::from(vec!["a"]))),
            ("amount", array(Int64Array::from(vec![1]))),
            ("day", array(Date32Array::from(vec![MAY]))),
        ]
    };
    let whole = file(&ok());
    assert_eq!(intake::read(&whole, "a", &feed).expect("whole").table.num_rows(), 1);
    for end in (4..whole.len()).step_by((whole.len() / 50).max(1)) {
        assert_eq!(refused(&whole[..end]), "file_damaged: the Parquet file is cut short or damaged: export it again");
    }
    let mut encrypted = whole.clone();
    let end = encrypted.len();
    encrypted[end - 4..].copy_from_slice(b"PARE");
    assert_eq!(refused(&encrypted), "file_encrypted: the Parquet file is encrypted: export it without encryption");
    let mut nested = ListBuilder::new(StringBuilder::new());
    nested.append(true);
    let mut columns = ok();
    columns[0].1 = array(nested.finish());
    assert_eq!(
        refused(&file(&columns)),
        "format_unsupported: column `key` is nested: export it as text, number, date or truth value"
    );
    assert_eq!(refused(&file(&ok()[..2])), "columns_missing: columns of feed `list` are missing: `日期`/`day`");
    let mut columns = ok();
    columns.push(("编号", array(StringArray::from(vec!["a"]))));
    assert_eq!(
        refused(&file(&columns)),
        "column_duplicated: column `key` appears twice in the file (the second time as `编号`)"
    );
    let mut columns = ok();
    columns[0].1 = array(StringArray::from(vec!["x".repeat(32_768)]));
    assert_eq!(refused(&file(&columns)), "cell_too_long: a cell of row 1 is longer than 32767 characters");
}

#[test]
fn no_rows_are_a_table_too() {
    let bytes = file(&[
        ("key", array(StringArray::from(Vec::<&str>::new()))),
        ("amount", array(Int64Array::from(Vec::<i64>::new()))),
        ("day", array(Date32Array::from(Vec::<i32>::new()))),
    ]);
    assert_eq!(intake::read(&bytes, "a", &feed(FEED)).expect("rows").table.num_rows(), 0);
}

#[derive(Clone, Debug)]
struct Line {
    key: Option<u32>,
    amount: Option<f64>,
    day: Option<i32>,
    done: Option<bool>,
    place: Option<i64>,
    note: Option<String>,
    size: Option<i64>,
}

fn line() -> impl Strategy<Value = Line> {
    let amount = prop_oneof![
        (-10_000_000..10_000_000_i64).prop_map(|fen| {
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let yuan = fen as f64 / 100.0;
            yuan
        }),
        Just(0.125),
        // Doubles beyond are shown as rounded, which no text file would write.
        -9e15..9e15,
    ];
    let place = prop_oneof![Just(990_101_i64), Just(990_101_100_000), Just(12_345), Just(99)];
    let note = "[a-zA-Z0-9一-龥 '=.]{0,6}";
    (
        prop::option::weighted(0.95, any::<u32>()),
        prop::option::weighted(0.95, amount),
        prop::option::weighted(0.95, -800_000..3_000_000_i32),
        prop::option::of(any::<bool>()),
        prop::option::of(place),
        prop::option::of(note),
        prop::option::of(any::<i64>()),
    )
        .prop_map(|(key, amount, day, done, place, note, size)| Line { key, amount, day, done, place, note, size })
}

fn csv(lines: &[Line]) -> String {
    let mut text = String::from("key,amount,day,done,place,note,size\n");
    let show = |cell: Option<String>| cell.unwrap_or_default();
    for line in lines {
        // A text file cannot write days beyond the years of four digits; what it would write is refused all the same.
        let day = line.day.map(|day| {
            if (-719_162..=2_932_896).contains(&day) { types::Day(day).to_string() } else { String::from("?") }
        });
        let cells = [
            show(line.key.map(|value| value.to_string())),
            show(line.amount.map(|value| value.to_string())),
            show(day),
            show(line.done.map(|value| value.to_string())),
            show(line.place.map(|value| value.to_string())),
            show(line.note.clone()),
            show(line.size.map(|value| value.to_string())),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A row of a text file stands one line below its number in Parquet; the cell of a day that is none is shown differently.
    #[test]
    fn a_parquet_file_and_its_text_twin_land_equal(lines in prop::collection::vec(line(), 1..60)) {
        // A blank line is skipped in a text file.
        let lines: Vec<Line> = lines.into_iter().filter(|line| line.key.is_some() || line.amount.is_some() || line.size.is_some()).collect();
        let feed = feed(FEED);
        let bytes = file_in_groups(&[
            ("key", array(lines.iter().map(|line| line.key).collect::<UInt32Array>())),
            ("amount", array(lines.iter().map(|line| line.amount).collect::<Float64Array>())),
            ("day", array(lines.iter().map(|line| line.day).collect::<Date32Array>())),
            ("done", array(lines.iter().map(|line| line.done).collect::<BooleanArray>())),
            ("place", array(lines.iter().map(|line| line.place).collect::<Int64Array>())),
            ("note", array(lines.iter().map(|line| line.note.clone()).collect::<StringArray>())),
            ("size", array(lines.iter().map(|line| line.size).collect::<Int64Array>())),
        ], 7, Compression::SNAPPY);
        let text = csv(&lines);
        let typed = intake::read(&bytes, "a", &feed).expect("columns");
        let texts = intake::read(text.as_bytes(), "a", &feed).expect("text");
        let shifted = |text: String| -> Vec<String> {
            text.lines().map(|line| {
                let (mark, line) = line.strip_prefix('!').map_or(("", line), |line| ("!", line));
                let (number, rest) = line.split_once(' ').expect("a number");
                format!("{mark}{} {}", number.parse::<u32>().expect("a number") - 1, rest.replace("`?`", "``"))
            }).collect()
        };
        let typed: Vec<String> = rows(&typed, &feed).lines().map(str::to_owned).collect();
        prop_assert_eq!(typed, shifted(rows(&texts, &feed)));
    }

    #[test]
    fn a_changed_byte_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let count = 300;
        let mut bytes = file_in_groups(&[
            ("key", array(Int32Array::from_iter_values(0..count))),
            ("amount", array(Float64Array::from_iter_values((0..count).map(f64::from)))),
            ("day", array(Date32Array::from_iter_values((0..count).map(|row| row % 9)))),
            ("note", array(StringArray::from_iter_values((0..count).map(|row| format!("n{}", row % 3))))),
        ], 100, Compression::SNAPPY);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = intake::read(&bytes, "a", &feed(FEED));
    }

    #[test]
    fn nor_do_arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), footer in 0_u32..500) {
        let feed = feed(FEED);
        let bytes = [b"PAR1".as_slice(), &bytes, &footer.to_le_bytes(), b"PAR1"].concat();
        let _ = intake::read(&bytes, "a", &feed);
        let _ = intake::recognise(&bytes, "a", std::iter::once(&feed));
    }
}
