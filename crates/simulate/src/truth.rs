//! `truth/events.csv`, what really happened, and `truth/cases.csv`, what should be found: apart from the files, for whoever wants to
//! measure what was found.

use types::Day;

use crate::write::money;

/// The header of `events.csv`.
pub(crate) const EVENT_COLUMNS: [&str; 6] = ["date", "kind", "subject", "other", "amount", "detail"];

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TruthEvent {
    /// When.
    pub day: Day,
    /// What: `death`, `inpatient_stay`, `water_cut` …
    pub kind: &'static str,
    /// To whom or where: a citizen number, household number or place code.
    pub subject: String,
    /// The other party or place, where there is one.
    pub other: String,
    /// Fen, where money is involved.
    pub amount: Option<i64>,
    /// `name=value` pairs separated by spaces.
    pub detail: String,
}

impl TruthEvent {
    /// An event without other party, amount and detail.
    pub(crate) fn new(day: Day, kind: &'static str, subject: &str) -> Self {
        Self { day, kind, subject: subject.to_owned(), other: String::new(), amount: None, detail: String::new() }
    }

    /// The cells of its line.
    pub(crate) fn cells(&self) -> Vec<String> {
        vec![
            self.day.to_string(),
            self.kind.to_owned(),
            self.subject.clone(),
            self.other.clone(),
            self.amount.map(money).unwrap_or_default(),
            self.detail.clone(),
        ]
    }
}

/// The header of `cases.csv`.
pub(crate) const CASE_COLUMNS: [&str; 10] =
    ["kind", "subject_kind", "subject", "household", "place", "from", "to", "cause", "hidden", "shown_by"];

/// Something that ought to be found: a family in hardship, a payment that was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// What: `hardship`, or the kind of wrong payment.
    pub kind: &'static str,
    /// What the subject is: `household`, `person`, `township`.
    pub subject_kind: &'static str,
    /// Its key.
    pub subject: String,
    /// Its household, where it has one.
    pub household: String,
    /// Its village.
    pub place: String,
    /// First day.
    pub from: Day,
    /// Day it was over; `None` while it lasts.
    pub to: Option<Day>,
    /// Why.
    pub cause: &'static str,
    /// What each feed could have shown of the cause; nothing where no feed shows it.
    pub shown_by: Vec<Shown>,
}

/// A row that a feed could have held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown {
    /// The feed.
    pub feed: &'static str,
    /// The row's day.
    pub day: Day,
    /// Whom it is about.
    pub key: String,
}

impl Case {
    /// The cells of its line.
    pub(crate) fn cells(&self) -> Vec<String> {
        let shown = self.shown_by.iter().map(|shown| format!("{} {} {}", shown.feed, shown.day, shown.key));
        vec![
            self.kind.to_owned(),
            self.subject_kind.to_owned(),
            self.subject.clone(),
            self.household.clone(),
            self.place.clone(),
            self.from.to_string(),
            self.to.map(|day| day.to_string()).unwrap_or_default(),
            self.cause.to_owned(),
            if self.shown_by.is_empty() { "yes" } else { "no" }.to_owned(),
            shown.collect::<Vec<_>>().join(";"),
        ]
    }
}
