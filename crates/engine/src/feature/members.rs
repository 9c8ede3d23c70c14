//! Features over the members of a subject at A: roll-ups.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use arrow_array::ArrayRef;
use arrow_buffer::BooleanBuffer;
use pack::programme::{Feature, Members};
use types::{NO_NUMBER, ReasonLine, Stamp};

use super::aggregate::{self, Aggregate};
use super::doubtful::Doubtful;
use super::formula::{self, Read};
use super::refused::exceeds;
use crate::column::Column;
use crate::columns::Columns;
use crate::index::Index;
use crate::{Fault, bitmap};

/// What each member contributes.
pub struct Contributions {
    /// Subject that each member number belongs to, or lives in; [`NO_NUMBER`] for none and for who is no member.
    pub targets: Arc<Vec<u32>>,
    index: OnceLock<Index>,
    /// How many subjects.
    size: usize,
    /// Members whose values are covered.
    pub covered: BooleanBuffer,
    /// Why others are not.
    pub reasons: Vec<(ReasonLine, BooleanBuffer)>,
    /// Covered members whose `where` holds; `None` for all members.
    pub counted: Option<BooleanBuffer>,
    /// Covered members whose `where` is unknown.
    pub unknown: BooleanBuffer,
    /// The aggregated values of all members; `None` for `count(*)`.
    pub values: Option<ArrayRef>,
    /// What is to be known of everything read.
    pub stamps: Vec<Stamp>,
    /// Who may be a member too.
    pub doubtful: Doubtful,
}

impl Contributions {
    /// Who contributes to `feature`.
    pub fn of(columns: &Columns<'_>, feature: &Feature, spec: &Members) -> Result<Self, Fault> {
        let size = columns.scene.size(&spec.kind)?;
        let mut found = Self {
            targets: columns.members_of(&spec.kind, &feature.kind)?,
            index: OnceLock::new(),
            size: columns.scene.size(&feature.kind)?,
            covered: bitmap::filled(size, true),
            reasons: Vec::new(),
            counted: None,
            unknown: bitmap::filled(size, false),
            values: None,
            stamps: Vec::new(),
            doubtful: Doubtful::of(columns, &spec.kind, &feature.kind)?,
        };
        if let Some(filter) = &spec.filter {
            let reads = formula::reads(columns, &spec.kind, filter)?;
            found.read(&reads);
            let truths = formula::batch(columns, &spec.kind, &reads, &feature.name)?.truth(&filter.root)?;
            found.counted = Some(truths.holds);
            found.unknown = !&truths.known;
        }
        if let Some(argument) = &spec.aggregate.argument {
            let reads = formula::reads(columns, &spec.kind, argument)?;
            found.read(&reads);
            let batch = formula::batch(columns, &spec.kind, &reads, &feature.name)?;
            found.values = Some(batch.values(&argument.root)?);
        }
        if !found.reasons.is_empty() {
            let counted = found.counted.as_ref().map(|counted| counted & &found.covered);
            found.counted = Some(counted.unwrap_or_else(|| found.covered.clone()));
            found.unknown = &found.unknown & &found.covered;
        }
        Ok(found)
    }

    fn read(&mut self, reads: &[Read]) {
        for read in reads {
            let lacks = match read {
                Read::Column(column) => {
                    self.stamps.extend(column.stamps.iter().cloned());
                    &column.reasons
                }
                Read::Parameter(parameter) => &parameter.lacks,
                Read::AsOf => continue,
            };
            for (reason, bits) in lacks {
                self.covered = bitmap::and_not(&self.covered, bits);
                self.reasons.push((reason.clone(), bits.clone()));
            }
        }
        self.stamps.sort();
        self.stamps.dedup();
    }

    /// The members of subject `number`.
    pub fn members(&self, number: u32) -> &[u32] {
        let pairs = || (0_u32..).zip(self.targets.iter().copied());
        self.index.get_or_init(|| Index::new(self.size, pairs)).of(number)
    }

    /// Whether `member` is covered and its `where` holds.
    pub fn counts(&self, member: usize) -> bool {
        self.counted.as_ref().is_none_or(|counted| counted.value(member))
    }

    /// What is to be known of the value of subject `number`: cells and members skipped.
    pub fn stamps_of(&self, number: u32) -> Vec<Stamp> {
        let members = self.members(number);
        let count =
            |wanted: &dyn Fn(usize) -> bool| members.iter().filter(|member| wanted(**member as usize)).count() as u64;
        let mut stamps = Vec::new();
        let nulls =
            count(&|member| self.counts(member) && self.values.as_ref().is_some_and(|values| values.is_null(member)));
        if nulls > 0 {
            stamps.push(Stamp::NullCells { count: nulls });
        }
        let unknown = count(&|member| self.unknown.value(member));
        if unknown > 0 {
            stamps.push(Stamp::WhereUnknown { count: unknown });
        }
        let not_covered = count(&|member| !self.covered.value(member)) + self.doubtful.count(number);
        if not_covered > 0 {
            stamps.push(Stamp::MembersNotCovered { count: not_covered, of: members.len() as u64 });
        }
        if self.doubtful.nameless > 0 {
            stamps.push(Stamp::Unreadable { count: self.doubtful.nameless });
        }
        stamps
    }
}

/// The feature of every subject.
pub fn column(columns: &Columns<'_>, feature: &Feature, spec: &Members) -> Result<Column, Fault> {
    let size = columns.scene.size(&feature.kind)?;
    let found = columns.contributions(feature, spec)?;
    let Contributions { targets, covered, reasons, counted, doubtful, .. } = &*found;
    let mut aggregate = Aggregate::new(&spec.aggregate, size, &feature.name);
    let rows = aggregate::Rows { targets, counted: counted.as_ref(), first: 0, numbers: None };
    aggregate.add(&rows, found.values.as_ref(), |_| 0)?;
    let cells = aggregate.finish()?;
    let mut column = Column::covered(feature.ty, cells);
    column.stamps.clone_from(&found.stamps);
    // Nobody in a list that never came is no list of nobody.
    let (unknown, late) = columns.scene.existence(&spec.kind)?;
    if let Some(reason) = unknown {
        column.uncover_all(reason);
    }
    column.stamps.extend(late.filter(|stamp| !found.stamps.contains(stamp)));
    if reasons.is_empty() && doubtful.lines.is_empty() {
        return Ok(column);
    }
    let mut not_covered = vec![0_u64; size];
    let mut of = vec![0_u64; size];
    for (member, target) in targets.iter().enumerate().filter(|(_, target)| **target != NO_NUMBER) {
        of[*target as usize] += 1;
        not_covered[*target as usize] += u64::from(!covered.value(member));
    }
    for (subject, count) in doubtful.counts() {
        not_covered[subject as usize] += count;
    }
    let unbearable = BooleanBuffer::collect_bool(size, |subject| {
        not_covered[subject] > 0 && exceeds(not_covered[subject], of[subject], spec.tolerate)
    });
    if bitmap::any(&unbearable) {
        for (reason, bits) in reasons {
            let subjects: BTreeSet<u32> =
                bits.set_indices().map(|member| targets[member]).filter(|target| *target != NO_NUMBER).collect();
            column.uncover(reason.clone(), &bitmap::of_numbers(size, subjects) & &unbearable);
        }
        for (reason, named) in &doubtful.lines {
            column.uncover(reason.clone(), &bitmap::of_numbers(size, named.iter().copied()) & &unbearable);
        }
    }
    Ok(column)
}
