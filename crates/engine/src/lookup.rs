//! Keyed tables in explanations: what was looked up, in which row of which table, and on what basis (semantics section 6).

use std::collections::BTreeMap;

use expr::{Compiled, Input, Lookup, Node, NodeKind};
use types::{Class, KeyedTable, ReasonLine, Stamp, Value, ValueLine};

use crate::Fault;
use crate::explain::{canonical_text, unit_of, value_of};
use crate::feature::formula::{self, Read};
use crate::scene::missing;
use crate::screen::{ModelAnswers, Screen, formulas};

impl Screen<'_> {
    /// One line for everything the formulas of the model look up, by the text of the call.
    pub(crate) fn lookup_lines(&self, answers: &ModelAnswers<'_>, number: u32) -> Result<Vec<ValueLine>, Fault> {
        let mut lines = BTreeMap::new();
        for formula in formulas(answers.model) {
            let compiled = &formula.compiled;
            let lookups = compiled.lookups();
            if lookups.is_empty() {
                continue;
            }
            let reads = formula::reads(&self.columns, &answers.model.subject, compiled)?;
            for node in lookups {
                if !lines.contains_key(compiled.text_of(node)) {
                    let line = self.lookup_line(&answers.model.subject, compiled, &reads, node, number)?;
                    lines.insert(compiled.text_of(node).to_owned(), line);
                }
            }
        }
        Ok(lines.into_values().collect())
    }

    fn lookup_line(
        &self,
        kind: &str,
        compiled: &Compiled,
        reads: &[Read],
        node: &Node,
        number: u32,
    ) -> Result<ValueLine, Fault> {
        let mut reasons: Vec<ReasonLine> = Vec::new();
        let mut class = Class::Open;
        for input in node.inputs() {
            match &reads[input] {
                Read::Column(column) => reasons.extend(column.reasons_of(number)),
                Read::Parameter(parameter) => {
                    let lacks = parameter.lacks.iter().filter(|(_, bits)| bits.value(number as usize));
                    reasons.extend(lacks.map(|(line, _)| line.clone()));
                }
                Read::AsOf => {}
            }
            if let Input::Name { prefix, name } = &compiled.inputs[input] {
                let reference = self.columns.resolve(kind, prefix.as_deref(), name)?;
                class = class.max(self.columns.describe(&reference)?.2);
            }
        }
        reasons.sort();
        reasons.dedup();
        let row: Vec<Value> = reads.iter().map(|read| value_of(&self.columns, read, number)).collect();
        let text = compiled.text_of(node);
        let value = node.evaluate(&row).map_err(|_| Fault::Overflow { at: text.to_owned() })?;
        let NodeKind::Lookup(_, table, _) = &node.kind else { return Err(missing(text)) };
        let Input::Parameter(name) = &compiled.inputs[*table] else { return Err(missing(text)) };
        let parameter = self.columns.scene.programme.parameters.get(name).ok_or_else(|| missing(name))?;
        let is_covered = reasons.is_empty();
        Ok(ValueLine {
            name: text.to_owned(),
            title: parameter.title.clone(),
            ty: node.ty.word(),
            value: (is_covered && !value.is_null()).then(|| canonical_text(&value, node.ty)),
            unit: unit_of(node.ty),
            covered: is_covered,
            reasons,
            class,
            stamps: if is_covered { stamp(compiled, node, &row, text)?.into_iter().collect() } else { Vec::new() },
            evidence: types::Evidence::default(),
        })
    }

    /// What the formula of a feature looked up for subject `number` of `kind`.
    pub(crate) fn formula_stamps(&self, kind: &str, compiled: &Compiled, number: u32) -> Result<Vec<Stamp>, Fault> {
        let lookups = compiled.lookups();
        if lookups.is_empty() {
            return Ok(Vec::new());
        }
        let reads = formula::reads(&self.columns, kind, compiled)?;
        let row: Vec<Value> = reads.iter().map(|read| value_of(&self.columns, read, number)).collect();
        let stamps = lookups.into_iter().map(|node| stamp(compiled, node, &row, compiled.text_of(node)));
        Ok(stamps.collect::<Result<Vec<_>, Fault>>()?.into_iter().flatten().collect())
    }

    /// The tables that `compiled` reads row by row, as they are in force for subject `number` of `kind`.
    pub(crate) fn table_stamps<'c>(
        &self,
        kind: &str,
        compiled: impl IntoIterator<Item = &'c Compiled>,
        number: u32,
    ) -> Result<Vec<Stamp>, Fault> {
        let mut stamps = Vec::new();
        for node in
            compiled.into_iter().flat_map(|compiled| compiled.lookups().into_iter().map(move |node| (compiled, node)))
        {
            let (compiled, NodeKind::Lookup(_, table, _)) = (node.0, &node.1.kind) else { continue };
            let Input::Parameter(name) = &compiled.inputs[*table] else { continue };
            if let Value::Table(table) = self.columns.parameter(kind, name)?.operand.value(number as usize) {
                stamps.push(Stamp::Table { table: name.clone(), row: None, basis: table.basis.clone() });
            }
        }
        Ok(stamps)
    }
}

/// The row in which `node` found its value; none where it found nothing.
fn stamp(compiled: &Compiled, node: &Node, row: &[Value], at: &str) -> Result<Option<Stamp>, Fault> {
    let NodeKind::Lookup(lookup, table, keys) = &node.kind else { return Ok(None) };
    let (Some(Value::Table(found)), Some(Input::Parameter(name))) = (row.get(*table), compiled.inputs.get(*table))
    else {
        return Ok(None);
    };
    let found: &KeyedTable = found;
    let overflow = |_| Fault::Overflow { at: at.to_owned() };
    if lookup.is_of_calendar() {
        // Many rows decide, and those days that none names.
        return Ok(Some(Stamp::Table { table: name.clone(), row: None, basis: found.basis.clone() }));
    }
    let keys = keys.iter().map(|key| key.evaluate(row)).collect::<Result<Vec<_>, _>>().map_err(overflow)?;
    let Some(entry) = found.find(&keys) else { return Ok(None) };
    let text = match lookup {
        Lookup::Entry => found.row_text(entry),
        // Every band up to this one had its part.
        Lookup::Marginal | Lookup::Workdays | Lookup::WorkdaysAfter => format!("… {}", found.row_text(entry)),
    };
    Ok(Some(Stamp::Table { table: name.clone(), row: Some(text), basis: found.basis_of(entry).to_owned() }))
}
