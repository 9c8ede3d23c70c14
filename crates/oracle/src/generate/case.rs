//! One case from one seed.

use std::collections::BTreeMap;

use pack::programme::Valid;
use types::{Alias, Day, Question};

use super::covers::covers;
use super::dice::Dice;
use super::pack::{Files, pack};
use super::world::{Draft, World};
use super::{event, feature, model};
use crate::{Case, Cell, Delivered, Situation, Situations};

/// The case of `seed`, and what happened in making it.
///
/// # Errors
/// When the generated pack is refused: the findings, and the files.
pub fn case(seed: u64) -> Result<(Case, Situations), String> {
    // Chance also writes features of which no row can count; `check` refuses their file, and the dice are thrown again.
    for again in 0..THROWS {
        let thrown = attempt(seed.wrapping_add(again << 32));
        if !matches!(&thrown, Err(Refused::Features)) {
            return thrown.map_err(|refused| match refused {
                Refused::Features => String::new(),
                Refused::Other(errors) => format!("seed {seed}: {errors}"),
            });
        }
    }
    Err(format!("seed {seed}: {THROWS} packs in a row with features that can never count"))
}

/// How often the dice are thrown for one seed.
const THROWS: u64 = 20;

/// Why no pack came of a throw.
enum Refused {
    /// A feature's conditions contradict each other.
    Features,
    /// The findings and the files.
    Other(String),
}

fn attempt(thrown: u64) -> Result<(Case, Situations), Refused> {
    let mut dice = Dice::new(thrown);
    let mut situations = Situations::default();
    let mut files = Files::new();
    let plan = pack(&mut dice, &mut files);
    let known = feature::features(&mut dice, &plan, &mut files);
    model::models(&mut dice, &plan, &known, &mut files);
    let programme = checked(&mut files)?;
    let world = World::new(&mut dice);
    let mut drafts = world.registers(&mut dice, &programme);
    for event in &plan.events {
        drafts.extend(event::events(&mut dice, &world, event, &programme.feeds[&event.name], &mut situations));
    }
    drafts.sort_by_key(|draft| draft.received);
    let deliveries = deliveries(&programme, drafts);
    let aliases = aliases(&mut dice, &world);
    let questions = questions(&mut dice, &world, &deliveries);
    for question in &questions {
        let a = question.as_of;
        situations.add(Situation::MonthEnd, u64::from(a == a.month().last_day()));
        situations.add(Situation::LeapDay, u64::from(is_leap(a)));
    }
    let days = deliveries.iter().flat_map(|delivery| &delivery.rows).flat_map(|row| &row.cells);
    let leap = days.filter(|cell| matches!(cell, Cell::Day(day) if is_leap(*day))).count();
    situations.add(Situation::LeapDay, leap as u64);
    Ok((Case { files, programme, deliveries, aliases, questions }, situations))
}

/// The checked pack. Models that can never be true are left out: chance writes such, and `check` refuses them.
fn checked(files: &mut Files) -> Result<pack::Programme, Refused> {
    loop {
        let bytes = files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
        let loaded = pack::load_files(vec![pack::PackFiles { id: "made".into(), files: bytes }]);
        if let Some(programme) = loaded.programme {
            return Ok(programme);
        }
        let errors: Vec<_> =
            loaded.findings.iter().filter(|finding| finding.severity == pack::Severity::Error).collect();
        let contradicted = errors.iter().find(|error| ["JW0307", "JW0511"].contains(&error.code));
        match contradicted.and_then(|error| error.file.strip_prefix("made/")) {
            Some(path) if path.starts_with("models/") => drop(files.remove(path)),
            Some(_) => return Err(Refused::Features),
            None => {
                let errors: Vec<String> = errors.iter().map(|error| format!("{error:?}")).collect();
                return Err(Refused::Other(format!("{}\n{}", errors.join("\n"), written(files))));
            }
        }
    }
}

fn is_leap(day: Day) -> bool {
    let (_, month, day) = day.civil();
    (month, day) == (2, 29)
}

/// All files as one text.
fn written(files: &Files) -> String {
    files.iter().map(|(name, text)| format!("--- {name}\n{text}")).collect()
}

