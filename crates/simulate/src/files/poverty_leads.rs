//! Leads to families at risk, from the agriculture bureau: each Monday those reported or moved on in the week before.

use types::Day;

use super::tickets::slots as weekly;
use super::{DepartmentFile, Slot, yes_no};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "poverty_leads",
    prefix: "风险线索",
    format: Format::Utf8Marked,
    columns: &[
        required("线索编号", Holds::Code),
        required("户号", Holds::Code),
        required("村代码", Holds::Code),
        required("线索来源", Holds::Word),
        required("申报日期", Holds::Date),
        optional("绿色通道", Holds::Word),
        optional("入户核实日期", Holds::Date),
        optional("公示起日", Holds::Date),
        optional("公示止日", Holds::Date),
        optional("审定日期", Holds::Date),
        optional("审定结果", Holds::Word),
        optional("告知日期", Holds::Date),
    ],
    slots: weekly,
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let days = slot.from..=slot.to;
    let mut rows = Rows::new();
    for one in &world.leads {
        let steps =
            [Some(one.reported), Some(one.verified), one.published.map(|(from, _)| from), Some(one.decided), one.told];
        if !steps.into_iter().flatten().any(|day| days.contains(&day)) {
            continue;
        }
        let household = &world.people.households[one.household];
        let known = |day: Option<Day>| day.filter(|day| *day <= slot.to);
        let text = |day: Option<Day>| known(day).map(|day| day.to_string()).unwrap_or_default();
        let outcome = known(Some(one.decided)).map(|_| if one.admitted { "纳入监测" } else { "不符合" });
        rows.push(vec![
            one.number.clone(),
            household.number.clone(),
            world.county.village_of(household.grid_on(one.reported)).code.clone(),
            one.source.to_owned(),
            one.reported.to_string(),
            yes_no(one.green),
            text(Some(one.verified)),
            text(one.published.map(|(from, _)| from)),
            text(one.published.map(|(_, to)| to)),
            text(Some(one.decided)),
            outcome.unwrap_or_default().to_owned(),
            text(one.told),
        ]);
    }
    rows
}
