//! Killed at any moment, a second run ends in the same state.
//!
//! The state: every list the folder prints, without what the clock says, and the bytes of every file that is named by its content.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::folder::{Folder, TODAY, data, number, readers_header};

/// Kills of `make test`; `make soak` has ten times as many.
const KILLS: u64 = 20;

/// Rows of the file that takes long enough to be killed in.
const ROWS: usize = 6_000;

/// A folder with its packs and files to take in, as it is before each try.
struct Ground {
    folder: Folder,
}

impl Ground {
    fn new() -> Self {
        let folder = Folder::new();
        let files = folder.beside("files");
        fs::create_dir(&files).expect("folder");
        let mut readers = format!("{}\n", readers_header());
        let mut fines = "身份证号,缴款日期,金额,备注\n".to_owned();
        for row in 0..ROWS {
            let key = number(row);
            writeln!(readers, "{key},990101100201").expect("text");
            let amount = if row % 50 == 0 { "x" } else { "12.50" };
            writeln!(fines, "{key},2026-05-{:02},{amount},甲", row % 28 + 1).expect("text");
        }
        fs::copy(data("manifest/地区代码2025-12-31.csv"), files.join("地区代码2025-12-31.csv")).expect("copied");
        fs::write(files.join("读者名册2026-05-31.csv"), readers).expect("written");
        fs::write(files.join("逾期罚款2026-05.csv"), fines).expect("written");
        let manifest = "file,received\n地区代码2025-12-31.csv,2026-01-05\n读者名册2026-05-31.csv,2026-06-02\n\
                        逾期罚款2026-05.csv,2026-06-03\n";
        fs::write(files.join("manifest.csv"), manifest).expect("written");
        Self { folder }
    }

    /// Takes the files into a copy of the folder; the process gets `end` after it began or, by number, at an instant.
    fn attempt(&self, copy: &Path, end: Option<Duration>, at: Option<u32>) -> bool {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianwei"));
        command.args(["ingest", "--quiet"]).arg(self.folder.beside("files")).arg("--data").arg(copy);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).env("USER", "tester");
        if end.is_some() || at.is_some() {
            // Whoever is ended holds few rows and has the others in files; what runs to its end holds all.
            command.env("JIANWEI_PIECE", "500");
        }
        if let Some(at) = at {
            command.env("JIANWEI_END_AT", at.to_string());
        }
        let mut child = command.spawn().expect("the binary runs");
        if let Some(end) = end {
            std::thread::sleep(end);
            let _ = child.kill();
        }
        child.wait().expect("it ends").success()
    }

    fn copy(&self, name: &str) -> std::path::PathBuf {
        let copy = self.folder.beside(name);
        copy_folder(&self.folder.path(), &copy);
        copy
    }

    /// Kills one try, runs it again to its end; whether it was killed in time, and the state.
    fn killed(&self, name: &str, end: Option<Duration>, at: Option<u32>) -> (bool, String) {
        let copy = self.copy(name);
        let finished = self.attempt(&copy, end, at);
        assert!(self.attempt(&copy, None, None), "{name}: the second run succeeds");
        let state = state(&copy);
        fs::remove_dir_all(&copy).expect("removed");
        (!finished, state)
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(from).expect("folder") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

fn state(folder: &Path) -> String {
    let mut hash = Sha256::new();
    let mut files = BTreeMap::new();
    for part in ["originals", "tables", "identities", "packs"] {
        collect(&folder.join(part), part, &mut files);
    }
    for (name, bytes) in files {
        hash.update(format!("{name} {}\n", bytes.len()));
        hash.update(bytes);
    }
    let shown = folder.to_str().expect("UTF-8");
    for list in [["deliveries"].as_slice(), &["refused", "--all"], &["unlinked", "--as-of", TODAY]] {
        let ran = crate::folder::jianwei(list.iter().copied().chain(["--format", "json", "--data", shown]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let kept = ran.stdout.lines().filter(|line| !line.contains("\"ingested_at\""));
        hash.update(kept.collect::<Vec<_>>().join("\n"));
    }
    let ran = crate::folder::jianwei(["audit", "verify", "--data", shown]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn collect(folder: &Path, name: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("folder") {
        let entry = entry.expect("entry");
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &name, files);
        } else {
            files.insert(name, fs::read(entry.path()).expect("file"));
        }
    }
}

#[test]
fn a_rename_or_a_commit_that_is_the_last_thing_done_is_no_harm() {
    let ground = Ground::new();
    let (_, undisturbed) = ground.killed("undisturbed", None, None);
    let mut reached = 0;
    for nth in 1.. {
        let (was_killed, state) = ground.killed(&format!("at-{nth}"), None, Some(nth));
        assert_eq!(state, undisturbed, "ended at instant {nth}");
        if !was_killed {
            break;
        }
        reached = nth;
    }
    // Per file two of the original, two of the table, two of the commit; the schema's and the keys' besides.
    assert!(reached >= 18, "only {reached} instants");
}

fn kill(times: u64) {
    let ground = Ground::new();
    let begun = Instant::now();
    let (_, undisturbed) = ground.killed("undisturbed", None, None);
    let whole = begun.elapsed() / 2;
    let mut in_time = 0;
    // Steps of the golden section fill the time evenly, whatever their number.
    for kill in 1..=times {
        let share = (kill.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64 / f64::from(1 << 24);
        let (was_killed, state) = ground.killed(&format!("kill-{kill}"), Some(whole.mul_f64(share)), None);
        assert_eq!(state, undisturbed, "kill {kill} after {share} of the time");
        in_time += u64::from(was_killed);
    }
    assert!(in_time * 2 >= times, "only {in_time} of {times} were in time");
}

#[test]
fn killed_at_any_instant_a_second_run_ends_in_the_same_state() {
    kill(KILLS);
}

#[test]
#[ignore = "the large count, for `make soak`"]
fn killed_ten_times_as_often_a_second_run_ends_in_the_same_state() {
    kill(KILLS * 10);
}
