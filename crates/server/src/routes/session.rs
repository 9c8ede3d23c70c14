//! Signing in and out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, extract::ConnectInfo};
use serde::Deserialize;
use serde_json::{Value, json};
use types::Hash;

use crate::app::App;
use crate::caller::Caller;
use crate::guard::{COOKIE, IDLE};
use crate::password::verify_password;
use crate::problem::{Problem, refused};
use crate::rights::{Access, OPERATIONS};
use crate::wire::{Desk, body, text};

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

#[derive(Deserialize)]
struct LanguageChoice {
    language: String,
}

/// A hash that no password has, so that an unknown login takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9i$GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo";

pub(crate) async fn login(
    State(app): State<Arc<App>>,
    sender: Option<Extension<ConnectInfo<std::net::SocketAddr>>>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let Login { name, password } = body(&bytes)?;
    let now = app.now().seconds;
    let from = sender.map(|sender| sender.0.0.ip().to_string()).unwrap_or_default();
    let who = format!("{from} {name}");
    if !app.logins.admits(&who, now) {
        return Err(refused("too-many", "尝试次数过多，请稍后再试", "too many tries; wait a few minutes"));
    }
    let person = app.folder.store.person(&name).await?;
    let hash = person.as_ref().map_or_else(|| NOBODY.to_owned(), |person| person.password.clone());
    let turn = app.trying.acquire().await.map_err(Problem::fault)?;
    let fits = tokio::task::spawn_blocking(move || verify_password(&password, &hash)).await.map_err(Problem::fault)?;
    drop(turn);
    let Some(person) = person.filter(|_| fits) else {
        return Err(refused("bad-login", "账号或密码不正确", "name or password is wrong"));
    };
    app.logins.forget(&who);
    let (secret, csrf) = (app.folder.store.token()?, app.folder.store.token()?);
    let token = Hash::of(secret.as_bytes()).to_string();
    app.folder.store.begin_session(&token, &person.name, &csrf, now).await?;
    let caller = Caller { person, csrf, token };
    let cookie = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict");
    let session = shown(&Desk::of(app).await?, &caller);
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

pub(crate) async fn me(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(shown(&Desk::of(app).await?, &caller)))
}

pub(crate) async fn logout(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    app.folder.store.end_session(&caller.token, app.now().seconds - IDLE).await?;
    let gone = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

pub(crate) async fn set_language(
    State(app): State<Arc<App>>,
    Extension(mut caller): Extension<Caller>,
    _headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    let LanguageChoice { language } = body(&bytes)?;
    if !matches!(language.as_str(), "zh" | "en") {
        return Err(refused("bad-request", "语言是 zh 或 en", "a language is zh or en"));
    }
    app.folder.store.set_language(&caller.person.name, &language).await?;
    caller.person.language = language;
    Ok(Json(shown(&Desk::of(app).await?, &caller)))
}

fn shown(desk: &Desk, caller: &Caller) -> Value {
    let programme = desk.programme();
    let grants: Vec<Value> = caller
        .person
        .grants
        .iter()
        .map(|(role, place)| {
            let title = programme.roles.get(role).map(|role| role.title.clone()).unwrap_or_default();
            json!({"role": role, "title": text(&title), "place": desk.place(place)})
        })
        .collect();
    let may: Vec<&str> = OPERATIONS
        .iter()
        .filter(|operation| match operation.access {
            Access::Public | Access::SignedIn => true,
            Access::Area(area) => caller.may(programme, area),
        })
        .map(|operation| operation.id)
        .collect();
    json!({
        "user": {"name": caller.person.name, "title": caller.person.title, "grants": grants, "may": may},
        "csrf": caller.csrf, "language": caller.person.language, "today": desk.today().to_string(),
        "test_data": desk.app.test_data,
    })
}
