//! Indicators: what they say of a place, and the list behind a number.

use std::collections::BTreeSet;
use std::sync::Arc;

use expr::{AggregateCall, Compiled, Input};
use pack::programme::{Feature, FeatureShape, Indicator, Members, Reference, Rows};
use types::{Class, EvidenceRow, Figure, Listing, ListingLine, NO_NUMBER, SubjectRef, Type, Value};

use crate::columns::Columns;
use crate::condition::Conditions;
use crate::explain::{canonical_text, value_of};
use crate::feature::formula;
use crate::feature::rows::RowsReader;
use crate::scene::{Scene, missing};
use crate::screen::Screen;
use crate::{Fault, values};

/// Computes the values `wanted` and what they need, on `threads` threads, and no model.
///
/// # Errors
/// When a number overflows its type or the tables cannot be read.
pub fn values_of<'a>(
    scene: &Arc<Scene<'a>>,
    threads: usize,
    wanted: &BTreeSet<Reference>,
) -> Result<Screen<'a>, Fault> {
    let columns = Columns::of_one(scene);
    columns.compute(wanted, threads, None)?;
    Ok(Screen { columns, models: Default::default(), conditions: Conditions::default() })
}

impl Screen<'_> {
    /// What `indicator` says of the place `key` of `level`; `None` for what is no such place at (A, K).
    ///
    /// # Errors
    /// When a number overflows its type or the tables cannot be read.
    pub fn figure(&self, indicator: &Indicator, level: &str, key: &str) -> Result<Option<Figure>, Fault> {
        let Some(number) = self.member(level, key)? else { return Ok(None) };
        let actual = self.bare_value_line(level, &indicator.actual, number)?;
        let target = match &indicator.target {
            Some(target) => Some(self.parameter_line(level, target, number)?),
            None => None,
        };
        let is_known = actual.value.is_some() && target.as_ref().is_some_and(|target| target.value.is_some());
        let met = match &indicator.met {
            Some(met) if is_known => self.truth(level, met, number)?,
            _ => None,
        };
        let place = SubjectRef { kind: level.to_owned(), key: self.columns.scene.key(level, number)? };
        Ok(Some(Figure { place, actual, target, met }))
    }

    /// The members or rows that make up the feature `name` of the place `key` of `level`; `None` for what is no such place at
    /// (A, K), and for a formula.
    ///
    /// # Errors
    /// When there is no such feature, or the tables cannot be read.
    pub fn listing(&self, level: &str, name: &str, key: &str) -> Result<Option<Listing>, Fault> {
        let Some(number) = self.member(level, key)? else { return Ok(None) };
        let feature = self.columns.feature(&self.columns.resolve(level, None, name)?)?;
        let mut listing = match &feature.shape {
            FeatureShape::Members(spec) => self.listed_members(feature, spec, number)?,
            FeatureShape::Rows(spec) => self.listed_rows(feature, spec, number)?,
            FeatureShape::Formula(_) => return Ok(None),
        };
        listing.lines.sort_by(|left, right| (&left.subject, &left.row).cmp(&(&right.subject, &right.row)));
        Ok(Some(listing))
    }

    fn listed_members(&self, feature: &Feature, spec: &Members, number: u32) -> Result<Listing, Fault> {
        let found = self.columns.contributions(feature, spec)?;
        let (ty, class) = self.argument_of(&spec.aggregate, |input| match input {
            Input::Name { prefix, name } => {
                let reference = self.columns.resolve(&spec.kind, prefix.as_deref(), name)?;
                Ok(self.columns.describe(&reference)?.2)
            }
            _ => Ok(Class::Open),
        })?;
        let (mut lines, mut not_covered) = (Vec::new(), found.doubtful.count(number));
        for member in found.members(number) {
            let index = *member as usize;
            not_covered += u64::from(!found.covered.value(index));
            if !found.counts(index) {
                continue;
            }
            let value = ty.zip(found.values.as_ref()).map(|(ty, cells)| (values::cell(cells, ty, index), ty));
            lines.push(self.listing_line(&spec.kind, *member, value, class, None)?);
        }
        Ok(Listing { kind: spec.kind.clone(), lines, not_covered })
    }

    fn listed_rows(&self, feature: &Feature, spec: &Rows, number: u32) -> Result<Listing, Fault> {
        // Where the link is to the place itself, the rows name nobody else.
        let kind = if spec.via == feature.kind { feature.kind.clone() } else { spec.via.clone() };
        let reader = RowsReader::new(&self.columns, feature, spec)?;
        let feed = reader.rows().feed;
        let (ty, class) = self.argument_of(&spec.aggregate, |input| match input {
            Input::Name { prefix: None, name } => {
                let column = feed.columns.get(name).or_else(|| feed.columns.get(feed.links.get(name)?));
                Ok(column.map_or(Class::Internal, |column| column.class))
            }
            Input::Name { prefix: Some(prefix), name } => {
                let kind = if prefix == crate::feature::rows::SUBJECT { &feature.kind } else { prefix };
                Ok(self.columns.describe(&self.columns.resolve(kind, None, name)?)?.2)
            }
            _ => Ok(Class::Open),
        })?;
        let mut lines = Vec::new();
        for (row, value) in reader.listed(number)? {
            let named = reader.named_by(row)?;
            let value = ty.map(|ty| (value, ty));
            lines.push(self.listing_line(&kind, named, value, class, Some(reader.evidence(row)))?);
        }
        let not_covered = reader.not_covered(number)?;
        Ok(Listing { kind, lines, not_covered })
    }

    /// Type of what is aggregated (none for a count of members or rows) and the highest class of what it reads.
    fn argument_of(
        &self,
        aggregate: &AggregateCall,
        class_of: impl Fn(&Input) -> Result<Class, Fault>,
    ) -> Result<(Option<Type>, Class), Fault> {
        let Some(argument) = &aggregate.argument else { return Ok((None, Class::Open)) };
        let mut class = Class::Open;
        for input in &argument.inputs {
            class = class.max(class_of(input)?);
        }
        Ok((Some(argument.root.ty), class))
    }

    fn listing_line(
        &self,
        kind: &str,
        number: u32,
        value: Option<(Value, Type)>,
        class: Class,
        row: Option<EvidenceRow>,
    ) -> Result<ListingLine, Fault> {
        let scene = &*self.columns.scene;
        let is_named = number != NO_NUMBER;
        let subject = match is_named {
            true => Some(SubjectRef { kind: kind.to_owned(), key: scene.key(kind, number)? }),
            false => None,
        };
        let place = match is_named {
            true => self.columns.place_of(kind)?[number as usize],
            false => NO_NUMBER,
        };
        let place = match place {
            NO_NUMBER => None,
            place => scene.places()?.chain(place).into_iter().next(),
        };
        let ty = value.as_ref().map(|(_, ty)| ty.word());
        let value = value.filter(|(value, _)| !value.is_null()).map(|(value, ty)| canonical_text(&value, ty));
        Ok(ListingLine { subject, place, value, ty, class, row })
    }

    /// The number of `key`, if it is a subject of `kind` at (A, K).
    fn member(&self, kind: &str, key: &str) -> Result<Option<u32>, Fault> {
        let members = self.columns.scene.members(kind)?;
        let number = self.columns.scene.number(kind, key);
        Ok(number.filter(|number| (*number as usize) < members.len() && members.value(*number as usize)))
    }

    /// The truth of `compiled` for one subject whose values are all known.
    fn truth(&self, kind: &str, compiled: &Compiled, number: u32) -> Result<Option<bool>, Fault> {
        let reads = formula::reads(&self.columns, kind, compiled)?;
        let row: Vec<Value> = reads.iter().map(|read| value_of(&self.columns, read, number)).collect();
        let value = compiled.root.evaluate(&row).map_err(|_| Fault::Overflow { at: compiled.text.clone() })?;
        match value {
            Value::Bool(truth) => Ok(Some(truth)),
            Value::Null => Ok(None),
            _ => Err(missing(&compiled.text)),
        }
    }
}
