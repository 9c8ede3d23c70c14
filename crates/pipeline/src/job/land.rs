//! Taking one department file in: recognised, read, linked, kept (semantics section 2).

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::Arc;

use arrow_array::RecordBatch;
use intake::Source;
use pack::Programme;
use pack::programme::{Feed, Mode, RhythmPeriod, Scope};
use store::{NewDelivery, Original, RefusedFilter, StoredDelivery, StoredRefusedRow};
use types::{Day, Delivery, Hash, Landed, Linked, Month, NO_NUMBER, RefusalCode, RefusedRow, Segment, Year};

use super::remark::{Remark, remarks};
use crate::tables::Tables;
use crate::{Caller, DataFolder, Error};

/// One file to take in.
#[derive(Clone, Debug, Default)]
pub struct LandRequest {
    /// Its name, without its folder.
    pub file_name: String,
    /// Its bytes; none when they are in `file`.
    pub bytes: Vec<u8>,
    /// The file itself, where it is too large to hold: a text file that is read piece by piece.
    pub file: Option<Arc<File>>,
    /// The feed, where the caller names it.
    pub feed: Option<String>,
    /// Day it reached us; today when not given.
    pub received: Option<Day>,
    /// Day its content describes; from its name when not given.
    pub data_date: Option<Day>,
    /// Scopes it replaces besides those of its rows.
    pub scopes: Vec<String>,
    /// Let it in although deliveries received later are there.
    pub backfill: bool,
    /// Let it in although it drops more than a twentieth of a full list.
    pub confirm: bool,
}

impl LandRequest {
    /// The hash of its bytes.
    ///
    /// # Errors
    /// Those of the file.
    pub fn hash(&self) -> io::Result<Hash> {
        match &self.file {
            Some(file) => Original::File(Arc::clone(file)).reader().and_then(Hash::of_all),
            None => Ok(Hash::of(&self.bytes)),
        }
    }

    fn source(&self) -> Source<'_> {
        match &self.file {
            Some(file) => Source::File(file),
            None => Source::Bytes(&self.bytes),
        }
    }
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new delivery.
    Landed,
    /// Equal to the newest of its feed and scope: nothing changed.
    Unchanged,
}

/// A file taken in.
#[derive(Clone, Debug)]
pub struct Landing {
    /// What became of it.
    pub outcome: Outcome,
    /// What is known of it.
    pub delivery: Delivery,
    /// Its name says no date, so that the data date is assumed from the day of receipt.
    pub is_date_assumed: bool,
    /// Refused rows by code and check.
    pub refused: BTreeMap<(RefusalCode, Option<String>), u64>,
    /// Subjects seen for the first time, by register.
    pub new_subjects: BTreeMap<String, u64>,
    /// Refused rows of older deliveries that it makes good.
    pub closed: u64,
    /// What a person should look at.
    pub remarks: Vec<Remark>,
}

/// Takes one file in, whole or not at all.
///
/// # Errors
/// When its feed is not recognised, the file cannot be read, or the request is refused: `backfill-needed`, `confirm-needed`,
/// `unknown-feed`, `bad-scope`.
pub async fn land(
    folder: &DataFolder,
    programme: &Programme,
    request: LandRequest,
    caller: &Caller,
) -> Result<Landing, Error> {
    let feed = feed_of(programme, &request)?;
    let landed = folder.read(request.source(), feed)?;
    let received = request.received.unwrap_or(caller.today);
    let named = request.data_date.or_else(|| intake::data_date(&request.file_name, feed));
    let data_date = named.unwrap_or_else(|| assumed_date(feed, received));
    for scope in &request.scopes {
        if intake::declared_scope(feed, scope).is_none() {
            return Err(Error::refused(
                "bad-scope",
                format!("`{scope}` 不是数据源 `{}` 的范围", feed.name),
                format!("`{scope}` is no scope of the feed `{}`", feed.name),
            ));
        }
    }
    let known = folder.store.deliveries().await?;
    let of_feed: Vec<&StoredDelivery> =
        known.iter().filter(|stored| stored.delivery.feed == feed.name && stored.destroyed.is_none()).collect();
    let previous_end = of_feed.iter().filter_map(|stored| stored.delivery.covers).map(|covers| covers.to).max();
    let (scopes, covers) = intake::describe(&landed, feed, data_date, &request.scopes, previous_end);
    if let Some(spool) = &landed.spool {
        spool.rest();
    }
    let delivery = Delivery {
        sequence: known.last().map_or(1, |stored| stored.delivery.sequence + 1),
        feed: feed.name.clone(),
        hash: request.hash().map_err(|error| Error::Fault(format!("`{}`: {error}", request.file_name)))?,
        file_name: request.file_name.clone(),
        received,
        data_date,
        covers,
        scopes,
        rows: count(landed.table.num_rows()),
        refused: count(landed.refused.len()),
    };
    let mut landing = Landing {
        outcome: Outcome::Unchanged,
        refused: by_code(&landed),
        is_date_assumed: named.is_none(),
        new_subjects: BTreeMap::new(),
        closed: 0,
        remarks: remarks(feed, &of_feed, &delivery, request.data_date.is_none() && named.is_some(), previous_end),
        delivery,
    };
    if let Some(same) = equal_newest(&of_feed, &landing.delivery) {
        landing.delivery = same.delivery.clone();
        landing.remarks = Vec::new();
        folder.make_whole(programme, feed, &landing.delivery).await?;
        return Ok(landing);
    }
    let newest = known.iter().map(|stored| stored.delivery.received).max();
    let is_late = newest.is_some_and(|newest| received < newest);
    if is_late && !request.backfill {
        let newest = newest.map(|day| day.to_string()).unwrap_or_default();
        return Err(Error::refused(
            "backfill-needed",
            format!("收到日期 {received} 早于最新批次的 {newest}；确需补录请加 `--backfill`"),
            format!("received {received} is before the newest delivery's {newest}; add `--backfill` if that is meant"),
        ));
    }
    keep(folder, programme, feed, request, landed, landing, is_late, caller).await
}

