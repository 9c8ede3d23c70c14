//! Refused rows that still uncover somebody: section 2.

use pack::programme::{Feed, Mode};

use super::Error;
use super::ask::Asking;
use super::rows::canonical;
use super::store::is_state;

/// Tables `ref(id, feed, valid, c_from, c_to)` and `ref_key(id, kind, key)`: known by K, until the key is accepted or the scope
/// replaced; without a key of its own, until a later delivery has a row of the same subjects and day. Of state feeds `now` says whether
/// the snapshot is in force at A.
pub(super) fn refused(asking: &Asking<'_>) -> Result<(), Error> {
    let (a, k) = (&asking.a, &asking.k);
    for feed in asking.programme.feeds.values() {
        let name = &feed.name;
        let good = made_good(asking, feed);
        let stays = match &feed.mode {
            _ if is_state(feed) => held("s.own", a),
            Mode::Append => format!("NOT {good}"),
            Mode::Upsert(_) => format!(
                "CASE WHEN r.ukey IS NULL THEN NOT {good} ELSE NOT EXISTS (
                   SELECT 1 FROM raw_{name} o WHERE o.ukey = r.ukey AND o.received <= '{k}' AND (o.received, o.seq, o.row) > (r.received, r.seq, r.row)) END"
            ),
            Mode::Snapshot(_) => format!(
                "EXISTS (SELECT 1 FROM dscope own WHERE own.seq = r.seq AND (own.scope = r.scope OR r.scope IS NULL) AND NOT EXISTS (
                   SELECT 1 FROM dscope s JOIN delivery d ON d.seq = s.seq WHERE s.feed = '{name}' AND s.scope = own.scope
                     AND d.received <= '{k}' AND (d.received, d.seq) > (r.received, r.seq)))"
            ),
        };
        asking.run(&format!(
            "INSERT INTO ref SELECT r.id, r.feed, r.valid, d.c_from, d.c_to, {} FROM raw_refused r JOIN delivery d ON d.seq = r.seq
             WHERE r.feed = '{name}' AND r.received <= '{k}' AND {stays};",
            if is_state(feed) { held(&format!("'{a}' < s.t"), a) } else { "1".into() }
        ))?;
        for (kind, _) in super::store::links(asking.programme, feed) {
            asking.run(&format!(
                "INSERT INTO ref_key SELECT x.id, x.kind, {} FROM raw_refused_key x JOIN ref ON ref.id = x.id WHERE ref.feed = '{name}' AND x.kind = '{kind}';",
                canonical(asking, &kind, "x.key")
            ))?;
        }
    }
    Ok(())
}

/// SQL: the snapshot that holds the refused row `r` begins by A, and `when` is true of it.
fn held(when: &str, a: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM snap s WHERE s.feed = r.feed AND s.seq = r.seq AND s.scope = coalesce(r.scope, s.scope) AND s.f <= '{a}' AND {when})"
    )
}

/// SQL: a later delivery known by K has an accepted row that names every subject that could be read of the refused row `r`, on its
/// day; where that could not be read, on a day that its delivery covers. Of whom only a place is known nothing is like.
fn made_good(asking: &Asking<'_>, feed: &Feed) -> String {
    // As delivered, like the keys of feed modes; a group made of the feed's rows is a subject too.
    let links = super::store::links(asking.programme, feed);
    let key = |kind: &str| format!("SELECT x.key FROM raw_refused_key x WHERE x.id = r.id AND x.kind = '{kind}'");
    let same = links.iter().map(|(kind, _)| format!("AND o.k_{kind} = coalesce(({}), o.k_{kind})", key(kind)));
    let is_level = |kind: &str| asking.programme.level(kind).is_some();
    let own = |kind: &str| feed.links.contains_key(kind);
    let only_places = feed.links.keys().all(|kind| is_level(kind));
    let names = links.iter().filter(|(kind, _)| only_places || (own(kind) && !is_level(kind)));
    let names: Vec<String> =
        names.map(|(kind, _)| format!("({}) IS NOT NULL", key(kind))).chain(["0".into()]).collect();
    format!(
        "(({}) AND EXISTS (SELECT 1 FROM raw_{} o WHERE o.received <= '{}' AND (o.received, o.seq) > (r.received, r.seq)
           AND (o.valid = r.valid OR r.valid IS NULL AND o.valid BETWEEN d.c_from AND d.c_to) {}))",
        names.join(" OR "),
        feed.name,
        asking.k,
        same.collect::<Vec<_>>().join(" ")
    )
}
