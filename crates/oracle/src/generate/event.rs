//! What event feeds report: late, corrected, replaced, emptied, refused.

use std::collections::BTreeMap;

use pack::programme::{Feed, Mode, RhythmPeriod, Scope};
use types::{Day, Decimal, Interval};

use super::dice::Dice;
use super::pack::{EventFeed, Grain};
use super::world::{Draft, World, row};
use crate::{Cell, RefusedRow, Situation, Situations};

/// One thing that happened.
#[derive(Clone, Debug)]
struct Fact {
    cells: BTreeMap<&'static str, Cell>,
    day: Day,
}

/// The deliveries of one event feed.
pub(super) fn events(
    dice: &mut Dice,
    world: &World,
    plan: &EventFeed,
    feed: &Feed,
    situations: &mut Situations,
) -> Vec<Draft> {
    let mut facts: Vec<Fact> = Vec::new();
    let mut drafts = Vec::new();
    let mut since = world.start.plus_days(-60);
    let reach = dice.chance(60).then(|| world.start.plus_days(-dice.pick(&[60, 400, 800])));
    let mut month = dice.between(-1, 1);
    while month < world.months {
        let end = world.month_end(month);
        let data_date = match plan.grain {
            Grain::Day if dice.chance(35) => end.plus_days(-dice.between(1, 25)),
            _ => end,
        };
        let new = facts_of(dice, world, plan, since, data_date, facts.len());
        month += if plan.grain == Grain::Year { dice.between(1, 5) } else { 1 };
        since = data_date.plus_days(1);
        if dice.chance(9) && !drafts.is_empty() {
            facts.extend(new);
            continue;
        }
        let (scopes, mut sent) = content(dice, feed, data_date, &mut facts, new, situations);
        let declared = match (drafts.is_empty(), reach) {
            (true, Some(from)) if feed.rhythm.is_some() || !scopes.is_empty() => {
                Some(Interval { from, to: last(feed, plan, data_date) })
            }
            _ => None,
        };
        let (mut rows, mut refused) = (Vec::new(), Vec::new());
        if dice.chance(20) {
            sent.reverse();
        }
        for (fact, number) in sent.iter().zip(2..) {
            match dice.chance(6).then(|| refuse(dice, plan, feed, scopes.len(), fact)).flatten() {
                Some(readable) => refused.push(RefusedRow { number, readable }),
                None => {
                    let cells: Vec<(&str, Cell)> =
                        fact.cells.iter().map(|(name, cell)| (*name, cell.clone())).collect();
                    rows.push(row(feed, number, &cells));
                }
            }
        }
        let received = data_date.plus_days(dice.pick(&[0, 1, 2, 3, 4, 5, 8, 15, 30, 50]));
        drafts.push(Draft { feed: feed.name.clone(), received, data_date, scopes, declared, rows, refused });
    }
    drafts
}

fn last(feed: &Feed, plan: &EventFeed, data_date: Day) -> Day {
    let monthly = feed.rhythm.as_ref().is_some_and(|rhythm| rhythm.every == RhythmPeriod::Month)
        && !matches!(feed.mode, Mode::Snapshot(_));
    match plan.grain {
        Grain::Year => data_date.year().last_day(),
        Grain::Month => data_date.month().last_day(),
        Grain::Day if monthly => data_date.month().last_day(),
        Grain::Day | Grain::List => data_date,
    }
}

fn facts_of(dice: &mut Dice, world: &World, plan: &EventFeed, since: Day, to: Day, known: usize) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    let leap = Day::new(2024, 2, 29).unwrap_or(since);
    for index in 0..dice.between(2, 7) {
        let tied = facts.last().filter(|_| dice.chance(30)).cloned();
        let day = match (&tied, dice.between(0, 9)) {
            (Some(tied), _) => tied.day,
            (_, 0) => to,
            (_, 1) => to.month().first_day(),
            (_, 2) => to.plus_months(-1).month().last_day(),
            (_, 3 | 4) if since <= leap && leap <= to => leap,
            (_, 5) => since.plus_days(-dice.between(0, 40)),
            (_, 6) => to.plus_days(dice.between(1, 10)),
            _ => since.plus_days(dice.between(0, to.0 - since.0)),
        };
        let day = match plan.grain {
            Grain::Day | Grain::List => day,
            Grain::Month => day.month().first_day(),
            Grain::Year => day.year().first_day(),
        };
        let mut cells = BTreeMap::new();
        cells.insert("no", Cell::Text(format!("n{}", known + usize::try_from(index).unwrap_or(0))));
        cells.insert("happened", Cell::Day(day));
        let who = |dice: &mut Dice, tied: &Option<Fact>, name: &'static str, fresh: String| match tied {
            Some(tied) if dice.chance(70) => tied.cells.get(name).cloned().unwrap_or(Cell::Text(fresh)),
            _ => Cell::Text(fresh),
        };
        for link in &plan.links {
            match *link {
                "person" => {
                    let fresh = if dice.chance(4) { "q1".into() } else { dice.pick(&world.persons) };
                    cells.insert("person_no", who(dice, &tied, "person_no", fresh));
                }
                "group" => {
                    let fresh = dice.pick(&world.groups);
                    cells.insert("group_no", who(dice, &tied, "group_no", fresh));
                }
                _ => {
                    let fresh = dice.pick(&world.leaf_places);
                    cells.insert("place_code", who(dice, &tied, "place_code", fresh));
                }
            }
        }
        cells.insert("sort", Cell::Text(dice.pick(&["a", "a", "b", "c", "ab"]).into()));
        fill(dice, &mut cells, day);
        facts.push(Fact { cells, day });
    }
    facts
}

