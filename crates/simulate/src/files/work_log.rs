//! The monthly work log, from the labour bureau: everybody of working age, away or at home.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::life::work::{is_labourer, spell_of};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "work_log",
    prefix: "务工月报",
    format: Format::Utf8Marked,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("统计月份", Holds::Period),
        required("是否外出务工", Holds::Word),
    ],
    slots: |frame| monthly(frame, "work_log", 5),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let month = slot.to.month();
    (0..world.people.persons.len())
        .filter(|person| is_labourer(world, *person, month))
        .map(|person| {
            let away = spell_of(world, person, month).is_some();
            let someone = &world.people.persons[person];
            vec![someone.citizen_number.clone(), someone.name.clone(), month.to_string(), yes_no(away)]
        })
        .collect()
}
