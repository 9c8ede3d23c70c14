//! `feeds/<name>.yaml`: a recurring dataset from one department.

use std::collections::BTreeMap;

use types::{Class, Text, Type};

use super::fields::{self, Fields};
use super::yaml::{Entry, Kind, Node};
use super::{At, Expression};
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{CoversFrom, CoversTo, Rhythm, RhythmPeriod};
use crate::value;

/// A feed as written.
pub(crate) struct RawFeed {
    pub(crate) pack: usize,
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) provider: Option<String>,
    pub(crate) agreement: Option<At<String>>,
    pub(crate) files: Vec<At<String>>,
    pub(crate) mode: Option<At<RawMode>>,
    pub(crate) valid: Option<At<String>>,
    pub(crate) covers_from: Option<CoversFrom>,
    pub(crate) covers_to: Option<CoversTo>,
    pub(crate) covers_name: Option<String>,
    /// `rhythm`, or the `zero_report` of an "on event" feed.
    pub(crate) rhythm: Option<Rhythm>,
    pub(crate) grace_days: i32,
    pub(crate) unknown_after_days: i32,
    pub(crate) links: Vec<(At<String>, At<String>)>,
    /// `None` when the columns could not be read at all: then no column is unknown.
    pub(crate) columns: Option<Vec<RawColumn>>,
    pub(crate) checks: Vec<(At<String>, Expression)>,
}

/// `mode`; the columns it names have the place of the whole.
pub(crate) enum RawMode {
    Append,
    Upsert(Vec<String>),
    SnapshotAll,
    SnapshotByMonth,
    SnapshotByYear,
    SnapshotByColumn(String),
}

/// One column as written.
pub(crate) struct RawColumn {
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    /// `None` when it could not be read.
    pub(crate) ty: Option<Type>,
    pub(crate) aliases: Vec<At<String>>,
    pub(crate) optional: bool,
    pub(crate) class: Class,
    pub(crate) words: BTreeMap<String, String>,
}

