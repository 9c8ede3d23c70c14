//! Where the bytes of a file are: in memory, or on disk, to be read again as often as needed. Text files may be larger than memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// How much of a file on disk is in memory at a time.
const BUFFER: usize = 256 << 10;

/// The bytes of a file.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// In memory.
    Bytes(&'a [u8]),
    /// On disk; nobody else moves its position meanwhile.
    File(&'a File),
}

impl<'a> Source<'a> {
    /// How many there are.
    pub(crate) fn len(self) -> io::Result<u64> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
            Self::File(file) => Ok(file.metadata()?.len()),
        }
    }

    /// The first `length` bytes, or all.
    pub(crate) fn head(self, length: u64) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.reader(0).take(length).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The bytes from `start` on.
    pub(crate) fn reader(self, start: u64) -> Box<dyn BufRead + 'a> {
        match self {
            Self::Bytes(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
                Box::new(&bytes[start..])
            }
            Self::File(file) => Box::new(BufReader::with_capacity(BUFFER, FromDisk { file, at: start })),
        }
    }
}

/// A place in a file: several readers may share the file, one after the other or in turns.
struct FromDisk<'a> {
    file: &'a File,
    at: u64,
}

impl Read for FromDisk<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file;
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(out)?;
        self.at += count as u64;
        Ok(count)
    }
}
