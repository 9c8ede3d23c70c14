//! `lookup(:table, …)`, `marginal(:table, …)` and `workdays_between(:table, from, to)`: what reads a parameter with keys.

use types::{TableKey, Type, Unit};

use super::checker::Checker;
use super::suggest;
use super::typing::{self, Mismatch};
use crate::ast::{AstKind, Call};
use crate::{Input, Lookup, Node, NodeKind, Problem, ProblemKind, Span, TableType};

impl Checker<'_> {
    pub(super) fn lookup(&mut self, lookup: Lookup, call: &Call, span: Span) -> Option<Node> {
        let problems = self.problems.len();
        let Some((first, rest)) = call.arguments.split_first() else {
            self.problems.push(form(lookup, call.name_span));
            return None;
        };
        // The keys may have problems of their own.
        let keys: Vec<Option<Node>> = rest.iter().map(|key| self.node(key)).collect();
        let AstKind::Parameter(name) = &first.kind else {
            self.problems.push(form(lookup, first.span));
            return None;
        };
        let Some(table) = self.scope.table(name) else {
            let problem = if self.scope.parameter(name).is_some() {
                let (zh, en) = (format!("参数 `:{name}` 没有键"), format!("parameter `:{name}` has no keys"));
                Problem::new(ProblemKind::Lookup, first.span, zh, en)
                    .with_hint(format!("直接写 `:{name}`"), format!("write `:{name}` alone"))
            } else {
                let hint = suggest::closest(name, self.scope.parameters());
                let hint = hint.map(|closest| suggest::did_you_mean(&format!(":{closest}")));
                let (zh, en) = (format!("没有参数 `:{name}`"), format!("unknown parameter `:{name}`"));
                Problem::new(ProblemKind::UnknownParameter, first.span, zh, en).with_hint_text(hint)
            };
            self.problems.push(problem);
            return None;
        };
        let keys_needed = match lookup {
            Lookup::Workdays | Lookup::WorkdaysAfter => match calendar(lookup, name, &table) {
                Ok(keys) => keys,
                Err(problem) => {
                    self.problems.push(Problem { span: first.span, ..problem });
                    return None;
                }
            },
            Lookup::Entry | Lookup::Marginal => table.keys.clone(),
        };
        if call.distinct || call.star || rest.len() != keys_needed.len() {
            let (count, needed) = (rest.len(), keys_needed.len());
            let (zh, en) = (
                format!("表 `:{name}` 有 {needed} 个键，写了 {count} 个"),
                format!("table `:{name}` takes {needed} {}, not {count}", if needed == 1 { "key" } else { "keys" }),
            );
            let hint = match lookup {
                calendar if calendar.is_of_calendar() => form(lookup, span).hint,
                _ => Some(written(lookup, name, &table)),
            };
            self.problems.push(Problem::new(ProblemKind::Lookup, span, zh, en).with_hint_text(hint));
            return None;
        }
        let ty = match lookup {
            Lookup::Entry => table.value,
            Lookup::Marginal => match graduated(name, &table) {
                Ok(ty) => ty,
                Err(problem) => {
                    self.problems.push(Problem { span: first.span, ..problem });
                    return None;
                }
            },
            Lookup::Workdays => Type::INTEGER,
            Lookup::WorkdaysAfter => Type::Day,
        };
        let mut nodes = Vec::new();
        for (key, node) in keys_needed.iter().zip(keys) {
            let Some(mut node) = node else { continue };
            match of_key(&mut node, key) {
                Ok(()) => nodes.push(node),
                Err(mismatch) => self.report(Mismatch { argument: None, ..mismatch }, &[], node.span),
            }
        }
        if self.problems.len() > problems {
            return None;
        }
        let input = self.input(Input::Parameter(name.clone()), false);
        if table.is_complete {
            self.absent.complete.insert(input);
        }
        Some(Node { kind: NodeKind::Lookup(lookup, input, nodes), ty, span })
    }
}

