//! Water cuts of villages: mostly short, one over for long, one still lasting.

use types::Day;

use crate::truth::TruthEvent;
use crate::world::World;

/// One water cut.
#[derive(Clone, Debug)]
pub(crate) struct Outage {
    /// The water bureau's number.
    pub number: String,
    /// Position of the village.
    pub village: usize,
    /// First day without water.
    pub from: Day,
    /// Day the water came back; `None` while it is cut.
    pub to: Option<Day>,
}

/// Lets the village lose its water.
pub(crate) fn happen(world: &mut World) {
    let mut dice = world.dice("water");
    let villages = world.county.villages.len();
    let (first, end) = (world.calendar.first.first_day(), world.calendar.end());
    let mut cuts: Vec<(Day, Option<Day>)> = Vec::new();
    for (from, to) in world.calendar.lived().filter(|(from, _)| *from >= first) {
        if dice.chance(5_500) {
            let day = from.plus_days(dice.small(0, to.0 - from.0));
            cuts.push((day, Some(day.plus_days(dice.small(1, 7)))));
        }
    }
    // Since seven weeks and more in some villages; one long cut is over.
    for nth in 0..1 + villages / 60 {
        if (villages / 2 + nth * 7) % villages == world.village {
            cuts.push((end.plus_days(-50 - 3 * i32::try_from(nth).unwrap_or(0)), None));
        }
    }
    if villages / 3 == world.village {
        cuts.push((end.plus_days(-150), Some(end.plus_days(-108))));
    }
    cuts.retain(|(from, _)| *from >= first);
    cuts.sort();
    for (position, (from, to)) in cuts.into_iter().enumerate() {
        let to = to.filter(|to| *to <= end);
        let village = world.village;
        let mut event = TruthEvent::new(from, "water_cut", &world.county.villages[village].code);
        event.detail = to.map(|to| format!("to={to}")).unwrap_or_default();
        world.truth.push(event);
        world.outages.push(Outage { number: format!("TS{:04}{:02}", village + 1, position + 1), village, from, to });
    }
}
