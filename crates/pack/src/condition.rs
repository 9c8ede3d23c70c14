//! A condition that stands in no pack, checked against a programme as the packs' own conditions are.

use expr::Formula;

use crate::check;
use crate::finding::{Finding, Findings, Place, Sources};
use crate::meaning::expression;
use crate::meaning::scope::{Ground, Seen, Sight};
use crate::meaning::world::World;
use crate::programme::Programme;
use crate::raw::Expression;
use crate::raw::yaml::Style;

/// What came of reading a condition.
#[derive(Clone, Debug)]
pub struct CheckedCondition {
    /// The condition; `None` when any finding is an error.
    pub formula: Option<Formula>,
    /// Everything that is wrong, or worth a look, by place.
    pub findings: Vec<Finding>,
    /// The text that findings point into.
    pub sources: Sources,
}

/// Checks `text`, a condition over subjects of `kind`, one of `programme`'s. Findings call it `name`. `given` holds wherever the
/// condition is asked, as a model's population does: what it says of absence needs no saying again.
#[must_use]
pub fn condition(
    programme: &Programme,
    kind: &str,
    given: Option<&Formula>,
    name: &str,
    text: &str,
) -> CheckedCondition {
    let mut findings = Findings::default();
    let file = findings.file(name.to_owned(), text.to_owned());
    let written =
        Expression { text: text.to_owned(), style: Style::Plain, at: Place { file, start: 0, end: text.len() } };
    let world = World::checked(programme);
    let seen = Seen::default();
    let sight = Sight { world: &world, ground: Ground::Subject(kind), seen: &seen };
    let formula = expression::condition(&written, given, &sight, &mut findings);
    if let Some(formula) = &formula {
        check::implied(&written, formula, &mut findings);
    }
    let formula = formula.filter(|_| !findings.has_errors());
    let (findings, sources) = findings.finish();
    CheckedCondition { formula, findings, sources }
}
