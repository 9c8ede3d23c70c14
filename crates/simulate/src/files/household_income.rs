//! The family income form, every line of it, from the agriculture bureau: families lifted out of poverty, under watch or with an
//! allowance, and one in ten of the others, each November; the last one early in the year.

use types::Day;

use super::income_survey::slots;
use super::{DepartmentFile, Slot};
use crate::people::Person;
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

/// What a family has in a year, up to a day, as the form adds it up. Money in fen.
pub(crate) struct Book {
    /// How many live together, one at least.
    pub heads: i64,
    /// Earned away.
    pub wages: i64,
    /// All wages, posts and gathering among them.
    pub wage: i64,
    /// Of field, stable, orchard and trade, before its expense.
    pub business: i64,
    /// Of rent and dividends.
    pub property: i64,
    /// Pensions, subsidies, allowances.
    pub transfer: i64,
    /// Of the transfers, the minimum allowance.
    pub minimum: i64,
    /// Of the business.
    pub expense: i64,
    /// Paid by an insurance for a loss this year.
    pub paid_back: i64,
    /// Bills under the rules that the family paid this year.
    pub self_paid: i64,
    /// What is left for the lines that are a share of the rest.
    rest: i64,
}

impl Book {
    /// The book of a household on `day`.
    pub(crate) fn of(world: &World, household: usize, day: Day) -> Self {
        let days = day.year().first_day()..=day;
        let lives_here = |person: &&Person| person.lives_here_on(day) && person.household_on(day) == Some(household);
        let heads = i64::try_from(world.people.persons.iter().filter(lives_here).count()).unwrap_or(0).max(1);
        // Years before the first survey and after the last one are like them.
        let own = world.incomes.iter().filter(|income| income.household == household);
        let income = own.min_by_key(|income| (income.year.0 - day.year().0).abs());
        let net = income.map_or(0, |income| income.net_per_head) * heads;
        // Somebody away earns more than half of what the family has.
        let away = world.work.iter().any(|spell| {
            spell.covers(day.month()) && world.people.persons[spell.person].household_on(day) == Some(household)
        });
        let wages = if away { net * 62 / 100 } else { 0 };
        let rest = net - wages;
        let entitled = world.entitled.iter().any(|one| one.household == household && one.since <= day);
        let minimum = if entitled { rest * 12 / 100 } else { 0 };
        let shares = |wanted: fn(&Line) -> Option<i64>, those: std::ops::Range<usize>| {
            LINES[those].iter().filter_map(|(_, line)| wanted(line)).map(|share| rest * share / 100).sum::<i64>()
        };
        let of = |those| shares(Line::share, those);
        let self_paid = world.claims.iter().filter(|claim| {
            days.contains(&claim.settled)
                && world.people.persons[claim.person].household_on(claim.settled) == Some(household)
        });
        let losses = world.farm_losses.iter().filter(|loss| loss.household == household && days.contains(&loss.day));
        Self {
            heads,
            wages,
            wage: wages + of(0..5),
            business: of(5..9),
            property: of(9..14),
            transfer: of(14..39) + minimum,
            minimum,
            expense: shares(Line::expense, 39..LINES.len()),
            paid_back: losses.map(|loss| loss.compensated).sum(),
            self_paid: self_paid.map(|claim| claim.self_paid).sum(),
            rest,
        }
    }

    /// Net income.
    pub(crate) fn net(&self) -> i64 {
        self.wage + self.business + self.property + self.transfer - self.expense
    }

    /// A line of the form.
    fn line(&self, line: Line) -> i64 {
        match line {
            Line::Wages => self.wages,
            Line::Share(share) | Line::Expense(share) => self.rest * share / 100,
            Line::Minimum => self.minimum,
            Line::Nothing => 0,
            Line::Compensation => self.paid_back,
            Line::SelfPaid => self.self_paid,
        }
    }
}

impl Line {
    fn share(&self) -> Option<i64> {
        if let Self::Share(share) = self { Some(*share) } else { None }
    }

    fn expense(&self) -> Option<i64> {
        if let Self::Expense(share) = self { Some(*share) } else { None }
    }
}

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
        let book = Book::of(world, income.household, slot.to);
        let mut row = vec![family.number.clone(), year.to_string(), book.heads.to_string(), money(0), money(0)];
        row.extend(LINES.iter().map(|(_, line)| money(book.line(*line))));
        rows.push(row);
    }
    rows
}
