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

#[test]
fn a_line_tried() {
    let folder = Folder::filled();
    let asked = ["whatif", "--model", "T01", "--as-of", TODAY];
    let tried = [&asked, ["--set", ":fine_line=99.99", "--weeks", "2", "--list"].as_slice()].concat();
    assert_snapshot!("whatif", folder.shape(&tried));
    assert_snapshot!("whatif_text", folder.ok(&tried));
    assert_snapshot!("whatif_text_en", folder.ok(&[&tried, ["--lang", "en"].as_slice()].concat()));
    let short = ["--at", TODAY, "--set", "fine_line = 99.99", "--weeks", "2", "--list", "--json"];
    let short = folder.ok(&[["whatif", "--model", "T01"].as_slice(), &short].concat());
    assert_eq!(short, folder.ok(&[&tried, ["--format", "json"].as_slice()].concat()));
    // Without `--list` there is no key, masked or not.
    let counted = folder.json(&[&asked, ["--when", "fined > 99"].as_slice()].concat());
    assert_eq!((&counted["moves"]["enter"], &counted["enter"]), (&1.into(), &serde_json::Value::Null));
    assert_eq!(folder.json(&["runs"]).as_array().map(Vec::len), Some(0), "nothing is recorded");
}

#[test]
fn numbers_reported_upward() {
    let folder = Folder::filled();
    folder.ok(&["pack", "add", &data("packs/counted")]);
    let asked = ["indicators", "--as-of", TODAY];
    let and = |more: &[&'static str]| [asked.as_slice(), more].concat();
    assert_snapshot!("indicators", folder.shape(&asked));
    assert_snapshot!("indicators_text", folder.ok(&asked));
    assert_snapshot!("indicators_text_en", folder.ok(&and(&["--lang", "en"])));
    assert_snapshot!("indicators_open", folder.shape(&and(&["--open", "fines_total"])));
    let opened = folder.ok(&and(&["--open", "fined_share", "--place", "990101"]));
    assert_snapshot!("indicators_open_text", opened);
    assert!(!opened.contains("990101199001010019"), "masked like every list");
    let quick = folder.json(&and(&["--no-trend", "--pack", "counted"]));
    assert!(quick.as_array().is_some_and(|lines| lines.iter().all(|line| line["trend"] == serde_json::json!([]))));
    assert_eq!(folder.json(&and(&["--pack", "tiny"])), serde_json::json!([]));
    let one = folder.json(&and(&["--open", "fines_total", "--limit", "1"]));
    assert_eq!((one["lines"].as_array().map(Vec::len), &one["count"]), (Some(1), &3.into()));
    for (more, code) in [
        (["--open", "nonsense"], "unknown-indicator"),
        (["--place", "990999"], "unknown-place"),
        (["--place", "x"], "bad-key"),
        (["--pack", "nonsense"], "unknown-pack"),
    ] {
        let ran = folder.run(&and(&more));
        assert_eq!(ran.code, 3, "{more:?} {}", ran.stderr);
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
    }
}

#[test]
fn past_dates() {
    let folder = Folder::filled();
    let truth = folder.beside("truth.csv");
    let events = "date,kind,subject\n2026-06-05,late,990101199001010019\n2026-06-06,late,990101198505050028\n\
        2026-06-07,lost,990101199001010019\n2026-06-08,late,nobody\n";
    std::fs::write(&truth, events).expect("a file");
    let truth = truth.to_str().expect("UTF-8");
    let dates = ["backtest", "--from", "2026-06-02", "--to", "2026-06-10", "--every", "7d", "--model", "T01"];
    let measured = [dates.as_slice(), &["--truth", truth, "--case", "T01=late", "--list"]].concat();
    let swept = [measured.as_slice(), &["--sweep", ":fine_line=90..130 step 20"]].concat();
    assert_snapshot!("backtest", folder.shape(&swept));
    assert_snapshot!("backtest_text", folder.ok(&swept));
    assert_snapshot!("backtest_text_en", folder.ok(&[&swept, ["--lang", "en"].as_slice()].concat()));
    let late =
        folder.json(&[dates.as_slice(), &["--known-by", "2026-06-03", "--against", &data("packs/tiny")]].concat());
    assert_eq!((&late["models"][0]["dates"][0]["hit"], &late["truth"]), (&1.into(), &serde_json::Value::Null));
    assert_eq!((&late["against"][0]["both"], &late["against"][0]["only_here"]), (&1.into(), &0.into()));
    for (text, line) in [
        ("date,subject\n", "line 1"),
        ("day,subject,model\n", "line 1"),
        ("date,subject,model\n2026-06-01,x,T01\nyesterday,x,T01\n", "line 3"),
        ("date,subject,kind\n2026-06-01,x,other\n", "line 1"),
    ] {
        std::fs::write(truth, text).expect("a file");
        let ran = folder.run(&[measured.as_slice(), &["--lang", "en"]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{text}");
        assert!(ran.stderr.contains("[bad-truth]") && ran.stderr.contains(line), "{}", ran.stderr);
    }
}