#[expect(clippy::too_many_arguments, reason = "the second half of one job, cut where the file is known to be new")]
async fn keep(
    folder: &DataFolder,
    programme: &Programme,
    feed: &Feed,
    request: LandRequest,
    landed: Landed,
    mut landing: Landing,
    is_backfill: bool,
    caller: &Caller,
) -> Result<Landing, Error> {
    let open = folder
        .store
        .refused_rows(&RefusedFilter { feed: Some(feed.name.clone()), open_only: true, ..RefusedFilter::default() })
        .await?;
    let mut tables = Tables::new(folder.take_known().await?);
    let previous = waiting(folder, programme, feed, &open, &landed, &mut tables).await?;
    let before = linkage::Mark::of(tables.known());
    let spool = landed.spool.clone();
    let linked = tables.add(programme, landing.delivery.clone(), landed).map_err(|error| folder.no_room(error))?;
    if !request.confirm {
        refuse_dropped_keys(feed, previous.as_deref(), &linked)?;
    }
    let new_keys = before.added(tables.known());
    let count = |segments: &[Segment]| segments.iter().map(|segment| u64::from(segment.end() - segment.first())).sum();
    landing.new_subjects = new_keys.iter().map(|(space, segments)| (space.clone(), count(segments))).collect();
    let closes = if open.is_empty() {
        Vec::new()
    } else {
        let still_open = engine::open_refusals(feed, tables.of_feed(&feed.name));
        let is_open = |delivery: u32, row: u32| still_open.contains(&(delivery, row));
        open.iter().filter(|stored| !is_open(stored.delivery, stored.row.row)).map(|stored| stored.id).collect()
    };
    landing.closed = closes.len() as u64;
    let new = NewDelivery {
        delivery: landing.delivery.clone(),
        original: request.file.map_or(Original::Bytes(request.bytes), Original::File),
        backfill: is_backfill,
        ingested_at: caller.now.clone(),
        operator: caller.who.clone(),
        refused: Arc::clone(&linked.refused),
        new_keys,
        closes,
    };
    landing.delivery.sequence = folder.store.insert_delivery(&new).await?;
    folder.keep_table(programme, feed, &linked, spool.as_deref(), tables.known())?;
    folder.keep_known(tables.into_known());
    landing.outcome = Outcome::Landed;
    Ok(landing)
}

