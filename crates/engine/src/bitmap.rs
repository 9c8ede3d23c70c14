//! Small operations on bitmaps that Arrow does not name.

use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder};

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

/// `left and not right`.
pub fn and_not(left: &BooleanBuffer, right: &BooleanBuffer) -> BooleanBuffer {
    left & &!right
}

/// Whether any bit is set.
pub fn any(bits: &BooleanBuffer) -> bool {
    bits.count_set_bits() > 0
}

/// For each of `numbers` its bit in `bits`; false for numbers outside.
pub fn gather(bits: &BooleanBuffer, numbers: &[u32]) -> BooleanBuffer {
    BooleanBuffer::collect_bool(numbers.len(), |index| {
        let number = numbers[index] as usize;
        number < bits.len() && bits.value(number)
    })
}
