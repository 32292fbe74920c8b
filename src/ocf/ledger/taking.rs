//! What is taken from a security, and where it goes.

use super::super::books::shown;
use super::super::objects::Taking;
use super::super::problem::{Origin, Problems};
use super::super::read::Item;
use super::super::transaction::{Family, How, Transaction};
use super::Ledger;
use crate::number::{Amount, Exact};

impl<'a> Ledger<'a> {
    pub(super) fn take(
        &mut self,
        item: &'a Item<Transaction>,
        at: usize,
        (family, how): (Family, How),
        taking: &'a Taking,
        problems: &mut Problems,
    ) {
        let origin = &item.origin;
        let Some(moved) = self.moved(item, at, (family, how), taking, problems) else { return };
        let must_arrive = match how {
            How::Transfer | How::Reissuance => Some(Some(moved)),
            How::Conversion | How::Exercise | How::Release => Some(None),
            How::Cancellation | How::Repurchase | How::Retraction => None,
        };
        if let Some(sum) = must_arrive {
            let ids: Vec<&str> = taking.resulting_security_ids.iter().map(String::as_str).collect();
            self.arrives(origin, &ids, sum, problems);
        }
        let returns_by_event = self.outline.returned.contains(taking.security_id.as_str());
        let plan = self.securities.get(at).and_then(|security| security.plan);
        if let Some(plan) = plan.and_then(|plan| self.plans.get_mut(plan)) {
            match how {
                How::Retraction => plan.returned += moved,
                How::Cancellation | How::Repurchase if !returns_by_event => plan.cancelled(origin, moved),
                _ => {}
            }
        }
    }

    /// How much is taken from a security, once everything about it adds up. The security is left with the rest.
    fn moved(
        &mut self,
        item: &'a Item<Transaction>,
        at: usize,
        (family, how): (Family, How),
        taking: &'a Taking,
        problems: &mut Problems,
    ) -> Option<Exact> {
        let origin = &item.origin;
        let balance = taking.balance_security_id.as_deref().filter(|id| *id != taking.security_id);
        let kept = match balance {
            Some(id) => {
                let balance = self.security(origin, id, problems)?;
                Some(self.securities.get(balance)?.opened)
            }
            None => None,
        };
        let stated = match family {
            Family::Convertible => {
                let amount = taking.amount.as_ref();
                amount.map(|money| self.money(origin, money, problems)).unwrap_or_default()
            }
            _ => taking.quantity.map(|quantity| Exact::from(quantity.0)),
        };
        let class = self.securities.get(at)?.class;
        let security = self.securities.get_mut(at)?;
        if security.family() != family {
            let reason =
                format!("is about {}, but its security is {}", family.name(), security.family().name());
            problems.contradiction(origin, &reason, "give the security_id that is meant");
            return None;
        }
        let is_whole = matches!(
            (how, family),
            (How::Retraction | How::Reissuance, _)
                | (How::Exercise, Family::Warrant)
                | (How::Conversion, Family::Convertible)
        );
        let moved = match (is_whole, stated, kept) {
            (true, _, None) => security.left,
            (true, _, Some(kept)) => security.left - kept,
            (false, Some(stated), _) => stated,
            (false, None, _) => {
                problems.contradiction(origin, "does not say how much", "add its quantity or amount");
                return None;
            }
        };
        let rest = security.left - moved;
        if !(moved > Exact::ZERO && rest >= Exact::ZERO) {
            let reason = format!("takes {} of {} outstanding", shown(moved), shown(security.left));
            problems.contradiction(
                origin,
                &reason,
                "a transaction takes more than nothing and no more than there is",
            );
            return None;
        }
        if let Some(kept) = kept
            && kept != rest
        {
            let reason =
                format!("leaves {}, but its balance security was issued for {}", shown(rest), shown(kept));
            problems.contradiction(origin, &reason, "correct one of them");
        }
        security.left = if kept.is_some() { Exact::ZERO } else { rest };
        security.changed.push(origin);
        if !matches!(how, How::Transfer | How::Reissuance | How::Conversion) {
            security.taken += moved;
        }
        if !matches!(how, How::Retraction | How::Reissuance) {
            self.not_on_split_day(item, class, problems);
        }
        Some(moved)
    }

    /// Whether what was taken went into securities that exist, and all of it where the sum is known.
    pub(super) fn arrives(&self, origin: &Origin, ids: &[&str], sum: Option<Exact>, problems: &mut Problems) {
        let found: Vec<usize> = ids.iter().filter_map(|id| self.security(origin, id, problems)).collect();
        if found.len() < ids.len() {
            return;
        }
        let opened = found.iter().filter_map(|at| self.securities.get(*at)).map(|security| security.opened);
        let arrived = opened.fold(Exact::ZERO, |total, each| total + each);
        if ids.is_empty() || sum.is_some_and(|sum| sum != arrived) {
            let from = sum.map_or_else(|| "all".to_owned(), shown);
            let reason = format!("of {from} taken {} arrive in its resulting securities", shown(arrived));
            problems.contradiction(
                origin,
                &reason,
                "list all resulting_security_ids, and issue each for what it gets",
            );
        }
    }
}
