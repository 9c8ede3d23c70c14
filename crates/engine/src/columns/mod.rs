//! Every value of a question, computed once and read by name.

mod carried;
mod varied;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pack::programme::{Feature, FeatureShape, Members, Reference};
use types::{Class, Text, Value};

use crate::Fault;
use crate::attribute::AttributeReader;
use crate::column::Column;
use crate::feature::members::Contributions;
use crate::feature::refused::Refused;
use crate::feature::targets::Targets;
use crate::feature::{formula, members, rows};
use crate::index::GrowingIndex;
use crate::parameter::{ParameterColumn, at_places};
use crate::rows::FeedRows;
use crate::scene::{Scene, missing};

/// A thing computed once per key, whichever thread asks first; others wait for it.
struct Once<K, V>(Mutex<HashMap<K, Place<V>>>);

/// Where one thing stands as soon as it is made.
type Place<V> = Arc<Mutex<Option<Arc<V>>>>;

impl<K: Eq + Hash + Ord + Clone, V> Once<K, V> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    fn get(&self, key: &K, make: impl FnOnce() -> Result<V, Fault>) -> Result<Arc<V>, Fault> {
        self.get_shared(key, || make().map(Arc::new))
    }

    fn get_shared(&self, key: &K, make: impl FnOnce() -> Result<Arc<V>, Fault>) -> Result<Arc<V>, Fault> {
        let place = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default());
        // Making one value may ask for others, but never in a circle: the pack's checker sees to that.
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = &*place {
            return Ok(Arc::clone(value));
        }
        let value = make()?;
        *place = Some(Arc::clone(&value));
        Ok(value)
    }

    /// Forgets `key`; whoever holds its value goes on holding it.
    fn forget(&self, key: &K) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// What is known of `key`.
    fn made(&self, key: &K) -> Option<Arc<V>> {
        let place = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()?;
        place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known and `keeps` accepts, for another question that shares it.
    fn shared(&self, keeps: impl Fn(&K) -> bool) -> Self {
        let known = self.known().into_iter().filter(|(key, _)| keeps(key));
        Self(Mutex::new(known.map(|(key, value)| (key, Arc::new(Mutex::new(Some(value))))).collect()))
    }

    fn known(&self) -> BTreeMap<K, Arc<V>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = |place: &Place<V>| place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.iter().filter_map(|(key, place)| Some((key.clone(), made(place)?))).collect()
    }
}

fn reference_of(feature: &Feature) -> Reference {
    Reference { kind: feature.kind.clone(), name: feature.name.clone(), attribute: false }
}

/// (feed, link, subject kind): the way from a row to a subject.
type Way = (String, String, String);

/// Does `work` for each of `items` on up to `threads` threads; the first fault in their order is returned.
pub fn parallel<T: Sync>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<(), Fault> + Sync,
) -> Result<(), Fault> {
    let next = AtomicUsize::new(0);
    let run = || -> Result<(), (usize, Fault)> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return Ok(()) };
            work(item).map_err(|fault| (index, fault))?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(run)).collect();
        let mut results = vec![run()];
        for worker in workers {
            let stopped = || (usize::MAX, Fault::Source { message: "a worker stopped".into() });
            results.push(worker.join().unwrap_or_else(|_| Err(stopped())));
        }
        let faults = results.into_iter().filter_map(Result::err);
        faults.min_by_key(|(index, _)| *index).map_or(Ok(()), |(_, fault)| Err(fault))
    })
}

/// The columns of one question.
pub struct Columns<'a> {
    /// Who is who.
    pub scene: Arc<Scene<'a>>,
    own: Once<Reference, Column>,
    read: Once<(String, String, String), Column>,
    above: Once<(String, String), Vec<u32>>,
    places: Once<String, Vec<u32>>,
    parameters: Once<(String, String), ParameterColumn>,
    targets: Once<Way, Targets>,
    members: Once<(String, String), Vec<u32>>,
    indexes: Once<Way, GrowingIndex>,
    refused: Once<Reference, Refused>,
    contributions: Once<Reference, Contributions>,
    /// Values of parameters tried instead of those in force, everywhere.
    lines: BTreeMap<String, Value>,
    /// Whether another question will go on from here: then what only that one needs is kept too.
    stays: bool,
}

