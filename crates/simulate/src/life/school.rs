//! Schooling: who goes to which school, and what families pay after aid.

use types::{Day, Year};

use crate::life::losses::{Cause, lose};
use crate::world::World;

/// One pupil's school year.
#[derive(Clone, Debug)]
pub(crate) struct Pupil {
    /// Position of the person.
    pub person: usize,
    /// Year in which the school year begins.
    pub year: i32,
    /// Day of registration.
    pub registered: Day,
    /// Word of the education bureau.
    pub stage: &'static str,
    /// Not a private school.
    pub public: bool,
    /// Fen: due, aid, paid by the family.
    pub fees: i64,
    /// Aid.
    pub aid: i64,
}

/// Registers pupils every September.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("school");
    let (start, end) = (world.calendar.start().year().0, world.calendar.end());
    for year in start - 1..=end.year().0 {
        let Some(september) = types::Month::new(year, 9).map(types::Month::first_day) else { continue };
        if september > end {
            continue;
        }
        for person in 0..world.people.persons.len() {
            let someone = &world.people.persons[person];
            let age = someone.age_on(september);
            let Some(household) = someone.household_on(september).filter(|_| someone.lives_here_on(september)) else {
                continue;
            };
            let was_poor = world.people.households[household].was_poor;
            let (goes_on, public) = (dice.between(0, 99), dice.chance(88_000));
            let (stage, low, high) = match age {
                6..=11 => ("小学", 0, 600),
                12..=14 => ("初中", 0, 900),
                15..=17 if goes_on < 60 => ("普通高中", 2_000, 7_000),
                15..=17 if goes_on < 92 => ("中职", 1_000, 6_000),
                18..=21 if goes_on < 30 => ("本科", 9_000, 16_000),
                18..=20 if goes_on < 60 => ("高职", 9_000, 18_000),
                _ => continue,
            };
            let dear = if public { 1 } else { 2 };
            let fees = dice.between(low, high) * 100 * dear;
            let aid = if was_poor { fees * dice.between(20, 60) / 100 } else { 0 };
            let registered = september.plus_days(dice.small(0, 9));
            // Rooms, meals and the way there are in no list.
            let around = if age >= 15 { dice.between(2_000, 9_000) * 100 } else { 0 };
            world.pupils.push(Pupil { person, year: Year(year).0, registered, stage, public, fees, aid });
            if registered >= world.calendar.start() {
                lose(world, person, registered, Cause::School, fees - aid + around, Some("school_fees"));
            }
        }
    }
}
