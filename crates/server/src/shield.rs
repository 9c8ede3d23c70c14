//! Around every answer: what the browser may do with it, and the number under which the log knows the request.
//!
//! The policy is as strict as the app allows. Ant Design writes its styles at run time, so styles may stand in the page; scripts may
//! not, and nothing may come from another host.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// What a page of this server may load and do.
const POLICY: &str = include_str!("policy.txt").trim_ascii();

/// Sent with every answer.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Under which the log knows a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static REQUEST: String;
}

/// The number of the request that is being answered; empty outside of one.
pub(crate) fn request() -> String {
    REQUEST.try_with(Clone::clone).unwrap_or_default()
}

/// Numbers the request and puts the headers on its answer.
pub(crate) async fn shield(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    // The second and a count: found again in a log, and told over the telephone.
    let id = format!("{:x}-{:x}", app.now().seconds, COUNT.fetch_add(1, Ordering::Relaxed));
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = REQUEST.scope(id.clone(), next.run(request)).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_api {
        // Whoever sits down next at the same computer finds nothing in its cache.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}
