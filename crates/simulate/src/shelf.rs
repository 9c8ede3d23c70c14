//! The files while they grow: villages append their rows, and none of a file but its newest rows is held in memory.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::SimulateError;
use crate::troubles::{Planned, Role};
use crate::write::{Format, Rows, WriteError, encoded, failed, header_text, rows_text, save, workbook};

/// Where rows of workbooks wait: a workbook is written in one go.
const WAITING: &str = ".waiting";

/// All files of a simulation.
pub(crate) struct Shelf<'p> {
    folder: PathBuf,
    files: Vec<Grown<'p>>,
}

/// One of them.
struct Grown<'p> {
    planned: &'p Planned,
    rows: usize,
}

impl<'p> Shelf<'p> {
    /// Lays out the files, with their headers.
    ///
    /// # Errors
    /// [`SimulateError::Write`].
    pub(crate) fn new(folder: &Path, planned: &'p [Planned]) -> Result<Self, SimulateError> {
        let shelf = Self {
            folder: folder.to_owned(),
            files: planned.iter().map(|planned| Grown { planned, rows: 0 }).collect(),
        };
        let waiting = folder.join(WAITING);
        fs::create_dir_all(&waiting).map_err(|error| failed(&waiting, &WriteError::Io(error)))?;
        for file in shelf.files.iter().filter(|file| file.is_written()) {
            let path = shelf.path(file);
            let header = header_text(file.planned.file.columns).map_err(|error| failed(&path, &error))?;
            save(&path, &encoded(file.planned.format, header, true))?;
        }
        Ok(shelf)
    }

    /// Appends rows to the file at `position` of the plan.
    ///
    /// # Errors
    /// [`SimulateError::Write`].
    pub(crate) fn append(&mut self, position: usize, rows: &Rows) -> Result<(), SimulateError> {
        let file = &mut self.files[position];
        file.rows += rows.len();
        let path = self.path(&self.files[position]);
        let text = rows_text(rows).map_err(|error| failed(&path, &error))?;
        append(&path, &encoded(self.files[position].planned.format, text, false))
    }

    /// How many rows the file at `position` has.
    pub(crate) fn rows(&self, position: usize) -> usize {
        self.files[position].rows
    }

    /// Makes workbooks of the rows that wait, and the copies. Says how many rows there are in all; `progress` hears how many files are done.
    ///
    /// # Errors
    /// [`SimulateError::Write`].
    pub(crate) fn finish(&mut self, progress: &mut dyn FnMut(u32)) -> Result<usize, SimulateError> {
        for (done, file) in (1_u32..).zip(&self.files) {
            let path = self.folder.join(&file.planned.name);
            if file.is_written() && file.planned.format == Format::Xlsx {
                let waiting = self.path(file);
                let rows = read(&waiting).map_err(|error| failed(&waiting, &error))?;
                let bytes = workbook(file.planned.file.columns, &rows).map_err(|error| failed(&path, &error))?;
                save(&path, &bytes)?;
            }
            progress(done);
        }
        let waiting = self.folder.join(WAITING);
        fs::remove_dir_all(&waiting).map_err(|error| failed(&waiting, &WriteError::Io(error)))?;
        let mut rows: usize = self.files.iter().map(|file| file.rows).sum();
        for file in &self.files {
            let Role::CopyOf(original) = &file.planned.role else { continue };
            let (from, to) = (self.folder.join(original), self.folder.join(&file.planned.name));
            fs::copy(&from, &to).map_err(|error| failed(&to, &WriteError::Io(error)))?;
            rows += self.files.iter().find(|other| other.planned.name == *original).map_or(0, |other| other.rows);
        }
        Ok(rows)
    }

    /// Where its rows go.
    fn path(&self, file: &Grown<'_>) -> PathBuf {
        match file.planned.format {
            Format::Xlsx => self.folder.join(WAITING).join(&file.planned.name),
            _ => self.folder.join(&file.planned.name),
        }
    }
}

impl Grown<'_> {
    fn is_written(&self) -> bool {
        !matches!(self.planned.role, Role::CopyOf(_))
    }
}

/// Appends to a file that is there, or makes it.
///
/// # Errors
/// [`SimulateError::Write`].
pub(crate) fn append(path: &Path, bytes: &[u8]) -> Result<(), SimulateError> {
    if bytes.is_empty() {
        return Ok(());
    }
    let opened: std::io::Result<File> = OpenOptions::new().create(true).append(true).open(path);
    opened.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed(path, &WriteError::Io(error)))
}

/// The rows that waited.
fn read(path: &Path) -> Result<Rows, WriteError> {
    let mut rows = Rows::new();
    for record in csv::Reader::from_path(path)?.records() {
        rows.push(record?.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}
