//! Newly diagnosed serious illnesses, from the health commission: those of the month.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "serious_illnesses",
    prefix: "大病新增",
    format: Format::Xlsx,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("病种", Holds::Text),
        required("确诊日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "serious_illnesses", 5),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let new = world.diagnoses.iter().filter(|one| (slot.from..=slot.to).contains(&one.day));
    new.map(|one| {
        let person = &world.people.persons[one.person];
        vec![person.citizen_number.clone(), person.name.clone(), one.disease.to_owned(), one.day.to_string()]
    })
    .collect()
}
