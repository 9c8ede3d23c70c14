//! What the poverty system holds of each member: the monthly log of work, measures, and the form after a risk is removed. Villages fill it
//! in by telephone: where nobody asks, last month's entry is copied, an amount is forgotten, a form stays half empty. Such slips are told
//! in the truth (`clerk_slip`), by the row that is wrong.

use types::{Day, Month};

use crate::dice::Dice;
use crate::life::watch::is_listed;
use crate::life::work::{Reach, WorkSpell, is_labourer, spell_of};
use crate::truth::{Shown, TruthEvent};
use crate::world::World;

/// A line of the monthly log.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    /// Position of the person.
    pub person: usize,
    /// Position of the household.
    pub household: usize,
    /// Month.
    pub month: Month,
    /// At work, as the log says.
    pub at_work: bool,
    /// Fen, as the log says.
    pub wage: i64,
    /// Transport subsidy in fen, as the log says.
    pub transport: i64,
}

/// A measure recorded for a member.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// Position of the person.
    pub person: usize,
    /// Position of the household.
    pub household: usize,
    /// Word of the system.
    pub measure: &'static str,
    /// Day.
    pub day: Day,
}

/// The form after a risk was removed.
#[derive(Clone, Debug)]
pub(crate) struct RemovalForm {
    /// Position of the household.
    pub household: usize,
    /// Day of the removal.
    pub removed: Day,
    /// Day it was filled in.
    pub filed: Day,
    /// Its fields (0 to 12) that stay empty.
    pub empty: Vec<usize>,
    /// What it says of the house.
    pub dwelling_safe: bool,
}

/// Fields of the form.
const FIELDS: usize = 13;
/// Fen paid once a year towards the way to work: outside the county, outside the province.
const TRANSPORT: [i64; 2] = [30_000, 60_000];

/// The number of a member in the system.
pub(crate) fn member_number(world: &World, person: usize) -> String {
    format!("R{:04}{:05}", world.village + 1, person + 1)
}

/// Has one of the village's paid posts (roads, forest, cleaning). Whoever goes away keeps it on paper.
pub(crate) fn has_post(world: &World, person: usize, day: Day) -> bool {
    (20..=68).contains(&world.people.persons[person].age_on(day)) && person % 71 == 5
}

/// Keeps the log, records measures, fills in forms.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("roll");
    let months: Vec<Month> = world.calendar.months().collect();
    for person in 0..world.people.persons.len() {
        let mut paid_in = None;
        for month in &months {
            member(world, person, *month, &mut paid_in, &mut dice);
        }
    }
    let mut dice = world.dice("measures");
    grants(world, &mut dice);
    insurance(world, &mut dice);
    named_measures(world);
    world.recorded.sort_by_key(|one| (one.day, one.person, one.measure));
    let mut dice = world.dice("forms");
    forms(world, &mut dice);
}

/// One month of a member: the line of the log, and what is recorded with it.
fn member(world: &mut World, person: usize, month: Month, paid_in: &mut Option<i32>, dice: &mut Dice) {
    let day = month.last_day();
    let post = has_post(world, person, day);
    let Some(household) = world.people.persons[person].household_on(day).filter(|household| {
        (is_labourer(world, person, month) || post && world.people.persons[person].lives_here_on(day))
            && is_listed(world, *household, day)
    }) else {
        return;
    };
    // Thrown for everybody, so that one life does not move another.
    let (odd, odd_days, slip) = (dice.chance(12_000), dice.between(4, 20), dice.between(0, 999));
    let now = spell_of(world, person, month).cloned();
    let before = spell_of(world, person, Month(month.0 - 1)).cloned();
    let last = world.calendar.last;
    let mut line = Logged { person, household, month, at_work: false, wage: 0, transport: 0 };
    match (&now, before) {
        (Some(spell), _) => {
            line.at_work = true;
            line.wage = spell.wage;
            if !spell.is_paid(month, last) {
                if spell.asked_after {
                    line.wage = 0;
                } else {
                    tell(world, &line, "unpaid_wage_logged");
                }
            }
            transport(world, spell, &mut line, paid_in, slip);
        }
        // Nobody asked: last month is copied.
        (None, Some(spell)) if !spell.asked_after => {
            (line.at_work, line.wage) = (true, spell.wage);
            tell(world, &line, "ended_work_logged");
        }
        _ if post => (line.at_work, line.wage) = (true, 60_000 + i64::try_from(person % 5).unwrap_or(0) * 10_000),
        _ if odd => (line.at_work, line.wage) = (true, odd_days * 13_000),
        _ => (),
    }
    if post && (month == world.calendar.first || month.first_day() == month.first_day().year().first_day()) {
        record(world, person, household, "公益岗位", month.first_day().plus_days(14));
    }
    world.log.push(line);
}

