//! Metrics of whole runs.

mod digests;
