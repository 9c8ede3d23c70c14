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
use crate::routes::{
    cases, clues, commands, data, exports, home, listing, meta, models, public, session, subjects, work,
};
use crate::shield::shield;

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
    router
        .fallback(asset)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(app), shield))
        .with_state(Arc::clone(app))
}

fn handler(id: &str) -> Option<MethodRouter<Arc<App>>> {
    Some(match id {
        "health" => get(meta::health),
        "openapi" => get(meta::openapi),
        "login" => post(session::login),
        "me" => get(session::me),
        "logout" => delete(session::logout),
        "set_language" => put(session::set_language),
        "home" => get(home::home),
        "indicator_list" => get(listing::indicator_list),
        "tasks" => get(work::tasks),
        "places" => get(work::places),
        "list_clues" => get(clues::list_clues),
        "get_clue" => get(clues::get_clue),
        "clue_rows" => get(clues::clue_rows),
        "give_verdict" => post(clues::give_verdict),
        "snooze_clue" => post(clues::snooze_clue),
        "list_cases" => get(cases::list_cases),
        "get_case" => get(cases::get_case),
        "publication" => get(cases::publication),
        "workflows" => get(cases::workflows),
        "open_case" => post(commands::open_case),
        "open_case_of_clue" => post(commands::open_case_of_clue),
        "act" => post(commands::act),
        "kinds" => get(subjects::kinds),
        "find_subjects" => get(subjects::find_subjects),
        "get_subject" => get(subjects::get_subject),
        "reveal" => post(subjects::reveal),
        "subject_access" => get(subjects::subject_access),
        "access" => get(subjects::access),
        "list_models" => get(models::list_models),
        "get_model" => get(models::get_model),
        "what_if" => post(models::what_if),
        "near" => get(models::near),
        "feeds" => get(data::feeds),
        "deliveries" => get(data::deliveries),
        "refused_rows" => get(data::refused_rows),
        "export" => get(exports::export),
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
    let ahead = tokio::spawn(Arc::clone(&app).stay_ahead());
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(until).await;
    ahead.abort();
    served
}
