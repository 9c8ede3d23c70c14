//! Runs the cases of `tests/corpus/*.md`.
//!
//! A case is a heading `##`, a block `file NAME [encoding=…] [eol=…] [declared=…] [previous=…]` and a block `expect`. A block `feed`
//! holds for all cases after it. `\t`, `\r`, `\\` and `\u{…}` are escapes in both.

use std::fs;
use std::path::Path;

use pack::programme::Feed;
use types::Day;

use crate::feed_spec::feed;
use crate::render::outcome;

#[test]
fn every_case_of_the_corpus() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("corpus").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let (mut cases, mut failed) = (0, Vec::new());
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(path).expect("case file");
        for case in cases_of(&text) {
            cases += 1;
            let actual = case.run();
            if actual.trim() != case.expect.trim() {
                failed.push(format!(
                    "{} / {}\nexpected:\n{}\nactual:\n{actual}",
                    path.display(),
                    case.title,
                    case.expect
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {cases} cases fail\n\n{}", failed.len(), failed.join("\n"));
    assert!(cases >= 65, "only {cases} cases were found");
}

struct Case {
    title: String,
    feed: Feed,
    attributes: String,
    body: String,
    expect: String,
}

fn cases_of(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let (mut title, mut spec, mut file) = (String::new(), String::new(), None);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut title);
        }
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let body = body.join("\n");
        match kind.split_once(' ').unwrap_or((kind, "")) {
            ("feed", _) => spec = body,
            ("file", attributes) => file = Some((attributes.to_owned(), body)),
            ("expect", _) => {
                let (attributes, file) = file.take().expect("a file before what is expected");
                cases.push(Case {
                    title: title.clone(),
                    feed: feed(&spec),
                    attributes,
                    body: file,
                    expect: unescaped(&body),
                });
            }
            (other, _) => panic!("unknown block `{other}`"),
        }
    }
    cases
}

impl Case {
    fn run(&self) -> String {
        let attribute =
            |name: &str| self.attributes.split_whitespace().find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let name = self.attributes.split_whitespace().next().expect("a file name");
        let text = unescaped(&self.body.replace(
            '\n',
            match attribute("eol") {
                Some("crlf") => "\r\n",
                Some("cr") => "\r",
                _ => "\n",
            },
        ));
        let bytes = match attribute("encoding") {
            None | Some("utf-8") => text.into_bytes(),
            Some("utf-8-bom") => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            Some("gb18030") => encoding_rs::GB18030.encode(&text).0.into_owned(),
            Some("utf-16le") => {
                [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
            }
            Some(other) => panic!("unknown encoding `{other}`"),
        };
        let declared: Vec<String> =
            attribute("declared").into_iter().flat_map(|list| list.split(',')).map(str::to_owned).collect();
        let previous = attribute("previous").map(|day| Day::parse(day).expect(day));
        outcome(&bytes, name, &self.feed, &declared, previous)
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (escape, length) = match rest.chars().next().expect("an escape") {
            't' => ('\t', 1),
            'r' => ('\r', 1),
            '\\' => ('\\', 1),
            'u' => {
                let end = rest.find('}').expect("}");
                let code = u32::from_str_radix(&rest[2..end], 16).expect("hexadecimal");
                (char::from_u32(code).expect("character"), end + 1)
            }
            other => panic!("unknown escape `{other}`"),
        };
        plain.push(escape);
        rest = &rest[length..];
    }
    plain + rest
}
