//! Who lives where when, and the registers' feeds that say so.

use std::collections::{BTreeMap, BTreeSet};

use pack::Programme;
use pack::programme::{Feed, Mode};
use types::{Day, Interval, Month};

use super::dice::Dice;
use crate::{Cell, RefusedRow, Row};

/// A delivery before it has its place in the sequence.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) feed: String,
    pub(super) received: Day,
    pub(super) data_date: Day,
    pub(super) scopes: Vec<String>,
    pub(super) declared: Option<Interval>,
    pub(super) rows: Vec<Row>,
    pub(super) refused: Vec<RefusedRow>,
}

/// The small world of one case.
pub(super) struct World {
    /// First day of the first month.
    pub(super) start: Day,
    /// How many months it lasts.
    pub(super) months: i32,
    pub(super) persons: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) leaf_places: Vec<String>,
    /// Day on which a person ended.
    pub(super) ended: BTreeMap<String, Day>,
    /// A place is retired and has a successor.
    pub(super) retired: bool,
    /// Who is not on the first roll.
    pub(super) late: BTreeSet<String>,
}

const PLACES: [&str; 15] = [
    "99",
    "9901",
    "9902",
    "990101",
    "990102",
    "990201",
    "990101100",
    "990101101",
    "990102100",
    "990201100",
    "990101100201",
    "990101100202",
    "990101101201",
    "990102100201",
    "990201100201",
];

