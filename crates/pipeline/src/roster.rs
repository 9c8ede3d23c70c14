//! Subjects listed place by place, and in each place by key: a page of them, for the keys of that page alone.

use arrow_buffer::BooleanBuffer;
use engine::Screen;
use types::NO_NUMBER;

use crate::{Error, View};

/// A page of subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Keys with their place codes: by place, then by key; last, with an empty code, those who live nowhere.
    pub lines: Vec<(String, String)>,
    /// How many there are on all pages.
    pub total: u64,
}

impl View<'_, '_> {
    /// At most `wanted` subjects of `kind` at A who live in a place that `is_within` holds for, after the subject `after` in the order of
    /// the list; none after one whom nobody knows.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn roster(
        &self,
        kind: &str,
        is_within: impl Fn(&str) -> bool,
        after: Option<&str>,
        wanted: usize,
    ) -> Result<Roster, Error> {
        let members = self.screen.scene().members(kind)?;
        page_of(self.screen, kind, &members, |code| !code.is_empty() && is_within(code), after, wanted)
    }
}

/// The page of `members`, numbers of subjects of `kind`. Who lives nowhere is in it when `is_within` holds for the empty code.
pub(crate) fn page_of(
    screen: &Screen<'_>,
    kind: &str,
    members: &BooleanBuffer,
    is_within: impl Fn(&str) -> bool,
    after: Option<&str>,
    wanted: usize,
) -> Result<Roster, Error> {
    let (scene, homes) = (screen.scene(), screen.place_of(kind)?);
    let lived_in: Vec<(u32, u64)> = counts(members.set_indices().map(|number| homes[number])).collect();
    let codes: Vec<&str> = if lived_in.is_empty() { Vec::new() } else { scene.places()?.codes().collect() };
    let nowhere = members.count_set_bits() as u64 - lived_in.iter().map(|(_, count)| count).sum::<u64>();
    let mut places: Vec<(&str, u32)> = Vec::new();
    let mut total = 0;
    for (home, count) in lived_in {
        let code = codes.get(home as usize).copied().unwrap_or_default();
        if is_within(code) {
            total += count;
            places.push((code, home));
        }
    }
    places.sort_unstable();
    if nowhere > 0 && is_within("") {
        total += nowhere;
        places.push(("", NO_NUMBER));
    }
    let (mut from, mut last) = (0, None);
    if let Some(after) = after {
        let home = scene.number(kind, after).and_then(|number| homes.get(number as usize)).copied();
        match places.iter().position(|(_, place)| Some(*place) == home) {
            Some(position) => (from, last) = (position, Some(after)),
            None => return Ok(Roster { lines: Vec::new(), total }),
        }
    }
    let mut lines = Vec::new();
    for (code, home) in places.into_iter().skip(from) {
        if lines.len() >= wanted {
            break;
        }
        let mut keys = Vec::new();
        for number in members.set_indices().filter(|number| homes[*number] == home) {
            let key = scene.key(kind, u32::try_from(number).unwrap_or(NO_NUMBER))?;
            if last.is_none_or(|last| *key > *last) {
                keys.push(key);
            }
        }
        last = None;
        let room = wanted - lines.len();
        if keys.len() > room {
            keys.select_nth_unstable(room);
            keys.truncate(room);
        }
        keys.sort_unstable();
        lines.extend(keys.into_iter().map(|key| (key, code.to_owned())));
    }
    Ok(Roster { lines, total })
}

/// How often each number comes; [`NO_NUMBER`] is none.
pub(crate) fn counts(numbers: impl Iterator<Item = u32>) -> impl Iterator<Item = (u32, u64)> {
    let mut counts: Vec<u64> = Vec::new();
    for number in numbers.filter(|number| *number != NO_NUMBER) {
        let index = number as usize;
        if index >= counts.len() {
            counts.resize(index + 1, 0);
        }
        counts[index] += 1;
    }
    (0_u32..).zip(counts).filter(|(_, count)| *count > 0)
}
