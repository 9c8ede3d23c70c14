//! The store over real folders: one binary, a fresh folder per test.

mod case;
mod chain;
mod clue;
mod command;
mod delivery;
mod folder;
mod identity;
mod pack;
mod run;

use std::collections::BTreeMap;
use std::path::Path;

use casework::{Change, ClueEvent, ClueId, Level, Said};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use store::{Entropy, ModelCounts, NewDelivery, RunRecord, Store};
use types::{Day, Delivery, Hash, Identities, Interval, Question, RefusalCode, RefusedRow, Segment, SubjectRef};

/// Bytes that look random and are the same in every run of the tests.
fn seeded(seed: u64) -> Box<dyn Entropy> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).max(1);
    Box::new(move |bytes: &mut [u8]| {
        for byte in bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = state.to_le_bytes()[3];
        }
    })
}

async fn create(folder: &Path) -> Store {
    Store::create(folder, seeded(1)).await.expect("create")
}

async fn open(folder: &Path) -> Store {
    Store::open(folder, seeded(2)).await.expect("open")
}

/// The database behind the store's back, for those who tamper with it.
async fn database(folder: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(folder.join("jianwei.sqlite")).foreign_keys(false);
    SqlitePool::connect_with(options).await.expect("database")
}

async fn tamper(folder: &Path, sql: &'static str) {
    let database = database(folder).await;
    let done = sqlx::raw_sql(sql).execute(&database).await.expect(sql);
    assert!(done.rows_affected() > 0, "nothing was tampered with: {sql}");
    database.close().await;
}

fn day(text: &str) -> Day {
    Day::parse(text).expect(text)
}

fn delivery(feed: &str, bytes: &str, received: &str) -> NewDelivery {
    let original = bytes.as_bytes().to_vec();
    let received = day(received);
    NewDelivery {
        delivery: Delivery {
            sequence: 0,
            feed: feed.into(),
            hash: Hash::of(&original),
            file_name: format!("{feed}.csv"),
            received,
            data_date: received,
            covers: Some(Interval { from: day("2026-01-01"), to: received }),
            scopes: vec!["2026".into()],
            rows: 2,
            refused: 1,
        },
        original: original.into(),
        backfill: false,
        ingested_at: "2026-06-01T08:00:00+08:00".into(),
        operator: "李".into(),
        refused: [RefusedRow {
            sheet: None,
            row: 3,
            column: Some("id_no".into()),
            code: RefusalCode::IdentifierDestroyed,
            check: None,
            value: "9.90101E+17".into(),
            readable: [("month", "2026-05")].into_iter().collect(),
        }]
        .into(),
        new_keys: BTreeMap::new(),
        closes: Vec::new(),
    }
}

/// The spaces as they are stored.
async fn stored(store: &Store) -> BTreeMap<String, Identities> {
    store.identities().await.expect("identities")
}

/// `spaces` with more keys, and what was added.
fn with_keys(
    mut spaces: BTreeMap<String, Identities>,
    keys: &[(&str, &[&str])],
) -> (BTreeMap<String, Identities>, BTreeMap<String, Vec<Segment>>) {
    let mut added = BTreeMap::new();
    for (space, keys) in keys {
        let identities = spaces.entry((*space).to_owned()).or_default();
        let known = identities.len();
        let mut numbering = identities.numbering();
        for key in *keys {
            numbering.number((*key).into());
        }
        assert!(!numbering.finish().is_empty(), "some key is new");
        added.insert((*space).to_owned(), identities.since(known).to_vec());
    }
    (spaces, added)
}

fn run(id: u32, on: &str) -> RunRecord {
    RunRecord {
        id,
        question: Question { as_of: day(on), known_by: day(on) },
        packs: BTreeMap::from([("base".into(), Hash::of(b"base"))]),
        last_delivery: 0,
        deliveries_digest: Hash::of(b""),
        alias_position: 0,
        semantics_number: 1,
        time_zone: "Asia/Shanghai".into(),
        calendar: "2026".into(),
        parameters_digest: Hash::of(b""),
        operator: "李".into(),
        started_at: format!("{on}T08:00:00+08:00"),
        moved: true,
        counts: BTreeMap::from([(
            "W02".into(),
            ModelCounts { hit: 1, clear: 2, undetermined: 3, outside: 4, shadow: false },
        )]),
    }
}

/// An event of `run` on `clue`; `who` is whom it is about, for those that say something.
fn event(run: &RunRecord, clue: u64, change: Change, who: Option<&str>) -> ClueEvent {
    let said = |key: &str| Said {
        subject: SubjectRef { kind: "person".into(), key: key.into() },
        place: Some(format!("{}100001", &key[..6])),
        opens: None,
        explanation: Hash::of(key.as_bytes()),
        note: None,
    };
    ClueEvent {
        clue: ClueId(clue),
        model: "W02".into(),
        run: Some(run.id),
        question: run.question,
        change,
        said: who.map(said),
    }
}

fn raised(run: &RunRecord, clue: u64, who: &str) -> ClueEvent {
    let level = Level { severity: Some("high".into()), unsure: false };
    event(run, clue, Change::ClueRaised { level, true_since: None }, Some(who))
}

/// Two people with clues, in one run.
const FIRST: &str = "990101199001011234";
const SECOND: &str = "990102199001012345";

async fn with_two_clues(folder: &Path) -> Store {
    let store = create(folder).await;
    let run = run(1, "2026-06-01");
    store.record_run(&run, &[raised(&run, 1, FIRST), raised(&run, 2, SECOND)]).await.expect("run");
    store
}
