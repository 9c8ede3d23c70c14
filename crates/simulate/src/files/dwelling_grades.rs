//! Grades of houses, from the housing bureau: those graded or repaired in the month.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "dwelling_grades",
    prefix: "农房安全",
    format: Format::Xlsx,
    columns: &[
        required("户号", Holds::Code),
        required("鉴定等级", Holds::Word),
        required("鉴定日期", Holds::Date),
        required("是否唯一住房", Holds::Word),
        optional("改造完成日期", Holds::Date),
        optional("是否有能力自行解决", Holds::Word),
    ],
    slots: |frame| monthly(frame, "dwelling_grades", 8),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let days = slot.from..=slot.to;
    let known = |one: &&crate::life::dwellings::Grading| {
        let graded = one.graded.is_some_and(|day| days.contains(&day));
        graded || one.graded.is_some() && one.repaired.is_some_and(|day| days.contains(&day))
    };
    let those = world.gradings.iter().filter(known);
    those
        .map(|one| {
            vec![
                world.people.households[one.household].number.clone(),
                format!("{}级", one.grade),
                one.graded.map(|day| day.to_string()).unwrap_or_default(),
                yes_no(one.sole),
                one.repaired.filter(|day| *day <= slot.to).map(|day| day.to_string()).unwrap_or_default(),
                yes_no(one.can_solve),
            ]
        })
        .collect()
}
