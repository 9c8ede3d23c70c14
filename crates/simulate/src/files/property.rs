//! Registered dwellings of families that signed a consent, from the land office: the whole list every month. A dwelling in two names stands
//! twice.

use super::{DepartmentFile, Slot, monthly};
use crate::life::consents::asked;
use crate::people::Role;
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "property",
    prefix: "不动产登记",
    format: Format::Xlsx,
    columns: &[
        required("不动产单元号", Holds::Text),
        required("权利人身份证号", Holds::CitizenNumber),
        required("用途", Holds::Word),
        required("建筑面积", Holds::Text),
        required("取得日期", Holds::Date),
        required("取得方式", Holds::Word),
    ],
    slots: |frame| monthly(frame, "property", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let mut rows = Rows::new();
    for household in asked(world, slot.to) {
        let owners: Vec<_> = world
            .people
            .persons
            .iter()
            .filter(|person| {
                person.role == Role::Couple
                    && person.lives_here_on(slot.to)
                    && person.household_on(slot.to) == Some(household)
            })
            .collect();
        let own = world.dwellings.iter().filter(|one| one.household == household && one.acquired <= slot.to);
        for (nth, one) in own.enumerate() {
            // The house the family lives in, once it has been made safe.
            let rebuilt = world
                .gradings
                .iter()
                .filter(|grading| nth == 0 && grading.household == household && grading.failing_since.is_some())
                .find_map(|grading| grading.repaired.filter(|day| *day <= slot.to));
            let (acquired, way) = rebuilt.map_or((one.acquired, one.way), |day| (day, "危房改造"));
            for owner in owners.iter().take(if one.both { 2 } else { 1 }) {
                rows.push(vec![
                    one.unit.clone(),
                    owner.citizen_number.clone(),
                    "住宅".to_owned(),
                    format!("{}.{:02}", one.area / 100, one.area % 100),
                    acquired.to_string(),
                    way.to_owned(),
                ]);
            }
        }
    }
    rows
}
