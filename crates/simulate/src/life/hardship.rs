//! Who falls into hardship: not by any rule of a pack, but when what a family has, what kin lend and what the bank lends are used up; or
//! when it cannot pay for a safe house or for water. The cause is what cost it most in the year and a half before.

use std::collections::BTreeMap;

use types::Day;

use crate::life::losses::{Cause, Loss};
use crate::life::work::spell_of;
use crate::people::Person;
use crate::truth::{Case, Shown, TruthEvent};
use crate::world::World;

/// A time of hardship.
#[derive(Clone, Debug)]
pub(crate) struct Hardship {
    /// Position of the household.
    pub household: usize,
    /// First day.
    pub from: Day,
    /// Day it was over.
    pub to: Option<Day>,
    /// Why.
    pub cause: Cause,
    /// Some feed could have shown it.
    pub shown: bool,
}

/// How far back a cause may lie, in days.
const LOOKS_BACK: i32 = 540;
/// Most rows named per case.
const MOST_SHOWN: usize = 16;
/// Of a hundred yuan of income, what a family usually lives on; what it lives on in hardship; what is left out of habit when short.
const LIVING: [i64; 3] = [80, 58, 72];

/// Follows every family's money month by month.
pub(crate) fn happen(world: &mut World) {
    let mut losses: Vec<Vec<Loss>> = vec![Vec::new(); world.people.households.len()];
    for loss in world.losses.drain(..) {
        losses[loss.household].push(loss);
    }
    for own in &mut losses {
        own.sort_by_key(|loss| (loss.day, loss.cause, loss.fen));
    }
    for (household, own) in losses.iter_mut().enumerate() {
        earners_lost(world, household, own);
        money(world, household, own);
        house(world, household);
        water(world, household);
    }
    for position in 0..world.hardships.len() {
        let hardship = world.hardships[position].clone();
        let mut event = TruthEvent::new(hardship.from, "hardship", &world.people.households[hardship.household].number);
        event.detail = format!("cause={} shown={}", hardship.cause.word(), hardship.shown);
        world.truth.push(event);
    }
}

/// What is missing every month after somebody who earned died or was crippled, for two years.
fn earners_lost(world: &World, household: usize, losses: &mut Vec<Loss>) {
    let end = world.calendar.end();
    let start = world.calendar.start();
    let members =
        world.people.persons.iter().enumerate().filter(|(_, person)| person.household_on(start) == Some(household));
    let earns = |age: i32| (18..=64).contains(&age);
    let members: Vec<usize> = members.filter(|(_, person)| earns(person.age_on(start))).map(|(at, _)| at).collect();
    let share = world.means[household].income * 85 / 100 / i64::try_from(members.len()).unwrap_or(1).max(1);
    for member in members {
        let person = &world.people.persons[member];
        let (since, cause, feed) = match (person.died, world.crippled.get(&member)) {
            (Some(died), _) => {
                let listed = world.deaths.iter().any(|death| death.person == member && death.registered.is_some());
                (died, Cause::EarnerDied, listed.then_some("deaths"))
            }
            (None, Some(since)) => {
                let certified = world.certificates.iter().any(|one| one.person == member);
                (*since, Cause::Disability, certified.then_some("disability_certificates"))
            }
            _ => continue,
        };
        for month in 0..24 {
            let day = since.plus_days(month * 30);
            if day <= end {
                let shown = feed.map(|feed| Shown { feed, day: since, key: person.citizen_number.clone() });
                losses.push(Loss { household, day, cause, fen: share * 3 / 4, shown });
            }
        }
    }
    losses.sort_by_key(|loss| (loss.day, loss.cause, loss.fen));
}

/// Month by month: income, living, blows; kin and bank when the savings are gone; hardship when they are gone too.
fn money(world: &mut World, household: usize, losses: &[Loss]) {
    let means = &world.means[household];
    let (income, mut kin, mut credit) = (means.income, means.kin, means.credit);
    let mut held = means.savings;
    let number = world.people.households[household].number.clone();
    let mut since: Option<(Day, Cause, Vec<Shown>)> = None;
    let mut months = Vec::new();
    for (from, to) in world.calendar.lived() {
        let lost: i64 = losses.iter().filter(|loss| (from..=to).contains(&loss.day)).map(|loss| loss.fen).sum();
        let living = match (&since, held < income) {
            (Some(_), _) => LIVING[1],
            (None, true) => LIVING[2],
            (None, false) => LIVING[0],
        };
        held += income - income * living / 100 - lost;
        for source in [&mut kin, &mut credit] {
            if held < 0 {
                let lent = (*source).min(-held);
                *source -= lent;
                held += lent;
            }
        }
        match &since {
            // A month of nothing is borne somehow; half a month's income short is not.
            None if held < -income / 2 => {
                let (cause, shown) = cause(losses, to, &number);
                since = Some((to, cause, shown));
                // What cannot be paid is owed, but not without end.
                held = held.max(-6 * income);
            }
            Some(_) if held > income / 2 => {
                let (began, cause, shown) = since.take().unwrap_or((to, Cause::LowIncome, Vec::new()));
                note(world, household, began, Some(to), cause, shown);
                kin = 0;
            }
            _ => held = held.max(-6 * income),
        }
        months.push(held);
    }
    world.held.push(months);
    if let Some((began, cause, shown)) = since {
        note(world, household, began, None, cause, shown);
    }
}