/// The subsidy for the way, once a year after three months outside the county; and what is recorded as an organised transfer.
fn transport(world: &mut World, spell: &WorkSpell, line: &mut Logged, paid_in: &mut Option<i32>, slip: i64) {
    let (month, year) = (line.month, line.month.first_day().year().0);
    let day = month.first_day().plus_days(19);
    if spell.organised && spell.from == month && (spell.reach != Reach::County || slip < 60) {
        record(world, line.person, line.household, "劳务输出", day);
        if spell.reach == Reach::County {
            tell(world, line, "export_within_county");
        }
    }
    if *paid_in == Some(year) || month.0 < spell.from.0 + 2 {
        return;
    }
    let fen = match spell.reach {
        // One in a hundred is paid though he never left the county.
        Reach::County if slip < 10 => {
            tell(world, line, "transport_within_county");
            TRANSPORT[0]
        }
        Reach::County => return,
        Reach::Province => TRANSPORT[0],
        Reach::Country => TRANSPORT[1],
    };
    // Papers take their time.
    if slip >= 400 {
        return;
    }
    *paid_in = Some(year);
    record(world, line.person, line.household, "务工补助", day);
    if (370..400).contains(&slip) {
        tell(world, line, "transport_not_logged");
    } else {
        line.transport = fen;
    }
}

/// Grants for pupils of vocational schools.
fn grants(world: &mut World, dice: &mut Dice) {
    for pupil in world.pupils.clone() {
        let (granted, slip, waits) = (dice.chance(85_000), dice.chance(1_500), dice.small(60, 130));
        let vocational = matches!(pupil.stage, "中职" | "高职");
        let senior = pupil.stage == "普通高中";
        let day = pupil.registered.plus_days(waits);
        let household = world.people.persons[pupil.person].household_on(day);
        let Some(household) = household.filter(|household| is_listed(world, *household, day)) else { continue };
        if vocational && granted || senior && slip {
            record(world, pupil.person, household, "雨露计划", day);
            if senior {
                slip_of(world, pupil.person, day, "grant_without_vocational_school");
            }
        }
    }
}

/// Help with the premium, recorded in February for some of those in the system; a few are entered who came into it too late.
fn insurance(world: &mut World, dice: &mut Dice) {
    for month in world.calendar.months().filter(|month| month.first_day().civil().1 == 2).collect::<Vec<_>>() {
        let day = month.first_day().plus_days(20);
        for person in 0..world.people.persons.len() {
            let (helped, slip) = (dice.chance(30_000), dice.chance(6_000));
            let someone = &world.people.persons[person];
            let Some(household) = someone.household_on(day).filter(|_| someone.insured && someone.lives_here_on(day))
            else {
                continue;
            };
            let late = world
                .watched
                .iter()
                .find(|one| one.household == household && (day.0..day.0 + 90).contains(&one.from.0))
                .map(|one| one.from.plus_days(20));
            if is_listed(world, household, day) && helped {
                record(world, person, household, "参保补助", day);
            } else if let Some(late) = late.filter(|_| slip) {
                record(world, person, household, "参保补助", late);
                slip_of(world, person, late, "insurance_help_after_closing");
            }
        }
    }
}

