//! Features built on attributes and features of the subject and of the kinds above it.

use std::collections::BTreeSet;

use expr::{Compiled, Input};
use pack::Programme;
use pack::programme::{Feature, Reference};
use types::Value;

use crate::column::Column;
use crate::columns::Columns;
use crate::vector::{Batch, Operand};
use crate::{Fault, bitmap};

/// The attributes and features that `compiled` expressions over subjects of `kind` read.
pub fn references<'c>(
    programme: &Programme,
    kind: &str,
    compiled: impl IntoIterator<Item = &'c Compiled>,
) -> BTreeSet<Reference> {
    references_of(programme, kind, compiled.into_iter().flat_map(|compiled| &compiled.inputs))
}

/// The attributes and features among `inputs` of subjects of `kind`.
pub fn references_of<'i>(
    programme: &Programme,
    kind: &str,
    inputs: impl IntoIterator<Item = &'i Input>,
) -> BTreeSet<Reference> {
    inputs
        .into_iter()
        .filter_map(|input| match input {
            Input::Name { prefix, name } => programme.resolve(kind, prefix.as_deref(), name),
            _ => None,
        })
        .collect()
}

/// One input of an expression over subjects of `kind`, as a column: parameters become columns without values.
pub enum Read {
    /// A value.
    Column(std::sync::Arc<Column>),
    /// A parameter at the subject's place.
    Parameter(std::sync::Arc<crate::parameter::ParameterColumn>),
    /// A.
    AsOf,
}

/// Everything `compiled` reads about every subject of `kind`.
pub fn reads(columns: &Columns<'_>, kind: &str, compiled: &Compiled) -> Result<Vec<Read>, Fault> {
    compiled
        .inputs
        .iter()
        .map(|input| {
            Ok(match input {
                Input::Name { prefix, name } => Read::Column(columns.read(kind, prefix.as_deref(), name)?),
                Input::Parameter(name) => Read::Parameter(columns.parameter(kind, name)?),
                Input::AsOf => Read::AsOf,
                Input::Exists(_) => {
                    return Err(Fault::Programme { missing: format!("rows of feeds in `{}`", compiled.text) });
                }
            })
        })
        .collect()
}

/// The operands of a batch over every subject.
pub fn batch(columns: &Columns<'_>, kind: &str, reads: &[Read], at: &str) -> Result<Batch, Fault> {
    let as_of = columns.scene.question.as_of;
    let operands = reads
        .iter()
        .map(|read| match read {
            Read::Column(column) => Operand::Array(column.ty, column.values.clone()),
            Read::Parameter(parameter) => parameter.operand.clone(),
            Read::AsOf => Operand::Constant(Value::Day(as_of)),
        })
        .collect();
    Ok(Batch { size: columns.scene.size(kind)?, operands, at: at.to_owned() })
}

/// The value of `compiled` for every subject; covered where all it reads is.
pub fn column(columns: &Columns<'_>, feature: &Feature, compiled: &Compiled) -> Result<Column, Fault> {
    let reads = reads(columns, &feature.kind, compiled)?;
    let batch = batch(columns, &feature.kind, &reads, &feature.name)?;
    let values = batch.values(&compiled.root)?;
    let mut column = Column::covered(feature.ty, values);
    uncover(&mut column, &reads);
    Ok(column)
}

/// Takes over what is not covered in `reads`, and why.
pub fn uncover(column: &mut Column, reads: &[Read]) {
    for read in reads {
        match read {
            Read::Column(input) => {
                for (reason, bits) in &input.reasons {
                    column.uncover(reason.clone(), bits.clone());
                }
                for stamp in &input.stamps {
                    if !column.stamps.contains(stamp) {
                        column.stamps.push(stamp.clone());
                    }
                }
            }
            Read::Parameter(parameter) => {
                for (reason, bits) in &parameter.lacks {
                    column.uncover(reason.clone(), bits.clone());
                }
            }
            Read::AsOf => {}
        }
    }
    debug_assert!(bitmap::any(&column.covered) || !column.reasons.is_empty() || column.covered.is_empty());
}
