//! Disability certificates, from the federation of disabled people: the whole list every month, the cancelled ones among them.

use super::{DepartmentFile, Slot, monthly};
use crate::world::World;
use crate::write::{Format, Holds, Rows, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "disability_certificates",
    prefix: "残疾人证",
    format: Format::Utf8Marked,
    columns: &[
        required("残疾人证号", Holds::Code),
        required("身份证号", Holds::CitizenNumber),
        required("残疾等级", Holds::Word),
        required("发证日期", Holds::Date),
        optional("有效期至", Holds::Date),
        optional("注销日期", Holds::Date),
    ],
    slots: |frame| monthly(frame, "disability_certificates", 8),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    const GRADES: [&str; 4] = ["一级", "二级", "三级", "四级"];
    let those = world.certificates.iter().filter(|one| one.issued <= slot.to);
    those
        .map(|one| {
            let number = &world.people.persons[one.person].citizen_number;
            let grade = usize::try_from(one.grade - 1).ok().and_then(|at| GRADES.get(at)).unwrap_or(&GRADES[3]);
            vec![
                format!("{number}{}{}", one.kind, one.grade),
                number.clone(),
                (*grade).to_owned(),
                one.issued.to_string(),
                one.issued.plus_days(3_652).to_string(),
                one.cancelled.filter(|day| *day <= slot.to).map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect()
}
