//! What the county knows and does about hardship: leads, families admitted to monitoring, measures, removals. People see some need late, some
//! never, and most leads come to nothing; the work has its own faults (late verification, no measure, removal too early).

use types::Day;

use crate::life::losses::Cause;
use crate::truth::TruthEvent;
use crate::world::World;

/// A lead.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    /// Number.
    pub number: String,
    /// Position of the household.
    pub household: usize,
    /// Word for where it came from.
    pub source: &'static str,
    /// Help first, papers later.
    pub green: bool,
    /// Reported, verified, published from and to, decided, told.
    pub reported: Day,
    /// Home visit.
    pub verified: Day,
    /// Posted in the village.
    pub published: Option<(Day, Day)>,
    /// Decision.
    pub decided: Day,
    /// The family was admitted.
    pub admitted: bool,
    /// The family was told.
    pub told: Option<Day>,
}

/// A family under watch.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    /// Position of the household.
    pub household: usize,
    /// Admitted on.
    pub from: Day,
    /// Removed on.
    pub removed: Option<Day>,
    /// Measures: word and day.
    pub measures: Vec<(&'static str, Day)>,
    /// Nobody in it can work.
    pub no_labour: bool,
}

const SOURCES: [&str; 5] = ["一键报贫", "干部走访", "干部走访", "部门预警", "12345热线"];
const MEASURES: [&str; 6] = ["产业", "就业", "公益岗位", "健康", "综合保障", "社会帮扶"];

/// Whether a household is in the poverty system on a day: once lifted out of poverty, or admitted since.
pub(crate) fn is_listed(world: &World, household: usize, day: Day) -> bool {
    world.people.households[household].was_poor
        || world.watched.iter().any(|one| one.household == household && one.from <= day)
}

/// Lets need be seen.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("watch");
    let (start, end) = (world.calendar.start(), world.calendar.end());
    let first = world.calendar.first.first_day();
    let span = end.0 - first.0;
    for household in 0..world.people.households.len() {
        let was_poor = world.people.households[household].was_poor;
        if dice.chance(if was_poor { 5_500 } else { 450 }) {
            let admitted = start.plus_days(-dice.small(30, 900));
            admit(world, household, admitted, None, &mut dice);
            continue;
        }
        // Leads about families that turn out to manage are most of all leads.
        let hard = world.hardships.iter().find(|one| one.household == household).cloned();
        let (seen, noise) = (dice.between(0, 99), dice.chance(650));
        let reported = match &hard {
            Some(one) if seen < if one.shown { 44 } else { 20 } => one.from.plus_days(dice.small(15, 200)),
            _ if noise => first.plus_days(dice.small(0, span)),
            _ => continue,
        };
        if reported < first || reported > end {
            continue;
        }
        let is_hard = hard.as_ref().is_some_and(|one| one.from <= reported && one.to.is_none_or(|to| to > reported));
        let verified = reported.plus_days(if dice.chance(88_000) { dice.small(1, 6) } else { dice.small(9, 30) });
        let admitted = is_hard && dice.chance(72_000) || dice.chance(3_000);
        let decided = verified.plus_days(if dice.chance(88_000) { dice.small(7, 12) } else { dice.small(18, 50) });
        let published = admitted.then(|| (decided.plus_days(-if dice.chance(90_000) { 6 } else { 3 }), decided));
        let told = dice.chance(93_000).then(|| decided.plus_days(dice.small(0, 5)));
        let source = dice.pick(&SOURCES).unwrap_or(SOURCES[0]);
        let number = format!("XS{:04}{:04}", world.village + 1, world.leads.len() + 1);
        let green = is_hard && dice.chance(8_000);
        world.leads.push(Lead {
            number,
            household,
            source,
            green,
            reported,
            verified,
            published,
            decided,
            admitted,
            told,
        });
        if admitted && decided <= end {
            let cause = hard.filter(|_| is_hard).map(|one| one.cause);
            admit(world, household, decided, cause, &mut dice);
        }
    }
}

fn admit(world: &mut World, household: usize, from: Day, cause: Option<Cause>, dice: &mut crate::dice::Dice) {
    let end = world.calendar.end();
    let workers = world.people.persons.iter().filter(|person| person.household_on(from) == Some(household));
    let no_labour = !workers.clone().any(|person| (18..=59).contains(&person.age_on(from)));
    let mut measures = Vec::new();
    // Most help fits the need that was seen; the rest is what there is.
    let fits = match cause {
        Some(Cause::Dwelling) => Some("住房安全"),
        Some(Cause::Water) => Some("饮水安全"),
        Some(Cause::Illness | Cause::UninsuredIllness) => Some("健康"),
        Some(Cause::School) => Some("其他教育"),
        Some(Cause::WorkLost | Cause::UnpaidWages) => Some("就业"),
        _ => None,
    };
    if let Some(kind) = fits.filter(|_| dice.chance(70_000)) {
        measures.push((kind, from.plus_days(dice.small(5, 60))));
    }
    if dice.chance(93_000) {
        for _ in 0..dice.small(1, 3) {
            let kind = dice.pick(&MEASURES).unwrap_or(MEASURES[0]);
            let within = if dice.chance(85_000) { 28 } else { 120 };
            measures.push((kind, from.plus_days(dice.small(3, within))));
        }
    }
    measures.retain(|(_, day)| *day <= end);
    let stays = if dice.chance(94_000) { dice.small(190, 900) } else { dice.small(60, 170) };
    let removed = Some(from.plus_days(stays)).filter(|day| *day <= end && (!no_labour || dice.chance(6_000)));
    let mut event = TruthEvent::new(from, "admitted", &world.people.households[household].number);
    event.detail = format!("measures={}", measures.len());
    world.truth.push(event);
    world.watched.push(Watched { household, from, removed, measures, no_labour });
}
