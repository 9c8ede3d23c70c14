//! Answers kept in memory: asked once, looked at again and again without reading a file, taken further when the day or the folder
//! has gone on.
//!
//! Answers borrow the programme and the tables they look at, so all of them live on a thread of their own; whoever asks sends it a
//! closure. When nobody has asked for a while they leave memory; whoever asks next waits until they are back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use casework::case::{Fact, Facts};
use engine::Screen;
use pack::Programme;
use tokio::runtime::Handle;
use types::{Day, Decimal, Explanation, NearLine, Question, ReasonLine, Value, ValueLine};

use crate::inquiry::known_model;
use crate::tables::Tables;
use crate::what_if::{WhatIfAnswer, WhatIfRequest, tried_on};
use crate::{DataFolder, Error, Inquiry, Standing};

/// What is done with the answers, or with what keeps them away.
type Look = dyn FnOnce(Result<&View<'_, '_>, Error>) + Send;

enum Job {
    /// Look at the answers.
    Look(Box<Look>),
    /// Ask another question.
    Ask(Question, mpsc::Sender<Result<(), Error>>),
    /// Say what the question sees.
    Tables(mpsc::Sender<Result<Arc<Tables>, Error>>),
}

/// A question with its answers, kept in memory until the last clone is dropped.
#[derive(Clone)]
pub struct Keeper {
    jobs: mpsc::Sender<Job>,
    programme: Arc<Programme>,
    last_delivery: u32,
    question: Question,
}

/// What a closure sees.
pub struct View<'v, 'a> {
    /// The packs.
    pub programme: &'a Programme,
    /// The answers of every model.
    pub screen: &'v Screen<'a>,
    pub(crate) tables: &'v Tables,
    threads: usize,
}

impl Keeper {
    /// Screens everyone with every model and keeps the answers. Returns when they are there. They leave memory when nobody has
    /// asked for `rest_after`, and come back for whoever asks then.
    ///
    /// # Errors
    /// Those of [`Standing::ask`].
    pub async fn start(
        folder: Arc<DataFolder>,
        question: Question,
        threads: usize,
        rest_after: Duration,
    ) -> Result<Self, Error> {
        let programme = Arc::new(folder.programme().await?);
        let (jobs, queue) = mpsc::channel::<Job>();
        let (runtime, rules, kept) = (Handle::current(), Arc::clone(&programme), Arc::clone(&folder));
        std::thread::Builder::new()
            .name("keeper".to_owned())
            .spawn(move || {
                let standing = Standing::new(&rules, threads);
                let mut desk = Thread { folder: &kept, programme: &rules, threads, runtime, standing, question: None };
                desk.keep(&queue, rest_after);
            })
            .map_err(|error| Error::Fault(error.to_string()))?;
        asked(jobs, programme, &folder, question).await
    }

    /// The same answers, taken further to another question: only what differs is computed. Clones see the new answers too. A
    /// question that fails leaves the last one's in place.
    ///
    /// # Errors
    /// Those of [`Standing::ask`].
    pub async fn on(&self, folder: &DataFolder, question: Question) -> Result<Self, Error> {
        asked(self.jobs.clone(), Arc::clone(&self.programme), folder, question).await
    }

    /// The packs.
    #[must_use]
    pub fn programme(&self) -> &Arc<Programme> {
        &self.programme
    }

    /// What was asked, for questions that need no answer in memory and may take their time: they hold nobody up. What it sees stays
    /// open until it is dropped.
    ///
    /// # Errors
    /// Those of [`Standing::ask`], when the answers had left memory.
    pub fn inquiry(&self) -> Result<Inquiry, Error> {
        let (tell, told) = mpsc::channel();
        self.jobs.send(Job::Tables(tell)).map_err(|_| gone())?;
        let tables = told.recv().map_err(|_| gone())??;
        Ok(Inquiry::of(Arc::clone(&self.programme), tables, self.question))
    }

    /// (A, K).
    #[must_use]
    pub fn question(&self) -> Question {
        self.question
    }

    /// What `look` says; it runs on the thread that holds the answers, one at a time.
    ///
    /// # Errors
    /// What `look` says, or a fault when the thread is gone.
    pub fn ask<T: Send + 'static>(
        &self,
        look: impl FnOnce(&View<'_, '_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = mpsc::channel();
        let job = Job::Look(Box::new(move |view| {
            // Nobody waits any more when this fails.
            let _ = answer.send(view.and_then(look));
        }));
        self.jobs.send(job).map_err(|_| gone())?;
        answered.recv().map_err(|_| gone())?
    }

    /// What screening says of one subject, by the names a workflow uses. `None` for who is no subject.
    ///
    /// # Errors
    /// A fault.
    pub fn facts(&self, kind: &str, key: &str, names: Vec<String>) -> Result<Option<Facts>, Error> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        let last_delivery = self.last_delivery;
        self.ask(move |view| {
            if !view.screen.is_subject(&kind, &key) {
                return Ok(None);
            }
            let mut values = BTreeMap::new();
            for name in names {
                if let Some(line) = view.screen.named(&kind, &name, &key)? {
                    values.insert(name, fact(&line));
                }
            }
            Ok(Some(Facts { question: view.screen.scene().question, last_delivery, values }))
        })
    }
}

