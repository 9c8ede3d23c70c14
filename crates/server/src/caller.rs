//! Who asks: someone signed in, with roles at places.

use casework::case::Doer;
use pack::Programme;
use store::{Person, Scope};

/// Someone signed in.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) person: Person,
    pub(crate) csrf: String,
    /// Hash of the token of the session.
    pub(crate) token: String,
}

impl Caller {
    /// Whether a role of theirs opens the area of work `area`.
    pub(crate) fn may(&self, programme: &Programme, area: &str) -> bool {
        self.grants(programme, area).next().is_some()
    }

    /// Where their roles open `area`.
    pub(crate) fn scope(&self, programme: &Programme, area: &str) -> Scope {
        Scope { places: self.grants(programme, area).map(|(_, place)| place.clone()).collect() }
    }

    /// Their roles that open `area`, each with its place.
    pub(crate) fn roles_for(&self, programme: &Programme, area: &str) -> Vec<(String, String)> {
        self.grants(programme, area).cloned().collect()
    }

    /// As whom they act at `place`.
    pub(crate) fn doer(&self, place: &str) -> Doer {
        let held = self.person.grants.iter().filter(|(_, at)| place.starts_with(at.as_str()));
        Doer { name: self.person.name.clone(), roles: held.map(|(role, _)| role.clone()).collect() }
    }

    /// Their roles, wherever they hold.
    pub(crate) fn roles(&self) -> Vec<String> {
        self.person.grants.iter().map(|(role, _)| role.clone()).collect()
    }

    fn grants<'c>(&'c self, programme: &'c Programme, area: &'c str) -> impl Iterator<Item = &'c (String, String)> {
        self.person.grants.iter().filter(move |(role, _)| {
            programme.roles.get(role).is_some_and(|role| role.may.iter().any(|may| may == area))
        })
    }
}
