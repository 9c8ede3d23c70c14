//! Who may be a subject without being known to be: a row of a list that says who there is was refused, and no other names him
//! (semantics section 4).

use std::collections::{BTreeMap, BTreeSet};

use pack::programme::{PlaceOf, Register, Shape};
use types::{Linked, NO_NUMBER, Reason, ReasonLine, column_link};

use crate::Fault;
use crate::columns::Columns;
use crate::rows::refused_link_of;
use crate::timeline::refused_at;

/// The subjects of a kind that may be there, by what they would belong to or where they would live.
#[derive(Default, PartialEq, Eq)]
pub struct Doubtful {
    /// What the rows name, by feed.
    pub lines: Vec<(ReasonLine, BTreeSet<u32>)>,
    /// How many may belong to each.
    of: BTreeMap<u32, u64>,
    /// Rows that name nothing they would belong to.
    pub nameless: u64,
}

/// A subject that may be there: its number, or the row (feed, part, index) whose key cannot be read.
type Who = (u32, Option<(usize, u32, u32)>);

impl Doubtful {
    /// Who may be of `kind`, and would belong to subjects of `above`.
    pub fn of(columns: &Columns<'_>, kind: &str, above: &str) -> Result<Self, Fault> {
        let scene = &*columns.scene;
        let register = scene.register(kind)?;
        let feeds: Vec<&String> = match &register.shape {
            // What is no listed place is nobody's place.
            Shape::Place { .. } => return Ok(Self::default()),
            Shape::Members { members, .. } => members.iter().collect(),
            Shape::Derived { feed, .. } => vec![feed],
        };
        let subjects = scene.subjects(kind)?;
        let as_of = scene.question.as_of;
        let mut doubtful = Self::default();
        let mut who: BTreeMap<u32, BTreeSet<Who>> = BTreeMap::new();
        for (source, feed) in feeds.into_iter().enumerate() {
            let rows = scene.rows(feed)?;
            let refused = match &register.shape {
                Shape::Derived { .. } => rows.refused_up_to(as_of).collect(),
                _ => refused_at(rows, as_of),
            };
            let mut named = BTreeSet::new();
            for (part, index) in refused {
                let linked = &rows.parts[part as usize].linked;
                let number = refused_link_of(linked, &register.name, index as usize, &subjects.canonical);
                if number != NO_NUMBER && subjects.members.value(number as usize) {
                    continue;
                }
                let way = Way { columns, register, above, feed, linked, index: index as usize, number };
                match way.target()? {
                    NO_NUMBER => doubtful.nameless += 1,
                    target => {
                        let row = (number == NO_NUMBER).then_some((source, part, index));
                        who.entry(target).or_default().insert((number, row));
                        named.insert(target);
                    }
                }
            }
            if !named.is_empty() {
                doubtful.lines.push((ReasonLine { reason: Reason::RowRefused, about: feed.clone() }, named));
            }
        }
        doubtful.of = who.into_iter().map(|(target, who)| (target, who.len() as u64)).collect();
        Ok(doubtful)
    }

    /// How many may belong to whom.
    pub fn counts(&self) -> impl Iterator<Item = (u32, u64)> {
        self.of.iter().map(|(target, count)| (*target, *count))
    }

    /// How many may belong to `number`.
    pub fn count(&self, number: u32) -> u64 {
        self.of.get(&number).copied().unwrap_or(0)
    }
}

/// A refused row, on the way to what its subject would belong to.
struct Way<'s, 'a> {
    columns: &'s Columns<'a>,
    register: &'s Register,
    above: &'s str,
    feed: &'s str,
    linked: &'s Linked,
    index: usize,
    number: u32,
}

impl Way<'_, '_> {
    /// The number that it ends at; [`NO_NUMBER`] for none.
    fn target(&self) -> Result<u32, Fault> {
        let scene = &*self.columns.scene;
        let Some(level) = scene.programme.level(self.above) else { return self.group() };
        let places = scene.places()?;
        let place = match &self.register.shape {
            Shape::Members { place: PlaceOf::Column(column), .. } => self.named(places.register(), column)?,
            Shape::Members { place: PlaceOf::Belonging, belongs_to: Some(belonging), .. } => match self.group()? {
                NO_NUMBER => NO_NUMBER,
                group => self.columns.place_of(&belonging.kind)?[group as usize],
            },
            Shape::Derived { .. } if self.number != NO_NUMBER => {
                self.columns.place_of(&self.register.name)?[self.number as usize]
            }
            _ => NO_NUMBER,
        };
        let place = if place == NO_NUMBER { self.linked_place()? } else { place };
        Ok(places.ancestor(place, level))
    }

    /// What it would belong to.
    fn group(&self) -> Result<u32, Fault> {
        let Shape::Members { belongs_to: Some(belonging), .. } = &self.register.shape else { return Ok(NO_NUMBER) };
        let space = self.columns.scene.register(&belonging.kind)?;
        match belonging.sources.iter().find(|(feed, _)| feed == self.feed) {
            Some((_, column)) => self.named(&space.name, column),
            None => Ok(NO_NUMBER),
        }
    }

    /// What the cell of `column` names in the register `space`.
    fn named(&self, space: &str, column: &str) -> Result<u32, Fault> {
        let canonical = &self.columns.scene.subjects(space)?.canonical;
        Ok(refused_link_of(self.linked, &column_link(space, column), self.index, canonical))
    }

    /// A place that the row links to.
    fn linked_place(&self) -> Result<u32, Fault> {
        let scene = &*self.columns.scene;
        for link in self.linked.refused_links.keys().filter(|link| scene.programme.level(link).is_some()) {
            let number = refused_link_of(self.linked, link, self.index, &scene.subjects(link)?.canonical);
            if number != NO_NUMBER {
                return Ok(number);
            }
        }
        Ok(NO_NUMBER)
    }
}
