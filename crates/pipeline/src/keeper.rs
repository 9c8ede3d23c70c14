//! Features kept in memory: one question, answered again and again without reading a file.
//!
//! A scene borrows the tables it looks at, so both live on a thread of their own; whoever asks sends it a closure.

use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};

use casework::case::{Fact, Facts};
use engine::{Scene, Screen};
use pack::Programme;
use types::{Day, Decimal, Explanation, NearLine, Question, ReasonLine, Value, ValueLine};

use crate::what_if::{WhatIfAnswer, WhatIfRequest, tried_on};
use crate::{Error, Inquiry};

type Job = Box<dyn FnOnce(&View<'_, '_>) + Send>;

/// A question with its answers, kept in memory until the last clone is dropped.
#[derive(Clone)]
pub struct Keeper {
    jobs: mpsc::Sender<Job>,
    programme: Arc<Programme>,
    question: Question,
    last_delivery: u32,
    inquiry: Arc<Inquiry>,
}

/// What a closure sees.
pub struct View<'v, 'a> {
    /// What was asked.
    pub inquiry: &'a Inquiry,
    /// Its scene.
    pub scene: &'v Scene<'a>,
    /// The answers of every model.
    pub screen: &'v Screen<'a>,
    threads: usize,
}

impl Keeper {
    /// Screens everyone with every model and keeps the answers. Returns when they are there.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn start(inquiry: Inquiry, last_delivery: u32, threads: usize) -> Result<Self, Error> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (ready, started) = mpsc::channel();
        let programme = Arc::new(inquiry.programme().clone());
        let question = inquiry.question();
        let inquiry = Arc::new(inquiry);
        let kept = Arc::clone(&inquiry);
        std::thread::Builder::new()
            .name("keeper".to_owned())
            .spawn(move || keep(&kept, threads, &ready, &queue))
            .map_err(|error| Error::Fault(error.to_string()))?;
        started.recv().map_err(|_| Error::Fault("the keeper thread ended".to_owned()))??;
        Ok(Self { jobs, programme, question, last_delivery, inquiry })
    }

    /// The packs.
    #[must_use]
    pub fn programme(&self) -> &Arc<Programme> {
        &self.programme
    }

    /// What was asked, for questions that need no answer in memory and may take their time: they hold nobody up.
    #[must_use]
    pub fn inquiry(&self) -> &Arc<Inquiry> {
        &self.inquiry
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
        let job: Job = Box::new(move |view| {
            // Nobody waits any more when this fails.
            let _ = answer.send(look(view));
        });
        let gone = || Error::Fault("the keeper thread ended".to_owned());
        self.jobs.send(job).map_err(|_| gone())?;
        answered.recv().map_err(|_| gone())?
    }

    /// What screening says of one subject, by the names a workflow uses. `None` for who is no subject.
    ///
    /// # Errors
    /// A fault.
    pub fn facts(&self, kind: &str, key: &str, names: Vec<String>) -> Result<Option<Facts>, Error> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        let (question, last_delivery) = (self.question, self.last_delivery);
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
            Ok(Some(Facts { question, last_delivery, values }))
        })
    }
}

impl View<'_, '_> {
    /// The answer of `model` for `key`, explained.
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn explain(&self, model: &str, key: &str) -> Result<Option<Explanation>, Error> {
        self.inquiry.known_model(model)?;
        Ok(self.screen.explain(model, key)?)
    }

    /// The near misses of `model`.
    ///
    /// # Errors
    /// `unknown-model`, or a fault.
    pub fn near(&self, model: &str) -> Result<Vec<NearLine>, Error> {
        self.inquiry.known_model(model)?;
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

/// Builds the answers, says how that went, and works the queue off until nobody can send any more.
fn keep(inquiry: &Inquiry, threads: usize, ready: &mpsc::Sender<Result<(), Error>>, queue: &mpsc::Receiver<Job>) {
    let scene = match Scene::new(inquiry.programme(), inquiry.tables(), inquiry.question()) {
        Ok(scene) => scene,
        Err(fault) => {
            let _ = ready.send(Err(fault.into()));
            return;
        }
    };
    let screen = match engine::screen(&scene, threads, |_| true) {
        Ok(screen) => screen,
        Err(fault) => {
            let _ = ready.send(Err(fault.into()));
            return;
        }
    };
    if ready.send(Ok(())).is_err() {
        return;
    }
    let view = View { inquiry, scene: &scene, screen: &screen, threads };
    for job in queue {
        job(&view);
    }
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
