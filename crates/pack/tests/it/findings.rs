//! `tests/findings/*.md`: prose, the files of a pack (```` ```yaml path=demo/… ````), and what `check` says of them
//! (```` ```text en ```` or ```` ```text zh ````). `UPDATE=1` writes what it says now.
//!
//! The packs build on `tests/fixture/base`; a file `demo/pack.yaml` is supplied when there is none.

use std::collections::BTreeMap;
use std::fs;

use pack::{PackFiles, load_files};
use types::Lang;

use crate::{base, crate_path};

const PACK: &str = "id: demo\nversion: 0.1.0\ntitle: {zh: 示范, en: Demo}\nbuilds_on: [base]\n\
                    test: {as_of: 2026-05-31, place: '990101100'}\n";

#[test]
fn findings_look_as_written() {
    let mut paths: Vec<_> = fs::read_dir(crate_path("tests/findings"))
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for path in paths {
        let written = fs::read_to_string(&path).expect("case");
        let said = rewrite(&written);
        if said == written {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, said).expect("case");
        } else {
            wrong.push(format!("{}:\n{said}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The case with its expectations replaced by what is said now.
fn rewrite(case: &str) -> String {
    let mut files: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    let mut out = String::new();
    let mut lines = case.lines();
    let mut said = None;
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut body = String::new();
        let closed = lines.by_ref().take_while(|line| *line != "```").fold(0, |count, line| {
            body.push_str(line);
            body.push('\n');
            count + 1
        });
        let _ = closed;
        if let Some(path) = info.split_whitespace().find_map(|word| word.strip_prefix("path=")) {
            let (pack, path) = path.split_once('/').expect("pack/path");
            files.entry(pack.to_owned()).or_default().insert(path.to_owned(), body.clone().into_bytes());
        } else if let Some(lang) = info.strip_prefix("text ") {
            let said = said.get_or_insert_with(|| said_of(&files));
            body = if lang == "zh" { said.0.clone() } else { said.1.clone() };
        }
        out.push_str(&body);
        out.push_str("```\n");
    }
    out
}

/// In Chinese and in English.
fn said_of(files: &BTreeMap<String, BTreeMap<String, Vec<u8>>>) -> (String, String) {
    let mut packs = vec![base()];
    for (id, files) in files {
        let mut pack = PackFiles { id: id.clone(), files: files.clone() };
        pack.files.entry("pack.yaml".into()).or_insert_with(|| PACK.replace("demo", id).into_bytes());
        if id == "base" {
            packs[0].files.extend(pack.files.into_iter().filter(|(path, _)| path != "pack.yaml"));
        } else {
            packs.push(pack);
        }
    }
    let loaded = load_files(packs);
    let render = |lang| {
        let texts: Vec<_> =
            loaded.findings.iter().map(|finding| finding.render(&loaded.sources, lang, false)).collect();
        if texts.is_empty() { "nothing\n".to_owned() } else { texts.join("\n") }
    };
    (render(Lang::Zh), render(Lang::En))
}

#[test]
fn twelve_mistakes_are_twelve_findings() {
    let case = fs::read_to_string(crate_path("tests/findings/twelve.md")).expect("case");
    let english = case.split("```text en\n").nth(1).and_then(|rest| rest.split("```").next()).expect("expected text");
    assert_eq!(english.lines().filter(|line| line.starts_with("error[")).count(), 12);
}
