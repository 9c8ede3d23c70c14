//! What residents report to their grid worker, and troubles that come back soon after they were closed.

use types::Day;

use crate::truth::TruthEvent;
use crate::world::World;

/// One ticket.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    /// Its number.
    pub number: String,
    /// Position of the grid.
    pub grid: usize,
    /// What it is about.
    pub kind: &'static str,
    /// Day it was taken in.
    pub created: Day,
    /// Day it was closed; `None` while it is open.
    pub closed: Option<Day>,
}

const KINDS: [&str; 6] = ["供水", "垃圾清运", "道路破损", "路灯", "污水", "邻里纠纷"];

/// Lets residents report things.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("tickets");
    let (first, end) = (world.calendar.first.first_day(), world.calendar.end());
    let mut tickets = Vec::new();
    for (from, to) in world.calendar.lived().filter(|(from, _)| *from >= first) {
        for grid in world.here().grids.clone() {
            if !dice.chance(55_000) {
                continue;
            }
            let kind = dice.pick(&KINDS).unwrap_or(KINDS[0]);
            let mut created = from.plus_days(dice.small(0, to.0 - from.0));
            let mut rebound = false;
            while created <= end {
                let closed = created.plus_days(dice.small(1, 21));
                tickets.push((created, grid, kind, Some(closed).filter(|closed| *closed <= end), rebound));
                // Not really repaired: it is back within four weeks.
                if !dice.chance(10_000) {
                    break;
                }
                created = closed.plus_days(dice.small(1, 28));
                rebound = true;
            }
        }
    }
    tickets.sort();
    for (position, (created, grid, kind, closed, rebound)) in tickets.into_iter().enumerate() {
        let number = format!("GD{}{:04}{:04}", created.year().0, world.village + 1, position + 1);
        let mut event =
            TruthEvent::new(created, if rebound { "ticket_again" } else { "ticket" }, &world.county.grids[grid].code);
        event.other.clone_from(&number);
        event.detail = kind.to_owned();
        world.truth.push(event);
        world.tickets.push(Ticket { number, grid, kind, created, closed });
    }
}
