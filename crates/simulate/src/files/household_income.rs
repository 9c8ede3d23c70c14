//! The family income form, every line of it, from the agriculture bureau: families lifted out of poverty, under watch or with an
//! allowance, and one in ten of the others, each November; the last one early in the year.

use super::income_survey::slots;
use super::{DepartmentFile, Slot};
use crate::world::World;
use crate::write::{Column, Format, Holds, Rows, money, required};

/// The file.
pub(crate) const FILE: DepartmentFile = DepartmentFile {
    feed: "household_income",
    prefix: "家庭收支",
    format: Format::Gb18030,
    columns: &COLUMNS,
    slots,
    rows,
};

/// A line of the form: its header and who has it.
#[derive(Clone, Copy)]
enum Line {
    /// What a family earns away, as far as its work log says.
    Wages,
    /// Of a hundred yuan of the rest of the income.
    Share(i64),
    /// Of a hundred yuan, for those on the register of minimum allowances.
    Minimum,
    /// Nothing in this county.
    Nothing,
    /// Of a hundred yuan, as an expense.
    Expense(i64),
    /// Paid by an insurance for a loss.
    Compensation,
    /// Bills under the rules that the family paid.
    SelfPaid,
}

const LINES: [(&str, Line); 43] = [
    ("务工收入", Line::Wages),
    ("部门公益岗位收入", Line::Nothing),
    ("乡镇公益岗位收入", Line::Nothing),
    ("村级公益岗位收入", Line::Share(2)),
    ("采集收入", Line::Share(1)),
    ("种植业收入", Line::Share(48)),
    ("养殖业收入", Line::Share(26)),
    ("林果业收入", Line::Share(14)),
    ("其他经营收入", Line::Share(9)),
    ("资产收益分红", Line::Share(1)),
    ("土地流转收入", Line::Share(3)),
    ("小额信贷项目收入", Line::Nothing),
    ("托养收入", Line::Nothing),
    ("其他财产性收入", Line::Nothing),
    ("计划生育补助", Line::Nothing),
    ("低保金", Line::Minimum),
    ("特困供养金", Line::Nothing),
    ("养老金", Line::Share(9)),
    ("退耕还林补助", Line::Share(2)),
    ("公益林补助", Line::Nothing),
    ("草原补助", Line::Nothing),
    ("生态搬迁补助", Line::Nothing),
    ("其他生态补助", Line::Nothing),
    ("玉米大豆补贴", Line::Share(1)),
    ("耕地地力补贴", Line::Share(2)),
    ("农业保险补贴", Line::Nothing),
    ("高龄补贴", Line::Nothing),
    ("优抚金", Line::Nothing),
    ("残疾补贴", Line::Nothing),
    ("教育补助", Line::Nothing),
    ("救灾补助", Line::Nothing),
    ("失能老人补贴", Line::Nothing),
    ("赡养费", Line::Share(3)),
    ("取暖补贴", Line::Nothing),
    ("价格补贴", Line::Nothing),
    ("社会救助", Line::Nothing),
    ("防贫保险理赔", Line::Nothing),
    ("捐赠收入", Line::Nothing),
    ("其他转移性收入", Line::Share(1)),
    ("种植业支出", Line::Expense(13)),
    ("养殖业支出", Line::Expense(9)),
    ("理赔收入", Line::Compensation),
    ("合规自付支出", Line::SelfPaid),
];

const COLUMNS: [Column; 48] = {
    let mut columns = [required("户号", Holds::Code); 48];
    columns[1] = required("测算年度", Holds::Period);
    columns[2] = required("家庭人口", Holds::Number);
    columns[3] = required("林果业支出", Holds::Money);
    columns[4] = required("其他经营支出", Holds::Money);
    let mut at = 0;
    while at < LINES.len() {
        columns[at + 5] = required(LINES[at].0, Holds::Money);
        at += 1;
    }
    columns
};

fn rows(world: &World, slot: &Slot) -> Rows {
    let year = slot.to.year();
    let mut rows = Rows::new();
    for income in world.incomes.iter().filter(|income| income.year == year) {
        let family = &world.people.households[income.household];
        let watched = world.watched.iter().any(|one| one.household == income.household && one.from <= slot.to);
        let entitled = world.entitled.iter().any(|one| one.household == income.household && one.since <= slot.to);
        if !(family.was_poor || watched || entitled || income.household % 10 == 0) {
            continue;
        }
        let lives_here = |person: &&crate::people::Person| {
            person.lives_here_on(slot.to) && person.household_on(slot.to) == Some(income.household)
        };
        let heads = i64::try_from(world.people.persons.iter().filter(lives_here).count()).unwrap_or(0).max(1);
        let net = income.net_per_head * heads;
        // Somebody away earns more than half of what the family has.
        let away = world.work.iter().any(|spell| {
            spell.covers(slot.to.month())
                && world.people.persons[spell.person].household_on(slot.to) == Some(income.household)
        });
        let wages = if away { net * 62 / 100 } else { 0 };
        let days = year.first_day()..=slot.to;
        let self_paid = world.claims.iter().filter(|claim| {
            days.contains(&claim.settled)
                && world.people.persons[claim.person].household_on(claim.settled) == Some(income.household)
        });
        let self_paid: i64 = self_paid.map(|claim| claim.self_paid).sum();
        let paid_back = world
            .farm_losses
            .iter()
            .filter(|loss| loss.household == income.household && days.contains(&loss.day))
            .map(|loss| loss.compensated)
            .sum();
        let fen = |line: Line| match line {
            Line::Wages => wages,
            Line::Share(share) | Line::Expense(share) => (net - wages) * share / 100,
            Line::Minimum => (net - wages) * if entitled { 12 } else { 0 } / 100,
            Line::Nothing => 0,
            Line::Compensation => paid_back,
            Line::SelfPaid => self_paid,
        };
        let mut row = vec![family.number.clone(), year.to_string(), heads.to_string(), money(0), money(0)];
        row.extend(LINES.iter().map(|(_, line)| money(fen(*line))));
        rows.push(row);
    }
    rows
}
