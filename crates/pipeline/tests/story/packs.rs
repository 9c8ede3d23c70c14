//! The packs of this repository are free of findings, and every test they carry passes.

use std::path::{Path, PathBuf};

use pack::programme::FeatureShape;
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

/// How many people there are is not who they are: counting by a masked key masks nothing.
#[test]
fn a_count_is_not_masked_by_what_it_counts() {
    let packs = packs();
    let paths: Vec<&Path> = packs.iter().map(PathBuf::as_path).collect();
    let programme = pack::load(&paths).programme.expect("sound packs");
    let mut counts = 0;
    for feature in &programme.features {
        let FeatureShape::Rows(rows) = &feature.shape else { continue };
        let columns = &programme.feeds[&rows.feed].columns;
        let is_masked = |name: &str| columns.get(name).is_some_and(|column| column.class.is_masked());
        let filter = rows.filter.iter().flat_map(|filter| &filter.inputs);
        let filters_by_masked = filter.into_iter().any(|input| match input {
            expr::Input::Name { name, .. } => is_masked(name),
            _ => true,
        });
        // A group's rows reach it without a column of their own.
        let is_by_masked = programme.feeds[&rows.feed].links.get(&rows.via).is_some_and(|column| is_masked(column));
        if rows.aggregate.distinct && is_by_masked && !filters_by_masked {
            assert!(!feature.class.is_masked(), "{}", feature.name);
            counts += 1;
        }
    }
    assert!(counts > 0, "some pack counts people");
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
