//! Typed expression trees as SQL text.

use expr::{Arithmetic, Comparison, Function, Lookup, Node, NodeKind};
use types::{Period, Type, Value};

use super::lookup;

/// The SQL for each input, by number.
pub(super) type InputSql<'a> = &'a dyn Fn(usize) -> String;

/// SQL whose value is that of `node`, numbers at the scale of its type.
pub(super) fn sql(node: &Node, input: InputSql<'_>) -> String {
    let all = |nodes: &[Node]| nodes.iter().map(|node| sql(node, input)).collect::<Vec<_>>();
    match &node.kind {
        NodeKind::Literal(value) => constant(value, node.ty),
        NodeKind::Input(number) => input(*number),
        NodeKind::Not(inner) => format!("(NOT {})", sql(inner, input)),
        NodeKind::And(nodes) => format!("({})", all(nodes).join(" AND ")),
        NodeKind::Or(nodes) => format!("({})", all(nodes).join(" OR ")),
        NodeKind::Compare(comparison, left, right) => compare(*comparison, left, right, input),
        NodeKind::Arithmetic(arithmetic, left, right) => calculate(*arithmetic, left, right, node.ty, input),
        NodeKind::Negate(inner) => format!("(-{})", sql(inner, input)),
        NodeKind::IsNull(inner) => format!("({} IS NULL)", sql(inner, input)),
        NodeKind::In(needle, list) => {
            let equal: Vec<String> = list.iter().map(|item| compare(Comparison::Equal, needle, item, input)).collect();
            format!("({})", equal.join(" OR "))
        }
        NodeKind::Like(text, pattern) => format!("({} LIKE {})", sql(text, input), sql(pattern, input)),
        NodeKind::Case(branches, otherwise) => {
            let mut text = String::from("CASE");
            for (when, then) in branches {
                text += &format!(" WHEN {} THEN {}", sql(when, input), as_type(then, node.ty, input));
            }
            let otherwise = otherwise.as_ref().map_or("NULL".into(), |node_| as_type(node_, node.ty, input));
            format!("({text} ELSE {otherwise} END)")
        }
        NodeKind::Call(function, arguments) => call(*function, arguments, node.ty, input),
        NodeKind::Lookup(Lookup::Entry, table, keys) => {
            let keys: Vec<String> = keys.iter().map(|key| sql(key, input)).collect();
            lookup::entry(&input(*table), &keys)
        }
        NodeKind::Lookup(Lookup::Marginal, table, keys) => {
            let texts: Vec<String> = keys.iter().map(|key| sql(key, input)).collect();
            let scale = |ty: Type| match ty {
                Type::Number { scale, .. } => scale,
                _ => 0,
            };
            lookup::marginal(&input(*table), &texts, keys.last().map_or(0, |key| scale(key.ty)), scale(node.ty))
        }
        // Calendars are not generated: no such function, a loud failure.
        NodeKind::Lookup(calendar @ (Lookup::Workdays | Lookup::WorkdaysAfter), ..) => {
            format!("{}_is_not_asked_here()", calendar.word())
        }
    }
}

/// A constant of type `ty`.
pub(super) fn constant(value: &Value, ty: Type) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::Bool(value) => i64::from(*value).to_string(),
        Value::Number(number) => match ty {
            Type::Number { scale, .. } => {
                number.rescale(scale).map_or("NULL".into(), |number| number.mantissa.to_string())
            }
            _ => format!("({}.0 / 1{})", number.mantissa, "0".repeat(usize::from(number.scale))),
        },
        Value::Real(value) => format!("{value:?}"),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Day(day) => format!("'{day}'"),
        Value::Month(month) => format!("'{month}'"),
        Value::Year(year) => year.0.to_string(),
        Value::Period(Period { months, days }) => (months * 100_000 + days).to_string(),
        Value::Table(_) => "NULL".into(),
    }
}

/// `node` as a value of type `ty`: at its scale, or as a quotient.
fn as_type(node: &Node, ty: Type, input: InputSql<'_>) -> String {
    let text = sql(node, input);
    match (node.ty, ty) {
        (Type::Number { scale, .. }, Type::Number { scale: wanted, .. }) if wanted > scale => {
            format!("({text} * 1{})", "0".repeat(usize::from(wanted - scale)))
        }
        (Type::Number { scale, .. }, Type::Real { .. }) => real(&text, scale),
        _ => text,
    }
}

fn real(text: &str, scale: u8) -> String {
    format!("(CAST({text} AS REAL) / 1{}.0)", "0".repeat(usize::from(scale)))
}

/// Two sides in one form.
fn aligned(left: &Node, right: &Node, input: InputSql<'_>) -> (String, String) {
    let shared = match (left.ty, right.ty) {
        (Type::Number { unit, scale }, Type::Number { scale: other, .. }) => {
            Type::Number { unit, scale: scale.max(other) }
        }
        (Type::Real { unit }, _) | (_, Type::Real { unit }) => Type::Real { unit },
        (ty, _) => ty,
    };
    (as_type(left, shared, input), as_type(right, shared, input))
}

