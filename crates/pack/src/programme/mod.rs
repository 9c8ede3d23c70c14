//! What packs mean, once checked: every expression typed, every name resolved, nothing optional left to guess.
//!
//! The as-written form is in `raw`; only this crate sees it.

mod agreement;
mod feature;
mod feed;
mod indicator;
mod model;
mod parameter;
mod publishable;
mod register;
mod window;
mod workflow;

use std::collections::BTreeMap;

use types::{Class, Day, Hash, Text, Type};

pub use agreement::Agreement;
pub use feature::{Feature, FeatureShape, Members, Rows};
pub use feed::{Check, Column, Covers, CoversFrom, CoversTo, Feed, Mode, Period as RhythmPeriod, Rhythm, Scope, Valid};
pub use indicator::{Better, Indicator, Trend};
pub use model::{Expected, Given, Level, Model, ModelKind, ModelTest, Opens, Severity};
pub use parameter::{Parameter, ParameterValue};
pub use publishable::{Publishable, Topic};
pub use register::{Attribute, AttributeSource, Belonging, PlaceOf, Register, Shape};
pub use window::Window;
pub use workflow::{
    Action, ActionKind, CASE_VALUES, CaseSource, FieldType, FormField, Guard, MeasureKind, Publication, Returns, Role,
    State, Steps, Term, VerdictWord, WholeClock, Workflow,
};

/// The packs that run together, checked as one.
#[derive(Clone, Debug)]
pub struct Programme {
    /// In build order: a pack comes after those it builds on.
    pub packs: Vec<PackInfo>,
    /// By register name: the place tree, listed kinds such as `person`, derived ones.
    pub registers: BTreeMap<String, Register>,
    /// By name.
    pub feeds: BTreeMap<String, Feed>,
    /// By name.
    pub parameters: BTreeMap<String, Parameter>,
    /// In an order in which each comes after the features it reads. A name is unique per subject kind.
    pub features: Vec<Feature>,
    /// By id; ids are unique over all packs.
    pub models: BTreeMap<String, Model>,
    /// Data-sharing agreements, by id.
    pub agreements: BTreeMap<String, Agreement>,
    /// Workflows, by id.
    pub workflows: BTreeMap<String, Workflow>,
    /// Who works with the folder, by id.
    pub roles: BTreeMap<String, Role>,
    /// Statutory holidays and make-up workdays.
    pub calendar: codes::WorkCalendar,
    /// By id; ids are unique over all packs.
    pub indicators: BTreeMap<String, Indicator>,
    /// What may be shown to everyone.
    pub publishable: Publishable,
}

/// One pack of a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackInfo {
    /// Id, the folder's name.
    pub id: String,
    /// Semantic version.
    pub version: String,
    /// Title.
    pub title: Text,
    /// Ids of the packs it builds on.
    pub builds_on: Vec<String>,
    /// SHA-256 over its files' names and bytes, in name order.
    pub hash: Hash,
    /// Day of the model tests: parameters are taken at it.
    pub test_as_of: Day,
    /// Place of the model tests, a place code.
    pub test_place: String,
}

/// What a name in a model, a feature or a register refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Subject kind it belongs to (a register name or a place level).
    pub kind: String,
    /// Name of the attribute or feature.
    pub name: String,
    /// Whether it is an attribute; otherwise a feature.
    pub attribute: bool,
}

impl Programme {
    /// Whether `kind` is a subject kind: a register name other than that of the places, or a place level.
    #[must_use]
    pub fn is_kind(&self, kind: &str) -> bool {
        self.level(kind).is_some() || self.registers.get(kind).is_some_and(|register| !register.is_place())
    }

    /// The register of the places, if there is one.
    #[must_use]
    pub fn places(&self) -> Option<&Register> {
        self.registers.values().find(|register| register.is_place())
    }

    /// The place level called `kind`, counted from 0, the widest.
    #[must_use]
    pub fn level(&self, kind: &str) -> Option<usize> {
        match &self.places()?.shape {
            Shape::Place { levels, .. } => levels.iter().position(|level| level == kind),
            _ => None,
        }
    }

    /// The register in whose numbers subjects of `kind` are counted: all place levels share that of the places.
    #[must_use]
    pub fn register_of(&self, kind: &str) -> Option<&Register> {
        if self.level(kind).is_some() { self.places() } else { self.registers.get(kind) }
    }

    /// The feature `name` of subjects of `kind`.
    #[must_use]
    pub fn feature(&self, kind: &str, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.kind == kind && feature.name == name)
    }

    /// What `name`, or `prefix.name`, refers to where subjects of `kind` are looked at. With a prefix, a kind above this one:
    /// the register it belongs to, or a place level.
    #[must_use]
    pub fn resolve(&self, kind: &str, prefix: Option<&str>, name: &str) -> Option<Reference> {
        let kind = match prefix {
            None => kind,
            Some(prefix) if self.kinds_above(kind).iter().any(|above| above == prefix) => prefix,
            Some(_) => return None,
        };
        let reference = |attribute| Reference { kind: kind.to_owned(), name: name.to_owned(), attribute };
        if self.register_of(kind)?.attributes.contains_key(name) {
            return Some(reference(true));
        }
        self.feature(kind, name).map(|_| reference(false))
    }

    /// The kinds whose values subjects of `kind` may read: what it belongs to, then all place levels above.
    #[must_use]
    pub fn kinds_above(&self, kind: &str) -> Vec<String> {
        let mut kinds = Vec::new();
        let levels: &[String] = match self.places().map(|register| &register.shape) {
            Some(Shape::Place { levels, .. }) => levels,
            _ => &[],
        };
        if let Some(level) = self.level(kind) {
            kinds.extend(levels[..level].iter().rev().cloned());
            return kinds;
        }
        let Some(register) = self.registers.get(kind) else { return kinds };
        if let Shape::Members { belongs_to: Some(belonging), .. } = &register.shape {
            kinds.push(belonging.kind.clone());
        }
        if register.has_place() {
            kinds.extend(levels.iter().rev().cloned());
        }
        kinds
    }

    /// Type, class and possible absence of what `reference` refers to.
    #[must_use]
    pub fn describe(&self, reference: &Reference) -> Option<(Type, Class, bool)> {
        if reference.attribute {
            let attribute = self.register_of(&reference.kind)?.attributes.get(&reference.name)?;
            let listed = matches!(attribute.source, AttributeSource::Listed(_));
            Some((attribute.ty, attribute.class, !listed))
        } else {
            let feature = self.feature(&reference.kind, &reference.name)?;
            Some((feature.ty, feature.class, feature.may_be_absent))
        }
    }
}
