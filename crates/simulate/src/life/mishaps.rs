//! Accidents off the road: falls, fires, drowning, poison; the grave ones cripple or kill an income.

use types::Day;

use crate::life::illness::bill;
use crate::life::losses::{Cause, lose};
use crate::truth::TruthEvent;
use crate::world::World;

/// One accident.
#[derive(Clone, Debug)]
pub(crate) struct Mishap {
    /// The number of the emergency bureau.
    pub number: String,
    /// Whom it hurt.
    pub person: usize,
    /// Day.
    pub day: Day,
    /// Word of the emergency bureau.
    pub kind: &'static str,
    /// Gravely.
    pub grave: bool,
}

/// What happens, the frequent kinds more than once.
const KINDS: [&str; 8] = ["高处坠落", "高处坠落", "生产作业", "生产作业", "火灾", "触电", "中毒", "溺水"];

/// Lets them happen; one in five is reported to nobody.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("mishaps");
    let first = world.calendar.first.first_day();
    let months: Vec<(Day, Day)> = world.calendar.lived().filter(|(from, _)| *from >= first).collect();
    for (from, to) in months {
        for person in 0..world.people.persons.len() {
            let someone = &world.people.persons[person];
            if !dice.chance(40) || someone.age_on(from) < 6 {
                continue;
            }
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            let (kind, grave) = (dice.pick(&KINDS).unwrap_or(KINDS[0]), dice.chance(24_000));
            let fen = bill(if grave { &[(0, 9_000), (1_000, 90_000)] } else { &[(0, 200), (1_000, 9_000)] }, &mut dice);
            let reported = dice.chance(80_000);
            if !someone.lives_here_on(day) {
                continue;
            }
            let mut event = TruthEvent::new(day, "accident_at_home", &someone.citizen_number);
            event.amount = Some(fen);
            event.detail = format!("grave={grave} reported={reported}");
            world.truth.push(event);
            lose(world, person, day, Cause::Accident, fen, reported.then_some("accidents"));
            if grave {
                world.crippled.insert(person, day);
            }
            if reported {
                let number = format!("YJ{:04}{:05}", world.village + 1, world.mishaps.len() + 1);
                world.mishaps.push(Mishap { number, person, day, kind, grave });
            }
        }
    }
}
