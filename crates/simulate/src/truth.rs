//! `truth/events.csv`: what really happened, apart from the files, for whoever wants to measure what was found.

use types::Day;

use crate::write::money;

/// The header of `events.csv`.
pub(crate) const COLUMNS: [&str; 6] = ["date", "kind", "subject", "other", "amount", "detail"];

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
