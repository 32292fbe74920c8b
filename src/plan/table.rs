//! Who owns the company today, class by class, and what rounds and sales do to it.

use crate::contract::{AntiDilution, AverageBase, CarveOut, PayToPlayRounds, Pool, PricingConvention};
use crate::model::{
    self, DividendKind, Dividends, Grant, IpoRatchet, Kind, Participation, PoolChange, RoundPricing,
    Scenario, Series, ShareTerms,
};
use crate::number::Amount;
use crate::quantity::Day;

/// See [`ShareTerms`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::ShareTerms")]
pub struct SharePlan<A> {
    pub preference: A,
    pub full_participation: bool,
    pub participation_cap: Option<A>,
    pub seniority: u32,
    pub dividends: Option<DividendPlan<A>>,
    pub anti_dilution: AntiDilution,
    pub ipo_ratchet: Option<RatchetPlan<A>>,
}

/// See [`Dividends`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Dividends")]
pub struct DividendPlan<A> {
    pub rate: A,
    pub kind: DividendKind,
    pub kept_on_conversion: bool,
    pub within_participation_cap: bool,
}

/// See [`IpoRatchet`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::IpoRatchet")]
pub enum RatchetPlan<A> {
    Price(A),
    OfIssuePrice(A),
}

/// A series of preferred shares outstanding today.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Series")]
pub struct SeriesPlan<A> {
    pub shares: A,
    pub issue_price: A,
    pub conversion_price: A,
    pub rights: SharePlan<A>,
    pub dividends_since: Day,
    pub dividends_owed: A,
    pub pay_to_play: Option<PayToPlayPlan<A>>,
}

/// See [`model::PayToPlay`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PayToPlayPlan<A> {
    /// Fraction of the pro rata that is bought.
    pub buys: A,
    /// Common shares for one preferred share of the rest.
    pub common_per_preferred: A,
    /// Which rounds ask for it.
    pub applies_in: PayToPlayRounds,
}

/// Options or warrants outstanding today.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::Grant")]
pub struct GrantPlan<A> {
    pub shares: A,
    pub strike: A,
}

/// See [`RoundPricing`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::RoundPricing")]
pub struct RoundPlan<A> {
    pub convention: PricingConvention,
    pub pool: Pool<A>,
    /// None where common shares are sold.
    pub series: Option<SharePlan<A>>,
    pub shadow_series: bool,
}

/// The classes of today beside common shares, and the terms of later rounds and of a sale.
#[derive(Clone, Debug, PartialEq)]
pub struct TablePlan<A> {
    /// Options granted.
    pub options: Vec<GrantPlan<A>>,
    /// Warrants.
    pub warrants: Vec<GrantPlan<A>>,
    /// The unallocated pool.
    pub pool: A,
    /// Series of preferred shares.
    pub preferred: Vec<SeriesPlan<A>>,
    /// What later rounds do.
    pub round: RoundPlan<A>,
    /// What there is to look for at all.
    pub has: Features,
    /// Fees of a sale, as a fraction of its price.
    pub sale_fees: A,
    /// Management's carve-out.
    pub carve_out: CarveOut<A>,
}

/// Clauses that some class or instrument has: without them the inner loop need not look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent questions")]
pub struct Features {
    /// Cumulative dividends.
    pub dividends: bool,
    /// Protection against a cheaper round, or a duty to pay in one.
    pub protection: bool,
    /// A ratchet at the flotation.
    pub ratchets: bool,
    /// Options or warrants.
    pub grants: bool,
    /// SAFEs.
    pub safes: bool,
    /// A holder who may take over later terms.
    pub elections: bool,
}

impl<A: Amount> TablePlan<A> {
    /// Resolves the table of a scenario; without one all shares of today are common.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let none = model::Capitalization::default();
        let table = scenario.company.capitalization.as_ref().unwrap_or(&none);
        let grants = |grants: &[Grant]| grants.iter().map(grant).collect();
        let mut terms: Vec<&ShareTerms> = table.preferred.iter().map(|series| &series.terms).collect();
        let rounds = scenario.rounds.as_ref();
        let kinds = || scenario.instruments.iter().map(|instrument| &instrument.kind);
        terms.extend(rounds.map(|rounds| &rounds.pricing.series));
        terms.extend(kinds().filter_map(|kind| match kind {
            Kind::Debt(debt) => debt.conversion.as_ref().map(|conversion| &conversion.into),
            Kind::Equity(equity) => Some(&equity.terms),
            Kind::Safe(safe) => Some(&safe.into),
            Kind::Warrant(_) => None,
        }));
        Self {
            options: grants(&table.options),
            warrants: grants(&table.warrants),
            pool: A::from_decimal(table.pool),
            preferred: table.preferred.iter().map(series).collect(),
            round: rounds.map_or_else(RoundPlan::plain, |rounds| round(&rounds.pricing)),
            has: Features {
                dividends: terms.iter().any(|terms| terms.dividends.is_some()),
                protection: table.preferred.iter().any(|series| series.pay_to_play.is_some())
                    || terms.iter().any(|terms| terms.anti_dilution != model::AntiDilution::None),
                ratchets: terms.iter().any(|terms| terms.ipo_ratchet.is_some()),
                grants: !(table.options.is_empty() && table.warrants.is_empty())
                    || kinds().any(|kind| matches!(kind, Kind::Warrant(_))),
                safes: kinds().any(|kind| matches!(kind, Kind::Safe(_))),
                elections: kinds()
                    .any(|kind| matches!(kind, Kind::Safe(safe) if safe.most_favoured.is_some())),
            },
            sale_fees: A::from_decimal(scenario.sale_costs.fees),
            carve_out: CarveOut::of(scenario.sale_costs.carve_out),
        }
    }
}

