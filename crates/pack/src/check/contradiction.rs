//! JW0307, JW0511: conditions that must hold together and cannot: also across `population`, `when` and the levels, and through the
//! parameters in force at the test place and date.

use expr::{Compiled, Formula, FormulaNode, Input};
use types::Value;

use super::implied::implied_by;
use super::lines::{Constants, Known, Line, is_empty};
use crate::code;
use crate::finding::Findings;
use crate::meaning::world::World;
use crate::raw::Expression;

/// One condition with its text.
pub(crate) type Part<'p> = (&'p Expression, &'p Formula);

/// The conditions of one model of `pack`.
pub(crate) fn contradictions(
    pack: usize,
    population: Option<Part<'_>>,
    when: Part<'_>,
    levels: &[Part<'_>],
    world: &World,
    findings: &mut Findings,
) {
    let constants = |input: &Input| in_force(input, pack, world);
    let mut search = Search { constants: &constants, findings };
    let given = population.map(|part| search.whole(part, &[])).unwrap_or_default();
    let (asked, _) = Line::all(&when.1.root, when.0, when.1, &constants);
    implied_by(&given, &asked, search.findings);
    let given = search.whole(when, &given);
    for level in levels {
        search.whole(*level, &given);
    }
}

/// The filter of a feature of `pack`.
pub(crate) fn filter_contradictions(
    pack: usize,
    written: &Expression,
    filter: &Compiled,
    world: &World,
    findings: &mut Findings,
) {
    let constants = |input: &Input| in_force(input, pack, world);
    let formula = Formula::new(filter.clone());
    Search { constants: &constants, findings }.whole((written, &formula), &[]);
}

/// A parameter's value, and A, at the test place and date of `pack`.
fn in_force(input: &Input, pack: usize, world: &World) -> Option<Value> {
    let pack = world.programme.packs.get(pack).filter(|pack| !pack.test_place.is_empty())?;
    match input {
        Input::AsOf => Some(Value::Day(pack.test_as_of)),
        Input::Parameter(name) => {
            let parameter = world.programme.parameters.get(name)?;
            parameter.at(&pack.test_place, pack.test_as_of, pack.test_as_of).map(|value| value.value.clone())
        }
        Input::Name { .. } | Input::Exists(_) => None,
    }
}

struct Search<'s> {
    constants: Constants<'s>,
    findings: &'s mut Findings,
}

impl Search<'_> {
    /// Looks through a condition that is asked where `given` holds; what holds where it does.
    fn whole<'p>(&mut self, (written, formula): Part<'p>, given: &[Line<'p>]) -> Vec<Line<'p>> {
        self.conjunction(&formula.root, (written, formula), given)
    }

    fn conjunction<'p>(&mut self, node: &FormulaNode, part: Part<'p>, given: &[Line<'p>]) -> Vec<Line<'p>> {
        let (lines, alternatives) = Line::all(node, part.0, part.1, self.constants);
        let mut holds = given.to_vec();
        for line in lines {
            self.add(&line, &holds);
            holds.push(line);
        }
        for alternative in alternatives.into_iter().flatten() {
            self.conjunction(alternative, part, &holds);
        }
        holds
    }

    /// A finding where `line` cannot hold beside `others`.
    fn add(&mut self, line: &Line<'_>, others: &[Line<'_>]) {
        let others: Vec<&Line<'_>> = others.iter().filter(|other| other.is_about(line)).collect();
        let all: Vec<&Line<'_>> = others.iter().copied().chain([line]).collect();
        let is_new = |known: Known| is_empty(&all, known) && !is_empty(&others, known);
        let known = if is_new(Known::Fixed) {
            Known::Fixed
        } else if is_new(Known::InForce) && !is_empty(&others, Known::Fixed) {
            Known::InForce
        } else {
            return;
        };
        // Only those without which it could hold.
        let mut blamed = others.clone();
        for other in &others {
            let rest: Vec<&Line<'_>> = blamed.iter().copied().filter(|kept| !std::ptr::eq(*kept, *other)).collect();
            let with_line: Vec<&Line<'_>> = rest.iter().copied().chain([line]).collect();
            if is_empty(&with_line, known) {
                blamed = rest;
            }
        }
        let texts: Vec<String> = blamed.iter().map(|other| format!("`{}`", other.text())).collect();
        let (zh, en) = (texts.join("、"), texts.join(", "));
        let (at, text) = (line.place(self.findings), line.text());
        let places: Vec<_> = blamed.iter().map(|other| other.place(self.findings)).collect();
        let draft = match known {
            Known::Fixed => self.findings.error(
                code::NEVER_TRUE,
                at,
                format!("`{text}` 与 {zh} 不可能同时成立"),
                format!("`{text}` and {en} can never be true together"),
            ),
            Known::InForce => self
                .findings
                .warning(
                    code::NEVER_TRUE_IN_FORCE,
                    at,
                    format!("按测试地区和日期的参数，`{text}` 与 {zh} 不可能同时成立"),
                    format!(
                        "with the parameters of the test place and date, `{text}` and {en} can never be true together"
                    ),
                )
                .hint(
                    "核对参数的取值和比较的方向",
                    "look at the values of the parameters, and which way they are compared",
                ),
        };
        for place in places {
            draft.related(place, "另一个条件", "the other condition");
        }
    }
}
