//! Which values a distribution may take where it stands.

use super::decoder::Decoder;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::model::Unit;
use crate::random::{Family, Law as _};
use crate::scenario::keys::Limits;

impl Decoder<'_> {
    /// Refuses a distribution that can take values which make no sense where it stands.
    pub(super) fn check_support(
        &self,
        family: &Family,
        limits: Limits,
        unit: Unit,
        place: Place,
    ) -> Option<()> {
        self.check_size(family, place)?;
        let below_zero = family.cdf_below(0.0) > 0.0;
        let zero = family.cdf(0.0) > 0.0;
        let above_one = family.cdf(1.0) < 1.0;
        let at_one = family.cdf_below(1.0) < 1.0;
        let (bad, cut) = match limits {
            Limits::Any => (false, ""),
            Limits::NotNegative => (below_zero, "at_least"),
            Limits::Positive => (zero, "at_least"),
            Limits::ZeroToOne => (below_zero || above_one, if below_zero { "at_least" } else { "at_most" }),
            Limits::BelowOne => (below_zero || at_one, if below_zero { "at_least" } else { "at_most" }),
            Limits::AboveMinusOne => (family.cdf(-1.0) > 0.0, "at_least"),
            Limits::MinusOneToOne => (family.cdf_below(-1.0) > 0.0 || above_one, "at_most"),
        };
        if !bad {
            return Some(());
        }
        let what = match (unit, limits) {
            (Unit::Date, _) => "the distribution reaches back before the valuation date".to_owned(),
            (Unit::Years, _) => "the distribution reaches below zero time".to_owned(),
            _ => format!("values here must be {}, and the distribution takes others too", limits.describe()),
        };
        let bound = match (unit, limits, cut) {
            (Unit::Date, ..) => self.valuation_date.to_string(),
            (Unit::Years, ..) => "\"0 days\"".to_owned(),
            (Unit::Money, ..) => "\"0\"".to_owned(),
            (Unit::Fraction, Limits::AboveMinusOne, _) => "\"-99%\"".to_owned(),
            (Unit::Fraction, _, "at_most") => "\"100%\"".to_owned(),
            (Unit::Fraction, ..) => "\"0%\"".to_owned(),
            (Unit::Multiple, ..) => "\"0x\"".to_owned(),
            (Unit::Number, _, "at_most") => "1".to_owned(),
            (Unit::Number, ..) => "0".to_owned(),
        };
        let help =
            format!("cut it off with `{cut} = {bound}` among its parameters, or choose another family");
        self.report(Diagnostic::new(Code::BadDistribution, what).at(place, "").help(help));
        None
    }

    /// Refuses a distribution with values beyond all computing: one of a million million paths decides there.
    pub(super) fn check_size(&self, family: &Family, place: Place) -> Option<()> {
        const RARE: f64 = 1e-12;
        const LARGEST: f64 = 1e24;
        let ends = [family.quantile(RARE), family.quantile(1.0 - RARE)];
        if ends.iter().all(|end| end.abs() <= LARGEST) {
            return Some(());
        }
        let message = "the distribution takes values beyond 10^24";
        let mistake = Diagnostic::new(Code::BadDistribution, message).at(place, "");
        self.report(
            mistake.help("check its units and its spread, or cut it off with `at_most` among its parameters"),
        );
        None
    }
}
