//! What if a line moved: who would enter and leave, where, and how many conversations that would be.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Counts, Group, Moves, Scene, Screen};
use pack::programme::{Model, ModelKind, Reference};
use types::{Decimal, NO_NUMBER};

use crate::change::{Change, ChangeRequest};
use crate::{Error, Inquiry, level};

/// A change to try, and how its outcome is counted.
#[derive(Clone, Debug, Default)]
pub struct WhatIfRequest {
    /// Id of the model.
    pub model: String,
    /// What is tried.
    pub change: ChangeRequest,
    /// Attribute or feature (`name`, or `kind.name`) whose values hits are told apart by.
    pub by: Option<String>,
    /// Place level that hits are counted by; one is chosen when not given.
    pub level: Option<String>,
    /// Weeks within which the new hits are to be visited; at least 1.
    pub weeks: u32,
    /// Threads; the answer does not depend on how many.
    pub threads: usize,
}

/// What would be.
#[derive(Clone, Debug)]
pub struct WhatIfAnswer {
    /// The change, as understood.
    pub change: Change,
    /// Answers as they are.
    pub before: Counts,
    /// Answers as they would be.
    pub after: Counts,
    /// Hits that stay, come and go.
    pub moves: Moves,
    /// The same by place; `None` where the packs know no places.
    pub by_place: Option<ByPlace>,
    /// The same by a value, where one was named.
    pub by_value: Option<ByValue>,
    /// What the new hits ask for; `None` for models whose hits are never visited.
    pub visits: Option<Visits>,
    /// Keys of who enters, sorted.
    pub enter: Vec<String>,
    /// Keys of who leaves, sorted.
    pub leave: Vec<String>,
}

/// Hits by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByPlace {
    /// Level.
    pub level: String,
    /// By place code; the empty code for subjects without a place on that level.
    pub places: BTreeMap<String, Moves>,
}

/// Hits by the value of an attribute or feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByValue {
    /// What it is.
    pub reference: Reference,
    /// In order of the values: numbers as numbers, then nothing, then unknown.
    pub values: Vec<(Group, Moves)>,
}

/// The conversations that the new hits ask for: one for each subject that the model opens a case for, however many hits of its
/// members there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visits {
    /// Kind of subject that is visited.
    pub kind: String,
    /// All of them.
    pub count: u64,
    /// New hits that belong to nobody who could be visited.
    pub unlinked: u64,
    /// Weeks that they are spread over.
    pub weeks: u32,
    /// The narrowest level on which most of them live; `None` when there is none.
    pub level: Option<String>,
    /// By code of the place on that level, the empty code for those without.
    pub places: BTreeMap<String, u64>,
}

impl Inquiry {
    /// What `request` would change. Features are computed once for the answers as they are and as they would be.
    ///
    /// # Errors
    /// `unknown-model`, `unknown-level`, `unknown-value`, those of [`Change::read`], or a fault.
    pub fn what_if(&self, request: &WhatIfRequest) -> Result<WhatIfAnswer, Error> {
        let model = self.known_model(&request.model)?;
        let change = Change::read(self.programme(), model, &request.change, self.question())?;
        let reference = match &request.by {
            Some(by) => Some(self.value_named(&model.subject, by)?),
            None => None,
        };
        let scene = Scene::new(self.programme(), self.tables(), self.question())?;
        let level = level::chosen(&scene, Some(&model.subject), request.level.as_deref())?;
        let screen = engine::screen(&scene, request.threads, |candidate| candidate.id == model.id)?;
        tried(&scene, &screen, change, level, reference, request)
    }

    /// What a person calls `by`, for subjects of `kind`: their own value of that name, or that of the nearest kind above.
    ///
    /// # Errors
    /// `unknown-value`.
    pub fn value_named(&self, kind: &str, by: &str) -> Result<Reference, Error> {
        let programme = self.programme();
        let found = match by.split_once('.') {
            Some((prefix, name)) if prefix == kind => programme.resolve(kind, None, name),
            Some((prefix, name)) => programme.resolve(kind, Some(prefix), name),
            None => programme.resolve(kind, None, by).or_else(|| {
                programme.kinds_above(kind).iter().find_map(|above| programme.resolve(kind, Some(above), by))
            }),
        };
        found.ok_or_else(|| {
            Error::refused(
                "unknown-value",
                format!("`{kind}` 没有属性或特征 `{by}`"),
                format!("`{kind}` has no attribute or feature `{by}`"),
            )
        })
    }
}

