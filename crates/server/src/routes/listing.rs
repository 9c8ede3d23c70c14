//! The list behind a number that is reported upward: who makes it up, masked, with the row of a department's file where it is rows.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use serde_json::{Value, json};
use store::StoredDelivery;
use types::{ListingLine, Text};

use super::commands::known_place;
use crate::app::App;
use crate::caller::Caller;
use crate::mask::HIDDEN;
use crate::problem::Problem;
use crate::said;
use crate::wire::{Asked, Desk, limit, text};

pub(crate) async fn indicator_list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let scope = caller.scope(desk.programme(), "subjects");
    let place = known_place(&desk, asked.get("place").map(String::as_str).unwrap_or_default())?;
    let found = desk.programme().indicators.get(&id).filter(|_| scope.holds(&place));
    let indicator = found.ok_or_else(Problem::not_found)?.clone();
    let level = desk.loaded.places.get(&place).map(|known| known.level.clone()).unwrap_or_default();
    let (keeper, threads) = (desk.loaded.keeper.clone(), desk.app.threads);
    let (of, at) = (indicator.clone(), place.clone());
    let behind = move || match of.levels.contains(&level) {
        true => keeper.inquiry()?.behind(&of, &level, &at, threads),
        false => Ok(None),
    };
    let listing = tokio::task::spawn_blocking(behind).await.map_err(Problem::fault)??;
    let listing = listing.ok_or_else(Problem::not_found)?;
    // Whoever has moved away is another's to see.
    let own: Vec<&ListingLine> =
        listing.lines.iter().filter(|line| line.place.as_ref().is_none_or(|place| scope.holds(place))).collect();
    let wanted = limit(&asked)? as usize;
    let from: usize = asked.get("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let deliveries = desk.app.folder.store.deliveries().await?;
    let items: Vec<Value> =
        own.iter().skip(from).take(wanted).map(|one| line(&desk, &listing.kind, one, &deliveries)).collect();
    let next = (from + items.len() < own.len()).then(|| (from + items.len()).to_string());
    Ok(Json(json!({
        "title": text(&indicator.title), "place": desk.place(&place), "as_of": desk.today().to_string(),
        "kind_title": text(&desk.kind_title(&listing.kind)), "not_covered": listing.not_covered,
        "basis": indicator.basis, "items": items, "next": next, "total": own.len(),
    })))
}

fn line(desk: &Desk, kind: &str, line: &ListingLine, deliveries: &[StoredDelivery]) -> Value {
    let shown = line.value.as_ref().map(|value| match (desk.view().shows(line.class), line.ty.as_deref()) {
        (false, _) => Text::new(HIDDEN, HIDDEN),
        (true, ty) => said::both(|lang| said::with_unit(ty.unwrap_or("text"), None, value, lang)),
    });
    let file = line.row.as_ref().map(|row| {
        let stored = deliveries.iter().find(|stored| stored.delivery.hash == row.delivery);
        json!({"name": stored.map_or(row.feed.as_str(), |stored| stored.delivery.file_name.as_str()), "row": row.row})
    });
    let place = line.place.as_ref().map(|place| desk.place(&desk.view().place(kind, place)));
    json!({
        "subject": desk.subject(line.subject.as_ref()), "place": place, "value": shown.as_ref().map(text), "file": file,
    })
}
