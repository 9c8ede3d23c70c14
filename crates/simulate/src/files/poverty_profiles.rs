//! The household file of the poverty system, exported by the agriculture bureau: families lifted out of poverty and those under watch, village
//! by village, every month. Clerks leave out a telephone here and write a wrong area there: those faults are in the system, not in the file.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::life::losses::Cause;
use crate::life::watch::is_listed;
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "poverty_profiles",
    prefix: "防返贫户信息",
    format: Format::Gb18030,
    columns: &[
        required("户号", Holds::Code),
        required("村代码", Holds::Code),
        required("户类型", Holds::Word),
        optional("监测对象类别", Holds::Word),
        optional("识别日期", Holds::Date),
        required("风险是否已消除", Holds::Word),
        required("整户无劳动能力", Holds::Word),
        required("家庭人口", Holds::Number),
        optional("联系电话", Holds::Text),
        optional("致贫返贫风险1", Holds::Word),
        required("耕地面积", Holds::Text),
        required("退耕还林面积", Holds::Text),
        optional("水域面积", Holds::Text),
        required("住房是否安全", Holds::Word),
        required("饮水是否安全", Holds::Word),
    ],
    slots: |frame| monthly(frame, "poverty_profiles", 9),
    rows,
};

/// The telephone of a household; a clerk forgot it, or a digit of it, for one in a hundred.
pub(crate) fn telephone(household: usize, number: &str) -> String {
    let digits: String = number.chars().rev().take(7).collect();
    match household % 211 {
        17 => String::new(),
        60 => format!("1390{}", digits.get(1..).unwrap_or_default()),
        _ => format!("1390{digits}"),
    }
}

fn rows(world: &World, slot: &Slot) -> Rows {
    let mut rows = Rows::new();
    for (household, family) in world.people.households.iter().enumerate() {
        if !is_listed(world, household, slot.to) {
            continue;
        }
        let members: Vec<_> = world
            .people
            .persons
            .iter()
            .filter(|person| person.lives_here_on(slot.to) && person.household_on(slot.to) == Some(household))
            .collect();
        let watched = world.watched.iter().find(|one| one.household == household && one.from <= slot.to);
        let removed = watched.and_then(|one| one.removed).filter(|day| *day <= slot.to);
        let hard = world.hardships.iter().find(|one| one.household == household && one.from <= slot.to);
        let risk = watched.map(|_| match hard.map(|one| one.cause) {
            Some(Cause::Illness | Cause::UninsuredIllness) => "因病",
            Some(Cause::Disaster) => "因自然灾害",
            Some(Cause::Disability) => "因残",
            Some(Cause::Accident) => "意外事故",
            Some(Cause::School) => "因学",
            Some(Cause::Dwelling) => "因安全住房",
            Some(Cause::Water) => "因安全饮水",
            Some(Cause::WorkLost | Cause::UnpaidWages) => "务工就业不稳",
            Some(Cause::HerdLost | Cause::Prices | Cause::TradeFailed) => "产业失败",
            Some(Cause::EarnerDied) => "缺劳动力",
            _ => "其他",
        });
        let kind = watched.map(|_| if family.was_poor { "脱贫不稳定户" } else { "边缘易致贫户" });
        let failing_house = world.gradings.iter().any(|one| {
            one.household == household
                && one.failing_since.is_some_and(|day| day <= slot.to)
                && one.repaired.is_none_or(|day| day > slot.to)
        });
        let no_labour = !members.iter().any(|person| (18..=59).contains(&person.age_on(slot.to)));
        let mu = world.means[household].land;
        // A field slipped: tenths of a mu written as mu.
        let arable = if household % 307 == 41 { format!("{mu}0") } else { format!("{}.{}", mu / 10, mu % 10) };
        rows.push(vec![
            family.number.clone(),
            world.county.village_of(family.grid_on(slot.to)).code.clone(),
            if family.was_poor { "脱贫户" } else { "一般农户" }.to_owned(),
            kind.unwrap_or_default().to_owned(),
            watched.map(|one| one.from.to_string()).unwrap_or_default(),
            yes_no(removed.is_some()),
            yes_no(no_labour),
            members.len().max(1).to_string(),
            telephone(household, &family.number),
            risk.unwrap_or_default().to_owned(),
            arable,
            format!("{}.0", mu % 7),
            if household % 173 == 9 { String::new() } else { "0.0".to_owned() },
            yes_no(!failing_house),
            yes_no(world.means[household].well || household % 59 != 3),
        ]);
    }
    rows
}
