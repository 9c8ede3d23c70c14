//! What a truth folder holds: `cases.csv`, what should be found, and `defects.csv`, what was wrong with the files.

use std::collections::BTreeMap;
use std::path::Path;

use types::Day;

use crate::exit::Exit;
use crate::failure::Failure;

/// Something that should be found.
#[derive(Clone, Debug)]
pub struct Case {
    /// What.
    pub kind: String,
    /// The kind of its subject.
    pub subject_kind: String,
    /// Key of the subject.
    pub subject: String,
    /// First day.
    pub from: Day,
    /// The day it was over.
    pub to: Option<Day>,
    /// Why.
    pub cause: String,
    /// The rows in which a feed could show it; none where no feed does.
    pub shown_by: Vec<Shown>,
}

/// A row that could show a case.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The feed.
    pub feed: String,
    /// The row's day.
    pub day: Day,
    /// Whom it is about.
    pub key: String,
}

/// What was wrong with a cell, a row or a file.
#[derive(Clone, Debug)]
pub struct Defect {
    /// The file.
    pub file: String,
    /// The line; `None` for a whole file.
    pub row: Option<u64>,
    /// What was done.
    pub what: String,
    /// What stood there: of a late file the day it was due.
    pub was: String,
    /// The feed.
    pub feed: String,
    /// What the file is about: a month or a day.
    pub scope: String,
    /// Whom the row is about.
    pub key: String,
    /// What that belongs to.
    pub household: String,
    /// Where.
    pub place: String,
}

/// The cases of a truth folder.
pub fn cases(folder: &Path) -> Result<Vec<Case>, Failure> {
    let table = Table::read(&folder.join("cases.csv"))?;
    let names = ["kind", "subject_kind", "subject", "from", "to", "cause", "shown_by"];
    let at = table.columns(&names)?;
    table
        .lines(|line, cells| {
            let cell = |name: usize| cells.get(at[name]).unwrap_or_default();
            let day = |text: &str| Day::parse(text).ok_or_else(|| table.bad(line, text));
            let to = cell(4);
            let shown = cell(6).split(';').filter(|part| !part.is_empty()).map(|part| {
                let mut words = part.splitn(3, ' ');
                let (Some(feed), Some(on), Some(key)) = (words.next(), words.next(), words.next()) else {
                    return Err(table.bad(line, part));
                };
                Ok(Shown { feed: feed.to_owned(), day: day(on)?, key: key.to_owned() })
            });
            Ok(Case {
                kind: cell(0).to_owned(),
                subject_kind: cell(1).to_owned(),
                subject: cell(2).to_owned(),
                from: day(cell(3))?,
                to: if to.is_empty() { None } else { Some(day(to)?) },
                cause: cell(5).to_owned(),
                shown_by: shown.collect::<Result<_, Failure>>()?,
            })
        })
        .collect()
}

/// The defects of a truth folder.
pub fn defects(folder: &Path) -> Result<Vec<Defect>, Failure> {
    let table = Table::read(&folder.join("defects.csv"))?;
    let at = table.columns(&["file", "row", "what", "was", "feed", "scope", "key", "household", "place"])?;
    table
        .lines(|line, cells| {
            let cell = |name: usize| cells.get(at[name]).unwrap_or_default().to_owned();
            let row = cell(1);
            let number = row.parse().map_err(|_| table.bad(line, &row));
            Ok(Defect {
                file: cell(0),
                row: if row.is_empty() { None } else { Some(number?) },
                what: cell(2),
                was: cell(3),
                feed: cell(4),
                scope: cell(5),
                key: cell(6),
                household: cell(7),
                place: cell(8),
            })
        })
        .collect()
}

/// A CSV file with a header.
struct Table {
    name: String,
    header: BTreeMap<String, usize>,
    records: Vec<csv::StringRecord>,
}

impl Table {
    fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let mut table = Self { name: path.display().to_string(), header: BTreeMap::new(), records: Vec::new() };
        let header = reader.headers().map_err(|error| table.bad(1, &error.to_string()))?;
        table.header = header.iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect();
        for (line, record) in (2_u64..).zip(reader.records()) {
            let record = record.map_err(|error| table.bad(line, &error.to_string()))?;
            table.records.push(record);
        }
        Ok(table)
    }

    fn columns(&self, names: &[&str]) -> Result<Vec<usize>, Failure> {
        names.iter().map(|name| self.header.get(*name).copied().ok_or_else(|| self.bad(1, name))).collect()
    }

    fn lines<T>(
        &self,
        mut read: impl FnMut(u64, &csv::StringRecord) -> Result<T, Failure>,
    ) -> impl Iterator<Item = Result<T, Failure>> {
        (2_u64..).zip(&self.records).map(move |(line, record)| read(line, record))
    }

    fn bad(&self, line: u64, what: &str) -> Failure {
        let name = &self.name;
        Failure::new(
            Exit::FileRefused,
            "bad-truth",
            format!("`{name}` 第 {line} 行读不出来：{what}"),
            format!("`{name}`, line {line}, cannot be read: {what}"),
        )
    }
}
