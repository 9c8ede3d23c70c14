//! The household register, from the police: everybody registered on the month's last day, village by village.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "police_register",
    prefix: "户籍名册",
    format: Format::Gb18030,
    columns: &[
        required("公民身份号码", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("户号", Holds::Code),
        required("村代码", Holds::Code),
        required("农村户籍", Holds::Word),
        optional("出生日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "police_register", 8),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let mut rows = Vec::new();
    for person in world.people.persons.iter().filter(|person| person.registered_on(slot.to)) {
        let Some(household) = person.household_on(slot.to) else { continue };
        let household = &world.people.households[household];
        let village = world.county.village_of(household.grid_on(slot.to));
        rows.push((village, &household.number, person));
    }
    rows.sort_by(|a, b| (&a.0.code, a.1, &a.2.citizen_number).cmp(&(&b.0.code, b.1, &b.2.citizen_number)));
    rows.into_iter()
        .map(|(village, number, person)| {
            vec![
                person.citizen_number.clone(),
                person.name.clone(),
                number.clone(),
                village.code.clone(),
                yes_no(village.rural),
                person.born.to_string(),
            ]
        })
        .collect()
}