/// What `change` would do to what `screen` says.
pub(crate) fn tried(
    scene: &Scene<'_>,
    screen: &Screen<'_, '_>,
    change: Change,
    level: Option<String>,
    reference: Option<Reference>,
    request: &WhatIfRequest,
) -> Result<WhatIfAnswer, Error> {
    let model = &change.model;
    let moved = screen.what_if(model, &change.values(), request.threads)?;
    let by_place = match level {
        Some(level) => Some(ByPlace { places: screen.moves_by_place(&moved, &level)?, level }),
        None => None,
    };
    let by_value = match reference {
        Some(reference) => {
            let prefix = Some(reference.kind.as_str()).filter(|kind| *kind != model.subject);
            let mut values: Vec<_> = screen.moves_by_value(&moved, prefix, &reference.name)?.into_iter().collect();
            values.sort_by_cached_key(|(group, _)| (rank(group), group.clone()));
            Some(ByValue { reference, values })
        }
        None => None,
    };
    let (enter, leave) = (screen.movers(&moved, true)?, screen.movers(&moved, false)?);
    let count = |keys: &[String]| keys.len() as u64;
    let moves = Moves { stay: moved.before.hit - count(&leave), enter: count(&enter), leave: count(&leave) };
    let visits = match model.kind {
        ModelKind::Clue => Some(visits(scene, model, &enter, request.weeks)?),
        ModelKind::DataQuality => None,
    };
    Ok(WhatIfAnswer {
        before: moved.before,
        after: moved.after,
        moves,
        by_place,
        by_value,
        visits,
        enter,
        leave,
        change,
    })
}

/// The level that hits of subjects of `kind` are counted by.
pub(crate) fn level_for(scene: &Scene<'_>, kind: &str, level: Option<&str>) -> Result<Option<String>, Error> {
    level::chosen(scene, Some(kind), level)
}

/// Numbers in their own order, after them text, then nothing and unknown.
fn rank(group: &Group) -> (u8, i128) {
    let Group::Value(text) = group else { return (2, 0) };
    // Six digits tell values apart; beyond them the text decides.
    let number = Decimal::parse(text).and_then(|number| number.round(6)).and_then(|number| number.rescale(6));
    number.map_or((1, 0), |number| (0, number.mantissa))
}

/// The conversations that the hits `enter` ask for.
fn visits(scene: &Scene<'_>, model: &Model, enter: &[String], weeks: u32) -> Result<Visits, Error> {
    let kind = model.opens.as_ref().map_or(&model.subject, |opens| &opens.subject);
    let opened_for = if *kind == model.subject { None } else { Some(scene.above(&model.subject, kind)?) };
    let mut opened: BTreeSet<u32> = BTreeSet::new();
    let mut unlinked = 0;
    for number in enter.iter().filter_map(|key| scene.number(&model.subject, key)) {
        match opened_for.as_ref().map_or(number, |above| above[number as usize]) {
            NO_NUMBER => unlinked += 1,
            opened_for => {
                opened.insert(opened_for);
            }
        }
    }
    let place_of = scene.place_of(kind)?;
    let homes: Vec<u32> = opened.iter().map(|number| place_of[*number as usize]).collect();
    let level = level::narrowest(scene, &homes)?;
    let mut places: BTreeMap<String, u64> = BTreeMap::new();
    if let Some((level, position)) = level.as_deref().and_then(|level| Some((level, scene.programme.level(level)?))) {
        for home in homes {
            let place = scene.places()?.ancestor(home, position);
            let code = if place == NO_NUMBER { String::new() } else { scene.key(level, place)? };
            *places.entry(code).or_default() += 1;
        }
    }
    Ok(Visits { kind: kind.clone(), count: opened.len() as u64, unlinked, weeks, level, places })
}
