//! Blows that no department hears of: debts on a slip of paper, gambling, couples that part, trades that fail, swindles, illness
//! without insurance.

use types::Day;

use crate::dice::Dice;
use crate::life::illness::{bill, stays_per_100_000};
use crate::life::losses::{Cause, Loss, lose};
use crate::truth::TruthEvent;
use crate::world::World;

/// Lets them happen.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("hidden");
    let months: Vec<(Day, Day)> = world.calendar.lived().collect();
    for (from, to) in months {
        for household in 0..world.people.households.len() {
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            let trades = world.means[household].trades;
            let thrown = dice.between(0, 99_999);
            // Per hundred thousand families and month.
            let (cause, yuan, months) = match thrown {
                0..=44 => (Cause::InformalDebt, dice.between(20_000, 160_000), 1),
                45..=79 => (Cause::Gambling, dice.between(3_000, 20_000), dice.small(2, 9)),
                80..=129 => (Cause::FamilyBreakup, dice.between(1_500, 4_500), dice.small(8, 20)),
                130..=169 => (Cause::Swindled, dice.between(5_000, 90_000), 1),
                170..=449 if trades => (Cause::TradeFailed, dice.between(20_000, 180_000), 1),
                _ => continue,
            };
            spend(world, household, day, cause, yuan * 100, months);
        }
        for person in 0..world.people.persons.len() {
            falls_ill(world, person, from.plus_days(dice.small(0, to.0 - from.0)), &mut dice);
        }
    }
}

/// The blow, once or month after month.
fn spend(world: &mut World, household: usize, day: Day, cause: Cause, fen: i64, months: i32) {
    let end = world.calendar.end();
    for month in 0..months {
        let day = day.plus_days(month * 30);
        if day <= end {
            world.losses.push(Loss { household, day, cause, fen, shown: None });
        }
    }
    let mut event = TruthEvent::new(day, "hidden_blow", &world.people.households[household].number);
    event.amount = Some(fen);
    event.detail = format!("cause={} months={months}", cause.word());
    world.truth.push(event);
}

/// Who has no insurance pays the bill alone; nothing of it reaches the insurance's lists.
fn falls_ill(world: &mut World, person: usize, day: Day, dice: &mut Dice) {
    let someone = &world.people.persons[person];
    if someone.insured || !someone.lives_here_on(day) || !dice.chance(stays_per_100_000(someone.age_on(day))) {
        return;
    }
    let fen = bill(&[(0, 800), (400, 4_000), (800, 15_000), (950, 45_000), (1_000, 180_000)], dice);
    let mut event = TruthEvent::new(day, "stay_without_insurance", &someone.citizen_number);
    event.amount = Some(fen);
    world.truth.push(event);
    lose(world, person, day, Cause::UninsuredIllness, fen, None);
}
