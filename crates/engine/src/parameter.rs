//! Parameters at every subject's place (semantics section 6).

use std::collections::HashMap;

use arrow_buffer::BooleanBuffer;
use types::{NO_NUMBER, Reason, ReasonLine, Value};

use crate::by_number::ByNumber;
use crate::scene::{Scene, missing};
use crate::vector::Operand;
use crate::{Fault, bitmap};

/// A parameter as the subjects of one kind see it.
#[derive(Clone, Debug)]
pub struct ParameterColumn {
    /// Its value for every subject.
    pub operand: Operand,
    /// Where there is none, and why.
    pub lacks: Vec<(ReasonLine, BooleanBuffer)>,
}

impl ParameterColumn {
    /// The same with `line` as its value wherever there is a place.
    pub fn with_line(&self, line: &Value) -> Self {
        let mut lacks = self.lacks.clone();
        lacks.retain(|(reason, _)| reason.reason == Reason::NotLinked);
        Self { operand: Operand::Constant(line.clone()), lacks }
    }
}

/// The value of parameter `name` for each of `places` (place numbers); `at` A, as known by K.
///
/// The nearest place upwards that has a value in force wins. For who has no place, what holds wherever one can live: the value that
/// all places with none below them share.
pub fn at_places(scene: &Scene<'_>, name: &str, places: &[u32]) -> Result<ParameterColumn, Fault> {
    let parameter = scene.programme.parameters.get(name).ok_or_else(|| missing(name))?;
    let question = scene.question;
    let values = || parameter.values.iter().filter(|value| value.in_force(question.as_of, question.known_by));
    let mut in_force: HashMap<&str, Option<&Value>> =
        values().map(|value| (value.place.as_str(), Some(&value.value))).collect();
    // What a retired place decided holds in its successor until that decides for itself. Two that disagree decide nothing.
    let mut inherited: HashMap<&str, Option<&Value>> = HashMap::new();
    for value in values() {
        if let Some(successor) = scene.places().ok().and_then(|places| places.successor_of(&value.place)) {
            let known = inherited.entry(successor).or_insert(Some(&value.value));
            *known = known.filter(|known| **known == value.value);
        }
    }
    for (place, value) in inherited {
        in_force.entry(place).or_insert(value);
    }
    let mut distinct: Vec<Value> = Vec::new();
    let mut by_place: ByNumber<Option<u32>> = ByNumber::new();
    let mut choice = Vec::with_capacity(places.len());
    for place in places {
        let known = by_place.of(*place);
        let chosen = match *known {
            Some(chosen) => chosen,
            None => {
                let at = |place: u32| -> Result<Option<&Value>, Fault> {
                    let chain = scene.places()?.chain(place);
                    Ok(chain.iter().find_map(|code| in_force.get(code.as_str()).copied()).flatten())
                };
                let value = if *place == NO_NUMBER { shared(scene, &at)? } else { at(*place)? };
                let chosen = value.map_or(NO_NUMBER, |value| {
                    let position = distinct.iter().position(|known| known == value).unwrap_or_else(|| {
                        distinct.push(value.clone());
                        distinct.len() - 1
                    });
                    u32::try_from(position).unwrap_or(NO_NUMBER)
                });
                *known.insert(chosen)
            }
        };
        choice.push(chosen);
    }
    let mut lacks = Vec::new();
    let unlinked =
        BooleanBuffer::collect_bool(places.len(), |index| places[index] == NO_NUMBER && choice[index] == NO_NUMBER);
    if bitmap::any(&unlinked) {
        lacks.push((ReasonLine { reason: Reason::NotLinked, about: format!(":{name}") }, unlinked));
    }
    let without =
        BooleanBuffer::collect_bool(places.len(), |index| places[index] != NO_NUMBER && choice[index] == NO_NUMBER);
    if bitmap::any(&without) {
        lacks.push((ReasonLine { reason: Reason::ParameterMissing, about: format!(":{name}") }, without));
    }
    let operand = match distinct.as_slice() {
        [only] if lacks.is_empty() => Operand::Constant(only.clone()),
        _ => Operand::Choice(distinct.into(), choice.into()),
    };
    Ok(ParameterColumn { operand, lacks })
}

/// What `at` says of every place with none below it, where all say the same.
fn shared<'v>(
    scene: &Scene<'_>,
    at: &dyn Fn(u32) -> Result<Option<&'v Value>, Fault>,
) -> Result<Option<&'v Value>, Fault> {
    let mut found: Option<&Value> = None;
    for place in scene.places()?.lowest() {
        match (at(place)?, found) {
            (None, _) => return Ok(None),
            (Some(value), Some(known)) if value != known => return Ok(None),
            (value, _) => found = value,
        }
    }
    Ok(found)
}
