//! Risks removed, from the agriculture bureau: those of the month.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "risk_removals",
    prefix: "风险消除",
    format: Format::Xlsx,
    columns: &[
        required("户号", Holds::Code),
        required("纳入日期", Holds::Date),
        required("消除日期", Holds::Date),
        required("整户无劳动能力", Holds::Word),
    ],
    slots: |frame| monthly(frame, "risk_removals", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let mut rows = Rows::new();
    for one in &world.watched {
        let Some(removed) = one.removed.filter(|day| (slot.from..=slot.to).contains(day)) else { continue };
        let number = world.people.households[one.household].number.clone();
        rows.push(vec![number, one.from.to_string(), removed.to_string(), yes_no(one.no_labour)]);
    }
    rows
}
