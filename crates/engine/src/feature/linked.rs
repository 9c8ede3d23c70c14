//! What a feature over rows reads through their links, `<link>.x`, and where it is not covered (semantics section 4).

use std::collections::{BTreeMap, BTreeSet};

use expr::Input;
use types::{Day, Interval, NO_NUMBER, Reason, ReasonLine, Stamp};

use super::rows::{OTHER, RowsReader, SUBJECT};
use crate::Fault;

/// Rows of the window that name somebody of whom nobody can say what is read, by reason.
pub type Lacking = BTreeMap<ReasonLine, Vec<u32>>;

/// The attributes that `reader` reads through links of its rows, as (link, name).
fn read<'a>(reader: &RowsReader<'_, 'a>) -> BTreeSet<(&'a str, &'a str)> {
    let inner = reader.exists().flat_map(|exists| &exists.condition.inputs);
    let names = reader.inputs().chain(inner).filter_map(|input| match input {
        Input::Name { prefix: Some(link), name } if link != SUBJECT && link != OTHER => Some((link, name)),
        _ => None,
    });
    names.map(|(link, name)| (link.as_str(), name.as_str())).collect()
}

/// The rows that reach a subject although something read through their links is not covered on their day. Whatever else `where` says
/// of them: whether data are missing does not depend on values.
pub fn lacking(reader: &RowsReader<'_, '_>) -> Result<Lacking, Fault> {
    let mut lacking = Lacking::new();
    let columns = reader.columns();
    let (scene, rows) = (&*columns.scene, reader.rows());
    let as_of = scene.question.as_of;
    let size = scene.size(&reader.feature().kind)?;
    for (link, name) in read(reader) {
        let attribute = columns.attribute(&columns.resolve(link, None, name)?)?;
        if attribute.lacks_nothing_in(Interval { from: reader.window().from, to: as_of }) {
            continue;
        }
        let canonical = &scene.subjects(link)?.canonical;
        for run in rows.runs(reader.window()) {
            let base = rows.parts[run.part].base;
            for row in run.seen().map(|row| base + row).filter(|row| (reader.target(*row) as usize) < size) {
                let number = rows.link(link, canonical, row);
                if number != NO_NUMBER {
                    let day = rows.membership_day(rows.valid(row), as_of);
                    let reasons = attribute.lacks_on(number, day).into_iter();
                    reasons.for_each(|reason| lacking.entry(reason).or_default().push(row));
                }
            }
        }
    }
    Ok(lacking)
}

/// (feed, day from which it would be needed, day from which it is there) of what began too late for what rows read through their links.
pub fn short(reader: &RowsReader<'_, '_>) -> Result<Vec<(String, Day, Day)>, Fault> {
    let (scene, rows) = (&*reader.columns().scene, reader.rows());
    let mut short = Vec::new();
    for (line, lacking) in lacking(reader)?.into_iter().filter(|(line, _)| line.reason == Reason::HistoryTooShort) {
        let days = lacking.into_iter().map(|row| rows.membership_day(rows.valid(row), scene.question.as_of));
        let since = scene.rows(&line.about)?.coverage.unbroken_since();
        short.extend(days.min().zip(since).map(|(needed, since)| (line.about, needed, since)));
    }
    Ok(short)
}

/// How far the late lists reach that are read through links.
pub fn late(reader: &RowsReader<'_, '_>) -> Result<Vec<Stamp>, Fault> {
    let columns = reader.columns();
    let mut stamps = Vec::new();
    for (link, name) in read(reader) {
        stamps.extend(columns.attribute(&columns.resolve(link, None, name)?)?.late());
    }
    stamps.sort();
    stamps.dedup();
    Ok(stamps)
}
