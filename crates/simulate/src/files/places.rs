//! Place codes, from the statistics bureau: once at the beginning and after each year.

use types::Year;

use super::{DepartmentFile, Slot};
use crate::county::parent_code;
use crate::frame::Frame;
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "places",
    prefix: "行政区划",
    format: Format::Utf8,
    columns: &[
        required("区划代码", Holds::Code),
        optional("区划名称", Holds::Text),
        optional("级别", Holds::Text),
        optional("上级代码", Holds::Code),
        optional("变更后代码", Holds::Code),
    ],
    slots,
    rows,
};

fn slots(frame: &Frame) -> Vec<Slot> {
    let first = frame.calendar.first.first_day();
    let at_first = first.year().first_day().plus_days(-1);
    let mut slots = vec![Slot { label: at_first.year().to_string(), from: at_first, to: at_first, received: first }];
    for year in first.year().0..frame.calendar.last.first_day().year().0 {
        let to = Year(year).last_day();
        slots.push(Slot { label: year.to_string(), from: to, to, received: to.plus_days(9) });
    }
    slots
}

fn rows(world: &World, _: &Slot) -> Rows {
    // One list for the whole county.
    if world.village > 0 {
        return Rows::new();
    }
    let places = world.county.places().into_iter();
    places
        .map(|place| {
            let parent = parent_code(&place.code).to_owned();
            vec![place.code, place.name, place.level.to_owned(), parent, String::new()]
        })
        .collect()
}
