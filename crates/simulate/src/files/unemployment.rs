//! Registered unemployed, from the labour bureau: those registered or at work again in the month.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "unemployment",
    prefix: "失业登记",
    format: Format::Utf8,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("失业登记日期", Holds::Date),
        required("失业原因", Holds::Word),
        optional("再就业日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "unemployment", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let days = slot.from..=slot.to;
    let those = world
        .unemployed
        .iter()
        .filter(|one| days.contains(&one.day) || one.ended.is_some_and(|day| days.contains(&day)));
    those
        .map(|one| {
            let person = &world.people.persons[one.person];
            let ended = one.ended.filter(|day| *day <= slot.to);
            vec![
                person.citizen_number.clone(),
                person.name.clone(),
                one.day.to_string(),
                one.reason.to_owned(),
                ended.map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect()
}
