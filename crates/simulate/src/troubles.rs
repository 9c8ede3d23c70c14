//! Troubles of whole deliveries: late, never again, corrected, sent twice.

use types::{Day, Month};

use crate::dice::Dice;
use crate::files::{self, DepartmentFile, Slot};
use crate::frame::Frame;
use crate::mess::Defect;
use crate::write::Format;

/// One file to be written.
pub(crate) struct Planned {
    /// Whose it is.
    pub file: &'static DepartmentFile,
    /// How it is saved.
    pub format: Format,
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
    fn new(file: &'static DepartmentFile, slot: Slot, frame: &Frame) -> Self {
        let format = if file.format == Format::Xlsx && !frame.workbooks { Format::Gb18030 } else { file.format };
        let name = format!("{}{}.{}", file.prefix, slot.label, format.ending());
        Self { file, format, slot, name, role: Role::Plain }
    }

    /// The same once more, `days` later.
    fn again(&self, mark: &str, days: i32, role: Role) -> Self {
        let name = format!("{}{}{mark}.{}", self.file.prefix, self.slot.label, self.format.ending());
        let slot = Slot { received: self.slot.received.plus_days(days), ..self.slot.clone() };
        Self { file: self.file, format: self.format, slot, name, role }
    }

    fn defect(&self, what: &'static str, was: &str) -> Defect {
        Defect::of_file(&self.name, self.file.feed, &self.slot, what, was)
    }
}

/// All deliveries in the order in which they arrive, and the troubles among them. Without mess there are none.
pub(crate) fn plan(frame: &Frame, mess: f64) -> (Vec<Planned>, Vec<Defect>) {
    let mut planned: Vec<Planned> = files::ALL
        .iter()
        .flat_map(|file| (file.slots)(frame).into_iter().map(|slot| Planned::new(file, slot, frame)))
        .collect();
    let mut defects = Vec::new();
    if mess > 0.0 {
        let mut dice = frame.dice("troubles");
        let last = frame.calendar.last;
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
    let role = Role::CopyOf(original.name.clone());
    let again = original.again("(1)", 3, role);
    defects.push(again.defect("sent_twice", &original.name));
    planned.push(again);
}

/// Months of some feeds come late: medical settlements three weeks, others longer.
fn arrive_late(planned: &mut [Planned], defects: &mut Vec<Defect>, last: Month, dice: &mut Dice) {
    for (feed, days) in [
        ("medical_claims", 21),
        ("work_log", 24),
        ("dwelling_grades", 40),
        ("low_income_register", 33),
        ("removal_forms", 30),
    ] {
        let month = Month(last.0 - dice.small(3, 7));
        let Some(position) = find(planned, feed, month) else { continue };
        let due = planned[position].slot.received;
        planned[position].slot.received = due.plus_days(days);
        defects.push(planned[position].defect("late", &due.to_string()));
    }
}

/// One month of the old-age allowance was wrong and is sent again six weeks later.
fn correct(planned: &mut Vec<Planned>, defects: &mut Vec<Defect>, last: Month, dice: &mut Dice) {
    let month = Month(last.0 - dice.small(3, 6));
    let Some(position) = find(planned, "old_age_allowance", month) else { return };
    planned[position].role = Role::Mistaken;
    let again = planned[position].again("更正", 45, Role::Correction);
    defects.push(again.defect("correction", &planned[position].name));
    planned.push(again);
}

/// The crematorium stops sending four months before the end, and a month of two other feeds never comes.
fn fall_silent(planned: &mut Vec<Planned>, defects: &mut Vec<Defect>, last: Month, dice: &mut Dice) {
    let after = Month(last.0 - dice.small(4, 5)).last_day();
    let lost = ["unemployment", "poverty_work_log"].map(|feed| (feed, Month(last.0 - dice.small(2, 8)).last_day()));
    let silent = |one: &Planned| {
        one.file.feed == "cremations" && one.slot.to > after || lost.contains(&(one.file.feed, one.slot.to))
    };
    for one in planned.iter().filter(|one| silent(one)) {
        defects.push(one.defect("never_sent", &one.slot.received.to_string()));
    }
    planned.retain(|one| !silent(one));
}

fn find(planned: &[Planned], feed: &str, month: Month) -> Option<usize> {
    let data_date: Day = month.last_day();
    planned.iter().position(|one| one.file.feed == feed && one.slot.to == data_date)
}
