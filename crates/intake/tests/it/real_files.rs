//! Files that no one here wrote land through ordinary feed files (`tests/data/real`), every row accounted for; where they are at hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pack::Programme;

use crate::other_people::shared;

fn programme() -> Programme {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/real");
    let loaded = pack::load(&[&folder]);
    loaded.programme.unwrap_or_else(|| panic!("{:?}", loaded.findings))
}

/// Per file of `folder`: its feed, rows accepted, and rows refused by code and column.
fn landed(folder: &str) -> Option<BTreeMap<String, (String, usize, BTreeMap<String, usize>)>> {
    let programme = programme();
    let mut found = BTreeMap::new();
    // By a part of its name.
    let named = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().contains(folder);
    let folder = fs::read_dir(shared("")?).expect("folder").map(|entry| entry.expect("entry")).find(named)?.path();
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("file");
        let feed = intake::recognise(&bytes, &name, programme.feeds.values())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let landed = intake::read(&bytes, &name, feed).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut refused = BTreeMap::new();
        for row in &landed.refused {
            let what = row.check.as_deref().or(row.column.as_deref()).unwrap_or_default();
            *refused.entry(format!("{} {what}", row.code.word())).or_default() += 1;
        }
        // Counted by another reader: its records, less the header.
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
        let records = reader.byte_records().map(|record| record.expect("a record"));
        let count = records.filter(|record| record.iter().any(|cell| !cell.trim_ascii().is_empty())).count();
        assert_eq!(landed.table.num_rows() + landed.refused.len(), count, "{name}: every row is accounted for");
        found.insert(name, (feed.name.clone(), landed.table.num_rows(), refused));
    }
    Some(found)
}

#[test]
fn lists_of_places() {
    let Some(found) = landed("admin-divisions") else { return };
    assert_eq!(found.len(), 7);
    for (name, (feed, _, refused)) in &found {
        assert!(name.starts_with(feed.as_str()), "{name} is taken for {feed}");
        assert!(refused.is_empty(), "{name}: {refused:?}");
    }
    let rows: Vec<usize> = found.values().map(|(_, rows, _)| *rows).collect();
    // Source: the counts of its SOURCE.md, by file name.
    assert_eq!(rows, [2978, 342, 31, 113, 1403, 221, 1559]);
}

#[test]
fn requests_of_a_city() {
    let Some(found) = landed("nyc311") else { return };
    let of = |name: &str| found.get(name).unwrap_or_else(|| panic!("{name} in {:?}", found.keys()));
    for (name, feed, rows) in [
        ("311_subset.micro.csv", "requests", 2000),
        ("311_nyc_sample.csv", "requests", 999),
        ("311_subset.small.csv", "requests", 9),
        ("311-service-requests.sample.csv", "requests_2013", 199),
    ] {
        let (taken, accepted, refused) = of(name);
        assert_eq!((taken.as_str(), *accepted + refused.values().sum::<usize>()), (feed, rows), "{name}: {refused:?}");
        assert!(*accepted > 0, "{name}: {refused:?}");
    }
    let (feed, accepted, refused) = of("311-service-requests-sf=1.csv");
    assert_eq!(feed, "postcodes");
    assert!(*accepted > 90_000, "{accepted}");
    // `NO CLUE`, `77092-2016`: refused with their reason, never dropped.
    assert!(refused.contains_key("wrong_type postcode"), "{refused:?}");
}
