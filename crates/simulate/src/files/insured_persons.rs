//! Persons with medical insurance, from the insurance bureau: the whole list every month.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "insured_persons",
    prefix: "医保参保名单",
    format: Format::Utf8Marked,
    columns: &[required("身份证号", Holds::CitizenNumber), optional("姓名", Holds::Name)],
    slots: |frame| monthly(frame, "insured_persons", 8),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let insured = world.people.persons.iter().filter(|person| person.insured && person.registered_on(slot.to));
    insured.map(|person| vec![person.citizen_number.clone(), person.name.clone()]).collect()
}
