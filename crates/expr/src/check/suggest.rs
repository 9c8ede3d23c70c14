//! "did you mean": the nearest name in sight.

use types::Text;

use crate::{AggregateFunction, Function, Lookup};

/// A hint naming the candidate nearest to `name`, if one is near enough to be a typing mistake.
pub(super) fn hint(name: &str, candidates: impl IntoIterator<Item = String>) -> Option<Text> {
    closest(name, candidates).map(|closest| did_you_mean(&closest))
}

/// The candidate nearest to `name`; of equals the first by name.
pub(super) fn closest(name: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, &candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

pub(super) fn did_you_mean(name: &str) -> Text {
    Text::new(format!("是否想写 `{name}`？"), format!("did you mean `{name}`?"))
}

/// Every word that may stand before parentheses.
pub(super) fn functions() -> impl Iterator<Item = String> {
    let functions = Function::ALL.into_iter().map(Function::word);
    let aggregates = AggregateFunction::ALL.into_iter().map(|(_, word)| word);
    let lookups = Lookup::ALL.into_iter().map(Lookup::word);
    functions.chain(aggregates).chain(lookups).chain(["exists_row"]).map(str::to_owned)
}
