//! Where keys, nonces and salts come from: only the binary asks the system for randomness.

/// A source of random bytes. The binary passes the system's; tests pass a seeded one.
pub trait Entropy: Send {
    /// Fills `bytes` with bytes nobody can foretell.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<F: FnMut(&mut [u8]) + Send> Entropy for F {
    fn fill(&mut self, bytes: &mut [u8]) {
        self(bytes);
    }
}
