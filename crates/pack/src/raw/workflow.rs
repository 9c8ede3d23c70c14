//! `workflows/<id>.yaml`: a title, and the steps of its cases.

use codes::DayUnit;
use types::{Class, Text};

use super::fields::{self, Fields};
use super::yaml::{Entry, Kind, Node};
use super::{At, Expression};
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{ActionKind, FieldType, VerdictWord};

/// A workflow as written.
pub(crate) struct RawWorkflow {
    pub(crate) pack: usize,
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) steps: Option<RawSteps>,
}

/// Its steps as written.
#[derive(Default)]
pub(crate) struct RawSteps {
    pub(crate) subject: Option<At<String>>,
    pub(crate) basis: Option<String>,
    pub(crate) one_per_subject: bool,
    pub(crate) sources: Vec<RawSource>,
    pub(crate) fields: Vec<RawField>,
    pub(crate) report: Vec<At<String>>,
    pub(crate) proxy: Vec<At<String>>,
    pub(crate) shows: Vec<At<String>>,
    pub(crate) clock: Option<RawClock>,
    pub(crate) states: Vec<RawState>,
    pub(crate) actions: Vec<RawAction>,
    pub(crate) returns: Option<(u32, At<String>)>,
    pub(crate) measures: Vec<RawMeasure>,
    pub(crate) verdicts: Vec<VerdictWord>,
    pub(crate) publication: Option<RawPublication>,
}

pub(crate) struct RawSource {
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) public: bool,
    pub(crate) clue: bool,
    pub(crate) by: Vec<At<String>>,
}

pub(crate) struct RawField {
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) ty: Option<FieldType>,
    pub(crate) required: bool,
    pub(crate) help: Option<Text>,
    pub(crate) unit: Option<String>,
    pub(crate) options: Vec<(String, Text)>,
    pub(crate) min: Option<String>,
    pub(crate) max: Option<String>,
    pub(crate) class: Class,
    pub(crate) from: Option<At<String>>,
}

#[derive(Clone, Copy)]
pub(crate) struct RawTerm {
    pub(crate) days: u32,
    pub(crate) unit: DayUnit,
}

pub(crate) struct RawClock {
    pub(crate) title: Option<Text>,
    pub(crate) term: Option<RawTerm>,
    pub(crate) from: Option<At<String>>,
    pub(crate) until: Option<At<String>>,
}

pub(crate) struct RawState {
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) stage: Option<Text>,
    pub(crate) waits_for: Vec<At<String>>,
    pub(crate) term: Option<RawTerm>,
    pub(crate) escalates_to: Vec<At<String>>,
    pub(crate) per_week: Option<At<String>>,
    pub(crate) is_final: bool,
    pub(crate) is_goal: bool,
}

pub(crate) struct RawAction {
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) kind: ActionKind,
    pub(crate) from: Vec<At<String>>,
    pub(crate) green_from: Vec<At<String>>,
    pub(crate) to: Option<At<String>>,
    pub(crate) by: Vec<At<String>>,
    pub(crate) form: Vec<At<String>>,
    pub(crate) needs: Vec<RawGuard>,
    pub(crate) reason: bool,
    pub(crate) differs_from: Vec<At<String>>,
    pub(crate) is_fresh: bool,
}

pub(crate) struct RawGuard {
    pub(crate) title: Option<Text>,
    pub(crate) when: Option<Expression>,
}

pub(crate) struct RawMeasure {
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) fund: Option<Text>,
    pub(crate) needs: Vec<RawGuard>,
    pub(crate) once_in_months: Option<u32>,
}

pub(crate) struct RawPublication {
    pub(crate) title: Option<Text>,
    pub(crate) fields: Vec<At<String>>,
    pub(crate) contact: Option<Text>,
    pub(crate) states: Vec<At<String>>,
}

impl RawWorkflow {
    /// `id` is the file's name.
    pub(crate) fn read(pack: usize, id: String, node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut reader = Reader { keys: Fields::of_file(node, file, findings)?, file };
        let title = reader.title("title", findings);
        let id = At { value: id, at: reader.keys.owner() };
        let has_steps = match &node.kind {
            Kind::Map(entries, _) => entries.iter().any(|entry| STEPS.contains(&entry.key.as_str())),
            _ => false,
        };
        let steps = has_steps.then(|| steps(&mut reader, findings));
        reader.keys.finish(findings);
        Some(Self { pack, id, title, steps })
    }
}

/// A file with none of these keys is a title: nothing is missing in it.
const STEPS: [&str; 15] = [
    "subject",
    "basis",
    "one_per_subject",
    "sources",
    "fields",
    "report",
    "proxy",
    "shows",
    "clock",
    "states",
    "actions",
    "returns",
    "measures",
    "verdicts",
    "publication",
];

