//! The `cabrio` command.
fn main() {}