/// What cost most before `day`, and the rows that could have shown it.
fn cause(losses: &[Loss], day: Day, number: &str) -> (Cause, Vec<Shown>) {
    let before = losses.iter().filter(|loss| loss.day <= day && loss.day > day.plus_days(-LOOKS_BACK));
    let mut by_cause: BTreeMap<Cause, i64> = BTreeMap::new();
    for loss in before.clone() {
        *by_cause.entry(loss.cause).or_default() += loss.fen;
    }
    let Some(cause) = by_cause.into_iter().max_by_key(|(_, fen)| *fen).map(|(cause, _)| cause) else {
        return (Cause::LowIncome, Vec::new());
    };
    let lowers_income = matches!(
        cause,
        Cause::WorkLost
            | Cause::UnpaidWages
            | Cause::Disaster
            | Cause::HerdLost
            | Cause::Prices
            | Cause::EarnerDied
            | Cause::Disability
    );
    let mut shown: Vec<Shown> =
        before.filter(|loss| loss.cause == cause).filter_map(|loss| loss.shown.clone()).collect();
    shown.sort();
    shown.dedup();
    let first = shown.len().saturating_sub(MOST_SHOWN);
    let mut shown = shown.split_off(first);
    // The survey of the year shows that there is less, where anything shows the cause.
    if lowers_income && !shown.is_empty() {
        shown.push(Shown { feed: "income_survey", day: day.year().first_day(), key: number.to_owned() });
    }
    (cause, shown)
}

/// A failing sole house that the family cannot replace.
fn house(world: &mut World, household: usize) {
    let Some(grading) = world.gradings.iter().find(|one| one.household == household && one.failing_since.is_some())
    else {
        return;
    };
    let Some(since) = grading.failing_since.filter(|_| grading.sole && !grading.can_solve) else { return };
    let number = world.people.households[household].number.clone();
    let shown = grading.graded.map(|day| Shown { feed: "dwelling_grades", day, key: number });
    let to = grading.repaired;
    if since.plus_days(30) <= world.calendar.end() {
        note(world, household, since.plus_days(30), to, Cause::Dwelling, shown.into_iter().collect());
    }
}

/// Water that has to be fetched for weeks, by those without a well: sooner a burden where nobody is at home who can carry it, later where there
/// is a car.
fn water(world: &mut World, household: usize) {
    if world.means[household].well {
        return;
    }
    // Some have a cart and patience.
    let patience = 18 + i32::try_from(household * 17 % 43).unwrap_or(0);
    for cut in world.outages.clone() {
        let carries = |(position, person): (usize, &Person)| {
            person.lives_here_on(cut.from)
                && person.household_on(cut.from) == Some(household)
                && (16..=65).contains(&person.age_on(cut.from))
                && spell_of(world, position, cut.from.month()).is_none()
        };
        let at_home = world.people.persons.iter().enumerate().any(carries);
        let longer = if at_home { 40 } else { 0 } + if world.means[household].car { 40 } else { 0 };
        let breaks = cut.from.plus_days(patience + longer);
        let lives_here = world.people.households[household].grid_on(breaks);
        let is_here = world.county.grids[lives_here].village == cut.village;
        if is_here && breaks <= world.calendar.end() && cut.to.is_none_or(|to| to > breaks) {
            let key = world.county.villages[cut.village].code.clone();
            let shown = vec![Shown { feed: "water_outages", day: cut.from, key }];
            note(world, household, breaks, cut.to, Cause::Water, shown);
        }
    }
}

fn note(world: &mut World, household: usize, from: Day, to: Option<Day>, cause: Cause, shown_by: Vec<Shown>) {
    // What was so before the first file is nobody's finding.
    let first = world.calendar.first.first_day();
    if to.is_some_and(|to| to <= first) {
        return;
    }
    let family = &world.people.households[household];
    let place = world.county.village_of(family.grid_on(from)).code.clone();
    world.hardships.push(Hardship { household, from, to, cause, shown: !shown_by.is_empty() });
    let number = family.number.clone();
    world.cases.push(Case {
        kind: "hardship",
        subject_kind: "household",
        subject: number.clone(),
        household: number,
        place,
        from,
        to,
        cause: cause.word(),
        shown_by,
    });
}
