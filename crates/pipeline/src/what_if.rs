//! What if a line moved: who would enter and leave, where, and how many conversations that would be.

use std::collections::BTreeMap;

use arrow_buffer::BooleanBuffer;

use engine::{Counts, Group, Moves, Scene, Screen};
use pack::Programme;
use pack::programme::{Model, ModelKind, Reference};
use types::{Decimal, NO_NUMBER, Question};

use crate::change::{Change, ChangeRequest};
use crate::inquiry::known_model;
use crate::roster::{counts, page_of};
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
    /// At most so many keys of those who enter, and of those who leave: by place, then by key. `None`: all of them, by key.
    pub listed: Option<usize>,
    /// Codes of places: only who lives within one of them is listed, and counted in `own`. Everyone when `None`.
    pub within: Option<Vec<String>>,
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
    /// The same, of those who live where it was asked for.
    pub own: Moves,
    /// The same by place; `None` where the packs know no places.
    pub by_place: Option<ByPlace>,
    /// The same by a value, where one was named.
    pub by_value: Option<ByValue>,
    /// What the new hits ask for; `None` for models whose hits are never visited.
    pub visits: Option<Visits>,
    /// Keys of who enters, as far as they are listed.
    pub enter: Vec<String>,
    /// Keys of who leaves, as far as they are listed.
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
        let asked = Asked::read(self.programme(), model, request, self.question())?;
        let scene = Scene::new(self.programme(), self.tables(), self.question())?;
        let level = level::chosen(&scene, Some(&model.subject), request.level.as_deref())?;
        let screen = engine::screen(&scene, request.threads, |candidate| candidate.id == model.id)?;
        tried(&screen, asked, level, request)
    }
}

/// What is tried, as understood.
struct Asked {
    change: Change,
    /// What hits are told apart by.
    by: Option<Reference>,
}

impl Asked {
    fn read(programme: &Programme, model: &Model, request: &WhatIfRequest, question: Question) -> Result<Self, Error> {
        let change = Change::read(programme, model, &request.change, question)?;
        let by = match &request.by {
            Some(by) => Some(value_named(programme, &model.subject, by)?),
            None => None,
        };
        Ok(Self { change, by })
    }
}

/// What a person calls `by`, for subjects of `kind`: their own value of that name, or that of the nearest kind above.
fn value_named(programme: &Programme, kind: &str, by: &str) -> Result<Reference, Error> {
    let found = match by.split_once('.') {
        Some((prefix, name)) if prefix == kind => programme.resolve(kind, None, name),
        Some((prefix, name)) => programme.resolve(kind, Some(prefix), name),
        None => programme
            .resolve(kind, None, by)
            .or_else(|| programme.kinds_above(kind).iter().find_map(|above| programme.resolve(kind, Some(above), by))),
    };
    found.ok_or_else(|| {
        Error::refused(
            "unknown-value",
            format!("`{kind}` 没有属性或特征 `{by}`"),
            format!("`{kind}` has no attribute or feature `{by}`"),
        )
    })
}

/// What `request` would change in what `screen`, of every model, says.
pub(crate) fn tried_on(screen: &Screen<'_>, request: &WhatIfRequest) -> Result<WhatIfAnswer, Error> {
    let scene = screen.scene();
    let model = known_model(scene.programme, &request.model)?;
    let asked = Asked::read(scene.programme, model, request, scene.question)?;
    let level = level::chosen(scene, Some(&model.subject), request.level.as_deref())?;
    tried(screen, asked, level, request)
}

