//! Identities as segments: short ones in rows, long ones in files.

use std::collections::BTreeMap;
use std::fs;

use store::Store;

use crate::{create, delivery, open, stored, with_keys};

/// So many keys that they take a file.
fn many(from: u32) -> Vec<String> {
    (from..from + 4000).map(|number| format!("99{number:08}")).collect()
}

fn texts(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn long_and_short_segments_come_back_as_one_space() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let (long, more) = (many(50_000), many(10_000));
    let mut expected = BTreeMap::new();
    for (bytes, keys) in [("a", texts(&long)), ("b", vec!["z", "b"]), ("c", texts(&more))] {
        let (spaces, added) = with_keys(expected, &[("person", &keys)]);
        expected = spaces;
        let mut new = delivery("rain", bytes, "2026-06-01");
        new.new_keys = added;
        store.insert_delivery(&new).await.expect("insert");
    }
    assert_eq!(fs::read_dir(temporary.path().join("identities")).expect("folder").count(), 2);
    store.close().await;
    let reader = Store::open_read_only(temporary.path()).await.expect("reader");
    let person = &stored(&reader).await["person"];
    assert_eq!((person.len(), person.number("b"), person.number("z")), (8002, Some(4000), Some(4001)));
    assert!(person.keys().eq(expected["person"].keys()));
    assert!(person.keys().zip(0..).all(|(key, number)| person.number(key) == Some(number)));
    assert_eq!(person.hash_of_first(4002), expected["person"].hash_of_first(4002));
}

#[tokio::test]
async fn keys_that_do_not_follow_are_not_stored() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let (_, stale) = with_keys(BTreeMap::new(), &[("person", &["b"])]);
    let (known, first) = with_keys(BTreeMap::new(), &[("person", &["a"])]);
    store.append_identities(&first).await.expect("first");
    let (_, other) = with_keys(with_keys(BTreeMap::new(), &[("person", &["x"])]).0, &[("person", &["b"])]);
    for (what, segments) in [("its number is taken", &stale), ("the same again", &first), ("after another", &other)] {
        assert_eq!(store.append_identities(segments).await.expect_err(what).code(), "unfit", "{what}");
    }
    let (_, next) = with_keys(known, &[("person", &["b"])]);
    store.append_identities(&next).await.expect("next");
    assert!(stored(&store).await["person"].keys().eq(["a", "b"]));
    store.close().await;
    let reader = Store::open_read_only(temporary.path()).await.expect("reader");
    assert_eq!(reader.append_identities(&BTreeMap::new()).await.expect_err("reader").code(), "read_only");
}

#[tokio::test]
async fn a_file_that_is_gone_or_not_whole_is_said() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let keys = many(0);
    let (_, added) = with_keys(BTreeMap::new(), &[("person", &texts(&keys))]);
    store.append_identities(&added).await.expect("stored");
    store.close().await;
    let path = temporary.path().join(format!("identities/{}.arrow", added["person"][0].hash()));
    let whole = fs::read(&path).expect("file");
    let mut other = Vec::new();
    tablefile::write(&mut other, &arrow_array::RecordBatch::new_empty(arrow_schema::Schema::empty().into()), [])
        .expect("another table");
    for bytes in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &[][..], &other[..]] {
        fs::write(&path, bytes).expect("written");
        assert_eq!(open(temporary.path()).await.identities().await.expect_err("damaged").code(), "corrupt");
    }
    fs::remove_file(&path).expect("removed");
    assert_eq!(open(temporary.path()).await.identities().await.expect_err("gone").code(), "corrupt");
    fs::write(&path, whole).expect("written");
    assert_eq!(stored(&open(temporary.path()).await).await["person"].len(), keys.len());
}
