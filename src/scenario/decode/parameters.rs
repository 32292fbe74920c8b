//! The parameters of one distribution, and the law they make.

use std::cell::RefCell;

use super::base::{Base, base_value};
use super::families::{Maker, takes};
use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::number::{Amount, Decimal};
use crate::random::Family;
use crate::random::family::{
    Beta, Bounds, Discrete, Empirical, Exponential, Gamma, Lognormal, Metalog, Mixture, Normal, Pareto, Pert,
    StudentT, Triangular, Uniform, Weibull,
};
use crate::scenario::distribution::FAMILIES;
use crate::scenario::forms::{CUTS, Form, names, take_quantiles};
use crate::scenario::keys::{Kind, Limits, listed};
use crate::scenario::literal::Literal;
use crate::scenario::tree::{Name, Node, Table, Value};

/// The parameters of one distribution.
pub(super) struct Parameters<'a> {
    maker: Maker<'a>,
    table: &'a Table,
    place: Place,
    family: &'static str,
    kind: Kind,
    /// Names of parameters that were asked for.
    used: RefCell<Vec<&'a str>>,
}

/// The forms in which a family's parameters are given.
fn forms_of(family: &str) -> &'static [Form] {
    match FAMILIES.key(family).map(|key| key.kind) {
        Some(Kind::Parameters(forms)) => forms,
        _ => &[],
    }
}

/// The probability a quantile's name states: `p10` is 0.1, `p2.5` is 0.025, `median` is 0.5.
fn quantile_probability(name: &str) -> Option<f64> {
    if name == "median" {
        return Some(0.5);
    }
    let digits = name.strip_prefix('p')?;
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let percent = Decimal::from_str_exact(digits).ok()?;
    let inside = percent > Decimal::ZERO && percent < Decimal::ONE_HUNDRED;
    inside.then(|| f64::from_decimal(percent / Decimal::ONE_HUNDRED))
}

impl<'a> Parameters<'a> {
    pub(super) fn new(
        maker: Maker<'a>,
        table: &'a Table,
        place: Place,
        family: &'static str,
        kind: Kind,
    ) -> Self {
        Parameters { maker, table, place, family, kind, used: RefCell::default() }
    }

    /// The law; `None` if the parameters make none, which is reported.
    pub(super) fn family(&self) -> Option<Family> {
        self.check_names()?;
        let built = self.build()?;
        self.check_used()?;
        self.cut(built)
    }

    /// Reports parameters the family does not take.
    fn check_names(&self) -> Option<()> {
        let forms = forms_of(self.family);
        let quantiles = take_quantiles(forms);
        let is_known = |name: &str| {
            names(forms).any(|known| known == name)
                || CUTS.contains(&name)
                || (quantiles && quantile_probability(name).is_some())
        };
        let mut fine = Some(());
        for (name, _) in self.table.entries.iter().filter(|(name, _)| !is_known(&name.text)) {
            let likely = ["p10", "p90", "p5", "p95", "p50", "p25", "p75"].into_iter().filter(|_| quantiles);
            let unset = |candidate: &&str| self.table.get(candidate).is_none();
            let suggestion = nearest(&name.text, likely.chain(names(forms)).filter(unset));
            let mistake =
                Diagnostic::new(Code::UnknownKey, format!("unknown key `{}` in {}", name.text, self.family));
            let mistake = mistake.at(name.place, "").suggest(suggestion);
            self.maker.context.report(mistake.help(format!("{} takes {}", self.family, takes(self.family))));
            fine = None;
        }
        fine
    }

    /// Reports parameters that the distribution was built without: they say the same in another way.
    fn check_used(&self) -> Option<()> {
        let used = self.used.borrow();
        let left = |name: &&Name| !used.contains(&name.text.as_str()) && !CUTS.contains(&name.text.as_str());
        let names = self.table.entries.iter().map(|(name, _)| name);
        let Some(extra) = names.clone().find(left) else { return Some(()) };
        let others: Vec<&str> =
            names.map(|name| name.text.as_str()).filter(|name| used.contains(name)).collect();
        let message =
            format!("{} is given by {} already; `{}` is too much", self.family, listed(others), extra.text);
        let mistake = Diagnostic::new(Code::ConflictingKeys, message).at(extra.place, "");
        self.maker.context.report(mistake.help(format!("{} takes {}", self.family, takes(self.family))));
        None
    }

