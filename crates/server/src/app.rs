//! What all requests share: the folder, the answers in memory, the clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use pack::Programme;
use pipeline::{DataFolder, Keeper};
use types::{Day, Hash, Question, SubjectRef, Text};

use crate::problem::Problem;
use crate::routes::systems::Systems;
use crate::throttle::Throttle;
use crate::wire::Desk;

/// The time, as the binary knows it.
#[derive(Clone, Debug)]
pub struct Now {
    /// Local day.
    pub day: Day,
    /// RFC 3339.
    pub at: String,
    /// Seconds since 1970.
    pub seconds: i64,
    /// Microseconds since any beginning, for measuring.
    pub micros: i64,
}

/// Asks the system, or a test's file, for the time.
pub type Clock = Box<dyn Fn() -> Now + Send + Sync>;

/// A place with its name.
#[derive(Clone, Debug)]
pub(crate) struct PlaceInfo {
    pub(crate) name: String,
    pub(crate) level: String,
    pub(crate) title: Text,
    pub(crate) parent: Option<String>,
}

/// What all requests share.
pub struct App {
    pub(crate) folder: Arc<DataFolder>,
    clock: Clock,
    pub(crate) test_data: bool,
    pub(crate) threads: usize,
    keeper: RwLock<Arc<Loaded>>,
    /// Only one request builds answers at a time.
    building: tokio::sync::Mutex<()>,
    versions: Mutex<BTreeMap<Hash, Arc<Programme>>>,
    pub(crate) logins: Throttle,
    pub(crate) reports: Throttle,
    /// Only so many passwords are tried at a time: each takes 19 MiB.
    pub(crate) trying: tokio::sync::Semaphore,
}

/// Answers in memory, and what is read from them once.
pub(crate) struct Loaded {
    pub(crate) keeper: Keeper,
    pub(crate) places: BTreeMap<String, PlaceInfo>,
    /// Asked for when somebody first wants it.
    pub(crate) systems: tokio::sync::OnceCell<Systems>,
    /// The same with their trends, which take a while.
    pub(crate) trends: tokio::sync::OnceCell<Systems>,
}

impl App {
    /// Loads the packs and screens everyone as of today. The values behind the answers leave memory when nobody has asked for them for
    /// `rest_after`, and come back for whoever asks then.
    ///
    /// # Errors
    /// Those of [`Keeper::start`].
    pub async fn open(
        folder: Arc<DataFolder>,
        clock: Clock,
        threads: usize,
        rest_after: Duration,
    ) -> Result<Self, pipeline::Error> {
        let test_data = folder.store.setting(TEST_DATA).await?.is_some();
        let keeper = Keeper::start(Arc::clone(&folder), at(clock().day), threads, rest_after).await?;
        let loaded = Loaded::of(keeper).await?;
        Ok(Self {
            folder,
            clock,
            test_data,
            threads,
            keeper: RwLock::new(Arc::new(loaded)),
            building: tokio::sync::Mutex::default(),
            versions: Mutex::default(),
            logins: Throttle::new(8, 300),
            reports: Throttle::new(20, 3600),
            trying: tokio::sync::Semaphore::new(TRIED_AT_ONCE),
        })
    }

    pub(crate) fn now(&self) -> Now {
        (self.clock)()
    }

