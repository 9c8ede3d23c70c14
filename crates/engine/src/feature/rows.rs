//! Features over the rows of a feed.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::ArrayRef;
use expr::{Compiled, Input};
use pack::Programme;
use pack::programme::{Feature, Feed, Reference, Rows, Shape, Window};
use types::{EvidenceRow, Interval, NO_NUMBER, Period, Reason, ReasonLine, Stamp, Type, Value};

use super::aggregate::aggregate;
use super::exists::{self, Pairs};
use crate::column::Column;
use crate::columns::Columns;
use crate::coverage::State;
use crate::rows::{FeedRows, refused_link_of};
use crate::vector::{Batch, Operand};
use crate::{Fault, bitmap, values};

/// The attributes and features that a feature over rows reads: `subject.x`, and nothing else.
pub fn references(programme: &Programme, feature: &Feature, spec: &Rows) -> BTreeSet<Reference> {
    let mut references = BTreeSet::new();
    for compiled in spec.aggregate.argument.iter().chain(&spec.filter) {
        let inner = compiled.exists.iter().map(|exists| &exists.condition);
        for input in inner.chain([compiled]).flat_map(|compiled| &compiled.inputs) {
            if let Input::Name { prefix: Some(prefix), name } = input
                && prefix == SUBJECT
            {
                references.extend(programme.resolve(&feature.kind, None, name));
            }
        }
    }
    references
}

/// Prefix of the feature's own subject.
pub const SUBJECT: &str = "subject";
/// Prefix of the other row in `exists_row`.
pub const OTHER: &str = "other";

/// The subject of `kind` that each row reaches by link `via`; [`NO_NUMBER`] for none.
///
/// A group is that of the row's date; a place is where the linked subject lives at A (docs/semantics.md section 6).
pub fn targets(columns: &Columns<'_, '_>, rows: &FeedRows<'_>, via: &str, kind: &str) -> Result<Vec<u32>, Fault> {
    let scene = columns.scene;
    let linked = rows.links(via, &scene.subjects(via)?.canonical);
    if via == kind && scene.programme.level(kind).is_none() {
        return Ok(linked);
    }
    if scene.programme.level(kind).is_some() {
        let above = columns.above(via, kind)?;
        return Ok(linked.iter().map(|number| above.get(*number as usize).copied().unwrap_or(NO_NUMBER)).collect());
    }
    let list = scene.list(via).ok_or_else(|| crate::scene::missing(kind))?;
    (0_u32..)
        .zip(&linked)
        .map(|(row, number)| {
            if *number == NO_NUMBER {
                return Ok(NO_NUMBER);
            }
            let day = rows.membership_day(row, scene.question.as_of);
            Ok(list.group_on(scene, *number, day)?.map_or(NO_NUMBER, |group| group.number))
        })
        .collect()
}

/// One feature over rows, ready to be computed or explained.
pub struct RowsReader<'c, 's, 'a> {
    columns: &'c Columns<'s, 'a>,
    feature: &'a Feature,
    spec: &'a Rows,
    rows: &'s FeedRows<'a>,
    targets: Arc<Vec<u32>>,
    window: Interval,
}

/// Rows of one evaluation, with what became of them.
struct Counted {
    /// Rows that count, in row order.
    rows: Vec<u32>,
    /// Their subjects.
    targets: Vec<u32>,
    /// Rows whose `where` was unknown.
    unknown: Vec<u32>,
    /// Rows of other feeds that made them count.
    pairs: Vec<Pairs>,
}

impl<'c, 's, 'a> RowsReader<'c, 's, 'a> {
    /// Finds the way from rows to subjects, and the window.
    pub fn new(columns: &'c Columns<'s, 'a>, feature: &'a Feature, spec: &'a Rows) -> Result<Self, Fault> {
        let scene = columns.scene;
        let rows = scene.rows(&spec.feed)?;
        let as_of = scene.question.as_of;
        let moved = spec.offset.unwrap_or_default().before(as_of);
        Ok(Self {
            columns,
            feature,
            spec,
            rows,
            targets: columns.targets(&spec.feed, &spec.via, &feature.kind)?,
            window: spec.window.interval(moved, rows.has_whole_months()),
        })
    }

