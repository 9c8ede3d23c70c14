//! Households and persons, and where each of them was on any day.

use std::collections::BTreeMap;

use types::{Day, Month};

use crate::county::{COUNTY_CODE, Village};
use crate::dice::Dice;

/// Family role, as far as life events need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Head of the family or spouse.
    Couple,
    /// Child of the couple, of any age.
    Child,
    /// Parent of the couple.
    Elder,
}

/// A household.
#[derive(Clone, Debug)]
pub(crate) struct Household {
    /// Its number in every department's files.
    pub number: String,
    /// Since when it lives in which grid (position in the county), oldest first.
    pub homes: Vec<(Day, usize)>,
    /// On the list of households lifted out of poverty.
    pub was_poor: bool,
    /// Net income per head of the year before the simulation, in yuan.
    pub income: i64,
}

impl Household {
    /// The grid it lives in on `day`.
    pub(crate) fn grid_on(&self, day: Day) -> usize {
        latest(&self.homes, day)
    }
}

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// 18 characters beginning with 99.
    pub citizen_number: String,
    /// Invented.
    pub name: String,
    /// Sex.
    pub male: bool,
    /// Birthday.
    pub born: Day,
    /// Role in the family.
    pub role: Role,
    /// Has the residents' medical insurance.
    pub insured: bool,
    /// Since when a member of which household (position), oldest first; `None` after leaving the county.
    pub homes: Vec<(Day, Option<usize>)>,
    /// Day of death.
    pub died: Option<Day>,
    /// Day the police struck the dead person off the register.
    pub struck_off: Option<Day>,
}

impl Person {
    /// The household on `day`.
    pub(crate) fn household_on(&self, day: Day) -> Option<usize> {
        latest(&self.homes, day)
    }

    /// The last household, also of one who left.
    pub(crate) fn last_household(&self) -> Option<usize> {
        self.homes.iter().rev().find_map(|spell| spell.1)
    }

    /// Born, not dead and in the county on `day`.
    pub(crate) fn lives_here_on(&self, day: Day) -> bool {
        self.born <= day && self.died.is_none_or(|died| died > day) && self.household_on(day).is_some()
    }

    /// On the police register of `day`.
    pub(crate) fn registered_on(&self, day: Day) -> bool {
        self.born <= day && self.struck_off.is_none_or(|struck| struck > day) && self.household_on(day).is_some()
    }

    /// Age in whole years on `day`.
    pub(crate) fn age_on(&self, day: Day) -> i32 {
        self.born.whole_years_to(day)
    }
}

fn latest<T: Copy>(spells: &[(Day, T)], day: Day) -> T {
    let after = spells.partition_point(|spell| spell.0 <= day);
    spells[after.saturating_sub(1)].1
}

/// Everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    /// Households; positions are stable.
    pub households: Vec<Household>,
    /// Persons; positions are stable, later births come last.
    pub persons: Vec<Person>,
    /// How many numbers of a birthday and sex are taken, in this village and those before it.
    pub given: Given,
}

/// How many citizen numbers of a birthday and sex are taken.
pub(crate) type Given = BTreeMap<(Day, bool), u32>;

impl People {
    /// The people of a village on `start`.
    pub(crate) fn settle(village: &Village, start: Day, given: Given, dice: &mut Dice) -> Self {
        let mut people = Self { given, ..Self::default() };
        for (nth, number) in village.households.clone().enumerate() {
            let grid = village.grids.start + nth % village.grids.len().max(1);
            let was_poor = village.rural && dice.chance(20_000);
            let income = if was_poor { dice.between(7_200, 16_000) } else { dice.between(9_500, 30_000) };
            people.households.push(Household {
                number: format!("99{:07}", number + 1),
                homes: vec![(start, grid)],
                was_poor,
                income,
            });
            people.fill(nth, start, dice);
        }
        people
    }

    /// The position of the person with a citizen number.
    pub(crate) fn of_number(&self, number: &str) -> Option<usize> {
        self.persons.iter().position(|person| person.citizen_number == number)
    }

    /// Adds a person and says at which position.
    pub(crate) fn add(
        &mut self,
        household: usize,
        born: Day,
        since: Day,
        role: Role,
        surname: &str,
        dice: &mut Dice,
    ) -> usize {
        let male = dice.chance(51_000);
        self.add_of(male, household, born, since, role, surname, dice)
    }

    #[expect(clippy::too_many_arguments, reason = "one person's facts, called from this file only")]
    fn add_of(
        &mut self,
        male: bool,
        household: usize,
        born: Day,
        since: Day,
        role: Role,
        surname: &str,
        dice: &mut Dice,
    ) -> usize {
        let given = self.given.entry((born, male)).or_default();
        let citizen_number = citizen_number(born, male, *given);
        *given += 1;
        self.persons.push(Person {
            citizen_number,
            name: format!("{surname}{}", given_name(dice)),
            male,
            born,
            role,
            insured: dice.chance(94_000),
            homes: vec![(since, Some(household))],
            died: None,
            struck_off: None,
        });
        self.persons.len() - 1
    }

