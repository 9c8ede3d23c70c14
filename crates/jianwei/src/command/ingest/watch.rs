//! `jianwei ingest --watch FOLDER`: takes what appears in a folder. Nothing is moved, renamed or deleted there: what was taken is known by
//! its name and its bytes, so that the program may be stopped and started at will.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use pipeline::job::{LandRequest, land};
use types::Hash;

use super::files::Incoming;
use super::{Tally, line, tell};
use crate::context::{Context, name_of};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print;

/// Names of what programs are still writing, or keep beside files.
const UNFINISHED: [&str; 6] = [".tmp", ".part", ".partial", ".crdownload", ".download", ".swp"];

/// How a file looked: a file that is being written changes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// Watches until the process is ended.
pub async fn watch(folder: &Path, every: Duration, usual: &LandRequest, context: &Context) -> Result<Exit, Failure> {
    if !folder.is_dir() {
        return Err(Failure::unreadable(folder, &std::io::Error::from(std::io::ErrorKind::NotADirectory)));
    }
    let shown = folder.display();
    context.note(format!("正在查看 `{shown}`，按 Ctrl-C 结束"), format!("watching `{shown}`, Ctrl-C ends it"));
    let mut looks: HashMap<PathBuf, Look> = HashMap::new();
    let mut done: HashMap<PathBuf, Look> = HashMap::new();
    loop {
        let mut settled = Vec::new();
        for (path, look) in files(folder)? {
            // Unchanged since the last look, and not dealt with as it is.
            if looks.insert(path.clone(), look) == Some(look) && done.get(&path) != Some(&look) {
                settled.push((path, look));
            }
        }
        if !settled.is_empty() {
            match take(&settled, usual, context).await {
                Ok(()) => done.extend(settled),
                // Another process writes to the data folder: next time.
                Err(failure) if failure.exit == Exit::Busy => context.note(&failure.text.zh, &failure.text.en),
                Err(failure) => return Err(failure),
            }
        }
        std::thread::sleep(every);
    }
}

/// The files of the folder that may be whole, in order of names.
fn files(folder: &Path) -> Result<Vec<(PathBuf, Look)>, Failure> {
    let unreadable = |error| Failure::unreadable(folder, &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = name_of(&path).to_lowercase();
        if name.starts_with(['.', '~']) || UNFINISHED.iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        // What vanished meanwhile is nothing.
        if let Ok(kind) = std::fs::metadata(&path)
            && kind.is_file()
        {
            found.push((path, Look { bytes: kind.len(), modified: kind.modified().ok() }));
        }
    }
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(found)
}

/// Takes the files that were not taken before. The data folder is open only as long as that takes.
async fn take(files: &[(PathBuf, Look)], usual: &LandRequest, context: &Context) -> Result<(), Failure> {
    let folder = context.open_for_writing().await?;
    let programme = folder.programme().await?;
    let caller = context.caller(&folder).await?;
    let deliveries = folder.store.deliveries().await?;
    let mut taken: BTreeSet<(Hash, String)> =
        deliveries.into_iter().map(|stored| (stored.delivery.hash, stored.delivery.file_name)).collect();
    let mut tally = Tally::default();
    for (path, _) in files {
        let incoming = Incoming { path: path.clone(), request: usual.clone() };
        let each = async |name: String, request: Result<LandRequest, Failure>| {
            let landed = match request {
                Ok(request) => {
                    let hash = request.hash().map_err(|error| Failure::unreadable(path, &error))?;
                    if !taken.insert((hash, request.file_name.clone())) {
                        return Ok(());
                    }
                    land(&folder, &programme, request, &caller).await.map_err(Failure::from)
                }
                Err(failure) => Err(failure),
            };
            match landed {
                Ok(landing) => {
                    tally.count(&landing);
                    print(&format!("{}\n", line(&landing, context)))
                }
                Err(failure) => tell(&name, failure, &mut tally, context),
            }
        };
        incoming.each(each).await?;
    }
    folder.store.close().await;
    Ok(())
}
