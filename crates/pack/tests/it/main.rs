//! One test binary: findings as authors see them, pages of codes, schemas for editors, and text that must never be a panic.

#![expect(clippy::panic, reason = "a file that is not as its schema says is a failed test")]

mod codes;
mod findings;
mod mutations;
mod real_packs;
mod schemas;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pack::{PackFiles, read_folder};

/// A path of this crate.
fn crate_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The small pack on which the packs of the tests build.
fn base() -> PackFiles {
    read_folder(&crate_path("tests/fixture/base")).expect("the fixture")
}

/// A pack from texts.
fn pack(id: &str, files: &[(&str, &str)]) -> PackFiles {
    let files: BTreeMap<_, _> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    PackFiles { id: id.to_owned(), files }
}
