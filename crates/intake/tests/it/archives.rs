//! Archives of files: names as archivers in China write them, and such as lie.

use std::io::{Cursor, Write};

use intake::Archive;
use zip::write::SimpleFileOptions;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("entry");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("archive").into_inner()
}

/// The same with names of `from` as `to`: of the same length, and no longer marked as UTF-8.
fn renamed(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    while let Some(at) = bytes.windows(from.len()).position(|window| window == from) {
        bytes[at..at + from.len()].copy_from_slice(to);
    }
    bytes
}

fn opened(bytes: &[u8]) -> Vec<(String, Result<Vec<u8>, &'static str>)> {
    let mut archive = Archive::open(bytes).expect("whole").expect("an archive");
    (0..archive.len())
        .map(|index| (archive.name(index).to_owned(), archive.bytes(index).map_err(|error| error.code.word())))
        .collect()
}

fn refused(bytes: &[u8]) -> &'static str {
    Archive::open(bytes)
        .map_or_else(|error| error.code.word(), |archive| if archive.is_some() { "open" } else { "no archive" })
}

#[test]
fn names_are_utf8_or_gb18030_and_litter_is_left() {
    let bytes = archive(&[
        ("五月/", b""),
        ("五月/甲数据.csv", b"a"),
        ("five/ABCDEF.csv", b"b"),
        ("five\\back.csv", b"c"),
        ("__MACOSX/five/._ABCDEF.csv", b"x"),
        ("five/.DS_Store", b"x"),
        ("five/~$lock.xlsx", b"x"),
        ("Thumbs.db", b"x"),
    ]);
    let name = encoding_rs::GB18030.encode("乙数据").0;
    let bytes = renamed(bytes, b"five/ABCDEF", &[b"five/", &name[..]].concat());
    let names: Vec<String> = opened(&bytes)
        .into_iter()
        .map(|(name, bytes)| format!("{name}={}", String::from_utf8(bytes.expect("whole")).expect("text")))
        .collect();
    assert_eq!(names, ["甲数据.csv=a", "乙数据.csv=b", "back.csv=c"]);
}

#[test]
fn what_is_no_archive_of_files_is_not_taken_for_one() {
    assert_eq!(refused(b"a,b\n"), "no archive");
    assert_eq!(refused(&archive(&[("xl/workbook.xml", b"<x/>")])), "no archive");
    assert_eq!(refused(&archive(&[("content.xml", b"<x/>")])), "no archive");
    assert_eq!(refused(&archive(&[])), "empty_file");
    assert_eq!(refused(&archive(&[("a/", b"")])), "empty_file");
    let inner = archive(&[("a.csv", b"a")]);
    assert_eq!(opened(&archive(&[("inner.zip", &inner)]))[0].1, Err("format_unsupported"));
}

#[test]
fn archives_that_lie_or_are_cut_are_refused() {
    let whole = archive(&[("a.csv", "编号,金额\n".repeat(200).as_bytes()), ("b.csv", b"b")]);
    for end in (0..whole.len()).step_by(whole.len() / 50) {
        assert_ne!(refused(&whole[..end]), "open", "cut at {end}");
    }
    // A directory that says another size, another checksum, another place than there is.
    let mut lies = 0;
    for at in whole.len() - 150..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        match Archive::open(&bytes) {
            Err(_) | Ok(None) => lies += 1,
            Ok(Some(mut archive)) => {
                let read: Vec<_> = (0..archive.len()).map(|index| archive.bytes(index)).collect();
                lies += usize::from(read.iter().any(Result::is_err));
            }
        }
    }
    assert!(lies > 20, "{lies}");
    let locked = {
        let mut bytes = whole.clone();
        // Bit 0 of the flags, in the directory and before the file.
        for (at, magic) in [(6, b"PK\x03\x04"), (8, b"PK\x01\x02")] {
            let start = bytes.windows(4).position(|window| window == magic).expect("header");
            bytes[start + at] |= 1;
        }
        bytes
    };
    assert_eq!(refused(&locked), "file_encrypted");
}

#[test]
fn a_few_kilobytes_do_not_become_gigabytes() {
    let zeros = vec![b'0'; 70 << 20];
    let bomb = archive(&[("a.csv", &zeros)]);
    assert!(bomb.len() < 1 << 18);
    assert_eq!(opened(&bomb)[0].1, Err("too_large"));
}
