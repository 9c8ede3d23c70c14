//! Which clues a demonstration shows: two of different models that stand on one row, and one more.

use std::collections::{BTreeMap, BTreeSet};

use ::pack::Programme;
use ::pack::programme::Valid;
use types::{EvidenceRow, Explanation};

use super::Told;

/// The clues to show.
pub struct Chosen<'t> {
    /// A row with two clues of different models that stand on it.
    pub shared: Option<(&'t EvidenceRow, [&'t Told; 2])>,
    /// One clue of another model; up to three where no row is shared.
    pub others: Vec<&'t Told>,
}

/// Chooses, by nothing but what the packs and explanations say. A shared row tells of something that happened (a list that
/// everyone is on says little); its two clues are best about different kinds of subject, and of different packs: the same evidence
/// for two users.
pub fn choose<'t>(told: &'t [Told], programme: &Programme) -> Chosen<'t> {
    let mut by_row: BTreeMap<&EvidenceRow, BTreeSet<usize>> = BTreeMap::new();
    for (index, one) in told.iter().enumerate() {
        for row in rows(&one.explanation) {
            if programme.feeds.get(&row.feed).is_some_and(|feed| feed.valid != Valid::DataDate) {
                by_row.entry(row).or_default().insert(index);
            }
        }
    }
    let pack = |index: usize| programme.models.get(&told[index].explanation.model).map(|model| model.pack);
    let mut pairs = Vec::new();
    for (row, indices) in &by_row {
        for left in indices {
            for right in indices.range(left + 1..) {
                let (first, second) = (&told[*left].explanation, &told[*right].explanation);
                if first.model != second.model {
                    let rank = (first.subject.kind == second.subject.kind, pack(*left) == pack(*right));
                    pairs.push((rank, &first.model, &second.model, *left, *right, *row));
                }
            }
        }
    }
    let shared = pairs.into_iter().min().map(|(_, _, _, left, right, row)| (row, [&told[left], &told[right]]));
    let shown: Vec<&str> = shared.iter().flat_map(|(_, pair)| pair).map(|one| one.explanation.model.as_str()).collect();
    let mut rest: Vec<&Told> = told.iter().filter(|one| !shown.contains(&one.explanation.model.as_str())).collect();
    rest.sort_by_key(|one| (!is_measured(&one.explanation), &one.explanation.model, one.clue));
    let mut models = BTreeSet::new();
    rest.retain(|one| models.insert(&one.explanation.model));
    rest.truncate(if shared.is_some() { 1 } else { 3 });
    Chosen { shared, others: rest }
}

/// Whether it shows how far a value is beyond a line of the pack, and the rows behind it.
fn is_measured(explanation: &Explanation) -> bool {
    explanation.values.iter().any(|line| line.name.starts_with(':'))
        && explanation.conditions.iter().any(|condition| condition.distance.is_some())
        && rows(explanation).next().is_some()
}

fn rows(explanation: &Explanation) -> impl Iterator<Item = &EvidenceRow> {
    explanation.values.iter().flat_map(|line| &line.evidence.rows)
}
