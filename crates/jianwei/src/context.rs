//! Who asks, when, in which language, and where the data are: everything asked of the system is asked here.

use std::num::NonZero;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use pack::Programme;
use pipeline::{Caller, DataFolder};
use store::{Entropy, NewReveal};
use types::{Day, Lang, Question};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use server::mask::View;

/// The time zone of a folder that names none (semantics section 1).
const TIME_ZONE: &str = "Asia/Shanghai";

/// What every command knows.
#[derive(Clone, Debug)]
pub struct Context {
    /// Language of messages and tables.
    pub lang: Lang,
    /// No language was named: an explanation is written in both.
    pub is_bilingual: bool,
    /// No progress, no remarks.
    pub quiet: bool,
    /// Threads of screening.
    pub threads: usize,
    /// The data folder, where one was named.
    pub named_data: Option<PathBuf>,
    /// What is masked is to be shown, for this purpose.
    purpose: Option<String>,
}

impl Context {
    /// From the arguments; [`Global::check`] says whether they go together.
    pub fn new(global: &Global) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            lang: global.lang.map_or(Lang::Zh, Lang::from),
            is_bilingual: global.lang.is_none(),
            quiet: global.quiet,
            threads: global.threads.unwrap_or(cores).clamp(1, 256),
            named_data: global.data.clone(),
            purpose: global.purpose.as_deref().map(|purpose| purpose.trim().to_owned()).filter(|_| global.unmasked),
        }
    }

    /// The language, where one was named.
    pub fn named_lang(&self) -> Option<Lang> {
        (!self.is_bilingual).then_some(self.lang)
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.named_data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    /// The sentence in the reader's language.
    pub fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A remark on stderr.
    pub fn note(&self, zh: impl AsRef<str>, en: impl AsRef<str>) {
        if !self.quiet {
            eprintln!("{}", self.say(zh.as_ref(), en.as_ref()));
        }
    }

    /// Opens the data folder for writing.
    pub async fn open_for_writing(&self) -> Result<DataFolder, Failure> {
        let folder = DataFolder::open(&self.data(), entropy()?).await?;
        // For tests that put small files into pieces.
        #[cfg(debug_assertions)]
        if let Some(rows) = std::env::var("JIANWEI_PIECE").ok().and_then(|rows| rows.parse().ok()) {
            return Ok(folder.with_piece(rows));
        }
        Ok(folder)
    }

    /// Opens the data folder for reading; for writing when a reveal has to be logged.
    pub async fn open(&self) -> Result<DataFolder, Failure> {
        if self.purpose.is_some() {
            self.open_for_writing().await
        } else {
            Ok(DataFolder::open_read_only(&self.data()).await?)
        }
    }

    /// Who asks, and when, in the folder's time zone.
    pub async fn caller(&self, folder: &DataFolder) -> Result<Caller, Failure> {
        match folder.store.setting("time_zone").await? {
            Some(name) => caller_in(&name),
            None => caller_in(TIME_ZONE),
        }
    }

    /// Who asks, and when, where there is no folder yet.
    pub fn first_caller(&self) -> Result<Caller, Failure> {
        caller_in(TIME_ZONE)
    }

    /// (A, K): today when not given; what was known at A when K is not.
    pub async fn question(
        &self,
        folder: &DataFolder,
        as_of: Option<Day>,
        known_by: Option<Day>,
    ) -> Result<Question, Failure> {
        let as_of = match as_of {
            Some(day) => day,
            None => self.caller(folder).await?.today,
        };
        Ok(Question { as_of, known_by: known_by.unwrap_or(as_of) })
    }

    /// How the reader sees the folder. A reveal is logged before anything is shown; `what` says what is shown, by reference.
    pub async fn view<'p>(
        &self,
        folder: &DataFolder,
        programme: &'p Programme,
        what: &str,
    ) -> Result<View<'p>, Failure> {
        if let Some(purpose) = &self.purpose {
            let caller = self.caller(folder).await?;
            let reveal = NewReveal { who: caller.who, purpose: purpose.clone(), what: what.to_owned(), at: caller.now };
            folder.store.append_reveal(&reveal).await?;
        }
        Ok(View::new(programme, self.purpose.is_some()))
    }
}

/// The system's randomness.
pub fn entropy() -> Result<Box<dyn Entropy>, Failure> {
    getrandom::fill(&mut [0; 8]).map_err(|error| Failure::fault(format!("no randomness: {error}")))?;
    Ok(Box::new(|bytes: &mut [u8]| {
        if let Err(error) = getrandom::fill(bytes) {
            // Going on with keys that can be foretold would be worse than ending here.
            eprintln!("error[fault]: no randomness: {error}");
            std::process::exit(i32::from(Exit::Fault.code()));
        }
    }))
}

/// The name of a folder or file, for messages.
pub fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The zone called `name`, that of a folder that names none when not given.
pub fn time_zone(name: Option<&str>) -> Result<TimeZone, Failure> {
    let name = name.unwrap_or(TIME_ZONE);
    match TimeZone::get(name) {
        Ok(zone) => Ok(zone),
        // China keeps one time without summer time: a machine without a time zone database knows it all the same.
        Err(_) if name == TIME_ZONE => Ok(TimeZone::fixed(Offset::constant(8))),
        Err(error) => Err(Failure::fault(format!("time zone `{name}`: {error}"))),
    }
}

/// Today and now in `zone`; RFC 3339.
pub fn now_in(zone: &TimeZone) -> (Day, String) {
    let now = Timestamp::now().to_zoned(zone.clone());
    let date = now.date();
    // A date of the system's clock is always a day: the first day stands for a clock that shows none.
    let today = Day::new(i32::from(date.year()), i32::from(date.month()), i32::from(date.day())).unwrap_or(Day(0));
    (today, now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

fn caller_in(zone: &str) -> Result<Caller, Failure> {
    let (today, now) = now_in(&time_zone(Some(zone))?);
    let named = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let who = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(named).unwrap_or_else(|| "unknown".to_owned());
    Ok(Caller { who, today, now })
}
