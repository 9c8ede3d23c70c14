//! Deliveries, their refused rows, identities and tombstones.

use std::collections::BTreeMap;
use std::io::Write as _;

use store::{NewAlias, RefusedFilter};
use types::Hash;

use crate::{create, day, delivery, open, stored, with_keys};

#[tokio::test]
async fn a_delivery_comes_with_its_bytes_its_refused_rows_and_its_identities() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    assert_eq!(store.last_received().await.expect("query"), None);
    let mut first = delivery("rain", "first", "2026-06-02");
    let (spaces, added) = with_keys(BTreeMap::new(), &[("person", &["c", "b"]), ("place", &["99"])]);
    first.new_keys = added;
    assert_eq!(store.insert_delivery(&first).await.expect("insert"), 1);
    let mut second = delivery("rain", "second", "2026-06-01");
    second.backfill = true;
    second.delivery.covers = None;
    second.new_keys = with_keys(spaces, &[("person", &["a", "b"])]).1;
    assert_eq!(store.insert_delivery(&second).await.expect("insert"), 2);
    assert_eq!(store.insert_delivery(&first.clone_without_keys()).await.expect("same bytes again"), 3);

    let all = store.deliveries().await.expect("deliveries");
    assert_eq!(all.iter().map(|stored| stored.delivery.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    let mut expected = second.delivery.clone();
    expected.sequence = 2;
    assert_eq!(all[1].delivery, expected);
    assert!(all[1].backfill && all[1].destroyed.is_none() && all[1].operator == "李");
    assert_eq!(store.newest_delivery("rain").await.expect("query").expect("newest").delivery.sequence, 3);
    assert_eq!(store.newest_delivery("snow").await.expect("query"), None);
    assert_eq!(store.last_received().await.expect("query"), Some(day("2026-06-02")));
    assert_eq!(store.original(first.delivery.hash).await.expect("bytes"), b"first");

    let spaces = stored(&store).await;
    let people: Vec<_> = spaces["person"].keys().collect();
    assert_eq!((people, spaces["place"].number("99")), (vec!["b", "c", "a"], Some(0)));

    let mut wrong = delivery("rain", "third", "2026-06-03");
    wrong.original = b"other".to_vec().into();
    assert_eq!(store.insert_delivery(&wrong).await.expect_err("wrong hash").code(), "unfit");
}

#[tokio::test]
async fn the_worklist_is_filtered_and_closed() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    for (feed, bytes) in [("rain", "a"), ("snow", "b")] {
        store.insert_delivery(&delivery(feed, bytes, "2026-06-01")).await.expect("insert");
    }
    let all = store.refused_rows(&RefusedFilter::default()).await.expect("rows");
    assert_eq!((all.len(), all[0].feed.as_str(), all[1].delivery), (2, "rain", 2));
    assert_eq!(all[0].row, delivery("rain", "a", "2026-06-01").refused[0]);

    let mut good = delivery("rain", "c", "2026-06-02");
    (good.closes, good.refused) = (vec![all[0].id], [].into());
    store.insert_delivery(&good).await.expect("insert");
    let open_only = RefusedFilter { open_only: true, ..RefusedFilter::default() };
    let rest = store.refused_rows(&open_only).await.expect("rows");
    assert_eq!(rest.iter().map(|row| row.id).collect::<Vec<_>>(), [all[1].id]);
    store.close_refused_rows(&[all[1].id], 3).await.expect("close");
    assert!(store.refused_rows(&open_only).await.expect("rows").is_empty());
    let one =
        RefusedFilter { feed: Some("rain".into()), delivery: Some(1), limit: Some(5), ..RefusedFilter::default() };
    assert_eq!(store.refused_rows(&one).await.expect("rows")[0].closed_by, Some(3));
}

#[tokio::test]
async fn a_destroyed_delivery_leaves_a_tombstone_and_an_event() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let gone = delivery("rain", "gone", "2026-06-01");
    let (hash, other) = (gone.delivery.hash, delivery("rain", "other", "2026-06-02"));
    store.insert_delivery(&gone).await.expect("insert");
    store.insert_delivery(&other).await.expect("insert");
    let table = store.write_table(hash, Hash::of(b"rules"), |file| file.write_all(b"table")).expect("table");
    let kept =
        store.write_table(other.delivery.hash, Hash::of(b"rules"), |file| file.write_all(b"table")).expect("table");

    let tombstone = store.destroy_delivery(hash, "保存期满", day("2026-07-01"), "王").await.expect("destroy");
    assert_eq!((tombstone.rows, tombstone.why.as_str(), tombstone.by.as_str()), (3, "保存期满", "王"));
    assert!(!table.exists() && kept.exists());
    assert!(!temporary.path().join(format!("originals/{hash}.zst")).exists());
    assert_eq!(store.original(hash).await.expect_err("gone").code(), "destroyed");
    assert_eq!(store.destroy_delivery(hash, "", day("2026-07-01"), "").await.expect_err("twice").code(), "destroyed");
    assert_eq!(
        store.refused_rows(&RefusedFilter::default()).await.expect("rows").len(),
        1,
        "its refused rows went, too"
    );
    let stored = store.delivery_by_hash(hash).await.expect("query").expect("still listed");
    assert_eq!(stored.destroyed, Some(tombstone));
    assert_eq!(store.newest_delivery("rain").await.expect("query").expect("newest").delivery.hash, other.delivery.hash);
    let events = store.events_after(0, 10).await.expect("events");
    assert_eq!((events.len(), events[0].noun.as_str()), (1, "delivery_destroyed"));
    assert!(store.verify(None).await.expect("walk").is_ok());

    // The same bytes later are a new delivery.
    store.insert_delivery(&gone).await.expect("insert");
    assert_eq!(store.original(hash).await.expect("bytes"), b"gone");
    assert!(store.deliveries().await.expect("deliveries")[0].destroyed.is_some());
    store.close().await;
    assert!(open(temporary.path()).await.original(hash).await.is_ok());
}

#[tokio::test]
async fn link_decisions_are_logged_in_order() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let merge = NewAlias {
        kind: "person".into(),
        from: "b".into(),
        to: Some("a".into()),
        known_by: day("2026-06-01"),
        who: "李".into(),
        why: "同一人".into(),
    };
    let split = NewAlias { to: None, ..merge.clone() };
    let first = store.append_alias(&merge).await.expect("merge");
    let second = store.append_alias(&split).await.expect("split");
    assert_eq!((first.position, second.position, second.to.as_deref()), (1, 2, None));
    assert_eq!(store.aliases().await.expect("aliases"), [first, second]);
}

trait WithoutKeys {
    fn clone_without_keys(&self) -> Self;
}

impl WithoutKeys for store::NewDelivery {
    fn clone_without_keys(&self) -> Self {
        Self { new_keys: BTreeMap::new(), ..self.clone() }
    }
}
