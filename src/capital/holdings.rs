//! Holdings by class and holder, added up by holder.

use super::round_table::{Holder, Holding, Holdings};
use super::stock::Stock;
use super::{CapitalError, Figure};
use crate::model::{CapitalStructure, Grant, Kind};
use crate::number::{Amount, Exact};

/// Name of the common shares as a class, and of the unallocated pool.
pub(super) const COMMON: &str = "Common";
pub(super) const POOL: &str = "Unallocated pool";

/// One line before it is a fraction of the total.
pub(super) struct Line {
    pub(super) class: String,
    pub(super) kind: &'static str,
    pub(super) holder: String,
    pub(super) shares: Exact,
    pub(super) as_converted: Exact,
    pub(super) money_in: Option<Exact>,
    pub(super) price: Option<Exact>,
}

impl Line {
    pub(super) fn new(class: &str, kind: &'static str, holder: &str, shares: Exact, ratio: Exact) -> Self {
        Line {
            class: class.to_owned(),
            kind,
            holder: holder.to_owned(),
            shares,
            as_converted: shares * ratio,
            money_in: None,
            price: None,
        }
    }

    pub(super) fn paid(self, money: Exact, price: Exact) -> Self {
        Line { money_in: Some(money), price: Some(price), ..self }
    }
}

/// Common shares and options, warrants and the pool, preferred by `series` in between.
pub(super) fn lines(structure: &CapitalStructure, stock: &Stock, series: Vec<Line>) -> Vec<Line> {
    let classes = &structure.capitalization;
    let common = classes.common.iter();
    let mut lines: Vec<Line> = common
        .map(|holding| Line::new(COMMON, "common", &holding.holder, Exact::from(holding.shares), Exact::ONE))
        .collect();
    lines.extend(series);
    for (kind, grants) in [("options", &classes.options), ("warrants", &classes.warrants)] {
        for Grant { name, holder, shares, .. } in grants {
            lines.push(Line::new(name, kind, holder, Exact::from(*shares), Exact::ONE));
        }
    }
    for instrument in structure.instruments.iter().filter(|each| matches!(each.kind, Kind::Warrant(_))) {
        let shares = instrument.tranches.iter().filter_map(|tranche| tranche.shares);
        let shares = shares.fold(Exact::ZERO, |sum, shares| sum + Exact::from(shares));
        lines.push(Line::new(&instrument.name, "warrants", &instrument.holder, shares, Exact::ONE));
    }
    if stock.pool > Exact::ZERO {
        lines.push(Line::new(POOL, "pool", POOL, stock.pool, Exact::ONE));
    }
    lines
}

/// The series before any round, by holder.
pub(super) fn series_lines(structure: &CapitalStructure, stock: &Stock) -> Vec<Line> {
    let mut lines = Vec::new();
    for (series, today) in structure.capitalization.preferred.iter().zip(&stock.series) {
        for holding in &series.holders {
            let shares = Exact::from(holding.shares) * today.growth;
            lines.push(Line::new(&series.name, "preferred", &holding.holder, shares, today.ratio));
        }
    }
    lines
}

/// The lines with their fractions of the total, and each holder's sum.
pub(super) fn holdings(lines: Vec<Line>) -> Result<Holdings, CapitalError> {
    let total = lines.iter().fold(Exact::ZERO, |sum, line| sum + line.as_converted);
    let part = |shares: Exact| Figure::of(shares.div_or(total, Exact::ZERO));
    let mut sums: Vec<(String, Exact)> = Vec::new();
    for line in &lines {
        match sums.iter_mut().find(|(holder, _)| *holder == line.holder) {
            Some((_, sum)) => *sum += line.as_converted,
            None => sums.push((line.holder.clone(), line.as_converted)),
        }
    }
    let holder = |(holder, shares): (String, Exact)| -> Result<Holder, CapitalError> {
        Ok(Holder { holder, as_converted: Figure::of(shares)?, ownership: part(shares)? })
    };
    let class = |line: Line| -> Result<Holding, CapitalError> {
        Ok(Holding {
            ownership: part(line.as_converted)?,
            shares: Figure::of(line.shares)?,
            as_converted: Figure::of(line.as_converted)?,
            money_in: line.money_in.map(Figure::of).transpose()?,
            price: line.price.map(Figure::of).transpose()?,
            class: line.class,
            kind: line.kind,
            holder: line.holder,
        })
    };
    Ok(Holdings {
        total_shares: Figure::of(total)?,
        classes: lines.into_iter().map(class).collect::<Result<_, _>>()?,
        holders: sums.into_iter().map(holder).collect::<Result<_, _>>()?,
    })
}
