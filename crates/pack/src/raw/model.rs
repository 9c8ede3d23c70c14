//! `models/<ID>-<slug>.yaml`: one model with its tests.

use types::{Answer, Reason, Text};

use super::fields::{self, Fields};
use super::parameter::{RawRow, read_rows};
use super::yaml::{Entry, Kind, Node, Style};
use super::{At, Expression};
use crate::finding::{Findings, Place};
use crate::programme::ModelKind;

/// A model as written.
pub(crate) struct RawModel {
    pub(crate) pack: usize,
    pub(crate) at: Place,
    pub(crate) id: Option<At<String>>,
    pub(crate) file_stem: String,
    pub(crate) kind: ModelKind,
    pub(crate) title: Option<Text>,
    pub(crate) subject: Option<At<String>>,
    pub(crate) population: Option<Expression>,
    pub(crate) when: Option<Expression>,
    pub(crate) severity: Vec<RawSeverity>,
    pub(crate) basis: Option<String>,
    pub(crate) explain: Option<(Expression, Expression)>,
    pub(crate) opens: Option<(At<String>, At<String>)>,
    pub(crate) quiet_days: i32,
    pub(crate) is_shadow: bool,
    pub(crate) tests: Vec<RawTest>,
}

/// One level.
pub(crate) struct RawSeverity {
    pub(crate) name: At<String>,
    /// `None` for otherwise.
    pub(crate) when: Option<Expression>,
}

/// A test beside the model.
pub(crate) struct RawTest {
    pub(crate) at: Place,
    pub(crate) name: Option<At<String>>,
    pub(crate) given: Vec<(At<String>, RawGiven)>,
    pub(crate) expect: Option<RawExpect>,
}

/// A given, or expected, value.
pub(crate) enum RawGiven {
    Null,
    Text(At<String>),
    NotCovered(Option<Reason>),
    /// The rows of a table.
    Rows(Place, Vec<RawRow>),
}

/// What a test expects.
pub(crate) struct RawExpect {
    pub(crate) answer: Option<Answer>,
    pub(crate) severity: Option<At<String>>,
    pub(crate) reason: Option<Reason>,
}

pub(crate) const LEVELS: [&str; 3] = ["high", "medium", "low"];