    /// Gives a new household its family.
    fn fill(&mut self, household: usize, start: Day, dice: &mut Dice) {
        let surname = surname(dice);
        let other = self::surname(dice);
        let kind = dice.between(0, 99);
        let age = match kind {
            0..=9 => dice.small(60, 93),
            10..=23 => dice.small(58, 88),
            24..=31 => dice.small(30, 58),
            _ => dice.small(26, 52),
        };
        let alone = matches!(kind, 0..=9 | 24..=31);
        if alone {
            self.add(household, birthday(start, age, dice), start, Role::Couple, surname, dice);
        } else {
            self.add_of(true, household, birthday(start, age, dice), start, Role::Couple, surname, dice);
            let her_age = age - dice.small(-1, 4);
            self.add_of(false, household, birthday(start, her_age, dice), start, Role::Couple, other, dice);
        }
        if kind >= 27 {
            let children = dice.small(if kind < 32 { 1 } else { 0 }, 3).min(if kind < 60 { 2 } else { 3 });
            for _ in 0..children {
                let oldest = (age - 21).max(0);
                self.add(household, birthday(start, dice_age(oldest, dice), dice), start, Role::Child, surname, dice);
            }
        }
        if kind >= 64 {
            let elder = age + dice.small(21, 32);
            if dice.chance(62_000) {
                self.add_of(true, household, birthday(start, elder.min(97), dice), start, Role::Elder, surname, dice);
            }
            let mother = (elder - dice.small(-1, 4)).min(97);
            let maiden = self::surname(dice);
            self.add_of(false, household, birthday(start, mother, dice), start, Role::Elder, maiden, dice);
        }
    }
}

/// A surname.
pub(crate) fn surname(dice: &mut Dice) -> &'static str {
    const SURNAMES: [&str; 40] = [
        "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭",
        "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅",
        "沈", "曾", "彭", "吕",
    ];
    dice.pick(&SURNAMES).unwrap_or("王")
}

/// A citizen number (GB 11643) of the county: `nth` of those born on the day with that sex.
pub(crate) fn citizen_number(born: Day, male: bool, nth: u32) -> String {
    // 497 odd and 497 even sequences a day, 996-999 being reserved; then the next invented region.
    let region = COUNTY_CODE.parse::<u32>().unwrap_or(990_101) + nth / 497;
    let sequence = (nth % 497) * 2 + if male { 1 } else { 2 };
    let (year, month, day) = born.civil();
    let body = format!("{region}{year:04}{month:02}{day:02}{sequence:03}");
    let check = codes::citizen_number::check_digit(&body).unwrap_or('X');
    format!("{body}{check}")
}

fn given_name(dice: &mut Dice) -> String {
    const GIVEN: [&str; 40] = [
        "安", "宁", "禾", "川", "晓", "岚", "文", "秋", "桂", "兰", "守", "田", "家", "福", "金", "水", "木", "云",
        "月", "春", "生", "有", "成", "长", "顺", "满", "仓", "喜", "来", "玉", "莲", "香", "青", "石", "山", "林",
        "小", "平", "新", "民",
    ];
    let first = dice.pick(&GIVEN).unwrap_or("安");
    if dice.chance(25_000) { first.to_owned() } else { format!("{first}{}", dice.pick(&GIVEN).unwrap_or("宁")) }
}

fn dice_age(oldest: i32, dice: &mut Dice) -> i32 {
    dice.small(0, oldest.min(30))
}

/// A birthday that makes one `age` years old on `day`.
fn birthday(day: Day, age: i32, dice: &mut Dice) -> Day {
    let (year, month, date) = day.civil();
    let latest = Month::new(year - age.max(0), month).map_or(day, |month| month.first_day().plus_days(date - 1));
    latest.plus_days(-dice.small(0, 360))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_day_differ() {
        let day = Day::new(1990, 2, 28).expect("a day");
        let mut seen = std::collections::BTreeSet::new();
        for nth in 0..1_200 {
            for male in [true, false] {
                let number = citizen_number(day, male, nth);
                assert_eq!(codes::citizen_number::check(&number).as_ref(), Ok(&number));
                assert!(number.starts_with("9901"), "{number}");
                assert!(seen.insert(number));
            }
        }
    }

    #[test]
    fn a_person_is_where_the_last_spell_says() {
        let spells = [(Day(10), 'a'), (Day(20), 'b')];
        assert_eq!([5, 10, 19, 20, 99].map(|day| latest(&spells, Day(day))), ['a', 'a', 'a', 'b', 'b']);
    }
}
