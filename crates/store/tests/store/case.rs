//! Cases: events and lists in one transaction, made again, copied, erased, and found out when tampered with.

use std::collections::BTreeMap;

use casework::case::{Actor, Case, CaseChange, CaseEvent, CaseId, CaseSaid};
use store::{CaseFilter, CaseRow, ChainFault, Once, Scope, Store, StoreError, restore};
use types::{Hash, SubjectRef};

use crate::{create, day, open, tamper};

fn subject(key: &str) -> SubjectRef {
    SubjectRef { kind: "lot".into(), key: key.into() }
}

fn event(id: u64, on: &str, change: CaseChange, about: Option<&str>) -> CaseEvent {
    CaseEvent {
        case: CaseId(id),
        workflow: "repair".into(),
        pack: Hash::of(b"pack"),
        on: day(on),
        at: format!("{on}T08:00:00+08:00"),
        by: Some(Actor { name: "li".into(), role: "worker".into() }),
        change,
        said: Some(CaseSaid {
            subject: about.map(subject),
            fields: BTreeMap::from([("what".to_owned(), "a word about someone".to_owned())]),
            reason: None,
        }),
    }
}

pub fn opened(id: u64, on: &str, place: &str) -> CaseEvent {
    let change = CaseChange::CaseOpened {
        source: "report".into(),
        state: "new".into(),
        place: place.into(),
        clue: None,
        proxy: false,
        receipt: Some(Hash::of(&id.to_be_bytes())),
    };
    event(id, on, change, None)
}

fn moved(id: u64, on: &str, (from, to): (&str, &str), about: &str) -> CaseEvent {
    let change = CaseChange::CaseActed {
        action: "go".into(),
        kind: "move".into(),
        from: from.into(),
        to: to.into(),
        closes: to == "done",
        item: None,
        facts: None,
    };
    event(id, on, change, Some(about))
}

pub fn row(case: &Case) -> CaseRow {
    CaseRow {
        due: Some(case.since.plus_days(5)),
        whole_due: None,
        turn: vec!["worker".into()],
        escalates_to: vec!["head".into()],
    }
}

/// One command.
async fn append(
    store: &Store,
    before: Option<&Case>,
    event: &CaseEvent,
    once: Option<&Once>,
) -> Result<(u64, Case), StoreError> {
    let mut command = store.command().await?;
    let done = command.append_case_event(before, event, row, once).await?;
    command.commit().await?;
    Ok(done)
}

/// Three cases: one new, one moved, one done.
async fn three(store: &Store) {
    for (id, place) in [(1, "990101"), (2, "990102"), (3, "990101100")] {
        let (_, case) = append(store, None, &opened(id, "2026-06-01", place), None).await.expect("opened");
        if id > 1 {
            let to = if id == 3 { "done" } else { "doing" };
            let event = moved(id, "2026-06-02", ("new", to), &format!("L{id}"));
            append(store, Some(&case), &event, None).await.expect("moved");
        }
    }
}

async fn listed(store: &Store, filter: CaseFilter) -> Vec<u64> {
    let filter = CaseFilter { limit: 10, ..filter };
    let found = store.cases(&filter).await.expect("cases");
    assert_eq!(store.count_cases(&CaseFilter { after: None, ..filter }).await.expect("count"), found.len() as u64);
    found.iter().map(|record| record.id.0).collect()
}

pub fn everywhere() -> CaseFilter {
    CaseFilter { scope: Scope { places: vec!["99".into()] }, ..CaseFilter::default() }
}

