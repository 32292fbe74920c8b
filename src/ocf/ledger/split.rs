//! Splits of classes.

use std::collections::BTreeSet;

use super::super::books::Class;
use super::super::objects::{ClassType, Ratio};
use super::super::problem::Problems;
use super::super::read::Item;
use super::super::transaction::Transaction;
use super::{Ledger, positive};
use crate::number::{Amount, Exact};

impl<'a> Ledger<'a> {
    pub(super) fn split(
        &mut self,
        item: &'a Item<Transaction>,
        class: &str,
        ratio: Ratio,
        problems: &mut Problems,
    ) {
        let origin = &item.origin;
        let Some(at) = self.class(origin, class, problems) else { return };
        let (Some(new), Some(old)) =
            (positive(origin, ratio.numerator, problems), positive(origin, ratio.denominator, problems))
        else {
            return;
        };
        self.splits_alike(item, at, problems);
        for security in self.securities.iter_mut().filter(|security| security.class == Some(at)) {
            security.split(origin, new, old);
        }
        let class_id = self.classes.get(at).map(|class| class.item.id());
        // The terms of a class of which no share was issued yet are those it is issued with, later.
        let issued: BTreeSet<usize> = self.securities.iter().filter_map(|security| security.class).collect();
        for (other, class) in self.classes.iter_mut().enumerate() {
            if issued.contains(&other) {
                class.split(origin, class_id, new, old);
            }
        }
        for plan in &mut self.plans {
            plan.split(class_id, item, (new, old), problems);
        }
    }
}

impl Ledger<'_> {
    /// Classes of common stock are one in a scenario, so that all that are outstanding must be split alike.
    fn splits_alike(&self, item: &Item<Transaction>, at: usize, problems: &mut Problems) {
        let of = |class: &Class<'_>| {
            let ratio = self.outline.split_days.get(&(class.item.id(), item.value.day))?;
            let (new, old) = (Exact::from(ratio.numerator.0), Exact::from(ratio.denominator.0));
            Some(new.div_or(old, Exact::ZERO))
        };
        let is_common = |class: &Class<'_>| class.item.value.class_type == ClassType::Common;
        let Some(own) = self.classes.get(at).filter(|class| is_common(class)) else { return };
        let others =
            self.classes.iter().enumerate().filter(|(other, class)| *other != at && is_common(class));
        for (other, class) in others {
            let is_held = self.securities.iter().any(|held| held.class == Some(other) && held.is_open());
            if is_held && of(class) != of(own) {
                let reason = format!("splits one class of common stock, but not {} alike", class.item.origin);
                problems.unmapped(&item.origin, &reason, "a scenario has one class of common stock");
            }
        }
    }
}
