//! Nothing that is masked comes out by any command, unless it is revealed for a purpose, and that is logged.

use crate::folder::{Folder, TODAY};

/// Keys and cells of class sensitive in `tests/data/files`.
const SECRETS: [&str; 5] =
    ["990101199001010019", "990101198505050028", "99010119700707003X", "990101200002020046", "损坏"];

#[test]
fn every_command_masks() {
    let folder = Folder::screened();
    let asked = ["--model", "T02", "--as-of", TODAY];
    let keys = folder.beside("keys.txt");
    std::fs::write(&keys, SECRETS[..3].join("\n")).expect("keys");
    let keys = format!("@{}", keys.display());
    let mut commands: Vec<Vec<&str>> = Vec::new();
    for list in ["clues", "refused", "unlinked", "deliveries", "runs"] {
        commands.push(vec![list]);
        commands.push(vec![list, "--format", "json"]);
    }
    for clue in ["C000001", "C000002"] {
        commands.push(vec!["explain", clue]);
        commands.push(vec!["explain", clue, "--format", "json"]);
        commands.push(vec!["replay", clue]);
    }
    for format in ["text", "json"] {
        commands.push([["explain", "--subject", &keys, "--format", format].as_slice(), &asked].concat());
    }
    for format in ["table", "json"] {
        commands.push([["near", "--format", format].as_slice(), &asked].concat());
        commands.push(vec!["near", "--model", "T01", "--as-of", TODAY, "--format", format]);
    }
    let tried = ["whatif", "--model", "T02", "--as-of", TODAY, "--when", "last_remark is not null", "--list"];
    commands.push(tried.to_vec());
    commands.push([tried.as_slice(), &["--json"]].concat());
    let truth = folder.beside("truth.csv");
    let lines: String = SECRETS[..4].iter().map(|key| format!("2026-06-08,T01,{key}\n")).collect();
    std::fs::write(&truth, format!("date,model,subject\n{lines}")).expect("a file");
    let truth = truth.to_str().expect("UTF-8");
    let past = ["backtest", "--from", "2026-06-03", "--to", TODAY, "--every", "7d", "--truth", truth, "--list"];
    let swept = [past.as_slice(), &["--model", "T01", "--sweep", ":fine_line=100..900 step 400"]].concat();
    commands.push(swept.clone());
    commands.push([swept.as_slice(), &["--json"]].concat());
    for arguments in commands {
        let ran = folder.run(&arguments);
        assert_eq!(ran.code, 0, "{arguments:?}\n{}", ran.stderr);
        for secret in SECRETS {
            assert!(!ran.stdout.contains(secret), "{arguments:?} shows `{secret}`\n{}", ran.stdout);
            assert!(!ran.stderr.contains(secret), "{arguments:?} shows `{secret}`\n{}", ran.stderr);
        }
    }
    let nobody = folder.run(&["explain", "--subject", SECRETS[3], "--model", "T01", "--as-of", TODAY]);
    assert!(nobody.code == 3 && !nobody.stderr.contains(SECRETS[3]), "{}", nobody.stderr);
}

#[test]
fn a_reveal_shows_and_is_logged() {
    let folder = Folder::screened();
    let revealed = ["--unmasked", "--purpose", "door to door"];
    let clues = folder.json(&[["clues", "--model", "T01"].as_slice(), &revealed].concat());
    assert_eq!(clues[0]["subject"]["key"], SECRETS[0]);
    assert_eq!(clues[0]["place"], "990101100201");
    let text = folder.ok(&[["explain", "C000002"].as_slice(), &revealed].concat());
    assert!(text.contains(SECRETS[0]) && text.contains("备注为 丢失"), "{text}");
    let asked = ["--model", "T01", "--as-of", TODAY];
    folder.ok(&[["explain", "--subject", SECRETS[1]].as_slice(), &asked, &revealed].concat());
    let canonical = folder.ok(&[["replay", "C000001"].as_slice(), &revealed].concat());
    assert!(canonical.contains(SECRETS[0]));
    let tried = ["whatif", "--model", "T02", "--as-of", TODAY, "--when", "last_remark is not null", "--list"];
    let listed = folder.ok(&[tried.as_slice(), &["--by", "last_remark"], &revealed].concat());
    assert!(listed.contains(SECRETS[1]) && listed.contains(SECRETS[4]), "{listed}");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let reveals = runtime.block_on(async {
        let store = store::Store::open_read_only(&folder.path()).await.expect("the folder");
        store.reveals().await.expect("the log")
    });
    let logged: Vec<&str> = reveals.iter().map(|reveal| reveal.reveal.what.as_str()).collect();
    assert_eq!(
        logged,
        [
            "clues model=T01 state=* place=*",
            "explain C000002",
            "explain model=T01 person 99*************028 as_of=2026-06-10 known_by=2026-06-10",
            "replay C000001",
            "whatif model=T02 as_of=2026-06-10 known_by=2026-06-10",
        ]
    );
    assert!(reveals.iter().all(|reveal| reveal.reveal.who == "tester" && reveal.reveal.purpose == "door to door"));
    folder.ok(&["audit", "verify"]);
}

#[test]
fn a_refused_reveal_shows_nothing() {
    let folder = Folder::screened();
    let ran = folder.run(&["clues", "--unmasked", "--lang", "en"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("error[purpose-missing]: ") && ran.stderr.contains("hint: "), "{}", ran.stderr);
}
