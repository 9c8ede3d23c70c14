//! Houses: who lives in one that is not safe, when it is graded, and whether the family repairs it.

use types::Day;

use crate::life::losses::{Cause, Loss};
use crate::truth::{Shown, TruthEvent};
use crate::world::World;

/// The grade of a family's house.
#[derive(Clone, Debug)]
pub(crate) struct Grading {
    /// Position of the household.
    pub household: usize,
    /// `A` to `D`.
    pub grade: char,
    /// Day of grading; `None` for a failing house that nobody looked at.
    pub graded: Option<Day>,
    /// The family has no other house.
    pub sole: bool,
    /// The family can pay for a safe one.
    pub can_solve: bool,
    /// Day on which it was safe again.
    pub repaired: Option<Day>,
    /// Since when it has not been safe.
    pub failing_since: Option<Day>,
}

/// Grades houses: all that are lived in now and then, the damaged ones after a disaster.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("dwellings");
    let (start, end) = (world.calendar.start(), world.calendar.end());
    let span = end.0 - start.0;
    for household in 0..world.people.households.len() {
        let damaged = world.damaged.iter().find(|(hit, _)| *hit == household).map(|(_, day)| *day);
        // A wet winter brings down an old wall here and there.
        let decays = dice.chance(900).then(|| start.plus_days(dice.small(60, span.max(61) - 1)));
        let since = damaged.or(decays);
        let sole = dice.chance(91_000);
        let thrown = dice.between(0, 99);
        let Some(since) = since.filter(|_| world.here().rural) else {
            let graded = start.plus_days(dice.small(0, span));
            let grade = if thrown < 60 { 'A' } else { 'B' };
            if dice.chance(30_000) {
                let graded = Some(graded);
                world.gradings.push(Grading {
                    household,
                    grade,
                    graded,
                    sole,
                    can_solve: true,
                    repaired: None,
                    failing_since: None,
                });
            }
            continue;
        };
        let grade = if damaged.is_some() && thrown < 45 || thrown < 20 { 'D' } else { 'C' };
        let yuan = if grade == 'D' { dice.between(45_000, 110_000) } else { dice.between(8_000, 35_000) };
        let means = &world.means[household];
        let can_solve = means.savings + means.kin / 2 > yuan * 100;
        // After a disaster the bureau comes soon; otherwise when somebody asks, or not at all.
        let graded =
            if damaged.is_some() || dice.chance(70_000) { Some(since.plus_days(dice.small(6, 75))) } else { None };
        let repaired = since.plus_days(if can_solve { dice.small(60, 200) } else { dice.small(200, 500) });
        let shown = graded.map(|day| Shown {
            feed: "dwelling_grades",
            day,
            key: world.people.households[household].number.clone(),
        });
        let mut event = TruthEvent::new(since, "dwelling_failing", &world.people.households[household].number);
        event.amount = Some(yuan * 100);
        event.detail = format!("grade={grade} sole={sole} can_solve={can_solve}");
        world.truth.push(event);
        if can_solve {
            world.losses.push(Loss { household, day: since, cause: Cause::Dwelling, fen: yuan * 100, shown });
        }
        let graded = graded.filter(|day| *day <= end);
        let repaired = Some(repaired).filter(|day| *day <= end && graded.is_none_or(|graded| graded < *day));
        world.gradings.push(Grading {
            household,
            grade,
            graded,
            sole,
            can_solve,
            repaired,
            failing_since: Some(since),
        });
    }
}
