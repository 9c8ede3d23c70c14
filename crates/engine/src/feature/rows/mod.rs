//! Features over the rows of a feed.

mod named;
mod uncovered;

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::ArrayRef;
use expr::{AggregateCall, Compiled, ExistsRow, Input};
use named::stand_in;
use pack::Programme;
use pack::programme::{Feature, Feed, Reference, Rows, Shape, Window};
use types::{Day, Decimal, EvidenceRow, Interval, NO_NUMBER, Stamp, Type, Value};

use crate::behind::Behind;
use crate::column::Column;
use crate::columns::Columns;
use crate::feature::aggregate::{self, Aggregate};
use crate::feature::carried;
use crate::feature::exists::{self, Pairs};
use crate::feature::refused::Refused;
use crate::feature::targets::Targets;
use crate::index::GrowingIndex;
use crate::rows::{FeedRows, Run, count, file_row};
use crate::vector::{Batch, Operand, is_column_wise};
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

/// One feature over rows, ready to be computed or explained.
pub struct RowsReader<'c, 'a> {
    columns: &'c Columns<'a>,
    feature: &'a Feature,
    spec: &'a Rows,
    rows: &'c FeedRows<'a>,
    targets: Arc<Targets>,
    window: Interval,
}

/// Rows of one evaluation, with what became of them.
struct Counted {
    /// Rows that count, in row order.
    rows: Vec<u32>,
    /// Rows whose `where` was unknown.
    unknown: Vec<u32>,
    /// Rows of other feeds that made them count.
    pairs: Vec<Pairs>,
}

/// Rows looked at in one go: their cells stay in the nearest memory.
pub const ROWS_AT_ONCE: u32 = 1 << 15;

impl<'c, 'a> RowsReader<'c, 'a> {
    /// Finds the way from rows to subjects, and the window.
    pub fn new(columns: &'c Columns<'a>, feature: &'a Feature, spec: &'a Rows) -> Result<Self, Fault> {
        let scene = &*columns.scene;
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
        let mut aggregate = Aggregate::new(&self.spec.aggregate, size, &self.feature.name);
        let refused = self.refused()?;
        for run in self.rows.runs(self.window).flat_map(|run| run.pieces(ROWS_AT_ONCE)) {
            self.add(&mut aggregate, &run, &refused, None)?;
        }
        let (values, carry) = aggregate.finish_to_carry()?;
        let carry = carry.filter(|_| self.columns.stays()).map(Arc::new);
        let mut column = Column { carry, ..Column::covered(self.feature.ty, values) };
        self.uncover(&mut column)?;
        Ok(column)
    }

    /// Adds the rows of one run: as they stand where that is possible, else those that count one by one. `only`: the aggregate is of
    /// these subjects (sorted), by their position here.
    pub fn add(
        &self,
        aggregate: &mut Aggregate<'_>,
        run: &Run,
        refused: &Refused,
        only: Option<&[u32]>,
    ) -> Result<(), Fault> {
        let part = &self.rows.parts[run.part];
        let argument = self.spec.aggregate.argument.as_ref();
        let is_plain = |compiled: &Compiled| is_column_wise(&compiled.root) && self.is_of_row(compiled);
        let named = argument.filter(|_| aggregate.takes_numbers()).and_then(|argument| self.named(argument, run));
        let is_plain_argument = named.is_some() || argument.is_none_or(is_plain);
        if refused.members.is_empty() && self.spec.filter.as_ref().is_none_or(is_plain) && is_plain_argument {
            let targets = &self.targets.part(run.part)[run.rows.start as usize..run.rows.end as usize];
            let mut counted = run.mask.clone();
            if let Some(filter) = &self.spec.filter {
                let holds = self.run_batch(filter, run)?.truth(&filter.root)?.holds;
                counted = Some(counted.map_or_else(|| holds.clone(), |mask| &mask & &holds));
            }
            let positions: Option<Vec<u32>> =
                only.map(|only| targets.iter().map(|target| carried::position(only, *target)).collect());
            let rows = aggregate::Rows {
                targets: positions.as_deref().unwrap_or(targets),
                counted: counted.as_ref(),
                first: part.base + run.rows.start,
                numbers: None,
            };
            if let Some(named) = named {
                aggregate.add_numbers(&rows, &named);
                return Ok(());
            }
            let cells = match argument {
                Some(argument) => Some(self.run_batch(argument, run)?.values(&argument.root)?),
                None => None,
            };
            let first = run.rows.start;
            return aggregate.add(&rows, cells.as_ref(), |row| part.valid(first + count(row)).0);
        }
        let size = self.columns.scene.size(&self.feature.kind)?;
        let selected: Vec<u32> = run
            .clone()
            .seen()
            .map(|row| part.base + row)
            .filter(|row| (self.target(*row) as usize) < size && self.is_covered(*row, refused))
            .collect();
        self.add_listed(aggregate, &selected, only)
    }

