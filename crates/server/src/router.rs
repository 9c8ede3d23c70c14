//! From the table of operations to handlers. An operation without a handler, or a handler without an operation, is not served.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, post, put};
use tokio::net::TcpListener;

use crate::app::App;
use crate::assets::asset;
use crate::guard::guard;
use crate::rights::OPERATIONS;
use crate::routes::{cases, commands, meta, public, session, work};

/// Longest body that is read.
const LONGEST_BODY: usize = 256 * 1024;

/// The whole server as a service.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for operation in OPERATIONS {
        if let Some(handler) = handler(operation.id) {
            let guarded = handler.route_layer(from_fn_with_state((Arc::clone(app), operation), guard));
            router = router.route(operation.path, guarded);
        }
    }
    router.fallback(asset).layer(DefaultBodyLimit::max(LONGEST_BODY)).with_state(Arc::clone(app))
}

fn handler(id: &str) -> Option<MethodRouter<Arc<App>>> {
    Some(match id {
        "health" => get(meta::health),
        "openapi" => get(meta::openapi),
        "login" => post(session::login),
        "me" => get(session::me),
        "logout" => delete(session::logout),
        "set_language" => put(session::set_language),
        "tasks" => get(work::tasks),
        "places" => get(work::places),
        "list_cases" => get(cases::list_cases),
        "get_case" => get(cases::get_case),
        "publication" => get(cases::publication),
        "workflows" => get(cases::workflows),
        "open_case" => post(commands::open_case),
        "open_case_of_clue" => post(commands::open_case_of_clue),
        "act" => post(commands::act),
        "report_form" => get(public::report_form),
        "report" => post(public::report),
        "report_status" => post(public::report_status),
        _ => return None,
    })
}

/// Serves until `until` is done.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    until: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(until).await
}
