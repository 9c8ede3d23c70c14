//! The tables of one question: deliveries, identities and link decisions, as the engine reads them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use engine::{Fault, Source};
use pack::Programme;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use types::{Alias, Canonical, Day, Delivery, Identities, Landed, Linked, RefusedRow};

use crate::Error;

/// Deliveries with linked rows, in memory. Built from a data folder, or by hand for a table test.
#[derive(Default)]
pub struct Tables {
    feeds: BTreeMap<String, Vec<Arc<Linked>>>,
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
    pub fn add(&mut self, programme: &Programme, delivery: Delivery, landed: Landed) -> Arc<Linked> {
        let linked = Arc::new(linkage::link(programme, delivery, landed, &mut self.identities));
        self.feeds.entry(linked.delivery.feed.clone()).or_default().push(Arc::clone(&linked));
        linked
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
            .zip(identities.keys())
            .map(|(number, key)| (number, key, canonical.of(number)))
            .filter(|(number, _, stands)| number != stands)
            .map(|(_, key, stands)| (key.to_owned(), identities.key(stands).to_owned()))
            .collect()
    }
}

impl Source for Tables {
    fn deliveries(&self, feed: &str) -> Result<Vec<Arc<Linked>>, Fault> {
        Ok(self.of_feed(feed).to_vec())
    }

    fn identities(&self, register: &str) -> Arc<Identities> {
        self.identities_of(register)
    }

    fn canonical(&self, register: &str) -> Canonical {
        self.canonical.get(register).cloned().unwrap_or_default()
    }
}

/// Name of the Parquet metadata entry that holds the refused rows, as JSON.
const REFUSED: &str = "jianwei.refused";

/// One delivery's table and refused rows as one Parquet file.
pub fn encode(landed: &Landed) -> Result<Vec<u8>, Error> {
    let fault = |error: parquet::errors::ParquetError| Error::Fault(error.to_string());
    let refused = serde_json::to_string(&landed.refused).map_err(|error| Error::Fault(error.to_string()))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(vec![KeyValue::new(REFUSED.to_owned(), refused)]))
        .set_created_by("jianwei".to_owned())
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, landed.table.schema(), Some(properties)).map_err(fault)?;
    writer.write(&landed.table).map_err(fault)?;
    writer.close().map_err(fault)?;
    Ok(bytes)
}

/// What [`encode`] wrote; `None` when the file is not whole, so that it is made again.
pub fn decode(file: std::fs::File) -> Option<Landed> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).ok()?;
    let metadata = builder.metadata().file_metadata().key_value_metadata()?;
    let refused = metadata.iter().find(|entry| entry.key == REFUSED)?.value.as_ref()?;
    let refused: Vec<RefusedRow> = serde_json::from_str(refused).ok()?;
    let schema = Arc::clone(builder.schema());
    let rows = usize::try_from(builder.metadata().file_metadata().num_rows()).ok()?;
    let batches: Vec<RecordBatch> =
        builder.with_batch_size(rows.max(1)).build().ok()?.collect::<Result<_, _>>().ok()?;
    let table = match batches.as_slice() {
        [] => RecordBatch::new_empty(schema),
        [table] => table.clone(),
        _ => return None,
    };
    Some(Landed { table, refused })
}
