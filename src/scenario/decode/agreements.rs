//! SAFEs and warrants.

use super::decoder::{Decoder, fraction};
use super::instruments::{all_or_none, says_no_cap, table_place, valuation_cap};
use super::rights::rights_under;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::{MostFavoured, Safe, ShareTerms, Warrant};
use crate::scenario::reader::TableReader;

pub(super) fn safe<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Safe> {
    let cap = (reader.node("valuation_cap").is_some() && !says_no_cap(reader))
        .then(|| valuation_cap(decoder, reader, path));
    let discount = fraction(reader, "discount");
    let stacked = reader.flag("stacked");
    let most_favoured = most_favoured(decoder, reader);
    let into = rights_under(decoder, reader, "into", ShareTerms::PREFERRED);
    let cash_out_multiple = reader.multiple("cash_out_multiple").map(|multiple| multiple.0);
    Some(Safe {
        cap: all_or_none(cap)?,
        discount: discount?,
        stacked: stacked?,
        most_favoured: most_favoured?,
        into: into?,
        cash_out_multiple: cash_out_multiple?,
    })
}

/// Whose terms may be taken over; that it is a later SAFE is checked when all are read.
fn most_favoured(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<Option<MostFavoured>> {
    let word = reader.text("most_favoured")?;
    Some(Some(match word.as_str() {
        "never" => return Some(None),
        "lowest_cap" => MostFavoured::LowestCap,
        "best" => MostFavoured::Best,
        name => {
            let names = || decoder.instruments.iter().map(String::as_str);
            let Some(index) = names().position(|known| known == name) else {
                let own = reader.text("name");
                let later = names().skip_while(|known| own.as_deref() != Some(*known)).skip(1);
                let mistake = Diagnostic::new(Code::UnknownName, format!("there is no instrument `{name}`"));
                let mistake = mistake.at(table_place(reader, "most_favoured"), "");
                let words = ["never", "lowest_cap", "best"].into_iter().chain(later);
                let mistake = mistake.suggest(nearest(name, words));
                decoder
                    .report(mistake.help(
                        "write `never`, `lowest_cap`, `best`, or the name of a later SAFE of the file",
                    ));
                return None;
            };
            MostFavoured::Instrument(index)
        }
    }))
}

pub(super) fn warrant<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Warrant> {
    let strike = decoder.number(reader, "strike", &format!("{path}.strike"), false);
    let expires = reader
        .node("expires")
        .is_some()
        .then(|| decoder.when(reader, "expires", &format!("{path}.expires"), false));
    Some(Warrant { strike: strike?, expires: all_or_none(expires)? })
}