    /// The feature of every subject.
    pub fn column(&self) -> Result<Column, Fault> {
        let size = self.columns.scene.size(&self.feature.kind)?;
        let selected: Vec<u32> = self
            .in_window()
            .filter(|row| {
                let target = self.targets[*row as usize];
                target != NO_NUMBER && (target as usize) < size
            })
            .collect();
        let counted = self.count(&selected)?;
        let argument = match &self.spec.aggregate.argument {
            Some(argument) => Some(self.argument(argument, &counted.rows)?),
            None => None,
        };
        let cells = aggregate(&self.spec.aggregate, size, &counted.targets, argument.as_ref(), &self.feature.name)?;
        let mut column = Column::covered(self.feature.ty, cells);
        self.uncover(&mut column)?;
        Ok(column)
    }

    /// Stamps and evidence of one subject's value.
    pub fn explain(&self, number: u32) -> Result<(Vec<Stamp>, Vec<EvidenceRow>), Fault> {
        let index = self.columns.index(&self.spec.feed, &self.spec.via, &self.feature.kind)?;
        let window = self.in_window();
        let selected: Vec<u32> = index.of(number).iter().copied().filter(|row| window.contains(row)).collect();
        let counted = self.count(&selected)?;
        let mut stamps = Vec::new();
        if let Some(argument) = &self.spec.aggregate.argument {
            let cells = self.argument(argument, &counted.rows)?;
            if cells.null_count() > 0 {
                stamps.push(Stamp::NullCells { count: cells.null_count() as u64 });
            }
        }
        if !counted.unknown.is_empty() {
            stamps.push(Stamp::WhereUnknown { count: counted.unknown.len() as u64 });
        }
        let unreadable = self.refusals().filter(|refusal| refusal.number == NO_NUMBER).count();
        if unreadable > 0 {
            stamps.push(Stamp::Unreadable { count: unreadable as u64 });
        }
        let (not_covered, of) = self.shares(&mut |target| target == number)?;
        if not_covered > 0 {
            stamps.push(Stamp::MembersNotCovered { count: not_covered, of });
        }
        let mut evidence: Vec<EvidenceRow> = counted.rows.iter().map(|row| self.rows.evidence(*row)).collect();
        for pairs in &counted.pairs {
            evidence.extend(pairs.evidence(self.columns.scene, &counted.rows)?);
        }
        Ok((stamps, evidence))
    }

    /// Rows with a valid date in the window: neighbours, for rows are sorted by it.
    fn in_window(&self) -> Range<u32> {
        let valid = &self.rows.valid;
        let from = valid.partition_point(|day| *day < self.window.from);
        let to = valid.partition_point(|day| *day <= self.window.to).max(from);
        u32::try_from(from).unwrap_or(u32::MAX)..u32::try_from(to).unwrap_or(u32::MAX)
    }

    fn count(&self, selected: &[u32]) -> Result<Counted, Fault> {
        let mut counted = Counted { rows: Vec::new(), targets: Vec::new(), unknown: Vec::new(), pairs: Vec::new() };
        match &self.spec.filter {
            None => counted.rows = selected.to_vec(),
            Some(filter) => {
                let (batch, pairs) = self.batch(filter, selected)?;
                let truths = batch.truth(&filter.root)?;
                for (index, row) in selected.iter().enumerate() {
                    if truths.holds.value(index) {
                        counted.rows.push(*row);
                    } else if !truths.known.value(index) {
                        counted.unknown.push(*row);
                    }
                }
                counted.pairs = pairs;
            }
        }
        counted.targets = counted.rows.iter().map(|row| self.targets[*row as usize]).collect();
        Ok(counted)
    }

    /// The aggregated cells of `rows`.
    fn argument(&self, argument: &Compiled, rows: &[u32]) -> Result<ArrayRef, Fault> {
        let (batch, _) = self.batch(argument, rows)?;
        batch.values(&argument.root)
    }

    /// The inputs of `compiled` over `rows`, and the row pairs behind its `exists_row` calls.
    fn batch(&self, compiled: &Compiled, rows: &[u32]) -> Result<(Batch, Vec<Pairs>), Fault> {
        let mut operands = Vec::new();
        let mut pairs = Vec::new();
        for input in &compiled.inputs {
            operands.push(match input {
                Input::Exists(number) => {
                    let found = exists::find(self, &compiled.exists[*number], rows)?;
                    let bits = arrow_array::BooleanArray::from(found.exists(rows));
                    pairs.push(found);
                    Operand::Array(Type::Bool, Arc::new(bits))
                }
                input => self.operand(input, rows)?,
            });
        }
        Ok((Batch { size: rows.len(), operands, at: self.feature.name.clone() }, pairs))
    }

