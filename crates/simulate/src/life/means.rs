//! What a family has to cope with: savings, kin, credit, a well, animals, a house. Rates: docs/reference/county.md.

use crate::people::Role;
use crate::world::World;

/// What a family earns with animals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Herd {
    /// None to speak of.
    None,
    /// Cattle.
    Cattle,
    /// Sheep.
    Sheep,
    /// Pigs.
    Pigs,
}

/// A family's means when the simulation begins. Money in fen.
#[derive(Clone, Debug)]
pub(crate) struct Means {
    /// What it lives on in a month, all together.
    pub income: i64,
    /// Savings.
    pub savings: i64,
    /// What kin would lend without asking when it comes back.
    pub kin: i64,
    /// What the bank would lend.
    pub credit: i64,
    /// Has a well of its own.
    pub well: bool,
    /// Its animals.
    pub herd: Herd,
    /// How many.
    pub heads: i64,
    /// Arable land in tenths of a mu.
    pub land: i64,
    /// Owns a car.
    pub car: bool,
    /// Deals in something that stands in no register.
    pub trades: bool,
}

/// Decides what every family has.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("means");
    let start = world.calendar.start();
    let rural = world.here().rural;
    let mut heads = vec![0_i64; world.people.households.len()];
    let mut earners = heads.clone();
    for person in world.people.persons.iter().filter(|person| person.lives_here_on(start)) {
        let Some(household) = person.household_on(start) else { continue };
        heads[household] += 1;
        earners[household] += i64::from((18..=62).contains(&person.age_on(start)) && person.role != Role::Elder);
    }
    for (household, family) in world.people.households.iter().enumerate() {
        let income = family.income * 100 * heads[household].max(1) / 12;
        let wealth = if family.was_poor { 45 } else { 100 } + if earners[household] == 0 { -20 } else { 0 };
        let savings =
            dice.along(&[(0, 1_000), (150, 6_000), (450, 18_000), (750, 42_000), (950, 130_000), (1_000, 400_000)]);
        let kin = dice.along(&[(0, 0), (300, 6_000), (700, 25_000), (1_000, 70_000)]);
        let credit = if dice.chance(55_000) { dice.between(10_000, 50_000) } else { 0 };
        let herd = match dice.between(0, 99) {
            _ if !rural => Herd::None,
            0..=11 => Herd::Cattle,
            12..=19 => Herd::Sheep,
            20..=31 => Herd::Pigs,
            _ => Herd::None,
        };
        let heads = match herd {
            Herd::None => 0,
            Herd::Cattle => dice.along(&[(0, 1), (700, 5), (950, 14), (1_000, 60)]),
            Herd::Sheep => dice.along(&[(0, 4), (700, 20), (1_000, 120)]),
            Herd::Pigs => dice.along(&[(0, 1), (700, 8), (1_000, 90)]),
        };
        world.means.push(Means {
            income,
            savings: savings * wealth,
            kin: kin * 100,
            credit: credit * 100,
            well: dice.chance(58_000),
            herd,
            heads,
            land: if rural { dice.between(10, 140) } else { 0 },
            car: dice.chance(if family.was_poor { 9_000 } else { 24_000 }),
            trades: dice.chance(9_000),
        });
    }
}
