//! A hospital that settled one invented bill for many people on one day.

use crate::life::illness::{Claim, record};
use crate::truth::TruthEvent;
use crate::world::World;

/// How many persons the bill was copied to.
const COPIES: usize = 14;
/// The bill, in fen.
const AMOUNT: i64 = 368_000;

/// Copies the bill on the 18th of the month before the last one, to people of every village of one township in five.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("fraud");
    let township = world.here().township;
    if township % 5 != 1.min(world.county.townships.len() - 1) {
        return;
    }
    let villages: Vec<usize> =
        (0..world.county.villages.len()).filter(|at| world.county.villages[*at].township == township).collect();
    // Each of its villages an equal share, the first ones what does not divide evenly.
    let nth = villages.iter().position(|at| *at == world.village).unwrap_or(0);
    let share = COPIES / villages.len() + usize::from(nth < COPIES % villages.len());
    let settled = world.calendar.before_last(1).first_day().plus_days(17);
    if settled < world.calendar.start() {
        return;
    }
    let candidates: Vec<usize> = (0..world.people.persons.len())
        .filter(|person| {
            let someone = &world.people.persons[*person];
            let household = someone.household_on(settled).map(|household| &world.people.households[household]);
            someone.insured
                && someone.age_on(settled) >= 50
                && someone.lives_here_on(settled)
                && household.is_some_and(|family| world.county.township_of(family.grid_on(settled)) == township)
        })
        .collect();
    let start = dice.below(candidates.len());
    let copies: Vec<usize> = candidates.iter().cycle().skip(start).take(share.min(candidates.len())).copied().collect();
    if copies.is_empty() {
        return;
    }
    if nth == 0 {
        let mut event = TruthEvent::new(settled, "settlement_template", &world.county.townships[township].code);
        event.amount = Some(AMOUNT);
        event.detail = format!("copies={COPIES}");
        world.truth.push(event);
    }
    let fund_paid = AMOUNT * 70 / 100;
    for person in copies {
        let admitted = Some(settled.plus_days(-7));
        let self_paid = AMOUNT - fund_paid;
        record(
            world,
            Claim {
                person,
                settled,
                admitted,
                injury: false,
                amount: AMOUNT,
                fund_paid,
                serious_paid: 0,
                aid_paid: 0,
                self_paid,
                township,
            },
        );
    }
    world.claims.sort_by_key(|claim| (claim.settled, claim.person, claim.amount));
}
