//! Who decides as is best for it.

use super::{Decision, Instrument, Kind, Scenario};

/// Who decides as is best for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// The investor, for whom the deal is to be worth as much as possible.
    Investor,
    /// The company, whose owners gain what the investor does not: for it the deal is to be worth as little as possible.
    Company,
}

impl Instrument {
    /// All decisions about it: on each tranche, on conversion before maturity and on extending the maturity.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision> {
        let debt = match &self.kind {
            Kind::Debt(debt) => Some(debt),
            Kind::Equity(_) | Kind::Safe(_) | Kind::Warrant(_) => None,
        };
        let early =
            debt.and_then(|debt| debt.conversion.as_ref()?.early.as_ref()).map(|early| &early.decision);
        let extension =
            debt.and_then(|debt| debt.maturity.as_ref()).map(|maturity| &maturity.extension_decision);
        self.tranches.iter().map(|tranche| &tranche.decision).chain(early).chain(extension)
    }

    /// Whether anything about it is decided as is best.
    #[must_use]
    pub fn is_decided_as_best(&self) -> bool {
        self.decisions().any(|decision| matches!(decision, Decision::Optimal(_)))
    }
}

impl Scenario {
    /// Who decides as is best, each once; nobody if everything is decided by rules.
    #[must_use]
    pub fn best_deciders(&self) -> Vec<Decider> {
        let decided = |who: &Decider| {
            let mut all = self.instruments.iter().flat_map(Instrument::decisions);
            all.any(|decision| *decision == Decision::Optimal(*who))
        };
        [Decider::Investor, Decider::Company].into_iter().filter(decided).collect()
    }
}
