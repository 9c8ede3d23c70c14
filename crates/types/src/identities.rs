//! Who the subjects of one identity space are: dense numbers and canonical keys (semantics section 7).
//!
//! Keys that arrive together take consecutive numbers in their canonical order, so each arrival is one sorted list, a [`Segment`].
//! A key is found by a binary search in every segment while few are looked up; once the searching has cost as much as an index of all
//! keys would have, that index is made.

use std::borrow::Cow;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arrow_array::{Array as _, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::{Hash, Hasher, NO_NUMBER};

/// Keys that took consecutive numbers together, in canonical order: ascending, none twice, none known before.
#[derive(Clone, Debug)]
pub struct Segment {
    first: u32,
    keys: StringArray,
    previous: Option<Hash>,
    hash: Hash,
}

/// The subjects of one identity space. Clones are cheap and share what was looked up.
#[derive(Clone, Debug, Default)]
pub struct Identities {
    segments: Vec<Segment>,
    search: Arc<Search>,
}

/// Gives numbers to many keys at once: see [`Identities::numbering`].
pub struct Numbering<'i, 'k> {
    identities: &'i mut Identities,
    first: u32,
    keys: Vec<Cow<'k, str>>,
    places: HashTable<u32>,
    hasher: RandomState,
}

/// What [`Numbering`] gave: from the numbers of first sight to those in canonical order.
#[derive(Debug, Default)]
pub struct Given {
    first: u32,
    ranks: Vec<u32>,
}

/// How keys are found.
#[derive(Debug, Default)]
struct Search {
    /// Made for a shorter list; finds the numbers below its length.
    older: Option<Arc<Index>>,
    /// Finds every number.
    whole: OnceLock<Arc<Index>>,
    /// Steps of binary searches so far.
    steps: AtomicUsize,
}

#[derive(Clone, Debug, Default)]
struct Index {
    numbers: HashTable<u32>,
    hasher: RandomState,
    /// It knows the numbers below this one.
    len: u32,
}

/// Steps of a binary search that cost as much as putting one key into an index.
const STEPS_PER_KEY: usize = 4;

/// Bytes of text in one segment; offsets are 31 bits wide.
const MAX_TEXT: usize = 1 << 30;

impl Segment {
    /// A segment as it was stored: `keys` take the numbers from `first` on; `hash` is its own and `previous` that of the segment
    /// before it.
    #[must_use]
    pub fn stored(first: u32, keys: StringArray, previous: Option<Hash>, hash: Hash) -> Self {
        Self { first, keys, previous, hash }
    }

    fn new(first: u32, keys: StringArray, previous: Option<Hash>) -> Self {
        let mut hasher = Hasher::default();
        hasher.piece(previous.map_or([0; 32], |hash| hash.0)).piece(first.to_le_bytes());
        hasher.piece(keys.offsets().inner().inner().as_slice()).piece(keys.values().as_slice());
        let hash = hasher.finish();
        Self { first, keys, previous, hash }
    }

    /// Number of its first key.
    #[must_use]
    pub fn first(&self) -> u32 {
        self.first
    }

    /// The number after that of its last key.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.first.saturating_add(u32::try_from(self.keys.len()).unwrap_or(NO_NUMBER))
    }

    /// Its keys, ascending.
    #[must_use]
    pub fn keys(&self) -> &StringArray {
        &self.keys
    }

    /// Stands for this segment and all before it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// That of the segment before it.
    #[must_use]
    pub fn previous(&self) -> Option<Hash> {
        self.previous
    }

    fn number(&self, key: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.keys.value(middle) < key { low = middle + 1 } else { high = middle }
        }
        let is_found = low < self.keys.len() && self.keys.value(low) == key;
        is_found.then(|| self.first + u32::try_from(low).unwrap_or(NO_NUMBER))
    }

    /// Steps that a look-up takes.
    fn steps(&self) -> usize {
        2 + self.keys.len().checked_ilog2().unwrap_or(0) as usize
    }
}

