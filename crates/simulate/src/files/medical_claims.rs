//! Medical settlements, from the insurance bureau: cumulative from 1 January to the month's end.

use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "medical_claims",
    prefix: "医保住院",
    format: Format::Gb18030,
    columns: &[
        required("身份证号", Holds::CitizenNumber),
        optional("姓名", Holds::Name),
        required("就医类别", Holds::Word),
        optional("入院日期", Holds::Date),
        required("结算日期", Holds::Date),
        optional("是否外伤", Holds::Word),
        required("总费用", Holds::Money),
        required("统筹支付", Holds::Money),
        optional("大病保险支付", Holds::Money),
        optional("医疗救助支付", Holds::Money),
        required("个人自付", Holds::Money),
        required("医院所在乡镇", Holds::Code),
    ],
    slots: |frame| monthly(frame, "medical_claims", 5),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let from = slot.to.year().first_day();
    let claims = world.claims.iter().filter(|claim| (from..=slot.to).contains(&claim.settled));
    claims
        .map(|claim| {
            let person = &world.people.persons[claim.person];
            let setting = if claim.admitted.is_some() { "住院" } else { "门诊" };
            vec![
                person.citizen_number.clone(),
                person.name.clone(),
                setting.to_owned(),
                claim.admitted.map(|day| day.to_string()).unwrap_or_default(),
                claim.settled.to_string(),
                yes_no(claim.injury),
                money(claim.amount),
                money(claim.fund_paid),
                money(claim.serious_paid),
                money(claim.aid_paid),
                money(claim.self_paid),
                world.county.townships[claim.township].code.clone(),
            ]
        })
        .collect()
}
