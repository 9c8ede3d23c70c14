//! Features over the members of a subject at A: roll-ups.

use std::collections::BTreeSet;

use arrow_buffer::BooleanBuffer;
use pack::programme::{Feature, Members};
use types::{NO_NUMBER, ReasonLine};

use super::aggregate::aggregate;
use super::formula::{self, Read};
use super::rows::exceeds;
use crate::column::Column;
use crate::columns::Columns;
use crate::{Fault, bitmap, values};

/// What each member contributes.
pub struct Contributions {
    /// Subject that each member number belongs to, or lives in; [`NO_NUMBER`] for none and for who is no member.
    pub targets: Vec<u32>,
    /// Members whose values are covered.
    pub covered: BooleanBuffer,
    /// Why others are not.
    pub reasons: Vec<(ReasonLine, BooleanBuffer)>,
    /// Covered members whose `where` holds.
    pub counted: BooleanBuffer,
}

/// Who contributes to `feature`.
pub fn contributions(columns: &Columns<'_, '_>, feature: &Feature, spec: &Members) -> Result<Contributions, Fault> {
    let size = columns.scene.size(&spec.kind)?;
    let members = columns.scene.members(&spec.kind)?;
    let above = columns.above(&spec.kind, &feature.kind)?;
    let targets: Vec<u32> =
        (0..size).map(|member| if members.value(member) { above[member] } else { NO_NUMBER }).collect();
    let mut covered = bitmap::filled(size, true);
    let mut reasons: Vec<(ReasonLine, BooleanBuffer)> = Vec::new();
    let mut counted = bitmap::filled(size, true);
    for (compiled, is_filter) in spec
        .filter
        .iter()
        .map(|filter| (filter, true))
        .chain(spec.aggregate.argument.iter().map(|argument| (argument, false)))
    {
        let reads = formula::reads(columns, &spec.kind, compiled)?;
        for read in &reads {
            let lacks = match read {
                Read::Column(column) => &column.reasons,
                Read::Parameter(parameter) => &parameter.lacks,
                Read::AsOf => continue,
            };
            for (reason, bits) in lacks {
                covered = bitmap::and_not(&covered, bits);
                reasons.push((reason.clone(), bits.clone()));
            }
        }
        if is_filter {
            counted = formula::batch(columns, &spec.kind, &reads, &feature.name)?.truth(&compiled.root)?.holds;
        }
    }
    counted = &counted & &covered;
    Ok(Contributions { targets, covered, reasons, counted })
}

/// The feature of every subject.
pub fn column(columns: &Columns<'_, '_>, feature: &Feature, spec: &Members) -> Result<Column, Fault> {
    let size = columns.scene.size(&feature.kind)?;
    let Contributions { targets, covered, reasons, counted } = contributions(columns, feature, spec)?;
    let rows: Vec<u32> = (0_u32..)
        .zip(&targets)
        .filter(|(member, target)| **target != NO_NUMBER && counted.value(*member as usize))
        .map(|(member, _)| member)
        .collect();
    let row_targets: Vec<u32> = rows.iter().map(|member| targets[*member as usize]).collect();
    let argument = match &spec.aggregate.argument {
        Some(argument) => {
            let reads = formula::reads(columns, &spec.kind, argument)?;
            let batch = formula::batch(columns, &spec.kind, &reads, &feature.name)?;
            Some(values::gather(&batch.values(&argument.root)?, &rows)?)
        }
        None => None,
    };
    let cells = aggregate(&spec.aggregate, size, &row_targets, argument.as_ref(), &feature.name)?;
    let mut column = Column::covered(feature.ty, cells);
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
        for (reason, bits) in &reasons {
            let subjects: BTreeSet<u32> =
                bits.set_indices().map(|member| targets[member]).filter(|target| *target != NO_NUMBER).collect();
            column.uncover(reason.clone(), &bitmap::of_numbers(size, subjects) & &unbearable);
        }
    }
    Ok(column)
}
