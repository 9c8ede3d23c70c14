//! From pack files to a programme, or every finding.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};

use crate::check;
use crate::code;
use crate::finding::{Finding, Findings, Place, Sources};
use crate::folder::{PackFiles, hash, read_folder};
use crate::meaning::world::World;
use crate::meaning::{Written, broken_file, understand};
use crate::programme::Programme;
use crate::raw::yaml::{self, Node};
use crate::raw::{
    At, RawAgreement, RawFeature, RawFeed, RawIndicator, RawModel, RawPack, RawParameter, RawPublication, RawRegister,
    RawRole, RawTable, RawWorkflow, RawYear,
};
use crate::test_table::TableTest;

/// What came of reading packs.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The checked meaning; `None` when any finding is an error.
    pub programme: Option<Programme>,
    /// Everything that is wrong, by file and place.
    pub findings: Vec<Finding>,
    /// The texts that findings point into.
    pub sources: Sources,
    /// The packs read, those looked for beside the given ones included.
    pub packs: Vec<PackFiles>,
    /// The table tests of the packs, by file; complete only when there is a programme.
    pub tables: Vec<TableTest>,
}

/// One pack on its way: its files, what findings call its folder, what could not be read.
struct Source {
    prefix: String,
    pack: PackFiles,
    error: Option<io::Error>,
}

/// Reads the packs in `folders`. A pack that one of them builds on and that is not given is looked for beside it.
#[must_use]
pub fn load(folders: &[&Path]) -> Loaded {
    let mut queue: VecDeque<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    let mut sources: Vec<Source> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    while let Some(folder) = queue.pop_front() {
        let prefix = folder.display().to_string();
        let prefix = prefix.trim_end_matches(['/', '\\']).replace('\\', "/");
        let source = match read_folder(&folder) {
            Ok(pack) => Source { prefix, pack, error: None },
            Err(error) => {
                let id = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                Source { prefix, pack: PackFiles { id, files: BTreeMap::new() }, error: Some(error) }
            }
        };
        if !known.insert(source.pack.id.clone()) {
            continue;
        }
        // At the back: a pack that is given comes before one that only lies beside.
        for id in builds_on(&source.pack).into_iter().filter(|id| is_name(id)) {
            let beside = beside(&folder, &id);
            if beside.is_dir() {
                queue.push_back(beside);
            }
        }
        sources.push(source);
    }
    load_sources(sources)
}

/// Reads packs that are already in memory.
#[must_use]
pub fn load_files(packs: Vec<PackFiles>) -> Loaded {
    let source = |pack: PackFiles| Source { prefix: pack.id.clone(), pack, error: None };
    load_sources(packs.into_iter().map(source).collect())
}

fn beside(folder: &Path, id: &str) -> PathBuf {
    match (folder.file_name(), folder.parent()) {
        (Some(_), Some(parent)) => parent.join(id),
        _ => folder.join("..").join(id),
    }
}

