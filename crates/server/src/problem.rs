//! Refused requests, as RFC 9457 says them.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::case::{CaseRefusal, FieldFault};
use serde_json::json;
use types::Text;

use crate::shield::request;

/// A refused request.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) text: Text,
    pub(crate) errors: Vec<FieldFault>,
    pub(crate) current: Option<String>,
}

impl Problem {
    /// A refusal with a stable code.
    pub(crate) fn refused(status: StatusCode, code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), text: Text::new(zh, en), errors: Vec::new(), current: None }
    }

    pub(crate) fn not_found() -> Self {
        refused("not-found", "没有找到", "nothing was found")
    }

    pub(crate) fn forbidden() -> Self {
        refused("forbidden", "您的角色不能进行此操作", "your roles do not allow this")
    }

    pub(crate) fn unauthenticated() -> Self {
        refused("no-session", "请先登录", "sign in first")
    }

    pub(crate) fn fault(what: impl std::fmt::Display) -> Self {
        eprintln!("fault {}: {what}", request());
        Self::refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "fault",
            "内部故障，请联系管理员",
            "a fault of ours; tell the operator",
        )
    }
}

/// A refusal; the status follows from the code.
pub(crate) fn refused(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Problem {
    let status = match code {
        "not-found" => StatusCode::NOT_FOUND,
        "no-session" | "bad-login" => StatusCode::UNAUTHORIZED,
        "forbidden" | "csrf" => StatusCode::FORBIDDEN,
        "version-missing" => StatusCode::PRECONDITION_REQUIRED,
        "version-old" => StatusCode::PRECONDITION_FAILED,
        "too-many" => StatusCode::TOO_MANY_REQUESTS,
        "key-reused" => StatusCode::CONFLICT,
        "busy-now" => StatusCode::SERVICE_UNAVAILABLE,
        "bad-request" | "key-missing" | "bad-page" => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::refused(status, code, zh, en)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let errors: Vec<_> = self
            .errors
            .iter()
            .map(|fault| json!({"field": fault.field, "code": "unfit", "text": wire_text(&fault.text)}))
            .collect();
        let mut body = json!({
            "type": "about:blank", "title": self.text.en, "status": self.status.as_u16(), "code": self.code,
            "text": wire_text(&self.text), "request": request(), "errors": errors,
        });
        if let (Some(current), Some(object)) = (self.current, body.as_object_mut()) {
            object.insert("current_version".to_owned(), current.into());
        }
        let mut response = (self.status, Json(body)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        response
    }
}

fn wire_text(text: &Text) -> serde_json::Value {
    json!({"zh": text.zh, "en": text.en})
}

impl From<CaseRefusal> for Problem {
    fn from(refusal: CaseRefusal) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: refusal.code.code().replace('_', "-"),
            text: refusal.text,
            errors: refusal.fields,
            current: None,
        }
    }
}

impl From<pipeline::Error> for Problem {
    fn from(error: pipeline::Error) -> Self {
        let text = error.text();
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let code = match &error {
            pipeline::Error::Refused { code: code @ ("unknown-model" | "unknown-kind"), .. } => {
                return Self {
                    status: StatusCode::NOT_FOUND,
                    code: (*code).to_owned(),
                    text,
                    errors: Vec::new(),
                    current: None,
                };
            }
            pipeline::Error::Refused { code, .. } => (*code).to_owned(),
            pipeline::Error::Findings { findings, .. } => {
                let first = findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
                return Self { status, code: "findings".to_owned(), text: first, errors: Vec::new(), current: None };
            }
            pipeline::Error::Destroyed { .. } => "evidence-destroyed".to_owned(),
            pipeline::Error::Store(_) | pipeline::Error::File(_) | pipeline::Error::Fault(_) => {
                return Self::fault(error);
            }
        };
        Self { status, code, text, errors: Vec::new(), current: None }
    }
}

impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Self {
        Self::fault(error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::fault(error)
    }
}
