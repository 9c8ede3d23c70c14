//! Opening, locking, sweeping, and writers that die.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

use store::{RefusedFilter, Store, StoreError};
use types::{Hash, SubjectRef};

use crate::{create, database, delivery, open, seeded, with_keys};

#[tokio::test]
async fn what_is_not_a_data_folder_is_refused_with_a_hint() {
    let temporary = tempfile::tempdir().expect("folder");
    let missing = Store::open(&temporary.path().join("none"), seeded(1)).await.err().expect("refused");
    assert_eq!(missing.code(), "not_a_folder");
    for error in
        [Store::open(temporary.path(), seeded(1)).await.err(), Store::open_read_only(temporary.path()).await.err()]
    {
        let error = error.expect("refused");
        assert_eq!(error.code(), "not_initialised");
        assert!(error.text().zh.contains("jianwei init") && error.to_string().contains("jianwei init"));
    }
    drop(create(temporary.path()).await);
    let again = Store::create(temporary.path(), seeded(1)).await.err().expect("refused");
    assert_eq!(again.code(), "already_initialised");
}

#[tokio::test]
async fn a_second_writer_is_refused_and_a_reader_is_not() {
    let temporary = tempfile::tempdir().expect("folder");
    let writer = create(temporary.path()).await;
    assert!(matches!(Store::open(temporary.path(), seeded(1)).await, Err(StoreError::Busy { .. })));

    let reader = Store::open_read_only(temporary.path()).await.expect("reader");
    assert!(reader.deliveries().await.expect("deliveries").is_empty());
    writer.insert_delivery(&delivery("rain", "a", "2026-06-01")).await.expect("insert");
    assert_eq!(reader.deliveries().await.expect("deliveries").len(), 1, "a reader sees what was committed");
    let refused = reader.insert_delivery(&delivery("rain", "b", "2026-06-02")).await.expect_err("read only");
    assert_eq!(refused.code(), "read_only");
    assert_eq!(reader.set_setting("time_zone", "UTC").await.expect_err("read only").code(), "read_only");

    writer.close().await;
    let writer = open(temporary.path()).await;
    assert_eq!(writer.deliveries().await.expect("deliveries").len(), 1);
}

#[tokio::test]
async fn files_without_a_name_leave_nothing() {
    let temporary = tempfile::tempdir().expect("folder");
    let writer = create(temporary.path()).await;
    let mut files = {
        let unnamed = writer.unnamed_files().expect("a writer");
        [unnamed().expect("file"), unnamed().expect("file")]
    };
    for (file, text) in files.iter_mut().zip(["one", "other"]) {
        file.write_all(text.as_bytes()).expect("written");
    }
    assert_eq!(files.map(|file| file.metadata().expect("file").len()), [3, 5]);
    assert_eq!(fs::read_dir(temporary.path().join("tables")).expect("tables").count(), 0);
    let reader = Store::open_read_only(temporary.path()).await.expect("reader");
    assert_eq!(reader.unnamed_files().err().expect("read only").code(), "read_only");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let temporary = tempfile::tempdir().expect("folder");
    create(temporary.path()).await.close().await;
    let database = database(temporary.path()).await;
    sqlx::query("pragma user_version = 99").execute(&database).await.expect("pragma");
    database.close().await;
    for error in
        [Store::open(temporary.path(), seeded(1)).await.err(), Store::open_read_only(temporary.path()).await.err()]
    {
        assert!(matches!(error, Some(StoreError::TooNew { found: 99, known: 5 })));
    }
}

#[tokio::test]
async fn a_folder_from_before_the_first_release_is_refused_plainly() {
    let temporary = tempfile::tempdir().expect("folder");
    create(temporary.path()).await.close().await;
    let database = database(temporary.path()).await;
    sqlx::query("pragma user_version = 1").execute(&database).await.expect("pragma");
    database.close().await;
    for error in
        [Store::open(temporary.path(), seeded(1)).await.err(), Store::open_read_only(temporary.path()).await.err()]
    {
        let error = error.expect("refused");
        assert!(matches!(error, StoreError::Outdated { found: 1, oldest: 2 }), "{error}");
        assert!(error.text().zh.contains("jianwei init") && error.to_string().contains("jianwei init"));
    }
}