impl<'a> Columns<'a> {
    /// Nothing is computed yet. Once computed, only values stay in memory; how rows reach subjects is found again for who asks.
    pub fn of_one(scene: &Arc<Scene<'a>>) -> Self {
        Self { stays: false, ..Self::to_stay(scene) }
    }

    /// The same, for a question that another one will go on from.
    pub fn to_stay(scene: &Arc<Scene<'a>>) -> Self {
        Self {
            scene: Arc::clone(scene),
            own: Once::new(),
            read: Once::new(),
            above: Once::new(),
            places: Once::new(),
            parameters: Once::new(),
            targets: Once::new(),
            members: Once::new(),
            indexes: Once::new(),
            refused: Once::new(),
            contributions: Once::new(),
            lines: BTreeMap::new(),
            stays: true,
        }
    }

    /// Whether another question will go on from here.
    pub fn stays(&self) -> bool {
        self.stays
    }

    /// Computes all of `wanted` and what they need, or takes over from the question `before` what still holds, on `threads` threads: features that do not need each other at once.
    pub fn compute(
        &self,
        wanted: &BTreeSet<Reference>,
        threads: usize,
        before: Option<&Columns<'a>>,
    ) -> Result<(), Fault> {
        let mut layers: Vec<Vec<Reference>> = Vec::new();
        let mut depth: HashMap<Reference, usize> = HashMap::new();
        for reference in wanted {
            let layer = self.depth_of(reference, &mut depth)?;
            while layers.len() <= layer {
                layers.push(Vec::new());
            }
        }
        for (reference, layer) in depth {
            layers[layer].push(reference);
        }
        let ways = self.ways(&layers.concat(), before)?;
        for mut layer in layers {
            // The long ones first, so that no thread begins one when the others are done; those of one feed together.
            layer.sort_by_cached_key(|reference| {
                (Reverse(self.cost(reference)), self.way_of(reference).ok().flatten(), reference.clone())
            });
            parallel(threads, &layer, |reference| {
                let way = self.way_of(reference)?;
                if let Some((feed, via, kind)) = &way {
                    self.targets_on(feed, via, kind, threads)?;
                }
                self.own_after(reference, before)?;
                way.map_or(Ok(()), |way| self.leave(&way, &ways))
            })?;
        }
        Ok(())
    }

    /// How many rows or members are looked at for `reference`.
    fn cost(&self, reference: &Reference) -> usize {
        let kind = match self.feature(reference).map(|feature| &feature.shape) {
            Ok(FeatureShape::Rows(spec)) => return self.scene.rows(&spec.feed).map_or(0, FeedRows::len),
            Ok(FeatureShape::Members(spec)) => &spec.kind,
            _ => &reference.kind,
        };
        self.scene.size(kind).unwrap_or(0)
    }

    /// The way from rows to subjects of the feature `reference`, where it is one over rows.
    fn way_of(&self, reference: &Reference) -> Result<Option<Way>, Fault> {
        if reference.attribute {
            return Ok(None);
        }
        let feature = self.feature(reference)?;
        Ok(match &feature.shape {
            FeatureShape::Rows(spec) => Some((spec.feed.clone(), spec.via.clone(), feature.kind.clone())),
            _ => None,
        })
    }

    /// The ways that features among `wanted` go, each with how many do; those of `before` that still hold are taken over.
    fn ways(&self, wanted: &[Reference], before: Option<&Columns<'a>>) -> Result<BTreeMap<Way, AtomicUsize>, Fault> {
        let mut ways: BTreeMap<Way, AtomicUsize> = BTreeMap::new();
        for reference in wanted {
            if let Some(way) = self.way_of(reference)? {
                *ways.entry(way).or_default().get_mut() += 1;
            }
        }
        if let Some(before) = before {
            for way in ways.keys() {
                if let Some(targets) = self.carried_way(before, way)? {
                    self.targets.get(way, || Ok(targets))?;
                    self.carry_index(before, way)?;
                }
            }
        }
        Ok(ways)
    }