    /// A parameter, noted as used.
    fn node(&self, name: &str) -> Option<&'a Node> {
        let (name, node) = self.table.entry(name)?;
        self.used.borrow_mut().push(&name.text);
        Some(node)
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.table.get(name).is_some())
    }

    /// A parameter measured like the values drawn.
    fn value(&self, name: &str) -> Option<f64> {
        self.read(name, self.kind)
    }

    /// A parameter that is a distance between values: for dates, a span.
    fn distance(&self, name: &str) -> Option<f64> {
        let kind = if let Kind::TimePoint | Kind::Date = self.kind { Kind::Span } else { self.kind };
        self.read(name, kind)
    }

    /// A parameter without unit.
    fn number(&self, name: &str) -> Option<f64> {
        self.read(name, Kind::Number)
    }

    fn read(&self, name: &str, kind: Kind) -> Option<f64> {
        let node = self.node(name)?;
        let literal = self.maker.context.literal(node, kind, Limits::Any, name, "")?;
        if let (Literal::TimePoint(point), Base::Time { dates, .. }) = (&literal, self.maker.base) {
            let is_date = matches!(point, crate::quantity::TimePoint::On(_));
            if is_date != dates {
                let message = "dates and spans cannot be mixed in one distribution";
                let mistake = Diagnostic::new(Code::BadDistribution, message).at(node.place, "");
                self.maker.context.report(mistake.help("give all of it as dates, or all as spans"));
                return None;
            }
        }
        Some(base_value(&literal, self.maker.base))
    }

    fn quantiles(&self) -> Option<Vec<(f64, f64)>> {
        let mut points = Vec::new();
        for (name, _) in &self.table.entries {
            if let Some(probability) = quantile_probability(&name.text) {
                points.push((probability, self.value(&name.text)?));
            }
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Some(points)
    }

    /// Exactly two quantiles, if that is how the distribution is given.
    fn quantile_pair(&self) -> Option<Option<[(f64, f64); 2]>> {
        let points = self.quantiles()?;
        match points[..] {
            [] => Some(None),
            [lower, upper] => Some(Some([lower, upper])),
            _ => {
                let (count, plural) = (points.len(), if points.len() == 1 { "" } else { "s" });
                self.incomplete(&format!("it has {count} quantile{plural} instead of two"));
                None
            }
        }
    }

    fn incomplete(&self, why: &str) {
        let message = format!("the {} is not fully given: {why}", self.family);
        let mistake = Diagnostic::new(Code::BadDistribution, message).at(self.place, "");
        self.maker.context.report(mistake.help(format!("{} takes {}", self.family, takes(self.family))));
    }

    fn done<T, E: std::fmt::Display>(&self, built: Result<T, E>, wrap: fn(T) -> Family) -> Option<Family> {
        self.maker.report_bad(built.map(wrap), self.family, self.place)
    }

    /// Reports that no known set of parameters is complete.
    fn none_fits(&self) -> Option<Family> {
        self.incomplete("parameters are missing");
        None
    }

    fn build(&self) -> Option<Family> {
        match self.family {
            "lognormal" => self.lognormal(),
            "normal" => self.normal(),
            "uniform" if self.has(&["low", "high"]) => {
                let (low, high) = (self.value("low"), self.value("high"));
                self.done(Uniform::new(low?, high?), Family::Uniform)
            }
            "triangular" => self.triangular(),
            "pert" if self.has(&["low", "mode", "high"]) => {
                let (low, mode, high) = (self.value("low"), self.value("mode"), self.value("high"));
                let weight = if self.has(&["weight"]) { self.number("weight") } else { Some(4.0) };
                self.done(Pert::new(low?, mode?, high?, weight?), Family::Pert)
            }
            "beta" => self.beta(),
            "gamma" if self.has(&["mean", "sd"]) => {
                let (mean, sd) = (self.value("mean"), self.distance("sd"));
                self.done(Gamma::from_mean_sd(mean?, sd?), Family::Gamma)
            }
            "gamma" if self.has(&["shape", "scale"]) => {
                let (shape, scale) = (self.number("shape"), self.distance("scale"));
                self.done(Gamma::new(shape?, scale?), Family::Gamma)
            }
            "exponential" if self.has(&["mean"]) => {
                self.done(Exponential::from_mean(self.value("mean")?), Family::Exponential)
            }
            "exponential" if self.has(&["rate"]) => {
                self.done(Exponential::from_rate(self.number("rate")?), Family::Exponential)
            }
            "weibull" => self.weibull(),
            "pareto" if self.has(&["minimum", "shape"]) => {
                let (minimum, shape) = (self.value("minimum"), self.number("shape"));
                self.done(Pareto::new(minimum?, shape?), Family::Pareto)
            }
            "student_t" => self.student_t(),
            "metalog" => self.metalog(),
            "discrete" => self.discrete(),
            "empirical" => self.empirical(),
            "mixture" => self.mixture(),
            _ => self.none_fits(),
        }
    }

    fn lognormal(&self) -> Option<Family> {
        if self.has(&["mu", "sigma"]) {
            let (mu, sigma) = (self.number("mu"), self.number("sigma"));
            return self.done(Lognormal::new(mu?, sigma?), Family::Lognormal);
        }
        if self.has(&["mean", "sd"]) {
            let (mean, sd) = (self.value("mean"), self.distance("sd"));
            return self.done(Lognormal::from_mean_sd(mean?, sd?), Family::Lognormal);
        }
        match self.quantile_pair()? {
            Some([lower, upper]) => self.done(Lognormal::from_quantiles(lower, upper), Family::Lognormal),
            None => self.none_fits(),
        }
    }

    fn normal(&self) -> Option<Family> {
        if self.has(&["mean", "sd"]) {
            let (mean, sd) = (self.value("mean"), self.distance("sd"));
            return self.done(Normal::new(mean?, sd?), Family::Normal);
        }
        match self.quantile_pair()? {
            Some([lower, upper]) => self.done(Normal::from_quantiles(lower, upper), Family::Normal),
            None => self.none_fits(),
        }
    }

    fn triangular(&self) -> Option<Family> {
        if self.has(&["low", "mode", "high"]) {
            let (low, mode, high) = (self.value("low"), self.value("mode"), self.value("high"));
            return self.done(Triangular::new(low?, mode?, high?), Family::Triangular);
        }
        if self.has(&["p10", "mode", "p90"]) {
            let (p10, mode, p90) = (self.value("p10"), self.value("mode"), self.value("p90"));
            return self.done(Triangular::from_p10_mode_p90(p10?, mode?, p90?), Family::Triangular);
        }
        self.none_fits()
    }

    fn beta(&self) -> Option<Family> {
        let low = if self.has(&["low"]) { self.value("low")? } else { 0.0 };
        let high = if self.has(&["high"]) { self.value("high")? } else { 1.0 };
        if self.has(&["mean", "sd"]) {
            let (mean, sd) = (self.value("mean"), self.distance("sd"));
            return self.done(Beta::from_mean_sd(mean?, sd?, low, high), Family::Beta);
        }
        if self.has(&["alpha", "beta"]) {
            let (alpha, beta) = (self.number("alpha"), self.number("beta"));
            return self.done(Beta::new(alpha?, beta?, low, high), Family::Beta);
        }
        self.none_fits()
    }

    fn weibull(&self) -> Option<Family> {
        if self.has(&["shape", "scale"]) {
            let (shape, scale) = (self.number("shape"), self.value("scale"));
            return self.done(Weibull::new(shape?, scale?), Family::Weibull);
        }
        match self.quantile_pair()? {
            Some([lower, upper]) => self.done(Weibull::from_quantiles(lower, upper), Family::Weibull),
            None => self.none_fits(),
        }
    }

    fn student_t(&self) -> Option<Family> {
        if self.has(&["degrees", "mean", "sd"]) {
            let (degrees, mean, sd) = (self.number("degrees"), self.value("mean"), self.distance("sd"));
            return self.done(StudentT::from_mean_sd(degrees?, mean?, sd?), Family::StudentT);
        }
        if self.has(&["degrees", "location", "scale"]) {
            let (degrees, location, scale) =
                (self.number("degrees"), self.value("location"), self.distance("scale"));
            return self.done(StudentT::new(degrees?, location?, scale?), Family::StudentT);
        }
        self.none_fits()
    }

    fn metalog(&self) -> Option<Family> {
        let points = self.quantiles()?;
        if points.len() < 2 {
            return self.none_fits();
        }
        let bounds = match (self.has(&["low"]), self.has(&["high"])) {
            (false, false) => Bounds::Unbounded,
            (true, false) => Bounds::Lower(self.value("low")?),
            (false, true) => Bounds::Upper(self.value("high")?),
            (true, true) => Bounds::Both(self.value("low")?, self.value("high")?),
        };
        self.done(Metalog::from_quantiles(&points, points.len(), bounds), Family::Metalog)
    }

    /// The numbers of a list.
    fn numbers(&self, name: &str, kind: Kind) -> Option<Vec<f64>> {
        let node = self.node(name)?;
        let Value::List(elements) = &node.value else {
            self.maker.context.wrong_type(node, Kind::List(&Kind::Any), name, "");
            return None;
        };
        let read = |element: &Node| {
            let literal = self.maker.context.literal(element, kind, Limits::Any, name, "")?;
            Some(base_value(&literal, self.maker.base))
        };
        let values: Vec<Option<f64>> = elements.iter().map(read).collect();
        values.into_iter().collect()
    }

    /// Weights as probabilities, as many as there are values.
    fn weights(&self, count: usize) -> Option<Vec<f64>> {
        let weights = self.numbers("weights", Kind::Number)?;
        let sum: f64 = weights.iter().sum();
        if weights.len() != count {
            let plural = if weights.len() == 1 { "" } else { "s" };
            self.bad_weights(&format!("{} weight{plural} for {count} values", weights.len()));
            return None;
        }
        if !(sum > 0.0 && sum.is_finite() && weights.iter().all(|weight| *weight >= 0.0)) {
            self.bad_weights("weights must be zero or more, and not all zero");
            return None;
        }
        Some(weights.iter().map(|weight| weight / sum).collect())
    }

    fn bad_weights(&self, why: &str) {
        let place = self.table.get("weights").map_or(self.place, |node| node.place);
        let mistake = Diagnostic::new(Code::BadDistribution, why).at(place, "");
        self.maker
            .context
            .report(mistake.help("write one weight for each, in any unit: [3, 1] is 75% and 25%"));
    }

    fn discrete(&self) -> Option<Family> {
        if !self.has(&["values", "weights"]) {
            return self.none_fits();
        }
        let values = self.numbers("values", self.kind)?;
        let weights = self.weights(values.len())?;
        let pairs: Vec<(f64, f64)> = values.into_iter().zip(weights).collect();
        self.done(Discrete::new(&pairs), Family::Discrete)
    }

    fn empirical(&self) -> Option<Family> {
        if self.has(&["values"]) {
            return self.done(Empirical::new(self.numbers("values", self.kind)?), Family::Empirical);
        }
        if !self.has(&["csv", "column"]) {
            return self.none_fits();
        }
        let text = |name: &str| self.node(name).and_then(Node::text);
        let (Some(file), Some(column)) = (text("csv"), text("column")) else {
            self.incomplete("`csv` and `column` are texts");
            return None;
        };
        let place = self.table.get("csv").map_or(self.place, |node| node.place);
        match super::data::column(&self.maker.folder.join(file), column) {
            Ok(values) if values.len() < 2 => {
                let message =
                    format!("`{file}` has {} rows of numbers, and two are needed at least", values.len());
                let mistake = Diagnostic::new(Code::BadData, message).at(place, "");
                self.maker.context.report(mistake.help("add rows, or write the value itself here"));
                None
            }
            Ok(values) => self.done(Empirical::new(values), Family::Empirical),
            Err(mistake) => {
                self.maker.context.report(mistake.at(place, ""));
                None
            }
        }
    }

    fn mixture(&self) -> Option<Family> {
        let Some(node) = self.node("of").filter(|_| self.has(&["weights"])) else { return self.none_fits() };
        let Value::List(parts) = &node.value else {
            self.maker.context.wrong_type(node, Kind::List(&Kind::Any), "of", "");
            return None;
        };
        let weights = self.weights(parts.len())?;
        let families: Vec<Option<Family>> =
            parts.iter().map(|part| self.maker.part(part, self.kind, "of")).collect();
        let families: Option<Vec<Family>> = families.into_iter().collect();
        self.done(Mixture::new(weights.into_iter().zip(families?).collect()), Family::Mixture)
    }

    /// Cuts the distribution off where the table says so.
    fn cut(&self, family: Family) -> Option<Family> {
        if !CUTS.iter().any(|name| self.has(&[name])) {
            return Some(family);
        }
        let bound = |name: &str, open: f64| if self.has(&[name]) { self.value(name) } else { Some(open) };
        let (low, high) = (bound("at_least", f64::NEG_INFINITY), bound("at_most", f64::INFINITY));
        match family.truncated(low?, high?) {
            Ok(truncated) => Some(truncated),
            Err(error) => {
                let message = format!("nothing is left between `at_least` and `at_most`: {error}");
                let place = self
                    .table
                    .get("at_least")
                    .or(self.table.get("at_most"))
                    .map_or(self.place, |node| node.place);
                let mistake = Diagnostic::new(Code::BadDistribution, message).at(place, "");
                self.maker
                    .context
                    .report(mistake.help("move the bounds to where the distribution has its values"));
                None
            }
        }
    }
}
