//! `exists_row(feed, condition)`: another row of a feed for the same subject (semantics section 4).

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_buffer::BooleanBuffer;
use expr::{Arithmetic, Comparison, ExistsRow, Input, Node, NodeKind};
use pack::programme::Valid;
use types::{Day, Interval, NO_NUMBER, Period, ReasonLine, Value};

use super::rows::{OTHER, RowsReader};
use crate::behind::Behind;
use crate::column::Column;
use crate::rows::FeedRows;
use crate::scene::Scene;
use crate::vector::{Batch, Operand};
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

    /// Adds the other rows of those in `rows` (sorted) to `behind`.
    pub fn gather(&self, scene: &Scene<'_>, rows: &[u32], behind: &mut Behind) -> Result<(), Fault> {
        let feed = scene.rows(&self.feed)?;
        let counted = self.found.iter().filter(|(outer, _)| rows.binary_search(outer).is_ok());
        let mut others: Vec<u32> = counted.map(|(_, other)| *other).collect();
        others.sort_unstable();
        others.dedup();
        behind.add_rows(feed, &others);
        Ok(())
    }
}

/// Row pairs looked at in one go: keeps memory small where a subject has many rows.
const PAIRS_AT_ONCE: usize = 1 << 18;

/// Looks for another row for each of `rows`.
pub fn find(reader: &RowsReader<'_, '_>, exists: &ExistsRow, rows: &[u32]) -> Result<Pairs, Fault> {
    let (other, via) = reader.other(&exists.feed)?;
    let index = reader.columns().index(&exists.feed, &via, &reader.feature().kind)?;
    let is_own_feed = other.feed.name == reader.rows().feed.name;
    let mut pairs = Pairs { feed: exists.feed.clone(), found: Vec::new() };
    let mut candidates: Vec<(u32, u32)> = Vec::new();
    // Of a place, rows of members who are not covered count on neither side.
    let refused = reader.refused()?;
    let canonical = &reader.columns().scene.subjects(&via)?.canonical;
    let is_lost = |other_row: u32| {
        via == reader.via()
            && !refused.members.is_empty()
            && refused.members.contains(&other.link(&via, canonical, other_row))
    };
    for row in rows.iter().filter(|row| reader.target(**row) != NO_NUMBER) {
        let is_another = |found: &u32| other.sees(*found) && !(is_own_feed && found == row) && !is_lost(*found);
        candidates.extend(index.of(reader.target(*row)).filter(is_another).map(|found| (*row, found)));
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
    reader: &RowsReader<'_, '_>,
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

/// The days of the other feed that matter to some subjects.
pub struct Widened {
    /// The outer window, widened by the condition's reach.
    pub window: Interval,
    /// The condition does not bind the other row to the outer one's past: the window begins with the other feed's coverage.
    pub ever: bool,
    /// Those of this reach; `None` for everyone.
    pub among: Option<BooleanBuffer>,
}

/// The outer window, widened by how far the other row may lie before and after the outer one: a parameter's reach is that of the
/// subject's place. Who has no value for it is in none.
pub fn widened(reader: &RowsReader<'_, '_>, exists: &ExistsRow) -> Result<Vec<Widened>, Fault> {
    let window = reader.window();
    let (before, after) = (reach(reader, exists, Side::Before)?, reach(reader, exists, Side::After)?);
    let scene = &*reader.columns().scene;
    let as_of = scene.question.as_of;
    // `ever` begins where the outer rows do.
    let start = if reader.is_ever() { reader.rows().coverage.start } else { Some(window.from) };
    let days = |before: Option<Period>, after: Option<Period>, among: Option<BooleanBuffer>| {
        let from = before.zip(start).map(|(period, start)| period.before(start));
        let to = after.map_or(as_of, |period| period.after(window.to).min(as_of));
        Widened { window: Interval { from: from.unwrap_or(Day::MIN), to }, ever: from.is_none(), among }
    };
    if let (Some(before), Some(after)) = (before.same(), after.same()) {
        return Ok(vec![days(before, after, None)]);
    }
    let size = scene.size(&reader.feature().kind)?;
    let mut of: BTreeMap<(Option<Period>, Option<Period>), Vec<u32>> = BTreeMap::new();
    for number in 0..u32::try_from(size).unwrap_or(NO_NUMBER) {
        if let (Some(before), Some(after)) = (before.of(number), after.of(number)) {
            of.entry((before, after)).or_default().push(number);
        }
    }
    let widths = of.into_iter();
    Ok(widths.map(|((before, after), among)| days(before, after, Some(bitmap::of_numbers(size, among)))).collect())
}

/// Covered only where the other feed covers the widened window.
pub fn uncover(reader: &RowsReader<'_, '_>, exists: &ExistsRow, column: &mut Column) -> Result<(), Fault> {
    let (other, _) = reader.other(&exists.feed)?;
    for widened in widened(reader, exists)? {
        if let Some(reason) = other.coverage.lacks(widened.window, widened.ever) {
            let line = ReasonLine { reason, about: exists.feed.clone() };
            match widened.among {
                None => column.uncover_all(line),
                Some(among) => column.uncover(line, among),
            }
        }
    }
    Ok(())
}

/// How far the other row may lie on one side of the outer row's valid date.
enum Reach {
    /// The condition does not say.
    Unbound,
    /// The same for everyone.
    Same(Period),
    /// A parameter: values, and which of them each subject has.
    Of(Arc<[Value]>, Arc<[u32]>),
}

impl Reach {
    /// The reach of everyone, if it is the same.
    fn same(&self) -> Option<Option<Period>> {
        match self {
            Self::Unbound => Some(None),
            Self::Same(period) => Some(Some(*period)),
            Self::Of(..) => None,
        }
    }

    /// The reach of subject `number`; `None` where the parameter has no value.
    fn of(&self, number: u32) -> Option<Option<Period>> {
        match self {
            Self::Of(values, choice) => {
                let value = values.get(*choice.get(number as usize)? as usize)?;
                if let Value::Period(period) = value { Some(Some(*period)) } else { None }
            }
            _ => self.same(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// How far on one side of the outer row's valid date the other row's may lie: what the parts of the outermost `and` say of it.
fn reach(reader: &RowsReader<'_, '_>, exists: &ExistsRow, side: Side) -> Result<Reach, Fault> {
    let (other, _) = reader.other(&exists.feed)?;
    let (Valid::Column(outer), Valid::Column(inner)) = (&reader.rows().feed.valid, &other.feed.valid) else {
        return Ok(Reach::Unbound);
    };
    let condition = &exists.condition;
    let is = |node: &Node, prefix: Option<&str>, name: &str| match &node.kind {
        NodeKind::Input(input) => matches!(
            &condition.inputs[*input],
            Input::Name { prefix: found, name: column } if found.as_deref() == prefix && column == name
        ),
        _ => false,
    };
    let mut parts = Vec::new();
    conjuncts(&condition.root, &mut parts);
    for node in parts {
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
            return Ok(Reach::Same(Period::default()));
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
        // A bound on the far side of the outer row does not widen the window.
        let nearest = Reach::Same(Period::default());
        return Ok(match &period.kind {
            NodeKind::Literal(Value::Period(period)) if widens => Reach::Same(*period),
            NodeKind::Input(input) if widens => match reader.parameter(&condition.inputs[*input])? {
                Some(Operand::Constant(Value::Period(period))) => Reach::Same(period),
                Some(Operand::Choice(values, choice)) => Reach::Of(values, choice),
                _ => continue,
            },
            NodeKind::Literal(Value::Period(_)) | NodeKind::Input(_) => nearest,
            _ => continue,
        });
    }
    Ok(Reach::Unbound)
}

/// The parts of the outermost `and`, of an `and` within it too.
fn conjuncts<'n>(node: &'n Node, parts: &mut Vec<&'n Node>) {
    match &node.kind {
        NodeKind::And(nodes) => nodes.iter().for_each(|node| conjuncts(node, parts)),
        _ => parts.push(node),
    }
}
