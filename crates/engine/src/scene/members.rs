//! A register that departments keep: members, what they belong to on a day, where they are.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_buffer::{BooleanBuffer, ScalarBuffer};
use pack::programme::{PlaceOf, Register, Shape};
use types::{CodeKind, Day, Identities, Interval, NO_NUMBER, Type, column_link};

use super::{Scene, missing};
use crate::rows::{FeedRows, Part, count};
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
    groups: Vec<GroupSource>,
    /// Whether all know one list only, so that what a member belongs to never changed.
    is_steady: bool,
    code: Option<&'static codes::Code>,
    identities: Arc<Identities>,
    /// Members through an event feed: they belong on every day.
    is_known_by_event: BooleanBuffer,
}

/// One source of what members belong to.
struct GroupSource {
    /// Number in [`MemberScene::sources`].
    source: usize,
    /// By delivery: the number, canonical at K, of what each row's member belongs to.
    groups: Vec<ScalarBuffer<u32>>,
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
                let space = scene.register(&belonging.kind)?;
                let groups_of = |part: &Part| canonical_links(scene, part, &space.name, column);
                let groups_of_parts = scene.rows(feed)?.parts.iter().map(groups_of).collect::<Result<_, Fault>>()?;
                groups.push(GroupSource { source, groups: groups_of_parts });
            }
        }
        let member_feeds = feeds.len();
        let mut is_known_by_event = bitmap::filled(size, false);
        let mut members = bitmap::filled(size, false);
        for (_, timeline) in &sources[..member_feeds] {
            let on_list = timeline.all_on(size, as_of);
            if timeline.is_event {
                is_known_by_event = &is_known_by_event | &on_list;
            }
            members = &members | &on_list;
        }
        let is_steady = groups.len() == 1
            && groups.iter().all(|group| {
                sources[group.source].1.single().is_some_and(|(_, span)| span.first && span.to == Day::MAX)
            });
        let code = match key {
            Type::Code(CodeKind(name)) => codes::code(name),
            _ => None,
        };
        let mut list = Self {
            members,
            group: Vec::new(),
            place: vec![NO_NUMBER; size],
            sources,
            member_feeds,
            groups,
            is_steady,
            code,
            identities: Arc::clone(&scene.subjects(&register.name)?.identities),
            is_known_by_event,
        };
        if belongs_to.is_some() {
            list.group = match list.steady_groups() {
                Some(groups) => groups,
                None => {
                    let at_a = |number| list.group_on(number, as_of).map_or(NO_NUMBER, |group| group.number);
                    (0..count(size)).map(at_a).collect()
                }
            };
        }
        list.place = list.places(scene, belongs_to.as_ref().map(|belonging| belonging.kind.as_str()), place)?;
        Ok(list)
    }

    /// What each belongs to on every day, where one list says it all.
    fn steady_groups(&self) -> Option<Vec<u32>> {
        let [group] = self.groups.as_slice() else { return None };
        let (rows, span) = self.sources[group.source].1.single().filter(|_| self.is_steady)?;
        let groups = &group.groups[span.part as usize];
        Some(rows.iter().map(|row| groups.get(*row as usize).copied().unwrap_or(NO_NUMBER)).collect())
    }

    /// What `number` belongs to on `day`, by the first source that has a row in force; else by one that ended that very day (the end
    /// is inclusive); else assumed backwards; else, for those who still belong through another source, the last known.
    pub fn group_on(&self, number: u32, day: Day) -> Option<Group> {
        for way in [Way::InForce, Way::EndedThatDay, Way::Assumed, Way::LastKnown] {
            for group in &self.groups {
                let Some(span) = self.span(way, group.source, number, day) else { continue };
                let number = group.groups[span.part as usize].get(span.row as usize).copied().unwrap_or(NO_NUMBER);
                if number != NO_NUMBER {
                    return Some(Group { number, assumed: way == Way::Assumed });
                }
            }
        }
        None
    }

    /// The number of what `number` belongs to on `day`; [`NO_NUMBER`] for none.
    pub fn group_number_on(&self, number: u32, day: Day) -> u32 {
        self.group_on(number, day).map_or(NO_NUMBER, |group| group.number)
    }

    /// What each belongs to, where that is the same on every day: only a member's first day can make a difference where one list
    /// says it all.
    pub fn same_every_day(&self) -> Option<&[u32]> {
        (self.is_steady && self.code.is_none()).then_some(&self.group)
    }

    /// The first day of `days`, and every later one on which what `number` belongs to may change.
    pub fn days_of_change(&self, number: u32, days: Interval) -> BTreeSet<Day> {
        let spans = self.sources.iter().flat_map(|(_, timeline)| timeline.of(number));
        let ends = spans.flat_map(|span| [span.from, span.to, span.to.min(days.to).plus_days(1)]);
        let changes = ends.chain([days.from, self.exists_from(number)]);
        changes.filter(|day| days.contains(*day)).collect()
    }

    /// Whether each member of `before`, an earlier scene, belongs on every day to what it belonged to then. `is_dated`: the days asked
    /// for are the same too.
    pub fn is_steady_as(&self, before: &Self, is_dated: bool) -> bool {
        let span = |list: &Self| {
            let group = list.groups.first().filter(|_| list.is_steady)?;
            list.sources[group.source].1.single().map(|(_, span)| (span.from, span.to))
        };
        let is_same = matches!((span(self), span(before)), (Some(own), Some(before)) if own == before);
        is_same && (self.code.is_none() || is_dated) && self.group.starts_with(&before.group)
    }

    fn span(&self, way: Way, source: usize, number: u32, day: Day) -> Option<Span> {
        let timeline = &self.sources[source].1;
        match way {
            Way::InForce => timeline.on(number, day),
            Way::EndedThatDay => timeline.last_before(number, day).filter(|span| span.to == day),
            Way::Assumed => timeline.assumed(number, day).filter(|_| day >= self.exists_from(number)),
            Way::LastKnown => timeline.last_before(number, day).filter(|_| self.belongs_on(number, day)),
        }
    }

    /// First day on which `number` can exist, as far as its key says.
    fn exists_from(&self, number: u32) -> Day {
        self.code.and_then(|code| code.exists_from(self.identities.key(number))).unwrap_or(Day::MIN)
    }

    fn belongs_on(&self, number: u32, day: Day) -> bool {
        self.is_known_by_event.value(number as usize)
            || self.sources[..self.member_feeds].iter().any(|(_, timeline)| timeline.on(number, day).is_some())
    }

    /// The row of a member feed that describes `number` at A, the last known one for who left the list but still belongs.
    fn described_by(timeline: &Timeline, number: u32, as_of: Day) -> Option<Span> {
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
                for (feed, timeline) in &self.sources {
                    let rows: &FeedRows<'_> = scene.rows(feed)?;
                    if !rows.feed.columns.contains_key(column) {
                        continue;
                    }
                    let written = |part: &Part| canonical_links(scene, part, places.register(), column);
                    let written: Vec<ScalarBuffer<u32>> = rows.parts.iter().map(written).collect::<Result<_, _>>()?;
                    for (number, place) in (0_u32..).zip(&mut numbers) {
                        if *place != NO_NUMBER {
                            continue;
                        }
                        let Some(span) = Self::described_by(timeline, number, as_of) else { continue };
                        *place = match written[span.part as usize].get(span.row as usize) {
                            Some(place) if *place != NO_NUMBER => places.current(*place),
                            _ => NO_NUMBER,
                        };
                    }
                }
                Ok(numbers)
            }
        }
    }
}

/// By row of `part` the number, canonical at K, in the register `space` that the cell of `column` names.
fn canonical_links(scene: &Scene<'_>, part: &Part, space: &str, column: &str) -> Result<ScalarBuffer<u32>, Fault> {
    let name = column_link(space, column);
    let links = part.linked.links.get(&name).ok_or_else(|| missing(&name))?;
    let canonical = &scene.subjects(space)?.canonical;
    if canonical.is_identity() {
        return Ok(links.clone());
    }
    Ok(links.iter().map(|number| if *number == NO_NUMBER { NO_NUMBER } else { canonical.of(*number) }).collect())
}
