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

    let same = jianwei(["--lang", "en", "truth", "--data", &messy, "--truth", &truth, "--clean", &messy, "--out", out]);
    assert_eq!(same.code, 0, "{}", same.stderr);
    assert_eq!(list("differences.csv").lines().count(), 1, "a folder differs from itself");
}

#[test]
fn what_is_no_truth_is_refused() {
    let folder = Folder::new();
    let ran = folder.run(&["truth", "--truth", "nowhere/at/all"]);
    assert_ne!(ran.code, 0);
    assert!(!ran.stderr.is_empty());
}
