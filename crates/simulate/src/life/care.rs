//! Disability: certificates, and work that ends for good.

use types::Day;

use crate::life::losses::{Cause, lose};
use crate::truth::TruthEvent;
use crate::world::World;

/// A disability certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    /// Position of the person.
    pub person: usize,
    /// Kind 1 to 7 and grade 1 (worst) to 4.
    pub kind: i64,
    /// Grade.
    pub grade: i64,
    /// Day of issue.
    pub issued: Day,
    /// Day of cancellation, after death.
    pub cancelled: Option<Day>,
}

/// Cripples people, and certifies most of them.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("care");
    let (start, end) = (world.calendar.start(), world.calendar.end());
    for person in 0..world.people.persons.len() {
        let someone = &world.people.persons[person];
        let age = someone.age_on(start);
        let (kind, grade) = (dice.between(1, 7), dice.along(&[(0, 1), (180, 2), (450, 3), (1_000, 5)]).min(4));
        let cancels = dice.chance(88_000);
        let issued = start.plus_days(-dice.small(100, 3_000));
        let cancelled = someone.died.filter(|_| cancels).map(|died| died.plus_days(dice.small(20, 90)));
        let had_before = dice.chance(match age {
            ..=17 => 700,
            18..=59 => 2_200,
            _ => 6_000,
        });
        let born_before = someone.born < issued;
        let becomes = start.plus_days(dice.small(0, end.0 - start.0));
        let new = dice.chance(if age >= 60 { 900 } else { 260 });
        let hurt = world.crippled.get(&person).copied();
        if had_before && born_before {
            world.certificates.push(Certificate { person, kind, grade, issued, cancelled });
            continue;
        }
        let Some(since) = hurt.or(Some(becomes).filter(|_| new)) else { continue };
        let someone = &world.people.persons[person];
        if !someone.lives_here_on(since) {
            continue;
        }
        // A certificate takes months, and one in five never asks for it.
        let issued = dice.chance(80_000).then(|| since.plus_days(dice.small(50, 200))).filter(|day| *day <= end);
        let mut event = TruthEvent::new(since, "disabled", &someone.citizen_number);
        event.detail = format!("grade={grade} certificate={}", issued.is_some());
        world.truth.push(event);
        // Aids, carers, a bed by the window.
        let fen = dice.between(1_500, 22_000) * 100;
        lose(world, person, issued.unwrap_or(since), Cause::Disability, fen, issued.map(|_| "disability_certificates"));
        world.crippled.entry(person).or_insert(since);
        if let Some(issued) = issued {
            world.certificates.push(Certificate {
                person,
                kind,
                grade,
                issued,
                cancelled: cancelled.filter(|day| *day > issued),
            });
        }
    }
}
