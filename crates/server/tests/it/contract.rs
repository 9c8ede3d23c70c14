//! `openapi.json` and the table of operations say the same.

use std::collections::BTreeSet;

use serde_json::Value;
use server::rights::{Access, OPERATIONS};

#[test]
fn the_document_and_the_table_name_the_same_operations() {
    let document: Value = serde_json::from_str(server::OPENAPI).expect("JSON");
    let mut written = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("item") {
            let id = operation["operationId"].as_str().expect("operationId");
            let public = operation["security"].as_array().is_some_and(Vec::is_empty);
            written.insert((id, method.as_str(), path.as_str(), public));
        }
    }
    let table: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|operation| (operation.id, operation.method, operation.path, operation.access == Access::Public))
        .collect();
    assert_eq!(written, table);
}

/// The schemas of the document, so that answers can be held to them.
pub struct Schemas(Value);

impl Schemas {
    pub fn read() -> Self {
        Self(serde_json::from_str(server::OPENAPI).expect("JSON"))
    }

    /// What does not fit in the answer of `operation`, as addresses within it.
    pub fn misfits(&self, operation: &str, answer: &Value) -> Vec<String> {
        let mut found = Vec::new();
        for item in self.0["paths"].as_object().expect("paths").values() {
            for described in item.as_object().expect("item").values() {
                if described["operationId"] != operation {
                    continue;
                }
                let responses = described["responses"].as_object().expect("responses");
                let (_, done) = responses.iter().find(|(status, _)| status.starts_with('2')).expect("a good answer");
                self.check(&done["content"]["application/json"]["schema"], answer, "", &mut found);
            }
        }
        found
    }

    /// As much of JSON Schema as the document uses: `$ref`, `allOf`, `anyOf`, `type`, `enum`, `properties`, `required`, `items`.
    fn check(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().expect("a name");
            return self.check(&self.0["components"]["schemas"][name], value, at, found);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at, found);
        }
        if let Some(parts) = schema["anyOf"].as_array() {
            let fits = |part: &Value| {
                let mut own = Vec::new();
                self.check(part, value, at, &mut own);
                own
            };
            let tries: Vec<Vec<String>> = parts.iter().map(fits).collect();
            if tries.iter().all(|own| !own.is_empty()) {
                found.extend(tries.into_iter().next().unwrap_or_default());
            }
            return;
        }
        let word = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let fits = |ty: &Value| ty == word || (ty == "number" && word == "integer");
        let is_typed = match &schema["type"] {
            Value::Null => true,
            Value::Array(types) => types.iter().any(fits),
            ty => fits(ty),
        };
        if !is_typed {
            found.push(format!("{at}: {word}, not {}", schema["type"]));
            return;
        }
        if let Some(words) = schema["enum"].as_array().filter(|words| !words.contains(value)) {
            found.push(format!("{at}: {value} is none of {words:?}"));
        }
        if let Value::Object(object) = value {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !object.contains_key(name) {
                    found.push(format!("{at}/{name}: missing"));
                }
            }
            for (name, inner) in object {
                self.check(&schema["properties"][name], inner, &format!("{at}/{name}"), found);
            }
        }
        for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
            self.check(&schema["items"], inner, &format!("{at}/{index}"), found);
        }
    }
}

#[test]
fn the_check_of_answers_can_fail() {
    let schemas = Schemas::read();
    let good = serde_json::json!({
        "status": "ok", "version": "1", "today": "2026-05-31", "test_data": true, "app": false,
    });
    assert!(schemas.misfits("health", &good).is_empty());
    let bad = serde_json::json!({"status": "fine", "version": 1, "today": "2026-05-31", "app": null});
    assert_eq!(schemas.misfits("health", &bad).len(), 4, "{:?}", schemas.misfits("health", &bad));
}
