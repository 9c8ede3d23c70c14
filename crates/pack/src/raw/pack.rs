//! `pack.yaml`: id, version, title, what it builds on, where and when its tests stand.

use types::{Day, Text};

use super::At;
use super::fields::{self, Fields};
use super::yaml::Node;
use crate::finding::Findings;

/// `pack.yaml` as written.
pub(crate) struct RawPack {
    pub(crate) id: Option<At<String>>,
    pub(crate) version: Option<At<String>>,
    pub(crate) title: Option<Text>,
    pub(crate) builds_on: Vec<At<String>>,
    pub(crate) test_as_of: Option<At<Day>>,
    pub(crate) test_place: Option<At<String>>,
}

impl RawPack {
    /// Stands for one that could not be read.
    pub(crate) fn unreadable() -> Self {
        Self { id: None, version: None, title: None, builds_on: Vec::new(), test_as_of: None, test_place: None }
    }

    pub(crate) fn read(node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let id = keys.need("id", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let version = keys.need("version", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        let builds_on = keys.get("builds_on", findings).and_then(|entry| fields::texts(&entry.value, file, findings));
        keys.get("basis", findings).and_then(|entry| fields::text(&entry.value, file, findings));
        // Read by the server, when there is one; any shape.
        keys.get("roles", findings);
        let (mut test_as_of, mut test_place) = (None, None);
        if let Some(entry) = keys.need("test", findings)
            && let Some(mut test) = Fields::of(&entry.value, entry.key_place(file), findings)
        {
            test_as_of = test.need("as_of", findings).and_then(|entry| fields::day(&entry.value, file, findings));
            test_place = test.need("place", findings).and_then(|entry| fields::text(&entry.value, file, findings));
            test.finish(findings);
        }
        keys.finish(findings);
        Some(Self { id, version, title, builds_on: builds_on.unwrap_or_default(), test_as_of, test_place })
    }
}