    /// The answers as of today: taken further when the day has changed.
    pub(crate) async fn loaded(&self) -> Result<Arc<Loaded>, Problem> {
        let today = self.now().day;
        let fresh = |loaded: &Arc<Loaded>| loaded.keeper.question().as_of == today;
        let current = Arc::clone(&self.keeper.read().unwrap_or_else(PoisonError::into_inner));
        if fresh(&current) {
            return Ok(current);
        }
        let _building = self.building.lock().await;
        let current = Arc::clone(&self.keeper.read().unwrap_or_else(PoisonError::into_inner));
        if fresh(&current) {
            return Ok(current);
        }
        let keeper = current.keeper.on(&self.folder, at(today)).await?;
        let loaded = Arc::new(Loaded::of(keeper).await?);
        *self.keeper.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&loaded);
        Ok(loaded)
    }

    /// Asks what everybody is shown first, at the start and when a day begins, so that no person waits for it.
    pub(crate) async fn stay_ahead(self: Arc<Self>) {
        loop {
            // Whoever asks meets the same error, and is told.
            if let Ok(desk) = Desk::of(Arc::clone(&self)).await {
                let _ = Systems::of(&desk).await;
                let _ = Systems::with_trends(&desk).await;
            }
            tokio::time::sleep(LOOKS_UP).await;
        }
    }

    /// The programme in which the pack with this hash says what it said then.
    pub(crate) async fn version(&self, loaded: &Loaded, pack: Hash) -> Result<Arc<Programme>, Problem> {
        let current = loaded.keeper.programme();
        if current.packs.iter().any(|info| info.hash == pack) {
            return Ok(Arc::clone(current));
        }
        let known = self.versions.lock().unwrap_or_else(PoisonError::into_inner).get(&pack).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let old = self.folder.store.pack_version(pack).await?;
        let old = old.ok_or_else(|| Problem::fault(format!("no pack {pack}")))?;
        let others = self.folder.pack_hashes().await?.into_iter().filter(|(id, _)| *id != old.id);
        let hashes: Vec<Hash> = others.map(|(_, hash)| hash).chain([pack]).collect();
        let programme = Arc::new(self.folder.programme_of(&hashes).await?);
        self.versions.lock().unwrap_or_else(PoisonError::into_inner).insert(pack, Arc::clone(&programme));
        Ok(programme)
    }

    /// An opaque name of a subject, which [`App::subject`] reads.
    pub(crate) fn reference(&self, subject: &SubjectRef) -> String {
        self.folder.store.subject_reference(subject)
    }

    /// The subject of a reference.
    pub(crate) fn subject(&self, kind: &str, reference: &str) -> Result<SubjectRef, Problem> {
        self.folder.store.referred(kind, reference).ok_or_else(Problem::not_found)
    }
}

/// Asks the answers in memory without holding up other requests.
pub(crate) async fn ask<T: Send + 'static>(
    loaded: &Arc<Loaded>,
    look: impl FnOnce(&pipeline::View<'_, '_>) -> Result<T, pipeline::Error> + Send + 'static,
) -> Result<T, Problem> {
    let keeper = loaded.keeper.clone();
    let done = tokio::task::spawn_blocking(move || keeper.ask(look)).await;
    Ok(done.map_err(Problem::fault)??)
}

/// Everything known today, as of today.
fn at(today: Day) -> Question {
    Question { as_of: today, known_by: today }
}

impl Loaded {
    async fn of(keeper: Keeper) -> Result<Self, pipeline::Error> {
        let look = move || -> Result<Self, pipeline::Error> {
            let places = keeper.ask(places)?;
            Ok(Self { keeper, places, systems: tokio::sync::OnceCell::new(), trends: tokio::sync::OnceCell::new() })
        };
        tokio::task::spawn_blocking(look).await.map_err(|error| pipeline::Error::Fault(error.to_string()))?
    }
}

fn places(view: &pipeline::View<'_, '_>) -> Result<BTreeMap<String, PlaceInfo>, pipeline::Error> {
    let mut places = BTreeMap::new();
    let Some(register) = view.programme.places() else { return Ok(places) };
    let pack::programme::Shape::Place { levels, titles, .. } = &register.shape else { return Ok(places) };
    for (number, level) in levels.iter().enumerate() {
        let title = titles.get(number).cloned().unwrap_or_else(|| Text::new(level.clone(), level.clone()));
        for code in view.screen.keys(level)? {
            let name = match register.attributes.contains_key("name") {
                true => view.screen.value(level, "name", &code)?.and_then(|line| line.value),
                false => None,
            };
            let parent = view.screen.place_above(&code)?;
            let name = name.unwrap_or_else(|| code.clone());
            places.insert(code, PlaceInfo { name, level: level.clone(), title: title.clone(), parent });
        }
    }
    Ok(places)
}

/// How long a new day can go unnoticed where nobody asks.
const LOOKS_UP: Duration = Duration::from_secs(20);

/// Passwords tried at a time.
const TRIED_AT_ONCE: usize = 2;

/// The setting that marks a folder of invented people.
pub(crate) const TEST_DATA: &str = "test_data";
