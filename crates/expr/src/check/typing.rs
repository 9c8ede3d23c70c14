//! Which types and units go together, and what comes out.

use types::{Day, Month, Period, Text, Type, Unit, Value, Year};

use crate::evaluate::MAX_SCALE;
use crate::{Arithmetic, Comparison, Node, NodeKind, ProblemKind};

/// Two types that do not go together; the checker adds the place.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch {
    pub(crate) kind: ProblemKind,
    pub(crate) message: Text,
    pub(crate) hint: Option<Text>,
    /// Which part is at fault; none: the whole.
    pub(crate) argument: Option<usize>,
}

impl Mismatch {
    fn new(kind: ProblemKind, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind, message: Text::new(zh, en), hint: None, argument: None }
    }

    /// Part `argument` is of type `found` where another is needed.
    pub(crate) fn argument(argument: usize, found: Type, zh: &str, en: &str) -> Self {
        let mismatch = Self::new(
            ProblemKind::TypeMismatch,
            format!("此处需要{zh}，而不是{}", chinese(found)),
            format!("expected {en}, found {}", found.word()),
        );
        Self { argument: Some(argument), ..mismatch }
    }

    fn with_hint(self, zh: &str, en: &str) -> Self {
        Self { hint: Some(Text::new(zh, en)), ..self }
    }

    fn types(left: Type, right: Type) -> Self {
        let mismatch = Self::new(
            ProblemKind::TypeMismatch,
            format!("{}与{}不能放在一起", chinese(left), chinese(right)),
            format!("{} and {} do not go together", left.word(), right.word()),
        );
        if [left, right].contains(&Type::Month) && (left.is_numeric() || right.is_numeric()) {
            return mismatch.with_hint(
                "月份是某年某月，如 `'2026-03'`，不是 1 到 12；学期等一年中的几段写成键为 `band(date)` 的参数表，用 `lookup`",
                "a month is one of a year, like `'2026-03'`, not 1 to 12; parts of a year are a table with a key `band(date)`, read by `lookup`",
            );
        }
        mismatch
    }

    fn units(left: Unit, right: Unit) -> Self {
        let word = |unit: Unit| if unit == Unit::None { "no unit" } else { unit.word() };
        let mismatch = Self::new(
            ProblemKind::UnitMismatch,
            format!("单位不同：{}与{}", chinese_unit(left), chinese_unit(right)),
            format!("the units differ: {} and {}", word(left), word(right)),
        );
        if [left, right].contains(&Unit::Mu) && [left, right].contains(&Unit::SquareMetre) {
            return mismatch.with_hint("用 `mu(x)` 把平方米换算为亩", "`mu(x)` turns square metres into mu");
        }
        mismatch
    }

    fn grains(left: Type, right: Type) -> Self {
        let mismatch = Self::new(
            ProblemKind::GrainMismatch,
            format!("时间粒度不同：{}与{}", chinese(left), chinese(right)),
            format!("the grains differ: {} and {}", left.word(), right.word()),
        );
        if [left, right].contains(&Type::Year) {
            return mismatch.with_hint("用 `year(x)` 取年份", "`year(x)` gives the year");
        }
        mismatch.with_hint("用 `month(x)` 取月份", "`month(x)` gives the month")
    }
}

/// The type of a literal on its own; NULL takes the type of what it meets.
pub(crate) fn of_literal(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Number(number) => Type::Number { unit: Unit::None, scale: number.scale },
        Value::Real(_) => Type::Real { unit: Unit::None },
        // No literal is a table.
        Value::Null | Value::Text(_) | Value::Table(_) => Type::Text,
        Value::Day(_) => Type::Day,
        Value::Month(_) => Type::Month,
        Value::Year(_) => Type::Year,
        Value::Period(_) => Type::Period,
    }
}

pub(crate) fn is_null(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Literal(Value::Null))
}

/// A number made of literals only: it has the unit of whatever it meets.
fn is_bare(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Literal(value) => matches!(value, Value::Number(_)),
        NodeKind::Negate(inner) => is_bare(inner),
        NodeKind::Arithmetic(_, left, right) => is_bare(left) && is_bare(right),
        _ => false,
    }
}

