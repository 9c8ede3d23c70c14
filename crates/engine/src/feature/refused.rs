//! What refused rows, and rows that name somebody of whom too little is known, take away from a feature over rows: subjects, or a share
//! of a place (semantics sections 2 and 4).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use arrow_buffer::BooleanBuffer;
use types::{Day, Interval, NO_NUMBER, Reason, ReasonLine};

use super::exists;
use super::linked::{self, Lacking};
use super::rows::RowsReader;
use crate::Fault;
use crate::rows::{FeedRows, refused_link_of};
use crate::scene::Scene;

/// What those rows of a feature's window take away.
#[derive(Default)]
pub struct Refused {
    /// Subjects of the feature that they uncover, by reason.
    pub uncovered: Vec<(ReasonLine, BTreeSet<u32>)>,
    /// For places reached through those who live there: (members not covered, members), where any is not.
    pub shares: HashMap<u32, (u64, u64)>,
    /// Those members, by number of the feature's link: their other rows do not count either.
    pub members: HashSet<u32>,
    /// Rows of the feature's own feed whose subject could not be read.
    pub unreadable: u64,
}

/// A feed that the feature reads, the link by which its rows reach the subject, and the days that matter.
struct Read<'s, 'a> {
    rows: &'s FeedRows<'a>,
    via: String,
    window: Interval,
    /// Subjects for whom these days matter; `None` for everyone.
    among: Option<BooleanBuffer>,
}

/// A refused row as a feature sees it.
struct Refusal {
    part: u32,
    index: u32,
    /// Canonical number of the subject; [`NO_NUMBER`] when its key could not be read.
    number: u32,
    /// The row's date, where it could be read.
    day: Option<Day>,
}

impl Refused {
    /// What is refused of the feeds that `reader` reads.
    pub fn of(reader: &RowsReader<'_, '_>) -> Result<Self, Fault> {
        let own = Read { rows: reader.rows(), via: reader.via().to_owned(), window: reader.window(), among: None };
        let mut refused = Self {
            unreadable: own.refusals(reader).filter(|refusal| refusal.number == NO_NUMBER).count() as u64,
            ..Self::default()
        };
        let mut reads = vec![own];
        for call in reader.exists() {
            let (rows, via) = reader.other(&call.feed)?;
            for widened in exists::widened(reader, call)? {
                reads.push(Read { rows, via: via.clone(), window: widened.window, among: widened.among });
            }
        }
        let lacking = linked::lacking(reader)?;
        if reader.is_rolled_up() {
            refused.through_members(reader, &reads, lacking)?;
        } else {
            for read in &reads {
                let mut reached = BTreeSet::new();
                for refusal in read.refusals(reader) {
                    reached.extend(read.targets(reader, &refusal)?);
                }
                reached.retain(|target| read.concerns(*target));
                refused.uncovered.push((read.reason(), reached));
            }
            let reached = |rows: Vec<u32>| rows.into_iter().map(|row| reader.target(row)).collect();
            refused.uncovered.extend(lacking.into_iter().map(|(reason, rows)| (reason, reached(rows))));
        }
        Ok(refused)
    }

    fn through_members(
        &mut self,
        reader: &RowsReader<'_, '_>,
        reads: &[Read<'_, '_>],
        lacking: Lacking,
    ) -> Result<(), Fault> {
        let columns = reader.columns();
        let kind = &reader.feature().kind;
        // Place -> members (by link) and rows that name it but nobody.
        let mut members: BTreeMap<u32, BTreeSet<(&str, u32)>> = BTreeMap::new();
        let mut nobody: BTreeMap<u32, BTreeSet<(&str, u32, u32)>> = BTreeMap::new();
        for read in reads {
            let above = columns.above(&read.via, kind)?;
            let mut touched = BTreeSet::new();
            for refusal in read.refusals(reader) {
                let place = match refusal.number {
                    NO_NUMBER => read.place(reader, &refusal)?,
                    number => above.get(number as usize).copied().unwrap_or(NO_NUMBER),
                };
                if place == NO_NUMBER || !read.concerns(place) {
                    continue;
                }
                touched.insert(place);
                if refusal.number == NO_NUMBER {
                    let row = (read.rows.feed.name.as_str(), refusal.part, refusal.index);
                    nobody.entry(place).or_default().insert(row);
                    continue;
                }
                members.entry(place).or_default().insert((&read.via, refusal.number));
                if read.via == reader.via() {
                    self.members.insert(refusal.number);
                }
            }
            self.uncovered.push((read.reason(), touched));
        }
        for (reason, rows) in lacking {
            let mut touched = BTreeSet::new();
            for row in rows {
                let (place, member) = (reader.target(row), reader.named_by(row)?);
                touched.insert(place);
                members.entry(place).or_default().insert((reader.via(), member));
                self.members.insert(member);
            }
            self.uncovered.push((reason, touched));
        }
        let touched: BTreeSet<u32> = members.keys().chain(nobody.keys()).copied().collect();
        if touched.is_empty() {
            return Ok(());
        }
        let mut of: HashMap<u32, u64> = HashMap::new();
        let above = columns.above(reader.via(), kind)?;
        for member in columns.scene.members(reader.via())?.set_indices() {
            *of.entry(above[member]).or_default() += 1;
        }
        for place in touched {
            let named = members.get(&place).map_or(0, |members| members.len() as u64);
            let not_covered = named + nobody.get(&place).map_or(0, |rows| rows.len() as u64);
            self.shares.insert(place, (not_covered, of.get(&place).copied().unwrap_or(0)));
        }
        for (_, places) in &mut self.uncovered {
            places.retain(|place| {
                let (not_covered, of) = self.shares.get(place).copied().unwrap_or((0, 0));
                exceeds(not_covered, of, reader.tolerate())
            });
        }
        Ok(())
    }
}

