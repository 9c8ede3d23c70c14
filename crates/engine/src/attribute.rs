//! Attributes at A: which source has a value, and whether absence can be believed (semantics section 3).

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, UInt32Array};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_select::take::take;
use pack::programme::{Attribute, AttributeSource, Register};
use types::{Day, Interval, NO_NUMBER, Reason, ReasonLine, Stamp, Value, value_at};

use crate::behind::Behind;
use crate::column::Column;
use crate::coverage::{State, is_lapsed};
use crate::rows::{FeedRows, count};
use crate::scene::Scene;
use crate::timeline::{Span, Timeline};
use crate::{Fault, bitmap, values};

/// One source of an attribute.
struct Source<'s, 'a> {
    rows: &'s FeedRows<'a>,
    timeline: Arc<Timeline>,
    /// Column read; `None` for `listed`.
    column: Option<&'s str>,
    /// A column of a member feed of the register: the last known row goes on describing who left it. That it once was listed does
    /// not.
    lasts: bool,
}

/// What was found for one subject.
struct Found {
    value: Value,
    source: usize,
    span: Span,
}

/// One attribute of one register, ready to be read.
pub struct AttributeReader<'s, 'a> {
    scene: &'s Scene<'a>,
    register: &'s Register,
    attribute: &'s Attribute,
    sources: Vec<Source<'s, 'a>>,
}

impl<'s, 'a> AttributeReader<'s, 'a> {
    /// Gets the sources of `attribute` ready.
    pub fn new(scene: &'s Scene<'a>, register: &'s Register, attribute: &'s Attribute) -> Result<Self, Fault> {
        let named: Vec<(&str, Option<&str>)> = match &attribute.source {
            AttributeSource::Columns(columns) => {
                columns.iter().map(|(feed, column)| (feed.as_str(), Some(column.as_str()))).collect()
            }
            AttributeSource::Listed(feeds) => feeds.iter().map(|feed| (feed.as_str(), None)).collect(),
        };
        let mut sources = Vec::new();
        for (feed, column) in named {
            sources.push(Source {
                rows: scene.rows(feed)?,
                timeline: scene.timeline(feed, &register.name)?,
                column,
                lasts: column.is_some() && member_feeds(register).contains(&feed),
            });
        }
        Ok(Self { scene, register, attribute, sources })
    }

    /// The column of all subjects at A.
    pub fn column(&self) -> Result<Column, Fault> {
        let size = self.scene.size(&self.register.name)?;
        let (array, is_found) = match self.of_one_list(size)? {
            Some(found) => found,
            None => self.of_all_sources(size)?,
        };
        let mut column = Column::covered(self.attribute.ty, array);
        for source in &self.sources {
            let feed = source.rows.feed;
            // What did not happen needs the whole history of an event feed, but of a list only its latest version.
            let at_a = Interval { from: self.scene.question.as_of, to: self.scene.question.as_of };
            let lacks = source.rows.coverage.lacks(at_a, source.timeline.is_event);
            let reason = lacks.filter(|reason| *reason != Reason::NotYetReported);
            if let (State::Late, Some(day)) = (source.rows.coverage.state, source.rows.coverage.end) {
                column.stamps.push(Stamp::DataTo { day });
            }
            if let Some(reason) = reason {
                column.uncover(ReasonLine { reason, about: feed.name.clone() }, !&is_found);
            } else if source.timeline.is_any_scope_lapsed(feed, at_a.to) {
                let believed = |number: &u32| source.is_believed(*number, at_a.to);
                let is_settled = &is_found | &bitmap::of_numbers(size, (0..count(size)).filter(believed));
                column.uncover(ReasonLine { reason: Reason::Lapsed, about: feed.name.clone() }, !&is_settled);
            }
            let refused = bitmap::of_numbers(size, source.timeline.refused_on(at_a.to));
            column.uncover(
                ReasonLine { reason: Reason::RowRefused, about: feed.name.clone() },
                bitmap::and_not(&refused, &is_found),
            );
        }
        Ok(column)
    }

