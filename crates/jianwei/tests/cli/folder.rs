//! A data folder of its own for each test, and the binary run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Today in tests that take one: after the last file of `tests/data/files` was received.
pub const TODAY: &str = "2026-06-10";

/// What a command did.
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// Data.
    pub stdout: String,
    /// Messages.
    pub stderr: String,
}

/// A data folder in a temporary folder.
pub struct Folder {
    temporary: TempDir,
}

/// A file or folder of `tests/data`.
pub fn data(name: &str) -> String {
    format!("tests/data/{name}")
}

/// A command line of `tests/data/arguments`: some options are named in words that stand in no Rust.
pub fn arguments(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(data(&format!("arguments/{name}.txt")));
    let text = std::fs::read_to_string(path).expect("arguments");
    text.split_whitespace().map(str::to_owned).collect()
}

/// The header of the list of readers in `tests/data`.
pub fn readers_header() -> String {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(data("files/读者名册2026-05-31.csv")));
    text.expect("the list").lines().next().expect("a header").to_owned()
}

/// A valid number of nobody, by serial.
pub fn number(serial: usize) -> String {
    let born = codes::codes().find(|code| code.exists_from("11010519491231002X").is_some()).expect("a kind of code");
    let digits = format!("990101{}0101{:03}", 1900 + serial / 1000, serial % 1000);
    let numbers = "0123456789X".chars().map(|last| format!("{digits}{last}"));
    numbers.into_iter().find(|number| born.check(number).is_ok()).expect("a check digit")
}

/// Runs the binary from the crate's folder.
pub fn jianwei<S: AsRef<str>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    let output = output(arguments);
    Ran {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

fn output<S: AsRef<str>>(arguments: impl IntoIterator<Item = S>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jianwei"));
    for argument in arguments {
        command.arg(argument.as_ref());
    }
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("JIANWEI_DATA")
        .env_remove("JIANWEI_LANG")
        .env_remove("JIANWEI_LOG")
        .env("USER", "tester")
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

impl Folder {
    /// A data folder with the pack `tiny` and nothing delivered.
    pub fn new() -> Self {
        Self::with_pack(&data("packs/tiny"))
    }

    /// The same with another pack.
    pub fn with_pack(pack: &str) -> Self {
        let folder = Self { temporary: tempfile::tempdir().expect("a temporary folder") };
        folder.ok(&["init", "--pack", pack]);
        folder
    }

    /// What a command that must succeed writes, where that is no text.
    pub fn bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let path = self.path();
        let output = output(arguments.iter().copied().chain(["--data", path.to_str().expect("UTF-8")]));
        assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// With the first three files in it.
    pub fn filled() -> Self {
        let folder = Self::new();
        folder.ok(&["ingest", &data("manifest")]);
        folder
    }

    /// Filled, and screened once.
    pub fn screened() -> Self {
        let folder = Self::filled();
        folder.ok(&["screen", "--as-of", TODAY]);
        folder
    }

    /// The data folder.
    pub fn path(&self) -> PathBuf {
        self.temporary.path().join("data")
    }

    /// A folder beside it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    /// Runs a command on it.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let path = self.path();
        let path = path.to_str().expect("UTF-8");
        jianwei(arguments.iter().copied().chain(["--data", path]))
    }

    /// Runs a command that must succeed; its stdout.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// The JSON that a command prints.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let stdout = self.ok(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&stdout).expect("JSON on stdout")
    }

    /// The same as text, without what the clock says.
    pub fn shape(&self, arguments: &[&str]) -> String {
        let mut value = self.json(arguments);
        forget_clock(&mut value);
        serde_json::to_string_pretty(&value).expect("JSON")
    }
}

fn forget_clock(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "ingested_at" | "started_at" | "added_at") {
                    *value = Value::from("<time>");
                } else {
                    forget_clock(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(forget_clock),
        _ => {}
    }
}

/// Copies a folder of files and folders.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
