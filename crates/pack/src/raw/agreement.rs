//! `agreements/<id>.yaml`: what a department and the programme agreed about data.

use types::{Day, Period, Text};

use super::At;
use super::feed::read_turn;
use super::fields::{self, Fields};
use super::yaml::{Entry, Node};
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::Rhythm;

/// An agreement as written.
pub(crate) struct RawAgreement {
    pub(crate) pack: usize,
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) provider: Option<At<String>>,
    pub(crate) purpose: Option<Text>,
    pub(crate) basis: Option<String>,
    pub(crate) feeds: Vec<RawAgreedFeed>,
    pub(crate) retention: Option<Period>,
    pub(crate) from: Option<Day>,
    pub(crate) to: Option<Day>,
}

/// What is agreed of one feed.
pub(crate) struct RawAgreedFeed {
    pub(crate) name: At<String>,
    pub(crate) fields: Vec<At<String>>,
    /// Where `rhythm` is written, and what it says; `None` for what comes on event.
    pub(crate) rhythm: Option<(Place, Rhythm)>,
}

impl RawAgreement {
    /// `id` is the file's name.
    pub(crate) fn read(pack: usize, id: String, node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let id = At { value: id, at: keys.owner() };
        let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        let provider = keys.need("provider", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let purpose = keys.need("purpose", findings).and_then(|entry| fields::title(entry, file, findings));
        let basis = keys.need("basis", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let mut feeds = Vec::new();
        if let Some(entry) = keys.need("feeds", findings) {
            for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
                feeds.extend(read_feed(entry, file, findings));
            }
        }
        let retention = keys.need("retention", findings).and_then(|entry| read_period(&entry.value, file, findings));
        let from = keys.need("from", findings).and_then(|entry| fields::day(&entry.value, file, findings));
        let to = keys.get("to", findings).and_then(|entry| fields::day(&entry.value, file, findings));
        if let (Some(from), Some(to)) = (&from, &to)
            && to.value < from.value
        {
            findings.error(code::FROM_AFTER_TO, to.at, "开始晚于结束", "the first day is after the last");
        }
        keys.finish(findings);
        Some(Self {
            pack,
            id,
            title,
            provider,
            purpose,
            basis: basis.map(|text| text.value),
            feeds,
            retention,
            from: from.map(|day| day.value),
            to: to.map(|day| day.value),
        })
    }
}

fn read_feed(entry: &Entry, file: usize, findings: &mut Findings) -> Option<RawAgreedFeed> {
    let name = At { value: entry.key.clone(), at: entry.key_place(file) };
    let mut keys = Fields::of(&entry.value, name.at, findings)?;
    let fields = keys.need("fields", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
    let rhythm = keys
        .get("rhythm", findings)
        .and_then(|entry| read_turn(entry, file, findings).map(|rhythm| (entry.key_place(file), rhythm)));
    keys.finish(findings);
    fields.map(|fields| RawAgreedFeed { name, fields, rhythm })
}

/// `24 months`, `3 years`, `90d`.
fn read_period(node: &Node, file: usize, findings: &mut Findings) -> Option<Period> {
    let text = fields::text(node, file, findings)?;
    let period = Period::parse(&text.value);
    if period.is_none() {
        findings
            .error(
                code::BAD_PERIOD,
                text.at,
                format!("`{}` 不是时长", text.value),
                format!("`{}` is not a period", text.value),
            )
            .hint("写成 `24 months`、`3 years` 或 `90d` 的形式", "write it like `24 months`, `3 years` or `90d`");
    }
    period
}
