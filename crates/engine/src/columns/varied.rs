//! The same question with other lines: what does not read them is shared.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use expr::{Compiled, Input};
use pack::programme::{FeatureShape, Reference};
use types::Value;

use super::{Columns, Once};
use crate::Fault;

impl<'a> Columns<'a> {
    /// These columns with other values of parameters, the same everywhere.
    ///
    /// # Errors
    /// When the programme lacks a feature.
    pub fn varied(&self, lines: BTreeMap<String, Value>) -> Result<Self, Fault> {
        let mut moved = HashMap::new();
        for reference in self.own.known().into_keys() {
            self.is_moved(&reference, &lines, &mut moved)?;
        }
        let is_kept = |reference: &Reference| moved.get(reference) == Some(&false);
        Ok(Self {
            scene: Arc::clone(&self.scene),
            own: self.own.shared(is_kept),
            read: self.read.shared(|(kind, prefix, name)| {
                self.resolve(kind, Some(prefix), name).is_ok_and(|reference| is_kept(&reference))
            }),
            above: self.above.shared(|_| true),
            places: self.places.shared(|_| true),
            parameters: self.parameters.shared(|(_, name)| !lines.contains_key(name)),
            targets: self.targets.shared(|_| true),
            members: self.members.shared(|_| true),
            indexes: self.indexes.shared(|_| true),
            refused: self.refused.shared(is_kept),
            contributions: Once::new(),
            stays: false,
            lines,
        })
    }

    /// Whether one of `lines` can change what `reference` is, itself or through what it reads.
    fn is_moved(
        &self,
        reference: &Reference,
        lines: &BTreeMap<String, Value>,
        known: &mut HashMap<Reference, bool>,
    ) -> Result<bool, Fault> {
        if let Some(moved) = known.get(reference) {
            return Ok(*moved);
        }
        let mut is_moved = !reference.attribute && self.reads_line(reference, lines)?;
        for needed in self.needs(reference)? {
            is_moved |= self.is_moved(&needed, lines, known)?;
        }
        known.insert(reference.clone(), is_moved);
        Ok(is_moved)
    }

    fn reads_line(&self, reference: &Reference, lines: &BTreeMap<String, Value>) -> Result<bool, Fault> {
        let reads = |compiled: &Compiled| {
            let within = compiled.exists.iter().map(|exists| &exists.condition);
            let mut inputs = within.chain([compiled]).flat_map(|compiled| &compiled.inputs);
            inputs.any(|input| matches!(input, Input::Parameter(name) if lines.contains_key(name)))
        };
        Ok(match &self.feature(reference)?.shape {
            FeatureShape::Formula(compiled) => reads(compiled),
            FeatureShape::Members(spec) => spec.aggregate.argument.iter().chain(&spec.filter).any(reads),
            FeatureShape::Rows(spec) => spec.aggregate.argument.iter().chain(&spec.filter).any(reads),
        })
    }
}
