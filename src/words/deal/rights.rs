//! Rights of a class of shares.

use super::figures;
use crate::model::{AntiDilution, DividendKind, Dividends, IpoRatchet, Participation, ShareTerms};

/// A class of shares, starting in lower case.
pub(super) fn share_terms(terms: &ShareTerms, currency: &str) -> String {
    let ShareTerms { preference, participation, seniority, dividends, anti_dilution, ipo_ratchet } = terms;
    let common = preference.is_zero() && !matches!(participation, Participation::Capped(_));
    let mut parts = vec![if common {
        "common shares".to_owned()
    } else {
        let participation = match participation {
            Participation::None => {
                "or their part as common shares, whichever is more (non-participating)".to_owned()
            }
            Participation::Full => "and then their part as common shares too (participating)".to_owned(),
            Participation::Capped(most) => format!(
                "and then their part as common shares too, up to {} in total, or that part alone where it is more \
                 (capped participation)",
                figures::multiple(*most)
            ),
        };
        let preference = figures::multiple(*preference);
        format!(
            "preferred shares: in a sale {preference} of the money paid in comes back first, {participation}; rank \
             {seniority} among shares (0 is paid first)"
        )
    }];
    parts.extend(dividends.map(|dividends| self::dividends(dividends, *participation)));
    parts.extend(protection(*anti_dilution).map(ToOwned::to_owned));
    parts.extend(ipo_ratchet.map(|ratchet| {
        let target = match ratchet {
            IpoRatchet::Price(price) => format!("{} a share", figures::amount(price, currency)),
            IpoRatchet::OfIssuePrice(multiple) => format!("{} the issue price", figures::multiple(multiple)),
        };
        format!("in an IPO below {target} each converts into as many more common shares")
    }));
    parts.join("; ")
}

fn dividends(dividends: Dividends, participation: Participation) -> String {
    let Dividends { rate, kind, kept_on_conversion, within_participation_cap } = dividends;
    let kept = ", paid in money even on conversion (in a flotation, in shares at the conversion price)";
    let (how, on_conversion) = match (kind, kept_on_conversion) {
        (DividendKind::InKind, _) => ("paid yearly in further such shares", ""),
        (DividendKind::Simple, true) => ("simple", kept),
        (DividendKind::Simple, false) => ("simple", ", forfeited on conversion"),
        (DividendKind::Compounding, true) => ("compounding yearly", kept),
        (DividendKind::Compounding, false) => ("compounding yearly", ", forfeited on conversion"),
    };
    let cap = match (participation, within_participation_cap) {
        (Participation::Capped(_), true) => ", within the limit of the participation",
        (Participation::Capped(_), false) => ", on top of the limit of the participation",
        (Participation::None | Participation::Full, _) => "",
    };
    format!(
        "cumulative dividends of {} a year on the issue price, {how}{on_conversion}{cap}",
        figures::rate(rate)
    )
}

fn protection(anti_dilution: AntiDilution) -> Option<&'static str> {
    match anti_dilution {
        AntiDilution::None => None,
        AntiDilution::FullRatchet => {
            Some("a round below their conversion price brings it down to the round's price (full ratchet)")
        }
        AntiDilution::BroadWeightedAverage => Some(
            "a round below their conversion price lowers it by the weighted average with all shares, options and \
             warrants outstanding (broad-based)",
        ),
        AntiDilution::NarrowWeightedAverage => Some(
            "a round below their conversion price lowers it by the weighted average with the preferred shares \
             outstanding (narrow-based)",
        ),
    }
}