    /// The values of an attribute that one list alone says, each subject standing in it once, and who has one; `None` for others.
    fn of_one_list(&self, size: usize) -> Result<Option<(ArrayRef, BooleanBuffer)>, Fault> {
        let [source] = self.sources.as_slice() else { return Ok(None) };
        let Some((rows, span)) = source.timeline.single() else { return Ok(None) };
        let as_of = self.scene.question.as_of;
        if rows.len() != size || source.timeline.has_refused() || !span.contains(as_of) {
            return Ok(None);
        }
        let is_told = source.is_told(&span, as_of);
        let is_row = |row: u32| is_told && row != NO_NUMBER;
        let Some(name) = source.column else {
            let listed = bitmap::pack(rows, is_row);
            return Ok(Some((Arc::new(BooleanArray::new(listed.clone(), None)), listed)));
        };
        let Some(cells) = source.rows.parts[span.part as usize].linked.table.column_by_name(name) else {
            return Ok(None);
        };
        let indices = UInt32Array::new(rows.to_vec().into(), Some(NullBuffer::new(bitmap::pack(rows, is_row))));
        let array = take(cells, &indices, None).map_err(|error| Fault::Source { message: error.to_string() })?;
        let is_found = values::present(&array);
        Ok(Some((array, is_found)))
    }

    /// The values subject by subject, and who has one.
    fn of_all_sources(&self, size: usize) -> Result<(ArrayRef, BooleanBuffer), Fault> {
        let found: Vec<Option<Found>> = (0..count(size)).map(|number| self.find(number)).collect();
        let absent = if self.is_list() { Value::Bool(false) } else { Value::Null };
        let cells =
            found.iter().map(|found| found.as_ref().map_or_else(|| absent.clone(), |found| found.value.clone()));
        let array = values::collect(self.attribute.ty, &self.attribute.name, cells)?;
        Ok((array, BooleanBuffer::collect_bool(size, |number| found[number].is_some())))
    }

    /// Whether the column is certainly that of `before`, of an earlier question about as many subjects.
    pub fn is_as(&self, before: &AttributeReader<'_, '_>) -> bool {
        let is_identity = |reader: &AttributeReader<'_, '_>| {
            let subjects = reader.scene.subjects(&reader.register.name);
            subjects.is_ok_and(|subjects| subjects.canonical.is_identity())
        };
        std::ptr::eq(self.attribute, before.attribute)
            && is_identity(self)
            && is_identity(before)
            && self.sources.iter().zip(&before.sources).all(|(own, old)| {
                let said = self.said(own);
                said.is_some() && said == before.said(old)
            })
    }

    /// What decides what a source of one list says: the delivery, whether it is told, what the feed lacks, how far it reaches.
    fn said(&self, source: &Source<'_, '_>) -> Option<(*const types::Linked, bool, Option<Reason>, Option<Day>)> {
        let (_, span) = source.timeline.single()?;
        let as_of = self.scene.question.as_of;
        let is_whole = !source.timeline.has_refused() && !source.timeline.is_any_scope_lapsed(source.rows.feed, as_of);
        if !is_whole || !span.contains(as_of) {
            return None;
        }
        let coverage = &source.rows.coverage;
        let late = if coverage.state == State::Late { coverage.end } else { None };
        let lacks = coverage.lacks(Interval { from: as_of, to: as_of }, source.timeline.is_event);
        let delivery = Arc::as_ptr(&source.rows.parts[span.part as usize].linked);
        Some((delivery, source.is_told(&span, as_of), lacks, late))
    }

    /// The value at A, the stamps and the row behind it.
    pub fn explain(&self, number: u32) -> (Vec<Stamp>, Behind) {
        let Some(found) = self.find(number) else { return (Vec::new(), Behind::default()) };
        let mut stamps = Vec::new();
        let name = |source: &Source<'_, '_>| match source.column {
            Some(column) => format!("{}.{column}", source.rows.feed.name),
            None => source.rows.feed.name.clone(),
        };
        let winner = &self.sources[found.source];
        stamps.push(Stamp::Source { source: name(winner) });
        if !self.is_list() {
            for source in self.sources.iter().skip(found.source + 1) {
                if let Some((value, _)) = source.find(number, self.scene.question.as_of)
                    && value != found.value
                {
                    stamps.push(Stamp::Outvoted { source: name(source), value: value.to_string() });
                }
            }
        }
        let mut behind = Behind::default();
        behind.add(&winner.rows.parts[found.span.part as usize].linked, found.span.row);
        (stamps, behind)
    }

    /// The value on the day of a row, for `<link>.x`; NULL where no source had one.
    pub fn value_on(&self, number: u32, day: Day) -> Value {
        let absent = if self.is_list() { Value::Bool(false) } else { Value::Null };
        self.found_on(number, day).unwrap_or(absent)
    }