impl World {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let start = Month::new(2023, 6).map_or(Day(0), Month::first_day).plus_months(dice.between(0, 9));
        let months = dice.between(4, 10);
        let persons: Vec<String> = (1..=dice.between(5, 8)).map(|number| format!("p{number}")).collect();
        let groups = (1..=dice.between(2, 4)).map(|number| format!("g{number}")).collect();
        let mut leaf_places: Vec<String> = PLACES[10..].iter().map(|code| (*code).to_owned()).collect();
        if dice.chance(40) {
            leaf_places.push("990101100299".into());
        }
        let mut ended = BTreeMap::new();
        for person in &persons {
            if dice.chance(25) {
                ended.insert(person.clone(), start.plus_days(dice.between(-30, months * 30)));
            }
        }
        let late = persons.iter().rev().take(2).filter(|_| dice.chance(60)).cloned().collect();
        let retired = dice.chance(15);
        Self { start, months, retired, late, persons, groups, leaf_places, ended }
    }

    /// Last day of month `number`, from 0.
    pub(super) fn month_end(&self, number: i32) -> Day {
        self.start.plus_months(number).month().last_day()
    }

    /// The deliveries of the registers' feeds and of the lists.
    pub(super) fn registers(&self, dice: &mut Dice, programme: &Programme) -> Vec<Draft> {
        let mut drafts = vec![self.places(dice, &programme.feeds["places"])];
        self.roll(dice, &programme.feeds["roll"], &mut drafts);
        self.list(dice, &programme.feeds["person_list"], &self.persons, &mut drafts);
        self.list(dice, &programme.feeds["group_list"], &self.groups, &mut drafts);
        if let Some(feed) = programme.feeds.get("second") {
            self.second(dice, feed, &mut drafts);
        }
        for name in ["ending", "notice"] {
            if let Some(feed) = programme.feeds.get(name) {
                self.endings(dice, feed, &mut drafts);
            }
        }
        drafts
    }

    fn places(&self, dice: &mut Dice, feed: &Feed) -> Draft {
        let retired = self.retired;
        let data_date = self.start.plus_days(-40);
        let rows = PLACES.iter().zip(2..).map(|(code, number)| {
            let parent = match code.len() {
                2 => Cell::Null,
                4 => Cell::Text(code[..2].into()),
                6 => Cell::Text(code[..4].into()),
                9 => Cell::Text(code[..6].into()),
                _ => Cell::Text(code[..9].into()),
            };
            let successor =
                if retired && *code == "990101101201" { Cell::Text("990102100201".into()) } else { Cell::Null };
            let size = if dice.chance(25) { Cell::Null } else { Cell::Number(i64::from(dice.between(0, 4))) };
            row(
                feed,
                number,
                &[
                    ("code", Cell::Text((*code).into())),
                    ("parent_code", parent),
                    ("successor_code", successor),
                    ("size", size),
                ],
            )
        });
        Draft {
            feed: feed.name.clone(),
            received: data_date.plus_days(1),
            data_date,
            scopes: vec![String::new()],
            declared: None,
            rows: rows.collect(),
            refused: Vec::new(),
        }
    }

    fn roll(&self, dice: &mut Dice, feed: &Feed, drafts: &mut Vec<Draft>) {
        let mut group_of: BTreeMap<String, String> =
            self.persons.iter().map(|person| (person.clone(), dice.pick(&self.groups))).collect();
        let mut place_of: BTreeMap<String, String> =
            self.groups.iter().map(|group| (group.clone(), dice.pick(&self.leaf_places))).collect();
        let mut gone: BTreeSet<String> = BTreeSet::new();
        let whole = matches!(&feed.mode, Mode::Snapshot(pack::programme::Scope::All));
        let mut data_date = self.start.plus_days(-dice.between(1, 5));
        while data_date <= self.month_end(self.months) {
            let first = drafts.iter().all(|draft| draft.feed != feed.name);
            let scopes: Vec<String> = match (whole, first) {
                (true, _) => vec![String::new()],
                (false, true) if dice.chance(70) => self.leaf_places.clone(),
                (false, true) => self.leaf_places.iter().skip(1).cloned().collect(),
                (false, false) => self.leaf_places.iter().filter(|_| dice.chance(65)).cloned().collect(),
            };
            let (mut rows, mut refused) = (Vec::new(), Vec::new());
            for person in &self.persons {
                let group = &group_of[person];
                let place = &place_of[group];
                if gone.contains(person) || (first && self.late.contains(person)) || !(whole || scopes.contains(place))
                {
                    continue;
                }
                let born = if dice.chance(15) && feed.columns["born"].optional {
                    Cell::Null
                } else {
                    Cell::Day(Day(dice.pick(&[-3000, 8796, 8797, 17000, 19700, 10651])))
                };
                let number = number(&rows) + u32::try_from(refused.len()).unwrap_or(0);
                if dice.chance(4) {
                    let bad = dice.pick(&["flagged", "flagged", "born", "group_no", "place_code", "person_no"]);
                    let readable = [("person_no", person), ("group_no", group), ("place_code", place)];
                    let readable = readable.into_iter().filter(|(column, _)| *column != bad);
                    let readable = readable.map(|(column, text)| (column.to_owned(), text.clone())).collect();
                    refused.push(RefusedRow { number, readable });
                    continue;
                }
                rows.push(row(
                    feed,
                    number,
                    &[
                        ("person_no", Cell::Text(person.clone())),
                        ("group_no", Cell::Text(group.clone())),
                        ("place_code", Cell::Text(place.clone())),
                        ("flagged", Cell::Bool(dice.chance(60))),
                        ("born", born),
                    ],
                ));
            }
            if !scopes.is_empty() {
                drafts.push(Draft {
                    feed: feed.name.clone(),
                    received: data_date.plus_days(dice.between(0, 4)),
                    data_date,
                    scopes,
                    declared: None,
                    rows,
                    refused,
                });
            }
            data_date = if dice.chance(60) {
                data_date.plus_days(20).month().last_day()
            } else {
                data_date.plus_days(dice.between(10, 50))
            };
            for person in &self.persons {
                if dice.chance(15) {
                    group_of.insert(person.clone(), dice.pick(&self.groups));
                }
                if dice.chance(4) || (self.ended.get(person).is_some_and(|day| *day <= data_date) && dice.chance(70)) {
                    gone.insert(person.clone());
                } else if dice.chance(10) {
                    gone.remove(person);
                }
            }
            for group in &self.groups {
                if dice.chance(8) {
                    place_of.insert(group.clone(), dice.pick(&self.leaf_places));
                }
            }
        }
    }

    fn list(&self, dice: &mut Dice, feed: &Feed, keys: &[String], drafts: &mut Vec<Draft>) {
        let key = feed.links.values().next().cloned().unwrap_or_default();
        let mut data_date = self.start.plus_days(dice.between(-30, 20));
        while data_date <= self.month_end(self.months) {
            let (mut rows, mut refused) = (Vec::new(), Vec::new());
            for name in keys {
                let number = number(&rows) + u32::try_from(refused.len()).unwrap_or(0);
                if dice.chance(60) {
                    let score = if dice.chance(20) { Cell::Null } else { Cell::Number(i64::from(dice.between(0, 4))) };
                    rows.push(row(feed, number, &[(&key, Cell::Text(name.clone())), ("score", score)]));
                } else if dice.chance(8) {
                    refused.push(RefusedRow { number, readable: BTreeMap::from([(key.clone(), name.clone())]) });
                }
            }
            drafts.push(Draft {
                feed: feed.name.clone(),
                received: data_date.plus_days(dice.between(0, 6)),
                data_date,
                scopes: scopes(feed, data_date),
                declared: None,
                rows,
                refused,
            });
            data_date = data_date.plus_days(dice.between(15, 70));
        }
    }

    /// The feed `second`: it knows a group for some.
    fn second(&self, dice: &mut Dice, feed: &Feed, drafts: &mut Vec<Draft>) {
        let mut data_date = self.start.plus_days(dice.between(-40, 60));
        while data_date <= self.month_end(self.months) {
            let mut rows = Vec::new();
            for person in &self.persons {
                if dice.chance(45) {
                    let group = if dice.chance(15) { Cell::Null } else { Cell::Text(dice.pick(&self.groups)) };
                    rows.push(row(
                        feed,
                        number(&rows),
                        &[("person_no", Cell::Text(person.clone())), ("group_no", group)],
                    ));
                }
            }
            drafts.push(Draft {
                feed: feed.name.clone(),
                received: data_date.plus_days(dice.between(0, 6)),
                data_date,
                scopes: vec![String::new()],
                declared: None,
                rows,
                refused: Vec::new(),
            });
            data_date = data_date.plus_days(dice.between(20, 90));
        }
    }

    fn endings(&self, dice: &mut Dice, feed: &Feed, drafts: &mut Vec<Draft>) {
        let mut told: BTreeSet<String> = BTreeSet::new();
        for month in 0..self.months {
            let data_date = self.month_end(month);
            let first = month == 0;
            let mut rows: Vec<Row> = Vec::new();
            let mut refused = Vec::new();
            for (person, day) in &self.ended {
                let again = dice.chance(10);
                if *day > data_date || (told.contains(person) && !again) || dice.chance(10) {
                    continue;
                }
                let number = number(&rows) + u32::try_from(refused.len()).unwrap_or(0);
                if dice.chance(8) {
                    refused
                        .push(RefusedRow { number, readable: BTreeMap::from([("person_no".into(), person.clone())]) });
                    continue;
                }
                told.insert(person.clone());
                let day = day.plus_days(dice.between(0, 2));
                rows.push(row(
                    feed,
                    number,
                    &[("person_no", Cell::Text(person.clone())), ("ended_on", Cell::Day(day))],
                ));
            }
            if dice.chance(88) {
                drafts.push(Draft {
                    feed: feed.name.clone(),
                    received: data_date.plus_days(dice.between(1, 20)),
                    data_date,
                    scopes: Vec::new(),
                    declared: first.then_some(Interval { from: self.start.plus_days(-400), to: data_date }),
                    rows,
                    refused,
                });
            }
        }
    }
}

/// The scopes of a list of everyone, or of a month.
fn scopes(feed: &Feed, data_date: Day) -> Vec<String> {
    match &feed.mode {
        Mode::Snapshot(pack::programme::Scope::ByMonth) => vec![data_date.month().to_string()],
        _ => vec![String::new()],
    }
}

/// The number of the row after `rows`.
pub(super) fn number(rows: &[Row]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(0) + 2
}

/// A row from named cells.
pub(super) fn row(feed: &Feed, number: u32, cells: &[(&str, Cell)]) -> Row {
    let of =
        |name: &String| cells.iter().find(|(column, _)| column == name).map_or(Cell::Null, |(_, cell)| cell.clone());
    Row { number, cells: feed.columns.keys().map(of).collect() }
}
