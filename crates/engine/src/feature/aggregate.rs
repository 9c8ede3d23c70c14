//! Aggregates: rows scattered into one entry per subject.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array};
use expr::{AggregateCall, AggregateFunction};
use types::{Decimal, NO_NUMBER, Type};

use crate::{Fault, values};

/// The aggregate of each of `size` subjects. `targets`: the subject of each row, in row order; `argument`: its cell (absent for
/// `count(*)`); `at` names the place of an overflow.
pub fn aggregate(
    call: &AggregateCall,
    size: usize,
    targets: &[u32],
    argument: Option<&ArrayRef>,
    at: &str,
) -> Result<ArrayRef, Fault> {
    match (call.function, argument) {
        (AggregateFunction::Count, Some(argument)) if call.distinct => Ok(count_distinct(size, targets, argument)),
        (AggregateFunction::Count, argument) => {
            let mut counts = vec![0_i64; size];
            for (row, target) in targets.iter().enumerate() {
                counts[*target as usize] += i64::from(argument.is_none_or(|argument| argument.is_valid(row)));
            }
            Ok(Arc::new(Int64Array::from(counts)))
        }
        (AggregateFunction::Sum, Some(argument)) => {
            let sums = sums(size, targets, argument).0;
            let cells: Result<Vec<i64>, Fault> = sums
                .into_iter()
                .map(|sum| i64::try_from(sum).map_err(|_| Fault::Overflow { at: at.to_owned() }))
                .collect();
            Ok(Arc::new(Int64Array::from(cells?)))
        }
        (AggregateFunction::Avg, Some(argument)) => {
            let scale = match call.argument.as_ref().map(|argument| argument.root.ty) {
                Some(Type::Number { scale, .. }) => scale,
                _ => 0,
            };
            let (sums, counts) = sums(size, targets, argument);
            let averages = sums.into_iter().zip(counts);
            Ok(Arc::new(
                averages
                    .map(|(sum, count)| Decimal::new(sum, scale).divide(Decimal::integer(count)))
                    .collect::<Float64Array>(),
            ))
        }
        (AggregateFunction::Any | AggregateFunction::All, Some(argument)) => {
            let decisive = call.function == AggregateFunction::Any;
            let mut bits = vec![!decisive; size];
            for (row, target) in targets.iter().enumerate() {
                if values::raw(argument, row) == Some(i64::from(decisive)) {
                    bits[*target as usize] = decisive;
                }
            }
            Ok(Arc::new(BooleanArray::from(bits)))
        }
        (_, Some(argument)) => {
            let chosen = choose(call.function, size, targets, argument);
            values::gather(argument, &chosen)
        }
        (_, None) => Err(Fault::Programme { missing: format!("the argument of `{}`", call.text) }),
    }
}

fn sums(size: usize, targets: &[u32], argument: &ArrayRef) -> (Vec<i128>, Vec<i64>) {
    let mut sums = vec![0_i128; size];
    let mut counts = vec![0_i64; size];
    for (row, target) in targets.iter().enumerate() {
        if let Some(cell) = values::raw(argument, row) {
            sums[*target as usize] += i128::from(cell);
            counts[*target as usize] += 1;
        }
    }
    (sums, counts)
}

fn count_distinct(size: usize, targets: &[u32], argument: &ArrayRef) -> ArrayRef {
    let mut counts = vec![0_i64; size];
    let mut count = |pairs: &mut dyn Iterator<Item = u32>| {
        for target in pairs {
            counts[target as usize] += 1;
        }
    };
    if let Some(texts) = argument.as_string_opt::<i32>() {
        let mut pairs: Vec<(u32, &str)> = targets
            .iter()
            .enumerate()
            .filter(|(row, _)| texts.is_valid(*row))
            .map(|(row, target)| (*target, texts.value(row)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        count(&mut pairs.into_iter().map(|(target, _)| target));
    } else {
        // Equal reals have equal bits: there is one zero and nothing that is no number.
        let reals = argument.as_primitive_opt::<Float64Type>();
        let bits = |row| match reals {
            Some(reals) => reals.is_valid(row).then(|| i64::from_le_bytes(reals.value(row).to_le_bytes())),
            None => values::raw(argument, row),
        };
        let mut pairs: Vec<(u32, i64)> =
            targets.iter().enumerate().filter_map(|(row, target)| bits(row).map(|cell| (*target, cell))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        count(&mut pairs.into_iter().map(|(target, _)| target));
    }
    Arc::new(Int64Array::from(counts))
}

/// The row whose cell is the minimum, maximum, first or last of each subject. Rows come in order of (valid, received, sequence,
/// row), so that the first row of equals is the first and the last the last.
fn choose(function: AggregateFunction, size: usize, targets: &[u32], argument: &ArrayRef) -> Vec<u32> {
    let mut chosen = vec![NO_NUMBER; size];
    let less = |left: u32, right: u32| {
        let (left, right) = (left as usize, right as usize);
        if let Some(cells) = argument.as_primitive_opt::<Int64Type>() {
            return cells.value(left) < cells.value(right);
        }
        if let Some(cells) = argument.as_primitive_opt::<Date32Type>() {
            return cells.value(left) < cells.value(right);
        }
        if let Some(cells) = argument.as_primitive_opt::<Float64Type>() {
            return cells.value(left) < cells.value(right);
        }
        argument.as_string_opt::<i32>().is_some_and(|cells| cells.value(left) < cells.value(right))
    };
    for (row, target) in (0_u32..).zip(targets) {
        if argument.is_null(row as usize) {
            continue;
        }
        let best = &mut chosen[*target as usize];
        let is_better = *best == NO_NUMBER
            || match function {
                AggregateFunction::Min => less(row, *best),
                AggregateFunction::Max => less(*best, row),
                AggregateFunction::Last => true,
                _ => false,
            };
        if is_better {
            *best = row;
        }
    }
    chosen
}
