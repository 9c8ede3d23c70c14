//! A change that is tried on a model: other values of its lines, or another condition. Checked against the packs as they stand.

use std::collections::BTreeMap;

use pack::programme::{Model, Parameter};
use pack::{Finding, Programme, Sources, nearest, parse_value};
use types::{Question, Type, Value};

use crate::Error;

/// What is to be tried, as a person writes it.
#[derive(Clone, Debug, Default)]
pub struct ChangeRequest {
    /// Lines and their values, as text: (`fine_line`, `8000`). The colon before the name may stand or not.
    pub lines: Vec<(String, String)>,
    /// A condition to stand in the place of `when`.
    pub when: Option<String>,
}

/// A line that is tried.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedLine {
    /// Name, without the colon.
    pub name: String,
    /// Type of its values.
    pub ty: Type,
    /// The value tried, the same everywhere.
    pub to: Value,
    /// The values in force at (A, K), by place, the widest first.
    pub from: Vec<(String, Value)>,
}

/// A change that is well formed.
#[derive(Clone, Debug)]
pub struct Change {
    /// The model as it would be.
    pub model: Model,
    /// The lines tried, in the order in which they were given.
    pub lines: Vec<TriedLine>,
    /// What there is to say of the condition tried, though it is no error.
    pub remarks: Vec<Finding>,
    /// What the remarks point into.
    pub sources: Sources,
}

impl Change {
    /// Reads `request` for `model`; values in force are those of `question`.
    ///
    /// # Errors
    /// `unknown-parameter`, `keyed-parameter`, `bad-value`, `line-unread`, `line-twice`; the findings of the condition.
    pub fn read(
        programme: &Programme,
        model: &Model,
        request: &ChangeRequest,
        question: Question,
    ) -> Result<Self, Error> {
        let mut change =
            Self { model: model.clone(), lines: Vec::new(), remarks: Vec::new(), sources: Sources::default() };
        if let Some(text) = &request.when {
            let checked = pack::condition(programme, &model.subject, model.population.as_ref(), "--when", text);
            let Some(formula) = checked.formula else {
                return Err(Error::Findings { findings: checked.findings, sources: checked.sources });
            };
            change.model.when = formula;
            (change.remarks, change.sources) = (checked.findings, checked.sources);
        }
        for (name, text) in &request.lines {
            let parameter = line(programme, &change.model, name)?;
            if change.lines.iter().any(|line| line.name == parameter.name) {
                return Err(Error::refused(
                    "line-twice",
                    format!("`:{}` 给了两次", parameter.name),
                    format!("`:{}` is given twice", parameter.name),
                ));
            }
            change.lines.push(TriedLine {
                name: parameter.name.clone(),
                ty: parameter.ty,
                to: value(parameter, text)?,
                from: in_force(parameter, question),
            });
        }
        Ok(change)
    }

    /// The values tried, as the engine takes them.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, Value> {
        self.lines.iter().map(|line| (line.name.clone(), line.to.clone())).collect()
    }
}

/// The line called `name`, which `model` must read, itself or through features, and which must be one value.
///
/// # Errors
/// `unknown-parameter`, `keyed-parameter`, `line-unread`.
pub fn line<'p>(programme: &'p Programme, model: &Model, name: &str) -> Result<&'p Parameter, Error> {
    let name = name.strip_prefix(':').unwrap_or(name);
    let read = engine::rules_of(programme, model).parameters;
    let listed = |between: &str| read.iter().map(|name| format!("`:{name}`")).collect::<Vec<_>>().join(between);
    let Some(parameter) = programme.parameters.get(name) else {
        let (zh, en) = match nearest(name, programme.parameters.keys()) {
            Some(near) => (format!("是不是 `:{near}`？"), format!("did you mean `:{near}`?")),
            None => (
                format!("模型 `{}` 用到：{}", model.id, listed("、")),
                format!("model `{}` reads: {}", model.id, listed(", ")),
            ),
        };
        return Err(Error::refused(
            "unknown-parameter",
            format!("没有参数 `:{name}`；{zh}"),
            format!("there is no parameter `:{name}`; {en}"),
        ));
    };
    if parameter.table.is_some() {
        return Err(Error::refused(
            "keyed-parameter",
            format!("`:{name}` 是一张表，不能只给一个值"),
            format!("`:{name}` is a table: one value cannot stand for it"),
        ));
    }
    if !read.contains(name) {
        let (zh, en) = if read.is_empty() {
            ("它不用任何参数".to_owned(), "it reads none".to_owned())
        } else {
            (format!("它用到：{}", listed("、")), format!("it reads: {}", listed(", ")))
        };
        return Err(Error::refused(
            "line-unread",
            format!("模型 `{}` 不用 `:{name}`；{zh}", model.id),
            format!("model `{}` does not read `:{name}`; {en}", model.id),
        ));
    }
    Ok(parameter)
}

/// The value of `parameter` that `text` gives.
///
/// # Errors
/// `bad-value`.
pub fn value(parameter: &Parameter, text: &str) -> Result<Value, Error> {
    parse_value(text, parameter.ty).map_err(|expected| {
        let (name, ty) = (&parameter.name, parameter.ty.word());
        Error::refused(
            "bad-value",
            format!("`{}` 不是 `:{name}`（`{ty}`）的值：{}", text.trim(), expected.zh),
            format!("`{}` is no value of `:{name}` (`{ty}`): {}", text.trim(), expected.en),
        )
    })
}

/// The values of `parameter` in force at `question`, by place, the widest first.
fn in_force(parameter: &Parameter, question: Question) -> Vec<(String, Value)> {
    let values = parameter.values.iter().filter(|value| value.in_force(question.as_of, question.known_by));
    let mut values: Vec<(String, Value)> = values.map(|value| (value.place.clone(), value.value.clone())).collect();
    values.sort_by(|(left, _), (right, _)| (left.len(), left).cmp(&(right.len(), right)));
    values
}
