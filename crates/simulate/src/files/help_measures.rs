//! Measures of help, from the agriculture bureau: those begun by the month's end in the first file, afterwards those of the month.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "help_measures",
    prefix: "帮扶措施",
    format: Format::Utf8,
    columns: &[required("户号", Holds::Code), required("措施类型", Holds::Word), required("落实日期", Holds::Date)],
    slots: |frame| monthly(frame, "help_measures", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let from = if slot.to.month() == world.calendar.first { types::Day::MIN } else { slot.from };
    let mut rows = Rows::new();
    for one in &world.watched {
        for (kind, day) in one.measures.iter().filter(|(_, day)| (from..=slot.to).contains(day)) {
            let row = vec![world.people.households[one.household].number.clone(), (*kind).to_owned(), day.to_string()];
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    rows
}
