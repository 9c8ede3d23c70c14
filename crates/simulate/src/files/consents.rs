//! Signed consents to the means test, from the agriculture bureau: each Monday those signed or taken back in the week before. Families
//! whose lead was verified and those on the register of minimum allowances sign; some take it back.

use types::Day;

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

/// Of so many signed papers one is taken back.
const TAKES_BACK: usize = 40;

/// Days on which each household signed.
pub(crate) fn signed(world: &World) -> impl Iterator<Item = (usize, Day)> + '_ {
    let verified = world.leads.iter().map(|lead| (lead.household, lead.verified));
    let first = world.calendar.first.first_day();
    let entitled = world.entitled.iter().map(move |one| (one.household, one.since.max(first)));
    let end = world.calendar.end();
    verified.chain(entitled).filter(move |(_, day)| *day <= end)
}

fn rows(world: &World, slot: &Slot) -> Rows {
    let days = slot.from..=slot.to;
    let mut rows = Rows::new();
    for (nth, (household, day)) in signed(world).enumerate() {
        let withdrawn = (nth % TAKES_BACK == 7).then(|| day.plus_days(45)).filter(|day| *day <= slot.to);
        if !days.contains(&day) && !withdrawn.is_some_and(|day| days.contains(&day)) {
            continue;
        }
        let family = &world.people.households[household];
        rows.push(vec![
            format!("SQ{:04}{:05}", world.village + 1, nth + 1),
            family.number.clone(),
            world.county.village_of(family.grid_on(day)).code.clone(),
            day.to_string(),
            day.plus_days(365).to_string(),
            withdrawn.map(|day| day.to_string()).unwrap_or_default(),
        ]);
    }
    rows
}
