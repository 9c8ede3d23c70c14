//! The shapes of `openapi.json`. Wire types live here and in `routes/` only.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::HeaderMap;
use casework::case::clock::ClockLine;
use casework::case::form::{Origin, Prefilled};
use pack::Programme;
use pack::programme::{FieldType, FormField, State as WorkState, Steps};
use serde_json::{Value, json};
use types::{Class, Day, SubjectRef, Text};

use crate::app::{App, Loaded};
use crate::mask::{HIDDEN, View};
use crate::problem::{Problem, refused};
use crate::said;

/// What a page asks for in its address.
pub(crate) type Asked = Query<BTreeMap<String, String>>;

/// Lines of a page when none are asked for, and at most.
const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 200;

/// What every answer needs: the app, the answers in memory, how things are shown.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) loaded: Arc<Loaded>,
}

impl Desk {
    pub(crate) async fn of(app: Arc<App>) -> Result<Self, Problem> {
        let loaded = app.loaded().await?;
        Ok(Self { app, loaded })
    }

    pub(crate) fn programme(&self) -> &Arc<Programme> {
        self.loaded.keeper.programme()
    }

    pub(crate) fn today(&self) -> Day {
        self.loaded.keeper.question().as_of
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(self.programme(), false)
    }

    pub(crate) fn place(&self, code: &str) -> Value {
        match self.loaded.places.get(code) {
            Some(place) => json!({
                "code": code, "name": place.name, "level": place.level, "level_title": text(&place.title),
                "parent": place.parent,
            }),
            None => {
                json!({"code": code, "name": code, "level": "", "level_title": text(&Text::default()), "parent": null})
            }
        }
    }

    pub(crate) fn subject(&self, subject: Option<&SubjectRef>) -> Value {
        let Some(subject) = subject else { return Value::Null };
        let title = self.kind_title(&subject.kind);
        json!({
            "kind": subject.kind, "kind_title": text(&title), "ref": self.app.reference(subject),
            "label": self.label(subject), "erased": false,
        })
    }

    /// How a subject is called: a place by its name, anyone else by the masked key.
    fn label(&self, subject: &SubjectRef) -> String {
        match self.loaded.places.get(&subject.key) {
            Some(place) if self.programme().level(&subject.kind).is_some() => place.name.clone(),
            _ => self.view().key(&subject.kind, &subject.key),
        }
    }

    pub(crate) fn kind_title(&self, kind: &str) -> Text {
        let programme = self.programme();
        match (programme.level(kind), programme.places().map(|register| &register.shape)) {
            (Some(level), Some(pack::programme::Shape::Place { titles, .. })) => {
                titles.get(level).cloned().unwrap_or_default()
            }
            _ => programme.registers.get(kind).map(|register| register.title.clone()).unwrap_or_default(),
        }
    }
}

pub(crate) fn text(text: &Text) -> Value {
    json!({"zh": text.zh, "en": text.en})
}

pub(crate) fn both(zh: impl Into<String>, en: impl Into<String>) -> Value {
    json!({"zh": zh.into(), "en": en.into()})
}

pub(crate) fn class_word(class: Class) -> &'static str {
    match class {
        Class::Open => "open",
        Class::Internal => "internal",
        Class::Sensitive => "sensitive",
        Class::Secret => "secret",
    }
}

pub(crate) fn state(steps: &Steps, id: &str) -> Value {
    steps.state(id).map_or_else(|| json!({"id": id, "title": both(id, id), "final": false}), state_line)
}

pub(crate) fn state_line(state: &WorkState) -> Value {
    json!({"id": state.id, "title": text(&state.title), "final": state.is_final})
}

pub(crate) fn clock(line: Option<&ClockLine>) -> Value {
    let Some(line) = line else { return Value::Null };
    json!({
        "title": text(&line.title), "since": line.since.to_string(), "days": line.term.days,
        "unit": line.term.unit.word(), "due": line.due.ok().map(|day| day.to_string()), "days_left": line.days_left,
        "state": line.state.word(), "why": line.due.err().map(|beyond| text(&beyond.text())),
    })
}

/// A field with its prefilled value; what may not be seen is said to be there, and stays when it is left out.
pub(crate) fn field(view: &View<'_>, subject: &str, line: &Prefilled<'_>) -> Value {
    let field = line.field;
    let hides = line.value.as_ref().is_some_and(|value| hides(view, subject, field, value));
    let source = line.origin.as_ref().map(|origin| match origin {
        Origin::FilledIn(day) if hides => both(
            format!("{day} 已填写，掩码显示；不改可留空"),
            format!("filled in on {day}, masked; leave empty to keep it"),
        ),
        Origin::FilledIn(day) => both(format!("{day} 填写"), format!("filled in on {day}")),
        Origin::Screened(day) => both(format!("{day} 筛查数据"), format!("screened on {day}")),
        Origin::Named(day) if hides => both(
            format!("{day} 建立工单时已确定，掩码显示；不改可留空"),
            format!("known since the case was opened on {day}, masked; leave empty to keep it"),
        ),
        Origin::Named(day) => {
            both(format!("{day} 建立工单时已确定"), format!("known since the case was opened on {day}"))
        }
    });
    let mut value = blank(field);
    if let Some(object) = value.as_object_mut() {
        object.insert("required".to_owned(), (field.required && !hides).into());
        object.insert("value".to_owned(), line.value.clone().filter(|_| !hides).into());
        object.insert("source".to_owned(), source.unwrap_or(Value::Null));
        let options: Vec<Value> = line.options.iter().map(|(value, title)| option(value, title)).collect();
        object.insert("options".to_owned(), options.into());
    }
    value
}

