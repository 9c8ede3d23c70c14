//! What a programme is about stands in its pack; code speaks of subjects, feeds and models.

use std::collections::BTreeSet;

use crate::list::entries;
use crate::offence::{Offence, assert_none, places};
use crate::tree::{REPOSITORY, Tree};

const WORDS: &str = "crates/tidy/domain-words.txt";
const EXCEPTIONS: &str = "crates/tidy/domain-exceptions.txt";

/// Codes and the invented world are about the domain; this crate must name the words.
const FREE: [&str; 3] = ["crates/codes/", "crates/simulate/", "crates/tidy/"];

struct Word<'a> {
    word: &'a str,
    plural: String,
    /// Harmless compounds: `dead_code`, `用户`.
    but_not: Vec<&'a str>,
}

fn offences(tree: &Tree) -> Vec<Offence> {
    let words: Vec<Word<'_>> = entries(tree.text(WORDS)).filter_map(|(_, entry)| Word::read(entry)).collect();
    let (exceptions, mut found) = read_exceptions(tree);
    let mut met = BTreeSet::new();
    let code = tree.texts().filter(|(path, _)| [".rs", ".ts", ".tsx"].iter().any(|suffix| path.ends_with(suffix)));
    for (path, text) in code.filter(|(path, _)| !FREE.iter().any(|free| path.starts_with(free))) {
        for (index, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| word.stands_in(line)) {
                let excepted = |(_, at, excepted): &&(usize, &str, &str)| *excepted == word.word && covers(at, path);
                if let Some((line, _, _)) = exceptions.iter().find(excepted) {
                    met.insert(*line);
                    continue;
                }
                found.push(Offence::new(
                    path,
                    index + 1,
                    format!("domain word `{}`", word.word),
                    format!("say it in neutral words, move it into a pack, or except it in {EXCEPTIONS}"),
                ));
            }
        }
    }
    for (line, path, word) in exceptions {
        if !met.contains(&line) {
            let what = format!("`{word}` no longer stands in {path}");
            found.push(Offence::new(EXCEPTIONS, line, what, "remove the exception"));
        }
    }
    found
}

/// Whether an exception for `at`, a file or a folder ending in `/`, holds for `path`.
fn covers(at: &str, path: &str) -> bool {
    path == at || at.ends_with('/') && path.starts_with(at)
}

/// `path: word: decision note`, each with its line.
fn read_exceptions(tree: &Tree) -> (Vec<(usize, &str, &str)>, Vec<Offence>) {
    let (mut exceptions, mut found) = (Vec::new(), Vec::new());
    for (line, entry) in entries(tree.text(EXCEPTIONS)) {
        let parts: Vec<&str> = entry.split(": ").map(str::trim).collect();
        match parts[..] {
            [path, word, note] if note.starts_with("docs/decisions/") && tree.has(note) => {
                exceptions.push((line, path, word))
            }
            _ => found.push(Offence::new(
                EXCEPTIONS,
                line,
                "is not `path: word: docs/decisions/NOTE.md`, or there is no such note",
                "write the note that says why the word must stand there",
            )),
        }
    }
    (exceptions, found)
}

impl<'a> Word<'a> {
    fn read(entry: &'a str) -> Option<Self> {
        let (word, but_not) = entry.split_once(" except ").unwrap_or((entry, ""));
        let word = word.trim();
        let plural = match word.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{word}s"),
        };
        (!word.is_empty()).then(|| Self { word, plural, but_not: but_not.split_whitespace().collect() })
    }

    fn stands_in(&self, line: &str) -> bool {
        if !line.is_ascii() && !self.word.is_ascii() {
            let line = self.but_not.iter().fold(line.to_owned(), |line, compound| line.replace(compound, ""));
            return line.contains(self.word);
        }
        if !self.word.is_ascii() {
            return false;
        }
        let line = self.but_not.iter().fold(line.to_owned(), |line, compound| line.replace(compound, ""));
        words_of(&line).any(|word| word == self.word || word == self.plural)
    }
}

/// Lower-case words of a line: `MedicalClaims`, `medical_claims` and `medical-claims` are two words each.
fn words_of(line: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in line.chars() {
        if !c.is_ascii_alphabetic() || c.is_ascii_uppercase() && after_lower {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_ascii_alphabetic(), words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
        after_lower = c.is_ascii_lowercase();
    }
    words.into_iter().filter(|word| !word.is_empty())
}

#[test]
fn the_repository_keeps_it() {
    assert_none(offences(&REPOSITORY));
}

#[test]
fn a_bad_example_is_found() {
    let tree = Tree::of(&[
        (WORDS, "# words\nhousehold\ncounty\ndead except dead_code\n户 except 用户\n"),
        (
            EXCEPTIONS,
            "crates/b/src/: county: docs/decisions/why.md\ncrates/a/src/lib.rs: dead: docs/decisions/why.md\ncrates/a/src/lib.rs: 户: because\n",
        ),
        ("docs/decisions/why.md", "# Why\n"),
        (
            "crates/a/src/lib.rs",
            "//! Households.\nfn of_counties() {}\nstruct HouseholdKey;\n#[expect(dead_code)]\n// 用户界面\n// 一户\nlet encounty = discounty;\n",
        ),
        ("crates/b/src/lib.rs", "//! A county.\n"),
        ("crates/b/src/c.rs", "//! A county.\n"),
        ("crates/codes/src/lib.rs", "//! A county.\n"),
        ("packs/base/pack.yaml", "household\n"),
    ]);
    let lib = "crates/a/src/lib.rs";
    assert_eq!(
        places(&offences(&tree)),
        [
            format!("{EXCEPTIONS}:3"),
            format!("{lib}:1"),
            format!("{lib}:2"),
            format!("{lib}:3"),
            format!("{lib}:6"),
            format!("{EXCEPTIONS}:2")
        ]
    );
}

#[test]
fn identifiers_are_split() {
    let words: Vec<String> = words_of("fn MedicalClaims_of(X2 household's) // 户").collect();
    assert_eq!(words, ["fn", "medical", "claims", "of", "x", "household", "s"]);
}
