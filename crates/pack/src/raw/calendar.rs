//! `calendar.yaml`: by year, days off and weekend days that are worked.

use types::Day;

use super::At;
use super::fields::{self, Fields};
use super::yaml::Node;
use crate::code;
use crate::finding::Findings;

/// A year as written.
pub(crate) struct RawYear {
    pub(crate) year: At<String>,
    pub(crate) holidays: Vec<At<Day>>,
    pub(crate) workdays: Vec<At<Day>>,
    pub(crate) basis: String,
}

impl RawYear {
    /// All years of a file.
    pub(crate) fn read_all(node: &Node, file: usize, findings: &mut Findings) -> Vec<Self> {
        let mut years = Vec::new();
        for entry in fields::entries(node, file, findings).unwrap_or_default() {
            let year = At { value: entry.key.clone(), at: entry.key_place(file) };
            let Some(mut keys) = Fields::of(&entry.value, year.at, findings) else { continue };
            let holidays = keys.need("holidays", findings).map(|entry| days(&entry.value, file, findings));
            let workdays = keys.need("workdays", findings).map(|entry| days(&entry.value, file, findings));
            let basis = keys.need("basis", findings).and_then(|entry| fields::text(&entry.value, file, findings));
            keys.finish(findings);
            years.push(Self {
                year,
                holidays: holidays.unwrap_or_default(),
                workdays: workdays.unwrap_or_default(),
                basis: basis.map(|text| text.value).unwrap_or_default(),
            });
        }
        years
    }
}

/// Days, and stretches of them: `2026-10-01..2026-10-07`, both ends included.
fn days(node: &Node, file: usize, findings: &mut Findings) -> Vec<At<Day>> {
    let mut days = Vec::new();
    for text in fields::texts(node, file, findings).unwrap_or_default() {
        let (from, to) = text.value.split_once("..").unwrap_or((&text.value, &text.value));
        match (Day::parse(from.trim()), Day::parse(to.trim())) {
            (Some(from), Some(to)) if from <= to && to.0 - from.0 < 60 => {
                days.extend((from.0..=to.0).map(|day| At { value: Day(day), at: text.at }));
            }
            _ => {
                findings
                    .error(
                        code::BAD_DATE,
                        text.at,
                        format!("`{}` 不是日期或日期段", text.value),
                        format!("`{}` is neither a day nor a stretch of days", text.value),
                    )
                    .hint(
                        "写成 `2026-10-01` 或 `2026-10-01..2026-10-07`",
                        "write `2026-10-01` or `2026-10-01..2026-10-07`",
                    );
            }
        }
    }
    days
}
