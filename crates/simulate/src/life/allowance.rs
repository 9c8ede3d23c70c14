//! The monthly allowance of the very old, and the payments that went on after death.

use types::Month;

use crate::life::benefits::wrong;
use crate::world::World;

/// Age from which this invented county pays it: young enough that some receivers still work, so that one death can matter twice.
const FROM_AGE: i32 = 65;

/// Decides for whom payment went on: every third death of a receiver, and the youngest villager's of the last year who received it,
/// for one to four months. The second is the story of one death that matters twice: to who pays, and to the family.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("allowance");
    let youngest = youngest_villager(world);
    // The villages begin counting at different deaths.
    let mut receivers = i32::try_from(world.village).unwrap_or(0) % 3;
    for death in &world.deaths {
        let person = &world.people.persons[death.person];
        if person.age_on(death.day) < FROM_AGE {
            continue;
        }
        receivers += 1;
        // A death in the last month cannot have been paid on yet.
        let goes_on = receivers % 3 == 1 || youngest == Some(death.person);
        if !goes_on || death.day.month() >= world.calendar.last {
            receivers -= i32::from(death.day.month() >= world.calendar.last);
            continue;
        }
        let months = dice.small(1, 4).min(world.calendar.last.0 - death.day.month().0);
        world.paid_on.insert(death.person, months);
    }
    for (person, months) in world.paid_on.clone() {
        let Some(died) = world.people.persons[person].died else { continue };
        for after in 1..=months {
            let month = Month(died.month().0 + after);
            let fen = amount(world, person, month).unwrap_or_default();
            wrong(world, person, month, "old_age_allowance", "allowance_paid_after_death", fen);
        }
    }
}

/// The youngest receiver who died in a village within the last year, before the last month.
fn youngest_villager(world: &World) -> Option<usize> {
    if world.village != 1.min(world.county.villages.len() - 1) {
        return None;
    }
    let last = world.calendar.last;
    let receivers = world.deaths.iter().filter(|death| {
        let person = &world.people.persons[death.person];
        let is_villager = person.household_on(death.day).is_some_and(|household| {
            world.county.village_of(world.people.households[household].grid_on(death.day)).rural
        });
        person.age_on(death.day) >= FROM_AGE
            && is_villager
            && death.day.month() < last
            && death.day.month().0 > last.0 - 11
    });
    receivers.max_by_key(|death| world.people.persons[death.person].born).map(|death| death.person)
}

/// What was paid to a person for a month, in fen; `None` if nothing was.
pub(crate) fn amount(world: &World, person: usize, month: Month) -> Option<i64> {
    let someone = &world.people.persons[person];
    let day = month.first_day();
    let age = someone.age_on(day);
    if age < FROM_AGE || someone.household_on(day).is_none() {
        return None;
    }
    let paid_on = world.paid_on.get(&person).copied().unwrap_or(0);
    let paid = someone.died.is_none_or(|died| died > day || month.0 <= died.month().0 + paid_on);
    paid.then_some(match age {
        ..=89 => 6_000,
        90..=99 => 12_000,
        _ => 50_000,
    })
}
