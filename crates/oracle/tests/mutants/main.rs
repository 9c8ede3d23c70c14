//! Faults seeded into a copy of the sources, and which tests catch them (`make mutants`): the table is docs/reference/mutants.md.
//!
//! All faults are written into one copy, each behind a name, and built once; a run of the tests then turns one of them on. Nothing
//! happens unless MUTANTS is set to the folder for the copy and its build.

mod faults;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use faults::Fault;

/// Tests that may catch a fault: a name for the table, the sources of the test program, the names of tests that are run.
const NETS: [(&str, &str, &[&str]); 6] = [
    ("engine = oracle", "tests/differential/main.rs", &["engine_and_oracle_agree"]),
    ("packs", "tests/story/main.rs", &["packs::"]),
    ("expr cases", "tests/cases.rs", &[]),
    ("own: casework", "casework", &[]),
    ("own: pack", "pack", &[]),
    ("own: types", "types", &[]),
];
/// The variable that names the fault that is on.
const ON: &str = "JIANWEI_FAULT";
/// A run that takes longer does not end: caught.
const LONGEST: Duration = Duration::from_secs(300);

#[test]
#[ignore = "most of an hour; run by `make mutants`"]
fn every_seeded_fault_is_caught() {
    let Some(folder) = env::var_os("MUTANTS").map(PathBuf::from) else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let faults = faults::read(include_str!("faults.txt")).expect("a list of faults");
    let copy = folder.join("tree");
    copy_tree(&root, &copy);
    faults::seed(&copy, &faults, ON).unwrap_or_else(|error| panic!("{error}"));
    let programs = build(&copy, &folder.join("target"));
    for (net, program) in NETS.iter().zip(&programs) {
        assert!(!is_caught(&copy, program, net.2, "none"), "{} fails without any fault", net.0);
    }
    let mut rows = Vec::new();
    for fault in &faults {
        let caught: Vec<bool> =
            NETS.iter().zip(&programs).map(|(net, program)| is_caught(&copy, program, net.2, &fault.name)).collect();
        println!("{:28}{caught:?}", fault.name);
        rows.push((fault, caught));
    }
    fs::write(root.join("docs/reference/mutants.md"), table(&rows)).expect("the table is written");
    let missed: Vec<&str> =
        rows.iter().filter(|(_, caught)| !caught.contains(&true)).map(|(fault, _)| fault.name.as_str()).collect();
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

/// Copies the files that git knows, and new ones it would take; one that is the same stays untouched, so that a second build is short.
fn copy_tree(root: &Path, copy: &Path) {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git lists the files");
    for name in String::from_utf8(listed.stdout).expect("UTF-8").lines() {
        let (from, to) = (root.join(name), copy.join(name));
        let Ok(bytes) = fs::read(from) else { continue };
        if fs::read(&to).is_ok_and(|known| known == bytes) {
            continue;
        }
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder is made");
        fs::write(to, bytes).expect("a file is copied");
    }
}

/// The test programs of [`NETS`], built.
fn build(copy: &Path, target: &Path) -> Vec<PathBuf> {
    let output = Command::new("cargo")
        .args([
            "test",
            "--workspace",
            "--no-run",
            "--lib",
            "--test",
            "differential",
            "--test",
            "story",
            "--test",
            "cases",
        ])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::null())
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the seeded tree does not build:\n{text}");
    // `Executable tests/differential/main.rs (PATH)`, `Executable unittests src/lib.rs (…/casework-0123)`.
    let programs: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Executable ")?.trim_end_matches(')').split_once(" ("))
        .collect();
    let of = |source: &str| {
        let found = programs.iter().find(|(from, path)| {
            let file = path.rsplit('/').next().unwrap_or_default();
            *from == source
                || (from.starts_with("unittests") && file.rsplit_once('-').is_some_and(|file| file.0 == source))
        });
        copy.join(found.unwrap_or_else(|| panic!("{source} is not among the programs\n{text}")).1)
    };
    NETS.iter().map(|(_, source, _)| of(source)).collect()
}

/// Whether the tests fail, or do not end, with the fault `on`.
fn is_caught(copy: &Path, program: &Path, tests: &[&str], on: &str) -> bool {
    let member = if program.to_string_lossy().contains("/story-") { "crates/pipeline" } else { "crates/oracle" };
    let member = if program.to_string_lossy().contains("/cases-") { "crates/expr" } else { member };
    let mut run = Command::new(program)
        .args(tests)
        .current_dir(copy.join(member))
        .env(ON, on)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a test program runs");
    let begin = Instant::now();
    while begin.elapsed() < LONGEST {
        if let Some(status) = run.try_wait().expect("a test program ends") {
            return !status.success();
        }
        thread::sleep(Duration::from_millis(50));
    }
    run.kill().expect("a test program is stopped");
    run.wait().expect("a test program ends");
    true
}

fn table(rows: &[(&Fault, Vec<bool>)]) -> String {
    let mut text = String::from(
        "# Seeded faults, and what catches them\n\nWritten by `make mutants`; the list is `crates/oracle/tests/mutants/faults.txt`. `engine = oracle` is the short run of \
         `make test` (its seeds, not those of `make soak`),\n`packs` the table tests of all packs and of the language's own, the rest what its name says.\n\n",
    );
    let names: Vec<&str> = NETS.iter().map(|net| net.0).collect();
    let _ = writeln!(text, "| fault | file | {} |\n|---|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for (fault, caught) in rows {
        let marks: Vec<&str> = caught.iter().map(|caught| if *caught { "caught" } else { "" }).collect();
        let _ = writeln!(text, "| {} | `{}` | {} |", fault.what, fault.file, marks.join(" | "));
    }
    let by_oracle = rows.iter().filter(|(_, caught)| caught[0]).count();
    let by_any = rows.iter().filter(|(_, caught)| caught.contains(&true)).count();
    let _ = writeln!(text, "\n{by_any} of {} caught; {by_oracle} of them by engine = oracle.", rows.len());
    text
}
