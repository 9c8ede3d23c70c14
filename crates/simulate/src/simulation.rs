//! One simulation from settings to a folder.

use std::path::{Path, PathBuf};

use crate::frame::Frame;
use crate::mess::{self, Defect};
use crate::people::Given;
use crate::shelf::{Shelf, append};
use crate::troubles::{Planned, Role, plan};
use crate::world::World;
use crate::write::{Rows, WriteError, failed, fresh_folder, line_text, rows_text, save};
use crate::{Settings, SimulateError, Summary, truth};

/// Header of `deliveries/manifest.csv`.
const MANIFEST: [&str; 5] = ["file", "feed", "received", "data_date", "scope"];

/// Invents a county and writes what its departments send and what is true.
///
/// `out/deliveries/` holds the files and `manifest.csv` (`file,feed,received,data_date,scope`), a line a file, in the order in
/// which they are to be ingested; `scope` is empty unless the sender declares one. `out/truth/` holds what the files do not say:
/// `events.csv`, `cases.csv` and `defects.csv` (docs/reference/county.md says what stands in them). Villages are lived and written one
/// after the other: memory does not grow with their number. `progress` hears `(villages and files done, of how many)`.
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

    let frame = Frame::new(settings);
    let (planned, troubles) = plan(&frame, settings.mess);
    let villages = frame.county.villages.len();
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let of = small(villages + planned.len());
    progress(0, of);
    let mut shelf = Shelf::new(&deliveries, &planned)?;
    let mut truth = Truth::new(&truths)?;
    truth.defects(&troubles)?;
    let mut given = Given::new();
    let mut summary = Summary {
        households: 0,
        persons: 0,
        deliveries: planned.len(),
        rows: 0,
        events: 0,
        cases: 0,
        hardships: 0,
        hidden: 0,
        defects: 0,
        last_day: frame.calendar.end(),
    };
    for village in 0..villages {
        let world = World::live(&frame, village, &mut given);
        summary.households += world.people.households.len();
        summary.persons += world.people.persons.len();
        truth.tell(&world)?;
        for (position, one) in planned.iter().enumerate() {
            if matches!(one.role, Role::CopyOf(_)) {
                continue;
            }
            let mut rows = (one.file.rows)(&world, &one.slot);
            let spoiled = spoil(&world, one, &mut rows, shelf.rows(position), settings.mess);
            shelf.append(position, &rows)?;
            truth.defects(&spoiled)?;
        }
        progress(small(village + 1), of);
    }
    summary.rows = shelf.finish(&mut |done| progress(small(villages) + done, of))?;
    (summary.events, summary.cases, summary.defects) = (truth.events, truth.cases, truth.defects);
    (summary.hardships, summary.hidden) = (truth.hardships, truth.hidden);
    let path = deliveries.join("manifest.csv");
    let lines = [line_text(&MANIFEST), rows_text(&manifest(&planned))];
    let [header, lines] = lines.map(|text| text.map_err(|error| failed(&path, &error)));
    save(&path, &[header?, lines?].concat())?;
    Ok(summary)
}

/// What is true, village by village.
struct Truth {
    folder: PathBuf,
    events: usize,
    cases: usize,
    hardships: usize,
    hidden: usize,
    defects: usize,
}

impl Truth {
    fn new(folder: &Path) -> Result<Self, SimulateError> {
        let truth = Self { folder: folder.to_owned(), events: 0, cases: 0, hardships: 0, hidden: 0, defects: 0 };
        truth.add("events.csv", line_text(&truth::EVENT_COLUMNS))?;
        truth.add("cases.csv", line_text(&truth::CASE_COLUMNS))?;
        truth.add("defects.csv", line_text(&mess::COLUMNS))?;
        Ok(truth)
    }

    fn add(&self, name: &str, text: Result<Vec<u8>, WriteError>) -> Result<(), SimulateError> {
        let path = self.folder.join(name);
        append(&path, &text.map_err(|error| failed(&path, &error))?)
    }

    fn tell(&mut self, world: &World) -> Result<(), SimulateError> {
        let events: Rows = world.truth.iter().map(truth::TruthEvent::cells).collect();
        let cases: Rows = world.cases.iter().map(truth::Case::cells).collect();
        self.events += events.len();
        self.cases += cases.len();
        let hardships = world.cases.iter().filter(|case| case.kind == "hardship");
        self.hardships += hardships.clone().count();
        self.hidden += hardships.filter(|case| case.shown_by.is_empty()).count();
        self.add("events.csv", rows_text(&events))?;
        self.add("cases.csv", rows_text(&cases))
    }

    fn defects(&mut self, defects: &[Defect]) -> Result<(), SimulateError> {
        self.defects += defects.len();
        self.add("defects.csv", rows_text(&defects.iter().map(Defect::cells).collect()))
    }
}

/// What mess does to the rows of one village in one file.
fn spoil(world: &World, one: &Planned, rows: &mut Rows, before: usize, mess: f64) -> Vec<Defect> {
    let mut dice = world.dice(&format!("mess {}", one.name));
    let defects = match one.role {
        Role::Correction | Role::CopyOf(_) => Vec::new(),
        Role::Mistaken => mess::inflate(one, rows, before, mess, &mut dice),
        // A place list is printed from one database; nobody types it.
        Role::Plain if one.file.feed == "places" => Vec::new(),
        Role::Plain => mess::spoil(one, rows, before, mess, &mut dice),
    };
    defects.into_iter().map(|defect| defect.about(world)).collect()
}

fn manifest(planned: &[Planned]) -> Rows {
    let line = |one: &Planned| {
        // A correction says which month it replaces; the others speak for themselves.
        let scope = if one.role == Role::Correction { one.slot.to.month().to_string() } else { String::new() };
        vec![one.name.clone(), one.file.feed.to_owned(), one.slot.received.to_string(), one.slot.to.to_string(), scope]
    };
    planned.iter().map(line).collect()
}
