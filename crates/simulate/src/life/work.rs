//! Work away from home, by month; in one township a firm closes and its workers come back.

use types::Month;

use crate::truth::TruthEvent;
use crate::world::World;

/// One spell of work away.
#[derive(Clone, Debug)]
pub(crate) struct WorkSpell {
    /// Position of the person.
    pub person: usize,
    /// First month away.
    pub from: Month,
    /// Last month away; `None` while it lasts.
    pub to: Option<Month>,
    /// How far away.
    pub reach: Reach,
    /// Sent with others, by a labour office.
    pub organised: bool,
    /// Fen a month.
    pub wage: i64,
    /// For so many months at its end the wage was not paid.
    pub unpaid: i32,
    /// Whoever keeps the village's list asks what was really paid, and whether somebody is still away.
    pub asked_after: bool,
}

/// How far away somebody works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Outside the township.
    County,
    /// Outside the county.
    Province,
    /// Outside the province.
    Country,
}

impl WorkSpell {
    /// A spell whose terms are not settled yet.
    fn new(person: usize, from: Month, to: Option<Month>) -> Self {
        Self { person, from, to, reach: Reach::County, organised: false, wage: 0, unpaid: 0, asked_after: true }
    }

    /// The wage was paid in `month`; `last` is the last month lived through.
    pub(crate) fn is_paid(&self, month: Month, last: Month) -> bool {
        month.0 <= self.to.unwrap_or(last).0 - self.unpaid
    }

    /// Away in `month`.
    pub(crate) fn covers(&self, month: Month) -> bool {
        self.from <= month && self.to.is_none_or(|to| to >= month)
    }
}

/// Of working age on the month's last day, alive and in the county.
pub(crate) fn is_labourer(world: &World, person: usize, month: Month) -> bool {
    let someone = &world.people.persons[person];
    let day = month.last_day();
    (18..=62).contains(&someone.age_on(day)) && someone.lives_here_on(day)
}

/// Lets people go and come back.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("work");
    let slump = world.county.townships.len() - 1;
    let mut open: Vec<Option<Month>> = vec![None; world.people.persons.len()];
    let mut ended = Vec::new();
    for month in world.calendar.months() {
        // The firm lays off in the last two months, so that the fall shows whichever of them is compared.
        let slumps = month.0 >= world.calendar.last.0 - 1;
        for (person, since) in open.iter_mut().enumerate() {
            let chance = dice.between(0, 99_999);
            if !is_labourer(world, person, month) {
                if let Some(from) = since.take() {
                    ended.push(WorkSpell::new(person, from, Some(Month(month.0 - 1))));
                }
                continue;
            }
            let household = world.people.persons[person].household_on(month.last_day()).unwrap_or_default();
            let township = world.county.township_of(world.people.households[household].grid_on(month.last_day()));
            let stops = if slumps && township == slump { 20_000 } else { 2_600 };
            let starts = if slumps && township == slump { 100 } else { 1_000 };
            *since = match *since {
                Some(from) if chance < stops => {
                    ended.push(WorkSpell::new(person, from, Some(Month(month.0 - 1))));
                    None
                }
                // Of those at home when the simulation begins, a good quarter is away already.
                None if chance < if month == world.calendar.first { 28_000 } else { starts } => Some(month),
                unchanged => unchanged,
            };
        }
    }
    let lasting =
        open.iter().enumerate().filter_map(|(person, from)| from.map(|from| WorkSpell::new(person, from, None)));
    ended.extend(lasting);
    ended.sort_by_key(|spell| (spell.person, spell.from));
    for spell in &ended {
        let number = &world.people.persons[spell.person].citizen_number;
        world.truth.push(TruthEvent::new(spell.from.first_day(), "work_away_from", number));
        if let Some(to) = spell.to {
            world.truth.push(TruthEvent::new(to.last_day(), "work_away_to", number));
        }
    }
    let mut dice = world.dice("work terms");
    for spell in &mut ended {
        spell.reach = match dice.between(0, 99) {
            0..=27 => Reach::County,
            28..=61 => Reach::Province,
            _ => Reach::Country,
        };
        spell.organised = dice.chance(14_000);
        spell.asked_after = dice.chance(70_000);
    }
    world.work = ended;
}

/// The spell of a person that covers a month.
pub(crate) fn spell_of(world: &World, person: usize, month: Month) -> Option<&WorkSpell> {
    let first = world.work.partition_point(|spell| spell.person < person);
    world.work[first..].iter().take_while(|spell| spell.person == person).find(|spell| spell.covers(month))
}
