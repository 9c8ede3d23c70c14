//! A register that departments keep: members, what they belong to on a day, where they are.

use std::sync::Arc;

use arrow_buffer::BooleanBuffer;
use pack::programme::{PlaceOf, Register, Shape};
use types::{CodeKind, Day, NO_NUMBER, Type};

use super::{Scene, missing};
use crate::rows::{FeedRows, cell_text};
use crate::timeline::{Span, Timeline};
use crate::{Fault, bitmap};

/// The members of one register.
pub struct MemberScene<'a> {
    /// Members at A.
    pub members: BooleanBuffer,
    /// Number of what each belongs to at A; [`NO_NUMBER`] for none; empty when the register belongs to nothing.
    pub group: Vec<u32>,
    /// Place at A.
    pub place: Vec<u32>,
    /// Member feeds with their spans.
    pub sources: Vec<(&'a str, Arc<Timeline>)>,
    /// How many of them, from the first, say who is a member; the others only what members belong to.
    member_feeds: usize,
    groups: Vec<GroupSource<'a>>,
    /// First day on which each can exist.
    exists_from: Vec<Day>,
    /// Members through an event feed: they belong on every day.
    is_known_by_event: BooleanBuffer,
}

/// One source of what members belong to.
struct GroupSource<'a> {
    /// Number in [`MemberScene::sources`].
    source: usize,
    column: &'a str,
    /// The group's register.
    kind: &'a str,
}

/// What is known of a membership on a day, the surest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    InForce,
    EndedThatDay,
    Assumed,
    LastKnown,
}

/// What a member belongs to on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Number in the group's register.
    pub number: u32,
    /// Assumed from the first snapshot backwards.
    pub assumed: bool,
}

impl<'a> MemberScene<'a> {
    /// Reads the register's member feeds.
    pub fn new(scene: &Scene<'a>, register: &'a Register) -> Result<Self, Fault> {
        let Shape::Members { key, members: feeds, belongs_to, place, .. } = &register.shape else {
            return Err(missing(&register.name));
        };
        let as_of = scene.question.as_of;
        let size = scene.size(&register.name)?;
        let numbers = 0..u32::try_from(size).unwrap_or(NO_NUMBER);
        let mut sources: Vec<(&str, Arc<Timeline>)> = Vec::new();
        for feed in feeds {
            sources.push((feed, scene.timeline(feed, &register.name)?));
        }
        let mut groups = Vec::new();
        if let Some(belonging) = belongs_to {
            for (feed, column) in &belonging.sources {
                let source = match sources.iter().position(|(name, _)| name == feed) {
                    Some(source) => source,
                    None => {
                        sources.push((feed, scene.timeline(feed, &register.name)?));
                        sources.len() - 1
                    }
                };
                groups.push(GroupSource { source, column, kind: &belonging.kind });
            }
        }
        let member_feeds = feeds.len();
        let is_known_by_event = bitmap::of_numbers(
            size,
            numbers.clone().filter(|number| {
                sources[..member_feeds]
                    .iter()
                    .any(|(_, timeline)| timeline.is_event && !timeline.of(*number).is_empty())
            }),
        );
        let members = bitmap::of_numbers(
            size,
            numbers.clone().filter(|number| {
                is_known_by_event.value(*number as usize)
                    || sources[..member_feeds].iter().any(|(_, timeline)| timeline.on(*number, as_of).is_some())
            }),
        );
        let exists_from = exists_from(scene, register, *key)?;
        let mut list = Self {
            members,
            group: Vec::new(),
            place: vec![NO_NUMBER; size],
            sources,
            member_feeds,
            groups,
            exists_from,
            is_known_by_event,
        };
        if belongs_to.is_some() {
            let at_a = numbers
                .clone()
                .map(|number| Ok(list.group_on(scene, number, as_of)?.map_or(NO_NUMBER, |group| group.number)));
            list.group = at_a.collect::<Result<_, Fault>>()?;
        }
        list.place = list.places(scene, belongs_to.as_ref().map(|belonging| belonging.kind.as_str()), place)?;
        Ok(list)
    }

