//! The guide to trying a line: every command of the page is run on the invented world of a plain `demo`, and says what the page says it says.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::folder::{arguments, jianwei};

/// A command of the page with the lines under it.
struct Quoted {
    command: String,
    said: Vec<String>,
}

/// The indented blocks that begin with `$ jianwei`.
fn quoted(page: &str) -> Vec<Quoted> {
    let mut all = Vec::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("    $ jianwei ") else { continue };
        let mut command = first.to_owned();
        while let Some(before) = command.strip_suffix('\\') {
            command = format!("{before} {}", lines.next().expect("a continued line").trim());
        }
        let mut said = Vec::new();
        // A block goes on over empty lines, up to the next paragraph.
        while let Some(next) = lines.next_if(|line| line.is_empty() || line.starts_with("    ")) {
            said.push(next.strip_prefix("    ").unwrap_or(next).trim_end().to_owned());
        }
        all.push(Quoted { command, said });
    }
    all
}

/// Words of a command line; single quotes hold what has blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Whether what was said is what the page quotes; `...` stands for any lines.
fn agree(quoted: &[String], said: &[String]) -> bool {
    match quoted.split_first() {
        None => said.is_empty(),
        Some((line, rest)) if line == "..." => (0..=said.len()).any(|skipped| agree(rest, &said[skipped..])),
        Some((line, rest)) => said.split_first().is_some_and(|(first, after)| first == line && agree(rest, after)),
    }
}

#[test]
fn what_the_page_quotes_is_what_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("demo-data");
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let options = ["--packs", packs.to_str().expect("UTF-8"), "--data", data.to_str().expect("UTF-8")];
    let ran = jianwei([arguments("demo-plain"), options.map(str::to_owned).to_vec()].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/try-a-line.md");
    let page = fs::read_to_string(page).expect("the guide");
    let all = quoted(&page);
    assert!(all.len() >= 4, "{} commands", all.len());
    for one in all {
        let output = Command::new(env!("CARGO_BIN_EXE_jianwei"))
            .args(words(&one.command))
            .current_dir(folder.path())
            .env_remove("JIANWEI_DATA")
            .env("JIANWEI_LANG", "en")
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let lines = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
        };
        let wanted = lines(&one.said.join("\n"));
        // An answer, or why there is none.
        let said = [output.stdout, output.stderr].map(|text| lines(&String::from_utf8_lossy(&text)));
        let agrees = said.iter().any(|said| agree(&wanted, said));
        assert!(agrees, "jianwei {}\n{}", one.command, said.concat().join("\n"));
    }
}