impl Identities {
    /// How many numbers were given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.end() as usize
    }

    /// Whether none was given yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The number of `key`, if it has one.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<u32> {
        if let Some(index) = self.search.whole.get() {
            return index.number(key, &self.segments);
        }
        let mut known = 0;
        if let Some(index) = &self.search.older {
            known = index.len;
            let found = index.number(key, &self.segments);
            if found.is_some() {
                return found;
            }
        }
        let mut steps = 0;
        let mut found = None;
        for segment in &self.segments[self.segments.partition_point(|segment| segment.first < known)..] {
            steps += segment.steps();
            found = segment.number(key);
            if found.is_some() {
                break;
            }
        }
        let steps = self.search.steps.fetch_add(steps, Ordering::Relaxed);
        if steps / STEPS_PER_KEY > self.len() {
            self.search.whole.get_or_init(|| {
                let mut index = self.search.older.as_deref().cloned().unwrap_or_default();
                index.reach(&self.segments);
                Arc::new(index)
            });
        }
        found
    }

    /// The key of `number`.
    ///
    /// # Panics
    /// When `number` was never given: a fault of ours.
    #[must_use]
    pub fn key(&self, number: u32) -> &str {
        key_of(&self.segments, number)
    }

    /// All keys, in order of their numbers.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flat_map(|segment| segment.keys.iter().map(Option::unwrap_or_default))
    }

    /// The number of `key`, given now if it had none: for a few; [`Identities::numbering`] is for many.
    pub fn give(&mut self, key: &str) -> u32 {
        let mut numbering = self.numbering();
        let number = numbering.number(Cow::Borrowed(key));
        numbering.finish().settle(number)
    }

    /// Takes keys in any order, and gives those that have no number yet the next ones in canonical order.
    pub fn numbering<'k>(&mut self) -> Numbering<'_, 'k> {
        Numbering {
            first: self.end(),
            identities: self,
            keys: Vec::new(),
            places: HashTable::new(),
            hasher: RandomState::default(),
        }
    }

    /// Every segment, in order of numbers.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segments whose numbers were given after the first `known`.
    #[must_use]
    pub fn since(&self, known: usize) -> &[Segment] {
        &self.segments[self.segments.partition_point(|segment| (segment.first as usize) < known)..]
    }

    /// Stands for the first `len` numbers and their keys; `None` where no segment ends there.
    #[must_use]
    pub fn hash_of_first(&self, len: u32) -> Option<Hash> {
        let at = self.segments.partition_point(|segment| segment.end() < len);
        self.segments.get(at).filter(|segment| segment.end() == len).map(Segment::hash)
    }

    /// Adds the next segment, as it was stored. `false`, and nothing is added, if it does not follow the last one.
    pub fn push(&mut self, segment: Segment) -> bool {
        let previous = self.segments.last().map(Segment::hash);
        let follows = segment.first == self.end() && segment.previous == previous;
        if follows {
            self.segments.push(segment);
            self.forget();
        }
        follows
    }

    /// The next number.
    fn end(&self) -> u32 {
        self.segments.last().map_or(0, Segment::end)
    }

    /// After segments were added: an index of nobody else's grows, any other goes on finding what it knows.
    fn forget(&mut self) {
        let older = self.search.whole.get().or(self.search.older.as_ref()).cloned();
        let Some(mut index) = older else {
            self.search = Arc::default();
            return;
        };
        self.search = Arc::default();
        let mut search = Search::default();
        match Arc::get_mut(&mut index) {
            Some(own) => {
                own.reach(&self.segments);
                search.whole = OnceLock::from(index);
            }
            None => search.older = Some(index),
        }
        self.search = Arc::new(search);
    }

    /// Adds `keys`, ascending, new and not none, as one segment or several.
    fn append(&mut self, keys: &[(Cow<'_, str>, u32)]) {
        let mut rest = keys;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fitting = rest.iter().position(|(key, _)| {
                bytes += key.len();
                bytes > MAX_TEXT
            });
            // One key alone always goes in: no cell is that long.
            let (now, later) = rest.split_at(fitting.unwrap_or(rest.len()).max(1));
            let previous = self.segments.last().map(Segment::hash);
            self.segments.push(Segment::new(self.end(), texts(now), previous));
            rest = later;
        }
        self.forget();
    }
}

