//! The bytes of a delivery on their way in: in memory, or in a file too large for that.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::sync::Arc;

/// The bytes as received.
#[derive(Clone, Debug)]
pub enum Original {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file; nobody else moves its position meanwhile.
    File(Arc<File>),
}

impl Original {
    /// All of them, from the first.
    ///
    /// # Errors
    /// Those of the file.
    pub fn reader(&self) -> io::Result<Box<dyn Read + '_>> {
        match self {
            Self::Bytes(bytes) => Ok(Box::new(bytes.as_slice())),
            Self::File(file) => {
                let mut file = &**file;
                file.seek(SeekFrom::Start(0))?;
                Ok(Box::new(BufReader::with_capacity(1 << 20, file)))
            }
        }
    }
}

impl From<Vec<u8>> for Original {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}
