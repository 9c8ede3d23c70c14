//! One subject looked at: where it is, what it belongs to, who belongs to it, any value by the name a pack calls it.

use types::{NO_NUMBER, SubjectRef, ValueLine};

use crate::scene::missing;
use crate::{Fault, Screen};

impl Screen<'_> {
    /// Keys of the subjects of `kind` at A, sorted.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn keys(&self, kind: &str) -> Result<Vec<String>, Fault> {
        let scene = &*self.columns.scene;
        let members = scene.members(kind)?;
        let identities = &scene.subjects(kind)?.identities;
        let key = |number: usize| identities.key(u32::try_from(number).unwrap_or(NO_NUMBER)).to_string();
        let mut keys: Vec<String> = members.set_indices().map(key).collect();
        keys.sort_unstable();
        Ok(keys)
    }

    /// Whether `key` is a subject of `kind` at A.
    #[must_use]
    pub fn is_subject(&self, kind: &str, key: &str) -> bool {
        let scene = &*self.columns.scene;
        let members = scene.members(kind).ok();
        scene.number(kind, key).zip(members).is_some_and(|(number, members)| members.value(number as usize))
    }

    /// Place code of a subject at A; `None` where it has none.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn place(&self, kind: &str, key: &str) -> Result<Option<String>, Fault> {
        let scene = &*self.columns.scene;
        let Some(number) = scene.number(kind, key) else { return Ok(None) };
        let places = self.columns.place_of(kind)?;
        match places.get(number as usize) {
            None | Some(&NO_NUMBER) => Ok(None),
            Some(place) => Ok(scene.places()?.chain(*place).into_iter().next()),
        }
    }

    /// Place codes of the subjects `keys` of `kind` at A, in their order.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn places_of(&self, kind: &str, keys: &[String]) -> Result<Vec<Option<String>>, Fault> {
        let scene = &*self.columns.scene;
        let places = self.columns.place_of(kind)?;
        let tree = scene.places()?;
        let mut codes: std::collections::HashMap<u32, Option<String>> = std::collections::HashMap::new();
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let place = scene.number(kind, key).and_then(|number| places.get(number as usize).copied());
            let place = place.unwrap_or(NO_NUMBER);
            let code = codes.entry(place).or_insert_with(|| match place {
                NO_NUMBER => None,
                place => tree.chain(place).into_iter().next(),
            });
            found.push(code.clone());
        }
        Ok(found)
    }

    /// The code of the place above `code`.
    ///
    /// # Errors
    /// When there are no places.
    pub fn place_above(&self, code: &str) -> Result<Option<String>, Fault> {
        let places = self.columns.scene.places()?;
        match places.find(code) {
            NO_NUMBER => Ok(None),
            number => Ok(places.chain(number).into_iter().nth(1)),
        }
    }

    /// What a subject belongs to at A.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn belongs_to(&self, kind: &str, key: &str) -> Result<Option<SubjectRef>, Fault> {
        let scene = &*self.columns.scene;
        let Some(above) =
            scene.programme.kinds_above(kind).into_iter().find(|above| scene.programme.level(above).is_none())
        else {
            return Ok(None);
        };
        let Some(number) = scene.number(kind, key) else { return Ok(None) };
        match scene.above(kind, &above)?.get(number as usize) {
            None | Some(&NO_NUMBER) => Ok(None),
            Some(group) => Ok(Some(SubjectRef { key: scene.key(&above, *group)?, kind: above })),
        }
    }

    /// Who of `kind` belongs to the subject `key` of `above` at A, by key.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn members_of(&self, above: &str, key: &str, kind: &str) -> Result<Vec<SubjectRef>, Fault> {
        let scene = &*self.columns.scene;
        let Some(group) = scene.number(above, key) else { return Ok(Vec::new()) };
        let members = scene.members(kind)?;
        let mut found = Vec::new();
        for (number, of) in scene.above(kind, above)?.iter().enumerate() {
            if *of == group && members.value(number) {
                let number = u32::try_from(number).map_err(|_| missing(kind))?;
                found.push(SubjectRef { kind: kind.to_owned(), key: scene.key(kind, number)? });
            }
        }
        found.sort();
        Ok(found)
    }

    /// A value by the name a pack calls it where subjects of `kind` are looked at: `x`, `above.x`, `:line`.
    ///
    /// # Errors
    /// When there is no such value.
    pub fn named(&self, kind: &str, name: &str, key: &str) -> Result<Option<ValueLine>, Fault> {
        let Some(number) = self.columns.scene.number(kind, key) else { return Ok(None) };
        if !self.is_subject(kind, key) {
            return Ok(None);
        }
        if let Some(parameter) = name.strip_prefix(':') {
            return self.parameter_line(kind, parameter, number).map(Some);
        }
        let (prefix, own) = name.split_once('.').map_or((None, name), |(prefix, own)| (Some(prefix), own));
        self.value_line(kind, prefix, own, number).map(Some)
    }
}
