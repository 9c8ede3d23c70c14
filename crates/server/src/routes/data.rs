//! What departments sent: feeds with lateness, deliveries, refused rows.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use pack::programme::{Feed, RhythmPeriod};
use serde_json::{Value, json};
use store::{RefusedFilter, StoredDelivery};
use types::Day;

use crate::app::App;
use crate::problem::Problem;
use crate::wire::{Asked, Desk, both, flag, limit, page, text};

pub(crate) async fn feeds(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let programme = desk.programme();
    let store = &desk.app.folder.store;
    let stored = store.deliveries().await?;
    let open = store.refused_rows(&RefusedFilter { open_only: true, ..RefusedFilter::default() }).await?;
    let mut items = Vec::new();
    for feed in programme.feeds.values() {
        let own: Vec<&StoredDelivery> = stored.iter().filter(|stored| stored.delivery.feed == feed.name).collect();
        let covers_to = own
            .iter()
            .filter(|stored| stored.destroyed.is_none())
            .filter_map(|stored| stored.delivery.covers)
            .map(|covers| covers.to)
            .max();
        let (state, days_late) = standing(feed, covers_to, desk.today());
        let rhythm = feed.rhythm.as_ref().map(|rhythm| match rhythm.every {
            RhythmPeriod::Day => both("每日", "daily"),
            RhythmPeriod::Month => both("每月", "monthly"),
            RhythmPeriod::Year => both("每年", "yearly"),
        });
        items.push(json!({
            "id": feed.name, "title": text(&feed.title),
            "provider": feed.provider.as_ref().map(|provider| both(provider, provider)), "rhythm": rhythm,
            "pack": programme.packs.get(feed.pack).map(|info| info.id.clone()).unwrap_or_default(),
            "deliveries": own.len(), "last": own.last().map(|stored| line(&desk, stored)),
            "covers_to": covers_to.map(|day| day.to_string()), "state": state, "days_late": days_late,
            "refused": open.iter().filter(|row| row.feed == feed.name).count(),
        }));
    }
    Ok(Json(json!({"items": items, "as_of": desk.today().to_string()})))
}

/// Fresh, late, lapsed or never; how many days the next data are late.
fn standing(feed: &Feed, covers_to: Option<Day>, today: Day) -> (&'static str, Option<i32>) {
    let Some(end) = covers_to else { return ("never", None) };
    let due = feed.rhythm.as_ref().map(|rhythm| rhythm.due(end));
    let late = due.map(|due| today.0 - due.plus_days(feed.grace_days).0).filter(|days| *days > 0);
    if today.0 - end.0 > feed.unknown_after_days {
        return ("lapsed", late);
    }
    (if late.is_some() { "late" } else { "fresh" }, late)
}

fn line(desk: &Desk, stored: &StoredDelivery) -> Value {
    let delivery = &stored.delivery;
    let title = desk.programme().feeds.get(&delivery.feed).map(|feed| feed.title.clone()).unwrap_or_default();
    json!({
        "sequence": delivery.sequence, "feed": delivery.feed, "feed_title": text(&title),
        "file_name": delivery.file_name, "received": delivery.received.to_string(),
        "data_date": delivery.data_date.to_string(),
        "covers_from": delivery.covers.map(|covers| covers.from.to_string()),
        "covers_to": delivery.covers.map(|covers| covers.to.to_string()), "scopes": delivery.scopes,
        "rows": delivery.rows, "refused": delivery.refused, "by": stored.operator,
        "destroyed": stored.destroyed.is_some(),
    })
}

pub(crate) async fn deliveries(State(app): State<Arc<App>>, Query(asked): Asked) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let wanted = limit(&asked)? as usize;
    let before: Option<u32> = asked.get("after").and_then(|after| after.parse().ok());
    let stored = desk.app.folder.store.deliveries().await?;
    let of_feed = |stored: &&StoredDelivery| asked.get("feed").is_none_or(|feed| stored.delivery.feed == *feed);
    let own: Vec<&StoredDelivery> = stored.iter().rev().filter(of_feed).collect();
    let total = own.len() as u64;
    let mut rest = own.into_iter().filter(|stored| before.is_none_or(|before| stored.delivery.sequence < before));
    let listed: Vec<&StoredDelivery> = rest.by_ref().take(wanted).collect();
    let next = rest.next().and(listed.last()).map(|stored| stored.delivery.sequence.to_string());
    Ok(Json(page(listed.iter().map(|stored| line(&desk, stored)).collect(), next, total)))
}

pub(crate) async fn refused_rows(State(app): State<Arc<App>>, Query(asked): Asked) -> Result<Json<Value>, Problem> {
    let desk = Desk::of(app).await?;
    let wanted = limit(&asked)?;
    let from: u32 = asked.get("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let filter =
        RefusedFilter { feed: asked.get("feed").cloned(), open_only: !flag(&asked, "all"), ..RefusedFilter::default() };
    let store = &desk.app.folder.store;
    let total = store.count_refused_rows(&filter).await?;
    let rows = store.refused_rows(&RefusedFilter { limit: Some(wanted), offset: from, ..filter }).await?;
    let names = store.deliveries().await?;
    let items: Vec<Value> = rows
        .iter()
        .map(|stored| {
            let row = &stored.row;
            let feed = desk.programme().feeds.get(&stored.feed);
            let name = names.iter().find(|known| known.delivery.sequence == stored.delivery);
            json!({
                "id": stored.id, "delivery": stored.delivery, "feed": stored.feed,
                "feed_title": text(&feed.map(|feed| feed.title.clone()).unwrap_or_default()),
                "file_name": name.map(|known| known.delivery.file_name.clone()).unwrap_or_default(),
                "sheet": row.sheet, "row": row.row, "column": row.column,
                "code": row.check.clone().unwrap_or_else(|| row.code.word().to_owned()), "text": text(&row.code.text()),
                "value": desk.view().cell(&stored.feed, row.column.as_deref(), &row.value),
                "closed": stored.closed_by.is_some(),
            })
        })
        .collect();
    let end = from + wanted;
    let next = (u64::from(end) < total).then(|| end.to_string());
    Ok(Json(page(items, next, total)))
}
