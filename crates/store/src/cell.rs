//! Reading stored texts and numbers back into their types.

use serde::de::DeserializeOwned;
use types::{Day, Hash};

use crate::StoreError;

pub(crate) fn day(text: &str) -> Result<Day, StoreError> {
    Day::parse(text).ok_or_else(|| StoreError::corrupt(format!("`{text}` is not a day")))
}

pub(crate) fn hash(text: &str) -> Result<Hash, StoreError> {
    Hash::parse(text).ok_or_else(|| StoreError::corrupt(format!("`{text}` is not a hash")))
}

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    Ok(serde_json::from_str(text)?)
}

/// A count as SQLite holds it.
pub(crate) fn count(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::unfit(format!("`{number}` is too large a number")))
}
