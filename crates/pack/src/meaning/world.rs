//! What is known of the packs while they are being checked: the programme so far, and what is broken.

use std::collections::{BTreeMap, BTreeSet};

use types::{Class, Type};

use crate::check;
use crate::code;
use crate::finding::{Findings, Place};
use crate::programme::{AttributeSource, Column, Feature, Feed, Parameter, Programme, Register, Shape};
use crate::raw::At;

/// A feature by kind and name.
pub(crate) type FeatureKey = (String, String);

/// The programme so far.
pub(crate) struct World {
    pub(crate) programme: Programme,
    pub(crate) broken: Broken,
    pub(crate) features: BTreeMap<FeatureKey, FeatureState>,
    /// Where things were defined, for "first defined here".
    pub(crate) defined: BTreeMap<(Namespace, String), Place>,
    /// The pack each file belongs to.
    pub(crate) files: BTreeMap<usize, usize>,
}

/// How far a feature is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FeatureState {
    /// Not yet compiled.
    Waiting,
    /// Compiled: type, class, may be absent.
    Done(Type, Class, bool),
    /// It has findings of its own: whoever reads it is not blamed.
    Broken,
}

/// Names that exist but of which nothing more is known, because the place that says it has findings of its own. Whoever uses
/// them gets no finding.
#[derive(Default)]
pub(crate) struct Broken {
    pub(crate) feeds: BTreeSet<String>,
    pub(crate) columns: BTreeSet<(String, String)>,
    pub(crate) kinds: BTreeSet<String>,
    /// By register.
    pub(crate) attributes: BTreeSet<(String, String)>,
    /// Features or attributes of a kind that could not be told.
    pub(crate) names: BTreeSet<String>,
    pub(crate) parameters: BTreeSet<String>,
    /// Parameters of which a value could not be placed or dated: whether they have one somewhere cannot be told.
    pub(crate) parameter_values: BTreeSet<String>,
    pub(crate) models: BTreeSet<String>,
    pub(crate) agreements: BTreeSet<String>,
    pub(crate) workflows: BTreeSet<String>,
    /// A register could not be read: any unknown kind may be one of its.
    pub(crate) some_kinds: bool,
    /// A pack could not be found or read: any unknown name may be one of its.
    pub(crate) some_pack: bool,
}

/// What shares one set of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Namespace {
    Kind,
    Agreement,
    Feed,
    Parameter,
    Model,
    Workflow,
    Role,
    Feature,
    Indicator,
}

/// What a name turned out to be.
pub(crate) enum Found<T> {
    /// This.
    Yes(T),
    /// Something with findings of its own.
    Broken,
    /// Nothing.
    No,
}

