//! The shares outstanding on a day.

use crate::contract::{
    Compounding, DividendsInCap, PreferredSeries, SeriesParticipation, accrued_interest, conversion_ratio,
};
use crate::model::{
    CapitalStructure, Capitalization, DividendKind, Dividends, Kind, Participation, Series, ShareTerms,
};
use crate::number::{Amount, Decimal, Exact};
use crate::quantity::{Day, DayCount};

/// Shares by kind, preferred as converted.
pub(super) struct Stock {
    /// Common shares.
    pub(super) common: Exact,
    /// Series, in the order of the structure.
    pub(super) series: Vec<SeriesToday>,
    /// Options and warrants, those of the deal among them.
    pub(super) options: Exact,
    /// The unallocated pool.
    pub(super) pool: Exact,
}

/// A series of preferred shares on a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeriesToday {
    /// Preferred shares, dividends in kind among them.
    pub(super) shares: Exact,
    /// How many times the shares of the file these are: more with dividends in kind.
    pub(super) growth: Exact,
    pub(super) issue_price: Exact,
    pub(super) conversion_price: Exact,
    /// Common shares for one.
    pub(super) ratio: Exact,
    /// Dividends owed in money.
    pub(super) dividends: Exact,
}

impl Stock {
    /// The shares of a structure on a day.
    pub(super) fn on(structure: &CapitalStructure, day: Day) -> Self {
        let Capitalization { common, options, pool, preferred, warrants } = &structure.capitalization;
        let sum = |shares: &mut dyn Iterator<Item = Decimal>| {
            shares.fold(Exact::ZERO, |sum, shares| sum + Exact::from(shares))
        };
        let vested = structure.instruments.iter().filter(|each| matches!(each.kind, Kind::Warrant(_)));
        let vested = vested.flat_map(|warrant| warrant.tranches.iter().filter_map(|tranche| tranche.shares));
        Stock {
            common: sum(&mut common.iter().map(|holding| holding.shares)),
            series: preferred.iter().map(|series| SeriesToday::on(series, day)).collect(),
            options: sum(&mut options.iter().chain(warrants).map(|grant| grant.shares).chain(vested)),
            pool: Exact::from(*pool),
        }
    }

    /// The shares as an offering converts them: dividends that are kept on conversion become shares too.
    pub(super) fn at_offering(&self, structure: &CapitalStructure) -> Self {
        let series = structure.capitalization.preferred.iter().zip(&self.series);
        let series = series.map(|(series, today)| {
            let shares = today.preferred(&series.terms).shares_at_offering();
            SeriesToday { ratio: shares.div_or(today.shares, today.ratio), ..*today }
        });
        Stock { series: series.collect(), ..*self }
    }

    /// Preferred shares as converted.
    pub(super) fn preferred(&self) -> Exact {
        self.series.iter().fold(Exact::ZERO, |sum, series| sum + series.as_converted())
    }

    /// Common and preferred as converted.
    pub(super) fn outstanding(&self) -> Exact {
        self.common + self.preferred()
    }

    /// All of them, with options, warrants and the pool.
    pub(super) fn fully_diluted(&self) -> Exact {
        self.outstanding() + self.options + self.pool
    }
}

impl SeriesToday {
    fn on(series: &Series, day: Day) -> Self {
        let file = series.holders.iter().fold(Exact::ZERO, |sum, holding| sum + Exact::from(holding.shares));
        let issue_price = Exact::from(series.issue_price);
        let conversion_price = Exact::from(series.conversion_price);
        let mut today = SeriesToday {
            shares: file,
            growth: Exact::ONE,
            issue_price,
            conversion_price,
            ratio: conversion_ratio(issue_price, conversion_price).unwrap_or(Exact::ONE),
            dividends: Exact::from(series.dividends_owed),
        };
        if let Some(dividends) = series.terms.dividends {
            today.accrue(dividends, series.dividends_since, day);
        }
        today
    }

    /// Dividends from one day to another, by days over 365.
    fn accrue(&mut self, dividends: Dividends, since: Day, day: Day) {
        let years: Exact = DayCount::Actual365Fixed.years(since, day.max(since));
        let rate = Exact::from(dividends.rate);
        let invested = self.shares * self.issue_price;
        match dividends.kind {
            DividendKind::Simple => {
                self.dividends += accrued_interest(invested, rate, Compounding::Simple, years);
            }
            DividendKind::Compounding => {
                let base = invested + self.dividends;
                self.dividends += accrued_interest(base, rate, Compounding::PerYear(1), years);
            }
            DividendKind::InKind => {
                let plain = self.preferred(&ShareTerms::PREFERRED);
                let grown = plain.with_dividends_in_kind(rate, 1, years).shares;
                self.growth = grown.div_or(self.shares, Exact::ONE);
                self.shares = grown;
            }
        }
    }

    /// As common shares.
    pub(super) fn as_converted(&self) -> Exact {
        self.shares * self.ratio
    }

    /// As the clauses see it, under the rights given.
    pub(super) fn preferred(&self, terms: &ShareTerms) -> PreferredSeries<Exact> {
        let within = terms.dividends.is_none_or(|dividends| dividends.within_participation_cap);
        let in_kind = terms.dividends.is_some_and(|dividends| dividends.kind == DividendKind::InKind);
        PreferredSeries {
            shares: self.shares,
            original_price: self.issue_price,
            ratio: self.ratio,
            multiple: Exact::from(terms.preference),
            participation: match terms.participation {
                Participation::None => SeriesParticipation::None,
                Participation::Full => SeriesParticipation::Full,
                Participation::Capped(multiple) => SeriesParticipation::Capped {
                    multiple: Exact::from(multiple),
                    dividends: if within { DividendsInCap::Included } else { DividendsInCap::Added },
                },
            },
            dividends: self.dividends,
            dividends_on_conversion: !in_kind
                && terms.dividends.is_some_and(|dividends| dividends.kept_on_conversion),
            seniority: terms.seniority,
        }
    }
}
