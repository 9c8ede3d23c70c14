//! The grammar is a subset of `sqlparser`'s, groups in the same way, and no text makes it panic.

use proptest::prelude::*;
use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::parse;
use crate::ast::{AstKind, AstNode};

/// The tree with every group in parentheses.
fn ours(node: &AstNode, text: &str) -> String {
    let of = |node: &AstNode| ours(node, text);
    let not = |negated: bool| if negated { " not" } else { "" };
    let chain = |parts: &[AstNode], word: &str| {
        parts.iter().map(of).reduce(|left, right| format!("({left} {word} {right})")).unwrap_or_default()
    };
    match &node.kind {
        AstKind::Not(inner) => format!("(not {})", of(inner)),
        AstKind::And(parts) => chain(parts, "and"),
        AstKind::Or(parts) => chain(parts, "or"),
        AstKind::Compare(comparison, left, right) => format!("({} {} {})", of(left), comparison.symbol(), of(right)),
        AstKind::Arithmetic(operator, left, right) => format!("({} {} {})", of(left), operator.symbol(), of(right)),
        AstKind::Negate(inner) => format!("(- {})", of(inner)),
        AstKind::IsNull { operand, negated } => format!("({} is{} null)", of(operand), not(*negated)),
        AstKind::IsBool { operand, value, negated } => format!("({} is{} {value})", of(operand), not(*negated)),
        AstKind::In { needle, list, negated } => {
            let list: Vec<_> = list.iter().map(of).collect();
            format!("({}{} in {})", of(needle), not(*negated), list.join(","))
        }
        AstKind::Between { operand, low, high, negated } => {
            format!("({}{} between {} and {})", of(operand), not(*negated), of(low), of(high))
        }
        AstKind::Like { operand, pattern, negated } => {
            format!("({}{} like {})", of(operand), not(*negated), of(pattern))
        }
        _ => text[node.span.start..node.span.end].to_owned(),
    }
}

/// The same of `sqlparser`'s tree.
fn theirs(expr: &Expr) -> String {
    let not = |negated: &bool| if *negated { " not" } else { "" };
    let is = |operand: &Expr, what: &str| format!("({} is {what})", theirs(operand));
    match expr {
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => format!("(not {})", theirs(expr)),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => format!("(- {})", theirs(expr)),
        Expr::BinaryOp { left, op, right } => {
            let op = match op {
                BinaryOperator::And => "and".to_owned(),
                BinaryOperator::Or => "or".to_owned(),
                op => op.to_string(),
            };
            format!("({} {op} {})", theirs(left), theirs(right))
        }
        Expr::IsNull(operand) => is(operand, "null"),
        Expr::IsNotNull(operand) => is(operand, "not null"),
        Expr::IsTrue(operand) => is(operand, "true"),
        Expr::IsNotFalse(operand) => is(operand, "not false"),
        Expr::InList { expr, list, negated } => {
            let list: Vec<_> = list.iter().map(theirs).collect();
            format!("({}{} in {})", theirs(expr), not(negated), list.join(","))
        }
        Expr::Between { expr, negated, low, high } => {
            format!("({}{} between {} and {})", theirs(expr), not(negated), theirs(low), theirs(high))
        }
        Expr::Like { negated, expr, pattern, .. } => {
            format!("({}{} like {})", theirs(expr), not(negated), theirs(pattern))
        }
        other => other.to_string(),
    }
}

/// Operators and operands in a row, without parentheses: only precedence groups them.
fn flat() -> impl Strategy<Value = String> {
    let operand = prop_oneof![
        Just("a"),
        Just("甲"),
        Just("7"),
        Just("'丙'"),
        Just(":p"),
        Just("h.x"),
        Just("- a"),
        Just("f(a, b)"),
        Just("NULL"),
    ];
    let not = prop_oneof![4 => Just(""), 1 => Just("not "), 1 => Just("- ")];
    let infix = prop_oneof![
        Just("or"),
        Just("and"),
        Just("="),
        Just("<>"),
        Just("<"),
        Just("<="),
        Just(">"),
        Just(">="),
        Just("+"),
        Just("-"),
        Just("*"),
        Just("/"),
        Just("like"),
        Just("not like"),
        Just("between 1 + 2 and"),
        Just("not between a and"),
    ];
    let postfix = prop_oneof![
        6 => Just(""), 1 => Just(" is null"), 1 => Just(" is not null"), 1 => Just(" is true"), 1 => Just(" is not false"),
        1 => Just(" in (1, a)"), 1 => Just(" not in (b)"),
    ];
    let part = (not, operand, postfix).prop_map(|(not, operand, postfix)| format!("{not}{operand}{postfix}"));
    (part.clone(), proptest::collection::vec((infix, part), 0..7))
        .prop_map(|(first, rest)| rest.into_iter().fold(first, |text, (infix, part)| format!("{text} {infix} {part}")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn groups_as_sqlparser_does(text in flat()) {
        let ast = parse(&text).map_err(|problems| TestCaseError::fail(format!("{text}: {problems:?}")))?;
        let expr = Parser::new(&GenericDialect {}).try_with_sql(&text).and_then(|mut parser| parser.parse_expr());
        let expr = expr.map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(ours(&ast.root, &text), theirs(&expr), "{}", text);
        prop_assert_eq!(ast.root.span.end, text.len());
    }

    #[test]
    fn no_text_is_a_panic(text in "\\PC{0,60}") {
        spans_lie_in(&text);
    }

    #[test]
    fn nor_is_any_row_of_words(words in proptest::collection::vec(prop_oneof![
        Just("("), Just(")"), Just(","), Just("not"), Just("case"), Just("when"), Just("then"), Just("end"), Just("interval"),
        Just("date"), Just("'甲"), Just("'"), Just("\n"), Just("in"), Just("is"), Just("null"), Just("between"), Just("and"),
        Just("a"), Just("."), Just(":"), Just("1"), Just("-"), Just("--"), Just("/*"), Just("f("), Just("＝"), Just("select"),
    ], 0..40)) {
        spans_lie_in(&words.join(" "));
        spans_lie_in(&words.concat());
    }
}

fn spans_lie_in(text: &str) {
    if let Err(problems) = parse(text) {
        assert!(!problems.is_empty());
        for problem in problems {
            assert!(text.get(problem.span.start..problem.span.end).is_some(), "{text:?} {problem:?}");
        }
    }
}

#[test]
fn hostile_nesting_is_refused_at_once() {
    for (open, close) in [
        ("(", ")"),
        ("not (", ")"),
        ("not ", ""),
        ("- ", ""),
        ("case (", ") when 1 then 1 end"),
        ("f(", ")"),
        ("case when ", " then 1 end"),
        ("x in (", ")"),
        ("a between ", ""),
        ("interval ", ""),
        ("x like ", ""),
    ] {
        for depth in [100, 600] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(parse(&text).is_err(), "{open}");
        }
    }
    for (chain, fits) in [(" + a", false), (" = a", false), (" is null", false), (" and a", true), (" or a", true)] {
        assert_eq!(parse(&format!("a{}", chain.repeat(1000))).is_ok(), fits, "{chain}");
    }
    assert!(parse(&" ".repeat(20_000)).is_err());
}

#[test]
fn twelve_levels_are_nothing_special() {
    let text = format!("{}a > 1{}", "not (".repeat(12), ")".repeat(12));
    assert!(parse(&text).is_ok());
}
