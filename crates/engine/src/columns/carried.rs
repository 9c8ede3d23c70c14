//! What an earlier question knew that still holds: the columns of the next one begin with it.

use std::sync::Arc;

use expr::Input;
use pack::programme::{FeatureShape, Reference};

use super::{Columns, Way};
use crate::Fault;
use crate::column::Column;
use crate::feature::doubtful::Doubtful;
use crate::feature::rows::RowsReader;
use crate::feature::targets::Targets;
use crate::parameter::ParameterColumn;
use crate::vector::Operand;

impl<'a> Columns<'a> {
    /// The way `(feed, via, kind)` as it goes on from `before`; `None` where an old row could reach another subject now.
    pub(super) fn carried_way(&self, before: &Columns<'a>, (feed, via, kind): &Way) -> Result<Option<Targets>, Fault> {
        let Some(old) = before.targets.made(&(feed.clone(), via.clone(), kind.clone())) else { return Ok(None) };
        let (scene, then) = (&*self.scene, &*before.scene);
        let (rows, old_rows) = (scene.rows(feed)?, then.rows(feed)?);
        let is_identity = |kind: &str| -> Result<bool, Fault> {
            Ok(scene.subjects(kind)?.canonical.is_identity() && then.subjects(kind)?.canonical.is_identity())
        };
        if !rows.begins_with(old_rows) || !is_identity(via)? || !is_identity(kind)? {
            return Ok(None);
        }
        let is_same = if scene.programme.level(kind).is_some() {
            self.above(via, kind)?.starts_with(&before.above(via, kind)?)
        } else if via == kind {
            true
        } else {
            let is_dated = !rows.has_whole_months() || scene.question.as_of == then.question.as_of;
            match (scene.list(via), then.list(via)) {
                (Some(list), Some(old)) => list.is_steady_as(old, is_dated),
                _ => false,
            }
        };
        if !is_same {
            return Ok(None);
        }
        Targets::grown(&old, self, rows, via, kind).map(Some)
    }

    /// Takes over the index of the way `(feed, via, kind)`, where `before` has one and its rows reach whom they reached.
    pub(super) fn carry_index(&self, before: &Columns<'a>, way: &Way) -> Result<(), Fault> {
        let (Some(old), Some(old_targets)) = (before.indexes.made(way), before.targets.made(way)) else {
            return Ok(());
        };
        let (feed, via, kind) = way;
        let (rows, targets) = (self.scene.rows(feed)?, self.targets(feed, via, kind)?);
        if targets.begins_with(&old_targets)
            && let Some(index) = old.grown(rows.parts.len(), targets.pairs(rows, old.parts))
        {
            self.indexes.get(way, || Ok(index))?;
        }
        Ok(())
    }

    /// The column of `reference`, as it follows from `before`; `None` where it must be computed anew.
    pub(super) fn carried(&self, before: &Columns<'a>, reference: &Reference) -> Result<Option<Arc<Column>>, Fault> {
        let Some(old) = before.own.made(reference) else { return Ok(None) };
        let is_as_large = old.values.len() == self.scene.size(&reference.kind)?;
        if reference.attribute {
            let is_as = is_as_large && self.attribute(reference)?.is_as(&before.attribute(reference)?);
            return Ok(is_as.then_some(old));
        }
        let feature = self.feature(reference)?;
        if !std::ptr::eq(feature, before.feature(reference)?) {
            return Ok(None);
        }
        let kind = &feature.kind;
        match &feature.shape {
            FeatureShape::Formula(compiled) => {
                let inputs: Vec<&Input> = compiled.inputs.iter().collect();
                Ok((is_as_large && self.reads_alike(before, kind, &inputs)?).then_some(old))
            }
            FeatureShape::Members(spec) => {
                let read = spec.aggregate.argument.iter().chain(&spec.filter).flat_map(|compiled| &compiled.inputs);
                let inputs: Vec<&Input> = read.collect();
                let is_same = is_as_large
                    && self.scene.existence(&spec.kind)? == before.scene.existence(&spec.kind)?
                    && Doubtful::of(self, &spec.kind, kind)? == Doubtful::of(before, &spec.kind, kind)?
                    && self.members_of(&spec.kind, kind)? == before.members_of(&spec.kind, kind)?
                    && self.reads_alike(before, &spec.kind, &inputs)?;
                Ok(is_same.then_some(old))
            }
            FeatureShape::Rows(spec) => {
                let reader = RowsReader::new(self, feature, spec)?;
                let Some(column) = reader.carried(&RowsReader::new(before, feature, spec)?, &old)? else {
                    return Ok(None);
                };
                Ok(Some(if column.is_as(&old) { old } else { Arc::new(column) }))
            }
        }
    }

    /// Whether `inputs` of an expression over subjects of `kind` are what they are in `before`.
    pub fn reads_alike(&self, before: &Columns<'_>, kind: &str, inputs: &[&Input]) -> Result<bool, Fault> {
        for input in inputs {
            let is_alike = match input {
                Input::AsOf => self.scene.question.as_of == before.scene.question.as_of,
                Input::Parameter(name) => self.parameter(kind, name)?.is_as(&*before.parameter(kind, name)?),
                Input::Exists(_) => false,
                Input::Name { prefix, name } => {
                    let reference = self.resolve(kind, prefix.as_deref(), name)?;
                    let made = (self.own.made(&reference), before.own.made(&reference));
                    matches!(&made, (Some(own), Some(old)) if Arc::ptr_eq(own, old))
                        && match prefix {
                            Some(prefix) => self.above(kind, prefix)? == before.above(kind, prefix)?,
                            None => true,
                        }
                }
            };
            if !is_alike {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl ParameterColumn {
    /// Whether everyone has the value it has in `other`.
    fn is_as(&self, other: &Self) -> bool {
        self.lacks == other.lacks
            && match (&self.operand, &other.operand) {
                (Operand::Constant(own), Operand::Constant(other)) => own == other,
                (Operand::Choice(own, choice), Operand::Choice(other, other_choice)) => {
                    own == other && choice == other_choice
                }
                _ => false,
            }
    }
}
