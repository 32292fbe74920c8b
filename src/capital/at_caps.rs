//! Ownership at the caps, before any round.

use super::converting::Unit;
use super::round_table::{AtCap, AtCaps, Holder};
use super::{CapitalError, Figure};
use crate::contract::{Cap, post_money_fraction, shares_at_valuation};
use crate::number::{Amount, Exact};

/// What SAFEs and notes with caps would own if all converted at them; nothing if none has a cap, or if together they
/// would own the whole company.
pub(super) fn at_caps(
    units: &[Unit<'_>],
    fully_diluted: Exact,
    holders: &[Holder],
) -> Result<Option<AtCaps>, CapitalError> {
    let capped: Vec<(&Unit<'_>, Cap<Exact>)> = units
        .iter()
        .filter_map(|unit| unit.terms.map(|terms| (unit, terms.cap)))
        .filter(|(_, cap)| *cap != Cap::None)
        .collect();
    if capped.is_empty() {
        return Ok(None);
    }
    // Those that count no other conversion come first: they are among the shares that the others count.
    let mut outstanding = fully_diluted;
    let mut together = Exact::ZERO;
    for (unit, cap) in &capped {
        together += post_money_fraction(unit.converting(), *cap);
        if !counts_others(*cap) {
            let Some(shares) = shares_at_valuation(unit.converting(), *cap, fully_diluted, Exact::ZERO)
            else {
                return Ok(None);
            };
            outstanding += shares;
        }
    }
    let mut received = Vec::with_capacity(capped.len());
    let mut total = fully_diluted;
    for (unit, cap) in &capped {
        let base = if counts_others(*cap) { outstanding } else { fully_diluted };
        let Some(shares) = shares_at_valuation(unit.converting(), *cap, base, together) else {
            return Ok(None);
        };
        total += shares;
        received.push(shares);
    }
    let part = |shares: Exact| Figure::of(shares.div_or(total, Exact::ZERO));
    let mut instruments = Vec::with_capacity(capped.len());
    let mut all = Exact::ZERO;
    for ((unit, _), shares) in capped.iter().zip(received) {
        all += shares;
        instruments.push(AtCap {
            instrument: unit.name(),
            holder: unit.instrument.holder.clone(),
            amount: Figure::of(unit.converting())?,
            shares: Figure::of(shares)?,
            ownership: part(shares)?,
        });
    }
    let diluted = |holder: &Holder| -> Result<Holder, CapitalError> {
        let ownership = part(Exact::from(holder.as_converted.0))?;
        Ok(Holder { ownership, ..holder.clone() })
    };
    Ok(Some(AtCaps {
        total_shares: Figure::of(total)?,
        ownership: part(all)?,
        instruments,
        holders: holders.iter().map(diluted).collect::<Result<_, _>>()?,
    }))
}

fn counts_others(cap: Cap<Exact>) -> bool {
    cap.valuation().is_some_and(|(_, counted)| counted.other_converting_securities)
}