#[tokio::test]
async fn a_writer_killed_before_its_commit_leaves_nothing() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let mut lost = delivery("rain", "lost", "2026-06-01");
    let long = "k".repeat(20_000);
    lost.new_keys = with_keys(BTreeMap::new(), &[("person", &[&long])]).1;
    // The transaction fails at its last statement, long after the delivery's row and files were written.
    let raw = database(temporary.path()).await;
    let stop = "create trigger stop before insert on identity_segment begin select raise(abort, 'stop'); end";
    sqlx::query(stop).execute(&raw).await.expect("trigger");
    assert_eq!(store.insert_delivery(&lost).await.expect_err("stopped").code(), "sql");
    drop(store);
    sqlx::query("drop trigger stop").execute(&raw).await.expect("trigger");
    raw.close().await;
    let original = temporary.path().join(format!("originals/{}.zst", lost.delivery.hash));
    let segment = temporary.path().join(format!("identities/{}.arrow", lost.new_keys["person"][0].hash()));
    assert!(original.exists() && segment.exists(), "the files came before the row");

    let store = open(temporary.path()).await;
    assert!(!original.exists() && !segment.exists(), "and are swept without one");
    assert!(store.deliveries().await.expect("deliveries").is_empty());
    assert!(store.refused_rows(&RefusedFilter::default()).await.expect("refused").is_empty());
    assert!(store.identities().await.expect("identities").is_empty());
    assert_eq!(store.insert_delivery(&delivery("rain", "kept", "2026-06-01")).await.expect("insert"), 1);

    // A database connection that dies in the middle of a transaction.
    store.close().await;
    let raw = database(temporary.path()).await;
    let mut tx = raw.begin().await.expect("begin");
    sqlx::query("delete from delivery").execute(&mut *tx).await.expect("delete");
    drop(tx);
    raw.close().await;
    assert_eq!(open(temporary.path()).await.deliveries().await.expect("deliveries").len(), 1);
}

#[tokio::test]
async fn orphans_and_half_written_files_are_swept_and_nothing_else() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    let kept = delivery("rain", "kept", "2026-06-01");
    store.insert_delivery(&kept).await.expect("insert");
    let table =
        store.write_table(kept.delivery.hash, Hash::of(b"rules"), |file| file.write_all(b"table")).expect("table");
    let pack = store::NewPack {
        hash: Hash::of(b"pack"),
        id: "base".into(),
        version: "1.0.0".into(),
        files: [("pack.yaml".to_owned(), b"id: base".to_vec())].into(),
        at: String::new(),
        by: String::new(),
    };
    store.add_pack(&pack).await.expect("pack");
    store.close().await;

    let root = temporary.path();
    let (stray, half) = (Hash::of(b"stray"), kept.delivery.hash);
    let orphans = [
        root.join(format!("originals/{stray}.zst")),
        root.join(format!("originals/{half}.zst.tmp")),
        root.join(format!("tables/{stray}-{stray}.arrow")),
        root.join(format!("tables/{half}-{stray}.arrow.tmp")),
        root.join(format!("identities/{stray}.arrow")),
        root.join(format!("identities/{stray}.arrow.tmp")),
    ];
    for orphan in &orphans {
        fs::write(orphan, b"x").expect("write");
    }
    let folders = [root.join(format!("packs/{stray}")), root.join(format!("packs/{stray}.tmp"))];
    for folder in &folders {
        fs::create_dir_all(folder.join("base")).expect("folder");
    }
    fs::write(root.join("originals/README.txt"), b"ours to keep").expect("write");

    let store = open(root).await;
    assert!(orphans.iter().chain(&folders).all(|path| !path.exists()));
    assert!(root.join("originals/README.txt").exists() && table.exists());
    assert!(store.original(kept.delivery.hash).await.is_ok());
    let version = store.pack_version(Hash::of(b"pack")).await.expect("query").expect("pack");
    assert!(store.pack_folder(&version).join("pack.yaml").exists());
    assert!(store.sweep().await.expect("sweep").is_empty());
}

#[tokio::test]
async fn settings_are_kept() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    assert_eq!(store.setting("time_zone").await.expect("query"), None);
    for zone in ["UTC", "Asia/Shanghai"] {
        store.set_setting("time_zone", zone).await.expect("set");
    }
    assert_eq!(store.setting("time_zone").await.expect("query").as_deref(), Some("Asia/Shanghai"));
}

#[tokio::test]
async fn a_reference_is_read_by_its_folder_alone_and_for_its_kind_alone() {
    let root = tempfile::tempdir().expect("folder");
    let store = create(&root.path().join("one")).await;
    let subject = SubjectRef { kind: "lot".into(), key: "990101199001011234".into() };
    let reference = store.subject_reference(&subject);
    assert_eq!(reference, store.subject_reference(&subject));
    assert_eq!(store.referred("lot", &reference), Some(subject.clone()));
    assert!(!reference.contains("1990"), "{reference}");
    let last = if reference.ends_with('0') { "1" } else { "0" };
    let changed = format!("{}{last}", &reference[..reference.len() - 1]);
    for (kind, text) in [("person", reference.as_str()), ("lot", &changed), ("lot", ""), ("lot", "zz"), ("lot", "é12")]
    {
        assert_eq!(store.referred(kind, text), None, "{kind} {text}");
    }
    let other = open(&{
        let other = root.path().join("two");
        Store::create(&other, seeded(9)).await.expect("create").close().await;
        other
    })
    .await;
    assert_eq!(other.referred("lot", &reference), None);
}
