//! What a backtest is asked, checked: dates, clocks, sweeps.

use pack::Programme;
use pack::programme::{Model, Parameter};
use types::{Day, Period, Question, Type, Value};

use crate::Error;
use crate::change::{line, value};

/// Dates beyond this are a slip of the hand.
const MOST_DATES: usize = 1_000;

/// Values beyond this too.
const MOST_VALUES: usize = 200;

/// Which deliveries each date may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// Those received by that date: what could have been said then.
    AsOf,
    /// Those received by this day, the same for every date: what is said of the past from what is known now.
    Day(Day),
}

/// The dates of a backtest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// The first.
    pub from: Day,
    /// None is later.
    pub to: Day,
    /// From each to the next; months are counted from the first, so that 31 January is followed by 28 February and 31 March.
    pub every: Period,
    /// K of each.
    pub known_by: KnownBy,
}

/// Values of one line to try, as a person writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepRequest {
    /// The line, without its colon.
    pub line: String,
    /// First value.
    pub from: String,
    /// No value is beyond it.
    pub to: String,
    /// From each to the next.
    pub step: String,
}

/// Values of one line to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The line.
    pub parameter: Parameter,
    /// Its values, ascending.
    pub values: Vec<Value>,
}

impl Dates {
    /// The questions, in order.
    ///
    /// # Errors
    /// `bad-dates`.
    pub fn questions(&self) -> Result<Vec<Question>, Error> {
        let refused = |zh: String, en: String| Err(Error::refused("bad-dates", zh, en));
        let Self { from, to, every, known_by } = *self;
        if from > to {
            return refused(
                format!("起日 {from} 晚于止日 {to}"),
                format!("the first date {from} is after the last, {to}"),
            );
        }
        if every.months <= 0 && every.days <= 0 {
            return refused("间隔应大于零".into(), "the step between dates should be more than nothing".into());
        }
        let mut questions = Vec::new();
        for step in 0.. {
            let times = |count: i32| count.checked_mul(step);
            let (Some(months), Some(days)) = (times(every.months), times(every.days)) else { break };
            let as_of = Period { months, days }.after(from);
            if as_of > to {
                break;
            }
            if questions.len() == MOST_DATES {
                return refused(format!("超过 {MOST_DATES} 个时点"), format!("more than {MOST_DATES} dates"));
            }
            let known_by = match known_by {
                KnownBy::AsOf => as_of,
                KnownBy::Day(day) => day,
            };
            questions.push(Question { as_of, known_by });
        }
        Ok(questions)
    }
}

impl Sweep {
    /// Reads `request`; at least one of `models` must read the line.
    ///
    /// # Errors
    /// `unknown-parameter`, `keyed-parameter`, `line-unread`, `bad-value`, `bad-sweep`.
    pub fn read(programme: &Programme, models: &[&Model], request: &SweepRequest) -> Result<Self, Error> {
        let read = models.iter().find_map(|model| line(programme, model, &request.line).ok());
        let parameter = match (read, models) {
            (Some(parameter), _) => parameter,
            (None, [only]) => line(programme, only, &request.line)?,
            (None, _) => {
                let name = &request.line;
                return Err(Error::refused(
                    "line-unread",
                    format!("没有模型用 `:{name}`，或它不是一个值"),
                    format!("no model reads `:{name}`, or it is not one value"),
                ));
            }
        };
        let (from, to) = (value(parameter, &request.from)?, value(parameter, &request.to)?);
        let step = step(parameter, &request.step)?;
        let refused = |zh: String, en: String| Err(Error::refused("bad-sweep", zh, en));
        let mut values = vec![from];
        loop {
            let last = &values[values.len() - 1];
            let Some(next) = after(last, &step).filter(|next| last.order(next) == Some(std::cmp::Ordering::Less))
            else {
                return refused(
                    "步长应大于零，且与界限同类".into(),
                    "the step should be more than nothing, and of the line's kind".into(),
                );
            };
            match next.order(&to) {
                Some(std::cmp::Ordering::Greater) => break,
                Some(_) if values.len() == MOST_VALUES => {
                    return refused(format!("超过 {MOST_VALUES} 个取值"), format!("more than {MOST_VALUES} values"));
                }
                Some(_) => values.push(next),
                None => return refused("起点与终点不可比".into(), "the two ends cannot be compared".into()),
            }
        }
        if values[0].order(&to).is_none_or(|order| order == std::cmp::Ordering::Greater) {
            return refused("起点大于终点".into(), "the first value is beyond the last".into());
        }
        Ok(Self { parameter: parameter.clone(), values })
    }
}

/// The step between values of `parameter`: days between dates, otherwise as its values.
fn step(parameter: &Parameter, text: &str) -> Result<Value, Error> {
    match parameter.ty {
        Type::Day => value(&Parameter { ty: Type::Period, ..parameter.clone() }, text),
        _ => value(parameter, text),
    }
}

fn after(value: &Value, step: &Value) -> Option<Value> {
    match (value, step) {
        (Value::Number(value), Value::Number(step)) => value.checked_add(*step).map(Value::Number),
        (Value::Period(value), Value::Period(step)) => Some(Value::Period(Period {
            months: value.months.checked_add(step.months)?,
            days: value.days.checked_add(step.days)?,
        })),
        (Value::Day(value), Value::Period(step)) => Some(Value::Day(step.after(*value))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use types::{Day, Period};

    use super::{Dates, KnownBy};

    fn dates(from: &str, to: &str, every: &str, known_by: KnownBy) -> Option<Vec<String>> {
        let day = |text| Day::parse(text).expect(text);
        let dates = Dates { from: day(from), to: day(to), every: Period::parse(every).expect(every), known_by };
        let questions = dates.questions().ok()?;
        Some(questions.iter().map(|asked| format!("{}/{}", asked.as_of, asked.known_by)).collect())
    }

    #[test]
    fn months_are_counted_from_the_first_date() {
        let of = |from, to, every| dates(from, to, every, KnownBy::AsOf).map(|dates| dates.join(" "));
        for (from, to, every, expected) in [
            (
                "2026-01-31",
                "2026-04-30",
                "1 month",
                "2026-01-31/2026-01-31 2026-02-28/2026-02-28 2026-03-31/2026-03-31 2026-04-30/2026-04-30",
            ),
            ("2026-01-01", "2026-01-20", "7d", "2026-01-01/2026-01-01 2026-01-08/2026-01-08 2026-01-15/2026-01-15"),
            ("2026-01-01", "2026-01-01", "1 year", "2026-01-01/2026-01-01"),
        ] {
            assert_eq!(of(from, to, every).as_deref(), Some(expected));
        }
        let late = KnownBy::Day(Day::parse("2026-06-01").expect("a day"));
        assert_eq!(dates("2026-01-01", "2026-01-09", "7d", late).expect("dates")[1], "2026-01-08/2026-06-01");
        assert_eq!(of("2026-01-02", "2026-01-01", "7d"), None);
        assert_eq!(of("2026-01-01", "2026-01-09", "0 days"), None);
        assert_eq!(of("2000-01-01", "2026-01-09", "1d"), None, "too many");
    }
}
