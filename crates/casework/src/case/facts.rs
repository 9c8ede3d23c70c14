//! Facts and guards: what is known of a subject when a command comes, and what it allows.

use std::collections::BTreeMap;

use codes::{DayUnit, WorkCalendar};
use expr::Input;
use pack::programme::{Guard, Steps};
use types::{Day, Decimal, Hash, Hasher, Question, Text, Value};

use super::event::FactsPin;
use super::form;
use super::state::{Case, MeasureState};

/// What screening says of a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// (A, K).
    pub question: Question,
    /// Number of the last delivery seen.
    pub last_delivery: u32,
    /// By the name that guards call it: `x`, `above.x`, `:line`.
    pub values: BTreeMap<String, Fact>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The value; `None` when it is not covered.
    pub value: Option<Value>,
    /// The same as a form shows it; `None` when there is none.
    pub text: Option<String>,
    /// Its name for people.
    pub title: Text,
    /// Why it is not covered.
    pub why: Vec<Text>,
}

/// A guard, and how it came out.
#[derive(Clone, Debug, PartialEq)]
pub struct GuardLine {
    /// Said to people.
    pub title: Text,
    /// As the pack writes it.
    pub text: String,
    /// `None` for unknown, which refuses too.
    pub truth: Option<bool>,
    /// Why it is unknown.
    pub why: Option<Text>,
}

impl Facts {
    /// What an event keeps of them.
    #[must_use]
    pub fn pin(&self) -> FactsPin {
        let mut hasher = Hasher::default();
        for (name, fact) in &self.values {
            hasher.piece(name).piece(if fact.value.is_some() { "1" } else { "0" });
            hasher.piece(fact.text.as_deref().unwrap_or_default());
        }
        let digest: Hash = hasher.finish();
        FactsPin { question: self.question, last_delivery: self.last_delivery, digest }
    }
}

/// Where guards are asked.
pub(crate) struct Ground<'g> {
    pub(crate) steps: &'g Steps,
    pub(crate) case: &'g Case,
    /// Fields as they would be.
    pub(crate) fields: &'g BTreeMap<String, String>,
    pub(crate) facts: Option<&'g Facts>,
    pub(crate) calendar: &'g WorkCalendar,
    pub(crate) on: Day,
}

/// A value, or why there is none.
enum Known {
    Value(Value),
    Unknown(Text),
}

impl Ground<'_> {
    /// How `guard` comes out.
    pub(crate) fn ask(&self, guard: &Guard) -> GuardLine {
        let formula = &guard.when;
        let known: Vec<Known> = formula.compiled.inputs.iter().map(|input| self.input(input)).collect();
        let inputs: Vec<Value> = known
            .iter()
            .map(|known| match known {
                Known::Value(value) => value.clone(),
                Known::Unknown(_) => Value::Null,
            })
            .collect();
        let truth = formula.root.evaluate(&|atom| {
            let is_unknown = formula.inputs_of(atom).iter().any(|input| matches!(known[*input], Known::Unknown(_)));
            let node = &formula.atoms.get(atom)?.node;
            if is_unknown { None } else { node.truth(&inputs).ok().flatten() }
        });
        let why = match truth {
            None => known.iter().find_map(|known| match known {
                Known::Unknown(why) => Some(why.clone()),
                Known::Value(_) => None,
            }),
            Some(_) => None,
        };
        GuardLine { title: guard.title.clone(), text: formula.compiled.text.clone(), truth, why }
    }

    fn input(&self, input: &Input) -> Known {
        match input {
            Input::Name { prefix: Some(prefix), name } if prefix == "form" => self.field(name),
            Input::Name { prefix: Some(prefix), name } if prefix == "work" => self.of_case(name),
            Input::Name { prefix: Some(prefix), name } => self.fact(&format!("{prefix}.{name}")),
            Input::Name { prefix: None, name } => self.fact(name),
            Input::Parameter(name) => self.fact(&format!(":{name}")),
            Input::AsOf => Known::Value(Value::Day(self.on)),
            Input::Exists(_) => Known::Unknown(Text::new("此处不能用", "not to be used here")),
        }
    }

    fn field(&self, name: &str) -> Known {
        let field = self.steps.fields.get(name);
        let value = field.zip(self.fields.get(name)).and_then(|(field, text)| form::value(field.ty, text));
        match value {
            Some(value) => Known::Value(value),
            None => {
                let title = field.map(|field| field.title.clone()).unwrap_or_default();
                Known::Unknown(Text::new(
                    format!("“{}”尚未填写", title.zh),
                    format!("\u{201c}{}\u{201d} is not filled in", title.en),
                ))
            }
        }
    }

    fn fact(&self, name: &str) -> Known {
        let Some(facts) = self.facts else {
            return Known::Unknown(Text::new("尚未确定是哪一对象", "nobody knows yet whom it is about"));
        };
        match facts.values.get(name) {
            Some(Fact { value: Some(value), .. }) => Known::Value(value.clone()),
            Some(Fact { title, why, .. }) => {
                let (zh, en): (Vec<_>, Vec<_>) = why.iter().map(|why| (why.zh.as_str(), why.en.as_str())).unzip();
                Known::Unknown(Text::new(
                    format!("{}未知：{}", title.zh, zh.join("、")),
                    format!("{} is unknown: {}", title.en, en.join(", ")),
                ))
            }
            None => Known::Unknown(Text::new(format!("`{name}` 未知"), format!("`{name}` is unknown"))),
        }
    }

    fn of_case(&self, name: &str) -> Known {
        let case = self.case;
        let number =
            |number: usize| Known::Value(Value::Number(Decimal::integer(i64::try_from(number).unwrap_or(i64::MAX))));
        let days = |unit| match self.calendar.between(case.since, self.on, unit) {
            Ok(days) => Known::Value(Value::Number(Decimal::integer(days.into()))),
            Err(beyond) => Known::Unknown(beyond.text()),
        };
        match name {
            "days_in_state" => days(DayUnit::Calendar),
            "working_days_in_state" => days(DayUnit::Working),
            "months_since_goal" => match self.goal() {
                Some(since) => Known::Value(Value::Number(Decimal::integer(whole_months(since, self.on).into()))),
                None => Known::Unknown(Text::new("尚未到达该阶段", "it has not got that far")),
            },
            "consented" => Known::Value(Value::Bool(case.consent.is_some())),
            "green" => Known::Value(Value::Bool(case.green)),
            "planned" => Known::Value(Value::Bool(case.plan.is_some())),
            "identified" => Known::Value(Value::Bool(case.subject.is_some())),
            "returns" => number(case.returns as usize),
            "measures_open" => number(case.measures_open()),
            "measures_paid" => number(case.in_state(MeasureState::Paid)),
            "visits" => number(case.visits.len()),
            "clues" => number(case.clues.len()),
            _ => Known::Unknown(Text::new(format!("`work.{name}` 未知"), format!("`work.{name}` is unknown"))),
        }
    }

    /// First day on which the case reached what it is for.
    fn goal(&self) -> Option<Day> {
        let goals = self.steps.states.iter().filter(|state| state.is_goal);
        goals.filter_map(|state| self.case.entered.get(&state.id)).map(|(first, _)| *first).min()
    }
}

/// Whole months from `from` to `to`: months are compared, not days.
fn whole_months(from: Day, to: Day) -> i32 {
    let mut months = to.month().0 - from.month().0;
    while months > 0 && from.plus_months(months) > to {
        months -= 1;
    }
    months.max(0)
}