fn texts(keys: &[(Cow<'_, str>, u32)]) -> StringArray {
    let mut text = Vec::with_capacity(keys.iter().map(|(key, _)| key.len()).sum());
    let mut offsets = Vec::with_capacity(keys.len() + 1);
    offsets.push(0);
    for (key, _) in keys {
        text.extend_from_slice(key.as_bytes());
        offsets.push(i32::try_from(text.len()).unwrap_or(i32::MAX));
    }
    StringArray::new(OffsetBuffer::new(ScalarBuffer::from(offsets)), Buffer::from_vec(text), None)
}

impl<'k> Numbering<'_, 'k> {
    /// The number of `key`; for one without, a number of first sight, the same each time: give it to [`Given::settle`].
    pub fn number(&mut self, key: Cow<'k, str>) -> u32 {
        if let Some(number) = self.identities.number(&key) {
            return number;
        }
        let hash = self.hasher.hash_one(&*key);
        let keys = &self.keys;
        if let Some(place) = self.places.find(hash, |place| keys[*place as usize] == key) {
            return self.first + place;
        }
        let place = u32::try_from(self.keys.len()).unwrap_or(NO_NUMBER);
        self.keys.push(key);
        let (keys, hasher) = (&self.keys, &self.hasher);
        self.places.insert_unique(hash, place, |place| hasher.hash_one(&*keys[*place as usize]));
        self.first.saturating_add(place)
    }

    /// Gives the new keys their numbers.
    #[must_use]
    pub fn finish(self) -> Given {
        drop(self.places);
        if self.keys.is_empty() {
            return Given { first: self.first, ranks: Vec::new() };
        }
        let mut keys: Vec<(Cow<'k, str>, u32)> = self.keys.into_iter().zip(0..).collect();
        keys.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let mut ranks = vec![0; keys.len()];
        for ((_, place), rank) in keys.iter().zip(0..) {
            ranks[*place as usize] = rank;
        }
        self.identities.append(&keys);
        Given { first: self.first, ranks }
    }
}

impl Given {
    /// Whether no key was new, so that [`Given::settle`] changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }

    /// The number of the key that was seen as `number`.
    #[must_use]
    pub fn settle(&self, number: u32) -> u32 {
        if number < self.first || number == NO_NUMBER {
            return number;
        }
        self.ranks.get((number - self.first) as usize).map_or(NO_NUMBER, |rank| self.first + rank)
    }
}

impl Index {
    fn number(&self, key: &str, segments: &[Segment]) -> Option<u32> {
        self.numbers.find(self.hasher.hash_one(key), |number| key_of(segments, *number) == key).copied()
    }

    /// Takes in the numbers it does not know yet.
    fn reach(&mut self, segments: &[Segment]) {
        let end = segments.last().map_or(0, Segment::end);
        let hasher = &self.hasher;
        let hash = |number: &u32| hasher.hash_one(key_of(segments, *number));
        self.numbers.reserve(end.saturating_sub(self.len) as usize, hash);
        for segment in &segments[segments.partition_point(|segment| segment.first < self.len)..] {
            for (key, number) in segment.keys.iter().zip(segment.first..) {
                let own = hasher.hash_one(key.unwrap_or_default());
                self.numbers.insert_unique(own, number, hash);
            }
        }
        self.len = end;
    }
}

fn key_of(segments: &[Segment], number: u32) -> &str {
    let segment = &segments[segments.partition_point(|segment| segment.first <= number) - 1];
    segment.keys.value((number - segment.first) as usize)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::Identities;

    fn arrive(identities: &mut Identities, keys: &[String]) -> Vec<u32> {
        let mut numbering = identities.numbering();
        let seen: Vec<u32> = keys.iter().map(|key| numbering.number(Cow::Borrowed(key))).collect();
        let given = numbering.finish();
        seen.into_iter().map(|number| given.settle(number)).collect()
    }

    fn keys(from: u32, to: u32, step: usize) -> Vec<String> {
        (from..to).step_by(step).map(|number| format!("{:05}", number * 7919 % 100_000)).collect()
    }

    fn looked_up(identities: &Identities) -> usize {
        (0..100_000).filter(|number| identities.number(&format!("{number:05}")).is_some()).count()
    }

    #[test]
    fn numbers_follow_arrival_then_key_whatever_the_order_of_rows() {
        let mut identities = Identities::default();
        let texts = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(arrive(&mut identities, &texts(&["c", "a", "c", "b"])), [2, 0, 2, 1]);
        assert_eq!(arrive(&mut identities, &texts(&["b", "c"])), [1, 2]);
        assert_eq!(arrive(&mut identities, &texts(&["", "b", "aa", "z", "aa"])), [3, 1, 4, 5, 4]);
        assert_eq!((identities.give("a"), identities.give("0"), identities.len()), (0, 6, 7));
        assert!(identities.keys().eq(["a", "b", "c", "", "aa", "z", "0"]));
        assert_eq!(identities.segments().len(), 3);
        assert_eq!((identities.number("d"), identities.key(4)), (None, "aa"));
    }

    #[test]
    fn an_index_finds_what_the_search_finds() {
        let mut arrived = Identities::default();
        for (from, to) in [(0, 4000), (3000, 3001), (4000, 9000)] {
            arrive(&mut arrived, &keys(from, to, 3));
        }
        // As read from a store: nothing was looked up yet.
        let mut identities = Identities::default();
        assert!(arrived.segments().iter().all(|segment| identities.push(segment.clone())));
        let searched: Vec<Option<u32>> =
            keys(0, 9000, 100).iter().map(|key| Identities::number(&identities.clone(), key)).collect();
        assert!(identities.search.whole.get().is_none(), "few look-ups make no index");
        // A clone that grows on its own does not disturb the other.
        let mut other = identities.clone();
        let count = looked_up(&identities);
        assert!(identities.search.whole.get().is_some(), "many do");
        assert_eq!(count, identities.len());
        let again: Vec<Option<u32>> = keys(0, 9000, 100).iter().map(|key| identities.number(key)).collect();
        assert_eq!(again, searched);
        assert!(identities.keys().zip(0..).all(|(key, number)| identities.number(key) == Some(number)));

        // Shared when it grows: the old index goes on for what it knows.
        arrive(&mut other, &keys(20_000, 21_000, 1));
        assert!(other.search.whole.get().is_none() && other.search.older.is_some());
        assert_eq!((looked_up(&other), looked_up(&identities)), (other.len(), count));
        assert!(other.search.whole.get().is_some());
        // Its own: it grows along.
        arrive(&mut other, &keys(30_000, 31_000, 1));
        assert!(other.search.whole.get().is_some());
        assert!(other.keys().zip(0..).all(|(key, number)| other.number(key) == Some(number)));
    }

    #[test]
    fn segments_follow_one_another() {
        let mut identities = Identities::default();
        identities.give("b");
        let known = identities.len();
        identities.give("a");
        let last = identities.since(known)[0].clone();
        let mut again = Identities::default();
        assert!(!again.push(last.clone()), "a gap");
        again.give("x");
        assert!(!again.push(last.clone()), "the numbers fit, the keys before them do not");
        let mut again = Identities::default();
        again.give("b");
        assert!(again.push(last) && again.keys().eq(["b", "a"]));
        assert_eq!(again.hash_of_first(2), identities.hash_of_first(2));
        assert_eq!(again.hash_of_first(3), None);
        assert_ne!(again.hash_of_first(1), again.hash_of_first(2));
        assert!(again.since(2).is_empty() && again.since(0).len() == 2);
    }
}
