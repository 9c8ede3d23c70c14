//! Registered vehicles of families that signed a consent, from the police: the whole list every month.

use super::{DepartmentFile, Slot, monthly};
use crate::life::consents::asked;
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "vehicles",
    prefix: "机动车登记",
    format: Format::Gb18030,
    columns: &[
        required("号牌号码", Holds::Text),
        required("所有人身份证号", Holds::CitizenNumber),
        required("车辆类型", Holds::Word),
        required("初次登记日期", Holds::Date),
        optional("过户日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "vehicles", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let mut rows = Rows::new();
    for household in asked(world, slot.to) {
        let owner = world.people.persons.iter().position(|person| {
            person.household_on(slot.to) == Some(household)
                && person.lives_here_on(slot.to)
                && person.age_on(slot.to) >= 20
        });
        let Some(owner) = owner else { continue };
        let kind = match (world.means[household].car, household % 5) {
            (true, _) => "小型轿车",
            (false, 0) => "三轮汽车",
            (false, 1) => "摩托车",
            _ => continue,
        };
        let registered = world.calendar.start().plus_days(-i32::try_from(household * 53 % 3_000).unwrap_or(0));
        rows.push(vec![
            format!("虚A{:04}{:03}", world.village, household % 1_000),
            world.people.persons[owner].citizen_number.clone(),
            kind.to_owned(),
            registered.to_string(),
            String::new(),
        ]);
    }
    rows
}
