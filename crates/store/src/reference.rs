//! Opaque names of subjects for addresses: the key sealed under the folder's salt, so that nothing has to be kept or searched to read
//! one again.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use types::{Hash, Hasher, SubjectRef};

use crate::Store;

/// Bytes of the nonce that stand in a reference; the others are zero.
const NONCE: usize = 12;

impl Store {
    /// The name of a subject in addresses, always the same; without the folder nobody can tell whose it is.
    #[must_use]
    pub fn subject_reference(&self, subject: &SubjectRef) -> String {
        let Hash(mixed) = self.keyed("reference").piece(&subject.kind).piece(&subject.key).finish();
        let mut nonce = [0; 24];
        nonce[..NONCE].copy_from_slice(&mixed[..NONCE]);
        let plain = Payload { msg: subject.key.as_bytes(), aad: subject.kind.as_bytes() };
        // Only texts of gigabytes cannot be sealed.
        let sealed = self.reference_cipher().encrypt(XNonce::from_slice(&nonce), plain).unwrap_or_default();
        nonce[..NONCE].iter().chain(&sealed).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The subject of kind `kind` that this folder called so; `None` for anything else.
    #[must_use]
    pub fn referred(&self, kind: &str, reference: &str) -> Option<SubjectRef> {
        let bytes = bytes(reference)?;
        let (start, sealed) = bytes.split_at_checked(NONCE)?;
        let mut nonce = [0; 24];
        nonce[..NONCE].copy_from_slice(start);
        let sealed = Payload { msg: sealed, aad: kind.as_bytes() };
        let plain = self.reference_cipher().decrypt(XNonce::from_slice(&nonce), sealed).ok()?;
        Some(SubjectRef { kind: kind.to_owned(), key: String::from_utf8(plain).ok()? })
    }

    fn reference_cipher(&self) -> XChaCha20Poly1305 {
        let Hash(key) = self.keyed("key of references").finish();
        XChaCha20Poly1305::new(&key.into())
    }

    fn keyed(&self, word: &str) -> Hasher {
        let mut hasher = Hasher::default();
        hasher.piece(self.salt()).piece(word);
        hasher
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hex.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| pairs.filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok()).collect())
}
