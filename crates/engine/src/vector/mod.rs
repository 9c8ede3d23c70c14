//! A checked expression over many rows at once.
//!
//! Comparisons of plain columns run over arrays; everything else asks `expr` row by row. Both give the same answers: `expr`
//! defines them, a test holds them equal.

mod numeric;

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::BooleanBuffer;
use expr::{Comparison, Node, NodeKind};
use types::{Type, Value};

use crate::{Fault, bitmap, values};
use numeric::{Numeric, against};

pub use numeric::quotients;

/// One input of an expression, for every row.
#[derive(Clone, Debug)]
pub enum Operand {
    /// The same value everywhere.
    Constant(Value),
    /// One cell a row.
    Array(Type, ArrayRef),
    /// One of a few values a row; `u32::MAX` for NULL.
    Choice(Arc<[Value]>, Arc<[u32]>),
}

impl Operand {
    /// The value in `row`.
    pub fn value(&self, row: usize) -> Value {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Array(kind, array) => values::cell(array, *kind, row),
            Self::Choice(values, choice) => values.get(choice[row] as usize).cloned().unwrap_or(Value::Null),
        }
    }
}

/// Truth of a condition in every row: `holds` is a part of `known`.
#[derive(Clone, Debug)]
pub struct Truths {
    /// True or false.
    pub known: BooleanBuffer,
    /// True.
    pub holds: BooleanBuffer,
}

/// The inputs of one expression, over `size` rows.
pub struct Batch {
    /// How many rows.
    pub size: usize,
    /// One operand per input of the expression.
    pub operands: Vec<Operand>,
    /// Named in an overflow.
    pub at: String,
}

impl Batch {
    /// The rows from `start` on, `size` of them.
    pub fn slice(&self, start: usize, size: usize) -> Self {
        let operand = |operand: &Operand| match operand {
            Operand::Constant(value) => Operand::Constant(value.clone()),
            Operand::Array(kind, array) => Operand::Array(*kind, array.slice(start, size)),
            Operand::Choice(values, choice) => {
                Operand::Choice(Arc::clone(values), choice[start..start + size].iter().copied().collect())
            }
        };
        Self { size, operands: self.operands.iter().map(operand).collect(), at: self.at.clone() }
    }

    /// Truth of the Boolean `node`.
    pub fn truth(&self, node: &Node) -> Result<Truths, Fault> {
        match &node.kind {
            NodeKind::And(nodes) => {
                let mut all = Truths { known: bitmap::filled(self.size, true), holds: bitmap::filled(self.size, true) };
                for node in nodes {
                    let one = self.truth(node)?;
                    let refuted = &bitmap::and_not(&all.known, &all.holds) | &bitmap::and_not(&one.known, &one.holds);
                    all.holds = &all.holds & &one.holds;
                    all.known = &refuted | &all.holds;
                }
                Ok(all)
            }
            NodeKind::Or(nodes) => {
                let mut any =
                    Truths { known: bitmap::filled(self.size, true), holds: bitmap::filled(self.size, false) };
                for node in nodes {
                    let one = self.truth(node)?;
                    let refuted = &bitmap::and_not(&any.known, &any.holds) & &bitmap::and_not(&one.known, &one.holds);
                    any.holds = &any.holds | &one.holds;
                    any.known = &refuted | &any.holds;
                }
                Ok(any)
            }
            NodeKind::Not(inner) => {
                let inner = self.truth(inner)?;
                Ok(Truths { holds: bitmap::and_not(&inner.known, &inner.holds), known: inner.known })
            }
            NodeKind::IsNull(inner) => match self.array(inner) {
                Some((_, array)) => {
                    let present = values::present(array);
                    Ok(Truths { known: bitmap::filled(self.size, true), holds: !&present })
                }
                None => self.by_row(node),
            },
            NodeKind::Input(_) => match self.array(node).and_then(|(_, array)| array.as_boolean_opt()) {
                Some(bits) => {
                    let known =
                        bits.nulls().map_or_else(|| bitmap::filled(self.size, true), |nulls| nulls.inner().clone());
                    Ok(Truths { holds: bits.values() & &known, known })
                }
                None => self.by_row(node),
            },
            NodeKind::Compare(comparison, left, right) => match self.compare(*comparison, left, right) {
                Some(truths) => Ok(truths),
                None => self.by_row(node),
            },
            _ => self.by_row(node),
        }
    }

