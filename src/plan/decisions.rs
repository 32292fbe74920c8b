//! Who decides what, and by which rule: one stated in the file, or one learnt to be best.

use crate::model::{Decider, Decision, EarlyConversion, RuleTerm};
use crate::number::Amount;
use crate::quantity::Span;

/// See [`Decision`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::Decision")]
pub enum DecisionPlan<A> {
    Automatic,
    Investor(Vec<RulePlan<A>>),
    Company(Vec<RulePlan<A>>),
    CompanyDraws { before_ipo: f64, after_ipo: f64 },
    Optimal(Decider),
}

/// See [`RuleTerm`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of model::RuleTerm")]
pub enum RulePlan<A> {
    ValueAtLeast(A),
    ValueAtMost(A),
    ValueAtLeastOfToday(A),
    Milestone(usize),
}

/// See [`EarlyConversion`].
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of model::EarlyConversion")]
pub struct EarlyPlan<A> {
    pub every: Span,
    pub from: Span,
    pub decision: DecisionPlan<A>,
}

impl<A: Amount> DecisionPlan<A> {
    pub(super) fn new(decision: &Decision) -> Self {
        match decision {
            Decision::Automatic => DecisionPlan::Automatic,
            Decision::Investor(rule) => DecisionPlan::Investor(terms(rule)),
            Decision::Company(rule) => DecisionPlan::Company(terms(rule)),
            Decision::CompanyDraws { before_ipo, after_ipo } => DecisionPlan::CompanyDraws {
                before_ipo: f64::from_decimal(*before_ipo),
                after_ipo: f64::from_decimal(*after_ipo),
            },
            Decision::Optimal(decider) => DecisionPlan::Optimal(*decider),
        }
    }
}

impl<A: Amount> EarlyPlan<A> {
    pub(super) fn new(early: &EarlyConversion) -> Self {
        Self { every: early.every, from: early.from, decision: DecisionPlan::new(&early.decision) }
    }
}

fn terms<A: Amount>(rule: &[RuleTerm]) -> Vec<RulePlan<A>> {
    let amount = |value: &crate::number::Decimal| A::from_decimal(*value);
    let term = |term: &RuleTerm| match term {
        RuleTerm::ValueAtLeast(value) => RulePlan::ValueAtLeast(amount(value)),
        RuleTerm::ValueAtMost(value) => RulePlan::ValueAtMost(amount(value)),
        RuleTerm::ValueAtLeastOfToday(value) => RulePlan::ValueAtLeastOfToday(amount(value)),
        RuleTerm::Milestone(id) => RulePlan::Milestone(*id),
    };
    rule.iter().map(term).collect()
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// Whether to fund or draw a tranche.
    Fund,
    /// Whether to convert before maturity.
    Convert,
    /// Whether to extend the maturity.
    Extend,
}

impl Choice {
    /// All of them.
    pub const ALL: [Choice; 3] = [Choice::Fund, Choice::Convert, Choice::Extend];
}

/// What whoever decides knows at the moment of a decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Years after the valuation date.
    pub t: f64,
    /// The company's value.
    pub value: f64,
    /// The claim that is decided on, with interest; before a funding all debt outstanding.
    pub claim: f64,
    /// Which of the first 64 milestones stand, one a bit.
    pub standing: u64,
}

/// Where a figure lay on the paths of learning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation, above 0.
    pub deviation: f64,
}

/// A rule learnt by regression: act where what acting is expected to gain is more than nothing.
///
/// The gain is a weighted sum of functions of the moment: piecewise linear in the company's value, and, each alone and
/// times the value, the time, the claim and the milestones, as far as they differ from path to path.
#[derive(Clone, Debug, PartialEq)]
pub struct LearntRule {
    /// What the company's value is divided by.
    pub scale: f64,
    /// Where the function of the value bends, after that.
    pub knots: Vec<f64>,
    /// The time of the decision, if it varies.
    pub time: Option<Spread>,
    /// The claim, if it varies.
    pub claim: Option<Spread>,
    /// Milestones that stand on some paths only.
    pub milestones: Vec<u8>,
    /// Weights of the functions, in the order of [`LearntRule::functions`].
    pub weights: Vec<f64>,
}

impl LearntRule {
    /// Hands the functions of a moment to `each`, in their order; always the same number.
    pub fn functions(&self, moment: &Moment, mut each: impl FnMut(f64)) {
        let x = moment.value / self.scale;
        each(1.0);
        each(x);
        for knot in &self.knots {
            each((x - knot).max(0.0));
        }
        let mut with_value = |figure: f64| {
            each(figure);
            each(figure * x);
        };
        for (figure, spread) in [(moment.t, self.time), (moment.claim, self.claim)] {
            if let Some(Spread { mean, deviation }) = spread {
                with_value((figure - mean) / deviation);
            }
        }
        for milestone in &self.milestones {
            with_value(if moment.standing >> milestone & 1 == 1 { 1.0 } else { 0.0 });
        }
    }

    /// What acting is expected to gain, in the unit in which it was learnt.
    #[must_use]
    pub fn gain(&self, moment: &Moment) -> f64 {
        let (mut sum, mut weights) = (0.0, self.weights.iter());
        self.functions(moment, |function| sum += weights.next().map_or(0.0, |weight| weight * function));
        sum
    }
}

/// The rules of a deal: by tranche and choice, one for each time that the choice comes up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleBook {
    rules: Vec<Vec<Option<LearntRule>>>,
}

impl RuleBook {
    fn place(tranche: usize, choice: Choice) -> usize {
        Choice::ALL.len() * tranche + choice as usize
    }

    /// The rule of a tranche for a choice that comes up for the `number`th time, from 0; none if it is not to act.
    #[must_use]
    pub fn rule(&self, tranche: usize, choice: Choice, number: usize) -> Option<&LearntRule> {
        self.rules.get(Self::place(tranche, choice))?.get(number)?.as_ref()
    }

    /// Enters a rule.
    pub fn enter(&mut self, tranche: usize, choice: Choice, number: usize, rule: LearntRule) {
        let place = Self::place(tranche, choice);
        if self.rules.len() <= place {
            self.rules.resize(place + 1, Vec::new());
        }
        let rules = &mut self.rules[place];
        if rules.len() <= number {
            rules.resize(number + 1, None);
        }
        rules[number] = Some(rule);
    }

    /// Whether nothing has been learnt.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}
