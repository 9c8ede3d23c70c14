//! JW0409: tests take parameters at the pack's test date and place; there has to be a value.

use expr::Span;

use crate::code;
use crate::finding::{Findings, Place};
use crate::meaning::model::Reads;
use crate::meaning::world::World;
use crate::raw::{Expression, RawModel, RawTest};
use types::Answer;

pub(crate) fn test_values(raw: &RawModel, reads: &Reads, world: &World, findings: &mut Findings) {
    let Some(pack) = world.programme.packs.get(raw.pack).filter(|pack| !pack.test_place.is_empty()) else { return };
    for name in reads.all() {
        let Some(parameter) = name.strip_prefix(':') else { continue };
        let Some(parameter) = world.programme.parameters.get(parameter) else { continue };
        if world.broken.parameter_values.contains(&parameter.name) {
            continue;
        }
        if !raw.tests.iter().any(|test| takes(test, name))
            || parameter.at(&pack.test_place, pack.test_as_of, pack.test_as_of).is_some()
        {
            continue;
        }
        let written = [&raw.when, &raw.population].into_iter().flatten();
        let levels = raw.severity.iter().filter_map(|level| level.when.as_ref());
        let at = written.chain(levels).find_map(|expression| place(expression, name, findings)).unwrap_or(raw.at);
        findings
            .error(
                code::NO_TEST_VALUE,
                at,
                format!("参数 `{name}` 在测试地区 `{}`、测试日期 {} 没有值", pack.test_place, pack.test_as_of),
                format!(
                    "parameter `{name}` has no value at the test place `{}` on {}",
                    pack.test_place, pack.test_as_of
                ),
            )
            .hint(
                format!("补上取值，或在测试的 `given` 中写 `'{name}'`"),
                format!("add a value, or give `'{name}'` in the tests"),
            );
    }
}

/// Whether the test would look the parameter up.
fn takes(test: &RawTest, name: &str) -> bool {
    let outside = test.expect.as_ref().is_some_and(|expect| expect.answer == Some(Answer::Outside));
    !outside && !test.given.iter().any(|(given, _)| given.value == name)
}

fn place(expression: &Expression, name: &str, findings: &Findings) -> Option<Place> {
    let ends = |end: usize| !expression.text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let (start, _) = expression.text.match_indices(name).find(|(start, _)| ends(start + name.len()))?;
    Some(expression.place(Span { start, end: start + name.len() }, findings))
}
