//! One simulation from settings to a folder.

use std::collections::BTreeMap;
use std::path::Path;

use crate::dice::Dice;
use crate::mess::{self, Defect};
use crate::troubles::{Planned, Role, plan};
use crate::world::World;
use crate::write::{WriteError, bytes, csv_text, fresh_folder, save};
use crate::{Settings, SimulateError, Summary, truth};

/// Header of `deliveries/manifest.csv`.
const MANIFEST: [&str; 5] = ["file", "feed", "received", "data_date", "scope"];

/// Invents a county and writes what its departments send and what is true.
///
/// `out/deliveries/` holds the files and `manifest.csv` (`file,feed,received,data_date,scope`), a line a file, in the order in
/// which they are to be ingested; `scope` is empty unless the sender declares one. `out/truth/` holds `events.csv`
/// (`date,kind,subject,other,amount,detail`) and `defects.csv` (`file,row,column,what,was`; `row` counts lines, the header being
/// 1, and is empty when the whole file is the defect). `progress` hears `(files done, of how many)`.
///
/// # Errors
/// [`SimulateError::Setting`] and [`SimulateError::NotEmpty`] before anything is written; [`SimulateError::Write`] when the disk
/// refuses, with part of the files written and no manifest.
pub fn simulate(settings: &Settings, out: &Path, progress: &mut dyn FnMut(u32, u32)) -> Result<Summary, SimulateError> {
    settings.check()?;
    fresh_folder(out)?;
    let (deliveries, truths) = (out.join("deliveries"), out.join("truth"));
    fresh_folder(&deliveries)?;
    fresh_folder(&truths)?;

    let world = World::live(settings);
    let (planned, mut defects) = plan(&world, settings.mess);
    let of = u32::try_from(planned.len()).unwrap_or(u32::MAX);
    let mut rows = 0;
    let mut copied: BTreeMap<&str, Written> = BTreeMap::new();
    progress(0, of);
    for (done, one) in (1_u32..).zip(&planned) {
        let path = deliveries.join(&one.name);
        let wrote = if let Role::CopyOf(original) = &one.role
            && let Some(wrote) = copied.remove(original.as_str())
        {
            wrote
        } else {
            let (wrote, spoiled) = content(&world, one, settings.mess).map_err(|error| failed(&path, &error))?;
            defects.extend(spoiled);
            wrote
        };
        save(&path, &wrote.0)?;
        rows += wrote.1;
        if planned.iter().any(|other| matches!(&other.role, Role::CopyOf(original) if *original == one.name)) {
            copied.insert(&one.name, wrote);
        }
        progress(done, of);
    }

    let events = world.truth.iter().map(truth::TruthEvent::cells).collect();
    let tables = [
        (truths.join("events.csv"), csv_text(&truth::COLUMNS, &events)),
        (truths.join("defects.csv"), mess::table(&defects)),
        (deliveries.join("manifest.csv"), csv_text(&MANIFEST, &manifest(&planned))),
    ];
    for (path, table) in tables {
        save(&path, &table.map_err(|error| failed(&path, &error))?)?;
    }
    Ok(Summary {
        households: world.people.households.len(),
        persons: world.people.persons.len(),
        deliveries: planned.len(),
        rows,
        events: events.len(),
        defects: defects.len(),
        last_day: world.calendar.end(),
    })
}

/// A file's bytes and how many rows they hold.
type Written = (Vec<u8>, usize);

/// A file and its defects.
fn content(world: &World, one: &Planned, mess: f64) -> Result<(Written, Vec<Defect>), WriteError> {
    let columns = one.file.columns;
    let mut rows = (one.file.rows)(world, &one.slot);
    let mut dice = Dice::new(world.seed, &format!("mess {}", one.name));
    let defects = match one.role {
        Role::Correction => Vec::new(),
        Role::Mistaken => mess::inflate(&one.name, columns, &mut rows, mess, &mut dice),
        // A place list is printed from one database; nobody types it.
        _ if one.file.feed == "places" => Vec::new(),
        _ => mess::spoil(&one.name, columns, &mut rows, mess, &mut dice),
    };
    Ok(((bytes(one.file.format, columns, &rows)?, rows.len()), defects))
}

fn manifest(planned: &[Planned]) -> Vec<Vec<String>> {
    let line = |one: &Planned| {
        // A correction says which month it replaces; the others speak for themselves.
        let scope = if one.role == Role::Correction { one.slot.to.month().to_string() } else { String::new() };
        vec![one.name.clone(), one.file.feed.to_owned(), one.slot.received.to_string(), one.slot.to.to_string(), scope]
    };
    planned.iter().map(line).collect()
}

fn failed(path: &Path, error: &WriteError) -> SimulateError {
    SimulateError::Write { path: path.to_owned(), message: error.to_string() }
}