    /// One input, other than `exists_row` and `other.x`, over `rows` of this feed.
    pub fn operand(&self, input: &Input, rows: &[u32]) -> Result<Operand, Fault> {
        let scene = self.columns.scene;
        let of_targets = || rows.iter().map(|row| self.targets[*row as usize]).collect::<Vec<u32>>();
        match input {
            Input::AsOf => Ok(Operand::Constant(Value::Day(scene.question.as_of))),
            Input::Parameter(name) => {
                let parameter = self.columns.parameter(&self.feature.kind, name)?;
                Ok(match &parameter.operand {
                    Operand::Choice(values, choice) => Operand::Choice(
                        values.clone(),
                        of_targets().iter().map(|target| choice[*target as usize]).collect(),
                    ),
                    operand => operand.clone(),
                })
            }
            Input::Name { prefix: None, name } => self.cells(self.rows, name, rows),
            Input::Name { prefix: Some(prefix), name } if prefix == SUBJECT => {
                let column = self.columns.read(&self.feature.kind, None, name)?;
                Ok(Operand::Array(column.ty, values::gather(&column.values, &of_targets())?))
            }
            Input::Name { prefix: Some(link), name } => {
                let reference = self.columns.resolve(link, None, name)?;
                let reader = self.columns.attribute(&reference)?;
                let canonical = &scene.subjects(link)?.canonical;
                let kind = scene
                    .programme
                    .describe(&reference)
                    .map(|(kind, ..)| kind)
                    .ok_or_else(|| crate::scene::missing(name))?;
                let cells = rows.iter().map(|row| match self.rows.link(link, canonical, *row) {
                    NO_NUMBER => Value::Null,
                    number => reader.value_on(number, self.rows.membership_day(*row, scene.question.as_of)),
                });
                Ok(Operand::Array(kind, values::collect(kind, name, cells)?))
            }
            Input::Exists(_) => Err(crate::scene::missing("exists_row")),
        }
    }

    /// The cells of column `name` of `feed_rows`, or the keys of its link `name`.
    pub fn cells(&self, feed_rows: &FeedRows<'_>, name: &str, rows: &[u32]) -> Result<Operand, Fault> {
        if let Some(column) = feed_rows.feed.columns.get(name) {
            return Ok(Operand::Array(column.ty, values::gather(&feed_rows.column(name)?, rows)?));
        }
        let subjects = self.columns.scene.subjects(name)?;
        let keys = rows.iter().map(|row| match feed_rows.link(name, &subjects.canonical, *row) {
            NO_NUMBER => Value::Null,
            number => Value::Text(Arc::clone(subjects.identities.key(number))),
        });
        Ok(Operand::Array(Type::Text, values::collect(Type::Text, name, keys)?))
    }

    /// Marks what is not covered: the whole feed, refused rows, what `where` reads about the subject.
    fn uncover(&self, column: &mut Column) -> Result<(), Fault> {
        let coverage = &self.rows.coverage;
        let ever = self.spec.window == Window::Ever;
        if let Some(reason) = coverage.lacks(self.window, ever) {
            column.uncover_all(ReasonLine { reason, about: self.spec.feed.clone() });
        }
        if let (State::Late, Some(day)) = (coverage.state, coverage.end) {
            column.stamps.push(Stamp::DataTo { day });
        }
        if let (true, Some(day)) = (ever, coverage.start) {
            column.stamps.push(Stamp::Since { day });
        }
        self.uncover_refused(column)?;
        for compiled in self.spec.aggregate.argument.iter().chain(&self.spec.filter) {
            for input in &compiled.inputs {
                self.uncover_input(column, input)?;
            }
            for exists in &compiled.exists {
                for input in &exists.condition.inputs {
                    self.uncover_input(column, input)?;
                }
                exists::uncover(self, exists, column)?;
            }
        }
        Ok(())
    }

