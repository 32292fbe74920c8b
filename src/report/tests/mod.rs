//! The whole way from a run to a folder.
mod study;
