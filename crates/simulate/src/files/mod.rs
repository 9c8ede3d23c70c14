//! What departments send, one file kind a module: headers, rhythm and rows, as a view of the [`World`].
//!
//! To add a department's file: 1. a module here with its `FILE`; 2. its line in [`ALL`], in the order in which files of one day
//! arrive. Headers and words are those of the feed's `alias` and `codes` in the packs; nothing else of a pack is known here.

mod accidents;
mod assistance_paid;
mod bank_deposits;
mod consents;
mod cremations;
mod deaths;
mod disability_certificates;
mod disasters;
mod dwelling_grades;
mod farm_losses;
mod firm_posts;
mod help_measures;
mod household_income;
mod income_survey;
mod insured_persons;
mod livestock_prices;
mod low_income_register;
mod medical_claims;
mod monitored_households;
mod old_age_allowance;
mod person_measures;
mod places;
mod police_register;
mod poverty_households;
mod poverty_leads;
mod poverty_members;
mod poverty_profiles;
mod poverty_work_log;
mod property;
mod removal_forms;
mod risk_removals;
mod school_fees;
mod serious_illnesses;
mod tickets;
mod traffic_accidents;
mod unemployment;
mod vehicles;
mod water_outages;
mod work_log;

use types::{Day, Month};

use crate::frame::Frame;
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
    pub slots: fn(&Frame) -> Vec<Slot>,
    /// The rows about a village's households for one of these times.
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
pub(crate) const ALL: [&DepartmentFile; 39] = [
    &places::FILE,
    &police_register::FILE,
    &poverty_households::FILE,
    &insured_persons::FILE,
    &monitored_households::FILE,
    &low_income_register::FILE,
    &disability_certificates::FILE,
    &deaths::FILE,
    &cremations::FILE,
    &medical_claims::FILE,
    &serious_illnesses::FILE,
    &work_log::FILE,
    &unemployment::FILE,
    &income_survey::FILE,
    &household_income::FILE,
    &school_fees::FILE,
    &water_outages::FILE,
    &dwelling_grades::FILE,
    &disasters::FILE,
    &farm_losses::FILE,
    &livestock_prices::FILE,
    &assistance_paid::FILE,
    &old_age_allowance::FILE,
    &traffic_accidents::FILE,
    &accidents::FILE,
    &poverty_leads::FILE,
    &consents::FILE,
    &vehicles::FILE,
    &property::FILE,
    &firm_posts::FILE,
    &bank_deposits::FILE,
    &help_measures::FILE,
    &poverty_profiles::FILE,
    &poverty_members::FILE,
    &poverty_work_log::FILE,
    &person_measures::FILE,
    &risk_removals::FILE,
    &removal_forms::FILE,
    &tickets::FILE,
];

/// A slot for each month, arriving by day `by` of the next month, up to three days early.
fn monthly(frame: &Frame, feed: &str, by: i32) -> Vec<Slot> {
    let mut dice = frame.dice(&format!("received {feed}"));
    let slot = |month: Month| Slot {
        label: month.to_string(),
        from: month.first_day(),
        to: month.last_day(),
        received: month.last_day().plus_days(by - dice.small(0, 3)),
    };
    frame.calendar.months().map(slot).collect()
}

/// The agreed words for yes and no.
fn yes_no(yes: bool) -> String {
    if yes { "是" } else { "否" }.to_owned()
}