/// What `asked` would do to what `screen` says.
fn tried(
    screen: &Screen<'_>,
    asked: Asked,
    level: Option<String>,
    request: &WhatIfRequest,
) -> Result<WhatIfAnswer, Error> {
    let (change, reference) = (asked.change, asked.by);
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
    let [hits, _] = screen.hits_and_unsure(&model.id)?;
    let [would, _] = moved.would();
    let (entering, leaving) = (would & &!&hits, &hits & &!would);
    let count = |bits: &BooleanBuffer| bits.count_set_bits() as u64;
    let moves = Moves { stay: moved.before.hit - count(&leaving), enter: count(&entering), leave: count(&leaving) };
    let own = match &request.within {
        None => moves,
        Some(within) => {
            let here = screen.living(&model.subject, |code| holds(within, code))?;
            let counted = |bits: &BooleanBuffer| count(&(bits & &here));
            Moves { stay: counted(&(&hits & would)), enter: counted(&entering), leave: counted(&leaving) }
        }
    };
    let keys = |bits: &BooleanBuffer| -> Result<Vec<String>, Error> {
        let everywhere = [String::new()];
        let within = request.within.as_deref().unwrap_or(&everywhere);
        let wanted = request.listed.unwrap_or(usize::MAX);
        let page = page_of(screen, &model.subject, bits, |code| holds(within, code), None, wanted)?;
        let mut keys: Vec<String> = page.lines.into_iter().map(|(key, _)| key).collect();
        if request.listed.is_none() {
            keys.sort_unstable();
        }
        Ok(keys)
    };
    let (enter, leave) = (keys(&entering)?, keys(&leaving)?);
    let visits = match model.kind {
        ModelKind::Clue => Some(visits(screen, model, &entering, request.weeks)?),
        ModelKind::DataQuality => None,
    };
    Ok(WhatIfAnswer {
        before: moved.before,
        after: moved.after,
        moves,
        own,
        by_place,
        by_value,
        visits,
        enter,
        leave,
        change,
    })
}

/// Numbers in their own order, after them text, then nothing and unknown.
fn rank(group: &Group) -> (u8, i128) {
    let Group::Value(text) = group else { return (2, 0) };
    // Six digits tell values apart; beyond them the text decides.
    let number = Decimal::parse(text).and_then(|number| number.round(6)).and_then(|number| number.rescale(6));
    number.map_or((1, 0), |number| (0, number.mantissa))
}

/// Whether `code` lies within one of `places`.
fn holds(places: &[String], code: &str) -> bool {
    places.iter().any(|place| code.starts_with(place.as_str()))
}

/// The conversations that the hits `enter` ask for.
fn visits(screen: &Screen<'_>, model: &Model, enter: &BooleanBuffer, weeks: u32) -> Result<Visits, Error> {
    let scene = screen.scene();
    let kind = model.opens.as_ref().map_or(&model.subject, |opens| &opens.subject);
    let opened_for = if *kind == model.subject { None } else { Some(scene.above(&model.subject, kind)?) };
    let place_of = screen.place_of(kind)?;
    let mut opened = vec![false; place_of.len()];
    let mut unlinked = 0;
    for number in enter.set_indices() {
        let own = u32::try_from(number).unwrap_or(NO_NUMBER);
        match opened_for.as_ref().map_or(own, |above| above[number]) {
            NO_NUMBER => unlinked += 1,
            opened_for => opened[opened_for as usize] = true,
        }
    }
    let visited = place_of.iter().zip(&opened).filter(|(_, opened)| **opened).map(|(home, _)| *home);
    let count = visited.clone().count() as u64;
    let homes: Vec<(u32, u64)> = counts(visited).collect();
    let level = level::narrowest(scene, &homes, count)?;
    let mut places: BTreeMap<String, u64> = BTreeMap::new();
    if let Some((level, position)) = level.as_deref().and_then(|level| Some((level, scene.programme.level(level)?))) {
        let nowhere = count - homes.iter().map(|(_, count)| count).sum::<u64>();
        let elsewhere = (nowhere > 0).then_some((NO_NUMBER, nowhere));
        for (home, count) in homes.into_iter().chain(elsewhere) {
            let place = scene.places()?.ancestor(home, position);
            let code = if place == NO_NUMBER { String::new() } else { scene.key(level, place)? };
            *places.entry(code).or_default() += count;
        }
    }
    Ok(Visits { kind: kind.clone(), count, unlinked, weeks, level, places })
}
