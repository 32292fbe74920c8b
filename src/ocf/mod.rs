//! Cap tables from exports in the Open Cap Format (opencaptablecoalition.com), version 1.x.
//!
//! An export is a log: files of stakeholders, classes, plans and transactions, listed by a manifest. [`import`] replays
//! it up to a day and writes a scenario with the shares, options, warrants, SAFEs and notes that are outstanding then,
//! each figure marked with the object it comes from. What the format does not say is said by an overlay, left out with a
//! remark, or refused; nothing is guessed. The mapping stands in `docs/open-cap-format.md`.

mod books;
mod convertible;
mod ledger;
mod note;
mod objects;
mod problem;
mod read;
mod sheet;
mod table;
mod transaction;
mod warrant;

use std::path::Path;

use self::ledger::Ledger;
use self::problem::{Origin, Problems, one_line};
use self::read::Package;
use self::sheet::{Gap, Sheet, assumed, path, says, stated};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::quantity::{Currency, Day};
use crate::scenario::{LARGEST_FILE, Overlaid, check_tree, lay_over, toml_key, toml_text};

/// What came of reading an export.
#[derive(Debug, Default)]
pub struct Imported {
    /// The scenario, unless something stands against it.
    pub text: Option<String>,
    /// Everything that does, and what is doubtful in the overlay.
    pub diagnostics: Diagnostics,
    /// The texts that mistakes in the overlay point into.
    pub sources: Sources,
}

/// Reads the export in `folder` and writes the scenario of its cap table at the end of `day` (that of the latest
/// transaction if none is given), with the TOML file `overlay` laid over it. All problems are reported at once.
#[must_use]
pub fn import(folder: &Path, day: Option<Day>, overlay: Option<&Path>) -> Imported {
    let mut problems = Problems::default();
    let mut imported = Imported::default();
    let written = read::read(folder, &mut problems)
        .and_then(|package| scenario(&package, day, &mut problems).map(|sheet| (package, sheet)));
    if let Some((package, sheet)) = written {
        let overlaid =
            lay_over("the export", &sheet.text, overlay, &mut imported.sources, &mut imported.diagnostics);
        if let Some(overlaid) = overlaid {
            let open = sheet
                .gaps
                .iter()
                .filter(|gap| !gap.keys.iter().any(|key| says(&overlaid.root, &gap.table, key)));
            open.for_each(|gap| imported.diagnostics.push(unsaid(gap)));
            // Mistakes that the overlay brings; with others the table is not what it would be.
            if overlay.is_some() && !problems.any() && !imported.diagnostics.has_errors() {
                check_tree(&overlaid.root, &imported.sources, &mut imported.diagnostics);
            }
            let text = finished(&package, &sheet, &overlaid, overlay);
            if text.len() > LARGEST_FILE {
                let origin = Origin::new("Manifest", &package.company);
                problems.unmapped(
                    &origin,
                    "its cap table is longer than a scenario may be (1 MB)",
                    "sum small holders up",
                );
            }
            imported.text = Some(text);
        }
    }
    let mut diagnostics = problems.into_diagnostics();
    diagnostics.append(std::mem::take(&mut imported.diagnostics));
    if diagnostics.has_errors() {
        imported.text = None;
    }
    Imported { diagnostics, ..imported }
}

/// The scenario without its head and its remarks.
fn scenario(package: &Package, day: Option<Day>, problems: &mut Problems) -> Option<Sheet> {
    let latest = package.transactions.iter().max_by_key(|item| item.value.day);
    let manifest = Origin::new("Manifest", &package.company);
    let Some(latest) = latest else {
        problems.contradiction(
            &manifest,
            "there are no transactions that can be read",
            "export the whole record",
        );
        return None;
    };
    let ledger = Ledger::replay(package, day.unwrap_or(latest.value.day), problems);
    let Some((code, source)) = ledger.currency.clone() else {
        problems.contradiction(&manifest, "nothing names a currency", "add the prices of the shares");
        return None;
    };
    let Ok(currency) = code.parse::<Currency>() else {
        let reason = format!("`{}` is no currency", one_line(&code));
        problems.unreadable(&source, &reason, "write its three letters, like USD");
        return None;
    };
    if !ledger.securities.iter().any(books::Security::is_open) {
        let reason = format!("nothing is outstanding on {}", ledger.day);
        problems.contradiction(&manifest, &reason, "ask for another --date");
    }
    let mut sheet = Sheet::new(currency);
    sheet.plain("[deal]");
    sheet.plain("title = \"Cap table\"");
    sheet.line(&format!("company = {}", toml_text(&package.company)), "[stated] OCF Manifest");
    sheet.line(&format!("currency = \"{currency}\""), &stated(&source));
    let comment = match day {
        Some(_) => assumed("the day asked for"),
        None => stated(&latest.origin) + ", the latest transaction",
    };
    sheet.line(&format!("valuation_date = {}", ledger.day), &comment);
    let holders = table::holders(package);
    table::write(&ledger, &holders, &mut sheet, problems);
    convertible::write(&ledger, &holders, &mut sheet, problems);
    Some(sheet)
}

fn unsaid(gap: &Gap) -> Diagnostic {
    let keys: Vec<String> = gap.keys.iter().map(|key| format!("`{}`", path(&gap.table, key))).collect();
    let message = format!("{}: {}; {} is missing", gap.origin, gap.reason, keys.join(" or "));
    let table: Vec<String> = gap.table.iter().map(|key| toml_key(key)).collect();
    let help = format!("say it in a file for --overlay, such as\n[{}]\n{}", table.join("."), gap.example);
    Diagnostic::new(Code::ExportGap, message).help(help)
}

/// The scenario with its head, and what it leaves out behind it.
fn finished(package: &Package, sheet: &Sheet, overlaid: &Overlaid, overlay: Option<&Path>) -> String {
    let over = overlay.and_then(Path::file_name).map_or_else(String::new, |name| {
        format!(", with {} laid over it", one_line(&name.to_string_lossy()))
    });
    let mut text = format!(
        "# The cap table of {}, read from an export in the Open Cap Format {}{over}.\n\
         #\n\
         # Marks: [stated] by the export, [derived] from it, [assumed] as its plain reading. \"OCF FILE ID\" names an object.\n\
         # Vested and unvested securities are counted alike, whether accepted or not.\n\n",
        package.company, package.version
    );
    text.push_str(overlaid.text.trim_start());
    let notes: Vec<_> =
        sheet.notes.iter().filter(|note| !says(&overlaid.root, &note.table, note.key)).collect();
    if !notes.is_empty() {
        text.push_str(
            "\n# ---------------------------------------------------------------- what OCF does not say\n#\n",
        );
        text.push_str("# Left out above, with this meaning. An overlay (--overlay FILE) says it otherwise under the same keys.\n#\n");
        for note in notes {
            text.push_str(&format!(
                "# OCF does not say: {}: {}\n",
                path(&note.table, note.key),
                note.meaning
            ));
        }
    }
    if !sheet.words.is_empty() {
        text.push_str(
            "#\n# Conditions that OCF gives in words only; no program reads them, a person should:\n",
        );
        for words in &sheet.words {
            text.push_str(&format!("# {words}\n"));
        }
    }
    text
}
