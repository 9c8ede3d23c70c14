//! An open data folder: the store and the packs it runs.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use intake::{ReadError, Source};
use pack::Programme;
use pack::programme::Feed;
use store::{Entropy, RunRecord, Store, StoreError, StoredDelivery};
use tablefile::FileSpool;
use types::{Day, Delivery, Hash, Identities, Landed, Linked, Question, Spool};

use crate::tables::Tables;
use crate::{Error, kept};

/// Who asks, and when: what the binary knows and nobody else asks the system for.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Name of the operator.
    pub who: String,
    /// Today, local.
    pub today: Day,
    /// Now, as RFC 3339 text.
    pub now: String,
}

/// An open data folder.
pub struct DataFolder {
    /// Its database and files.
    pub store: Store,
    /// The subjects known, kept between two files taken in: nobody else gives numbers while this folder is open for writing.
    known: Mutex<Option<BTreeMap<String, Identities>>>,
    /// How many rows of a file are held before they are put into files: see [`types::Spool::piece`].
    piece: usize,
}

/// A quarter of a million rows of twenty columns take about fifty megabytes.
const PIECE: usize = 1 << 18;

impl DataFolder {
    /// Opens `folder` for writing.
    ///
    /// # Errors
    /// When it is no data folder, or another process writes to it.
    pub async fn open(folder: &Path, entropy: Box<dyn Entropy>) -> Result<Self, Error> {
        Ok(Self::of(Store::open(folder, entropy).await?))
    }

    /// Opens `folder` for reading.
    ///
    /// # Errors
    /// When it is no data folder.
    pub async fn open_read_only(folder: &Path) -> Result<Self, Error> {
        Ok(Self::of(Store::open_read_only(folder).await?))
    }

    pub(crate) fn of(store: Store) -> Self {
        Self { store, known: Mutex::default(), piece: PIECE }
    }

    /// Holds no more than `rows` rows of a file at a time while it is taken in; what becomes of it is the same whatever the number.
    #[must_use]
    pub fn with_piece(self, rows: usize) -> Self {
        Self { piece: rows, ..self }
    }

    /// Where the rows of one file go that are too many to hold; a reader holds them all the same.
    pub(crate) fn spool(&self) -> Result<Option<Arc<dyn Spool>>, Error> {
        if !self.store.is_writer() {
            return Ok(None);
        }
        Ok(Some(Arc::new(FileSpool::new(self.store.unnamed_files()?, self.piece))))
    }

    /// The error of a spool.
    pub(crate) fn no_room(&self, source: io::Error) -> Error {
        Error::Store(StoreError::Io { path: self.store.folder().to_owned(), source })
    }

    /// The rows of a file.
    pub(crate) fn read(&self, source: Source<'_>, feed: &Feed) -> Result<Landed, Error> {
        intake::read_source(source, feed, self.spool()?.as_ref()).map_err(|error| match error {
            ReadError::File(error) => Error::File(error),
            ReadError::Spool(error) => self.no_room(error),
        })
    }

