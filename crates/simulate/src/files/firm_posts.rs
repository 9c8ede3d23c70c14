//! Posts and shares in firms of families that signed a consent, from the market office: the whole list every month.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::life::consents::asked;
use crate::world::World;
use crate::write::{Format, Holds, Rows, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "firm_posts",
    prefix: "任职持股",
    format: Format::Utf8Marked,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        required("统一社会信用代码", Holds::Code),
        required("职务", Holds::Word),
        required("任职日期", Holds::Date),
        required("是否实际经营", Holds::Word),
    ],
    slots: |frame| monthly(frame, "firm_posts", 9),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let asked = asked(world, slot.to);
    let those = world.posts.iter().filter(|one| {
        let person = &world.people.persons[one.person];
        one.since <= slot.to
            && person.lives_here_on(slot.to)
            && person.household_on(slot.to).is_some_and(|household| asked.contains(&household))
    });
    those
        .map(|one| {
            vec![
                world.people.persons[one.person].citizen_number.clone(),
                one.firm.clone(),
                one.post.to_owned(),
                one.since.to_string(),
                yes_no(one.active),
            ]
        })
        .collect()
}
