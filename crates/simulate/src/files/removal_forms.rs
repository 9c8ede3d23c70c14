//! Forms after the removal of a risk, from the agriculture bureau: those filled in during the month.

use super::household_income::Book;
use super::{DepartmentFile, Slot, monthly, yes_no};
use crate::world::World;
use crate::write::{Format, Holds, Rows, money, optional, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "removal_forms",
    prefix: "消除后信息",
    format: Format::Xlsx,
    columns: &[
        required("户号", Holds::Code),
        required("消除日期", Holds::Date),
        optional("消除后失学辍学", Holds::Text),
        optional("消除后住房是否安全", Holds::Text),
        optional("消除后是否全员参保", Holds::Text),
        optional("消除后饮水是否安全", Holds::Text),
        optional("消除后工资性收入", Holds::Money),
        optional("消除后经营性收入", Holds::Money),
        optional("消除后财产性收入", Holds::Money),
        optional("消除后转移性收入", Holds::Money),
        optional("消除后经营性支出", Holds::Money),
        optional("消除后家庭纯收入", Holds::Money),
        optional("消除后人均纯收入", Holds::Money),
        optional("消除后理赔收入", Holds::Money),
        optional("消除后合规自付支出", Holds::Money),
    ],
    slots: |frame| monthly(frame, "removal_forms", 9),
    rows,
};

/// Columns before the 13 fields.
const BEFORE: usize = 2;

fn rows(world: &World, slot: &Slot) -> Rows {
    let those = world.forms.iter().filter(|form| (slot.from..=slot.to).contains(&form.filed));
    those
        .map(|form| {
            let day = form.removed;
            let book = Book::of(world, form.household, day);
            let mut members = world
                .people
                .persons
                .iter()
                .filter(|person| person.lives_here_on(day) && person.household_on(day) == Some(form.household));
            let insured = members.all(|person| person.insured);
            let fetched = world.outages.iter().any(|cut| cut.from <= day && cut.to.is_none_or(|to| to > day));
            let water_safe = world.means[form.household].well || !fetched;
            let mut row = vec![world.people.households[form.household].number.clone(), day.to_string()];
            // In this county every child of school age is registered.
            row.extend([false, form.dwelling_safe, insured, water_safe].map(yes_no));
            row.extend(
                [
                    book.wage,
                    book.business,
                    book.property,
                    book.transfer,
                    book.expense,
                    book.net(),
                    book.net() / book.heads,
                    book.paid_back,
                    book.self_paid,
                ]
                .map(money),
            );
            for field in &form.empty {
                row[BEFORE + field].clear();
            }
            row
        })
        .collect()
}
