//! Who exists at (A, K), who belongs to what, and where they are (semantics section 3).

mod members;
mod place;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_buffer::BooleanBuffer;
use pack::Programme;
use pack::programme::{Feed, Register, Shape};
use types::{Canonical, Identities, Interval, NO_NUMBER, Question, Reason, ReasonLine, Stamp};

pub use members::MemberScene;
pub use place::PlaceScene;

use crate::coverage::State;
use crate::rows::FeedRows;
use crate::timeline::Timeline;
use crate::{Fault, Source, bitmap};

/// The subjects of one register at (A, K).
pub struct Subjects {
    /// Their keys.
    pub identities: Arc<Identities>,
    /// Canonical number of each number.
    pub canonical: Canonical,
    /// Members at A; canonical numbers only.
    pub members: BooleanBuffer,
}

/// Everything a question knows of who is who.
pub struct Scene<'a> {
    /// The packs.
    pub programme: &'a Programme,
    /// (A, K).
    pub question: Question,
    /// rows(feed, A, K) of every feed.
    pub feeds: BTreeMap<&'a str, FeedRows<'a>>,
    subjects: BTreeMap<&'a str, Subjects>,
    places: Option<PlaceScene>,
    lists: BTreeMap<&'a str, MemberScene<'a>>,
    timelines: Mutex<HashMap<(String, String), Arc<Timeline>>>,
}

impl<'a> Scene<'a> {
    /// Resolves every feed and register of `programme`.
    pub fn new(programme: &'a Programme, source: &dyn Source, question: Question) -> Result<Arc<Self>, Fault> {
        let mut feeds = BTreeMap::new();
        for (name, feed) in &programme.feeds {
            feeds.insert(name.as_str(), FeedRows::read(feed, source, question)?);
        }
        let mut scene = Self {
            programme,
            question,
            feeds,
            subjects: BTreeMap::new(),
            places: None,
            lists: BTreeMap::new(),
            timelines: Mutex::default(),
        };
        for register in programme.registers.values() {
            let subjects = Subjects {
                identities: source.identities(&register.name),
                canonical: source.canonical(&register.name),
                members: bitmap::filled(0, false),
            };
            scene.subjects.insert(&register.name, subjects);
        }
        // Places first, then what has a place of its own, then what belongs to it.
        let mut registers: Vec<&Register> = programme.registers.values().collect();
        registers.sort_by_key(|register| depth(programme, register, programme.registers.len()));
        for register in registers {
            scene.settle(register)?;
        }
        Ok(Arc::new(scene))
    }

    /// Finds the members of one register and where they are.
    fn settle(&mut self, register: &'a Register) -> Result<(), Fault> {
        let members = match &register.shape {
            Shape::Place { .. } => {
                let places = PlaceScene::new(self, register)?;
                let members = places.members.clone();
                self.places = Some(places);
                members
            }
            Shape::Members { .. } => {
                let list = MemberScene::new(self, register)?;
                let members = list.members.clone();
                self.lists.insert(&register.name, list);
                members
            }
            Shape::Derived { feed, .. } => {
                let rows = self.rows(feed)?;
                let canonical = &self.subjects(&register.name)?.canonical;
                let numbers = rows.seen().map(|row| rows.link(&register.name, canonical, row));
                bitmap::of_numbers(self.size(&register.name)?, numbers)
            }
        };
        if let Some(subjects) = self.subjects.get_mut(register.name.as_str()) {
            subjects.members = members;
        }
        Ok(())
    }

