//! What an answer stands on: feeds, and the rules that packs write.

use std::collections::BTreeSet;

use expr::Compiled;
use pack::Programme;
use pack::programme::{AttributeSource, FeatureShape, Model, Reference, Shape};

use crate::feature::{formula, rows};
use crate::screen::formulas;

/// Every feed that can change an answer of `model`: through its values, through who its subjects are, or through where they are.
#[must_use]
pub fn feeds_of(programme: &Programme, model: &Model) -> BTreeSet<String> {
    Needs::of(programme, model).feeds
}

/// What the packs write that can change an answer of `model`, whatever the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Ids of the packs that declare the model and what it reads.
    pub packs: BTreeSet<String>,
    /// Names of the parameters it reads, itself or through features.
    pub parameters: BTreeSet<String>,
    /// The attributes and features it reads, itself or through others.
    pub values: BTreeSet<Reference>,
    /// Names of the feeds it reads, itself or through features, and of those that say who is who.
    pub feeds: BTreeSet<String>,
}

/// The rules behind `model`.
#[must_use]
pub fn rules_of(programme: &Programme, model: &Model) -> Rules {
    Needs::of(programme, model).rules(model.pack)
}

/// The rules behind the attribute or feature `reference`.
#[must_use]
pub fn rules_of_value(programme: &Programme, reference: &Reference) -> Rules {
    let mut needs = Needs::nothing(programme);
    needs.reference(reference);
    let pack = programme.feature(&reference.kind, &reference.name).map_or(0, |feature| feature.pack);
    needs.rules(pack)
}

struct Needs<'p> {
    programme: &'p Programme,
    feeds: BTreeSet<String>,
    kinds: BTreeSet<String>,
    seen: BTreeSet<Reference>,
    parameters: BTreeSet<String>,
}

impl<'p> Needs<'p> {
    fn nothing(programme: &'p Programme) -> Self {
        Self {
            programme,
            feeds: BTreeSet::new(),
            kinds: BTreeSet::new(),
            seen: BTreeSet::new(),
            parameters: BTreeSet::new(),
        }
    }

    /// What the rules of `pack` with these needs are.
    fn rules(self, pack: usize) -> Rules {
        let programme = self.programme;
        let feeds = self.feeds.iter().filter_map(|name| programme.feeds.get(name)).map(|feed| feed.pack);
        let registers =
            self.kinds.iter().filter_map(|name| programme.registers.get(name)).map(|register| register.pack);
        let features =
            self.seen.iter().filter_map(|seen| programme.feature(&seen.kind, &seen.name)).map(|found| found.pack);
        let parameters =
            self.parameters.iter().filter_map(|name| programme.parameters.get(name)).map(|found| found.pack);
        let packs: BTreeSet<usize> = feeds.chain(registers).chain(features).chain(parameters).chain([pack]).collect();
        Rules {
            packs: packs.into_iter().filter_map(|pack| programme.packs.get(pack)).map(|pack| pack.id.clone()).collect(),
            parameters: self.parameters,
            values: self.seen,
            feeds: self.feeds,
        }
    }

    fn of(programme: &'p Programme, model: &Model) -> Self {
        let mut needs = Self::nothing(programme);
        needs.kind(&model.subject);
        if let Some(opens) = &model.opens {
            needs.kind(&opens.subject);
        }
        for formula in formulas(model) {
            needs.formula(&model.subject, &formula.compiled);
        }
        // What is only shown stands in the explanation too.
        needs.inputs(&model.shown);
        for reference in formula::references_of(programme, &model.subject, &model.shown) {
            needs.reference(&reference);
        }
        needs
    }

    fn parameters(&mut self, compiled: &Compiled) {
        self.inputs(&compiled.inputs);
    }

    fn inputs(&mut self, inputs: &[expr::Input]) {
        let names = inputs.iter().filter_map(|input| match input {
            expr::Input::Parameter(name) => Some(name.clone()),
            _ => None,
        });
        self.parameters.extend(names);
    }

    fn kind(&mut self, kind: &str) {
        let Some(register) = self.programme.register_of(kind) else { return };
        if !self.kinds.insert(register.name.clone()) {
            return;
        }
        match &register.shape {
            Shape::Place { members, .. } => self.feeds.extend(members.iter().cloned()),
            Shape::Members { members, belongs_to, .. } => {
                self.feeds.extend(members.iter().cloned());
                if let Some(belonging) = belongs_to {
                    self.feeds.extend(belonging.sources.iter().map(|(feed, _)| feed.clone()));
                    self.kind(&belonging.kind);
                }
            }
            Shape::Derived { feed, .. } => {
                self.feeds.insert(feed.clone());
            }
        }
        if register.has_place()
            && let Some(places) = self.programme.places()
        {
            let name = places.name.clone();
            self.kind(&name);
            if let Shape::Place { members, .. } = &places.shape {
                self.feeds.extend(members.iter().cloned());
            }
        }
    }

    fn formula(&mut self, kind: &str, compiled: &Compiled) {
        self.parameters(compiled);
        for reference in formula::references(self.programme, kind, [compiled]) {
            self.reference(&reference);
        }
    }

    fn reference(&mut self, reference: &Reference) {
        if !self.seen.insert(reference.clone()) {
            return;
        }
        self.kind(&reference.kind);
        if reference.attribute {
            let register = self.programme.register_of(&reference.kind);
            match register
                .and_then(|register| register.attributes.get(&reference.name))
                .map(|attribute| &attribute.source)
            {
                Some(AttributeSource::Columns(columns)) => {
                    self.feeds.extend(columns.iter().map(|(feed, _)| feed.clone()))
                }
                Some(AttributeSource::Listed(feeds)) => self.feeds.extend(feeds.iter().cloned()),
                None => {}
            }
            return;
        }
        let Some(feature) = self.programme.feature(&reference.kind, &reference.name) else { return };
        match &feature.shape {
            FeatureShape::Formula(compiled) => self.formula(&feature.kind, compiled),
            FeatureShape::Members(spec) => {
                self.kind(&spec.kind);
                for compiled in spec.aggregate.argument.iter().chain(&spec.filter) {
                    self.formula(&spec.kind, compiled);
                }
            }
            FeatureShape::Rows(spec) => {
                self.feeds.insert(spec.feed.clone());
                self.kind(&spec.via);
                for reference in rows::references(self.programme, feature, spec) {
                    self.reference(&reference);
                }
                for compiled in spec.aggregate.argument.iter().chain(&spec.filter) {
                    self.parameters(compiled);
                    for exists in &compiled.exists {
                        self.feeds.insert(exists.feed.clone());
                        self.parameters(&exists.condition);
                    }
                    for input in
                        compiled.exists.iter().map(|exists| &exists.condition).chain([compiled]).flat_map(|c| &c.inputs)
                    {
                        if let expr::Input::Name { prefix: Some(link), name } = input
                            && let Some(reference) = self.programme.resolve(link, None, name)
                        {
                            self.reference(&reference);
                        }
                    }
                }
            }
        }
    }
}
