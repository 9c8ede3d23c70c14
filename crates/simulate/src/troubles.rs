//! Troubles of whole deliveries: late, never again, corrected, sent twice.

use types::{Day, Month};

use crate::dice::Dice;
use crate::files::{self, DepartmentFile, Slot};
use crate::mess::Defect;
use crate::world::World;

/// One file to be written.
pub(crate) struct Planned {
    /// Whose it is.
    pub file: &'static DepartmentFile,
    /// When it is sent.
    pub slot: Slot,
    /// Its name.
    pub name: String,
    /// What it is beside a plain delivery.
    pub role: Role,
}

/// What a delivery is beside a plain one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A plain delivery.
    Plain,
    /// Holds wrong amounts, to be corrected.
    Mistaken,
    /// Replaces an earlier month; free of defects.
    Correction,
    /// The same bytes as the named file.
    CopyOf(String),
}

impl Planned {
    fn new(file: &'static DepartmentFile, slot: Slot) -> Self {
        let name = format!("{}{}.{}", file.prefix, slot.label, file.format.ending());
        Self { file, slot, name, role: Role::Plain }
    }
}

/// All deliveries in the order in which they arrive, and the troubles among them. Without mess there are none.
pub(crate) fn plan(world: &World, mess: f64) -> (Vec<Planned>, Vec<Defect>) {
    let mut planned: Vec<Planned> = files::ALL
        .iter()
        .flat_map(|file| (file.slots)(world).into_iter().map(|slot| Planned::new(file, slot)))
        .collect();
    let mut defects = Vec::new();
    if mess > 0.0 {
        let mut dice = world.dice("troubles");
        let last = world.calendar.last;
        send_twice(&mut planned, &mut defects, last, &mut dice);
        if mess >= 0.1 {
            arrive_late(&mut planned, &mut defects, last, &mut dice);
            correct(&mut planned, &mut defects, last, &mut dice);
        }
        if mess >= 0.2 {
            fall_silent(&mut planned, &mut defects, last, &mut dice);
        }
    }
    let rank = |file: &DepartmentFile| files::ALL.iter().position(|other| other.feed == file.feed);
    planned.sort_by_key(|one| (one.slot.received, rank(one.file), one.slot.to, one.name.clone()));
    (planned, defects)
}

/// One list of deaths comes again three days later, under the name a browser gives a second download.
fn send_twice(planned: &mut Vec<Planned>, defects: &mut Vec<Defect>, last: Month, dice: &mut Dice) {
    let month = Month(last.0 - dice.small(2, 5));
    let Some(original) = find(planned, "deaths", month) else { return };
    let original = &planned[original];
    let name = format!("{}{}(1).{}", original.file.prefix, original.slot.label, original.file.format.ending());
    let slot = Slot { received: original.slot.received.plus_days(3), ..original.slot.clone() };
    let role = Role::CopyOf(original.name.clone());
    note(defects, &name, "sent_twice", &original.name);
    planned.push(Planned { file: original.file, slot, name, role });
}

/// One month of medical settlements comes three weeks late.
fn arrive_late(planned: &mut [Planned], defects: &mut Vec<Defect>, last: Month, dice: &mut Dice) {
    let month = Month(last.0 - dice.small(3, 7));
    let Some(position) = find(planned, "medical_claims", month) else { return };
    let due = planned[position].slot.received;
    planned[position].slot.received = due.plus_days(21);
    note(defects, &planned[position].name.clone(), "late", &due.to_string());
}

/// One month of the old-age allowance was wrong and is sent again six weeks later.
fn correct(planned: &mut Vec<Planned>, defects: &mut Vec<Defect>, last: Month, dice: &mut Dice) {
    let month = Month(last.0 - dice.small(3, 6));
    let Some(position) = find(planned, "old_age_allowance", month) else { return };
    planned[position].role = Role::Mistaken;
    let original = &planned[position];
    let name = format!("{}{}更正.{}", original.file.prefix, original.slot.label, original.file.format.ending());
    let slot = Slot { received: original.slot.received.plus_days(45), ..original.slot.clone() };
    note(defects, &name, "correction", &original.name);
    planned.push(Planned { file: original.file, slot, name, role: Role::Correction });
}

/// The crematorium stops sending four months before the end.
fn fall_silent(planned: &mut Vec<Planned>, defects: &mut Vec<Defect>, last: Month, dice: &mut Dice) {
    let after = Month(last.0 - dice.small(4, 5)).last_day();
    let silent = |one: &Planned| one.file.feed == "cremations" && one.slot.to > after;
    for one in planned.iter().filter(|one| silent(one)) {
        note(defects, &one.name, "never_sent", &one.slot.received.to_string());
    }
    planned.retain(|one| !silent(one));
}

fn find(planned: &[Planned], feed: &str, month: Month) -> Option<usize> {
    let data_date: Day = month.last_day();
    planned.iter().position(|one| one.file.feed == feed && one.slot.to == data_date)
}

fn note(defects: &mut Vec<Defect>, file: &str, what: &'static str, was: &str) {
    defects.push(Defect { file: file.to_owned(), row: None, column: String::new(), what, was: was.to_owned() });
}
