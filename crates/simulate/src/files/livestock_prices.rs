//! Prices of animals and produce, from the development bureau: one list for the county every month.

use super::{DepartmentFile, Slot, monthly};
use crate::county::COUNTY_CODE;
use crate::life::disasters::price;
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "livestock_prices",
    prefix: "畜禽价格",
    format: Format::Utf8,
    columns: &[
        required("县代码", Holds::Code),
        required("监测月份", Holds::Period),
        required("品种", Holds::Word),
        required("每公斤价格", Holds::Money),
    ],
    slots: |frame| monthly(frame, "livestock_prices", 6),
    rows,
};

fn rows(world: &World, slot: &Slot) -> Rows {
    if world.village > 0 {
        return Rows::new();
    }
    let month = slot.to.month();
    ["活牛", "活羊", "生猪", "苹果", "玉米"]
        .map(|kind| {
            let price = money(price(&world.frame, kind, month));
            vec![COUNTY_CODE.to_owned(), month.to_string(), kind.to_owned(), price]
        })
        .into()
}
