//! Small operations on bitmaps that Arrow does not name.

use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder, Buffer};

/// `length` bits, all `value`.
pub fn filled(length: usize, value: bool) -> BooleanBuffer {
    if value { BooleanBuffer::new_set(length) } else { BooleanBuffer::new_unset(length) }
}

/// A bitmap with the bits of `numbers` set.
pub fn of_numbers(length: usize, numbers: impl IntoIterator<Item = u32>) -> BooleanBuffer {
    let mut builder = BooleanBufferBuilder::new(length);
    builder.append_n(length, false);
    for number in numbers {
        if (number as usize) < length {
            builder.set_bit(number as usize, true);
        }
    }
    builder.finish()
}

/// One bit per cell: whether it holds.
pub fn pack<T: Copy>(cells: &[T], holds: impl Fn(T) -> bool) -> BooleanBuffer {
    let words = cells
        .chunks(64)
        .map(|cells| cells.iter().enumerate().fold(0_u64, |word, (bit, cell)| word | (u64::from(holds(*cell)) << bit)));
    of_words(words.collect(), cells.len())
}

/// One bit per pair of cells: whether it holds.
pub fn pack_pairs<T: Copy>(left: &[T], right: &[T], holds: impl Fn(T, T) -> bool) -> BooleanBuffer {
    let words = left.chunks(64).zip(right.chunks(64)).map(|(left, right)| {
        let pairs = left.iter().zip(right).enumerate();
        pairs.fold(0_u64, |word, (bit, (left, right))| word | (u64::from(holds(*left, *right)) << bit))
    });
    of_words(words.collect(), left.len().min(right.len()))
}

/// The first `length` bits of `words`, the lowest bit of a word first.
pub fn of_words(words: Vec<u64>, length: usize) -> BooleanBuffer {
    let bytes: Buffer = if cfg!(target_endian = "little") {
        Buffer::from_vec(words)
    } else {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    };
    BooleanBuffer::new(bytes, 0, length)
}

/// The bits as words, the lowest bit of a word first; bits past the end are 0.
pub fn words(bits: &BooleanBuffer) -> Vec<u64> {
    let mut words: Vec<u64> = bits.bit_chunks().iter_padded().collect();
    words.truncate(bits.len().div_ceil(64));
    words
}

/// `left and not right`.
pub fn and_not(left: &BooleanBuffer, right: &BooleanBuffer) -> BooleanBuffer {
    left & &!right
}

/// Whether any bit is set.
pub fn any(bits: &BooleanBuffer) -> bool {
    bits.bit_chunks().iter_padded().any(|word| word != 0)
}

/// Whether all bits are set.
pub fn all(bits: &BooleanBuffer) -> bool {
    bits.count_set_bits() == bits.len()
}

/// For each of `numbers` its bit in `bits`; false for numbers outside.
pub fn gather(bits: &BooleanBuffer, numbers: &[u32]) -> BooleanBuffer {
    BooleanBuffer::collect_bool(numbers.len(), |index| {
        let number = numbers[index] as usize;
        number < bits.len() && bits.value(number)
    })
}
