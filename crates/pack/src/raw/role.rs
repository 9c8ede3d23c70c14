//! `roles.yaml`: who works with the folder.

use types::Text;

use super::At;
use super::fields::{self, Fields};
use super::yaml::Node;
use crate::finding::Findings;

/// A role as written.
pub(crate) struct RawRole {
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) level: Option<At<String>>,
    pub(crate) may: Vec<At<String>>,
}

impl RawRole {
    /// All roles of a file.
    pub(crate) fn read_all(node: &Node, file: usize, findings: &mut Findings) -> Vec<Self> {
        let mut roles = Vec::new();
        for entry in fields::entries(node, file, findings).unwrap_or_default() {
            let id = At { value: entry.key.clone(), at: entry.key_place(file) };
            fields::name(&id, findings);
            let Some(mut keys) = Fields::of(&entry.value, id.at, findings) else { continue };
            let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
            let level = keys.need("level", findings).and_then(|entry| fields::text(&entry.value, file, findings));
            let may = keys.need("may", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
            keys.finish(findings);
            roles.push(Self { id, title, level, may: may.unwrap_or_default() });
        }
        roles
    }
}
