//! `cabrio explain`: what a code means.

use super::exit::Failure;
use super::terminal::Terminal;
use crate::diagnostic::{Code, nearest};

pub(super) fn explain(code: Option<&str>, terminal: &mut Terminal) -> Result<(), Failure> {
    let Some(code) = code else {
        let lines: Vec<String> =
            Code::ALL.iter().map(|code| format!("{code}  {}", code.entry().title)).collect();
        return terminal.result(&lines.join("\n"));
    };
    match code.to_uppercase().parse::<Code>() {
        Ok(code) => terminal.result(&code.entry().to_string()),
        Err(error) => {
            let known = nearest(code, Code::ALL.iter().map(|code| code.id()));
            let hint = known.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
            Err(Failure::Usage(format!("{error}{hint}\nhelp: `cabrio explain` lists all codes")))
        }
    }
}