fn fill(dice: &mut Dice, cells: &mut BTreeMap<&'static str, Cell>, day: Day) {
    let mut optional = |dice: &mut Dice, name: &'static str, cell: Cell| {
        let cell = if dice.chance(25) { Cell::Null } else { cell };
        cells.insert(name, cell);
    };
    let pieces = Cell::Number(i64::from(dice.between(0, 4)));
    optional(dice, "pieces", pieces);
    let sure = Cell::Bool(dice.chance(50));
    optional(dice, "sure", sure);
    let until = Cell::Day(day.plus_days(dice.between(0, 90)));
    optional(dice, "until", until);
    let share = Cell::Number(i64::from(dice.pick(&[0, 250_000, 500_000, 999_999])));
    optional(dice, "share", share);
    cells.insert("amount", Cell::Number(i64::from(dice.pick(&[0, 1, 500, 999, 1000, 1001, 2000, 3333, 5000]))));
}

/// The scopes and facts of the delivery of `data_date`.
fn content(
    dice: &mut Dice,
    feed: &Feed,
    data_date: Day,
    facts: &mut Vec<Fact>,
    new: Vec<Fact>,
    situations: &mut Situations,
) -> (Vec<String>, Vec<Fact>) {
    let Mode::Snapshot(scope) = &feed.mode else {
        let mut sent = new;
        if dice.chance(50) && !facts.is_empty() {
            let mut again = dice.pick(facts);
            fill(dice, &mut again.cells, again.day);
            sent.push(again);
        }
        facts.extend(sent.clone());
        return (Vec::new(), sent);
    };
    facts.extend(new);
    for fact in facts.iter_mut() {
        if dice.chance(8) {
            fill(dice, &mut fact.cells, fact.day);
        }
    }
    let scopes: Vec<String> = match scope {
        Scope::All => vec![String::new()],
        Scope::ByMonth => {
            let back = dice.pick(&[0, 0, 1, 2]);
            (0..=back).rev().map(|back| data_date.month().first_day().plus_months(-back).month().to_string()).collect()
        }
        Scope::ByYear => {
            let back = dice.pick(&[0, 0, 1]);
            (0..=back).rev().map(|back| types::Year(data_date.year().0 - back).to_string()).collect()
        }
        Scope::ByColumn(_) => {
            ["a", "ab", "b", "c"].iter().filter(|_| dice.chance(70)).map(|sort| (*sort).to_owned()).collect()
        }
    };
    let emptied: Vec<String> = scopes.iter().filter(|_| *scope != Scope::All && dice.chance(12)).cloned().collect();
    situations.add(Situation::EmptiedScope, emptied.len() as u64);
    let of = |fact: &Fact| match scope {
        Scope::All => String::new(),
        Scope::ByMonth => fact.day.month().to_string(),
        Scope::ByYear => fact.day.year().to_string(),
        Scope::ByColumn(_) => match &fact.cells["sort"] {
            Cell::Text(sort) => sort.clone(),
            _ => String::new(),
        },
    };
    let sent = facts
        .iter()
        .filter(|fact| scopes.contains(&of(fact)) && !emptied.contains(&of(fact)) && !dice.chance(8))
        .cloned()
        .collect();
    (scopes, sent)
}

/// What can be read of a refused row; `None` when this fact is better left alone.
fn refuse(
    dice: &mut Dice,
    plan: &EventFeed,
    feed: &Feed,
    scopes: usize,
    fact: &Fact,
) -> Option<BTreeMap<String, String>> {
    let link = match dice.pick(&plan.links) {
        "person" => "person_no",
        "group" => "group_no",
        _ => "place_code",
    };
    let bad = dice.pick(&["amount", "amount", "amount", "happened", link, "pieces"]);
    let by_date = matches!(&feed.mode, Mode::Snapshot(Scope::ByMonth | Scope::ByYear));
    if bad == "happened" && by_date && scopes != 1 {
        return None;
    }
    let mut readable = BTreeMap::new();
    for (name, cell) in &fact.cells {
        let ty = feed.columns[*name].ty;
        let text = match cell {
            Cell::Null => continue,
            Cell::Bool(value) => value.to_string(),
            Cell::Number(value) => match ty {
                types::Type::Number { scale, .. } => Decimal::new(i128::from(*value), scale).to_string(),
                _ => continue,
            },
            Cell::Text(text) => text.clone(),
            Cell::Day(day) => match plan.grain {
                _ if *name != "happened" => day.to_string(),
                Grain::Day | Grain::List => day.to_string(),
                Grain::Month => day.month().to_string(),
                Grain::Year => day.year().to_string(),
            },
        };
        if *name != bad {
            readable.insert((*name).to_owned(), text);
        }
    }
    Some(readable)
}