    /// rows(feed, A, K).
    pub fn rows(&self, feed: &str) -> Result<&FeedRows<'a>, Fault> {
        self.feeds.get(feed).ok_or_else(|| missing(feed))
    }

    /// The feed `name`.
    pub fn feed(&self, name: &str) -> Result<&'a Feed, Fault> {
        self.programme.feeds.get(name).ok_or_else(|| missing(name))
    }

    /// The register in whose numbers `kind` is counted.
    pub fn register(&self, kind: &str) -> Result<&'a Register, Fault> {
        self.programme.register_of(kind).ok_or_else(|| missing(kind))
    }

    /// The subjects in whose numbers `kind` is counted.
    pub fn subjects(&self, kind: &str) -> Result<&Subjects, Fault> {
        self.subjects.get(self.register(kind)?.name.as_str()).ok_or_else(|| missing(kind))
    }

    /// How many numbers `kind` has: the length of its arrays.
    pub fn size(&self, kind: &str) -> Result<usize, Fault> {
        Ok(self.subjects(kind)?.identities.len())
    }

    /// Members of `kind` at A.
    pub fn members(&self, kind: &str) -> Result<BooleanBuffer, Fault> {
        let members = &self.subjects(kind)?.members;
        match (self.programme.level(kind), &self.places) {
            (Some(level), Some(places)) => Ok(members & &places.at_level(level)),
            _ => Ok(members.clone()),
        }
    }

    /// Why nobody can say who the subjects of `kind` are, and what is to be known of those that are: of a group its feed's
    /// coverage since it began; of a list, that no list was ever delivered.
    pub fn existence(&self, kind: &str) -> Result<(Option<ReasonLine>, Option<Stamp>), Fault> {
        match &self.register(kind)?.shape {
            Shape::Place { .. } => Ok((None, None)),
            Shape::Members { members, .. } => {
                for feed in members {
                    if !self.rows(feed)?.parts.is_empty() {
                        return Ok((None, None));
                    }
                }
                let line = |feed: &String| ReasonLine { reason: Reason::NeverDelivered, about: feed.clone() };
                Ok((members.first().map(line), None))
            }
            Shape::Derived { feed, .. } => {
                let rows = self.rows(feed)?;
                let as_of = self.question.as_of;
                let lacks = rows.coverage.lacks(Interval { from: as_of, to: as_of }, true);
                let late = rows.coverage.end.filter(|_| rows.coverage.state == State::Late);
                let line = lacks.map(|reason| ReasonLine { reason, about: feed.clone() });
                Ok((line, late.map(|day| Stamp::DataTo { day })))
            }
        }
    }

    /// The tree of places.
    pub fn places(&self) -> Result<&PlaceScene, Fault> {
        self.places.as_ref().ok_or_else(|| missing("places"))
    }

    /// The members' list of `kind`, if it is one.
    pub fn list(&self, kind: &str) -> Option<&MemberScene<'a>> {
        self.lists.get(kind)
    }

    /// The spans of `feed` by link `kind`.
    pub fn timeline(&self, feed: &str, kind: &str) -> Result<Arc<Timeline>, Fault> {
        let key = (feed.to_owned(), kind.to_owned());
        if let Some(timeline) = self.timelines.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(timeline));
        }
        let canonical = &self.subjects(kind)?.canonical;
        // The register of the places is linked by whichever level a feed names; its own member feeds by the register's name.
        let link = self.link_to(feed, kind)?;
        let rows = self.rows(feed)?;
        let timeline = Arc::new(Timeline::new(rows, &link, canonical, self.size(kind)?, self.question.as_of));
        self.timelines.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&timeline));
        Ok(timeline)
    }

    /// The link of `feed` that names subjects of the register `kind`.
    fn link_to(&self, feed: &str, kind: &str) -> Result<String, Fault> {
        let links = &self.feed(feed)?.links;
        if links.contains_key(kind) {
            return Ok(kind.to_owned());
        }
        let register = &self.register(kind)?.name;
        let same = |link: &&String| self.programme.register_of(link).is_some_and(|found| found.name == *register);
        links.keys().find(same).cloned().ok_or_else(|| missing(&format!("{feed}: a link of {kind}")))
    }

    /// Place number at A of every subject of `kind`; [`NO_NUMBER`] for none.
    pub fn place_of(&self, kind: &str) -> Result<Vec<u32>, Fault> {
        let size = self.size(kind)?;
        let register = self.register(kind)?;
        if !register.has_place() {
            return Ok(vec![NO_NUMBER; size]);
        }
        match &register.shape {
            Shape::Place { .. } => {
                let places = self.places()?;
                Ok((0..u32::try_from(size).unwrap_or(NO_NUMBER)).map(|number| places.current(number)).collect())
            }
            Shape::Members { .. } => Ok(self.list(&register.name).ok_or_else(|| missing(kind))?.place.clone()),
            Shape::Derived { key, place, .. } => {
                let places = self.places()?;
                let position = key.iter().position(|column| Some(column) == place.as_ref());
                let identities = &self.subjects(kind)?.identities;
                Ok(identities
                    .keys()
                    .map(|key| {
                        position
                            .and_then(|position| part_of_key(key, position))
                            .map_or(NO_NUMBER, |code| places.find(&code))
                    })
                    .collect())
            }
        }
    }

    /// For every subject of `kind`, the number of the subject of `above` that it belongs to, or lives in, at A.
    pub fn above(&self, kind: &str, above: &str) -> Result<Vec<u32>, Fault> {
        if let Some(level) = self.programme.level(above) {
            let places = self.places()?;
            return Ok(self.place_of(kind)?.into_iter().map(|place| places.ancestor(place, level)).collect());
        }
        if kind == above {
            return Ok((0..u32::try_from(self.size(kind)?).unwrap_or(NO_NUMBER)).collect());
        }
        Ok(self.list(kind).ok_or_else(|| missing(above))?.group.clone())
    }

    /// The number of the subject `key` of `kind`, canonical at K.
    pub fn number(&self, kind: &str, key: &str) -> Option<u32> {
        let subjects = self.subjects(kind).ok()?;
        let number = subjects.identities.number(key)?;
        Some(subjects.canonical.of(number))
    }

    /// The key of subject `number` of `kind`.
    pub fn key(&self, kind: &str, number: u32) -> Result<String, Fault> {
        Ok(self.subjects(kind)?.identities.key(number).to_string())
    }
}

/// How many registers must be settled before `register`; `limit` ends a circle.
fn depth(programme: &Programme, register: &Register, limit: usize) -> usize {
    match &register.shape {
        Shape::Place { .. } => 0,
        Shape::Members { belongs_to: Some(belonging), .. } if limit > 0 => {
            programme.registers.get(&belonging.kind).map_or(1, |above| 1 + depth(programme, above, limit - 1))
        }
        Shape::Members { .. } | Shape::Derived { .. } => 1,
    }
}

/// Part `position` of a key of several parts joined by `|`; within a part `|` and `\` follow a `\`.
fn part_of_key(key: &str, position: usize) -> Option<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for c in key.chars() {
        match c {
            '|' if !is_escaped => parts.push(String::new()),
            '\\' if !is_escaped => {
                is_escaped = true;
                continue;
            }
            c => parts.last_mut()?.push(c),
        }
        is_escaped = false;
    }
    parts.into_iter().nth(position)
}

/// The programme does not hold `what`.
pub fn missing(what: &str) -> Fault {
    Fault::Programme { missing: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::part_of_key;

    #[test]
    fn a_bar_within_a_part_does_not_end_it() {
        for (key, position, part) in [
            ("814.80|990101100|2026-05-06", 1, Some("990101100")),
            ("a\\|b|990101100", 0, Some("a|b")),
            ("a\\|b|990101100", 1, Some("990101100")),
            ("a\\\\|990101100", 1, Some("990101100")),
            ("990101100", 0, Some("990101100")),
            ("a|b", 2, None),
        ] {
            assert_eq!(part_of_key(key, position).as_deref(), part, "{key} {position}");
        }
    }
}
