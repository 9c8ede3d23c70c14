//! Incomes per head and year: most rise a little, some families' fall.

use std::collections::BTreeMap;

use types::Year;

use crate::life::losses::Cause;
use crate::truth::TruthEvent;
use crate::world::World;

/// One household's net income per head in a year.
#[derive(Clone, Debug)]
pub(crate) struct Income {
    /// Position of the household.
    pub household: usize,
    /// The year.
    pub year: Year,
    /// Fen per head.
    pub net_per_head: i64,
}

/// Decides the incomes of the years from the one before the first month to that of the last month.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("income");
    // What work that ended, fields and animals lost weighs on the year's income; what was paid for bills does not.
    let mut lost: BTreeMap<(usize, i32), i64> = BTreeMap::new();
    for loss in &world.losses {
        if matches!(
            loss.cause,
            Cause::WorkLost | Cause::UnpaidWages | Cause::Disaster | Cause::HerdLost | Cause::Prices
        ) {
            *lost.entry((loss.household, loss.day.year().0)).or_default() += loss.fen;
        }
    }
    let heads = heads(world);
    let (first, last) = (world.calendar.first.first_day().year(), world.calendar.last.first_day().year());
    for (household, family) in world.people.households.iter().enumerate() {
        let mut income = family.income * 100 + dice.between(0, 99);
        world.incomes.push(Income { household, year: Year(first.0 - 1), net_per_head: income });
        for year in first.0..=last.0 {
            let falls = dice.chance(7_000);
            let per_cent = if falls { -dice.between(8, 35) } else { dice.between(1, 13) };
            income += income * per_cent / 100;
            let lost = lost.get(&(household, year)).copied().unwrap_or(0) / heads[household].max(1);
            let net_per_head = (income - lost).max(60_000);
            world.incomes.push(Income { household, year: Year(year), net_per_head });
            if falls {
                let mut event = TruthEvent::new(Year(year).first_day(), "income_fell", &family.number);
                event.amount = Some(income);
                event.detail = format!("per_cent={per_cent} was_poor={}", family.was_poor);
                world.truth.push(event);
            }
        }
    }
}

/// How many live in each household at the beginning.
fn heads(world: &World) -> Vec<i64> {
    let start = world.calendar.start();
    let mut heads = vec![0; world.people.households.len()];
    for person in world.people.persons.iter().filter(|person| person.lives_here_on(start)) {
        if let Some(household) = person.household_on(start) {
            heads[household] += 1;
        }
    }
    heads
}
