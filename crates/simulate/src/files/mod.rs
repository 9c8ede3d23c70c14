//! What departments send, one file kind a module: headers, rhythm and rows, as a view of the [`World`].
//!
//! To add a department's file: 1. a module here with its `FILE`; 2. its line in [`ALL`], in the order in which files of one day
//! arrive. Headers and words are those of the feed's `alias` and `codes` in the packs; nothing else of a pack is known here.

mod cremations;
mod deaths;
mod income_survey;
mod insured_persons;
mod medical_claims;
mod old_age_allowance;
mod places;
mod police_register;
mod poverty_households;
mod tickets;
mod traffic_accidents;
mod water_outages;
mod work_log;

use types::{Day, Month};

use crate::dice::Dice;
use crate::world::World;
use crate::write::{Column, Format, Rows};

/// A department's file, as agreed.
pub(crate) struct DepartmentFile {
    /// The feed it is delivered for.
    pub feed: &'static str,
    /// What its name begins with.
    pub prefix: &'static str,
    /// How it is saved.
    pub format: Format,
    /// Its columns, in order.
    pub columns: &'static [Column],
    /// When it is sent.
    pub slots: fn(&World) -> Vec<Slot>,
    /// Its rows for one of these times.
    pub rows: fn(&World, &Slot) -> Rows,
}

/// One time a file is sent.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// What its name ends with: `2026-05`.
    pub label: String,
    /// First day it reports on.
    pub from: Day,
    /// Last day it reports on: the data date.
    pub to: Day,
    /// Day it arrives.
    pub received: Day,
}

/// All files, registers first.
pub(crate) const ALL: [&DepartmentFile; 13] = [
    &places::FILE,
    &police_register::FILE,
    &poverty_households::FILE,
    &insured_persons::FILE,
    &deaths::FILE,
    &cremations::FILE,
    &medical_claims::FILE,
    &work_log::FILE,
    &income_survey::FILE,
    &water_outages::FILE,
    &old_age_allowance::FILE,
    &traffic_accidents::FILE,
    &tickets::FILE,
];

/// A slot for each month, arriving by day `by` of the next month, up to three days early.
fn monthly(world: &World, feed: &str, by: i32) -> Vec<Slot> {
    let mut dice = Dice::new(world.seed, &format!("received {feed}"));
    let slot = |month: Month| Slot {
        label: month.to_string(),
        from: month.first_day(),
        to: month.last_day(),
        received: month.last_day().plus_days(by - dice.small(0, 3)),
    };
    world.calendar.months().map(slot).collect()
}

/// The agreed words for yes and no.
fn yes_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}
