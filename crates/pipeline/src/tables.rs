//! The tables of one question: deliveries, identities and link decisions, as the engine reads them.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use engine::{Fault, Resting, Source};
use pack::Programme;
use tablefile::Pages;
use types::{Alias, Canonical, Day, Delivery, Identities, Landed, Linked};

/// Deliveries with linked rows, in memory or mapped. Built from a data folder, or by hand for a table test.
#[derive(Default)]
pub struct Tables {
    feeds: BTreeMap<String, Vec<Arc<Linked>>>,
    /// The files of those that were opened here, by feed.
    pages: BTreeMap<String, Vec<Pages>>,
    identities: BTreeMap<String, Identities>,
    shared: BTreeMap<String, Arc<Identities>>,
    canonical: BTreeMap<String, Canonical>,
}

impl Tables {
    /// No deliveries yet; subjects known so far.
    #[must_use]
    pub fn new(identities: BTreeMap<String, Identities>) -> Self {
        Self { identities, ..Self::default() }
    }

    /// Links the rows of one more delivery. Call in order of delivery sequence.
    ///
    /// # Errors
    /// When what the rows lie in has no room.
    pub fn add(&mut self, programme: &Programme, delivery: Delivery, landed: Landed) -> io::Result<Arc<Linked>> {
        let linked = linkage::link(programme, delivery, landed, &mut self.identities)?;
        Ok(self.add_linked(linked))
    }

    /// Adds one more delivery whose rows have numbers of [`Tables::known`] already.
    pub fn add_linked(&mut self, linked: Linked) -> Arc<Linked> {
        let linked = Arc::new(linked);
        self.share(&linked);
        linked
    }

    /// The same, for rows that lie in a mapped file.
    pub(crate) fn add_kept(&mut self, linked: Linked, pages: Option<Pages>) -> Arc<Linked> {
        self.pages.entry(linked.delivery.feed.clone()).or_default().extend(pages);
        self.add_linked(linked)
    }

    /// Whether every number of `before` is the same subject here.
    pub(crate) fn continues(&self, before: &Self) -> bool {
        before.identities.iter().all(|(register, known)| match known.segments().last() {
            None => true,
            Some(last) => {
                let same = |own: &Identities| own.hash_of_first(last.end()) == Some(last.hash());
                self.identities.get(register).is_some_and(same)
            }
        })
    }

    /// The rows of `delivery`, if it was added.
    pub(crate) fn opened(&self, delivery: &Delivery) -> Option<&Arc<Linked>> {
        self.of_feed(&delivery.feed).iter().find(|linked| linked.delivery == *delivery)
    }

    /// Adds a delivery of tables that these continue.
    pub(crate) fn share(&mut self, linked: &Arc<Linked>) {
        self.feeds.entry(linked.delivery.feed.clone()).or_default().push(Arc::clone(linked));
    }

    /// Takes over the link decisions known by K; after this the tables can be asked.
    pub fn settle(&mut self, programme: &Programme, aliases: &[Alias], known_by: Day) {
        self.shared.clear();
        self.canonical.clear();
        for register in programme.registers.values() {
            let identities = self.identities.get(&register.name).cloned().unwrap_or_default();
            let canonical = linkage::canonical(&identities, &register.name, aliases, known_by);
            self.canonical.insert(register.name.clone(), canonical);
            self.shared.insert(register.name.clone(), Arc::new(identities));
        }
    }

    /// The subjects known now, by register.
    #[must_use]
    pub fn known(&self) -> &BTreeMap<String, Identities> {
        &self.identities
    }

    /// The same, taken out.
    #[must_use]
    pub fn into_known(self) -> BTreeMap<String, Identities> {
        self.identities
    }

    /// The identities of one register, as settled.
    #[must_use]
    pub fn identities_of(&self, register: &str) -> Arc<Identities> {
        self.shared.get(register).cloned().unwrap_or_default()
    }

    /// The deliveries of `feed`, in the order in which they were added.
    #[must_use]
    pub fn of_feed(&self, feed: &str) -> &[Arc<Linked>] {
        self.feeds.get(feed).map_or(&[], Vec::as_slice)
    }

    /// Pairs (key, the key that stands for it at K) of `register`, where they differ.
    #[must_use]
    pub fn merged(&self, register: &str) -> Vec<(String, String)> {
        let (Some(identities), Some(canonical)) = (self.shared.get(register), self.canonical.get(register)) else {
            return Vec::new();
        };
        if canonical.is_identity() {
            return Vec::new();
        }
        (0_u32..)
            .take(identities.len())
            .map(|number| (number, canonical.of(number)))
            .filter(|(number, stands)| number != stands)
            .map(|(number, stands)| (identities.key(number).to_owned(), identities.key(stands).to_owned()))
            .collect()
    }
}

impl Source for Tables {
    fn deliveries(&self, feed: &str) -> Result<Vec<Arc<Linked>>, Fault> {
        Ok(self.of_feed(feed).to_vec())
    }

    fn resting(&self, feed: &str) -> Option<Resting> {
        let pages = self.pages.get(feed)?.clone();
        Some(Arc::new(move || pages.iter().for_each(Pages::rest)))
    }

    fn identities(&self, register: &str) -> Arc<Identities> {
        self.identities_of(register)
    }

    fn canonical(&self, register: &str) -> Canonical {
        self.canonical.get(register).cloned().unwrap_or_default()
    }
}
