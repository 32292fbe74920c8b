//! Bytes to text: refuses what cannot be a scenario before anything is parsed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Place, Sources};

/// Largest scenario in bytes. Long data belongs in CSV; a text of this size made only of mistakes still
/// takes about a second and 300 MB to report.
pub const LARGEST_FILE: usize = 1 << 20;

/// Reads a scenario file.
///
/// # Errors
/// If the file is missing, unreadable, larger than [`LARGEST_FILE`], or no UTF-8 text. No more than that many
/// bytes are ever read, so a file of any size (or a device) is refused quickly.
pub fn read_file(path: &Path, sources: &mut Sources) -> Result<String, Diagnostic> {
    let name = path.display().to_string();
    let unreadable = |error: &std::io::Error| {
        Diagnostic::new(Code::UnreadableFile, format!("cannot read `{name}`: {error}"))
            .help("check the spelling and that the file may be read")
    };
    let limit = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    text_from_bytes(&name, bytes, sources)
}

/// Takes bytes for the text of a scenario. If they are no UTF-8, what can be read of them is added to `sources`
/// so that the mistake has a place.
///
/// # Errors
/// If there are more than [`LARGEST_FILE`] bytes, or they are no UTF-8 text.
pub fn text_from_bytes(name: &str, bytes: Vec<u8>, sources: &mut Sources) -> Result<String, Diagnostic> {
    if bytes.len() > LARGEST_FILE {
        let message = format!("`{name}` is larger than a scenario may be (1 MB)");
        return Err(Diagnostic::new(Code::TooLarge, message).help("put long series of data into a CSV file"));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let message = format!("`{name}` is text in UTF-16");
        return Err(Diagnostic::new(Code::NotUtf8, message).help("save the file as UTF-8"));
    }
    if bytes.contains(&0) {
        return Err(Diagnostic::new(Code::NotText, format!("`{name}` is not a text file"))
            .help("give the scenario, a text file that usually ends in `.toml`"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let readable = String::from_utf8_lossy(error.as_bytes());
        // The stand-in character has three bytes.
        let place = Place::new(sources.add(name, readable), at..at + 3);
        Diagnostic::new(Code::NotUtf8, format!("`{name}` is not in UTF-8"))
            .at(place, "this is no UTF-8 character")
            .help("save the file as UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn code(bytes: &[u8]) -> Result<String, Code> {
        text_from_bytes("a.toml", bytes.to_vec(), &mut Sources::default()).map_err(|mistake| mistake.code)
    }

    #[test]
    fn what_cannot_be_a_scenario_is_named() {
        assert_eq!(code(b"a = 1"), Ok("a = 1".to_owned()));
        assert_eq!(code(b"a = \"\xE9\""), Err(Code::NotUtf8));
        assert_eq!(code(b"\xFF\xFEa\0"), Err(Code::NotUtf8));
        assert_eq!(code(b"PK\x03\x04\0\0"), Err(Code::NotText));
        assert_eq!(code(&vec![b'#'; LARGEST_FILE]), Ok("#".repeat(LARGEST_FILE)));
        assert_eq!(code(&vec![b'#'; LARGEST_FILE + 1]), Err(Code::TooLarge));
    }

    #[test]
    fn a_wrong_encoding_has_a_place() {
        let mut sources = Sources::default();
        let mistake =
            text_from_bytes("a.toml", b"a = 1\nb = \"caf\xE9\"\n".to_vec(), &mut sources).unwrap_err();
        let place = mistake.place().unwrap();
        assert_eq!(sources.position(place.source, place.start), (2, 9));
    }

    #[test]
    fn a_file_of_50_mb_is_refused_without_reading_it_whole() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&[b' '; 1024]).unwrap();
        file.as_file().set_len(50 << 20).unwrap();
        let mistake = read_file(file.path(), &mut Sources::default()).unwrap_err();
        assert_eq!(mistake.code, Code::TooLarge);
        let missing = read_file(Path::new("no/such/file.toml"), &mut Sources::default()).unwrap_err();
        assert_eq!(missing.code, Code::UnreadableFile);
    }
}
