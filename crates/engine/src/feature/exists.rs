//! `exists_row(feed, condition)`: another row of a feed for the same subject (semantics section 4).

use expr::{Arithmetic, Comparison, ExistsRow, Input, Node, NodeKind};
use pack::programme::Valid;
use types::{Day, EvidenceRow, Interval, NO_NUMBER, Period, ReasonLine, Value};

use super::rows::{OTHER, RowsReader};
use crate::Fault;
use crate::column::Column;
use crate::rows::FeedRows;
use crate::scene::Scene;
use crate::vector::Batch;

/// Which rows have another row, and which.
pub struct Pairs {
    feed: String,
    /// (outer row, other row) where the condition holds, by outer row.
    found: Vec<(u32, u32)>,
}

impl Pairs {
    /// For each of `rows` whether it has another row.
    pub fn exists(&self, rows: &[u32]) -> Vec<bool> {
        rows.iter().map(|row| self.found.binary_search_by_key(row, |(outer, _)| *outer).is_ok()).collect()
    }

    /// The other rows of those in `rows` (sorted).
    pub fn evidence(&self, scene: &Scene<'_>, rows: &[u32]) -> Result<Vec<EvidenceRow>, Fault> {
        let feed = scene.rows(&self.feed)?;
        let counted = self.found.iter().filter(|(outer, _)| rows.binary_search(outer).is_ok());
        Ok(counted.map(|(_, other)| feed.evidence(*other)).collect())
    }
}

/// Row pairs looked at in one go: keeps memory small where a subject has many rows.
const PAIRS_AT_ONCE: usize = 1 << 18;

/// Looks for another row for each of `rows`.
pub fn find(reader: &RowsReader<'_, '_, '_>, exists: &ExistsRow, rows: &[u32]) -> Result<Pairs, Fault> {
    let (other, via) = reader.other(&exists.feed)?;
    let index = reader.columns().index(&exists.feed, &via, &reader.feature().kind)?;
    let is_own_feed = other.feed.name == reader.rows().feed.name;
    let mut pairs = Pairs { feed: exists.feed.clone(), found: Vec::new() };
    let mut candidates: Vec<(u32, u32)> = Vec::new();
    for row in rows.iter().filter(|row| reader.target(**row) != NO_NUMBER) {
        let others = index.of(reader.target(*row)).iter().filter(|other| !(is_own_feed && *other == row));
        candidates.extend(others.map(|other| (*row, *other)));
        if candidates.len() >= PAIRS_AT_ONCE {
            pairs.found.extend(holding(reader, exists, other, &candidates)?);
            candidates.clear();
        }
    }
    pairs.found.extend(holding(reader, exists, other, &candidates)?);
    pairs.found.sort_unstable();
    Ok(pairs)
}

/// Those of `pairs` for which the condition is true.
fn holding(
    reader: &RowsReader<'_, '_, '_>,
    exists: &ExistsRow,
    other: &FeedRows<'_>,
    pairs: &[(u32, u32)],
) -> Result<Vec<(u32, u32)>, Fault> {
    let (outer, inner): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
    let condition = &exists.condition;
    let mut operands = Vec::new();
    for input in &condition.inputs {
        operands.push(match input {
            Input::Name { prefix: Some(prefix), name } if prefix == OTHER => reader.cells(other, name, &inner)?,
            input => reader.operand(input, &outer)?,
        });
    }
    let batch = Batch { size: pairs.len(), operands, at: reader.feature().name.clone() };
    Ok(batch.truth(&condition.root)?.holds.set_indices().map(|pair| pairs[pair]).collect())
}

/// The days of the other feed that matter.
pub struct Widened {
    /// The outer window, widened by the condition's reach.
    pub window: Interval,
    /// The condition does not bind the other row to the outer one's past: the window begins with the other feed's coverage.
    pub ever: bool,
}

/// The outer window, widened by how far the other row may lie before and after the outer one.
pub fn widened(reader: &RowsReader<'_, '_, '_>, exists: &ExistsRow) -> Result<Widened, Fault> {
    let window = reader.window();
    let before = reach(reader, exists, Side::Before)?;
    let after = reach(reader, exists, Side::After)?;
    // `ever` begins where the outer rows do.
    let start = if reader.is_ever() { reader.rows().coverage.start.unwrap_or(window.from) } else { window.from };
    let as_of = reader.columns().scene.question.as_of;
    Ok(Widened {
        window: Interval {
            from: before.map_or(Day::MIN, |period| period.before(start)),
            to: after.map_or(as_of, |period| period.after(window.to).min(as_of)),
        },
        ever: before.is_none(),
    })
}

/// Covered only where the other feed covers the widened window.
pub fn uncover(reader: &RowsReader<'_, '_, '_>, exists: &ExistsRow, column: &mut Column) -> Result<(), Fault> {
    let (other, _) = reader.other(&exists.feed)?;
    let widened = widened(reader, exists)?;
    if let Some(reason) = other.coverage.lacks(widened.window, widened.ever) {
        column.uncover_all(ReasonLine { reason, about: exists.feed.clone() });
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// How far on one side of the outer row's valid date the other row's may lie; `None` when the condition does not say.
fn reach(reader: &RowsReader<'_, '_, '_>, exists: &ExistsRow, side: Side) -> Result<Option<Period>, Fault> {
    let (other, _) = reader.other(&exists.feed)?;
    let (Valid::Column(outer), Valid::Column(inner)) = (&reader.rows().feed.valid, &other.feed.valid) else {
        return Ok(None);
    };
    let condition = &exists.condition;
    let is = |node: &Node, prefix: Option<&str>, name: &str| match &node.kind {
        NodeKind::Input(input) => matches!(
            &condition.inputs[*input],
            Input::Name { prefix: found, name: column } if found.as_deref() == prefix && column == name
        ),
        _ => false,
    };
    let conjuncts = match &condition.root.kind {
        NodeKind::And(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(&condition.root),
    };
    for node in conjuncts {
        let NodeKind::Compare(comparison, left, right) = &node.kind else { continue };
        // Read as `other.date <comparison> bound`.
        let (comparison, bound) = if is(left, Some(OTHER), inner) {
            (*comparison, right)
        } else if is(right, Some(OTHER), inner) {
            (comparison.flipped(), left)
        } else {
            continue;
        };
        let binds = match comparison {
            Comparison::Equal => true,
            Comparison::Greater | Comparison::GreaterOrEqual => side == Side::Before,
            Comparison::Less | Comparison::LessOrEqual => side == Side::After,
            Comparison::NotEqual => false,
        };
        if !binds {
            continue;
        }
        if is(bound, None, outer) {
            return Ok(Some(Period::default()));
        }
        let NodeKind::Arithmetic(arithmetic, date, period) = &bound.kind else { continue };
        if !is(date, None, outer) {
            continue;
        }
        let widens = match arithmetic {
            Arithmetic::Subtract => side == Side::Before,
            Arithmetic::Add => side == Side::After,
            Arithmetic::Multiply | Arithmetic::Divide => continue,
        };
        let period = match &period.kind {
            NodeKind::Literal(Value::Period(period)) => Some(*period),
            NodeKind::Input(input) => reader.longest(&condition.inputs[*input])?,
            _ => None,
        };
        if let Some(period) = period {
            // A bound on the far side of the outer row does not widen the window.
            return Ok(Some(if widens { period } else { Period::default() }));
        }
    }
    Ok(None)
}
