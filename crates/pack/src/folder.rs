//! A pack's files: in memory, from a folder, and their common hash.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use types::{Hash, Hasher};

/// The files of one pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackFiles {
    /// The pack's id: the folder's name.
    pub id: String,
    /// Bytes by path relative to the folder, with `/`.
    pub files: BTreeMap<String, Vec<u8>>,
}

const MAX_FILE: u64 = 8 << 20;
const MAX_TOTAL: u64 = 64 << 20;
const MAX_FILES: usize = 5_000;
const MAX_DEPTH: usize = 6;

/// Reads all files of the pack in `path`. Hidden files and editors' backups are not part of a pack.
///
/// # Errors
/// When something cannot be read; when a link leads out of the folder or to another folder; when a file, or all of them, are too
/// large (8 MiB, 64 MiB, 5,000 files, 6 folders deep); when a name is not UTF-8.
pub fn read_folder(path: &Path) -> io::Result<PackFiles> {
    let root = path.canonicalize()?;
    let id = root.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let id = id.ok_or_else(|| refused(path, "the folder has no name that is UTF-8"))?;
    let mut pack = PackFiles { id, files: BTreeMap::new() };
    read_into(&root, &root, String::new(), 0, &mut 0, &mut pack)?;
    Ok(pack)
}

fn read_into(
    root: &Path,
    folder: &Path,
    prefix: String,
    depth: usize,
    total: &mut u64,
    pack: &mut PackFiles,
) -> io::Result<()> {
    if depth > MAX_DEPTH {
        return Err(refused(folder, "folders are nested too deep"));
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| refused(&path, "the name is not UTF-8"))?;
        if is_left_out(name) {
            continue;
        }
        let mut kind = entry.file_type()?;
        if kind.is_symlink() {
            let target = path.canonicalize()?;
            if !target.starts_with(root) || !target.is_file() {
                return Err(refused(&path, "a link may only lead to a file of the same pack"));
            }
            kind = fs::metadata(&target)?.file_type();
        }
        let relative = format!("{prefix}{name}");
        if kind.is_dir() {
            read_into(root, &path, format!("{relative}/"), depth + 1, total, pack)?;
        } else if kind.is_file() {
            let size = fs::metadata(&path)?.len();
            *total += size;
            if size > MAX_FILE || *total > MAX_TOTAL || pack.files.len() >= MAX_FILES {
                return Err(refused(&path, "the pack is too large"));
            }
            pack.files.insert(relative, fs::read(&path)?);
        } else {
            return Err(refused(&path, "neither a file nor a folder"));
        }
    }
    Ok(())
}

/// Hidden files, and what editors leave behind.
fn is_left_out(name: &str) -> bool {
    name.starts_with('.')
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || [".swp", ".swo", ".bak", ".orig", ".tmp"].iter().any(|ending| name.ends_with(ending))
}

fn refused(path: &Path, why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, format!("{}: {why}", path.display()))
}

/// SHA-256 over the files' names and bytes, in order of name: the content hash of the pack.
#[must_use]
pub fn hash(files: &PackFiles) -> Hash {
    let mut hasher = Hasher::default();
    for (name, bytes) in &files.files {
        hasher.piece(name).piece(bytes);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{hash, read_folder};

    #[test]
    fn backups_are_left_out_and_names_count() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path().join("demo");
        fs::create_dir_all(root.join("feeds")).expect("folder");
        for (name, text) in
            [("pack.yaml", "a"), ("feeds/x.yaml", "b"), (".hidden", "c"), ("pack.yaml~", "d"), ("x.swp", "e")]
        {
            fs::write(root.join(name), text).expect(name);
        }
        let pack = read_folder(&root).expect("pack");
        assert_eq!(pack.id, "demo");
        assert_eq!(pack.files.keys().collect::<Vec<_>>(), ["feeds/x.yaml", "pack.yaml"]);
        let mut renamed = pack.clone();
        let bytes = renamed.files.remove("feeds/x.yaml").expect("file");
        renamed.files.insert("feeds/y.yaml".into(), bytes);
        assert_ne!(hash(&pack), hash(&renamed));
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path().join("demo");
        fs::create_dir_all(&root).expect("folder");
        fs::write(folder.path().join("secret"), "x").expect("secret");
        fs::write(root.join("pack.yaml"), "x").expect("pack");
        std::os::unix::fs::symlink(root.join("pack.yaml"), root.join("same.yaml")).expect("link");
        assert_eq!(read_folder(&root).expect("a link inside").files.len(), 2);
        std::os::unix::fs::symlink(folder.path().join("secret"), root.join("out.yaml")).expect("link");
        assert!(read_folder(&root).is_err());
    }
}
