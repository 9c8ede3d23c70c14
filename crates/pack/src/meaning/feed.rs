//! Feeds: columns, mode, valid date, checks.

use std::collections::{BTreeMap, HashMap};

use types::{Hash, Text, Type, canonical_json};

use super::covers::covers;
use super::expression;
use super::scope::{Ground, Seen, Sight};
use super::world::{Namespace, World};
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{Check, Column, Feed, Mode, Scope, Valid};
use crate::raw::{At, RawColumn, RawFeed, RawMode};

pub(crate) fn feeds(raws: &[RawFeed], world: &mut World, findings: &mut Findings) {
    let mut prefixes: HashMap<&str, Place> = HashMap::new();
    for raw in raws {
        if !world.define(Namespace::Feed, &raw.name.value, raw.name.at, findings) {
            continue;
        }
        if let Some(kind) = world.defined.get(&(Namespace::Kind, raw.name.value.clone())) {
            let kind = *kind;
            findings
                .error(
                    code::SHADOWS,
                    raw.name.at,
                    format!("数据源与对象类别同名：`{}`", raw.name.value),
                    format!("a feed and a kind of subject are both called `{}`", raw.name.value),
                )
                .related(kind, "对象类别在这里", "the kind of subject is here");
        }
        for prefix in &raw.files {
            if let Some(first) = prefixes.insert(&prefix.value, prefix.at) {
                findings
                    .error(
                        code::DEFINED_TWICE,
                        prefix.at,
                        format!("两个数据源的文件名都以 `{}` 开头", prefix.value),
                        format!("the files of two feeds begin with `{}`", prefix.value),
                    )
                    .related(first, "另一个在这里", "the other one is here");
            }
        }
        let feed = feed(raw, world, findings);
        world.programme.feeds.insert(feed.name.clone(), feed);
    }
}

fn feed(raw: &RawFeed, world: &mut World, findings: &mut Findings) -> Feed {
    if raw.columns.is_none() {
        world.broken.feeds.insert(raw.name.value.clone());
    }
    let mut columns = BTreeMap::new();
    let mut headers: HashMap<&str, Place> = HashMap::new();
    for written in raw.columns.iter().flatten() {
        for header in std::iter::once(&written.name).chain(&written.aliases) {
            if let Some(first) = headers.insert(&header.value, header.at) {
                findings
                    .error(
                        code::DEFINED_TWICE,
                        header.at,
                        format!("两列都以 `{}` 为表头", header.value),
                        format!("two columns come under the header `{}`", header.value),
                    )
                    .related(first, "另一列在这里", "the other one is here");
            }
        }
        if written.ty.is_none() {
            world.broken.columns.insert((raw.name.value.clone(), written.name.value.clone()));
        }
        columns.insert(written.name.value.clone(), column(written));
    }
    let mut feed = Feed {
        name: raw.name.value.clone(),
        pack: raw.pack,
        title: raw.title.clone().unwrap_or_default(),
        provider: raw.provider.clone(),
        agreement: raw.agreement.as_ref().map(|agreement| agreement.value.clone()),
        files: raw.files.iter().map(|prefix| prefix.value.clone()).collect(),
        mode: Mode::Append,
        valid: Valid::DataDate,
        covers: covers(raw, &Mode::Append, &Valid::DataDate, Type::Day, None),
        rhythm: raw.rhythm.clone(),
        grace_days: raw.grace_days,
        unknown_after_days: raw.unknown_after_days,
        links: raw.links.iter().map(|(kind, column)| (kind.value.clone(), column.value.clone())).collect(),
        columns,
        checks: Vec::new(),
        fingerprint: Hash([0; 32]),
    };
    // Without columns every name would be unknown.
    if raw.columns.is_some() {
        let grain = valid(raw, &mut feed, world, findings);
        mode(raw, &mut feed, grain, world, findings);
        feed.covers = covers(raw, &feed.mode, &feed.valid, grain, feed.rhythm.as_ref());
        link_columns(raw, &feed, world, findings);
        feed.checks = checks(raw, &feed, world, findings);
    }
    feed.fingerprint = fingerprint(&feed);
    feed
}

fn column(raw: &RawColumn) -> Column {
    let name = raw.name.value.clone();
    let title = raw.title.clone().unwrap_or_else(|| {
        let zh = raw.aliases.first().map_or(&name, |alias| &alias.value);
        Text::new(zh.clone(), name.clone())
    });
    Column {
        title,
        ty: raw.ty.unwrap_or(Type::Text),
        aliases: raw.aliases.iter().map(|alias| alias.value.clone()).collect(),
        optional: raw.optional,
        class: raw.class,
        words: raw.words.clone(),
        name,
    }
}

/// Sets `valid`; the grain of the rows.
fn valid(raw: &RawFeed, feed: &mut Feed, world: &World, findings: &mut Findings) -> Type {
    let Some(written) = raw.valid.as_ref().filter(|written| written.value != "data date") else { return Type::Day };
    feed.valid = Valid::Column(written.value.clone());
    let Some(column) = world.need_column(feed, &written.value, written.at, findings) else { return Type::Day };
    need_required(column, written.at, "发生日期", "the valid date", findings);
    if matches!(column.ty, Type::Day | Type::Month | Type::Year) {
        return column.ty;
    }
    findings
        .error(
            code::VALID_NOT_A_DATE,
            written.at,
            format!("列 `{}` 是 `{}`，不能作发生日期", column.name, column.ty.word()),
            format!("column `{}` is `{}` and cannot be the valid date", column.name, column.ty.word()),
        )
        .hint("发生日期须是 `date`、`month` 或 `year` 列", "it has to be a column of type `date`, `month` or `year`");
    Type::Day
}

