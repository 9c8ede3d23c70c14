//! Files on their way in: what is said of them, their bytes, and the files in an archive.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use intake::Archive;
use pipeline::job::LandRequest;
use types::Day;

use crate::context::name_of;
use crate::exit::Exit;
use crate::failure::Failure;

/// One file on its way in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Where it is.
    pub path: PathBuf,
    /// What is said of it; name and bytes come when it is read.
    pub request: LandRequest,
}

impl Incoming {
    /// Hands over the file, or one after the other the files in it when it is an archive: each with the name to show for it. One of them is
    /// in memory at a time.
    ///
    /// # Errors
    /// When nothing of it can be read, or `land` fails.
    pub async fn each(
        &self,
        mut land: impl AsyncFnMut(String, Result<LandRequest, Failure>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let name = name_of(&self.path);
        let bytes = match open(&self.path) {
            Ok(Opened::Held(bytes)) => bytes,
            Ok(Opened::Large(file)) => {
                let file = Some(Arc::new(file));
                let request = LandRequest { file_name: name.clone(), file, ..self.request.clone() };
                return land(name, Ok(request)).await;
            }
            Err(failure) => return land(name, Err(failure)).await,
        };
        match Archive::open(&bytes) {
            Err(error) => land(name, Err(pipeline::Error::from(error).into())).await,
            Ok(None) => {
                let request = LandRequest { file_name: name.clone(), bytes, ..self.request.clone() };
                land(name, Ok(request)).await
            }
            Ok(Some(mut archive)) => {
                for index in 0..archive.len() {
                    let file_name = archive.name(index).to_owned();
                    let shown = format!("{name}/{file_name}");
                    let request = match archive.bytes(index) {
                        Ok(bytes) => Ok(LandRequest { file_name, bytes, ..self.request.clone() }),
                        Err(error) => Err(pipeline::Error::from(error).into()),
                    };
                    land(shown, request).await?;
                }
                Ok(())
            }
        }
    }
}

/// The files of a `manifest.csv` (`file,feed,received,data_date,scope`) in `folder` or its `deliveries`; what a line leaves empty
/// is as in `usual`.
pub fn manifest(folder: &Path, usual: &LandRequest) -> Result<Vec<Incoming>, Failure> {
    let places = [folder.to_owned(), folder.join("deliveries")];
    let Some(base) = places.into_iter().find(|place| place.join("manifest.csv").is_file()) else {
        let folder = folder.display();
        return Err(Failure::refused(
            "no-manifest",
            format!("文件夹 `{folder}` 里没有 manifest.csv"),
            format!("the folder `{folder}` holds no manifest.csv"),
        )
        .hint("请逐个给出文件", "name the files one by one"));
    };
    let path = base.join("manifest.csv");
    let bad = |line: u64, zh: &str, en: &str| {
        let path = path.display();
        Failure::new(
            Exit::FileRefused,
            "bad-manifest",
            format!("`{path}` 第 {line} 行：{zh}"),
            format!("`{path}` line {line}: {en}"),
        )
    };
    let bytes = read(&path)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF".as_slice()).unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headers = reader.headers().map_err(|_| bad(1, "读不出来", "it cannot be read"))?.clone();
    let mut incoming = Vec::new();
    for (line, record) in (2_u64..).zip(reader.records()) {
        let record = record.map_err(|_| bad(line, "读不出来", "it cannot be read"))?;
        let cell = |name: &str| {
            let index = headers.iter().position(|header| header.trim() == name)?;
            record.get(index).map(str::trim).filter(|cell| !cell.is_empty())
        };
        let day = |name: &str| match cell(name) {
            Some(text) => Day::parse(text).map(Some).ok_or_else(|| bad(line, "日期有误", "not a date")),
            None => Ok(None),
        };
        let Some(file) = cell("file") else { return Err(bad(line, "缺少文件名", "no file is named")) };
        if Path::new(file).components().count() != 1 || file == ".." {
            return Err(bad(line, "文件名不能带路径", "a file is named without a path"));
        }
        let mut request = usual.clone();
        request.feed = cell("feed").map(str::to_owned).or(request.feed);
        request.received = day("received")?.or(request.received);
        request.data_date = day("data_date")?.or(request.data_date);
        if let Some(scopes) = cell("scope") {
            request.scopes.extend(scopes.split(';').map(|scope| scope.trim().to_owned()));
        }
        incoming.push(Incoming { path: base.join(file), request });
    }
    Ok(incoming)
}

/// So much of a text file is held; of a larger one, a piece at a time.
const HELD_BYTES: u64 = 64 << 20;

/// A file, opened.
enum Opened {
    /// Its bytes; of one that is too large, one more than it may have.
    Held(Vec<u8>),
    /// A large text file.
    Large(File),
}

/// Opens what is a file. What is none is not opened: a pipe would be waited for.
fn open(path: &Path) -> Result<Opened, Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let kind = std::fs::metadata(path).map_err(unreadable)?;
    if kind.is_dir() {
        return Err(Failure::unreadable(path, &std::io::Error::from(std::io::ErrorKind::IsADirectory)));
    }
    if !kind.is_file() {
        let path = path.display();
        return Err(Failure::new(
            Exit::FileRefused,
            "unreadable-file",
            format!("`{path}` 不是文件（是管道或设备）"),
            format!("`{path}` is no file but a pipe or a device"),
        ));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    if kind.len() > HELD_BYTES {
        let mut head = [0; 8];
        file.read_exact(&mut head).map_err(unreadable)?;
        if intake::is_text(&head) {
            return Ok(Opened::Large(file));
        }
        file.rewind().map_err(unreadable)?;
    }
    let limit = u64::try_from(intake::MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::with_capacity(usize::try_from(kind.len().min(limit)).unwrap_or(0));
    file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Opened::Held(bytes))
}

/// The bytes of a small file.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    match open(path)? {
        Opened::Held(bytes) => Ok(bytes),
        Opened::Large(_) => Err(Failure::unreadable(path, &std::io::Error::from(std::io::ErrorKind::FileTooLarge))),
    }
}
