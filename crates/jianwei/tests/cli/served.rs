//! A server that is killed while many send commands: what it acknowledged is there, and nothing is there by halves.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use casework::case::CaseId;
use pipeline::DataFolder;
use serde_json::{Value, json};
use store::Scope;
use types::Hash;

use crate::folder::{Folder, data, jianwei, number};

/// Kills of `make test`; `make soak` has ten times as many.
const KILLS: u64 = 20;
/// Reports of each of the two who report, in one life of the server: one address may send 20 an hour.
const REPORTS: u32 = 9;
/// Who takes up cases and writes notes.
const CLERKS: u64 = 3;
const CLERK: &str = "clerk";
const PASSWORD: &str = "a long enough password";

/// The server, while it lives.
struct Served {
    child: Child,
    port: u16,
}

impl Served {
    /// `None` when it ended before it listened.
    fn start(folder: &Path, end_at: Option<u32>) -> Option<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianwei"));
        command.args(["serve", "--quiet", "--listen", "127.0.0.1:0", "--data"]).arg(folder).env("USER", "tester");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(nth) = end_at {
            command.env("JIANWEI_END_AT", nth.to_string());
        }
        let mut child = command.spawn().expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("UTF-8");
        match line.trim().trim_end_matches('/').rsplit_once(':') {
            Some((_, port)) => Some(Self { port: port.parse().expect("a port"), child }),
            None => {
                child.wait().expect("it ends");
                None
            }
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        self.child.wait().expect("it ends");
    }
}

/// A browser: one connection, and the session it has, if any.
struct Client<'s> {
    stream: TcpStream,
    session: Option<&'s (String, String)>,
}

/// A command, as often as it has to be sent.
#[derive(Clone)]
struct Sent {
    path: String,
    key: String,
    version: Option<String>,
    body: Value,
}

impl<'s> Client<'s> {
    fn new(port: u16, session: Option<&'s (String, String)>) -> std::io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, session })
    }