    /// What `number` belongs to on `day`, by the first source that has a row in force; else by one that ended that very day (the end
    /// is inclusive); else assumed backwards; else, for those who still belong through another source, the last known.
    pub fn group_on(&self, scene: &Scene<'_>, number: u32, day: Day) -> Result<Option<Group>, Fault> {
        for way in [Way::InForce, Way::EndedThatDay, Way::Assumed, Way::LastKnown] {
            for group in &self.groups {
                let Some(span) = self.span(way, group.source, number, day) else { continue };
                let rows = scene.rows(self.sources[group.source].0)?;
                let key = cell_text(rows.feed, &rows.parts[span.part as usize], group.column, span.row);
                if let Some(number) = key.and_then(|key| scene.number(group.kind, &key)) {
                    return Ok(Some(Group { number, assumed: way == Way::Assumed }));
                }
            }
        }
        Ok(None)
    }

    fn span(&self, way: Way, source: usize, number: u32, day: Day) -> Option<Span> {
        let timeline = &self.sources[source].1;
        match way {
            Way::InForce => timeline.on(number, day),
            Way::EndedThatDay => timeline.last_before(number, day).filter(|span| span.to == day),
            Way::Assumed => timeline.assumed(number, day).filter(|_| day >= self.exists_from[number as usize]),
            Way::LastKnown => timeline.last_before(number, day).filter(|_| self.belongs_on(number, day)),
        }
    }

    fn belongs_on(&self, number: u32, day: Day) -> bool {
        self.is_known_by_event.value(number as usize)
            || self.sources[..self.member_feeds].iter().any(|(_, timeline)| timeline.on(number, day).is_some())
    }

    /// The row of a member feed that describes `number` at A, the last known one for who left the list but still belongs.
    fn described_by(&self, feed: &str, number: u32, as_of: Day) -> Option<Span> {
        let source = self.sources.iter().position(|(name, _)| *name == feed)?;
        let timeline = &self.sources[source].1;
        timeline.on(number, as_of).or_else(|| timeline.last_before(number, as_of))
    }

    fn places(&self, scene: &Scene<'_>, group_kind: Option<&str>, place: &PlaceOf) -> Result<Vec<u32>, Fault> {
        let size = self.members.len();
        match (place, group_kind) {
            (PlaceOf::None, _) | (PlaceOf::Belonging, None) => Ok(vec![NO_NUMBER; size]),
            (PlaceOf::Belonging, Some(kind)) => {
                let of_groups = scene.place_of(kind)?;
                Ok(self
                    .group
                    .iter()
                    .map(|group| of_groups.get(*group as usize).copied().unwrap_or(NO_NUMBER))
                    .collect())
            }
            (PlaceOf::Column(column), _) => {
                let places = scene.places()?;
                let as_of = scene.question.as_of;
                let mut numbers = vec![NO_NUMBER; size];
                for (feed, _) in &self.sources {
                    let rows: &FeedRows<'_> = scene.rows(feed)?;
                    if !rows.feed.columns.contains_key(column) {
                        continue;
                    }
                    for number in 0..u32::try_from(size).unwrap_or(NO_NUMBER) {
                        if numbers[number as usize] != NO_NUMBER {
                            continue;
                        }
                        let Some(span) = self.described_by(feed, number, as_of) else { continue };
                        if let Some(code) = cell_text(rows.feed, &rows.parts[span.part as usize], column, span.row) {
                            numbers[number as usize] = places.find(&code);
                        }
                    }
                }
                Ok(numbers)
            }
        }
    }
}

fn exists_from(scene: &Scene<'_>, register: &Register, key: Type) -> Result<Vec<Day>, Fault> {
    let identities = &scene.subjects(&register.name)?.identities;
    let code = match key {
        Type::Code(CodeKind(name)) => codes::code(name),
        _ => None,
    };
    Ok(identities.keys().map(|key| code.and_then(|code| code.exists_from(key)).unwrap_or(Day::MIN)).collect())
}
