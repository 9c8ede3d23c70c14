//! Passwords: argon2id with a salt each.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// 19 MiB, two passes, one lane: what OWASP asks for at the least.
fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The hash of `password` that is stored; `None` where the salt cannot be used.
#[must_use]
pub fn hash_password(password: &str, salt: &[u8; 16]) -> Option<String> {
    let salt = SaltString::encode_b64(salt).ok()?;
    Some(argon().hash_password(password.as_bytes(), &salt).ok()?.to_string())
}

/// Whether `password` is the one that was hashed.
pub(crate) fn verify_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{hash_password, verify_password};

    #[test]
    fn only_the_password_itself_opens() {
        let hash = hash_password("见微知著", &[7; 16]).expect("hash");
        assert!(verify_password("见微知著", &hash));
        assert!(!verify_password("见微知著 ", &hash) && !verify_password("", &hash));
        assert!(!verify_password("x", "no hash"));
        assert_ne!(hash, hash_password("见微知著", &[8; 16]).expect("hash"));
    }
}
