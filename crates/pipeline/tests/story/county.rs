//! A small county in a data folder: the packs let in, every file taken in.

use std::path::{Path, PathBuf};

use pipeline::job::{self, LandRequest, ScreenRequest};
use pipeline::{Caller, DataFolder};
use store::ClueFilter;
use types::{Day, Question};

/// A data folder with its inputs.
pub struct County {
    /// Temporary; gone when dropped.
    pub root: tempfile::TempDir,
    /// The open data folder.
    pub folder: DataFolder,
    /// Last day of the simulation.
    pub last_day: Day,
}

/// Who acts in these tests.
pub fn caller(today: &str) -> Caller {
    Caller { who: "tester".into(), today: Day::parse(today).expect(today), now: format!("{today}T08:00:00+08:00") }
}

/// The packs of this repository.
pub fn packs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut packs: Vec<PathBuf> = std::fs::read_dir(root)
        .expect("packs")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.join("pack.yaml").exists())
        .collect();
    packs.sort();
    packs
}

/// The pack that tests the language itself.
pub fn language() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture/language")
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("read") {
        let path = entry.expect("entry").path();
        let target = to.join(path.file_name().expect("name"));
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, &target).map(drop).expect("copied") }
    }
}

/// Bytes that look random enough for keys in a test.
pub fn entropy() -> Box<dyn store::Entropy> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    Box::new(move |bytes: &mut [u8]| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = state.to_be_bytes()[0];
        }
    })
}

impl County {
    /// Simulates and takes in `households` families over `months` months with `seed`.
    pub async fn new(households: u32, months: u32, seed: u64) -> Self {
        let root = tempfile::tempdir().expect("temporary folder");
        let files = root.path().join("files");
        let settings = simulate::Settings { households, months, seed, mess: 0.15, ..simulate::Settings::default() };
        let summary = simulate::simulate(&settings, &files, &mut |_, _| {}).expect("simulated");
        let packs = packs();
        let paths: Vec<&Path> = packs.iter().map(PathBuf::as_path).collect();
        let (folder, _) =
            job::init(&root.path().join("data"), entropy(), &paths, &caller("2026-06-10")).await.expect("init");
        let county = Self { root, folder, last_day: summary.last_day };
        county.land_all(&files.join("deliveries")).await;
        county
    }

    /// Takes in every file of a manifest.
    async fn land_all(&self, deliveries: &Path) {
        let programme = self.folder.programme().await.expect("programme");
        for listed in simulate::manifest(deliveries).expect("manifest") {
            let request = LandRequest {
                bytes: std::fs::read(deliveries.join(&listed.file)).expect("a file"),
                file_name: listed.file.clone(),
                feed: Some(listed.feed),
                received: listed.received,
                data_date: listed.data_date,
                scopes: listed.scopes,
                // Of a few families one is more than 5 %: somebody has asked the department.
                confirm: true,
                ..LandRequest::default()
            };
            let landed = job::land(&self.folder, &programme, request, &caller("2026-06-10")).await;
            landed.unwrap_or_else(|error| panic!("{}: {error}", listed.file));
        }
    }

    /// Screens at A = K = `day`.
    pub async fn screen(&self, day: Day, threads: usize) -> job::Screened {
        let programme = self.folder.programme().await.expect("programme");
        let request = ScreenRequest { question: Question { as_of: day, known_by: day }, threads };
        job::screen(&self.folder, &programme, request, &caller("2026-06-10"), &mut |_| {}).await.expect("screened")
    }

    /// Every clue.
    pub async fn clues(&self) -> Vec<store::ClueRecord> {
        self.folder.store.clues(&ClueFilter::default()).await.expect("clues")
    }
}