/// A pack's id is a plain folder name.
fn is_name(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

/// The ids a pack builds on, as far as they can be read.
fn builds_on(pack: &PackFiles) -> Vec<String> {
    let mut findings = Findings::default();
    let text = pack.files.get("pack.yaml").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let file = findings.file(String::new(), text.unwrap_or_default());
    let raw = yaml::parse(file, &mut findings).and_then(|node| RawPack::read(&node, file, &mut findings));
    raw.map(|raw| raw.builds_on.into_iter().map(|id| id.value).collect()).unwrap_or_default()
}

fn load_sources(mut sources: Vec<Source>) -> Loaded {
    let mut findings = Findings::default();
    let mut world = World::new();
    sources.sort_by(|left, right| left.pack.id.cmp(&right.pack.id));
    let packs = sources.iter().map(|source| source.pack.clone()).collect();
    let mut raws: Vec<(Source, Option<RawPack>)> = Vec::new();
    for source in sources {
        if raws.iter().any(|(other, _)| other.pack.id == source.pack.id) {
            continue;
        }
        let raw = read_pack_file(&source, &mut world, &mut findings);
        raws.push((source, raw));
    }
    let order = check::pack_order(&raws_of(&raws), &mut world, &mut findings);
    let mut written = Written::default();
    let mut slots: Vec<Option<(Source, Option<RawPack>)>> = raws.into_iter().map(Some).collect();
    for index in order {
        let Some((source, raw)) = slots[index].take() else { continue };
        let number = written.packs.len();
        let first = findings.files();
        read_files(number, &source, &mut written, &mut world, &mut findings);
        world.files.extend((first..findings.files()).map(|file| (file, number)));
        let raw = raw.unwrap_or_else(RawPack::unreadable);
        written.packs.push((source.pack.id.clone(), raw, hash(&source.pack)));
    }
    let tables = understand(&written, &mut world, &mut findings);
    let programme = (!findings.has_errors()).then_some(world.programme);
    let (findings, sources) = findings.finish();
    Loaded { programme, findings, sources, packs, tables }
}

fn raws_of(raws: &[(Source, Option<RawPack>)]) -> Vec<(String, Vec<At<String>>)> {
    raws.iter()
        .map(|(source, raw)| {
            (source.pack.id.clone(), raw.as_ref().map(|raw| raw.builds_on.clone()).unwrap_or_default())
        })
        .collect()
}

fn read_pack_file(source: &Source, world: &mut World, findings: &mut Findings) -> Option<RawPack> {
    let Some(bytes) = source.pack.files.get("pack.yaml") else {
        let file = findings.file(format!("{}/pack.yaml", source.prefix), String::new());
        let at = Place { file, ..Place::default() };
        world.broken.some_pack = true;
        match &source.error {
            Some(error) => findings.error(
                code::UNREADABLE,
                at,
                format!("业务包读不出来：{error}"),
                format!("the pack cannot be read: {error}"),
            ),
            None => findings
                .error(code::UNREADABLE, at, "文件夹里没有 `pack.yaml`", "the folder has no `pack.yaml`")
                .hint("业务包是一个含有 `pack.yaml` 的文件夹", "a pack is a folder with a `pack.yaml`"),
        };
        return None;
    };
    let (file, node) = read_yaml(source, "pack.yaml", bytes, findings);
    RawPack::read(&node?, file, findings)
}

/// The number and the tree of a file.
fn read_yaml(source: &Source, path: &str, bytes: &[u8], findings: &mut Findings) -> (usize, Option<Node>) {
    let path = format!("{}/{path}", source.prefix);
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let file = findings.file(path, text.to_owned());
            (file, yaml::parse(file, findings))
        }
        Err(error) => {
            // What stands before the first bad byte keeps its place in the lossy text.
            let file = findings.file(path, String::from_utf8_lossy(bytes).into_owned());
            let start = error.valid_up_to();
            findings
                .error(
                    code::NOT_UTF8,
                    Place { file, start, end: start + char::REPLACEMENT_CHARACTER.len_utf8() },
                    "文件不是 UTF-8 编码",
                    "the file is not UTF-8",
                )
                .hint("请另存为 UTF-8（常见原因：GBK 编码）", "save it as UTF-8 (a common cause is GBK)");
            (file, None)
        }
    }
}