    /// Why nobody can say whether `number` had a value on `day`; nothing where it had one, or certainly none.
    pub fn lacks_on(&self, number: u32, day: Day) -> Vec<ReasonLine> {
        if self.found_on(number, day).is_some() {
            return Vec::new();
        }
        let lacks = |source: &Source<'_, '_>| {
            let timeline = &source.timeline;
            let is_old = || timeline.is_any_scope_lapsed(source.rows.feed, day) && !source.is_believed(number, day);
            let reason = source.rows.coverage.lacks_on(day, timeline.is_event);
            let refused = timeline.is_refused_on(number, day).then_some(Reason::RowRefused);
            let about = source.rows.feed.name.clone();
            let reasons = [reason.or_else(|| is_old().then_some(Reason::Lapsed)), refused];
            reasons.into_iter().flatten().map(move |reason| ReasonLine { reason, about: about.clone() })
        };
        self.sources.iter().flat_map(lacks).collect()
    }

    /// Whether certainly nothing lacks of anybody on any of `days`.
    pub fn lacks_nothing_in(&self, days: Interval) -> bool {
        self.sources.iter().all(|source| {
            let timeline = &source.timeline;
            !timeline.has_refused()
                && !timeline.is_any_scope_lapsed(source.rows.feed, days.to)
                && source.rows.coverage.lacks_nothing_in(days, timeline.is_event)
        })
    }

    /// How far the sources reach that are late.
    pub fn late(&self) -> impl Iterator<Item = Stamp> {
        let coverages = self.sources.iter().map(|source| &source.rows.coverage);
        let late = coverages.filter(|coverage| coverage.state == State::Late);
        late.filter_map(|coverage| coverage.end).map(|day| Stamp::DataTo { day })
    }

    fn found_on(&self, number: u32, day: Day) -> Option<Value> {
        self.sources.iter().find_map(|source| {
            let found = source.find(number, day).map(|(value, _)| value);
            found.or_else(|| {
                let assumed = source.timeline.assumed(number, day);
                assumed.map(|span| source.cell(&span)).filter(|value| !value.is_null())
            })
        })
    }

    fn is_list(&self) -> bool {
        matches!(self.attribute.source, AttributeSource::Listed(_))
    }

    fn find(&self, number: u32) -> Option<Found> {
        let as_of = self.scene.question.as_of;
        self.sources.iter().enumerate().find_map(|(index, source)| {
            source.find(number, as_of).map(|(value, span)| Found { value, source: index, span })
        })
    }
}

impl Source<'_, '_> {
    /// Whether `span` still says something on `day`.
    fn is_told(&self, span: &Span, day: Day) -> bool {
        let delivery = &self.rows.parts[span.part as usize].linked.delivery;
        let described = delivery.covers.map_or(delivery.data_date, |interval| interval.to);
        self.timeline.is_event || span.to != Day::MAX || !is_lapsed(self.rows.feed, described, day)
    }

    /// Whether `number` stands on `day` in a sheet that can be believed: who stands in none may stand in one that is too old.
    fn is_believed(&self, number: u32, day: Day) -> bool {
        self.timeline.on(number, day).is_some_and(|span| !span.refused && self.is_told(&span, day))
    }

    /// What the source says on `day`. A list that is lapsed says nothing; an event stays true.
    fn find(&self, number: u32, day: Day) -> Option<(Value, Span)> {
        let spans = self.spans(number, day).into_iter().filter(|span| self.is_told(span, day));
        spans.map(|span| (self.cell(&span), span)).find(|(value, _)| !value.is_null())
    }

    /// The rows that speak of `number` on `day`, the first to be asked first: all events; of a list the row in force, or after leaving
    /// the register's own list the last known. Where the list holds a refused row nothing is known.
    fn spans(&self, number: u32, day: Day) -> Vec<Span> {
        let timeline = &self.timeline;
        if timeline.is_event {
            return timeline.events(number, day).collect();
        }
        let known = match timeline.on(number, day) {
            Some(span) => Some(span).filter(|span| !span.refused),
            None if self.lasts && !timeline.is_refused_on(number, day) => timeline.last_before(number, day),
            None => None,
        };
        known.into_iter().collect()
    }

    fn cell(&self, span: &Span) -> Value {
        let Some(column) = self.column else { return Value::Bool(true) };
        let linked = &self.rows.parts[span.part as usize].linked;
        match (linked.table.column_by_name(column), self.rows.feed.columns.get(column)) {
            (Some(array), Some(declared)) => value_at(array, declared.ty, span.row as usize),
            _ => Value::Null,
        }
    }
}

fn member_feeds(register: &Register) -> Vec<&str> {
    match &register.shape {
        pack::programme::Shape::Members { members, .. } | pack::programme::Shape::Place { members, .. } => {
            members.iter().map(String::as_str).collect()
        }
        pack::programme::Shape::Derived { .. } => Vec::new(),
    }
}