impl<A: Amount> RoundPlan<A> {
    /// A round that only raises money, and the convention of a conversion without one.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            convention: PricingConvention::PercentageOwnership,
            pool: Pool::Keep,
            series: None,
            shadow_series: true,
        }
    }
}

fn grant<A: Amount>(grant: &Grant) -> GrantPlan<A> {
    GrantPlan { shares: A::from_decimal(grant.shares), strike: A::from_decimal(grant.strike) }
}

fn series<A: Amount>(series: &Series) -> SeriesPlan<A> {
    let shares = series.holders.iter().fold(A::ZERO, |sum, holding| sum + A::from_decimal(holding.shares));
    SeriesPlan {
        shares,
        issue_price: A::from_decimal(series.issue_price),
        conversion_price: A::from_decimal(series.conversion_price),
        rights: share_plan(&series.terms),
        dividends_since: series.dividends_since,
        dividends_owed: A::from_decimal(series.dividends_owed),
        pay_to_play: series.pay_to_play.map(|terms| PayToPlayPlan {
            buys: A::from_decimal(terms.buys),
            common_per_preferred: A::ONE.div_or(A::from_decimal(terms.shares_per_common), A::ZERO),
            applies_in: terms.applies_in,
        }),
    }
}

fn round<A: Amount>(pricing: &RoundPricing) -> RoundPlan<A> {
    RoundPlan {
        convention: pricing.convention,
        pool: match pricing.pool {
            PoolChange::Keep => Pool::Keep,
            PoolChange::IncreaseBy(shares) => Pool::IncreaseBy(A::from_decimal(shares)),
            PoolChange::Unallocated(fraction) => Pool::TargetUnallocated(A::from_decimal(fraction)),
            PoolChange::Total(fraction) => Pool::TargetTotal(A::from_decimal(fraction)),
            PoolChange::UnallocatedAfterMoney(fraction) => Pool::TargetAfterRound(A::from_decimal(fraction)),
        },
        series: (pricing.series != ShareTerms::COMMON).then(|| share_plan(&pricing.series)),
        shadow_series: pricing.shadow_series,
    }
}

/// Resolves the rights of shares.
pub(super) fn share_plan<A: Amount>(terms: &ShareTerms) -> SharePlan<A> {
    SharePlan {
        preference: A::from_decimal(terms.preference),
        full_participation: terms.participation == Participation::Full,
        participation_cap: match terms.participation {
            Participation::Capped(multiple) => Some(A::from_decimal(multiple)),
            Participation::None | Participation::Full => None,
        },
        seniority: terms.seniority,
        dividends: terms.dividends.map(dividends),
        anti_dilution: match terms.anti_dilution {
            model::AntiDilution::None => AntiDilution::None,
            model::AntiDilution::FullRatchet => AntiDilution::FullRatchet,
            model::AntiDilution::BroadWeightedAverage => AntiDilution::WeightedAverage(AverageBase::Broad),
            model::AntiDilution::NarrowWeightedAverage => {
                AntiDilution::WeightedAverage(AverageBase::Preferred)
            }
        },
        ipo_ratchet: terms.ipo_ratchet.map(|ratchet| match ratchet {
            IpoRatchet::Price(price) => RatchetPlan::Price(A::from_decimal(price)),
            IpoRatchet::OfIssuePrice(multiple) => RatchetPlan::OfIssuePrice(A::from_decimal(multiple)),
        }),
    }
}

fn dividends<A: Amount>(dividends: Dividends) -> DividendPlan<A> {
    DividendPlan {
        rate: A::from_decimal(dividends.rate),
        kind: dividends.kind,
        kept_on_conversion: dividends.kept_on_conversion,
        within_participation_cap: dividends.within_participation_cap,
    }
}
