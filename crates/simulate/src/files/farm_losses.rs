//! What families lost in disasters and to disease, from the agriculture bureau: those of the month before, as they are assessed.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "farm_losses",
    prefix: "农户损失",
    format: Format::Utf8Marked,
    columns: &[
        required("损失编号", Holds::Code),
        required("户号", Holds::Code),
        required("受灾日期", Holds::Date),
        required("损失类别", Holds::Word),
        required("损失原因", Holds::Word),
        optional("灾害编号", Holds::Text),
        required("损失金额", Holds::Money),
        required("保险赔付", Holds::Money),
    ],
    slots: |frame| monthly(frame, "farm_losses", 5),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let those = world.farm_losses.iter().filter(|one| (slot.from..=slot.to).contains(&one.day));
    those
        .map(|one| {
            vec![
                one.number.clone(),
                world.people.households[one.household].number.clone(),
                one.day.to_string(),
                one.kind.to_owned(),
                one.cause.to_owned(),
                one.disaster.clone(),
                money(one.loss),
                money(one.compensated),
            ]
        })
        .collect()
}
