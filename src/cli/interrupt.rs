//! Ctrl-C and SIGTERM: a run ends at the next chance and leaves nothing half-written; a second one ends it at once. Commands that
//! write nothing before the end are ended at once by the first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::{Failure, INTERRUPTED};

static REQUESTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
static AT_ONCE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Watches for signals from now on.
pub(super) fn watch() {
    let requested = REQUESTED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        // In this order: the second signal finds the flag raised by the first. Where handlers cannot be set the system's own stay.
        let at_once = flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(requested));
        if at_once.is_ok() {
            let _ = flag::register(signal, Arc::clone(requested));
        }
    }
}

/// From now on signals end the program at once.
pub(super) fn end_at_once() {
    let at_once = AT_ONCE.get_or_init(|| Arc::new(AtomicBool::new(true)));
    for signal in [SIGINT, SIGTERM] {
        let _ = flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(at_once));
    }
}

/// No longer: files are being written, which takes a moment only.
pub(super) fn hold() {
    if let Some(at_once) = AT_ONCE.get() {
        at_once.store(false, Ordering::Relaxed);
    }
}

/// Whether the user wants to end.
pub(super) fn requested() -> bool {
    REQUESTED.get().is_some_and(|requested| requested.load(Ordering::Relaxed))
}

/// Fails if the user wants to end.
pub(super) fn check() -> Result<(), Failure> {
    if requested() { Err(Failure::Interrupted) } else { Ok(()) }
}