/// A field nobody has filled in.
fn blank(field: &FormField) -> Value {
    let ty = match field.ty {
        FieldType::Subject => "text",
        other => other.word(),
    };
    let unit = field.unit.as_deref().map(|unit| text(&said::unit(unit)));
    json!({
        "name": field.name, "title": text(&field.title), "type": ty, "required": field.required,
        "help": field.help.as_ref().map(text), "unit": unit, "options": [], "min": field.min, "max": field.max,
        "value": null, "source": null, "class": class_word(field.class),
    })
}

pub(crate) fn option(value: &str, title: &Text) -> Value {
    json!({"value": value, "title": text(title)})
}

/// A field as it was filled in, for a reader.
pub(crate) fn filled(view: &View<'_>, steps: &Steps, name: &str, value: &str, shows_masked: bool) -> Value {
    let Some(field) = steps.fields.get(name) else {
        return json!({
            "name": name, "title": both(name, name), "text": both(HIDDEN, HIDDEN), "masked": true, "source": null,
        });
    };
    let masked = hides(view, &steps.subject, field, value) && !shows_masked;
    let shown = if masked { Text::new(HIDDEN, HIDDEN) } else { shown(steps, field, value) };
    json!({"name": name, "title": text(&field.title), "text": text(&shown), "masked": masked, "source": null})
}

/// Whether the value of a field is hidden: by its class, and where it is the key of a subject whose keys are masked.
fn hides(view: &View<'_>, subject: &str, field: &FormField, value: &str) -> bool {
    field.class.is_masked() || (field.ty == FieldType::Subject && view.key(subject, value) != value)
}

/// A value in words where the field has words for it.
fn shown(steps: &Steps, field: &FormField, value: &str) -> Text {
    let title = |option: &str| {
        let own = field.options.iter().find(|(id, _)| id == option).map(|(_, title)| title);
        own.or_else(|| steps.measures.get(option).map(|kind| &kind.title))
            .map_or_else(|| Text::new(option, option), Text::clone)
    };
    match field.ty {
        FieldType::Choice => title(value),
        FieldType::Choices => {
            let titles: Vec<Text> = value.split(',').map(title).collect();
            let joined = |word: fn(&Text) -> &str, with: &str| titles.iter().map(word).collect::<Vec<_>>().join(with);
            Text::new(joined(|title| &title.zh, "、"), joined(|title| &title.en, ", "))
        }
        FieldType::Bool => said::both(|lang| said::text("bool", value, lang)),
        FieldType::Money => Text::new(format!("{value} 元"), format!("{value} yuan")),
        _ => Text::new(value, value),
    }
}

/// How many lines a page has.
pub(crate) fn limit(asked: &BTreeMap<String, String>) -> Result<u32, Problem> {
    match asked.get("limit").map(|text| text.parse::<u32>()) {
        None => Ok(PAGE),
        Some(Ok(limit)) if (1..=LONGEST_PAGE).contains(&limit) => Ok(limit),
        Some(_) => Err(refused("bad-page", "每页 1 到 200 行", "a page has 1 to 200 lines")),
    }
}

/// A yes or no in an address.
pub(crate) fn flag(asked: &BTreeMap<String, String>, name: &str) -> bool {
    asked.get(name).is_some_and(|value| value == "true" || value == "1")
}

/// A page.
pub(crate) fn page(items: Vec<Value>, next: Option<String>, total: u64) -> Value {
    json!({"items": items, "next": next, "total": total})
}

/// The version the caller saw.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<String, Problem> {
    let value = headers.get("if-match").and_then(|value| value.to_str().ok());
    value
        .map(|value| value.trim().trim_matches('"').to_owned())
        .filter(|value| !value.is_empty())
        .ok_or_else(|| refused("version-missing", "请求须带 If-Match", "the request needs If-Match"))
}

/// The key under which a command is done once.
pub(crate) fn once_key(headers: &HeaderMap) -> Result<String, Problem> {
    let value = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::trim);
    value.filter(|value| (8..=100).contains(&value.len())).map(str::to_owned).ok_or_else(|| {
        refused(
            "key-missing",
            "请求须带 8 到 100 个字符的 Idempotency-Key",
            "the request needs an Idempotency-Key of 8 to 100 characters",
        )
    })
}

/// A body, or what is wrong with it.
pub(crate) fn body<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        refused("bad-request", format!("请求内容不合要求：{error}"), format!("the request does not fit: {error}"))
    })
}
