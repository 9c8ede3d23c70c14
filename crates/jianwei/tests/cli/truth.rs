//! `truth`: what was found held against what was so, on a small invented world, clean and with defects.

use crate::folder::{Folder, arguments, jianwei};

const PACKS: &str = "../../packs";

#[test]
fn every_difference_from_clean_files_is_tied_to_a_defect() {
    let folder = Folder::new();
    let [clean, messy] = ["clean", "messy"].map(|name| {
        let data = folder.beside(name).to_str().expect("UTF-8").to_owned();
        let options = ["--packs", PACKS, "--data", &data].map(str::to_owned).to_vec();
        let ran = jianwei([arguments(&format!("demo-{name}")), options].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        data
    });
    let (lists, truth) = (folder.beside("lists"), format!("{messy}/simulated/truth"));
    let out = lists.to_str().expect("UTF-8");
    let asked = ["--lang", "en", "truth", "--data", &messy, "--truth", &truth, "--clean", &clean, "--out", out];
    let ran = jianwei(asked);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for heading in ["what was found", "why cases were missed", "why hits were false", "compared with files without"] {
        assert!(ran.stdout.contains(heading), "{heading}\n{}", ran.stdout);
    }
    let list = |name: &str| std::fs::read_to_string(lists.join(name)).expect(name);
    let differences = list("differences.csv");
    assert!(differences.lines().count() > 1, "defects change nothing:\n{}", ran.stdout);
    for line in differences.lines().skip(1) {
        assert!(!line.contains(",nothing,"), "{line}");
    }
    assert!(list("misses.csv").contains("no feed shows it"));
    assert!(list("false-hits.csv").lines().count() > 1);

    what_is_kept_ranks_the_clues(&messy, &truth);

    let same = jianwei(["--lang", "en", "truth", "--data", &messy, "--truth", &truth, "--clean", &messy, "--out", out]);
    assert_eq!(same.code, 0, "{}", same.stderr);
    assert_eq!(list("differences.csv").lines().count(), 1, "a folder differs from itself");
}

/// Rates that `--keep` notes order the list and the conversations, and say what they were counted on.
fn what_is_kept_ranks_the_clues(data: &str, truth: &str) {
    let json = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let ran = jianwei([&["--lang", "en", "clues", "--data", data, "--format", "json"], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let level = |line: &serde_json::Value| {
        let levels = ["high", "medium", "low"];
        levels.iter().position(|level| line["severity"] == **level).unwrap_or(levels.len())
    };
    assert!(json(&[]).iter().all(|line| line["hit_rate"].is_null()), "nothing is kept yet");
    let ran = jianwei(["truth", "--data", data, "--truth", truth, "--keep"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);

    let ranked = json(&["--order", "rank"]);
    assert!(ranked.windows(2).all(|pair| level(&pair[0]) <= level(&pair[1])), "the gravest first");
    let known: Vec<&serde_json::Value> = ranked.iter().filter(|line| !line["hit_rate"].is_null()).collect();
    assert!(!known.is_empty() && known.iter().all(|line| line["hit_rate"]["simulated"] == true));
    let rate = |line: &serde_json::Value| {
        let part = |name: &str| line["hit_rate"][name].as_u64().expect("a count");
        part("right") * 1_000 / part("of")
    };
    let falls = |pair: &[&serde_json::Value]| level(pair[0]) < level(pair[1]) || rate(pair[0]) >= rate(pair[1]);
    assert!(known.windows(2).all(falls), "the model that was right more often first");
    let older = |pair: &[serde_json::Value]| {
        let same = level(&pair[0]) == level(&pair[1]) && pair[0]["model"] == pair[1]["model"];
        !same || pair[0]["opened"].as_str() <= pair[1]["opened"].as_str()
    };
    assert!(ranked.windows(2).all(older), "the oldest first");

    // Everything open is in one conversation, and nobody has two.
    let conversations = json(&["--conversations"]);
    let held = conversations.len();
    // Masked keys of two people may look the same.
    let shown = conversations.iter().map(|line| line["subject"].to_string()).filter(|subject| !subject.contains('*'));
    let mut owners: Vec<String> = shown.collect();
    let lines = owners.len();
    owners.sort();
    owners.dedup();
    assert_eq!(owners.len(), lines, "one line for each");
    assert!(conversations.windows(2).all(|pair| level(&pair[0]) <= level(&pair[1])));
    let clues = |line: &serde_json::Value| line["clues"].as_array().expect("clues").len();
    let several = conversations.iter().filter(|line| line["models"].as_array().expect("models").len() > 1).count();
    assert!(several > 0, "no owner of whom two models speak");
    let open: usize = ["open", "unconfirmed"].map(|state| json(&["--state", state]).len()).iter().sum();
    let told: usize = conversations.iter().map(clues).sum();
    assert!(told <= open && held < told, "{held} conversations, {told} of {open} clues");
    let text = jianwei(["--lang", "en", "clues", "--data", data, "--conversations", "--limit", "5"]);
    assert!(text.stdout.contains("(simulated)") && text.stderr.contains("conversations"), "{}", text.stdout);
}

#[test]
fn what_is_no_truth_is_refused() {
    let folder = Folder::new();
    let ran = folder.run(&["truth", "--truth", "nowhere/at/all"]);
    assert_ne!(ran.code, 0);
    assert!(!ran.stderr.is_empty());
}
