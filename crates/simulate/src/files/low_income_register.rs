//! Families with a minimum allowance or close to it, from the civil affairs bureau: the whole list every month.

use super::{DepartmentFile, Slot, monthly};
use crate::life::benefits::CLASSES;
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "low_income_register",
    prefix: "低保名册",
    format: Format::Gb18030,
    columns: &[
        required("户号", Holds::Code),
        required("保障类别", Holds::Word),
        required("保障人数", Holds::Number),
        required("月保障金额", Holds::Money),
        required("纳入日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "low_income_register", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let month = slot.to.month();
    let mut rows = Rows::new();
    for one in world.entitled.iter().filter(|one| one.in_month(month)) {
        let members = world
            .people
            .persons
            .iter()
            .filter(|person| person.lives_here_on(slot.to) && person.household_on(slot.to) == Some(one.household));
        let heads = i64::try_from(members.count()).unwrap_or(0).max(1);
        let yuan = CLASSES.iter().find(|class| class.0 == one.class).map_or(0, |class| class.1);
        rows.push(vec![
            world.people.households[one.household].number.clone(),
            one.class.to_owned(),
            heads.to_string(),
            money(yuan * 100 * heads),
            one.since.to_string(),
        ]);
    }
    rows
}
