//! Loops over columns with the widest instructions that the machine has.
//!
//! The compiler makes the same loop several times over, for each generation of instructions, and the machine's own is
//! taken when the program runs. Each number goes through the same operations in the same order in all of them, and no
//! product is fused with a sum, so that the bits are the same everywhere.

/// Does the work, which should be a loop whose calls are all inlined, with the widest instructions.
pub(super) fn widest<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}
