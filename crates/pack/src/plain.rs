//! A pack file as plain data, for whoever holds it against a schema: no places, no findings.

use serde_json::{Map, Number, Value};

use crate::finding::Findings;
use crate::raw::yaml::{self, Kind, Node, Style};

/// The content of a YAML text as an editor sees it: numbers and truth values where they stand without quotation marks, dates as text.
/// `None` when it is no YAML; `Null` when there is nothing in it.
#[must_use]
pub fn plain(text: &str) -> Option<Value> {
    let mut findings = Findings::default();
    let file = findings.file(String::new(), text.to_owned());
    let node = yaml::parse(file, &mut findings);
    match node {
        Some(node) => Some(value(&node)),
        None if findings.has_errors() => None,
        None => Some(Value::Null),
    }
}

fn value(node: &Node) -> Value {
    match &node.kind {
        _ if node.is_null() => Value::Null,
        Kind::Scalar(text, Style::Plain) => match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
        },
        Kind::Scalar(text, _) => Value::String(text.clone()),
        Kind::List(nodes) => Value::Array(nodes.iter().map(value).collect()),
        Kind::Map(entries, _) => {
            Value::Object(entries.iter().map(|entry| (entry.key.clone(), value(&entry.value))).collect::<Map<_, _>>())
        }
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
