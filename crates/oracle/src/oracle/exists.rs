//! `exists_row`: another row of a feed for the same subject (section 4).

use expr::{Comparison, ExistsRow, Input, Node, NodeKind};
use pack::programme::Valid;
use rusqlite::types::Value as Sql;

use super::Error;
use super::coverage::{Days, why_not};
use super::expression;
use super::feature::{OverRows, grain};
use super::inputs::parameter;

/// SQL: 1 when the row `r` of `fr` has another row for which the condition is true, else 0.
pub(super) fn sql(over: &OverRows<'_>, call: &ExistsRow) -> String {
    let input = |number: usize| match &call.condition.inputs[number] {
        Input::Name { prefix: Some(prefix), name } if prefix == "other" => format!("o.\"c_{name}\""),
        _ => over.input(&call.condition, number),
    };
    let another = if over.feed.name == call.feed { "AND o.id <> r.id" } else { "" };
    format!(
        "EXISTS (SELECT 1 FROM other_{} o WHERE o.skey = r.skey {another} AND {})",
        call.feed,
        expression::sql(&call.condition.root, &input)
    )
}

/// Table `other_FEED`: all rows of the other feed, with the subject they reach.
pub(super) fn others(over: &OverRows<'_>, call: &ExistsRow) -> Result<String, Error> {
    let feed = &over.asking.programme.feeds[&call.feed];
    let name = format!("other_{}", feed.name);
    over.reached(&name, feed, grain(feed), "1")?;
    Ok(name)
}

/// How far before and after the outer row's valid date the other may lie, as SQL of a period over the subject `s.key`; `None`
/// where it is not bound.
#[derive(Default)]
struct Reach {
    back: Option<String>,
    on: Option<String>,
}

/// Adds to `unc` those for whom the other feed does not cover the outer window widened by the reach.
pub(super) fn uncovered(over: &OverRows<'_>, call: &ExistsRow) -> Result<(), Error> {
    let asking = over.asking;
    let feed = &asking.programme.feeds[&call.feed];
    let mut reach = Reach::default();
    bounds(over, call, &call.condition.root, &mut reach);
    let kind = over.kind;
    let period = |sql: &Option<String>| sql.clone().unwrap_or_else(|| "NULL".into());
    // Where the parameter has no value there is no reach.
    let known: Vec<String> =
        [&reach.back, &reach.on].into_iter().flatten().map(|sql| format!("AND {sql} IS NOT NULL")).collect();
    asking.run(&format!(
        "DROP TABLE IF EXISTS widths; CREATE TABLE widths AS SELECT s.key AS key, {} AS back, {} AS onward FROM subj s WHERE s.kind = '{kind}' {};",
        period(&reach.back),
        period(&reach.on),
        known.join(" ")
    ))?;
    // `ever` begins with the coverage of the outer feed.
    let first: Option<String> = match &over.days.from {
        Some(from) => Some(from.clone()),
        None => asking.one(&format!("SELECT min(f) FROM run WHERE feed = '{}'", over.feed.name))?,
    };
    for width in asking.rows("SELECT DISTINCT back, onward FROM widths")? {
        let moved = |day: &str, sign: char, period: &Sql| match period {
            Sql::Integer(period) => asking
                .one::<String>(&format!(
                    "SELECT date('{day}', '{sign}{} months', 'floor', '{sign}{} days')",
                    period / 100_000,
                    period % 100_000
                ))
                .map(Some),
            _ => Ok(None),
        };
        let from = match &first {
            Some(from) => moved(from, '-', &width[0])?,
            None => None,
        };
        let to = moved(&over.days.to, '+', &width[1])?.unwrap_or_else(|| asking.a.clone()).min(asking.a.clone());
        let days = Days { from, to };
        let number = |cell: &Sql| if let Sql::Integer(value) = cell { value.to_string() } else { "NULL".into() };
        let among =
            format!("SELECT key FROM widths WHERE back IS {} AND onward IS {}", number(&width[0]), number(&width[1]));
        if let Some(reason) = why_not(asking, feed, &days)? {
            asking.run(&format!("INSERT INTO unc SELECT key, '{}' FROM ({among});", reason.word()))?;
        }
        over.refused(feed, &days, &among)?;
    }
    Ok(())
}

/// Collects `other.valid >= valid - period` and `other.valid <= valid + period` among the parts of the outermost `and`.
fn bounds(over: &OverRows<'_>, call: &ExistsRow, node: &Node, reach: &mut Reach) {
    match &node.kind {
        NodeKind::And(nodes) => nodes.iter().for_each(|node| bounds(over, call, node, reach)),
        NodeKind::Compare(comparison, left, right) => {
            let (comparison, right) = if is_other_valid(over, call, left) {
                (*comparison, right)
            } else if is_other_valid(over, call, right) {
                (comparison.flipped(), left)
            } else {
                return;
            };
            let Some((sign, period)) = moved(over, call, right) else { return };
            let zero = || "0".to_owned();
            match (comparison, sign) {
                (Comparison::Greater | Comparison::GreaterOrEqual, '-') => reach.back = Some(period),
                (Comparison::Greater | Comparison::GreaterOrEqual, _) => reach.back = Some(zero()),
                (Comparison::Less | Comparison::LessOrEqual, '+') => reach.on = Some(period),
                (Comparison::Less | Comparison::LessOrEqual, _) => reach.on = Some(zero()),
                (Comparison::Equal | Comparison::NotEqual, _) => {}
            }
        }
        _ => {}
    }
}

fn is_other_valid(over: &OverRows<'_>, call: &ExistsRow, node: &Node) -> bool {
    let feed = &over.asking.programme.feeds[&call.feed];
    let NodeKind::Input(number) = node.kind else { return false };
    matches!(&call.condition.inputs[number], Input::Name { prefix: Some(prefix), name } if prefix == "other" && feed.valid == Valid::Column(name.clone()))
}

/// The outer valid date, moved: (sign, SQL of the period).
fn moved(over: &OverRows<'_>, call: &ExistsRow, node: &Node) -> Option<(char, String)> {
    let is_valid = |node: &Node| match node.kind {
        NodeKind::Input(number) => {
            matches!(&call.condition.inputs[number], Input::Name { prefix: None, name } if over.feed.valid == Valid::Column(name.clone()))
        }
        _ => false,
    };
    match &node.kind {
        _ if is_valid(node) => Some(('+', "0".into())),
        NodeKind::Arithmetic(arithmetic, left, right) if is_valid(left) => {
            let input = |number: usize| match &call.condition.inputs[number] {
                Input::Parameter(name) => parameter(name, over.kind, "s.key").value,
                _ => "NULL".into(),
            };
            let sign = if *arithmetic == expr::Arithmetic::Subtract { '-' } else { '+' };
            Some((sign, expression::sql(right, &input)))
        }
        _ => None,
    }
}
