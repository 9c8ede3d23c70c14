//! Registered deaths, from the health commission: those registered in the month, some of them a month late.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "deaths",
    prefix: "死亡登记",
    format: Format::Xlsx,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("死亡日期", Holds::Date),
        required("死亡年龄", Holds::Number),
    ],
    slots: |frame| monthly(frame, "deaths", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let month = slot.to.month();
    let deaths = world.deaths.iter().filter(|death| death.registered == Some(month));
    deaths
        .map(|death| {
            let person = &world.people.persons[death.person];
            vec![
                person.citizen_number.clone(),
                person.name.clone(),
                death.day.to_string(),
                person.age_on(death.day).to_string(),
            ]
        })
        .collect()
}