    /// The subjects known so far, read at most once while files are taken in one after the other. Whoever takes them gives
    /// them back with [`DataFolder::keep_known`] when what was added is stored.
    pub(crate) async fn take_known(&self) -> Result<BTreeMap<String, Identities>, Error> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).take();
        match known {
            Some(known) => Ok(known),
            None => Ok(self.store.identities().await?),
        }
    }

    pub(crate) fn keep_known(&self, known: BTreeMap<String, Identities>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }

    /// The programme of the current packs.
    ///
    /// # Errors
    /// When they have findings: only packs without any are let in, so this is a newer program's stricter check.
    pub async fn programme(&self) -> Result<Programme, Error> {
        let packs = self.store.current_packs().await?;
        let hashes: Vec<Hash> = packs.iter().map(|pack| pack.hash).collect();
        self.programme_of(&hashes).await
    }

    /// The programme of the packs with these content hashes.
    ///
    /// # Errors
    /// When one is unknown or has findings.
    pub async fn programme_of(&self, hashes: &[Hash]) -> Result<Programme, Error> {
        let mut folders = Vec::new();
        for hash in hashes {
            let version = self.store.pack_version(*hash).await?.ok_or_else(|| {
                Error::refused("unknown-pack", format!("没有业务包 `{hash}`"), format!("there is no pack `{hash}`"))
            })?;
            folders.push(self.store.pack_folder(&version));
        }
        let paths: Vec<&Path> = folders.iter().map(AsRef::as_ref).collect();
        let loaded = pack::load(&paths);
        match loaded.programme {
            Some(programme) => Ok(programme),
            None => Err(Error::Findings { findings: loaded.findings, sources: loaded.sources }),
        }
    }

    /// The deliveries that a question may see: received by K, not after delivery number `last`. Destroyed ones among them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn visible(&self, known_by: Day, last: u32) -> Result<Vec<StoredDelivery>, Error> {
        let mut deliveries = self.store.deliveries().await?;
        deliveries.retain(|stored| stored.delivery.received <= known_by && stored.delivery.sequence <= last);
        Ok(deliveries)
    }

    /// The tables of `deliveries` (those not destroyed) read by `programme`'s rules, with the link decisions up to `alias_position`.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub async fn tables(
        &self,
        programme: &Programme,
        deliveries: &[StoredDelivery],
        question: Question,
        alias_position: u32,
    ) -> Result<Tables, Error> {
        self.tables_after(programme, deliveries, question, alias_position, None).await
    }

    /// The same; deliveries that `before`, tables of this folder and programme, has open already are shared with it.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(crate) async fn tables_after(
        &self,
        programme: &Programme,
        deliveries: &[StoredDelivery],
        question: Question,
        alias_position: u32,
        before: Option<&Tables>,
    ) -> Result<Tables, Error> {
        let mut tables = Tables::new(self.store.identities().await?);
        let before = before.filter(|before| tables.continues(before));
        for stored in deliveries.iter().filter(|stored| stored.destroyed.is_none()) {
            let delivery = &stored.delivery;
            if !programme.feeds.contains_key(&delivery.feed) {
                continue;
            }
            match before.and_then(|before| before.opened(delivery)) {
                Some(linked) => tables.share(linked),
                None => drop(self.add(programme, delivery, &mut tables).await?),
            }
        }
        let mut aliases = self.store.aliases().await?;
        aliases.retain(|alias| alias.position <= alias_position);
        tables.settle(programme, &aliases, question.known_by);
        Ok(tables)
    }

    /// Adds the rows of one delivery to `tables`: as kept, or, when this programme reads or links its feed otherwise, read again from
    /// the original bytes. `tables` know the subjects that are stored, and whatever was added to them without a file.
    pub(crate) async fn add(
        &self,
        programme: &Programme,
        delivery: &Delivery,
        tables: &mut Tables,
    ) -> Result<Arc<Linked>, Error> {
        let feed = &programme.feeds[&delivery.feed];
        let path = self.store.table_path(delivery.hash, kept::fingerprint(programme, feed));
        if let Some((linked, pages)) = kept::open(&path, delivery, tables.known()) {
            return Ok(tables.add_kept(linked, pages));
        }
        let landed = self.read(Source::Bytes(&self.store.original(delivery.hash).await?), feed)?;
        let spool = landed.spool.clone();
        let before = linkage::Mark::of(tables.known());
        let linked = tables.add(programme, delivery.clone(), landed).map_err(|error| self.no_room(error))?;
        // A reader makes it again each time, with numbers of its own for subjects that are not stored; the next writer keeps both.
        if self.store.is_writer() {
            self.keep_subjects(&before, tables.known()).await?;
            self.keep_table(programme, feed, &linked, spool.as_deref(), tables.known())?;
        }
        Ok(linked)
    }

    /// Makes the file of a delivery's rows again where a crash came between its row and its file.
    pub(crate) async fn make_whole(
        &self,
        programme: &Programme,
        feed: &Feed,
        delivery: &Delivery,
    ) -> Result<(), Error> {
        if !self.store.table_path(delivery.hash, kept::fingerprint(programme, feed)).exists() {
            let mut tables = Tables::new(self.take_known().await?);
            self.add(programme, delivery, &mut tables).await?;
            self.keep_known(tables.into_known());
        }
        Ok(())
    }

    /// Stores the subjects that `known` has and had not at `before`, outside a delivery.
    pub(crate) async fn keep_subjects(
        &self,
        before: &linkage::Mark,
        known: &BTreeMap<String, Identities>,
    ) -> Result<(), Error> {
        let added = before.added(known);
        if !added.is_empty() {
            self.store.append_identities(&added).await?;
            self.known.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        Ok(())
    }

    /// Keeps the rows of a delivery, which may lie in `spool`; all subjects of `known` are stored.
    pub(crate) fn keep_table(
        &self,
        programme: &Programme,
        feed: &Feed,
        linked: &Linked,
        spool: Option<&dyn Spool>,
        known: &BTreeMap<String, Identities>,
    ) -> Result<(), Error> {
        let fingerprint = kept::fingerprint(programme, feed);
        self.store.write_table(linked.delivery.hash, fingerprint, |file| match spool {
            Some(spool) => kept::write(tablefile::resting(file, spool), linked, known),
            None => kept::write(file, linked, known),
        })?;
        Ok(())
    }

    /// Number of the last delivery.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn last_delivery(&self) -> Result<u32, Error> {
        Ok(self.store.deliveries().await?.last().map_or(0, |stored| stored.delivery.sequence))
    }

    /// Position of the last link decision.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn last_alias(&self) -> Result<u32, Error> {
        Ok(self.store.aliases().await?.last().map_or(0, |alias| alias.position))
    }

    /// Content hashes of the current packs, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn pack_hashes(&self) -> Result<BTreeMap<String, Hash>, Error> {
        Ok(self.store.current_packs().await?.into_iter().map(|pack| (pack.id, pack.hash)).collect())
    }

    /// The run `id`.
    ///
    /// # Errors
    /// When there is none.
    pub async fn run(&self, id: u32) -> Result<RunRecord, Error> {
        self.store.run(id).await?.ok_or_else(|| {
            Error::refused("unknown-run", format!("没有第 {id} 次运行"), format!("there is no run {id}"))
        })
    }
}
