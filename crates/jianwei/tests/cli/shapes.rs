//! Every JSON shape of docs/reference/json.md, and the texts people read, locked by snapshots.

use insta::assert_snapshot;

use crate::folder::{Folder, TODAY, data, jianwei};

#[test]
fn findings() {
    let broken = data("packs/broken");
    let ran = jianwei(["check", &broken, "--format", "json"]);
    assert_eq!(ran.code, 1);
    assert_snapshot!("check", ran.stdout);
    let ran = jianwei(["check", &broken, "--lang", "en"]);
    assert_eq!(ran.code, 1);
    assert_snapshot!("check_full", ran.stdout);
    let ran = jianwei(["check", &data("packs/tiny"), "--format", "json"]);
    assert_eq!((ran.code, ran.stdout.trim()), (0, "[]"));
}

#[test]
fn the_whole_thread() {
    let folder = Folder::filled();
    assert_snapshot!("deliveries", folder.shape(&["deliveries"]));
    assert_snapshot!("refused", folder.shape(&["refused"]));
    assert_snapshot!("unlinked", folder.shape(&["unlinked", "--as-of", TODAY]));
    assert_snapshot!("pack_list", folder.shape(&["pack", "list"]));
    assert_snapshot!("screen", folder.shape(&["screen", "--as-of", TODAY]));
    assert_snapshot!("runs", folder.shape(&["runs"]));
    assert_snapshot!("clues", folder.shape(&["clues"]));
    assert_snapshot!("near", folder.shape(&["near", "--model", "T01", "--as-of", TODAY]));
    assert_snapshot!("explain", folder.shape(&["explain", "C000001"]));
    assert_snapshot!("explain_text", folder.ok(&["explain", "C000001"]));
    assert_snapshot!("explain_text_en", folder.ok(&["explain", "C000002", "--lang", "en"]));
    assert_snapshot!("clues_table", folder.ok(&["clues"]));
}

#[test]
fn why_not_and_why_unknown() {
    let folder = Folder::filled();
    let (clear, unknown, nobody) = ("990101198505050028", "99010119700707003X", "990101200002020046");
    let asked = ["--model", "T01", "--as-of", TODAY];
    let why_not = folder.ok(&[["explain", "--subject", clear].as_slice(), &asked].concat());
    assert_snapshot!("why_not", why_not);
    let why_unknown = folder.ok(&[["explain", "--subject", unknown].as_slice(), &asked].concat());
    assert_snapshot!("why_unknown", why_unknown);
    let ran = folder.run(&[["explain", "--subject", nobody].as_slice(), &asked].concat());
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("unknown-subject"), "{}", ran.stderr);

    let keys = folder.beside("keys.txt");
    std::fs::write(&keys, format!("{clear}\n\n{nobody}\n")).expect("keys");
    let file = format!("@{}", keys.display());
    let listed = folder.json(&[["explain", "--subject", &file].as_slice(), &asked].concat());
    let answers: Vec<&str> =
        listed.as_array().expect("an array").iter().map(|entry| entry["answer"].as_str().unwrap_or("-")).collect();
    assert_eq!(answers, ["clear", "-"]);
}

#[test]
fn answers_do_not_depend_on_threads() {
    let folder = Folder::screened();
    let one = folder.ok(&["replay", "C000001", "--threads", "1"]);
    assert_eq!(one, folder.ok(&["replay", "C000001", "--threads", "7"]));
}