impl RawFeed {
    /// `name` is the file's name.
    pub(crate) fn read(pack: usize, name: String, node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let name = At { value: name, at: keys.owner() };
        fields::name(&name, findings);
        let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        let provider = keys.get("provider", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let agreement = keys.get("agreement", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let files = keys.get("files", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
        let mode = keys.need("mode", findings).and_then(|entry| read_mode(&entry.value, file, findings));
        let valid = keys.need("valid", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let (mut covers_from, mut covers_to, mut covers_name) = (None, None, None);
        if let Some(entry) = keys.get("covers", findings)
            && let Some(mut covers) = Fields::of(&entry.value, entry.key_place(file), findings)
        {
            covers_from =
                covers.get("from", findings).and_then(|entry| read_covers(&entry.value, file, findings, FROM));
            covers_to = covers.get("to", findings).and_then(|entry| read_covers(&entry.value, file, findings, TO));
            covers_name = covers.get("name", findings).and_then(|entry| read_pattern(&entry.value, file, findings));
            covers.finish(findings);
        }
        let rhythm = read_rhythm(&mut keys, file, findings);
        let grace = keys.get("grace", findings).and_then(|entry| fields::days(&entry.value, file, findings));
        let unknown_after =
            keys.need("unknown_after", findings).and_then(|entry| fields::days(&entry.value, file, findings));
        let mut links = Vec::new();
        if let Some(entry) = keys.need("links", findings) {
            for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
                let kind = At { value: entry.key.clone(), at: entry.key_place(file) };
                if let Some(column) = fields::text(&entry.value, file, findings) {
                    links.push((kind, column));
                }
            }
        }
        let columns = keys.need("columns", findings).and_then(|entry| {
            let entries = fields::entries(&entry.value, file, findings)?;
            Some(entries.iter().map(|entry| read_column(entry, file, findings)).collect())
        });
        let checks = keys.get("checks", findings).and_then(|entry| {
            fields::list(&entry.value, file, findings, |node, findings| read_check(node, file, findings))
        });
        keys.finish(findings);
        Some(Self {
            pack,
            name,
            title,
            provider: provider.map(|text| text.value),
            agreement,
            files: files.unwrap_or_default(),
            mode,
            valid,
            covers_from,
            covers_to,
            covers_name,
            rhythm,
            grace_days: grace.map_or(0, |days| days.value),
            unknown_after_days: unknown_after.map_or(0, |days| days.value),
            links,
            columns,
            checks: checks.unwrap_or_default(),
        })
    }
}

fn read_mode(node: &Node, file: usize, findings: &mut Findings) -> Option<At<RawMode>> {
    let text = fields::text(node, file, findings)?;
    let argument =
        |word: &str| text.value.strip_prefix(word)?.trim_start().strip_prefix('(')?.strip_suffix(')').map(str::trim);
    let mode = if text.value == "append" {
        Some(RawMode::Append)
    } else if let Some(columns) = argument("upsert") {
        let columns: Vec<_> = columns.split(',').map(|column| column.trim().to_owned()).collect();
        columns.iter().all(|column| !column.is_empty()).then_some(RawMode::Upsert(columns))
    } else {
        match argument("snapshot") {
            Some("all") => Some(RawMode::SnapshotAll),
            Some("by month") => Some(RawMode::SnapshotByMonth),
            Some("by year") => Some(RawMode::SnapshotByYear),
            Some(other) => other
                .strip_prefix("by ")
                .map(str::trim)
                .filter(|column| !column.is_empty() && !column.contains([' ', ',']))
                .map(|column| RawMode::SnapshotByColumn(column.to_owned())),
            None => None,
        }
    };
    if mode.is_none() {
        findings
            .error(
                code::BAD_MODE,
                text.at,
                format!("`{}` 不是更新方式", text.value),
                format!("`{}` is not a mode", text.value),
            )
            .hint(
                "可以写：`append`、`upsert(列, …)`、`snapshot(all)`、`snapshot(by month)`、`snapshot(by year)`、`snapshot(by 列)`",
                "one of `append`, `upsert(column, …)`, `snapshot(all)`, `snapshot(by month)`, `snapshot(by year)`, `snapshot(by COLUMN)`",
            );
    }
    mode.map(|mode| At { value: mode, at: text.at })
}

const FROM: &[(&str, CoversFrom)] = &[
    ("scope start", CoversFrom::ScopeStart),
    ("month start", CoversFrom::MonthStart),
    ("year start", CoversFrom::YearStart),
    ("data date", CoversFrom::DataDate),
    ("previous end", CoversFrom::PreviousEnd),
];
const TO: &[(&str, CoversTo)] = &[
    ("scope end", CoversTo::ScopeEnd),
    ("month end", CoversTo::MonthEnd),
    ("year end", CoversTo::YearEnd),
    ("data date", CoversTo::DataDate),
];

fn read_covers<T: Copy>(node: &Node, file: usize, findings: &mut Findings, words: &[(&str, T)]) -> Option<T> {
    let text = fields::text(node, file, findings)?;
    let plain = text.value.strip_suffix(" of file name").unwrap_or(&text.value);
    let found = words.iter().find(|(word, _)| *word == plain).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        findings
            .error(
                code::BAD_COVERS,
                text.at,
                format!("`{}` 不是期间的端点", text.value),
                format!("`{}` is not an end of an interval", text.value),
            )
            .hint(format!("可以写：{}", names.join("、")), format!("one of {}", names.join(", ")))
            .did_you_mean(plain, words.iter().map(|(word, _)| *word));
    }
    found
}

fn read_pattern(node: &Node, file: usize, findings: &mut Findings) -> Option<String> {
    let text = fields::text(node, file, findings)?;
    let built = regex::RegexBuilder::new(&text.value).size_limit(1 << 20).build();
    if built.is_ok_and(|pattern| pattern.captures_len() == 2) {
        return Some(text.value);
    }
    findings
        .error(
            code::BAD_COVERS,
            text.at,
            "这不是恰好含一个捕获组的正则表达式",
            "this is not a regular expression with exactly one group",
        )
        .hint("例如 `(\\d{4}-\\d{2})`", "for example `(\\d{4}-\\d{2})`");
    None
}

fn read_rhythm(keys: &mut Fields<'_>, file: usize, findings: &mut Findings) -> Option<Rhythm> {
    let mut turn = None;
    let mut on_event = false;
    if let Some(entry) = keys.need("rhythm", findings) {
        match &entry.value.kind {
            Kind::Scalar(text, _) if text.trim() == "on event" => on_event = true,
            _ => turn = read_turn(entry, file, findings),
        }
    }
    if let Some(entry) = keys.get("zero_report", findings) {
        if on_event {
            turn = read_turn(entry, file, findings);
        } else {
            findings.error(
                code::BAD_RHYTHM,
                entry.key_place(file),
                "只有 `rhythm: on event` 才需要 `zero_report`",
                "`zero_report` belongs to `rhythm: on event` only",
            );
        }
    }
    turn
}

/// `{every: month, by: 5}`
pub(crate) fn read_turn(entry: &Entry, file: usize, findings: &mut Findings) -> Option<Rhythm> {
    if let Kind::Scalar(text, _) = &entry.value.kind {
        findings
            .error(
                code::BAD_RHYTHM,
                entry.value.place(file),
                format!("`{text}` 不是报送节奏"),
                format!("`{text}` is not a rhythm"),
            )
            .hint("写成 `{every: month, by: 5}` 或 `on event`", "write it like `{every: month, by: 5}`, or `on event`");
        return None;
    }
    let mut turn = Fields::of(&entry.value, entry.key_place(file), findings)?;
    let every = turn.need("every", findings).and_then(|entry| {
        let parse = |word: &str| match word {
            "day" => Some(RhythmPeriod::Day),
            "month" => Some(RhythmPeriod::Month),
            "year" => Some(RhythmPeriod::Year),
            _ => None,
        };
        fields::word(&entry.value, file, findings, parse, &["day", "month", "year"])
    });
    // One due day, or a list of them.
    let (mut days, mut at, mut is_list) = (Vec::new(), None, false);
    if let Some(entry) = turn.get("by", findings) {
        at = Some(entry.value.place(file));
        is_list = matches!(entry.value.kind, Kind::List(_));
        days = match is_list {
            true => fields::texts(&entry.value, file, findings).unwrap_or_default(),
            false => fields::text(&entry.value, file, findings).into_iter().collect(),
        };
    }
    let owner: Place = turn.owner();
    turn.finish(findings);
    let every = every?.value;
    let due: Option<Vec<i32>> = match (every, at.is_some(), is_list) {
        (RhythmPeriod::Day, false, _) => Some(Vec::new()),
        (RhythmPeriod::Month, true, false) => {
            days.iter().map(|by| by.value.parse().ok().filter(|day| (1..=31).contains(day))).collect()
        }
        (RhythmPeriod::Year, true, _) => {
            // 2024 was a leap year: 29 February may be named.
            let due = |by: &At<String>| types::Day::parse(&format!("2024-{}", by.value));
            let in_year = |day: types::Day| {
                let (_, month, day) = day.civil();
                month * 100 + day
            };
            days.iter().map(|by| due(by).map(in_year)).collect()
        }
        _ => None,
    };
    let due = due.map(|mut due| {
        due.sort_unstable();
        due
    });
    let fits = |due: &Vec<i32>| !is_list || due.len() > 1 && due.windows(2).all(|pair| pair[0] != pair[1]);
    let due = due.filter(fits);
    if due.is_none() {
        findings
            .error(code::BAD_RHYTHM, at.unwrap_or(owner), "`by` 与 `every` 不配套", "`by` does not go with `every`")
            .hint(
                "每日不写 `by`；每月写次月几日（`by: 5`）；每年写月-日（`by: 11-30`），一年几次写 `by: [04-10, 10-10]`",
                "none for `day`; a day of the next month for `month` (`by: 5`); month-day for `year` (`by: 11-30`), or several (`by: [04-10, 10-10]`)",
            );
    }
    Some(Rhythm { every, by: due.unwrap_or_default() })
}

fn read_column(entry: &Entry, file: usize, findings: &mut Findings) -> RawColumn {
    let name = At { value: entry.key.clone(), at: entry.key_place(file) };
    fields::name(&name, findings);
    let mut column = RawColumn {
        name,
        title: None,
        ty: None,
        aliases: Vec::new(),
        optional: false,
        class: Class::Internal,
        words: BTreeMap::new(),
    };
    let typed = |node: &Node, findings: &mut Findings| {
        let ty = value::read_type(node, file, findings)?;
        if ty.value == Type::Period {
            findings.error(code::UNKNOWN_TYPE, ty.at, "列不能是 `period` 类型", "a column cannot be of type `period`");
            return None;
        }
        Some(ty.value)
    };
    if let Kind::Scalar(..) = entry.value.kind {
        column.ty = typed(&entry.value, findings);
        return column;
    }
    let Some(mut keys) = Fields::of(&entry.value, entry.key_place(file), findings) else { return column };
    column.ty = keys.need("type", findings).and_then(|entry| typed(&entry.value, findings));
    column.title = keys.get("title", findings).and_then(|entry| fields::title(entry, file, findings));
    let aliases = keys.get("alias", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
    column.aliases = aliases.unwrap_or_default();
    let optional = keys.get("optional", findings).and_then(|entry| fields::flag(&entry.value, file, findings));
    column.optional = optional.unwrap_or_default();
    if let Some(entry) = keys.get("class", findings) {
        column.class = value::read_class(&entry.value, file, findings).unwrap_or_default();
    }
    if let Some(entry) = keys.get("codes", findings) {
        for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
            if let Some(word) = fields::text(&entry.value, file, findings) {
                column.words.insert(entry.key.clone(), word.value);
            }
        }
        if column.ty.is_some_and(|ty| ty != Type::Text) {
            findings.error(
                code::WRONG_SHAPE,
                entry.key_place(file),
                "只有 `text` 列可以写 `codes`",
                "only a `text` column has `codes`",
            );
        }
    }
    keys.finish(findings);
    column
}

fn read_check(node: &Node, file: usize, findings: &mut Findings) -> Option<(At<String>, Expression)> {
    let mut keys = Fields::of(node, node.place(file), findings)?;
    let code = keys.need("code", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let must = keys.need("must", findings).and_then(|entry| fields::expression(&entry.value, file, findings));
    keys.finish(findings);
    code.zip(must)
}
