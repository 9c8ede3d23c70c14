//! What the end of work away costs: the wage, until there is work again; wages that are not paid; who registers as unemployed.

use types::Day;

use crate::life::losses::{Cause, Loss, lose};
use crate::life::roll::member_number;
use crate::life::work::WorkSpell;
use crate::truth::{Shown, TruthEvent};
use crate::world::World;

/// A registration as unemployed.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    /// Position of the person.
    pub person: usize,
    /// Day.
    pub day: Day,
    /// Word of the labour bureau.
    pub reason: &'static str,
    /// Day on which it ended.
    pub ended: Option<Day>,
}

/// Words of the labour bureau.
const REASONS: [&str; 4] = ["解除合同", "合同到期", "企业停产", "其他"];

/// Lets ended spells cost, and some wages stay unpaid.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("jobs");
    let end = world.calendar.end();
    for (position, spell) in world.work.clone().into_iter().enumerate() {
        let wage = dice.between(2_800, 7_500) * 100;
        world.work[position].wage = wage;
        let unpaid = dice.chance(1_300);
        if unpaid {
            let last = spell.to.unwrap_or(world.calendar.last).last_day().min(end);
            let months = dice.small(3, 8);
            world.work[position].unpaid = months;
            let fen = wage * i64::from(months);
            // Some go to the labour bureau, most wait for New Year.
            let registers = dice.chance(22_000);
            tell(world, spell.person, last, "wages_unpaid", fen);
            lose(world, spell.person, last, Cause::UnpaidWages, fen, registers.then_some("unemployment"));
            logged(world, &spell, last, Cause::UnpaidWages);
            if registers {
                world.unemployed.push(Registration {
                    person: spell.person,
                    day: last,
                    reason: "拖欠工资",
                    ended: None,
                });
            }
            continue;
        }
        let Some(to) = spell.to else { continue };
        let day = to.last_day().plus_days(1);
        let next = world
            .work
            .iter()
            .filter(|other| other.person == spell.person && other.from > to)
            .map(|other| other.from)
            .min();
        let back = next.map_or(end, |month| month.first_day().min(end));
        // At home there is the field: a third of the wage is missing, for eight months at most.
        let months = ((back.0 - day.0) / 30).clamp(0, 8);
        let registers = dice.chance(18_000);
        let (waits, reason) = (dice.small(3, 40), dice.pick(&REASONS).unwrap_or("其他"));
        for month in 0..months {
            let day = day.plus_days(month * 30);
            if day <= end {
                lose(world, spell.person, day, Cause::WorkLost, wage * 35 / 100, Some("work_log"));
            }
        }
        if months > 0 && day <= end {
            logged(world, &spell, day, Cause::WorkLost);
        }
        let registered = day.plus_days(waits);
        if registers && months > 0 && registered < back {
            let ended = next.map(types::Month::first_day).filter(|day| *day <= end && *day >= registered);
            world.unemployed.push(Registration { person: spell.person, day: registered, reason, ended });
        }
    }
    world.unemployed.sort_by_key(|one| (one.day, one.person));
}

/// The monthly log of the poverty system shows it too, for whom it lists and where somebody asked.
fn logged(world: &mut World, spell: &WorkSpell, day: Day, cause: Cause) {
    let household = world.people.persons[spell.person].household_on(day);
    if let Some(household) = household.filter(|at| spell.asked_after && world.people.households[*at].was_poor) {
        let key = member_number(world, spell.person);
        // What it cost is counted already.
        let shown = Some(Shown { feed: "poverty_work_log", day, key });
        world.losses.push(Loss { household, day, cause, fen: 0, shown });
    }
}

fn tell(world: &mut World, person: usize, day: Day, kind: &'static str, fen: i64) {
    let mut event = TruthEvent::new(day, kind, &world.people.persons[person].citizen_number);
    event.amount = Some(fen);
    world.truth.push(event);
}
