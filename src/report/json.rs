//! JSON files: indented, keys in a fixed order, numbers at full precision, unknown numbers null.

use serde::Serialize;

/// A value as the bytes of its file, with a line feed at the end.
///
/// # Errors
/// If the value has a map whose keys are no texts; the types of this crate have none.
pub fn bytes(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
