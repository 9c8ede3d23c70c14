//! `tests/*.yaml`: table tests, from deliveries to answers.

use types::{Answer, Day, Interval, Reason};

use super::fields::{self, Fields};
use super::model::{read_answer, read_given, read_reason};
use super::yaml::{Entry, Kind, Node, Style};
use super::{At, Expression, RawGiven};
use crate::code;
use crate::finding::{Findings, Place};

/// A table test as written.
pub(crate) struct RawTable {
    pub(crate) file: usize,
    pub(crate) at: Place,
    pub(crate) title: Option<String>,
    pub(crate) deliveries: Vec<RawDelivery>,
    pub(crate) link: Vec<RawLink>,
    pub(crate) questions: Vec<RawQuestion>,
}

/// One delivery.
pub(crate) struct RawDelivery {
    pub(crate) at: Place,
    pub(crate) feed: Option<At<String>>,
    pub(crate) received: Option<Day>,
    pub(crate) data_date: Option<Day>,
    pub(crate) covers: Option<Interval>,
    pub(crate) scope: Vec<String>,
    pub(crate) rows: Option<Expression>,
}

/// One link decision.
pub(crate) struct RawLink {
    pub(crate) merge: Option<(String, String)>,
    pub(crate) split: Option<String>,
    pub(crate) kind: Option<At<String>>,
    pub(crate) known_by: Option<Day>,
}

/// One question.
pub(crate) struct RawQuestion {
    pub(crate) at: Place,
    pub(crate) as_of: Option<Day>,
    pub(crate) known_by: Option<Day>,
    pub(crate) asked: Option<RawAsked>,
    pub(crate) only: bool,
    pub(crate) expect: Vec<(At<String>, RawTableExpect)>,
}

/// What is asked.
pub(crate) enum RawAsked {
    Model(At<String>),
    Feature { of: At<String>, name: At<String> },
}

/// What is expected of one subject.
pub(crate) enum RawTableExpect {
    Answer {
        answer: Answer,
        reason: Option<Reason>,
        about: Option<String>,
        values: Vec<(At<String>, RawGiven)>,
        near: Option<String>,
        severity: Option<At<String>>,
        evidence: Option<u64>,
    },
    Value(RawValueExpect),
}

/// What is expected of one feature value.
pub(crate) struct RawValueExpect {
    pub(crate) value: RawGiven,
    pub(crate) stamps: Vec<String>,
}