    /// Values of `node` as an array of its type.
    pub fn values(&self, node: &Node) -> Result<ArrayRef, Fault> {
        if let Some((kind, array)) = self.array(node)
            && kind == node.ty
        {
            return Ok(Arc::clone(array));
        }
        if let Some(array) = Numeric::of(self, node).and_then(|numbers| numbers.array(node.ty, self.size)) {
            return Ok(array);
        }
        let mut rows = RowInputs::new(self, node);
        let cells: Vec<Value> = (0..self.size).map(|row| rows.evaluate(row)).collect::<Result<_, _>>()?;
        values::collect(node.ty, &self.at, cells.into_iter())
    }

    fn array(&self, node: &Node) -> Option<(Type, &ArrayRef)> {
        match &node.kind {
            NodeKind::Input(input) => match &self.operands[*input] {
                Operand::Array(kind, array) => Some((*kind, array)),
                _ => None,
            },
            _ => None,
        }
    }

    fn constant<'n>(&'n self, node: &'n Node) -> Option<&'n Value> {
        match &node.kind {
            NodeKind::Literal(value) => Some(value),
            NodeKind::Input(input) => match &self.operands[*input] {
                Operand::Constant(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// A comparison of numbers, or of a column with a constant or another column of its type; `None` where that is not what it is.
    fn compare(&self, comparison: Comparison, left: &Node, right: &Node) -> Option<Truths> {
        if is_number(left.ty) && is_number(right.ty) {
            let (left, right) = (Numeric::of(self, left)?, Numeric::of(self, right)?);
            return Some(left.compare(comparison, right, self.size));
        }
        if let (Some((kind, array)), Some(value)) = (self.array(left), self.constant(right)) {
            return self.compare_constant(comparison, kind, array, value);
        }
        let (left_kind, left) = self.array(left)?;
        let (right_kind, right) = self.array(right)?;
        if left_kind != right_kind {
            return None;
        }
        let (left, right) = (left.as_primitive_opt::<Date32Type>()?, right.as_primitive_opt::<Date32Type>()?);
        let holds = |row| accepts(comparison, left.value(row).cmp(&right.value(row)));
        let known = &present(left) & &present(right);
        let holds = BooleanBuffer::collect_bool(self.size, |row| known.value(row) && holds(row));
        Some(Truths { known, holds })
    }

    fn compare_constant(&self, comparison: Comparison, kind: Type, array: &ArrayRef, value: &Value) -> Option<Truths> {
        let days = |line: i32| {
            let cells = array.as_primitive_opt::<Date32Type>()?;
            let known = present(cells);
            let holds = &against(comparison, cells.values(), line) & &known;
            Some(Truths { known, holds })
        };
        match (kind, value) {
            (_, Value::Null) => {
                Some(Truths { known: bitmap::filled(self.size, false), holds: bitmap::filled(self.size, false) })
            }
            (Type::Day, Value::Day(line)) => days(line.0),
            (Type::Month, Value::Month(line)) => days(line.first_day().0),
            (Type::Year, Value::Year(line)) => days(line.first_day().0),
            (Type::Text | Type::Code(_), Value::Text(line)) => {
                let cells = array.as_string_opt::<i32>()?;
                let known = present(cells);
                let line: &str = line;
                let holds = BooleanBuffer::collect_bool(self.size, |row| {
                    known.value(row) && accepts(comparison, cells.value(row).cmp(line))
                });
                Some(Truths { known, holds })
            }
            _ => None,
        }
    }

    fn by_row(&self, node: &Node) -> Result<Truths, Fault> {
        let mut rows = RowInputs::new(self, node);
        let mut known = Vec::with_capacity(self.size);
        let mut holds = Vec::with_capacity(self.size);
        for row in 0..self.size {
            let truth = match rows.evaluate(row)? {
                Value::Bool(bit) => Some(bit),
                _ => None,
            };
            known.push(truth.is_some());
            holds.push(truth == Some(true));
        }
        Ok(Truths { known: BooleanBuffer::from(known), holds: BooleanBuffer::from(holds) })
    }
}

/// Whether `node` is made of comparisons of columns only: nothing in it can run over.
pub fn is_column_wise(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Literal(_) | NodeKind::Input(_) => true,
        NodeKind::Not(inner) | NodeKind::IsNull(inner) => is_column_wise(inner),
        NodeKind::And(nodes) | NodeKind::Or(nodes) => nodes.iter().all(is_column_wise),
        NodeKind::Compare(_, left, right) | NodeKind::Like(left, right) => {
            is_column_wise(left) && is_column_wise(right)
        }
        NodeKind::In(needle, list) => is_column_wise(needle) && list.iter().all(is_column_wise),
        _ => false,
    }
}

fn is_number(kind: Type) -> bool {
    matches!(kind, Type::Number { .. } | Type::Real { .. })
}

/// One row after another through `expr`; only the inputs that the node reads are filled in.
struct RowInputs<'b> {
    batch: &'b Batch,
    node: &'b Node,
    used: Vec<usize>,
    row: Vec<Value>,
}

impl<'b> RowInputs<'b> {
    fn new(batch: &'b Batch, node: &'b Node) -> Self {
        let used = node.inputs().into_iter().collect();
        Self { batch, node, used, row: vec![Value::Null; batch.operands.len()] }
    }

    fn evaluate(&mut self, row: usize) -> Result<Value, Fault> {
        for input in &self.used {
            self.row[*input] = self.batch.operands[*input].value(row);
        }
        self.node.evaluate(&self.row).map_err(|_| Fault::Overflow { at: self.batch.at.clone() })
    }
}

fn present(array: &dyn Array) -> BooleanBuffer {
    array.nulls().map_or_else(|| bitmap::filled(array.len(), true), |nulls| nulls.inner().clone())
}

fn accepts(comparison: Comparison, ordering: Ordering) -> bool {
    match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int64Array, StringArray};
    use expr::{Binding, Input, Scope};
    use proptest::prelude::*;
    use types::{Decimal, Period, Type, Value};

    use super::{Batch, Operand, RowInputs};

    /// Columns a, b (money), n (integer), d, e (dates), m (month), t (text), p (bool), all of which may be NULL.
    struct Columns;

    fn type_of(name: &str) -> Option<Type> {
        Some(match name {
            "a" | "b" => Type::MONEY,
            "n" => Type::INTEGER,
            "d" | "e" => Type::Day,
            "m" => Type::Month,
            "t" => Type::Text,
            "p" => Type::Bool,
            _ => return None,
        })
    }

    impl Scope for Columns {
        fn name(&self, prefix: Option<&str>, name: &str) -> Option<Binding> {
            type_of(name).filter(|_| prefix.is_none()).map(|ty| Binding { ty, may_be_absent: false })
        }
        fn parameter(&self, name: &str) -> Option<Type> {
            match name {
                "line" => Some(Type::MONEY),
                "gap" => Some(Type::Period),
                _ => None,
            }
        }
        fn other(&self, _: &str) -> Option<Box<dyn Scope + '_>> {
            None
        }
        fn names(&self) -> Vec<String> {
            Vec::new()
        }
        fn parameters(&self) -> Vec<String> {
            Vec::new()
        }
        fn feeds(&self) -> Vec<String> {
            Vec::new()
        }
    }

