//! Measures recorded for members in the poverty system, from the agriculture bureau: those of the month; in the first file those before it too.

use types::Day;

use super::{DepartmentFile, Slot, monthly};
use crate::life::roll::member_number;
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "person_measures",
    prefix: "到人措施",
    format: Format::Utf8,
    columns: &[
        required("人员编号", Holds::Code),
        required("户号", Holds::Code),
        required("措施编号", Holds::Code),
        required("措施名称", Holds::Word),
        required("落实日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "person_measures", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let from = if slot.to.month() == world.calendar.first { Day::MIN } else { slot.from };
    let mut rows = Rows::new();
    for (nth, one) in world.recorded.iter().enumerate().filter(|(_, one)| (from..=slot.to).contains(&one.day)) {
        rows.push(vec![
            member_number(world, one.person),
            world.people.households[one.household].number.clone(),
            format!("CS{:04}{:06}", world.village + 1, nth + 1),
            one.measure.to_owned(),
            one.day.to_string(),
        ]);
    }
    rows
}
