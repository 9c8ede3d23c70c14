//! Deaths, and when the offices hear of them.

use types::{Day, Month};

use crate::truth::TruthEvent;
use crate::world::World;

/// One death.
#[derive(Clone, Debug)]
pub(crate) struct Death {
    /// Position of the person.
    pub person: usize,
    /// Day of death.
    pub day: Day,
    /// The month whose list of registered deaths names it; `None` if it was never registered.
    pub registered: Option<Month>,
    /// Day of the cremation; `None` for a burial.
    pub cremated: Option<Day>,
}

/// Ages at which a villager may still work the land and already receives the allowance.
const STILL_WORKING: std::ops::RangeInclusive<i32> = 65..=67;

/// Lets people die from the first month on, by age. One death is placed on purpose, half a year before the end: a villager's who
/// still worked and already received the allowance, registered in time, in one village of the county.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("deaths");
    let first = world.calendar.first.first_day();
    let planted = planted(world);
    for (from, to) in world.calendar.lived().filter(|(from, _)| *from >= first) {
        for person in 0..world.people.persons.len() {
            let someone = &mut world.people.persons[person];
            let is_planted = planted == Some((from.month(), person));
            if !someone.lives_here_on(from) || !(dice.chance(monthly_per_100_000(someone.age_on(from))) || is_planted) {
                continue;
            }
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            someone.died = Some(day);
            someone.struck_off = Some(day.plus_days(dice.small(8, 50)));
            let cremated = dice.chance(64_000).then(|| day.plus_days(dice.small(1, 4)));
            // Some are registered a month late; some only the crematorium knows.
            let registered = match dice.between(0, 99) {
                _ if is_planted => Some(day.month()),
                0..=88 => Some(day.month()),
                89..=95 => Some(Month(day.month().0 + 1)),
                _ => None,
            };
            let mut event = TruthEvent::new(day, "death", &someone.citizen_number);
            event.detail = format!("age={}", someone.age_on(day));
            world.truth.push(event);
            world.deaths.push(Death { person, day, registered, cremated });
        }
    }
    world.deaths.sort_by_key(|death| (death.day, death.person));
}

/// Month and person of the death that is placed on purpose; none where nobody is of that age.
fn planted(world: &World) -> Option<(Month, usize)> {
    // In the first village of farmers; a tiny county has just the seat beside it.
    if world.village != 1.min(world.county.villages.len() - 1) {
        return None;
    }
    let month = Month(world.calendar.last.0 - 6).max(world.calendar.first);
    let day = month.first_day();
    let person = world.people.persons.iter().position(|person| {
        let home = person.household_on(day).map(|household| world.people.households[household].grid_on(day));
        STILL_WORKING.contains(&person.age_on(day)) && home.is_some_and(|grid| world.county.village_of(grid).rural)
    })?;
    Some((month, person))
}

fn monthly_per_100_000(age: i32) -> u32 {
    match age {
        ..=0 => 30,
        1..=39 => 6,
        40..=59 => 28,
        60..=69 => 95,
        70..=79 => 300,
        80..=89 => 900,
        _ => 1_900,
    }
}
