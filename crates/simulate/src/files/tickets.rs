//! Grid tickets, from the service centre: each Monday those taken in or closed in the week before, and once more on the last day.

use super::{DepartmentFile, Slot};
use crate::frame::Frame;
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "tickets",
    prefix: "网格工单",
    format: Format::Utf8,
    columns: &[
        required("工单编号", Holds::Code),
        required("网格代码", Holds::Code),
        required("问题类别", Holds::Text),
        required("受理日期", Holds::Date),
        optional("办结日期", Holds::Date),
    ],
    slots,
    rows,
};

/// Mondays, and the last day.
pub(crate) fn slots(frame: &Frame) -> Vec<Slot> {
    let mut from = frame.calendar.first.first_day();
    let end = frame.calendar.end();
    let mut slots = Vec::new();
    while from < end {
        // 1970-01-01 was a Thursday: Sundays are 3 days later.
        let sunday = from.plus_days((3 - from.0).rem_euclid(7));
        let to = sunday.min(end.plus_days(-1));
        slots.push(Slot { label: to.to_string(), from, to, received: to.plus_days(1) });
        from = to.plus_days(1);
    }
    slots
}

fn rows(world: &World, slot: &Slot) -> Rows {
    let days = slot.from..=slot.to;
    let tickets = world.tickets.iter();
    tickets
        .filter(|ticket| days.contains(&ticket.created) || ticket.closed.is_some_and(|closed| days.contains(&closed)))
        .map(|ticket| {
            let closed = ticket.closed.filter(|closed| *closed <= slot.to);
            vec![
                ticket.number.clone(),
                world.county.grids[ticket.grid].code.clone(),
                ticket.kind.to_owned(),
                ticket.created.to_string(),
                closed.map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect()
}
