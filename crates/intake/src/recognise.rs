//! Which feed a file is of.

use pack::programme::Feed;

use crate::header::{Header, labelled};
use crate::normalise::header_key;
use crate::reader::{Book, Source};
use crate::{FileError, FileErrorCode};

/// How many of the nearest feeds an error names.
const NAMED: usize = 3;

/// The feed of a file: the one whose file-name prefix is longest; where none fits, or several do, the one whose required columns
/// are all in the header and of which most columns are.
///
/// # Errors
/// `feed_unknown` with the nearest feeds and what is missing; `feed_unclear` when several fit equally; whatever makes the
/// file unreadable.
pub fn recognise<'a>(
    bytes: &[u8],
    file_name: &str,
    feeds: impl Iterator<Item = &'a Feed>,
) -> Result<&'a Feed, FileError> {
    recognise_source(Source::Bytes(bytes), file_name, feeds)
}

/// The same of a file that need not be in memory.
///
/// # Errors
/// As [`recognise`].
pub fn recognise_source<'a>(
    source: Source<'_>,
    file_name: &str,
    feeds: impl Iterator<Item = &'a Feed>,
) -> Result<&'a Feed, FileError> {
    let feeds: Vec<&'a Feed> = feeds.collect();
    let name = header_key(file_name);
    let prefix_of = |feed: &Feed| {
        let prefixes = feed.files.iter().map(|prefix| header_key(prefix));
        prefixes
            .filter(|prefix| name.starts_with(prefix.as_str()))
            .map(|prefix| prefix.chars().count())
            .max()
            .unwrap_or(0)
    };
    let longest = feeds.iter().map(|feed| prefix_of(feed)).max().unwrap_or(0);
    let named: Vec<&'a Feed> = feeds.iter().copied().filter(|feed| longest > 0 && prefix_of(feed) == longest).collect();
    match named.as_slice() {
        [feed] => Ok(feed),
        [] => by_header(source, &feeds),
        several => by_header(source, several),
    }
}

fn by_header<'a>(source: Source<'_>, feeds: &[&'a Feed]) -> Result<&'a Feed, FileError> {
    let mut book = Book::open(source)?;
    // Per feed, its best header over all sheets.
    let mut best: Vec<(&'a Feed, Header<'a>)> = Vec::new();
    let mut fault = None;
    for index in 0..book.len() {
        let top = match book.top(index) {
            Ok(top) => top,
            Err(error) => {
                fault.get_or_insert(error);
                continue;
            }
        };
        for feed in feeds.iter().copied() {
            let Some(header) = Header::find(feed, &top) else { continue };
            match best.iter_mut().find(|(known, _)| known.name == feed.name) {
                Some((_, known)) if known.columns.len() >= header.columns.len() => {}
                Some((_, known)) => *known = header,
                None => best.push((feed, header)),
            }
        }
    }
    let complete = |header: &Header<'_>| header.is_complete();
    let most = best.iter().filter(|(_, header)| complete(header)).map(|(_, header)| header.columns.len()).max();
    let fitting: Vec<&'a Feed> = best
        .iter()
        .filter(|(_, header)| complete(header) && Some(header.columns.len()) == most)
        .map(|(feed, _)| *feed)
        .collect();
    match fitting.as_slice() {
        [feed] => Ok(feed),
        // Nothing known in it, and part of it cannot be read: that is what is wrong.
        [] => Err(fault.filter(|_| best.is_empty()).unwrap_or_else(|| unknown(best))),
        several => Err(unclear(several)),
    }
}

fn unclear(feeds: &[&Feed]) -> FileError {
    let names: Vec<String> = feeds.iter().map(|feed| format!("`{}`", feed.name)).collect();
    FileError::new(
        FileErrorCode::FeedUnclear,
        format!("文件同样符合多个数据源：{}；请指明是哪一个", names.join("，")),
        format!("the file fits several feeds equally well: {}; say which it is", names.join(", ")),
    )
}

fn unknown(mut best: Vec<(&Feed, Header<'_>)>) -> FileError {
    best.sort_by(|(left_feed, left), (right_feed, right)| {
        let share = |header: &Header<'_>| (header.missing.len(), usize::MAX - header.columns.len());
        share(left).cmp(&share(right)).then_with(|| left_feed.name.cmp(&right_feed.name))
    });
    if best.is_empty() {
        return FileError::new(
            FileErrorCode::FeedUnknown,
            "认不出是哪个数据源：文件名不符，前几行里也没有任何已知的列",
            "no feed is recognised: neither the file name nor any column in the first rows is known",
        );
    }
    let missing = |header: &Header<'_>| header.missing.iter().map(|column| labelled(column)).collect::<Vec<_>>();
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (feed, header) in best.iter().take(NAMED) {
        zh.push(format!("`{}` 缺少 {}", feed.name, missing(header).join("，")));
        en.push(format!("`{}` lacks {}", feed.name, missing(header).join(", ")));
    }
    FileError::new(
        FileErrorCode::FeedUnknown,
        format!("认不出是哪个数据源；最接近的：{}", zh.join("；")),
        format!("no feed is recognised; the nearest: {}", en.join("; ")),
    )
}
