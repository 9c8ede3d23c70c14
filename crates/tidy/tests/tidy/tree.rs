//! The files of the repository, read once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The repository this crate stands in.
pub(crate) static REPOSITORY: LazyLock<Tree> = LazyLock::new(|| Tree::read(&root()));

/// Paths relative to the repository, `/` between their parts.
pub(crate) struct Tree {
    /// Text files, by path. What is not UTF-8 is data and is left out.
    texts: BTreeMap<String, String>,
    /// Every file and every folder.
    paths: BTreeSet<String>,
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the crate lies in crates/").to_path_buf()
}

impl Tree {
    /// What lies under `root` and is not ignored by the simple lines of its `.gitignore`.
    fn read(root: &Path) -> Self {
        let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
        let mut tree = Self { texts: BTreeMap::new(), paths: BTreeSet::new() };
        tree.walk(root, "", &ignored);
        tree
    }

    /// A tree in memory.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self { texts: BTreeMap::new(), paths: BTreeSet::new() };
        for (path, text) in files {
            tree.texts.insert((*path).into(), (*text).into());
            let parts: Vec<&str> = path.split('/').collect();
            tree.paths.extend((1..=parts.len()).map(|count| parts[..count].join("/")));
        }
        tree
    }

    /// The text of `path`, empty where there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// All text files.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Text files under `folder` (`crates/`) whose name ends in `suffix` (`.rs`).
    pub(crate) fn under<'a>(&'a self, folder: &'a str, suffix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(suffix))
    }

    fn walk(&mut self, root: &Path, folder: &str, ignored: &str) {
        let entries = fs::read_dir(root.join(folder)).expect("the folder can be read");
        for entry in entries {
            let entry = entry.expect("the folder can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if name == ".git" || is_ignored(&path, &name, is_folder, ignored) {
                continue;
            }
            self.paths.insert(path.clone());
            if is_folder {
                self.walk(root, &path, ignored);
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                self.texts.insert(path, text);
            }
        }
    }
}

/// Knows `name/`, `/path/`, `name` and `*.suffix`, which is all our `.gitignore` uses.
fn is_ignored(path: &str, name: &str, is_folder: bool, ignored: &str) -> bool {
    ignored.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).any(|line| {
        let (pattern, folders_only) = line.strip_suffix('/').map_or((line, false), |pattern| (pattern, true));
        if folders_only && !is_folder {
            return false;
        }
        match (pattern.strip_prefix('/'), pattern.strip_prefix('*')) {
            (Some(pattern), _) => path == pattern,
            (None, Some(suffix)) => name.ends_with(suffix),
            (None, None) => name == pattern,
        }
    })
}

/// How many leading lines of a Rust file are not its `#[cfg(test)]` module, which stands last by custom; 0 for files of tests.
pub(crate) fn lines_before_tests(path: &str, text: &str) -> usize {
    if path.contains("/tests/") || path.ends_with("/tests.rs") {
        return 0;
    }
    text.lines().position(|line| line == "#[cfg(test)]").unwrap_or(usize::MAX)
}

#[test]
fn ignored_paths_are_left_out_and_data_are_no_text() {
    let ignored = "target/\n/data/\n*.snap.new\n";
    for (path, is_folder, expected) in [
        ("target", true, true),
        ("crates/a/target", true, true),
        ("target", false, false),
        ("data", true, true),
        ("crates/a/data", true, false),
        ("crates/a/b.snap.new", false, true),
        ("crates/a/b.snap", false, false),
    ] {
        let name = path.rsplit('/').next().expect("a name");
        assert_eq!(is_ignored(path, name, is_folder, ignored), expected, "{path}");
    }
    assert!(REPOSITORY.has("crates/tidy/src") && !REPOSITORY.text("Cargo.toml").is_empty());
}

#[test]
fn the_test_module_at_the_end_is_told_apart() {
    assert_eq!(lines_before_tests("crates/a/src/b.rs", "//! b\nfn b() {}\n#[cfg(test)]\nmod tests {}\n"), 2);
    assert_eq!(lines_before_tests("crates/a/tests/b.rs", "//! b\n"), 0);
    assert_eq!(lines_before_tests("crates/a/src/b.rs", "//! b\n"), usize::MAX);
}
