//! `exists_row(feed, condition)`: another row of a feed for the same subject (semantics section 4).

use arrow_buffer::BooleanBuffer;
use expr::{Arithmetic, Comparison, ExistsRow, Input, Node, NodeKind};
use pack::programme::Valid;
use types::{EvidenceRow, Interval, NO_NUMBER, Period, Reason, ReasonLine, Value};

use super::rows::{OTHER, RowsReader, refusals};
use crate::column::Column;
use crate::scene::Scene;
use crate::vector::Batch;
use crate::{Fault, bitmap};

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

/// Looks for another row for each of `rows`.
pub fn find(reader: &RowsReader<'_, '_, '_>, exists: &ExistsRow, rows: &[u32]) -> Result<Pairs, Fault> {
    let (other, via) = reader.other(&exists.feed)?;
    let columns = reader.columns();
    let kind = &reader.feature().kind;
    let index = columns.index(&exists.feed, &via, kind)?;
    let is_own_feed = other.feed.name == reader.rows().feed.name;
    let mut outer = Vec::new();
    let mut inner = Vec::new();
    for row in rows {
        let target = reader.target(*row);
        if target == NO_NUMBER {
            continue;
        }
        for candidate in index.of(target) {
            if !(is_own_feed && candidate == row) {
                outer.push(*row);
                inner.push(*candidate);
            }
        }
    }
    let condition = &exists.condition;
    let mut operands = Vec::new();
    for input in &condition.inputs {
        operands.push(match input {
            Input::Name { prefix: Some(prefix), name } if prefix == OTHER => reader.cells(other, name, &inner)?,
            input => reader.operand(input, &outer)?,
        });
    }
    let batch = Batch { size: outer.len(), operands, at: reader.feature().name.clone() };
    let truths = batch.truth(&condition.root)?;
    let mut found: Vec<(u32, u32)> = truths.holds.set_indices().map(|pair| (outer[pair], inner[pair])).collect();
    found.sort_unstable();
    Ok(Pairs { feed: exists.feed.clone(), found })
}

/// Covered only where the other feed covers the window widened by the condition's reach.
pub fn uncover(reader: &RowsReader<'_, '_, '_>, exists: &ExistsRow, column: &mut Column) -> Result<(), Fault> {
    let (other, via) = reader.other(&exists.feed)?;
    let reach = reach(reader, exists)?;
    let window = Interval {
        from: reach.map_or(types::Day::MIN, |period| period.before(reader.window().from)),
        to: reader.window().to,
    };
    let about = exists.feed.clone();
    if let Some(reason) = other.coverage.lacks(window, reach.is_none()) {
        column.uncover_all(ReasonLine { reason, about: about.clone() });
    }
    if via == reader.feature().kind {
        let columns = reader.columns();
        let numbers = refusals(columns, other, &via, window).map(|refusal| refusal.number);
        let bits: BooleanBuffer =
            bitmap::of_numbers(column.covered.len(), numbers.filter(|number| *number != NO_NUMBER));
        column.uncover(ReasonLine { reason: Reason::RowRefused, about }, bits);
    }
    Ok(())
}

/// How far before the outer row's valid date the other row's may lie; `None` when the condition does not say.
fn reach(reader: &RowsReader<'_, '_, '_>, exists: &ExistsRow) -> Result<Option<Period>, Fault> {
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
        let bound = match comparison {
            Comparison::GreaterOrEqual | Comparison::Greater | Comparison::Equal if is(left, Some(OTHER), inner) => {
                right
            }
            Comparison::LessOrEqual | Comparison::Less | Comparison::Equal if is(right, Some(OTHER), inner) => left,
            _ => continue,
        };
        if is(bound, None, outer) {
            return Ok(Some(Period::default()));
        }
        let NodeKind::Arithmetic(Arithmetic::Subtract, date, period) = &bound.kind else { continue };
        if !is(date, None, outer) {
            continue;
        }
        let period = match &period.kind {
            NodeKind::Literal(Value::Period(period)) => Some(*period),
            NodeKind::Input(input) => reader.longest(&condition.inputs[*input])?,
            _ => None,
        };
        if period.is_some() {
            return Ok(period);
        }
    }
    Ok(None)
}