    const EXPRESSIONS: &[&str] = &[
        "a >= 10",
        "a < b",
        "a <> 9.99",
        "10.005 > a",
        "n = 3",
        "n in (1, null, 3)",
        "a > :line",
        "a >= 0.5 * b",
        "d < as_of",
        "d >= e",
        "d < as_of - :gap",
        "d = date '2026-02-28'",
        "m = month(d)",
        "m > month(as_of)",
        "t = '甲'",
        "t <> '乙'",
        "t like '%甲%'",
        "p",
        "not p",
        "p is null",
        "a is not null",
        "a is null or a < 3",
        "not (a < 5 and p)",
        "p or a >= 1",
        "p and null",
        "coalesce(a, 0) > 2",
        "a between b and 10",
        "case when p then a else b end >= 4",
        "a - b > 1",
        "n / 2 > 1",
        "t is null and not p",
        "p = (a > b)",
    ];

    fn operand(input: &Input, rows: &[Row]) -> Operand {
        let array = |ty: Type, array: ArrayRef| Operand::Array(ty, array);
        match input {
            Input::AsOf => Operand::Constant(Value::Day(types::Day(20_500))),
            Input::Parameter(name) if name == "line" => Operand::Choice(
                vec![Value::Number(Decimal::new(450, 2))].into(),
                rows.iter().map(|row| row.choice).collect(),
            ),
            Input::Parameter(_) => Operand::Constant(Value::Period(Period::of_months(1))),
            Input::Name { name, .. } => match name.as_str() {
                "a" => array(Type::MONEY, Arc::new(rows.iter().map(|row| row.a).collect::<Int64Array>())),
                "b" => array(Type::MONEY, Arc::new(rows.iter().map(|row| row.b).collect::<Int64Array>())),
                "n" => array(Type::INTEGER, Arc::new(rows.iter().map(|row| row.n).collect::<Int64Array>())),
                "d" => array(Type::Day, Arc::new(rows.iter().map(|row| row.d).collect::<Date32Array>())),
                "e" => array(Type::Day, Arc::new(rows.iter().map(|row| row.e).collect::<Date32Array>())),
                "m" => {
                    let first = |day: i32| types::Day(day).month().first_day().0;
                    array(Type::Month, Arc::new(rows.iter().map(|row| row.e.map(first)).collect::<Date32Array>()))
                }
                "t" => array(Type::Text, Arc::new(rows.iter().map(|row| row.t).collect::<StringArray>())),
                _ => array(Type::Bool, Arc::new(rows.iter().map(|row| row.p).collect::<BooleanArray>())),
            },
            Input::Exists(_) => Operand::Constant(Value::Null),
        }
    }

