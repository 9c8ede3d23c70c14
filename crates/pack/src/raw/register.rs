//! `registers/<name>.yaml`: a kind of subject.

use types::{Class, Text, Type};

use super::At;
use super::fields::{self, Fields};
use super::yaml::{Entry, Kind, Node};
use crate::finding::{Findings, Place};
use crate::value;

/// A register as written.
pub(crate) struct RawRegister {
    pub(crate) pack: usize,
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) shape: RawShape,
    pub(crate) attributes: Vec<RawAttribute>,
}

/// The three kinds of register.
pub(crate) enum RawShape {
    /// Has `levels`.
    Place {
        levels: Vec<At<String>>,
        titles: Vec<(At<String>, Option<Text>)>,
        members: Vec<At<String>>,
        key: Option<At<String>>,
        parent: Option<At<String>>,
        successor: Option<At<String>>,
    },
    /// Has `members`.
    Members {
        key: Option<At<String>>,
        key_type: Option<Type>,
        key_class: Class,
        members: Vec<At<String>>,
        belongs_to: Option<(At<String>, Vec<At<String>>)>,
        place: Option<At<String>>,
    },
    /// Has `from`.
    Derived { feed: Option<At<String>>, key: Vec<At<String>>, place: Option<At<String>> },
}

/// One attribute as written.
pub(crate) struct RawAttribute {
    pub(crate) name: At<String>,
    pub(crate) title: Option<Text>,
    pub(crate) ty: Option<At<Type>>,
    pub(crate) source: Option<RawAttributeSource>,
}

/// Where an attribute is read.
pub(crate) enum RawAttributeSource {
    From(Vec<At<String>>),
    Listed(Vec<At<String>>),
}

impl RawRegister {
    /// `name` is the file's name.
    pub(crate) fn read(pack: usize, name: String, node: &Node, file: usize, findings: &mut Findings) -> Option<Self> {
        let mut keys = Fields::of_file(node, file, findings)?;
        let name = At { value: name, at: keys.owner() };
        fields::name(&name, findings);
        let title = keys.need("title", findings).and_then(|entry| fields::title(entry, file, findings));
        let has =
            |key: &str| matches!(&node.kind, Kind::Map(entries, _) if entries.iter().any(|entry| entry.key == key));
        let shape = if has("levels") {
            read_place(&mut keys, file, findings)
        } else if has("from") {
            read_derived(&mut keys, file, findings)
        } else {
            read_members(&mut keys, file, findings)
        };
        let mut attributes = Vec::new();
        if let Some(entry) = keys.get("attributes", findings) {
            for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
                attributes.push(read_attribute(entry, file, findings));
            }
        }
        keys.finish(findings);
        Some(Self { pack, name, title, shape, attributes })
    }
}

fn read_place(keys: &mut Fields<'_>, file: usize, findings: &mut Findings) -> RawShape {
    let levels = need_texts(keys, "levels", file, findings);
    for level in &levels {
        fields::name(level, findings);
    }
    let mut titles = Vec::new();
    if let Some(entry) = keys.get("titles", findings) {
        for entry in fields::entries(&entry.value, file, findings).unwrap_or_default() {
            let level = At { value: entry.key.clone(), at: entry.key_place(file) };
            if levels.iter().any(|known| known.value == level.value) {
                titles.push((level, fields::title(entry, file, findings)));
            } else {
                let words: Vec<_> = levels.iter().map(|level| level.value.as_str()).collect();
                fields::unknown_word(&level, &words, findings);
            }
        }
    }
    RawShape::Place {
        levels,
        titles,
        members: need_texts(keys, "members", file, findings),
        key: need_text(keys, "key", file, findings),
        parent: need_text(keys, "parent", file, findings),
        successor: get_text(keys, "successor", file, findings),
    }
}

fn read_derived(keys: &mut Fields<'_>, file: usize, findings: &mut Findings) -> RawShape {
    RawShape::Derived {
        feed: need_text(keys, "from", file, findings),
        key: need_texts(keys, "key", file, findings),
        place: get_text(keys, "place", file, findings),
    }
}