    /// One of the features that go `way` is there: with the last of them goes what only they needed, unless another question follows.
    fn leave(&self, way: &Way, ways: &BTreeMap<Way, AtomicUsize>) -> Result<(), Fault> {
        let is_last = ways.get(way).is_some_and(|left| left.fetch_sub(1, Ordering::AcqRel) == 1);
        if !is_last || self.stays {
            return Ok(());
        }
        self.targets.forget(way);
        let (feed, ..) = way;
        let is_open = |(other, left): (&Way, &AtomicUsize)| other.0 == *feed && left.load(Ordering::Acquire) > 0;
        if !ways.iter().any(is_open) {
            self.scene.rows(feed)?.rest();
        }
        Ok(())
    }

    /// How many values must be there before `reference`; notes it and what it needs.
    fn depth_of(&self, reference: &Reference, known: &mut HashMap<Reference, usize>) -> Result<usize, Fault> {
        if let Some(depth) = known.get(reference) {
            return Ok(*depth);
        }
        let mut depth = 0;
        for needed in self.needs(reference)? {
            depth = depth.max(self.depth_of(&needed, known)? + 1);
        }
        known.insert(reference.clone(), depth);
        Ok(depth)
    }

    /// The values that `reference` reads.
    fn needs(&self, reference: &Reference) -> Result<BTreeSet<Reference>, Fault> {
        if reference.attribute {
            return Ok(BTreeSet::new());
        }
        let feature = self.feature(reference)?;
        let programme = self.scene.programme;
        Ok(match &feature.shape {
            FeatureShape::Formula(compiled) => formula::references(programme, &feature.kind, [compiled]),
            FeatureShape::Members(spec) => {
                formula::references(programme, &spec.kind, spec.aggregate.argument.iter().chain(&spec.filter))
            }
            FeatureShape::Rows(spec) => rows::references(programme, feature, spec),
        })
    }