fn compare(comparison: Comparison, left: &Node, right: &Node, input: InputSql<'_>) -> String {
    let (left, right) = aligned(left, right, input);
    format!("({left} {} {right})", comparison.symbol())
}

fn calculate(arithmetic: Arithmetic, left: &Node, right: &Node, ty: Type, input: InputSql<'_>) -> String {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let sign = if arithmetic == Subtract { '-' } else { '+' };
    let plain = || (sql(left, input), sql(right, input));
    match (arithmetic, left.ty, right.ty) {
        (Add | Subtract, Type::Day, Type::Period) => moved(&plain().0, sign, &plain().1),
        (Add, Type::Period, Type::Day) => moved(&plain().1, '+', &plain().0),
        (Add | Subtract, Type::Month, Type::Period) => {
            format!("substr({}, 1, 7)", moved(&format!("({} || '-01')", plain().0), sign, &plain().1))
        }
        (Subtract, Type::Day, Type::Day) => days(&plain().1, &plain().0),
        (Subtract, Type::Month, Type::Month) => {
            let months = |text: &str| {
                format!("(CAST(substr({text}, 1, 4) AS INTEGER) * 12 + CAST(substr({text}, 6, 2) AS INTEGER))")
            };
            format!("({} - {})", months(&plain().0), months(&plain().1))
        }
        (Divide, _, _) => {
            let (left, right) = aligned(left, right, input);
            format!("(CAST({left} AS REAL) / CAST({right} AS REAL))")
        }
        (Multiply, Type::Number { .. }, Type::Number { .. }) => format!("({} * {})", plain().0, plain().1),
        (Multiply, Type::Period, _) | (Multiply, _, Type::Period) => format!("({} * {})", plain().0, plain().1),
        (Multiply, _, _) => format!("({} * {})", as_type(left, ty, input), as_type(right, ty, input)),
        (Add | Subtract, _, _) => format!("({} {sign} {})", as_type(left, ty, input), as_type(right, ty, input)),
    }
}

/// A day and a period: months first, clamped, then days.
fn moved(day: &str, sign: char, period: &str) -> String {
    format!(
        "date({day}, '{sign}' || ({period} / 100000) || ' months', 'floor', '{sign}' || ({period} % 100000) || ' days')"
    )
}

fn days(from: &str, to: &str) -> String {
    format!("CAST(julianday({to}) - julianday({from}) AS INTEGER)")
}

fn call(function: Function, arguments: &[Node], ty: Type, input: InputSql<'_>) -> String {
    let plain: Vec<String> = arguments.iter().map(|argument| sql(argument, input)).collect();
    let typed = || arguments.iter().map(|argument| as_type(argument, ty, input)).collect::<Vec<_>>();
    match function {
        Function::Abs => format!("abs({})", plain[0]),
        Function::Coalesce => format!("coalesce({}, NULL)", typed().join(", ")),
        Function::DaysBetween => days(&plain[0], &plain[1]),
        Function::Greatest if plain.len() > 1 => format!("max({})", typed().join(", ")),
        Function::Least if plain.len() > 1 => format!("min({})", typed().join(", ")),
        Function::Greatest | Function::Least => typed()[0].clone(),
        Function::Left => format!("substr({}, 1, max({}, 0))", plain[0], plain[1]),
        Function::Length => format!("length({})", plain[0]),
        Function::Month => format!("substr({}, 1, 7)", plain[0]),
        Function::Mu => format!("({} * 15)", plain[0]),
        Function::Nullif => {
            let (left, right) = aligned(&arguments[0], &arguments[1], input);
            format!("(CASE WHEN {left} = {right} THEN NULL ELSE {} END)", typed()[0])
        }
        Function::Round => round(&plain[0], arguments[0].ty, ty),
        // Nothing lies before the first character.
        Function::Substring => format!("substr({}, max({}, 1), max({}, 0))", plain[0], plain[1], plain[2]),
        Function::Year => format!("CAST(substr({}, 1, 4) AS INTEGER)", plain[0]),
        Function::YearsBetween => {
            let (from, to) = (&plain[0], &plain[1]);
            format!(
                "(CAST(substr({to}, 1, 4) AS INTEGER) - CAST(substr({from}, 1, 4) AS INTEGER) - (substr({to}, 6) < substr({from}, 6)))"
            )
        }
    }
}

/// `text` of type `from` at the decimals of `ty`, half away from zero.
fn round(text: &str, from: Type, ty: Type) -> String {
    let Type::Number { scale: wanted, .. } = ty else { return "NULL".into() };
    match from {
        Type::Number { scale, .. } if scale > wanted => {
            let step = format!("1{}", "0".repeat(usize::from(scale - wanted)));
            format!(
                "(CASE WHEN {text} < 0 THEN -((-{text} + {step} / 2) / {step}) ELSE ({text} + {step} / 2) / {step} END)"
            )
        }
        Type::Number { scale, .. } => format!("({text} * 1{})", "0".repeat(usize::from(wanted - scale))),
        _ => format!("CAST(round({text} * 1{}.0) AS INTEGER)", "0".repeat(usize::from(wanted))),
    }
}
