//! The old-age allowance, from the civil affairs bureau: the month's paid list is the list.

use super::{DepartmentFile, Slot, monthly};
use crate::life::allowance;
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "old_age_allowance",
    prefix: "高龄津贴",
    format: Format::Xlsx,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("发放月份", Holds::Period),
        required("发放金额", Holds::Money),
    ],
    slots: |frame| monthly(frame, "old_age_allowance", 10),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let month = slot.to.month();
    (0..world.people.persons.len())
        .filter_map(|person| {
            let amount = allowance::amount(world, person, month)?;
            let person = &world.people.persons[person];
            Some(vec![person.citizen_number.clone(), person.name.clone(), month.to_string(), money(amount)])
        })
        .collect()
}