    /// The feature behind `reference`.
    pub fn feature(&self, reference: &Reference) -> Result<&'a Feature, Fault> {
        self.scene
            .programme
            .feature(&reference.kind, &reference.name)
            .ok_or_else(|| missing(&format!("{}.{}", reference.kind, reference.name)))
    }

    /// The column of `reference`, one entry per number of its own kind.
    pub fn own(&self, reference: &Reference) -> Result<Arc<Column>, Fault> {
        self.own_after(reference, None)
    }

    fn own_after(&self, reference: &Reference, before: Option<&Columns<'a>>) -> Result<Arc<Column>, Fault> {
        self.own.get_shared(reference, || {
            if let Some(before) = before
                && let Some(column) = self.carried(before, reference)?
            {
                return Ok(column);
            }
            if reference.attribute {
                return self.attribute(reference)?.column().map(Arc::new);
            }
            let feature = self.feature(reference)?;
            let column = match &feature.shape {
                FeatureShape::Formula(compiled) => formula::column(self, feature, compiled),
                FeatureShape::Members(spec) => members::column(self, feature, spec),
                FeatureShape::Rows(spec) => rows::RowsReader::new(self, feature, spec)?.column(),
            };
            column.map(Arc::new)
        })
    }

    /// The reader of the attribute `reference`.
    pub fn attribute(&self, reference: &Reference) -> Result<AttributeReader<'_, 'a>, Fault> {
        let register = self.scene.register(&reference.kind)?;
        let attribute = register.attributes.get(&reference.name).ok_or_else(|| missing(&reference.name))?;
        AttributeReader::new(&self.scene, register, attribute)
    }

    /// What `name`, or `prefix.name`, is for subjects of `kind`: one entry per number of `kind`.
    pub fn read(&self, kind: &str, prefix: Option<&str>, name: &str) -> Result<Arc<Column>, Fault> {
        let reference = self.resolve(kind, prefix, name)?;
        let Some(prefix) = prefix else { return self.own(&reference) };
        self.read.get(&(kind.to_owned(), prefix.to_owned(), name.to_owned()), || {
            self.own(&reference)?.gathered(&self.above(kind, prefix)?, prefix)
        })
    }

    /// What `name`, or `prefix.name`, refers to for subjects of `kind`.
    pub fn resolve(&self, kind: &str, prefix: Option<&str>, name: &str) -> Result<Reference, Fault> {
        self.scene.programme.resolve(kind, prefix, name).ok_or_else(|| match prefix {
            Some(prefix) => missing(&format!("{kind}: {prefix}.{name}")),
            None => missing(&format!("{kind}.{name}")),
        })
    }

    /// For every number of `kind` the number of `above` it belongs to, or lives in, at A.
    pub fn above(&self, kind: &str, above: &str) -> Result<Arc<Vec<u32>>, Fault> {
        self.above.get(&(kind.to_owned(), above.to_owned()), || self.scene.above(kind, above))
    }

    /// Place number at A of every number of `kind`.
    pub fn place_of(&self, kind: &str) -> Result<Arc<Vec<u32>>, Fault> {
        self.places.get(&kind.to_owned(), || self.scene.place_of(kind))
    }

    /// Parameter `name` at the place of every subject of `kind`.
    pub fn parameter(&self, kind: &str, name: &str) -> Result<Arc<ParameterColumn>, Fault> {
        self.parameters.get(&(kind.to_owned(), name.to_owned()), || {
            let column = at_places(&self.scene, name, &self.place_of(kind)?)?;
            Ok(self.lines.get(name).map_or(column.clone(), |line| column.with_line(line)))
        })
    }

    /// The subject of `kind` that each row of `feed` reaches by link `via`.
    pub fn targets(&self, feed: &str, via: &str, kind: &str) -> Result<Arc<Targets>, Fault> {
        self.targets_on(feed, via, kind, 1)
    }

    fn targets_on(&self, feed: &str, via: &str, kind: &str, threads: usize) -> Result<Arc<Targets>, Fault> {
        self.targets.get(&(feed.to_owned(), via.to_owned(), kind.to_owned()), || {
            Targets::of(self, self.scene.rows(feed)?, via, kind, threads)
        })
    }

    /// For every number of `kind` the number of `above` it belongs to, or lives in, at A; [`types::NO_NUMBER`] too for who is no
    /// member.
    pub fn members_of(&self, kind: &str, above: &str) -> Result<Arc<Vec<u32>>, Fault> {
        self.members.get(&(kind.to_owned(), above.to_owned()), || {
            let members = self.scene.members(kind)?;
            let mut numbers = self.above(kind, above)?.to_vec();
            if members.count_set_bits() < numbers.len() {
                for number in (&!&members).set_indices() {
                    numbers[number] = types::NO_NUMBER;
                }
            }
            Ok(numbers)
        })
    }

    /// The rows of `feed` by subject of `kind`, those that the question does not see among them.
    pub fn index(&self, feed: &str, via: &str, kind: &str) -> Result<Arc<GrowingIndex>, Fault> {
        self.indexes.get(&(feed.to_owned(), via.to_owned(), kind.to_owned()), || {
            let (rows, targets) = (self.scene.rows(feed)?, self.targets(feed, via, kind)?);
            Ok(GrowingIndex::new(self.scene.size(kind)?, rows.parts.len(), || targets.pairs(rows, 0)))
        })
    }

    /// What refused rows take away from `feature`, over rows.
    pub fn refused(
        &self,
        feature: &Feature,
        make: impl FnOnce() -> Result<Refused, Fault>,
    ) -> Result<Arc<Refused>, Fault> {
        self.refused.get(&reference_of(feature), make)
    }

    /// Who contributes to `feature`, over members.
    pub fn contributions(&self, feature: &Feature, spec: &Members) -> Result<Arc<Contributions>, Fault> {
        self.contributions.get(&reference_of(feature), || Contributions::of(self, feature, spec))
    }

    /// Every parameter read so far, by (kind, name).
    pub fn parameters(&self) -> BTreeMap<(String, String), Arc<ParameterColumn>> {
        self.parameters.known()
    }

    /// Title, unit and class of what `reference` refers to.
    pub fn describe(&self, reference: &Reference) -> Result<(Text, Option<String>, Class), Fault> {
        if reference.attribute {
            let attribute = self
                .scene
                .register(&reference.kind)?
                .attributes
                .get(&reference.name)
                .ok_or_else(|| missing(&reference.name))?;
            return Ok((attribute.title.clone(), None, attribute.class));
        }
        let feature = self.feature(reference)?;
        Ok((feature.title.clone(), feature.unit.clone(), feature.class))
    }
}
