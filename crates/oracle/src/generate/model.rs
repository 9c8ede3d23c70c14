//! Models over the generated features, as YAML.

use std::fmt::Write as _;

use super::dice::Dice;
use super::feature::{Holds, Known, is_above};
use super::pack::{Files, Plan};

/// Writes a few models.
pub(super) fn models(dice: &mut Dice, plan: &Plan, known: &[Known], files: &mut Files) {
    let mut kinds = vec!["person", "person", "group", "group", "l4", "l3"];
    if plan.cluster.is_some() {
        kinds.push("cluster");
    }
    for number in 1..=5 {
        let kind = dice.pick(&kinds);
        let near: Vec<&Known> = known.iter().filter(|known| known.kind == kind || is_above(kind, known.kind)).collect();
        if !near.iter().any(|known| known.kind == kind) {
            continue;
        }
        let mut text = format!("id: X{number}\ntitle: {{zh: 模, en: model}}\nsubject: {kind}\n");
        if dice.chance(50) {
            let _ = writeln!(text, "population: \"{}\"", formula(dice, kind, &near, 1));
        }
        let _ = writeln!(text, "when: \"{}\"", formula(dice, kind, &near, 2));
        if dice.chance(50) {
            let _ = writeln!(text, "severity:\n  high: \"{}\"\n  medium: otherwise", atom(dice, kind, &near));
        } else {
            text += "severity: low\n";
        }
        files.insert(format!("models/X{number}-made.yaml"), text);
    }
}

fn formula(dice: &mut Dice, kind: &str, known: &[&Known], depth: u32) -> String {
    let parts = dice.between(1, 3);
    if depth == 0 || parts == 1 {
        let atom = atom(dice, kind, known);
        return if dice.chance(15) { format!("not ({atom})") } else { atom };
    }
    let word = dice.pick(&[" and ", " and ", " or "]);
    let mut texts: Vec<String> = (0..parts).map(|_| formula(dice, kind, known, depth - 1)).collect();
    texts.dedup();
    let text = format!("({})", texts.join(word));
    if dice.chance(15) { format!("not {text}") } else { text }
}

fn atom(dice: &mut Dice, kind: &str, known: &[&Known]) -> String {
    let own: Vec<&Known> = known.iter().filter(|known| known.kind == kind).copied().collect();
    let known: &Known = if dice.chance(75) { dice.pick(&own) } else { dice.pick(known) };
    let name = if known.kind == kind { known.name.clone() } else { format!("{}.{}", known.kind, known.name) };
    let sign = dice.pick(&[">=", ">", "<", "<=", "=", "<>"]);
    let text = match known.holds {
        Holds::Money => {
            let line = dice.pick(&[":line", ":line", "10", "20", "0", "33.33"]);
            format!("{name} {sign} {line}")
        }
        Holds::Count => {
            let line = dice.pick(&[":few", "0", "1", "2", "3"]);
            dice.pick(&[
                format!("{name} {sign} {line}"),
                format!("{name} {sign} {line}"),
                format!("{name} between 1 and 3"),
                format!("{name} in (0, 2)"),
            ])
        }
        Holds::RealMoney => format!("{name} {sign} {}", dice.pick(&["10", ":line"])),
        Holds::Real => format!("{name} {sign} 2"),
        Holds::Day => dice.pick(&[format!("{name} {sign} as_of - :gap"), format!("{name} > '2023-12-31'")]),
        Holds::Bool if known.absent => format!("{name} is true"),
        Holds::Bool => dice.pick(&[name.clone(), format!("not {name}"), format!("{name} is true")]),
        Holds::Other => format!("{name} is not null"),
    };
    if !known.absent || matches!(known.holds, Holds::Bool | Holds::Other) {
        return text;
    }
    dice.pick(&[
        format!("({name} is not null and {text})"),
        format!("({name} is not null and {text})"),
        format!("({name} is null or {text})"),
        format!("{name} is null"),
    ])
}
