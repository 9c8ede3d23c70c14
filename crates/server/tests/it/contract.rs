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
