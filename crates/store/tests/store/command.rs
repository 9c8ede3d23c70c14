//! Commands at the one writer: decided one after the other, on disk together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use casework::case::CaseId;
use store::{Once, Store};

use crate::case::{opened, row};
use crate::create;

async fn cases(store: &Store) -> u64 {
    store.count_cases(&crate::case::everywhere()).await.expect("count")
}

fn once(key: &str, answer: CaseId) -> Once {
    Once { person: String::new(), key: key.into(), digest: "d".into(), answer: answer.to_string(), at: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_sees_those_before_it_and_is_there_when_it_is_answered() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Arc::new(create(folder.path()).await);
    let mut tasks = Vec::new();
    for number in 0..60 {
        let store = Arc::clone(&store);
        tasks.push(tokio::spawn(async move {
            let mut command = store.command().await.expect("turn");
            let id = command.opening("", "").await.expect("number").1;
            let once = once(&format!("key-{number}"), id);
            command
                .append_case_event(None, &opened(id.0, "2026-06-01", "990101"), row, Some(&once))
                .await
                .expect("opened");
            command.commit().await.expect("on disk");
            assert!(store.case(id).await.expect("read").is_some(), "{id} was acknowledged");
            id.0
        }));
    }
    let mut ids = BTreeSet::new();
    for task in tasks {
        ids.insert(task.await.expect("done"));
    }
    assert_eq!(ids, (1..=60).collect());
    assert_eq!(cases(&store).await, 60);
    assert_eq!(store.verify(None).await.expect("read").expect("it holds").position, 60);
    let before = store.digest_of_lists().await.expect("read");
    store.rebuild_cases(row).await.expect("made again");
    assert_eq!(store.digest_of_lists().await.expect("read"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_in_line_shares_the_commit_and_what_is_given_up_is_taken_back_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Arc::new(create(folder.path()).await);
    let mut first = store.command().await.expect("turn");
    first.append_case_event(None, &opened(1, "2026-06-01", "990101"), row, None).await.expect("opened");
    let next = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            let mut second = store.command().await.expect("turn");
            let seen = second.opening("", "").await.expect("number").1;
            second.append_case_event(None, &opened(2, "2026-06-01", "990101"), row, None).await.expect("opened");
            // What the first wrote is not on disk while somebody else of its group has the turn.
            let listed = cases(&store).await;
            // A command that cannot be done takes back what it wrote, too.
            let again = opened(1, "2026-06-01", "990101");
            assert!(second.append_case_event(None, &again, row, None).await.is_err());
            second.append_case_event(None, &opened(2, "2026-06-01", "990102"), row, None).await.expect("opened");
            drop(second);
            (seen, listed)
        }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    first.commit().await.expect("on disk");
    let (seen, listed) = next.await.expect("done");
    assert_eq!((seen, listed), (CaseId(2), 0));
    assert_eq!(cases(&store).await, 1, "the second gave up");
    assert!(store.verify(None).await.expect("read").is_ok());
    // Given up without anyone who waits: the writer is free.
    let mut third = store.command().await.expect("turn");
    third.append_case_event(None, &opened(2, "2026-06-01", "990101"), row, None).await.expect("opened");
    drop(third);
    store.set_setting("a", "b").await.expect("written");
    assert_eq!(cases(&store).await, 1);
}
