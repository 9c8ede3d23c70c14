//! The guide to writing packs, followed to the letter: every block that names a file is put there, every command of a block that is to
//! be run ends well, in the order of the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::folder::Ran;

/// An empty folder in which the page is followed.
struct Desk {
    folder: TempDir,
}

impl Desk {
    /// After every block of the page, or of those before the heading `until`; what the commands said, in order.
    fn after(until: Option<&str>) -> (Self, Vec<(String, Ran)>) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/write-a-pack.md");
        let page = fs::read_to_string(path).expect("the guide");
        let page = until.map_or(page.as_str(), |heading| page.split_once(heading).expect("the heading").0);
        let desk = Self { folder: tempfile::tempdir().expect("a folder") };
        let mut said = Vec::new();
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```") else { continue };
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let target =
                |word: &str| info.split(' ').find_map(|part| part.strip_prefix(word)).map(|path| desk.path(path));
            if info.ends_with(" run") {
                said.extend(body.iter().map(|command| ((*command).to_owned(), desk.run(command))));
            } else if let Some(path) = target("file=") {
                put(&path, &(body.join("\n") + "\n"));
            } else if let Some(path) = target("append=") {
                let before = fs::read_to_string(&path).expect("a file to add to");
                put(&path, &format!("{before}{}\n", body.join("\n")));
            } else if let Some(path) = target("line=") {
                replace_line(&path, body[0]);
            }
        }
        (desk, said)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// One command line of the page; single quotes hold what has blanks.
    fn run(&self, line: &str) -> Ran {
        let line = line.strip_prefix("jianwei ").expect("a command");
        let mut arguments = Vec::new();
        for (index, part) in line.split('\'').enumerate() {
            match index % 2 {
                0 => arguments.extend(part.split_whitespace().map(str::to_owned)),
                _ => arguments.push(part.to_owned()),
            }
        }
        let output = Command::new(env!("CARGO_BIN_EXE_jianwei"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("JIANWEI_DATA")
            .env("JIANWEI_LANG", "en")
            .env("USER", "tester")
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        Ran {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Puts `line` in the place of that with the same key, or behind the first.
fn replace_line(path: &Path, line: &str) {
    let key = &line[..=line.find(':').expect("a key")];
    let text = fs::read_to_string(path).expect("a file to change");
    let mut lines: Vec<&str> = text.lines().collect();
    match lines.iter_mut().find(|old| old.starts_with(key)) {
        Some(old) => *old = line,
        None => lines.insert(1, line),
    }
    put(path, &(lines.join("\n") + "\n"));
}

#[test]
fn the_guide_holds_to_the_letter() {
    let (_, said) = Desk::after(None);
    assert!(said.len() > 20, "{} commands", said.len());
    for (command, ran) in &said {
        assert_eq!(ran.code, 0, "{command}\n{}{}", ran.stdout, ran.stderr);
    }
    let of = |beginning: &str| {
        let found: Vec<&Ran> =
            said.iter().filter(|(command, _)| command.starts_with(beginning)).map(|(_, ran)| ran).collect();
        assert!(!found.is_empty(), "{beginning}");
        found
    };
    for ran in of("jianwei test") {
        assert!(ran.stdout.ends_with(" passed, 0 failed\n"), "{}", ran.stdout);
    }
    let explained = of("jianwei explain")[0];
    assert!(explained.stdout.contains("undetermined"), "{}", explained.stdout);
    let short = "`fuel_paid` needs `fuel_receipts` from 2025-06-01 on, its unbroken data begin on 2026-05-01";
    assert!(explained.stderr.contains(short), "{}", explained.stderr);
    assert!(!explained.stdout.contains("对象"), "one language where one is named: {}", explained.stdout);
    assert!(of("jianwei indicators")[0].stdout.contains("coal_"));
    assert!(of("jianwei agreements")[0].stdout.contains("fuel-2026"));
}

/// What `ingest` says beside its line, for the boarding pupils of the guide: what it was given, then the words of its warnings.
#[test]
fn ingest_warns_of_what_silence_would_hide() {
    let (desk, _) = Desk::after(Some("### Indicators"));
    assert_eq!(desk.run("jianwei init --data d --pack boarding").code, 0);
    let header = "学生身份证号,学校,发放日期,距离(公里),发放金额\n";
    for (name, day, options, warnings) in [
        ("寄宿生交通费2025年3月.csv", "2025-03-15", "--received 2025-04-02", [].as_slice()),
        ("寄宿生交通费2025年9月.csv", "2025-09-15", "--received 2025-10-02", &[]),
        ("寄宿生交通费2026年9月.csv", "2026-09-15", "--received 2026-10-02", &["long_span"]),
        ("寄宿生交通费2026秋.csv", "2026-09-16", "--received 2026-10-03", &["date_in_future"]),
        ("寄宿生交通费2026秋2.csv", "2026-09-17", "--received 2026-10-03 --data-date 2026-09-30", &["older_data"]),
        ("寄宿生交通费2026年3月.csv", "2026-03-15", "--received 2026-10-04", &[]),
    ] {
        put(&desk.path(name), &format!("{header}990101201203010017,甲,{day},12.5,100\n"));
        let ran = desk.run(&format!("jianwei ingest --data d {options} {name}"));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let said: Vec<&str> = ["long_span", "date_in_future", "older_data"]
            .into_iter()
            .filter(|word| ran.stderr.contains(&format!("warning [{word}]")))
            .collect();
        assert_eq!(said, warnings, "{name}\n{}", ran.stderr);
    }
}

#[test]
fn a_refused_row_of_a_table_test_is_named_with_its_line() {
    let (desk, _) = Desk::after(Some("### Step 6"));
    let path = desk.path("heating/tests/h01-coal.yaml");
    let text = fs::read_to_string(&path).expect("the table");
    let line = text.lines().position(|line| line.contains("2026-01-12,煤,180.00")).expect("the row") + 1;
    put(&path, &text.replace("2026-01-12,煤,180.00", "2026-01-12,煤,18O.00"));
    let ran = desk.run("jianwei test heating");
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains(&format!("line {line} was refused")) && said.contains("18O.00"), "{said}");
}

#[test]
fn an_invented_number_is_told_the_digit_that_fits() {
    let (desk, _) = Desk::after(Some("## Part one"));
    let kind =
        codes::codes().find(|code| code.exists_from("11010519491231002X").is_some()).expect("a kind of code").kind.0;
    for (value, code, said) in [
        ("990101197005030018", 0, "valid"),
        ("990101197005030011", 1, "990101197005030018"),
        ("99010119700503001", 1, "990101197005030018"),
    ] {
        let ran = desk.run(&format!("jianwei codes check {kind} {value}"));
        assert_eq!(ran.code, code, "{value}");
        assert!(ran.stderr.contains(said), "{value}: {}", ran.stderr);
    }
    // A real number is never repaired.
    let ran = desk.run(&format!("jianwei codes check {kind} 110105194912310020"));
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
}
