//! Expressions: from the text in a file to the checked tree, or findings at the exact characters.

use expr::{AggregateCall, Ast, Compiled, Formula, Problem, ProblemKind};
use types::Type;

use super::scope::{Ground, Sight};
use crate::check;
use crate::code;
use crate::finding::Findings;
use crate::raw::Expression;

/// An expression of type `wanted`, if one is.
pub(crate) fn value(
    expression: &Expression,
    sight: &Sight<'_>,
    wanted: Option<Type>,
    findings: &mut Findings,
) -> Option<Compiled> {
    let compiled = compile(expression, sight, findings, |ast, sight| expr::check(ast, sight, wanted))?;
    check::foreign_names(expression, &compiled, 0, sight, findings);
    Some(compiled)
}

/// A condition of a model. `given` holds wherever this one is asked: what it says of absence needs no saying again.
pub(crate) fn condition(
    expression: &Expression,
    given: Option<&Formula>,
    sight: &Sight<'_>,
    findings: &mut Findings,
) -> Option<Formula> {
    let formula = compile(expression, sight, findings, |ast, sight| expr::check_condition_given(ast, sight, given))?;
    check::foreign_names(expression, &formula.compiled, 0, sight, findings);
    Some(formula)
}

/// An aggregate.
pub(crate) fn aggregate(expression: &Expression, sight: &Sight<'_>, findings: &mut Findings) -> Option<AggregateCall> {
    let aggregate = compile(expression, sight, findings, |ast, sight| expr::check_aggregate(ast, sight))?;
    if let Some(argument) = &aggregate.argument {
        // Nothing but a parenthesis follows the argument.
        let offset = aggregate.text.rfind(&argument.text).unwrap_or_default();
        check::foreign_names(expression, argument, offset, sight, findings);
    }
    Some(aggregate)
}

fn compile<T>(
    expression: &Expression,
    sight: &Sight<'_>,
    findings: &mut Findings,
    check: impl FnOnce(&Ast, &Sight<'_>) -> Result<T, Vec<Problem>>,
) -> Option<T> {
    let text = expression.text.trim_end();
    let problems = match expr::parse(text) {
        Ok(ast) => match check(&ast, sight) {
            // Types that stand in for unknown ones prove nothing.
            Ok(checked) => return (!sight.seen.broken.get()).then_some(checked),
            Err(problems) => problems,
        },
        Err(problems) => problems,
    };
    for problem in problems {
        if sight.seen.broken.get() && !is_sure(problem.kind) {
            continue;
        }
        let place = expression.place(problem.span, findings);
        let named = text.get(problem.span.start..problem.span.end).unwrap_or_default();
        findings
            .error(code_of(problem.kind, named, sight), place, problem.message.zh, problem.message.en)
            .hint_text(problem.hint);
    }
    None
}

/// Whether the problem stands whatever the types are.
fn is_sure(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::Syntax
            | ProblemKind::NotSupported
            | ProblemKind::UnknownName
            | ProblemKind::UnknownParameter
            | ProblemKind::UnknownFunction
            | ProblemKind::UnknownFeed
    )
}

/// `named`: the text at fault.
fn code_of(kind: ProblemKind, named: &str, sight: &Sight<'_>) -> &'static str {
    let on_a_row = matches!(sight.ground, Ground::Row(_) | Ground::Rows { .. });
    match kind {
        ProblemKind::UnknownName if on_a_row && (!named.contains('.') || named.starts_with("other.")) => {
            code::UNKNOWN_COLUMN
        }
        ProblemKind::Syntax => code::SYNTAX,
        ProblemKind::NotSupported => code::NOT_SUPPORTED,
        ProblemKind::UnknownName => code::UNKNOWN_FEATURE,
        ProblemKind::UnknownParameter => code::UNKNOWN_PARAMETER,
        ProblemKind::UnknownFunction => code::UNKNOWN_FUNCTION,
        ProblemKind::UnknownFeed => code::UNKNOWN_FEED,
        ProblemKind::TypeMismatch => code::TYPE_MISMATCH,
        ProblemKind::UnitMismatch => code::UNIT_MISMATCH,
        ProblemKind::GrainMismatch => code::GRAIN_MISMATCH,
        ProblemKind::MaybeAbsent => code::MAYBE_ABSENT,
        ProblemKind::NeverTrue => code::NEVER_TRUE,
        ProblemKind::Aggregate => code::AGGREGATE,
        ProblemKind::Lookup => code::LOOKUP,
    }
}
