//! What a person needs to decide who is right.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use oracle::{Case, Cell, Delivered};
use types::Question;

/// The files and deliveries that the feature or model `name` reads, the question, and `what` differs.
pub fn difference(case: &Case, question: Question, name: &str, what: &str) -> String {
    let mut text = String::new();
    let (files, read) = files(case, name);
    for (path, content) in files {
        let _ = writeln!(text, "--- {path}\n{content}");
    }
    for delivered in case.deliveries.iter().filter(|delivered| read.contains(&delivered.feed)) {
        delivery(&mut text, case, delivered);
    }
    for alias in &case.aliases {
        let _ = writeln!(text, "alias {} {} -> {:?} known by {}", alias.kind, alias.from, alias.to, alias.known_by);
    }
    let _ = writeln!(text, "A {} K {}: {what}", question.as_of, question.known_by);
    text
}

/// The blocks of the pack that `name` leads to, and the feeds among them.
fn files(case: &Case, name: &str) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let mut blocks: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (path, content) in &case.files {
        let stem = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
        if path.starts_with("features") || path == "parameters.yaml" {
            for (name, block) in split(content) {
                blocks.insert(name, (path.clone(), block));
            }
        } else {
            blocks.insert(stem.trim_end_matches("-made").to_owned(), (format!("{path}:"), content.clone()));
        }
    }
    let mut wanted: Vec<String> = ["roll", "person", "group"].map(str::to_owned).to_vec();
    wanted.push(name.to_owned());
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut read = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        let Some((path, block)) = blocks.remove(&name) else { continue };
        wanted.extend(block.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
        if path.starts_with("feeds") {
            read.insert(name.clone());
        }
        files.insert(format!("{path} {name}"), block);
    }
    (files, read)
}

/// The named blocks of a mapping.
fn split(content: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    for line in content.lines() {
        match line.strip_suffix(':').filter(|_| !line.starts_with(' ')) {
            Some(name) => blocks.push((name.to_owned(), format!("{line}\n"))),
            None => {
                if let Some((_, block)) = blocks.last_mut() {
                    let _ = writeln!(block, "{line}");
                }
            }
        }
    }
    blocks
}

fn delivery(text: &mut String, case: &Case, delivered: &Delivered) {
    let covers = delivered.covers.map_or("nothing".into(), |covers| format!("{}..{}", covers.from, covers.to));
    let _ = writeln!(
        text,
        "#{} {} received {} data date {} covers {covers} scopes {:?}",
        delivered.sequence, delivered.feed, delivered.received, delivered.data_date, delivered.scopes
    );
    let names: Vec<&str> = case.programme.feeds[&delivered.feed].columns.keys().map(String::as_str).collect();
    let _ = writeln!(text, "    {}", names.join(", "));
    for row in &delivered.rows {
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        let _ = writeln!(text, "    {}: {}", row.number, cells.join(", "));
    }
    for row in &delivered.refused {
        let _ = writeln!(text, "    refused {}: {:?}", row.number, row.readable);
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Null => "-".into(),
        Cell::Bool(value) => value.to_string(),
        Cell::Number(value) => value.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Day(day) => day.to_string(),
    }
}
