//! Incomes per head and year: most rise a little, some families' fall.

use types::Year;

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
    let (first, last) = (world.calendar.first.first_day().year(), world.calendar.last.first_day().year());
    for (household, family) in world.people.households.iter().enumerate() {
        let mut income = family.income * 100 + dice.between(0, 99);
        world.incomes.push(Income { household, year: Year(first.0 - 1), net_per_head: income });
        for year in first.0..=last.0 {
            let falls = dice.chance(7_000);
            let per_cent = if falls { -dice.between(8, 35) } else { dice.between(1, 13) };
            income += income * per_cent / 100;
            world.incomes.push(Income { household, year: Year(year), net_per_head: income });
            if falls {
                let mut event = TruthEvent::new(Year(year).first_day(), "income_fell", &family.number);
                event.amount = Some(income);
                event.detail = format!("per_cent={per_cent} was_poor={}", family.was_poor);
                world.truth.push(event);
            }
        }
    }
}
