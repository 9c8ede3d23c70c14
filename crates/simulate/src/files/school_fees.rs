//! Fees and aid, from the education bureau: once for each school year, in April.

use types::Month;

use super::{DepartmentFile, Slot, yes_no};
use crate::frame::Frame;
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "school_fees",
    prefix: "就学费用",
    format: Format::Xlsx,
    columns: &[
        required("学生身份证号", Holds::CitizenNumber),
        required("学年", Holds::Text),
        required("就读学段", Holds::Word),
        required("就读学校", Holds::Text),
        required("是否公办", Holds::Word),
        required("注册日期", Holds::Date),
        required("应缴费用", Holds::Money),
        required("资助金额", Holds::Money),
        required("自付费用", Holds::Money),
    ],
    slots: slots,
    rows,
};

/// The school year of each April, and the one before the first file.
fn slots(frame: &Frame) -> Vec<Slot> {
    let (first, end) = (frame.calendar.first.first_day(), frame.calendar.end());
    let mut slots = Vec::new();
    for year in first.year().0..=end.year().0 {
        let Some(to) = Month::new(year, 4).map(Month::last_day) else { continue };
        let from = Month::new(year - 1, 9).map_or(to, Month::first_day);
        let received = to.plus_days(-6).max(first.plus_days(1));
        if received <= end {
            let to = to.min(received.plus_days(-1));
            slots.push(Slot { label: to.to_string(), from, to, received });
        }
    }
    slots
}

fn rows(world: &World, slot: &Slot) -> Rows {
    let year = slot.from.year().0;
    let those = world.pupils.iter().filter(|one| one.year == year && one.registered <= slot.to);
    those
        .map(|one| {
            let number = world.people.persons[one.person].citizen_number.clone();
            let school = format!("{}{}", world.county.townships[world.here().township].name, one.stage);
            vec![
                number,
                format!("{year}-{}", year + 1),
                one.stage.to_owned(),
                school,
                yes_no(one.public),
                one.registered.to_string(),
                money(one.fees),
                money(one.aid),
                money(one.fees - one.aid),
            ]
        })
        .collect()
}
