//! The forms in which the parameters of a distribution may be given: for the reader, which refuses all other names, and
//! for the JSON Schema.

/// One way to give a distribution: these parameters together, and no others.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Parameters that must be there.
    pub required: &'static [Parameter],
    /// Parameters that may be there. The bounds of [`CUTS`] always may.
    pub optional: &'static [Parameter],
    /// Quantiles beside them.
    pub quantiles: Quantiles,
}

/// A parameter's name and what it is.
pub type Parameter = (&'static str, Measure);

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Measured like the values drawn, or a distance between them.
    Value,
    /// A number without unit.
    Number,
    /// A text.
    Text,
    /// A list of values like those drawn.
    Values,
    /// A list of numbers without unit.
    Numbers,
    /// A list of values or distributions.
    Parts,
}

/// Quantiles among the parameters: `p10`, `p2.5`, `median`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantiles {
    /// None.
    None,
    /// Exactly two.
    Two,
    /// Two or more.
    TwoOrMore,
}

/// Bounds at which any distribution may be cut off.
pub const CUTS: [&str; 2] = ["at_least", "at_most"];

use Measure::{Number, Numbers, Parts, Text, Value, Values};

const fn form(required: &'static [Parameter], optional: &'static [Parameter]) -> Form {
    Form { required, optional, quantiles: Quantiles::None }
}

const TWO_QUANTILES: Form = Form { required: &[], optional: &[], quantiles: Quantiles::Two };
const MEAN_SD: Form = form(&[("mean", Value), ("sd", Value)], &[]);

pub(super) const LOGNORMAL: &[Form] =
    &[TWO_QUANTILES, MEAN_SD, form(&[("mu", Number), ("sigma", Number)], &[])];
pub(super) const NORMAL: &[Form] = &[MEAN_SD, TWO_QUANTILES];
pub(super) const UNIFORM: &[Form] = &[form(&[("low", Value), ("high", Value)], &[])];
pub(super) const TRIANGULAR: &[Form] = &[
    form(&[("low", Value), ("mode", Value), ("high", Value)], &[]),
    form(&[("p10", Value), ("mode", Value), ("p90", Value)], &[]),
];
pub(super) const PERT: &[Form] =
    &[form(&[("low", Value), ("mode", Value), ("high", Value)], &[("weight", Number)])];
pub(super) const BETA: &[Form] = &[
    form(&[("mean", Value), ("sd", Value)], &[("low", Value), ("high", Value)]),
    form(&[("alpha", Number), ("beta", Number)], &[("low", Value), ("high", Value)]),
];
pub(super) const GAMMA: &[Form] = &[MEAN_SD, form(&[("shape", Number), ("scale", Value)], &[])];
pub(super) const EXPONENTIAL: &[Form] = &[form(&[("mean", Value)], &[]), form(&[("rate", Number)], &[])];
pub(super) const WEIBULL: &[Form] = &[form(&[("shape", Number), ("scale", Value)], &[]), TWO_QUANTILES];
pub(super) const PARETO: &[Form] = &[form(&[("minimum", Value), ("shape", Number)], &[])];
pub(super) const STUDENT_T: &[Form] = &[
    form(&[("degrees", Number), ("mean", Value), ("sd", Value)], &[]),
    form(&[("degrees", Number), ("location", Value), ("scale", Value)], &[]),
];
pub(super) const METALOG: &[Form] =
    &[Form { required: &[], optional: &[("low", Value), ("high", Value)], quantiles: Quantiles::TwoOrMore }];
pub(super) const DISCRETE: &[Form] = &[form(&[("values", Values), ("weights", Numbers)], &[])];
pub(super) const EMPIRICAL: &[Form] =
    &[form(&[("csv", Text), ("column", Text)], &[]), form(&[("values", Values)], &[])];
pub(super) const MIXTURE: &[Form] = &[form(&[("weights", Numbers), ("of", Parts)], &[])];

/// The names of the parameters in any of the forms, quantiles apart.
pub(super) fn names(forms: &'static [Form]) -> impl Iterator<Item = &'static str> + Clone {
    let parameters = |form: &'static Form| form.required.iter().chain(form.optional);
    forms.iter().flat_map(parameters).map(|(name, _)| *name)
}

/// Whether some form takes quantiles of the author's choice.
pub(super) fn take_quantiles(forms: &[Form]) -> bool {
    forms.iter().any(|form| form.quantiles != Quantiles::None)
}