impl RawTable {
    pub(crate) fn read(node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let at = keys.owner();
        let title = keys.need("title", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let deliveries = keys.need("deliveries", findings).and_then(|entry| {
            fields::list(&entry.value, file, findings, |node, findings| read_delivery(node, file, findings))
        });
        let link = keys.get("link", findings).and_then(|entry| {
            fields::list(&entry.value, file, findings, |node, findings| read_link(node, file, findings))
        });
        let questions = keys.need("questions", findings).and_then(|entry| {
            fields::list(&entry.value, file, findings, |node, findings| read_question(node, file, findings))
        });
        keys.finish(findings);
        Some(Self {
            file,
            at,
            title: title.map(|title| title.value),
            deliveries: deliveries.unwrap_or_default(),
            link: link.unwrap_or_default(),
            questions: questions.unwrap_or_default(),
        })
    }
}

fn read_delivery(node: &Node, file: usize, findings: &mut Findings) -> Option<RawDelivery> {
    let mut keys = Fields::of(node, node.place(file), findings)?;
    let feed = keys.need("feed", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let received = keys.need("received", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let data_date = keys.get("data_date", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let covers = keys.get("covers", findings).and_then(|entry| read_interval(&entry.value, file, findings));
    let scope = keys.get("scope", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
    let rows = keys.need("rows", findings).and_then(|entry| fields::expression(&entry.value, file, findings));
    keys.finish(findings);
    Some(RawDelivery {
        at: feed.as_ref().map_or(node.place(file), |feed| feed.at),
        feed,
        received: received.map(|day| day.value),
        data_date: data_date.map(|day| day.value),
        covers,
        scope: scope.unwrap_or_default().into_iter().map(|scope| scope.value).collect(),
        rows,
    })
}

/// `2026-01-01..2026-05-31`
fn read_interval(node: &Node, file: usize, findings: &mut Findings) -> Option<Interval> {
    let text = fields::text(node, file, findings)?;
    let interval = text
        .value
        .split_once("..")
        .and_then(|(from, to)| Some(Interval { from: Day::parse(from.trim())?, to: Day::parse(to.trim())? }));
    match interval {
        Some(interval) if interval.from > interval.to => {
            findings.error(code::FROM_AFTER_TO, text.at, "开始晚于结束", "the first day is after the last");
        }
        Some(_) => {}
        None => {
            findings
                .error(
                    code::BAD_DATE,
                    text.at,
                    format!("`{}` 不是日期区间", text.value),
                    format!("`{}` is not an interval of dates", text.value),
                )
                .hint("写成 `2026-01-01..2026-05-31` 的形式", "write it like `2026-01-01..2026-05-31`");
        }
    }
    interval
}

fn read_link(node: &Node, file: usize, findings: &mut Findings) -> Option<RawLink> {
    let mut keys = Fields::of(node, node.place(file), findings)?;
    let merge = keys.get("merge", findings).and_then(|entry| {
        let texts = fields::texts(&entry.value, file, findings)?;
        match texts.as_slice() {
            [from, to] => Some((from.value.clone(), to.value.clone())),
            _ => {
                fields::wrong_shape(&entry.value, file, "`[并入者, 保留者]`", "`[from, to]`", findings);
                None
            }
        }
    });
    let split = keys.get("split", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let kind = keys.need("kind", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let known_by = keys.need("known_by", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let (has_merge, has_split) = (keys.get_or_null("merge").is_some(), keys.get_or_null("split").is_some());
    let owner = keys.owner();
    keys.finish(findings);
    if has_merge == has_split {
        findings.error(
            code::WRONG_SHAPE,
            owner,
            "`merge` 和 `split` 要写且只写一个",
            "exactly one of `merge` and `split` must stand here",
        );
    }
    Some(RawLink { merge, split: split.map(|key| key.value), kind, known_by: known_by.map(|day| day.value) })
}

fn read_question(node: &Node, file: usize, findings: &mut Findings) -> Option<RawQuestion> {
    let mut keys = Fields::of(node, node.place(file), findings)?;
    let as_of = keys.need("as_of", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let known_by = keys.get("known_by", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let model = keys.get("model", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let feature = keys.get("feature", findings).and_then(|entry| {
        let mut keys = Fields::of(&entry.value, entry.key_place(file), findings)?;
        let of = keys.need("of", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let name = keys.need("name", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        keys.finish(findings);
        Some(RawAsked::Feature { of: of?, name: name? })
    });
    let (has_model, has_feature) = (keys.get_or_null("model").is_some(), keys.get_or_null("feature").is_some());
    let only = keys.get("only", findings).and_then(|entry| fields::flag(&entry.value, file, findings));
    let mut expect = Vec::new();
    if let Some(entry) = keys.need("expect", findings) {
        for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
            let key = At { value: entry.key.clone(), at: entry.key_place(file) };
            let read = if has_model {
                read_answer_expect(entry, file, findings)
            } else {
                read_value_expect(entry, file, findings)
            };
            expect.extend(read.map(|expect| (key, expect)));
        }
    }
    let owner = keys.owner();
    keys.finish(findings);
    if has_model == has_feature {
        findings.error(
            code::WRONG_SHAPE,
            Place { end: owner.start, ..owner },
            "`model` 和 `feature` 要写且只写一个",
            "exactly one of `model` and `feature` must stand here",
        );
    }
    Some(RawQuestion {
        at: Place { end: owner.start, ..owner },
        as_of: as_of.map(|day| day.value),
        known_by: known_by.map(|day| day.value),
        asked: model.map(RawAsked::Model).or(feature),
        only: only.unwrap_or_default(),
        expect,
    })
}

fn read_answer_expect(entry: &Entry, file: usize, findings: &mut Findings) -> Option<RawTableExpect> {
    let mut expect = (None, None, Vec::new(), None, None, None);
    let answer = if let Kind::Scalar(..) = entry.value.kind {
        read_answer(&entry.value, file, findings)?
    } else {
        let mut keys = Fields::of(&entry.value, entry.key_place(file), findings)?;
        let answer = keys.need("answer", findings).and_then(|entry| read_answer(&entry.value, file, findings));
        expect.0 = keys.get("reason", findings).and_then(|entry| read_reason(&entry.value, file, findings));
        expect.1 = keys.get("about", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        if let Some(entry) = keys.get("values", findings) {
            for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
                let name = At { value: entry.key.clone(), at: entry.key_place(file) };
                expect.2.extend(read_given(&entry.value, file, findings).map(|given| (name, given)));
            }
        }
        expect.3 = keys.get("near", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        expect.4 = keys.get("severity", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        expect.5 = keys.get("evidence", findings).and_then(|entry| read_count(&entry.value, file, findings));
        keys.finish(findings);
        answer?
    };
    let (reason, about, values, near, severity, evidence) = expect;
    Some(RawTableExpect::Answer {
        answer,
        reason,
        about: about.map(|about| about.value),
        values,
        near: near.map(|near| near.value),
        severity,
        evidence,
    })
}

fn read_value_expect(entry: &Entry, file: usize, findings: &mut Findings) -> Option<RawTableExpect> {
    let full = matches!(&entry.value.kind, Kind::Map(entries, _) if entries.iter().any(|entry| entry.key == "value" || entry.key == "stamps"));
    if !full {
        let value = read_given(&entry.value, file, findings)?;
        return Some(RawTableExpect::Value(RawValueExpect { value, stamps: Vec::new() }));
    }
    let mut keys = Fields::of(&entry.value, entry.key_place(file), findings)?;
    let value = keys.get_or_null("value").and_then(|entry| read_given(&entry.value, file, findings));
    if !matches!(&entry.value.kind, Kind::Map(entries, _) if entries.iter().any(|entry| entry.key == "value")) {
        keys.need("value", findings);
    }
    let stamps = keys.get("stamps", findings).and_then(|entry| {
        fields::list(&entry.value, file, findings, |node, findings| {
            fields::word(node, file, findings, |word| STAMPS.contains(&word).then(|| word.to_owned()), &STAMPS)
        })
    });
    keys.finish(findings);
    let stamps = stamps.unwrap_or_default().into_iter().map(|stamp| stamp.value).collect();
    Some(RawTableExpect::Value(RawValueExpect { value: value?, stamps }))
}

/// The words of [`types::Stamp`].
const STAMPS: [&str; 10] = [
    "data_to",
    "since",
    "null_cells",
    "where_unknown",
    "unreadable",
    "members_not_covered",
    "assumed",
    "outvoted",
    "source",
    "table",
];

fn read_count(node: &Node, file: usize, findings: &mut Findings) -> Option<u64> {
    let text = fields::text(node, file, findings)?;
    let count = matches!(&node.kind, Kind::Scalar(_, Style::Plain)).then(|| text.value.parse().ok()).flatten();
    if count.is_none() {
        findings.error(
            code::BAD_NUMBER,
            text.at,
            format!("`{}` 不是个数", text.value),
            format!("`{}` is not a count", text.value),
        );
    }
    count
}
