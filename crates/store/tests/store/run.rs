//! Runs and what they pin.

use store::{RunRecord, deliveries_digest};
use types::Hash;

use crate::{FIRST, create, delivery, raised, run};

#[tokio::test]
async fn a_run_is_stored_with_all_it_pinned() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    assert_eq!((store.next_run().await.expect("query"), store.run(1).await.expect("query")), (1, None));
    let first = run(1, "2026-06-01");
    let historic = RunRecord { moved: false, ..run(2, "2026-05-01") };
    let other_pack = RunRecord { packs: [("other".to_owned(), Hash::of(b"x"))].into(), ..run(3, "2026-06-03") };
    for run in [&first, &historic, &other_pack] {
        store.record_run(run, &[]).await.expect("record");
    }
    assert_eq!(store.runs().await.expect("runs"), [first.clone(), historic, other_pack.clone()]);
    assert_eq!(
        store.last_moved_run("base").await.expect("query"),
        Some(first),
        "historic runs and other packs do not count"
    );
    assert_eq!(store.last_moved_run("other").await.expect("query"), Some(other_pack));
    assert_eq!(store.last_moved_run("third").await.expect("query"), None);
}

#[tokio::test]
async fn a_run_that_does_not_fit_is_refused_whole() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let first = run(1, "2026-06-01");
    let late = run(7, "2026-06-01");
    let historic = RunRecord { moved: false, ..run(1, "2026-06-01") };
    let speechless = casework::ClueEvent { said: None, ..raised(&first, 2, FIRST) };
    for (run, events, code) in [
        (&late, vec![], "unfit"),
        (&first, vec![raised(&late, 1, FIRST)], "unfit"),
        (&historic, vec![raised(&historic, 1, FIRST)], "unfit"),
        (&first, vec![raised(&first, 1, FIRST), speechless], "unfit"),
        (&first, vec![raised(&first, 1, FIRST), raised(&first, 1, FIRST)], "corrupt"),
    ] {
        assert_eq!(store.record_run(run, &events).await.expect_err(code).code(), code);
    }
    assert!(store.runs().await.expect("runs").is_empty());
    assert_eq!(store.head().await.expect("head").position, 0, "nothing of it stayed");
    assert_eq!(store.next_clue().await.expect("query"), 1);
}

#[test]
fn the_digest_of_the_deliveries_sees_what_answers_depend_on() {
    let one = delivery("rain", "a", "2026-06-01").delivery;
    let digest = |change: fn(&mut types::Delivery)| {
        let mut changed = one.clone();
        change(&mut changed);
        deliveries_digest([&changed])
    };
    let same = digest(|delivery| delivery.file_name = "renamed.csv".into());
    assert_eq!(same, deliveries_digest([&one]));
    for other in [
        digest(|delivery| delivery.feed = "snow".into()),
        digest(|delivery| delivery.scopes = vec!["20".into(), "26".into()]),
        digest(|delivery| delivery.received = delivery.received.plus_days(1)),
        digest(|delivery| delivery.data_date = delivery.data_date.plus_days(1)),
        digest(|delivery| delivery.hash = Hash::of(b"b")),
        deliveries_digest([&one, &one]),
    ] {
        assert_ne!(other, same);
    }
}
