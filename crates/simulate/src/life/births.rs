//! Births.

use crate::people::{Role, surname};
use crate::truth::TruthEvent;
use crate::world::World;

/// Lets children be born from the first month on.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("births");
    let first = world.calendar.first.first_day();
    for (from, to) in world.calendar.lived().filter(|(from, _)| *from >= first) {
        for mother in 0..world.people.persons.len() {
            let person = &world.people.persons[mother];
            let fertile = !person.male && person.role == Role::Couple && (20..=42).contains(&person.age_on(from));
            if !fertile || !dice.chance(420) {
                continue;
            }
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            let Some(household) = person.household_on(day).filter(|_| person.lives_here_on(day)) else { continue };
            let number = person.citizen_number.clone();
            let child = world.people.add(household, day, day, Role::Child, surname(&mut dice), &mut dice);
            let mut event = TruthEvent::new(day, "birth", &world.people.persons[child].citizen_number);
            event.other = number;
            world.truth.push(event);
        }
    }
}
