//! What moves the terms of a round while it is priced: most favoured SAFEs and ratchets.

use super::{DealSimulator, Scene};
use crate::contract::{
    ConversionTerms, MfnPolicy, OwnershipLimit, RoundError, RoundOutcome, RoundTerms, mfn_election,
    price_round_with_best_election, price_with_ratchets,
};
use crate::model::MostFavoured;
use crate::number::Amount;

impl<A: Amount> DealSimulator<A> {
    /// Prices a flotation, and the ratchets that its price calls for.
    pub(super) fn price_flotation(
        &mut self,
        scene: &Scene<'_, A>,
        terms: &RoundTerms<A>,
        limit: Option<&OwnershipLimit<A>>,
    ) -> Result<RoundOutcome<A>, RoundError> {
        if !scene.terms.table.has.ratchets {
            return self.price_with_elections(scene, terms, limit);
        }
        for place in 0..self.classes.len() {
            if let Some(ratchet) = self.ratchet(scene, place) {
                self.scratch.ratcheted.push(place);
                self.scratch.ratchets.push(ratchet);
            }
        }
        let ratchets = std::mem::take(&mut self.scratch.ratchets);
        let mut bites = std::mem::take(&mut self.scratch.bites);
        let price = |terms: &RoundTerms<A>| self.price_with_elections(scene, terms, limit);
        let priced = price_with_ratchets(terms, &ratchets, &mut bites, price);
        (self.scratch.ratchets, self.scratch.bites) = (ratchets, bites);
        priced
    }

    /// Prices a round in which the holders of most favoured SAFEs take over later terms.
    pub(super) fn price_with_elections(
        &mut self,
        scene: &Scene<'_, A>,
        terms: &RoundTerms<A>,
        limit: Option<&OwnershipLimit<A>>,
    ) -> Result<RoundOutcome<A>, RoundError> {
        self.scratch.elected.clear();
        self.scratch.elected.resize(self.scratch.members.len(), None);
        if !scene.terms.table.has.elections {
            return self.price_listed(terms, limit);
        }
        let policy = |deal: &Self, place: usize| {
            let safe = scene.debt_of(deal.scratch.members[place]).and_then(|debt| debt.safe);
            safe.map_or(MostFavoured::Never, |safe| safe.most_favoured)
        };
        for place in 0..self.scratch.members.len() {
            let own = self.scratch.converting[place].terms;
            if let Some((later, terms)) =
                self.elect(scene, self.scratch.members[place], policy(self, place), own)
            {
                self.scratch.converting[place].terms = terms;
                self.scratch.elected[place] = Some(later);
            }
        }
        let mut outcome = self.price_listed(terms, limit)?;
        for place in 0..self.scratch.members.len() {
            if policy(self, place) == MostFavoured::Best {
                self.list_later(scene, self.scratch.members[place]);
                let scratch = &mut self.scratch;
                let (best, elected) = price_round_with_best_election(
                    terms,
                    &mut scratch.converting,
                    limit,
                    place,
                    &scratch.later,
                    &mut scratch.shares,
                    &mut scratch.basis,
                )?;
                outcome = best;
                scratch.elected[place] = elected.map(|each| scratch.later_tranches[each]);
            }
        }
        Ok(outcome)
    }

    /// The later SAFE whose terms a holder takes over without knowing the round, and those terms.
    pub(super) fn elect(
        &mut self,
        scene: &Scene<'_, A>,
        index: usize,
        policy: MostFavoured,
        own: ConversionTerms<A>,
    ) -> Option<(usize, ConversionTerms<A>)> {
        if matches!(policy, MostFavoured::Never | MostFavoured::Best) {
            return None;
        }
        self.list_later(scene, index);
        let policy = match policy {
            MostFavoured::Instrument(instrument) => {
                let of_it = |later: &usize| scene.terms.tranches[*later].instrument == instrument;
                MfnPolicy::Elect(self.scratch.later_tranches.iter().position(of_it)?)
            }
            MostFavoured::LowestCap => MfnPolicy::LowestCap,
            MostFavoured::Never | MostFavoured::Best => MfnPolicy::Never,
        };
        let place = mfn_election(&own, &self.scratch.later, policy)?;
        Some((self.scratch.later_tranches[place], self.scratch.later[place]))
    }

    /// Lists the open SAFEs of other instruments issued after a tranche, with their terms. On one day, the order of
    /// the scenario counts.
    fn list_later(&mut self, scene: &Scene<'_, A>, index: usize) {
        self.scratch.later.clear();
        self.scratch.later_tranches.clear();
        let tranches = &scene.terms.tranches;
        let issued = |tranche: usize| (self.tranches[tranche].funded_on, tranche);
        for other in 0..self.tranches.len() {
            let Some(debt) = scene.debt_of(other).filter(|debt| debt.safe.is_some()) else { continue };
            let later = issued(other) > issued(index)
                && tranches[other].instrument != tranches[index].instrument
                && self.tranches[other].is_open_debt();
            if let Some(conversion) = debt.conversion.as_ref().filter(|_| later) {
                let terms = self.conversion_terms(scene, conversion, other, self.scratch.t);
                self.scratch.later.push(terms);
                self.scratch.later_tranches.push(other);
            }
        }
    }
}