impl RawModel {
    pub(crate) fn read(
        pack: usize,
        file_stem: String,
        node: &Node,
        file: usize,
        findings: &mut Findings,
    ) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let id = keys.need("id", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        let subject = keys.need("subject", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let population =
            keys.get("population", findings).and_then(|entry| fields::expression(&entry.value, file, findings));
        let when = keys.need("when", findings).and_then(|entry| fields::expression(&entry.value, file, findings));
        let severity = keys.get("severity", findings).map(|entry| read_severity(entry, file, findings));
        let basis = keys.get("basis", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let explain = keys.get("explain", findings).and_then(|entry| fields::languages(entry, file, findings));
        let mut opens = None;
        if let Some(entry) = keys.get("opens", findings)
            && let Some(mut written) = Fields::of(&entry.value, entry.key_place(file), findings)
        {
            let workflow =
                written.need("workflow", findings).and_then(|entry| fields::text(&entry.value, file, findings));
            let subject = written.need("for", findings).and_then(|entry| fields::text(&entry.value, file, findings));
            written.finish(findings);
            opens = workflow.zip(subject);
        }
        let quiet = keys.get("quiet", findings).and_then(|entry| fields::days(&entry.value, file, findings));
        let shadow = keys.get("shadow", findings).and_then(|entry| fields::flag(&entry.value, file, findings));
        let kind = keys.get("kind", findings).and_then(|entry| {
            let parse = |word: &str| match word {
                "clue" => Some(ModelKind::Clue),
                "data-quality" => Some(ModelKind::DataQuality),
                _ => None,
            };
            fields::word(&entry.value, file, findings, parse, &["clue", "data-quality"])
        });
        let tests = keys.get("tests", findings).and_then(|entry| {
            fields::list(&entry.value, file, findings, |node, findings| read_test(node, file, findings))
        });
        let at = keys.owner();
        keys.finish(findings);
        Some(Self {
            pack,
            at,
            id,
            file_stem,
            kind: kind.map_or(ModelKind::Clue, |kind| kind.value),
            title,
            subject,
            population,
            when,
            severity: severity.unwrap_or_default(),
            basis: basis.map(|text| text.value),
            explain,
            opens,
            quiet_days: quiet.map_or(0, |days| days.value),
            is_shadow: shadow.unwrap_or_default(),
            tests: tests.unwrap_or_default(),
        })
    }
}

fn read_severity(entry: &Entry, file: usize, findings: &mut Findings) -> Vec<RawSeverity> {
    let level = |word: &str| LEVELS.contains(&word).then(|| word.to_owned());
    let Kind::Map(entries, _) = &entry.value.kind else {
        let name = fields::word(&entry.value, file, findings, level, &LEVELS);
        return name.map(|name| RawSeverity { name, when: None }).into_iter().collect();
    };
    let mut levels = Vec::new();
    for entry in entries {
        let name = At { value: entry.key.clone(), at: entry.key_place(file) };
        if level(&name.value).is_none() {
            fields::unknown_word(&name, &LEVELS, findings);
        }
        let otherwise = matches!(&entry.value.kind, Kind::Scalar(text, _) if text.trim() == "otherwise");
        let when = if otherwise { None } else { fields::expression(&entry.value, file, findings) };
        if otherwise || when.is_some() {
            levels.push(RawSeverity { name, when });
        }
    }
    levels
}

fn read_test(node: &Node, file: usize, findings: &mut Findings) -> Option<RawTest> {
    let mut keys = Fields::of(node, node.place(file), findings)?;
    let name = keys.need("name", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let mut given = Vec::new();
    if let Some(entry) = keys.get("given", findings) {
        for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
            if let Some(value) = read_given(&entry.value, file, findings) {
                given.push((At { value: entry.key.clone(), at: entry.key_place(file) }, value));
            }
        }
    }
    let expect = keys.get_or_null("expect").and_then(|entry| read_expect(entry, file, findings));
    keys.finish(findings);
    Some(RawTest { at: node.place(file), name, given, expect })
}

fn read_expect(entry: &Entry, file: usize, findings: &mut Findings) -> Option<RawExpect> {
    if entry.value.is_null() {
        return None;
    }
    if let Kind::Scalar(..) = entry.value.kind {
        let answer = read_answer(&entry.value, file, findings);
        return Some(RawExpect { answer, severity: None, reason: None });
    }
    let mut keys = Fields::of(&entry.value, entry.key_place(file), findings)?;
    let answer = keys.need("answer", findings).and_then(|entry| read_answer(&entry.value, file, findings));
    let severity = keys.get("severity", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let reason = keys.get("reason", findings).and_then(|entry| read_reason(&entry.value, file, findings));
    keys.finish(findings);
    Some(RawExpect { answer, severity, reason })
}

/// `hit`, `clear`, `undetermined`, `outside`.
pub(crate) fn read_answer(node: &Node, file: usize, findings: &mut Findings) -> Option<Answer> {
    fields::word(node, file, findings, Answer::parse, &Answer::ALL.map(Answer::word)).map(|answer| answer.value)
}

/// One of the closed list of reasons.
pub(crate) fn read_reason(node: &Node, file: usize, findings: &mut Findings) -> Option<Reason> {
    fields::word(node, file, findings, Reason::parse, &Reason::ALL.map(Reason::word)).map(|reason| reason.value)
}

/// A value, the rows of a table, nothing, or `not covered`, with a reason behind a colon or as `{not_covered: reason}`.
pub(crate) fn read_given(node: &Node, file: usize, findings: &mut Findings) -> Option<RawGiven> {
    if node.is_null() {
        return Some(RawGiven::Null);
    }
    match &node.kind {
        Kind::Map(entries, _) => match entries.as_slice() {
            [entry] if matches!(entry.key.as_str(), "not covered" | "not_covered") => {
                if entry.value.is_null() {
                    return Some(RawGiven::NotCovered(None));
                }
                Some(RawGiven::NotCovered(Some(read_reason(&entry.value, file, findings)?)))
            }
            _ => {
                fields::wrong_shape(node, file, "一个值或 `not covered`", "a value or `not covered`", findings);
                None
            }
        },
        Kind::Scalar(text, style) => {
            if let Some(rest) = text.strip_prefix("not covered").filter(|_| *style != Style::Block) {
                let rest = rest.trim();
                if rest.is_empty() {
                    return Some(RawGiven::NotCovered(None));
                }
                if let Some(reason) = rest.strip_prefix(':') {
                    let reason = At { value: reason.trim().to_owned(), at: node.place(file) };
                    let known = Reason::parse(&reason.value);
                    if known.is_none() {
                        fields::unknown_word(&reason, &Reason::ALL.map(Reason::word), findings);
                    }
                    return Some(RawGiven::NotCovered(Some(known?)));
                }
            }
            Some(RawGiven::Text(At { value: text.clone(), at: node.place(file) }))
        }
        Kind::List(_) => Some(RawGiven::Rows(node.place(file), read_rows(node, file, findings)?)),
    }
}
