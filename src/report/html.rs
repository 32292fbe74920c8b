//! `report.html`: one file that needs no network, no script and no other file.

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};

use super::memo::Memo;

/// The name ends in `.html`, so that every text put into the template is escaped.
const NAME: &str = "report.html";

/// The report as the bytes of its file.
///
/// # Errors
/// If the template cannot be filled in.
pub(super) fn bytes(memo: &Memo) -> Result<Vec<u8>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.add_template(NAME, include_str!("template/report.html"))?;
    let memo = Value::from(Serde(memo));
    let mut page = environment.get_template(NAME)?.render(context! { memo })?;
    page.push('\n');
    Ok(page.into_bytes())
}