    #[derive(Clone, Debug)]
    struct Row {
        a: Option<i64>,
        b: Option<i64>,
        n: Option<i64>,
        d: Option<i32>,
        e: Option<i32>,
        t: Option<&'static str>,
        p: Option<bool>,
        choice: u32,
    }

    fn row() -> impl Strategy<Value = Row> {
        let money = || prop::option::of(prop_oneof![Just(1_000_i64), Just(999), Just(450), 0..2_000_i64]);
        let day = || prop::option::of(20_440..20_530_i32);
        let text = prop::option::of(prop_oneof![Just("甲"), Just("乙"), Just("")]);
        let choice = prop_oneof![Just(0_u32), Just(types::NO_NUMBER)];
        (money(), money(), prop::option::of(0..5_i64), day(), day(), text, any::<Option<bool>>(), choice)
            .prop_map(|(a, b, n, d, e, t, p, choice)| Row { a, b, n, d, e, t, p, choice })
    }

    proptest! {
        #[test]
        fn columns_and_rows_give_one_answer(rows in prop::collection::vec(row(), 1..70)) {
            for text in EXPRESSIONS {
                let ast = expr::parse(text).expect(text);
                let compiled = expr::check(&ast, &Columns, Some(Type::Bool)).expect(text);
                let operands = compiled.inputs.iter().map(|input| operand(input, &rows)).collect();
                let batch = Batch { size: rows.len(), operands, at: (*text).to_owned() };
                let truths = batch.truth(&compiled.root).expect(text);
                let mut by_row = RowInputs::new(&batch, &compiled.root);
                for index in 0..rows.len() {
                    let expected = match by_row.evaluate(index).expect(text) {
                        Value::Bool(truth) => Some(truth),
                        _ => None,
                    };
                    let found = truths.known.value(index).then(|| truths.holds.value(index));
                    prop_assert_eq!(found, expected, "`{}` on {:?}", text, &rows[index]);
                }
            }
        }
    }
}
