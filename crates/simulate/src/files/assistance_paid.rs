//! Minimum allowances paid, from the civil affairs bureau: this month's list is the list.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "assistance_paid",
    prefix: "社会救助发放",
    format: Format::Gb18030,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("发放月份", Holds::Period),
        required("救助类型", Holds::Word),
        required("发放金额", Holds::Money),
    ],
    slots: |frame| monthly(frame, "assistance_paid", 8),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let month = slot.to.month();
    let those = world.paid.iter().filter(|one| one.month == month);
    those
        .map(|one| {
            let person = &world.people.persons[one.person];
            let (number, name) = (person.citizen_number.clone(), person.name.clone());
            vec![number, name, month.to_string(), one.sort.to_owned(), money(one.fen)]
        })
        .collect()
}