impl World {
    pub(crate) fn new() -> Self {
        let programme = Programme {
            packs: Vec::new(),
            registers: BTreeMap::new(),
            feeds: BTreeMap::new(),
            parameters: BTreeMap::new(),
            features: Vec::new(),
            models: BTreeMap::new(),
            agreements: BTreeMap::new(),
            workflows: BTreeMap::new(),
            roles: BTreeMap::new(),
            calendar: codes::WorkCalendar::default(),
            indicators: BTreeMap::new(),
            publishable: crate::programme::Publishable::default(),
        };
        Self {
            programme,
            broken: Broken::default(),
            features: BTreeMap::new(),
            defined: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// A whole programme, in which nothing is broken.
    pub(crate) fn checked(programme: &Programme) -> Self {
        let state = |feature: &Feature| FeatureState::Done(feature.ty, feature.class, feature.may_be_absent);
        let features = programme.features.iter();
        Self {
            features: features.map(|feature| ((feature.kind.clone(), feature.name.clone()), state(feature))).collect(),
            programme: programme.clone(),
            ..Self::new()
        }
    }

    /// Notes that `name` is defined at `at`; `false`, with a finding, when it was already.
    pub(crate) fn define(&mut self, namespace: Namespace, name: &str, at: Place, findings: &mut Findings) -> bool {
        if let Some(first) = self.defined.get(&(namespace, name.to_owned())) {
            let shown = name.rsplit(' ').next().unwrap_or(name);
            findings
                .error(code::DEFINED_TWICE, at, format!("`{shown}` 重复定义"), format!("`{shown}` is defined twice"))
                .related(*first, "第一次定义在这里", "first defined here");
            return false;
        }
        self.defined.insert((namespace, name.to_owned()), at);
        true
    }

    pub(crate) fn feed(&self, name: &str) -> Found<&Feed> {
        match self.programme.feeds.get(name) {
            _ if self.broken.feeds.contains(name) => Found::Broken,
            Some(feed) => Found::Yes(feed),
            None if self.broken.some_pack => Found::Broken,
            None => Found::No,
        }
    }

    /// A finding where what is named at `at` belongs to a pack that the one of `at` does not build on.
    pub(crate) fn see(&self, namespace: Namespace, name: &str, at: Place, findings: &mut Findings) {
        if let Some(defined) = self.defined.get(&(namespace, name.to_owned())) {
            check::foreign(name, *defined, at, self, findings);
        }
    }

    /// The feed called `name`, or a finding.
    pub(crate) fn need_feed(&self, name: &At<String>, findings: &mut Findings) -> Option<&Feed> {
        match self.feed(&name.value) {
            Found::Yes(feed) => {
                self.see(Namespace::Feed, &name.value, name.at, findings);
                Some(feed)
            }
            Found::Broken => None,
            Found::No => {
                findings
                    .error(
                        code::UNKNOWN_FEED,
                        name.at,
                        format!("未知的数据源 `{}`", name.value),
                        format!("unknown feed `{}`", name.value),
                    )
                    .did_you_mean(&name.value, self.feed_names());
                None
            }
        }
    }

    pub(crate) fn feed_names(&self) -> impl Iterator<Item = &String> {
        self.programme.feeds.keys().chain(&self.broken.feeds)
    }

    pub(crate) fn column<'f>(&self, feed: &'f Feed, name: &str) -> Found<&'f Column> {
        match feed.columns.get(name) {
            _ if self.broken.columns.contains(&(feed.name.clone(), name.to_owned())) => Found::Broken,
            Some(column) => Found::Yes(column),
            None => Found::No,
        }
    }

