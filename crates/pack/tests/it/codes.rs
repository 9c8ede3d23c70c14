//! Every code has a page, every page a code, and every code a case that gives it.

use std::collections::BTreeSet;
use std::fs;

use crate::crate_path;

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let pages: BTreeSet<String> = fs::read_dir(crate_path("../../docs/reference/codes"))
        .expect("pages")
        .filter_map(|entry| entry.expect("entry").file_name().to_str()?.strip_suffix(".md").map(str::to_owned))
        .filter(|name| name.starts_with("JW0"))
        .collect();
    let codes: BTreeSet<String> = pack::codes().iter().map(|code| code.code.to_owned()).collect();
    assert_eq!(pages, codes);
    assert_eq!(codes.len(), pack::codes().len(), "a code twice");
    for code in pack::codes() {
        let title = format!("# {}: {}\n", code.code, code.title.en);
        assert!(code.page.starts_with(&title), "{} begins with another title", code.code);
        for part in ["\n## Wrong\n", "\n## Right\n"] {
            assert!(code.page.contains(part), "{} has no {part}", code.code);
        }
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(chinese(code.page.lines().nth(2).unwrap_or_default()), "{} has no Chinese sentence", code.code);
    }
}

#[test]
fn every_code_has_a_case() {
    let mut cases = String::new();
    for entry in fs::read_dir(crate_path("tests/findings")).expect("cases") {
        cases.push_str(&fs::read_to_string(entry.expect("entry").path()).expect("case"));
    }
    // Those that no file of text can give: seen in `mutations`.
    let elsewhere = ["JW0101", "JW0118"];
    let missing: Vec<_> = pack::codes()
        .iter()
        .map(|code| code.code)
        .filter(|code| !cases.contains(&format!("[{code}]")) && !elsewhere.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case in tests/findings gives {missing:?}");
}