#[tokio::test]
async fn lists_keep_to_the_scope_and_the_turn() {
    let folder = tempfile::tempdir().expect("folder");
    let store = create(folder.path()).await;
    three(&store).await;
    let within = |place: &str| CaseFilter { scope: Scope { places: vec![place.into()] }, ..CaseFilter::default() };
    assert_eq!(listed(&store, everywhere()).await, [3, 2, 1]);
    assert_eq!(listed(&store, within("990101")).await, [3, 1]);
    assert_eq!(listed(&store, CaseFilter::default()).await, Vec::<u64>::new(), "without places nothing is seen");
    assert_eq!(listed(&store, CaseFilter { open: true, ..everywhere() }).await, [2, 1]);
    let turn = |role: &str, on: &str| CaseFilter {
        turn_of: Some((vec![(role.into(), "99".into())], day(on))),
        ..everywhere()
    };
    assert_eq!(
        listed(&store, turn("worker", "2026-06-02")).await,
        [1, 2],
        "what is due first, first; the closed is nobody's"
    );
    assert_eq!(listed(&store, turn("head", "2026-06-06")).await, Vec::<u64>::new());
    assert_eq!(listed(&store, turn("head", "2026-06-07")).await, [1], "the day after it was due");
    assert_eq!(listed(&store, CaseFilter { overdue_on: Some(day("2026-06-07")), ..everywhere() }).await, [1]);
    let about = CaseFilter { subject: Some(("lot".into(), "L2".into())), ..everywhere() };
    assert_eq!(listed(&store, about).await, [2]);
    // Counted for many at once as for each of them.
    let lots = ["L2", "L1", "nobody", "L3"].map(subject);
    let elsewhere = CaseFilter { scope: Scope { places: vec!["98".into()] }, ..everywhere() };
    for filter in [everywhere(), CaseFilter { open: true, ..everywhere() }, elsewhere] {
        let mut each = Vec::new();
        for lot in &lots {
            let own = CaseFilter { subject: Some((lot.kind.clone(), lot.key.clone())), ..filter.clone() };
            each.push(store.count_cases(&own).await.expect("counted"));
        }
        assert_eq!(store.count_cases_of(&filter, &lots).await.expect("counted"), each, "{filter:?}");
    }
    assert_eq!(store.count_cases_of(&everywhere(), &lots).await.expect("counted")[2..], [0, 1]);
    assert!(store.count_cases_of(&everywhere(), &[]).await.expect("counted").is_empty());
    let mut command = store.command().await.expect("turn");
    assert_eq!(command.open_case_of("repair", &subject("L2")).await.expect("sql"), Some(CaseId(2)));
    assert_eq!(command.open_case_of("repair", &subject("L3")).await.expect("sql"), None, "it is done");
}

#[tokio::test]
async fn a_case_that_moved_on_is_not_written_over_and_a_command_is_done_once() {
    let folder = tempfile::tempdir().expect("folder");
    let store = create(folder.path()).await;
    let once = Once {
        person: "li".into(),
        key: "key-0001".into(),
        digest: "d".into(),
        answer: "W000001".into(),
        at: "2026-06-01".into(),
    };
    let first = opened(1, "2026-06-01", "990101");
    let (position, case) = append(&store, None, &first, Some(&once)).await.expect("opened");
    assert_eq!(position, 1);
    assert_eq!(store.done_once("li", "key-0001").await.expect("sql"), Some(once.clone()));
    assert_eq!(store.done_once("wang", "key-0001").await.expect("sql"), None);
    let go = moved(1, "2026-06-02", ("new", "doing"), "L1");
    // The same key again: neither the event nor the note is written.
    assert!(append(&store, Some(&case), &go, Some(&once)).await.is_err());
    assert_eq!(store.case(CaseId(1)).await.expect("case"), Some(case.clone()));
    append(&store, Some(&case), &go, None).await.expect("moved");
    assert!(append(&store, Some(&case), &go, None).await.is_err(), "it has moved on");
    assert!(append(&store, None, &first, None).await.is_err(), "it is open already");
}

#[tokio::test]
async fn lists_made_again_and_a_folder_from_a_backup_are_equal() {
    let folder = tempfile::tempdir().expect("folder");
    let store = create(folder.path()).await;
    three(&store).await;
    let filter = CaseFilter { limit: 10, ..everywhere() };
    let before = store.cases(&filter).await.expect("cases");
    assert_eq!(store.rebuild_cases(row).await.expect("rebuilt"), 3);
    assert_eq!(store.cases(&filter).await.expect("cases"), before);

    let (copy, again) = (folder.path().join("copy"), folder.path().join("again"));
    let head = store.backup(&copy, day("2026-06-03")).await.expect("backup, while the folder is open");
    assert!(store.backup(&copy, day("2026-06-03")).await.is_err(), "nothing is written over");
    restore(&copy, &again).expect("restored");
    let restored = open(&again).await;
    assert_eq!(restored.cases(&filter).await.expect("cases"), before);
    assert_eq!(restored.verify(None).await.expect("read"), Ok(head));
    restored.close().await;
    // The copy remembers its head: a tail that is cut off it is found.
    tamper(&again, "delete from event where position = (select max(position) from event)").await;
    let cut = open(&again).await.verify(None).await.expect("read");
    assert!(matches!(cut, Err(ChainFault::TailCut { .. })), "{cut:?}");
}

