//! Merges and splits: which subject stands for which (semantics section 7).

use std::collections::HashMap;

use types::{Alias, Canonical, Day, Identities, NO_NUMBER};

/// For each number of `identities`, the space `kind`: the number that stands for it at `known_by`.
///
/// Decisions act in order of their position, those known later not at all. A merge lasts until the next decision about its `from`: a
/// later merge takes its place, a split ends it. Chains are followed to their end. A merge that would close a circle takes
/// the place of the oldest one in it: later decisions win. A key that has no number stands for nothing itself, but chains
/// pass through it.
#[must_use]
pub fn canonical(identities: &Identities, kind: &str, aliases: &[Alias], known_by: Day) -> Canonical {
    let mut decisions: Vec<&Alias> =
        aliases.iter().filter(|alias| alias.kind == kind && alias.known_by <= known_by).collect();
    decisions.sort_by_key(|alias| alias.position);
    // from -> (to, position); never with a circle.
    let mut merges: HashMap<&str, (&str, u32)> = HashMap::new();
    for decision in decisions {
        merges.remove(decision.from.as_str());
        let Some(to) = decision.to.as_deref().filter(|to| *to != decision.from) else { continue };
        if let Some(oldest) = oldest_on_way(&merges, to, &decision.from) {
            merges.remove(oldest);
        }
        merges.insert(&decision.from, (to, decision.position));
    }
    if merges.is_empty() {
        return Canonical::default();
    }
    let mut stands: Vec<u32> = (0..u32::try_from(identities.len()).unwrap_or(NO_NUMBER)).collect();
    for from in merges.keys() {
        if let (Some(number), Some(last)) = (identities.number(from), last_known(&merges, from, identities)) {
            stands[number as usize] = last;
        }
    }
    Canonical::new(stands)
}

/// The source of the oldest merge on the way from `start` to `end`, when there is such a way.
fn oldest_on_way<'a>(merges: &HashMap<&'a str, (&'a str, u32)>, start: &str, end: &str) -> Option<&'a str> {
    let mut oldest: Option<(u32, &'a str)> = None;
    let mut at = start;
    while at != end {
        let (from, (to, position)) = merges.get_key_value(at)?;
        if oldest.is_none_or(|(known, _)| *position < known) {
            oldest = Some((*position, *from));
        }
        at = *to;
    }
    oldest.map(|(_, from)| from)
}

/// The number of the last key on the chain from `key` that has one.
fn last_known(merges: &HashMap<&str, (&str, u32)>, key: &str, identities: &Identities) -> Option<u32> {
    let mut found = None;
    let mut at = key;
    while let Some((to, _)) = merges.get(at) {
        at = *to;
        found = identities.number(at).or(found);
    }
    found
}

#[cfg(test)]
mod tests {
    use types::{Alias, Day, Identities};

    use super::canonical;

    fn day(text: &str) -> Day {
        Day::parse(text).expect(text)
    }

    /// `a>b` merges, `a/` splits; each known a day after the one before it, from 2 June.
    fn decided(decisions: &str, known_by: &str) -> String {
        let mut identities = Identities::default();
        for key in ["a", "b", "c", "d"] {
            identities.give(key);
        }
        let aliases: Vec<Alias> = (1_u32..)
            .zip(decisions.split_whitespace())
            .map(|(position, decision)| {
                let (from, to) = decision.split_once('>').unwrap_or((decision.trim_end_matches('/'), ""));
                Alias {
                    position,
                    kind: "person".into(),
                    from: from.into(),
                    to: (!to.is_empty()).then(|| to.into()),
                    known_by: day("2026-06-01").plus_days(i32::try_from(position).expect("position")),
                    who: String::new(),
                    why: String::new(),
                }
            })
            .collect();
        assert!(canonical(&identities, "other", &aliases, Day::MAX).is_identity());
        let canonical = canonical(&identities, "person", &aliases, day(known_by));
        (0..4).map(|number| identities.key(canonical.of(number))).collect()
    }

    #[test]
    fn the_later_decision_wins() {
        for (decisions, known_by, expected) in [
            ("", "2026-12-31", "abcd"),
            ("a>b", "2026-12-31", "bbcd"),
            ("a>b", "2026-06-01", "abcd"),
            ("a>b", "2026-06-02", "bbcd"),
            ("a>b b>c c>d", "2026-12-31", "dddd"),
            ("a>b b>c c>d", "2026-06-03", "cccd"),
            ("c>d b>c a>b", "2026-12-31", "dddd"),
            ("a>b a>c", "2026-12-31", "cbcd"),
            ("a>b a/", "2026-12-31", "abcd"),
            ("a>b a/", "2026-06-02", "bbcd"),
            ("a>b a/ a>c", "2026-12-31", "cbcd"),
            ("a>b b>c b/", "2026-12-31", "bbcd"),
            ("a/", "2026-12-31", "abcd"),
            ("a>a", "2026-12-31", "abcd"),
            ("a>b b>a", "2026-12-31", "aacd"),
            ("a>b b>c c>a", "2026-12-31", "aaad"),
            ("a>x x>b", "2026-12-31", "bbcd"),
            ("a>x", "2026-12-31", "abcd"),
        ] {
            assert_eq!(decided(decisions, known_by), expected, "{decisions} at {known_by}");
        }
    }
}
