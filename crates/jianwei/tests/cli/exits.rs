//! The exit codes of docs/reference/exit-codes.md, each reached.

use std::fs::File;
use std::path::Path;

use crate::folder::{Folder, TODAY, arguments, copy, data, jianwei};

#[test]
fn what_cannot_be_read_is_a_usage_error() {
    for arguments in [
        ["explain"].as_slice(),
        &["screen", "--as-of", "yesterday"],
        &["explain", "7"],
        &["explain", "--subject", "x"],
        &["clues", "--state", "lost"],
        &["whatif", "--model", "T01"],
        &["backtest", "--from", "2026-01-31"],
        &["backtest", "--from", "2026-01-31", "--to", "2026-05-31", "--every", "often"],
        &["backtest", "--from", "2026-01-31", "--to", "2026-05-31", "--known-by", "now"],
        &["backtest", "--from", "2026-01-31", "--to", "2026-05-31", "--sweep", ":fine_line=1..2"],
        &["backtest", "--from", "2026-01-31", "--to", "2026-05-31", "--case", "T01=late"],
        &["whatif", "--model", "T01", "--set", "fine_line"],
        &["whatif", "--model", "T01", "--set", ":fine_line=1", "--weeks", "0"],
        &["ingest"],
        &["nothing"],
        &["clues", "--unmasked"],
        &["clues", "--unmasked", "--purpose", " "],
        &["clues", "--purpose", "a look"],
        &["codes", "check", "no-such-code", "1"],
        &["simulate", "--out", "/nowhere/at/all", "--mess", "2"],
    ] {
        let ran = jianwei(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}\n{}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{arguments:?}");
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn codes_and_pack_tests_say_yes_or_no() {
    let ran = jianwei(arguments("code"));
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("length: "), "{}", ran.stdout);
    let ran = jianwei(["codes", "check", "place", "990101000000"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "990101\n"));
    let ran = jianwei(["test", &data("packs/tiny")]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "5 passed, 0 failed\n"));
    let ran = jianwei(["test", &data("packs/failing")]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.ends_with("\n5 passed, 1 failed\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("T09-wrong.yaml:10:"), "{}", ran.stdout);
    let ran = jianwei(["test", &data("packs/broken")]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("JW0203"), "{}", ran.stderr);
}

#[test]
fn requests_are_refused_with_a_code() {
    let folder = Folder::filled();
    let tiny = data("packs/tiny");
    for (arguments, code) in [
        (["init", "--pack", &tiny].as_slice(), "already-initialised"),
        (&["pack", "add", &tiny], "pack-present"),
        (&["pack", "upgrade", &data("packs/failing")], "pack-absent"),
        (&["explain", "C000009"], "unknown-clue"),
        (&["near", "--model", "T77"], "unknown-model"),
        (&["whatif", "--model", "T77", "--set", ":fine_line=1", "--as-of", TODAY], "unknown-model"),
        (&["whatif", "--model", "T01", "--set", ":fine_line=1,000", "--as-of", TODAY], "bad-value"),
        (&["whatif", "--model", "T02", "--set", ":fine_line=1", "--as-of", TODAY], "line-unread"),
        (
            &["whatif", "--model", "T01", "--set", ":fine_line=1", "--by", "last_remark", "--as-of", TODAY],
            "masked-value",
        ),
        (&["explain", "--subject", "12", "--model", "T01"], "bad-key"),
        (&["screen", "--as-of", "2020-01-01"], "before-first-snapshot"),
        (&["deliveries", "destroy", "ffff", "--why", "x"], "unknown-delivery"),
        (&["clues", "--place", "north"], "bad-place"),
        (&["ingest", "tests/data/packs"], "no-manifest"),
        (&["link", "split", "--kind", "person", "--from", "99010119700707003X", "--why", "x"], "not-merged"),
        (&["link", "split", "--kind", "firm", "--from", "1", "--why", "x"], "unknown-kind"),
    ] {
        let ran = folder.run(&[arguments, &["--lang", "en"]].concat());
        assert_eq!(ran.code, 3, "{arguments:?}\n{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("error[{code}]: ")), "{arguments:?}\n{}", ran.stderr);
    }
    let ran = jianwei(["clues", "--data", "no/such/folder"]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.starts_with("错误[not-a-folder]: "), "{}", ran.stderr);
}

#[test]
fn a_condition_tried_is_checked_like_a_pack() {
    let folder = Folder::filled();
    let ran =
        folder.run(&["whatif", "--model", "T01", "--when", "1 = 1 and fine > 3", "--as-of", TODAY, "--lang", "en"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("JW0203") && ran.stderr.contains("--when:1:11"), "{}", ran.stderr);
}

#[test]
fn a_refused_file_does_not_stop_the_next() {
    let folder = Folder::new();
    let (places, wrong) = (data("files/地区代码2025-12-31.csv"), data("files/不相干.csv"));
    let ran = folder.run(&["ingest", &wrong, "no-such-file.csv", &places, "--received", "2026-01-05"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("[feed_unknown]") && ran.stderr.contains("[unreadable-file]"), "{}", ran.stderr);
    assert!(ran.stdout.contains("接收 6 行"), "{}", ran.stdout);
    let again = folder.ok(&["ingest", &places, "--received", "2026-01-06"]);
    assert!(again.contains("未变"), "{again}");
    assert_eq!(folder.json(&["deliveries"]).as_array().map(Vec::len), Some(1));

    let early = folder.run(&["ingest", &data("files/读者名册2026-05-31.csv"), "--received", "2026-01-01"]);
    assert_eq!(early.code, 3, "{}", early.stderr);
    assert!(early.stderr.contains("backfill-needed"), "{}", early.stderr);
    let folder_has = folder.ok(&[
        "ingest",
        &data("files/读者名册2026-05-31.csv"),
        "--received",
        "2026-01-01",
        "--backfill",
        "--lang",
        "en",
    ]);
    assert!(folder_has.contains("3 rows accepted"), "{folder_has}");
}

#[test]
fn a_corrected_file_moves_the_clues_and_old_ones_replay() {
    let folder = Folder::screened();
    let before = folder.ok(&["replay", "C000001"]);
    folder.ok(&["ingest", &data("files/逾期罚款2026-05-更正.csv"), "--received", "2026-06-12"]);
    assert_eq!(folder.json(&["refused"]).as_array().map(Vec::len), Some(0), "the correction makes the rows good");
    assert_eq!(folder.json(&["refused", "--all"]).as_array().map(Vec::len), Some(2));
    folder.ok(&["screen", "--as-of", "2026-06-12"]);
    let ended = folder.json(&["clues", "--state", "ended"]);
    assert_eq!((&ended[0]["id"], &ended[0]["end_reason"]), (&"C000001".into(), &"clear".into()));
    let open = folder.json(&["clues", "--state", "open", "--model", "T01"]);
    assert_eq!((open.as_array().map(Vec::len), &open[0]["opened"]), (Some(1), &"2026-06-12".into()));

    let next = folder.beside("tiny");
    copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(data("packs/tiny")).as_path(), &next);
    let parameters = next.join("parameters.yaml");
    let text = std::fs::read_to_string(&parameters).expect("parameters").replace("value: 100", "value: 30");
    std::fs::write(&parameters, text).expect("parameters");
    folder.ok(&["pack", "upgrade", next.to_str().expect("UTF-8")]);
    assert_eq!(before, folder.ok(&["replay", "C000001"]), "after a correction and an upgrade");

    let historic = folder.json(&["screen", "--as-of", TODAY]);
    assert_eq!((&historic["historic"], &historic["events"]), (&true.into(), &serde_json::json!({})));
}

#[test]
fn destroyed_evidence_is_named() {
    let folder = Folder::screened();
    let deliveries = folder.json(&["deliveries", "--feed", "fines"]);
    let hash = deliveries[0]["hash"].as_str().expect("a hash");
    folder.ok(&["deliveries", "destroy", &hash[..12], "--why", "retention"]);
    for command in ["replay", "explain"] {
        let ran = folder.run(&[command, "C000001"]);
        assert_eq!(ran.code, 6, "{}", ran.stderr);
        assert!(ran.stderr.contains("逾期罚款2026-05.csv") && ran.stderr.contains("retention"), "{}", ran.stderr);
        assert!(ran.stdout.is_empty());
    }
    assert_eq!(folder.json(&["deliveries", "--feed", "fines"])[0]["destroyed"]["why"], "retention");
}

#[test]
fn a_cut_chain_is_found() {
    let folder = Folder::screened();
    let head = folder.ok(&["audit", "verify"]);
    let hash = head.trim().split(' ').nth(1).expect("a hash");
    assert_eq!(folder.run(&["audit", "verify", "--head", hash]).code, 0);
    let ran = folder.run(&["audit", "verify", "--head", &"ab".repeat(32)]);
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert!(ran.stderr.contains("chain-broken"), "{}", ran.stderr);
}

#[test]
fn one_writer_many_readers() {
    let folder = Folder::screened();
    let lock = File::options().write(true).open(folder.path().join("jianwei.lock")).expect("the lock file");
    lock.lock().expect("the lock");
    for arguments in [
        ["screen", "--as-of", TODAY].as_slice(),
        &["ingest", &data("manifest")],
        &["clues", "--unmasked", "--purpose", "a look"],
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 8, "{arguments:?}\n{}", ran.stderr);
        assert!(ran.stderr.contains("[busy]"), "{}", ran.stderr);
    }
    for arguments in [["clues"].as_slice(), &["explain", "C000001"], &["replay", "C000001"], &["refused"]] {
        folder.ok(arguments);
    }
}

#[test]
fn merged_subjects_count_once() {
    let folder = Folder::screened();
    let from = folder.beside("from.txt");
    std::fs::write(&from, "990101198505050028\n").expect("a key");
    let from = format!("@{}", from.display());
    let line = folder.ok(&[
        "link",
        "merge",
        "--kind",
        "person",
        "--from",
        &from,
        "--to",
        "990101199001010019",
        "--known-by",
        "2026-06-11",
        "--why",
        "one person, two numbers",
    ]);
    assert_eq!(line, "1 person 99*************028 -> 99*************019 2026-06-11\n");
    let screened = folder.json(&["screen", "--as-of", "2026-06-11"]);
    assert_eq!(screened["subjects"]["person"], 2);
}