#[tokio::test]
async fn tampering_with_a_case_is_found_and_erasing_its_person_is_not_tampering() {
    for (sql, position) in [
        ("update event set body = replace(body, '990102', '990103') where position = 2", 2),
        ("update event set work = 1 where position = 3", 3),
        ("update payload set sealed = zeroblob(40) where id = (select payload from event where position = 4)", 4),
        ("delete from event where position = 3", 3),
    ] {
        let folder = tempfile::tempdir().expect("folder");
        let store = create(folder.path()).await;
        three(&store).await;
        store.close().await;
        tamper(folder.path(), sql).await;
        let fault = open(folder.path()).await.verify(None).await.expect("read").expect_err(sql);
        let at = match fault {
            ChainFault::Edited { position }
            | ChainFault::Gap { position }
            | ChainFault::PayloadChanged { position } => position,
            ChainFault::TailCut { .. } => 0,
        };
        assert_eq!(at, position, "{sql}");
    }
    let folder = tempfile::tempdir().expect("folder");
    let store = create(folder.path()).await;
    three(&store).await;
    // Also what was said before anyone knew whom it was about.
    assert_eq!(store.erase_subject("lot", "L2", "asked for", day("2026-06-04"), "li").await.expect("erased"), 2);
    let events = store.case_events(CaseId(2)).await.expect("events");
    assert!(events.iter().all(|(_, event)| event.said.is_none()));
    assert!(store.verify(None).await.expect("read").is_ok(), "the chain stays valid");
    assert_eq!(store.rebuild_cases(row).await.expect("rebuilt"), 3);
}

#[tokio::test]
async fn a_folder_of_the_schema_before_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("folder");
    let store = create(folder.path()).await;
    three(&store).await;
    let before = store.digest_of_lists().await.expect("read");
    store.close().await;
    tamper(
        folder.path(),
        "create table old (role text not null, due text not null, work integer not null, begins text not null,
            primary key (role, due, work)) without rowid;
         insert into old select role, due, work, begins from turn;
         drop table turn; alter table old rename to turn; create index turn_work on turn (work);
         drop table tally; drop index work_late; drop index work_open; drop index work_state;
         create index work_state on work (workflow, state, id); alter table access drop column payload;
         create index work_open on work (closed, id); create index work_due on work (due, id) where due is not null;
         pragma user_version = 3",
    )
    .await;
    let store = open(folder.path()).await;
    assert_eq!(store.digest_of_lists().await.expect("read"), before);
}

#[tokio::test]
async fn a_long_list_is_walked_and_a_short_one_sorted_and_both_say_the_same() {
    let folder = tempfile::tempdir().expect("folder");
    let store = create(folder.path()).await;
    // More than are sorted, of two places in turn; those that stand in line share a commit.
    let store = std::sync::Arc::new(store);
    let mut tasks = Vec::new();
    for _ in 0..4_500 {
        let store = std::sync::Arc::clone(&store);
        tasks.push(tokio::spawn(async move {
            let mut command = store.command().await.expect("turn");
            let id = command.opening("", "").await.expect("number").1.0;
            let place = if id % 2 == 0 { "990101100001" } else { "990101100002" };
            command.append_case_event(None, &opened(id, "2026-06-01", place), row, None).await.expect("opened");
            command.commit().await.expect("on disk");
        }));
    }
    for task in tasks {
        task.await.expect("done");
    }
    let all = CaseFilter { limit: 50, ..everywhere() };
    let (page, total) = store.page_of_cases(&all).await.expect("walked");
    assert_eq!((page.len(), total), (50, 4_500));
    assert_eq!(page.iter().map(|case| case.id.0).collect::<Vec<_>>(), (4_451..=4_500).rev().collect::<Vec<_>>());
    let deep = CaseFilter { after: Some(CaseId(101)), ..all.clone() };
    assert_eq!(store.cases(&deep).await.expect("walked")[0].id, CaseId(100));
    let one = CaseFilter { scope: Scope { places: vec!["990101100001".into()] }, ..all.clone() };
    let (page, total) = store.page_of_cases(&one).await.expect("sorted");
    assert_eq!((page[0].id.0, page[49].id.0, total), (4_500, 4_402, 2_250));
    assert_eq!(
        store.count_cases(&CaseFilter { state: Some("new".into()), ..one.clone() }).await.expect("tally"),
        2_250
    );
    // Of one state, of the open, of the overdue: walked in their own order, where there are many.
    let (state, late) = (Some("new".to_owned()), Some(day("2026-06-07")));
    for (filter, found) in [
        (CaseFilter { state: state.clone(), ..all.clone() }, 4_500),
        (CaseFilter { state: Some("doing".into()), ..all.clone() }, 0),
        (CaseFilter { open: true, ..all.clone() }, 4_500),
        (CaseFilter { open: true, state: state.clone(), ..all.clone() }, 4_500),
        (CaseFilter { overdue_on: late, ..all.clone() }, 4_500),
        (CaseFilter { overdue_on: late, ..one.clone() }, 2_250),
        (CaseFilter { overdue_on: late, state, ..one.clone() }, 2_250),
        (CaseFilter { overdue_on: Some(day("2026-06-06")), ..all.clone() }, 0),
    ] {
        let (page, total) = store.page_of_cases(&filter).await.expect("a page");
        assert_eq!((total, page.len()), (found, found.min(50) as usize), "{filter:?}");
        assert!(page.windows(2).all(|two| two[0].id > two[1].id), "{filter:?}");
    }
}
