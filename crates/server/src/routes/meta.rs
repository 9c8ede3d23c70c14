//! Whether the server answers, and what it answers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::app::App;
use crate::{OPENAPI, assets};

pub(crate) async fn health(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({
        "status": "ok", "version": env!("CARGO_PKG_VERSION"), "today": app.now().day.to_string(),
        "test_data": app.test_data, "app": assets::is_there(),
    }))
}

pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}
