//! Signed consents to the means test, from the agriculture bureau: each Monday those signed or taken back in the week before.

use super::tickets::slots;
use super::{DepartmentFile, Slot};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "consents",
    prefix: "核对授权",
    format: Format::Utf8Marked,
    columns: &[
        required("授权书编号", Holds::Code),
        required("户号", Holds::Code),
        required("村代码", Holds::Code),
        required("授权日期", Holds::Date),
        required("授权有效期至", Holds::Date),
        optional("撤回日期", Holds::Date),
    ],
    slots,
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let days = slot.from..=slot.to;
    let mut rows = Rows::new();
    for one in &world.consents {
        let withdrawn = one.withdrawn.filter(|day| *day <= slot.to);
        if !days.contains(&one.signed) && !withdrawn.is_some_and(|day| days.contains(&day)) {
            continue;
        }
        let family = &world.people.households[one.household];
        rows.push(vec![
            one.number.clone(),
            family.number.clone(),
            world.county.village_of(family.grid_on(one.signed)).code.clone(),
            one.signed.to_string(),
            one.until.to_string(),
            withdrawn.map(|day| day.to_string()).unwrap_or_default(),
        ]);
    }
    rows
}
