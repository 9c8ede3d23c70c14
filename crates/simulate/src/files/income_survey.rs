//! The income survey, from the agriculture bureau: the year before at the beginning, each year at its end, and an early partial
//! survey of the last year.

use types::{Month, Year};

use super::{DepartmentFile, Slot};
use crate::frame::Frame;
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "income_survey",
    prefix: "收入调查",
    format: Format::Xlsx,
    columns: &[
        required("户号", Holds::Code),
        required("调查年度", Holds::Period),
        required("人均纯收入", Holds::Money),
    ],
    slots,
    rows,
};

/// Surveys close on 30 November.
const CLOSING_MONTH: i32 = 11;

/// Each November, and once early in the last year.
pub(crate) fn slots(frame: &Frame) -> Vec<Slot> {
    let (first, last) = (frame.calendar.first, frame.calendar.last);
    let (first_year, last_year) = (first.first_day().year(), last.first_day().year());
    let closing = |year: Year| Month::new(year.0, CLOSING_MONTH).unwrap_or(last).last_day();
    let slot = |year: Year, label: String, to, received| Slot { label, from: year.first_day(), to, received };
    let before = Year(first_year.0 - 1);
    let mut slots =
        vec![slot(before, closing(before).month().to_string(), closing(before), first.first_day().plus_days(1))];
    for year in (first_year.0..=last_year.0).map(Year) {
        let to = closing(year);
        if to.month() >= first && to.month() <= last {
            slots.push(slot(year, to.month().to_string(), to, to.plus_days(4)));
        } else if to.month() < first {
            slots.push(slot(year, to.month().to_string(), to, first.first_day().plus_days(1)));
        } else {
            // Too early in the year for the whole survey: the families watched, and some others.
            let to = last.first_day().plus_days(14);
            slots.push(slot(year, to.to_string(), to, to.plus_days(5)));
        }
    }
    slots
}

fn rows(world: &World, slot: &Slot) -> Rows {
    let year = slot.to.year();
    let whole = slot.to.month().last_day() == slot.to;
    let incomes = world.incomes.iter().filter(|income| income.year == year);
    incomes
        .filter(|income| whole || world.people.households[income.household].was_poor || income.household % 3 == 0)
        .map(|income| {
            let number = world.people.households[income.household].number.clone();
            vec![number, year.to_string(), money(income.net_per_head)]
        })
        .collect()
}
