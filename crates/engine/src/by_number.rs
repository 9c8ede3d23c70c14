//! Values by number, for loops over everyone: found without hashing.

use types::NO_NUMBER;

/// One value per number, [`NO_NUMBER`] included; the default for those never asked for.
pub(crate) struct ByNumber<T>(Vec<T>);

impl<T: Clone + Default> ByNumber<T> {
    pub(crate) fn new() -> Self {
        Self(vec![T::default()])
    }

    /// The value of `number`.
    pub(crate) fn of(&mut self, number: u32) -> &mut T {
        // The one for `NO_NUMBER` comes first.
        let index = number.wrapping_add(1) as usize;
        if index >= self.0.len() {
            self.0.resize(index + 1, T::default());
        }
        &mut self.0[index]
    }

    /// All of them with their numbers, up to the greatest asked for.
    pub(crate) fn into_iter(self) -> impl Iterator<Item = (u32, T)> {
        std::iter::once(NO_NUMBER).chain(0..NO_NUMBER).zip(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_own_and_none_is_one_of_them() {
        let mut found: ByNumber<Option<char>> = ByNumber::new();
        assert_eq!(*found.of(NO_NUMBER), None);
        *found.of(2) = Some('c');
        *found.of(NO_NUMBER) = Some('x');
        *found.of(0) = Some('a');
        let all: Vec<_> = found.into_iter().collect();
        assert_eq!(all, [(NO_NUMBER, Some('x')), (0, Some('a')), (1, None), (2, Some('c'))]);
    }
}
