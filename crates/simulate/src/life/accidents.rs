//! Traffic accidents, and injury bills that the insurance fund should not have paid where a third party is liable.

use types::Day;

use crate::dice::Dice;
use crate::life::benefits::wrongly_paid;
use crate::life::illness::{Claim, bill, record};
use crate::truth::TruthEvent;
use crate::world::World;

/// One accident.
#[derive(Clone, Debug)]
pub(crate) struct Accident {
    /// The police's number.
    pub number: String,
    /// Day.
    pub day: Day,
    /// Positions of the persons involved.
    pub persons: Vec<usize>,
    /// Somebody else is liable.
    pub third_party: bool,
}

/// Lets accidents happen from the first month on.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("accidents");
    let first = world.calendar.first.first_day();
    for (from, to) in world.calendar.lived().filter(|(from, _)| *from >= first) {
        for person in 0..world.people.persons.len() {
            let someone = &world.people.persons[person];
            if !(16..=75).contains(&someone.age_on(from)) || !dice.chance(55) {
                continue;
            }
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            if !someone.lives_here_on(day) {
                continue;
            }
            let mut persons = vec![person];
            let other = dice.below(world.people.persons.len());
            if dice.chance(30_000) && other != person && world.people.persons[other].lives_here_on(day) {
                persons.push(other);
            }
            let third_party = dice.chance(62_000);
            world.accidents.push(Accident { number: String::new(), day, persons, third_party });
        }
    }
    world.accidents.sort_by_key(|accident| (accident.day, accident.persons.clone()));
    for position in 0..world.accidents.len() {
        let accident = &mut world.accidents[position];
        accident.number =
            format!("SG{}{:04}{:03}", accident.day.to_string().replace('-', ""), world.village + 1, position + 1);
        let accident = accident.clone();
        for person in &accident.persons {
            let mut event =
                TruthEvent::new(accident.day, "traffic_accident", &world.people.persons[*person].citizen_number);
            event.other.clone_from(&accident.number);
            event.detail = format!("third_party={}", accident.third_party);
            world.truth.push(event);
            injury(world, &accident, *person, &mut dice);
        }
    }
    world.claims.sort_by_key(|claim| (claim.settled, claim.person, claim.amount));
}

/// The stay that follows, for most: within three days, or later for a few.
fn injury(world: &mut World, accident: &Accident, person: usize, dice: &mut Dice) {
    let hurt = dice.chance(85_000);
    let delay = if dice.chance(85_000) { dice.small(0, 3) } else { dice.small(6, 20) };
    let (days, amount) = (dice.small(4, 28), bill(&[(0, 1_800), (600, 9_000), (1_000, 60_000)], dice));
    // Where a third party is liable the fund must not pay, and mostly does not.
    let wrongly = dice.chance(60_000);
    let admitted = accident.day.plus_days(delay);
    let settled = admitted.plus_days(days);
    let someone = &world.people.persons[person];
    if !hurt || !someone.insured || !someone.lives_here_on(settled) || settled > world.calendar.end() {
        return;
    }
    let fund_pays = !accident.third_party || wrongly;
    let fund_paid = if fund_pays { amount * 58 / 100 } else { 0 };
    let self_paid = if fund_pays { amount - fund_paid } else { 0 };
    if accident.third_party && wrongly {
        let mut event = TruthEvent::new(settled, "fund_paid_for_third_party", &someone.citizen_number);
        event.other.clone_from(&accident.number);
        event.amount = Some(fund_paid);
        world.truth.push(event);
        wrongly_paid(world, person, settled, "medical_claims", "fund_paid_for_third_party");
    }
    record(
        world,
        Claim {
            person,
            settled,
            admitted: Some(admitted),
            injury: true,
            amount,
            fund_paid,
            serious_paid: 0,
            aid_paid: 0,
            self_paid,
            township: 0,
        },
    );
}
