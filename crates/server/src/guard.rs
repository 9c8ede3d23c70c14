//! Before every handler: who asks, may they, did this browser send it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use types::Hash;

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Problem, refused};
use crate::rights::{Access, Operation};

/// Seconds after which a session ends, used or not; and after which an unused one does.
const LONGEST: i64 = 12 * 3600;
pub(crate) const IDLE: i64 = 2 * 3600;
/// A session is noted as used at most this often.
const NOTED: i64 = 60;

/// The name of the session cookie.
pub(crate) const COOKIE: &str = "jianwei_session";

/// Lets a request through to its handler, or answers in its stead.
pub(crate) async fn guard(
    State((app, operation)): State<(Arc<App>, &'static Operation)>,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&app, operation, request.headers(), request.method()).await {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Ok(None) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(
    app: &Arc<App>,
    operation: &Operation,
    headers: &HeaderMap,
    method: &Method,
) -> Result<Option<Caller>, Problem> {
    if operation.access == Access::Public {
        return Ok(None);
    }
    let token = cookie(headers).ok_or_else(Problem::unauthenticated)?;
    let token = Hash::of(token.as_bytes()).to_string();
    let now = app.now().seconds;
    let session = app.folder.store.session(&token).await?.ok_or_else(Problem::unauthenticated)?;
    if now - session.begun > LONGEST || now - session.seen > IDLE {
        return Err(Problem::unauthenticated());
    }
    if now - session.seen > NOTED {
        app.folder.store.touch_session(&token, now).await?;
    }
    if *method != Method::GET {
        let sent = headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
        if sent != Some(session.csrf.as_str()) {
            return Err(refused("csrf", "请求没有带上会话的令牌", "the request lacks the session's token"));
        }
    }
    let caller = Caller { person: session.person, csrf: session.csrf, token };
    if let Access::Area(area) = operation.access
        && !caller.may(app.loaded().await?.keeper.programme(), area)
    {
        return Err(Problem::forbidden());
    }
    Ok(Some(caller))
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}