    /// Adds those of `selected` that count; `only` as in [`RowsReader::add`].
    pub fn add_listed(
        &self,
        aggregate: &mut Aggregate<'_>,
        selected: &[u32],
        only: Option<&[u32]>,
    ) -> Result<(), Fault> {
        let counted = self.count(selected)?;
        let place = |target: u32| only.map_or(target, |only| carried::position(only, target));
        let targets: Vec<u32> = counted.rows.iter().map(|row| place(self.target(*row))).collect();
        let rows = aggregate::Rows { targets: &targets, counted: None, first: 0, numbers: Some(&counted.rows) };
        let argument = self.spec.aggregate.argument.as_ref();
        let named = argument.filter(|_| aggregate.takes_numbers());
        if let Some(named) = named.and_then(|argument| self.named_in(argument, &counted.rows)) {
            aggregate.add_numbers(&rows, &named);
            return Ok(());
        }
        let cells = match argument {
            Some(argument) => Some(self.argument(argument, &counted.rows)?),
            None => None,
        };
        aggregate.add(&rows, cells.as_ref(), |row| self.rows.valid(counted.rows[row]).0)
    }

    /// Whether all that `compiled` reads stands in the row itself, or is the same for all rows.
    fn is_of_row(&self, compiled: &Compiled) -> bool {
        compiled.inputs.iter().all(|input| match input {
            Input::AsOf => true,
            Input::Name { prefix: None, name } => self.rows.feed.columns.contains_key(name),
            Input::Parameter(name) => self
                .columns
                .parameter(&self.feature.kind, name)
                .is_ok_and(|parameter| matches!(parameter.operand, Operand::Constant(_))),
            _ => false,
        })
    }

    /// Those rows of `run` for which `where` holds, where that can be told from the rows as they stand; otherwise all.
    pub fn meeting(&self, run: Run) -> Result<Option<Run>, Fault> {
        let is_plain = |filter: &&Compiled| is_column_wise(&filter.root) && self.is_of_row(filter);
        let Some(filter) = self.spec.filter.as_ref().filter(is_plain) else { return Ok(Some(run)) };
        let holds = self.run_batch(filter, &run)?.truth(&filter.root)?.holds;
        let mask = run.mask.as_ref().map_or_else(|| holds.clone(), |mask| mask & &holds);
        Ok(bitmap::any(&mask).then_some(Run { mask: Some(mask), ..run }))
    }

    /// The inputs of `compiled`, which [`RowsReader::is_of_row`], over `run`.
    fn run_batch(&self, compiled: &Compiled, run: &Run) -> Result<Batch, Fault> {
        let operand = |input: &Input| match input {
            Input::Name { prefix: None, name } if self.rows.feed.columns.contains_key(name) => {
                let column = &self.rows.feed.columns[name];
                Ok(Operand::Array(column.ty, self.rows.slice(name, run.part, &run.rows)?))
            }
            input => self.operand(input, &[]),
        };
        let operands = compiled.inputs.iter().map(operand).collect::<Result<_, Fault>>()?;
        Ok(Batch { size: run.len(), operands, at: self.feature.name.clone() })
    }

