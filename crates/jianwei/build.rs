//! Puts the base pack into the binary, so that `jianwei new pack` works where there is nothing but the binary.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Asked when it runs: a checkout elsewhere may share the build cache, and with it this program.
    let crate_folder = env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo names no crate"))?;
    let base = Path::new(&crate_folder).join("../../packs/base");
    println!("cargo:rerun-if-changed={}", base.display());
    let mut list = String::new();
    files(&base.canonicalize()?, "", &mut list)?;
    let text = format!(
        "/// Path and bytes of every file of the base pack.\npub const BASE: &[(&str, &[u8])] = &[\n{list}];\n"
    );
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no folder"))?;
    fs::write(Path::new(&out).join("base_pack.rs"), text)
}

fn files(folder: &Path, prefix: &str, list: &mut String) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            files(&entry.path(), &format!("{prefix}{name}/"), list)?;
        } else {
            let _ = writeln!(list, "    ({:?}, include_bytes!({:?})),", format!("{prefix}{name}"), entry.path());
        }
    }
    Ok(())
}
