//! Which feeds an answer stands on.

use std::collections::BTreeSet;

use expr::Compiled;
use pack::Programme;
use pack::programme::{AttributeSource, FeatureShape, Model, Reference, Shape};

use crate::feature::{formula, rows};
use crate::screen::formulas;

/// Every feed that can change an answer of `model`: through its values, through who its subjects are, or through where they are.
#[must_use]
pub fn feeds_of(programme: &Programme, model: &Model) -> BTreeSet<String> {
    let mut needs = Needs { programme, feeds: BTreeSet::new(), kinds: BTreeSet::new(), seen: BTreeSet::new() };
    needs.kind(&model.subject);
    if let Some(opens) = &model.opens {
        needs.kind(&opens.subject);
    }
    for formula in formulas(model) {
        needs.formula(&model.subject, &formula.compiled);
    }
    needs.feeds
}

struct Needs<'p> {
    programme: &'p Programme,
    feeds: BTreeSet<String>,
    kinds: BTreeSet<String>,
    seen: BTreeSet<Reference>,
}

impl Needs<'_> {
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
                    self.feeds.extend(compiled.exists.iter().map(|exists| exists.feed.clone()));
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
