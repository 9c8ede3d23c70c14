//! The value of a feature: exactly one aggregate, at the top.

use types::Type;

use super::checker::Checker;
use super::typing::Mismatch;
use super::{sort, suggest};
use crate::ast::{Ast, AstKind, Call};
use crate::{AggregateCall, AggregateFunction, Compiled, Problem, ProblemKind, Scope, Span};

/// Checks `sum(x)`, `count(*)`, `count(distinct x)`, `last(x)` …
///
/// # Errors
/// Every problem there is, in order of writing.
pub fn check_aggregate(ast: &Ast, scope: &dyn Scope) -> Result<AggregateCall, Vec<Problem>> {
    let AstKind::Call(call) = &ast.root.kind else { return Err(vec![no_aggregate(ast.root.span)]) };
    let Some(function) = AggregateFunction::parse(&call.name) else {
        let aggregates = AggregateFunction::ALL.into_iter().map(|(_, word)| word.to_owned());
        let problem = no_aggregate(call.name_span);
        return Err(vec![match suggest::hint(&call.name, aggregates) {
            Some(hint) => problem.with_hint_text(Some(hint)),
            None => problem,
        }]);
    };
    let mut problems = Vec::new();
    if call.distinct && function != AggregateFunction::Count {
        let (zh, en) = ("`distinct` 只用于 `count`", "`distinct` belongs to `count`");
        problems.push(Problem::new(ProblemKind::Aggregate, call.name_span, zh, en));
    }
    let argument = argument(ast, call, function, scope, &mut problems);
    let ty = match &argument {
        Some(compiled) => match result(function, compiled.root.ty) {
            Ok(ty) => ty,
            Err(Mismatch { kind, message, hint, .. }) => {
                problems.push(Problem { kind, span: call.arguments[0].span, message, hint });
                Type::INTEGER
            }
        },
        None => Type::INTEGER,
    };
    if problems.is_empty() {
        return Ok(AggregateCall { text: ast.text.clone(), function, distinct: call.distinct, argument, ty });
    }
    sort(&mut problems);
    Err(problems)
}

fn argument(
    ast: &Ast,
    call: &Call,
    function: AggregateFunction,
    scope: &dyn Scope,
    problems: &mut Vec<Problem>,
) -> Option<Compiled> {
    match call.arguments.as_slice() {
        [] if call.star && function == AggregateFunction::Count && !call.distinct => None,
        [argument] => {
            let (compiled, found) = Checker::new(&ast.text, scope).part(argument, None);
            problems.extend(found);
            compiled
        }
        _ => {
            let name = &call.name;
            let (zh, en) = (format!("`{name}` 需要一个参数"), format!("`{name}` takes one argument"));
            problems.push(Problem::new(ProblemKind::Aggregate, call.name_span, zh, en));
            None
        }
    }
}

fn no_aggregate(span: Span) -> Problem {
    Problem::new(ProblemKind::Aggregate, span, "此处应是一个汇总", "an aggregate must stand here").with_hint(
        "写作 `sum(x)`、`count(*)`、`count(distinct x)`、`min(x)`、`last(x)` 等",
        "write `sum(x)`, `count(*)`, `count(distinct x)`, `min(x)`, `last(x)` …",
    )
}

/// The type of the result, from that of the argument.
fn result(function: AggregateFunction, argument: Type) -> Result<Type, Mismatch> {
    let wrong = |zh, en| Err(Mismatch::argument(0, argument, zh, en));
    match (function, argument) {
        (AggregateFunction::Count, _) => Ok(Type::INTEGER),
        // Sums of floats would depend on the order of rows.
        (AggregateFunction::Sum, Type::Number { .. }) => Ok(argument),
        (AggregateFunction::Sum, _) => wrong("精确的数值", "an exact number"),
        (AggregateFunction::Avg, Type::Number { unit, .. }) => Ok(Type::Real { unit }),
        (AggregateFunction::Avg, _) => wrong("精确的数值", "an exact number"),
        (AggregateFunction::Min | AggregateFunction::Max, Type::Bool | Type::Period) => {
            wrong("可以排序的值", "values with an order")
        }
        (AggregateFunction::Any | AggregateFunction::All, Type::Bool) => Ok(Type::Bool),
        (AggregateFunction::Any | AggregateFunction::All, _) => wrong("真假值", "bool"),
        (AggregateFunction::Min | AggregateFunction::Max | AggregateFunction::First | AggregateFunction::Last, _) => {
            Ok(argument)
        }
    }
}
