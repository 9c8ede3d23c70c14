//! One delivery among the rows of a feed: which of its rows a question sees, and their dates.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_buffer::{BooleanBuffer, ScalarBuffer};
use pack::programme::{Feed, Valid};
use types::{Day, Interval, Linked};

/// One delivery known by K.
pub struct Part {
    /// The delivery.
    pub linked: Arc<Linked>,
    /// Number of its first row among all rows of the feed.
    pub base: u32,
    dates: Dates,
    seen: Seen,
}

/// Valid dates of a delivery's rows.
enum Dates {
    /// One day for all.
    All(Day),
    /// Ascending.
    Ascending(ScalarBuffer<i32>),
    /// In the order of the file.
    Any(ScalarBuffer<i32>),
}

/// The rows a question sees.
enum Seen {
    /// The first so many.
    First(u32),
    /// Those whose bit is set.
    Bits(BooleanBuffer),
}

/// Neighbouring rows of one part, with those among them that a question sees.
#[derive(Clone)]
pub struct Run {
    /// The part.
    pub part: usize,
    /// Rows of the part.
    pub rows: Range<u32>,
    /// Which of them; `None` for all.
    pub mask: Option<BooleanBuffer>,
}

impl Run {
    /// How many rows, seen or not.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows of the part that a question sees.
    pub fn seen(self) -> impl Iterator<Item = u32> {
        let Self { rows, mask, .. } = self;
        let first = rows.start;
        rows.filter(move |row| mask.as_ref().is_none_or(|bits| bits.value((row - first) as usize)))
    }

    /// This run in pieces of at most `size` rows.
    pub fn pieces(self, size: u32) -> impl Iterator<Item = Run> {
        let Self { part, rows, mask } = self;
        let first = rows.start;
        (rows.start..rows.end).step_by(size as usize).map(move |start| {
            let end = rows.end.min(start.saturating_add(size));
            let mask = mask.as_ref().map(|bits| bits.slice((start - first) as usize, (end - start) as usize));
            Run { part, rows: start..end, mask }
        })
    }
}

impl Part {
    /// All rows of `linked` up to `as_of`.
    pub fn new(feed: &Feed, linked: Arc<Linked>, base: u32, as_of: Day) -> Self {
        let rows = linked.table.num_rows();
        let dates = dates(feed, &linked, rows);
        let seen = match &dates {
            Dates::All(day) => Seen::First(if *day <= as_of { count(rows) } else { 0 }),
            Dates::Ascending(days) => Seen::First(count(days.partition_point(|day| *day <= as_of.0))),
            Dates::Any(days) => Seen::Bits(BooleanBuffer::collect_bool(rows, |row| days[row] <= as_of.0)),
        };
        Self { linked, base, dates, seen }
    }

    /// Lets only those rows be seen for which `keeps` holds.
    pub fn keep(&mut self, keeps: impl Fn(u32) -> bool) {
        let rows = self.linked.table.num_rows();
        let bits = BooleanBuffer::collect_bool(rows, |row| self.sees(count(row)) && keeps(count(row)));
        self.seen = Seen::Bits(bits);
    }

    /// Lets no row be seen.
    pub fn keep_none(&mut self) {
        self.seen = Seen::First(0);
    }

    /// Whether a question sees `row`.
    pub fn sees(&self, row: u32) -> bool {
        match &self.seen {
            Seen::First(first) => row < *first,
            Seen::Bits(bits) => bits.value(row as usize),
        }
    }

    /// Valid date of `row`.
    pub fn valid(&self, row: u32) -> Day {
        match &self.dates {
            Dates::All(day) => *day,
            Dates::Ascending(days) | Dates::Any(days) => Day(days[row as usize]),
        }
    }

    /// The rows seen with a valid date in `window`; `None` when there are none.
    pub fn run(&self, part: usize, window: Interval) -> Option<Run> {
        let rows = match &self.dates {
            Dates::All(day) if window.contains(*day) => 0..self.linked.table.num_rows(),
            Dates::All(_) => return None,
            Dates::Ascending(days) => {
                let from = days.partition_point(|day| *day < window.from.0);
                from..days.partition_point(|day| *day <= window.to.0).max(from)
            }
            Dates::Any(days) => 0..days.len(),
        };
        let mut rows = count(rows.start)..count(rows.end);
        let mask = match &self.seen {
            Seen::First(first) => {
                rows.end = rows.end.min(*first);
                None
            }
            Seen::Bits(bits) => {
                let bits = bits.slice(rows.start as usize, rows.len());
                Some(match &self.dates {
                    Dates::Any(days) => {
                        let inside = |row: usize| window.contains(Day(days[row]));
                        &bits & &BooleanBuffer::collect_bool(days.len(), inside)
                    }
                    _ => bits,
                })
            }
        };
        (rows.start < rows.end).then_some(Run { part, rows, mask })
    }
}

/// The rows of `run` that are not in `other`, a run of the same part.
pub fn changes(run: Option<&Run>, other: Option<&Run>) -> Vec<Run> {
    let Some(run) = run else { return Vec::new() };
    let Some(other) = other else { return vec![run.clone()] };
    if run.mask.is_none() && other.mask.is_none() {
        let before = run.rows.start..run.rows.end.min(other.rows.start);
        let after = run.rows.start.max(other.rows.end)..run.rows.end;
        let some = [before, after].into_iter().filter(|rows| rows.start < rows.end);
        return some.map(|rows| Run { part: run.part, rows, mask: None }).collect();
    }
    let is_in = |row: u32| {
        let at = |run: &Run| run.mask.as_ref().is_none_or(|bits| bits.value((row - run.rows.start) as usize));
        at(run) && !(other.rows.contains(&row) && at(other))
    };
    let mask = BooleanBuffer::collect_bool(run.len(), |index| is_in(run.rows.start + count(index)));
    if mask.count_set_bits() == 0 {
        return Vec::new();
    }
    vec![Run { part: run.part, rows: run.rows.clone(), mask: Some(mask) }]
}

/// A row count as a row number; a table of more rows than numbers cannot be taken in.
pub fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

fn dates(feed: &Feed, linked: &Linked, rows: usize) -> Dates {
    let data_date = linked.delivery.data_date;
    let Valid::Column(name) = &feed.valid else { return Dates::All(data_date) };
    let column = linked.table.column_by_name(name).and_then(|column| column.as_primitive_opt::<Date32Type>());
    let Some(column) = column else { return Dates::All(data_date) };
    let days = match column.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => column.values().clone(),
        Some(nulls) => {
            let filled = (0..rows).map(|row| if nulls.is_valid(row) { column.value(row) } else { data_date.0 });
            filled.collect()
        }
    };
    if days.is_sorted() { Dates::Ascending(days) } else { Dates::Any(days) }
}
