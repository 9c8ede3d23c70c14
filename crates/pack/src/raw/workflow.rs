//! `workflows/<id>.yaml`: for now only a title.

use types::Text;

use super::At;
use super::fields::{self, Fields};
use super::yaml::Node;
use crate::finding::Findings;

/// A workflow as written.
pub(crate) struct RawWorkflow {
    pub(crate) id: At<String>,
    pub(crate) title: Option<Text>,
}

impl RawWorkflow {
    /// `id` is the file's name.
    pub(crate) fn read(id: String, node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        let id = At { value: id, at: keys.owner() };
        keys.finish(findings);
        Some(Self { id, title })
    }
}