/// Gives a literal the type of what it meets: `'2026-01-01'` beside a date, `2026` beside a year, NULL beside anything.
fn adapt(node: &mut Node, target: Type) -> Result<(), Mismatch> {
    let NodeKind::Literal(value) = &node.kind else { return Ok(()) };
    let adapted = match (value, target) {
        (Value::Null, _) => Some(Value::Null),
        (Value::Text(text), Type::Day) => {
            Some(Value::Day(Day::parse(text).ok_or_else(|| not_a(text, "日期", "YYYY-MM-DD"))?))
        }
        (Value::Text(text), Type::Month) => {
            Some(Value::Month(Month::parse(text).ok_or_else(|| not_a(text, "月份", "YYYY-MM"))?))
        }
        (Value::Text(text), Type::Year) => {
            Some(Value::Year(Year::parse(text).ok_or_else(|| not_a(text, "年份", "YYYY"))?))
        }
        (Value::Number(number), Type::Year) => Some(Value::Year(
            Year::parse(&number.to_string()).ok_or_else(|| not_a(&number.to_string(), "年份", "YYYY"))?,
        )),
        _ => None,
    };
    if let Some(value) = adapted {
        node.kind = NodeKind::Literal(value);
        node.ty = target;
    }
    Ok(())
}

fn not_a(text: &str, zh: &str, form: &str) -> Mismatch {
    Mismatch::new(
        ProblemKind::TypeMismatch,
        format!("`{text}` 不是{zh}（{form}）"),
        format!("`{text}` is not written {form}"),
    )
}

/// The type that two parts share; `bare` parts take the other's unit.
fn join((left, left_bare): (Type, bool), (right, right_bare): (Type, bool)) -> Result<Type, Mismatch> {
    use Type::{Code, Day, Month, Number, Real, Year};
    let unit = |left: Unit, right: Unit| {
        if left == right || right_bare {
            Ok(left)
        } else if left_bare {
            Ok(right)
        } else {
            Err(Mismatch::units(left, right))
        }
    };
    match (left, right) {
        (Number { unit: left, scale }, Number { unit: right, scale: other }) => {
            Ok(Number { unit: unit(left, right)?, scale: scale.max(other) })
        }
        (Number { unit: left, .. } | Real { unit: left }, Number { unit: right, .. } | Real { unit: right }) => {
            Ok(Real { unit: unit(left, right)? })
        }
        _ if left == right => Ok(left),
        (Type::Text, Code(_)) | (Code(_), Type::Text) => Ok(Type::Text),
        (Day | Month | Year, Day | Month | Year) => Err(Mismatch::grains(left, right)),
        _ => Err(Mismatch::types(left, right)),
    }
}

/// The type all of `nodes` share; literals adapt.
pub(crate) fn common(nodes: &mut [Node]) -> Result<Type, Mismatch> {
    let is_literal = |node: &&Node| matches!(node.kind, NodeKind::Literal(_));
    let target = nodes.iter().find(|node| !is_literal(node)).or_else(|| nodes.iter().find(|node| !is_null(node)));
    let Some(target) = target.map(|node| node.ty) else { return Ok(Type::Text) };
    for (index, node) in nodes.iter_mut().enumerate() {
        adapt(node, target).map_err(|mismatch| Mismatch { argument: Some(index), ..mismatch })?;
    }
    let mut shared: Option<(Type, bool)> = None;
    for (index, node) in nodes.iter().enumerate().filter(|(_, node)| !is_null(node)) {
        let bare = is_bare(node);
        shared = Some(match shared {
            None => (node.ty, bare),
            Some(shared) => {
                let ty = join(shared, (node.ty, bare))
                    .map_err(|mismatch| Mismatch { argument: Some(index).filter(|_| nodes.len() > 2), ..mismatch })?;
                (ty, shared.1 && bare)
            }
        });
    }
    let shared = shared.map_or(target, |shared| shared.0);
    nodes.iter_mut().filter(|node| is_null(node)).for_each(|node| node.ty = shared);
    Ok(shared)
}

/// [`common`], of a type whose values have an order.
pub(crate) fn common_ordered(nodes: &mut [Node]) -> Result<Type, Mismatch> {
    match common(nodes)? {
        ty @ (Type::Bool | Type::Period) => Err(Mismatch::argument(0, ty, "可以排序的值", "values with an order")),
        ty => Ok(ty),
    }
}

