//! What features and models read, as far back as the feeds: for people who ask where a number comes from.

use std::collections::BTreeSet;

use expr::{AggregateCall, Compiled, Formula, Input};

use crate::programme::{AttributeSource, Feature, FeatureShape, Model, Programme, Reference, Shape};

/// What stands in an expression, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Feeds whose rows are read.
    pub feeds: BTreeSet<String>,
    /// Attributes and features.
    pub values: BTreeSet<Reference>,
    /// Parameters, without the colon.
    pub parameters: BTreeSet<String>,
}

/// How a feature is computed, in the words of its pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// The value.
    pub value: String,
    /// `where`.
    pub filter: Option<String>,
    /// `window`, with its `offset`.
    pub window: Option<String>,
    /// The feed or the kind of members; `None` for a formula.
    pub from: Option<String>,
}

/// What `feature` reads itself.
#[must_use]
pub fn reads_of_feature(programme: &Programme, feature: &Feature) -> Reads {
    let mut reads = Reads::default();
    match &feature.shape {
        FeatureShape::Formula(compiled) => reads.add(programme, &feature.kind, compiled),
        FeatureShape::Members(members) => {
            for compiled in parts(&members.aggregate, members.filter.as_ref()) {
                reads.add(programme, &members.kind, compiled);
            }
            // Who the members are, their register says.
            reads.feeds.extend(feeds_of_kind(programme, &members.kind));
        }
        FeatureShape::Rows(rows) => {
            reads.feeds.insert(rows.feed.clone());
            for compiled in parts(&rows.aggregate, rows.filter.as_ref()) {
                reads.add_of_rows(programme, &feature.kind, compiled);
                for exists in &compiled.exists {
                    reads.feeds.insert(exists.feed.clone());
                    reads.add_of_rows(programme, &feature.kind, &exists.condition);
                }
            }
        }
    }
    reads
}

/// What the formulas and sentences of `model` read themselves.
#[must_use]
pub fn reads_of_model(programme: &Programme, model: &Model) -> Reads {
    let mut reads = Reads::default();
    let levels = model.severity.levels.iter().filter_map(|level| level.when.as_ref());
    let formulas: Vec<&Formula> = model.population.iter().chain([&model.when]).chain(levels).collect();
    for formula in formulas {
        reads.add(programme, &model.subject, &formula.compiled);
    }
    reads.add_inputs(programme, &model.subject, &model.shown);
    reads
}

/// The feeds that the attribute or feature `reference` reads directly: of a feature over rows its feed, of an attribute its sources.
#[must_use]
pub fn feeds_of_value(programme: &Programme, reference: &Reference) -> BTreeSet<String> {
    if !reference.attribute {
        let feature = programme.feature(&reference.kind, &reference.name);
        return feature.map(|feature| reads_of_feature(programme, feature).feeds).unwrap_or_default();
    }
    let register = programme.register_of(&reference.kind);
    let attribute = register.and_then(|register| register.attributes.get(&reference.name));
    match attribute.map(|attribute| &attribute.source) {
        Some(AttributeSource::Columns(columns)) => columns.iter().map(|(feed, _)| feed.clone()).collect(),
        Some(AttributeSource::Listed(feeds)) => feeds.iter().cloned().collect(),
        None => BTreeSet::new(),
    }
}

/// The attributes and features behind `reads`, those they read in turn included.
#[must_use]
pub fn values_behind(programme: &Programme, reads: &Reads) -> BTreeSet<Reference> {
    let mut found = BTreeSet::new();
    let mut next: Vec<Reference> = reads.values.iter().cloned().collect();
    while let Some(reference) = next.pop() {
        if let Some(feature) = programme.feature(&reference.kind, &reference.name).filter(|_| !reference.attribute) {
            next.extend(reads_of_feature(programme, feature).values.into_iter().filter(|other| !found.contains(other)));
        }
        found.insert(reference);
    }
    found
}

/// How `feature` is written.
#[must_use]
pub fn wording(feature: &Feature) -> Wording {
    match &feature.shape {
        FeatureShape::Formula(compiled) => {
            Wording { value: compiled.text.clone(), filter: None, window: None, from: None }
        }
        FeatureShape::Members(members) => Wording {
            value: members.aggregate.text.clone(),
            filter: members.filter.as_ref().map(|filter| filter.text.clone()),
            window: None,
            from: Some(members.kind.clone()),
        },
        FeatureShape::Rows(rows) => {
            let offset = rows.offset.map(|offset| format!(" − {offset}")).unwrap_or_default();
            Wording {
                value: rows.aggregate.text.clone(),
                filter: rows.filter.as_ref().map(|filter| filter.text.clone()),
                window: Some(format!("{}{offset}", rows.window)),
                from: Some(rows.feed.clone()),
            }
        }
    }
}

/// The texts of a model: population, when, and the condition of each level of severity that has one.
#[must_use]
pub fn texts_of_model(model: &Model) -> (Option<&str>, &str, Vec<(&str, Option<&str>)>) {
    let levels = model.severity.levels.iter();
    let levels = levels.map(|level| (level.name.as_str(), level.when.as_ref().map(|when| when.compiled.text.as_str())));
    (
        model.population.as_ref().map(|formula| formula.compiled.text.as_str()),
        &model.when.compiled.text,
        levels.collect(),
    )
}

/// The feeds that say who the subjects of `kind` are.
#[must_use]
pub fn feeds_of_kind(programme: &Programme, kind: &str) -> BTreeSet<String> {
    match programme.register_of(kind).map(|register| &register.shape) {
        Some(Shape::Members { members, .. }) => members.iter().cloned().collect(),
        Some(Shape::Derived { feed, .. }) => BTreeSet::from([feed.clone()]),
        _ => BTreeSet::new(),
    }
}

fn parts<'c>(aggregate: &'c AggregateCall, filter: Option<&'c Compiled>) -> impl Iterator<Item = &'c Compiled> {
    aggregate.argument.iter().chain(filter)
}

impl Reads {
    fn add(&mut self, programme: &Programme, kind: &str, compiled: &Compiled) {
        self.add_inputs(programme, kind, &compiled.inputs);
    }

    fn add_inputs(&mut self, programme: &Programme, kind: &str, inputs: &[Input]) {
        for input in inputs {
            match input {
                Input::Name { prefix, name } => self.values.extend(programme.resolve(kind, prefix.as_deref(), name)),
                Input::Parameter(name) => drop(self.parameters.insert(name.clone())),
                Input::AsOf | Input::Exists(_) => {}
            }
        }
    }

    /// Over rows a name is a column, but for `subject.x` and `<link>.x`.
    fn add_of_rows(&mut self, programme: &Programme, kind: &str, compiled: &Compiled) {
        for input in &compiled.inputs {
            match input {
                Input::Name { prefix: Some(prefix), name } if prefix == "subject" => {
                    self.values.extend(programme.resolve(kind, None, name));
                }
                Input::Name { prefix: Some(prefix), name } if prefix != "other" => {
                    self.values.extend(programme.resolve(prefix, None, name));
                }
                Input::Parameter(name) => drop(self.parameters.insert(name.clone())),
                _ => {}
            }
        }
    }
}
