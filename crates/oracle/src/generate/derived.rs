//! Features built on features: roll-ups over members and formulas, as YAML.

use std::fmt::Write as _;

use super::dice::Dice;
use super::feature::{Holds, Known, is_above, is_absent};
use super::pack::Plan;

/// Writes a roll-up.
pub(super) fn members(dice: &mut Dice, plan: &Plan, serial: i32, text: &mut String, known: &mut Vec<Known>) {
    let mut ways = vec![
        ("group", "person"),
        ("group", "person"),
        ("l4", "group"),
        ("l3", "person"),
        ("l3", "l4"),
        ("l2", "group"),
    ];
    if plan.cluster.is_some() {
        ways.extend([("l3", "cluster"), ("l4", "cluster"), ("l2", "cluster")]);
    }
    let (kind, from) = dice.pick(&ways);
    let of_member: Vec<Known> = known.iter().filter(|known| known.kind == from).cloned().collect();
    let nothing = Known { kind: from, name: String::new(), holds: Holds::Other, absent: false };
    let inner = if of_member.is_empty() { nothing } else { dice.pick(&of_member) };
    let (value, holds) = match inner.holds {
        Holds::Money | Holds::Count => dice.pick(&[
            (format!("sum({})", inner.name), inner.holds),
            (format!("max({})", inner.name), inner.holds),
            (format!("count({})", inner.name), Holds::Count),
        ]),
        Holds::Bool => (format!("{}({})", dice.pick(&["any", "all"]), inner.name), Holds::Bool),
        Holds::Day => (format!("min({})", inner.name), Holds::Day),
        _ => ("count(*)".into(), Holds::Count),
    };
    let mut line =
        format!("m{serial}:\n  title: {{zh: 总, en: total}}\n  of: {kind}\n  from: {from}\n  value: {value}\n");
    if from != "cluster" && dice.chance(50) {
        let choices: &[&str] = match from {
            "person" => &[
                "ended is null",
                "chosen",
                "not rolled",
                "score >= 2",
                "born < as_of - interval '30 years'",
                "group.flagged",
            ],
            "group" => &["flagged", "listed", "not listed"],
            _ => &["size > 1"],
        };
        let _ = writeln!(line, "  where: \"{}\"", dice.pick(choices));
    }
    if kind.starts_with('l') && dice.chance(70) {
        let _ = writeln!(line, "  tolerate: {}", dice.pick(&["0.2", "0.34", "0.5", "0.8"]));
    }
    *text += &line;
    known.push(Known { kind, name: format!("m{serial}"), holds, absent: is_absent(&value) });
}

/// Writes a formula, where there is anything to write it over.
pub(super) fn formula(dice: &mut Dice, serial: i32, text: &mut String, known: &mut Vec<Known>) {
    let kind = dice.pick(&["person", "group", "l4", "l3"]);
    let own: Vec<&Known> = known.iter().filter(|known| known.kind == kind).collect();
    let of = |holds: Holds| {
        own.iter().filter(|known| known.holds == holds).map(|known| known.name.clone()).collect::<Vec<_>>()
    };
    let (money, count, days) = (of(Holds::Money), of(Holds::Count), of(Holds::Day));
    let mut choices: Vec<(String, Holds)> = Vec::new();
    if let (false, false) = (money.is_empty(), count.is_empty()) {
        let (m, c) = (dice.pick(&money), dice.pick(&count));
        choices.push((format!("{m} / {c}"), Holds::RealMoney));
        choices.push((format!("round({m} * :part, 2)"), Holds::Money));
        choices.push((format!("round({m} / {c}, 2)"), Holds::Money));
        choices.push((format!("coalesce({m}, 0) + {m}"), Holds::Money));
        choices.push((format!("case when {c} > 1 then {m} else 0 end"), Holds::Money));
        choices.push((format!("{m} - :line"), Holds::Money));
        choices.push((format!("marginal(:step, {m} - :line)"), Holds::Money));
        choices.push((format!("marginal(:piece, {c} - 2)"), Holds::Money));
        choices.push((format!("lookup(:worth, 'a', {m})"), Holds::Count));
    }
    if !count.is_empty() {
        let (c, d) = (dice.pick(&count), dice.pick(&count));
        choices.push((format!("greatest({c}, {d})"), Holds::Count));
        choices.push((format!("coalesce({c}, {d}, 0)"), Holds::Count));
        choices.push((format!("abs({c} - {d}) * 2"), Holds::Count));
        choices.push((format!("nullif({c}, 1)"), Holds::Count));
    }
    if !days.is_empty() {
        choices.push((format!("years_between({}, as_of)", dice.pick(&days)), Holds::Count));
        choices.push((format!("days_between({}, as_of)", dice.pick(&days)), Holds::Count));
    }
    for above in known.iter().filter(|above| above.holds == Holds::Count && is_above(kind, above.kind)).take(2) {
        choices.push((format!("{}.{}", above.kind, above.name), Holds::Count));
    }
    if choices.is_empty() {
        return;
    }
    let (value, holds) = dice.pick(&choices);
    let _ = write!(text, "f{serial}:\n  title: {{zh: 式, en: formula}}\n  of: {kind}\n  value: \"{value}\"\n");
    known.push(Known { kind, name: format!("f{serial}"), holds, absent: true });
}
