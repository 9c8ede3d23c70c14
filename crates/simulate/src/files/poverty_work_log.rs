//! The monthly log of work of the poverty system, exported by the agriculture bureau: members of working age and those in a post, of families
//! lifted out of poverty or under watch, as the village wrote it down.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::life::roll::member_number;
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "poverty_work_log",
    prefix: "务工月监测",
    format: Format::Gb18030,
    columns: &[
        required("人员编号", Holds::Code),
        required("户号", Holds::Code),
        required("监测月份", Holds::Period),
        required("是否务工", Holds::Word),
        required("当月工资", Holds::Money),
        required("交通补贴", Holds::Money),
    ],
    slots: |frame| monthly(frame, "poverty_work_log", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let month = slot.to.month();
    let those = world.log.iter().filter(|line| line.month == month);
    those
        .map(|line| {
            vec![
                member_number(world, line.person),
                world.people.households[line.household].number.clone(),
                month.to_string(),
                yes_no(line.at_work),
                money(line.wage),
                money(line.transport),
            ]
        })
        .collect()
}
