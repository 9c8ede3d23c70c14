//! Nothing a pack's files can hold is a panic; findings point into their files.

use pack::{PackFiles, Severity, load, load_files};
use types::Lang;

use crate::{base, crate_path, pack};

/// A small generator of numbers, so that a failure comes again.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }
}

fn mutate(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    match numbers.below(5) {
        0 if !bytes.is_empty() => {
            let at = numbers.below(bytes.len());
            bytes[at] ^= 1 << numbers.below(8);
        }
        1 => bytes.truncate(numbers.below(bytes.len() + 1)),
        2 => {
            let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let (left, right) = (numbers.below(lines.len()), numbers.below(lines.len()));
            lines.swap(left, right);
            *bytes = lines.join(&b'\n');
        }
        3 => {
            let tokens = [
                "'", "\"", "{", "[", "|\n", "- ", ": ", "汉字", "\t", "*x", "&y ", "---\n", "\u{feff}", "\0", "and ",
                "(",
            ];
            let at = numbers.below(bytes.len() + 1);
            bytes.splice(at..at, tokens[numbers.below(tokens.len())].bytes());
        }
        _ => {
            let from = numbers.below(bytes.len() + 1);
            let to = (from + numbers.below(20)).min(bytes.len());
            bytes.drain(from..to);
        }
    }
}

fn hold(packs: Vec<PackFiles>) {
    let loaded = load_files(packs);
    let errors = loaded.findings.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(loaded.programme.is_none(), errors);
    for finding in &loaded.findings {
        let text = loaded.sources.get(&finding.file).expect("the file is a source");
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
        assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty());
        for lang in [Lang::Zh, Lang::En] {
            assert!(!finding.render(&loaded.sources, lang, lang == Lang::Zh).is_empty());
        }
    }
}

#[test]
fn broken_files_are_findings() {
    let packs = [vec![base(), demo()], real_packs()];
    let mut numbers = Numbers(20_260_531);
    for packs in packs.into_iter().filter(|packs| !packs.is_empty()) {
        for _ in 0..150 {
            let mut packs = packs.clone();
            for _ in 0..=numbers.below(3) {
                let which = numbers.below(packs.len());
                let paths: Vec<_> = packs[which].files.keys().cloned().collect();
                let path = &paths[numbers.below(paths.len())];
                if let Some(bytes) = packs[which].files.get_mut(path) {
                    mutate(bytes, &mut numbers);
                }
            }
            hold(packs);
        }
    }
}

/// A pack with something of everything, after the case that shows no finding.
fn demo() -> PackFiles {
    let case = std::fs::read_to_string(crate_path("tests/findings/clean.md")).expect("case");
    let mut files = Vec::new();
    for block in case.split("```yaml path=demo/").skip(1) {
        let (path, rest) = block.split_once('\n').expect("path");
        files.push((path, rest.split("```").next().unwrap_or_default()));
    }
    assert!(files.len() > 3);
    pack("demo", &files)
}

fn real_packs() -> Vec<PackFiles> {
    let Ok(entries) = std::fs::read_dir(crate_path("../../packs")) else { return Vec::new() };
    entries.filter_map(|entry| pack::read_folder(&entry.ok()?.path()).ok()).collect()
}

#[test]
fn bytes_that_are_no_text_are_one_finding() {
    let mut demo = pack("demo", &[]);
    demo.files.insert("pack.yaml".into(), "id: demo\ntitle: ".bytes().chain([0xb1, 0xea]).collect());
    let loaded = load_files(vec![demo]);
    let found: Vec<_> = loaded.findings.iter().map(|finding| (finding.code, finding.line, finding.column)).collect();
    assert_eq!(found, [("JW0101", 2, 8)]);
}

#[test]
fn folders_that_are_no_packs_are_one_finding() {
    let folder = tempfile::tempdir().expect("folder");
    let loaded = load(&[folder.path()]);
    assert_eq!(loaded.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["JW0118"]);
    let loaded = load(&[&folder.path().join("nowhere")]);
    assert_eq!(loaded.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["JW0118"]);
    assert!(loaded.findings[0].render(&loaded.sources, Lang::En, false).starts_with("error[JW0118]"));
}

#[test]
fn very_long_and_very_deep_files_are_read_in_time() {
    let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long: String = (0..2_000)
        .map(|index| format!("f{index}: {{title: {{zh: 甲, en: a}}, of: person, value: f{} + 1}}\n", index + 1))
        .collect();
    let expression = |text: String| format!("a: {{title: {{zh: 甲, en: a}}, of: person, value: \"{text}\"}}\n");
    let nested = expression(format!("{}1{}", "(".repeat(50_000), ")".repeat(50_000)));
    let denied = expression(format!("{}true", "not ".repeat(50_000)));
    let summed = expression(format!("1{}", " + 1".repeat(50_000)));
    let listed = expression(format!("true{}", " and true".repeat(20_000)));
    for text in [deep, long, nested, denied, summed, listed] {
        hold(vec![base(), pack("demo", &[("pack.yaml", "id: demo"), ("features/x.yaml", &text)])]);
    }
}
