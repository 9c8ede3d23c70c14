//! The hash chain: what it finds, and what erasing leaves of it.

use casework::{Change, End};
use store::{ChainFault, NewReveal, Store};
use types::Hash;

use crate::{FIRST, SECOND, create, day, event, open, raised, run, tamper, with_two_clues};

async fn verify(store: &Store) -> Result<store::Head, ChainFault> {
    store.verify(None).await.expect("walk")
}

#[tokio::test]
async fn an_untouched_chain_holds() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    assert_eq!(verify(&store).await.expect("empty").position, 0);
    store.close().await;
    let temporary = tempfile::tempdir().expect("folder");
    let store = with_two_clues(temporary.path()).await;
    let reveal = NewReveal {
        who: "李".into(),
        purpose: "核实".into(),
        what: "explain C000001".into(),
        at: "2026-06-01T09:00:00+08:00".into(),
    };
    store.append_reveal(&reveal).await.expect("reveal");
    let head = verify(&store).await.expect("holds");
    assert_eq!((head.position, store.head().await.expect("head")), (3, head));
    assert_eq!(store.verify(Some(head.hash)).await.expect("walk"), Ok(head));
    let reveals = store.reveals().await.expect("reveals");
    assert_eq!((reveals.len(), reveals[0].position, &reveals[0].reveal), (1, 3, &reveal));
}

#[tokio::test]
async fn no_event_names_anybody() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = with_two_clues(temporary.path()).await;
    store.close().await;
    for entry in std::fs::read_dir(temporary.path()).expect("folder").flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).expect("file");
        let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        assert!(!holds(FIRST) && !holds(SECOND), "{}", entry.path().display());
    }
}

#[tokio::test]
async fn tampering_is_found_where_it_was_done() {
    for (sql, fault) in [
        ("update event set body = replace(body, 'high', 'low') where position = 1", ChainFault::Edited { position: 1 }),
        ("update event set hash = upper(hash) where position = 2", ChainFault::Edited { position: 2 }),
        ("update event set noun = 'reveal' where position = 2", ChainFault::Edited { position: 2 }),
        ("update event set clue = 9 where position = 2", ChainFault::Edited { position: 2 }),
        // Inserted: at the end, and in between.
        (
            "insert into event (position, previous, hash, noun, body) select 3, hash, replace(hash, 'a', 'b'), noun, body from event where position = 2",
            ChainFault::Edited { position: 3 },
        ),
        (
            "update event set position = 3 where position = 2;
             insert into event (position, previous, hash, noun, body, clue, payload)
                select 2, hash, replace(hash, 'a', 'b'), noun, body, clue, payload from event where position = 1",
            ChainFault::Edited { position: 2 },
        ),
        // Re-ordered: what happened second stands first.
        (
            "update event set position = 9 where position = 1; update event set position = 1 where position = 2;
             update event set position = 2 where position = 9",
            ChainFault::Edited { position: 1 },
        ),
        ("delete from event where position = 1", ChainFault::Gap { position: 1 }),
        ("update payload set sealed = zeroblob(80) where id = 2", ChainFault::PayloadChanged { position: 2 }),
        ("update event set payload = 1 where position = 2", ChainFault::PayloadChanged { position: 2 }),
        ("update event set payload = null where position = 1", ChainFault::PayloadChanged { position: 1 }),
        ("update subject_key set key = null where id = 2", ChainFault::PayloadChanged { position: 2 }),
    ] {
        let temporary = tempfile::tempdir().expect("folder");
        with_two_clues(temporary.path()).await.close().await;
        tamper(temporary.path(), sql).await;
        let store = open(temporary.path()).await;
        assert_eq!(verify(&store).await, Err(fault), "{sql}");
    }
}

#[tokio::test]
async fn a_cut_tail_is_found_by_a_head() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = with_two_clues(temporary.path()).await;
    let head = store.head().await.expect("head");
    store.close().await;
    tamper(temporary.path(), "delete from event where position = 2").await;
    let store = open(temporary.path()).await;
    assert_eq!(verify(&store).await.expect("a shorter chain holds in itself").position, 1);
    assert_eq!(store.verify(Some(head.hash)).await.expect("walk"), Err(ChainFault::TailCut { head: head.hash }));
    let unknown = Hash::of(b"nowhere");
    assert_eq!(store.verify(Some(unknown)).await.expect("walk"), Err(ChainFault::TailCut { head: unknown }));
    store.close().await;

    // With a head written down before, nobody has to name it.
    let temporary = tempfile::tempdir().expect("folder");
    let store = with_two_clues(temporary.path()).await;
    let path = store.write_head(day("2026-06-01")).await.expect("head");
    store.write_head(day("2026-06-01")).await.expect("head");
    let lines = std::fs::read_to_string(&path).expect("file");
    assert_eq!(lines, format!("2 {0}\n2 {0}\n", head.hash), "the same seed gives the same chain");
    assert!(path.ends_with("heads/2026-06-01.txt"));
    store.close().await;
    tamper(temporary.path(), "delete from event where position = 2").await;
    let store = open(temporary.path()).await;
    assert_eq!(verify(&store).await, Err(ChainFault::TailCut { head: head.hash }));
    // The cut tail written anew is another chain.
    let again = run(2, "2026-06-02");
    let events = [event(&again, 1, Change::EpisodeEnded { reason: End::Clear }, None)];
    store.record_run(&again, &events).await.expect("run");
    assert_eq!(verify(&store).await, Err(ChainFault::Edited { position: 2 }));
}

#[tokio::test]
async fn an_erased_subject_is_gone_and_the_chain_still_holds() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = with_two_clues(temporary.path()).await;
    assert_eq!(store.clues_of("person", FIRST).await.expect("clues").len(), 1);
    assert_eq!(store.erase_subject("person", FIRST, "本人要求", day("2026-06-05"), "王").await.expect("erase"), 1);
    assert_eq!(verify(&store).await.expect("holds").position, 3);

    let clues = store.clues(&store::ClueFilter::default()).await.expect("clues");
    assert!(clues[0].erased && clues[0].episode.said.is_none());
    assert_eq!(clues[1].episode.said.as_ref().expect("said").subject.key, SECOND);
    assert!(store.clues_of("person", FIRST).await.expect("clues").is_empty());
    assert!(store.clue_events(casework::ClueId(1)).await.expect("events")[0].said.is_none());
    let in_place = store::ClueFilter { place: Some("990101".into()), ..store::ClueFilter::default() };
    assert!(store.clues(&in_place).await.expect("clues").is_empty(), "nor is the place kept");
    let again = store.erase_subject("person", FIRST, "", day("2026-06-05"), "").await.expect_err("nothing is left");
    assert_eq!(again.code(), "unknown");
    assert!(!again.to_string().contains(FIRST));
    store.rebuild_clues().await.expect("rebuild");
    assert_eq!(store.clues(&store::ClueFilter::default()).await.expect("clues"), clues);

    // Whoever is hit again later is a new subject to the log.
    let next = run(2, "2026-06-06");
    store.record_run(&next, &[raised(&next, 3, FIRST)]).await.expect("run");
    assert_eq!(store.clues_of("person", FIRST).await.expect("clues").len(), 1);
    assert!(verify(&store).await.is_ok());
    // A wrong key length, too, is a fault and no panic.
    store.close().await;
    tamper(temporary.path(), "update subject_key set key = zeroblob(3) where key is not null").await;
    assert_eq!(verify(&open(temporary.path()).await).await, Err(ChainFault::PayloadChanged { position: 2 }));
}
