//! Cremations, from the civil affairs bureau: those of the month.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "cremations",
    prefix: "殡仪馆火化",
    format: Format::Xlsx,
    columns: &[
        required("逝者身份证号", Holds::CitizenNumber),
        optional("逝者姓名", Holds::Text),
        required("火化日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "cremations", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let within =
        |death: &&crate::life::deaths::Death| death.cremated.is_some_and(|day| (slot.from..=slot.to).contains(&day));
    world
        .deaths
        .iter()
        .filter(within)
        .filter_map(|death| {
            let person = &world.people.persons[death.person];
            Some(vec![person.citizen_number.clone(), person.name.clone(), death.cremated?.to_string()])
        })
        .collect()
}
