//! What became of one model's subjects from date to date: who was ever hit, and when an episode would have opened.

use std::collections::BTreeMap;

use arrow_buffer::BooleanBuffer;
use types::Canonical;

/// The answers of one date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateCounts {
    /// Hits.
    pub hit: u64,
    /// Hits that would open an episode: who was no hit at the date before, or has been clear, outside or gone since.
    pub new: u64,
    /// Undetermined.
    pub undetermined: u64,
}

/// One model, or one form of it, over the dates so far. Numbers are those of the model's kind.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// Per date.
    pub dates: Vec<DateCounts>,
    /// Who was ever a hit.
    ever: Option<BooleanBuffer>,
    /// Hits whose episode is still open.
    open: Option<BooleanBuffer>,
    /// Number -> position of the date of its first hit, where somebody will ask.
    first: Option<BTreeMap<u32, usize>>,
}

impl Track {
    /// No date yet. `keeps_first`: when each was first hit is wanted, not only who was.
    pub fn new(keeps_first: bool) -> Self {
        Self { first: keeps_first.then(BTreeMap::new), ..Self::default() }
    }

    /// Number -> position of the date of its first hit; empty where nobody was to ask.
    pub fn first(&self) -> &BTreeMap<u32, usize> {
        const NOBODY: &BTreeMap<u32, usize> = &BTreeMap::new();
        self.first.as_ref().unwrap_or(NOBODY)
    }

    /// Who was ever a hit, by number.
    pub fn ever(&self) -> impl Iterator<Item = u32> {
        self.ever.iter().flat_map(BooleanBuffer::set_indices_u32)
    }

    /// How many were ever a hit.
    pub fn ever_count(&self) -> u64 {
        self.ever.as_ref().map_or(0, |ever| ever.count_set_bits() as u64)
    }

    /// Adds the next date; whose episode opens on it. `canonical` is how subjects are merged on it.
    pub fn add(&mut self, hits: &BooleanBuffer, unsure: &BooleanBuffer, canonical: &Canonical) -> BooleanBuffer {
        let position = self.dates.len();
        if !canonical.is_identity() {
            self.merge(canonical, hits.len());
        }
        let new = match &self.open {
            Some(open) => hits & &!open,
            None => hits.clone(),
        };
        // Missing data end nothing.
        self.open = Some(match &self.open {
            Some(open) => hits | &(open & unsure),
            None => hits.clone(),
        });
        self.ever = Some(match &self.ever {
            Some(ever) => ever | &new,
            None => new.clone(),
        });
        if let Some(first) = &mut self.first {
            for number in new.set_indices_u32() {
                first.entry(number).or_insert(position);
            }
        }
        let count = |bits: &BooleanBuffer| bits.count_set_bits() as u64;
        self.dates.push(DateCounts { hit: count(hits), new: count(&new), undetermined: count(unsure) });
        new
    }

    /// Whoever was merged since goes on as the one he was merged into.
    fn merge(&mut self, canonical: &Canonical, size: usize) {
        if let Some(known) = &mut self.first {
            for (number, position) in std::mem::take(known) {
                let first = known.entry(canonical.of(number)).or_insert(position);
                *first = position.min(*first);
            }
        }
        for bits in [&mut self.open, &mut self.ever] {
            *bits = bits.take().map(|bits| {
                let mut merged = vec![false; size];
                for number in bits.set_indices_u32() {
                    if let Some(bit) = merged.get_mut(canonical.of(number) as usize) {
                        *bit = true;
                    }
                }
                BooleanBuffer::from(merged)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_buffer::BooleanBuffer;
    use types::Canonical;

    use super::Track;

    /// `h` a hit, `?` undetermined, anything else neither; one letter a subject.
    fn add(track: &mut Track, answers: &str, canonical: &Canonical) -> Vec<u32> {
        let bits = |letter| BooleanBuffer::from(answers.chars().map(|answer| answer == letter).collect::<Vec<_>>());
        track.add(&bits('h'), &bits('?'), canonical).set_indices_u32().collect()
    }

    #[test]
    fn undetermined_ends_no_episode_and_clear_does() {
        let mut track = Track::new(true);
        let plain = Canonical::default();
        let opened: Vec<Vec<u32>> =
            ["hhh.", "?.hh", "hhh?", "..hh"].into_iter().map(|answers| add(&mut track, answers, &plain)).collect();
        assert_eq!(opened, [vec![0, 1, 2], vec![3], vec![1], vec![]]);
        assert_eq!(*track.first(), [(0, 0), (1, 0), (2, 0), (3, 1)].into());
        assert_eq!(track.ever().collect::<Vec<_>>(), [0, 1, 2, 3]);
        let counts: Vec<_> = track.dates.iter().map(|date| (date.hit, date.new, date.undetermined)).collect();
        assert_eq!(counts, [(3, 3, 0), (2, 1, 1), (3, 1, 1), (2, 0, 0)]);
    }

    #[test]
    fn who_is_merged_goes_on() {
        let mut track = Track::new(true);
        add(&mut track, "..h", &Canonical::default());
        add(&mut track, ".h.", &Canonical::default());
        let opened = add(&mut track, "hh.", &Canonical::new(vec![0, 0, 0]));
        assert_eq!(opened, [1], "0 stands for an open one");
        assert_eq!(*track.first(), [(0, 0), (1, 2)].into());
        assert_eq!(track.ever().collect::<Vec<_>>(), [0, 1]);
    }
}
