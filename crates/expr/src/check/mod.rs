//! Tree + scope -> typed expression, or every problem at once.

mod absent;
mod aggregate;
mod checker;
mod exists;
mod lookup;
mod never_true;
mod suggest;
pub(crate) mod typing;

use types::Type;

use crate::ast::Ast;
use crate::{Compiled, Formula, Problem, Scope};

pub use aggregate::check_aggregate;
use checker::Checker;

/// Resolves the names of `ast` in `scope` and types it; `expected` is the type it must have, where one is known (a bare literal
/// adapts to it).
///
/// # Errors
/// Every problem there is, in order of writing. [`crate::ProblemKind::MaybeAbsent`] and [`crate::ProblemKind::NeverTrue`] are
/// looked for by [`check_condition`] only.
pub fn check(ast: &Ast, scope: &dyn Scope, expected: Option<Type>) -> Result<Compiled, Vec<Problem>> {
    Checker::new(&ast.text, scope).whole(&ast.root, expected).map(|(compiled, _)| compiled)
}

/// [`check`] for a condition: of type bool, no comparison with a value that may be absent without `is not null` beside it, no
/// conjunction that can never be true.
///
/// # Errors
/// Every problem there is, in order of writing.
pub fn check_condition(ast: &Ast, scope: &dyn Scope) -> Result<Formula, Vec<Problem>> {
    check_condition_given(ast, scope, None)
}

/// [`check_condition`] where `given` is known to be true: what it says is not null counts as guarded (a model's `population` for
/// its `when`).
///
/// # Errors
/// Every problem there is, in order of writing.
pub fn check_condition_given(ast: &Ast, scope: &dyn Scope, given: Option<&Formula>) -> Result<Formula, Vec<Problem>> {
    let (compiled, absent) = Checker::new(&ast.text, scope).whole(&ast.root, Some(Type::Bool))?;
    let guarded = given.map(|formula| absent::present_when_true(&formula.compiled, &compiled)).unwrap_or_default();
    let mut problems = absent::problems(&compiled, &absent, &guarded);
    problems.extend(never_true::problems(&compiled));
    if problems.is_empty() {
        return Ok(Formula::new(compiled));
    }
    sort(&mut problems);
    Err(problems)
}

fn sort(problems: &mut Vec<Problem>) {
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end, problem.kind));
    problems.dedup();
}