fn deliveries(programme: &pack::Programme, drafts: Vec<Draft>) -> Vec<Delivered> {
    let mut previous: BTreeMap<String, Day> = BTreeMap::new();
    let mut deliveries = Vec::new();
    for (draft, sequence) in drafts.into_iter().zip(1..) {
        let feed = &programme.feeds[&draft.feed];
        let valid = match &feed.valid {
            Valid::Column(column) => feed.columns.keys().position(|name| name == column),
            Valid::DataDate => None,
        };
        let day = |cells: &[Cell]| match valid.map(|index| &cells[index]) {
            Some(Cell::Day(day)) => Some(*day),
            _ => None,
        };
        let earliest = draft.rows.iter().filter_map(|row| day(&row.cells)).min();
        let covers = draft
            .declared
            .or_else(|| covers(feed, draft.data_date, &draft.scopes, earliest, previous.get(&draft.feed).copied()));
        if let Some(covers) = covers {
            let end = previous.entry(draft.feed.clone()).or_insert(covers.to);
            *end = covers.to.max(*end);
        }
        deliveries.push(Delivered {
            sequence,
            feed: draft.feed,
            received: draft.received,
            data_date: draft.data_date,
            covers,
            scopes: draft.scopes,
            rows: draft.rows,
            refused: draft.refused,
        });
    }
    deliveries
}

fn aliases(dice: &mut Dice, world: &World) -> Vec<Alias> {
    let mut aliases: Vec<Alias> = Vec::new();
    let mut known_by = world.start;
    for _ in 0..dice.between(0, 3) {
        known_by = known_by.plus_days(dice.between(10, 120));
        let (kind, keys) = if dice.chance(75) { ("person", &world.persons) } else { ("group", &world.groups) };
        let taken = |key: &String| {
            aliases.iter().any(|alias| alias.kind == kind && (alias.from == *key || alias.to.as_ref() == Some(key)))
        };
        let split = aliases
            .iter()
            .filter(|alias| alias.to.is_some())
            .map(|alias| (alias.kind.clone(), alias.from.clone()))
            .next_back();
        let (kind, from, to) = match split {
            Some((kind, from)) if dice.chance(40) => (kind, from, None),
            _ => {
                let free: Vec<String> = keys.iter().filter(|key| !taken(key)).cloned().collect();
                if free.len() < 2 {
                    continue;
                }
                let early: Vec<String> = free.iter().cloned().chain(["q1".into()]).collect();
                let (from, to) = (dice.pick(&early), dice.pick(&free));
                let from = if kind == "group" && from == "q1" { dice.pick(&free) } else { from };
                if from == to || taken(&from) {
                    continue;
                }
                (kind.to_owned(), from, Some(to))
            }
        };
        let position = u32::try_from(aliases.len()).unwrap_or(0) + 1;
        aliases.push(Alias { position, kind, from, to, known_by, who: "test".into(), why: "test".into() });
    }
    aliases
}

fn questions(dice: &mut Dice, world: &World, deliveries: &[Delivered]) -> Vec<Question> {
    let of_roll = |delivery: &&Delivered| delivery.feed == "roll";
    let first = deliveries.iter().filter(of_roll).map(|delivery| delivery.data_date).min().unwrap_or(world.start);
    let seen = deliveries.iter().filter(of_roll).map(|delivery| delivery.received).min().unwrap_or(world.start);
    let last = world.month_end(world.months);
    let leap = Day::new(2024, 2, 29).unwrap_or(last);
    (0..4)
        .map(|_| {
            let any = first.plus_days(dice.between(0, last.0 - first.0));
            let as_of = match dice.between(0, 9) {
                0..=2 => any.month().last_day(),
                3 if first <= leap && leap <= last => leap,
                4 => dice.pick(deliveries).data_date,
                5 => dice.pick(deliveries).received,
                6 if dice.chance(60) => first.plus_days(-dice.between(1, 30)),
                _ => any,
            };
            let known_by = match dice.between(0, 9) {
                0..=5 => as_of,
                6..=8 => as_of.plus_days(dice.between(1, 90)),
                _ => as_of.plus_days(-dice.between(1, 30)),
            };
            Question { as_of, known_by: known_by.max(seen) }
        })
        .collect()
}
