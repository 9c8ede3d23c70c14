//! Where columns go that are too long to hold: intake and linkage fill them piece by piece, whoever calls says where they lie.

use std::fmt;
use std::io;

use arrow_array::ArrayRef;
use arrow_schema::DataType;

/// A place outside memory for the columns of one file while it is taken in.
pub trait Spool: fmt::Debug + Send + Sync {
    /// How many rows make a piece: so many are held at a time, and a file of fewer is held whole.
    fn piece(&self) -> usize;

    /// A column of this type without a cell.
    ///
    /// # Errors
    /// When there is no room, or no place for such a type.
    fn column(&self, kind: &DataType) -> io::Result<Box<dyn SpoolColumn>>;

    /// Gives back the memory of all cells read so far; they are there again when someone reads them.
    fn rest(&self);
}

/// A column that is being filled.
pub trait SpoolColumn: Send {
    /// Adds the cells of an array of the column's type.
    ///
    /// # Errors
    /// When there is no room.
    fn push(&mut self, cells: &ArrayRef) -> io::Result<()>;

    /// All cells added, in order, as one array that does not lie in memory.
    ///
    /// # Errors
    /// When they cannot be found again.
    fn finish(self: Box<Self>) -> io::Result<ArrayRef>;
}