fn steps(reader: &mut Reader<'_>, findings: &mut Findings) -> RawSteps {
    RawSteps {
        subject: reader.needed("subject", findings),
        basis: reader.needed("basis", findings).map(|text| text.value),
        one_per_subject: reader.flag("one_per_subject", findings),
        sources: reader.named("sources", true, findings, |id, reader, findings| RawSource {
            id,
            title: reader.title("title", findings),
            public: reader.flag("public", findings),
            clue: reader.flag("clue", findings),
            by: reader.texts("by", findings),
        }),
        fields: reader.named("fields", true, findings, field),
        report: reader.texts("report", findings),
        proxy: reader.texts("proxy", findings),
        shows: reader.texts("shows", findings),
        clock: reader.inner("clock", findings, |reader, findings| RawClock {
            title: reader.title("title", findings),
            term: reader.term("term", findings),
            from: reader.needed("from", findings),
            until: reader.needed("until", findings),
        }),
        states: reader.named("states", true, findings, |id, reader, findings| RawState {
            id,
            title: reader.title("title", findings),
            stage: reader.optional_title("stage", findings),
            waits_for: reader.texts("waits_for", findings),
            term: reader.term("term", findings),
            escalates_to: reader.texts("escalates_to", findings),
            per_week: reader.optional("per_week", findings),
            is_final: reader.flag("final", findings),
            is_goal: reader.flag("goal", findings),
        }),
        actions: reader.named("actions", true, findings, action),
        returns: reader
            .inner("returns", findings, |reader, findings| {
                let limit = reader.number("limit", findings);
                limit.zip(reader.needed("to", findings))
            })
            .flatten(),
        measures: reader.named("measures", false, findings, |id, reader, findings| RawMeasure {
            id,
            title: reader.title("title", findings),
            fund: reader.title("fund", findings),
            needs: reader.guards(findings),
            once_in_months: reader.number("once_in_months", findings),
        }),
        verdicts: reader.named("verdicts", false, findings, |id, reader, findings| VerdictWord {
            id: id.value,
            title: reader.title("title", findings).unwrap_or_default(),
            founded: reader.flag("founded", findings),
        }),
        publication: reader.inner("publication", findings, |reader, findings| RawPublication {
            title: reader.title("title", findings),
            fields: reader.texts("fields", findings),
            contact: reader.title("contact", findings),
            states: reader.texts("states", findings),
        }),
    }
}

fn field(name: At<String>, reader: &mut Reader<'_>, findings: &mut Findings) -> RawField {
    fields::name(&name, findings);
    let file = reader.file;
    let ty = reader.keys.need("type", findings).and_then(|entry| {
        let words = FieldType::ALL.map(FieldType::word);
        let parse = |word: &str| FieldType::ALL.into_iter().find(|ty| ty.word() == word);
        fields::word(&entry.value, file, findings, parse, &words)
    });
    let class = reader.keys.get("class", findings).and_then(|entry| {
        fields::word(&entry.value, file, findings, Class::parse, &["open", "internal", "sensitive", "secret"])
    });
    let mut options = Vec::new();
    if let Some(entry) = reader.keys.get("options", findings) {
        for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
            if let Some(title) = fields::title(entry, file, findings) {
                options.push((entry.key.clone(), title));
            }
        }
    }
    RawField {
        name,
        title: reader.title("title", findings),
        ty: ty.map(|ty| ty.value),
        required: reader.flag("required", findings),
        help: reader.optional_title("help", findings),
        unit: reader.optional("unit", findings).map(|text| text.value),
        options,
        min: reader.optional("min", findings).map(|text| text.value),
        max: reader.optional("max", findings).map(|text| text.value),
        class: class.map_or(Class::Internal, |class| class.value),
        from: reader.optional("from", findings),
    }
}

fn action(id: At<String>, reader: &mut Reader<'_>, findings: &mut Findings) -> RawAction {
    let file = reader.file;
    let kind = reader.keys.get("kind", findings).and_then(|entry| {
        let words = ActionKind::ALL.map(ActionKind::word);
        let parse = |word: &str| ActionKind::ALL.into_iter().find(|kind| kind.word() == word);
        fields::word(&entry.value, file, findings, parse, &words)
    });
    RawAction {
        id,
        title: reader.title("title", findings),
        kind: kind.map_or(ActionKind::Move, |kind| kind.value),
        from: reader.texts("from", findings),
        green_from: reader.texts("green_from", findings),
        to: reader.optional("to", findings),
        by: reader.texts("by", findings),
        form: reader.texts("form", findings),
        needs: reader.guards(findings),
        reason: reader.flag("reason", findings),
        differs_from: reader.texts("differs_from", findings),
        is_fresh: reader.flag("fresh", findings),
    }
}

/// The keys of one mapping, with the file they stand in.
struct Reader<'n> {
    keys: Fields<'n>,
    file: usize,
}

