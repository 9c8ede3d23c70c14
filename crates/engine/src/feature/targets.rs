//! The way from rows to subjects.

use arrow_buffer::ScalarBuffer;
use types::NO_NUMBER;

use crate::Fault;
use crate::columns::Columns;
use crate::rows::{FeedRows, Part, count};
use crate::scene::missing;

/// The subject that each row of a feed reaches; [`NO_NUMBER`] for none.
pub struct Targets {
    by_part: Vec<ScalarBuffer<u32>>,
}

impl Targets {
    /// The subjects of `kind` that the rows reach by link `via`.
    ///
    /// A group is that of the row's date; a place is where the linked subject lives at A (docs/semantics.md section 6).
    pub fn of(
        columns: &Columns<'_>,
        rows: &FeedRows<'_>,
        via: &str,
        kind: &str,
        threads: usize,
    ) -> Result<Self, Fault> {
        Ok(Self { by_part: parts_of(columns, rows, &rows.parts, via, kind, threads)? })
    }

    /// The way of `self` goes on for the deliveries that `rows` has more; the first of them are as in `old`.
    pub fn grown(old: &Self, columns: &Columns<'_>, rows: &FeedRows<'_>, via: &str, kind: &str) -> Result<Self, Fault> {
        let mut by_part = old.by_part.clone();
        by_part.extend(parts_of(columns, rows, &rows.parts[old.by_part.len()..], via, kind, 1)?);
        Ok(Self { by_part })
    }

    /// Whether `before` is the way of the first deliveries here, unchanged.
    pub fn begins_with(&self, before: &Self) -> bool {
        let pairs = before.by_part.iter().zip(&self.by_part);
        before.by_part.len() <= self.by_part.len()
            && pairs.into_iter().all(|(before, own)| before.inner().ptr_eq(own.inner()))
    }

    /// By row of delivery `part`.
    pub fn part(&self, part: usize) -> &[u32] {
        &self.by_part[part]
    }

    /// (row, its subject) of all rows of the deliveries from `part` on, seen or not.
    pub fn pairs(&self, rows: &FeedRows<'_>, part: usize) -> impl Iterator<Item = (u32, u32)> {
        let parts = rows.parts.iter().zip(&self.by_part).skip(part);
        parts.flat_map(|(part, targets)| (part.base..).zip(targets.iter().copied()))
    }

    /// The subject of the row numbered `row` in `rows`.
    pub fn of_row(&self, rows: &FeedRows<'_>, row: u32) -> u32 {
        let (part, row) = rows.locate(row);
        self.by_part[part][row as usize]
    }
}

/// The subject of each row of `parts`, deliveries of `rows`.
fn parts_of(
    columns: &Columns<'_>,
    rows: &FeedRows<'_>,
    parts: &[Part],
    via: &str,
    kind: &str,
    threads: usize,
) -> Result<Vec<ScalarBuffer<u32>>, Fault> {
    let scene = &*columns.scene;
    let canonical = &scene.subjects(via)?.canonical;
    let linked = |part: &Part| match part.linked.links.get(via) {
        None => vec![NO_NUMBER; part.linked.table.num_rows()].into(),
        Some(links) if canonical.is_identity() => links.clone(),
        Some(links) => {
            links.iter().map(|number| if *number == NO_NUMBER { NO_NUMBER } else { canonical.of(*number) }).collect()
        }
    };
    let is_level = scene.programme.level(kind).is_some();
    let by_part = if via == kind && !is_level {
        parts.iter().map(linked).collect()
    } else if is_level {
        let above = columns.above(via, kind)?;
        let of = |number: u32| above.get(number as usize).copied().unwrap_or(NO_NUMBER);
        let places = |part: &Part| mapped(&linked(part), threads, |_, number| of(number));
        parts.iter().map(places).collect()
    } else {
        let list = scene.list(via).ok_or_else(|| missing(kind))?;
        let as_of = scene.question.as_of;
        let groups = |part: &Part| match list.same_every_day() {
            // Apart, because it is little: the processor then waits for the memory of many rows at once.
            Some(groups) => {
                mapped(&linked(part), threads, |_, number| groups.get(number as usize).copied().unwrap_or(NO_NUMBER))
            }
            None => mapped(&linked(part), threads, |row, number| match number {
                NO_NUMBER => NO_NUMBER,
                number => list.group_number_on(number, rows.membership_day(part.valid(count(row)), as_of)),
            }),
        };
        parts.iter().map(groups).collect()
    };
    Ok(by_part)
}

/// `of(row, number)` for each of `numbers`, on `threads` threads.
fn mapped(numbers: &[u32], threads: usize, of: impl Fn(usize, u32) -> u32 + Sync) -> ScalarBuffer<u32> {
    let mut found = vec![NO_NUMBER; numbers.len()];
    let share = numbers.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        for (index, (found, numbers)) in found.chunks_mut(share).zip(numbers.chunks(share)).enumerate() {
            let (of, first) = (&of, index * share);
            let mut work = move || {
                for (offset, (found, number)) in found.iter_mut().zip(numbers).enumerate() {
                    *found = of(first + offset, *number);
                }
            };
            if index == 0 && share >= numbers.len() && threads <= 1 {
                work();
            } else {
                scope.spawn(work);
            }
        }
    });
    found.into()
}
