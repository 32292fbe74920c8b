//! Loops over columns with the widest instructions that the machine has.
//!
//! The compiler makes the same loop several times over, for each generation of instructions, and the machine's own is
//! taken when the program runs. Each number goes through the same operations in the same order in all of them, and no
//! product is fused with a sum, so that the bits are the same everywhere.

/// Does the work, which must be marked `#[inline(always)]`, as all that it calls, with the widest instructions.
pub(super) fn widest<R>(work: impl FnMut() -> R) -> R {
    pulp::Arch::new().dispatch(Work(work))
}

/// Called by reference, a closure is inlined where it is called, and so made for the instructions there; called by value it
/// goes through a function of its own, which is not.
struct Work<F>(F);

impl<R, F: FnMut() -> R> pulp::WithSimd for Work<F> {
    type Output = R;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see above")]
    fn with_simd<S: pulp::Simd>(mut self, _: S) -> R {
        (self.0)()
    }
}
