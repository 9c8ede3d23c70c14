//! What all requests share: the folder, the answers in memory, the clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use pack::Programme;
use pipeline::{DataFolder, Inquiry, Keeper};
use types::{Day, Hash, Question, SubjectRef, Text};

use crate::problem::Problem;
use crate::routes::systems::Systems;
use crate::throttle::Throttle;

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
    pub(crate) folder: DataFolder,
    clock: Clock,
    pub(crate) test_data: bool,
    pub(crate) threads: usize,
    keeper: RwLock<Arc<Loaded>>,
    /// Only one request builds answers at a time.
    building: tokio::sync::Mutex<()>,
    /// Commands are decided one at a time.
    pub(crate) deciding: tokio::sync::Mutex<()>,
    versions: Mutex<BTreeMap<Hash, Arc<Programme>>>,
    /// Subjects that an address named: reference -> key.
    references: Mutex<BTreeMap<String, SubjectRef>>,
    pub(crate) logins: Throttle,
    pub(crate) reports: Throttle,
}

/// Answers in memory, and what is read from them once.
pub(crate) struct Loaded {
    pub(crate) keeper: Keeper,
    pub(crate) places: BTreeMap<String, PlaceInfo>,
    /// Asked for when somebody first wants it.
    pub(crate) systems: tokio::sync::OnceCell<Systems>,
}

impl App {
    /// Loads the packs and screens everyone as of today.
    ///
    /// # Errors
    /// Those of [`Inquiry::at`].
    pub async fn open(folder: DataFolder, clock: Clock, threads: usize) -> Result<Self, pipeline::Error> {
        let test_data = folder.store.setting(TEST_DATA).await?.is_some();
        let today = clock().day;
        let loaded = load(&folder, today, threads).await?;
        Ok(Self {
            folder,
            clock,
            test_data,
            threads,
            keeper: RwLock::new(Arc::new(loaded)),
            building: tokio::sync::Mutex::default(),
            deciding: tokio::sync::Mutex::default(),
            versions: Mutex::default(),
            references: Mutex::default(),
            logins: Throttle::new(8, 300),
            reports: Throttle::new(20, 3600),
        })
    }

    pub(crate) fn now(&self) -> Now {
        (self.clock)()
    }

    /// The answers as of today: asked again when the day has changed.
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
        let loaded = Arc::new(load(&self.folder, today, self.threads).await?);
        *self.keeper.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&loaded);
        Ok(loaded)
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

    /// An opaque name of a subject, which [`App::subject`] finds again.
    pub(crate) fn reference(&self, subject: &SubjectRef) -> String {
        let reference = self.folder.store.subject_reference(subject);
        self.references
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(reference.clone())
            .or_insert_with(|| subject.clone());
        reference
    }

    /// The subject of a reference.
    pub(crate) async fn subject(
        &self,
        loaded: &Arc<Loaded>,
        kind: &str,
        reference: &str,
    ) -> Result<SubjectRef, Problem> {
        let known = self.references.lock().unwrap_or_else(PoisonError::into_inner).get(reference).cloned();
        if let Some(known) = known.filter(|known| known.kind == kind) {
            return Ok(known);
        }
        if !loaded.keeper.programme().is_kind(kind) {
            return Err(Problem::not_found());
        }
        let of = kind.to_owned();
        let keys = ask(loaded, move |view| Ok(view.screen.keys(&of)?)).await?;
        let subjects = keys.into_iter().map(|key| SubjectRef { kind: kind.to_owned(), key });
        let found = subjects.into_iter().find(|subject| self.folder.store.subject_reference(subject) == reference);
        found.ok_or_else(Problem::not_found)
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

async fn load(folder: &DataFolder, today: Day, threads: usize) -> Result<Loaded, pipeline::Error> {
    let question = Question { as_of: today, known_by: today };
    let inquiry = Inquiry::at(folder, question).await?;
    let last_delivery = folder.last_delivery().await?;
    let start = move || -> Result<Loaded, pipeline::Error> {
        let keeper = Keeper::start(inquiry, last_delivery, threads)?;
        let programme = Arc::clone(keeper.programme());
        let places = keeper.ask(move |view| places(view, &programme))?;
        Ok(Loaded { keeper, places, systems: tokio::sync::OnceCell::new() })
    };
    tokio::task::spawn_blocking(start).await.map_err(|error| pipeline::Error::Fault(error.to_string()))?
}

fn places(
    view: &pipeline::View<'_, '_>,
    programme: &Programme,
) -> Result<BTreeMap<String, PlaceInfo>, pipeline::Error> {
    let mut places = BTreeMap::new();
    let Some(register) = programme.places() else { return Ok(places) };
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

/// The setting that marks a folder of invented people.
pub(crate) const TEST_DATA: &str = "test_data";