/// All are days; literals adapt.
pub(crate) fn all_days(nodes: &mut [Node]) -> Result<(), Mismatch> {
    for (index, node) in nodes.iter_mut().enumerate() {
        adapt(node, Type::Day).map_err(|mismatch| Mismatch { argument: Some(index), ..mismatch })?;
        if node.ty != Type::Day {
            return Err(Mismatch::argument(index, node.ty, "日期", "a date"));
        }
    }
    Ok(())
}

/// Text or a code; part `argument`.
pub(crate) fn text(node: &mut Node, argument: usize) -> Result<(), Mismatch> {
    match node.ty {
        Type::Text | Type::Code(_) => Ok(()),
        other => Err(Mismatch::argument(argument, other, "文字", "text")),
    }
}

/// Whether two sides may be compared this way.
pub(crate) fn compare(comparison: Comparison, left: &mut Node, right: &mut Node) -> Result<(), Mismatch> {
    for (argument, node) in [&*left, &*right].into_iter().enumerate() {
        if is_null(node) {
            let mismatch = Mismatch::new(
                ProblemKind::TypeMismatch,
                "与 null 比较的结果永远未知",
                "a comparison with null is always unknown",
            );
            let mismatch =
                mismatch.with_hint("写作 `x is null` 或 `x is not null`", "write `x is null` or `x is not null`");
            return Err(Mismatch { argument: Some(argument), ..mismatch });
        }
    }
    let (left_type, right_type) = (left.ty, right.ty);
    adapt(left, right_type).map_err(|mismatch| Mismatch { argument: Some(0), ..mismatch })?;
    adapt(right, left_type).map_err(|mismatch| Mismatch { argument: Some(1), ..mismatch })?;
    let shared = join((left.ty, is_bare(left)), (right.ty, is_bare(right)))?;
    if shared == Type::Bool && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
        return Err(Mismatch::new(
            ProblemKind::TypeMismatch,
            format!("真假值不能用 `{}` 比较", comparison.symbol()),
            format!("truth values cannot be compared with `{}`", comparison.symbol()),
        ));
    }
    Ok(())
}

/// The type of `left arithmetic right`.
pub(crate) fn arithmetic(arithmetic: Arithmetic, left: &mut Node, right: &mut Node) -> Result<Type, Mismatch> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    if is_null(left) {
        left.ty = if is_null(right) { Type::INTEGER } else { right.ty };
    }
    if is_null(right) {
        right.ty = left.ty;
    }
    if arithmetic == Subtract
        && matches!((left.ty, right.ty), (Type::Day | Type::Month, Type::Text) | (Type::Text, Type::Day | Type::Month))
    {
        let (left_type, right_type) = (left.ty, right.ty);
        adapt(left, right_type).map_err(|mismatch| Mismatch { argument: Some(0), ..mismatch })?;
        adapt(right, left_type).map_err(|mismatch| Mismatch { argument: Some(1), ..mismatch })?;
    }
    let (left_bare, right_bare) = (is_bare(left), is_bare(right));
    match (arithmetic, left.ty, right.ty) {
        (Add | Subtract, l, r) if l.is_numeric() && r.is_numeric() => join((l, left_bare), (r, right_bare)),
        (Multiply, Type::Number { unit: l, scale }, Type::Number { unit: r, scale: other }) => {
            let scale = scale.saturating_add(other);
            if scale > MAX_SCALE {
                return Err(Mismatch::new(
                    ProblemKind::TypeMismatch,
                    format!("乘积的小数位超过 {MAX_SCALE} 位"),
                    format!("the product has more than {MAX_SCALE} decimals"),
                ));
            }
            Ok(Type::Number { unit: product(l, r)?, scale })
        }
        (Multiply, l, r) if l.is_numeric() && r.is_numeric() => Ok(Type::Real { unit: product(unit(l), unit(r))? }),
        (Divide, l, r) if l.is_numeric() && r.is_numeric() => {
            let (l, r) = (unit(l), unit(r));
            let unit = match (l, r) {
                _ if l == r || left_bare => Unit::None,
                (l, Unit::None) => l,
                _ => return Err(Mismatch::units(l, r)),
            };
            Ok(Type::Real { unit })
        }
        (Add | Subtract, Type::Period, Type::Period) => Ok(Type::Period),
        (Add | Subtract, Type::Day, Type::Period) | (Add, Type::Period, Type::Day) => Ok(Type::Day),
        (Add | Subtract, Type::Month, Type::Period) => whole_months(right),
        (Add, Type::Period, Type::Month) => whole_months(left),
        (Multiply, Type::Period, Type::INTEGER) | (Multiply, Type::INTEGER, Type::Period) => Ok(Type::Period),
        (Subtract, Type::Day, Type::Day)
        | (Subtract, Type::Month, Type::Month)
        | (Subtract, Type::Year, Type::Year) => Ok(Type::INTEGER),
        (Add | Subtract, Type::Year, Type::INTEGER) | (Add, Type::INTEGER, Type::Year) => Ok(Type::Year),
        (Subtract, l @ (Type::Day | Type::Month | Type::Year), r @ (Type::Day | Type::Month | Type::Year)) => {
            Err(Mismatch::grains(l, r))
        }
        (Add | Subtract, Type::Day, r) if r.is_numeric() => {
            Err(Mismatch::types(Type::Day, r)
                .with_hint("写作 `x + interval '3 days'`", "write `x + interval '3 days'`"))
        }
        (_, l, r) => Err(Mismatch::types(l, r)),
    }
}

