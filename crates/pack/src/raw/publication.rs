//! `publication.yaml`: what may be shown to everyone, and words that may not.

use types::Text;

use super::At;
use super::fields::{self, Fields};
use super::yaml::Node;
use crate::finding::Findings;

/// A file as written.
pub(crate) struct RawPublication {
    pub(crate) fields: Vec<At<String>>,
    pub(crate) topics: Vec<RawTopic>,
}

/// Words of one topic, as written.
pub(crate) struct RawTopic {
    pub(crate) id: String,
    pub(crate) title: Text,
    pub(crate) any: Vec<At<String>>,
    pub(crate) together: Option<At<String>>,
}

impl RawPublication {
    pub(crate) fn read(node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let fields = keys.need("fields", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
        let topics = keys.get("words", findings).and_then(|entry| fields::entries(&entry.value, file, findings));
        keys.finish(findings);
        let mut read = Vec::new();
        for entry in topics.unwrap_or_default() {
            let Some(mut keys) = Fields::of(&entry.value, entry.key_place(file), findings) else { continue };
            let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
            let any = keys.need("any", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
            let together = keys.get("together", findings).and_then(|entry| fields::text(&entry.value, file, findings));
            keys.finish(findings);
            if let (Some(title), Some(any)) = (title, any) {
                read.push(RawTopic { id: entry.key.clone(), title, any, together });
            }
        }
        Some(Self { fields: fields.unwrap_or_default(), topics: read })
    }
}
