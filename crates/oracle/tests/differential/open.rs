//! Answers on which engine and oracle are known to differ: see [`oracle::generate::Open`].

use oracle::Case;
use oracle::oracle::Answers;
use pack::programme::Valid;
use types::Question;

/// A list that had lapsed by its snapshots up to A, while a later snapshot is known by K: `Open::BetweenSnapshots`.
pub fn is_between_snapshots(case: &Case, question: Question) -> bool {
    case.programme.feeds.values().filter(|feed| feed.valid == Valid::DataDate).any(|feed| {
        let known: Vec<_> = case
            .deliveries
            .iter()
            .filter(|delivery| delivery.feed == feed.name && delivery.received <= question.known_by)
            .map(|delivery| delivery.data_date)
            .collect();
        let last = known.iter().filter(|day| **day <= question.as_of).max();
        last.is_some_and(|last| question.as_of.0 - last.0 > feed.unknown_after_days)
            && known.iter().any(|day| *day > question.as_of)
    })
}

/// Near misses of a model in which one condition stands both in the population and in `when`: `Open::SharedCondition`.
pub fn is_shared(said: &Answers, model: &str) -> bool {
    said.shared.contains(model)
}
