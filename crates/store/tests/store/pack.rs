//! Versions of packs.

use std::collections::BTreeMap;

use store::NewPack;
use types::Hash;

use crate::create;

fn pack(id: &str, version: &str) -> NewPack {
    NewPack {
        hash: Hash::of(format!("{id} {version}").as_bytes()),
        id: id.into(),
        version: version.into(),
        files: BTreeMap::from([
            ("pack.yaml".into(), format!("version: {version}").into_bytes()),
            ("models/A01-x.yaml".into(), b"id: A01".to_vec()),
        ]),
        at: "2026-06-01T08:00:00+08:00".into(),
        by: "李".into(),
    }
}

#[tokio::test]
async fn an_upgrade_switches_the_current_version_and_keeps_the_old_one() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    for new in [pack("base", "1.0.0"), pack("other", "1.0.0"), pack("base", "1.1.0")] {
        assert!(store.add_pack(&new).await.expect("add"));
    }
    assert!(!store.add_pack(&pack("base", "1.1.0")).await.expect("again"), "in use already");
    let current = store.current_packs().await.expect("packs");
    let names: Vec<_> = current.iter().map(|pack| format!("{} {}", pack.id, pack.version)).collect();
    assert_eq!(names, ["base 1.1.0", "other 1.0.0"]);

    let old = pack("base", "1.0.0");
    let version = store.pack_version(old.hash).await.expect("query").expect("kept");
    let folder = store.pack_folder(&version);
    assert!(folder.ends_with("base"));
    assert_eq!(std::fs::read(folder.join("models/A01-x.yaml")).expect("file"), b"id: A01");
    assert_eq!(std::fs::read(folder.join("pack.yaml")).expect("file"), b"version: 1.0.0");

    store.switch_pack(old.hash, "2026-06-02T08:00:00+08:00", "王").await.expect("back");
    assert_eq!(store.current_packs().await.expect("packs")[0].version, "1.0.0");
    let history = store.pack_history().await.expect("history");
    assert_eq!((history.len(), history[3].position, history[3].by.as_str()), (4, 4, "王"));
    assert_eq!(store.switch_pack(Hash::of(b"none"), "", "").await.expect_err("unknown").code(), "unknown");
}

#[tokio::test]
async fn a_path_out_of_the_pack_is_refused() {
    let temporary = tempfile::tempdir().expect("folder");
    let store = create(temporary.path()).await;
    for path in ["../../evil.yaml", "/etc/evil.yaml", ""] {
        let mut evil = pack("base", "1.0.0");
        evil.files.insert(path.into(), b"x".to_vec());
        assert_eq!(store.add_pack(&evil).await.expect_err(path).code(), "unfit");
    }
    let evil = NewPack { id: "..".into(), ..pack("base", "1.0.0") };
    assert_eq!(store.add_pack(&evil).await.expect_err("id").code(), "unfit");
    assert!(store.current_packs().await.expect("packs").is_empty());
}
