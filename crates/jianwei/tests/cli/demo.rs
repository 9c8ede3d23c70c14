//! `simulate` and `demo`, small: the packs of the repository on invented files.

use crate::folder::{Folder, arguments, jianwei};

const PACKS: &str = "../../packs";

#[test]
fn the_demo_runs_twice_and_empties_only_its_own_folder() {
    let folder = Folder::new();
    let own = folder.beside("demo");
    let own = own.to_str().expect("UTF-8");
    let arguments = [arguments("demo"), ["--packs", PACKS, "--data", own].map(str::to_owned).to_vec()].concat();
    let first = jianwei(&arguments);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    for heading in ["/ deliveries ==", "/ refused rows ==", "/ subjects ==", "/ answers ==", "/ what to try next =="] {
        assert!(first.stdout.contains(heading), "{heading}\n{}", first.stdout);
    }
    assert!(first.stdout.contains("重放一致 / replayed equal"), "{}", first.stdout);
    let second = jianwei(&arguments);
    assert_eq!((second.code, second.stdout), (0, first.stdout), "the same seed says the same");
    let clues = jianwei(["clues", "--data", own]);
    assert_eq!(clues.code, 0, "{}", clues.stderr);

    let ran = folder.run(&["demo", "--packs", PACKS]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("not-a-demo-folder"), "{}", ran.stderr);
    folder.ok(&["pack", "list"]);
}

#[test]
fn simulate_fills_an_empty_folder_only() {
    let folder = Folder::new();
    let out = folder.beside("files");
    let out = out.to_str().expect("UTF-8");
    let arguments = [arguments("simulate"), ["--out", out].map(str::to_owned).to_vec()].concat();
    let ran = jianwei(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(std::path::Path::new(out).join("deliveries/manifest.csv").is_file());
    let ran = jianwei(&arguments);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("[not-empty]"), "{}", ran.stderr);
    let ran = jianwei(["simulate", "--out", out, "--months", "999"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
