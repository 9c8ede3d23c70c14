//! Families under watch, from the agriculture bureau: the whole list every month.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "monitored_households",
    prefix: "监测对象名单",
    format: Format::Xlsx,
    columns: &[required("户号", Holds::Code), required("纳入监测时间", Holds::Date)],
    slots: |frame| monthly(frame, "monitored_households", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let those = world.watched.iter().filter(|one| one.from <= slot.to && one.removed.is_none_or(|day| day > slot.to));
    those.map(|one| vec![world.people.households[one.household].number.clone(), one.from.to_string()]).collect()
}
