//! Illness and its bills: frequent small visits, rare stays with a heavy tail.

use types::Day;

use crate::dice::Dice;
use crate::life::losses::{Cause, lose};
use crate::truth::TruthEvent;
use crate::world::World;

/// One medical settlement. Money in fen.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// Position of the person.
    pub person: usize,
    /// Day of settlement.
    pub settled: Day,
    /// Day of admission of a stay; `None` for a visit.
    pub admitted: Option<Day>,
    /// The bill is for an injury.
    pub injury: bool,
    /// The whole bill.
    pub amount: i64,
    /// What the insurance fund paid: the first layer.
    pub fund_paid: i64,
    /// What the insurance for serious illness paid: the second.
    pub serious_paid: i64,
    /// What medical aid paid: the third.
    pub aid_paid: i64,
    /// What the person paid under the rules.
    pub self_paid: i64,
    /// Position of the township the hospital is in.
    pub township: usize,
}

/// Per mille of stays that cost at most so many yuan.
const STAY_COST: [(i64, i64); 8] = [
    (0, 800),
    (300, 2_600),
    (620, 6_200),
    (820, 13_000),
    (930, 32_000),
    (982, 85_000),
    (997, 200_000),
    (1_000, 420_000),
];
/// The same for visits.
const VISIT_COST: [(i64, i64); 4] = [(0, 35), (600, 180), (950, 620), (1_000, 2_400)];

/// Serious illnesses on the list for special treatment.
const DISEASES: [&str; 8] =
    ["肺癌", "胃癌", "终末期肾病", "急性心肌梗死", "脑卒中", "食管癌", "乳腺癌", "先天性心脏病"];

/// A new case of a listed serious illness. One in five is never reported.
#[derive(Clone, Debug)]
pub(crate) struct Diagnosis {
    /// Position of the person.
    pub person: usize,
    /// Day.
    pub day: Day,
    /// Word of the health commission.
    pub disease: &'static str,
}

/// Lets the insured fall ill from 1 January of the first year on.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("illness");
    let months: Vec<(Day, Day)> = world.calendar.lived().collect();
    for (from, to) in months {
        for person in 0..world.people.persons.len() {
            let someone = &world.people.persons[person];
            let age = someone.age_on(from);
            if !someone.insured || !someone.lives_here_on(from) {
                continue;
            }
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            if dice.chance(stays_per_100_000(age)) {
                stay(world, person, day, STAY_COST.as_slice(), &mut dice);
            }
            // A serious illness: several stays, a month or so apart.
            if dice.chance(if age < 40 { 8 } else { 35 }) {
                let mut next = day;
                if dice.chance(82_000) {
                    let disease = dice.pick(&DISEASES).unwrap_or(DISEASES[0]);
                    world.diagnoses.push(Diagnosis { person, day, disease });
                }
                for _ in 0..dice.small(2, 6) {
                    stay(world, person, next, &STAY_COST[4..], &mut dice);
                    next = next.plus_days(dice.small(26, 45));
                }
            }
            if dice.chance(7_500) {
                visit(world, person, day, &mut dice);
            }
        }
    }
}

/// One stay in hospital, if the person lives to be admitted and it ends within the simulation.
fn stay(world: &mut World, person: usize, admitted: Day, cost: &[(i64, i64)], dice: &mut Dice) {
    let (amount, days) = (bill(cost, dice), dice.small(3, 24));
    let (share, other) = (dice.between(52, 72), dice.between(0, 7));
    let county_hospital = dice.chance(60_000);
    let someone = &world.people.persons[person];
    let Some(household) = someone.household_on(admitted).filter(|_| someone.lives_here_on(admitted)) else { return };
    let family = &world.people.households[household];
    let settled = someone.died.map_or(admitted.plus_days(days), |died| admitted.plus_days(days).min(died));
    if settled > world.calendar.end() {
        return;
    }
    // The fund pays more for families lifted out of poverty; a little is outside the rules and in neither share.
    let share = if family.was_poor { share + 16 } else { share };
    let fund_paid = amount * share / 100;
    // Above a floor the second layer pays most of what is left; aid helps families lifted out of poverty.
    let left = (amount - fund_paid) * (100 - other) / 100;
    let floor = if family.was_poor { 700_000 } else { 1_400_000 };
    let serious_paid = (left - floor).max(0) * 60 / 100;
    let aid_paid = if family.was_poor { (left - serious_paid) * 30 / 100 } else { 0 };
    let self_paid = left - serious_paid - aid_paid;
    let home = world.county.township_of(family.grid_on(admitted));
    let township = if county_hospital { 0 } else { home };
    record(
        world,
        Claim {
            person,
            settled,
            admitted: Some(admitted),
            injury: false,
            amount,
            fund_paid,
            serious_paid,
            aid_paid,
            self_paid,
            township,
        },
    );
}

/// One visit to a doctor.
fn visit(world: &mut World, person: usize, day: Day, dice: &mut Dice) {
    let amount = bill(&VISIT_COST, dice);
    let fund_paid = amount * dice.between(40, 60) / 100;
    let someone = &world.people.persons[person];
    let Some(household) = someone.household_on(day).filter(|_| someone.lives_here_on(day)) else { return };
    let township = world.county.township_of(world.people.households[household].grid_on(day));
    let self_paid = amount - fund_paid;
    record(
        world,
        Claim {
            person,
            settled: day,
            admitted: None,
            injury: false,
            amount,
            fund_paid,
            serious_paid: 0,
            aid_paid: 0,
            self_paid,
            township,
        },
    );
}

/// A bill in fen, from a distribution in yuan.
pub(crate) fn bill(cost: &[(i64, i64)], dice: &mut Dice) -> i64 {
    dice.along(cost) * 100 + dice.between(0, 99)
}

/// Adds a settlement and its truth.
pub(crate) fn record(world: &mut World, claim: Claim) {
    let kind = match (claim.admitted, claim.injury) {
        (None, _) => "outpatient_visit",
        (Some(_), false) => "inpatient_stay",
        (Some(_), true) => "injury_stay",
    };
    let mut event = TruthEvent::new(claim.settled, kind, &world.people.persons[claim.person].citizen_number);
    event.other = world.county.townships[claim.township].code.clone();
    event.amount = Some(claim.amount);
    event.detail = format!("self_paid={}", crate::write::money(claim.self_paid));
    world.truth.push(event);
    // What is outside the rules, the way there, the bed for who comes along.
    let around = if claim.admitted.is_some() { claim.amount / 12 } else { 0 };
    let outside = claim.amount - claim.fund_paid - claim.serious_paid - claim.aid_paid - claim.self_paid;
    let fen = claim.self_paid + outside.max(0) + around;
    // A third party pays the bill of an injury, late and in part.
    let fen = if claim.fund_paid == 0 && claim.injury { claim.amount / 3 } else { fen };
    let cause = if claim.injury { Cause::Accident } else { Cause::Illness };
    let feed = if claim.injury { "traffic_accidents" } else { "medical_claims" };
    if fen > 50_000 {
        lose(world, claim.person, claim.settled, cause, fen, Some(feed));
    }
    world.claims.push(claim);
}

pub(crate) fn stays_per_100_000(age: i32) -> u32 {
    match age {
        ..=4 => 1_100,
        5..=39 => 450,
        40..=59 => 1_000,
        60..=74 => 2_400,
        _ => 3_600,
    }
}
