//! The tree of places at (A, K): levels, parents, successors.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_buffer::BooleanBuffer;
use pack::programme::{Register, Shape};
use types::{Canonical, Identities, NO_NUMBER};

use super::{Scene, missing};
use crate::rows::cell_text;
use crate::{Fault, bitmap};

/// The place tree of A.
pub struct PlaceScene {
    register: String,
    identities: Arc<Identities>,
    canonical: Canonical,
    /// Places listed at A.
    pub members: BooleanBuffer,
    parent: Vec<u32>,
    successor: Vec<u32>,
    level: Vec<Option<usize>>,
    /// The code written as parent, also where that code is not itself listed.
    parent_code: Vec<Option<String>>,
}

/// No chain of parents or successors is longer than this; a longer one is a circle in the data.
const LONGEST_CHAIN: usize = 32;

impl PlaceScene {
    /// Reads the tree from the register's member feeds.
    pub fn new(scene: &Scene<'_>, register: &Register) -> Result<Self, Fault> {
        let Shape::Place { members: feeds, parent: parent_column, successor: successor_column, .. } = &register.shape
        else {
            return Err(missing(&register.name));
        };
        let subjects = scene.subjects(&register.name)?;
        let identities = Arc::clone(&subjects.identities);
        let canonical = subjects.canonical.clone();
        let size = identities.len();
        let mut parent = vec![NO_NUMBER; size];
        let mut successor = vec![NO_NUMBER; size];
        let mut parent_code = vec![None; size];
        let mut listed = Vec::new();
        for feed in feeds.iter().rev() {
            let timeline = scene.timeline(feed, &register.name)?;
            let rows = scene.rows(feed)?;
            for number in 0..u32::try_from(size).unwrap_or(NO_NUMBER) {
                let Some(span) = timeline.on(number, scene.question.as_of) else { continue };
                let linked = &rows.parts[span.part as usize].linked;
                let code = |column: &str| cell_text(rows.feed, linked, column, span.row);
                let number_of = |code: &Option<String>| {
                    code.as_ref()
                        .and_then(|code| identities.number(code))
                        .map_or(NO_NUMBER, |number| canonical.of(number))
                };
                let above = code(parent_column);
                parent[number as usize] = number_of(&above);
                parent_code[number as usize] = above;
                successor[number as usize] = number_of(&successor_column.as_ref().and_then(|column| code(column)));
                listed.push(number);
            }
        }
        let level = identities.keys().map(|key| codes::place::level(key)).collect();
        let current = listed.into_iter().filter(|number| successor[*number as usize] == NO_NUMBER);
        let members = bitmap::of_numbers(size, current);
        Ok(Self {
            register: register.name.clone(),
            identities,
            canonical,
            members,
            parent,
            successor,
            level,
            parent_code,
        })
    }

    /// Name of the register of places.
    pub fn register(&self) -> &str {
        &self.register
    }

    /// Which listed places stand on level `level`.
    pub fn at_level(&self, level: usize) -> BooleanBuffer {
        BooleanBuffer::collect_bool(self.level.len(), |number| self.level[number] == Some(level))
    }

    /// The listed places that no listed place names as its parent.
    pub fn lowest(&self) -> impl Iterator<Item = u32> {
        let parents: HashSet<u32> = self
            .members
            .set_indices()
            .map(|number| self.parent[number])
            .filter(|parent| *parent != NO_NUMBER)
            .collect();
        let numbers = self.members.set_indices().filter_map(|number| u32::try_from(number).ok());
        numbers.filter(move |number| !parents.contains(number))
    }

    /// The codes of all places, listed at A or not, by number.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.identities.keys()
    }

    /// The number of the place called `code` today: a retired code follows its successor. [`NO_NUMBER`] for none.
    pub fn find(&self, code: &str) -> u32 {
        self.identities.number(code).map_or(NO_NUMBER, |number| self.current(self.canonical.of(number)))
    }

    /// The code that followed the retired `code`; `None` where `code` still stands, or nothing followed it.
    pub fn successor_of(&self, code: &str) -> Option<&str> {
        let number = self.find(code);
        (number != NO_NUMBER).then(|| self.identities.key(number)).filter(|current| *current != code)
    }

    /// `number`, or the place that follows it; [`NO_NUMBER`] when neither is listed at A.
    pub fn current(&self, number: u32) -> u32 {
        let mut number = number;
        for _ in 0..LONGEST_CHAIN {
            if number == NO_NUMBER {
                return NO_NUMBER;
            }
            match self.successor[number as usize] {
                NO_NUMBER => break,
                next => number = next,
            }
        }
        if self.members.value(number as usize) { number } else { NO_NUMBER }
    }

    /// The ancestor of `place` (or itself) on `level`; [`NO_NUMBER`] for none.
    pub fn ancestor(&self, place: u32, level: usize) -> u32 {
        let mut number = if place == NO_NUMBER { NO_NUMBER } else { self.current(place) };
        for _ in 0..LONGEST_CHAIN {
            if number == NO_NUMBER || self.level[number as usize] == Some(level) {
                return number;
            }
            number = match self.parent[number as usize] {
                NO_NUMBER => NO_NUMBER,
                parent => self.current(parent),
            };
        }
        NO_NUMBER
    }

    /// The codes of `place` and of everything above it, nearest first. Above the list's own top the structure of the code goes
    /// on: a list need not name what lies above its own top.
    pub fn chain(&self, place: u32) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        let mut number = place;
        for _ in 0..LONGEST_CHAIN {
            if number == NO_NUMBER {
                break;
            }
            codes.push(self.identities.key(number).to_string());
            let above = match self.parent[number as usize] {
                NO_NUMBER => NO_NUMBER,
                parent => self.current(parent),
            };
            if above == NO_NUMBER {
                codes.extend(self.parent_code[number as usize].clone());
            }
            number = above;
        }
        if let Some(mut top) = codes.last().cloned() {
            while let Some(above) = codes::place::parent(&top) {
                codes.push(above.clone());
                top = above;
            }
        }
        codes
    }
}
