//! Moves: young people joining another household, people leaving the county, households moving to another grid.

use types::Day;

use crate::dice::Dice;
use crate::people::Role;
use crate::truth::TruthEvent;
use crate::world::World;

/// Lets people and households move from the first month on.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("moves");
    let first = world.calendar.first.first_day();
    for (from, to) in world.calendar.lived().filter(|(from, _)| *from >= first) {
        for person in 0..world.people.persons.len() {
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            person_moves(world, person, day, &mut dice);
        }
        for household in 0..world.people.households.len() {
            if dice.chance(60) {
                let day = from.plus_days(dice.small(0, to.0 - from.0));
                household_moves(world, household, day, &mut dice);
            }
        }
    }
}

fn person_moves(world: &mut World, person: usize, day: Day, dice: &mut Dice) {
    let households = world.people.households.len();
    let someone = &mut world.people.persons[person];
    let age = someone.age_on(day);
    if !(18..=45).contains(&age)
        || !someone.lives_here_on(day)
        || someone.homes.last().is_some_and(|spell| spell.0 >= day)
    {
        return;
    }
    let before = someone.household_on(day);
    if someone.role == Role::Child && age >= 20 && dice.chance(900) {
        let target = dice.below(households);
        if before == Some(target) {
            return;
        }
        someone.homes.push((day, Some(target)));
        someone.role = Role::Couple;
        let mut event = TruthEvent::new(day, "joined_household", &someone.citizen_number);
        event.other = world.people.households[target].number.clone();
        world.truth.push(event);
    } else if dice.chance(70) {
        someone.homes.push((day, None));
        world.truth.push(TruthEvent::new(day, "left_county", &someone.citizen_number));
    }
}

fn household_moves(world: &mut World, household: usize, day: Day, dice: &mut Dice) {
    let grid = dice.below(world.county.grids.len());
    let family = &mut world.people.households[household];
    if family.homes.last().is_some_and(|spell| spell.0 >= day || spell.1 == grid) {
        return;
    }
    family.homes.push((day, grid));
    let mut event = TruthEvent::new(day, "household_moved", &family.number);
    event.other = world.county.grids[grid].code.clone();
    world.truth.push(event);
}