/// A job or a post among a family's measures is entered for the first of its members who is of working age.
fn named_measures(world: &mut World) {
    for one in world.watched.clone() {
        for (kind, day) in &one.measures {
            let measure = match *kind {
                "就业" => "就业帮扶",
                "公益岗位" => "公益岗位",
                _ => continue,
            };
            let worker = world.people.persons.iter().position(|person| {
                person.household_on(*day) == Some(one.household)
                    && person.lives_here_on(*day)
                    && (18..=59).contains(&person.age_on(*day))
            });
            if let Some(person) = worker {
                record(world, person, one.household, measure, *day);
            }
        }
    }
}

/// The form of 13 fields for every removal: late, half empty or missing now and then, and kind to a house that is not safe.
fn forms(world: &mut World, dice: &mut Dice) {
    for one in world.watched.clone() {
        let Some(removed) = one.removed else { continue };
        let (missing, late, half, kind) =
            (dice.chance(4_000), dice.chance(9_000), dice.chance(8_000), dice.chance(40_000));
        let filed = removed.plus_days(if late { dice.small(25, 70) } else { dice.small(0, 9) });
        let empty: Vec<usize> =
            if half { (0..dice.small(1, 4)).map(|_| dice.below(FIELDS)).collect() } else { Vec::new() };
        let number = world.people.households[one.household].number.clone();
        let mut tell = |what: &str| {
            let mut event = TruthEvent::new(removed, "clerk_slip", &number);
            event.detail = format!("feed=removal_forms what={what}");
            world.truth.push(event);
        };
        if missing {
            tell("form_missing");
            continue;
        }
        if half {
            tell("form_half_empty");
        }
        let failing = world.gradings.iter().any(|grading| {
            grading.household == one.household
                && grading.failing_since.is_some_and(|day| day <= removed)
                && grading.repaired.is_none_or(|day| day > removed)
        });
        let dwelling_safe = !failing || kind;
        if failing && kind {
            tell("failing_house_called_safe");
        } else if failing {
            also_shown(world, one.household, removed, &number);
        }
        world.forms.push(RemovalForm { household: one.household, removed, filed, empty, dwelling_safe });
    }
}

/// A form that says that the house is not safe shows the hardship that comes of it.
fn also_shown(world: &mut World, household: usize, removed: Day, number: &str) {
    let dwelling = crate::life::losses::Cause::Dwelling;
    let own = world.cases.iter_mut().filter(|case| case.subject == number && case.cause == dwelling.word());
    for case in own.filter(|case| case.to.is_none_or(|to| to > removed)) {
        case.shown_by.push(Shown { feed: "removal_forms", day: removed, key: number.to_owned() });
        for hardship in world.hardships.iter_mut().filter(|one| one.household == household && one.cause == dwelling) {
            hardship.shown = true;
        }
    }
}

fn record(world: &mut World, person: usize, household: usize, measure: &'static str, day: Day) {
    if day <= world.calendar.end() {
        world.recorded.push(Recorded { person, household, measure, day });
    }
}

fn tell(world: &mut World, line: &Logged, what: &str) {
    slip_of(world, line.person, line.month.first_day(), what);
}

fn slip_of(world: &mut World, person: usize, day: Day, what: &str) {
    let feed = match what {
        "unpaid_wage_logged" | "ended_work_logged" | "transport_within_county" | "transport_not_logged" => {
            "poverty_work_log"
        }
        _ => "person_measures",
    };
    let mut event = TruthEvent::new(day, "clerk_slip", &member_number(world, person));
    event.other.clone_from(&world.people.persons[person].citizen_number);
    event.detail = format!("feed={feed} what={what}");
    world.truth.push(event);
}
