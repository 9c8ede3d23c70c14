//! Rows counted by whom they name: an aggregate over a link or its key column works on the subjects' numbers, no text is read.

use arrow_buffer::ScalarBuffer;
use expr::{Compiled, Input, NodeKind};
use types::NO_NUMBER;

use super::RowsReader;
use crate::rows::Run;
use crate::scene::PlaceScene;

impl<'a> RowsReader<'_, 'a> {
    /// The numbers of the subjects that the rows of `run` name, where `argument` is a link or its key column.
    pub(super) fn named(&self, argument: &Compiled, run: &Run) -> Option<ScalarBuffer<u32>> {
        let (link, is_key) = self.named_link(argument)?;
        let numbers = self.rows.parts[run.part].linked.links.get(link)?.slice(run.rows.start as usize, run.len());
        Some(match self.stands_for(link, is_key)? {
            Some(stands) => numbers.iter().map(|number| stands(*number)).collect(),
            None => numbers,
        })
    }

    /// The same of `rows`.
    pub(super) fn named_in(&self, argument: &Compiled, rows: &[u32]) -> Option<Vec<u32>> {
        let (link, is_key) = self.named_link(argument)?;
        let stands = self.stands_for(link, is_key)?;
        let numbers: Vec<Option<&ScalarBuffer<u32>>> =
            self.rows.parts.iter().map(|part| part.linked.links.get(link)).collect();
        let number = |row: &u32| {
            let (part, row) = self.rows.locate(*row);
            numbers[part].map(|numbers| numbers[row as usize])
        };
        rows.iter()
            .map(|row| number(row).map(|number| stands.as_ref().map_or(number, |stands| stands(number))))
            .collect()
    }

    /// The link that `argument` is, or whose key column it is (`true`).
    fn named_link(&self, argument: &Compiled) -> Option<(&'a str, bool)> {
        let NodeKind::Input(input) = &argument.root.kind else { return None };
        let Input::Name { prefix: None, name } = &argument.inputs[*input] else { return None };
        let feed = self.rows.feed;
        let mut links = feed.links.iter();
        match feed.columns.contains_key(name) {
            true => links.find(|(_, column)| *column == name).map(|(link, _)| (link.as_str(), true)),
            false => links.find(|(link, _)| *link == name).map(|(link, _)| (link.as_str(), false)),
        }
    }

    /// What a number of `link` counts as; `None` for itself. A key column counts keys as they are written, a link the subjects they
    /// stand for at K.
    #[expect(clippy::type_complexity, reason = "a function, where one is needed")]
    fn stands_for(&self, link: &str, is_key: bool) -> Option<Option<impl Fn(u32) -> u32>> {
        let scene = &*self.columns.scene;
        let canonical = &scene.subjects(link).ok()?.canonical;
        let places = scene.programme.level(link).and_then(|_| scene.places().ok());
        if is_key || (canonical.is_identity() && places.is_none()) {
            return Some(None);
        }
        Some(Some(move |number: u32| match number {
            NO_NUMBER => NO_NUMBER,
            number => stand_in(places, canonical.of(number)),
        }))
    }
}

/// The number that a link counts as: that of the place which followed a retired one.
pub(super) fn stand_in(places: Option<&PlaceScene>, number: u32) -> u32 {
    match places.map_or(NO_NUMBER, |places| places.current(number)) {
        NO_NUMBER => number,
        current => current,
    }
}
