//! Features over rows, as YAML, and the list of all.

use std::fmt::Write as _;

use super::derived;
use super::dice::Dice;
use super::pack::{EventFeed, Files, Grain, Plan};

/// What a model, or another feature, needs to know of a value.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Subject kind.
    pub(super) kind: &'static str,
    /// Name.
    pub(super) name: String,
    /// What it holds.
    pub(super) holds: Holds,
    /// It may be NULL although it is covered.
    pub(super) absent: bool,
}

/// What a value holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Money.
    Money,
    /// A whole number.
    Count,
    /// A quotient of money.
    RealMoney,
    /// A quotient of numbers.
    Real,
    /// A date.
    Day,
    /// True or false.
    Bool,
    /// Text, and everything else.
    Other,
}

/// Writes the features; what they are called and hold, attributes included.
pub(super) fn features(dice: &mut Dice, plan: &Plan, files: &mut Files) -> Vec<Known> {
    let mut known = attributes();
    let mut text = String::new();
    let mut serial = 0;
    for feed in &plan.events {
        for _ in 0..dice.between(4, 6) {
            serial += 1;
            rows(dice, plan, feed, serial, &mut text, &mut known);
        }
    }
    for (name, link) in [("person_list", "person"), ("group_list", "group")] {
        serial += 1;
        let feed = EventFeed { name: name.into(), grain: Grain::List, links: vec![link] };
        rows(dice, plan, &feed, serial, &mut text, &mut known);
    }
    for _ in 0..4 {
        serial += 1;
        derived::members(dice, plan, serial, &mut text, &mut known);
    }
    for _ in 0..3 {
        serial += 1;
        derived::formula(dice, serial, &mut text, &mut known);
    }
    files.insert("features/made.yaml".into(), text);
    known
}

fn attributes() -> Vec<Known> {
    let known = |kind, name: &str, holds| Known {
        kind,
        name: name.into(),
        holds,
        absent: !["chosen", "listed", "rolled"].contains(&name),
    };
    vec![
        known("person", "born", Holds::Day),
        known("person", "ended", Holds::Day),
        known("person", "chosen", Holds::Bool),
        known("person", "rolled", Holds::Bool),
        known("person", "score", Holds::Count),
        known("group", "flagged", Holds::Bool),
        known("group", "listed", Holds::Bool),
        known("group", "score", Holds::Count),
        known("l4", "size", Holds::Count),
        known("l3", "size", Holds::Count),
    ]
}

fn rows(dice: &mut Dice, plan: &Plan, feed: &EventFeed, serial: i32, text: &mut String, known: &mut Vec<Known>) {
    let link = dice.pick(&feed.links);
    let mut kinds: Vec<&'static str> = match link {
        "person" => vec!["person", "person", "group", "group", "l4", "l3", "l2"],
        "group" => vec!["group", "group", "l4", "l3"],
        _ => vec!["l4", "l4", "l3"],
    };
    if plan.cluster.as_ref() == Some(&feed.name) {
        kinds.push("cluster");
        kinds.push("cluster");
    }
    let kind = dice.pick(&kinds);
    let (value, holds) = aggregate(dice, feed, if kind == link { "" } else { link });
    let windows: &[&str] = match feed.grain {
        Grain::Day | Grain::List => &[
            "30d",
            "7d",
            "90d",
            "1 month",
            "2 months",
            "12 months",
            "this_month",
            "calendar_year",
            "previous_year",
            "school_year",
            "previous_month",
            "previous 2 months",
            "ever",
            "ever",
        ],
        Grain::Month => &[
            "1 month",
            "2 months",
            "3 months",
            "this_month",
            "calendar_year",
            "previous_month",
            "previous 2 months",
            "ever",
            "school_year",
        ],
        Grain::Year => &["calendar_year", "previous_year", "ever"],
    };
    let window = dice.pick(windows);
    let mut line = format!(
        "r{serial}:\n  title: {{zh: 值, en: value}}\n  of: {kind}\n  from: {}\n  value: {value}\n  window: {window}\n",
        feed.name
    );
    if feed.links.len() > 1 && kind != "cluster" {
        let _ = writeln!(line, "  via: {link}");
    }
    let offset = if window == "ever" || !dice.chance(25) {
        None
    } else if feed.grain == Grain::Year {
        Some("1 year")
    } else {
        Some(dice.pick(&["1 month", "1 month", "1 year"]))
    };
    if let Some(offset) = offset {
        let _ = writeln!(line, "  offset: {offset}");
    }
    let mut parts = Vec::new();
    while dice.chance(if parts.is_empty() { 60 } else { 30 }) && parts.len() < 3 {
        parts.push(condition(dice, plan, feed, kind, offset.is_some()));
    }
    if !parts.is_empty() {
        let _ = writeln!(line, "  where: \"{}\"", parts.join(" and "));
    }
    if kind.starts_with('l') && dice.chance(60) {
        let _ = writeln!(line, "  tolerate: {}", dice.pick(&["0.2", "0.34", "0.5", "0.8"]));
    }
    *text += &line;
    known.push(Known { kind, name: format!("r{serial}"), holds, absent: is_absent(&value) });
}

/// Whether the aggregate may be NULL.
pub(super) fn is_absent(value: &str) -> bool {
    !["count(", "sum(", "any(", "all("].iter().any(|word| value.starts_with(word))
}

