//! Forms: what is known already, and what a filled-in form says.

use std::collections::BTreeMap;

use pack::programme::{Action, FieldType, FormField, Steps};
use types::{Day, Decimal, Text, Value};

use super::facts::Facts;
use super::refusal::{CaseRefusal, FieldFault, RefusalWord};
use super::state::{Case, MEASURE, remembers};

/// Longest text that is taken.
const LONGEST: usize = 2000;

/// Where a value in a form comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was filled in before.
    FilledIn(Day),
    /// Screening says so.
    Screened(Day),
    /// The case has been about this subject since then: a clue named it.
    Named(Day),
}

/// A field of a form, with what is known already.
#[derive(Clone, Debug)]
pub struct Prefilled<'s> {
    /// The field.
    pub field: &'s FormField,
    /// What may be chosen.
    pub options: Vec<(String, Text)>,
    /// The value, as canonical text.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Option<Origin>,
}

/// The form of `action`.
#[must_use]
pub fn prefilled<'s>(
    steps: &'s Steps,
    action: &Action,
    case: Option<&Case>,
    facts: Option<&Facts>,
) -> Vec<Prefilled<'s>> {
    let keeps = remembers(action.kind);
    fields_of(steps, &action.form, case.filter(|_| keeps), facts.filter(|_| keeps))
}

/// The fields `names`, with what is known of them.
#[must_use]
pub fn fields_of<'s>(
    steps: &'s Steps,
    names: &[String],
    case: Option<&Case>,
    facts: Option<&Facts>,
) -> Vec<Prefilled<'s>> {
    names
        .iter()
        .filter_map(|name| {
            let field = steps.fields.get(name)?;
            let known = case.and_then(|case| case.known.get(name));
            let filled = known.map(|known| (known.value.clone(), Origin::FilledIn(known.on)));
            let named = || {
                let case = case.filter(|_| field.ty == FieldType::Subject)?;
                Some((case.subject.as_ref()?.key.clone(), Origin::Named(case.opened)))
            };
            let screened = || {
                let facts = facts?;
                let text = facts.values.get(field.from.as_ref()?)?.text.clone()?;
                Some((text, Origin::Screened(facts.question.as_of)))
            };
            let (value, origin) = filled.or_else(named).or_else(screened).unzip();
            Some(Prefilled { field, options: options(steps, field), value, origin })
        })
        .collect()
}

/// What may be chosen: the kinds of help where the field is theirs, the field's own options otherwise.
fn options(steps: &Steps, field: &FormField) -> Vec<(String, Text)> {
    if field.name == MEASURE && field.options.is_empty() {
        return steps.measures.values().map(|kind| (kind.id.clone(), kind.title.clone())).collect();
    }
    field.options.clone()
}

/// What a form says: `sent` over what was prefilled, in canonical form. Gives what is new, and all of it.
///
/// # Errors
/// `fields_unfit`, with every field that does not fit.
pub fn read(
    form: &[Prefilled<'_>],
    sent: &BTreeMap<String, Option<String>>,
) -> Result<(BTreeMap<String, String>, BTreeMap<String, String>), CaseRefusal> {
    let mut faults = Vec::new();
    let (mut new, mut all) = (BTreeMap::new(), BTreeMap::new());
    for name in sent.keys().filter(|name| !form.iter().any(|line| line.field.name == **name)) {
        faults.push(fault(name, "表单没有这一项", "the form has no such field"));
    }
    for line in form {
        let name = &line.field.name;
        let text = match sent.get(name) {
            Some(text) => text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
            None => line.value.clone(),
        };
        let Some(text) = text else {
            if line.field.required {
                faults.push(fault(name, "必须填写", "must be filled in"));
            }
            continue;
        };
        match canonical(line, &text) {
            Ok(text) => {
                if line.value.as_ref() != Some(&text) || !matches!(line.origin, Some(Origin::FilledIn(_))) {
                    new.insert(name.clone(), text.clone());
                }
                all.insert(name.clone(), text);
            }
            Err(text) => faults.push(FieldFault { field: name.clone(), text }),
        }
    }
    if faults.is_empty() {
        return Ok((new, all));
    }
    let text = Text::new("有填写不合要求的项", "some fields do not fit");
    Err(CaseRefusal { code: RefusalWord::FieldsUnfit, text, fields: faults })
}

fn fault(field: &str, zh: &str, en: &str) -> FieldFault {
    FieldFault { field: field.to_owned(), text: Text::new(zh, en) }
}

fn canonical(line: &Prefilled<'_>, text: &str) -> Result<String, Text> {
    let field = line.field;
    if text.chars().count() > LONGEST {
        return Err(Text::new(format!("超过 {LONGEST} 字"), format!("longer than {LONGEST} characters")));
    }
    match field.ty {
        FieldType::Text | FieldType::LongText | FieldType::Subject => return Ok(text.to_owned()),
        FieldType::Choice | FieldType::Choices => {
            let chosen: Vec<&str> = match field.ty {
                FieldType::Choices => text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect(),
                _ => vec![text],
            };
            return match chosen.iter().all(|word| line.options.iter().any(|(option, _)| option == word)) {
                true => Ok(chosen.join(",")),
                false => Err(Text::new("不在可选项中", "is not among the choices")),
            };
        }
        _ => {}
    }
    let Some(value) = value(field.ty, text) else {
        return Err(match field.ty {
            FieldType::Integer => Text::new("应为整数", "should be a whole number"),
            FieldType::Money => {
                Text::new("应为金额（元，最多两位小数）", "should be an amount in yuan, two decimals at most")
            }
            FieldType::Date => Text::new("应为日期，如 2026-05-31", "should be a day like 2026-05-31"),
            _ => Text::new("应为是或否", "should be yes or no"),
        });
    };
    let bound = |bound: &Option<String>| bound.as_ref().and_then(|bound| number(&self::value(field.ty, bound)?));
    if let Some(number) = number(&value) {
        if let Some(min) = bound(&field.min).filter(|min| number < *min) {
            let min = min.1;
            return Err(Text::new(format!("不能小于 {min}"), format!("must not be less than {min}")));
        }
        if let Some(max) = bound(&field.max).filter(|max| number > *max) {
            let max = max.1;
            return Err(Text::new(format!("不能大于 {max}"), format!("must not be more than {max}")));
        }
    }
    Ok(match value {
        Value::Day(day) => day.to_string(),
        Value::Number(number) => number.normalised().to_string(),
        _ => text.to_owned(),
    })
}

/// A number in millionths, to be compared, and as it is said.
fn number(value: &Value) -> Option<(i128, String)> {
    match value {
        Value::Number(number) => Some((number.rescale(6)?.mantissa, number.normalised().to_string())),
        _ => None,
    }
}

/// The value that `text` says; `None` when it says none.
#[must_use]
pub fn value(ty: FieldType, text: &str) -> Option<Value> {
    match ty {
        FieldType::Integer => Decimal::parse(text).filter(|number| number.scale == 0).map(Value::Number),
        FieldType::Money => Decimal::parse(text)?.rescale(2).map(Value::Number),
        FieldType::Date => Day::parse(text).map(Value::Day),
        FieldType::Bool => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => Some(Value::Text(text.into())),
    }
}
