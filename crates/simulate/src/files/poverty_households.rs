//! Households lifted out of poverty, from the agriculture bureau: the whole list every month.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "poverty_households",
    prefix: "脱贫户名单",
    format: Format::Xlsx,
    columns: &[required("户号", Holds::Code), optional("所在村", Holds::Text)],
    slots: |frame| monthly(frame, "poverty_households", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let households = world.people.households.iter().filter(|household| household.was_poor);
    households
        .map(|household| {
            let village = world.county.village_of(household.grid_on(slot.to));
            vec![household.number.clone(), village.name.clone()]
        })
        .collect()
}
