//! Accidents off the road, from the emergency bureau: those reported in the month; a header alone when there were none.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "accidents",
    prefix: "意外事故",
    format: Format::Xlsx,
    columns: &[
        required("事故编号", Holds::Code),
        required("伤者身份证号", Holds::CitizenNumber),
        required("发生日期", Holds::Date),
        required("事故类型", Holds::Word),
        required("伤害程度", Holds::Word),
    ],
    slots: |frame| monthly(frame, "accidents", 5),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let those = world.mishaps.iter().filter(|one| (slot.from..=slot.to).contains(&one.day));
    those
        .map(|one| {
            let number = world.people.persons[one.person].citizen_number.clone();
            let harm = if one.grave { "重伤" } else { "轻伤" };
            vec![one.number.clone(), number, one.day.to_string(), one.kind.to_owned(), harm.to_owned()]
        })
        .collect()
}
