//! Water cuts, from the water bureau: those that began or ended in the month; a header alone when there were none.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "water_outages",
    prefix: "停水记录",
    format: Format::Xlsx,
    columns: &[
        required("停水编号", Holds::Code),
        required("村代码", Holds::Code),
        optional("村名", Holds::Text),
        required("停水开始日期", Holds::Date),
        optional("恢复供水日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "water_outages", 4),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let days = slot.from..=slot.to;
    let outages =
        world.outages.iter().filter(|cut| days.contains(&cut.from) || cut.to.is_some_and(|to| days.contains(&to)));
    outages
        .map(|cut| {
            let village = &world.county.villages[cut.village];
            // What is restored after the month's end is not known yet.
            let to = cut.to.filter(|to| *to <= slot.to);
            vec![
                cut.number.clone(),
                village.code.clone(),
                village.name.clone(),
                cut.from.to_string(),
                to.map(|to| to.to_string()).unwrap_or_default(),
            ]
        })
        .collect()
}
