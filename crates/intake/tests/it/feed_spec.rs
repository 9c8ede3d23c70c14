//! Feeds in a few lines, for tests of this crate alone: the real ones are read by `pack`.
//!
//! ```text
//! name: a                          mode: snapshot(by month)        valid: day (or: data date)
//! files: 甲, 乙                     links: kind=column, …           rhythm: month | none
//! covers: scope start..scope end   column: name | type | alias, alias | optional | word=ours, word=ours
//! check: code | left <= right
//! ```

use std::collections::BTreeMap;

use expr::{Comparison, Compiled, Input, Node, NodeKind, Span};
use pack::programme::{Check, Column, Covers, CoversFrom, CoversTo, Feed, Mode, Rhythm, RhythmPeriod, Scope, Valid};
use types::{Class, Hash, Text, Type};

/// Reads a specification; panics on a mistake in it.
pub fn feed(spec: &str) -> Feed {
    let mut feed = Feed {
        name: "feed".into(),
        pack: 0,
        title: Text::default(),
        provider: None,
        agreement: None,
        files: Vec::new(),
        mode: Mode::Append,
        valid: Valid::DataDate,
        covers: Covers { from: CoversFrom::PreviousEnd, to: CoversTo::DataDate, name: String::new() },
        rhythm: Some(Rhythm { every: RhythmPeriod::Month, by: vec![5] }),
        grace_days: 0,
        unknown_after_days: 60,
        links: BTreeMap::new(),
        columns: BTreeMap::new(),
        checks: Vec::new(),
        fingerprint: Hash::of(b""),
    };
    let mut checks = Vec::new();
    for line in spec.lines().filter(|line| !line.trim().is_empty()) {
        let (key, value) = line.split_once(':').expect(line);
        let value = value.trim();
        match key.trim() {
            "name" => feed.name = value.into(),
            "files" => feed.files = list(value),
            "mode" => feed.mode = mode(value),
            "valid" if value == "data date" => feed.valid = Valid::DataDate,
            "valid" => feed.valid = Valid::Column(value.into()),
            "covers" => (feed.covers.from, feed.covers.to) = covers(value),
            "pattern" => feed.covers.name = value.into(),
            "rhythm" if value == "none" => feed.rhythm = None,
            "rhythm" => {}
            "links" => feed.links = pairs(value),
            "column" => {
                let column = column(value);
                feed.columns.insert(column.name.clone(), column);
            }
            "check" => checks.push(value.to_owned()),
            other => panic!("unknown line `{other}`"),
        }
    }
    feed.checks = checks.iter().map(|text| check(text, &feed)).collect();
    feed
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    let pair = |item: String| item.split_once('=').map(|(from, to)| (from.to_owned(), to.to_owned())).expect("pair");
    list(text).into_iter().map(pair).collect()
}

fn mode(text: &str) -> Mode {
    match text {
        "append" => Mode::Append,
        "snapshot(all)" => Mode::Snapshot(Scope::All),
        "snapshot(by month)" => Mode::Snapshot(Scope::ByMonth),
        "snapshot(by year)" => Mode::Snapshot(Scope::ByYear),
        other => match other.strip_prefix("snapshot(by ").and_then(|rest| rest.strip_suffix(')')) {
            Some(column) => Mode::Snapshot(Scope::ByColumn(column.into())),
            None => {
                let keys = other.strip_prefix("upsert(").and_then(|rest| rest.strip_suffix(')')).expect(other);
                Mode::Upsert(list(keys))
            }
        },
    }
}

fn covers(text: &str) -> (CoversFrom, CoversTo) {
    let (from, to) = text.split_once("..").expect(text);
    let from = match from {
        "scope start" => CoversFrom::ScopeStart,
        "month start" => CoversFrom::MonthStart,
        "year start" => CoversFrom::YearStart,
        "data date" => CoversFrom::DataDate,
        "previous end" => CoversFrom::PreviousEnd,
        other => panic!("unknown start `{other}`"),
    };
    let to = match to {
        "scope end" => CoversTo::ScopeEnd,
        "month end" => CoversTo::MonthEnd,
        "year end" => CoversTo::YearEnd,
        "data date" => CoversTo::DataDate,
        other => panic!("unknown end `{other}`"),
    };
    (from, to)
}

fn column(text: &str) -> Column {
    let parts: Vec<&str> = text.split('|').map(str::trim).collect();
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    Column {
        name: part(0).into(),
        title: Text::default(),
        ty: kind(part(1)),
        aliases: list(part(2)),
        optional: part(3) == "optional",
        class: Class::Internal,
        words: pairs(part(4)),
    }
}

fn kind(word: &str) -> Type {
    match word {
        "bool" => Type::Bool,
        "text" => Type::Text,
        "integer" => Type::INTEGER,
        "money" => Type::MONEY,
        "area" => Type::AREA,
        "square_metres" => Type::SQUARE_METRES,
        "ratio" => Type::RATIO,
        "date" => Type::Day,
        "month" => Type::Month,
        "year" => Type::Year,
        other => {
            let code = other.strip_prefix("code(").and_then(|rest| rest.strip_suffix(')')).expect(other);
            Type::Code(codes::code(code).expect(code).kind)
        }
    }
}

fn check(text: &str, feed: &Feed) -> Check {
    let (code, must) = text.split_once('|').expect(text);
    let (left, right) = must.split_once("<=").expect(must);
    let names = [left.trim(), right.trim()];
    let input = |index: usize| {
        let ty = feed.columns[names[index]].ty;
        Box::new(Node { kind: NodeKind::Input(index), ty, span: Span::default() })
    };
    let root = Node {
        kind: NodeKind::Compare(Comparison::LessOrEqual, input(0), input(1)),
        ty: Type::Bool,
        span: Span::default(),
    };
    let inputs = names.iter().map(|name| Input::Name { prefix: None, name: (*name).into() }).collect();
    let must = Compiled { text: must.trim().into(), root, inputs, exists: Vec::new(), may_be_absent: false };
    Check { code: code.trim().into(), must }
}
