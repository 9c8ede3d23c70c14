//! What names mean where an expression stands.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use expr::{Binding, Scope, TableType};
use types::{Class, Type};

use super::world::{FeatureKey, Found, World};
use crate::programme::{CASE_VALUES, Feed};

/// The names in sight of one expression.
pub(crate) struct Sight<'w> {
    pub(crate) world: &'w World,
    pub(crate) ground: Ground<'w>,
    /// What was asked for.
    pub(crate) seen: &'w Seen,
}

/// Where the expression stands.
pub(crate) enum Ground<'w> {
    /// On a row that is being read: its columns.
    Row(&'w Feed),
    /// On a row that is being aggregated: its columns and links, `<link>.attribute`, and `subject.x` of `kind`.
    Rows { feed: &'w Feed, kind: &'w str },
    /// On a subject: its attributes and features, and those of the kinds above.
    Subject(&'w str),
    /// Before an action of a case: the fields of its forms as `form.x`, the case as `work.x`, and the names of its subject.
    Case { kind: &'w str, fields: &'w BTreeMap<String, Type> },
    /// Inside `exists_row`: the names outside, and the columns of the other feed (`None` for a broken one) as `other.x`.
    Other { outer: &'w Sight<'w>, feed: Option<&'w Feed> },
}

/// What an expression asked for while it was checked.
#[derive(Default)]
pub(crate) struct Seen {
    /// Something with findings of its own: problems of type are then not the author's.
    pub(crate) broken: Cell<bool>,
    /// Features that are not compiled yet.
    pub(crate) waiting: RefCell<BTreeSet<FeatureKey>>,
    /// Highest class of what was read.
    pub(crate) class: Cell<Option<Class>>,
}

impl Seen {
    fn read(&self, class: Class) {
        self.class.set(self.class.get().max(Some(class)));
    }

    /// A binding that stands in for something whose type is not known.
    fn stand_in(&self) -> Binding {
        self.broken.set(true);
        Binding { ty: Type::INTEGER, may_be_absent: false }
    }
}

impl Sight<'_> {
    fn column(&self, feed: &Feed, name: &str) -> Option<Binding> {
        match self.world.column(feed, name) {
            Found::Yes(column) => {
                self.seen.read(column.class);
                Some(Binding { ty: column.ty, may_be_absent: column.optional })
            }
            Found::Broken => Some(self.seen.stand_in()),
            Found::No => None,
        }
    }

    fn of_kind(&self, kind: &str, name: &str) -> Option<Binding> {
        match self.world.of_kind(kind, name) {
            Found::Yes(Ok((ty, class, may_be_absent))) => {
                self.seen.read(class);
                Some(Binding { ty, may_be_absent })
            }
            Found::Yes(Err(key)) => {
                self.seen.waiting.borrow_mut().insert(key);
                Some(self.seen.stand_in())
            }
            Found::Broken => Some(self.seen.stand_in()),
            Found::No => None,
        }
    }

    fn linked(&self, feed: &Feed, link: &str, name: &str) -> Option<Binding> {
        if !feed.links.contains_key(link) {
            return None;
        }
        match self.world.attribute(link, name) {
            Found::Yes((ty, class, may_be_absent)) => {
                self.seen.read(class);
                Some(Binding { ty, may_be_absent })
            }
            Found::Broken => Some(self.seen.stand_in()),
            Found::No => None,
        }
    }
}

impl Scope for Sight<'_> {
    fn name(&self, prefix: Option<&str>, name: &str) -> Option<Binding> {
        match (&self.ground, prefix) {
            (Ground::Row(feed), None) => self.column(feed, name),
            (Ground::Row(_), Some(_)) => None,
            (Ground::Rows { feed, .. }, None) => self.column(feed, name).or_else(|| {
                let column = feed.links.get(name)?;
                let class = feed.columns.get(column).map_or(Class::Internal, |column| column.class);
                self.seen.read(class);
                Some(Binding { ty: Type::Text, may_be_absent: false })
            }),
            // A row whose `subject.x` is NULL does not count: no guard is asked for.
            (Ground::Rows { kind, .. }, Some("subject")) => {
                self.of_kind(kind, name).map(|binding| Binding { may_be_absent: false, ..binding })
            }
            (Ground::Rows { feed, .. }, Some(link)) => self.linked(feed, link, name),
            // A field that is not filled in is unknown, and what is unknown refuses: no guard is asked for.
            (Ground::Case { fields, .. }, Some("form")) => {
                fields.get(name).map(|ty| Binding { ty: *ty, may_be_absent: false })
            }
            (Ground::Case { .. }, Some("work")) => {
                let found = CASE_VALUES.iter().find(|(known, _)| *known == name);
                found.map(|(_, ty)| Binding { ty: *ty, may_be_absent: false })
            }
            (Ground::Subject(kind) | Ground::Case { kind, .. }, None) => self.of_kind(kind, name),
            (Ground::Subject(kind) | Ground::Case { kind, .. }, Some(prefix)) => {
                if self.world.programme.kinds_above(kind).iter().any(|above| above == prefix) {
                    self.of_kind(prefix, name)
                } else if matches!(self.world.kind(prefix), Found::Broken) {
                    Some(self.seen.stand_in())
                } else {
                    None
                }
            }
            (Ground::Other { feed: None, .. }, Some("other")) => Some(self.seen.stand_in()),
            (Ground::Other { feed: Some(feed), .. }, Some("other")) => self.column(feed, name),
            (Ground::Other { outer, .. }, prefix) => outer.name(prefix, name),
        }
    }

    fn parameter(&self, name: &str) -> Option<Type> {
        match self.world.parameter(name) {
            Found::Yes(parameter) if parameter.table.is_none() => Some(parameter.ty),
            Found::Broken => Some(self.seen.stand_in().ty),
            Found::Yes(_) | Found::No => None,
        }
    }

    fn table(&self, name: &str) -> Option<TableType> {
        match self.world.parameter(name) {
            Found::Yes(parameter) => parameter.table.clone(),
            Found::Broken | Found::No => None,
        }
    }

    fn other(&self, feed: &str) -> Option<Box<dyn Scope + '_>> {
        if !matches!(self.ground, Ground::Rows { .. }) {
            return None;
        }
        let feed = match self.world.feed(feed) {
            Found::Yes(feed) => Some(feed),
            Found::Broken => {
                self.seen.broken.set(true);
                None
            }
            Found::No => return None,
        };
        Some(Box::new(Sight { world: self.world, ground: Ground::Other { outer: self, feed }, seen: self.seen }))
    }

    fn names(&self) -> Vec<String> {
        let prefixed = |prefix: &str, names: Vec<String>| {
            names.into_iter().map(move |name| format!("{prefix}.{name}")).collect::<Vec<_>>()
        };
        match &self.ground {
            Ground::Row(feed) => feed.columns.keys().cloned().collect(),
            Ground::Rows { feed, kind } => {
                let mut names: Vec<String> = feed.columns.keys().chain(feed.links.keys()).cloned().collect();
                names.extend(prefixed("subject", self.world.names_of(kind)));
                for link in feed.links.keys() {
                    let register = self.world.programme.register_of(link);
                    let attributes = register.map(|register| register.attributes.keys().cloned().collect());
                    names.extend(prefixed(link, attributes.unwrap_or_default()));
                }
                names
            }
            Ground::Subject(kind) | Ground::Case { kind, .. } => {
                let mut names = self.world.names_of(kind);
                if let Ground::Case { fields, .. } = &self.ground {
                    names.extend(prefixed("form", fields.keys().cloned().collect()));
                    names.extend(prefixed("work", CASE_VALUES.iter().map(|(name, _)| (*name).to_owned()).collect()));
                }
                for above in self.world.programme.kinds_above(kind) {
                    names.extend(prefixed(&above, self.world.names_of(&above)));
                }
                names
            }
            Ground::Other { outer, feed } => {
                let mut names = outer.names();
                names.extend(feed.iter().flat_map(|feed| prefixed("other", feed.columns.keys().cloned().collect())));
                names
            }
        }
    }

    fn parameters(&self) -> Vec<String> {
        self.world.programme.parameters.keys().chain(&self.world.broken.parameters).cloned().collect()
    }

    fn feeds(&self) -> Vec<String> {
        if matches!(self.ground, Ground::Rows { .. }) { self.world.feed_names().cloned().collect() } else { Vec::new() }
    }
}
