//! What a viewer may see: masking happens here, at the edge (of the command line too), and nowhere else (semantics section 10).
//!
//! - A code with a structure is shown by its own mask (`codes`), unless its column is open.
//! - Anything else of class sensitive or secret is hidden whole; secret also from a viewer who states a purpose.
//! - Places as subjects are shown: a place is nobody. Where someone with a masked key lives is shown as far down as places are published.
//! - The key of a group is masked part by part, by the columns it is made of.

use std::borrow::Cow;

use pack::Programme;
use pack::programme::{Feed, Register, Shape};
use pipeline::Error;
use types::{Class, ConditionLine, Explanation, NearLine, Stamp, SubjectRef, Type, ValueLine};

/// Stands for what is not shown.
pub const HIDDEN: &str = "***";

/// One viewer's sight of a programme.
#[derive(Clone, Copy)]
pub struct View<'p> {
    /// What packs say of classes and types.
    pub programme: &'p Programme,
    unmasked: bool,
}

impl<'p> View<'p> {
    /// A viewer; `unmasked` only after the reveal was logged.
    #[must_use]
    pub fn new(programme: &'p Programme, unmasked: bool) -> Self {
        Self { programme, unmasked }
    }

    /// The key of a subject.
    #[must_use]
    pub fn key(&self, kind: &str, key: &str) -> String {
        let Some(register) = self.programme.register_of(kind) else {
            return if self.unmasked { key.to_owned() } else { HIDDEN.to_owned() };
        };
        match &register.shape {
            Shape::Place { .. } => key.to_owned(),
            Shape::Members { key: ty, key_class, .. } => self.text(*ty, *key_class, key),
            Shape::Derived { feed, key: columns, .. } => {
                let parts = parts_of(key);
                if parts.len() != columns.len() {
                    return HIDDEN.to_owned();
                }
                let parts = parts.iter().zip(columns).map(|(part, column)| self.cell(feed, Some(column), part));
                parts.collect::<Vec<_>>().join("|")
            }
        }
    }

    /// A subject with its key masked.
    #[must_use]
    pub fn subject(&self, subject: &SubjectRef) -> SubjectRef {
        SubjectRef { kind: subject.kind.clone(), key: self.key(&subject.kind, &subject.key) }
    }

    /// The place of a subject of `kind`: only as far down as is published when the subject's own key is masked.
    #[must_use]
    pub fn place(&self, kind: &str, place: &str) -> String {
        let is_masked = match self.programme.register_of(kind).map(|register| &register.shape) {
            Some(Shape::Members { key_class, .. }) => key_class.is_masked(),
            Some(_) => false,
            None => true,
        };
        match codes::code("place") {
            Some(code) if is_masked && !self.unmasked => code.mask(place),
            _ => place.to_owned(),
        }
    }

    /// A cell of a feed's column; of no column in particular, what is about the row as a whole.
    #[must_use]
    pub fn cell(&self, feed: &str, column: Option<&str>, value: &str) -> String {
        let Some(column) = column else { return value.to_owned() };
        match self.programme.feeds.get(feed).and_then(|feed| feed.columns.get(column)) {
            Some(column) => self.text(column.ty, column.class, value),
            None if self.unmasked => value.to_owned(),
            None => HIDDEN.to_owned(),
        }
    }

    /// An explanation as this viewer may read it.
    #[must_use]
    pub fn explanation(&self, explanation: &Explanation) -> Explanation {
        let mut seen = explanation.clone();
        seen.subject = self.subject(&explanation.subject);
        seen.place = explanation.place.as_ref().map(|place| self.place(&explanation.subject.kind, place));
        if let Some(opens) = &mut seen.opens {
            opens.subject = opens.subject.as_ref().map(|subject| self.subject(subject));
        }
        for line in &mut seen.values {
            *line = self.value(line);
        }
        let hidden: Vec<&str> =
            explanation.values.iter().filter(|line| self.hides(line.class)).map(|line| line.name.as_str()).collect();
        for condition in seen.population.iter_mut().chain(&mut seen.conditions) {
            hide_if(condition, |name| hidden.contains(&name));
        }
        seen
    }

    /// One value as this viewer may read it.
    pub fn value(&self, line: &ValueLine) -> ValueLine {
        let mut seen = line.clone();
        if !self.hides(line.class) {
            return seen;
        }
        let code = line.ty.strip_prefix("code(").and_then(|ty| codes::code(ty.trim_end_matches(')')));
        let mask = |value: &str| match code {
            Some(code) if line.class != Class::Secret => code.mask(value),
            _ => HIDDEN.to_owned(),
        };
        seen.value = line.value.as_deref().map(mask);
        for stamp in &mut seen.stamps {
            match stamp {
                Stamp::Outvoted { value, .. } => *value = mask(value),
                // The row says which key it was found by.
                Stamp::Table { row: Some(row), .. } => HIDDEN.clone_into(row),
                _ => {}
            }
        }
        seen
    }

