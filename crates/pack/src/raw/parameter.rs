//! `parameters.yaml`: thresholds with their values in time and place.

use types::{Day, Text, Type};

use super::At;
use super::fields::{self, Fields};
use super::yaml::{Entry, Node};
use crate::finding::Findings;
use crate::value;

/// A parameter as written.
pub(crate) struct RawParameter {
    pub(crate) pack: usize,
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) ty: Option<At<Type>>,
    pub(crate) values: Vec<RawParameterValue>,
}

/// One of its values.
pub(crate) struct RawParameterValue {
    pub(crate) place: Option<At<String>>,
    pub(crate) from: Option<At<Day>>,
    pub(crate) to: Option<At<Day>>,
    pub(crate) known_from: Option<At<Day>>,
    pub(crate) value: Option<At<String>>,
    pub(crate) basis: Option<String>,
    pub(crate) example: bool,
}

impl RawParameter {
    /// All parameters of a file.
    pub(crate) fn read_all(pack: usize, node: &Node, file: usize, findings: &mut Findings) -> Vec<Self> {
        let entries = if node.is_null() { &[] } else { fields::entries(node, file, findings).unwrap_or_default() };
        entries.iter().map(|entry| Self::read(pack, entry, file, findings)).collect()
    }

    fn read(pack: usize, entry: &Entry, file: usize, findings: &mut Findings) -> Self {
        let name = At { value: entry.key.clone(), at: entry.key_place(file) };
        fields::name(&name, findings);
        let mut parameter = Self { pack, name, title: None, ty: None, values: Vec::new() };
        let Some(mut keys) = Fields::of(&entry.value, entry.key_place(file), findings) else { return parameter };
        parameter.ty = keys.need("type", findings).and_then(|entry| value::read_type(&entry.value, file, findings));
        parameter.title = keys.get("title", findings).and_then(|entry| fields::title(entry, file, findings));
        if let Some(entry) = keys.need("values", findings) {
            let values = fields::list(&entry.value, file, findings, |node, findings| read_value(node, file, findings));
            parameter.values = values.unwrap_or_default();
        }
        keys.finish(findings);
        parameter
    }
}

fn read_value(node: &Node, file: usize, findings: &mut Findings) -> Option<RawParameterValue> {
    let mut keys = Fields::of(node, node.place(file), findings)?;
    let place = keys.need("place", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let from = keys.need("from", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let to = keys.get("to", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let known_from = keys.get("known_from", findings).and_then(|entry| fields::day(&entry.value, file, findings));
    let value = keys.need("value", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let basis = keys.need("basis", findings).and_then(|entry| fields::text(&entry.value, file, findings));
    let example = keys.get("example", findings).and_then(|entry| fields::flag(&entry.value, file, findings));
    keys.finish(findings);
    Some(RawParameterValue {
        place,
        from,
        to,
        known_from,
        value,
        basis: basis.map(|text| text.value),
        example: example.unwrap_or_default(),
    })
}