fn read_members(keys: &mut Fields<'_>, file: usize, findings: &mut Findings) -> RawShape {
    let (mut key, mut key_type, mut key_class) = (None, Some(Type::Text), Class::Internal);
    if let Some(entry) = keys.need("key", findings) {
        if let Kind::Map(..) = entry.value.kind {
            if let Some(mut written) = Fields::of(&entry.value, entry.key_place(file), findings) {
                key = need_text(&mut written, "name", file, findings);
                if let Some(entry) = written.get("type", findings) {
                    key_type = value::read_type(&entry.value, file, findings).map(|ty| ty.value);
                }
                if let Some(entry) = written.get("class", findings) {
                    key_class = value::read_class(&entry.value, file, findings).unwrap_or_default();
                }
                written.finish(findings);
            }
        } else {
            key = fields::text(&entry.value, file, findings);
        }
    }
    let members = need_texts(keys, "members", file, findings);
    let belongs_to = keys.get("belongs_to", findings).and_then(|entry| {
        let written = fields::entries(&entry.value, file, findings)?;
        let at = entry.key_place(file);
        let [entry] = written else {
            fields::wrong_shape(&entry.value, at.file, "恰好一个类别", "exactly one kind", findings);
            return None;
        };
        let sources = fields::texts(&entry.value, file, findings)?;
        Some((At { value: entry.key.clone(), at: entry.key_place(file) }, sources))
    });
    RawShape::Members { key, key_type, key_class, members, belongs_to, place: get_text(keys, "place", file, findings) }
}

fn read_attribute(entry: &Entry, file: usize, findings: &mut Findings) -> RawAttribute {
    let name = At { value: entry.key.clone(), at: entry.key_place(file) };
    fields::name(&name, findings);
    let mut attribute = RawAttribute { name, title: None, ty: None, source: None };
    let Some(mut keys) = Fields::of(&entry.value, entry.key_place(file), findings) else { return attribute };
    attribute.title = keys.get("title", findings).and_then(|entry| fields::title(entry, file, findings));
    attribute.ty = keys.need("type", findings).and_then(|entry| value::read_type(&entry.value, file, findings));
    attribute.source = match (keys.get_or_null("from").is_some(), keys.get_or_null("listed").is_some()) {
        (false, true) => {
            let feeds = need_texts(&mut keys, "listed", file, findings);
            Some(RawAttributeSource::Listed(feeds))
        }
        (true, true) => {
            let at: Place = keys.owner();
            findings.error(
                crate::code::WRONG_SHAPE,
                at,
                "`from` 和 `listed` 只能写一个",
                "only one of `from` and `listed` may stand here",
            );
            None
        }
        (..) => {
            let columns = need_texts(&mut keys, "from", file, findings);
            (!columns.is_empty()).then_some(RawAttributeSource::From(columns))
        }
    };
    keys.finish(findings);
    attribute
}

fn need_texts(keys: &mut Fields<'_>, key: &'static str, file: usize, findings: &mut Findings) -> Vec<At<String>> {
    let texts = keys.need(key, findings).and_then(|entry| {
        let texts = fields::texts(&entry.value, file, findings)?;
        if matches!(&entry.value.kind, Kind::List(nodes) if nodes.is_empty()) {
            fields::wrong_shape(&entry.value, file, "至少有一项的列表", "a list with an entry", findings);
        }
        Some(texts)
    });
    texts.unwrap_or_default()
}

fn need_text(keys: &mut Fields<'_>, key: &'static str, file: usize, findings: &mut Findings) -> Option<At<String>> {
    keys.need(key, findings).and_then(|entry| fields::text(&entry.value, file, findings))
}

fn get_text(keys: &mut Fields<'_>, key: &'static str, file: usize, findings: &mut Findings) -> Option<At<String>> {
    keys.get(key, findings).and_then(|entry| fields::text(&entry.value, file, findings))
}