    fn send(&mut self, method: &str, path: &str, more: &str, body: &str) -> std::io::Result<(u16, String, Value)> {
        let session = self
            .session
            .map_or_else(String::new, |(cookie, csrf)| format!("cookie: {cookie}\r\nx-csrf-token: {csrf}\r\n"));
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n{session}{more}\r\n{body}");
        self.stream.write_all(request.as_bytes())?;
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        let mut bytes = vec![0; length.expect("a length")];
        self.stream.read_exact(&mut bytes)?;
        let status = head[9..12].parse().expect("a status");
        Ok((status, head, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    fn get(&mut self, path: &str) -> std::io::Result<Value> {
        Ok(self.send("GET", path, "", "")?.2)
    }

    fn command(&mut self, sent: &Sent) -> std::io::Result<(u16, Value)> {
        let version = sent.version.as_ref().map_or_else(String::new, |version| format!("if-match: \"{version}\"\r\n"));
        let more = format!("idempotency-key: {}\r\n{version}", sent.key);
        let (status, _, body) = self.send("POST", &sent.path, &more, &sent.body.to_string())?;
        Ok((status, body))
    }
}

/// What was sent in all lives of the server, and what it said.
#[derive(Default)]
struct Book {
    /// Acknowledged: key -> what was sent, and what was answered.
    done: BTreeMap<String, (Sent, Value)>,
    /// Not answered.
    unsure: Vec<Sent>,
    refused: u64,
}

impl Book {
    fn write(&mut self, sent: Sent, answer: std::io::Result<(u16, Value)>) {
        match answer {
            Ok((200 | 201, body)) => drop(self.done.insert(sent.key.clone(), (sent, body))),
            Ok((412 | 422 | 409, _)) => self.refused += 1,
            Ok((status, body)) => panic!("{}: {status} {body}", sent.path),
            Err(_) => self.unsure.push(sent),
        }
    }
}

/// A step of chance that is the same in every run.
fn chance(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn report(port: u16, name: &str, book: &Mutex<Book>) -> std::io::Result<()> {
    let mut client = Client::new(port, None)?;
    for number in 0..REPORTS {
        let fields = json!({"who": "甲", "what": format!("{name} {number}"), "place": "990101100"});
        let sent = Sent {
            path: "/api/public/reports".to_owned(),
            key: format!("{name}-{number:06}"),
            version: None,
            body: json!({"kind": "errand", "fields": fields}),
        };
        let answer = client.command(&sent);
        let is_over = answer.is_err();
        book.lock().unwrap_or_else(PoisonError::into_inner).write(sent, answer);
        if is_over {
            break;
        }
    }
    Ok(())
}

fn work(port: u16, name: &str, session: &(String, String), mut seed: u64, book: &Mutex<Book>) -> std::io::Result<()> {
    let mut client = Client::new(port, Some(session))?;
    for number in 0_u64.. {
        let listed = client.get("/api/cases?limit=200&open=true")?;
        let cases = listed["items"].as_array().cloned().unwrap_or_default();
        if cases.is_empty() {
            continue;
        }
        let case = &cases[usize::try_from(chance(&mut seed)).expect("small") % cases.len()]["id"];
        let path = format!("/api/cases/{}", case.as_str().expect("a case"));
        let version = client.get(&path)?["version"].as_str().expect("a version").to_owned();
        let (action, fields) = match chance(&mut seed) % 4 {
            0 => (
                "take",
                json!({"reader": crate::folder::number(usize::try_from(chance(&mut seed)).expect("small") % 40)}),
            ),
            1 => ("finish", json!({})),
            _ => ("note", json!({"what": format!("{name} {number}")})),
        };
        let sent = Sent {
            path: format!("{path}/actions/{action}"),
            key: format!("{name}-{number:06}"),
            version: Some(version),
            body: json!({"fields": fields}),
        };
        let answer = client.command(&sent);
        let is_over = answer.is_err();
        book.lock().unwrap_or_else(PoisonError::into_inner).write(sent, answer);
        if is_over {
            break;
        }
    }
    Ok(())
}

/// A reading room with a desk, readers, and a clerk who is signed in.
fn ground() -> (Folder, (String, String)) {
    let folder = Folder::new();
    let path = folder.path();
    let path = path.to_str().expect("UTF-8");
    std::fs::remove_dir_all(path).expect("removed");
    let made = jianwei(["init", "--data", path, "--pack", &data("packs/tiny"), &data("packs/served")]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let files = folder.beside("files");
    std::fs::create_dir(&files).expect("folder");
    let mut readers = format!("{}\n", crate::folder::readers_header());
    for reader in 0..40 {
        readers += &format!("{},990101100\n", number(reader));
    }
    std::fs::copy(data("manifest/地区代码2025-12-31.csv"), files.join("地区代码2025-12-31.csv")).expect("copied");
    std::fs::write(files.join("读者名册2026-05-31.csv"), readers).expect("written");
    let manifest = "file,received\n地区代码2025-12-31.csv,2026-01-05\n读者名册2026-05-31.csv,2026-06-02\n";
    std::fs::write(files.join("manifest.csv"), manifest).expect("written");
    folder.ok(&["ingest", files.to_str().expect("UTF-8")]);
    let password = folder.beside("password");
    std::fs::write(&password, PASSWORD).expect("written");
    let password = password.to_str().expect("UTF-8");
    folder.ok(&["user", "add", CLERK, "--role", "clerk@990101", "--password-file", password]);

    let served = Served::start(&folder.path(), None).expect("it listens");
    let mut client = Client::new(served.port, None).expect("connected");
    let who = json!({"name": CLERK, "password": PASSWORD}).to_string();
    let (status, head, body) = client.send("POST", "/api/session", "", &who).expect("an answer");
    assert_eq!(status, 201, "{body}");
    let cookie = head.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie");
    let csrf = body["csrf"].as_str().expect("a token").to_owned();
    (folder, (cookie.to_owned(), csrf))
}

fn entropy() -> Box<dyn store::Entropy> {
    Box::new(|bytes: &mut [u8]| bytes.fill(7))
}

/// What must hold of the folder after a kill.
async fn check(path: &Path, book: &Book, about: &str) {
    let folder = DataFolder::open(path, entropy()).await.expect("opened again");
    let store = &folder.store;
    let head = store.verify(None).await.expect("read");
    assert!(head.is_ok(), "{about}: {head:?}");
    let mut events = 0;
    for (key, (sent, answer)) in &book.done {
        events += 1;
        let person = if sent.version.is_some() { CLERK } else { "" };
        let once = store.done_once(person, key).await.expect("read");
        let once = once.unwrap_or_else(|| panic!("{about}: {key} was acknowledged and is not there"));
        let case = match answer["receipt"].as_str() {
            Some(receipt) => {
                let receipt: String = receipt.chars().filter(char::is_ascii_alphanumeric).collect();
                let case = store.case_by_receipt(Hash::of(receipt.as_bytes())).await.expect("read");
                case.unwrap_or_else(|| panic!("{about}: no case has the receipt of {key}")).to_string()
            }
            None => answer["line"]["id"].as_str().expect("a case").to_owned(),
        };
        assert_eq!(once.answer, case, "{about}: {key}");
    }
    for sent in &book.unsure {
        let person = if sent.version.is_some() { CLERK } else { "" };
        events += u64::from(store.done_once(person, &sent.key).await.expect("read").is_some());
    }
    // One command, one event: neither a note without its event, nor an event without its note.
    let everywhere = Scope { places: vec!["99".to_owned()] };
    let filter = store::CaseFilter { scope: everywhere, limit: 100_000, ..store::CaseFilter::default() };
    let cases = store.cases(&filter).await.expect("read");
    let versions: u64 = cases.iter().map(|case| u64::from(case.version)).sum();
    assert_eq!(versions, events, "{about}: versions of cases, commands that were done");
    assert_eq!(head.expect("it holds").position, events, "{about}: the chain, commands that were done");
    for id in 1..=cases.len() as u64 {
        let case = store.case(CaseId(id)).await.expect("read").unwrap_or_else(|| panic!("{about}: no case {id}"));
        let record = &cases[cases.len() - usize::try_from(id).expect("small")];
        assert_eq!((case.version, &case.state), (record.version, &record.state), "{about}: {id}");
    }
    let before = store.digest_of_lists().await.expect("read");
    store.rebuild_clues().await.expect("made again");
    assert_eq!(server::rebuild_cases(&folder).await.expect("made again"), cases.len() as u64);
    assert_eq!(store.digest_of_lists().await.expect("read"), before, "{about}: the lists follow from the events");
    folder.store.close().await;
}

fn kill(times: u64) {
    let (folder, session) = ground();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut seed = 1;
    let mut book = Book::default();
    let mut cut_short = 0;
    for life in 1..=times {
        // Every other life ends at a commit that is the last thing done, before it or after it; the others at any time.
        let end_at = (life % 2 == 0).then(|| 2 + u32::try_from(chance(&mut seed) % 60).expect("small"));
        let after = Duration::from_millis(20 + chance(&mut seed) % 400);
        let Some(served) = Served::start(&folder.path(), end_at) else { continue };
        let port = served.port;
        // Whoever got no answer asks again under the same key, and is answered as if nothing had happened.
        for sent in std::mem::take(&mut book.unsure) {
            let client = Client::new(port, sent.version.is_some().then_some(&session));
            let answer = client.and_then(|mut client| client.command(&sent));
            book.write(sent, answer);
        }
        let shared = Mutex::new(std::mem::take(&mut book));
        std::thread::scope(|scope| {
            for name in ["a", "b"] {
                let shared = &shared;
                scope.spawn(move || report(port, &format!("report-{life:04}-{name}"), shared));
            }
            for clerk in 0..CLERKS {
                let (shared, session, seed) = (&shared, &session, life * CLERKS + clerk);
                scope.spawn(move || work(port, &format!("work-{life:04}-{clerk}"), session, seed, shared));
            }
            std::thread::sleep(after);
            drop(served);
        });
        book = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        cut_short += u64::from(!book.unsure.is_empty());
        runtime.block_on(check(&folder.path(), &book, &format!("life {life}")));
    }
    assert!(cut_short * 2 >= times, "only {cut_short} of {times} were cut short");
    assert!(book.done.len() as u64 > times * 4, "{} commands were done, {} refused", book.done.len(), book.refused);
    // A copy made elsewhere says the same.
    let (copy, again) = (folder.beside("copy"), folder.beside("again"));
    folder.ok(&["backup", "--to", copy.to_str().expect("UTF-8")]);
    store::restore(&copy, &again).expect("restored");
    runtime.block_on(check(&again, &book, "the copy"));
}

#[test]
fn killed_at_any_instant_a_server_has_done_what_it_acknowledged_and_nothing_by_halves() {
    kill(KILLS);
}

#[test]
#[ignore = "the large count, for `make soak`"]
fn killed_ten_times_as_often_a_server_has_done_what_it_acknowledged() {
    kill(KILLS * 10);
}