impl View<'_, '_> {
    /// The answer of `model` for `key`, explained.
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn explain(&self, model: &str, key: &str) -> Result<Option<Explanation>, Error> {
        known_model(self.programme, model)?;
        Ok(self.screen.explain(model, key)?)
    }

    /// The near misses of `model`.
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn near(&self, model: &str) -> Result<Vec<NearLine>, Error> {
        known_model(self.programme, model)?;
        Ok(self.screen.near(model)?)
    }

    /// What `request` would change, from the features in memory.
    ///
    /// # Errors
    /// As [`Inquiry::what_if`].
    pub fn what_if(&self, request: &WhatIfRequest) -> Result<WhatIfAnswer, Error> {
        tried_on(self.screen, &WhatIfRequest { threads: self.threads, ..request.clone() })
    }
}

/// Has the thread behind `jobs` ask `question`; returns when the answers are there.
async fn asked(
    jobs: mpsc::Sender<Job>,
    programme: Arc<Programme>,
    folder: &DataFolder,
    question: Question,
) -> Result<Keeper, Error> {
    let last_delivery = folder.last_delivery().await?;
    let (sender, (asked, answered)) = (jobs.clone(), mpsc::channel());
    let done = tokio::task::spawn_blocking(move || {
        sender.send(Job::Ask(question, asked)).map_err(|_| gone())?;
        answered.recv().map_err(|_| gone())?
    });
    done.await.map_err(|error| Error::Fault(error.to_string()))??;
    Ok(Keeper { jobs, programme, last_delivery, question })
}

/// What lives on the thread.
struct Thread<'p> {
    folder: &'p DataFolder,
    programme: &'p Programme,
    threads: usize,
    runtime: Handle,
    standing: Standing<'p>,
    /// The last question that was answered.
    question: Option<Question>,
}

impl Thread<'_> {
    /// Works the queue off until nobody can send any more.
    fn keep(&mut self, queue: &mpsc::Receiver<Job>, rest_after: Duration) {
        loop {
            let is_resting = self.standing.question().is_none();
            let job = match if is_resting { queue.recv().map_err(Into::into) } else { queue.recv_timeout(rest_after) } {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    self.standing.leave();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // Nobody waits any more when an answer cannot be sent.
            match job {
                Job::Ask(question, asked) => {
                    let _ = asked.send(self.ask(question));
                }
                Job::Tables(told) => {
                    let _ = told.send(self.wake().and_then(|()| self.standing.tables()));
                }
                Job::Look(look) => self.look(look),
            }
        }
    }

    fn look(&mut self, look: Box<Look>) {
        let tables = self.wake().and_then(|()| self.standing.tables());
        match (tables, self.standing.screen()) {
            (Ok(tables), Ok(screen)) => {
                look(Ok(&View { programme: self.programme, screen, tables: &tables, threads: self.threads }));
            }
            (Err(error), _) | (_, Err(error)) => look(Err(error)),
        }
    }

    fn ask(&mut self, question: Question) -> Result<(), Error> {
        self.runtime.block_on(self.standing.ask(self.folder, question))?;
        self.question = Some(question);
        Ok(())
    }

    /// The answers are in memory, once more where they had left.
    fn wake(&mut self) -> Result<(), Error> {
        match (self.standing.question(), self.question) {
            (None, Some(question)) => self.ask(question),
            _ => Ok(()),
        }
    }
}

fn gone() -> Error {
    Error::Fault("the keeper thread has no answers".to_owned())
}

/// A value line as a guard reads it.
fn fact(line: &ValueLine) -> Fact {
    let value = match (&line.value, line.covered) {
        (_, false) => None,
        (None, true) => Some(Value::Null),
        (Some(text), true) => Some(parsed(&line.ty, text)),
    };
    let text = line.value.as_ref().map(|text| match (line.ty.as_str(), Decimal::parse(text)) {
        ("money", Some(fen)) => Decimal::new(fen.mantissa, fen.scale + 2).normalised().to_string(),
        _ => text.clone(),
    });
    let why = line.reasons.iter().map(ReasonLine::text);
    Fact { value, text, title: line.title.clone(), why: why.collect() }
}

/// The value of a canonical text: money stands there in fen.
fn parsed(ty: &str, text: &str) -> Value {
    match ty {
        "bool" => Value::Bool(text == "true"),
        "date" => Day::parse(text).map_or(Value::Null, Value::Day),
        "money" => Decimal::parse(text)
            .map_or(Value::Null, |fen| Value::Number(Decimal::new(fen.mantissa, fen.scale.saturating_add(2)))),
        "integer" | "area" | "square_metres" | "ratio" | "number" => {
            Decimal::parse(text).map_or(Value::Null, Value::Number)
        }
        _ => Value::Text(text.into()),
    }
}