    fn uncover_input(&self, column: &mut Column, input: &Input) -> Result<(), Fault> {
        let kind = &self.feature.kind;
        match input {
            Input::Parameter(name) => {
                for (reason, bits) in &self.columns.parameter(kind, name)?.lacks {
                    column.uncover(reason.clone(), bits.clone());
                }
            }
            Input::Name { prefix: Some(prefix), name } if prefix == SUBJECT => {
                for (reason, bits) in &self.columns.read(kind, None, name)?.reasons {
                    column.uncover(reason.clone(), bits.clone());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn uncover_refused(&self, column: &mut Column) -> Result<(), Fault> {
        let size = self.columns.scene.size(&self.feature.kind)?;
        let reason = ReasonLine { reason: Reason::RowRefused, about: self.spec.feed.clone() };
        if self.is_rolled_up() {
            let mut numbers = Vec::new();
            let mut touched: BTreeSet<u32> = BTreeSet::new();
            self.refused_places(&mut |target, _| {
                touched.insert(target);
            })?;
            for target in touched {
                let (not_covered, of) = self.shares(&mut |place| place == target)?;
                if exceeds(not_covered, of, self.spec.tolerate) {
                    numbers.push(target);
                }
            }
            column.uncover(reason, bitmap::of_numbers(size, numbers));
        } else {
            let mut numbers = Vec::new();
            for refusal in self.refusals() {
                numbers.push(self.refused_target(&refusal)?);
            }
            column.uncover(reason, bitmap::of_numbers(size, numbers));
        }
        Ok(())
    }

    /// Whether rows reach a place through subjects that live there.
    fn is_rolled_up(&self) -> bool {
        self.spec.via != self.feature.kind && self.columns.scene.programme.level(&self.feature.kind).is_some()
    }

    /// The refused rows that meet the window.
    fn refusals(&self) -> impl Iterator<Item = Refusal> {
        refusals(self.columns, self.rows, &self.spec.via, self.window)
    }

    /// The subject a refused row would have reached; [`NO_NUMBER`] for none.
    fn refused_target(&self, refusal: &Refusal) -> Result<u32, Fault> {
        let scene = self.columns.scene;
        if refusal.number == NO_NUMBER {
            return Ok(NO_NUMBER);
        }
        if self.spec.via == self.feature.kind {
            return Ok(match scene.programme.level(&self.feature.kind) {
                Some(_) => scene.places()?.current(refusal.number),
                None => refusal.number,
            });
        }
        let list = scene.list(&self.spec.via).ok_or_else(|| crate::scene::missing(&self.spec.via))?;
        Ok(list.group_on(scene, refusal.number, refusal.day)?.map_or(NO_NUMBER, |group| group.number))
    }

    /// Calls `visit(place, member)` for each refused row that lies at a place of this feature; the member is [`NO_NUMBER`] for
    /// a row whose subject could not be read but whose place could.
    fn refused_places(&self, visit: &mut dyn FnMut(u32, u32)) -> Result<(), Fault> {
        let scene = self.columns.scene;
        let above = self.columns.above(&self.spec.via, &self.feature.kind)?;
        for refusal in self.refusals() {
            if refusal.number != NO_NUMBER {
                if let Some(target) = above.get(refusal.number as usize).filter(|target| **target != NO_NUMBER) {
                    visit(*target, refusal.number);
                }
                continue;
            }
            let linked = &self.rows.parts[refusal.part as usize];
            let level = scene.programme.level(&self.feature.kind);
            let place = linked.refused_links.keys().find_map(|link| {
                scene.programme.level(link)?;
                let canonical = &scene.subjects(link).ok()?.canonical;
                let number = refused_link_of(linked, link, refusal.index as usize, canonical);
                (number != NO_NUMBER).then_some(number)
            });
            if let (Some(place), Some(level)) = (place, level) {
                let target = scene.places()?.ancestor(place, level);
                if target != NO_NUMBER {
                    visit(target, NO_NUMBER);
                }
            }
        }
        Ok(())
    }

    /// (members not covered, members) of the places that `wanted` names; both 0 where the feature is not rolled up.
    fn shares(&self, wanted: &mut dyn FnMut(u32) -> bool) -> Result<(u64, u64), Fault> {
        if !self.is_rolled_up() {
            return Ok((0, 0));
        }
        let mut members: BTreeSet<u32> = BTreeSet::new();
        let mut unreadable = 0_u64;
        self.refused_places(&mut |target, member| {
            if wanted(target) {
                if member == NO_NUMBER {
                    unreadable += 1;
                } else {
                    members.insert(member);
                }
            }
        })?;
        let not_covered = members.len() as u64 + unreadable;
        if not_covered == 0 {
            return Ok((0, 0));
        }
        let scene = self.columns.scene;
        let above = self.columns.above(&self.spec.via, &self.feature.kind)?;
        let all = scene.members(&self.spec.via)?;
        let of = all.set_indices().filter(|member| wanted(above[*member])).count();
        Ok((not_covered, of as u64))
    }

    /// The other row's feed and its way to this feature's subjects.
    pub fn other(&self, feed: &str) -> Result<(&'s FeedRows<'a>, String), Fault> {
        let scene = self.columns.scene;
        let rows = scene.rows(feed)?;
        Ok((rows, way_to(scene.programme, rows.feed, &self.spec.via, &self.feature.kind)))
    }

    /// The columns of the question.
    pub fn columns(&self) -> &'c Columns<'s, 'a> {
        self.columns
    }

    /// The feature read.
    pub fn feature(&self) -> &'a Feature {
        self.feature
    }

    /// This feature's own feed.
    pub fn rows(&self) -> &'s FeedRows<'a> {
        self.rows
    }

    /// The window.
    pub fn window(&self) -> Interval {
        self.window
    }

    /// The subject of `row`.
    pub fn target(&self, row: u32) -> u32 {
        self.targets[row as usize]
    }

    /// The longest period a parameter or a literal stands for, over all subjects; `None` for other inputs.
    pub fn longest(&self, input: &Input) -> Result<Option<Period>, Fault> {
        let Input::Parameter(name) = input else { return Ok(None) };
        let parameter = self.columns.parameter(&self.feature.kind, name)?;
        let values: &[Value] = match &parameter.operand {
            Operand::Constant(value) => std::slice::from_ref(value),
            Operand::Choice(values, _) => values,
            Operand::Array(..) => &[],
        };
        let periods =
            values.iter().filter_map(|value| if let Value::Period(period) = value { Some(*period) } else { None });
        Ok(periods.max_by_key(|period| period.months * 31 + period.days))
    }
}

/// A refused row as a feature sees it.
pub struct Refusal {
    /// Delivery.
    pub part: u32,
    /// Number among its refused rows.
    pub index: u32,
    /// Canonical number of the subject; [`NO_NUMBER`] when its key could not be read.
    pub number: u32,
    /// The row's date, or the last day its delivery covers.
    pub day: types::Day,
}

/// The active refused rows of `rows` that meet `window`.
pub fn refusals(
    columns: &Columns<'_, '_>,
    rows: &FeedRows<'_>,
    via: &str,
    window: Interval,
) -> impl Iterator<Item = Refusal> {
    let canonical = columns.scene.subjects(via).map(|subjects| Arc::clone(&subjects.canonical)).unwrap_or_default();
    rows.refused.iter().filter_map(move |(part, index)| {
        let linked = &rows.parts[*part as usize];
        let valid = rows.refused_valid(*part, *index);
        let meets = match (valid, linked.delivery.covers) {
            (Some(day), _) => window.contains(day),
            (None, Some(covers)) => covers.meets(window),
            (None, None) => true,
        };
        let number = refused_link_of(linked, via, *index as usize, &canonical);
        let day = valid.or(linked.delivery.covers.map(|covers| covers.to)).unwrap_or(linked.delivery.data_date);
        meets.then_some(Refusal { part: *part, index: *index, number, day })
    })
}

/// The link by which rows of `feed` reach subjects of `kind`: `via` itself where the feed has it, else the kind's own, else the
/// only one that leads there.
fn way_to(programme: &Programme, feed: &Feed, via: &str, kind: &str) -> String {
    let has = |link: &str| {
        feed.links.contains_key(link)
            || programme.registers.get(link).is_some_and(
                |register| matches!(&register.shape, Shape::Derived { feed: derived, .. } if *derived == feed.name),
            )
    };
    if has(via) {
        return via.to_owned();
    }
    if has(kind) {
        return kind.to_owned();
    }
    let leading = |link: &&String| programme.kinds_above(link).iter().any(|above| above == kind);
    feed.links.keys().find(leading).cloned().unwrap_or_else(|| via.to_owned())
}

/// Whether `not_covered` of `of` is more than `tolerate`.
pub fn exceeds(not_covered: u64, of: u64, tolerate: types::Decimal) -> bool {
    let share = types::Decimal::new(i128::from(not_covered), 0);
    let bearable = tolerate.checked_mul(types::Decimal::new(i128::from(of), 0));
    bearable.is_none_or(|bearable| share > bearable)
}