fn need_required(column: &Column, at: Place, zh: &str, en: &str, findings: &mut Findings) {
    if column.optional {
        findings
            .error(
                code::MUST_BE_REQUIRED,
                at,
                format!("列 `{}` 可空，不能作{zh}", column.name),
                format!("column `{}` is optional and cannot be {en}", column.name),
            )
            .hint("去掉该列的 `optional`", "remove `optional` from the column");
    }
}

fn mode(raw: &RawFeed, feed: &mut Feed, grain: Type, world: &World, findings: &mut Findings) {
    let Some(written) = &raw.mode else { return };
    let named = |name: &String, findings: &Findings| inner_place(written, name, findings);
    feed.mode = match &written.value {
        RawMode::Append => Mode::Append,
        RawMode::SnapshotAll => Mode::Snapshot(Scope::All),
        RawMode::SnapshotByMonth => Mode::Snapshot(Scope::ByMonth),
        RawMode::SnapshotByYear => Mode::Snapshot(Scope::ByYear),
        RawMode::SnapshotByColumn(column) => {
            let at = named(column, findings);
            if let Some(column) = world.need_column(feed, column, at, findings) {
                need_required(column, at, "快照范围", "the scope of a snapshot", findings);
            }
            Mode::Snapshot(Scope::ByColumn(column.clone()))
        }
        RawMode::Upsert(columns) => {
            for column in columns {
                let at = named(column, findings);
                if let Some(column) = world.need_column(feed, column, at, findings) {
                    need_required(column, at, "更新主键", "part of the key of an upsert", findings);
                }
            }
            Mode::Upsert(columns.clone())
        }
    };
    if matches!(written.value, RawMode::SnapshotByMonth) && grain == Type::Year {
        findings.error(
            code::SCOPE_TOO_FINE,
            written.at,
            "按年的数据不能按月替换",
            "rows dated by year cannot be replaced by month",
        );
    }
}

/// Where `name` stands within the text of a mode.
fn inner_place(written: &At<RawMode>, name: &str, findings: &Findings) -> Place {
    let at = written.at;
    let source = findings.text(at.file).get(at.start..at.end).unwrap_or_default();
    let open = source.find('(').unwrap_or(0);
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let found = source[open..].match_indices(name).map(|(offset, _)| open + offset).find(|offset| {
        let before = source[..*offset].chars().next_back();
        let after = source[*offset + name.len()..].chars().next();
        !before.is_some_and(word) && !after.is_some_and(word)
    });
    match found {
        Some(offset) => Place { start: at.start + offset, end: at.start + offset + name.len(), ..at },
        None => at,
    }
}

fn link_columns(raw: &RawFeed, feed: &Feed, world: &World, findings: &mut Findings) {
    for (kind, column) in &raw.links {
        world.need_column(feed, &column.value, column.at, findings);
        // A bare name in `where` would be the column, and `count(distinct …)` would count something else.
        if column.value != kind.value && feed.columns.contains_key(&kind.value) {
            findings
                .error(
                    code::SHADOWS,
                    kind.at,
                    format!("关联 `{0}` 被同名的列遮住", kind.value),
                    format!("the link `{}` is hidden by a column of that name", kind.value),
                )
                .hint("请给该列改名", "give the column another name");
        }
    }
}

fn checks(raw: &RawFeed, feed: &Feed, world: &World, findings: &mut Findings) -> Vec<Check> {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let mut checks = Vec::new();
    for (code, must) in &raw.checks {
        if let Some(first) = seen.insert(&code.value, code.at) {
            findings
                .error(
                    code::DEFINED_TWICE,
                    code.at,
                    format!("`{}` 重复定义", code.value),
                    format!("`{}` is defined twice", code.value),
                )
                .related(first, "第一次定义在这里", "first defined here");
        }
        let seen = Seen::default();
        let sight = Sight { world, ground: Ground::Row(feed), seen: &seen };
        if let Some(must) = expression::value(must, &sight, Some(Type::Bool), findings) {
            checks.push(Check { code: code.value.clone(), must });
        }
    }
    checks
}

/// Over everything that decides how bytes become a table.
fn fingerprint(feed: &Feed) -> Hash {
    let columns: BTreeMap<_, _> = feed
        .columns
        .values()
        .map(|column| {
            let parts = serde_json::json!({
                "type": column.ty.written(), "aliases": column.aliases, "optional": column.optional, "codes": column.words,
            });
            (column.name.as_str(), parts)
        })
        .collect();
    let checks: Vec<_> = feed.checks.iter().map(|check| [check.code.as_str(), check.must.text.as_str()]).collect();
    let parts = serde_json::json!({
        "columns": columns,
        "checks": checks,
        "mode": format!("{:?}", feed.mode),
        "valid": format!("{:?}", feed.valid),
        "links": feed.links,
    });
    Hash::of(canonical_json(&parts).unwrap_or_default().as_bytes())
}