    /// The column `name` of `feed`, or a finding at `at`.
    pub(crate) fn need_column<'f>(
        &self,
        feed: &'f Feed,
        name: &str,
        at: Place,
        findings: &mut Findings,
    ) -> Option<&'f Column> {
        match self.column(feed, name) {
            Found::Yes(column) => Some(column),
            Found::Broken => None,
            Found::No => {
                findings
                    .error(
                        code::UNKNOWN_COLUMN,
                        at,
                        format!("数据源 `{}` 没有列 `{name}`", feed.name),
                        format!("feed `{}` has no column `{name}`", feed.name),
                    )
                    .did_you_mean(name, feed.columns.keys());
                None
            }
        }
    }

    /// `feed.column`, or findings.
    pub(crate) fn need_feed_column(&self, name: &At<String>, findings: &mut Findings) -> Option<(&Feed, &Column)> {
        let Some((feed, column)) = name.value.split_once('.') else {
            findings
                .error(
                    code::WRONG_SHAPE,
                    name.at,
                    format!("`{}` 应写成 `数据源.列`", name.value),
                    format!("`{}` should be `feed.column`", name.value),
                )
                .hint_text(None);
            return None;
        };
        let feed_at = Place { end: name.at.start + feed.len(), ..name.at };
        // Quoted names are one byte further; then the whole is shown.
        let quoted = name.at.end - name.at.start != name.value.len();
        let column_at = Place { start: name.at.end - column.len().min(name.at.end), ..name.at };
        let (feed_at, column_at) = if quoted { (name.at, name.at) } else { (feed_at, column_at) };
        let feed = self.need_feed(&At { value: feed.to_owned(), at: feed_at }, findings)?;
        let column = self.need_column(feed, column, column_at, findings)?;
        Some((feed, column))
    }

    /// Whether `kind` is a subject kind; a broken one is `Broken`.
    pub(crate) fn kind(&self, kind: &str) -> Found<()> {
        if self.broken.kinds.contains(kind) {
            Found::Broken
        } else if self.programme.is_kind(kind) {
            Found::Yes(())
        } else if (self.broken.some_kinds || self.broken.some_pack) && !self.programme.registers.contains_key(kind) {
            Found::Broken
        } else {
            Found::No
        }
    }

    /// Every subject kind.
    pub(crate) fn kind_names(&self) -> Vec<String> {
        let levels = match self.programme.places().map(|register| &register.shape) {
            Some(Shape::Place { levels, .. }) => levels.clone(),
            _ => Vec::new(),
        };
        let registers = self.programme.registers.values().filter(|register| !register.is_place());
        levels.into_iter().chain(registers.map(|register| register.name.clone())).collect()
    }

    /// `true` when `name` is a kind; otherwise a finding, unless it is a broken one.
    pub(crate) fn need_kind(&self, name: &At<String>, findings: &mut Findings) -> bool {
        match self.kind(&name.value) {
            Found::Yes(()) => {
                self.see(Namespace::Kind, &name.value, name.at, findings);
                true
            }
            Found::Broken => false,
            Found::No => {
                let draft = findings.error(
                    code::UNKNOWN_KIND,
                    name.at,
                    format!("未知的对象类别 `{}`", name.value),
                    format!("unknown kind of subject `{}`", name.value),
                );
                if self.programme.registers.contains_key(&name.value) {
                    draft.hint("地区要写明层级", "name a level of the places");
                } else {
                    draft.did_you_mean(&name.value, self.kind_names());
                }
                false
            }
        }
    }

    /// Type of the key of `kind` (a subject kind, or the register of the places).
    pub(crate) fn key_type(&self, kind: &str) -> Option<Type> {
        match &self.programme.register_of(kind)?.shape {
            Shape::Place { .. } => Some(crate::value::PLACE),
            Shape::Members { key, .. } => Some(*key),
            Shape::Derived { .. } => None,
        }
    }

    /// Whether rows of `feed` link to subjects of `register`: by its own name or, for places, by any level.
    pub(crate) fn links_to(&self, feed: &Feed, register: &Register) -> bool {
        let is_level = |link: &str| register.is_place() && self.programme.level(link).is_some();
        feed.links.keys().any(|link| *link == register.name || is_level(link))
            || matches!(&register.shape, Shape::Derived { feed: own, .. } if *own == feed.name)
    }

    /// The attribute or feature `name` of `kind`: type, class, may be absent.
    pub(crate) fn of_kind(&self, kind: &str, name: &str) -> Found<Result<(Type, Class, bool), FeatureKey>> {
        if self.broken.kinds.contains(kind) {
            return Found::Broken;
        }
        if let Found::Yes(attribute) = self.attribute(kind, name) {
            return Found::Yes(Ok(attribute));
        }
        let key = (kind.to_owned(), name.to_owned());
        match self.features.get(&key) {
            Some(FeatureState::Done(ty, class, may_be_absent)) => Found::Yes(Ok((*ty, *class, *may_be_absent))),
            Some(FeatureState::Waiting) => Found::Yes(Err(key)),
            Some(FeatureState::Broken) => Found::Broken,
            None if matches!(self.attribute(kind, name), Found::Broken) || self.broken.some_pack => Found::Broken,
            None => Found::No,
        }
    }

    /// The attribute `name` of `kind`: type, class, may be absent.
    pub(crate) fn attribute(&self, kind: &str, name: &str) -> Found<(Type, Class, bool)> {
        let Some(register) = self.programme.register_of(kind) else {
            return if self.broken.kinds.contains(kind) || self.broken.some_pack { Found::Broken } else { Found::No };
        };
        if let Some(attribute) = register.attributes.get(name) {
            let listed = matches!(attribute.source, AttributeSource::Listed(_));
            return Found::Yes((attribute.ty, attribute.class, !listed));
        }
        let broken = self.broken.attributes.contains(&(register.name.clone(), name.to_owned()))
            || self.broken.names.contains(name)
            || self.broken.kinds.contains(&register.name);
        if broken { Found::Broken } else { Found::No }
    }

    /// Every attribute and feature of `kind`.
    pub(crate) fn names_of(&self, kind: &str) -> Vec<String> {
        let attributes = self.programme.register_of(kind).into_iter().flat_map(|register| register.attributes.keys());
        let features = self.features.keys().filter(|(of, _)| of == kind).map(|(_, name)| name);
        attributes.chain(features).cloned().collect()
    }

    /// The parameter `name`.
    pub(crate) fn parameter(&self, name: &str) -> Found<&Parameter> {
        match self.programme.parameters.get(name) {
            _ if self.broken.parameters.contains(name) => Found::Broken,
            Some(parameter) => Found::Yes(parameter),
            None if self.broken.some_pack => Found::Broken,
            None => Found::No,
        }
    }
}
