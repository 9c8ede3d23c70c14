//! The browser app, embedded at build; a page that says how to build it where it was not there.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// Whether the browser app is in this program.
pub(crate) fn is_there() -> bool {
    FILES.iter().any(|(name, _)| *name == "/index.html")
}

/// A file of the app; any other address is a page of the app itself.
pub(crate) async fn asset(uri: Uri) -> Response {
    let path = uri.path();
    if path.starts_with("/api/") {
        return crate::Problem::not_found().into_response();
    }
    let find = |name: &str| FILES.iter().find(|(known, _)| *known == name);
    if let Some((name, bytes)) = find(path) {
        let cache = if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        return ([(header::CONTENT_TYPE, kind(name)), (header::CACHE_CONTROL, cache)], *bytes).into_response();
    }
    match find("/index.html") {
        Some((name, bytes)) => {
            ([(header::CONTENT_TYPE, kind(name)), (header::CACHE_CONTROL, "no-cache")], *bytes).into_response()
        }
        None => (StatusCode::OK, Html(ABSENT)).into_response(),
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

const ABSENT: &str = "<!doctype html><meta charset=utf-8><title>见微 Jianwei</title>\
<body style=\"font-family:sans-serif;max-width:40em;margin:4em auto;line-height:1.6\">\
<h1>见微 Jianwei</h1><p>本程序编译时没有浏览器应用。请在 <code>web/</code> 中运行 <code>npm ci &amp;&amp; npm run build</code>，再重新编译。接口可用：<a href=/api/openapi.json>/api/openapi.json</a></p>\
<p>This program was built without the browser app. Run <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code> and build again. The API works: <a href=/api/openapi.json>/api/openapi.json</a></p>";
