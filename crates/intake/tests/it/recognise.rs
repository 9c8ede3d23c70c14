//! Which feed a file is of.

use intake::FileError;
use pack::programme::Feed;

use crate::feed_spec::feed;

fn feeds() -> Vec<Feed> {
    let specs = [
        "name: short\nfiles: 甲数据\ncolumn: key | text | 编号\ncolumn: day | date | 日期",
        "name: long\nfiles: 甲数据明细, b_\ncolumn: key | text | 编号\ncolumn: day | date | 日期\ncolumn: amount | money | 金额",
        "name: twin\nfiles: b_\ncolumn: key | text | 编号\ncolumn: place | code(place) | 区划",
        "name: other\ncolumn: count | integer | 数量\ncolumn: note | text | 备注 | optional",
    ];
    specs.iter().map(|spec| feed(spec)).collect()
}

fn recognised(file_name: &str, text: &str) -> Result<String, FileError> {
    intake::recognise(text.as_bytes(), file_name, feeds().iter()).map(|feed| feed.name.clone())
}

#[test]
fn by_name_then_by_header() {
    for (file_name, text, expected) in [
        ("甲数据2026-05.csv", "", "short"),
        ("甲数据明细2026-05.csv", "", "long"),
        ("甲 数据 2026-05.csv", "", "short"),
        ("B_2026-05.csv", "编号,区划\n", "twin"),
        ("B_2026-05.csv", "编号\t日期\t金额\n", "long"),
        ("x.csv", "标题\n编号;日期;备注\n", "short"),
        ("x.csv", "编号,日期,金额\n", "long"),
        ("x.csv", "数量\n", "other"),
    ] {
        assert_eq!(recognised(file_name, text).as_deref(), Ok(expected), "{file_name} {text:?}");
    }
}

#[test]
fn what_is_not_recognised_is_told_how_near_it_came() {
    let error = recognised("x.csv", "编号,备注\n").expect_err("unknown");
    assert_eq!(error.code.word(), "feed_unknown");
    assert_eq!(
        error.message.en,
        "no feed is recognised; the nearest: `other` lacks `数量`/`count`; `short` lacks `日期`/`day`; `twin` lacks `区划`/`place`"
    );
    let error = recognised("x.csv", "编号,日期,区划\n").expect_err("unclear");
    assert_eq!((error.code.word(), error.message.zh.contains("`short`，`twin`")), ("feed_unclear", true));
    assert_eq!(recognised("x.csv", "").expect_err("empty").code.word(), "empty_file");
    assert_eq!(recognised("x.csv", "?").expect_err("unknown").code.word(), "feed_unknown");
}
