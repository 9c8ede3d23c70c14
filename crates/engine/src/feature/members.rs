//! Features over the members of a subject at A: roll-ups.

use std::collections::BTreeSet;

use arrow_array::ArrayRef;
use arrow_buffer::BooleanBuffer;
use pack::programme::{Feature, Members};
use types::{NO_NUMBER, ReasonLine, Stamp};

use super::aggregate::aggregate;
use super::formula::{self, Read};
use super::refused::exceeds;
use crate::column::Column;
use crate::columns::Columns;
use crate::index::Index;
use crate::{Fault, bitmap, values};

/// What each member contributes.
pub struct Contributions {
    /// Subject that each member number belongs to, or lives in; [`NO_NUMBER`] for none and for who is no member.
    pub targets: Vec<u32>,
    /// Members by subject.
    pub index: Index,
    /// Members whose values are covered.
    pub covered: BooleanBuffer,
    /// Why others are not.
    pub reasons: Vec<(ReasonLine, BooleanBuffer)>,
    /// Covered members whose `where` holds.
    pub counted: BooleanBuffer,
    /// Covered members whose `where` is unknown.
    pub unknown: BooleanBuffer,
    /// The aggregated values of all members; `None` for `count(*)`.
    pub values: Option<ArrayRef>,
    /// What is to be known of everything read.
    pub stamps: Vec<Stamp>,
}

impl Contributions {
    /// Who contributes to `feature`.
    pub fn of(columns: &Columns<'_, '_>, feature: &Feature, spec: &Members) -> Result<Self, Fault> {
        let size = columns.scene.size(&spec.kind)?;
        let members = columns.scene.members(&spec.kind)?;
        let above = columns.above(&spec.kind, &feature.kind)?;
        let targets: Vec<u32> =
            (0..size).map(|member| if members.value(member) { above[member] } else { NO_NUMBER }).collect();
        let index = Index::new(&targets, columns.scene.size(&feature.kind)?);
        let mut found = Self {
            targets,
            index,
            covered: bitmap::filled(size, true),
            reasons: Vec::new(),
            counted: bitmap::filled(size, true),
            unknown: bitmap::filled(size, false),
            values: None,
            stamps: Vec::new(),
        };
        if let Some(filter) = &spec.filter {
            let reads = formula::reads(columns, &spec.kind, filter)?;
            found.read(&reads);
            let truths = formula::batch(columns, &spec.kind, &reads, &feature.name)?.truth(&filter.root)?;
            found.counted = truths.holds;
            found.unknown = !&truths.known;
        }
        if let Some(argument) = &spec.aggregate.argument {
            let reads = formula::reads(columns, &spec.kind, argument)?;
            found.read(&reads);
            let batch = formula::batch(columns, &spec.kind, &reads, &feature.name)?;
            found.values = Some(batch.values(&argument.root)?);
        }
        found.counted = &found.counted & &found.covered;
        found.unknown = &found.unknown & &found.covered;
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

    /// What is to be known of the value of subject `number`: cells and members skipped.
    pub fn stamps_of(&self, number: u32) -> Vec<Stamp> {
        let members = self.index.of(number);
        let count =
            |wanted: &dyn Fn(usize) -> bool| members.iter().filter(|member| wanted(**member as usize)).count() as u64;
        let mut stamps = Vec::new();
        let nulls = count(&|member| {
            self.counted.value(member) && self.values.as_ref().is_some_and(|values| values.is_null(member))
        });
        if nulls > 0 {
            stamps.push(Stamp::NullCells { count: nulls });
        }
        let unknown = count(&|member| self.unknown.value(member));
        if unknown > 0 {
            stamps.push(Stamp::WhereUnknown { count: unknown });
        }
        let not_covered = count(&|member| !self.covered.value(member));
        if not_covered > 0 {
            stamps.push(Stamp::MembersNotCovered { count: not_covered, of: members.len() as u64 });
        }
        stamps
    }
}

/// The feature of every subject.
pub fn column(columns: &Columns<'_, '_>, feature: &Feature, spec: &Members) -> Result<Column, Fault> {
    let size = columns.scene.size(&feature.kind)?;
    let found = columns.contributions(feature, spec)?;
    let Contributions { targets, covered, reasons, counted, .. } = &*found;
    let rows: Vec<u32> = (0_u32..)
        .zip(targets)
        .filter(|(member, target)| **target != NO_NUMBER && counted.value(*member as usize))
        .map(|(member, _)| member)
        .collect();
    let row_targets: Vec<u32> = rows.iter().map(|member| targets[*member as usize]).collect();
    let argument = match &found.values {
        Some(array) => Some(values::gather(array, &rows)?),
        None => None,
    };
    let cells = aggregate(&spec.aggregate, size, &row_targets, argument.as_ref(), &feature.name)?;
    let mut column = Column::covered(feature.ty, cells);
    column.stamps.clone_from(&found.stamps);
    let mut not_covered = vec![0_u64; size];
    let mut of = vec![0_u64; size];
    for (member, target) in targets.iter().enumerate().filter(|(_, target)| **target != NO_NUMBER) {
        of[*target as usize] += 1;
        not_covered[*target as usize] += u64::from(!covered.value(member));
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
    }
    Ok(column)
}