impl<'n> Reader<'n> {
    fn title(&mut self, key: &'static str, findings: &mut Findings) -> Option<Text> {
        self.keys.need(key, findings).and_then(|entry| fields::title(entry, self.file, findings))
    }

    fn optional_title(&mut self, key: &'static str, findings: &mut Findings) -> Option<Text> {
        self.keys.get(key, findings).and_then(|entry| fields::title(entry, self.file, findings))
    }

    fn needed(&mut self, key: &'static str, findings: &mut Findings) -> Option<At<String>> {
        self.keys.need(key, findings).and_then(|entry| fields::text(&entry.value, self.file, findings))
    }

    fn optional(&mut self, key: &'static str, findings: &mut Findings) -> Option<At<String>> {
        self.keys.get(key, findings).and_then(|entry| fields::text(&entry.value, self.file, findings))
    }

    fn texts(&mut self, key: &'static str, findings: &mut Findings) -> Vec<At<String>> {
        let entry = self.keys.get(key, findings);
        entry.and_then(|entry| fields::texts(&entry.value, self.file, findings)).unwrap_or_default()
    }

    fn flag(&mut self, key: &'static str, findings: &mut Findings) -> bool {
        let entry = self.keys.get(key, findings);
        entry.and_then(|entry| fields::flag(&entry.value, self.file, findings)).unwrap_or_default()
    }

    fn number(&mut self, key: &'static str, findings: &mut Findings) -> Option<u32> {
        let text = self.optional(key, findings)?;
        let number = text.value.parse().ok();
        if number.is_none() {
            bad_number(&text.value, text.at, findings);
        }
        number
    }

    /// `5 working days`, `5 calendar days`.
    fn term(&mut self, key: &'static str, findings: &mut Findings) -> Option<RawTerm> {
        let text = self.optional(key, findings)?;
        let words: Vec<&str> = text.value.split_whitespace().collect();
        let term = match words[..] {
            [days, unit, "day" | "days"] => days.parse().ok().zip(DayUnit::parse(unit)),
            _ => None,
        };
        if term.is_none() {
            findings
                .error(
                    code::BAD_PERIOD,
                    text.at,
                    format!("`{}` 不是期限", text.value),
                    format!("`{}` is not a term", text.value),
                )
                .hint(
                    "写成 `5 working days` 或 `5 calendar days` 的形式",
                    "write `5 working days` or `5 calendar days`",
                );
        }
        term.map(|(days, unit)| RawTerm { days, unit })
    }

    fn guards(&mut self, findings: &mut Findings) -> Vec<RawGuard> {
        let file = self.file;
        let Some(entry) = self.keys.get("needs", findings) else { return Vec::new() };
        let read = |node: &Node, findings: &mut Findings| {
            let mut keys = Fields::of(node, node.place(file), findings)?;
            let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
            let when = keys.need("when", findings).and_then(|entry| fields::expression(&entry.value, file, findings));
            keys.finish(findings);
            Some(RawGuard { title, when })
        };
        fields::list(&entry.value, file, findings, read).unwrap_or_default()
    }

    fn inner<T>(
        &mut self,
        key: &'static str,
        findings: &mut Findings,
        read: impl FnOnce(&mut Reader<'n>, &mut Findings) -> T,
    ) -> Option<T> {
        let entry = self.keys.get(key, findings)?;
        self.within(entry, findings, read)
    }

    /// The entries of the mapping `key`, each read by `read`.
    fn named<T>(
        &mut self,
        key: &'static str,
        is_needed: bool,
        findings: &mut Findings,
        mut read: impl FnMut(At<String>, &mut Reader<'n>, &mut Findings) -> T,
    ) -> Vec<T> {
        let entry = if is_needed { self.keys.need(key, findings) } else { self.keys.get(key, findings) };
        let Some(entry) = entry else { return Vec::new() };
        let mut all = Vec::new();
        for entry in fields::entries(&entry.value, self.file, findings).unwrap_or_default() {
            let id = At { value: entry.key.clone(), at: entry.key_place(self.file) };
            all.extend(self.within(entry, findings, |reader, findings| read(id, reader, findings)));
        }
        all
    }

    fn within<T>(
        &self,
        entry: &'n Entry,
        findings: &mut Findings,
        read: impl FnOnce(&mut Reader<'n>, &mut Findings) -> T,
    ) -> Option<T> {
        let keys = Fields::of(&entry.value, entry.key_place(self.file), findings)?;
        let mut reader = Reader { keys, file: self.file };
        let value = read(&mut reader, findings);
        reader.keys.finish(findings);
        Some(value)
    }
}

fn bad_number(value: &str, at: Place, findings: &mut Findings) {
    findings.error(code::BAD_NUMBER, at, format!("`{value}` 不是数字"), format!("`{value}` is not a number"));
}