/// What is looked up has the type of the key; of a number the unit counts, the decimals do not.
fn of_key(node: &mut Node, key: &TableKey) -> Result<(), Mismatch> {
    if let (Type::Number { unit: Unit::None, scale: 0 }, Type::Number { unit: Unit::None, scale: 1.. }) =
        (key.ty, node.ty)
    {
        return Err(Mismatch::argument(0, node.ty, "整数", "integer"));
    }
    typing::expect(node, key.ty)
}

/// The type of the sum: money from a rate and money, or from so much per piece and pieces.
fn graduated(name: &str, table: &TableType) -> Result<Type, Problem> {
    let problem = |zh: String, en: String| Problem::new(ProblemKind::Lookup, Span::default(), zh, en);
    let Some(TableKey { ty: x @ Type::Number { unit, .. }, is_band: true, .. }) = table.keys.last() else {
        return Err(problem(
            format!("`marginal` 要求表 `:{name}` 的最后一个键是数值分段"),
            format!("`marginal` needs a table whose last key is a band of numbers, which `:{name}` is not"),
        )
        .with_hint("键写作 `band(money)`、`band(integer)` 等", "write the key as `band(money)`, `band(integer)` …"));
    };
    match (table.value, *unit) {
        (Type::Number { unit: Unit::None, .. }, _) => Ok(*x),
        (value @ Type::Number { .. }, Unit::None) => Ok(value),
        (value, _) => Err(problem(
            format!("`marginal` 不能把 `{}` 乘以 `{}`", value.word(), x.word()),
            format!("`marginal` cannot multiply `{}` by `{}`", value.word(), x.word()),
        )
        .with_hint("值应为 `ratio` 或 `integer`", "the value should be a `ratio` or an `integer`")),
    }
}

/// What is asked of a calendar, where the table is a calendar: dates that work or do not.
fn calendar(lookup: Lookup, name: &str, table: &TableType) -> Result<Vec<TableKey>, Problem> {
    match (table.keys.as_slice(), table.value) {
        ([key], Type::Bool) if key.ty == Type::Day => {
            let key = |name: &str, ty: Type| TableKey { name: name.to_owned(), ty, is_band: false };
            let second = if lookup == Lookup::Workdays { key("to", Type::Day) } else { key("n", Type::INTEGER) };
            Ok(vec![key("from", Type::Day), second])
        }
        _ => Err(Problem::new(
            ProblemKind::Lookup,
            Span::default(),
            format!("表 `:{name}` 不是日历"),
            format!("table `:{name}` is no calendar"),
        )
        .with_hint(
            "日历只有一个键，类型是 `date` 或 `band(date)`，值是 `bool`：调休上班为 true，放假为 false",
            "a calendar has one key, `date` or `band(date)`, and says `bool`: true works, false does not",
        )),
    }
}

/// A table is not one value.
pub(super) fn without_keys(name: &str, table: &TableType, span: Span) -> Problem {
    let (zh, en) =
        (format!("参数 `:{name}` 是一张表，要按键查"), format!("parameter `:{name}` is a table and needs its keys"));
    Problem::new(ProblemKind::Lookup, span, zh, en).with_hint_text(Some(written(Lookup::Entry, name, table)))
}

/// How the call is written.
fn written(lookup: Lookup, name: &str, table: &TableType) -> types::Text {
    let keys: Vec<&str> = table.keys.iter().map(|key| key.name.as_str()).collect();
    let call = format!("{}(:{name}, {})", lookup.word(), keys.join(", "));
    types::Text::new(format!("写作 `{call}`"), format!("write `{call}`"))
}

fn form(lookup: Lookup, span: Span) -> Problem {
    let word = lookup.word();
    if lookup.is_of_calendar() {
        let (zh, en) = if lookup == Lookup::Workdays { ("到", "to") } else { ("天数", "n") };
        let (zh, en) =
            (format!("写作 `{word}(:日历, 从, {zh})`"), format!("it is written `{word}(:calendar, from, {en})`"));
        return Problem::new(ProblemKind::Lookup, span, zh.clone(), en.clone()).with_hint(zh, en);
    }
    Problem::new(
        ProblemKind::Lookup,
        span,
        format!("写作 `{word}(:参数表, 键, …)`"),
        format!("it is written `{word}(:table, key, …)`"),
    )
}