    /// Stamps of, and rows behind, one subject's value.
    pub fn explain(&self, number: u32) -> Result<(Vec<Stamp>, Behind), Fault> {
        let index = self.columns.index(&self.spec.feed, &self.spec.via, &self.feature.kind)?;
        let refused = self.refused()?;
        let selected: Vec<u32> = index
            .of(number)
            .filter(|row| self.rows.is_in(*row, self.window) && self.is_covered(*row, &refused))
            .collect();
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
        if refused.unreadable > 0 {
            stamps.push(Stamp::Unreadable { count: refused.unreadable });
        }
        if let Some((not_covered, of)) = refused.shares.get(&number) {
            stamps.push(Stamp::MembersNotCovered { count: *not_covered, of: *of });
        }
        if self.is_any_assumed(&counted.rows)? {
            stamps.push(Stamp::Assumed);
        }
        let mut behind = Behind::default();
        behind.add_rows(self.rows, &counted.rows);
        for pairs in &counted.pairs {
            pairs.gather(&self.columns.scene, &counted.rows, &mut behind)?;
        }
        Ok((stamps, behind))
    }

    /// The rows that count for subject `number`, in row order, each with what it contributes (NULL for a count).
    pub fn listed(&self, number: u32) -> Result<Vec<(u32, Value)>, Fault> {
        let index = self.columns.index(&self.spec.feed, &self.spec.via, &self.feature.kind)?;
        let refused = self.refused()?;
        let is_seen = |row: &u32| self.rows.is_in(*row, self.window) && self.is_covered(*row, &refused);
        let selected: Vec<u32> = index.of(number).filter(is_seen).collect();
        let rows = self.count(&selected)?.rows;
        let Some(argument) = &self.spec.aggregate.argument else {
            return Ok(rows.into_iter().map(|row| (row, Value::Null)).collect());
        };
        let cells = self.argument(argument, &rows)?;
        let value = |index: usize| values::cell(&cells, argument.root.ty, index);
        Ok(rows.iter().enumerate().map(|(index, row)| (*row, value(index))).collect())
    }

    /// The subject that `row` names by this feature's link; [`NO_NUMBER`] for none.
    pub fn named_by(&self, row: u32) -> Result<u32, Fault> {
        let canonical = &self.columns.scene.subjects(&self.spec.via)?.canonical;
        Ok(self.rows.link(&self.spec.via, canonical, row))
    }

    /// The place of `row` in its department's file.
    pub fn evidence(&self, row: u32) -> EvidenceRow {
        let (part, index) = self.rows.locate(row);
        let linked = &self.rows.parts[part].linked;
        let delivery = &linked.delivery;
        EvidenceRow { feed: delivery.feed.clone(), delivery: delivery.hash, row: file_row(linked, index) }
    }

    /// How many members of subject `number` refused rows take away.
    pub fn not_covered(&self, number: u32) -> Result<u64, Fault> {
        Ok(self.refused()?.shares.get(&number).map_or(0, |(not_covered, _)| *not_covered))
    }

