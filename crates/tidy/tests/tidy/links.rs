//! Links from one document of the repository to another lead somewhere.

use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

fn offences(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, text) in tree.under("", ".md").filter(|(path, _)| !path.contains("/tests/")) {
        let mut in_code = false;
        for (index, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
            }
            if in_code || line.starts_with("    ") {
                continue;
            }
            for target in targets(line).filter(|target| !leads_out(target)) {
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let at = if file.is_empty() { Some(path.to_owned()) } else { resolve(path, file) };
                let Some(at) = at.filter(|at| at.is_empty() || tree.has(at)) else {
                    let remedy = "write the path relative to this file";
                    found.push(Offence::new(path, index + 1, format!("the link `{target}` leads nowhere"), remedy));
                    continue;
                };
                if !anchor.is_empty() && at.ends_with(".md") && !has_heading(tree.text(&at), anchor) {
                    let what = format!("there is no heading `#{anchor}` in {at}");
                    found.push(Offence::new(path, index + 1, what, "link to a heading that is there"));
                }
            }
        }
    }
    found
}

/// What stands between `](` and `)`, outside of code spans.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let prose = line.split('`').step_by(2);
    prose.flat_map(|part| part.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()))
}

fn leads_out(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:")
}

/// `file` as seen from `path`; none when it leaves the repository.
fn resolve(path: &str, file: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a heading of `text` gets `anchor`: lower case, punctuation dropped, spaces as hyphens.
fn has_heading(text: &str, anchor: &str) -> bool {
    text.lines().filter(|line| line.starts_with('#')).any(|line| {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>() == anchor
    })
}

#[test]
fn the_repository_keeps_it() {
    assert_none(offences(&REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let tree = Tree::of(&[
        (
            "README.md",
            "[a](docs/a.md#two-words) and [b](docs/b.md)\n[out](https://example.org/x)\n```\n[c](c.md)\n```\n[up](../x.md)\n",
        ),
        ("docs/a.md", "# Two words\n`[d](d.md)` [back](../README.md) [here](#two-words) [gone](#three) [folder](..)\n"),
    ]);
    assert_eq!(places(&offences(&tree)), ["README.md:1", "README.md:6", "docs/a.md:2"]);
}