/// Adds to `tables` the older deliveries that the new one is compared with: those whose refused rows still wait, without their
/// accepted rows, and the last full list, which is returned. Subjects that their feed links only now are stored at once.
async fn waiting(
    folder: &DataFolder,
    programme: &Programme,
    feed: &Feed,
    open: &[StoredRefusedRow],
    landed: &Landed,
    tables: &mut Tables,
) -> Result<Option<Arc<Linked>>, Error> {
    let is_full_list = feed.mode == Mode::Snapshot(Scope::All);
    if open.is_empty() && !is_full_list {
        return Ok(None);
    }
    let mut older = folder.store.deliveries().await?;
    older.retain(|stored| stored.delivery.feed == feed.name && stored.destroyed.is_none());
    let last = older
        .iter()
        .max_by_key(|stored| (stored.delivery.received, stored.delivery.sequence))
        .map(|stored| stored.delivery.sequence);
    let mut previous = None;
    for stored in older {
        let delivery = stored.delivery;
        if is_full_list && Some(delivery.sequence) == last {
            previous = Some(folder.add(programme, &delivery, tables).await?);
            continue;
        }
        let refused: Vec<RefusedRow> =
            open.iter().filter(|row| row.delivery == delivery.sequence).map(|row| row.row.clone()).collect();
        if !refused.is_empty() {
            let table = RecordBatch::new_empty(landed.table.schema());
            let before = linkage::Mark::of(tables.known());
            let empty = Landed { table, refused, spool: None };
            tables.add(programme, delivery, empty).map_err(|error| folder.no_room(error))?;
            folder.keep_subjects(&before, tables.known()).await?;
        }
    }
    Ok(previous)
}

fn feed_of<'p>(programme: &'p Programme, request: &LandRequest) -> Result<&'p Feed, Error> {
    match &request.feed {
        None => Ok(intake::recognise_source(request.source(), &request.file_name, programme.feeds.values())?),
        Some(name) => programme.feeds.get(name).ok_or_else(|| {
            let known: Vec<&str> = programme.feeds.keys().map(String::as_str).collect();
            Error::refused(
                "unknown-feed",
                format!("没有数据源 `{name}`；已有：{}", known.join("、")),
                format!("there is no feed `{name}`; there are: {}", known.join(", ")),
            )
        }),
    }
}

/// The data date of a file that does not say: the end of the last whole turn of the feed's rhythm before it was received, or the last
/// of its due days where it has several a year.
fn assumed_date(feed: &Feed, received: Day) -> Day {
    if let Some(due) = feed.rhythm.as_ref().and_then(|rhythm| rhythm.last_due(received)) {
        return due;
    }
    match feed.rhythm.as_ref().map(|rhythm| rhythm.every) {
        Some(RhythmPeriod::Month) => Month(received.month().0 - 1).last_day(),
        Some(RhythmPeriod::Year) => Year(received.year().0 - 1).last_day(),
        Some(RhythmPeriod::Day) | None => received,
    }
}

/// The delivery of `of_feed` that `delivery` repeats: the newest of the feed, or of each of its scopes, has the same bytes.
fn equal_newest<'s>(of_feed: &[&'s StoredDelivery], delivery: &Delivery) -> Option<&'s StoredDelivery> {
    let is_same = |stored: &StoredDelivery| {
        stored.delivery.hash == delivery.hash
            && stored.delivery.scopes == delivery.scopes
            && stored.delivery.data_date == delivery.data_date
    };
    if delivery.scopes.is_empty() {
        return of_feed.last().copied().filter(|stored| is_same(stored));
    }
    let mut found = None;
    for scope in &delivery.scopes {
        let newest = of_feed.iter().rev().find(|stored| stored.delivery.scopes.contains(scope))?;
        if !is_same(newest) {
            return None;
        }
        found = Some(*newest);
    }
    found
}

/// A full list that lost more than a twentieth of its keys is not taken in unawares.
fn refuse_dropped_keys(feed: &Feed, previous: Option<&Linked>, linked: &Linked) -> Result<(), Error> {
    let (Some(previous), Some(link)) = (previous, feed.links.keys().next()) else { return Ok(()) };
    let keys = |linked: &Linked| {
        let numbers = linked.links.get(link).map_or(&[][..], |numbers| &numbers[..]);
        let mut numbers: Vec<u32> = numbers.iter().copied().filter(|number| *number != NO_NUMBER).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    let (old, new) = (keys(previous), keys(linked));
    let dropped = old.iter().filter(|number| new.binary_search(number).is_err()).count();
    if dropped * 20 <= old.len() {
        return Ok(());
    }
    Err(Error::refused(
        "confirm-needed",
        format!("新名单比上一份少了 {dropped} 个对象（共 {}），超过 5%；确认无误请加 `--confirm`", old.len()),
        format!(
            "the new list drops {dropped} of {} subjects, more than 5 %; add `--confirm` if that is right",
            old.len()
        ),
    ))
}

fn by_code(landed: &Landed) -> BTreeMap<(RefusalCode, Option<String>), u64> {
    let mut counts = BTreeMap::new();
    for refused in &landed.refused {
        *counts.entry((refused.code, refused.check.clone())).or_default() += 1;
    }
    counts
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