    fn count(&self, selected: &[u32]) -> Result<Counted, Fault> {
        let mut counted = Counted { rows: Vec::new(), unknown: Vec::new(), pairs: Vec::new() };
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
        let scene = &*self.columns.scene;
        let of_targets = || rows.iter().map(|row| self.target(*row)).collect::<Vec<u32>>();
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
                    number => reader.value_on(number, self.membership_day(*row)),
                });
                Ok(Operand::Array(kind, values::collect(kind, name, cells)?))
            }
            Input::Exists(_) => Err(crate::scene::missing("exists_row")),
        }
    }

    /// The cells of column `name` of `feed_rows`, or the keys of its link `name`.
    pub fn cells(&self, feed_rows: &FeedRows<'_>, name: &str, rows: &[u32]) -> Result<Operand, Fault> {
        if let Some(column) = feed_rows.feed.columns.get(name) {
            return Ok(Operand::Array(column.ty, feed_rows.gather(name, rows)?));
        }
        let scene = &*self.columns.scene;
        let subjects = scene.subjects(name)?;
        let places = scene.programme.level(name).and_then(|_| scene.places().ok());
        let keys = rows.iter().map(|row| match feed_rows.link(name, &subjects.canonical, *row) {
            NO_NUMBER => Value::Null,
            number => Value::text(subjects.identities.key(stand_in(places, number))),
        });
        Ok(Operand::Array(Type::Text, values::collect(Type::Text, name, keys)?))
    }

    /// What refused rows take away.
    pub fn refused(&self) -> Result<Arc<Refused>, Fault> {
        self.columns.refused(self.feature, || Refused::of(self))
    }

    /// Whether the row's member is covered: of a place, only those who are count.
    fn is_covered(&self, row: u32, refused: &Refused) -> bool {
        if refused.members.is_empty() {
            return true;
        }
        let canonical = self.columns.scene.subjects(&self.spec.via).map(|subjects| &subjects.canonical);
        canonical.is_ok_and(|canonical| !refused.members.contains(&self.rows.link(&self.spec.via, canonical, row)))
    }

    fn membership_day(&self, row: u32) -> Day {
        self.rows.membership_day(self.rows.valid(row), self.columns.scene.question.as_of)
    }

    /// Whether rows reach a place through subjects that live there.
    pub fn is_rolled_up(&self) -> bool {
        self.spec.via != self.feature.kind && self.columns.scene.programme.level(&self.feature.kind).is_some()
    }

    /// Its `exists_row` calls.
    pub fn exists(&self) -> impl Iterator<Item = &'a ExistsRow> {
        self.spec.aggregate.argument.iter().chain(&self.spec.filter).flat_map(|compiled| &compiled.exists)
    }

    /// The aggregate.
    pub fn aggregate(&self) -> &'a AggregateCall {
        &self.spec.aggregate
    }

    /// Everything its expressions read, without what `exists_row` reads.
    pub fn inputs(&self) -> impl Iterator<Item = &'a Input> {
        self.spec.aggregate.argument.iter().chain(&self.spec.filter).flat_map(|compiled| &compiled.inputs)
    }

    /// The subject of each row.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Its rows by subject.
    pub fn index(&self) -> Result<Arc<GrowingIndex>, Fault> {
        self.columns.index(&self.spec.feed, &self.spec.via, &self.feature.kind)
    }

    /// The link by which its rows reach the subject.
    pub fn via(&self) -> &'a str {
        &self.spec.via
    }

    /// Greatest share of uncovered members.
    pub fn tolerate(&self) -> Decimal {
        self.spec.tolerate
    }

    /// Whether its window begins with the coverage.
    pub fn is_ever(&self) -> bool {
        self.spec.window == Window::Ever
    }

    /// The other row's feed and its way to this feature's subjects.
    pub fn other(&self, feed: &str) -> Result<(&'c FeedRows<'a>, String), Fault> {
        let scene = &*self.columns.scene;
        let rows = scene.rows(feed)?;
        Ok((rows, way_to(scene.programme, rows.feed, &self.spec.via, &self.feature.kind)))
    }

    /// The columns of the question.
    pub fn columns(&self) -> &'c Columns<'a> {
        self.columns
    }

    /// The feature read.
    pub fn feature(&self) -> &'a Feature {
        self.feature
    }

    /// This feature's own feed.
    pub fn rows(&self) -> &'c FeedRows<'a> {
        self.rows
    }

    /// The window.
    pub fn window(&self) -> Interval {
        self.window
    }

    /// The subject of `row`.
    pub fn target(&self, row: u32) -> u32 {
        self.targets.of_row(self.rows, row)
    }

    /// A parameter as the feature's subjects see it; `None` for other inputs.
    pub fn parameter(&self, input: &Input) -> Result<Option<Operand>, Fault> {
        let Input::Parameter(name) = input else { return Ok(None) };
        Ok(Some(self.columns.parameter(&self.feature.kind, name)?.operand.clone()))
    }
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