    /// A near miss as this viewer may read it.
    #[must_use]
    pub fn near(&self, near: &NearLine) -> NearLine {
        let mut seen = near.clone();
        seen.subject = self.subject(&near.subject);
        hide_if(&mut seen.condition, |name| {
            let (prefix, own) = name.split_once('.').map_or((None, name), |(prefix, own)| (Some(prefix), own));
            self.programme
                .resolve(&near.subject.kind, prefix, own)
                .and_then(|reference| self.programme.describe(&reference))
                .is_some_and(|(_, class, _)| self.hides(class))
        });
        seen
    }

    /// Whether values of `class` are shown.
    #[must_use]
    pub fn shows(&self, class: Class) -> bool {
        !self.hides(class)
    }

    fn hides(&self, class: Class) -> bool {
        class == Class::Secret || (class.is_masked() && !self.unmasked)
    }

    fn text(&self, ty: Type, class: Class, text: &str) -> String {
        if class == Class::Secret {
            return HIDDEN.to_owned();
        }
        if self.unmasked || class == Class::Open {
            return text.to_owned();
        }
        match ty {
            Type::Code(kind) => codes::code(kind.0).map_or_else(|| HIDDEN.to_owned(), |code| code.mask(text)),
            _ if class.is_masked() => HIDDEN.to_owned(),
            _ => text.to_owned(),
        }
    }
}

/// The canonical key that a person typed for a subject of `kind`.
///
/// # Errors
/// `unknown-kind`, `bad-key`.
pub fn canonical_key(programme: &Programme, kind: &str, text: &str) -> Result<String, Error> {
    let Some(register) = programme.register_of(kind) else {
        return Err(Error::refused(
            "unknown-kind",
            format!("没有对象类型 `{kind}`"),
            format!("there is no subject kind `{kind}`"),
        ));
    };
    let code = match key_type(programme, register) {
        Some(Type::Code(kind)) => codes::code(kind.0),
        _ => None,
    };
    match code {
        None => Ok(text.trim().to_owned()),
        // The message does not repeat the text: it may be a person's number.
        Some(code) => code.check(text).map_err(|error| {
            let title = &code.title;
            Error::refused(
                "bad-key",
                format!("不是{}：{}", title.zh, error.message.zh),
                format!("not a {}: {}", title.en, error.message.en),
            )
        }),
    }
}

fn key_type(programme: &Programme, register: &Register) -> Option<Type> {
    match &register.shape {
        Shape::Members { key, .. } => Some(*key),
        Shape::Place { members, key, .. } => {
            let feed: &Feed = members.iter().find_map(|feed| programme.feeds.get(feed))?;
            feed.columns.get(key).map(|column| column.ty)
        }
        Shape::Derived { .. } => None,
    }
}

/// The parts of a group's key: `|` between them, `\` before a `|` or `\` that belongs to a part.
fn parts_of(key: &str) -> Vec<Cow<'_, str>> {
    let mut parts = vec![Cow::Borrowed("")];
    let mut characters = key.chars();
    while let Some(c) = characters.next() {
        match (c, parts.last_mut()) {
            ('|', _) => parts.push(Cow::Borrowed("")),
            ('\\', Some(part)) => part.to_mut().extend(characters.next()),
            (c, Some(part)) => part.to_mut().push(c),
            (_, None) => {}
        }
    }
    parts
}

/// Hides the two sides of a condition that reads a hidden name; whether it holds is the reason, and stays.
fn hide_if(condition: &mut ConditionLine, is_hidden: impl Fn(&str) -> bool) {
    let text = condition.text.replace(['"', '`'], "");
    let mut names =
        text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))).filter(|name| !name.is_empty());
    if names.any(is_hidden) {
        for side in [&mut condition.left, &mut condition.right, &mut condition.distance, &mut condition.relative] {
            if side.is_some() {
                *side = Some(HIDDEN.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use types::ConditionLine;

    use super::{hide_if, parts_of};

    #[test]
    fn a_key_comes_apart_where_it_was_joined() {
        assert_eq!(parts_of("5000.00|990101100|2026-05-31"), ["5000.00", "990101100", "2026-05-31"]);
        assert_eq!(parts_of(r"a\|b|c\\"), ["a|b", r"c\"]);
        assert_eq!(parts_of(""), [""]);
    }

    #[test]
    fn a_condition_is_hidden_by_whole_names_only() {
        let line = |text: &str| ConditionLine {
            text: text.to_owned(),
            truth: Some(true),
            ty: None,
            left: Some("1".to_owned()),
            right: Some("2".to_owned()),
            distance: None,
            relative: None,
        };
        for (text, is_hidden) in [
            ("kin.weight >= :w", true),
            ("\"kin\".weight > 1", true),
            ("kin.weight_before > 1", false),
            ("weight = 3", false),
        ] {
            let mut condition = line(text);
            hide_if(&mut condition, |name| name == "kin.weight");
            assert_eq!(condition.left.as_deref() == Some("***"), is_hidden, "{text}");
            assert_eq!(condition.distance, None);
        }
    }
}