fn aggregate(dice: &mut Dice, feed: &EventFeed, through: &str) -> (String, Holds) {
    if !through.is_empty() && dice.chance(20) {
        return (format!("count(distinct {through})"), Holds::Count);
    }
    if feed.grain == Grain::List {
        let (value, holds) = dice.pick(&[
            ("count(*)", Holds::Count),
            ("sum(score)", Holds::Count),
            ("max(score)", Holds::Count),
            ("last(score)", Holds::Count),
            ("any(score > 1)", Holds::Bool),
        ]);
        return (value.to_owned(), holds);
    }
    let valid = if feed.grain == Grain::Day { Holds::Day } else { Holds::Other };
    let (value, holds) = dice.pick(&[
        ("count(*)", Holds::Count),
        ("count(*)", Holds::Count),
        ("count(pieces)", Holds::Count),
        ("count(distinct sort)", Holds::Count),
        ("count(distinct pieces)", Holds::Count),
        ("sum(amount)", Holds::Money),
        ("sum(amount)", Holds::Money),
        ("sum(pieces)", Holds::Count),
        ("sum(amount * pieces)", Holds::Money),
        ("sum(case when sure then amount else 0 end)", Holds::Money),
        ("min(amount)", Holds::Money),
        ("max(pieces)", Holds::Count),
        ("min(happened)", valid),
        ("max(until)", Holds::Day),
        ("avg(amount)", Holds::RealMoney),
        ("avg(pieces)", Holds::Real),
        ("first(amount)", Holds::Money),
        ("last(amount)", Holds::Money),
        ("last(pieces)", Holds::Count),
        ("first(sort)", Holds::Other),
        ("last(sort)", Holds::Other),
        ("any(sure)", Holds::Bool),
        ("all(sure)", Holds::Bool),
        ("any(amount > 20)", Holds::Bool),
        ("all(pieces >= 1)", Holds::Bool),
        ("sum(lookup(:worth, sort, amount))", Holds::Count),
        ("sum(marginal(:step, amount))", Holds::Money),
        ("max(marginal(:piece, pieces))", Holds::Money),
    ]);
    (value.to_owned(), holds)
}

fn condition(dice: &mut Dice, plan: &Plan, feed: &EventFeed, kind: &str, offset: bool) -> String {
    let mut choices: Vec<String> = [
        "sort = 'a'",
        "sort in ('a', 'b')",
        "sort <> 'c'",
        "not sort like 'a%'",
        "left(sort, 1) = 'a'",
        "substring(no, 2, 1) <> '1'",
        "round(amount * share, 1) >= 5",
        "amount >= 10",
        "amount between 10 and 20",
        "amount > :line",
        "amount >= :line",
        "amount * :part < 10",
        "pieces is not null",
        "pieces >= 2",
        "pieces >= :few",
        "sure",
        "(sure or amount > 10)",
        "not (sort = 'a' and amount < 10)",
        "coalesce(pieces, 0) < 2",
        "share < 0.5",
        "lookup(:worth, sort, amount) is not null",
        "marginal(:piece, pieces) > amount",
    ]
    .map(str::to_owned)
    .to_vec();
    if !offset {
        choices.push("(until is null or until > as_of)".into());
        choices.push("until <= as_of".into());
    }
    if feed.grain == Grain::List {
        choices = ["score >= 2", "score is not null", "coalesce(score, 0) < :few"].map(str::to_owned).to_vec();
    }
    for link in &feed.links {
        let own: &[&str] = match *link {
            "person" => {
                &["person.chosen", "person.rolled", "person.score >= 1", "person.ended is null", "not person.chosen"]
            }
            "group" => &["group.flagged", "group.listed", "coalesce(group.score, 1) > 0"],
            _ => &[],
        };
        choices.extend(own.iter().map(|text| (*text).to_owned()));
    }
    let valid = match feed.grain {
        Grain::List => ["subject.born < as_of", "subject.ended is not null"],
        Grain::Day => ["happened >= subject.born + interval '20 years'", "happened > subject.ended"],
        Grain::Month => ["happened >= month(subject.born + interval '20 years')", "happened > month(subject.ended)"],
        Grain::Year => ["happened >= year(subject.born)", "happened > year(subject.ended)"],
    };
    match kind {
        "person" => choices.extend(
            valid
                .into_iter()
                .chain([
                    "subject.chosen",
                    if feed.grain == Grain::List { "subject.chosen" } else { "pieces > subject.score" },
                ])
                .map(str::to_owned),
        ),
        "group" => choices.extend(["subject.flagged", "not subject.listed"].map(str::to_owned)),
        "l4" | "l3" if feed.grain != Grain::List => choices.push("pieces < subject.size".into()),
        _ => {}
    }
    let other = dice.pick(&plan.events);
    let shared =
        other.links.iter().any(|link| feed.links.contains(link)) && other.links.len() == 1 && feed.links.len() == 1;
    let shared = shared && (kind != "cluster" || other.name == feed.name);
    if shared && feed.grain == Grain::Day && other.grain == Grain::Day && dice.chance(50) {
        let feed = &other.name;
        choices = vec![
            format!("exists_row({feed}, other.pieces > pieces)"),
            format!("exists_row({feed}, other.no <> no and other.until >= happened)"),
            format!("exists_row({feed}, other.no <> no and other.happened between happened - :gap and happened)"),
            format!("exists_row({feed}, other.happened <= happened + :gap and happened <= other.happened)"),
            format!(
                "exists_row({feed}, other.happened between happened - interval '5 days' and happened + interval '5 days' and other.sort = sort)"
            ),
        ];
    }
    dice.pick(&choices)
}

/// Whether subjects of `kind` may read values of `above`.
pub(super) fn is_above(kind: &str, above: &str) -> bool {
    let rank = |kind: &str| match kind {
        "person" | "cluster" => 0,
        "group" => 1,
        "l4" => 2,
        "l3" => 3,
        "l2" => 4,
        _ => 9,
    };
    rank(above) > rank(kind) && !(kind == "cluster" && above == "group")
}