impl Read<'_, '_> {
    fn reason(&self) -> ReasonLine {
        ReasonLine { reason: Reason::RowRefused, about: self.rows.feed.name.clone() }
    }

    /// Whether the days matter to `subject`.
    fn concerns(&self, subject: u32) -> bool {
        let number = subject as usize;
        self.among.as_ref().is_none_or(|among| number < among.len() && among.value(number))
    }

    /// The active refused rows that meet the window.
    fn refusals(&self, reader: &RowsReader<'_, '_>) -> impl Iterator<Item = Refusal> {
        let scene = &*reader.columns().scene;
        let canonical = scene.subjects(&self.via).map(|subjects| subjects.canonical.clone()).unwrap_or_default();
        let meet = self.rows.refused.iter().filter(|(part, index)| self.rows.refused_meets(*part, *index, self.window));
        meet.map(move |(part, index)| {
            let linked = &self.rows.parts[*part as usize].linked;
            Refusal {
                part: *part,
                index: *index,
                number: refused_link_of(linked, &self.via, *index as usize, &canonical),
                day: self.rows.refused_valid(*part, *index),
            }
        })
    }

    /// The subjects of the feature that a refused row would have reached: where its date cannot be read, on any day of the window
    /// that its delivery covers.
    fn targets(&self, reader: &RowsReader<'_, '_>, refusal: &Refusal) -> Result<BTreeSet<u32>, Fault> {
        let scene = &*reader.columns().scene;
        let kind = &reader.feature().kind;
        if refusal.number == NO_NUMBER {
            return Ok(BTreeSet::new());
        }
        if let Some(level) = scene.programme.level(kind) {
            return Ok(BTreeSet::from([scene.places()?.ancestor(refusal.number, level)]));
        }
        if self.via == *kind {
            return Ok(BTreeSet::from([refusal.number]));
        }
        let list = scene.list(&self.via).ok_or_else(|| crate::scene::missing(&self.via))?;
        let days = match refusal.day {
            Some(day) => vec![self.rows.membership_day(day, scene.question.as_of)],
            None => self.possible_days(scene, refusal),
        };
        let mut groups = BTreeSet::new();
        for day in days {
            groups.insert(list.group_number_on(refusal.number, day));
        }
        Ok(groups)
    }

    /// The days on which the subject of a row without a readable date may have belonged to another group than before.
    fn possible_days(&self, scene: &Scene<'_>, refusal: &Refusal) -> Vec<Day> {
        let delivery = &self.rows.parts[refusal.part as usize].linked.delivery;
        let covers = delivery.covers.unwrap_or(Interval { from: delivery.data_date, to: delivery.data_date });
        let as_of = scene.question.as_of;
        let (from, to) = (covers.from.max(self.window.from), covers.to.min(self.window.to).min(as_of));
        let mut days = BTreeSet::new();
        if self.rows.has_whole_months() {
            let mut first = from.month().first_day();
            while first <= to {
                days.insert(self.rows.membership_day(first, as_of));
                first = first.plus_months(1);
            }
        } else if let Some(list) = scene.list(&self.via) {
            days = list.days_of_change(refusal.number, Interval { from, to });
        }
        days.into_iter().collect()
    }

    /// The place that a refused row names, on the feature's level; [`NO_NUMBER`] for none.
    fn place(&self, reader: &RowsReader<'_, '_>, refusal: &Refusal) -> Result<u32, Fault> {
        let scene = &*reader.columns().scene;
        let Some(level) = scene.programme.level(&reader.feature().kind) else { return Ok(NO_NUMBER) };
        let linked = &self.rows.parts[refusal.part as usize].linked;
        for link in linked.refused_links.keys().filter(|link| scene.programme.level(link).is_some()) {
            let number = refused_link_of(linked, link, refusal.index as usize, &scene.subjects(link)?.canonical);
            if number != NO_NUMBER {
                return Ok(scene.places()?.ancestor(number, level));
            }
        }
        Ok(NO_NUMBER)
    }
}

/// Whether `not_covered` of `of` is more than `tolerate`.
pub fn exceeds(not_covered: u64, of: u64, tolerate: types::Decimal) -> bool {
    let share = types::Decimal::new(i128::from(not_covered), 0);
    let bearable = tolerate.checked_mul(types::Decimal::new(i128::from(of), 0));
    bearable.is_none_or(|bearable| share > bearable)
}