fn unit(ty: Type) -> Unit {
    match ty {
        Type::Number { unit, .. } | Type::Real { unit } => unit,
        _ => Unit::None,
    }
}

fn product(left: Unit, right: Unit) -> Result<Unit, Mismatch> {
    match (left, right) {
        (unit, Unit::None) | (Unit::None, unit) => Ok(unit),
        _ => Err(Mismatch::units(left, right)),
    }
}

/// A month moves by whole months only; a parameter with days gives NULL when it is read.
fn whole_months(period: &Node) -> Result<Type, Mismatch> {
    match &period.kind {
        NodeKind::Literal(Value::Period(Period { days, .. })) if *days != 0 => {
            Err(Mismatch::grains(Type::Month, Type::Day))
        }
        _ => Ok(Type::Month),
    }
}

/// Whether `node` may stand where `expected` is asked for; a bare literal takes its unit and scale.
pub(crate) fn expect(node: &mut Node, expected: Type) -> Result<(), Mismatch> {
    adapt(node, expected)?;
    let other = || Mismatch::argument(0, node.ty, &chinese(expected), &expected.word());
    match (node.ty, expected) {
        (found, expected) if found == expected => Ok(()),
        (Type::Number { unit, scale }, Type::Number { unit: wanted, scale: most }) => {
            if unit != wanted && !is_bare(node) {
                return Err(Mismatch::units(unit, wanted));
            }
            if matches!(node.kind, NodeKind::Literal(_)) {
                if scale > most {
                    return Err(Mismatch::new(
                        ProblemKind::TypeMismatch,
                        format!("小数位超过 {most} 位"),
                        format!("there are more than {most} decimals"),
                    ));
                }
                node.ty = expected;
            }
            Ok(())
        }
        (Type::Number { unit, .. }, Type::Real { unit: wanted })
        | (Type::Real { unit }, Type::Real { unit: wanted }) => {
            if unit == wanted || is_bare(node) {
                Ok(())
            } else {
                Err(Mismatch::units(unit, wanted))
            }
        }
        (Type::Code(_), Type::Text) => Ok(()),
        (Type::Text, Type::Code(_)) if matches!(node.kind, NodeKind::Literal(_)) => Ok(()),
        (found @ (Type::Day | Type::Month | Type::Year), Type::Day | Type::Month | Type::Year) => {
            Err(Mismatch::grains(found, expected))
        }
        _ => Err(other()),
    }
}

/// The type in Chinese.
fn chinese(ty: Type) -> String {
    match ty {
        Type::Bool => "真假值".into(),
        Type::INTEGER => "整数".into(),
        Type::Number { unit: Unit::None, .. } | Type::Real { unit: Unit::None } => "数值".into(),
        Type::Number { unit, .. } | Type::Real { unit } => format!("数值（{}）", chinese_unit(unit)),
        Type::Text => "文字".into(),
        Type::Code(kind) => format!("代码（{}）", kind.0),
        Type::Day => "日期".into(),
        Type::Month => "月份".into(),
        Type::Year => "年份".into(),
        Type::Period => "时长".into(),
    }
}

fn chinese_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::None => "无单位",
        Unit::Yuan => "元",
        Unit::Mu => "亩",
        Unit::SquareMetre => "平方米",
    }
}
