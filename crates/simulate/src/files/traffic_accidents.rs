//! Traffic accidents, from the police: those of the month, a line for each person involved.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "traffic_accidents",
    prefix: "交通事故",
    format: Format::Xlsx,
    columns: &[
        required("事故编号", Holds::Code),
        required("当事人身份证号", Holds::CitizenNumber),
        required("事故日期", Holds::Date),
        required("是否第三方责任", Holds::Word),
    ],
    slots: |frame| monthly(frame, "traffic_accidents", 8),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let accidents = world.accidents.iter().filter(|accident| (slot.from..=slot.to).contains(&accident.day));
    accidents
        .flat_map(|accident| accident.persons.iter().map(move |person| (accident, *person)))
        .map(|(accident, person)| {
            vec![
                accident.number.clone(),
                world.people.persons[person].citizen_number.clone(),
                accident.day.to_string(),
                yes_no(accident.third_party),
            ]
        })
        .collect()
}