fn read_files(pack: usize, source: &Source, written: &mut Written, world: &mut World, findings: &mut Findings) {
    for (path, bytes) in &source.pack.files {
        let lower = path.to_lowercase();
        if path == "pack.yaml" || !(lower.ends_with(".yaml") || lower.ends_with(".yml")) {
            continue;
        }
        let parts: Vec<&str> = path.split('/').collect();
        // Read by others: forms and the simulator's file descriptions, measures.
        if matches!(parts[0], "forms" | "files") || path == "measures.yaml" {
            continue;
        }
        let stem = parts.last().and_then(|name| name.strip_suffix(".yaml")).unwrap_or_default().to_owned();
        let folder = match (parts.as_slice(), stem.is_empty()) {
            (["parameters.yaml"], _) => "parameters",
            (["roles.yaml"], _) => "roles",
            (["calendar.yaml"], _) => "calendar",
            (["indicators.yaml"], _) => "indicators",
            (["publication.yaml"], _) => "publication",
            ([folder, _], false) if FOLDERS.contains(folder) => folder,
            _ => {
                unexpected(source, path, bytes, &parts, findings);
                continue;
            }
        };
        let (file, node) = read_yaml(source, path, bytes, findings);
        let read = node.and_then(|node| read_file(folder, pack, &stem, &node, file, written, findings));
        if read.is_none() {
            broken_file::names(folder, &stem, findings.text(file), world);
        }
    }
}

const FOLDERS: [&str; 7] = ["agreements", "registers", "feeds", "features", "models", "workflows", "tests"];

fn read_file(
    folder: &str,
    pack: usize,
    stem: &str,
    node: &Node,
    file: usize,
    written: &mut Written,
    findings: &mut Findings,
) -> Option<()> {
    match folder {
        "agreements" => written.agreements.push(RawAgreement::read(pack, stem.to_owned(), node, file, findings)?),
        "registers" => written.registers.push(RawRegister::read(pack, stem.to_owned(), node, file, findings)?),
        "feeds" => written.feeds.push(RawFeed::read(pack, stem.to_owned(), node, file, findings)?),
        "features" => written.features.extend(RawFeature::read_all(pack, node, file, findings)),
        "parameters" => written.parameters.extend(RawParameter::read_all(pack, node, file, findings)),
        "indicators" => written.indicators.extend(RawIndicator::read_all(pack, node, file, findings)),
        "models" => written.models.push(RawModel::read(pack, stem.to_owned(), node, file, findings)?),
        "workflows" => written.workflows.push(RawWorkflow::read(pack, stem.to_owned(), node, file, findings)?),
        "roles" => written.roles.extend(RawRole::read_all(node, file, findings)),
        "publication" => written.publications.push(RawPublication::read(node, file, findings)?),
        "calendar" => written.years.extend(RawYear::read_all(node, file, findings)),
        _ => written.tables.push(RawTable::read(node, file, findings)?),
    }
    Some(())
}

fn unexpected(source: &Source, path: &str, bytes: &[u8], parts: &[&str], findings: &mut Findings) {
    let file = findings.file(format!("{}/{path}", source.prefix), String::from_utf8_lossy(bytes).into_owned());
    let draft = findings.error(
        code::UNEXPECTED_FILE,
        Place { file, ..Place::default() },
        format!("`{path}` 不会被读取"),
        format!("`{path}` is not a file of a pack, nothing would read it"),
    );
    let known = format!(
        "{}, pack.yaml, parameters.yaml, roles.yaml, calendar.yaml, indicators.yaml, publication.yaml",
        FOLDERS.map(|folder| format!("{folder}/*.yaml")).join(", ")
    );
    draft.hint(format!("会读取的文件：{known}"), format!("what is read: {known}"));
    if let [folder, name] = parts
        && let Some(nearest) = crate::finding::nearest(folder, FOLDERS)
    {
        draft.hint(format!("是不是 `{nearest}/{name}`？"), format!("did you mean `{nearest}/{name}`?"));
    } else if let Some(stem) = path.strip_suffix(".yml") {
        draft.hint(format!("是不是 `{stem}.yaml`？"), format!("did you mean `{stem}.yaml`?"));
    } else if parts.len() == 1 {
        draft.did_you_mean(
            path,
            [
                "pack.yaml",
                "parameters.yaml",
                "roles.yaml",
                "calendar.yaml",
                "measures.yaml",
                "indicators.yaml",
                "publication.yaml",
            ],
        );
    }
}
