//! The list of faults, and how they come into a copy of the sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One fault.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// What it does.
    pub what: String,
    /// File, from the root of the repository.
    pub file: String,
    /// The expression as it stands.
    pub sound: String,
    /// The expression as the fault has it.
    pub faulty: String,
}

/// The faults of a list.
///
/// # Errors
/// The block that is not one.
pub fn read(text: &str) -> Result<Vec<Fault>, String> {
    let blocks = text.split("\n\n").map(|block| {
        let lines: Vec<&str> = block.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
        (block, lines)
    });
    let written = blocks.filter(|(_, lines)| !lines.is_empty()).map(|(block, lines)| {
        let all = |mark: &str| lines.iter().filter_map(|line| line.strip_prefix(mark)).collect::<Vec<_>>().join("\n");
        let head = all("fault ");
        let (name, what) = head.split_once(": ").ok_or(format!("not a fault:\n{block}"))?;
        let (file, sound, faulty) = (all("in "), all("- "), all("+ "));
        if file.is_empty() || sound.is_empty() || faulty.is_empty() {
            return Err(format!("not a fault:\n{block}"));
        }
        Ok(Fault { name: name.into(), what: what.into(), file, sound, faulty })
    });
    written.collect()
}

/// The text with every fault behind its name: `(if types::is_seeded(NAME) { FAULTY } else { SOUND })`.
///
/// # Errors
/// When an expression does not stand in the text exactly once, or two overlap.
pub fn written(text: &str, faults: &[&Fault]) -> Result<String, String> {
    let mut places = Vec::new();
    for fault in faults {
        let mut found = text.match_indices(&fault.sound).map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(at), None) => places.push((at, *fault)),
            (None, _) => return Err(format!("{}: no longer in {}: {}", fault.name, fault.file, fault.sound)),
            _ => return Err(format!("{}: more than once in {}: {}", fault.name, fault.file, fault.sound)),
        }
    }
    places.sort_by_key(|(at, _)| *at);
    let (mut seeded, mut done) = (String::new(), 0);
    for (at, fault) in places {
        let between = text.get(done..at).ok_or(format!("{}: overlaps another fault of {}", fault.name, fault.file))?;
        seeded += between;
        seeded += &format!("(if types::is_seeded({:?}) {{ {} }} else {{ {} }})", fault.name, fault.faulty, fault.sound);
        done = at + fault.sound.len();
    }
    Ok(seeded + &text[done..])
}

/// The files of the tree at `root` that faults belong into, with the faults in them.
fn all_written<'f>(root: &Path, faults: &'f [Fault]) -> Result<Vec<(&'f str, String)>, String> {
    let mut by_file: BTreeMap<&str, Vec<&Fault>> = BTreeMap::new();
    for fault in faults {
        by_file.entry(&fault.file).or_default().push(fault);
    }
    let one = |(file, faults): (&'f str, Vec<&Fault>)| {
        let text = fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
        let mut text = written(&text, &faults)?;
        if file.starts_with("crates/types/") {
            text = text.replace("types::is_seeded", "crate::is_seeded");
        }
        Ok((file, text))
    };
    by_file.into_iter().map(one).collect()
}

/// Writes the faults into the tree at `copy`; the variable `on` names the one that is on.
///
/// # Errors
/// As [`written`]; and when a file cannot be read or written.
pub fn seed(copy: &Path, faults: &[Fault], on: &str) -> Result<(), String> {
    for (file, text) in all_written(copy, faults)? {
        fs::write(copy.join(file), text).map_err(|error| format!("{file}: {error}"))?;
    }
    let library = copy.join("crates/types/src/lib.rs");
    let text = fs::read_to_string(&library).map_err(|error| format!("types: {error}"))?;
    let asked = format!(
        "\n/// Whether the fault `name` is on.\n#[must_use]\npub fn is_seeded(name: &str) -> bool {{\n    \
         static ON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();\n    \
         ON.get_or_init(|| std::env::var({on:?}).ok()).as_deref() == Some(name)\n}}\n"
    );
    fs::write(library, text + &asked).map_err(|error| format!("types: {error}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Fault, all_written, read, written};

    fn fault(sound: &str) -> Fault {
        Fault { name: "f".into(), what: "w".into(), file: "a.rs".into(), sound: sound.into(), faulty: "0".into() }
    }

    #[test]
    fn a_list_is_read() {
        let faults = read("# words\n\nfault f: w\nin a.rs\n- 1 + 2\n+ 0\n").expect("a list");
        assert_eq!(faults, [fault("1 + 2")]);
        assert!(read("fault f: w\nin a.rs\n- 1\n").is_err());
        assert!(read(include_str!("faults.txt")).is_ok_and(|faults| faults.len() > 15));
    }

    #[test]
    fn every_fault_of_the_list_still_has_its_place_in_the_sources() {
        let faults = read(include_str!("faults.txt")).expect("a list");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let files = all_written(&root, &faults).expect("each has its place");
        assert!(!files.is_empty());
    }

    #[test]
    fn an_expression_must_stand_exactly_once() {
        let text = "let a = 1 + 2; let b = 3;";
        assert_eq!(
            written(text, &[&fault("1 + 2")]).expect("once"),
            "let a = (if types::is_seeded(\"f\") { 0 } else { 1 + 2 }); let b = 3;"
        );
        for (sounds, says) in
            [(vec!["4"], "no longer"), (vec!["let"], "more than once"), (vec!["1 + 2", "2; let"], "overlaps")]
        {
            let faults: Vec<Fault> = sounds.into_iter().map(fault).collect();
            let error = written(text, &faults.iter().collect::<Vec<_>>()).expect_err(says);
            assert!(error.contains(says), "{error}");
        }
    }
}
