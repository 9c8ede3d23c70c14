//! Disasters by village, from the emergency bureau: those that ended in the month; a header alone when there were none.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "disasters",
    prefix: "自然灾害",
    format: Format::Xlsx,
    columns: &[
        required("灾害编号", Holds::Code),
        required("受灾村代码", Holds::Code),
        required("灾种", Holds::Word),
        required("发生日期", Holds::Date),
        optional("结束日期", Holds::Date),
        required("受灾户数", Holds::Number),
    ],
    slots: |frame| monthly(frame, "disasters", 5),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let those = world.disasters.iter().filter(|one| (slot.from..=slot.to).contains(&one.to));
    those
        .map(|one| {
            vec![
                one.number.clone(),
                world.here().code.clone(),
                one.kind.to_owned(),
                one.from.to_string(),
                one.to.to_string(),
                one.households.to_string(),
            ]
        })
        .collect()
}
