//! The packs of this repository are free of findings, and every test they carry passes.

use std::path::{Path, PathBuf};

use types::Lang;

use super::county::{language, packs};

#[test]
fn every_pack_is_sound() {
    assert!(proved(&packs()) > 100);
}

/// The edges of the language, on a pack made for it.
#[test]
fn the_language_says_what_it_should() {
    assert!(proved(&[language()]) > 80);
}

/// How many tests the packs carry; all of them pass.
fn proved(packs: &[PathBuf]) -> usize {
    let paths: Vec<&Path> = packs.iter().map(PathBuf::as_path).collect();
    let loaded = pack::load(&paths);
    let findings: Vec<String> =
        loaded.findings.iter().map(|finding| finding.render(&loaded.sources, Lang::En, false)).collect();
    assert!(loaded.programme.is_some(), "{}", findings.join("\n"));
    let outcomes = pipeline::proof::prove(&loaded);
    let failures: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| {
            let text = outcome.failure.as_ref()?;
            Some(format!("{}:{} {}\n    {}", outcome.file, outcome.line, outcome.name, text.en))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} failed\n{}", failures.len(), outcomes.len(), failures.join("\n"));
    outcomes.len()
}
